/* The help screen: the useful keys where it was opened, then every command that has a key, group by group,
 * from the table of commands and the current keymap. */
#ifndef LACUNA_UI_HELP_H
#define LACUNA_UI_HELP_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct picture;
struct ui;

struct help {
    bool active;
    int top;
    int columns;        /* width for which its text was laid out; 0: another text */
    struct buffer text; /* lines */
};

bool help_show(struct help *help,
               struct buffer *lines); /* shows another text instead, and takes ownership of it */
void help_paint(struct ui *ui);
void help_key(struct help *help, struct picture *picture, ui_key key);

/* Commands; session/commands.h says what they do. */
void do_help(struct ui *ui);

#endif
