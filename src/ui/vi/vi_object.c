#include "vi_object.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_find.h"
#include "vi_motion.h"
#include "vi_text.h"
#include "vi_word.h"

/* ---- words ------------------------------------------------------------------------------------------- */

static size_t run_start(const struct text *text, size_t at, bool big)
{
    size_t start = vi_line_start(text, at);
    int class = vi_class(text, at, big);
    while (at > start) {
        size_t before = text_previous_cluster(text, at);
        if (vi_class(text, before, big) != class) break;
        at = before;
    }
    return at;
}

/* Words and the white space between them are counted separately; an "a word" is a word with the white space
 * after it, else before it. */
static bool word(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool around, bool big)
{
    const struct text *text = doc->text;
    bool leading = false;
    r->object = r->inclusive = true;
    size_t at = r->from;
    if (r->extend && vi_incl(text, &at) == -1) return false;
    at = r->from = r->extend ? at : run_start(text, at, big);
    for (size_t count = vi_count(vi); count > 0; count--) {
        bool white = vi_class(text, at, big) == 0;
        size_t next = at;
        if (white == around) {
            if (!vi_word_end(text, &next, 1, big, true, true)) return false;
        } else {
            bool good = vi_word_forward(text, &next, 1, big, true);
            if (!good && count > 1) return false;
            if (next == vi_line_start(text, next))
                vi_decl(text, &next);
            else
                next = text_previous_cluster(text, next);
            leading = around;
        }
        if (!white && around && next < at) next = at;
        r->to = next;
        at = next;
        if (count > 1 && vi_incl(text, &at) == -1) return false;
    }
    /* No white space after it: the white space before, unless it is an indent. */
    if (leading && vi_class(text, r->to, big) != 0 && !r->extend && r->from > vi_line_start(text, r->from)) {
        size_t before = text_previous_cluster(text, r->from);
        if (vi_class(text, before, big) == 0) {
            before = run_start(text, before, big);
            if (before > vi_line_start(text, before)) r->from = before;
        }
    }
    return true;
}

static bool inner_word(struct ui *ui, struct vi_range *r)
{
    return word(ui->vi, ui->doc, r, false, false);
}

static bool a_word(struct ui *ui, struct vi_range *r)
{
    return word(ui->vi, ui->doc, r, true, false);
}

static bool inner_big_word(struct ui *ui, struct vi_range *r)
{
    return word(ui->vi, ui->doc, r, false, true);
}

static bool a_big_word(struct ui *ui, struct vi_range *r)
{
    return word(ui->vi, ui->doc, r, true, true);
}

/* ---- sentences --------------------------------------------------------------------------------------- */

static size_t sentence_start(const struct text *text, size_t at)
{
    size_t start = at, next;
    if (at) {
        /* Searches back from after the character, so that the start of a sentence counts. */
        start = vi_char(text, at) ? text_next_cluster(text, at) : at;
        next = start;
        if (vi_char(text, next) || next > vi_line_start(text, next)) vi_sentence(text, &start, 1, false);
        if (start > at) start = at;
    }
    return start;
}

static bool sentence(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool around)
{
    const struct text *text = doc->text;
    size_t at = r->from, start, next;
    r->object = true;
    if (r->extend) {
        if (vi_incl(text, &at) == -1) return false;
        start = at;
    } else {
        start = at;
        /* In the white space after a sentence that space is the object. */
        size_t white = at;
        while (white > vi_line_start(text, at) &&
               vi_is_white(vi_char(text, text_previous_cluster(text, white))))
            white = text_previous_cluster(text, white);
        bool between = false;
        if (vi_is_white(vi_char(text, at))) {
            size_t behind = at;
            while (vi_is_white(vi_char(text, behind))) behind++;
            size_t begins = white;
            vi_sentence(text, &begins, 1, true);
            between = begins == behind;
        }
        start = between ? white : sentence_start(text, at);
    }
    r->from = start;
    size_t to = start;
    for (size_t count = vi_count(vi); count > 0; count--) {
        bool white = vi_is_white(vi_char(text, to));
        if (white) {
            while (vi_is_white(vi_char(text, to))) to++;
            if (!around) continue;
        }
        next = to;
        if (!vi_sentence(text, &next, 1, true) || next <= to) next = vi_line_end(text, to);
        size_t end = next; /* without the white space after it */
        if (vi_line_start(text, end) == end && end > to) {
            size_t back = end;
            vi_dec(text, &back);
            if (back >= to) end = back;
        }
        while (end > to && vi_is_white(vi_char(text, text_previous_cluster(text, end))))
            end = text_previous_cluster(text, end);
        bool trailing = vi_is_white(vi_char(text, end));
        to = end;
        if (around && !white && trailing) {
            while (vi_is_white(vi_char(text, to))) to++;
        } else if (around && !white && count == 1 && !r->extend) {
            while (r->from > vi_line_start(text, r->from) &&
                   vi_is_white(vi_char(text, text_previous_cluster(text, r->from))))
                r->from = text_previous_cluster(text, r->from);
        } else if (!around && count > 1 && trailing) {
            while (vi_is_white(vi_char(text, to))) to++;
            count--;
            if (count == 1) break;
        }
    }
    r->to = to;
    return to > r->from;
}

