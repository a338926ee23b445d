/* Operators: commands on the text that a motion, a text object or a selection covers. */
#ifndef LACUNA_UI_VI_OPERATOR_H
#define LACUNA_UI_VI_OPERATOR_H

#include "lacuna/base.h"
#include "vi.h"

struct ui;

void vi_operate(struct ui *ui, struct vi_range *r);         /* the pending operator */
void vi_operate_visual(struct ui *ui, enum vi_operator op); /* the selection, which ends */
void vi_operate_visual_lines(struct ui *ui, enum vi_operator op);

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

#endif
