/* Inside cli/: a file that a command has read, and now replaces by what it made of it. */
#ifndef LACUNA_CLI_IN_PLACE_H
#define LACUNA_CLI_IN_PLACE_H

#include "lacuna/base.h"

/* Replaces the file by `bytes` when it still holds `old`, which was read from it; a file that holds `bytes`
 * already is not touched. STATUS_IO: another program changed, replaced or removed it meanwhile, and it is as
 * that one left it; or it cannot be written. */
enum status in_place_write(const char *path, struct slice old, struct slice bytes,
                           struct error *error) MUST_USE;

#endif
