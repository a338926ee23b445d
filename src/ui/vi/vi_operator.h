/* Operators: commands on the text that a motion, a text object or a selection covers. */
#ifndef LACUNA_UI_VI_OPERATOR_H
#define LACUNA_UI_VI_OPERATOR_H

#include "lacuna/base.h"
#include "vi.h"

struct ui;

void vi_operate(struct ui *ui, struct vi_range *r); /* the pending operator */
void vi_operate_lines(struct ui *ui, enum vi_operator op, size_t first, size_t behind);
void vi_operate_characters(struct ui *ui, enum vi_operator op, size_t start, size_t end);
void vi_change_case(struct ui *ui, enum vi_operator op, size_t start, size_t end);
void vi_shift(struct ui *ui, size_t start, size_t end, int by);
bool vi_join(struct ui *ui, size_t lines, bool spaces); /* from the cursor's line on */

/* Commands; session/commands.h says what they do. */
void do_vi_delete(struct ui *ui);
void do_vi_change(struct ui *ui);
void do_vi_yank(struct ui *ui);
void do_vi_shift_right(struct ui *ui);
void do_vi_shift_left(struct ui *ui);
void do_vi_lower(struct ui *ui);
void do_vi_upper(struct ui *ui);
void do_vi_swap_case_over(struct ui *ui);
void do_vi_reflow(struct ui *ui);
void do_vi_reflow_stay(struct ui *ui);
void do_vi_filter(struct ui *ui);
void do_vi_reflow_stay_line(struct ui *ui);

#endif
