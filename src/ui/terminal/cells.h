/* The picture of the screen: a grid of cells that higher rooms paint into and screen.c shows. */
#ifndef LACUNA_UI_CELLS_H
#define LACUNA_UI_CELLS_H

#include "lacuna/base.h"
#include "looks.h"

struct text;
struct text_cluster;

/* One cell: a spacing character and its combining characters, ended by 0 if there is room. */
enum { CELL_CHARACTERS = 5 };

struct cell {
    wchar_t text[CELL_CHARACTERS]; /* text[0] == 0: the right half of the character before */
    uint32_t look;                 /* no padding: rows are compared as bytes */
};

bool cells_resize(int rows, int columns) MUST_USE; /* false: out of memory, and the picture is unchanged */
void cells_free(void);
struct cell *cells_row(int row); /* `columns` of them */
/* The terminal's content of that row, as far as we know. */
struct cell *cells_shown(int row);
/* The picture, in cells.c. */
void screen_size(int *rows, int *columns);
void screen_clear(void);
/* Paints a line, cut after `width` cells, with control characters as ^X; returns the cells painted. */
int screen_text(int row, int column, int width, enum look look, const char *text);
void screen_fill_row(int row, int column, int width, enum look look);
/* Paints one cluster; the caller has made room for its cells. */
void screen_cluster(int row, int column, const struct text *text, const struct text_cluster *cluster,
                    enum look look);
int screen_cells(const char *text); /* of a UTF-8 string */
/* Copies the text, or as much of its beginning as leaves room for an ellipsis, in at most this many cells and
 * bytes. */
void screen_shorten(const char *text, int cells, char *out, size_t size);
/* The number of the grid. Another size makes another grid, and so does the way back to a size. */
unsigned screen_grid(void);
void screen_keep_row(int row); /* of the picture; restored only into the same grid */
void screen_restore_row(int row);
bool screen_text_at(int row, struct buffer *out) MUST_USE; /* a row as it is shown, and a line feed */

#endif
