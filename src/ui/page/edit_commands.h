/* Deleting with keys. */
#ifndef LACUNA_UI_EDIT_COMMANDS_H
#define LACUNA_UI_EDIT_COMMANDS_H

#include "lacuna/base.h"

#include <stddef.h>

struct ui;

/* Deletes the selection, else the text between the cursor and `to`, but no further than a proposal. Beside a
 * proposal it moves the cursor there, with a message. */
void delete_to(struct ui *ui, size_t to);

/* Commands; session/commands.h says what they do. */
void do_new_line(struct ui *ui);
void do_tab(struct ui *ui);
void do_delete_backward(struct ui *ui);
void do_delete_forward(struct ui *ui);
void do_delete_word_backward(struct ui *ui);
void do_delete_word_end(struct ui *ui);
void do_delete_word_forward(struct ui *ui);
void do_delete_to_line_end(struct ui *ui);
void do_cut_to_line_end(struct ui *ui);
void do_cut(struct ui *ui);
void do_copy(struct ui *ui);
void do_copy_end(struct ui *ui);
void do_paste(struct ui *ui);

#endif
