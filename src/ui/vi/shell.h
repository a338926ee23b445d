/* Shell commands: text goes through them, or their output is inserted. Meanwhile the screen stays; Esc and ^C
 * end a command that takes too long. */
#ifndef LACUNA_UI_SHELL_H
#define LACUNA_UI_SHELL_H

#include "lacuna/base.h"

struct buffer;
struct ui;

/* The output of a shell command. False: after a message. */
bool shell_read(struct ui *ui, const char *command, struct buffer *out);

/* Commands of the : line; line/command_line.h says what they do. */
void ex_filter(struct ui *ui, const char *arguments);

#endif
