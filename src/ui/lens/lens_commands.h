/* Commands of the lens: on, off and numbers; and the text of its row. */
#ifndef LACUNA_UI_LENS_COMMANDS_H
#define LACUNA_UI_LENS_COMMANDS_H

#include "lacuna/base.h"

struct buffer;
struct ui;

/* One line about the word or the sentence at the cursor. False: no memory. */
bool lens_describe(const struct ui *ui, struct buffer *out);

/* Commands; session/commands.h says what they do. */
void do_lens(struct ui *ui);
void do_lens_numbers(struct ui *ui);

#endif
