/* Dispatch as in git: if the first argument names a subcommand, it runs. */
#include "cli.h"
#include "lacuna/dictionary.h"
#include "lacuna/version.h"

#include <stdio.h>
#include <string.h>

extern const struct cli_command command_edit;
extern const struct cli_command command_fill;
extern const struct cli_command command_fit;
extern const struct cli_command command_keys;
extern const struct cli_command command_config;
extern const struct cli_command command_tokens;
extern const struct cli_command command_train;
extern const struct cli_command command_score;
extern const struct cli_command command_eval;
extern const struct cli_command command_bench;
extern const struct cli_command command_replace;
extern const struct cli_command command_model;
extern const struct cli_command command_replay;
extern const struct cli_command command_voice;

const struct cli_command *const cli_commands[] = {&command_fill,   &command_fit,
                                                  &command_tokens, &command_train,
                                                  &command_score,  &command_eval,
                                                  &command_bench,  &command_replace,
                                                  &command_keys,   &command_config,
                                                  &command_model,  &command_replay,
                                                  &command_voice,  NULL};

static void print_help(FILE *out)
{
    fputs("usage: lacuna [OPTION…] [+LINE[:COLUMN]] [FILE…]\n       lacuna COMMAND [OPTION…]\n\n"
          "A terminal editor for prose that fills blanks with a discrete diffusion model.\n\n",
          out);
    for (size_t i = 0; cli_commands[i]; i++)
        fprintf(out, "  %-8s  %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    fputs("\nOptions of the editor, lacuna [FILE…]:\n", out);
    cli_print_options(&command_edit, out);
    fprintf(out, "  %-28s  %s\n", "    --version", "print the version and exit");
    fputs("\n'lacuna COMMAND --help' lists a command's options; the manual page is lacuna-COMMAND(1).\n",
          out);
}

int main(int argc, char **argv)
{
    dictionary_keep_out_of_other_homes();
    if (argc > 1) {
        for (size_t i = 0; cli_commands[i]; i++)
            if (strcmp(argv[1], cli_commands[i]->name) == 0)
                return cli_run(cli_commands[i], argc - 1, argv + 1);
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
            return print_help(stdout), cli_flush(EXIT_DONE);
        if (strcmp(argv[1], "--version") == 0) return puts("lacuna " LACUNA_VERSION), cli_flush(EXIT_DONE);
    }
    return cli_run(&command_edit, argc, argv);
}
