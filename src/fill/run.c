/* A job, step by step: windows from first to last, and in each the reverse process for all candidates. */
#include "blank_view.h"
#include "engine.h"
#include "hold.h"
#include "lacuna/base.h"
#include "lacuna/dictionary.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lexicon.h"
#include "redraw.h"
#include "run_compare.h"
#include "run_state.h"
#include "token_alternatives.h"
#include "token_words.h"
#include "window.h"

#include <math.h>
#include <string.h>

struct fill_options fill_options_default(void)
{
    return (struct fill_options){.method = SEDD_ANALYTIC,
                                 .steps = 32,
                                 .candidates = 1,
                                 .ranking = FILL_RANK_BOUND,
                                 .temperature = 1,
                                 .top_p = 1};
}

uint64_t fill_seed(uint64_t seed, const void *id, size_t size)
{
    return hash_bytes(id, size, seed) % FILL_SEED_LIMIT;
}

/* ---- starting a run ----------------------------------------------------------------------------------- */

static enum status check_job(const struct fill_engine *engine, const struct fill_job *job,
                             struct error *error)
{
    const struct fill_options *o = &job->options;
    uint32_t length = fill_engine_config(engine)->length;
    if (o->candidates < 1 || o->candidates > FILL_MAX_CANDIDATES)
        return error_set(error, STATUS_ARGUMENT, "candidates: %u is outside 1 to %d", o->candidates,
                         FILL_MAX_CANDIDATES);
    if (o->odds && fill_engine_config(engine)->graph == SEDD_UNIFORM)
        return error_set(error, STATUS_UNSUPPORTED,
                         "odds need a model with masks; this one's graph is uniform");
    if (o->alternatives > FILL_MAX_ALTERNATIVES || o->odds > FILL_MAX_ALTERNATIVES)
        return error_set(error, STATUS_ARGUMENT, "alternatives: at most %d", FILL_MAX_ALTERNATIVES);
    if (o->seed >= FILL_SEED_LIMIT) return error_set(error, STATUS_ARGUMENT, "the seed must be below 2^53");
    if (job->text.size > UINT32_MAX || job->count > UINT32_MAX)
        return error_set(error, STATUS_LIMIT, "the text is larger than 4 GiB");
    size_t end = 0;
    for (size_t i = 0; i < job->count; i++) {
        const struct fill_blank *b = &job->blanks[i];
        if (b->start < end || b->end < b->start || b->end > job->text.size)
            return error_set(error, STATUS_ARGUMENT, "blank %zu overlaps another or lies outside the text",
                             i);
        if (b->min < 1 || b->min > b->max)
            return error_set(error, STATUS_ARGUMENT, "blank %zu: %u to %u tokens is not a range", i, b->min,
                             b->max);
        if (b->min > length)
            return error_set(error, STATUS_LIMIT,
                             "a blank of %u tokens is larger than the model's window of %u", b->min, length);
        end = b->end;
    }
    for (size_t i = 0; i < job->pin_count; i++) {
        const struct fill_pin *p = &job->pins[i];
        if (p->blank >= job->count || job->blanks[p->blank].min != job->blanks[p->blank].max ||
            p->index >= job->blanks[p->blank].min || p->id >= fill_engine_config(engine)->tokens)
            return error_set(error, STATUS_ARGUMENT, "pin %zu names no slot of a blank of exact length", i);
    }
    return STATUS_OK;
}

/* The space that a blank takes in a window, for deciding which blanks share one. */
static uint64_t room_of(const struct fill_run *run, const struct fill_blank *blank)
{
    uint32_t most = fill_engine_config(run->engine)->length * 3 / 4;
    if (most < blank->min) return blank->min;
    return blank->max < most ? blank->max : most;
}

/* Blanks share a window while they and the words between them leave half of it to the text around. Blanks
 * with only a few words between them, which are pinned words of one passage, may take more. */
