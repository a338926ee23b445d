/* lacuna fill: fills the blanks of files or standard input. */
#define _GNU_SOURCE /* getline, sigaction, ftruncate under -std=c11 */
#include "fill_command.h"
#include "cli.h"
#include "fill_output.h"
#include "fill_stream.h"
#include "model_path.h"
#include "outputs.h"
#include "playback.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_MODEL,
    OPTION_SEED,
    OPTION_STEPS,
    OPTION_SAMPLER,
    OPTION_CANDIDATES,
    OPTION_ALL,
    OPTION_TEMPERATURE,
    OPTION_TOP_P,
    OPTION_PARAGRAPHS,
    OPTION_DICTIONARY,
    OPTION_FORMAT,
    OPTION_IN_PLACE,
    OPTION_OUT,
    OPTION_CAST,
    OPTION_TRACE,
    OPTION_SKIP_TOO_LONG,
    OPTION_RESUME,
    OPTION_RETRY,
    OPTION_SHARD,
    OPTION_PRECISION,
    OPTION_THREADS,
    OPTION_TIMING,
    OPTION_QUIET
};

static const struct cli_option options[] = {
    [OPTION_MODEL] = {"model", 'm', "NAME|DIR", "the model (default: the bundled one)"},
    [OPTION_SEED] = {"seed", 's', "N", "0 … 2^53 − 1 (default 0); the same seed gives the same words"},
    [OPTION_STEPS] = {"steps", 'n', "N", "reverse steps (default 32)"},
    [OPTION_SAMPLER] = {"sampler", 0, "NAME",
                        "analytic (default), euler, first-hitting, confidence, entropy, remasking"},
    [OPTION_CANDIDATES] = {"candidates", 'k', "K",
                           "draw K and keep the best, fair among lengths (default 1)"},
    [OPTION_ALL] = {"all", 0, NULL, "give all candidates, best first (texts: a form feed line between)"},
    [OPTION_TEMPERATURE] = {"temperature", 0, "T",
                            "1 (default) is the model's own; 0 is greedy, surest first"},
    [OPTION_TOP_P] = {"top-p", 0, "P", "draw from the likeliest P of the mass (default 1: off)"},
    [OPTION_PARAGRAPHS] = {"paragraphs", 0, NULL, "fills may hold paragraph breaks"},
    [OPTION_DICTIONARY] =
        {"dictionary", 0, "LANGUAGE",
         "draw words again that neither this dictionary (en_US, de …) nor the draft has; auto: the "
         "draft's language"},
    [OPTION_FORMAT] = {"format", 0, "text|jsonl", "of the input (default: by its name and its first line)"},
    [OPTION_IN_PLACE] = {"in-place", 'i', NULL, "write each file back instead of to standard output"},
    [OPTION_OUT] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [OPTION_CAST] = {"cast", 0, "FILE", "write every step there as an asciicast, to be played in a terminal"},
    [OPTION_TRACE] = {"trace", 0, "FILE", "write every step there, as lines of JSON"},
    [OPTION_SKIP_TOO_LONG] = {"skip-too-long", 0, NULL,
                              "leave [[n]] above the model's length in the text, with a note"},
    [OPTION_RESUME] = {"resume", 0, NULL, "jsonl with -o: go on where the output ends"},
    [OPTION_RETRY] = {"retry-errors", 0, NULL, "with --resume: try the records again that failed"},
    [OPTION_SHARD] = {"shard", 0, "I/N", "jsonl: only every N-th record, beginning with the I-th"},
    [OPTION_PRECISION] = {"precision", 0, "f32|bf16|int8|int16",
                          "of the matrix products (default: by the CPU)"},
    [OPTION_THREADS] = {"threads", 0, "N", "threads (default: one per CPU)"},
    [OPTION_TIMING] = {"timing", 0, NULL, "jsonl: also write \"seconds\""},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "no progress"},
    {0},
};

static void default_fill_settings(void *opaque)
{
    struct fill_settings *s = opaque;
    s->fill = fill_options_default();
    s->shards = 1;
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
    return cli_fail("--%s: there is no \"%s\"", option, value);
}

enum status fill_set_dictionary(struct fill_options *o, const char *language, struct error *error)
{
    if (strcmp(language, "auto") != 0 && !dictionary_open(language, error)) return error->code;
    snprintf(o->dictionary, sizeof o->dictionary, "%s", language);
    return STATUS_OK;
}

