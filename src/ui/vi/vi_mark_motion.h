/* Motions to marks. */
#ifndef LACUNA_UI_VI_MARK_MOTION_H
#define LACUNA_UI_VI_MARK_MOTION_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_vi_to_mark(struct ui *ui);
void do_vi_to_mark_line(struct ui *ui);

#endif
