/* lacuna voice: fine-tunes a model on a writer's own texts, and measures the gain on pages that are not trained on. */
#define _GNU_SOURCE
#include "cli.h"
#include "eval_json.h"
#include "interrupt.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "lacuna/train.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"
#include "say.h"
#include "voice_texts.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { MODEL, OUT, MINUTES, PRECISION, THREADS, NICE, OVERWRITE, QUIET };

static const struct cli_option options[] = {
    [MODEL] = ROW_MODEL,
    [OUT] = {"out", 'o', "DIR", "folder for the fine-tuned model"},
    [MINUTES] = {"minutes", 0, "N", "minutes of training (default 60)"},
    [PRECISION] = ROW_PRECISION,
    [THREADS] = ROW_THREADS,
    [NICE] = {"nice", 0, "N", "niceness, 0 to 19 (default 19: the lowest priority)"},
    [OVERWRITE] = {"overwrite", 0, NULL, "replace the model in --out"},
    [QUIET] = {"quiet", 'q', NULL, "show no progress line"},
    {0},
};

struct voice_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    const char *out, *texts;
    double minutes;
    int64_t nice;
    bool overwrite, quiet;
};

static void default_voice_settings(void *opaque)
{
    *(struct voice_settings *)opaque =
        (struct voice_settings){.model = model_options_default(), .minutes = 60, .nice = 19};
}

static bool set_voice_option(void *opaque, int option, const char *value)
{
    struct voice_settings *s = opaque;
    switch (option) {
    case OUT:
        return s->out = value, true;
    case MINUTES:
        return cli_double("minutes", value, 0.01, 100000, &s->minutes);
    case NICE:
        return cli_int("nice", value, 0, 19, &s->nice);
    case OVERWRITE:
        return s->overwrite = true;
    default:
        return s->quiet = true;
    }
}

/* ---- progress -------------------------------------------------------------------------------------------- */

/* One run, and the data of its callbacks. */
struct voice {
    const struct voice_settings *settings;
    const struct interrupt *interrupt;
    char *base; /* folder of the model that is fine-tuned */
    struct voice_texts texts;
    json_t *result;
    double begun, noted; /* when training began; when voice.json was last written */
    double watched;      /* the last loss on the watched pages; each step reports it until the next one */
    double best;         /* the lowest loss on the watched pages */
    int worse;           /* validations since then with a higher loss */
    atomic_bool enough;  /* stops the run */
    bool interrupted;
    enum status status; /* of copying the best weights */
    struct error error;
    uint64_t steps;
};

/* Writes DIR/voice.json: the phase during the run, the figures at the end. */
static enum status write_progress(struct voice *v, json_t *object, struct error *error)
{
    char *text = object ? json_dumps(object, JSON_REAL_PRECISION(6)) : NULL,
         *path = path_join(v->settings->out, "voice.json");
    enum status status = text && path ? file_write_atomic(path, text, strlen(text), error)
                                      : error_set(error, STATUS_NO_MEMORY, "out of memory");
    free(text);
    mem_free(path);
    json_decref(object);
    return status;
}

static void note_phase(struct voice *v, const char *phase, double share)
{
    struct error ignored = {0};
    double now = clock_seconds();
    bool shown = strcmp(phase, "training") != 0 || now - v->noted >= 1;
    if (!v->settings->quiet && shown) say_progress("%s %.0f %%", phase, 100 * share);
    if (shown && !write_progress(v, json_pack("{s:s, s:f}", "phase", phase, "share", share), &ignored))
        v->noted = now;
}

/* ---- measuring -------------------------------------------------------------------------------------------- */

/* Bits per byte and the accuracy of hidden words on the test pages; NULL: `error` says why. */
static json_t *measure(struct voice *v, const char *folder, double *bits, struct error *error)
{
    const struct voice_settings *s = v->settings;
    struct fill_engine *engine =
        fill_engine_open(folder, s->model.precision, s->model.threads, &v->interrupt->requested, error);
    if (!engine) return NULL;
    struct measure_text text = {0};
    struct measure_options how = {
        .draws = 8, .count = 300, .min_words = 1, .max_words = 3, .cancel = &v->interrupt->requested};
    struct measure_bound bound;
    struct measure_blanks blanks;
    const struct bpe *bpe = fill_engine_bpe(engine);
    enum status status = measure_text_add(&text, bpe, fill_engine_config(engine), v->texts.test.data,
                                          v->texts.test.size, error);
    if (!status) status = measure_bound(fill_engine_net(engine), bpe, &text, &how, &bound, error);
    if (!status) status = measure_blanks(fill_engine_net(engine), bpe, &text, &how, &blanks, error);
    json_t *out = status
                      ? NULL
                      : json_pack("{s:f, s:f, s:f, s:f, s:I, s:I}", "bits_per_byte", bound.bits_per_byte,
                                  "stderr", bound.stderr_bits_per_byte, "word_accuracy", blanks.word_accuracy,
                                  "word_accuracy_stderr", blanks.word_accuracy_stderr, "bytes",
                                  (json_int_t)bound.bytes, "blanks", (json_int_t)blanks.blanks);
    if (!status) *bits = bound.bits_per_byte;
    measure_text_free(&text);
    fill_engine_free(engine);
    return out;
}

