/* Quitting: asks about each file that is not saved, and about proposals that cannot be kept. Answers come
 * later, as keys do, so ui->leaving records the questions already asked. */
#ifndef LACUNA_UI_LEAVE_H
#define LACUNA_UI_LEAVE_H

#include "lacuna/base.h"

struct doc;
struct ui;

struct ending {
    bool quitting;
    int status;
    bool keep_journals;     /* a signal ended it */
    struct buffer farewell; /* printed when the terminal is given back */
};

void leave_saving(struct ui *ui);         /* saves, then quits */
void leave_without_saving(struct ui *ui); /* quits; unsaved changes of this file are lost */

/* Commands; session/commands.h says what they do. */
void do_quit(struct ui *ui);
void do_save_all(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_save_all(struct ui *ui, const char *arguments);
void line_save_all_and_quit(struct ui *ui, const char *arguments);
void line_quit_all(struct ui *ui, const char *arguments);

#endif
