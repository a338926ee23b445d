/* lacuna train: a recipe and texts in, a model folder out. */
#define _GNU_SOURCE
#include "cli.h"
#include "interrupt.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"
#include "model_options.h"
#include "outputs.h"
#include "say.h"
#include "train_plot.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum {
    RECIPE,
    DATA,
    VALID,
    OUT,
    INIT,
    RESUME,
    OVERWRITE,
    TOKENIZER,
    PRECISION,
    THREADS,
    OBJECTIVE,
    PLOT,
    STEPS,
    STOP_AFTER,
    EVERY,
    QUIET
};

static const struct cli_option options[] = {
    [RECIPE] = {"recipe", 'r', "FILE", "what to train and how (models/recipes/NAME.json)"},
    [DATA] = {"data", 'd', "FILE", "text to train on; may be repeated; operands are added to it"},
    [VALID] = {"valid", 'v', "FILE", "text to measure the loss on; may be repeated"},
    [OUT] = {"out", 'o', "DIR", "folder for the model, the checkpoint and train.jsonl"},
    [INIT] = {"init", 0, "MODEL", "start from the weights of this model folder (fine-tuning)"},
    [RESUME] = {"resume", 0, NULL, "continue from the checkpoint in --out"},
    [OVERWRITE] = {"overwrite", 0, NULL, "start over in --out, replacing the run or model there",
                   .excludes = "resume"},
    [TOKENIZER] = {"tokenizer", 0, "DIR",
                   "use its vocab.json and merges.txt (default: learn them from the data)"},
    [PRECISION] = {NAME_PRECISION, "f32 or bf16 matrix products (default: bf16 if the CPU has it)"},
    [THREADS] = ROW_THREADS,
    [OBJECTIVE] = {"objective", 0, "O",
                   "ar: train an autoregressive model of the recipe's size, as a baseline"},
    [PLOT] = {"plot", 0, "FILE", "draw train.jsonl of --out as an SVG file, without training"},
    [STEPS] = {"steps", 'n', "N", "total optimiser steps, instead of the recipe's"},
    [STOP_AFTER] = {"stop-after", 0, "N", "stop with a checkpoint after N steps of this run"},
    [EVERY] = {"checkpoint-every", 0, "S", "seconds between checkpoints (default 60)"},
    [QUIET] = {"quiet", 'q', NULL, "show no progress line"},
    {0},
};

enum { MAX_FILES = 256 };

struct train_settings {
    struct model_options model; /* must come first: model_options.c sets its threads */
    const struct interrupt *interrupt;
    const char *recipe, *out, *initial, *tokenizer;
    const char *data[MAX_FILES], *valid[MAX_FILES];
    size_t data_count, valid_count;
    const char *objective, *plot;
    int64_t steps, stop_after, every;
    bool resume, overwrite, quiet, f32;
};

static void default_train_settings(void *opaque)
{
    struct train_settings *s = opaque;
    s->model = model_options_default();
    s->every = 60;
}

static bool set_train_option(void *opaque, int option, const char *value)
{
    struct train_settings *s = opaque;
    switch (option) {
    case RECIPE:
        s->recipe = value;
        return true;
    case DATA:
        if (s->data_count == MAX_FILES) return cli_fail("--data: at most %d files", MAX_FILES);
        s->data[s->data_count++] = value;
        return true;
    case VALID:
        if (s->valid_count == MAX_FILES) return cli_fail("--valid: at most %d files", MAX_FILES);
        s->valid[s->valid_count++] = value;
        return true;
    case OUT:
        s->out = value;
        return true;
    case INIT:
        s->initial = value;
        return true;
    case RESUME:
        return s->resume = true;
    case OVERWRITE:
        return s->overwrite = true;
    case TOKENIZER:
        s->tokenizer = value;
        return true;
    case PRECISION:
        s->f32 = strcmp(value, "f32") == 0;
        return s->f32 || strcmp(value, "bf16") == 0 ||
               cli_fail("--precision: \"%s\" is neither f32 nor bf16", value);
    case PLOT:
        s->plot = value;
        return true;
    case OBJECTIVE:
        s->objective = value;
        return true;
    case STEPS:
        return cli_int("steps", value, 1, INT64_C(1) << 40, &s->steps);
    case STOP_AFTER:
        return cli_int("stop-after", value, 1, INT64_C(1) << 40, &s->stop_after);
    case EVERY:
        return cli_int("checkpoint-every", value, 1, 86400, &s->every);
    case QUIET:
        return s->quiet = true;
    default:
        return false;
    }
}

