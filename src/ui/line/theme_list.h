/* The themes in a list: the one that is chosen is shown at once. */
#ifndef LACUNA_UI_THEME_LIST_H
#define LACUNA_UI_THEME_LIST_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_themes(struct ui *ui);

#endif
