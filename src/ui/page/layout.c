/* Layout: the rows of the page. Lines without a proposal are wrapped directly. A line with proposals is
 * composed: a small text of its own, with the proposals' words in place of the blanks, is wrapped by the same
 * code, and a list of segments maps its offsets back to the document's. */
#include "layout.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/blank/certainty.h"
#include "ui/blank/timeline.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "ui/tray/instead.h"
#include "ui/tray/vary.h"

#include <string.h>

struct overlay {
    size_t start, end; /* of the blank */
    struct text_blank blank;
    const struct proposal *proposal; /* NULL: an empty blank, shown as its markup */
    const char *note; /* the conditions, shown after the blank; NULL: this overlay is the blank itself */
};

struct segment {
    size_t shown, start, end; /* begins at `shown`; stands for [start, end) of the document */
    bool overlay;
};

struct shown {
    size_t start, end, next; /* of the line in the document; `next` is after its line break */
    struct text *text;
    uint8_t *looks;           /* per byte of text; LOOK_PLAIN: as in the document */
    struct segment *segments; /* ascending; an extra one marks the end */
    size_t count, capacity;
    bool stands; /* the cursor, when it is at stands_in, is shown at stands_at of `text` */
    size_t stands_in, stands_at;
};

static void free_shown(struct shown *line)
{
    if (!line) return;
    text_free(line->text);
    mem_free(line->looks);
    mem_free(line->segments);
    mem_free(line);
}

static void drop_lines(struct layout *layout)
{
    for (size_t i = 0; i < layout->line_count; i++) free_shown(layout->lines[i]);
    layout->line_count = 0;
}

void layout_free(struct layout *layout)
{
    drop_lines(layout);
    mem_free(layout->lines);
    mem_free(layout->overlays);
    *layout = (struct layout){0};
}

/* ---- overlays ----------------------------------------------------------------------------------------- */

static void add_overlay(struct layout *layout, const struct text_blank *blank,
                        const struct proposal *proposal)
{
    if (!mem_grow(&layout->overlays, &layout->overlay_capacity, layout->overlay_count + 1,
                  sizeof *layout->overlays))
        return;
    layout->overlays[layout->overlay_count++] =
        (struct overlay){.start = blank->start, .end = blank->end, .blank = *blank, .proposal = proposal};
}

/* Conditions are shown after a blank without a proposal; with one, the row below the page shows them. */
static void add_note(struct layout *layout, const struct text_blank *blank, const char *note)
{
    size_t before = layout->overlay_count;
    add_overlay(layout, blank, NULL);
    if (layout->overlay_count == before) return;
    layout->overlays[before].start = layout->overlays[before].end;
    layout->overlays[before].note = note;
}

/* A step of a fill changes the overlays; the rows of all other lines stay the same. */
static void forget_rows(struct layout *layout, const struct text *text)
{
    bool same = layout->version == text_version(text) && layout->row_text == text &&
                layout->row_wrap.width == layout->wrap.width && layout->row_wrap.tab == layout->wrap.tab &&
                layout->row_wrap.unseen == layout->wrap.unseen;
    size_t kept = 0;
    for (size_t i = 0; same && i < layout->row_count; i++)
        if (layout->rows[i].text == text) layout->rows[kept++] = layout->rows[i];
    layout->row_count = kept;
    layout->row_next = kept % ARRAY_SIZE(layout->rows);
    layout->row_hint = 0;
    layout->version = text_version(text);
    layout->row_text = text;
    layout->row_wrap = layout->wrap;
}

/* A new text may have the address of a freed one. */
static void forget_other_text(struct layout *layout, struct documents *documents)
{
    if (layout->shown != documents->shown) layout->row_text = NULL;
    layout->shown = documents->shown;
}

