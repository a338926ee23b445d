/* lacuna bench train: tokens per second, and how close the whole loop comes to its products alone. */
#include "bench_train.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"
#include "model_options.h"
#include "say.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { PEAK_M = 2048, STEPS = 4 };

/* ---- the rate of the largest product alone: x (M, D) W (4D, D)ᵀ, one on each thread ------------------- */

struct peak {
    void **plans;
    void *x, *w, **y; /* y: one for each thread */
};

static void peak_part(void *context, int part, int worker)
{
    struct peak *p = context;
    (void)worker;
    const struct matmul_backend *backend = p->plans[0];
    backend->run(p->plans[1 + part], p->x, p->w, p->y[part]);
}

static double peak_gflops(size_t d, enum sedd_precision precision, struct pool *pool)
{
    enum { ROUNDS = 9 };
    const struct matmul_backend *backend = matmul_backend(&precision, NULL);
    size_t threads = (size_t)pool_threads(pool);
    bool bf16 = precision == SEDD_PRECISION_BF16;
    enum matmul_type type = bf16 ? MATMUL_BF16 : MATMUL_F32;
    size_t size = bf16 ? sizeof(uint16_t) : sizeof(float);
    struct matmul_shape shape = {.m = PEAK_M,
                                 .n = 4 * d,
                                 .k = d,
                                 .batch = 1,
                                 .a = type,
                                 .b = type,
                                 .c = type,
                                 .a_row = d,
                                 .a_column = 1,
                                 .b_row = 1,
                                 .b_column = d,
                                 .c_row = 4 * d};
    struct peak p = {.plans = mem_zalloc_array(threads + 1, sizeof(void *)),
                     .y = mem_zalloc_array(threads, sizeof(void *)),
                     .x = mem_big_alloc(PEAK_M * d * size),
                     .w = mem_big_alloc(4 * d * d * size)};
    double seconds[ROUNDS], rate = 0;
    bool ok = backend && p.plans && p.y && p.x && p.w;
    if (ok) p.plans[0] = (void *)(uintptr_t)backend;
    for (size_t i = 0; i < threads && ok; i++) {
        p.plans[1 + i] = backend->plan(&shape);
        p.y[i] = mem_big_alloc(PEAK_M * 4 * d * size);
        ok = p.plans[1 + i] && p.y[i];
    }
    for (int i = -2; i < ROUNDS && ok; i++) {
        double begun = clock_seconds();
        pool_run(pool, (int)threads, peak_part, &p);
        if (i >= 0) seconds[i] = clock_seconds() - begun;
    }
    if (ok) rate = 2e-9 * (double)threads * PEAK_M * 4 * (double)(d * d) / bench_median(seconds, ROUNDS);
    for (size_t i = 0; i < threads && p.plans && p.y; i++) {
        if (p.plans[1 + i]) backend->plan_free(p.plans[1 + i]);
        mem_big_free(p.y[i], PEAK_M * 4 * d * size);
    }
    mem_big_free(p.x, PEAK_M * d * size);
    mem_big_free(p.w, 4 * d * d * size);
    mem_free(p.plans);
    mem_free(p.y);
    return rate;
}

/* ---- the loop ------------------------------------------------------------------------------------------ */

/* Random tokens cost as much as real ones. */
static bool make_data(struct train_data *data, const struct train_recipe *recipe)
{
    struct rng rng = {.seed = 1};
    data->count = (size_t)recipe->rows * recipe->config.length * (STEPS + 2);
    data->ids = mem_alloc_array(data->count, sizeof *data->ids);
    data->flags = mem_zalloc_array(recipe->vocabulary, 1);
    if (!data->ids || !data->flags) return false;
    for (size_t i = 0; i < data->count; i++) data->ids[i] = (uint16_t)rng_below(&rng, recipe->vocabulary - 3);
    memset(data->flags, TRAIN_STARTS_WORD, recipe->vocabulary);
    return true;
}

struct watch {
    double begun, seconds[STEPS];
    uint64_t step;
};

