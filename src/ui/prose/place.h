/* Where a file was left: $XDG_STATE_HOME/lacuna/places, a line "cursor top path" for each, the newest last.
 * It is a convenience: what goes wrong here is nobody's loss, and is not said. */
#ifndef LACUNA_UI_PLACE_H
#define LACUNA_UI_PLACE_H

struct doc;

void place_find(struct doc *doc); /* the cursor and the top of the page to where they were left */
void place_keep(const struct doc *doc);

#endif
