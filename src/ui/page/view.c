/* The page: painting rows, scrolling, keeping the cursor visible. */
#include "view.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "layout.h"
#include "lens_paint.h"
#include "page_rows.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/lens/lens.h"
#include "ui/lens/ripple.h"
#include "ui/prose/spell.h"
#include "ui/search/search.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "welcome.h"

#include <string.h>

static int margin(const struct ui *ui)
{
    int spare = ui->picture->columns - ui->layout->wrap.width - 1, least = lens_margin(ui->settings);
    return spare / 2 > least ? spare / 2 : spare >= least ? least : 0;
}

static bool same_row(const struct row *a, const struct row *b)
{
    return a->text == b->text && a->line == b->line && a->start == b->start;
}

/* ---- the first row on the screen -------------------------------------------------------------------- */

/* A proposal can fill several rows that all belong to one place of the document, so the top of the page is a
 * place and a number of rows to skip from there. */
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
    enum { MOST_SKIPPED = 200 };
    struct row from;
    size_t at = layout_origin(row, row->start);
    layout_row_of(ui, at, &from);
    int skip = 0;
    for (struct row next; !same_row(&from, row) && skip < MOST_SKIPPED && layout_next_row(ui, &from, &next);
         skip++)
        from = next;
    text_mark_set(ui->doc->text, ui->doc->top, at);
    ui->doc->top_skip = skip < MOST_SKIPPED ? skip : 0;
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
    step_back(ui, &row, (view_rows(ui) + tray_rows(ui)) / 2); /* the rows of the tray do not move the page */
    set_top(ui, &row);
}

/* How many rows `to` is below `from`, looking at most `limit` rows far; -1: not found. */
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

/* Shows the proposal at the cursor to its end, and the row after it, as far as the cursor stays on the page. */
static void show_proposal(struct ui *ui, int rows)
{
    const struct doc *doc = ui->doc;
    struct text_blank b;
    struct row top, here, last, next;
    if (!doc->focus || !text_blank_get(doc->text, doc->focus, &b)) return;
    top_row(ui, &top);
    layout_row_of(ui, doc->cursor, &here);
    layout_row_of(ui, b.end, &last);
    if (layout_next_row(ui, &last, &next)) last = next;
    int above = distance(ui, &top, &here, rows), hidden = distance(ui, &top, &last, 2 * rows) - rows + 1;
    if (above > 0 && hidden > 0) view_scroll(ui, hidden < above ? hidden : above);
}

