/* Going from one proposal to the next, and the meaning of Enter then. */
#ifndef LACUNA_UI_PROPOSAL_WALK_H
#define LACUNA_UI_PROPOSAL_WALK_H

#include "lacuna/base.h"

struct doc;
struct ui;

/* Writers who press Enter for one proposal after the other do not count them. */
struct proposal_walk {
    const struct doc *doc;
    size_t act;     /* the last of the commands that followed each other, */
    size_t settled; /* which have accepted or discarded so many */
    bool led;       /* the last one went on to a blank that waits */
};

/* The running command is one of these, and has accepted or discarded this many. */
void proposals_passed(struct ui *ui, size_t settled);
/* Enter, pressed once too often: true if it must not insert a line break, after a message. */
bool proposals_take_enter(struct ui *ui);

#endif
