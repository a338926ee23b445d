/* Inside cli/: the one door to the terminal. What is said to people goes through here, one line a call, and
 * nothing in it is obeyed by a terminal (visible.c); `.ci/terminal` holds that nothing else prints. */
#ifndef LACUNA_CLI_SAY_H
#define LACUNA_CLI_SAY_H

#include "lacuna/base.h"

/* The subcommand's name, for messages. */
void say_as(const char *name);
/* cli_fail and cli_note (cli.h) say a line on standard error; a line of progress gives way to it. */

/* Replaces the line of progress on standard error, "" takes it away. Does nothing where that is no terminal.
 */
void say_progress(const char *format, ...) PRINTF_LIKE(1, 2);
bool say_progress_shows(void);

/* A line on standard output that people read: a table, a count. */
void say_line(const char *format, ...) PRINTF_LIKE(1, 2);
/* A result on standard output, exactly these bytes; false when it cannot be written, which the command's end
 * says. */
bool say_result(const char *bytes, size_t size);
/* The same for a line, and at once; the line may be NULL (no memory), which is said. */
bool say_result_line(const char *line);

/* Pictures: escape sequences of our own, around text that was made visible. */
bool say_picture(const struct buffer *bytes);

#endif
