/* The lens turned on and off, its numbers, and the words of its row. */
#ifndef LACUNA_UI_LENS_COMMANDS_H
#define LACUNA_UI_LENS_COMMANDS_H

#include "lacuna/base.h"

struct buffer;
struct ui;

/* What the lens says about the word, or the sentence, at the cursor, in a line. False: no memory. */
bool lens_describe(const struct ui *ui, struct buffer *out);

/* Commands; session/commands.h says what they do. */
void do_lens(struct ui *ui);
void do_lens_numbers(struct ui *ui);

#endif
