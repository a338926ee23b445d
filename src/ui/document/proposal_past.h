/* What a proposal was before a step of undo that took a part of it into the text, and after: undo and redo of that
 * step bring the one or the other back. */
#ifndef LACUNA_UI_PROPOSAL_PAST_H
#define LACUNA_UI_PROPOSAL_PAST_H

#include "proposal.h"

struct doc;

struct proposal_past {
    size_t before, after;  /* nodes of the history */
    struct proposal other; /* that is not laid over its blank now */
    uint32_t now;          /* the blank of the one that is */
    bool undone;
};

/* Keeps `old`, which it takes, as what stood over its blank before the step from that node to the present one. */
void proposal_past_add(struct doc *doc, size_t before, struct proposal old, uint32_t now);
/* After undo or redo: lays over blanks what belongs there. True: something is another now. */
bool proposal_pasts_follow(struct doc *doc);
void proposal_pasts_free(struct doc *doc);

#endif
