/* lacuna eval: how well a model fits a text, as JSON. */
#define _GNU_SOURCE
#include "cli.h"
#include "eval_json.h"
#include "interrupt.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"
#include "say.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    MODEL,
    BOUND,
    BLANKS,
    SAMPLES,
    LENGTHS,
    SEARCH,
    UNIFORM,
    CALIBRATE,
    SAMPLER,
    STEPS,
    WINDOW,
    JUDGE,
    CANDIDATES,
    RANKING,
    TEMPERATURE,
    TOP_P,
    WINDOWS,
    DRAWS,
    WORDS,
    COUNT,
    SEED,
    PRECISION,
    THREADS,
    VOICE,
    VOICE_WEIGHT,
    QUIET
};

static const struct cli_option options[] = {
    [MODEL] = ROW_MODEL,
    [BOUND] = {"bound", 'b', NULL, "measure the variational bound on the text"},
    [BLANKS] = {"blanks", 'B', NULL, "hide whole words and measure how well they are filled"},
    [SAMPLES] = {"samples", 'S', NULL,
                 "fill hidden words and measure how likely and how varied the fills are"},
    [SAMPLER] = {"sampler", 0, "NAME[,…]",
                 "samples: analytic (default), euler, first-hitting, …; each in turn"},
    [STEPS] = {"steps", 'n', "N[,…]", "samples: reverse steps (default 32); each in turn"},
    [TEMPERATURE] = {"temperature", 't', "T[,…]", "samples: as in lacuna fill (default 1); each in turn"},
    [TOP_P] = {"top-p", 'p', "P[,…]", "samples: as in lacuna fill (default 1); each in turn"},
    [CANDIDATES] = {"candidates", 'k', "K[,…]",
                    "samples: draw K fills of each blank and take one (default 1); each in turn"},
    [RANKING] = {"ranking", 0, "NAME[,…]",
                 "samples: which: first, score, bound (default), …+after; each in turn"},
    [JUDGE] = {"judge", 0, "NAME|DIR", "samples: a second model, best an autoregressive one, rates the fills",
               .needs = "samples"},
    [LENGTHS] = {"lengths", 'L', NULL, "remove spans and measure how well their lengths are guessed"},
    [SEARCH] = {"search", 0, NULL, "lengths: search for them, even if the model was trained to predict them",
                .needs = "lengths"},
    [UNIFORM] = {"uniform", 0, NULL, "lengths: remove spans of uniform length from 1 to 48, not log-uniform",
                 .needs = "lengths"},
    [CALIBRATE] = {"calibrate", 0, NULL,
                   "fit \"length_calibration\" of config.json, the curve of the length search"},
    [WINDOWS] = {"windows", 'w', "N", "bound: measure N windows picked by --seed (default: all)"},
    [DRAWS] = {"draws", 'd', "N", "stratified mask counts for each window or blank (default 8)"},
    [WORDS] = {"words", 0, "A-B", "blanks: hide A to B words (default 1-3)"},
    [COUNT] = {"count", 'c', "N", "blanks, lengths: number of blanks (default 200)"},
    [WINDOW] = {"window", 0, "N",
                "blanks, samples: window of N tokens around the hidden words (default: the model's length)"},
    [SEED] = ROW_SEED("seed of the choice of windows, blanks and masks (default 0)"),
    [PRECISION] = ROW_PRECISION,
    [THREADS] = ROW_THREADS,
    [VOICE] = {"voice", 0, "NAME|DIR", "mix in a model that lacuna voice made"},
    [VOICE_WEIGHT] = {"voice-weight", 0, "W", "its share, 0 to 1 (default 0.75; 1: the voice alone)",
                      .needs = "voice"},
    [QUIET] = {"quiet", 'q', NULL, "show no progress line"},
    {0},
};

enum { MOST_VALUES = 16 }; /* that one call can name of each kind */

struct ranking {
    enum fill_ranking by;
    bool after;
};

