/* Proposals: shown over a blank until the writer accepts or discards them. */
#include "proposal.h"
#include "document.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "moments.h"

#include <math.h>
#include <string.h>

void trace_release(struct trace *trace)
{
    if (!trace || --trace->users) return;
    buffer_free(&trace->lines);
    mem_free(trace);
}

void candidate_free(struct candidate *candidate)
{
    words_free(&candidate->words);
    words_free(&candidate->coming);
    moments_free(candidate);
    trace_release(candidate->trace);
    *candidate = (struct candidate){0};
}

void candidate_rate(struct candidate *candidate)
{
    const struct words *words = &candidate->words;
    double sum = 0;
    candidate->drawn = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        if (!(words->tokens[i].probability > 0)) continue;
        sum += log((double)words->tokens[i].probability);
        candidate->drawn++;
    }
    candidate->score = candidate->drawn ? sum / candidate->drawn : (double)NAN;
}

double candidate_ln_q(const struct candidate *candidate)
{
    bool both = candidate->bounded && isfinite(candidate->score);
    return both                 ? (candidate->score + candidate->bound) / 2
           : candidate->bounded ? candidate->bound
                                : candidate->score;
}

/* Proposals are sorted by the ids of their blanks: each of a thousand blanks can have one. */
static size_t proposal_index(const struct doc *doc, uint32_t blank)
{
    size_t low = 0, high = doc->proposal_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (doc->proposals[middle].blank < blank)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct proposal *proposal_find(const struct doc *doc, uint32_t blank)
{
    size_t place = proposal_index(doc, blank);
    return place < doc->proposal_count && doc->proposals[place].blank == blank ? &doc->proposals[place]
                                                                               : NULL;
}

struct proposal *proposal_at(const struct doc *doc, size_t at, struct text_blank *blank)
{
    size_t count = text_blank_count(doc->text);
    for (size_t i = 0; doc->proposal_count && i < count; i++) {
        text_blank_at(doc->text, i, blank);
        if (blank->start > at) return NULL;
        struct proposal *p = at <= blank->end ? proposal_find(doc, blank->id) : NULL;
        if (p) return p;
    }
    return NULL;
}

struct proposal *proposal_make(struct doc *doc, uint32_t blank)
{
    struct proposal *p = proposal_find(doc, blank);
    if (p) return p;
    if (!mem_grow(&doc->proposals, &doc->proposal_capacity, doc->proposal_count + 1, sizeof *doc->proposals))
        return NULL;
    size_t place = proposal_index(doc, blank);
    p = &doc->proposals[place];
    memmove(p + 1, p, (doc->proposal_count++ - place) * sizeof *p);
    *p = (struct proposal){.blank = blank};
    return p;
}

struct candidate *proposal_add(struct proposal *p, uint64_t seed)
{
    if (!mem_grow(&p->candidates, &p->capacity, p->count + 1, sizeof *p->candidates)) return NULL;
    struct candidate *candidate = &p->candidates[p->count];
    *candidate = (struct candidate){.seed = seed};
    p->chosen = p->count++;
    return candidate;
}

/* ---- their order --------------------------------------------------------------------------------------- */

static size_t finished_count(const struct proposal *p)
{
    return p->count - (p->job && p->count ? 1 : 0);
}

/* The order of fill_rank as places among the candidates; the caller frees. NULL: no memory. */
static struct fill_candidate *rank(const struct proposal *p, size_t count)
{
    struct fill_candidate *order = mem_zalloc_array(count ? count : 1, sizeof *order);
    for (size_t i = 0; order && i < count; i++) {
        const struct candidate *c = &p->candidates[i];
        order[i] = (struct fill_candidate){.candidate = (uint32_t)i,
                                           .score = c->score,
                                           .drawn = c->drawn,
                                           .bound = c->bound,
                                           .bounded = c->bounded};
    }
    if (order) fill_rank(order, count);
    return order;
}

bool proposal_rank(struct proposal *p)
{
    size_t count = finished_count(p), chosen = p->chosen, at = 0;
    bool moved = false;
    if (count < 2) return false;
    struct fill_candidate *order = rank(p, count);
    struct candidate *sorted = mem_alloc_array(count, sizeof *sorted);
    for (size_t i = 0; order && sorted && i < 2 * count; i++) { /* once for those that meet the conditions */
        struct candidate *c = &p->candidates[order[i % count].candidate];
        if (c->unmet != (i >= count)) continue;
        c->rank_score = order[i % count].rank_score;
        moved = moved || order[i % count].candidate != at;
        if (order[i % count].candidate == p->chosen) chosen = at;
        sorted[at++] = *c;
    }
    if (moved) {
        memcpy(p->candidates, sorted, count * sizeof *sorted);
        p->chosen = chosen;
    }
    mem_free(order);
    mem_free(sorted);
    return moved;
}

/* Remembers a removed candidate for proposal_restore. */
static void keep_removed(struct doc *doc, uint32_t blank, struct candidate removed)
{
    struct proposal *all = &doc->removed;
    size_t now = text_history_at(doc->text);
    if (all->blank != blank || doc->removed_at != now) proposal_free(all);
    all->blank = blank;
    doc->removed_at = now;
    struct candidate *last = proposal_add(all, removed.seed);
    if (last)
        *last = removed;
    else
        candidate_free(&removed);
}

/* False: it is the only one, or is being drawn. */
static bool take_out(struct proposal *p, size_t index, struct candidate *out)
{
    if (p->count < 2 || index >= finished_count(p)) return false;
    *out = p->candidates[index];
    p->count--;
    memmove(&p->candidates[index], &p->candidates[index + 1], (p->count - index) * sizeof *p->candidates);
    if (p->chosen > index || p->chosen == p->count) p->chosen--;
    return true;
}

bool proposal_drop(struct proposal *p, size_t index)
{
    struct candidate removed;
    if (!take_out(p, index, &removed)) return false;
    candidate_free(&removed);
    return true;
}

bool proposal_put_away(struct doc *doc, struct proposal *p, size_t index)
{
    struct candidate removed;
    if (!take_out(p, index, &removed)) return false;
    keep_removed(doc, p->blank, removed);
    return true;
}

uint32_t proposal_restore(struct doc *doc)
{
    struct proposal *all = &doc->removed, *p = all->count ? proposal_find(doc, all->blank) : NULL;
    struct text_blank b;
    if (!p || p->job || doc->removed_at != text_history_at(doc->text)) return 0;
    if (!text_blank_get(doc->text, p->blank, &b)) return 0;
    struct candidate *back = proposal_add(p, all->candidates[all->count - 1].seed);
    if (!back) return 0;
    *back = all->candidates[--all->count];
    return p->blank;
}

void proposal_free(struct proposal *p)
{
    for (size_t i = 0; i < p->count; i++) candidate_free(&p->candidates[i]);
    mem_free(p->candidates);
    *p = (struct proposal){0};
}

static void close_gap(struct doc *doc, struct proposal *p)
{
    size_t index = (size_t)(p - doc->proposals);
    doc->proposal_count--;
    memmove(p, p + 1, (doc->proposal_count - index) * sizeof *p);
}

static void remove_at(struct doc *doc, size_t index)
{
    proposal_free(&doc->proposals[index]);
    close_gap(doc, &doc->proposals[index]);
}

void proposal_remove(struct doc *doc, uint32_t blank)
{
    struct proposal *p = proposal_find(doc, blank);
    if (p) remove_at(doc, (size_t)(p - doc->proposals));
}

/* No job draws its last candidate any more. */
static void drop_unfinished(struct proposal *p)
{
    if (p->job && p->count) candidate_free(&p->candidates[--p->count]);
    if (p->chosen >= p->count) p->chosen = p->count ? p->count - 1 : 0;
    p->job = 0;
}

struct proposal proposal_take_off(struct doc *doc, uint32_t blank)
{
    struct proposal *p = proposal_find(doc, blank), taken = {.blank = blank};
    if (!p) return taken;
    taken = *p;
    close_gap(doc, p);
    drop_unfinished(&taken);
    return taken;
}

void proposal_lay(struct doc *doc, struct proposal proposal)
{
    struct proposal *p = proposal.count ? proposal_make(doc, proposal.blank) : NULL;
    if (!proposal.count) proposal_remove(doc, proposal.blank);
    if (!p) {
        proposal_free(&proposal);
        return;
    }
    struct proposal before = *p;
    *p = proposal;
    proposal_free(&before);
}

void proposal_drop_last(struct doc *doc, struct proposal *p)
{
    drop_unfinished(p);
    if (!p->count) remove_at(doc, (size_t)(p - doc->proposals));
}

void proposal_set_aside(struct doc *doc, uint32_t blank)
{
    struct proposal *p = proposal_find(doc, blank);
    if (!p) return;
    proposal_free(&doc->set_aside);
    doc->set_aside = *p;
    doc->set_aside_at = text_history_at(doc->text);
    doc->brought_back = 0;
    close_gap(doc, p);
}

uint32_t proposal_bring_back(struct doc *doc)
{
    struct text_blank b;
    uint32_t blank = doc->set_aside.blank;
    if (!blank || doc->set_aside_at != text_history_at(doc->text)) return 0;
    if (!text_blank_get(doc->text, blank, &b) || proposal_find(doc, blank)) return 0;
    struct proposal *p = proposal_make(doc, blank);
    if (!p) return 0;
    *p = doc->set_aside;
    doc->set_aside = (struct proposal){0};
    doc->brought_back = blank;
    doc->brought_back_at = text_version(doc->text);
    return blank;
}

uint32_t proposal_set_aside_again(struct doc *doc)
{
    struct text_blank b;
    uint32_t blank = doc->brought_back;
    const struct proposal *p = blank ? proposal_find(doc, blank) : NULL;
    if (!p || p->job || doc->brought_back_at != text_version(doc->text)) return 0;
    if (!text_blank_get(doc->text, blank, &b)) return 0;
    proposal_set_aside(doc, blank);
    return blank;
}

size_t proposals_waiting(const struct doc *doc)
{
    size_t waiting = 0;
    for (size_t i = 0; i < doc->proposal_count; i++) {
        const struct proposal *p = &doc->proposals[i];
        struct text_blank b; /* none: it was accepted, and the proposal is kept for undo */
        waiting += p->count > (p->job ? 1 : 0) && text_blank_get(doc->text, p->blank, &b);
    }
    return waiting;
}

void proposals_free(struct doc *doc)
{
    proposal_free(&doc->set_aside);
    proposal_free(&doc->removed);
    while (doc->proposal_count) remove_at(doc, doc->proposal_count - 1);
    mem_free(doc->proposals);
    doc->proposals = NULL;
    doc->proposal_capacity = 0;
}
