/* The page: painting rows, scrolling, keeping the cursor in sight. */
#include "ui_internal.h"

#include <string.h>

int view_rows(const struct ui *ui)
{
    /* Below the page: the status line, and the line for hints, messages and questions. */
    return ui->rows > 2 ? ui->rows - 2 : 1;
}

static int margin(const struct ui *ui)
{
    int spare = ui->columns - ui->layout.wrap.width - 1;
    return spare > 0 ? spare / 2 : 0;
}

static bool same_row(const struct row *a, const struct row *b)
{
    return a->text == b->text && a->line == b->line && a->start == b->start;
}

/* ---- the first row on the screen -------------------------------------------------------------------- */

/* A proposal can fill several rows that all belong to one place of the document, so the top is a place and a
 * number of rows to skip from there. */
static void top_row(struct ui *ui, struct row *out)
{
    layout_row_of(ui, text_mark_get(ui->doc->text, ui->doc->top), out);
    for (int i = 0; i < ui->doc->top_skip; i++) {
        struct row next;
        if (!layout_next_row(ui, out, &next)) break;
        *out = next;
    }
}

static void set_top(struct ui *ui, const struct row *row)
{
    enum { MOST = 200 };
    struct row from;
    size_t at = layout_origin(row, row->start);
    layout_row_of(ui, at, &from);
    int skip = 0;
    for (struct row next; !same_row(&from, row) && skip < MOST && layout_next_row(ui, &from, &next); skip++)
        from = next;
    text_mark_set(ui->doc->text, ui->doc->top, at);
    ui->doc->top_skip = skip < MOST ? skip : 0;
}

static void step_back(struct ui *ui, struct row *row, int count)
{
    struct row previous;
    for (int i = 0; i < count && layout_previous_row(ui, row, &previous); i++) *row = previous;
}

void view_scroll(struct ui *ui, int rows)
{
    struct row row, next;
    top_row(ui, &row);
    if (rows < 0) step_back(ui, &row, -rows);
    for (int i = 0; i < rows && layout_next_row(ui, &row, &next); i++) row = next;
    set_top(ui, &row);
}

void view_center(struct ui *ui)
{
    struct row row;
    layout_row_of(ui, ui->doc->cursor, &row);
    step_back(ui, &row, view_rows(ui) / 2);
    set_top(ui, &row);
}

/* How many rows `to` lies below `from`, looking at most `limit` rows far; -1: not found. */
static int distance(struct ui *ui, const struct row *from, const struct row *to, int limit)
{
    struct row row = *from, next;
    for (int i = 0; i <= limit; i++) {
        if (same_row(&row, to)) return i;
        if (!layout_next_row(ui, &row, &next)) return -1;
        row = next;
    }
    return -1;
}

void view_follow(struct ui *ui)
{
    int rows = view_rows(ui);
    struct row top, here;
    top_row(ui, &top);
    layout_row_of(ui, ui->doc->cursor, &here);
    int below = distance(ui, &top, &here, 2 * rows);
    if (below >= 0 && below < rows) {
        /* Proposals come and go above: what is shown begins with a whole number of rows again. */
        set_top(ui, &top);
    } else if (below >= 0) {
        step_back(ui, &here, rows - 1);
        set_top(ui, &here);
    } else if (distance(ui, &here, &top, rows) >= 0) {
        set_top(ui, &here);
    } else {
        view_center(ui);
    }
}

bool view_at(struct ui *ui, int y, int column, size_t *at)
{
    struct row row, next;
    if (y < 0 || column < 0) return false;
    top_row(ui, &row);
    for (int i = 0; i < y; i++) {
        if (!layout_next_row(ui, &row, &next)) {
            *at = text_size(ui->doc->text);
            return true;
        }
        row = next;
    }
    int left = margin(ui);
    *at = layout_at_column(ui, &row, column > left ? column - left : 0);
    return true;
}

