/* Reflow: fills the lines of a paragraph to a width, or joins them into one. Only white space changes, and
 * quotation markers at the beginning of lines, so that the cursor and blanks stay in place. Headings, tables,
 * code and the like are not changed; list items and quotations are paragraphs of their own. */
#include "reflow.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "markdown.h"
#include "reflow_break.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"

#include <string.h>

enum { PREFIX = 64 };
/* Lines that are filled together, and the prefix of all but the first. */
struct paragraph {
    size_t start, end; /* without its last line break */
    char prefix[PREFIX];
    bool fills; /* it is prose */
};

/* ---- paragraphs ---------------------------------------------------------------------------------------- */

static void take_prefix(const struct reflow *r, struct paragraph *p, size_t start, size_t end)
{
    if (end - start >= sizeof p->prefix) end = start;
    text_copy(r->text, start, end, p->prefix);
    p->prefix[end - start] = '\0';
}

/* Further lines of an item are indented to its words. */
static void take_item_prefix(const struct reflow *r, struct paragraph *p, const struct markdown_line *line)
{
    size_t to = line->words < line->end || line->words == line->indented ? line->words : line->end;
    take_prefix(r, p, line->start, to);
    bool label = text_byte(r->text, line->indented) == '[';
    char *marker = *p->prefix ? p->prefix + (line->indented - line->start) : NULL;
    if (!marker) return;
    if (label) strcpy(marker, strlen(marker) >= 4 ? "    " : "");
    for (char *from = marker, *c = marker;; c++) {
        if (((unsigned char)*c & 0xc0) == 0x80) continue; /* a bullet of several bytes is one cell */
        *from++ = !*c || *c == '\t' ? *c : ' ';
        if (!*c) break;
    }
}

/* An indented paragraph may belong to an item above it: then all of its lines are indented. */
static bool is_below_item(const struct text *text, const struct markdown_line *line)
{
    enum { MOST_LINES = 100 }; /* lines */
    size_t at = line->start;
    for (int i = 0; i < MOST_LINES && at > 0; i++) {
        at = text_this_line_start(text, at - 1);
        struct markdown_line above = markdown_line_at(text, at);
        if (above.kind == MARKDOWN_EMPTY || above.indent >= line->indent) continue;
        return above.kind == MARKDOWN_ITEM && above.quotes == line->quotes;
    }
    return false;
}

/* For a paragraph of a single line: only its quotation markers, without indentation. */
static void take_single_prefix(const struct reflow *r, struct paragraph *p, const struct markdown_line *line)
{
    size_t to = line->indented;
    bool whole = line->indent && is_below_item(r->text, line);
    while (!whole && to > line->start && text_byte(r->text, to - 1) != '>') to--;
    if (to > line->start && to < line->indented && text_byte(r->text, to) == ' ') to++;
    take_prefix(r, p, line->start, to);
}

/* Nobody would have broken the line where it ends: it is a paragraph by itself, which the screen wraps. */
static bool is_whole(const struct reflow *r, const struct markdown_line *line)
{
    enum { LONG_LINE = 160 };
    if (line->end - line->start < LONG_LINE) return false;
    struct buffer bytes = {0};
    bool ok = text_append_to(r->text, line->start, line->end, &bytes);
    struct text *alone = ok ? text_from_bytes(bytes.data, bytes.size, NULL) : NULL;
    bool whole =
        alone && reflow_next_break(alone, 0, line->words - line->start, r->fill, r->loose) < text_size(alone);
    text_free(alone);
    buffer_free(&bytes);
    return whole;
}

static bool is_table(const struct reflow *r, const struct markdown_line *line)
{
    if (line->kind == MARKDOWN_ROW) return true;
    if (line->kind != MARKDOWN_TEXT || !line->bars || line->next >= text_size(r->text)) return false;
    struct markdown_line below = markdown_line_at(r->text, line->next);
    return markdown_parts_table(r->text, &below);
}

static bool is_prose(const struct reflow *r, const struct markdown_line *line)
{
    return (line->kind == MARKDOWN_TEXT || line->kind == MARKDOWN_ITEM) && !is_table(r, line);
}

/* Whether `line` continues the paragraph that `first` begins. */
static bool continues_paragraph(const struct reflow *r, const struct markdown_line *first,
                                const struct markdown_line *line)
{
    bool in_item = first->kind == MARKDOWN_ITEM;
    /* "…in
     * 1984. It was" is not a list; but after another item, or with number 1, it is one. */
    bool item = line->kind == MARKDOWN_ITEM && (in_item || !line->numbered || line->first);
    if (item || line->quotes != first->quotes || !is_prose(r, line) || is_whole(r, line)) return false;
    if (in_item || r->style == STYLE_NONE) return true;
    return (line->indent > r->least_indent) == (r->style == STYLE_HANGING);
}