/* The rows of all lines except the edited ones are unchanged. */
static void edited(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    struct layout *layout = ui->layout;
    const struct text *text = ui->doc->text;
    size_t start = edit->start, end = edit->end, size = edit->size;
    ui->picture->stale = true;
    forget_other_text(ui->layout, ui->documents);
    bool kept_up =
        doc == ui->doc && size != SIZE_MAX && layout->row_text == text && layout->version == edit->version;
    if (!kept_up) return;
    size_t first = text_this_line_start(text, start), last = text_this_line_end(text, start + size);
    size_t kept = 0;
    for (size_t i = 0; i < layout->row_count; i++) {
        struct laid_row laid = layout->rows[i];
        if (laid.text != text) continue;
        if (laid.row.start >= end && laid.row.start - end + start + size > last) {
            laid.row.start = laid.row.start - end + start + size;
            laid.row.end = laid.row.end - end + start + size;
        } else if (laid.row.end >= first) {
            continue;
        }
        layout->rows[kept++] = laid;
    }
    layout->row_count = kept;
    layout->row_next = kept % ARRAY_SIZE(layout->rows);
    layout->row_hint = 0;
    layout->version = text_version(text);
}

const struct doc_watcher layout_watcher = {.after = edited};

static void refresh(struct ui *ui)
{
    struct layout *layout = ui->layout;
    const struct doc *doc = ui->doc;
    forget_other_text(ui->layout, ui->documents);
    if (!ui->picture->stale && layout->version == text_version(doc->text)) return;
    ui->picture->stale = false;
    forget_rows(layout, doc->text);
    drop_lines(layout);
    layout->overlay_count = 0;
    size_t count = text_blank_count(doc->text), reached = 0;
    for (size_t i = 0; i < count; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        const struct proposal *p = proposal_find(doc, b.id);
        bool asked = timeline_words(ui->timeline, ui->doc, b.id); /* for every step */
        if (ui->settings->plain && p && p->job && p->count < 2 && !asked)
            p = NULL; /* shown when it is done */
        if (b.start < reached) continue;
        reached = b.end;
        if (p || b.end == b.start) add_overlay(layout, &b, p);
        if (!p && *blank_conditions_line(doc, b.id)) add_note(layout, &b, blank_conditions_line(doc, b.id));
    }
}

/* ---- composing a line ---------------------------------------------------------------------------------- */

struct composer {
    struct shown *line;
    struct buffer text, looks;
    bool ok;
};

static void add(struct composer *c, const char *bytes, size_t size, enum look look)
{
    if (!size || !c->ok) return;
    c->ok = buffer_append(&c->text, bytes, size);
    for (size_t i = 0; c->ok && i < size; i++) c->ok = buffer_append_char(&c->looks, (char)look);
}

static void add_segment(struct composer *c, size_t start, size_t end, bool overlay)
{
    struct shown *l = c->line;
    c->ok = c->ok && mem_grow(&l->segments, &l->capacity, l->count + 1, sizeof *l->segments);
    if (c->ok) l->segments[l->count++] = (struct segment){c->text.size, start, end, overlay};
}

static void add_document(struct composer *c, const struct text *text, size_t start, size_t end)
{
    add_segment(c, start, end, false);
    for (size_t at = start; at < end && c->ok;) {
        size_t first;
        struct slice run = text_run(text, at, &first);
        size_t skip = at - first, size = run.size - skip < end - at ? run.size - skip : end - at;
        add(c, run.data + skip, size, LOOK_PLAIN);
        at += size;
    }
}

static void add_markup(struct composer *c, const struct text_blank *b, enum look look)
{
    char markup[40];
    int size = b->min == b->max ? snprintf(markup, sizeof markup, "[[%u]]", b->min)
               : b->min == 1 && b->max == FILL_ANY_TOKENS
                   ? snprintf(markup, sizeof markup, "[[]]")
                   : snprintf(markup, sizeof markup, "[[%u-%u]]", b->min, b->max);
    add(c, markup, (size_t)size, look);
}

/* The cursor is shown here instead of at the start of the overlay. */
static void stand_here(struct composer *c)
{
    struct shown *l = c->line;
    if (!c->ok || l->stands) return;
    l->stands = true;
    l->stands_at = c->text.size;
    l->stands_in = l->segments[l->count - 1].start;
}

