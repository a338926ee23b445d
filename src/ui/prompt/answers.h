/* Earlier answers: patterns, replacements, commands, paths; and the file that keeps them across sessions,
 * $XDG_STATE_HOME/lacuna/answers: a line "KIND answer" for each, the newest last. It is read when the user
 * asks for an older answer, and written at the end. It is only a convenience, so errors are ignored. */
#ifndef LACUNA_UI_ANSWERS_H
#define LACUNA_UI_ANSWERS_H

#include "lacuna/base.h"

struct settings;

/* Earlier answers, the newest last. */
enum { HISTORY_FIND, HISTORY_REPLACE, HISTORY_COMMAND, HISTORY_PATH, HISTORIES, HISTORY_LINES = 100 };

struct history {
    char *lines[HISTORY_LINES];
    size_t count, fresh; /* fresh: the last ones, which the file does not have yet */
};

struct answers {
    struct history history[HISTORIES];
    bool loaded; /* those of earlier sessions have been read */
};

void answers_add(struct history *history, const char *line);
/* reads those of earlier sessions, before an older one is shown */
void answers_load(struct answers *answers, const struct settings *settings);
void answers_keep(struct answers *answers, const struct settings *settings); /* for the next session */
void answers_free(struct history *history);

#endif
