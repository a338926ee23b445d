/* Blanks: making them, going to them, filling them. For their proposals see proposal_commands.c. */
#ifndef LACUNA_UI_BLANK_COMMANDS_H
#define LACUNA_UI_BLANK_COMMANDS_H

#include "lacuna/base.h"

struct doc;
struct text_blank;
struct ui;

/* Draws a proposal, or another one, for the blank. The cursor goes there; if it is after an empty blank, only
 * when the fill is done. */
void blank_fill(struct ui *ui, const struct text_blank *blank);

/* Makes words of the text a blank and goes there; blanks inside them are removed. Returns its id; 0: failed,
 * and a message said why. */
uint32_t blank_of_words(struct ui *ui, size_t start, size_t end);

/* Commands; session/commands.h says what they do. */
void do_blank(struct ui *ui);
void do_blank_remove(struct ui *ui);
void do_blank_length(struct ui *ui);
void do_next_blank(struct ui *ui);
void do_previous_blank(struct ui *ui);
void do_fill(struct ui *ui);
void do_fill_all(struct ui *ui);
void do_cancel(struct ui *ui);

#endif
