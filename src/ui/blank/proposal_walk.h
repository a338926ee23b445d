/* Going from one proposal to the next, and the meaning of Enter then. */
#ifndef LACUNA_UI_PROPOSAL_WALK_H
#define LACUNA_UI_PROPOSAL_WALK_H

#include "lacuna/base.h"

struct doc;
struct ui;

/* Whether Enter was pressed for one proposal after another. */
struct proposal_walk {
    const struct doc *doc;
    size_t act;     /* the last command of the series */
    size_t settled; /* how many proposals the series accepted or discarded */
    bool led;       /* the last command went to a blank that is not filled */
};

/* Reports that the running command belongs to the series and has accepted or discarded this many proposals. */
void proposals_passed(struct ui *ui, size_t settled);
/* For Enter after the last proposal: true, after a message, if it must not insert a line break. */
bool proposals_take_enter(struct ui *ui);

#endif