/* A line for people. On a terminal the next line replaces it, unless it has a validation loss. */
static void report_step(void *context, const struct train_progress *p)
{
    static double last;
    char text[256], validation[64] = "", left[48];
    (void)context;
    bool terminal = say_progress_shows(), validated = isfinite(p->validation), final = p->step == p->steps;
    double now = clock_seconds();
    if (!validated && !final && now - last < (terminal ? 0.5 : 30)) return;
    last = now;
    if (p->seconds_left >= 5400)
        snprintf(left, sizeof left, "%.1f h left", p->seconds_left / 3600);
    else
        snprintf(left, sizeof left, "%.0f min left", ceil(p->seconds_left / 60));
    if (validated) snprintf(validation, sizeof validation, "  validation %.4f nats/token", p->validation);
    snprintf(text, sizeof text, "step %llu/%llu  loss %.4f  |g| %.2f  lr %.2g  %.0f tokens/s  %s%s",
             (unsigned long long)p->step, (unsigned long long)p->steps, p->smoothed, p->gradient_norm,
             p->learning_rate, p->tokens_per_second, left, validation);
    if (!terminal || validated || final)
        cli_note("%s", text);
    else
        say_progress("%s", text);
}

static void note_message(void *context, const char *message)
{
    const struct train_settings *s = context;
    cli_fail("%s: %s", s->out, message);
}

static bool say_vocabulary(void *context, const char *stage, uint64_t done, uint64_t total)
{
    const struct interrupt *interrupt = context;
    say_progress("vocabulary: %s %llu/%llu", stage, (unsigned long long)done, (unsigned long long)total);
    return !atomic_load(&interrupt->requested);
}

/* The texts of a run. A pipe can be read only once, but the texts are needed twice: for the vocabulary and
 * for the tokens. */
struct texts {
    struct file_map maps[MAX_FILES];
    struct slice slices[MAX_FILES];
    size_t count;
};

static enum status open_texts(struct texts *texts, const char *const *paths, size_t count,
                              struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status; i++) {
        struct file_map *map = &texts->maps[i];
        if (!(status = file_map_open(paths[i], map, error))) texts->count = i + 1;
        texts->slices[i] = (struct slice){(const char *)map->data, map->size};
    }
    return status;
}

static void close_texts(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) file_map_close(&texts->maps[i]);
    texts->count = 0;
}

static enum status learn_vocabulary(const struct train_settings *s, const struct texts *texts, uint32_t size,
                                    struct error *error)
{
    static const char *const specials[] = {"<|endoftext|>", "<|delete|>", "<|expand|>"};
    struct bpe_train_options how = {.size = size,
                                    .specials = specials,
                                    .special_count = 3,
                                    .progress = s->quiet ? NULL : say_vocabulary,
                                    .context = (void *)(uintptr_t)s->interrupt};
    enum status status = bpe_train(&how, texts->slices, texts->count, s->out, error);
    say_progress("%s", "");
    return status;
}

/* The vocabulary in --out: the one already there, a copy of --tokenizer's, --init's, or a new one. */
static struct bpe *open_vocabulary(const struct train_settings *s, const struct texts *texts,
                                   const struct train_recipe *recipe, struct error *error)
{
    char *path = path_join(s->out, "vocab.json");
    enum status status = file_make_folders(s->out, error);
    const char *source = s->tokenizer ? s->tokenizer : s->initial;
    if (!status && path && !file_exists(path)) {
        if (source) {
            status = file_copy(source, "merges.txt", s->out, "merges.txt", error);
            if (!status) status = file_copy(source, "vocab.json", s->out, "vocab.json", error);
        } else {
            status = learn_vocabulary(s, texts, recipe->vocabulary, error);
        }
    }
    mem_free(path);
    struct bpe *bpe = status ? NULL : bpe_load_folder(s->out, error);
    if (bpe && bpe_size(bpe) != recipe->vocabulary) {
        error_set(error, STATUS_ARGUMENT, "the vocabulary in %s has %u ids, but the recipe has %u", s->out,
                  bpe_size(bpe), recipe->vocabulary);
        bpe_free(bpe);
        return NULL;
    }
    return bpe;
}

