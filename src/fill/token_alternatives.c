/* The alternatives of every token of a finished window: each token is masked while all others stay. One batch has a
 * sequence for each token. */
#include "token_alternatives.h"
#include "ask_rows.h"
#include "blank_view.h"
#include "token_words.h"

#include <math.h>
#include <string.h>

/* ---- asking --------------------------------------------------------------------------------------------- */

struct asked_window {
    struct fill_run *run;
    struct run_candidate *c;
    const uint32_t *ids;
    struct fill_view *views; /* for each blank of the window */
    bool failed;
};

static void make_token(void *context, size_t index, struct row_question *q)
{
    const struct asked_window *a = context;
    const struct sedd_config *config = fill_engine_config(a->run->engine);
    memcpy(q->ids, a->ids, a->c->window.length * sizeof *q->ids);
    q->length = a->c->window.length;
    q->position = a->c->window.slots[index].position;
    if (config->graph == SEDD_ABSORB) q->ids[q->position] = config->tokens;
}

static const uint64_t *set_of(const struct asked_window *a, const struct sedd_slot *slot)
{
    bool spaced = a->c->window.spaced[slot->blank - fill_run_first(a->run)];
    return fill_engine_allowed(a->run->engine, slot->index ? FILL_ALLOW_INNER
                                               : spaced    ? FILL_ALLOW_SPACED
                                                           : FILL_ALLOW_JOINED);
}

/* A token in the draft's typography, for the place that it would have. */
static bool put_token(const struct asked_window *a, const struct sedd_slot *slot, uint32_t id,
                      struct buffer *out)
{
    uint32_t b = slot->blank - fill_run_first(a->run);
    const struct fill_view *view = &a->views[b];
    const struct fill_token *token = &view->tokens[slot->index];
    struct slice bytes = bpe_token_bytes(fill_engine_bpe(a->run->engine), id);
    bool space = slot->index == 0 && a->c->window.spaced[b] && bytes.size && bytes.data[0] == ' ';
    const char *text = view->text.size ? view->text.data : "";
    struct fill_mapped mapped = {0};
    bool ok = fill_dialect_to_draft(&a->run->dialect, (struct slice){bytes.data + space, bytes.size - space},
                                    (struct slice){text, token->start},
                                    (struct slice){text + token->end, view->text.size - token->end}, &mapped,
                                    NULL) == STATUS_OK;
    *out = ok ? mapped.text : (struct buffer){0};
    if (ok) mapped.text = (struct buffer){0};
    fill_mapped_free(&mapped);
    return ok;
}

static void take_token(void *context, size_t index, float *log_q)
{
    struct asked_window *a = context;
    const struct sedd_slot *slot = &a->c->window.slots[index];
    uint32_t tokens = fill_engine_config(a->run->engine)->tokens, count = a->run->options.alternatives;
    uint32_t ids[FILL_MAX_ALTERNATIVES];
    double log_p[FILL_MAX_ALTERNATIVES] = {0}, all = fill_log_sum(log_q, set_of(a, slot), tokens);
    const struct fill_view *view = &a->views[slot->blank - fill_run_first(a->run)];
    struct fill_alternatives *out = &a->c->alternatives[slot->blank].tokens[slot->index];
    *out = (struct fill_alternatives){.start = view->tokens[slot->index].start,
                                      .end = view->tokens[slot->index].end,
                                      .own_p = exp((double)log_q[a->ids[slot->position]] - all),
                                      .evaluations = 1};
    out->list = mem_zalloc_array(count, sizeof *out->list);
    if (out->list) out->count = fill_take_likeliest(log_q, set_of(a, slot), tokens, count, ids, log_p);
    a->failed = a->failed || !out->list;
    for (size_t i = 0; i < out->count; i++) {
        out->list[i] = (struct fill_alternative){.ids = {ids[i]}, .count = 1, .p = exp(log_p[i] - all)};
        if (!put_token(a, slot, ids[i], &out->list[i].text)) a->failed = true;
    }
}

static bool open_window(struct asked_window *a, uint32_t k)
{
    uint32_t first = fill_run_first(a->run), count = fill_run_last(a->run) - first;
    if (!a->c->alternatives) a->c->alternatives = mem_zalloc_array(a->run->count, sizeof *a->c->alternatives);
    a->views = mem_zalloc_array(count, sizeof *a->views);
    bool ok = a->views && a->c->alternatives;
    for (uint32_t b = 0; ok && b < count; b++) {
        struct fill_token_alternatives *own = &a->c->alternatives[first + b];
        ok = fill_view_make(a->run, k, first + b, &a->views[b]);
        if (!ok) break;
        own->tokens = mem_zalloc_array(a->views[b].count, sizeof *own->tokens);
        own->count = own->tokens ? a->views[b].count : 0;
        ok = own->tokens != NULL;
    }
    return ok;
}

