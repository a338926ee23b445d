/* Undo across sessions: the history of a saved text, in a file. */
#ifndef LACUNA_UI_HISTORY_FILES_H
#define LACUNA_UI_HISTORY_FILES_H

#include "lacuna/base.h"

struct doc;
struct settings;

bool history_open(const struct settings *settings, struct doc *doc); /* true: the history continues */
void history_keep(const struct settings *settings, struct doc *doc); /* the text was just saved */
/* It is closed: later changes of its blanks are kept too. */
void history_leave(const struct settings *settings, struct doc *doc);

#endif
