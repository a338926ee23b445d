/* Undo and redo: a node of the text's history, several that one command or macro made, or the discarding of a
 * proposal. */
#ifndef LACUNA_UI_UNDO_H
#define LACUNA_UI_UNDO_H

#include "document.h"
#include "lacuna/base.h"

struct picture;
struct step;
struct doc;
struct ui;

struct step step_begin(const struct doc *doc);
void step_end(struct doc *doc, struct step step); /* what was changed since is one step */
/* One step, or (*step NULL) one node. False: there is nothing to undo (redo). */
bool step_undo(struct doc *doc, const struct step **step, size_t *at);
bool step_redo(struct doc *doc, const struct step **step, size_t *at);
/* the text is another, and the cursor there */
void undo_arrive(struct doc *doc, struct picture *picture, size_t at);
bool undo_discarding(struct ui *ui); /* a proposal is back; false: there was none to bring back */
bool redo_discarding(struct ui *ui);

/* Commands; session/commands.h says what they do. */
void do_undo(struct ui *ui);
void do_redo(struct ui *ui);

#endif