static enum status group_windows(struct fill_run *run, struct error *error)
{
    uint64_t length = fill_engine_config(run->engine)->length, span = 0;
    run->window_first = mem_alloc_array(run->count + 1, sizeof *run->window_first);
    if (!run->window_first) return no_memory_for_fill(error);
    for (size_t i = 0; i < run->count; i++) {
        uint32_t gap = UINT32_MAX;
        uint64_t room = room_of(run, &run->blanks[i]);
        if (i > 0) {
            size_t start = run->blanks[i - 1].end;
            struct slice between = {run->text.data + start, run->blanks[i].start - start};
            enum status status = fill_gap_tokens(run->engine, &run->dialect, between, &gap, error);
            if (status) return status;
        }
        uint64_t joined = span + gap + room;
        if (i > 0 && (2 * joined <= length || (16 * (uint64_t)gap <= length && 8 * joined <= 7 * length))) {
            span = joined;
            continue;
        }
        run->window_first[run->windows++] = (uint32_t)i;
        span = room;
    }
    run->window_first[run->windows] = (uint32_t)run->count;
    return STATUS_OK;
}

static enum status copy_job(struct fill_run *run, const struct fill_job *job, struct error *error)
{
    run->options = job->options;
    run->count = job->count;
    run->pin_count = job->pin_count;
    run->blanks = mem_alloc_array(job->count, sizeof *run->blanks);
    run->pins = mem_alloc_array(job->pin_count, sizeof *run->pins);
    run->candidates = mem_zalloc_array(job->options.candidates, sizeof *run->candidates);
    if (!run->blanks || !run->pins || !run->candidates ||
        !buffer_append(&run->text, job->text.size ? job->text.data : "", job->text.size))
        return no_memory_for_fill(error);
    if (job->count) memcpy(run->blanks, job->blanks, job->count * sizeof *run->blanks);
    if (job->pin_count) memcpy(run->pins, job->pins, job->pin_count * sizeof *run->pins);
    for (uint32_t k = 0; k < job->options.candidates; k++)
        if (!(run->candidates[k].done = mem_zalloc_array(job->count, sizeof *run->candidates[k].done)))
            return no_memory_for_fill(error);
    return STATUS_OK;
}

/* Options that were not given get the model's suggestions, which were found by measurement. */
static void take_suggestions(struct fill_run *run)
{
    const struct sedd_config *c = fill_engine_config(run->engine);
    struct fill_options *o = &run->options;
    bool absorbs = c->graph == SEDD_ABSORB;
    double suggested = absorbs && c->temperature > 0 ? c->temperature : 1;
    if (o->temperature == FILL_SUGGESTED) o->temperature = suggested;
    if (o->top_p == FILL_SUGGESTED)
        o->top_p = absorbs && c->top_p > 0 && o->temperature == suggested ? c->top_p : 1;
}

/* The run's options name the language that is used from here on. */
static enum status open_lexicon(struct fill_run *run, struct error *error)
{
    char *language = run->options.dictionary;
    bool any = strcmp(language, "auto") == 0;
    bool uniform = fill_engine_config(run->engine)->graph == SEDD_UNIFORM;
    if (!*language) return STATUS_OK;
    if (uniform && !any) /* no word can be drawn again alone (redraw.c) */
        return error_set(error, STATUS_UNSUPPORTED, "words are checked only for absorbing models");
    if (!any) return fill_lexicon_open(&run->lexicon, language, error);
    struct slice text = {run->text.data, run->text.size};
    bool found = !uniform && fill_lexicon_choose(&run->lexicon, text, run->options.language);
    snprintf(language, DICTIONARY_TAG, "%s", found ? run->lexicon.tags[0] : "");
    return STATUS_OK;
}

struct fill_run *fill_run_new(struct fill_engine *engine, const struct fill_job *job, struct error *error)
{
    if (check_job(engine, job, error)) return NULL;
    struct fill_run *run = mem_zalloc(sizeof *run);
    if (!run) {
        no_memory_for_fill(error);
        return NULL;
    }
    run->engine = engine;
    run->dialect =
        job->dialect ? *job->dialect : fill_dialect_detect(job->text, fill_engine_config(engine)->dialect);
    if (copy_job(run, job, error) == STATUS_OK &&
        fill_hold_prepare(run, job->conditions, error) == STATUS_OK &&
        group_windows(run, error) == STATUS_OK && open_lexicon(run, error) == STATUS_OK) {
        run->done = run->windows == 0;
        take_suggestions(run);
        return run;
    }
    fill_run_free(run);
    return NULL;
}

/* ---- the end of a window and of a run ------------------------------------------------------------------ */