static void show_cursor(struct ui *ui, int rows)
{
    struct row top, here;
    top_row(ui, &top);
    layout_row_of(ui, ui->doc->cursor, &here);
    int below = distance(ui, &top, &here, 2 * rows);
    if (below >= 0 && below < rows) {
        /* Proposals come and go above the page: it begins with a whole number of rows again. */
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

void view_follow(struct ui *ui)
{
    int rows = view_rows(ui);
    if (ui->settings->typewriter) {
        view_center(ui);
        return;
    }
    show_cursor(ui, rows);
    show_proposal(ui, rows);
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
    *at = layout_at_column(ui->layout, &row, column > left ? column - left : 0);
    return true;
}

/* ---- painting ------------------------------------------------------------------------------------------ */

/* Matches of the search on the page, found once per frame. */
struct match {
    size_t start, end;
};
enum { MAX_MATCHES = 500 };
struct painter {
    struct ui *ui;
    size_t selected_start, selected_end;
    bool block;                    /* of that, the columns of a block */
    size_t focus_start, focus_end; /* everything outside is faded */
    size_t wrong_start, wrong_end; /* a misspelt word of the row */
    struct match matches[MAX_MATCHES];
    size_t match_count;
    size_t drawn_start, drawn_end; /* a word that a model drew */
};

static void find_matches(struct painter *p, size_t from, size_t to)
{
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

/* Goes to the first misspelt word that ends after `at`. */
static void find_wrong(struct painter *p, const struct row *row, size_t at)
{
    if (at < p->wrong_end) return;
    if (!spell_next(p->ui, at, layout_origin(row, row->end), &p->wrong_start, &p->wrong_end))
        p->wrong_start = p->wrong_end = SIZE_MAX;
}

/* Words that a model drew and that were not edited. */
static bool is_drawn(struct painter *p, size_t at)
{
    if (!p->ui->settings->show_drawn) return false;
    if (at >= p->drawn_start && at < p->drawn_end) return true;
    return text_drawn_at(p->ui->doc->text, at, &p->drawn_start, &p->drawn_end);
}

static enum look look_at(struct painter *p, const struct row *row, size_t shown)
{
    size_t at = layout_origin(row, shown);
    find_wrong(p, row, at);
    if (at >= p->selected_start && at < p->selected_end &&
        (!p->block || p->ui->modal->block_contains(p->ui, at)))
        return LOOK_SELECTED;
    enum look look = layout_look(p->ui->doc, row, shown);
    if (look != LOOK_PLAIN) return look;
    if (is_match(p, at)) return LOOK_MATCH;
    if (is_drawn(p, at)) return LOOK_DRAWN;
    if (at < p->focus_start || at >= p->focus_end) return LOOK_FADED;
    if (at >= p->wrong_start && at < p->wrong_end) return LOOK_MISSPELT;
    enum look fallen = ripple_look(p->ui->ripple, p->ui->doc, at);
    return fallen != LOOK_PLAIN ? fallen : lens_look(p->ui->lens, p->ui->settings, at);
}

enum { FOCUS_OFF, FOCUS_PARAGRAPH, FOCUS_SENTENCE }; /* settings.focus */

static void find_focus(struct painter *p)
{
    const struct doc *doc = p->ui->doc;
    p->focus_start = 0;
    p->focus_end = SIZE_MAX;
    if (p->ui->settings->focus == FOCUS_OFF) return;
    text_paragraph_around(doc->text, doc->cursor, &p->focus_start, &p->focus_end);
    if (p->ui->settings->focus == FOCUS_PARAGRAPH || p->focus_start == p->focus_end) return;
    size_t start = text_previous_sentence(doc->text, doc->cursor + 1),
           end = text_next_sentence(doc->text, start);
    if (start > p->focus_start && start < p->focus_end) p->focus_start = start;
    if (end > doc->cursor && end < p->focus_end) p->focus_end = end;
}

/* Without colours, the space before a word shows the model's rating of it. */
static const char *opinion_mark(const struct settings *settings, enum look look)
{
    if (screen_has_colors() && !settings->plain) return NULL;
    return look == LOOK_UNSURE        ? "?"
           : look == LOOK_LIKELY      ? "~"
           : look == LOOK_LENS_LOW    ? "-"
           : look == LOOK_LENS_MIDDLE ? "+"
           : look == LOOK_LENS_HIGH   ? "*"
                                      : NULL;
}

void view_cluster(const struct settings *settings, int row, int column, const struct text *text,
                  const struct text_cluster *cluster, enum look look)
{
    const char *mark = text_byte(text, cluster->start) == ' ' ? opinion_mark(settings, look) : NULL;
    if (mark)
        screen_text(row, column, 1, LOOK_HINT, mark);
    else
        screen_cluster(row, column, text, cluster, look);
}

static void paint_row(struct painter *p, int y, int left, const struct row *row)
{
    const struct text_wrap *wrap = &p->ui->layout->wrap;
    p->wrong_start = p->wrong_end = 0;
    int column = 0, room = p->ui->picture->columns - left;
    struct text_cluster c;
    struct text_reader reader = text_reader_new(row->text);
    for (size_t at = row->start; at < row->end && text_reader_cluster(&reader, at, &c); at = c.end) {
        c.cells = text_cells_at(&c, wrap, column);
        if (!c.cells) continue;
        bool fits = column + c.cells <= room;
        /* Spaces that hang over the edge are not shown; any other character that is too wide is shown by a
         * mark in the remaining cell. */
        if (fits)
            view_cluster(p->ui->settings, y, left + column, row->text, &c, look_at(p, row, at));
        else if (column < room && column < wrap->width)
            screen_text(y, left + column, 1, look_at(p, row, at), ">");
        column += c.cells;
        if (column >= room) break;
    }
    size_t end = layout_origin(row, row->end);
    if (!p->block && row->last && column < room && end >= p->selected_start && end < p->selected_end)
        screen_fill_row(y, left + column, 1, LOOK_SELECTED); /* the line break is selected */
}

void view_extent(struct ui *ui, size_t *start, size_t *end)
{
    struct row row, next;
    top_row(ui, &row);
    *start = layout_origin(&row, row.start);
    for (int i = 1; i < view_rows(ui) && layout_next_row(ui, &row, &next); i++) row = next;
    *end = layout_origin(&row, row.end);
}

/* ---- unchanged rows ----------------------------------------------------------------------------------- */

/* During typing, most rows of the page look the same as before, though their offsets change. A row whose look
 * depends only on its words is kept, and painted again only when they change. */

enum { KEPT_BYTES = 600 };
struct kept_row {
    /* another program may have overwritten the file with other bytes than were painted */
    const struct text *text;
    bool valid, faded, last;
    int left;
    unsigned spelling, lens;
    struct text_wrap wrap;
    size_t size;
    char bytes[KEPT_BYTES];
};

static void fit_kept(struct kept_rows *kept, const struct picture *picture)
{
    if (kept->rows && kept->grid == screen_grid()) return;
    kept->rows = 0;
    if (!mem_grow(&kept->list, &kept->capacity, (size_t)picture->rows, sizeof *kept->list)) return;
    for (int i = 0; i < picture->rows; i++) kept->list[i].valid = false;
    kept->rows = picture->rows;
    kept->grid = screen_grid();
}

/* Whether a blank extends into [start, end]. */
static bool has_blank(const struct text *text, size_t start, size_t end)
{
    size_t low = 0, high = text_blank_count(text);
    struct text_blank b;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        text_blank_at(text, middle, &b);
        if (b.end < start)
            low = middle + 1;
        else
            high = middle;
    }
    if (low >= text_blank_count(text)) return false;
    text_blank_at(text, low, &b);
    return b.start <= end;
}

/* Fills in what the row's look depends on; false: more than its words. */
static bool describe(const struct painter *p, const struct row *row, int left, struct kept_row *out)
{
    const struct ui *ui = p->ui;
    size_t size = row->end - row->start, cursor = ui->doc->cursor;
    bool inside = row->start >= p->focus_start && row->end <= p->focus_end;
    bool outside = row->end <= p->focus_start || row->start >= p->focus_end;
    if (row->shown || size > KEPT_BYTES || p->match_count || (!inside && !outside)) return false;
    if (p->selected_end > p->selected_start && row->end >= p->selected_start && row->start < p->selected_end)
        return false;
    if (cursor >= row->start && cursor <= row->end) return false; /* a word that is being typed */
    if (has_blank(row->text, row->start, row->end)) return false;
    size_t drawn, drawn_end;
    if (ui->settings->show_drawn && text_drawn_next(row->text, row->start, &drawn, &drawn_end) &&
        drawn < row->end)
        return false;
    out->text = row->text;
    out->valid = true;
    out->faded = !inside;
    out->last = row->last;
    out->left = left;
    out->spelling = ui->spelling->generation;
    out->lens = ui->lens->generation;
    out->wrap = ui->layout->wrap;
    out->size = size;
    text_copy(row->text, row->start, row->end, out->bytes);
    return true;
}

static bool same_look(const struct kept_row *a, const struct kept_row *b)
{
    return a->valid && b->valid && a->text == b->text && a->faded == b->faded && a->last == b->last &&
           a->left == b->left && a->spelling == b->spelling && a->lens == b->lens &&
           a->wrap.width == b->wrap.width && a->wrap.tab == b->wrap.tab && a->wrap.unseen == b->wrap.unseen &&
           a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static void show_row(struct painter *p, int y, int left, const struct row *row)
{
    static struct kept_row now; /* large */
    const struct kept_rows *kept = p->ui->kept_rows;
    now.valid = false;
    bool keeps = y < kept->rows && describe(p, row, left, &now);
    if (keeps && same_look(&now, &kept->list[y])) {
        screen_restore_row(y);
        return;
    }
    paint_row(p, y, left, row);
    if (y < kept->rows) kept->list[y] = now;
    if (keeps) screen_keep_row(y);
}

void view_free(struct kept_rows *kept)
{
    mem_free(kept->list);
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
    p.block = ui->doc->select == SELECT_BLOCK;
    if (!doc_selection(ui->doc, &p.selected_start, &p.selected_end)) p.selected_start = p.selected_end = 0;
    p.drawn_start = p.drawn_end = 0;
    find_focus(&p);
    fit_kept(ui->kept_rows, ui->picture);
    top_row(ui, &row);
    p.match_count = 0;
    if (ui->search->lit) find_matches(&p, layout_origin(&row, row.start), page_end(ui, row));
    layout_row_of(ui, ui->doc->cursor, &here);
    *cursor_row = -1; /* scrolled away */
    *cursor_column = 0;
    int left = margin(ui), rows = view_rows(ui);
    for (int y = 0; y < rows; y++) {
        show_row(&p, y, left, &row);
        if (left > 1) lens_paint_bar(ui, y, left - 2, layout_origin(&row, row.start));
        if (same_row(&row, &here)) {
            *cursor_row = y;
            *cursor_column = left + layout_column_of(ui->layout, &row, ui->doc->cursor);
        }
        if (!layout_next_row(ui, &row, &next)) break;
        row = next;
    }
    welcome_paint(ui, left);
    if (*cursor_column >= ui->picture->columns) *cursor_column = ui->picture->columns - 1;
}
