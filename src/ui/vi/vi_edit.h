/* Commands of normal and visual mode that change text without a motion. */
#ifndef LACUNA_UI_VI_EDIT_H
#define LACUNA_UI_VI_EDIT_H

#include "lacuna/base.h"

struct ui;

/* Commands; session/commands.h says what they do. */
void do_vi_delete_character(struct ui *ui);
void do_vi_substitute(struct ui *ui);
void do_vi_delete_before(struct ui *ui);
void do_vi_delete_to_end(struct ui *ui);
void do_vi_change_to_end(struct ui *ui);
void do_vi_change_lines(struct ui *ui);
void do_vi_yank_lines(struct ui *ui);
void do_vi_swap_case(struct ui *ui);
void do_vi_replace_character(struct ui *ui);
void do_vi_increment(struct ui *ui);
void do_vi_decrement(struct ui *ui);
void do_vi_join(struct ui *ui);
void do_vi_join_plain(struct ui *ui);
void do_vi_put(struct ui *ui);
void do_vi_put_before(struct ui *ui);
void do_vi_put_behind(struct ui *ui);
void do_vi_put_before_behind(struct ui *ui);

#endif
