/* Events and results of a run. Each owns everything it points to. */
#include "blank_view.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "run_state.h"
#include "token_alternatives.h"

#include <stdlib.h>
#include <string.h>

/* ---- events -------------------------------------------------------------------------------------------- */

void fill_event_free(struct fill_event *event)
{
    if (!event) return;
    for (size_t i = 0; event->blanks && i < event->blank_count; i++) fill_view_free(&event->blanks[i]);
    fill_token_alternatives_free(event->odds, event->blank_count);
    mem_free(event->blanks);
    mem_free(event->changes);
    fill_result_free(event->result);
    buffer_free(&event->trace);
    fill_alternatives_free(&event->alternatives);
    fit_free(&event->fit);
    rescored_free(&event->rescored);
    mem_free(event);
}

/* Converts an offset in a candidate's local text to the draft: earlier fills are longer or shorter than the
 * text they replaced. An offset inside a fill gives the end of its blank. */
static size_t to_job(const struct fill_run *run, const struct run_candidate *c, size_t local)
{
    uint32_t first = fill_run_first(run), b = first;
    if (local >= c->blanks[0].start) { /* nothing is replaced from the window's first blank on */
        return run->blanks[first].start + (local - c->blanks[0].start);
    }
    size_t back = c->blanks[0].start - local, at = run->blanks[first].start;
    while (b > 0) {
        const struct fill_blank *blank = &run->blanks[b - 1];
        size_t size = c->done[b - 1].text.size;
        if (at - blank->end >= back) return at - back;
        back -= at - blank->end;
        if (back <= size) return blank->end;
        back -= size;
        at = blank->start;
        b--;
    }
    return at > back ? at - back : 0;
}

static bool add_views(const struct fill_run *run, uint32_t k, struct fill_event *event)
{
    uint32_t first = fill_run_first(run), count = fill_run_last(run) - first;
    event->blanks = mem_zalloc_array(count, sizeof *event->blanks);
    if (!event->blanks) return false;
    for (uint32_t i = 0; i < count; i++, event->blank_count++)
        if (!fill_view_make(run, k, first + i, &event->blanks[i])) return false;
    return true;
}

static bool add_changes(const struct run_candidate *c, struct fill_event *event)
{
    event->changes = mem_alloc_array(c->change_count, sizeof *event->changes);
    if (!event->changes) return false;
    if (c->change_count) memcpy(event->changes, c->changes, c->change_count * sizeof *event->changes);
    event->change_count = c->change_count;
    return true;
}

struct fill_event *fill_run_event(const struct fill_run *run, uint32_t k)
{
    const struct run_candidate *c = &run->candidates[k];
    struct fill_event *event = mem_zalloc(sizeof *event);
    if (!event) return NULL;
    event->kind = run->at_window ? FILL_EVENT_WINDOW : FILL_EVENT_STEP;
    event->candidate = k;
    event->window = run->window;
    event->windows = run->windows;
    event->step = sedd_sampler_step_index(run->sampler);
    event->steps = run->steps_expected > event->step ? run->steps_expected : event->step;
    event->sigma_bar = sedd_sampler_sigma_bar(run->sampler, k);
    event->ms = run->step_ms;
    event->score = fill_run_score(run, k);
    event->window_start = to_job(run, c, c->window.start);
    event->window_end = to_job(run, c, c->window.end);
    bool odds = run->options.odds && event->kind == FILL_EVENT_STEP;
    if (add_views(run, k, event) && add_changes(c, event) &&
        (!odds || fill_token_odds(run, k, event->blanks, &event->odds)))
        return event;
    fill_event_free(event);
    return NULL;
}

/* ---- results ------------------------------------------------------------------------------------------- */

static void free_candidate_result(struct fill_candidate *c)
{
    for (size_t i = 0; c->blanks && i < c->count; i++) fill_view_free(&c->blanks[i]);
    mem_free(c->blanks);
    fill_token_alternatives_free(c->alternatives, c->count);
}

void fill_result_free(struct fill_result *result)
{
    if (!result) return;
    for (size_t k = 0; result->candidates && k < result->count; k++)
        free_candidate_result(&result->candidates[k]);
    mem_free(result->candidates);
    mem_free(result);
}

static bool take_candidate(const struct fill_run *run, uint32_t k, struct fill_candidate *out)
{
    const struct run_candidate *c = &run->candidates[k];
    *out = (struct fill_candidate){
        .candidate = k, .score = fill_run_score(run, k), .drawn = (uint32_t)c->score_tokens};
    if (c->bound_tokens) out->bound = c->bound_sum / c->bound_tokens, out->bounded = c->bound_tokens;
    out->blanks = mem_zalloc_array(run->count, sizeof *out->blanks);
    if (!out->blanks) return false;
    out->count = run->count;
    for (size_t i = 0; i < run->count; i++)
        if (!fill_view_copy(&c->done[i], &out->blanks[i])) return false;
    return fill_token_alternatives_copy(c->alternatives, run->count, &out->alternatives);
}

static bool say_the_same(const struct fill_candidate *a, const struct fill_candidate *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct buffer *x = &a->blanks[i].text, *y = &b->blanks[i].text;
        if (x->size != y->size || (x->size && memcmp(x->data, y->data, x->size) != 0)) return false;
    }
    return true;
}

/* Keeps the best of the candidates with the same text. The candidates are sorted by rank. */
static void merge_same(struct fill_result *result)
{
    size_t kept = 0;
    for (size_t k = 0; k < result->count; k++) {
        struct fill_candidate *c = &result->candidates[k];
        size_t other = 0;
        while (other < kept && !say_the_same(&result->candidates[other], c)) other++;
        if (other < kept) {
            result->candidates[other].same++;
            free_candidate_result(c);
            continue;
        }
        c->same = 1;
        if (kept < k) result->candidates[kept] = *c;
        kept++;
    }
    result->count = kept;
}

static int by_number(const void *a, const void *b)
{
    const struct fill_candidate *x = a, *y = b;
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

/* The order in which they were drawn; they keep their rank scores. */
static void number_again(struct fill_result *result)
{
    if (result->count > 1) qsort(result->candidates, result->count, sizeof *result->candidates, by_number);
}

struct fill_result *fill_run_result(const struct fill_run *run)
{
    if (!run->done || run->failed) return NULL;
    struct fill_result *result = mem_zalloc(sizeof *result);
    if (!result) return NULL;
    result->candidates = mem_zalloc_array(run->options.candidates, sizeof *result->candidates);
    result->seconds = run->seconds;
    result->temperature = run->options.temperature;
    result->top_p = run->options.top_p;
    memcpy(result->dictionary, run->options.dictionary, sizeof result->dictionary);
    result->steered = run->steered;
    result->evaluations = run->evaluations + (run->sampler ? sedd_sampler_evaluations(run->sampler) : 0);
    bool ok = result->candidates != NULL;
    for (uint32_t k = 0; ok && k < run->options.candidates; k++, result->count++)
        ok = take_candidate(run, k, &result->candidates[k]);
    if (!ok) {
        result->count = result->candidates ? run->options.candidates : 0;
        fill_result_free(result);
        return NULL;
    }
    fill_rank(result->candidates, result->count);
    if (run->options.ranking == FILL_RANK_FIRST) number_again(result);
    merge_same(result);
    return result;
}