struct eval_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    const char *judge, *voice;
    double voice_weight;
    bool bound, blanks, samples, lengths, search, uniform, calibrate, quiet;
    int64_t windows, draws, count, min_words, max_words, window;
    int steps[MOST_VALUES];
    enum sedd_method methods[MOST_VALUES];
    double temperatures[MOST_VALUES], top_ps[MOST_VALUES];
    uint32_t candidates[MOST_VALUES];
    struct ranking rankings[MOST_VALUES];
    /* ≥ 1; an option replaces the default */
    int step_count, method_count, temperature_count, top_p_count, candidate_count, ranking_count;
};

static void default_eval_settings(void *opaque)
{
    *(struct eval_settings *)opaque = (struct eval_settings){.model = model_options_default(),
                                                             .draws = 8,
                                                             .count = 200,
                                                             .min_words = 1,
                                                             .max_words = 3,
                                                             .steps = {32},
                                                             .methods = {SEDD_ANALYTIC},
                                                             .temperatures = {1},
                                                             .top_ps = {1},
                                                             .candidates = {1},
                                                             .rankings = {{FILL_RANK_BOUND, false}},
                                                             .step_count = 1,
                                                             .method_count = 1,
                                                             .temperature_count = 1,
                                                             .top_p_count = 1,
                                                             .candidate_count = 1,
                                                             .ranking_count = 1,
                                                             .voice_weight = 0.75};
}

static bool set_words(struct eval_settings *s, const char *text)
{
    const char *dash = strchr(text, '-');
    char first[32];
    if (!dash) return cli_int("words", text, 1, 64, &s->min_words) && ((s->max_words = s->min_words), true);
    snprintf(first, sizeof first, "%.*s", (int)(dash - text), text);
    if (!cli_int("words", first, 1, 64, &s->min_words) || !cli_int("words", dash + 1, 1, 64, &s->max_words))
        return false;
    return s->min_words <= s->max_words ||
           cli_fail("--words: in %s the first number is larger than the second", text);
}

/* Room for one value more of an option. */
static bool has_room(const char *option, int count)
{
    return count < MOST_VALUES || cli_fail("--%s: at most %d values", option, MOST_VALUES);
}

static bool take_sampler(struct eval_settings *s, const char *name)
{
    return has_room("sampler", s->method_count) && model_parse_sampler(name, &s->methods[s->method_count++]);
}

static bool take_steps(struct eval_settings *s, const char *number)
{
    return has_room("steps", s->step_count) && model_parse_steps(number, &s->steps[s->step_count++]);
}

static bool take_temperature(struct eval_settings *s, const char *number)
{
    return has_room("temperature", s->temperature_count) &&
           model_parse_temperature(number, &s->temperatures[s->temperature_count++]);
}

static bool take_top_p(struct eval_settings *s, const char *number)
{
    return has_room("top-p", s->top_p_count) && model_parse_top_p(number, &s->top_ps[s->top_p_count++]);
}

static bool take_candidates(struct eval_settings *s, const char *text)
{
    int64_t number;
    if (!has_room("candidates", s->candidate_count) ||
        !cli_int("candidates", text, 1, FILL_MAX_CANDIDATES, &number))
        return false;
    s->candidates[s->candidate_count++] = (uint32_t)number;
    return true;
}

static bool take_ranking(struct eval_settings *s, const char *name)
{
    static const char after[] = "+after";
    char by[16];
    size_t size = strlen(name), end = sizeof after - 1;
    if (!has_room("ranking", s->ranking_count)) return false;
    struct ranking *r = &s->rankings[s->ranking_count++];
    r->after = size > end && strcmp(name + size - end, after) == 0;
    snprintf(by, sizeof by, "%.*s", (int)(r->after ? size - end : size), name);
    return (fill_ranking_parse(by, &r->by) && !(r->after && r->by == FILL_RANK_FIRST)) ||
           cli_fail("--ranking: unknown value \"%s\"", name);
}

/* Options with comma-separated lists: where their values are counted, and how one is added. */
static const struct {
    size_t count;
    bool (*take)(struct eval_settings *, const char *);
} lists[] = {
    [SAMPLER] = {offsetof(struct eval_settings, method_count), take_sampler},
    [STEPS] = {offsetof(struct eval_settings, step_count), take_steps},
    [TEMPERATURE] = {offsetof(struct eval_settings, temperature_count), take_temperature},
    [TOP_P] = {offsetof(struct eval_settings, top_p_count), take_top_p},
    [CANDIDATES] = {offsetof(struct eval_settings, candidate_count), take_candidates},
    [RANKING] = {offsetof(struct eval_settings, ranking_count), take_ranking},
};