enum status fill_token_alternatives(struct fill_run *run, uint32_t k, const atomic_bool *cancel,
                                    struct error *error)
{
    struct asked_window a = {.run = run, .c = &run->candidates[k], .ids = sedd_sampler_ids(run->sampler, k)};
    uint32_t count = fill_run_last(run) - fill_run_first(run);
    if (!run->options.alternatives) return STATUS_OK;
    enum status status = open_window(&a, k) ? STATUS_OK : no_memory_for_fill(error);
    struct rows rows = {run->engine, a.c->window.slot_count, a.c->window.length, make_token, take_token, &a};
    if (!status) status = fill_ask_rows(&rows, &run->evaluations, cancel, error);
    if (!status && a.failed) status = no_memory_for_fill(error);
    for (uint32_t b = 0; a.views && b < count; b++) fill_view_free(&a.views[b]);
    mem_free(a.views);
    return status;
}

/* ---- odds ----------------------------------------------------------------------------------------------- */

/* One token's distribution over the ids that the slot may become, as in the sampler. */
static bool note_odds(const struct asked_window *a, uint32_t slot, float *log_q,
                      struct fill_alternatives *out)
{
    const struct sedd_config *config = fill_engine_config(a->run->engine);
    const float *row = sedd_sampler_row(a->run->sampler, (uint32_t)(a->c - a->run->candidates), slot);
    const uint64_t *allowed = a->c->window.slots[slot].allowed;
    uint32_t ids[FILL_MAX_ALTERNATIVES];
    double log_p[FILL_MAX_ALTERNATIVES];
    if (!row) return true;
    double all = fill_log_sum(row, allowed, config->tokens);
    for (uint32_t y = 0; y < config->tokens; y++) {
        log_q[y] = set_has(allowed, y) ? (float)((double)row[y] - all) : -INFINITY;
        if (isfinite(log_q[y])) out->entropy -= exp((double)log_q[y]) * (double)log_q[y];
    }
    out->list = mem_zalloc_array(a->run->options.odds, sizeof *out->list);
    if (!out->list) return false;
    out->count = fill_take_likeliest(log_q, NULL, config->tokens, a->run->options.odds, ids, log_p);
    for (size_t i = 0; i < out->count; i++) {
        out->list[i] = (struct fill_alternative){.ids = {ids[i]}, .count = 1, .p = exp(log_p[i])};
        if (!put_token(a, &a->c->window.slots[slot], ids[i], &out->list[i].text)) return false;
    }
    return true;
}

bool fill_token_odds(const struct fill_run *run, uint32_t k, const struct fill_view *views,
                     struct fill_token_alternatives **out)
{
    struct fill_run *unchanged = (struct fill_run *)(uintptr_t)run;
    struct asked_window a = {
        .run = unchanged, .c = &unchanged->candidates[k], .views = (struct fill_view *)(uintptr_t)views};
    uint32_t first = fill_run_first(run), count = fill_run_last(run) - first;
    float *log_q = mem_alloc_array(fill_engine_config(run->engine)->tokens, sizeof *log_q);
    *out = mem_zalloc_array(count, sizeof **out);
    bool ok = log_q && *out;
    for (uint32_t b = 0; ok && b < count; b++) {
        (*out)[b].tokens = mem_zalloc_array(views[b].count, sizeof *(*out)[b].tokens);
        ok = (*out)[b].tokens != NULL;
        if (ok) (*out)[b].count = views[b].count;
    }
    for (uint32_t i = 0; ok && i < a.c->window.slot_count; i++) {
        const struct sedd_slot *slot = &a.c->window.slots[i];
        ok = note_odds(&a, i, log_q, &(*out)[slot->blank - first].tokens[slot->index]);
    }
    mem_free(log_q);
    return ok;
}

/* ---- keeping -------------------------------------------------------------------------------------------- */

void fill_token_alternatives_free(struct fill_token_alternatives *alternatives, size_t blanks)
{
    for (size_t b = 0; alternatives && b < blanks; b++) {
        for (uint32_t i = 0; i < alternatives[b].count; i++)
            fill_alternatives_free(&alternatives[b].tokens[i]);
        mem_free(alternatives[b].tokens);
    }
    mem_free(alternatives);
}

static bool copy_alternatives(const struct fill_alternatives *from, struct fill_alternatives *to)
{
    *to = *from;
    to->count = 0;
    to->list = mem_zalloc_array(from->count, sizeof *to->list);
    for (size_t i = 0; to->list && i < from->count; i++, to->count++) {
        to->list[i] = from->list[i];
        to->list[i].text = (struct buffer){0};
        const struct buffer *text = &from->list[i].text;
        if (!buffer_append(&to->list[i].text, text->size ? text->data : "", text->size)) return false;
    }
    return to->list != NULL;
}

bool fill_token_alternatives_copy(const struct fill_token_alternatives *from, size_t blanks,
                                  struct fill_token_alternatives **to)
{
    *to = NULL;
    if (!from) return true;
    *to = mem_zalloc_array(blanks, sizeof **to);
    bool ok = *to != NULL;
    for (size_t b = 0; ok && b < blanks; b++) {
        struct fill_token_alternatives *own = &(*to)[b];
        own->tokens = mem_zalloc_array(from[b].count, sizeof *own->tokens);
        ok = own->tokens != NULL;
        for (uint32_t i = 0; ok && i < from[b].count; i++, own->count++)
            ok = copy_alternatives(&from[b].tokens[i], &own->tokens[i]);
    }
    return ok;
}
