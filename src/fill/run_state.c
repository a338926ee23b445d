/* The state of a running job, and steering it between two steps. */
#include "run_state.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"

#include <math.h>
#include <string.h>

enum status no_memory_for_fill(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a fill");
}

uint32_t fill_run_first(const struct fill_run *run)
{
    INVARIANT(run->window < run->windows);
    return run->window_first[run->window];
}

uint32_t fill_run_last(const struct fill_run *run)
{
    return run->window_first[run->window + 1];
}

double fill_run_drawn(const struct fill_run *run, uint32_t k)
{
    const struct run_candidate *c = &run->candidates[k];
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->window.slot_count; i++) n += c->probability[i] > 0;
    return n;
}

double fill_run_score(const struct fill_run *run, uint32_t k)
{
    const struct run_candidate *c = &run->candidates[k];
    double sum = c->score_sum, tokens = c->score_tokens;
    double score = run->sampler && !run->over ? sedd_sampler_score(run->sampler, k) : (double)NAN;
    if (isfinite(score)) {
        sum += score * fill_run_drawn(run, k);
        tokens += fill_run_drawn(run, k);
    }
    return tokens > 0 ? sum / tokens : (double)NAN;
}

/* ---- what a step did ----------------------------------------------------------------------------------- */

static bool add_change(struct run_candidate *c, struct fill_change change)
{
    if (!mem_grow(&c->changes, &c->change_capacity, c->change_count + 1, sizeof *c->changes)) return false;
    c->changes[c->change_count++] = change;
    return true;
}

enum status fill_run_note_step(struct fill_run *run, uint32_t k, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    uint32_t count, mask = fill_engine_config(run->engine)->tokens;
    const struct sedd_change *changes = sedd_sampler_changes(run->sampler, k, &count);
    if (c->stepped) c->change_count = 0;
    c->stepped = true;
    for (uint32_t i = 0; i < c->window.slot_count; i++) c->flags[i] &= (uint8_t)~SLOT_FRESH;
    for (uint32_t i = 0; i < count; i++) {
        const struct sedd_slot *slot = &c->window.slots[changes[i].slot];
        float p = changes[i].probability > 0 ? changes[i].probability : NAN; /* uniform graph: none */
        c->probability[changes[i].slot] = p;
        c->flags[changes[i].slot] = changes[i].id == mask ? 0 : SLOT_FRESH;
        if (!add_change(c, (struct fill_change){slot->blank, slot->index, changes[i].id, p}))
            return no_memory_for_fill(error);
    }
    return STATUS_OK;
}

/* ---- steering ------------------------------------------------------------------------------------------ */

static enum status find_slot(const struct fill_run *run, uint32_t k, uint32_t blank, uint32_t index,
                             uint32_t *slot, struct error *error)
{
    if (run->sampler && !run->over && k < run->options.candidates) {
        const struct fill_window *w = &run->candidates[k].window;
        for (*slot = 0; *slot < w->slot_count; ++*slot)
            if (w->slots[*slot].blank == blank && w->slots[*slot].index == index) return STATUS_OK;
    }
    return error_set(error, STATUS_ARGUMENT, "blank %u has no slot %u in the running window", blank, index);
}

/* Each slot is in the changes at most once, with its present token. */
static bool put_change(struct run_candidate *c, struct fill_change change)
{
    for (size_t i = 0; i < c->change_count; i++)
        if (c->changes[i].blank == change.blank && c->changes[i].index == change.index)
            return c->changes[i] = change, true;
    return add_change(c, change);
}