/* The first step warms up and is not counted. */
static void watch_step(void *context, const struct train_progress *progress)
{
    struct watch *w = context;
    double now = clock_seconds();
    if (progress->step > 1 && progress->step - 2 < STEPS) w->seconds[progress->step - 2] = now - w->begun;
    w->begun = now;
    w->step = progress->step;
}

static enum status run_steps(const struct bench_settings *s, struct train_recipe *recipe, struct pool *pool,
                             struct watch *watch, struct error *error)
{
    char folder[] = "/tmp/lacuna-bench-XXXXXX", command[64];
    struct train_data data = {0};
    struct train_options how = {.out = folder,
                                .f32 = s->model.precision == SEDD_PRECISION_F32,
                                .checkpoint_seconds = 1e9,
                                .validation_seconds = 1e9,
                                .stop_after = STEPS + 1,
                                .report = watch_step,
                                .context = watch};
    if (!mkdtemp(folder)) return error_set(error, STATUS_IO, "/tmp: cannot create a folder there");
    enum status status =
        make_data(&data, recipe) ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (!status) status = train_run(recipe, &data, NULL, pool, &how, error);
    train_data_free(&data);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) && !status) status = error_set(error, STATUS_IO, "cannot remove %s", folder);
    return status;
}

static bool print_train_speed(const struct bench_settings *s, const struct train_recipe *r,
                              enum sedd_precision precision, double tokens, double gflop, double peak)
{
    const char *name = precision == SEDD_PRECISION_BF16 ? "bf16" : "f32";
    double rate = tokens * gflop;
    if (!s->json) {
        say_line("%-10s %-5s %9s %10s %12s %9s %9s %6s", "recipe", "prec", "batch", "tokens/s", "GFLOP/token",
                 "GFLOP/s", "peak", "share");
        say_line("%-10s %-5s %9u %10.0f %12.4f %9.1f %9.1f %5.0f%%", r->config.name, name,
                 r->rows * r->config.length, tokens, gflop, rate, peak, 100 * rate / peak);
        return true;
    }
    json_t *out = json_pack(
        "{s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:f, s:I, s:I}", "recipe", r->config.name, "precision", name,
        "batch_tokens", (json_int_t)((uint64_t)r->rows * r->config.length), "tokens_per_second", tokens,
        "gflop_per_token", gflop, "gflops", rate, "matmul_peak_gflops", peak, "share_of_peak", rate / peak,
        "threads", (json_int_t)s->model.threads, "peak_rss", (json_int_t)measure_peak_memory());
    return bench_print(out);
}

int bench_train(const struct bench_settings *s)
{
    struct error error = {0};
    struct train_recipe recipe;
    struct watch watch = {0};
    char *path = s->shape ? mem_strdup(s->shape) : path_find_data("models/recipes/cpu.json");
    struct pool *pool = NULL;
    enum sedd_precision precision = s->model.precision;
    enum status status =
        path ? train_recipe_load(path, &recipe, &error)
             : error_set(&error, STATUS_IO, "models/recipes/cpu.json is missing; name a recipe with --shape");
    if (!status && !(pool = pool_new(s->model.threads, &error))) status = STATUS_NO_MEMORY;
    if (!status && !matmul_backend(&precision, &error)) status = STATUS_UNSUPPORTED;
    double before = !status ? peak_gflops(recipe.config.hidden_size, precision, pool) : 0;
    if (!status) status = run_steps(s, &recipe, pool, &watch, &error);
    if (!status) { /* the peak is measured before and after, since other work on the machine affects it */
        double peak = (before + peak_gflops(recipe.config.hidden_size, precision, pool)) / 2;
        double step = bench_median(watch.seconds, STEPS);
        if (!print_train_speed(s, &recipe, precision, (double)recipe.rows * recipe.config.length / step,
                               1e-9 * train_flop_per_token(&recipe), peak))
            status = STATUS_FORMAT;
    } else {
        cli_fail("%s", error.message);
    }
    pool_free(pool);
    mem_free(path);
    return status ? EXIT_SOME_FAILED : EXIT_DONE;
}