/* The values replace those that were there. */
static bool set_list(struct eval_settings *s, int option, const char *list)
{
    *(int *)(void *)((char *)s + lists[option].count) = 0;
    for (;;) {
        char part[64];
        size_t size = strcspn(list, ",");
        snprintf(part, sizeof part, "%.*s", (int)size, list);
        if (!lists[option].take(s, part)) return false;
        if (!list[size]) return true;
        list += size + 1;
    }
}

static bool set_eval_option(void *opaque, int option, const char *value)
{
    struct eval_settings *s = opaque;
    switch (option) {
    case BOUND:
        return s->bound = true;
    case BLANKS:
        return s->blanks = true;
    case SAMPLES:
        return s->samples = true;
    case SAMPLER:
    case STEPS:
    case TEMPERATURE:
    case TOP_P:
    case CANDIDATES:
    case RANKING:
        return set_list(s, option, value);
    case JUDGE:
        s->judge = value;
        return true;
    case LENGTHS:
        return s->lengths = true;
    case SEARCH:
        return s->search = true;
    case UNIFORM:
        return s->uniform = true;
    case CALIBRATE:
        return s->calibrate = true;
    case WINDOWS:
        return cli_int("windows", value, 1, INT64_C(1) << 40, &s->windows);
    case DRAWS:
        return cli_int("draws", value, 1, 4096, &s->draws);
    case WORDS:
        return set_words(s, value);
    case COUNT:
        return cli_int("count", value, 1, 10000000, &s->count);
    case WINDOW:
        return cli_int("window", value, 1, 1 << 16, &s->window);
    case VOICE:
        s->voice = value;
        return true;
    case VOICE_WEIGHT:
        return cli_double("voice-weight", value, 0, 1, &s->voice_weight);
    case QUIET:
        return s->quiet = true;
    default:
        return false;
    }
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    static double begun, last;
    (void)context;
    double now = clock_seconds();
    if (done == 1) begun = now;
    if (done < total && now - last < 0.5) return;
    last = now;
    say_progress("%llu/%llu  %.0f s left", (unsigned long long)done, (unsigned long long)total,
                 done > 1 ? (now - begun) / (double)(done - 1) * (double)(total - done) : 0.0);
    if (done == total) say_progress("%s", "");
}

static bool print_figures(json_t *out, const struct eval_settings *s, const struct fill_engine *engine)
{
    const struct sedd_model *model = fill_engine_model(engine);
    const char *name =
        s->voice ? fill_engine_name(engine) : sedd_model_config(model)->name; /* with the voice */
    if (!out) return cli_fail("out of memory");
    json_object_set_new(out, "seed", json_integer((json_int_t)s->model.seed));
    json_object_set_new(out, "precision", json_string(sedd_precision_name(sedd_model_precision(model))));
    json_object_set_new(out, "model", json_string(name));
    char *text = json_dumps(out, JSON_REAL_PRECISION(6));
    bool ok = say_result_line(text);
    free(text);
    json_decref(out);
    return ok;
}

static enum status read_texts(struct measure_text *text, const struct bpe *bpe,
                              const struct sedd_config *config, int count, char **paths, struct error *error)
{
    static char *standard_input[] = {"-"};
    if (count == 0) count = 1, paths = standard_input;
    for (int i = 0; i < count; i++) {
        struct buffer bytes = {0};
        enum status status = file_read(paths[i], &bytes, error);
        if (!status) status = measure_text_add(text, bpe, config, bytes.data, bytes.size, error);
        buffer_free(&bytes);
        if (status) return status;
    }
    return STATUS_OK;
}

/* The n-th of all combinations of the options' values: the ranking changes fastest, the sampler slowest. */
static void combine(const struct eval_settings *s, int n, struct measure_options *how)
{
    const int counts[] = {s->ranking_count,     s->candidate_count, s->top_p_count,
                          s->temperature_count, s->step_count,      s->method_count};
    int at[ARRAY_SIZE(counts)];
    for (size_t i = 0; i < ARRAY_SIZE(counts); n /= counts[i++]) at[i] = n % counts[i];
    how->ranking = s->rankings[at[0]].by;
    how->after = s->rankings[at[0]].after;
    how->candidates = s->candidates[at[1]];
    how->top_p = s->top_ps[at[2]];
    how->temperature = s->temperatures[at[3]];
    how->steps = s->steps[at[4]];
    how->method = s->methods[at[5]];
}

