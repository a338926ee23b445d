/* lacuna [FILE…]: the editor, which has no subcommand name. */
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "model_options.h"
#include "model_path.h"

#include <stdlib.h>
#include <string.h>

enum {
    MODEL,
    SEED,
    STEPS,
    TEMPERATURE,
    TOP_P,
    KEYMAP,
    WIDTH,
    PACE,
    PRECISION,
    THREADS,
    FILL,
    TOUR,
    READ_ONLY,
    NO_COLOR,
    PLAIN,
    CONFIG,
    SET,
    ENCODING
};

static const struct cli_option options[] = {
    [MODEL] = {NAME_MODEL, "the model that fills (default: $LACUNA_MODEL, else the bundled one)"},
    [SEED] = {NAME_SEED, "seed of the first fill; each later fill adds 1 (default 0)"},
    [STEPS] = {NAME_STEPS, "reverse steps of a fill (default 32)"},
    [TEMPERATURE] = {NAME_TEMPERATURE, "1 (default) is the model's own distribution; 0 is greedy"},
    [TOP_P] =
        {NAME_TOP_P,
         "draw from the likeliest tokens of total probability P; 1: all (default 0: as the model suggests)"},
    [KEYMAP] = {"keymap", 'k', "K", "a keymap file, or the name of an installed one"},
    [WIDTH] = {"width", 'w', "N", "wrap lines at N cells (default 88; 0: the whole screen)"},
    [PACE] = {"pace", 0, "MS", "show each step of a fill for at least MS milliseconds (default 40)"},
    [PRECISION] = {NAME_PRECISION, HELP_PRECISION},
    [THREADS] = {NAME_THREADS, "threads of the model (default: one per CPU)"},
    [FILL] = {"fill", 0, NULL, "fill all blanks as soon as the file is open"},
    [TOUR] = {"tour", 0, NULL, "open a document that teaches by being filled; it is a copy without a file"},
    [READ_ONLY] = {"read-only", 'R', NULL, "open read-only; toggle-read-only allows changes"},
    [NO_COLOR] = {"no-color", 0, NULL, "no colours, only attributes such as bold, as with $NO_COLOR"},
    [PLAIN] = {"plain", 0, NULL, "for screen readers: nothing moves by itself"},
    [CONFIG] = {"config", 'c', "FILE", "read settings from FILE, not from $XDG_CONFIG_HOME/lacuna/config"},
    [SET] = {"set", 0, "NAME=VALUE", "set any setting of lacuna-config(5)"},
    [ENCODING] = {"encoding", 0, "NAME",
                  "encoding of files that are not UTF-8: koi8-r, cp1251, shift_jis, gb18030, big5 …"},
    {0},
};

enum { MOST_OVERRIDES = 64 };
struct edit_settings {
    struct ui_options ui;
    struct ui_override overrides[MOST_OVERRIDES];
    char names[MOST_OVERRIDES][40]; /* of --set */
};

/* Settings from the command line override the configuration file. */
static bool override(struct edit_settings *s, const char *option, const char *name, const char *value)
{
    struct error error = {0};
    if (s->ui.override_count == MOST_OVERRIDES) return cli_fail("too many settings");
    if (ui_setting_check(name, value, &error)) return cli_fail("--%s: %s", option, error.message);
    s->ui.overrides = s->overrides;
    s->overrides[s->ui.override_count++] = (struct ui_override){name, value};
    return true;
}

static bool set_any(struct edit_settings *s, const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    size_t size = equals ? (size_t)(equals - assignment) : 0;
    if (!size || size >= sizeof s->names[0] || s->ui.override_count == MOST_OVERRIDES)
        return cli_fail("--set: expected NAME=VALUE, not \"%s\"", assignment);
    char *name = s->names[s->ui.override_count];
    memcpy(name, assignment, size);
    return override(s, "set", name, equals + 1);
}

static bool set_encoding(struct edit_settings *s, const char *value)
{
    enum text_encoding encoding;
    struct error error = {0};
    if (!text_encoding_find(value, &encoding)) return cli_fail("--encoding: unknown encoding \"%s\"", value);
    if (text_encoding_check(encoding, &error)) return cli_fail("--encoding: %s", error.message);
    s->ui.encoding = value;
    return true;
}

static bool set_edit_option(void *opaque, int option, const char *value)
{
    struct edit_settings *s = opaque;
    int64_t seed;
    switch (option) {
    case SEED:
        if (!cli_int("seed", value, 0, (int64_t)FILL_SEED_LIMIT - 1, &seed)) return false;
        s->ui.seed = (uint64_t)seed;
        return true;
    case FILL:
        return s->ui.fill = true;
    case TOUR:
        return s->ui.tour = true;
    case READ_ONLY:
        return s->ui.read_only = true;
    case NO_COLOR:
        return override(s, "no-color", "color", "off");
    case PLAIN:
        return override(s, "plain", "plain", "on");
    case CONFIG:
        s->ui.config = value;
        return true;
    case SET:
        return set_any(s, value);
    case ENCODING:
        return set_encoding(s, value);
    default: /* the others are settings of that name */
        return override(s, options[option].name, options[option].name, value);
    }
}

/* +LINE or +LINE:COLUMN before a file, like vi's and nano's +LINE. */
static bool take_place(size_t *line, size_t *column, const char *operand)
{
    char *end;
    if (operand[0] != '+' || operand[1] < '0' || operand[1] > '9') return false;
    unsigned long long first = strtoull(operand + 1, &end, 10), second = 0;
    if (*end == ':' && end[1] >= '0' && end[1] <= '9') second = strtoull(end + 1, &end, 10);
    if (*end) return false;
    *line = (size_t)first;
    *column = (size_t)second;
    return true;
}

/* The setting is empty if nobody named a model. */
static char *find_model(const char *name, struct error *error)
{
    return model_path(*name ? name : NULL, error);
}

static int run_edit(void *opaque, int count, char **operands)
{
    struct edit_settings *s = opaque;
    char **files = mem_alloc_array((size_t)count + 1, sizeof *files);
    size_t file_count = 0, *lines = mem_zalloc_array((size_t)count + 1, sizeof *lines);
    size_t *columns = mem_zalloc_array((size_t)count + 1, sizeof *columns);
    if (!files || !lines || !columns) return cli_fail("out of memory"), EXIT_SOME_FAILED;
    for (int i = 0; i < count; i++)
        if (!take_place(&lines[file_count], &columns[file_count], operands[i]))
            files[file_count++] = operands[i];
    s->ui.lines = lines;
    s->ui.columns = columns;
    s->ui.find_model = find_model;
    int status = ui_run(&s->ui, files, file_count);
    mem_free(files);
    mem_free(lines);
    mem_free(columns);
    return status;
}

const struct cli_command command_edit = {
    .name = "",
    .summary = "edit prose; `lacuna ./fill` edits a file named like a command",
    .usage = "[OPTION…] [+LINE[:COLUMN]] [FILE…]",
    .options = options,
    .set = set_edit_option,
    .settings_size = sizeof(struct edit_settings),
    .run = run_edit,
};
