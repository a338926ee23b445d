/* My voice: `lacuna voice` in the background, as a process of its own. Its progress stands in the status row; when it is
 * done, its figures are shown and it is asked whether to adopt it. A run outlives the editor: the next one goes on
 * watching it. */
#ifndef LACUNA_UI_VOICE_H
#define LACUNA_UI_VOICE_H

#include "lacuna/base.h"

struct ui;

struct voice_run {
    char *folder;      /* that is being made; NULL: none */
    long process;      /* that makes it */
    bool child;        /* of this editor */
    bool asked;        /* what is to become of it */
    double looked;     /* when its file of progress was read last */
    char progress[64]; /* for the status row; "": nothing goes on */
};

void voice_look(struct ui *ui); /* at the start: a run of an earlier editor */
void voice_tick(struct ui *ui); /* now and then */
void voice_free(struct voice_run *run);

/* Commands; session/commands.h says what they do. */
void do_voice(struct ui *ui);
void do_voice_stop(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_voice(struct ui *ui, const char *arguments);

#endif
