/* The help on an empty page: three lines, which disappear with the first letter. */
#ifndef LACUNA_UI_WELCOME_H
#define LACUNA_UI_WELCOME_H

struct ui;

void welcome_paint(const struct ui *ui,
                   int left); /* below the cursor's row, from this column on, if the page is empty */

#endif
