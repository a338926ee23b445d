/* Internal to cli/: `lacuna fill --from-record`, which repeats the fills of an editor's record. */
#ifndef LACUNA_CLI_FILL_FROM_RECORD_H
#define LACUNA_CLI_FILL_FROM_RECORD_H

#include "fill_context.h"

/* Fills every line of a record again and writes one line of output for each, with "reproduced". Returns the exit
 * status: 1 if any words differ; the differences are reported. */
int fill_from_record(struct fill_context *context, const char *path);

#endif
