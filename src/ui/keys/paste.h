/* Text that the terminal pastes (bracketed paste), piece by piece as it arrives. */
#ifndef LACUNA_UI_PASTE_H
#define LACUNA_UI_PASTE_H

struct clipboard;
struct ui;

struct input;

/* Takes a piece: into the question that is open, else into the document, where all pieces of one paste are
 * one step of undo. What has arrived is in the document, and so in its journal, whether or not the rest ever
 * comes. */
void paste_piece(struct ui *ui, const struct input *in);
/* Ends a paste whose end has not come. */
void paste_end(struct clipboard *clipboard);

#endif
