/* Parses options from a command's table with getopt_long. */
#define _GNU_SOURCE
#include "cli.h"
#include "lacuna/base.h"
#include "say.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool cli_int(const char *option, const char *text, int64_t low, int64_t high, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno) return cli_fail("--%s: \"%s\" is not a whole number", option, text);
    if (value < low || value > high)
        return cli_fail("--%s: %s is outside %lld to %lld", option, text, (long long)low, (long long)high);
    *out = value;
    return true;
}

bool cli_double(const char *option, const char *text, double low, double high, double *out)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        return cli_fail("--%s: \"%s\" is not a number", option, text);
    if (value < low || value > high) return cli_fail("--%s: %s is outside %g to %g", option, text, low, high);
    *out = value;
    return true;
}

static void cli_print_help(const struct cli_command *command, FILE *out)
{
    fprintf(out, "usage: lacuna %s\n%s\n", command->usage, command->summary);
    if (command->options[0].name) fputs("\n", out);
    cli_print_options(command, out);
}

void cli_print_options(const struct cli_command *command, FILE *out)
{
    for (const struct cli_option *o = command->options; o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "%c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                 o->letter ? ", " : "  ", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        fprintf(out, "  %-28s  %s\n", left, o->help);
    }
    fprintf(out, "  %-28s  %s\n", "    --help", "print this help and exit");
}

enum { MAX_OPTIONS = 48 /* one bit of `given` each */, HELP = 1000, FIRST = 1001 };

/* getopt's own messages would print what was typed without making control characters visible. */
static void say_wrong_option(const struct cli_command *command, int c, char **argv)
{
    const char *typed = argv[optind - 1];
    bool letter = optopt > 0 && optopt < HELP; /* else a long name */
    size_t size = strcspn(typed, "="), meant = 0;
    for (const struct cli_option *o = command->options; o->name; o++)
        meant += size > 2 && strncmp(o->name, typed + 2, size - 2) == 0;
    if (c == ':' && letter)
        cli_fail("option -%c needs an argument", optopt);
    else if (c == ':')
        cli_fail("option %s needs an argument", typed);
    else if (letter)
        cli_fail("unknown option -%c", optopt);
    else if (optopt)
        cli_fail("option %s takes no argument", typed);
    else
        cli_fail(meant > 1 ? "option %s is ambiguous" : "unknown option %s", typed);
}

/* Whether an option whose name is in the list was given. */
static bool any_given(const struct cli_command *command, uint64_t given, const char *names,
                      const struct cli_option **which)
{
    for (const char *at = names; *at; at += *at == ' ') {
        size_t size = strcspn(at, " ");
        for (const struct cli_option *o = command->options; o->name; o++) {
            bool same = strlen(o->name) == size && memcmp(o->name, at, size) == 0;
            if (same && given >> (o - command->options) & 1) return *which = o, true;
        }
        at += size;
    }
    return false;
}

/* `given`: bit i for the option at index i. */
static bool check_together(const struct cli_command *command, uint64_t given)
{
    const struct cli_option *other = NULL;
    for (const struct cli_option *o = command->options; o->name; o++) {
        if (!(given >> (o - command->options) & 1)) continue;
        if (o->needs && !any_given(command, given, o->needs, &other))
            return cli_fail("--%s needs --%s", o->name, o->needs);
        if (o->excludes && any_given(command, given, o->excludes, &other))
            return cli_fail("--%s and --%s cannot be used together", o->name, other->name);
    }
    return true;
}

int cli_run(const struct cli_command *command, int argc, char **argv)
{
    say_as(command->name);
    struct option table[MAX_OPTIONS + 2] = {0};
    char letters[2 * MAX_OPTIONS + 3] = ":"; /* reports a missing argument separately */
    size_t n = 0, used = 1;
    uint64_t given = 0;
    for (; n < MAX_OPTIONS && command->options[n].name; n++) {
        const struct cli_option *o = &command->options[n];
        table[n] =
            (struct option){o->name, o->argument ? required_argument : no_argument, NULL, FIRST + (int)n};
        if (o->letter) {
            letters[used++] = o->letter;
            if (o->argument) letters[used++] = ':';
        }
    }
    INVARIANT(!command->options[n].name);
    table[n] = (struct option){"help", no_argument, NULL, HELP};
    void *settings = mem_zalloc(command->settings_size);
    if (!settings) return cli_fail("out of memory"), EXIT_SOME_FAILED;
    if (command->defaults) command->defaults(settings);
    int c, status = -1;
    optind = 1;
    opterr = 0;
    while (status < 0 && (c = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (c == HELP) {
            cli_print_help(command, stdout);
            status = EXIT_DONE;
        } else if (c == '?' || c == ':') {
            say_wrong_option(command, c, argv);
            cli_note("Try 'lacuna%s%s --help'.", *command->name ? " " : "", command->name);
            status = EXIT_USAGE;
        } else {
            int index = c - FIRST;
            for (size_t i = 0; c < HELP && i < n; i++)
                if (command->options[i].letter == c) index = (int)i;
            const struct cli_option *o = &command->options[index];
            given |= UINT64_C(1) << index;
            if (o->argument && !*optarg) /* an empty value does not mean the default */
                cli_fail("--%s: %s is empty", o->name, o->argument), status = EXIT_USAGE;
            else if (!(o->set ? o->set(settings, optarg) : command->set(settings, index, optarg)))
                status = EXIT_USAGE;
        }
    }
    if (status < 0 && !check_together(command, given)) status = EXIT_USAGE;
    if (status < 0) status = command->run(settings, argc - optind, argv + optind);
    mem_free(settings);
    return cli_flush(status);
}
