/* What a run looks like from outside: views of blanks, events, results. Each owns all it points to. */
#include "fill_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- views --------------------------------------------------------------------------------------------- */

void fill_view_free(struct fill_view *view)
{
    buffer_free(&view->text);
    mem_free(view->tokens);
    *view = (struct fill_view){0};
}

bool fill_view_copy(const struct fill_view *from, struct fill_view *to)
{
    *to = *from;
    to->text = (struct buffer){0};
    to->tokens = mem_alloc_array(from->count, sizeof *to->tokens);
    if (to->tokens && buffer_append(&to->text, from->text.size ? from->text.data : "", from->text.size)) {
        if (from->count) memcpy(to->tokens, from->tokens, from->count * sizeof *to->tokens);
        return true;
    }
    fill_view_free(to);
    return false;
}

static enum fill_token_state state_of(uint32_t id, uint32_t mask, uint8_t flags)
{
    if (id == mask) return FILL_MASKED;
    if (flags & SLOT_PINNED) return FILL_PINNED;
    return flags & SLOT_FRESH ? FILL_FRESH : FILL_SETTLED;
}

/* The bytes of a blank's tokens in the model's dialect; token ranges are in those. The space that belongs to
 * the draft is left out. */
static bool collect(const struct fill_run *run, uint32_t k, uint32_t blank, struct fill_view *view,
                    struct buffer *raw)
{
    const struct run_candidate *c = &run->candidates[k];
    const struct bpe *bpe = fill_engine_bpe(run->engine);
    const uint32_t *ids = sedd_sampler_ids(run->sampler, k);
    uint32_t mask = fill_engine_config(run->engine)->tokens;
    for (uint32_t i = 0; i < c->window.slot_count; i++) {
        const struct sedd_slot *slot = &c->window.slots[i];
        if (slot->blank != blank) continue;
        uint32_t id = ids[slot->position];
        struct slice bytes = id == mask ? (struct slice){"", 0} : bpe_token_bytes(bpe, id);
        bool space = slot->index == 0 && c->window.spaced[blank - fill_run_first(run)] && bytes.size &&
                     bytes.data[0] == ' ';
        uint32_t start = (uint32_t)raw->size;
        if (!buffer_append(raw, bytes.data + space, bytes.size - space)) return false;
        view->tokens[view->count++] = (struct fill_token){
            id, c->probability[i], state_of(id, mask, c->flags[i]), start, (uint32_t)raw->size};
    }
    return true;
}

/* Moves the tokens' ranges from the model's bytes to the draft's. */
static void move_ranges(struct fill_view *view, const struct fill_mapped *mapped)
{
    uint32_t at = 0, size = (uint32_t)mapped->text.size;
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t end = view->tokens[i].end;
        view->tokens[i].start = at;
        while (at < size && mapped->origin[at] < end) at++;
        view->tokens[i].end = at;
    }
}

/* What stands before a blank, for quotes: the draft, or the fill of a blank that ends right here. */
static bool context_before(const struct fill_run *run, uint32_t k, uint32_t b, struct buffer *out)
{
    const struct run_candidate *c = &run->candidates[k];
    const struct fill_blank *blank = &c->blanks[b];
    size_t start = b > 0 ? c->blanks[b - 1].end : 0;
    if (blank->start - start > 16) start = blank->start - 16;
    if (b > 0 && start == blank->start) {
        struct fill_view neighbour = {.tokens =
                                          mem_alloc_array(c->window.slot_count, sizeof *neighbour.tokens)};
        bool ok = neighbour.tokens && collect(run, k, fill_run_first(run) + b - 1, &neighbour, out);
        mem_free(neighbour.tokens);
        return ok;
    }
    return buffer_append(out, c->local.data + start, blank->start - start);
}

static bool to_draft(const struct fill_run *run, uint32_t k, uint32_t b, const struct buffer *raw,
                     struct fill_mapped *mapped)
{
    const struct run_candidate *c = &run->candidates[k];
    struct buffer before = {0};
    size_t end = c->blanks[b].end, after = c->limit > end ? c->limit - end : 0;
    bool ok = context_before(run, k, b, &before) &&
              fill_dialect_to_draft(&run->dialect, (struct slice){raw->data, raw->size},
                                    (struct slice){before.data, before.size},
                                    (struct slice){c->local.data + end, after > 16 ? 16 : after}, mapped,
                                    NULL) == STATUS_OK;
    buffer_free(&before);
    return ok;
}

bool fill_view_make(const struct fill_run *run, uint32_t k, uint32_t blank, struct fill_view *view)
{
    uint32_t b = blank - fill_run_first(run);
    *view =
        (struct fill_view){.blank = blank, .start = run->blanks[blank].start, .end = run->blanks[blank].end};
    view->tokens = mem_alloc_array(run->candidates[k].lengths[b], sizeof *view->tokens);
    struct buffer raw = {0};
    struct fill_mapped mapped = {0};
    bool ok = view->tokens && buffer_append(&raw, "", 0) && collect(run, k, blank, view, &raw) &&
              to_draft(run, k, b, &raw, &mapped);
    if (ok) {
        move_ranges(view, &mapped);
        view->text = mapped.text;
        mapped.text = (struct buffer){0};
    }
    fill_mapped_free(&mapped);
    buffer_free(&raw);
    if (!ok) fill_view_free(view);
    return ok;
}

/* ---- events -------------------------------------------------------------------------------------------- */

void fill_event_free(struct fill_event *event)
{
    if (!event) return;
    for (size_t i = 0; event->blanks && i < event->blank_count; i++) fill_view_free(&event->blanks[i]);
    mem_free(event->blanks);
    mem_free(event->changes);
    fill_result_free(event->result);
    buffer_free(&event->trace);
    mem_free(event);
}

/* From an offset in a candidate's local text to the draft: earlier fills are longer or shorter than what they
 * replaced. An offset inside a fill gives the end of its blank. */
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
    if (add_views(run, k, event) && add_changes(c, event)) return event;
    fill_event_free(event);
    return NULL;
}

/* ---- results ------------------------------------------------------------------------------------------- */

void fill_result_free(struct fill_result *result)
{
    if (!result) return;
    for (size_t k = 0; result->candidates && k < result->count; k++) {
        struct fill_candidate *c = &result->candidates[k];
        for (size_t i = 0; c->blanks && i < c->count; i++) fill_view_free(&c->blanks[i]);
        mem_free(c->blanks);
    }
    mem_free(result->candidates);
    mem_free(result);
}

static bool take_candidate(const struct fill_run *run, uint32_t k, struct fill_candidate *out)
{
    const struct run_candidate *c = &run->candidates[k];
    *out = (struct fill_candidate){
        .candidate = k, .score = fill_run_score(run, k), .drawn = (uint32_t)c->score_tokens};
    out->blanks = mem_zalloc_array(run->count, sizeof *out->blanks);
    if (!out->blanks) return false;
    out->count = run->count;
    for (size_t i = 0; i < run->count; i++)
        if (!fill_view_copy(&c->done[i], &out->blanks[i])) return false;
    return true;
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
    return result;
}