/* The products that a run will use. Without its plug-in bf16 falls back to float32, half as fast: a user who
 * waits for days should see that in the first line. */
static const char *name_products(bool f32, char *text, size_t size)
{
    enum sedd_precision precision = f32 ? SEDD_PRECISION_F32 : SEDD_PRECISION_AUTO;
    const struct matmul_backend *backend = matmul_backend(&precision, NULL);
    snprintf(text, size, "%s products by %s", sedd_precision_name(precision),
             backend ? backend->name : "none");
    return text;
}

/* The files that a run leaves in --out. */
static const char *const written[] = {"checkpoint.safetensors", "model.safetensors", "train.jsonl",
                                      "config.json"};
static const char *const vocabulary[] = {"vocab.json", "merges.txt"};

static bool is_there(const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    bool there = path && file_exists(path);
    mem_free(path);
    return there;
}

/* Every file that a run reads or writes. A vocabulary in --out is used if there is one. */
static bool check_train_outputs(const struct train_settings *s)
{
    struct outputs all = {0};
    bool own = is_there(s->out, vocabulary[0]) && !s->overwrite;
    outputs_read(&all, s->recipe);
    for (size_t i = 0; i < s->data_count; i++) outputs_read(&all, s->data[i]);
    for (size_t i = 0; i < s->valid_count; i++) outputs_read(&all, s->valid[i]);
    if (!s->resume) outputs_read_model(&all, s->initial);
    for (size_t i = 0; i < ARRAY_SIZE(written); i++) outputs_write_in(&all, s->out, written[i]);
    for (size_t i = 0; i < ARRAY_SIZE(vocabulary) && !own; i++) {
        if (s->tokenizer) outputs_read_in(&all, s->tokenizer, vocabulary[i]);
        outputs_write_in(&all, s->out, vocabulary[i]);
    }
    return outputs_check(&all);
}

/* Hours of work must not be overwritten because an option was forgotten. */
static bool check_run(const struct train_settings *s)
{
    for (size_t i = 0; i < ARRAY_SIZE(written) && !s->resume && !s->overwrite; i++)
        if (is_there(s->out, written[i]))
            return cli_fail("%s: already holds %s; --resume continues a run, --overwrite starts over", s->out,
                            written[i]);
    return true;
}

static enum status remove_from(const char *folder, const char *name, struct error *error)
{
    char *path = path_join(folder, name);
    enum status status = path ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (path && unlink(path) && errno != ENOENT)
        status = error_set(error, STATUS_IO, "%s: cannot remove it: %s", path, strerror(errno));
    mem_free(path);
    return status;
}

/* --overwrite: no file of the older run may be taken for one of the new run. */
static enum status remove_run(const struct train_settings *s, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_SIZE(written) && !status; i++)
        status = remove_from(s->out, written[i], error);
    for (size_t i = 0; i < ARRAY_SIZE(vocabulary) && !status; i++)
        status = remove_from(s->out, vocabulary[i], error);
    return status;
}

/* The training tokens and the vocabulary. */
struct material {
    struct texts texts, valid_texts;
    struct bpe *bpe;
    struct train_data data, valid;
};

static enum status prepare_material(const struct train_settings *s, const struct train_recipe *recipe,
                                    struct pool *pool, struct material *m, struct error *error)
{
    enum status status = open_texts(&m->texts, s->data, s->data_count, error);
    if (!status) status = open_texts(&m->valid_texts, s->valid, s->valid_count, error);
    if (!status && s->overwrite)
        status = remove_run(s, error); /* only after everything that must be read was found readable */
    if (status) return status;
    m->bpe = open_vocabulary(s, &m->texts, recipe, error);
    if (!m->bpe) return error->code;
    int64_t separator = bpe_find_special(m->bpe, BPE_SEPARATOR);
    if (separator != recipe->config.endoftext)
        return error_set(error, STATUS_FORMAT, "%s must be the third-last id of the vocabulary",
                         BPE_SEPARATOR);
    char *cache = path_join(s->out, "tokens");
    if (!cache) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    status = train_data_load(&m->data, m->bpe, (uint32_t)separator, m->texts.slices, m->texts.count, cache,
                             pool, error);
    if (!status && m->valid_texts.count)
        status = train_data_load(&m->valid, m->bpe, (uint32_t)separator, m->valid_texts.slices,
                                 m->valid_texts.count, cache, pool, error);
    mem_free(cache);
    close_texts(&m->texts);
    close_texts(&m->valid_texts);
    return status;
}

