/* lacuna bench: milliseconds and GFLOP/s, and how close they come to the machine's peak. */
#include "bench_fill.h"
#include "bench_report.h"
#include "bench_train.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"
#include "say.h"

#include <jansson.h>
#include <string.h>

enum { SHAPE, TOKENS, MASKED, STEPS, PRECISION, THREADS, REPEATS, JSON };

static const struct cli_option options[] = {
    [SHAPE] = {"shape", 0, "S",
               "net: small, medium (published sizes, random weights) or a model; fill: a model (default: the "
               "bundled one); train: a recipe (default: cpu)"},
    [TOKENS] = {"tokens", 0, "N", "net: positions of the window (default 256)"},
    [MASKED] = {"masked", 0, "N", "net, fill: how many of them are masked (default 16; fill 12)"},
    [STEPS] = ROW_STEPS("fill: reverse steps (default 32)"),
    [PRECISION] = ROW_PRECISION,
    [THREADS] = ROW_THREADS,
    [REPEATS] = {"repeats", 0, "N", "net, fill: number of runs, whose median is taken (default 15)"},
    [JSON] = {"json", 0, NULL, "JSON instead of a table"},
    {0},
};

static void default_bench_settings(void *opaque)
{
    *(struct bench_settings *)opaque =
        (struct bench_settings){.model = model_options_default(), .tokens = 256, .repeats = 15};
}

static bool set_bench_option(void *opaque, int option, const char *value)
{
    struct bench_settings *s = opaque;
    switch (option) {
    case SHAPE:
        s->shape = value;
        return true;
    case TOKENS:
        return cli_int("tokens", value, 1, 1 << 16, &s->tokens);
    case MASKED:
        return cli_int("masked", value, 1, 1 << 16, &s->masked);
    case REPEATS:
        return cli_int("repeats", value, 1, 100000, &s->repeats);
    case JSON:
        return s->json = true;
    default:
        return false;
    }
}

/* The published shapes: 12 blocks of 768 and 24 of 1024, GPT-2's vocabulary, 1024 positions. */
static struct sedd_model *published(const char *shape, enum sedd_precision precision, struct error *error)
{
    bool medium = strcmp(shape, "medium") == 0;
    struct sedd_config config = {.tokens = 50257,
                                 .graph = SEDD_ABSORB,
                                 .noise = SEDD_LOGLINEAR,
                                 .sigma_min = 1e-4,
                                 .sigma_max = 20,
                                 .hidden_size = medium ? 1024 : 768,
                                 .cond_dim = 128,
                                 .length = 1024,
                                 .n_blocks = medium ? 24 : 12,
                                 .n_heads = medium ? 16 : 12,
                                 .scale_by_sigma = true,
                                 .parametrisation = SEDD_SCORE,
                                 .endoftext = -1,
                                 .delete_id = -1,
                                 .expand_id = -1};
    snprintf(config.name, sizeof config.name, "%s", shape);
    return sedd_model_random(&config, precision, 1, error);
}

static bool print_net_speed(const struct bench_settings *s, const struct sedd_model *model,
                            const struct measure_speed *speed)
{
    if (s->json) {
        json_t *out = json_pack(
            "{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:s, s:s, s:I, s:I, s:I, s:s, s:I, s:I}", "ms", speed->ms,
            "products_ms", speed->products_ms, "over_products", speed->ms / speed->products_ms, "gflop",
            speed->gflop, "gflops", speed->gflops, "matmul_peak_gflops", speed->matmul_peak_gflops,
            "share_of_peak", speed->share_of_peak, "precision",
            sedd_precision_name(sedd_model_precision(model)), "backend", sedd_model_backend(model), "threads",
            (json_int_t)s->model.threads, "tokens", (json_int_t)s->tokens, "masked", (json_int_t)s->masked,
            "model", sedd_model_config(model)->name, "repeats", (json_int_t)speed->repeats, "peak_rss",
            (json_int_t)measure_peak_memory());
        return bench_print(out);
    }
    say_line("%-10s %-5s %-9s %7s %7s %9s %9s %6s %8s %9s %9s %6s %8s", "model", "prec", "backend", "tokens",
             "masked", "ms", "products", "ratio", "GFLOP", "GFLOP/s", "peak", "share", "RSS MB");
    say_line("%-10s %-5s %-9s %7d %7d %9.2f %9.2f %6.2f %8.2f %9.1f %9.1f %5.0f%% %8zu",
             sedd_model_config(model)->name, sedd_precision_name(sedd_model_precision(model)),
             sedd_model_backend(model), (int)s->tokens, (int)s->masked, speed->ms, speed->products_ms,
             speed->ms / speed->products_ms, speed->gflop, speed->gflops, speed->matmul_peak_gflops,
             100 * speed->share_of_peak, measure_peak_memory() >> 20);
    return true;
}

static int bench_net(const struct bench_settings *s)
{
    struct error error = {0};
    struct sedd_model *model = NULL;
    if (s->shape && (strcmp(s->shape, "small") == 0 || strcmp(s->shape, "medium") == 0)) {
        model = published(s->shape, s->model.precision, &error);
    } else {
        char *folder = model_path(s->shape, &error);
        model = folder ? sedd_model_load(folder, s->model.precision, NULL, NULL, &error) : NULL;
        mem_free(folder);
    }
    struct pool *pool = model ? pool_new(s->model.threads, &error) : NULL;
    struct sedd_net *net = pool ? sedd_net_new(model, pool, &error) : NULL;
    struct measure_speed speed;
    int status = EXIT_DONE;
    if (!net) {
        cli_fail("%s", error.message);
        status = EXIT_MODEL;
    } else if (measure_net_speed(net, pool, (uint32_t)s->tokens, (uint32_t)s->masked, (int)s->repeats, &speed,
                                 &error)) {
        cli_fail("%s", error.message);
        status = EXIT_SOME_FAILED;
    } else if (!print_net_speed(s, model, &speed)) {
        status = EXIT_SOME_FAILED;
    }
    sedd_net_free(net);
    pool_free(pool);
    sedd_model_free(model);
    return status;
}

/* The shape is the name of a recipe or of a model, or no file at all. */
static bool check_bench_outputs(const struct bench_settings *s, bool recipe)
{
    struct outputs all = {0};
    char *model = recipe ? NULL : model_path(s->shape, NULL);
    if (recipe) outputs_read(&all, s->shape);
    outputs_read_model(&all, model);
    outputs_write(&all, "-");
    mem_free(model);
    return outputs_check(&all);
}

static int run_bench(void *opaque, int count, char **operands)
{
    struct bench_settings *s = opaque;
    const char *what = count == 1 ? operands[0] : "";
    if (!check_bench_outputs(s, strcmp(what, "train") == 0)) return EXIT_USAGE;
    bool fill = strcmp(what, "fill") == 0;
    if (!s->masked) s->masked = fill ? 12 : 16;
    if (fill) return bench_fill(s);
    if (strcmp(what, "train") == 0) return bench_train(s);
    if (strcmp(what, "net") == 0) return bench_net(s);
    return cli_fail("name what to measure: net, fill or train"), EXIT_USAGE;
}

const struct cli_command command_bench = {
    .name = "bench",
    .summary = "measure speed against the machine's matrix product rate",
    .usage = "bench net|fill|train [OPTION…]",
    .options = options,
    .set = set_bench_option,
    .settings_size = sizeof(struct bench_settings),
    .defaults = default_bench_settings,
    .run = run_bench,
};
