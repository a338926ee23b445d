/* The frame of a blank: the quotation marks and brackets of its paragraph that are open on its left, and
 * whether they close on its right. A fill must not close what closes on the right, nor open it again. */
#include "frame.h"
#include "chars.h"
#include "dialect_map.h"
#include "lacuna/base.h"

#include <string.h>

enum { REACH = 8192 }; /* bytes of a paragraph that are examined on each side */

/* ---- marks ------------------------------------------------------------------------------------------- */

enum { KINDS = 7 }; /* bits of enum fill_mark for marks that come in pairs, starting at the lowest bit */

/* Open marks: for each kind the mark that opened it, since some marks close in one convention and open in
 * another; brackets are counted. */
struct opened {
    uint32_t by[KINDS];
    uint32_t depth[KINDS];
};

/* A mark's kind, as an index, and whether it is an opening one. */
struct mark {
    int kind; /* −1: not a mark */
    bool opens;
};

static const struct {
    uint32_t open, close;
} brackets[KINDS] = {[4] = {'(', ')'}, [5] = {'[', ']'}, [6] = {'{', '}'}};
static_assert(FILL_MARK_ROUND == 1 << 4 && FILL_MARK_SQUARE == 1 << 5 && FILL_MARK_CURLY == 1 << 6 &&
                  FILL_MARK_FIRST == 1 << KINDS,
              "a kind is the number of its bit");

/* „text“ and »text« swap the meaning of the marks in “text” and «text»; Swedish and Finnish use ”text”. */
static struct mark quotation_mark(const struct opened *opened, uint32_t before, uint32_t c, uint32_t after)
{
    bool opens = fill_quote_opens(before, after);
    switch (c) {
    case '"':
        return (struct mark){0, opens};
    case 0x201C: /* “ */
        return (struct mark){0, opened->by[0] != 0x201E};
    case 0x201D: /* ” */
        return (struct mark){0, opened->depth[0] == 0 && opens};
    case 0x201E: /* „ */
    case 0x201F:
        return (struct mark){0, true};
    case '\'':
    case 0x2019: /* ’: inside a word and before one it is an apostrophe, not a mark */
        if (c == '\'' && opens) return (struct mark){1, true};
        return (struct mark){fill_is_word(after) || fill_is_space(before) ? -1 : 1, false};
    case 0x2018: /* ‘ */
        return (struct mark){1, opened->by[1] != 0x201A};
    case 0x201A: /* ‚ */
    case 0x201B:
        return (struct mark){1, true};
    case 0xAB: /* « */
    case 0x2039:
        return (struct mark){c == 0xAB ? 2 : 3, opened->by[c == 0xAB ? 2 : 3] != c + (c == 0xAB ? 0x10 : 1)};
    case 0xBB: /* » */
    case 0x203A:
        return (struct mark){c == 0xBB ? 2 : 3, opened->depth[c == 0xBB ? 2 : 3] == 0 && opens};
    default:
        return (struct mark){.kind = -1};
    }
}

static struct mark mark_of(const struct opened *opened, uint32_t before, uint32_t c, uint32_t after)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (brackets[kind].open && (c == brackets[kind].open || c == brackets[kind].close))
            return (struct mark){kind, c == brackets[kind].open};
    return quotation_mark(opened, before, c, after);
}

/* A quotation that opens twice is open once; a closing mark without an opening one is ignored: 1), :). */
static void take_mark(struct opened *opened, struct mark mark, uint32_t c)
{
    if (mark.kind < 0) return;
    uint32_t *depth = &opened->depth[mark.kind];
    if (mark.opens)
        *depth = brackets[mark.kind].open ? *depth + 1 : 1;
    else if (*depth)
        --*depth;
    opened->by[mark.kind] = *depth ? mark.opens ? c : opened->by[mark.kind] : 0;
}

/* ---- walking through a paragraph ----------------------------------------------------------------------- */

/* Every blank reads as a letter, whatever text was there. */
enum { BLANK = 'x' };

struct walk {
    const struct fill_site *site;
    size_t at, end;
    uint32_t next; /* the next blank ahead */
};

/* The next character; 0 at the end. */
static uint32_t next_character(struct walk *w)
{
    const struct fill_blank *ahead = w->next < w->site->count ? &w->site->blanks[w->next] : NULL;
    if (ahead && ahead->start <= w->at && ahead->start < w->end) {
        if (ahead->end > w->at) w->at = ahead->end;
        w->next++;
        return BLANK;
    }
    size_t size;
    if (w->at >= w->end) return 0;
    uint32_t c = fill_char_at(w->site->text, w->at, &size);
    w->at += size;
    return c;
}

/* Whether a paragraph ends with the line feed at `at`. */
static bool ends_paragraph(const struct fill_site *site, size_t at)
{
    if (site->dialect->lines == FILL_LINES_SINGLE) return true;
    for (at++; at < site->text.size; at++) {
        char c = site->text.data[at];
        if (c == '\n') return true;
        if (c != ' ' && c != '\t' && c != '\r') return false;
    }
    return false;
}

static size_t paragraph_start(const struct fill_site *site, size_t from)
{
    size_t least = from > REACH ? from - REACH : 0, at = from;
    while (at > least && !(site->text.data[at - 1] == '\n' && ends_paragraph(site, at - 1))) at--;
    return at;
}

/* *known receives whether the paragraph ends there, rather than the part that is examined. */
static size_t paragraph_end(const struct fill_site *site, size_t from, bool *known)
{
    size_t most = site->limit - from > REACH ? from + REACH : site->limit, at = from;
    while (at < most && !(site->text.data[at] == '\n' && ends_paragraph(site, at))) at++;
    *known = at < most || at == site->text.size;
    return at;
}

