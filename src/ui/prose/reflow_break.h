/* Where a paragraph may be broken into lines so that joining them gives its bytes back. */
#ifndef LACUNA_UI_REFLOW_BREAK_H
#define LACUNA_UI_REFLOW_BREAK_H

#include "lacuna/base.h"

struct text;

/* Whether lines that end at `before` and go on at `after` are joined without a space: well-|known, so-|be
 * with an em dash, and ideographs. */
bool reflow_glues(const struct text *text, size_t before, size_t after);
/* Where the row that begins at `row` of a paragraph in one line ends, in at most `width` cells where a break
 * is allowed there, else as soon as one is: behind a single space (`loose`: any white space, as vim has it),
 * or where lines are glued. Never before `least`, nor inside an address, nor so that the next row would begin
 * like an item, a heading, a quotation … The size: the row is the last. */
size_t reflow_next_break(const struct text *line, size_t row, size_t least, int width, bool loose);

#endif
