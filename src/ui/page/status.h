/* The two lines below the page: the status row, and the row for hints and messages. */
#ifndef LACUNA_UI_STATUS_H
#define LACUNA_UI_STATUS_H

struct ui;

void status_paint(struct ui *ui, int *cursor_row, int *cursor_column);

#endif
