/* Quitting: asks about each file that is not saved, and about proposals that are not accepted. Answers come
 * later, as keys do, so ui->leaving records the questions already asked. */
#ifndef LACUNA_UI_LEAVE_H
#define LACUNA_UI_LEAVE_H

#include "lacuna/base.h"

struct doc;
struct ui;

struct leaving {
    enum { LEAVE_NOT, LEAVE_ALL, LEAVE_FILE, LEAVE_SAVES } what;
    size_t index;           /* the document in question */
    bool proposals_go;      /* that question was answered */
    bool quits;             /* LEAVE_FILE: with the last file the editor ends; LEAVE_SAVES: it always ends */
    size_t saved, back;     /* LEAVE_SAVES: the number saved, and the file that was shown */
    const struct doc *lost; /* its content may be lost without a question; NULL: none */
};

struct ending {
    bool quitting;
    int status;
    bool keep_journals;     /* a signal ended it */
    struct buffer farewell; /* printed when the terminal is given back */
};

void leave_go_on(struct ui *ui, bool saved); /* a question was answered; not saved: the editor stays open */
void leave_stay(struct leaving *leaving);
void leave_saving(struct ui *ui);         /* saves, then quits */
void leave_without_saving(struct ui *ui); /* quits; unsaved changes of this file are lost */
bool leave_asks_proposals(struct ui *ui, size_t count, void (*answered)(struct ui *, const char *));

/* Commands; session/commands.h says what they do. */
void do_quit(struct ui *ui);
void do_save_all(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_save_all(struct ui *ui, const char *arguments);
void line_save_all_and_quit(struct ui *ui, const char *arguments);
void line_quit_all(struct ui *ui, const char *arguments);

#endif
