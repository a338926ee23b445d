/* The two lines below the page: where one is and how a fill goes; hints, or what there is to say. */
#ifndef LACUNA_UI_STATUS_H
#define LACUNA_UI_STATUS_H

struct ui;

void status_paint(struct ui *ui, int *cursor_row, int *cursor_column);

#endif
