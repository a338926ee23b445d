/* Text that the terminal pastes (bracketed paste), piece by piece as it arrives. */
#ifndef LACUNA_UI_PASTE_H
#define LACUNA_UI_PASTE_H

struct clipboard;
struct ui;

struct input;

/* Takes a piece: into the open question, else into the document, where all pieces of one paste are one undo
 * step. Pasted text goes to the document, and so to its journal, as it arrives. */
void paste_piece(struct ui *ui, const struct input *in);
/* Ends a paste whose end has not come. */
void paste_end(struct clipboard *clipboard);

#endif