/* Whether an earlier combination was the same: first-hitting has no choice of steps, a single fill none of rankings. */
static bool is_repeated(const struct eval_settings *s, int n)
{
    struct measure_options own = {0}, other = {0};
    combine(s, n, &own);
    for (int i = 0; i < n; i++) {
        combine(s, i, &other);
        if (own.method == other.method && own.temperature == other.temperature && own.top_p == other.top_p &&
            own.candidates == other.candidates &&
            (own.method == SEDD_FIRST_HITTING || own.steps == other.steps) &&
            (own.candidates == 1 || (own.ranking == other.ranking && own.after == other.after)))
            return true;
    }
    return false;
}

/* Every combination, on the same blanks; each is compared with the first. */
static enum status measure_all_samples(const struct eval_settings *s, struct fill_engine *engine,
                                       const struct measure_text *text, struct measure_options how, bool *ok,
                                       struct error *error)
{
    int all = s->ranking_count * s->candidate_count * s->top_p_count * s->temperature_count * s->step_count *
              s->method_count;
    struct measure_samples first = {0}, samples = {0};
    enum status status = STATUS_OK;
    for (int n = 0; n < all && !status; n++) {
        if (is_repeated(s, n)) continue;
        combine(s, n, &how);
        status = measure_samples(engine, text, &how, n ? &first : NULL, &samples, error);
        if (status) break;
        *ok = print_figures(eval_samples_json(&samples, &how), s, engine) && *ok;
        if (n)
            measure_samples_free(&samples);
        else
            first = samples;
    }
    measure_samples_free(&first);
    return status;
}

static int measure_all(const struct eval_settings *s, struct fill_engine *engine, struct fill_engine *judge,
                       const atomic_bool *cancel, int count, char **paths)
{
    struct sedd_net *net = fill_engine_net(engine);
    const struct bpe *bpe = fill_engine_bpe(engine);
    const struct sedd_model *model = fill_engine_model(engine);
    uint32_t longest = sedd_model_config(model)->length;
    struct error error = {0};
    struct measure_text text = {0};
    struct measure_options how = {.seed = s->model.seed,
                                  .windows = (uint64_t)s->windows,
                                  .draws = (uint32_t)s->draws,
                                  .count = (uint64_t)s->count,
                                  .min_words = (uint32_t)s->min_words,
                                  .max_words = (uint32_t)s->max_words,
                                  .search_lengths = s->search,
                                  .uniform_lengths = s->uniform,
                                  .window = s->window && s->window < longest ? (uint32_t)s->window : longest,
                                  .temperature = s->temperatures[0],
                                  .top_p = s->top_ps[0],
                                  .candidates = 1,
                                  .judge = judge ? fill_engine_net(judge) : NULL,
                                  .cancel = cancel,
                                  .progress = s->quiet || !say_progress_shows() ? NULL : show_progress};
    enum status status = read_texts(&text, bpe, sedd_model_config(model), count, paths, &error);
    struct measure_bound bound;
    struct measure_blanks blanks;
    struct measure_lengths lengths;
    struct fill_calibration curve;
    bool ok = true;
    if (!status && s->bound && !(status = measure_bound(net, bpe, &text, &how, &bound, &error)))
        ok = print_figures(eval_bound_json(&bound), s, engine);
    if (!status && s->blanks && !(status = measure_blanks(net, bpe, &text, &how, &blanks, &error)))
        ok = print_figures(eval_blanks_json(&blanks, &how), s, engine) && ok;
    if (!status && fill_engine_config(engine)->causal && (s->samples || s->lengths || s->calibrate))
        status = error_set(&error, STATUS_UNSUPPORTED,
                           "an autoregressive model supports only --bound and --blanks");
    if (!status && s->samples) status = measure_all_samples(s, engine, &text, how, &ok, &error);
    if (!status && s->lengths && !(status = measure_lengths(engine, &text, &how, &lengths, &error)))
        ok = print_figures(eval_lengths_json(&lengths, &how, engine), s, engine) && ok;
    if (!status && s->calibrate && !(status = measure_calibration(engine, &text, &how, &curve, &error)))
        ok = print_figures(eval_calibration_json(&curve, &how), s, engine) && ok;
    measure_text_free(&text);
    if (status) cli_fail("%s", error.message);
    return status == STATUS_CANCELLED ? EXIT_INTERRUPTED : status || !ok ? EXIT_SOME_FAILED : EXIT_DONE;
}

