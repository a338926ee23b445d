/* What a signal would lose and no journal has (it is switched off, or its disk is full): written beside the
 * file when the editor is ended, and pointed at when that file is opened again. A rescue file is never
 * written over. */
#ifndef LACUNA_UI_RESCUE_H
#define LACUNA_UI_RESCUE_H

struct ending;
struct documents;
struct ui;

/* keeps copies of what is not saved */
void ui_rescue(struct documents *documents, struct ending *ending, int signal);
void rescue_look(struct ui *ui); /* says where such a copy of this document is */

#endif
