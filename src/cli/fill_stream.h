/* Internal to cli/: the input and output files of `lacuna fill`. */
#ifndef LACUNA_CLI_FILL_STREAM_H
#define LACUNA_CLI_FILL_STREAM_H

#include "fill_context.h"

/* Fills every file (none: standard input) and writes to where the settings say. Returns the exit status;
 * every failure has been reported. */
int fill_stream(struct fill_context *context, int count, char **files);

#endif
