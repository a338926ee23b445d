/* Inside cli/ only: what main.c calls, and the table of commands. */
#ifndef LACUNA_CLI_RUN_H
#define LACUNA_CLI_RUN_H

#include "cli.h"

/* Flushes standard output; when that fails (a full disk shows itself only then) says so and gives
 * EXIT_SOME_FAILED instead of `status`. */
int cli_flush(int status);
int cli_run(const struct cli_command *command, int argc, char **argv);

#endif