static bool set_dictionary(struct fill_settings *s, const char *language)
{
    struct error error = {0};
    return !fill_set_dictionary(&s->fill, language, &error) || cli_fail("--dictionary: %s", error.message);
}

static bool set_seed(struct fill_settings *s, const char *value)
{
    int64_t number = 0;
    if (!cli_int("seed", value, 0, (int64_t)FILL_SEED_LIMIT - 1, &number)) return false;
    s->fill.seed = (uint64_t)number;
    return true;
}

static bool set_steps(struct fill_settings *s, const char *value)
{
    int64_t number = 0;
    if (!cli_int("steps", value, 1, 1 << 20, &number)) return false;
    s->fill.steps = (int)number;
    return true;
}

static bool set_candidates(struct fill_settings *s, const char *value)
{
    int64_t number = 0;
    if (!cli_int("candidates", value, 1, FILL_MAX_CANDIDATES, &number)) return false;
    s->fill.candidates = (uint32_t)number;
    return true;
}

static bool set_sampler(struct fill_settings *s, const char *value)
{
    return sedd_method_parse(value, &s->fill.method) || cli_fail("--sampler: there is no \"%s\"", value);
}

static bool set_top_p(struct fill_settings *s, const char *value)
{
    return cli_double("top-p", value, 0, 1, &s->fill.top_p) &&
           (s->fill.top_p > 0 || cli_fail("--top-p: must be above 0"));
}

static bool set_temperature(struct fill_settings *s, const char *value)
{
    return cli_double("temperature", value, 0, 100, &s->fill.temperature);
}

static bool set_precision(struct fill_settings *s, const char *value)
{
    return cli_precision(value, &s->precision);
}

static bool set_threads(struct fill_settings *s, const char *value)
{
    return cli_int("threads", value, 1, 256, &s->threads);
}

static bool set_format(struct fill_settings *s, const char *value)
{
    static const char *const formats[] = {"", "text", "jsonl"};
    return set_choice("format", value, formats, 3, &s->format);
}