/* ---- training --------------------------------------------------------------------------------------------- */

static const char weights[] = "model.safetensors", best_weights[] = "best.safetensors";

/* Called just after a model folder was written. Keeps the weights that are best on the watched pages, and stops the
 * run after several worse ones in a row. */
static void watch_loss(struct voice *v, double loss)
{
    enum { MOST_WORSE = 3 };
    if (loss < v->best) {
        v->best = loss;
        v->worse = 0;
        v->status = file_copy(v->settings->out, weights, v->settings->out, best_weights, &v->error);
    } else if (++v->worse >= MOST_WORSE) {
        atomic_store(&v->enough, true);
    }
    if (v->status) atomic_store(&v->enough, true);
}

static void report_training(void *context, const struct train_progress *p)
{
    struct voice *v = context;
    double share = (clock_seconds() - v->begun) / (60 * v->settings->minutes);
    if (isfinite(p->validation) && p->validation != v->watched) watch_loss(v, v->watched = p->validation);
    v->steps = p->step;
    v->interrupted = atomic_load(&v->interrupt->requested);
    if (v->interrupted) atomic_store(&v->enough, true);
    note_phase(v, "training", share < 1 ? share : 1);
}

static enum status run_training(struct voice *v, struct train_recipe *recipe, const struct bpe *bpe,
                                struct pool *pool, struct error *error)
{
    struct train_data data = {0}, watched = {0};
    double seconds = 60 * v->settings->minutes, between = seconds / 12;
    struct slice train = {v->texts.train.data, v->texts.train.size},
                 watch = {v->texts.watch.data, v->texts.watch.size};
    uint32_t separator = (uint32_t)recipe->config.endoftext;
    enum status status = train_data_load(&data, bpe, separator, &train, 1, NULL, pool, error);
    bool watches = watch.size > 0;
    if (!status && watches) status = train_data_load(&watched, bpe, separator, &watch, 1, NULL, pool, error);
    watches = watches && watched.count >= 2 * (size_t)recipe->config.length;
    struct train_options how = {.out = v->settings->out,
                                .initial = v->base,
                                .checkpoint_seconds = between,
                                .validation_seconds = between,
                                .seconds = seconds,
                                .report = report_training,
                                .context = v,
                                .stop = &v->enough};
    v->begun = clock_seconds();
    if (!status) status = train_run(recipe, &data, watches ? &watched : NULL, pool, &how, error);
    if (status == STATUS_CANCELLED && !v->interrupted && !v->status) status = STATUS_OK;
    if (!status && v->status) *error = v->error, status = v->status;
    if (!status && isfinite(v->best))
        status = file_copy(v->settings->out, best_weights, v->settings->out, weights, error);
    train_data_free(&data);
    train_data_free(&watched);
    return status;
}

static enum status train_voice(struct voice *v, struct error *error)
{
    struct train_recipe recipe;
    struct sedd_config config;
    enum status status = sedd_config_load(v->base, &config, error);
    if (!status) status = train_recipe_gentle(&config, &recipe, error);
    if (status) return status;
    snprintf(recipe.config.name, sizeof recipe.config.name, "voice");
    if ((status = file_copy(v->base, "merges.txt", v->settings->out, "merges.txt", error))) return status;
    if ((status = file_copy(v->base, "vocab.json", v->settings->out, "vocab.json", error))) return status;
    struct bpe *bpe = bpe_load_folder(v->base, error);
    struct pool *pool = bpe ? pool_new(v->settings->model.threads, error) : NULL;
    status = pool ? run_training(v, &recipe, bpe, pool, error) : error->code;
    pool_free(pool);
    bpe_free(bpe);
    return status;
}

/* ---- the command ------------------------------------------------------------------------------------------ */

