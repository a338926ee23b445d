/* Where lines may be broken. Text without an allowed break stays in one line, however long: an address that
 * is cut leads nowhere, and broken lines must join to the same bytes again. */
#include "reflow_break.h"
#include "lacuna/text.h"
#include "markdown.h"

static bool is_white(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool reflow_glues(const struct text *text, size_t before, size_t after)
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

/* Whether the run of bytes without white space around `at` has "://" in it. */
static bool in_address(const struct text *line, size_t at)
{
    enum { FAR = 4096 };
    size_t start = at, end = at, size = text_size(line);
    while (start > 0 && at - start < FAR && !is_white(text_byte(line, start - 1))) start--;
    while (end < size && end - at < FAR && !is_white(text_byte(line, end))) end++;
    for (size_t i = start; i + 2 < end; i++)
        if (text_byte(line, i) == ':' && text_byte(line, i + 1) == '/' && text_byte(line, i + 2) == '/')
            return true;
    return false;
}

/* The context of the breaks in a line. */
struct search {
    const struct text *line;
    size_t start, least;
    bool loose;
};

static bool may_break(const struct search *s, size_t at)
{
    const struct text *line = s->line;
    if (at <= s->least || at >= text_size(line) || is_white(text_byte(line, at))) return false;
    if (s->loose && is_white(text_byte(line, at - 1))) return !markdown_begins(line, at);
    if (text_byte(line, at - 1) == ' ') {
        /* Joining puts one space, unless there is a dash or an ideograph. */
        if (at < 2 || is_white(text_byte(line, at - 2))) return false;
        if (text_byte(line, at - 2) == '\\' || reflow_glues(line, at - 1, at)) return false;
    } else if (!reflow_glues(line, at, at) || in_address(line, at)) {
        return false;
    }
    return !markdown_begins(line, at);
}

/* Tries the same row with fewer and fewer cells; 0: nowhere. */
static size_t break_within(const struct search *s, int width, size_t *full)
{
    struct text_wrap wrap = {.width = width, .tab = 8, .whole = true};
    const struct text_row before = {.start = s->start, .end = s->start};
    struct text_row row;
    *full = text_size(s->line);
    for (bool first = true; wrap.width > 0; first = false) {
        if (!text_next_row(s->line, &wrap, &before, &row)) return 0;
        if (first) *full = row.end;
        if (row.end >= text_size(s->line)) return text_size(s->line);
        if (row.end <= s->least) return 0;
        if (may_break(s, row.end)) return row.end;
        size_t words = row.end;
        while (words > s->start && is_white(text_byte(s->line, words - 1))) words--;
        int cells = text_column_of(s->line, &wrap, &row, words);
        wrap.width = (cells < wrap.width ? cells : wrap.width) - 1;
    }
    return 0;
}

static bool is_letter(int byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

size_t reflow_next_break(const struct text *line, size_t start, size_t least, int width, bool loose)
{
    const struct search s = {line, start, least > start ? least : start, loose};
    size_t size = text_size(line), full, at = break_within(&s, width, &full);
    if (at) return at;
    for (at = full; at < size; at++) {
        int last = text_byte(line, at - 1); /* or the last byte of a dash */
        bool behind_dash = (last == '-' || last == 0x90 || last == 0x94) && is_letter(text_byte(line, at));
        if ((is_white(last) || behind_dash) && may_break(&s, at)) return at;
    }
    return size;
}