static void leave_window(struct fill_run *run)
{
    if (run->sampler) run->evaluations += sedd_sampler_evaluations(run->sampler);
    sedd_sampler_free(run->sampler);
    run->sampler = NULL;
    for (uint32_t k = 0; k < run->options.candidates; k++) {
        struct run_candidate *c = &run->candidates[k];
        uint32_t slots = c->window.slot_count;
        fill_hold_leave(c);
        buffer_free(&c->local);
        fill_window_free(&c->window);
        mem_free(c->blanks);
        mem_free(c->lengths);
        mem_free(c->probability);
        mem_free(c->flags);
        for (uint32_t i = 0; c->own && i < slots; i++) mem_free(c->own[i]);
        mem_free(c->own);
        c->blanks = NULL;
        c->lengths = NULL;
        c->probability = NULL;
        c->flags = NULL;
        c->own = NULL;
        c->change_count = 0;
        c->rounds = c->hold_rounds = 0;
    }
}

void fill_run_free(struct fill_run *run)
{
    if (!run) return;
    if (run->candidates) leave_window(run);
    for (uint32_t k = 0; run->candidates && k < run->options.candidates; k++) {
        struct run_candidate *c = &run->candidates[k];
        for (size_t i = 0; c->done && i < run->count; i++) fill_view_free(&c->done[i]);
        fill_token_alternatives_free(c->alternatives, run->count);
        mem_free(c->done);
        mem_free(c->changes);
    }
    fill_hold_free(run);
    mem_free(run->candidates);
    mem_free(run->blanks);
    mem_free(run->pins);
    mem_free(run->window_first);
    buffer_free(&run->text);
    mem_free(run);
}

/* Saves the result of the window. Its state is kept for the events of the last step. */
static enum status finish_window(struct fill_run *run, const atomic_bool *cancel, struct error *error)
{
    for (uint32_t k = 0; k < run->options.candidates; k++) {
        struct run_candidate *c = &run->candidates[k];
        for (uint32_t b = fill_run_first(run); b < fill_run_last(run); b++)
            if (!fill_view_make(run, k, b, &c->done[b])) return no_memory_for_fill(error);
        enum status status = fill_token_alternatives(run, k, cancel, error);
        if (status) return status;
        double score = sedd_sampler_score(run->sampler, k);
        if (!isfinite(score)) continue;
        c->score_sum += score * fill_run_drawn(run, k);
        c->score_tokens += fill_run_drawn(run, k);
    }
    run->over = true;
    run->compares = run->options.candidates > 1 && run->options.ranking == FILL_RANK_BOUND &&
                    fill_engine_config(run->engine)->graph == SEDD_ABSORB;
    run->done = run->window + 1 == run->windows && !run->compares;
    return STATUS_OK;
}

/* ---- starting a window -------------------------------------------------------------------------------- */

static bool append_range(const struct fill_run *run, struct buffer *out, size_t start, size_t end)
{
    return start >= end || buffer_append(out, run->text.data + start, end - start);
}

/* The draft around the window's blanks, with the candidate's own earlier fills in place: more than any window
 * can hold, but not the whole novel. */
static bool make_local(const struct fill_run *run, struct run_candidate *c)
{
    uint32_t first = fill_run_first(run), last = fill_run_last(run);
    size_t reach = 64 * (size_t)fill_engine_config(run->engine)->length;
    if (reach < FILL_EXCERPT) reach = FILL_EXCERPT;
    size_t at = run->blanks[first].start, stop = run->blanks[last - 1].end;
    at = at > reach ? at - reach : 0;
    stop = run->text.size - stop > reach ? stop + reach : run->text.size;
    uint32_t b = 0;
    while (b < first && run->blanks[b].end < at) b++;
    if (b < first && run->blanks[b].start < at) at = run->blanks[b++].end;
    for (; b < first; b++) {
        const struct fill_view *fill = &c->done[b];
        if (!append_range(run, &c->local, at, run->blanks[b].start)) return false;
        if (fill->text.size && !buffer_append(&c->local, fill->text.data, fill->text.size)) return false;
        at = run->blanks[b].end;
    }
    c->blanks = mem_alloc_array(last - first, sizeof *c->blanks);
    if (!c->blanks) return false;
    if (last < run->count && run->blanks[last].start < stop) stop = run->blanks[last].start;
    for (; b < last; b++) {
        struct fill_blank *blank = &c->blanks[b - first];
        *blank = run->blanks[b];
        if (!append_range(run, &c->local, at, blank->start)) return false;
        at = blank->start;
        size_t start = c->local.size;
        if (!append_range(run, &c->local, at, blank->end)) return false;
        at = blank->end;
        blank->start = start;
        blank->end = c->local.size;
    }
    c->limit = c->local.size + (stop > at ? stop - at : 0);
    /* One byte more, if there is one, so that the window does not mistake the next blank for the end of the
     * text. */
    if (stop < run->text.size) stop++;
    return append_range(run, &c->local, at, stop) && (c->local.data || buffer_append(&c->local, "", 0));
}