static enum status make_voice(struct voice *v, struct error *error)
{
    double before = 0, after = 0;
    json_t *was, *is = NULL;
    note_phase(v, "measuring", 0);
    if (!(was = measure(v, v->base, &before, error))) return error->code;
    enum status status = train_voice(v, error);
    double seconds = clock_seconds() - v->begun;
    if (!status) note_phase(v, "measuring", 1);
    if (!status && !(is = measure(v, v->settings->out, &after, error))) status = error->code;
    if (status) {
        json_decref(was);
        return status;
    }
    v->result = json_pack("{s:s, s:o, s:o, s:o, s:b, s:I, s:f, s:I, s:I, s:I, s:I}", "phase", "done", "model",
                          json_text(v->settings->out, strlen(v->settings->out)), "before", was, "after", is,
                          "better", after < before, "steps", (json_int_t)v->steps, "seconds", seconds,
                          "files", (json_int_t)v->texts.files, "left_out", (json_int_t)v->texts.left_out,
                          "pages", (json_int_t)v->texts.pages, "pages_tested", (json_int_t)v->texts.tested);
    return v->result ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "out of memory");
}

static bool check_voice(const struct voice_settings *s, int count)
{
    char *path = s->out ? path_join(s->out, weights) : NULL;
    bool there = path && file_exists(path);
    mem_free(path);
    if (count != 1 || !s->out) return cli_fail("a folder of texts and --out are required");
    return !there || s->overwrite || cli_fail("%s: already holds a model; --overwrite replaces it", s->out);
}

/* Removes files that only the run needed, so that a model folder is left. */
static void tidy(const char *folder)
{
    static const char *const leftovers[] = {"best.safetensors", "checkpoint.safetensors"};
    for (size_t i = 0; i < ARRAY_SIZE(leftovers); i++) {
        char *path = path_join(folder, leftovers[i]);
        if (path) remove(path);
        mem_free(path);
    }
}

/* The trainer's own message names an option that this command does not have. */
static void say_stopped(const char *out, struct error *error)
{
    char *path = path_join(out, weights);
    error_set(error, STATUS_CANCELLED,
              path && file_exists(path) ? "stopped; %s holds the voice so far, which was not measured"
                                        : "stopped; there is no voice in %s",
              out);
    mem_free(path);
}

static void say_left_out(const struct voice *v)
{
    const struct voice_texts *texts = &v->texts;
    if (!v->settings->quiet && texts->left_out)
        cli_note("lacuna voice: %zu %s not UTF-8 and left out: %s%s", texts->left_out,
                 texts->left_out == 1 ? "file is" : "files are",
                 texts->first_left_out ? texts->first_left_out : "", texts->left_out > 1 ? " \u2026" : "");
}

static int run_voice(void *opaque, int count, char **operands)
{
    struct voice_settings *s = opaque;
    struct error error = {0};
    struct voice v = {.settings = s, .best = (double)INFINITY};
    struct outputs all = {0};
    if (!check_voice(s, count)) return EXIT_USAGE;
    if (!(v.base = model_path(s->model.model, &error))) return cli_fail("%s", error.message), EXIT_MODEL;
    outputs_read_model(&all, v.base);
    outputs_write_in(&all, s->out, weights);
    if (!outputs_check(&all)) return mem_free(v.base), EXIT_USAGE;
    v.interrupt = interrupt_take(INTERRUPT_TERM);
    (void)setpriority(PRIO_PROCESS, 0, (int)s->nice);       /* threads that are created later inherit it */
    enum status status = file_make_folders(s->out, &error); /* first, because failures are noted there */
    if (!status) status = voice_texts_read(operands[0], &v.texts, &error);
    if (!status) say_left_out(&v);
    if (!status) status = make_voice(&v, &error);
    if (!s->quiet) say_progress("%s", "");
    if (status == STATUS_CANCELLED) say_stopped(s->out, &error);
    char *line = v.result ? json_dumps(v.result, JSON_REAL_PRECISION(6)) : NULL;
    if (!status && (!say_result_line(line) || write_progress(&v, json_incref(v.result), &error)))
        status = STATUS_IO;
    if (status && error.message[0]) {
        cli_fail("%s", error.message);
        struct error ignored = {0};
        (void)!write_progress(&v,
                              json_pack("{s:s, s:o}", "phase", "failed", "message",
                                        json_text(error.message, strlen(error.message))),
                              &ignored);
    }
    tidy(s->out);
    free(line);
    json_decref(v.result);
    voice_texts_free(&v.texts);
    mem_free(v.base);
    return !status ? EXIT_DONE : status == STATUS_CANCELLED ? EXIT_INTERRUPTED : EXIT_SOME_FAILED;
}

const struct cli_command command_voice = {
    .name = "voice",
    .summary = "fine-tune a model on your own texts",
    .usage = "voice FOLDER --out DIR [OPTION…]",
    .options = options,
    .set = set_voice_option,
    .settings_size = sizeof(struct voice_settings),
    .defaults = default_voice_settings,
    .run = run_voice,
};
