/* Proposals that breathe: when the text has changed, and the writer pauses, a part of their words settles anew, until they
 * are frozen, accepted or discarded. */
#ifndef LACUNA_UI_BREATHE_H
#define LACUNA_UI_BREATHE_H

#include "lacuna/base.h"

struct doc;
struct ui;

struct breathing {
    const struct doc *doc;
    uint64_t version,
        settled;       /* of the text: when it was looked at last; that the proposals have settled for */
    double changed_at; /* 0: nothing waits to be settled */
};

void breathe_update(struct ui *ui); /* after anything happened */
int breathe_timeout(
    const struct breathing *breathing); /* ms until that has something to do; -1: it has not */

/* Command; session/commands.h says what it does. */
void do_breathe(struct ui *ui);

#endif
