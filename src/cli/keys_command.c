/* lacuna keys: the current key bindings. */
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/ui.h"
#include "outputs.h"

enum { KEYMAP, MAN, LINE };

static const struct cli_option options[] = {
    [KEYMAP] = {"keymap", 'k', "K",
                "a keymap file, or the name of an installed one (default: yours, else the built-in one)"},
    [MAN] = {"man", 0, NULL, "print source for the manual page"},
    [LINE] = {"line", 0, NULL, "list the commands of the : line and their arguments"},
    {0},
};

struct keys_settings {
    const char *keymap;
    bool man, line;
};

static bool set_keys_option(void *opaque, int option, const char *value)
{
    struct keys_settings *s = opaque;
    if (option == KEYMAP) s->keymap = value;
    if (option == MAN) s->man = true;
    if (option == LINE) s->line = true;
    return true;
}

static int run_keys(void *opaque, int count, char **operands)
{
    const struct keys_settings *s = opaque;
    struct error error = {0};
    (void)operands;
    if (count) return cli_fail("takes no operands; use --keymap K to name a keymap"), EXIT_USAGE;
    struct outputs all = {0};
    outputs_read(&all, s->keymap);
    outputs_write(&all, "-");
    if (!outputs_check(&all)) return EXIT_USAGE;
    if (s->line) return ui_line_commands_print(s->man, stdout), EXIT_DONE;
    if (!ui_keys_print(s->keymap, s->man, stdout, &error)) return EXIT_DONE;
    return cli_fail("%s", error.message), EXIT_USAGE;
}

const struct cli_command command_keys = {
    .name = "keys",
    .summary = "print the current key bindings",
    .usage = "keys [--keymap K] [--line] [--man]",
    .options = options,
    .set = set_keys_option,
    .settings_size = sizeof(struct keys_settings),
    .run = run_keys,
};
