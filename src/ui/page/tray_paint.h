/* The rows below the page that list candidates, or alternatives. */
#ifndef LACUNA_UI_TRAY_PAINT_H
#define LACUNA_UI_TRAY_PAINT_H

#include "lacuna/base.h"

struct input;
struct ui;

bool tray_mouse(struct ui *ui,
                const struct input *in); /* a click on a candidate chooses it; true: it was one */
void tray_paint(const struct ui *ui, int row);

#endif
