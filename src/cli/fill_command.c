/* lacuna fill: fills the blanks of files or standard input. */
#define _GNU_SOURCE
#include "cli.h"
#include "fill_context.h"
#include "fill_from_record.h"
#include "fill_output.h"
#include "fill_stream.h"
#include "interrupt.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"
#include "playback.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum {
    MODEL,
    SEED,
    STEPS,
    SAMPLER,
    CANDIDATES,
    RANKING,
    ALL,
    ALTERNATIVES,
    TEMPERATURE,
    TOP_P,
    RAW,
    PARAGRAPHS,
    LENGTHS,
    DICTIONARY,
    FORMAT,
    IN_PLACE,
    OUT,
    CAST,
    TRACE,
    FROM_RECORD,
    VOICE,
    VOICE_WEIGHT,
    TRACE_ODDS,
    SKIP_TOO_LONG,
    RESUME,
    RETRY,
    SHARD,
    PRECISION,
    THREADS,
    TIMING,
    STATS,
    QUIET
};

static const struct cli_option options[] = {
    [MODEL] = ROW_MODEL,
    [SEED] = ROW_SEED("0 … 2^53 − 1 (default 0); the same seed gives the same words"),
    [STEPS] = ROW_STEPS("reverse steps (default 32)"),
    [SAMPLER] = ROW_SAMPLER,
    [CANDIDATES] = {"candidates", 'k', "K",
                    "draw K candidates and keep the best, corrected for length (default 1)"},
    [RANKING] = {"ranking", 0, "NAME",
                 "what puts candidates in order: first, score or bound (default bound)"},
    [ALL] = {"all", 0, NULL, "write all candidates, best first (texts: with form feed lines between)"},
    [ALTERNATIVES] =
        {"alternatives", 0, "N",
         "jsonl: for every token, the N likeliest for its place in the finished text (default 0)"},
    [TEMPERATURE] = ROW_TEMPERATURE(
        "1: the model's distribution; 0: greedy, most confident first (default: the model's suggestion)"),
    [TOP_P] = ROW_TOP_P(
        "draw from the likeliest tokens of total probability P; 1: all (default: the model's suggestion)"),
    [RAW] = {"raw", 0, NULL, "the model's own distribution: temperature 1, top-p 1, no dictionary"},
    [PARAGRAPHS] = {"paragraphs", 0, NULL, "allow paragraph breaks in fills"},
    [LENGTHS] =
        {"lengths", 0, "HOW",
         "how a blank of several lengths gets one: prior (default; short ones are likelier), model, search"},
    [DICTIONARY] = {"dictionary", 0, "LANGUAGE",
                    "draw words again that are neither in this dictionary (en_US, de …) nor in the draft; "
                    "auto: the draft's language"},
    [FORMAT] = {"format", 0, "text|jsonl", "format of the input (default: from its name and first line)"},
    [IN_PLACE] = {"in-place", 'i', NULL, "write each file in place instead of to standard output",
                  .excludes = "output all shard"},
    [OUT] = {"output", 'o', "FILE", "write to FILE instead of standard output"},
    [CAST] = {"cast", 0, "FILE", "write every step to FILE as an asciicast, to play in a terminal"},
    [TRACE] = {"trace", 0, "FILE", "write every step to FILE as lines of JSON"},
    [FROM_RECORD] = {"from-record", 0, "FILE",
                     "draw the fills of an editor's record again, and report differences",
                     .excludes =
                         "seed steps sampler candidates ranking temperature top-p raw paragraphs lengths "
                         "dictionary format in-place output resume shard"},
    [VOICE] = {"voice", 0, "NAME|DIR", "mix in a model that lacuna voice made from your texts"},
    [VOICE_WEIGHT] = {"voice-weight", 0, "W", "its share, 0 to 1 (default 0.75; 1: the voice alone)",
                      .needs = "voice"},
    [TRACE_ODDS] = {"trace-odds", 0, "N",
                    "with --trace: the entropy and the N likeliest of each position, at every step",
                    .needs = "trace"},
    [SKIP_TOO_LONG] = {"skip-too-long", 0, NULL,
                       "leave blanks longer than the model's window in the text, with a warning"},
    [RESUME] = {"resume", 0, NULL, "jsonl with -o: continue where the output ends"},
    [RETRY] = {"retry-errors", 0, NULL, "with --resume: retry the records that failed", .needs = "resume"},
    [SHARD] = {"shard", 0, "I/N", "jsonl: only every N-th record, starting with the I-th"},
    [PRECISION] = ROW_PRECISION,
    [THREADS] = ROW_THREADS,
    [TIMING] = {"timing", 0, NULL, "jsonl: also write \"seconds\""},
    [STATS] = {"stats", 0, NULL, "print counts and the rate as the last line of standard error"},
    [QUIET] = {"quiet", 'q', NULL, "show no progress"},
    {0},
};

static void default_fill_settings(void *opaque)
{
    struct fill_settings *s = opaque;
    s->model = model_options_default();
    s->fill = fill_options_default();
    s->shards = 1;
    s->voice_weight = 0.75;
    s->shard = 1;
}

