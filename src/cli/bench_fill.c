/* lacuna bench fill: the waiting times of a writer. */
#include "bench_fill.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "model_options.h"
#include "model_path.h"
#include "say.h"

#include <jansson.h>
#include <poll.h>
#include <time.h>

/* Ordinary prose, repeated until the window is full on both sides of the blank. */
static const char before[] =
    "The road went down between the hedges to the river, and the boys who had come out of school ran along "
    "it "
    "with their caps in their hands. Nobody at the mill had seen the boat since the morning. It was late in "
    "the year, and the water stood high and brown under the bridge. \"You had better ask the ferryman,\" "
    "said "
    "the old woman, and she shut the door. ";
static const char after[] =
    " and then they all went home. In the evening the wind rose, and the lamp in the window was lit earlier "
    "than on other days. He sat a long time over the letter before he put it away. There was nothing in it "
    "that he had not known, and yet it seemed to him that the room had changed while he was reading.";

static bool make_draft(struct buffer *draft, struct fill_blank *blank, uint32_t masked, uint32_t window)
{
    size_t enough = (size_t)window * 8; /* bytes: more than any window of that many tokens */
    while (draft->size < enough)
        if (!buffer_append(draft, before, sizeof before - 1)) return false;
    *blank = (struct fill_blank){.start = draft->size, .end = draft->size, .min = masked, .max = masked};
    for (size_t from = draft->size; draft->size - from < enough;)
        if (!buffer_append(draft, after, sizeof after - 1)) return false;
    return true;
}

struct times {
    double all, first;
    uint64_t evaluations;
};

static enum status fill_once(struct fill_engine *engine, const struct fill_job *job, struct times *out,
                             struct error *error)
{
    double begun = clock_seconds();
    out->first = -1;
    struct fill_run *run = fill_run_new(engine, job, error);
    enum status status = run ? STATUS_OK : STATUS_NO_MEMORY;
    while (!status && !fill_run_done(run)) {
        status = fill_run_step(run, NULL, error);
        struct fill_event *event = !status && out->first < 0 ? fill_run_event(run, 0) : NULL;
        if (event && event->kind == FILL_EVENT_STEP && event->change_count)
            out->first = 1e3 * (clock_seconds() - begun);
        if (event) fill_event_free(event);
    }
    struct fill_result *result = !status ? fill_run_result(run) : NULL;
    out->all = 1e3 * (clock_seconds() - begun);
    if (result) out->evaluations = result->evaluations;
    if (result) fill_result_free(result);
    fill_run_free(run);
    return status;
}

/* ---- cancelling: as in the editor, through the worker ------------------------------------------------- */

enum { CANCELS = 21 };

/* Takes events until one of these kinds comes, and returns the kind; for a failure, also its message. */
static enum fill_event_kind wait_for(struct fill_worker *worker, enum fill_event_kind a,
                                     enum fill_event_kind b, struct error *error)
{
    for (;;) {
        struct fill_event *event;
        struct pollfd fd = {.fd = fill_worker_fd(worker), .events = POLLIN};
        if (!fill_worker_poll(worker, &event)) {
            poll(&fd, 1, -1);
            continue;
        }
        enum fill_event_kind kind = event->kind;
        if (kind == FILL_EVENT_FAILED) *error = event->error;
        fill_event_free(event);
        if (kind == a || kind == b || kind == FILL_EVENT_FAILED) return kind;
    }
}

/* Milliseconds from a cancel to the end of its job; each cancel comes a little later in an evaluation. */
static enum status cancel_times(struct fill_worker *worker, const struct fill_job *job, double evaluation,
                                double *ms, struct error *error)
{
    fill_worker_warm(worker);
    if (wait_for(worker, FILL_EVENT_READY, FILL_EVENT_READY, error) == FILL_EVENT_FAILED) return error->code;
    for (int i = 0; i < CANCELS;) {
        uint64_t number = fill_worker_submit(worker, job, error);
        if (!number) return error->code;
        if (wait_for(worker, FILL_EVENT_WINDOW, FILL_EVENT_DONE, error) == FILL_EVENT_FAILED)
            return error->code;
        double later = evaluation * (i + 1) / (CANCELS + 1);
        nanosleep(&(struct timespec){(time_t)(later / 1e3), (long)(later * 1e6) % 1000000000}, NULL);
        double begun = clock_seconds();
        fill_worker_cancel(worker, number);
        /* a job of one or two tokens may be done before the cancel comes: then that is its end */
        if (wait_for(worker, FILL_EVENT_CANCELLED, FILL_EVENT_DONE, error) == FILL_EVENT_FAILED)
            return error->code;
        ms[i++] = 1e3 * (clock_seconds() - begun);
    }
    return STATUS_OK;
}