static bool inner_sentence(struct ui *ui, struct vi_range *r)
{
    return sentence(ui->vi, ui->doc, r, false);
}

static bool a_sentence(struct ui *ui, struct vi_range *r)
{
    return sentence(ui->vi, ui->doc, r, true);
}

/* ---- paragraphs -------------------------------------------------------------------------------------- */

static bool line_is_white(const struct text *text, size_t line)
{
    return vi_char(text, vi_first_nonblank(text, line)) == 0;
}

static bool skip_lines(const struct text *text, size_t *line, bool white)
{
    size_t next = *line;
    while (vi_next_line(text, next, &next) && line_is_white(text, next) == white) *line = next;
    return vi_next_line(text, *line, &next);
}

static bool paragraph(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool around)
{
    const struct text *text = doc->text;
    size_t first = vi_line_start(text, r->from), last = first, next;
    if (r->extend && !vi_next_line(text, first, &first)) return false;
    last = first;
    bool white = line_is_white(text, first);
    r->object = r->lines = true;
    while (!r->extend && vi_previous_line(text, first, &next) && line_is_white(text, next) == white)
        first = next;
    for (size_t count = vi_count(vi); count > 0; count--) {
        white = line_is_white(text, last);
        bool more = skip_lines(text, &last, white);
        if (!around) {
            if (count > 1 && !vi_next_line(text, last, &last)) return false;
            continue;
        }
        if (!more && white) return false;
        if (more) {
            vi_next_line(text, last, &last);
            skip_lines(text, &last, !white);
        } else if (count > 1) {
            return false;
        } else { /* nothing after it: the empty lines before it */
            while (!r->extend && vi_previous_line(text, first, &next) && line_is_white(text, next))
                first = next;
        }
        if (count > 1 && !vi_next_line(text, last, &last)) return false;
    }
    r->from = first;
    r->to = last;
    return true;
}

static bool inner_paragraph(struct ui *ui, struct vi_range *r)
{
    return paragraph(ui->vi, ui->doc, r, false);
}

static bool a_paragraph(struct ui *ui, struct vi_range *r)
{
    return paragraph(ui->vi, ui->doc, r, true);
}

/* ---- quotes ------------------------------------------------------------------------------------------ */

/* The next quote of the line from `at` on without a backslash before it; `end` if there is none. */
static size_t next_quote(const struct text *text, size_t at, size_t end, uint32_t quote)
{
    for (; at < end; at = text_next_cluster(text, at)) {
        if (vi_char(text, at) == '\\')
            at = text_next_cluster(text, at);
        else if (vi_char(text, at) == quote)
            return at;
    }
    return end;
}

static bool quoted(const struct vi *vi, struct doc *doc, struct vi_range *r, uint32_t quote, bool around)
{
    const struct text *text = doc->text;
    size_t start = vi_line_start(text, r->from), end = vi_line_end(text, r->from), open = end, close = end;
    r->object = true;
    for (size_t at = start; at < end; at = text_next_cluster(text, close)) {
        open = next_quote(text, at, end, quote);
        if (open >= end) return false;
        close = next_quote(text, text_next_cluster(text, open), end, quote);
        if (close >= end) return false;
        if (open > r->from) break; /* the first after the cursor */
        if (close >= r->from) break;
        /* Text between two pairs counts as quoted too: vi takes the quotes next to the cursor if the cursor
         * is not on one. */
        size_t next = next_quote(text, text_next_cluster(text, close), end, quote);
        if (r->from > close && r->from < next && next < end && vi_char(text, r->from) != quote) {
            open = close;
            close = next;
            break;
        }
    }
    if (open >= end || close >= end) return false;
    bool two = vi_count(vi) >= 2;
    r->from = around || two ? open : text_next_cluster(text, open);
    r->to = around || two ? text_next_cluster(text, close) : close;
    if (!around) return r->to > r->from || (r->to = r->from, true);
    size_t to = r->to;
    while (to < end && vi_is_white(vi_char(text, to))) to++;
    if (to > r->to)
        r->to = to;
    else
        while (r->from > start && vi_is_white(vi_char(text, r->from - 1))) r->from--;
    return true;
}

