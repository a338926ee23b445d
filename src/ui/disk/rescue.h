/* Text that a signal would lose and no journal has (it is switched off, or its disk is full): written beside
 * the file when the editor is ended, and reported when that file is opened again. A rescue file is never
 * overwritten. */
#ifndef LACUNA_UI_RESCUE_H
#define LACUNA_UI_RESCUE_H

struct ending;
struct documents;
struct ui;

/* saves copies of unsaved texts */
void ui_rescue(struct documents *documents, struct ending *ending, int signal);
void rescue_look(struct ui *ui); /* reports such a copy of this document */

#endif
