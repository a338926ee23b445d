/* Visual mode: the start and end of a selection, and how much of it `.` takes again. */
#ifndef LACUNA_UI_VI_VISUAL_H
#define LACUNA_UI_VI_VISUAL_H

#include "lacuna/base.h"

struct doc;
struct vi;
struct ui;

bool vi_is_visual(const struct vi *vi);
void vi_leave_visual(struct vi *vi, struct doc *doc);
bool vi_visual_range(struct ui *ui, size_t *start, size_t *end);
void vi_select_extent(struct ui *ui); /* as much as the last command of visual mode took */

/* Commands; session/commands.h says what they do. */
void do_vi_visual(struct ui *ui);
void do_vi_visual_lines(struct ui *ui);
void do_vi_visual_block(struct ui *ui);
void do_vi_other_end(struct ui *ui);
void do_vi_visual_again(struct ui *ui);

#endif