enum { FAR = 256 << 10 }; /* bytes: the most that are examined without an empty line */

/* Where the block of lines around `at` without an empty line ends. */
static size_t block_end(const struct text *text, size_t at)
{
    size_t start = at, size = text_size(text);
    while (at < size && at - start < FAR) {
        struct markdown_line line = markdown_line_at(text, at);
        if (line.kind == MARKDOWN_EMPTY || line.kind == MARKDOWN_FENCE) return at;
        at = line.next;
    }
    return at;
}

/* How paragraphs begin in the lines from `start` on. */
static void find_style(struct reflow *r, size_t start)
{
    size_t end = r->loose ? start : block_end(r->text, start), count = 0;
    int indents[2] = {0}, high = 0;
    for (struct markdown_line line; start < end; start = line.next) {
        line = markdown_line_at(r->text, start);
        if (line.kind != MARKDOWN_TEXT) continue;
        if (!count || line.indent < r->least_indent) r->least_indent = line.indent;
        if (line.indent > high) high = line.indent;
        if (count < 2) indents[count] = line.indent;
        count++;
    }
    bool hangs = indents[0] == r->least_indent && indents[1] > r->least_indent;
    r->style = count < 2 || high == r->least_indent ? STYLE_NONE : hangs ? STYLE_HANGING : STYLE_INDENTED;
}

/* Finds the paragraph that begins with the line at `start`; returns the start of the next one. */
static size_t next_paragraph(const struct reflow *r, size_t start, size_t limit, struct paragraph *p)
{
    size_t size = text_size(r->text), lines = 1;
    const struct markdown_line first = markdown_line_at(r->text, start);
    struct markdown_line last = first, line;
    *p = (struct paragraph){.start = start, .fills = is_prose(r, &last)};
    bool whole = p->fills && is_whole(r, &last), table = is_table(r, &last), underlined = false;
    for (; last.next < size && last.next > last.end && last.next < limit && !whole; last = line) {
        line = markdown_line_at(r->text, last.next);
        underlined = line.kind == MARKDOWN_RULE && lines == 1 && first.kind == MARKDOWN_TEXT;
        if (table ? !line.bars : !p->fills || !continues_paragraph(r, &first, &line)) break;
        if (lines++ == 1) take_prefix(r, p, line.start, line.indented);
    }
    if (underlined) p->fills = false; /* a heading */
    if (first.kind == MARKDOWN_ITEM && lines == 1) take_item_prefix(r, p, &first);
    if (first.kind == MARKDOWN_TEXT && lines == 1) take_single_prefix(r, p, &first);
    p->end = last.end;
    return last.next;
}

/* Where to start looking for paragraphs, so that the one that contains `at` is found: after an empty line. */
static size_t block_start(const struct text *text, size_t at)
{
    size_t start = text_this_line_start(text, at);
    while (start > 0 && at - start < FAR) {
        size_t above = text_this_line_start(text, start - 1);
        if (markdown_line_at(text, above).kind == MARKDOWN_EMPTY) break;
        start = above;
    }
    return start;
}

/* ---- lines of one paragraph ---------------------------------------------------------------------------- */

/* It is joined into one line, which is broken again; only the differences are changed. */

static bool add_gap(struct reflow *r, const struct reflow_gap *gap)
{
    if (!mem_grow(&r->gaps, &r->capacity, r->count + 1, sizeof *r->gaps)) return false;
    r->gaps[r->count++] = *gap;
    return true;
}

/* An existing line break, and where the next line's words begin in the joined text. */
struct seam {
    size_t start, end, at;
    bool glued;
};
struct run {
    size_t start, end; /* in the document */
    struct seam *seams;
    size_t count, capacity;
    struct text *line; /* joined */
};

static void free_run(struct run *run)
{
    text_free(run->line);
    mem_free(run->seams);
}

