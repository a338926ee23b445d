/* Where a paragraph may be broken into lines so that joining them gives its bytes back. */
#ifndef LACUNA_UI_REFLOW_BREAK_H
#define LACUNA_UI_REFLOW_BREAK_H

#include "lacuna/base.h"

struct text;

/* Whether lines that end at `before` and continue at `after` are joined without a space: well-|known, so-|be
 * with an em dash, and ideographs. */
bool reflow_glues(const struct text *text, size_t before, size_t after);
/* Where the row that begins at `row` of a paragraph in one line ends: in at most `width` cells if a break is
 * allowed there, else at the first allowed break. Breaks are allowed after a single space (`loose`: any white
 * space, as in vim), or where lines join without a space. Never before `least`, inside an address, or where
 * the next row would begin like an item, a heading, a quotation … Returns the size if the row is the last. */
size_t reflow_next_break(const struct text *line, size_t row, size_t least, int width, bool loose);

#endif
