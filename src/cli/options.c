/* Option parsing from a command's table: getopt_long does the work. */
#define _GNU_SOURCE
#include "cli.h"
#include "run.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *running = ""; /* name of the subcommand, for messages */

bool cli_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "lacuna%s%s: ", *running ? " " : "", running);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return false;
}

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

bool cli_precision(const char *text, enum sedd_precision *out)
{
    if (sedd_precision_parse(text, out)) return true;
    return cli_fail("--precision: \"%s\" is not f32, bf16, int8 or int16", text);
}

void cli_print_help(const struct cli_command *command, FILE *out)
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
    fprintf(out, "  %-28s  %s\n", "    --help", "print this and exit");
}

enum { MAX_OPTIONS = 48, HELP = 1000, FIRST = 1001 };

int cli_flush(int status)
{
    if (!fflush(stdout) && !ferror(stdout)) return status;
    cli_fail("standard output: %s", strerror(errno));
    return status == EXIT_DONE ? EXIT_SOME_FAILED : status;
}

int cli_run(const struct cli_command *command, int argc, char **argv)
{
    running = command->name;
    struct option table[MAX_OPTIONS + 2] = {0};
    char letters[2 * MAX_OPTIONS + 2] = "";
    size_t n = 0, used = 0;
    for (; n < MAX_OPTIONS && command->options[n].name; n++) {
        const struct cli_option *o = &command->options[n];
        table[n] =
            (struct option){o->name, o->argument ? required_argument : no_argument, NULL, FIRST + (int)n};
        if (o->letter) {
            letters[used++] = o->letter;
            if (o->argument) letters[used++] = ':';
        }
    }
    table[n] = (struct option){"help", no_argument, NULL, HELP};
    void *settings = mem_zalloc(command->settings_size);
    if (!settings) return cli_fail("no memory"), EXIT_SOME_FAILED;
    if (command->defaults) command->defaults(settings);
    char name[64];
    snprintf(name, sizeof name, "lacuna%s%s", *command->name ? " " : "", command->name);
    argv[0] = name; /* getopt's own messages begin with it */
    int c, status = -1;
    optind = 1;
    while (status < 0 && (c = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (c == HELP) {
            cli_print_help(command, stdout);
            status = EXIT_DONE;
        } else if (c == '?') {
            fprintf(stderr, "Try '%s --help'.\n", name);
            status = EXIT_USAGE;
        } else {
            int index = c - FIRST;
            for (size_t i = 0; c < HELP && i < n; i++)
                if (command->options[i].letter == c) index = (int)i;
            const struct cli_option *o = &command->options[index];
            if (o->argument && !*optarg) /* no default is meant by it */
                cli_fail("--%s: %s is empty", o->name, o->argument), status = EXIT_USAGE;
            else if (!command->set(settings, index, optarg))
                status = EXIT_USAGE;
        }
    }
    if (status < 0) status = command->run(settings, argc - optind, argv + optind);
    mem_free(settings);
    return cli_flush(status);
}
