/* The table of commands. */
#include "commands.h"

const struct ui_command ui_commands[] = {
#define X(function, name, group, contexts, help) {name, group, help, contexts, do_##function},
    UI_COMMANDS(X)
#undef X
        {0},
};
