/* Encodings of open files: how their bytes are read and written. */
#ifndef LACUNA_UI_ENCODING_COMMANDS_H
#define LACUNA_UI_ENCODING_COMMANDS_H

#include "lacuna/text.h"

struct text;
struct ui;

void encoding_complete(struct ui *ui, const char *begun, size_t size, size_t *start, struct buffer *out);

/* Commands; session/commands.h says what they do. */
void do_change_encoding(struct ui *ui);
void do_read_as(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_encoding(struct ui *ui, const char *arguments);
void line_read_as(struct ui *ui, const char *arguments);

#endif
