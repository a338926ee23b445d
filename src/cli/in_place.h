/* Internal to cli/: replaces a file that a command has read with its result. */
#ifndef LACUNA_CLI_IN_PLACE_H
#define LACUNA_CLI_IN_PLACE_H

#include "lacuna/base.h"

/* Replaces the file by `bytes` if it still contains `old`, which was read from it; a file that already
 * contains `bytes` is not touched. STATUS_IO: another program has changed, replaced or removed it, and it is
 * left alone; or it cannot be written. */
enum status in_place_write(const char *path, struct slice old, struct slice bytes,
                           struct error *error) MUST_USE;

#endif