static bool set_model(struct fill_settings *s, const char *value)
{
    return s->model = value, true;
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

static bool set_flag(struct fill_settings *s, int option)
{
    bool *const flags[] = {
        [OPTION_ALL] = &s->all,           [OPTION_PARAGRAPHS] = &s->fill.paragraphs,
        [OPTION_IN_PLACE] = &s->in_place, [OPTION_SKIP_TOO_LONG] = &s->skip_too_long,
        [OPTION_RESUME] = &s->resume,     [OPTION_RETRY] = &s->retry,
        [OPTION_TIMING] = &s->timing,     [OPTION_QUIET] = &s->quiet,
    };
    return *flags[option] = true;
}

static bool set_fill_option(void *opaque, int option, const char *value)
{
    static bool (*const setters[])(struct fill_settings *, const char *) = {
        [OPTION_MODEL] = set_model,
        [OPTION_SEED] = set_seed,
        [OPTION_STEPS] = set_steps,
        [OPTION_SAMPLER] = set_sampler,
        [OPTION_CANDIDATES] = set_candidates,
        [OPTION_TEMPERATURE] = set_temperature,
        [OPTION_TOP_P] = set_top_p,
        [OPTION_DICTIONARY] = set_dictionary,
        [OPTION_FORMAT] = set_format,
        [OPTION_OUT] = set_out,
        [OPTION_CAST] = set_cast,
        [OPTION_TRACE] = set_trace,
        [OPTION_SHARD] = set_shard,
        [OPTION_PRECISION] = set_precision,
        [OPTION_THREADS] = set_threads,
    };
    return value ? setters[option](opaque, value) : set_flag(opaque, option);
}

/* ---- jobs
 * -------------------------------------------------------------------------------------------------- */

enum status fill_context_engine(struct fill_context *context, struct error *error)
{
    const struct fill_settings *s = context->settings;
    if (context->engine) return STATUS_OK;
    context->engine =
        fill_engine_open(context->folder, s->precision, (int)s->threads, context->cancel, error);
    context->model_failed = !context->engine && error->code != STATUS_CANCELLED;
    return context->engine ? STATUS_OK : error->code ? error->code : STATUS_FORMAT;
}

/* The cast is made of the same lines as the trace. */
static enum status add_to_cast(struct fill_context *context, const struct buffer *lines, struct error *error)
{
    enum { PACE = 60 }; /* ms that a picture is shown at least */
    enum status status = STATUS_OK;
    for (size_t at = 0; !status && at < lines->size;) {
        const char *end = memchr(lines->data + at, '\n', lines->size - at);
        size_t size = end ? (size_t)(end - lines->data) - at : lines->size - at;
        bool frame;
        double ms;
        status = playback_line(context->playback, lines->data + at, size, &frame, &ms, error);
        if (!status && frame &&
            !cast_frame(context->playback, &context->cast_clock, ms > PACE ? ms : PACE, &context->cast))
            status = error_set(error, STATUS_NO_MEMORY, "no memory for the cast");
        at += size + 1;
    }
    return status;
}

static enum status put_trace(struct fill_context *context, struct buffer *lines, bool ok, struct error *error)
{
    enum status status = STATUS_OK;
    if (!ok) return error_set(error, STATUS_NO_MEMORY, "no memory for the trace");
    if (context->trace &&
        (fwrite(lines->data, 1, lines->size, context->trace) != lines->size || fflush(context->trace)))
        return error_set(error, STATUS_IO, "%s: %s", context->settings->trace, strerror(errno));
    if (context->playback) status = add_to_cast(context, lines, error);
    lines->size = 0;
    return status;
}

static bool is_traced(const struct fill_context *context)
{
    return context->trace || context->playback;
}

static enum status trace_step(struct fill_context *context, const struct fill_run *run, struct error *error)
{
    struct buffer lines = {0};
    enum status status = STATUS_OK;
    for (uint32_t k = 0; !status && k < fill_run_events(run); k++) {
        struct fill_event *event = fill_run_event(run, k);
        status = put_trace(context, &lines, event && fill_trace_event(run, event, &lines), error);
        fill_event_free(event);
    }
    buffer_free(&lines);
    return status;
}

static enum status run_steps(struct fill_context *context, struct fill_run *run, struct error *error)
{
    enum status status = STATUS_OK;
    while (!status && !fill_run_done(run)) {
        status = fill_run_step(run, context->cancel, error);
        if (!status && context->cancel && atomic_load(context->cancel))
            status = error_set(error, STATUS_CANCELLED, "interrupted");
        if (!status && is_traced(context)) status = trace_step(context, run, error);
        if (!status && context->progress) context->progress(context->user, fill_run_share(run));
    }
    return status;
}

static enum status trace_end(struct fill_context *context, const struct fill_result *result,
                             enum status status, struct error *error)
{
    struct buffer lines = {0};
    bool ok = status ? fill_trace_failed(error, &lines) : fill_trace_done(result, &lines);
    enum status put = put_trace(context, &lines, ok, status ? NULL : error);
    buffer_free(&lines);
    return status ? status : put;
}

/* --dictionary auto found none: the first time is enough. */
static void say_no_dictionary(struct fill_context *context, const struct fill_job *job,
                              const struct fill_result *result)
{
    bool none = strcmp(job->options.dictionary, "auto") == 0 && !*result->dictionary && job->count;
    if (none && !context->said_no_dictionary)
        cli_note("lacuna fill: --dictionary auto: no dictionary has the words of this text: those of its "
                 "fills are not "
                 "looked up");
    context->said_no_dictionary = context->said_no_dictionary || none;
}

enum status fill_context_run(struct fill_context *context, const struct fill_job *job, struct slice id,
                             struct fill_result **result, struct error *error)
{
    *result = NULL;
    struct fill_run *run = fill_run_new(context->engine, job, error);
    if (!run) return error->code ? error->code : STATUS_NO_MEMORY;
    enum status status = STATUS_OK;
    if (is_traced(context)) {
        struct buffer lines = {0};
        status = put_trace(context, &lines, fill_trace_header(run, id, &lines), error);
        buffer_free(&lines);
    }
    if (!status) status = run_steps(context, run, error);
    if (!status && !(*result = fill_run_result(run)))
        status = error_set(error, STATUS_NO_MEMORY, "no memory for the result");
    if (is_traced(context)) status = trace_end(context, *result, status, error);
    if (!status) say_no_dictionary(context, job, *result);
    fill_run_free(run);
    return status;
}

enum status fill_context_splice(const struct fill_job *job, const struct fill_candidate *candidate,
                                struct buffer *out, struct error *error)
{
    struct slice *texts = mem_alloc_array(candidate->count, sizeof *texts);
    for (size_t i = 0; texts && i < candidate->count; i++)
        texts[i] = (struct slice){candidate->blanks[i].text.data, candidate->blanks[i].text.size};
    bool ok = texts && fill_splice(job->text, job->blanks, texts, job->count, out);
    mem_free(texts);
    return ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "no memory for the text");
}

