/* Where a file was left: $XDG_STATE_HOME/lacuna/places, a line "cursor top path" for each, the newest last;
 * "cursor top @encoding path" if the user chose an encoding. It is only a convenience, so errors are
 * ignored. */
#ifndef LACUNA_UI_PLACE_H
#define LACUNA_UI_PLACE_H

#include "lacuna/base.h"

struct doc;
struct text;

void place_find(struct doc *doc); /* restores the cursor and the top of the page */
void place_keep(const struct doc *doc);
/* The encoding in which its file was read, as a word; the caller frees. NULL: none was chosen. */
char *place_encoding(const struct text *text) MUST_USE;

#endif
