/* Inside cli/ only: what main.c calls, and the table of commands. */
#ifndef LACUNA_CLI_RUN_H
#define LACUNA_CLI_RUN_H

#include "cli.h"

int cli_run(const struct cli_command *command, int argc, char **argv);

#endif