enum shows { SHOWS_RESULT, SHOWS_VARIED, SHOWS_STEP, SHOWS_TIMELINE };

/* The expected width of a masked token, as far as it is known: then no word moves when it is drawn. */
static struct slice expected(const struct candidate *from, uint32_t token, uint32_t count)
{
    const struct words *known[] = {from ? &from->coming : NULL, from ? &from->words : NULL};
    for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
        const struct words *w = known[i];
        if (!w || w->count != count || w->tokens[token].state == FILL_MASKED) continue;
        return (struct slice){w->text.data + w->tokens[token].start,
                              w->tokens[token].end - w->tokens[token].start};
    }
    return (struct slice){NULL, 0};
}

/* A block as wide as the expected token. If nothing is known yet, it is a space and three cells: tokens of
 * English prose have four characters on average. */
static void add_mask(struct composer *c, struct slice word, bool first, enum look look, bool stand)
{
    char bytes[64];
    bool spaced = word.data ? word.size && word.data[0] == ' ' : !first;
    snprintf(bytes, sizeof bytes, "%.*s", (int)(word.size - (word.data && spaced)),
             word.data ? word.data + spaced : "");
    int cells = word.data ? screen_cells(bytes) : 3;
    if (spaced) add(c, " ", 1, LOOK_PLAIN);
    if (stand) stand_here(c);
    const char *block = screen_masked();
    for (int i = 0; i < cells; i++) add(c, block, strlen(block) / 3, look);
}

/* Without colours, the space before a word shows the model's confidence in it (view.c): a mark that moves no
 * word. */
static void mark_space(struct composer *c, enum look certainty)
{
    size_t at = c->text.size;
    if (!c->ok || !at || c->text.data[at - 1] != ' ') return;
    c->looks.data[at - 1] = (char)certainty;
}

static bool shows_certainty(enum shows shows, const struct words *words, uint32_t token)
{
    enum fill_token_state state = words->tokens[token].state;
    return shows >= SHOWS_STEP && (state == FILL_FRESH || state == FILL_SETTLED);
}

static enum look look_of(enum shows shows, const struct words *words, uint32_t token)
{
    enum fill_token_state state = words->tokens[token].state;
    if (shows >= SHOWS_STEP && state == FILL_FRESH) return LOOK_FRESH;
    if (shows == SHOWS_TIMELINE && state == FILL_PINNED) return LOOK_PINNED;
    return shows_certainty(shows, words, token) ? certainty_of(words, token) : LOOK_SETTLED;
}

/* Both are drawn, and they differ. */
static bool differs(const struct words *words, const struct words *other, uint32_t token)
{
    if (!other || token >= other->count) return other != NULL;
    return other->tokens[token].state != FILL_MASKED && other->tokens[token].id != words->tokens[token].id;
}

/* Under the dial: whether the token was masked and drawn again. The others are the writer's own. */
static bool was_masked(const struct candidate *from, uint32_t token)
{
    const struct words *begin = from && from->moment_count ? &from->moments[0].words : NULL;
    return begin && begin->count == from->words.count && begin->tokens[token].state == FILL_MASKED;
}

/* Token by token: drawn words, and a block for each token that is not drawn yet. `other`: words that are
 * marked where these differ from them; may be NULL. */
