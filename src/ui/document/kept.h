/* Keeps the parts of a document that are not in its text: the proposals over its blanks with all their candidates, the
 * conditions of blanks, and which words a model drew. They are the text's companion, and so survive quitting, crashes
 * and undo. */
#ifndef LACUNA_UI_KEPT_H
#define LACUNA_UI_KEPT_H

#include "lacuna/base.h"

struct doc;

/* Notes the current state in the text's companion, without candidates that are still being drawn. If there is not enough
 * memory, the previous note stays. */
void kept_note(struct doc *doc);
/* Restores a document from a note. `blank_now` turns the id of a blank in the note into its current id (0: it no longer
 * exists); NULL: ids are the same. Parts that do not fit the text are left out. Returns the number of proposals. */
size_t kept_restore(struct doc *doc, struct slice bytes, uint32_t (*blank_now)(void *context, uint32_t then),
                    void *context);
/* The blank that was under the dial when this was noted, by its id of that time; 0: none. It is not the writer's, and
 * neither it nor its words are restored. */
uint32_t kept_dial(struct slice bytes);

#endif
