/* Undo and redo: of a node of the text's history, of several nodes that one command or macro made, or of
 * discarding a proposal. */
#ifndef LACUNA_UI_UNDO_H
#define LACUNA_UI_UNDO_H

#include "document.h"
#include "lacuna/base.h"

struct picture;
struct step;
struct doc;
struct ui;

struct step step_begin(const struct doc *doc);
void step_end(struct doc *doc, struct step step); /* the changes since then are one step */
/* text_history_forget, for what the document knows about that node, too. */
bool undo_forget(struct doc *doc, size_t node);
/* One step, or (*step NULL) one node. False: nothing to undo (redo). */
bool step_undo(struct doc *doc, const struct step **step, size_t *at);
bool step_redo(struct doc *doc, const struct step **step, size_t *at);
/* the text has changed, and the cursor is at that place */
void undo_arrive(struct doc *doc, struct picture *picture, size_t at);
bool undo_discarding(struct ui *ui); /* a proposal is restored; false: there was none */
bool redo_discarding(struct ui *ui);

/* Commands; session/commands.h says what they do. */
void do_undo(struct ui *ui);
void do_redo(struct ui *ui);

#endif
