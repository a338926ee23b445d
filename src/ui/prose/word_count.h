/* Counts words without delaying keys: an edit recounts the words around it, everything else is counted
 * between keys, a few milliseconds at a time. */
#ifndef LACUNA_UI_WORD_COUNT_H
#define LACUNA_UI_WORD_COUNT_H

#include "lacuna/base.h"
#include "ui/document/documents.h"

struct doc;

extern const struct doc_watcher words_watcher; /* keeps the count, or marks it as stale */
bool words_counted(const struct doc *doc);
int words_timeout(const struct doc *doc); /* ms until words_tick has something to do; -1: nothing */
void words_tick(struct doc *doc);
size_t words_between(struct doc *doc, size_t start, size_t end);

#endif
