/* Commands of the page that shows runs side by side, and commands that open it. */
#ifndef LACUNA_UI_BESIDE_COMMANDS_H
#define LACUNA_UI_BESIDE_COMMANDS_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_beside(struct ui *ui);
void do_timeline_swap(struct ui *ui);
void do_beside_back(struct ui *ui);
void do_beside_on(struct ui *ui);
void do_beside_first(struct ui *ui);
void do_beside_last(struct ui *ui);
void do_beside_play(struct ui *ui);
void do_beside_next(struct ui *ui);
void do_beside_previous(struct ui *ui);
void do_beside_take(struct ui *ui);
void do_beside_close(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_beside(struct ui *ui, const char *arguments);

#endif