/* Joins lines from `start` up to a deliberate line break, or to `end`. */
static bool join_lines(const struct reflow *r, size_t start, size_t end, struct run *run)
{
    *run = (struct run){.start = start};
    struct buffer bytes = {0};
    bool ok = true;
    for (size_t from = start; ok;) {
        struct markdown_line line = markdown_line_at(r->text, from);
        size_t stop = line.end < end ? line.end : end;
        size_t words = run->count ? line.indented : from; /* an item's marker only at its beginning */
        ok = words >= stop || text_append_to(r->text, words, stop, &bytes);
        run->end = stop;
        if (!ok || line.next >= end || line.breaks) break;
        struct markdown_line below = markdown_line_at(r->text, line.next);
        struct seam seam = {.start = stop, .end = below.indented < end ? below.indented : end};
        seam.glued = reflow_glues(r->text, seam.start, seam.end);
        ok = (seam.glued || buffer_append_char(&bytes, ' ')) &&
             mem_grow(&run->seams, &run->capacity, run->count + 1, sizeof *run->seams);
        seam.at = bytes.size;
        if (ok) run->seams[run->count++] = seam;
        from = line.next;
    }
    run->line = ok ? text_from_bytes(bytes.data ? bytes.data : "", bytes.size, NULL) : NULL;
    buffer_free(&bytes);
    return run->line;
}

/* A new line break: in place of a space, or of nothing. `seam`: of those before `at`. */
static bool add_break(struct reflow *r, const struct run *run, size_t seam, size_t at, size_t prefix)
{
    size_t end = seam ? run->seams[seam - 1].end + (at - run->seams[seam - 1].at) : run->start + at;
    size_t start = end;
    for (; text_byte(run->line, at - 1) == ' ' || text_byte(run->line, at - 1) == '\t'; at--) start--;
    return add_gap(r, &(struct reflow_gap){start, end, GAP_BREAK, prefix});
}

static bool add_seam(struct reflow *r, const struct seam *seam, bool breaks, size_t prefix)
{
    enum reflow_gap_kind kind = breaks ? GAP_BREAK : seam->glued ? GAP_NOTHING : GAP_SPACE;
    return add_gap(r, &(struct reflow_gap){seam->start, seam->end, kind, prefix});
}

/* Rows of the joined line, with seams between, from left to right. */
static bool plan_run(struct reflow *r, const struct run *run, const struct paragraph *p, size_t prefix)
{
    size_t seam = 0, size = text_size(run->line), at = 0;
    size_t least = markdown_line_at(run->line, 0).words; /* a marker must not be alone */
    int indent = screen_cells(p->prefix), width = r->width;
    bool ok = true;
    while (ok && at < size) {
        at = width ? reflow_next_break(run->line, at, least, width, r->loose) : size;
        for (; ok && seam < run->count && run->seams[seam].at < at; seam++)
            ok = add_seam(r, &run->seams[seam], false, prefix);
        if (!ok || at >= size) break;
        if (seam < run->count && run->seams[seam].at == at)
            ok = add_seam(r, &run->seams[seam++], true, prefix);
        else
            ok = add_break(r, run, seam, at, prefix);
        if (width == r->width && r->width > indent + 8) width = r->width - indent;
    }
    for (; ok && seam < run->count; seam++) ok = add_seam(r, &run->seams[seam], false, prefix);
    return ok;
}

static bool plan_paragraph(struct reflow *r, const struct paragraph *p, size_t start, size_t end)
{
    size_t prefix = r->prefixes.size;
    if (!buffer_append(&r->prefixes, p->prefix, strlen(p->prefix) + 1)) return false;
    for (struct run run; start < end; start = text_this_line_end(r->text, run.end) + 1) {
        bool ok = join_lines(r, start, end, &run) && plan_run(r, &run, p, prefix);
        free_run(&run);
        if (!ok) return false;
    }
    return true;
}

/* ---- the changes --------------------------------------------------------------------------------------- */

static bool put_gap(const struct reflow *r, const struct reflow_gap *gap, struct buffer *out)
{
    if (gap->kind == GAP_BREAK)
        return buffer_append_string(out, r->line_end) &&
               buffer_append_string(out, r->prefixes.data + gap->prefix);
    return buffer_append(out, " ", gap->kind == GAP_SPACE);
}

enum status reflow_next_edit(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    struct reflow *r = context;
    for (*more = false; r->next < r->count && !*more; r->next++) {
        const struct reflow_gap *gap = &r->gaps[r->next];
        r->with.size = 0;
        if (!put_gap(r, gap, &r->with)) return error_set(error, STATUS_NO_MEMORY, "out of memory");
        size_t size = r->with.size;
        *edit = (struct text_edit){gap->start, gap->end, r->with.data, size};
        *more = gap->end - gap->start != size;
        for (size_t i = 0; !*more && i < size; i++)
            *more = text_byte(r->text, gap->start + i) != (unsigned char)r->with.data[i];
    }
    return STATUS_OK;
}

/* [start, end) with the gaps from number `first` on. */
static bool changed(const struct reflow *r, size_t first, size_t start, size_t end, struct buffer *out)
{
    bool ok = true;
    for (size_t i = first; ok && i < r->count; i++) {
        ok = text_append_to(r->text, start, r->gaps[i].start, out) && put_gap(r, &r->gaps[i], out);
        start = r->gaps[i].end;
    }
    return ok && text_append_to(r->text, start, end, out);
}

