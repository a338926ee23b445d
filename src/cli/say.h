/* Internal to cli/: the only way to print to a terminal. Messages for people go through here, one line per
 * call, and a terminal obeys nothing in them (visible.c). `.ci/terminal` checks that nothing else prints. */
#ifndef LACUNA_CLI_SAY_H
#define LACUNA_CLI_SAY_H

#include "lacuna/base.h"

/* The subcommand's name, for messages. */
void say_as(const char *name);
/* cli_fail and cli_note (cli.h) print a line on standard error and remove a progress line first. */

/* Replaces the progress line on standard error; "" removes it. Does nothing if that is not a terminal. */
void say_progress(const char *format, ...) PRINTF_LIKE(1, 2);
bool say_progress_shows(void);

/* A line on standard output for people: a table, a count. */
void say_line(const char *format, ...) PRINTF_LIKE(1, 2);
/* A result on standard output, exactly these bytes; false if it cannot be written, which is reported when the
 * command ends. */
bool say_result(const char *bytes, size_t size);
/* The same for a line, flushed at once; the line may be NULL (out of memory), which is reported. */
bool say_result_line(const char *line);

/* Pictures: our own escape sequences around text that was made visible. */
bool say_picture(const struct buffer *bytes);

#endif