/* ---- the frame ----------------------------------------------------------------------------------------- */

static struct opened open_before(const struct fill_site *site, uint32_t blank)
{
    struct opened opened = {{0}, {0}};
    size_t end = site->blanks[blank].start;
    struct walk w = {site, paragraph_start(site, end), end, 0};
    while (w.next < blank && site->blanks[w.next].start < w.at) w.next++;
    uint32_t before = 0, c = next_character(&w);
    while (c) {
        uint32_t after = next_character(&w);
        take_mark(&opened, mark_of(&opened, before, c, after ? after : BLANK), c);
        before = c;
        c = after;
    }
    return opened;
}

/* For every kind: whether the first mark on the right without a partner there is a closing one. −1: there is
 * no such mark; −2: unknown, since the paragraph goes on. */
static void find_closers(const struct fill_site *site, uint32_t blank, struct opened opened, int out[KINDS])
{
    bool known;
    size_t start = site->blanks[blank].end;
    struct walk w = {site, start, paragraph_end(site, start, &known), blank + 1};
    uint32_t depth[KINDS] = {0}, before = BLANK, c = next_character(&w);
    for (int kind = 0; kind < KINDS; kind++) out[kind] = known ? -1 : -2;
    while (c) {
        uint32_t after = next_character(&w);
        struct mark mark = mark_of(&opened, before, c, after);
        if (mark.kind >= 0) {
            int *first = &out[mark.kind];
            if (*first < 0 && !mark.opens && depth[mark.kind] == 0) *first = 1;
            if (*first < 0 && mark.opens && !brackets[mark.kind].open) *first = 0;
            depth[mark.kind] = mark.opens         ? depth[mark.kind] + 1
                               : depth[mark.kind] ? depth[mark.kind] - 1
                                                  : 0;
            take_mark(&opened, mark, c);
        }
        before = c;
        c = after;
    }
}

static bool is_point(uint32_t c)
{
    return c && c < 0x80 ? strchr(".,;:!?", (int)c) != NULL : c == 0x2026;
}

/* The characters directly beside the blank: next to a full stop or comma, the fill must not have another. */
static void look_beside(const struct fill_site *site, uint32_t blank, struct fill_frame *frame)
{
    const struct fill_blank *b = &site->blanks[blank];
    bool joined = blank > 0 && b[-1].end == b->start;
    uint32_t left = joined ? BLANK : fill_char_before(site->text, b->start, NULL);
    if (is_point(left)) frame->first |= FILL_MARK_FIRST;
    if ((frame->inside & FILL_MARK_SINGLE) && !fill_is_word(left)) frame->first |= FILL_MARK_APOSTROPHE;
    joined = blank + 1 < site->count && b[1].start == b->end;
    if (!joined && b->end < site->limit && is_point(fill_char_at(site->text, b->end, NULL)))
        frame->last |= FILL_MARK_LAST;
}

struct fill_frame fill_frame_at(const struct fill_site *site, uint32_t blank)
{
    struct fill_frame frame = {0};
    struct opened opened = open_before(site, blank);
    int closes[KINDS];
    find_closers(site, blank, opened, closes);
    for (int kind = 0; kind < KINDS; kind++) {
        unsigned bit = 1u << kind;
        if (opened.depth[kind] && closes[kind] == 1) frame.inside |= bit;
        if (!opened.depth[kind] && (closes[kind] == -1 || closes[kind] == 0)) frame.level |= bit;
    }
    /* a single closing mark may be an apostrophe, so an unclosed opening mark in the fill may be right */
    frame.level &= ~(unsigned)FILL_MARK_SINGLE;
    look_beside(site, blank, &frame);
    return frame;
}

unsigned fill_frame_broken(const struct fill_frame *frame, struct slice fill, uint32_t before, uint32_t after)
{
    struct opened opened = {{0}, {0}};
    unsigned broken = 0;
    for (size_t at = 0; at < fill.size;) {
        size_t size;
        uint32_t c = fill_char_at(fill, at, &size), next = fill_char_at(fill, at + size, NULL);
        struct mark mark = mark_of(&opened, before, c, at + size < fill.size ? next : after);
        if (mark.kind >= 0 && !mark.opens && !opened.depth[mark.kind]) broken |= 1u << mark.kind;
        take_mark(&opened, mark, c);
        before = c;
        at += size;
    }
    for (int kind = 0; kind < KINDS; kind++)
        if (opened.depth[kind]) broken |= 1u << kind;
    return broken & frame->level;
}

/* ---- tokens -------------------------------------------------------------------------------------------- */

static unsigned kind_of(uint32_t before, uint32_t c)
{
    /* an apostrophe after a space is an opening quote, unless it stands for a letter */
    if (c == '\'') return before == ' ' ? FILL_MARK_SINGLE : 0;
    if (c == 0x2019) return 0;
    struct mark mark = mark_of(&(struct opened){{0}, {0}}, 0, c, 0);
    return mark.kind < 0 ? 0 : 1u << mark.kind;
}

unsigned fill_marks_of(struct slice token)
{
    unsigned marks = 0;
    uint32_t before = 0;
    size_t size;
    for (size_t at = 0; at < token.size; at += size) {
        uint32_t c = fill_char_at(token, at, &size);
        marks |= kind_of(before, c);
        if (at == 0 && is_point(c)) marks |= FILL_MARK_FIRST;
        if (at == 0 && c == '\'') marks |= FILL_MARK_APOSTROPHE;
        before = c;
    }
    bool dash = before == '-' || before == 0x2013 || before == 0x2014;
    return marks | (is_point(before) || dash ? (unsigned)FILL_MARK_LAST : 0);
}
