/* The page: its rows are painted and scrolled, with the cursor kept visible. */
#ifndef LACUNA_UI_VIEW_H
#define LACUNA_UI_VIEW_H

#include "lacuna/base.h"
#include "ui/terminal/looks.h"

struct kept_row;
struct settings;
struct text;
struct text_cluster;
struct ui;

/* Rows of the screen as they were last painted. */
struct kept_rows {
    struct kept_row *list;
    size_t capacity;
    int rows;
    unsigned grid; /* that they are rows of: screen_grid */
};

void view_paint(struct ui *ui, int *cursor_row, int *cursor_column);
void view_follow(struct ui *ui); /* scrolls the cursor onto the page, and the proposal that it is on */
void view_scroll(struct ui *ui, int rows); /* the page, not the cursor */
void view_center(struct ui *ui);
void view_extent(struct ui *ui, size_t *start, size_t *end);  /* the part of the text on the page */
bool view_at(struct ui *ui, int row, int column, size_t *at); /* the offset there; below the text: its end */
/* Paints one cluster; it may belong to a fill. */
void view_cluster(const struct settings *settings, int row, int column, const struct text *text,
                  const struct text_cluster *cluster, enum look look);
void view_free(struct kept_rows *kept);

#endif
