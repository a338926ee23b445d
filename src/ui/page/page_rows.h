/* How many rows of the screen are the page, and how many are what is shown below it. */
#ifndef LACUNA_UI_PAGE_ROWS_H
#define LACUNA_UI_PAGE_ROWS_H

struct ui;

int view_rows(const struct ui *ui); /* of the page, at least 1 */
/* Between the page and the status line; 0: it is not shown. Never more than one of them is. */
int timeline_rows(const struct ui *ui);
int tray_rows(const struct ui *ui);
int lens_rows(const struct ui *ui);

#endif
