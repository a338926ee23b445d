/* lacuna bench fill: what a writer waits for. */
#include "bench.h"
#include "cli.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "model_path.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Prose of no particular kind, repeated until the window is full on both sides of the blank. */
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
    size_t enough = (size_t)window * 8; /* bytes: more than any window of so many tokens */
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

static void print(const struct bench_settings *s, const struct fill_engine *engine, double ms, double first,
                  double evaluations)
{
    const char *precision = sedd_model_precision(fill_engine_model(engine));
    if (!s->json) {
        printf("%-10s %-5s %7s %6s %9s %9s %12s\n", "model", "prec", "blank", "steps", "ms", "first ms",
               "evaluations");
        printf("%-10s %-5s %7d %6d %9.1f %9.1f %12.1f\n", fill_engine_name(engine), precision, (int)s->masked,
               (int)s->steps, ms, first, evaluations);
        return;
    }
    json_t *out = json_pack("{s:f, s:f, s:f, s:I, s:I, s:s, s:I, s:s, s:I}", "ms", ms, "first_ms", first,
                            "evaluations", evaluations, "tokens", (json_int_t)s->masked, "steps",
                            (json_int_t)s->steps, "precision", precision, "threads", (json_int_t)s->threads,
                            "model", fill_engine_name(engine), "repeats", (json_int_t)s->repeats);
    char *text = out ? json_dumps(out, JSON_REAL_PRECISION(5)) : NULL;
    if (text) puts(text);
    free(text);
    json_decref(out);
}

int bench_fill(const struct bench_settings *s)
{
    struct error error = {0};
    char *folder = model_path(s->shape, &error);
    struct fill_engine *engine =
        folder ? fill_engine_open(folder, s->precision, (int)s->threads, NULL, &error) : NULL;
    struct buffer draft = {0};
    struct fill_blank blank;
    double *all = mem_alloc_array((size_t)s->repeats, sizeof *all);
    double *first = mem_alloc_array((size_t)s->repeats, sizeof *first), evaluations = 0;
    int status = EXIT_DONE;
    if (!engine) {
        cli_fail("%s", error.message), status = EXIT_MODEL;
    } else if (!all || !first ||
               !make_draft(&draft, &blank, (uint32_t)s->masked, fill_engine_config(engine)->length)) {
        cli_fail("no memory"), status = EXIT_SOME_FAILED;
    }
    for (int64_t i = -1; i < s->repeats && status == EXIT_DONE; i++) {
        struct fill_job job = {.text = {draft.data, draft.size},
                               .blanks = &blank,
                               .count = 1,
                               .options = fill_options_default()};
        struct times times = {0};
        job.options.steps = (int)s->steps;
        job.options.seed = (uint64_t)(i + 1);
        if (fill_once(engine, &job, &times, &error)) cli_fail("%s", error.message), status = EXIT_SOME_FAILED;
        if (i < 0) continue;
        all[i] = times.all;
        first[i] = times.first;
        evaluations += (double)times.evaluations / (double)s->repeats;
    }
    if (status == EXIT_DONE)
        print(s, engine, bench_median(all, (size_t)s->repeats), bench_median(first, (size_t)s->repeats),
              evaluations);
    buffer_free(&draft);
    mem_free(all);
    mem_free(first);
    fill_engine_free(engine);
    mem_free(folder);
    return status;
}
