/* Translates patterns for PCRE2. A two-byte line end, a letter with its accents and a typographic quotation
 * mark are each one thing to a writer and several to PCRE2, so parts of a pattern are replaced by
 * alternatives that match all forms. Groups keep their numbers. Syntax that is not understood here stays as
 * it is. */
#include "text_pattern.h"
#include "lacuna/base.h"
#include "lacuna/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LINE_END "(?:\\r\\n|\\n)"
#define MARKS    "\\p{M}"
#define WORD     "[\\w" MARKS "]"
#define EDGE     "(?:(?<!" WORD ")(?=" WORD ")|(?<=" WORD ")(?!" WORD "))"
/* After a match: nothing that belongs to its last character. */
#define WHOLE "(?![" MARKS "\\x{200d}\\x{1f3fb}-\\x{1f3ff}])(?!(?<=\\r)\\n)"

enum { DEEPEST = 250 }; /* levels of nested groups; PCRE2 allows no more either */

struct maker {
    const char *p, *end; /* the rest of the pattern */
    struct buffer *out;
    bool regex, typed, ok;
    bool given_up; /* the pattern stays as it is */
    bool explicit;
    int depth, behind; /* open groups; those of them that are lookbehinds */
    bool looks_behind[DEEPEST];
};

static void put_pattern(struct maker *m, const char *bytes, size_t size)
{
    m->ok = m->ok && buffer_append(m->out, bytes, size);
}

static void say(struct maker *m, const char *string)
{
    put_pattern(m, string, strlen(string));
}

/* Copies this many bytes of the pattern. */
static void copy(struct maker *m, size_t size)
{
    size_t left = (size_t)(m->end - m->p);
    if (size > left) size = left;
    put_pattern(m, m->p, size);
    m->p += size;
}

/* Copies up to and including the first of these bytes. */
static void copy_behind(struct maker *m, const char *stops)
{
    const char *p = m->p;
    while (p < m->end && !strchr(stops, *p)) p++;
    copy(m, (size_t)(p - m->p) + 1);
}

static int peek(const struct maker *m, size_t at)
{
    return (size_t)(m->end - m->p) > at ? (unsigned char)m->p[at] : -1;
}

static bool is_among(int c, const char *bytes)
{
    return c > 0 && strchr(bytes, c);
}

/* Whether the item just read is followed by * or +: then it matches both bytes of a CRLF by itself. `size`:
 * its bytes. */
static bool is_repeated(const struct maker *m, size_t size)
{
    return m->regex && (peek(m, size) == '*' || peek(m, size) == '+');
}

/* ---- characters ---------------------------------------------------------------------------------------- */

static bool is_mark(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return c >= 0x300 && category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

/* A character with its combining marks; returns its bytes. */
static size_t with_marks(const struct maker *m)
{
    size_t left = (size_t)(m->end - m->p);
    uint32_t c;
    int length = utf8_decode(m->p, left, &c);
    size_t size = length > 0 ? (size_t)length : 1;
    while (length > 0 && (length = utf8_decode(m->p + size, left - size, &c)) > 0 && is_mark(c))
        size += (size_t)length;
    return size;
}

/* Escapes metacharacters. A literal that must be a whole word becomes a regular expression too: any ASCII
 * character that is neither letter nor digit may be escaped, and then stands for itself. */
static void put_plain(struct maker *m, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (c == 0) {
            say(m, "\\x00");
            continue;
        }
        if (c < 0x80 && !letter && !(c >= '0' && c <= '9')) say(m, "\\");
        put_pattern(m, bytes + i, 1);
    }
}

static utf8proc_ssize_t normalise(const char *bytes, size_t size, bool compose, utf8proc_uint8_t **out)
{
    utf8proc_option_t options = UTF8PROC_STABLE | (compose ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE);
    *out = NULL;
    return utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)size, out, options);
}

/* The forms of a character: as written, and composed with none of its marks, with one, … */
static void put_forms(struct maker *m, const char *bytes, size_t size)
{
    utf8proc_uint8_t *apart, *form;
    utf8proc_ssize_t length = normalise(bytes, size, false, &apart);
    size_t all = length > 0 ? (size_t)length : 0;
    say(m, "(?:");
    put_plain(m, bytes, size);
    for (size_t at = 0; at < all;) {
        uint32_t c;
        int step = utf8_decode((const char *)apart + at, all - at, &c);
        at += step > 0 ? (size_t)step : 1;
        length = normalise((const char *)apart, at, true, &form);
        bool same = length == (utf8proc_ssize_t)size && at == all && memcmp(form, bytes, size) == 0;
        if (length > 0 && !same) {
            say(m, "|");
            put_plain(m, (const char *)form, (size_t)length);
            put_plain(m, (const char *)apart + at, all - at);
        }
        free(form);
    }
    say(m, ")");
    free(apart);
}

