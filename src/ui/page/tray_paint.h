/* The rows below the page that list candidates or alternatives, or show the dial. */
#ifndef LACUNA_UI_TRAY_PAINT_H
#define LACUNA_UI_TRAY_PAINT_H

#include "lacuna/base.h"

struct input;
struct ui;

bool tray_mouse(struct ui *ui,
                const struct input *in); /* a click on a candidate chooses it; true: there was one */
void tray_paint(const struct ui *ui, int row);

#endif
