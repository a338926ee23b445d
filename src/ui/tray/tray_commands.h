/* Commands of the tray: choose a candidate, draw more, remove one, combine two. */
#ifndef LACUNA_UI_TRAY_COMMANDS_H
#define LACUNA_UI_TRAY_COMMANDS_H

struct typed_keys;
struct ui;

/* The digit of the key that ran the current command; 0: another key. */
int digit_typed(const struct typed_keys *typed);

/* Commands; session/commands.h says what they do. */
void do_tray_choose(struct ui *ui);
void do_tray_up(struct ui *ui);
void do_tray_down(struct ui *ui);
void do_tray_more(struct ui *ui);
void do_tray_drop(struct ui *ui);
void do_mix(struct ui *ui);

#endif