/* A judge must have the same ids for the same bytes. */
static bool same_tokens(const struct fill_engine *a, const struct fill_engine *b)
{
    uint32_t tokens = fill_engine_config(a)->tokens;
    bool same = fill_engine_config(b)->tokens == tokens;
    for (uint32_t id = 0; id < tokens && same; id++) {
        struct slice x = bpe_token_bytes(fill_engine_bpe(a), id), y = bpe_token_bytes(fill_engine_bpe(b), id);
        same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    }
    return same;
}

static bool check_eval_outputs(const struct eval_settings *s, int count, char **files)
{
    struct outputs all = {0};
    char *model = model_path(s->model.model, NULL), *judge = s->judge ? model_path(s->judge, NULL) : NULL;
    if (count == 0) outputs_read(&all, "-");
    for (int i = 0; i < count; i++) outputs_read(&all, files[i]);
    outputs_read_model(&all, model);
    outputs_read_model(&all, judge);
    outputs_write(&all, "-");
    mem_free(model);
    mem_free(judge);
    return outputs_check(&all);
}

static struct fill_engine *open_model(const char *name, const struct eval_settings *s,
                                      const atomic_bool *cancel, struct error *error)
{
    char *folder = model_path(name, error);
    struct fill_engine *engine =
        folder ? fill_engine_open_to_measure(folder, s->model.precision, s->model.threads, cancel, error)
               : NULL;
    mem_free(folder);
    return engine;
}

/* Mixes in the voice that the options name; the error says why not. */
static void add_voice(const struct eval_settings *s, struct fill_engine *engine, const atomic_bool *cancel,
                      struct error *error)
{
    char *folder = s->voice ? model_path(s->voice, error) : NULL;
    if (folder && fill_engine_add_voice(engine, folder, s->voice_weight, cancel, error) && !error->code)
        error_set(error, STATUS_FORMAT, "--voice: it cannot be mixed in");
    mem_free(folder);
}

static int run_eval(void *opaque, int count, char **operands)
{
    struct eval_settings *s = opaque;
    struct error error = {0};
    if (!s->bound && !s->blanks && !s->samples && !s->lengths && !s->calibrate)
        return cli_fail("name what to measure: --bound, --blanks, --samples, --lengths or --calibrate"),
               EXIT_USAGE;
    if (!check_eval_outputs(s, count, operands)) return EXIT_USAGE;
    const atomic_bool *cancel = &interrupt_take(0)->requested;
    struct fill_engine *engine = open_model(s->model.model, s, cancel, &error), *judge = NULL;
    if (engine) add_voice(s, engine, cancel, &error);
    if (engine && !error.code && s->judge) judge = open_model(s->judge, s, cancel, &error);
    if (judge && !same_tokens(engine, judge))
        error_set(&error, STATUS_ARGUMENT, "--judge: %s has a different vocabulary", s->judge);
    int status = !error.code                      ? measure_all(s, engine, judge, cancel, count, operands)
                 : error.code == STATUS_CANCELLED ? EXIT_INTERRUPTED
                                                  : EXIT_MODEL;
    if (error.code) cli_fail("%s", error.message);
    fill_engine_free(judge);
    fill_engine_free(engine);
    return status;
}

const struct cli_command command_eval = {
    .name = "eval",
    .summary = "measure a model on a text",
    .usage = "eval --bound|--blanks|--samples|--lengths [OPTION…] [FILE…]",
    .options = options,
    .set = set_eval_option,
    .settings_size = sizeof(struct eval_settings),
    .defaults = default_eval_settings,
    .run = run_eval,
};
