/* Calls from the rooms below the loop to those above. The loop sets these before anything else runs. */
#ifndef LACUNA_UI_HOOKS_H
#define LACUNA_UI_HOOKS_H

#include "ui/settings/settings.h"
#include "ui/terminal/key_names.h"

struct ui;

struct ui_hooks {
    void (*press)(struct ui *ui, ui_key key);                 /* as if it were typed */
    void (*paint)(struct ui *ui);                             /* at once, while something else runs */
    void (*line_run)(struct ui *ui, const char *line);        /* a : line */
    void (*line_begin)(struct ui *ui, const char *beginning); /* asks for one */
    void (*changed[SETTING_SUBJECTS])(struct ui *ui);         /* settings of that subject have changed */
};

#endif