static bool set_shard(struct fill_settings *s, const char *value)
{
    char *slash, *end;
    errno = 0;
    s->shard = strtoll(value, &slash, 10);
    s->shards = *slash == '/' ? strtoll(slash + 1, &end, 10) : 0;
    if (slash == value || *slash != '/' || end == slash + 1 || *end || errno || s->shard < 1 ||
        s->shard > s->shards)
        return cli_fail("--shard: \"%s\" is not I/N with 1 ≤ I ≤ N", value);
    return true;
}

static bool set_choice(const char *option, const char *value, const char *const *names, int count, int *out)
{
    for (int i = 0; i < count; i++)
        if (strcmp(value, names[i]) == 0) return *out = i, true;
    return cli_fail("--%s: unknown value \"%s\"", option, value);
}

static bool set_dictionary(struct fill_settings *s, const char *language)
{
    struct error error = {0};
    return !fill_set_dictionary(&s->fill, language, &error) || cli_fail("--dictionary: %s", error.message);
}

static bool set_lengths(struct fill_settings *s, const char *value)
{
    return fill_lengths_parse(value, &s->fill.lengths) || cli_fail("--lengths: unknown value \"%s\"", value);
}

static bool set_number(const char *option, const char *value, int64_t low, int64_t high, uint32_t *out)
{
    int64_t number = 0;
    if (!cli_int(option, value, low, high, &number)) return false;
    *out = (uint32_t)number;
    return true;
}

static bool set_candidates(struct fill_settings *s, const char *value)
{
    return set_number("candidates", value, 1, FILL_MAX_CANDIDATES, &s->fill.candidates);
}

static bool set_ranking(struct fill_settings *s, const char *value)
{
    return fill_ranking_parse(value, &s->fill.ranking) ||
           cli_fail("--ranking: \"%s\" is not first, score or bound", value);
}

static bool set_alternatives(struct fill_settings *s, const char *value)
{
    return set_number("alternatives", value, 0, FILL_MAX_ALTERNATIVES, &s->fill.alternatives);
}

static bool set_trace_odds(struct fill_settings *s, const char *value)
{
    return set_number("trace-odds", value, 1, FILL_MAX_ALTERNATIVES, &s->fill.odds);
}

static bool set_format(struct fill_settings *s, const char *value)
{
    static const char *const formats[] = {"", "text", "jsonl"};
    return set_choice("format", value, formats, 3, &s->format);
}

static bool set_out(struct fill_settings *s, const char *value)
{
    return s->out = value, true;
}

static bool set_cast(struct fill_settings *s, const char *value)
{
    return s->cast = value, true;
}

static bool set_trace(struct fill_settings *s, const char *value)
{
    return s->trace = value, true;
}

static bool set_from_record(struct fill_settings *s, const char *value)
{
    return s->from_record = value, true;
}

static bool set_voice(struct fill_settings *s, const char *value)
{
    return s->voice = value, true;
}

static bool set_voice_weight(struct fill_settings *s, const char *value)
{
    return cli_double("voice-weight", value, 0, 1, &s->voice_weight);
}

static bool set_flag(struct fill_settings *s, int option)
{
    bool *const flags[] = {
        [RAW] = &s->raw,
        [ALL] = &s->all,
        [PARAGRAPHS] = &s->fill.paragraphs,
        [IN_PLACE] = &s->in_place,
        [SKIP_TOO_LONG] = &s->skip_too_long,
        [RESUME] = &s->resume,
        [RETRY] = &s->retry,
        [TIMING] = &s->timing,
        [STATS] = &s->stats,
        [QUIET] = &s->quiet,
    };
    return *flags[option] = true;
}

static bool set_fill_option(void *opaque, int option, const char *value)
{
    static bool (*const setters[])(struct fill_settings *, const char *) = {
        [CANDIDATES] = set_candidates,
        [RANKING] = set_ranking,
        [ALTERNATIVES] = set_alternatives,
        [DICTIONARY] = set_dictionary,
        [FORMAT] = set_format,
        [LENGTHS] = set_lengths,
        [OUT] = set_out,
        [CAST] = set_cast,
        [TRACE] = set_trace,
        [FROM_RECORD] = set_from_record,
        [VOICE] = set_voice,
        [VOICE_WEIGHT] = set_voice_weight,
        [TRACE_ODDS] = set_trace_odds,
        [SHARD] = set_shard,
    };
    return value ? setters[option](opaque, value) : set_flag(opaque, option);
}

/* ---- the command --------------------------------------------------------------------------------------- */

/* The options of a job, unless a record overrides them. */
static void note_options(struct fill_settings *s)
{
    s->fill.seed = s->model.seed;
    s->fill.steps = s->model.steps;
    s->fill.method = s->model.method;
    double otherwise = s->raw ? 1 : FILL_SUGGESTED; /* no dictionary is the default in both cases */
    s->fill.temperature = model_option_or(s->model.temperature, otherwise);
    s->fill.top_p = model_option_or(s->model.top_p, otherwise);
}

