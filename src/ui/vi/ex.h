/* Commands of the : line on a range of lines, and on files. */
#ifndef LACUNA_UI_EX_H
#define LACUNA_UI_EX_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_vi_write_quit(struct ui *ui);
void do_vi_quit(struct ui *ui);
void do_vi_substitute_again(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void ex_delete(struct ui *ui, const char *arguments);
void ex_yank(struct ui *ui, const char *arguments);
void ex_shift_right(struct ui *ui, const char *arguments);
void ex_shift_left(struct ui *ui, const char *arguments);
void ex_join(struct ui *ui, const char *arguments);
void ex_copy(struct ui *ui, const char *arguments);
void ex_move(struct ui *ui, const char *arguments);
void ex_normal(struct ui *ui, const char *arguments);
void ex_mark(struct ui *ui, const char *arguments);
void ex_registers(struct ui *ui, const char *arguments);
void ex_write(struct ui *ui, const char *arguments);
void ex_quit(struct ui *ui, const char *arguments);
void ex_write_quit(struct ui *ui, const char *arguments);
void ex_exit(struct ui *ui, const char *arguments);
void ex_update(struct ui *ui, const char *arguments);
void ex_edit(struct ui *ui, const char *arguments);
void ex_read(struct ui *ui, const char *arguments);

#endif
