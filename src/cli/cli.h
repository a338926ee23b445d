/* cli: one file per subcommand. Each has a run function and a table of options, which drives parsing, --help
 * and the test of its manual page. */
#ifndef LACUNA_CLI_H
#define LACUNA_CLI_H

#include "lacuna/base.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_SOME_FAILED = 1, /* finished, but some input failed */
    EXIT_USAGE = 2,
    EXIT_MODEL = 3, /* the model could not be loaded */
    EXIT_INTERRUPTED = 130
};

struct cli_option {
    const char *name;     /* long name without dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* placeholder such as "N"; NULL for a flag */
    const char *help;     /* one line, no full stop */
    /* Takes its value; NULL: the command's `set` does. Returns false after a cli_fail. */
    bool (*set)(void *settings, const char *value);
    /* Long names, or NULL. Without the option `needs` this one would do nothing; beside one of `excludes`, which have a
     * space between them, one of the two would. Both are usage errors. */
    const char *needs, *excludes;
};

struct cli_command {
    const char *name;
    const char *summary;              /* one line for `lacuna --help` */
    const char *usage;                /* what follows "usage: lacuna " */
    const struct cli_option *options; /* ends with a NULL name; every command has --help */
    /* Called for each option in turn that has no `set` of its own, with its index in `options`; returns false
     * after a cli_fail. */
    bool (*set)(void *settings, int option, const char *value);
    size_t settings_size;             /* zeroed before `defaults` */
    void (*defaults)(void *settings); /* may be NULL */
    /* The remaining operands. Returns the exit status. */
    int (*run)(void *settings, int count, char **operands);
};

extern const struct cli_command *const cli_commands[]; /* ends with NULL */

/* Parses the options of a command and runs it; returns the exit status. */
int cli_run(const struct cli_command *command, int argc, char **argv);
/* Flushes standard output. If that fails (only then does a full disk show), reports it and returns
 * EXIT_SOME_FAILED instead of `status`. */
int cli_flush(int status);

/* Prints "lacuna NAME: message" on standard error, with control characters made visible (say.h). Returns
 * false, so that setters read well. */
bool cli_fail(const char *format, ...) PRINTF_LIKE(1, 2);
/* The same line without "lacuna NAME: ". */
void cli_note(const char *format, ...) PRINTF_LIKE(1, 2);
/* Parses a whole decimal number in [low, high]; the message for a wrong one names the option. */
bool cli_int(const char *option, const char *text, int64_t low, int64_t high, int64_t *out);
bool cli_double(const char *option, const char *text, double low, double high, double *out);
void cli_print_options(const struct cli_command *command, FILE *out); /* the list of its options alone */

#endif