static void add_tokens(struct composer *c, const struct words *words, enum shows shows, const struct ui *ui,
                       uint32_t blank, const struct candidate *from, const struct words *other)
{
    for (uint32_t i = 0; i < words->count; i++) {
        const struct fill_token *t = &words->tokens[i];
        bool chosen = (shows == SHOWS_TIMELINE && timeline_is_chosen(ui->timeline, ui->doc, i)) ||
                      (shows == SHOWS_RESULT && instead_is_chosen(ui, blank, i));
        if (t->state == FILL_MASKED) {
            add_mask(c, expected(from, i, words->count), !i, chosen ? LOOK_SELECTED : LOOK_MASKED, chosen);
            continue;
        }
        const char *bytes = words->text.data + t->start;
        size_t size = t->end - t->start;
        bool after_block = i && words->tokens[i - 1].state == FILL_MASKED;
        bool again = shows == SHOWS_VARIED && was_masked(from, i);
        enum look look = chosen                     ? LOOK_SELECTED
                         : differs(words, other, i) ? LOOK_MATCH
                         : again                    ? LOOK_FRESH
                                                    : look_of(shows, words, i);
        /* The space before a word is not highlighted with it. */
        if (size && bytes[0] == ' ' && (i || after_block)) {
            add(c, bytes, 1, LOOK_FRESH == look || after_block ? LOOK_PLAIN : LOOK_SETTLED);
            bytes++;
            size--;
        }
        if (shows_certainty(shows, words, i)) mark_space(c, certainty_of(words, i));
        if (chosen) stand_here(c);
        add(c, bytes, size, look);
    }
}

bool layout_words(const struct candidate *from, const struct words *words, const struct words *other,
                  struct buffer *text, struct buffer *looks)
{
    struct composer c = {.text = *text, .looks = *looks, .ok = true};
    add_tokens(&c, words, SHOWS_STEP, NULL, 0, from, other);
    *text = c.text;
    *looks = c.looks;
    return c.ok;
}

static void add_overlay_text(struct composer *c, const struct ui *ui, const struct overlay *o)
{
    const struct text *text = ui->doc->text;
    add_segment(c, o->start, o->end, true);
    if (o->note) {
        add(c, " {", 2, LOOK_HINT);
        add(c, o->note, strlen(o->note), LOOK_HINT);
        add(c, "}", 1, LOOK_HINT);
        return;
    }
    const struct proposal *p = o->proposal;
    const struct words *timeline = timeline_words(ui->timeline, ui->doc, o->blank.id);
    const struct candidate *from = p && p->count ? &p->candidates[p->chosen] : NULL;
    const struct words *shown = timeline ? timeline : from ? &from->words : NULL;
    if (shown && shown->count) {
        bool running = p && p->job && p->chosen == p->count - 1;
        add_tokens(c, shown,
                   timeline                           ? SHOWS_TIMELINE
                   : running                          ? SHOWS_STEP
                   : vary_holds(ui->vary, ui->doc, p) ? SHOWS_VARIED
                                                      : SHOWS_RESULT,
                   ui, o->blank.id, from, NULL);
    } else if (o->start < o->end) { /* it is waiting for its turn */
        size_t before = c->text.size;
        add_document(c, text, o->start, o->end);
        if (!c->ok) return;
        c->line->segments[--c->line->count] = (struct segment){0};
        memset(c->looks.data + before, LOOK_MASKED, c->looks.size - before);
    } else {
        add_markup(c, &o->blank, LOOK_BLANK);
    }
    /* The cursor needs a cell. */
    if (c->ok && c->line->segments[c->line->count - 1].shown == c->text.size)
        add(c, "\u00b7", 2, LOOK_SETTLED);
}

/* Lines that a blank extends across are shown as one line. */
static void find_line(const struct layout *layout, const struct doc *doc, size_t at, struct shown *line,
                      size_t *first, size_t *last)
{
    const struct text *text = doc->text;

    size_t stop = text_this_line_end(text, at);
    line->start = text_this_line_start(text, at);
    *first = 0;
    while (*first < layout->overlay_count && layout->overlays[*first].end < line->start) ++*first;
    while (*first < layout->overlay_count && layout->overlays[*first].start < line->start) {
        line->start = text_this_line_start(text, layout->overlays[*first].start);
        while (*first > 0 && layout->overlays[*first - 1].end >= line->start) --*first;
    }
    *last = *first;
    for (; *last < layout->overlay_count && layout->overlays[*last].start <= stop; ++*last)
        if (layout->overlays[*last].end > stop) stop = text_this_line_end(text, layout->overlays[*last].end);
    line->next = stop < text_size(text) ? stop + 1 : stop;
    line->end =
        stop > line->start && stop < text_size(text) && text_byte(text, stop - 1) == '\r' ? stop - 1 : stop;
}

