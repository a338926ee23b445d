/* What was answered before: patterns, replacements, commands, paths; and the file that keeps them from one
 * session to the next, $XDG_STATE_HOME/lacuna/answers: a line "KIND answer" for each, the newest last. It is
 * read when somebody asks for an older answer, and written at the end. It is a convenience: what goes wrong
 * here is nobody's loss, and is not said. */
#ifndef LACUNA_UI_ANSWERS_H
#define LACUNA_UI_ANSWERS_H

#include "lacuna/base.h"

struct settings;

/* What was answered before, the newest last. */
enum { HISTORY_FIND, HISTORY_REPLACE, HISTORY_COMMAND, HISTORY_PATH, HISTORIES, HISTORY_LINES = 100 };

struct history {
    char *lines[HISTORY_LINES];
    size_t count, fresh; /* fresh: the last of them, that the file of answers has not */
};

struct answers {
    struct history history[HISTORIES];
    bool loaded; /* those of earlier sessions are in it */
};

void answers_add(struct history *history, const char *line);
/* those of earlier sessions, before an older one is shown */
void answers_load(struct answers *answers, struct settings *settings);
void answers_keep(struct answers *answers, struct settings *settings); /* for the next */
void answers_free(struct history *history);

#endif
