/* The useful commands where the cursor is, with a title; the most important first. */
#ifndef LACUNA_UI_HELP_HERE_H
#define LACUNA_UI_HELP_HERE_H

#include "lacuna/base.h"

struct ui;
struct ui_command;

enum { MOST_HERE = 64 };
struct help_here {
    const char *title;
    unsigned contexts; /* where the keys of these commands are looked up, of enum ui_context */
    const struct ui_command *commands[MOST_HERE];
    size_t count;
};
void help_find_here(const struct ui *ui, struct help_here *out);

#endif
