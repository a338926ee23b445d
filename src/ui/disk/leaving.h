/* Leaving the editor, or a file: answers come later, as keys do, so this records which questions were asked, and what
 * goes on after them. */
#ifndef LACUNA_UI_LEAVING_H
#define LACUNA_UI_LEAVING_H

#include "lacuna/base.h"

struct doc;
struct ui;

struct leaving {
    void (*go_on)(struct ui *ui); /* after an answered question; NULL: nothing is left or closed */
    bool closes;                  /* one file, not the editor */
    size_t index;                 /* the document in question */
    bool proposals_go;            /* that question was answered */
    bool quits;         /* closing: with the last file the editor ends; saving all files: it always ends */
    size_t saved, back; /* of all files: the number saved, and the one that was shown */
    const struct doc *lost; /* its content may be lost without a question; NULL: none */
};

void leave_go_on(struct ui *ui, bool saved); /* a question was answered; not saved: the editor stays open */
void leave_stay(struct leaving *leaving);
/* The proposals of a saved text that are not accepted and would be lost. *kept: those that are kept for the next time
 * instead. */
size_t leave_loses(struct ui *ui, struct doc *doc, size_t *kept);
/* Asks whether this many proposals may be lost. False: there are none, or that was asked. */
bool leave_asks_proposals(struct ui *ui, size_t count);
void leave_quit(struct ui *ui); /* ends the editor, and tells how many proposals are kept */

#endif
