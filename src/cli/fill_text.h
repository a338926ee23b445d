/* Internal to cli/: a text with markup, for `lacuna fill`. */
#ifndef LACUNA_CLI_FILL_TEXT_H
#define LACUNA_CLI_FILL_TEXT_H

#include "fill_context.h"
#include "lacuna/base.h"

/* Parses the markup of a text or of a record's text. STATUS_LIMIT names a blank that is larger than the
 * model's window, with the place of its markup; with --skip-too-long it stays text, with a message. Loads the
 * model if there are blanks. */
enum status fill_context_parse(struct fill_context *context, struct slice source, struct fill_markup *markup,
                               struct error *error) MUST_USE;
/* Appends a text with its blanks filled; in place its escapes stay, so that it can be filled again. */
enum status fill_text(struct fill_context *context, const char *name, struct slice source, struct buffer *out,
                      struct error *error) MUST_USE;

#endif
