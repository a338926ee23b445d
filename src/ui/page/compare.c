#include "compare.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/key_names.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"

#include <string.h>

enum {
    AROUND = 160,       /* bytes of an unchanged beginning or end of a line that are shown */
    SHOWN_MOST = 20000, /* bytes of one side of one difference */
    DIFFERENCES_MOST = 2000
};

struct lit { /* in the page */
    size_t start, end;
};

struct page {
    struct buffer bytes;
    struct lit *lit;
    size_t lit_count, lit_capacity;
};

/* ---- the page ------------------------------------------------------------------------------------------ */

/* Adds one line of a side, without its line end, with [start, end) highlighted. */
static bool add_line(struct page *page, char sign, const struct text *text, size_t line, size_t line_end,
                     size_t start, size_t end)
{
    struct buffer *out = &page->bytes;
    size_t from = line, to = line_end;
    if (start > line_end) start = line_end;
    if (end > line_end) end = line_end;
    if (start < line) start = line;
    if (end < start) end = start;
    if (start - from > AROUND) from = text_next_word(text, start - AROUND);
    if (from > start) from = start;
    if (to - end > AROUND) to = text_previous_word(text, end + AROUND);
    if (to < end) to = end;
    if (to - from > SHOWN_MOST) to = text_previous_word(text, from + SHOWN_MOST);
    if (to < from) to = from;
    if (end > to) end = to;
    if (!buffer_append_char(out, sign) || !buffer_append_char(out, ' ') ||
        (from > line && !buffer_append_string(out, "… ")) ||
        !mem_grow(&page->lit, &page->lit_capacity, page->lit_count + 1, sizeof *page->lit))
        return false;
    if (end > start)
        page->lit[page->lit_count++] = (struct lit){out->size + (start - from), out->size + (end - from)};
    return text_append_to(text, from, to, out) && (to >= line_end || buffer_append_string(out, " …")) &&
           buffer_append_char(out, '\n');
}

static bool add_side(struct page *page, char sign, const struct text *text, size_t start, size_t end,
                     size_t lit_start, size_t lit_end)
{
    size_t had = page->bytes.size;
    while (start < end) {
        size_t line_end = text_this_line_end(text, start), next = line_end < end ? line_end + 1 : end;
        if (line_end > end) line_end = end;
        if (line_end > start && text_byte(text, line_end - 1) == '\r') line_end--;
        if (!add_line(page, sign, text, start, line_end, lit_start, lit_end)) return false;
        start = next;
        if (page->bytes.size - had > SHOWN_MOST && start < end)
            return buffer_printf(&page->bytes, "%c … and %zu bytes more\n", sign, end - start);
    }
    return true;
}

static size_t count_lines(const struct text *text, size_t start, size_t end)
{
    size_t count = 0;
    for (; start < end; count++) {
        size_t line_end = text_this_line_end(text, start);
        start = line_end < end ? line_end + 1 : end;
    }
    return count;
}

/* If both sides have the same number of lines, they are shown in pairs. */
static bool add_pairs(struct page *page, const struct text *a, const struct text *b,
                      const struct text_difference *d)
{
    size_t from_a = d->a_start, from_b = d->b_start;
    bool good = true;
    while (good && from_a < d->a_end && from_b < d->b_end) {
        size_t to_a = text_this_line_end(a, from_a), to_b = text_this_line_end(b, from_b);
        to_a = to_a < d->a_end ? to_a + 1 : d->a_end;
        to_b = to_b < d->b_end ? to_b + 1 : d->b_end;
        struct text_difference pair = {from_a, to_a, from_b, to_b};
        text_diff_trim(a, b, &pair);
        good = add_side(page, '-', a, from_a, to_a, pair.a_start, pair.a_end) &&
               add_side(page, '+', b, from_b, to_b, pair.b_start, pair.b_end);
        from_a = to_a;
        from_b = to_b;
    }
    return good;
}

static bool add_difference(struct page *page, const struct text *a, const struct text *b,
                           const struct text_difference *d)
{
    enum { PAIRS_MOST = 200 };
    size_t lines = count_lines(a, d->a_start, d->a_end);
    if (!buffer_printf(&page->bytes, "%sline %zu\n", page->bytes.size ? "\n" : "",
                       text_line_of(b, d->b_start) + 1))
        return false;
    if (lines <= PAIRS_MOST && lines == count_lines(b, d->b_start, d->b_end)) return add_pairs(page, a, b, d);
    struct text_difference changed = *d;
    text_diff_trim(a, b, &changed);
    return add_side(page, '-', a, d->a_start, d->a_end, changed.a_start, changed.a_end) &&
           add_side(page, '+', b, d->b_start, d->b_end, changed.b_start, changed.b_end);
}

bool compare_open(struct ui *ui, const struct text *a, const struct text *b, const char *title,
                  const char *keys, const char *letters, void (*done)(struct ui *, const char *))
{
    struct page page = {0};
    struct text_difference *list;
    size_t count;
    struct error error = {0};
    if (text_diff(a, b, &list, &count, &error)) return ui_complain(ui->message, "%s", error.message), false;
    bool good = true;
    for (size_t i = 0; good && i < count && i < DIFFERENCES_MOST; i++)
        good = add_difference(&page, a, b, &list[i]);
    if (good && count > DIFFERENCES_MOST)
        good = buffer_printf(&page.bytes, "\n… and %zu more\n", count - DIFFERENCES_MOST);
    if (good && !count) good = buffer_append_string(&page.bytes, "nothing\n");
    mem_free(list);
    compare_close(ui->compare);
    struct compare *c = ui->compare;
    c->page = good ? text_from_bytes(page.bytes.data, page.bytes.size, &error) : NULL;
    buffer_free(&page.bytes);
    c->lit = page.lit;
    c->lit_count = page.lit_count;
    if (!c->page) {
        compare_close(ui->compare);
        return ui_complain(ui->message, "not enough memory to compare"), false;
    }
    snprintf(c->title, sizeof c->title, "%s", title);
    snprintf(c->keys, sizeof c->keys, "%s", keys);
    c->letters = letters;
    c->done = done;
    c->active = true;
    return true;
}