/* The typographic forms of a key's character; NULL: none. */
static const char *printed(char c)
{
    switch (c) {
    case '\'':
        return "['\\x{2018}\\x{2019}\\x{2bc}]";
    case '"':
        return "[\"\\x{201c}\\x{201d}\\x{201e}]";
    case ' ':
        return "[ \\x{a0}\\x{202f}]";
    case '-':
        return "[\\-\\x{2010}\\x{2011}]";
    default:
        return NULL;
    }
}

/* A character that stands for itself. */
static void put_character(struct maker *m)
{
    size_t size = with_marks(m);
    unsigned char c = (unsigned char)*m->p;
    const char *wide = size == 1 && m->typed ? printed((char)c) : NULL;
    if (m->behind)
        m->regex ? put_pattern(m, m->p, size) : put_plain(m, m->p, size);
    else if (c == '\r' && peek(m, 1) == '\n')
        say(m, "\\r\\n"), size = 2;
    else if (c == '\n')
        say(m, LINE_END);
    else if (wide)
        say(m, wide);
    else if (c >= 0x80 || size > 1)
        put_forms(m, m->p, size);
    else if (m->regex)
        put_pattern(m, m->p, size);
    else
        put_plain(m, m->p, size);
    m->p += size;
}

/* ---- regular expressions ------------------------------------------------------------------------------- */

/* \Q … \E: characters that stand for themselves. */
static void put_quoted(struct maker *m)
{
    bool regex = m->regex;
    m->p += 2;
    m->regex = false;
    while (m->p < m->end && m->ok && !(peek(m, 0) == '\\' && peek(m, 1) == 'E')) put_character(m);
    m->p += m->p < m->end ? 2 : 0;
    m->regex = regex;
}

static void put_escape(struct maker *m)
{
    int c = peek(m, 1);
    const char *instead = c == 'w'   ? WORD
                          : c == 'W' ? "(?:\\r\\n|[^\\w" MARKS "])"
                          : c == 'b' ? EDGE
                          : c == 'n' ? LINE_END
                          : c == 's' ? "(?:\\r\\n|\\s)"
                          : c == 'D' ? "(?:\\r\\n|\\D)"
                                     : NULL;
    if (c == 'Q') {
        put_quoted(m);
        return;
    }
    if (c == 's' && is_repeated(m, 2)) instead = NULL;
    if (instead && (!m->behind || c == 'w')) {
        say(m, instead);
        m->p += 2;
        return;
    }
    m->explicit |= is_among(c, "pPxoN");
    if (c == 'r' && !(peek(m, 2) == '\\' && peek(m, 3) == 'n')) m->explicit = true;
    copy(m, c >= 0x80 ? 1 + with_marks(&(struct maker){.p = m->p + 1, .end = m->end}) : 2);
    if (is_among(c, "pPxokgN") && peek(m, 0) == '{')
        copy_behind(m, "}");
    else if (is_among(c, "kg") && peek(m, 0) == '<')
        copy_behind(m, ">");
    else if (is_among(c, "kg") && peek(m, 0) == '\'')
        copy(m, 1), copy_behind(m, "'");
    else if (c == 'g')
        copy(m, 1); /* may be a sign */
}

/* The contents of a class [ … ]. */
struct class
{
    size_t size; /* of it, with its brackets; 0: it is not closed */
    bool negated, feed, white;
};

static struct class read_class(const struct maker *m)
{
    struct class class = {.negated = peek(m, 1) == '^'};
    size_t at = class.negated ? 2 : 1;
    for (bool first = true;; first = false) {
        int c = peek(m, at);
        if (c < 0) return class;
        if (c == ']' && !first) break;
        if (c == '[' && peek(m, at + 1) == ':') { /* [:space:] and similar classes */
            size_t end = at + 2;
            while (is_among(peek(m, end), "^abcdefghijklmnopqrstuvwxyz")) end++;
            class.white |= peek(m, at + 2) == 's';
            at = peek(m, end) == ':' && peek(m, end + 1) == ']' ? end + 2 : at + 1;
            continue;
        }
        int next = c == '\\' ? peek(m, at + 1) : -1;
        class.feed |= c == '\n' || next == 'n';
        class.white |= c == '\r' || is_among(next, "srvRxopP");
        at += next >= 0 ? 2 : 1;
    }
    class.size = at + 1;
    return class;
}

