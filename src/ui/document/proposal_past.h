/* Proposals before and after a step that put a part of them into the text: undo of that step restores the
 * one, redo the other. */
#ifndef LACUNA_UI_PROPOSAL_PAST_H
#define LACUNA_UI_PROPOSAL_PAST_H

#include "proposal.h"

struct doc;

struct proposal_past {
    size_t after;          /* the node of the history that the step made */
    struct proposal other; /* the one that is not over its blank now */
    uint32_t now;          /* the blank of the one that is over its blank */
    bool undone;
};

/* Keeps `old`, and takes ownership of it: it was over its blank before the step to the present node. */
void proposal_past_add(struct doc *doc, struct proposal old, uint32_t now);
/* After undo, redo, or a way to any other node: puts over blanks the proposals that belong there. True: something has changed. */
bool proposal_pasts_follow(struct doc *doc);
void proposal_pasts_free(struct doc *doc);

#endif
