/* My voice: `lacuna voice` as a process in the background. The status row shows its progress. When it is
 * done, a message says so, and the command shows its figures and asks whether to adopt the voice: a question in the
 * middle of a word would take its letters for the answer. A run continues after the editor is
 * closed, and the next editor shows its progress. */
#ifndef LACUNA_UI_VOICE_H
#define LACUNA_UI_VOICE_H

#include "lacuna/base.h"

struct ui;

struct voice_run {
    char *folder;      /* of the model that is being made; NULL: none */
    long process;      /* that trains it */
    bool child;        /* it is a child of this editor */
    bool ready;        /* it is done, and waits for the question whether to adopt it */
    double looked;     /* when its progress was last read */
    char progress[64]; /* for the status row; "": nothing is running */
};

void voice_look(struct ui *ui); /* at the start: finds a run that an earlier editor started */
void voice_tick(struct ui *ui); /* called regularly: reads the progress */
void voice_free(struct voice_run *run);

/* Commands; session/commands.h says what they do. */
void do_voice(struct ui *ui);
void do_voice_stop(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_voice(struct ui *ui, const char *arguments);

#endif