#define QUOTE(name, quote)                                                                                   \
    static bool inner_##name(struct ui *ui, struct vi_range *r)                                              \
    {                                                                                                        \
        return quoted(ui->vi, ui->doc, r, quote, false);                                                     \
    }                                                                                                        \
    static bool a_##name(struct ui *ui, struct vi_range *r)                                                  \
    {                                                                                                        \
        return quoted(ui->vi, ui->doc, r, quote, true);                                                      \
    }
QUOTE(double, '"')
QUOTE(single, '\'')
QUOTE(backtick, '`')

/* ---- brackets ---------------------------------------------------------------------------------------- */

/* The opening bracket around `at`, `count` levels up. */
static bool opening(const struct text *text, size_t at, size_t count, uint32_t open, uint32_t close,
                    size_t *out)
{
    if (vi_char(text, at) == open && --count == 0) return *out = at, true;
    size_t depth = 0;
    while (vi_dec(text, &at) != -1) {
        uint32_t c = vi_char(text, at);
        if (c == close) {
            depth++;
        } else if (c == open) {
            if (depth)
                depth--;
            else if (--count == 0)
                return *out = at, true;
        }
    }
    return false;
}

static bool bracketed(const struct vi *vi, const struct doc *doc, struct vi_range *r, uint32_t open,
                      uint32_t close, bool around)
{
    const struct text *text = doc->text;
    size_t start, end, at = r->from;
    r->object = true;
    if (r->extend) at = doc->anchor; /* a larger one around it */
    if (r->extend && vi_dec(text, &at) == -1) return false;
    if (open == '{' && !r->extend)
        while (vi_is_white(vi_char(text, at)) && at < vi_first_nonblank(text, at)) at++;
    if (!opening(text, at, vi_count(vi), open, close, &start)) { /* not inside one: the next */
        while (vi_char(text, at) != open)
            if (r->extend || vi_inc(text, &at) == -1) return false;
        start = at;
    }
    if (!vi_matching(text, start, &end)) return false;
    r->extend = false;
    if (around) {
        r->from = start;
        r->to = end;
        r->inclusive = true;
        return true;
    }
    size_t from = start;
    vi_incl(text, &from);
    bool at_start = end == vi_line_start(text, end);
    size_t to = end;
    vi_decl(text, &to);
    if (open == '{') /* a bracket after only an indent: the lines before it */
        while (to > from && vi_first_nonblank(text, to) > to) {
            at_start = true;
            if (vi_decl(text, &to) != 0) break;
        }
    r->from = from;
    if (at_start) {
        vi_incl(text, &to);
        r->to = to;
        if (r->to < from) r->to = from;
    } else if (from <= to && from < end) {
        r->to = to;
        r->inclusive = true;
    } else {
        r->to = from; /* nothing between them */
        r->from = from;
    }
    return true;
}

#define BRACKET(name, open, close)                                                                           \
    static bool inner_##name(struct ui *ui, struct vi_range *r)                                              \
    {                                                                                                        \
        return bracketed(ui->vi, ui->doc, r, open, close, false);                                            \
    }                                                                                                        \
    static bool a_##name(struct ui *ui, struct vi_range *r)                                                  \
    {                                                                                                        \
        return bracketed(ui->vi, ui->doc, r, open, close, true);                                             \
    }
BRACKET(parens, '(', ')')
BRACKET(squares, '[', ']')
BRACKET(braces, '{', '}')
BRACKET(angles, '<', '>')

#define OBJECT(name)                                                                                         \
    void do_vi_inner_##name(struct ui *ui)                                                                   \
    {                                                                                                        \
        vi_move(ui, inner_##name);                                                                           \
    }                                                                                                        \
    void do_vi_a_##name(struct ui *ui)                                                                       \
    {                                                                                                        \
        vi_move(ui, a_##name);                                                                               \
    }
OBJECT(word)
OBJECT(big_word)
OBJECT(sentence)
OBJECT(paragraph)
OBJECT(double)
OBJECT(single)
OBJECT(backtick)
OBJECT(parens)
OBJECT(squares)
OBJECT(braces)
OBJECT(angles)
