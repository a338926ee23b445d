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
    uint32_t wanted; /* more candidates that are to be drawn */
    bool breathes;   /* parts of it are drawn again when the text around it changes */
    size_t
        replaces; /* the newest, which is number `due`, is to take the place of this one, from 1; 0: of none */
    size_t due;
    bool asked; /* it was decided whether more are wanted */
    bool goes;  /* the change in progress takes all of its blank: kept for undo, if the blank goes too */
};

void candidate_free(struct candidate *candidate); /* its contents */
/* Sets its score and `drawn` from the probabilities that its own tokens were drawn with. Pinned tokens have none. (The
 * score of the job is that of all blanks that were filled together.) */
void candidate_rate(struct candidate *candidate);
/* The mean ln q of its words, as far as it is known; NAN: not known. */
double candidate_ln_q(const struct candidate *candidate);
struct proposal *proposal_find(const struct doc *doc, uint32_t blank);
/* The proposal that is shown for a blank; the blank exists. */
struct proposal *proposal_at(const struct doc *doc, size_t at, struct text_blank *blank);
struct proposal *proposal_make(struct doc *doc, uint32_t blank); /* finds or adds; NULL: out of memory */
struct candidate *proposal_add(struct proposal *proposal, uint64_t seed);
void proposal_drop_last(struct doc *doc,
                        struct proposal *proposal); /* the candidate; the proposal when it was the only one */
/* Puts finished candidates in the order of fill_rank, the best first, and those that do not meet the conditions last; the chosen one stays chosen. While a job works on
 * the last of them that one stays the last. Returns whether any has moved. */
bool proposal_rank(struct proposal *proposal);
/* Removes a candidate. If it was chosen, the one below it is. False: it is the only one, or is being drawn. */
bool proposal_drop(struct proposal *proposal, size_t index);
/* The same, and keeps it for undo. */
bool proposal_put_away(struct doc *doc, struct proposal *proposal, size_t index);
/* Undoes the last of these and chooses that candidate. Returns the blank; 0: none was removed at this place of the history,
 * or its proposal is not there. */
uint32_t proposal_restore(struct doc *doc);
void proposal_remove(struct doc *doc, uint32_t blank);
/* Discards; undoes that: restores the last discarded one; redoes it: discards it again. They return the
 * blank, or 0: nothing to restore, or to discard again. */
void proposal_set_aside(struct doc *doc, uint32_t blank);
uint32_t proposal_bring_back(struct doc *doc);
uint32_t proposal_set_aside_again(struct doc *doc);
size_t proposals_waiting(const struct doc *doc); /* finished, and neither accepted nor discarded */
/* Takes a proposal off its blank; the caller owns it. A candidate that is still being drawn is dropped. */
struct proposal proposal_take_off(struct doc *doc, uint32_t blank);
/* Puts a proposal over its blank in place of the present one. Takes ownership, even if memory runs out. */
void proposal_lay(struct doc *doc, struct proposal proposal);
void proposal_free(struct proposal *proposal); /* its contents */
void proposals_free(struct doc *doc);

#endif
