/* Proposals over a document's blanks: candidates, and which of them is shown. */
#ifndef LACUNA_UI_PROPOSAL_H
#define LACUNA_UI_PROPOSAL_H

#include "lacuna/base.h"

struct candidate;
struct doc;
struct text_blank;
struct trace;

void trace_release(struct trace *trace); /* by one of its users */

/* What is shown over a blank. A job works on the newest candidate. */
struct proposal {
    uint32_t blank;
    uint64_t job; /* 0: finished */
    struct candidate *candidates;
    size_t count, capacity, chosen;
};

void candidate_free(struct candidate *candidate); /* what it holds */
struct proposal *proposal_find(const struct doc *doc, uint32_t blank);
/* The one shown there: its blank exists. */
struct proposal *proposal_at(const struct doc *doc, size_t at, struct text_blank *blank);
struct proposal *proposal_make(struct doc *doc, uint32_t blank); /* finds or adds; NULL: out of memory */
struct candidate *proposal_add(struct proposal *proposal, uint64_t seed);
/* removes the candidate; the proposal if it was the only one */
void proposal_drop_last(struct doc *doc, struct proposal *proposal);
void proposal_remove(struct doc *doc, uint32_t blank);
/* Discards; undoes that: restores the last discarded one; redoes it: discards it again. They return the
 * blank, or 0: nothing to restore, or to discard again. */
void proposal_set_aside(struct doc *doc, uint32_t blank);
uint32_t proposal_bring_back(struct doc *doc);
uint32_t proposal_set_aside_again(struct doc *doc);
size_t proposals_waiting(const struct doc *doc); /* finished, and neither accepted nor discarded */
void proposals_free(struct doc *doc);

#endif
