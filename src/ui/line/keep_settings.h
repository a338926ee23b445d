/* Settings that were changed, into the user's file of settings. */
#ifndef LACUNA_UI_KEEP_SETTINGS_H
#define LACUNA_UI_KEEP_SETTINGS_H

struct ui;

void line_keep_settings(struct ui *ui,
                        const char *name); /* what follows `:set -w`; "": all that were changed */

/* Commands; session/commands.h says what they do. */
void do_keep_settings(struct ui *ui);

#endif
