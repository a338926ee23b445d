/* Quotation marks, apostrophes and dashes as they are printed, from the ones that are typed. What was typed
 * goes into the text first and is replaced in a step of its own, so that one undo brings it back. */
#ifndef LACUNA_UI_SMART_TYPING_H
#define LACUNA_UI_SMART_TYPING_H

#include "ui/terminal/key_names.h"

struct ui;

/* that character, or a line break, was put in before the cursor */
void typography_typed(struct ui *ui, ui_key key);

#endif
