/* The context of a job of `lacuna fill`: the model, the trace and the cast. Also runs a job. */
#include "fill_context.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/dictionary.h"
#include "playback.h"

#include <errno.h>
#include <string.h>

enum status fill_set_dictionary(struct fill_options *o, const char *language, struct error *error)
{
    if (strcmp(language, "auto") != 0 && !dictionary_open(language, error)) return error->code;
    snprintf(o->dictionary, sizeof o->dictionary, "%s", language);
    return STATUS_OK;
}

enum status fill_context_engine(struct fill_context *context, struct error *error)
{
    const struct fill_settings *s = context->settings;
    if (context->engine) return STATUS_OK;
    context->engine =
        fill_engine_open(context->folder, context->precision, s->model.threads, context->cancel, error);
    if (context->engine && context->voice &&
        fill_engine_add_voice(context->engine, context->voice, s->voice_weight, context->cancel, error)) {
        fill_engine_free(context->engine);
        context->engine = NULL;
    }
    context->model_failed = !context->engine && error->code != STATUS_CANCELLED;
    return context->engine ? STATUS_OK : error->code ? error->code : STATUS_FORMAT;
}

/* The cast is made from the same lines as the trace. */
static enum status add_to_cast(struct fill_context *context, const struct buffer *lines, struct error *error)
{
    enum { PACE = 60 }; /* the least time, in ms, that a picture is shown */
    enum status status = STATUS_OK;
    for (size_t at = 0; !status && at < lines->size;) {
        const char *end = memchr(lines->data + at, '\n', lines->size - at);
        size_t size = end ? (size_t)(end - lines->data) - at : lines->size - at;
        bool frame;
        double ms;
        status = playback_line(context->playback, lines->data + at, size, &frame, &ms, error);
        if (!status && frame &&
            !cast_frame(context->playback, &context->cast_clock, ms > PACE ? ms : PACE, &context->cast))
            status = error_set(error, STATUS_NO_MEMORY, "not enough memory for the cast");
        at += size + 1;
    }
    return status;
}

static enum status put_trace(struct fill_context *context, struct buffer *lines, bool ok, struct error *error)
{
    enum status status = STATUS_OK;
    if (!ok) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the trace");
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

/* --dictionary auto found none: reporting it once is enough. */
static void say_no_dictionary(struct fill_context *context, const struct fill_job *job,
                              const struct fill_result *result)
{
    bool none = strcmp(job->options.dictionary, "auto") == 0 && !*result->dictionary && job->count;
    if (none && !context->said_no_dictionary)
        cli_note("lacuna fill: --dictionary auto: no dictionary matches this text; words in its fills are "
                 "not checked");
    context->said_no_dictionary = context->said_no_dictionary || none;
}

static void add_to_stats(struct fill_stats *stats, const struct fill_result *result)
{
    const struct fill_candidate *best = &result->candidates[0];
    stats->evaluations += result->evaluations;
    for (size_t i = 0; i < best->count; i++) stats->tokens += best->blanks[i].count;
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
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory for the result");
    if (is_traced(context)) status = trace_end(context, *result, status, error);
    if (!status) say_no_dictionary(context, job, *result);
    if (!status) add_to_stats(&context->stats, *result);
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
    return ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for the text");
}