static enum status build_candidate(struct fill_run *run, uint32_t k, const atomic_bool *cancel,
                                   struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    uint32_t count = fill_run_last(run) - fill_run_first(run);
    c->lengths = mem_alloc_array(count, sizeof *c->lengths);
    if (!c->lengths || !make_local(run, c)) return no_memory_for_fill(error);
    struct fill_site site = {
        run->engine,         &run->dialect, {c->local.data, c->local.size}, c->blanks, count,
        fill_run_first(run), c->limit,      run->options.paragraphs};
    struct fill_length_choice choice = {run->options.lengths, fill_length_quantile(k), run->options.seed};
    /* In the first window all candidates see the same text, so one search serves all; with a distribution of lengths,
     * each candidate gets a different quantile. */
    bool searched = choice.by == FILL_LENGTHS_SEARCH ||
                    (choice.by == FILL_LENGTHS_MODEL && !fill_engine_says_lengths(run->engine));
    if (k > 0 && run->window == 0 && searched)
        memcpy(c->lengths, run->candidates[0].lengths, count * sizeof *c->lengths);
    else {
        enum status status =
            fill_choose_lengths(&site, &choice, c->lengths, &run->evaluations, cancel, error);
        if (status) return status;
    }
    fill_hold_lengths(run, k, c->lengths);
    enum status status = fill_window_build(&site, c->lengths, &c->window, error);
    if (status) return status;
    c->blank_count = count;
    c->base = mem_zalloc_array(c->window.slot_count, sizeof *c->base);
    c->probability = mem_alloc_array(c->window.slot_count, sizeof *c->probability);
    c->flags = mem_zalloc_array(c->window.slot_count, sizeof *c->flags);
    c->own = mem_zalloc_array(c->window.slot_count, sizeof *c->own);
    if (!c->probability || !c->flags || !c->own || !c->base) return no_memory_for_fill(error);
    for (uint32_t i = 0; i < c->window.slot_count; i++) c->probability[i] = NAN;
    return fill_hold_begin(run, k, cancel, error);
}

static bool is_pinned(const struct fill_run *run, uint32_t blank, uint32_t index)
{
    for (size_t i = 0; i < run->pin_count; i++)
        if (run->pins[i].blank == blank && run->pins[i].index == index) return true;
    return false;
}

/* This slot follows a word that must stay whole, so its token may not begin with a letter. */
static enum status keep_slot_apart(struct fill_run *run, uint32_t k, uint32_t slot, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    const uint64_t *apart = fill_engine_allowed(run->engine, FILL_ALLOW_APART);
    size_t words = (fill_engine_config(run->engine)->tokens + 63) / 64;
    if (c->base[slot]) { /* its conditions win: they stay as they are if nothing would be left */
        (void)!set_narrow(c->base[slot], apart, true, words);
        return STATUS_OK;
    }
    unsigned inside = c->window.frames[c->window.slots[slot].blank - fill_run_first(run)].inside;
    c->window.slots[slot].allowed = fill_engine_without(run->engine, apart, inside, error);
    return c->window.slots[slot].allowed ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A word that the writer pins must not become the beginning of a longer word. */
static enum status keep_words_apart(struct fill_run *run, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->pin_count; i++) {
        const struct fill_pin *p = &run->pins[i];
        if (!p->whole || is_pinned(run, p->blank, p->index + 1)) continue;
        for (uint32_t k = 0; k < run->options.candidates; k++) {
            const struct fill_window *w = &run->candidates[k].window;
            for (uint32_t j = 0; !status && j < w->slot_count; j++)
                if (w->slots[j].blank == p->blank && w->slots[j].index == p->index + 1)
                    status = keep_slot_apart(run, k, j, error);
        }
    }
    return status;
}

