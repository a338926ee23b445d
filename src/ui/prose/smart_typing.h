/* Replaces typed quotation marks, apostrophes and dashes by typographic ones. The typed character goes into
 * the text first and is replaced in a separate step, so that one undo brings it back. */
#ifndef LACUNA_UI_SMART_TYPING_H
#define LACUNA_UI_SMART_TYPING_H

#include "ui/terminal/key_names.h"

struct ui;

/* that character, or a line break, was inserted before the cursor */
void typography_typed(struct ui *ui, ui_key key);

#endif