/* The class itself. A \w in it also matches combining marks; `more` is added at its end. */
static void put_class_itself(struct maker *m, size_t size, const char *more)
{
    const char *end = m->p + size - 1;
    while (m->p < end) {
        bool word = peek(m, 0) == '\\' && peek(m, 1) == 'w';
        copy(m, peek(m, 0) == '\\' ? 2 : 1);
        if (word && !m->behind) say(m, MARKS);
    }
    say(m, more);
    copy(m, 1);
}

/* A negated class may match a CRLF, and then all of it; a class with a line feed in it matches line ends. */
static void put_class(struct maker *m)
{
    struct class class = read_class(m);
    if (!class.size) {
        copy(m, (size_t)(m->end - m->p));
        return;
    }
    bool either = !m->behind && !is_repeated(m, class.size) &&
                  (class.negated ? !class.feed && !class.white : class.feed);
    if (either) say(m, "(?:\\r\\n|");
    put_class_itself(m, class.size, !m->behind && class.negated && class.feed && !class.white ? "\\r" : "");
    if (either) say(m, ")");
}

/* The letters after "(?" that switch options on or off. */
static void put_switches(struct maker *m)
{
    for (int c = peek(m, 0); is_among(c, "-^") || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); c = peek(m, 0)) {
        m->given_up |= c == 'x'; /* white space has no meaning then */
        copy(m, 1);
    }
}

static void open_group(struct maker *m, bool looks_behind)
{
    if (m->depth == DEEPEST) {
        m->given_up = true;
        return;
    }
    m->looks_behind[m->depth++] = looks_behind;
    m->behind += looks_behind;
}

static void put_open(struct maker *m)
{
    bool behind = peek(m, 1) == '?' && peek(m, 2) == '<' && (peek(m, 3) == '=' || peek(m, 3) == '!');
    if (peek(m, 1) == '*' || (peek(m, 1) == '?' && peek(m, 2) == '#')) { /* a verb, a comment */
        m->given_up |= peek(m, 1) == '*';
        copy_behind(m, ")");
        return;
    }
    open_group(m, behind);
    copy(m, 1);
    if (peek(m, 0) != '?') return;
    copy(m, 1);
    int c = peek(m, 0);
    if (behind)
        copy(m, 2);
    else if (c == '(' && !is_among(peek(m, 1), "?*")) /* a condition */
        copy_behind(m, ")");
    else if (c == '\'')
        copy(m, 1), copy_behind(m, "'");
    else if (c == '<' || (c == 'P' && peek(m, 1) == '<'))
        copy_behind(m, ">");
    else
        put_switches(m);
}

static void put_part(struct maker *m)
{
    switch (peek(m, 0)) {
    case '\\':
        put_escape(m);
        return;
    case '[':
        put_class(m);
        return;
    case '(':
        put_open(m);
        return;
    case ')':
        if (m->depth) m->behind -= m->looks_behind[--m->depth];
        copy(m, 1);
        return;
    case '{':
        copy_behind(m, "}");
        return;
    default:
        put_character(m);
    }
}

/* ---- the whole pattern ------------------------------------------------------------------------------ */

/* No character of it has several forms. */
static bool means_itself(const char *pattern, size_t size, int flags)
{
    if (flags & (TEXT_SEARCH_REGEX | TEXT_SEARCH_WORDS)) return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)pattern[i] >= 0x80 || pattern[i] == '\n' ||
            ((flags & TEXT_SEARCH_TYPED) && printed(pattern[i])))
            return false;
    return true;
}

bool pattern_make(const char *pattern, size_t size, int flags, struct pattern *out)
{
    bool regex = flags & TEXT_SEARCH_REGEX, words = flags & TEXT_SEARCH_WORDS;
    struct maker m = {.p = pattern, .end = pattern + size, .out = &out->source, .regex = regex, .ok = true};
    uint32_t first;
    out->source.size = 0;
    out->literal = means_itself(pattern, size, flags);
    m.typed = flags & TEXT_SEARCH_TYPED;
    m.explicit = utf8_decode(pattern, size, &first) > 0 && is_mark(first);
    if (out->literal) return buffer_append(&out->source, pattern, size);
    if (words) say(&m, "(?<!" WORD ")");
    say(&m, "(?:");
    while (m.p < m.end && m.ok && !m.given_up) regex ? put_part(&m) : put_character(&m);
    say(&m, ")");
    if (words) say(&m, "(?!" WORD ")");
    if (!m.explicit) say(&m, WHOLE);
    out->explicit = m.explicit;
    out->as_it_is = m.given_up;
    if (!m.given_up) return m.ok;
    out->source.size = 0;
    return m.ok && buffer_append(&out->source, pattern, size);
}