static struct shown *compose(const struct ui *ui, const struct shown *where, size_t first, size_t last)
{
    struct composer c = {.line = mem_zalloc(sizeof *c.line), .ok = true};
    if (!c.line) return NULL;
    const struct text *text = ui->doc->text;
    *c.line = *where;
    size_t at = where->start;
    for (size_t i = first; i < last && c.ok; i++) {
        const struct overlay *o = &ui->layout->overlays[i];
        if (o->start > where->end) break;
        add_document(&c, text, at, o->start);
        add_overlay_text(&c, ui, o);
        at = o->end;
    }
    add_document(&c, text, at, where->end > at ? where->end : at);
    add_segment(&c, where->end, where->end, false);
    if (c.ok) c.line->text = text_from_bytes(c.text.data ? c.text.data : "", c.text.size, NULL);
    c.line->looks = (uint8_t *)c.looks.data;
    buffer_free(&c.text);
    if (c.line->text) return c.line;
    free_shown(c.line);
    return NULL;
}

/* The composed line that contains a document offset, or NULL: then the document itself is shown. */
static const struct shown *line_at(struct ui *ui, size_t at)
{
    struct layout *layout = ui->layout;
    refresh(ui);
    if (!layout->overlay_count) return NULL;
    for (size_t i = 0; i < layout->line_count; i++)
        if (layout->lines[i]->start <= at &&
            (at < layout->lines[i]->next ||
             (at == layout->lines[i]->next && at == text_size(ui->doc->text) && layout->lines[i]->end == at)))
            return layout->lines[i];
    struct shown where = {0};
    size_t first, last;
    find_line(ui->layout, ui->doc, at, &where, &first, &last);
    if (first == last) return NULL;
    if (!mem_grow(&layout->lines, &layout->line_capacity, layout->line_count + 1, sizeof *layout->lines))
        return NULL;
    struct shown *line = compose(ui, &where, first, last);
    if (line) layout->lines[layout->line_count++] = line;
    return line;
}

/* ---- mapping offsets ---------------------------------------------------------------------------------- */

static size_t to_shown(const struct shown *line, size_t at)
{
    size_t i = 0;
    while (i + 1 < line->count &&
           !(at < line->segments[i].end || (at == line->segments[i].start && line->segments[i].overlay)))
        i++;
    const struct segment *s = &line->segments[i];
    if (s->overlay && line->stands && line->stands_in == at && s->start == at) return line->stands_at;
    return s->overlay || i + 1 == line->count || at < s->start ? s->shown : s->shown + (at - s->start);
}

static const struct segment *segment_of(const struct shown *line, size_t shown_offset)
{
    size_t i = line->count - 1;
    while (i > 0 && line->segments[i].shown > shown_offset) i--;
    return &line->segments[i];
}

size_t layout_origin(const struct row *row, size_t at)
{
    if (!row->shown) return at;
    const struct segment *s = segment_of(row->shown, at);
    return s->overlay ? s->start : s->start + (at - s->shown);
}