/* The lines with all of their paragraphs joined. */
static bool joined(const struct reflow *r, const struct buffer *lines, struct buffer *out)
{
    struct text *text = text_from_bytes(lines->data, lines->size, NULL);
    struct reflow join_lines = {.text = text, .fill = r->fill, .unchecked = true};
    bool ok = text && reflow_plan(&join_lines, 0, lines->size, true) &&
              changed(&join_lines, 0, 0, lines->size, out);
    reflow_free(&join_lines);
    text_free(text);
    return ok;
}

/* Paragraphs that only the length of their lines or their indentation separates might merge: the lines of
 * [start, end) are changed as planned only if joining then gives the same result as without the change.
 * False: out of memory. */
static bool settle(struct reflow *r, size_t first, size_t start, size_t end)
{
    struct buffer texts[4] = {{0}};
    if (r->count == first || r->unchecked || r->loose) return true;
    bool ok = true;
    for (int i = 0; ok && i < 2; i++)
        ok = buffer_append_char(&texts[i], '\n') && /* no front matter begins here */
             changed(r, i ? r->count : first, start, end, &texts[i]) && joined(r, &texts[i], &texts[i + 2]);
    if (ok && (texts[2].size != texts[3].size || memcmp(texts[2].data, texts[3].data, texts[2].size) != 0)) {
        r->count = first;
        r->kept++;
    }
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) buffer_free(&texts[i]);
    return ok;
}

bool reflow_plan(struct reflow *r, size_t start, size_t end, bool whole)
{
    size_t at = block_start(r->text, start), size = text_size(r->text), next;
    size_t limit = whole ? SIZE_MAX : text_this_line_end(r->text, end) + 1;
    size_t block = at, first = r->count; /* the lines since an empty one, and their gaps */
    r->line_end = text_line_ending(r->text) == TEXT_CRLF ? "\r\n" : "\n";
    if (!whole) start = text_this_line_start(r->text, start);
    enum markdown_block inside = markdown_block_at(r->text, at);
    find_style(r, at);
    for (struct paragraph p; at <= end && at < size; at = next) {
        struct markdown_line line = markdown_line_at(r->text, at);
        bool fence = line.kind == MARKDOWN_FENCE, prose = inside == MARKDOWN_PROSE && !fence;
        next = prose ? next_paragraph(r, at, limit, &p) : line.next;
        if (fence || inside == MARKDOWN_FRONT) inside = markdown_block_at(r->text, next);
        size_t from = whole || at > start ? at : start;
        bool touched = prose && p.fills && from < p.end && (start < next || next == size);
        if (touched && !plan_paragraph(r, &p, from, p.end)) return false;
        if (prose && line.kind != MARKDOWN_EMPTY) continue;
        if (!settle(r, first, block, at)) return false;
        block = next;
        first = r->count;
        find_style(r, next);
    }
    return r->count == first || settle(r, first, block, block_end(r->text, at));
}

void reflow_free(struct reflow *r)
{
    mem_free(r->gaps);
    buffer_free(&r->prefixes);
    buffer_free(&r->with);
}

/* ---- the commands -------------------------------------------------------------------------------------- */

static void reflow_paragraphs(struct ui *ui, size_t start, size_t end, bool whole, int width)
{
    struct reflow r = {
        .text = ui->doc->text, .width = width, .fill = ui->settings->reflow_width, .loose = !whole};
    size_t count;
    if (!reflow_plan(&r, start, end, whole))
        ui_complain(ui->message, "out of memory");
    else if (r.count)
        (void)doc_replace_many(ui, r.gaps[0].start, r.gaps[r.count - 1].end, reflow_next_edit, &r, &count);
    if (r.kept && !ui->message->text[0])
        ui_say(ui->message, "these paragraphs would merge: put an empty line between them");
    reflow_free(&r);
}

void reflow_lines(struct ui *ui, size_t start, size_t end)
{
    reflow_paragraphs(ui, start, end, false, ui->settings->reflow_width);
}

/* The paragraph at the cursor, or all paragraphs that the selection touches. */
static void reflow(struct ui *ui, int width)
{
    size_t start = ui->doc->cursor, end = start;
    if (doc_selection(ui->doc, &start, &end) && end > start) end--;
    reflow_paragraphs(ui, start, end, true, width);
}

void do_reflow(struct ui *ui)
{
    reflow(ui, ui->settings->reflow_width);
}

void do_unwrap(struct ui *ui)
{
    reflow(ui, 0);
}
