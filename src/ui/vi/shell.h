/* Commands of the shell: text goes through them, or what they write comes into the text. The screen stays as
 * it is meanwhile; Esc and ^C end what takes too long. */
#ifndef LACUNA_UI_SHELL_H
#define LACUNA_UI_SHELL_H

#include "lacuna/base.h"

struct buffer;
struct ui;

/* What a command of the shell writes. False: said why. */
bool shell_read(struct ui *ui, const char *command, struct buffer *out);

/* Commands of the : line; line/command_line.h says what they do. */
void ex_filter(struct ui *ui, const char *arguments);

#endif
