/* Proposals that breathe: whenever the text has changed and the writer pauses, part of their tokens is drawn
 * again, until they are frozen, accepted or discarded. */
#ifndef LACUNA_UI_BREATHE_H
#define LACUNA_UI_BREATHE_H

#include "lacuna/base.h"

struct doc;
struct ui;

struct breathing {
    const struct doc *doc;
    uint64_t version;  /* of the text at the last update */
    double changed_at; /* of the last change that the proposals do not know; 0: none */
};

void breathe_update(struct ui *ui); /* called after every event */
int breathe_timeout(
    const struct breathing *breathing); /* ms until breathe_update has something to do; -1: nothing */

/* Command; session/commands.h says what it does. */
void do_breathe(struct ui *ui);

#endif
