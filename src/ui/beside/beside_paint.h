/* The page that shows runs side by side. */
#ifndef LACUNA_UI_BESIDE_PAINT_H
#define LACUNA_UI_BESIDE_PAINT_H

struct ui;

void beside_paint(const struct ui *ui);

#endif
