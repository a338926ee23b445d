/* Undo across sessions: the history of a saved text, in a file. */
#ifndef LACUNA_UI_HISTORY_FILES_H
#define LACUNA_UI_HISTORY_FILES_H

#include "lacuna/base.h"

struct doc;
struct settings;

bool history_open(const struct settings *settings, struct doc *doc); /* true: the history continues */
bool history_keep(const struct settings *settings,
                  struct doc *doc); /* the text was just saved; false: not kept */
/* It is closed: later changes of its blanks are kept too. */
void history_leave(const struct settings *settings, struct doc *doc);
/* Keeps the proposals of a text, and returns whether they will be there when its file is opened again. */
bool history_keeps_proposals(const struct settings *settings, struct doc *doc);

#endif
