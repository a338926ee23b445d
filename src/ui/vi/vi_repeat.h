/* `u` and `.`: a command's changes are one undo step, and its keys are repeated. */
#ifndef LACUNA_UI_VI_REPEAT_H
#define LACUNA_UI_VI_REPEAT_H

#include "ui/document/modal.h"

struct doc;
struct vi;
struct ui;

struct modal_play vi_play_begin(struct ui *ui);
void vi_play_end(struct ui *ui, struct modal_play outer);
/* Between these two calls, all changes are one undo step. */
void vi_step_begin(struct vi *vi, struct doc *doc);
void vi_step_end(struct ui *ui);
void vi_remember_command(struct vi *vi); /* for `.` */

/* Commands; session/commands.h says what they do. */
void do_vi_undo(struct ui *ui);
void do_vi_redo(struct ui *ui);
void do_vi_repeat(struct ui *ui);

#endif
