/* The themes in a list. The selected one is previewed on the screen. */
#ifndef LACUNA_UI_THEME_LIST_H
#define LACUNA_UI_THEME_LIST_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_themes(struct ui *ui);

#endif