enum look layout_look(const struct doc *doc, const struct row *row, size_t at)
{
    if (row->shown && row->shown->looks && at < text_size(row->text)) {
        enum look look = (enum look)row->shown->looks[at];
        if (look != LOOK_PLAIN || segment_of(row->shown, at)->overlay) return look;
    }
    size_t origin = layout_origin(row, at);
    struct text_blank b;
    return text_blank_around(doc->text, origin, &b) && origin < b.end ? LOOK_BLANK : LOOK_PLAIN;
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

/* Painting once asks for the same rows several times: to find the cursor, to scroll, to paint. */

static void remember(struct layout *layout, const struct text *text, const struct text_row *row)
{
    layout->row_hint = layout->row_next;
    layout->rows[layout->row_next] = (struct laid_row){text, *row};
    layout->row_next = (layout->row_next + 1) % ARRAY_SIZE(layout->rows);
    if (layout->row_count < ARRAY_SIZE(layout->rows)) layout->row_count++;
}

/* The row that contains an offset: text_row_of. */
static void row_of(struct layout *layout, const struct text *text, size_t at, struct text_row *out)
{
    for (size_t i = 0; i < layout->row_count; i++) {
        size_t place = (layout->row_hint + 1 + i) % layout->row_count;
        const struct laid_row *laid = &layout->rows[place];
        const struct text_row *row = &laid->row;
        if (laid->text != text || at < row->start || at > row->end || (at == row->end && !row->last))
            continue;
        layout->row_hint = place;
        *out = *row;
        return;
    }
    text_row_of(text, &layout->wrap, at, out);
    remember(layout, text, out);
}

/* text_next_row, inside a line. */
static void next_row(struct layout *layout, const struct text *text, const struct text_row *row,
                     struct text_row *out)
{
    for (size_t i = 0; i < layout->row_count; i++) {
        size_t place = (layout->row_hint + 1 + i) % layout->row_count;
        const struct laid_row *laid = &layout->rows[place];
        if (laid->text != text || laid->row.start != row->end || laid->row.start == row->start) continue;
        layout->row_hint = place;
        *out = laid->row;
        return;
    }
    *out = *row;
    if (text_next_row(text, &layout->wrap, row, out)) remember(layout, text, out);
}

static void set_row(struct row *out, const struct text *text, const struct shown *line, size_t start,
                    const struct text_row *row)
{
    *out = (struct row){
        .text = text, .shown = line, .line = start, .start = row->start, .end = row->end, .last = row->last};
}

void layout_row_of(struct ui *ui, size_t at, struct row *out)
{
    const struct shown *line = line_at(ui, at);
    const struct text *text = line ? line->text : ui->doc->text;
    struct text_row row;
    row_of(ui->layout, text, line ? to_shown(line, at) : at, &row);
    set_row(out, text, line, line ? line->start : 0, &row);
}

static void to_text_row(const struct row *row, struct text_row *out)
{
    *out = (struct text_row){.start = row->start, .end = row->end, .last = row->last};
}

bool layout_next_row(struct ui *ui, const struct row *row, struct row *out)
{
    struct text_row from, to;
    to_text_row(row, &from);
    if (!row->last) {
        next_row(ui->layout, row->text, &from, &to);
        set_row(out, row->text, row->shown, row->line, &to);
        return true;
    }
    size_t size = text_size(ui->doc->text), next, end;
    if (row->shown && text_next_row(row->text, &ui->layout->wrap, &from, &to)) {
        set_row(out, row->text, row->shown, row->line, &to);
        return true;
    }
    if (row->shown) {
        end = row->shown->end;
        next = row->shown->next;
    } else {
        end = text_this_line_end(row->text, row->end);
        next = end < size ? end + 1 : end;
    }
    if (next == end || end >= size) return false;
    layout_row_of(ui, next, out);
    return true;
}

bool layout_previous_row(struct ui *ui, const struct row *row, struct row *out)
{
    size_t line = row->shown ? row->line : text_this_line_start(row->text, row->start);
    size_t own_start = row->shown ? 0 : line;
    if (row->start > own_start) {
        struct text_row from, to;
        to_text_row(row, &from);
        row_of(ui->layout, row->text, from.start - 1, &to);
        set_row(out, row->text, row->shown, row->line, &to);
        return true;
    }
    if (line == 0) return false;
    size_t above = text_previous_cluster(ui->doc->text, line);
    layout_row_of(ui, above, out);
    struct row next;
    while (out->shown && !out->last && layout_next_row(ui, out, &next) && next.shown == out->shown)
        *out = next;
    return true;
}

int layout_column_of(const struct layout *layout, const struct row *row, size_t at)
{
    struct text_row r;
    to_text_row(row, &r);
    return text_column_of(row->text, &layout->wrap, &r, row->shown ? to_shown(row->shown, at) : at);
}

size_t layout_at_column(const struct layout *layout, const struct row *row, int column)
{
    struct text_row r;
    to_text_row(row, &r);
    return layout_origin(row, text_at_column(row->text, &layout->wrap, &r, column));
}
