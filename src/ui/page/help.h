/* The help screen: what is useful where it was asked for, then every command that a key runs, group by group, from
 * the table and the keymap in force. */
#ifndef LACUNA_UI_HELP_H
#define LACUNA_UI_HELP_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct picture;
struct ui;

struct help {
    bool active;
    int top;
    int columns;        /* that its text was laid out in; 0: another text */
    struct buffer text; /* lines */
};

bool help_show(struct help *help, struct buffer *lines); /* any other text in its place; takes it */
void help_paint(struct ui *ui);
void help_key(struct help *help, struct picture *picture, ui_key key);

/* Commands; session/commands.h says what they do. */
void do_help(struct ui *ui);

#endif
