/* Where a file was left: $XDG_STATE_HOME/lacuna/places, a line "cursor top path" for each, the newest last;
 * "cursor top @encoding path" where somebody said in what encoding the file is. It is a convenience: what
 * goes wrong here is nobody's loss, and is not said. */
#ifndef LACUNA_UI_PLACE_H
#define LACUNA_UI_PLACE_H

#include "lacuna/base.h"

struct doc;
struct text;

void place_find(struct doc *doc); /* the cursor and the top of the page to where they were left */
void place_keep(const struct doc *doc);
/* The encoding that its file was read in, as a word; the caller frees. NULL: none was said. */
char *place_encoding(const struct text *text) MUST_USE;

#endif
