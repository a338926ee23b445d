/* The lens on the page: its row with the legend, and the bar in the margin. */
#ifndef LACUNA_UI_LENS_PAINT_H
#define LACUNA_UI_LENS_PAINT_H

#include "lacuna/base.h"

struct settings;
struct ui;

int lens_margin(const struct settings *settings); /* cells that it needs beside the page */
void lens_paint(const struct ui *ui, int row);
/* for the sentence that holds `at` */
void lens_paint_bar(const struct ui *ui, int row, int column, size_t at);

#endif
