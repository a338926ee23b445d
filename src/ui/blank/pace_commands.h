/* The speed of a shown fill: slower, faster, held, step by step. */
#ifndef LACUNA_UI_PACE_COMMANDS_H
#define LACUNA_UI_PACE_COMMANDS_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_slower(struct ui *ui);
void do_faster(struct ui *ui);
void do_hold(struct ui *ui);
void do_one_step(struct ui *ui);

#endif
