/* Conditions on the words of a blank: the command, and tied blanks. */
#ifndef LACUNA_UI_CONDITION_COMMANDS_H
#define LACUNA_UI_CONDITION_COMMANDS_H

#include "lacuna/base.h"

struct doc;
struct ui;

/* The blanks that are tied to a blank, itself included, in the order of the text. Returns their number, at
 * most `most`. */
size_t blanks_tied(const struct doc *doc, uint32_t blank, uint32_t *out, size_t most);

/* Commands; session/commands.h says what they do. */
void do_conditions(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_conditions(struct ui *ui, const char *arguments);

#endif
