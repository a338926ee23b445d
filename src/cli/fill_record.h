/* Internal to cli/: one record of JSON lines, for `lacuna fill`. */
#ifndef LACUNA_CLI_FILL_RECORD_H
#define LACUNA_CLI_FILL_RECORD_H

#include "fill_context.h"
#include "lacuna/base.h"

/* One line of JSON in, one line of JSON out (with its line feed). `place` counts the lines of all inputs from
 * 0. Returns the status of the record; a failed one has appended its error record to `out`. STATUS_CANCELLED
 * and a failed model append nothing. */
enum status fill_record(struct fill_context *context, const char *line, size_t size, uint64_t place,
                        struct buffer *out, struct error *error) MUST_USE;

#endif
