/* The picture of the screen, kept by cells.c and brought to the terminal by screen.c. */
#ifndef LACUNA_UI_CELLS_H
#define LACUNA_UI_CELLS_H

#include "ui_internal.h"

#include <wchar.h>

/* One cell: a spacing character and what combines with it, ended by 0 when there is room. */
enum { CELL_CHARACTERS = 5 };
struct cell {
    wchar_t text[CELL_CHARACTERS]; /* text[0] == 0: the right half of the character before */
    uint32_t look;                 /* no padding: rows are compared as bytes */
};

bool cells_resize(int rows, int columns) MUST_USE; /* false: no memory, and the picture is as it was */
void cells_free(void);
struct cell *cells_row(int row); /* `columns` of them */
/* What the terminal shows of that row, as far as we know. */
struct cell *cells_shown(int row);

#endif