/* Records the change of a slot and of those tied to it. */
static enum status note_steering(const struct fill_run *run, struct run_candidate *c, uint32_t slot,
                                 uint8_t flags, struct error *error)
{
    const struct sedd_slot *slots = c->window.slots;
    const uint32_t *ids = sedd_sampler_ids(run->sampler, (uint32_t)(c - run->candidates));
    uint32_t leader = slots[slot].tied ? slots[slot].tied - 1 : slot;
    if (c->stepped) c->change_count = 0;
    c->stepped = false;
    for (uint32_t i = leader; i < c->window.slot_count; i++) {
        if (i != leader && slots[i].tied != leader + 1) continue;
        c->flags[i] = flags;
        c->probability[i] = NAN;
        if (!put_change(c, (struct fill_change){slots[i].blank, slots[i].index, ids[slots[i].position], NAN}))
            return no_memory_for_fill(error);
    }
    return STATUS_OK;
}

enum status fill_run_pin_slot(struct fill_run *run, uint32_t k, uint32_t blank, uint32_t index, uint32_t id,
                              struct error *error)
{
    uint32_t slot = 0, mask = fill_engine_config(run->engine)->tokens;
    enum status status = find_slot(run, k, blank, index, &slot, error);
    if (status) return status;
    struct run_candidate *c = &run->candidates[k];
    if (id == FILL_KEEP) id = sedd_sampler_ids(run->sampler, k)[c->window.slots[slot].position];
    if (id >= mask) return error_set(error, STATUS_ARGUMENT, "this slot has no token to keep");
    if ((status = sedd_sampler_pin(run->sampler, k, slot, id, error))) return status;
    status = note_steering(run, c, slot, SLOT_PINNED, error);
    if (run->changed) run->changed(run, k);
    return status;
}

enum status fill_run_mask_slot(struct fill_run *run, uint32_t k, uint32_t blank, uint32_t index,
                               struct error *error)
{
    uint32_t slot = 0;
    enum status status = find_slot(run, k, blank, index, &slot, error);
    if (status || (status = sedd_sampler_remask(run->sampler, k, slot, error))) return status;
    run->reopens = false; /* its words are checked again when everything is drawn */
    struct run_candidate *c = &run->candidates[k];
    status = note_steering(run, c, slot, 0, error);
    if (run->changed) run->changed(run, k);
    return status;
}

enum status fill_run_pin(struct fill_run *run, uint32_t k, uint32_t blank, uint32_t index, uint32_t id,
                         struct error *error)
{
    enum status status = fill_run_pin_slot(run, k, blank, index, id, error);
    run->steered = run->steered || !status;
    return status;
}

enum status fill_run_remask(struct fill_run *run, uint32_t k, uint32_t blank, uint32_t index,
                            struct error *error)
{
    enum status status = fill_run_mask_slot(run, k, blank, index, error);
    run->steered = run->steered || !status;
    return status;
}

enum status fill_run_own(struct fill_run *run, uint32_t k, uint32_t slot, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    size_t words = (fill_engine_config(run->engine)->tokens + 63) / 64;
    if (c->own[slot]) return STATUS_OK;
    if (!(c->own[slot] = mem_alloc_array(words, sizeof *c->own[slot]))) return no_memory_for_fill(error);
    memcpy(c->own[slot], c->window.slots[slot].allowed, words * sizeof *c->own[slot]);
    c->window.slots[slot].allowed = c->own[slot];
    return run->sampler ? sedd_sampler_allow(run->sampler, k, slot, c->own[slot], error) : STATUS_OK;
}

static bool leaves_some(const struct fill_run *run, const uint64_t *set, uint32_t id)
{
    bool any = false;
    for (uint32_t w = 0; w < (fill_engine_config(run->engine)->tokens + 63) / 64; w++)
        any = any || (set[w] & ~(w == id / 64 ? UINT64_C(1) << (id % 64) : 0));
    return any;
}

enum status fill_run_ban(struct fill_run *run, uint32_t k, uint32_t slot, uint32_t id, struct error *error)
{
    enum status status = fill_run_own(run, k, slot, error);
    uint64_t *own = run->candidates[k].own[slot], *base = run->candidates[k].base[slot];
    if (status || !leaves_some(run, own, id)) return status;
    own[id / 64] &= ~(UINT64_C(1) << (id % 64));
    if (base) base[id / 64] &= ~(UINT64_C(1) << (id % 64));
    return STATUS_OK;
}
