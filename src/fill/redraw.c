/* When a whole window is drawn, checks it. Tokens that cannot stay are masked and drawn again given
 * everything else, candidate by candidate, so that no candidate depends on another. Quotation marks come
 * first: those that are unbalanced are then banned from the blank, so that it happens once. Words come
 * second. */
#include "redraw.h"
#include "blank_view.h"
#include "chars.h"
#include "engine.h"
#include "frame.h"
#include "hold.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "respell.h"
#include "run_state.h"

/* Removes the marks from one slot's set. */
static enum status narrow_slot(struct fill_run *run, uint32_t k, uint32_t i, unsigned marks,
                               struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    struct sedd_slot *slot = &c->window.slots[i];
    enum status status = STATUS_OK;
    if (!c->own[i]) {
        slot->allowed = fill_engine_without(run->engine, slot->allowed, marks, error);
        return slot->allowed ? sedd_sampler_allow(run->sampler, k, i, slot->allowed, error)
                             : STATUS_NO_MEMORY;
    }
    for (uint32_t id = 0; !status && id < fill_engine_config(run->engine)->tokens; id++)
        if ((c->own[i][id / 64] >> (id % 64) & 1) && (fill_engine_marks(run->engine, id) & marks))
            status = fill_run_ban(run, k, i, id, error);
    return status;
}

/* Bans the broken kinds of marks from a blank for good. */
static enum status ban_marks(struct fill_run *run, uint32_t k, uint32_t b, unsigned marks,
                             struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    struct fill_frame *frame = &c->window.frames[b];
    enum status status = STATUS_OK;
    frame->inside |= marks;
    frame->level &= ~marks;
    for (uint32_t i = 0; !status && i < c->window.slot_count; i++)
        if (c->window.slots[i].blank == fill_run_first(run) + b)
            status = narrow_slot(run, k, i, marks, error);
    return status;
}

/* Counts the drawn tokens of a blank with such marks, and masks them on request. */
static enum status take_marks(struct fill_run *run, uint32_t k, const struct fill_view *view, unsigned marks,
                              bool mask, size_t *tokens, struct error *error)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; !status && i < view->count; i++) {
        const struct fill_token *token = &view->tokens[i];
        if (token->state == FILL_PINNED || token->state == FILL_MASKED ||
            !(fill_engine_marks(run->engine, token->id) & marks))
            continue;
        ++*tokens;
        if (mask) status = fill_run_mask_slot(run, k, view->blank, i, error);
    }
    return status;
}

/* The tokens that unbalance a quotation or bracket of their paragraph. */
static enum status look_at_frames(struct fill_run *run, uint32_t k, bool mask, size_t *tokens,
                                  struct error *error)
{
    const struct run_candidate *c = &run->candidates[k];
    struct slice text = {c->local.data, c->local.size};
    uint32_t first = fill_run_first(run);
    enum status status = STATUS_OK;
    for (uint32_t blank = first; !status && blank < fill_run_last(run); blank++) {
        const struct fill_blank *b = &c->blanks[blank - first];
        struct fill_view view;
        if (!c->window.frames[blank - first].level) continue;
        if (!fill_view_make(run, k, blank, &view)) return no_memory_for_fill(error);
        unsigned broken = fill_frame_broken(
            &c->window.frames[blank - first], (struct slice){view.text.data, view.text.size},
            fill_char_before(text, b->start, NULL), b->end < c->limit ? fill_char_at(text, b->end, NULL) : 0);
        size_t before = *tokens;
        if (broken) status = take_marks(run, k, &view, broken, mask, tokens, error);
        if (!status && mask && *tokens > before) status = ban_marks(run, k, blank - first, broken, error);
        fill_view_free(&view);
    }
    return status;
}

/* The tokens of a candidate that must be drawn again: counts them, and masks them on request. */
static enum status look_at_candidate(struct fill_run *run, uint32_t k, bool mask, size_t *tokens,
                                     struct error *error)
{
    size_t before = *tokens;
    enum status status = look_at_frames(run, k, mask, tokens, error);
    if (!status && *tokens == before) status = fill_hold_look(run, k, mask, tokens, error);
    if (status || *tokens > before) return status;
    status = fill_respell_look(run, k, mask, tokens, error);
    if (mask && *tokens > before) run->candidates[k].rounds++;
    return status;
}

enum status fill_redraw_look(struct fill_run *run, struct error *error)
{
    size_t tokens = 0;
    enum status status = STATUS_OK;
    run->reopens = false;
    /* the uniform graph would draw the other words again too: it cannot tell which are noise */
    bool redraws = fill_engine_config(run->engine)->graph == SEDD_ABSORB;
    for (uint32_t k = 0; !status && !redraws && k < run->options.candidates; k++)
        status = fill_hold_check(run, k, error);
    if (!redraws) return status;
    for (uint32_t k = 0; !status && k < run->options.candidates; k++)
        status = look_at_candidate(run, k, false, &tokens, error);
    run->reopens = tokens > 0;
    return status;
}

enum status fill_redraw(struct fill_run *run, struct error *error)
{
    size_t tokens = 0;
    enum status status = STATUS_OK;
    run->reopens = false;
    for (uint32_t k = 0; !status && k < run->options.candidates; k++) {
        struct run_candidate *c = &run->candidates[k];
        c->change_count = 0;
        c->stepped = false;
        for (uint32_t i = 0; i < c->window.slot_count; i++) c->flags[i] &= (uint8_t)~SLOT_FRESH;
        status = look_at_candidate(run, k, true, &tokens, error);
        c->stepped = true; /* the next step's changes are kept apart from these */
        if (sedd_sampler_masked(run->sampler, k)) sedd_sampler_rewind(run->sampler, k);
    }
    return status;
}