/* ---- the command
 * ------------------------------------------------------------------------------------------- */

static struct fill_interrupt interrupt = {.wake = -1};
static int wake_end = -1; /* what is written to wake whoever waits */

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    int before = errno;
    atomic_store(&interrupt.requested, true);
    if (wake_end >= 0 && write(wake_end, "", 1) < 0) errno = before; /* full: it is readable already */
    errno = before;
}

/* A second interrupt kills. */
static void take_interrupts(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) interrupt.wake = ends[0], wake_end = ends[1];
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
}

static bool check_usage(const struct fill_settings *s, int count, char **files)
{
    bool standard_input = count == 0;
    for (int i = 0; i < count; i++) standard_input = standard_input || strcmp(files[i], "-") == 0;
    if (s->in_place && s->out) return cli_fail("-i and -o exclude each other");
    if (s->in_place && standard_input) return cli_fail("-i needs files");
    if (s->in_place && s->all) return cli_fail("-i keeps one candidate; --all gives several");
    if (s->in_place && s->shards > 1) return cli_fail("-i and --shard exclude each other");
    if (s->retry && !s->resume) return cli_fail("--retry-errors goes with --resume");
    if (s->resume && (!s->out || file_is_stream(s->out))) return cli_fail("--resume needs -o and a file");
    return true;
}

/* Every file that is read or written. */
static bool check_fill_outputs(const struct fill_settings *s, const char *model, int count, char **files)
{
    struct outputs all = {0};
    char *part = s->out && !file_is_stream(s->out) ? fill_output_part(s->out) : NULL;
    if (count == 0) outputs_read(&all, "-");
    for (int i = 0; i < count; i++) (s->in_place ? outputs_replace : outputs_read)(&all, files[i]);
    outputs_read_model(&all, model);
    if (!s->in_place) outputs_write(&all, s->out ? s->out : "-");
    outputs_write(&all, part);
    outputs_write(&all, s->trace);
    outputs_write(&all, s->cast);
    bool good = outputs_check(&all);
    mem_free(part);
    return good;
}

static int run_fill(void *opaque, int count, char **files)
{
    const struct fill_settings *s = opaque;
    struct error error = {0};
    if (!check_usage(s, count, files)) return EXIT_USAGE;
    struct fill_context context = {.settings = s,
                                   .interrupt = &interrupt,
                                   .cancel = &interrupt.requested,
                                   .folder = model_path(s->model, &error)};
    if (!context.folder) return cli_fail("%s", error.message), EXIT_MODEL;
    if (!check_fill_outputs(s, context.folder, count, files)) return mem_free(context.folder), EXIT_USAGE;
    take_interrupts();
    int status = EXIT_DONE;
    enum { CAST_COLUMNS = 80, CAST_ROWS = 24 };
    if (s->cast) {
        if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, ""); /* the widths of characters */
        context.playback = playback_new(CAST_COLUMNS, CAST_ROWS, -1, &error);
        if (!context.playback || !cast_header(CAST_COLUMNS, CAST_ROWS, &context.cast))
            cli_fail("no memory"), status = EXIT_SOME_FAILED;
    }
    if (status) {
        /* said above */
    } else if (s->trace && !(context.trace = file_open_output(s->trace, false, &error))) {
        cli_fail("%s", error.message);
        status = EXIT_SOME_FAILED;
    } else {
        status = fill_stream(&context, count, files);
    }
    if (context.trace && fclose(context.trace) && status == EXIT_DONE) {
        cli_fail("%s: %s", s->trace, strerror(errno));
        status = EXIT_SOME_FAILED;
    }
    if (s->cast && context.cast.size && file_write(s->cast, context.cast.data, context.cast.size, &error)) {
        cli_fail("%s", error.message);
        if (status == EXIT_DONE) status = EXIT_SOME_FAILED;
    }
    playback_free(context.playback);
    buffer_free(&context.cast);
    fill_engine_free(context.engine);
    mem_free(context.folder);
    return atomic_load(&interrupt.requested) ? EXIT_INTERRUPTED : status;
}

extern const struct cli_command command_fill;
const struct cli_command command_fill = {
    .name = "fill",
    .summary = "Fill the blanks of texts: [[12]], [[4-20]], [[]]",
    .usage = "fill [OPTION…] [FILE…]",
    .options = options,
    .set = set_fill_option,
    .settings_size = sizeof(struct fill_settings),
    .defaults = default_fill_settings,
    .run = run_fill,
};
