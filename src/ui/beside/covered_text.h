/* Pages that are shown in place of the text: help, differences, runs side by side. */
#ifndef LACUNA_UI_COVERED_TEXT_H
#define LACUNA_UI_COVERED_TEXT_H

#include "lacuna/base.h"

struct ui;

/* Such a page is shown: clicks and pasted text do not reach the text, and nobody would see a question. */
bool text_is_covered(const struct ui *ui);

#endif
