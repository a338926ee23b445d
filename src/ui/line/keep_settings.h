/* Writes changed settings into the user's configuration file. */
#ifndef LACUNA_UI_KEEP_SETTINGS_H
#define LACUNA_UI_KEEP_SETTINGS_H

struct ui;

void line_keep_settings(struct ui *ui,
                        const char *name); /* `name`: after `:set -w`; "": all changed settings */

/* Commands; session/commands.h says what they do. */
void do_keep_settings(struct ui *ui);

#endif