static enum status train_model(struct train_settings *s, struct train_recipe *recipe, struct error *error)
{
    char text[64];
    struct material *m = mem_zalloc(sizeof *m);
    struct pool *pool = pool_new(s->model.threads, error);
    enum status status = !m     ? error_set(error, STATUS_NO_MEMORY, "out of memory")
                         : pool ? prepare_material(s, recipe, pool, m, error)
                                : error->code;
    if (!status && !s->quiet)
        cli_note("%zu training tokens (hash %016llx), %d threads, %s", m->data.count,
                 (unsigned long long)m->data.hash, pool_threads(pool),
                 name_products(s->f32, text, sizeof text));
    struct train_options how = {.out = s->out,
                                .initial = s->initial,
                                .resume = s->resume,
                                .f32 = s->f32,
                                .checkpoint_seconds = (double)s->every,
                                .validation_seconds = 300,
                                .stop_after = (uint64_t)s->stop_after,
                                .report = s->quiet ? NULL : report_step,
                                .note = note_message,
                                .context = s,
                                .stop = &s->interrupt->requested};
    if (!status) status = train_run(recipe, &m->data, s->valid_count ? &m->valid : NULL, pool, &how, error);
    pool_free(pool);
    if (!m) return status;
    close_texts(&m->texts);
    close_texts(&m->valid_texts);
    train_data_free(&m->data);
    train_data_free(&m->valid);
    bpe_free(m->bpe);
    mem_free(m);
    return status;
}

static int plot_run(const struct train_settings *s)
{
    struct error error = {0};
    struct outputs all = {0};
    outputs_read_in(&all, s->out, "train.jsonl");
    outputs_write(&all, s->plot);
    if (!outputs_check(&all)) return EXIT_USAGE;
    if (!train_plot(s->out, s->plot, &error)) return EXIT_DONE;
    return cli_fail("%s", error.message), EXIT_SOME_FAILED;
}

static int run_train(void *opaque, int count, char **operands)
{
    struct train_settings *s = opaque;
    struct error error = {0};
    struct train_recipe recipe;
    if (s->plot && s->out) return plot_run(s);
    for (int i = 0; i < count; i++)
        if (!set_train_option(s, DATA, operands[i])) return EXIT_USAGE;
    if (!s->recipe || !s->out || !s->data_count)
        return cli_fail("--recipe, --data and --out are required"), EXIT_USAGE;
    if (!check_train_outputs(s) || !check_run(s)) return EXIT_USAGE;
    if (train_recipe_load(s->recipe, &recipe, &error)) return cli_fail("%s", error.message), EXIT_USAGE;
    if (s->steps) recipe.steps = (uint64_t)s->steps;
    if (s->objective && train_recipe_set_objective(&recipe, s->objective, &error))
        return cli_fail("--objective: %s", error.message), EXIT_USAGE;
    if (recipe.ar_steps >= recipe.steps)
        return cli_fail("--steps: must be above %llu, the recipe's autoregressive steps",
                        (unsigned long long)recipe.ar_steps),
               EXIT_USAGE;
    s->interrupt = interrupt_take(INTERRUPT_TERM);
    enum status status = train_model(s, &recipe, &error);
    if (!status) return EXIT_DONE;
    cli_fail("%s", error.message);
    return status == STATUS_CANCELLED  ? EXIT_INTERRUPTED
           : status == STATUS_ARGUMENT ? EXIT_USAGE /* of the recipe */
                                       : EXIT_SOME_FAILED;
}

const struct cli_command command_train = {
    .name = "train",
    .summary = "train a model on texts from a recipe",
    .usage = "train --recipe FILE --data FILE… --out DIR [OPTION…] | train --plot FILE --out DIR",
    .options = options,
    .set = set_train_option,
    .settings_size = sizeof(struct train_settings),
    .defaults = default_train_settings,
    .run = run_train,
};
