/* What is kept of a document beside its text: the proposals over its blanks, with all their candidates, what is asked of blanks' words, and which words
 * a model drew. It travels with the text as its companion, through quitting, crashes and undo. */
#ifndef LACUNA_UI_KEPT_H
#define LACUNA_UI_KEPT_H

#include "lacuna/base.h"

struct doc;

/* Writes down what there is now; without memory what was written last stays. Candidates that are still being drawn are
 * left out. */
void kept_note(struct doc *doc);
/* Gives a document what was written down. `blank_now` leads from the id that a blank had then to its own (0: it has
 * none); NULL: ids are the same. What does not fit the text is left out. Returns how many proposals wait. */
size_t kept_restore(struct doc *doc, struct slice bytes, uint32_t (*blank_now)(void *context, uint32_t then),
                    void *context);

#endif
