/* Figures of choosing and bending: candidates in one batch, alternatives of a word, a turn of the dial, how a screen of
 * words fits. The least of several runs, so that other work on the machine counts little. Build from the top folder,
 * after make:
 *   cc -O2 -std=c11 -D_XOPEN_SOURCE=700 -Iinclude tests/bench/bench_steer.c build/release/liblacuna.a \
 *      -lutf8proc -ljansson -lpthread -lm -ldl -o build/bench_steer && build/bench_steer [MODEL-FOLDER] */
#include "lacuna/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 12, TOKENS = 12 };

static struct fill_engine *engine;
static char text[4096];
static size_t middle; /* where the sentence with the blank begins */

static void must(enum status status)
{
    if (!status) return;
    fprintf(stderr, "%s\n", status_name(status));
    exit(1);
}

static void make_text(void)
{
    static const char before[] = "The boat was gone in the morning and nobody had seen it leave. ";
    for (int i = 0; i < 20; i++) strcat(text, before);
    middle = strlen(text);
    strcat(text, "The rain had fallen since before dawn, and the old keeper Gloamwick went and looked out at "
                 "the sea.");
    for (int i = 0; i < 20; i++) strcat(strcat(text, i ? "" : " "), before);
}

static size_t after(const char *words)
{
    return (size_t)(strstr(text + middle, words) - text) + strlen(words);
}

/* Milliseconds to the first drawn word, and to the end. */
static void run_job(const struct fill_job *job, double *first, double *all)
{
    double begin = clock_seconds(), seen = 0;
    struct fill_run *run = fill_run_new(engine, job, NULL);
    if (!run) must(STATUS_ARGUMENT);
    while (!fill_run_done(run)) {
        must(fill_run_step(run, NULL, NULL));
        for (uint32_t k = 0; !seen && k < fill_run_events(run); k++) {
            struct fill_event *event = fill_run_event(run, k);
            for (size_t i = 0; event && i < event->change_count; i++) /* pinned words have no probability */
                if (event->changes[i].probability > 0) seen = clock_seconds();
            fill_event_free(event);
        }
    }
    double end = clock_seconds();
    if (1e3 * ((seen ? seen : end) - begin) < *first) *first = 1e3 * ((seen ? seen : end) - begin);
    if (1e3 * (end - begin) < *all) *all = 1e3 * (end - begin);
    fill_run_free(run);
}

static void measure_jobs(const char *what, struct fill_job job)
{
    double first = 1e9, all = 1e9;
    for (uint64_t run = 0; run < RUNS; run++) {
        job.options.seed = run;
        run_job(&job, &first, &all);
    }
    printf("%-34s first word %6.1f ms, all %7.1f ms\n", what, first, all);
}

static void measure_alternatives(const char *word)
{
    size_t end = after(word);
    struct fill_place place = {
        .text = {text, strlen(text)}, .start = end - strlen(word), .end = end, .count = 8};
    double best = 1e9;
    uint64_t sequences = 0;
    for (int run = 0; run < RUNS; run++) {
        struct fill_alternatives found;
        double begin = clock_seconds();
        must(fill_alternatives_find(engine, &place, &found, NULL, NULL));
        if (1e3 * (clock_seconds() - begin) < best) best = 1e3 * (clock_seconds() - begin);
        sequences = found.evaluations;
        fill_alternatives_free(&found);
    }
    printf("8 alternatives of %-16s %6.1f ms, %llu sequences\n", word, best, (unsigned long long)sequences);
}

static void measure_fit(bool left)
{
    struct fit_question question = {
        .text = {text, strlen(text)}, .start = middle - 400, .end = middle + 400, .left = left};
    struct fit fit = {0};
    double best = 1e9;
    for (int run = 0; run < 3; run++) {
        fit_free(&fit);
        double begin = clock_seconds();
        must(fit_words(engine, &question, &fit, NULL, NULL));
        if (clock_seconds() - begin < best) best = clock_seconds() - begin;
    }
    printf("how a screen of %zu words fits%-6s %5.0f ms, %llu sequences\n", fit.count, left ? ", left" : "",
           1e3 * best, (unsigned long long)fit.evaluations);
    fit_free(&fit);
}

int main(int count, char **arguments)
{
    struct error error = {0};
    engine =
        fill_engine_open(count > 1 ? arguments[1] : "models/starter", SEDD_PRECISION_AUTO, 0, NULL, &error);
    if (!engine) return fprintf(stderr, "%s\n", error.message), 1;
    make_text();
    size_t at = after("Gloamwick ");
    struct fill_blank blank = {.start = at, .end = at, .min = TOKENS, .max = TOKENS},
                      own = {.start = middle,
                             .end = after("since before dawn, and the old"),
                             .min = 1,
                             .max = 1};
    struct fill_conditions vary = {.vary = true, .noise = 0.5};
    struct fill_job job = {
        .text = {text, strlen(text)}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.temperature = job.options.top_p = FILL_SUGGESTED;
    measure_jobs("a blank of 12 tokens", job);
    job.options.candidates = 8;
    measure_jobs("8 candidates of it", job);
    job.options.candidates = 1;
    job.blanks = &own;
    job.conditions = &vary;
    measure_jobs("a turn of the dial, half of 12", job);
    measure_alternatives("old");
    measure_alternatives("keeper");
    measure_alternatives("Gloamwick");
    measure_fit(false);
    measure_fit(true);
    fill_engine_free(engine);
    return 0;
}
