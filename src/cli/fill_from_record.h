/* Internal to cli/: `lacuna fill --from-record`, which draws again what an editor's record says was drawn. */
#ifndef LACUNA_CLI_FILL_FROM_RECORD_H
#define LACUNA_CLI_FILL_FROM_RECORD_H

#include "fill_context.h"

/* Fills every line of a record again and writes the outcome to standard output, one line for one line, with
 * "reproduced". Returns the exit status: 1 if something came out otherwise, and what differs was said. */
int fill_from_record(struct fill_context *context, const char *path);

#endif
