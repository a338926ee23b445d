/* The timeline's rows: how many tokens each step drew, where the shown one is, and what is known about the
 * chosen word. */
#ifndef LACUNA_UI_TIMELINE_PAINT_H
#define LACUNA_UI_TIMELINE_PAINT_H

#include "lacuna/base.h"

struct input;
struct ui;

void timeline_paint(const struct ui *ui, int row);
bool timeline_mouse(struct ui *ui, const struct input *in); /* true: the event was on these rows */

#endif
