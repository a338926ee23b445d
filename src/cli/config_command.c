/* lacuna config: the current settings. */
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/ui.h"
#include "outputs.h"

enum { CONFIG, MAN };

static const struct cli_option options[] = {
    [CONFIG] = {"config", 'c', "FILE", "read this file (default: $XDG_CONFIG_HOME/lacuna/config)"},
    [MAN] = {"man", 0, NULL, "print the defaults as source for the manual page"},
    {0},
};

struct config_settings {
    const char *config;
    bool man;
};

static bool set_config_option(void *opaque, int option, const char *value)
{
    struct config_settings *s = opaque;
    if (option == CONFIG) s->config = value;
    if (option == MAN) s->man = true;
    return true;
}

static int run_config(void *opaque, int count, char **operands)
{
    const struct config_settings *s = opaque;
    struct error error = {0};
    struct buffer warnings = {0};
    (void)operands;
    if (count) return cli_fail("takes no operands; use --config FILE to name a file"), EXIT_USAGE;
    struct outputs all = {0};
    outputs_read(&all, s->config);
    outputs_write(&all, "-");
    if (!outputs_check(&all)) return EXIT_USAGE;
    if (ui_settings_print(s->config, s->man, stdout, &warnings, &error))
        return cli_fail("%s", error.message), EXIT_SOME_FAILED;
    int status = warnings.size ? EXIT_SOME_FAILED : EXIT_DONE;
    for (const char *p = warnings.data; p && *p;) {
        int length = 0;
        while (p[length] && p[length] != '\n') length++;
        cli_fail("%.*s", length, p);
        p += length + (p[length] == '\n');
    }
    buffer_free(&warnings);
    return status;
}

const struct cli_command command_config = {
    .name = "config",
    .summary = "print the current settings as a configuration file",
    .usage = "config [--config FILE] [--man]",
    .options = options,
    .set = set_config_option,
    .settings_size = sizeof(struct config_settings),
    .run = run_config,
};
