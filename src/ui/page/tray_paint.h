/* The rows below the page that list candidates, or alternatives. */
#ifndef LACUNA_UI_TRAY_PAINT_H
#define LACUNA_UI_TRAY_PAINT_H

struct ui;

int tray_rows(const struct ui *ui); /* 0: nothing is listed */
void tray_paint(const struct ui *ui, int row);

#endif