static bool check_usage(const struct fill_settings *s, int count, char **files)
{
    bool standard_input = count == 0;
    for (int i = 0; i < count; i++) standard_input = standard_input || strcmp(files[i], "-") == 0;
    if (s->from_record && count) return cli_fail("--from-record takes no other file");
    if (s->in_place && standard_input) return cli_fail("-i needs files");
    if (s->resume && (!s->out || file_is_stream(s->out))) return cli_fail("--resume needs -o and a file");
    return true;
}

/* Every file that is read or written. */
static bool check_fill_outputs(const struct fill_context *context, int count, char **files)
{
    const struct fill_settings *s = context->settings;
    struct outputs all = {0};
    char *part = s->out && !file_is_stream(s->out) ? fill_output_part(s->out) : NULL;
    if (count == 0) outputs_read(&all, s->from_record ? s->from_record : "-");
    for (int i = 0; i < count; i++) (s->in_place ? outputs_replace : outputs_read)(&all, files[i]);
    outputs_read_model(&all, context->folder);
    outputs_read_model(&all, context->voice);
    if (!s->in_place) outputs_write(&all, s->out ? s->out : "-");
    outputs_write(&all, part);
    outputs_write(&all, s->trace);
    outputs_write(&all, s->cast);
    bool good = outputs_check(&all);
    mem_free(part);
    return good;
}

/* The folders of the model and of the voice. */
static bool find_models(struct fill_context *context, struct error *error)
{
    const struct fill_settings *s = context->settings;
    context->folder = model_path(s->model.model, error);
    if (context->folder && s->voice) context->voice = model_path(s->voice, error);
    return context->folder && (context->voice || !s->voice);
}

static bool begin_recordings(struct fill_context *context)
{
    enum { CAST_COLUMNS = 80, CAST_ROWS = 24 };
    const struct fill_settings *s = context->settings;
    struct error error = {0};
    if (s->cast) {
        if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, ""); /* for the widths of characters */
        context->playback = playback_new(CAST_COLUMNS, CAST_ROWS, -1, &error);
        if (!context->playback || !cast_header(CAST_COLUMNS, CAST_ROWS, &context->cast))
            return cli_fail("out of memory");
    }
    if (s->trace && !(context->trace = file_open_output(s->trace, false, &error)))
        return cli_fail("%s", error.message);
    return true;
}

/* Returns the status of the command. */
static int end_recordings(struct fill_context *context, int status)
{
    const struct fill_settings *s = context->settings;
    struct error error = {0};
    if (context->trace && fclose(context->trace) && status == EXIT_DONE) {
        cli_fail("%s: %s", s->trace, strerror(errno));
        status = EXIT_SOME_FAILED;
    }
    if (s->cast && context->cast.size &&
        file_write(s->cast, context->cast.data, context->cast.size, &error)) {
        cli_fail("%s", error.message);
        if (status == EXIT_DONE) status = EXIT_SOME_FAILED;
    }
    return status;
}

static void say_stats(const struct fill_stats *stats, double seconds)
{
    cli_note("lacuna fill: records %llu, failed %llu, tokens %llu, records/s %.2f, evaluations %llu",
             (unsigned long long)stats->records, (unsigned long long)stats->failed,
             (unsigned long long)stats->tokens, seconds > 0 ? (double)stats->records / seconds : 0,
             (unsigned long long)stats->evaluations);
}

static int fill_all(struct fill_context *context, int count, char **files)
{
    const struct fill_settings *s = context->settings;
    context->interrupt = interrupt_take(INTERRUPT_TWICE_KILLS);
    context->cancel = &context->interrupt->requested;
    double begun = clock_seconds();
    int status = !begin_recordings(context) ? EXIT_SOME_FAILED
                 : s->from_record           ? fill_from_record(context, s->from_record)
                                            : fill_stream(context, count, files);
    status = end_recordings(context, status);
    if (s->stats) say_stats(&context->stats, clock_seconds() - begun);
    return atomic_load(context->cancel) ? EXIT_INTERRUPTED : status;
}

static int run_fill(void *opaque, int count, char **files)
{
    struct fill_settings *s = opaque;
    struct error error = {0};
    if (!check_usage(s, count, files)) return EXIT_USAGE;
    note_options(s);
    struct fill_context context = {.settings = s, .precision = s->model.precision};
    int status = EXIT_DONE;
    if (!find_models(&context, &error))
        cli_fail("%s", error.message), status = EXIT_MODEL;
    else if (!check_fill_outputs(&context, count, files))
        status = EXIT_USAGE;
    else
        status = fill_all(&context, count, files);
    playback_free(context.playback);
    buffer_free(&context.cast);
    fill_engine_free(context.engine);
    mem_free(context.folder);
    mem_free(context.voice);
    return status;
}

extern const struct cli_command command_fill;
const struct cli_command command_fill = {
    .name = "fill",
    .summary = "fill the blanks of texts: [[12]], [[4-20]], [[]]",
    .usage = "fill [OPTION…] [FILE…]",
    .options = options,
    .set = set_fill_option,
    .settings_size = sizeof(struct fill_settings),
    .defaults = default_fill_settings,
    .run = run_fill,
};
