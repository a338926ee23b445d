/* lacuna [FILE…]: the editor, which needs no name of a subcommand. */
#include "cli.h"
#include "lacuna/fill.h"
#include "lacuna/ui.h"
#include "model_path.h"

#include <stdlib.h>
#include <string.h>

enum { MODEL, SEED, STEPS, TEMPERATURE, TOP_P, KEYMAP, WIDTH, PACE, PRECISION, THREADS, FILL, NO_COLOR };

static const struct cli_option options[] = {
    [MODEL] = {"model", 'm', "NAME|DIR",
               "the model that fills (default: $LACUNA_MODEL, else the bundled one)"},
    [SEED] = {"seed", 's', "N", "seed of the first fill; the next ones count on (default 0)"},
    [STEPS] = {"steps", 'n', "N", "reverse steps of a fill (default 32)"},
    [TEMPERATURE] = {"temperature", 't', "T", "1 (default) is the model's own distribution; 0 is greedy"},
    [TOP_P] = {"top-p", 'p', "P", "draw from the likeliest P of the mass (default 1: off)"},
    [KEYMAP] = {"keymap", 'k', "K", "a keymap file, or the name of an installed one"},
    [WIDTH] = {"width", 'w', "N", "wrap prose at N cells (default 88; 0: the whole screen)"},
    [PACE] = {"pace", 0, "MS", "show each step of a fill at least so long (default 40; 0: as they come)"},
    [PRECISION] = {"precision", 0, "P", "f32, bf16 or int8 (default: by what the CPU has)"},
    [THREADS] = {"threads", 0, "N", "threads of the model (default: one per CPU)"},
    [FILL] = {"fill", 0, NULL, "fill all blanks as soon as the file is open"},
    [NO_COLOR] = {"no-color", 0, NULL, "attributes only, as with $NO_COLOR"},
    {0},
};

struct settings {
    struct ui_options ui;
    const char *model;
};

static void defaults(void *opaque)
{
    struct settings *s = opaque;
    s->ui.steps = 32;
    s->ui.temperature = s->ui.top_p = 1;
    s->ui.width = 88;
    s->ui.pace = 40;
}

static bool set_number(int option, const char *value, int64_t low, int64_t high, int *out)
{
    int64_t number;
    if (!cli_int(options[option].name, value, low, high, &number)) return false;
    *out = (int)number;
    return true;
}

static bool set(void *opaque, int option, const char *value)
{
    struct settings *s = opaque;
    int64_t seed;
    switch (option) {
    case MODEL:
        s->model = value;
        return true;
    case SEED:
        if (!cli_int("seed", value, 0, (int64_t)FILL_SEED_LIMIT - 1, &seed)) return false;
        s->ui.seed = (uint64_t)seed;
        return true;
    case STEPS:
        return set_number(STEPS, value, 1, 100000, &s->ui.steps);
    case TEMPERATURE:
        return cli_double("temperature", value, 0, 100, &s->ui.temperature);
    case TOP_P:
        return cli_double("top-p", value, 1e-6, 1, &s->ui.top_p);
    case KEYMAP:
        s->ui.keymap = value;
        return true;
    case WIDTH:
        return set_number(WIDTH, value, 0, 10000, &s->ui.width);
    case PACE:
        return set_number(PACE, value, 0, 10000, &s->ui.pace);
    case PRECISION:
        return cli_precision(value, &s->ui.precision);
    case THREADS:
        return set_number(THREADS, value, 1, 256, &s->ui.threads);
    case FILL:
        return s->ui.fill = true;
    case NO_COLOR:
        return s->ui.no_color = true;
    default:
        return false;
    }
}

/* +N before a file, as vi and nano have it. */
static bool take_line(struct settings *s, const char *operand)
{
    char *end;
    if (operand[0] != '+' || operand[1] < '0' || operand[1] > '9') return false;
    unsigned long long line = strtoull(operand + 1, &end, 10);
    if (*end) return false;
    s->ui.line = (size_t)line;
    return true;
}

static int run(void *opaque, int count, char **operands)
{
    struct settings *s = opaque;
    struct error error = {0};
    char **files = mem_alloc_array((size_t)count + 1, sizeof *files);
    size_t file_count = 0;
    if (!files) return cli_fail("no memory"), EXIT_SOME_FAILED;
    for (int i = 0; i < count; i++)
        if (!take_line(s, operands[i])) files[file_count++] = operands[i];
    /* A model that is not there matters when something is to be filled; one that was asked for, at once. */
    char *model = model_path(s->model, &error);
    if (!model) s->ui.no_model = error.message;
    if (!model && s->model) s->ui.trouble = error.message;
    s->ui.model = model;
    int status = ui_run(&s->ui, files, file_count);
    mem_free(model);
    mem_free(files);
    return status;
}

const struct cli_command command_edit = {
    .name = "",
    .summary = "edit prose; `lacuna ./fill` edits a file that has the name of a command",
    .usage = "[OPTION…] [+LINE] [FILE…]",
    .options = options,
    .set = set,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