static enum status start_sampler(struct fill_run *run, struct error *error)
{
    enum status status = keep_words_apart(run, error);
    if (status) return status;
    const struct fill_options *o = &run->options;
    struct sedd_sampler_options options = {o->method, o->steps, o->temperature, o->top_p, o->seed};
    struct sedd_problem *problems = mem_zalloc_array(o->candidates, sizeof *problems);
    if (!problems) return no_memory_for_fill(error);
    uint32_t slots = 0;
    for (uint32_t k = 0; k < o->candidates; k++) {
        const struct fill_window *w = &run->candidates[k].window;
        problems[k] = (struct sedd_problem){w->ids, w->length, w->slots, w->slot_count, k};
        if (w->slot_count > slots) slots = w->slot_count;
    }
    run->steps_expected = o->method == SEDD_FIRST_HITTING ? slots : (uint32_t)o->steps;
    run->sampler = sedd_sampler_new(fill_engine_net(run->engine), &options, problems, o->candidates, error);
    mem_free(problems);
    if (!run->sampler) return error && error->code ? error->code : STATUS_ARGUMENT;
    for (size_t i = 0; !status && i < run->pin_count; i++) {
        const struct fill_pin *p = &run->pins[i];
        if (p->blank < fill_run_first(run) || p->blank >= fill_run_last(run)) continue;
        for (uint32_t k = 0; !status && k < o->candidates; k++)
            status = fill_run_pin(run, k, p->blank, p->index, p->id, error);
    }
    for (uint32_t k = 0; !status && k < o->candidates; k++) status = fill_hold_start(run, k, error);
    return status;
}

static enum status begin_window(struct fill_run *run, const atomic_bool *cancel, struct error *error)
{
    if (run->begun) {
        leave_window(run);
        run->window++;
    }
    run->begun = true;
    run->over = run->compared = false;
    run->at_window = true;
    enum status status = STATUS_OK;
    for (uint32_t k = 0; !status && k < run->options.candidates; k++)
        status = build_candidate(run, k, cancel, error);
    if (!status) status = start_sampler(run, error);
    if (!status && sedd_sampler_done(run->sampler)) { /* everything was pinned */
        status = fill_redraw_look(run, error);
        if (!status && !run->reopens) status = finish_window(run, cancel, error);
    }
    return status;
}

/* ---- steps --------------------------------------------------------------------------------------------- */

enum status fill_run_step(struct fill_run *run, const atomic_bool *cancel, struct error *error)
{
    if (run->done) return STATUS_OK;
    double begin = clock_seconds();
    enum status status;
    if (run->compares) {
        status = fill_run_compare(run, cancel, error);
        run->done = run->window + 1 == run->windows;
    } else if (!run->begun || run->over) {
        status = begin_window(run, cancel, error);
    } else if (run->reopens) { /* a step of its own, so that the user sees it */
        run->at_window = false;
        status = fill_redraw(run, error);
    } else {
        run->at_window = false;
        status = sedd_sampler_step(run->sampler, cancel, error);
        for (uint32_t k = 0; !status && k < run->options.candidates; k++)
            status = fill_run_note_step(run, k, error);
        if (!status && sedd_sampler_done(run->sampler)) {
            status = fill_redraw_look(run, error);
            if (!status && !run->reopens) status = finish_window(run, cancel, error);
        }
    }
    double elapsed = clock_seconds() - begin;
    run->seconds += elapsed;
    run->step_ms = 1000 * elapsed;
    if (status) run->done = run->failed = true;
    return status;
}

bool fill_run_done(const struct fill_run *run)
{
    return run->done;
}

double fill_run_share(const struct fill_run *run)
{
    if (run->done || run->windows == 0) return 1;
    double steps = run->steps_expected, step = run->sampler ? sedd_sampler_step_index(run->sampler) : 0;
    const double nearly = 0.99; /* words may be drawn again after the last step */
    double part = run->over ? (run->compares ? nearly : 1) : steps > 0 ? fmin(step / steps, nearly) : 0;
    return (run->window + part) / run->windows;
}

uint32_t fill_run_events(const struct fill_run *run)
{
    return run->begun && run->sampler && !run->compared ? run->options.candidates : 0;
}
