/* What is painted: the page (view.c), the two rows below it (status.c), lists over it (popup.c), help
 * (help.c) and the comparison of two texts (compare.c). */
#ifndef LACUNA_UI_VIEW_H
#define LACUNA_UI_VIEW_H

#include "keymap.h"
#include "lacuna/text.h"

struct ui;

void view_paint(struct ui *ui, int *cursor_row, int *cursor_column);
void view_follow(struct ui *ui);           /* brings the cursor onto the page */
void view_scroll(struct ui *ui, int rows); /* the page, not the cursor */
void view_center(struct ui *ui);
void view_extent(struct ui *ui, size_t *start, size_t *end);  /* what the page shows */
bool view_at(struct ui *ui, int row, int column, size_t *at); /* what stands there; below the text: its end */
int view_rows(const struct ui *ui);                           /* rows of the page */
void status_paint(struct ui *ui, int *cursor_row, int *cursor_column);

/* ---- popup.c: a list over the lower rows of the page */
struct popup {
    struct buffer lines; /* "left\tright\n" */
    int count, chosen;   /* -1: none */
    bool columns;        /* several beside one another */
};
void popup_paint(struct ui *ui, const struct popup *popup);

/* ---- help.c */
struct help {
    bool active;
    int top;
    struct buffer text; /* lines */
};
bool help_show(struct ui *ui, struct buffer *lines); /* any other text in its place; takes it */
void help_paint(struct ui *ui);
void help_key(struct ui *ui, ui_key key);

/* ---- compare.c: what two texts differ in */
struct compare {
    bool active;
    struct text *page;
    struct lit *lit; /* what changed in its lines, in order */
    size_t lit_count, top;
    char title[160], keys[160];
    const char *letters;                           /* that answer, in small */
    void (*done)(struct ui *, const char *answer); /* NULL: Esc */
};
bool compare_open(struct ui *ui, const struct text *a, const struct text *b, const char *title,
                  const char *keys, const char *letters, void (*done)(struct ui *, const char *answer));
void compare_close(struct ui *ui);
void compare_key(struct ui *ui, ui_key key);
void compare_paint(struct ui *ui);

#endif