void compare_close(struct compare *compare)
{
    text_free(compare->page);
    mem_free(compare->lit);
    *compare = (struct compare){0};
}

/* ---- keys ---------------------------------------------------------------------------------------------- */

static struct text_wrap wrap_of(const struct picture *picture, const struct settings *settings)
{
    /* The difference may be invisible. */
    return (struct text_wrap){
        .width = picture->columns > 1 ? picture->columns - 1 : 1, .tab = settings->tab_width, .unseen = true};
}

static int page_rows(const struct picture *picture)
{
    return picture->rows > 2 ? picture->rows - 2 : 1;
}

static void scroll(struct ui *ui, int rows)
{
    struct compare *c = ui->compare;
    struct text_wrap wrap = wrap_of(ui->picture, ui->settings);
    struct text_row row;
    text_row_of(c->page, &wrap, c->top, &row);
    for (; rows > 0 && text_next_row(c->page, &wrap, &row, &row); rows--) continue;
    for (; rows < 0 && text_previous_row(c->page, &wrap, &row, &row); rows++) continue;
    c->top = row.start;
}

static void to_end(struct ui *ui)
{
    ui->compare->top = text_size(ui->compare->page);
    scroll(ui, -page_rows(ui->picture));
}

/* Closes the page first, because the answer may ask the next question. */
static void answer(struct ui *ui, const char *letter)
{
    void (*done)(struct ui *, const char *) = ui->compare->done;
    compare_close(ui->compare);
    ui->picture->stale = true;
    if (done) done(ui, letter);
}

void compare_key(struct ui *ui, ui_key key)
{
    struct compare *c = ui->compare;
    if (key == UI_SPECIAL(UI_UP))
        scroll(ui, -1);
    else if (key == UI_SPECIAL(UI_DOWN))
        scroll(ui, 1);
    else if (key == UI_SPECIAL(UI_PAGE_UP))
        scroll(ui, -page_rows(ui->picture));
    else if (key == UI_SPECIAL(UI_PAGE_DOWN) || key == ' ')
        scroll(ui, page_rows(ui->picture));
    else if (key == UI_SPECIAL(UI_HOME))
        c->top = 0;
    else if (key == UI_SPECIAL(UI_END))
        to_end(ui);
    else if (key == UI_SPECIAL(UI_ESC))
        answer(ui, NULL);
    else if (key < 0x80 && ui_key_is_text(key) && strchr(c->letters, (int)(key | 0x20)))
        answer(ui, (char[]){(char)(key | 0x20), '\0'});
}

/* ---- painting ------------------------------------------------------------------------------------------ */

static enum look look_at(const struct compare *c, size_t line, size_t at)
{
    int sign = text_byte(c->page, line);
    if (sign != '-' && sign != '+') return LOOK_KEY;
    size_t low = 0, high = c->lit_count;
    while (low < high) { /* the last that begins at or before */
        size_t middle = low + (high - low) / 2;
        if (c->lit[middle].start <= at)
            low = middle + 1;
        else
            high = middle;
    }
    bool lit = low && at < c->lit[low - 1].end;
    if (lit) return sign == '-' ? LOOK_ERROR : LOOK_MATCH;
    return sign == '-' ? LOOK_HINT : LOOK_PLAIN;
}

static void paint_row(const struct ui *ui, int at, const struct text_row *row)
{
    const struct compare *c = ui->compare;
    size_t line = text_this_line_start(c->page, row->start);
    struct text_wrap wrap = wrap_of(ui->picture, ui->settings);
    struct text_cluster cluster;
    int column = 0;
    for (size_t p = row->start; p < row->end && text_cluster_at(c->page, p, &cluster); p = cluster.end) {
        int cells = text_cells_at(&cluster, &wrap, column);
        if (column + cells > ui->picture->columns) break;
        if (cluster.kind == TEXT_CLUSTER_NEWLINE || !cells) continue;
        if (cluster.kind == TEXT_CLUSTER_TAB)
            screen_fill_row(at, column, cells, look_at(c, line, p));
        else
            screen_cluster(at, column, c->page, &cluster, look_at(c, line, p));
        column += cells;
    }
}

void compare_paint(struct ui *ui)
{
    struct compare *c = ui->compare;
    struct text_wrap wrap = wrap_of(ui->picture, ui->settings);
    struct text_row row;
    text_row_of(c->page, &wrap, c->top, &row);
    screen_fill_row(0, 0, ui->picture->columns, LOOK_STATUS);
    screen_text(0, 1, ui->picture->columns - 1, LOOK_STATUS_STRONG, c->title);
    for (int at = 1; at <= page_rows(ui->picture) && at < ui->picture->rows; at++) {
        paint_row(ui, at, &row);
        if (!text_next_row(c->page, &wrap, &row, &row)) break;
    }
    if (ui->picture->rows > 1) {
        screen_fill_row(ui->picture->rows - 1, 0, ui->picture->columns, LOOK_STATUS);
        screen_text(ui->picture->rows - 1, 1, ui->picture->columns - 1, LOOK_STATUS, c->keys);
    }
}
