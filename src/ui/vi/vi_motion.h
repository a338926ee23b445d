/* Motions: using their target, and the motions in a line and from line to line. Each says whether an operator
 * takes the text it crosses with or without the last character, or as whole lines. */
#ifndef LACUNA_UI_VI_MOTION_H
#define LACUNA_UI_VI_MOTION_H

#include "lacuna/base.h"
#include "vi.h"

struct vi;
struct doc;
struct ui;

void vi_move(struct ui *ui, vi_motion *motion);
void vi_off_the_end(const struct vi *vi, const struct doc *doc, struct vi_range *r);
/* the range ends there, and consists of whole lines */
bool vi_nonblank_of_line(const struct doc *doc, struct vi_range *r);

/* Commands; session/commands.h says what they do. */
void do_vi_left(struct ui *ui);
void do_vi_right(struct ui *ui);
void do_vi_left_wrapping(struct ui *ui);
void do_vi_right_wrapping(struct ui *ui);
void do_vi_line_start(struct ui *ui);
void do_vi_first_nonblank(struct ui *ui);
void do_vi_line_end(struct ui *ui);
void do_vi_last_nonblank(struct ui *ui);
void do_vi_column(struct ui *ui);
void do_vi_down(struct ui *ui);
void do_vi_up(struct ui *ui);
void do_vi_next_line(struct ui *ui);
void do_vi_previous_line(struct ui *ui);
void do_vi_this_line(struct ui *ui);
void do_vi_go_line(struct ui *ui);
void do_vi_first_line(struct ui *ui);

#endif