/* ---- painting --------------------------------------------------------------------------------------------
 */

/* Matches of the search on the page, found once per frame. */
struct match {
    size_t start, end;
};
enum { MAX_MATCHES = 500 };
struct painter {
    struct ui *ui;
    size_t selected_start, selected_end;
    struct match matches[MAX_MATCHES];
    size_t match_count;
};

static void find_matches(struct painter *p, size_t from, size_t to)
{
    p->match_count = 0;
    if (!p->ui->search.lit) return;
    struct match m;
    while (p->match_count < MAX_MATCHES && search_between(p->ui, from, to, &m.start, &m.end)) {
        p->matches[p->match_count++] = m;
        from = m.end > m.start ? m.end : m.end + 1;
    }
}

static bool is_match(const struct painter *p, size_t at)
{
    for (size_t i = 0; i < p->match_count && p->matches[i].start <= at; i++)
        if (at < p->matches[i].end) return true;
    return false;
}

static enum look look_at(const struct painter *p, const struct row *row, size_t shown)
{
    size_t at = layout_origin(row, shown);
    if (at >= p->selected_start && at < p->selected_end) return LOOK_SELECTED;
    enum look look = layout_look(p->ui, row, shown);
    return look == LOOK_PLAIN && is_match(p, at) ? LOOK_MATCH : look;
}

static void paint_row(const struct painter *p, int y, int left, const struct row *row)
{
    const struct text_wrap *wrap = &p->ui->layout.wrap;
    int column = 0, room = p->ui->columns - left;
    struct text_cluster c;
    struct text_reader reader = text_reader_new(row->text);
    for (size_t at = row->start; at < row->end && text_reader_cluster(&reader, at, &c); at = c.end) {
        if (c.kind == TEXT_CLUSTER_TAB) c.cells = wrap->tab - column % wrap->tab;
        if (c.cells < 1) c.cells = 1; /* a lone mark, on its dotted circle */
        bool fits = column + c.cells <= room;
        /* Spaces that hang over the edge are not shown; anything else that is too wide for the screen is
         * shown by a mark in the one cell there is. */
        if (fits)
            screen_cluster(y, left + column, row->text, &c, look_at(p, row, at));
        else if (column < room && column < wrap->width)
            screen_text(y, left + column, 1, look_at(p, row, at), ">");
        column += c.cells;
        if (column >= room) break;
    }
    size_t end = layout_origin(row, row->end);
    if (row->last && column < room && end >= p->selected_start && end < p->selected_end)
        screen_fill_row(y, left + column, 1, LOOK_SELECTED); /* the line break is selected */
}

static size_t page_end(struct ui *ui, struct row row)
{
    struct row next;
    for (int i = 1; i < view_rows(ui) && layout_next_row(ui, &row, &next); i++) row = next;
    return layout_origin(&row, row.end) + 1;
}

void view_paint(struct ui *ui, int *cursor_row, int *cursor_column)
{
    static struct painter p; /* large; there is one screen */
    struct row row, next, here;
    p.ui = ui;
    if (!doc_selection(ui->doc, &p.selected_start, &p.selected_end)) p.selected_start = p.selected_end = 0;
    top_row(ui, &row);
    find_matches(&p, layout_origin(&row, row.start), page_end(ui, row));
    layout_row_of(ui, ui->doc->cursor, &here);
    *cursor_row = -1; /* scrolled away */
    *cursor_column = 0;
    int left = margin(ui), rows = view_rows(ui);
    for (int y = 0; y < rows; y++) {
        paint_row(&p, y, left, &row);
        if (same_row(&row, &here)) {
            *cursor_row = y;
            *cursor_column = left + layout_column_of(ui, &row, ui->doc->cursor);
        }
        if (!layout_next_row(ui, &row, &next)) break;
        row = next;
    }
    if (*cursor_column >= ui->columns) *cursor_column = ui->columns - 1;
}
