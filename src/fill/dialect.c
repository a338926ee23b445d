/* How a draft writes quotes, dashes and lines: decided by counting, not by a single place. */
#include "chars.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"

#include <string.h>

enum { WIDEST_WRAP = 120 }; /* code points; nobody wraps prose wider */

struct evidence {
    size_t curly_double, straight_double, curly_single, straight_single;
    size_t ellipses, dots;
    size_t dashes[FILL_DASHES];
    size_t crlf, lf;
};

static bool starts_with(struct slice text, size_t at, const char *what)
{
    size_t n = strlen(what);
    return text.size - at >= n && memcmp(text.data + at, what, n) == 0;
}

/* Two hyphens that are not part of a longer rule. */
static bool is_double_hyphen(struct slice text, size_t at)
{
    return starts_with(text, at, "--") && (at == 0 || text.data[at - 1] != '-') &&
           !starts_with(text, at, "---");
}

static bool is_spaced(struct slice text, size_t at, size_t size)
{
    return at > 0 && text.data[at - 1] == ' ' && at + size < text.size && text.data[at + size] == ' ';
}

static void count_mark(struct slice text, size_t at, struct evidence *e)
{
    switch (text.data[at]) {
    case '"':
        e->straight_double++;
        return;
    case '\'':
        e->straight_single++;
        return;
    case '.':
        e->dots += starts_with(text, at, "...") && (at == 0 || text.data[at - 1] != '.');
        return;
    case '\n':
        at > 0 && text.data[at - 1] == '\r' ? e->crlf++ : e->lf++;
        return;
    case '-':
        if (is_double_hyphen(text, at))
            e->dashes[is_spaced(text, at, 2) ? FILL_DASH_SPACED_HYPHENS : FILL_DASH_HYPHENS]++;
        return;
    default:
        break;
    }
    if (starts_with(text, at, "“") || starts_with(text, at, "”")) e->curly_double++;
    if (starts_with(text, at, "‘") || starts_with(text, at, "’")) e->curly_single++;
    if (starts_with(text, at, "…")) e->ellipses++;
    if (starts_with(text, at, "—")) e->dashes[is_spaced(text, at, 3) ? FILL_DASH_SPACED_EM : FILL_DASH_EM]++;
    if (starts_with(text, at, "–") && is_spaced(text, at, 3)) e->dashes[FILL_DASH_SPACED_EN]++;
}

static void count_marks(struct slice text, struct evidence *e)
{
    for (size_t at = 0; at < text.size; at++) {
        unsigned char c = (unsigned char)text.data[at];
        /* everything that is counted begins with one of these */
        if (c == 0xE2 || c < 0x30) count_mark(text, at, e);
    }
}

/* ---- lines ------------------------------------------------------------------------------------------ */

/* The line from `at`, without its end; *next is the start of the next line. */
static struct slice line_at(struct slice text, size_t at, size_t *next)
{
    const char *end = memchr(text.data + at, '\n', text.size - at);
    size_t size = (end ? (size_t)(end - text.data) : text.size) - at;
    *next = at + size + (end ? 1 : 0);
    while (size && (text.data[at + size - 1] == '\r' || text.data[at + size - 1] == ' ' ||
                    text.data[at + size - 1] == '\t'))
        size--;
    return (struct slice){text.data + at, size};
}

/* Whether a line ends like a sentence, ignoring closing quotes and brackets. */
static bool ends_sentence(struct slice line)
{
    size_t at = line.size, size;
    for (; at > 0; at -= size) {
        uint32_t c = fill_char_before(line, at, &size);
        if (c == '.' || c == '!' || c == '?' || c == ':' || c == 0x2026) return true;
        if (c != '"' && c != '\'' && c != ')' && c != ']' && c != 0x2019 && c != 0x201D && c != '*' &&
            c != '_')
            break;
    }
    return false;
}

static bool begins_lower(struct slice line)
{
    uint32_t c = fill_char_at(line, 0, NULL);
    return (c >= 'a' && c <= 'z') || (c >= 0xDF && c < 0x100 && c != 0xF7);
}

static size_t widest_line(struct slice text)
{
    size_t widest = 0, next;
    for (size_t at = 0; at < text.size; at = next) {
        struct slice line = line_at(text, at, &next);
        size_t width = utf8_count(line.data, line.size);
        if (width > widest) widest = width;
    }
    return widest;
}

/* Every single line break between two lines of text counts: in the middle of a sentence it is a wrap; after a
 * full stop, and well short of the widest line, it ends a paragraph. */
static enum fill_lines judge_lines(struct slice text)
{
    size_t widest = widest_line(text), wraps = 0, paragraphs = 0, next;
    struct slice before = {0};
    for (size_t at = 0; at < text.size; at = next) {
        struct slice line = line_at(text, at, &next);
        if (line.size && before.size) {
            size_t width = utf8_count(before.data, before.size);
            bool sentence = ends_sentence(before), full = 4 * width >= 3 * widest;
            if (width > WIDEST_WRAP || (sentence && !full))
                paragraphs++;
            else if (!sentence && (full || begins_lower(line)))
                wraps++;
            else if (sentence && full)
                paragraphs += !begins_lower(line) && widest > WIDEST_WRAP;
        }
        before = line;
    }
    if (widest <= WIDEST_WRAP && wraps > paragraphs) return FILL_LINES_WRAPPED;
    return paragraphs > wraps ? FILL_LINES_SINGLE : FILL_LINES_BLANK;
}

struct fill_dialect fill_dialect_detect(struct slice draft, const char *name)
{
    struct evidence e = {0};
    if (draft.size) count_marks(draft, &e);
    struct fill_dialect d = {
        .map = name && strcmp(name, "plain") == 0,
        .curly_double = e.curly_double > e.straight_double,
        .curly_single = e.curly_single > e.straight_single,
        .ellipsis = e.ellipses > e.dots,
        .crlf = e.crlf > e.lf,
    };
    /* If a draft has only one kind of quotes so far, the other kind should match it. */
    if (!e.curly_single && !e.straight_single) d.curly_single = d.curly_double;
    if (!e.curly_double && !e.straight_double) d.curly_double = d.curly_single;
    for (int i = 0; i < FILL_DASHES; i++)
        if (e.dashes[i] > e.dashes[d.dash]) d.dash = (enum fill_dash)i;
    if (draft.size) d.lines = judge_lines(draft);
    return d;
}
