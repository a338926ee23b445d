/* Settings in the editor: read at the start, changed by `:set`, printed for `lacuna config` and the manual.
 */
#ifndef LACUNA_UI_SET_COMMANDS_H
#define LACUNA_UI_SET_COMMANDS_H

#include "lacuna/base.h"

struct setting;
struct settings;
struct ui;

enum status set_load(struct ui *ui, struct error *error) MUST_USE; /* the file, then the command line */
void set_command(struct ui *ui, const char *arguments);            /* what follows `:set` */
void set_complete(struct ui *ui, const char *arguments, size_t cursor, size_t *start, struct buffer *out);
/* The possible values of a setting, one per line, or, if they cannot be listed, its present value for
 * editing. False: no memory. */
bool set_values(const struct settings *settings, const struct setting *setting, struct buffer *out) MUST_USE;

#endif