static enum status measure_cancel(const struct bench_settings *s, const char *folder,
                                  const struct fill_job *job, double evaluation, double *ms,
                                  struct error *error)
{
    struct fill_worker_options options = {
        .model_folder = folder, .precision = s->model.precision, .threads = s->model.threads, .niceness = 10};
    struct fill_worker *worker = fill_worker_new(&options, error);
    enum status status = worker ? cancel_times(worker, job, evaluation, ms, error) : STATUS_NO_MEMORY;
    fill_worker_free(worker);
    return status;
}

/* ---- the report ---------------------------------------------------------------------------------------- */

struct report {
    char model[64], precision[8];
    double ms, first, evaluations, cancel, worst_cancel;
};

static bool print_fill_times(const struct bench_settings *s, const struct report *r)
{
    if (!s->json) {
        say_line("%-10s %-5s %7s %6s %9s %9s %12s %10s %10s", "model", "prec", "blank", "steps", "ms",
                 "first ms", "evaluations", "cancel ms", "worst");
        say_line("%-10s %-5s %7d %6d %9.1f %9.1f %12.1f %10.2f %10.2f", r->model, r->precision,
                 (int)s->masked, s->model.steps, r->ms, r->first, r->evaluations, r->cancel, r->worst_cancel);
        return true;
    }
    json_t *out = json_pack(
        "{s:f, s:f, s:f, s:f, s:f, s:I, s:I, s:s, s:I, s:s, s:I}", "ms", r->ms, "first_ms", r->first,
        "evaluations", r->evaluations, "cancel_ms", r->cancel, "worst_cancel_ms", r->worst_cancel, "tokens",
        (json_int_t)s->masked, "steps", (json_int_t)s->model.steps, "precision", r->precision, "threads",
        (json_int_t)s->model.threads, "model", r->model, "repeats", (json_int_t)s->repeats);
    return bench_print(out);
}

static enum status measure_fills(const struct bench_settings *s, struct fill_engine *engine,
                                 const struct fill_job *what, struct report *r, struct error *error)
{
    size_t repeats = (size_t)s->repeats;
    double *all = mem_alloc_array(repeats, sizeof *all), *first = mem_alloc_array(repeats, sizeof *first);
    enum status status = all && first ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "out of memory");
    for (int64_t i = -1; i < s->repeats && !status; i++) {
        struct fill_job job = *what;
        struct times times = {0};
        job.options.seed = (uint64_t)(i + 1);
        status = fill_once(engine, &job, &times, error);
        if (i < 0 || status) continue;
        all[i] = times.all;
        first[i] = times.first;
        r->evaluations += (double)times.evaluations / (double)repeats;
    }
    if (!status) {
        r->ms = bench_median(all, repeats);
        r->first = bench_median(first, repeats);
    }
    mem_free(all);
    mem_free(first);
    return status;
}

int bench_fill(const struct bench_settings *s)
{
    struct error error = {0};
    char *folder = model_path(s->shape, &error);
    struct fill_engine *engine =
        folder ? fill_engine_open(folder, s->model.precision, s->model.threads, NULL, &error) : NULL;
    struct buffer draft = {0};
    struct fill_blank blank;
    struct report r = {0};
    double cancels[CANCELS];
    int status = engine ? EXIT_DONE : EXIT_MODEL;
    enum status done = STATUS_OK;
    if (engine && !make_draft(&draft, &blank, (uint32_t)s->masked, fill_engine_config(engine)->length))
        done = error_set(&error, STATUS_NO_MEMORY, "out of memory");
    struct fill_job job = {
        .text = {draft.data, draft.size}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.steps = s->model.steps;
    if (engine && !done) {
        snprintf(r.model, sizeof r.model, "%s", fill_engine_name(engine));
        snprintf(r.precision, sizeof r.precision, "%s",
                 sedd_precision_name(sedd_model_precision(fill_engine_model(engine))));
        done = measure_fills(s, engine, &job, &r, &error);
    }
    bool go_on = engine && !done;
    fill_engine_free(engine);                /* the worker has its own model */
    job.options.method = SEDD_FIRST_HITTING; /* one evaluation per token, so there is something to cancel */
    if (go_on) done = measure_cancel(s, folder, &job, r.first, cancels, &error);
    if (done) status = EXIT_SOME_FAILED;
    if (status == EXIT_DONE) {
        r.cancel = bench_median(cancels, CANCELS); /* sorts them */
        r.worst_cancel = cancels[CANCELS - 1];
        if (!print_fill_times(s, &r)) status = EXIT_SOME_FAILED;
    } else {
        cli_fail("%s", error.message);
    }
    buffer_free(&draft);
    mem_free(folder);
    return status;
}
