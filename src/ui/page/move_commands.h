/* Moving the cursor and selecting: every motion has both forms. */
#ifndef LACUNA_UI_MOVE_COMMANDS_H
#define LACUNA_UI_MOVE_COMMANDS_H

#include "lacuna/base.h"

struct text;
struct ui;

size_t word_end_from(const struct text *text, size_t at); /* of the word at `at`, else of the next one */

/* Commands; session/commands.h says what they do. */
void do_left(struct ui *ui);
void do_right(struct ui *ui);
void do_line_start(struct ui *ui);
void do_line_end(struct ui *ui);
void do_previous_word(struct ui *ui);
void do_next_word(struct ui *ui);
void do_word_end(struct ui *ui);
void do_previous_sentence(struct ui *ui);
void do_next_sentence(struct ui *ui);
void do_previous_paragraph(struct ui *ui);
void do_next_paragraph(struct ui *ui);
void do_text_start(struct ui *ui);
void do_text_end(struct ui *ui);
void do_select_left(struct ui *ui);
void do_select_right(struct ui *ui);
void do_select_line_start(struct ui *ui);
void do_select_line_end(struct ui *ui);
void do_select_previous_word(struct ui *ui);
void do_select_next_word(struct ui *ui);
void do_select_text_start(struct ui *ui);
void do_select_text_end(struct ui *ui);
void do_up(struct ui *ui);
void do_down(struct ui *ui);
void do_page_up(struct ui *ui);
void do_page_down(struct ui *ui);
void do_select_up(struct ui *ui);
void do_select_down(struct ui *ui);
void do_select_page_up(struct ui *ui);
void do_select_page_down(struct ui *ui);
void do_select_all(struct ui *ui);
void do_select_mark(struct ui *ui);
void do_scroll_up(struct ui *ui);
void do_scroll_down(struct ui *ui);
void do_center(struct ui *ui);
void do_go_to_line(struct ui *ui);

#endif
