/* Reflow: lines of a paragraph filled to a width, or joined to one. Only white space is changed, so that the
 * cursor and blanks stay where they are. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

struct gap {
    size_t start, end; /* white space with a line break in it, or where one is wanted */
    bool breaks;       /* a line begins behind it */
    bool glued;        /* nothing stands in it when it does not: behind a dash, between ideographs */
};
struct reflow {
    const struct text *text;
    int width;            /* 0: no line breaks */
    const char *line_end; /* of the document */
    struct gap *gaps;     /* of all paragraphs, in order */
    size_t count, capacity, next;
    char prefix[64], with[80]; /* of further lines: indentation and > */
};

static bool is_white(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Indentation and marks of quoting that begin a line. */
static size_t prefix_end(const struct text *text, size_t at, size_t end)
{
    while (at < end &&
           (text_byte(text, at) == ' ' || text_byte(text, at) == '\t' || text_byte(text, at) == '>'))
        at++;
    return at;
}

/* Whether two lines are joined without a space: well-|known, so—|be, and ideographs. */
static bool glues(const struct text *text, size_t before, size_t after)
{
    struct text_cluster left, right;
    if (before == 0 || !text_cluster_at(text, text_previous_cluster(text, before), &left) ||
        !text_cluster_at(text, after, &right))
        return false;
    uint32_t c = left.code_point;
    bool dash = c == '-' || c == 0x2010 || c == 0x2014;
    if (dash) return left.start > 0 && !is_white(text_byte(text, left.start - 1));
    return left.code_point >= 0x2e80 && right.code_point >= 0x2e80 && left.cells == 2 && right.cells == 2;
}

static bool add_gap(struct reflow *r, const struct gap *gap)
{
    if (!mem_grow(&r->gaps, &r->capacity, r->count + 1, sizeof *r->gaps)) return false;
    r->gaps[r->count++] = *gap;
    return true;
}

/* The line breaks that a paragraph has, each with the white space and the prefix around it. */
static bool find_breaks(struct reflow *r, size_t start, size_t end)
{
    for (size_t line = start;;) {
        size_t stop = text_this_line_end(r->text, line);
        if (stop >= end) return true;
        struct gap gap = {.start = stop, .end = prefix_end(r->text, stop + 1, end)};
        while (gap.start > line && is_white(text_byte(r->text, gap.start - 1))) gap.start--;
        gap.glued = glues(r->text, gap.start, gap.end);
        if (!add_gap(r, &gap)) return false;
        line = stop + 1;
    }
}

/* The paragraph in one line, as it will be wrapped. */
static struct text *joined(const struct reflow *r, size_t first_gap, size_t start, size_t end)
{
    struct buffer bytes = {0};
    bool ok = true;
    for (size_t i = first_gap; ok && i < r->count; i++) {
        ok = text_append_to(r->text, start, r->gaps[i].start, &bytes) &&
             (r->gaps[i].glued || buffer_append_char(&bytes, ' '));
        start = r->gaps[i].end;
    }
    ok = ok && text_append_to(r->text, start, end, &bytes);
    struct text *text = ok ? text_from_bytes(bytes.data ? bytes.data : "", bytes.size, NULL) : NULL;
    buffer_free(&bytes);
    return text;
}

/* A place in the joined text, and where it is in the document: asked for from left to right. */
struct walk {
    size_t gap;     /* the next one, */
    size_t known;   /* of those that the paragraph has */
    size_t start;   /* in the document, and */
    size_t reached; /* in the joined text, behind the gap before */
};

static size_t to_document(const struct reflow *r, struct walk *walk, size_t at)
{
    for (; walk->gap < walk->known; walk->gap++) {
        const struct gap *gap = &r->gaps[walk->gap];
        size_t next = walk->reached + (gap->start - walk->start) + !gap->glued;
        if (at < next) break;
        walk->reached = next;
        walk->start = gap->end;
    }
    return walk->start + (at - walk->reached);
}

static int compare_gaps(const void *a, const void *b)
{
    const struct gap *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* Puts a line break at `at`, which the walk has reached: into the gap that is there, else into the white
 * space before it. */
static bool break_at(struct reflow *r, const struct walk *walk, size_t first_gap, size_t at)
{
    struct gap gap = {.start = at, .end = at, .breaks = true};
    struct gap *near = walk->gap > first_gap ? &r->gaps[walk->gap - 1] : NULL;
    if (near && at >= near->start && at <= near->end) return near->breaks = true;
    near = walk->gap < walk->known ? &r->gaps[walk->gap] : NULL;
    if (near && at >= near->start && at <= near->end) return near->breaks = true;
    while (gap.start > 0 && is_white(text_byte(r->text, gap.start - 1))) gap.start--;
    return add_gap(r, &gap);
}

/* What further lines begin with: as the second does; of a single line what quotes it, but no indentation. */
static void find_prefix(struct reflow *r, size_t first_gap, size_t start, size_t end)
{
    size_t from = start, to = prefix_end(r->text, start, end);
    bool quoted = false;
    if (r->count > first_gap) {
        to = r->gaps[first_gap].end;
        from = text_this_line_start(r->text, to);
    } else {
        for (size_t at = from; at < to; at++) quoted = quoted || text_byte(r->text, at) == '>';
        if (!quoted) to = from;
    }
    if (to - from >= sizeof r->prefix) to = from;
    text_copy(r->text, from, to, r->prefix);
    r->prefix[to - from] = '\0';
}

static bool plan_paragraph(struct reflow *r, size_t start, size_t end)
{
    size_t first = r->count;
    if (!find_breaks(r, start, end)) return false;
    if (!r->width) return true;
    find_prefix(r, first, start, end);
    struct text *line = joined(r, first, start, end);
    if (!line) return false;
    int indent = screen_cells(r->prefix);
    struct walk walk = {.gap = first, .known = r->count, .start = start};
    struct text_wrap wrap = {.width = r->width, .tab = 8, .whole = true};
    bool ok = true;
    for (struct text_row row = {0};
         ok && text_next_row(line, &wrap, &row, &row) && row.end < text_size(line);) {
        ok = break_at(r, &walk, first, to_document(r, &walk, row.end));
        row.last = false;
        wrap.width = r->width > indent + 8 ? r->width - indent : r->width;
    }
    text_free(line);
    if (ok && r->count > first) qsort(r->gaps + first, r->count - first, sizeof *r->gaps, compare_gaps);
    return ok;
}

/* What is different from what stands there. */
static enum status next_edit(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    struct reflow *r = context;
    (void)error;
    for (*more = false; r->next < r->count && !*more; r->next++) {
        const struct gap *gap = &r->gaps[r->next];
        if (gap->breaks)
            snprintf(r->with, sizeof r->with, "%s%s", r->line_end, r->prefix);
        else
            snprintf(r->with, sizeof r->with, "%s", gap->glued ? "" : " ");
        size_t size = strlen(r->with);
        *edit = (struct text_edit){gap->start, gap->end, r->with, size};
        char there[80] = "";
        bool same = gap->end - gap->start == size;
        if (same) text_copy(r->text, gap->start, gap->end, there);
        *more = !same || memcmp(there, r->with, size) != 0;
    }
    return STATUS_OK;
}

/* Nothing but indentation and marks of quoting. */
static bool is_bare(const struct text *text, size_t line)
{
    int byte = text_byte(text, prefix_end(text, line, text_size(text)));
    return byte < 0 || byte == '\n' || byte == '\r';
}

/* The lines of [first, last), from the last to the first: what is before stays where it is. Bare lines stay
 * as they are, and part what is filled. */
static bool reflow_paragraph(struct ui *ui, struct reflow *r, size_t first, size_t last)
{
    const struct text *text = r->text;
    for (size_t end = last, count; end > first;) {
        if (text_byte(text, end - 1) == '\r') end--;
        size_t start = text_this_line_start(text, end);
        bool bare = is_bare(text, start);
        while (!bare && start > first) {
            size_t above = text_this_line_start(text, start - 1);
            if (is_bare(text, above)) break;
            start = above;
        }
        r->count = r->next = 0;
        if (!bare && !plan_paragraph(r, start, end)) return false;
        if (r->count && !doc_replace_many(ui, start, end, next_edit, r, &count)) return false;
        if (start <= first) break;
        end = start - 1;
    }
    return true;
}

static void reflow_paragraphs(struct ui *ui, size_t start, size_t end, bool whole, int width)
{
    struct doc *doc = ui->doc;
    struct reflow r = {.text = doc->text, .width = width};
    r.line_end = text_line_ending(doc->text) == TEXT_CRLF ? "\r\n" : "\n";
    text_group_begin(doc->text);
    bool ok;
    for (size_t at = end;;) {
        size_t first, last;
        text_paragraph_around(doc->text, at, &first, &last);
        if (!whole && first < start) first = start;
        if (!whole && last > end) last = end;
        ok = reflow_paragraph(ui, &r, first, last);
        if (!ok || first <= start) break;
        at = first - 1;
    }
    text_group_end(doc->text);
    mem_free(r.gaps);
    if (!ok && !ui->message[0]) ui_complain(ui, "no memory");
}

void reflow_lines(struct ui *ui, size_t start, size_t end)
{
    reflow_paragraphs(ui, start, end, false, ui->settings.reflow_width);
}

/* The paragraph at the cursor, or all that the selection touches. */
static void reflow(struct ui *ui, int width)
{
    size_t start = ui->doc->cursor, end = start;
    if (doc_selection(ui->doc, &start, &end) && end > start) end--;
    reflow_paragraphs(ui, start, end, true, width);
}

void do_reflow(struct ui *ui)
{
    reflow(ui, ui->settings.reflow_width);
}

void do_unwrap(struct ui *ui)
{
    reflow(ui, 0);
}
