/* Finds line breaks and word ends (UAX 14 and 29, with libunistring), with the exceptions that prose needs.
 * Works on short stretches that are copied from the document. */
#include "text_break.h"
#include "lacuna/base.h"

#include <string.h>
#include <unilbrk.h>
#include <unistr.h>
#include <uniwbrk.h>
#include <utf8proc.h>

/* ---- reading a stretch ------------------------------------------------------------------------------ */

static uint32_t code_at(const char *bytes, size_t size, size_t at)
{
    uint32_t code = 0;
    if (at >= size) return 0;
    int length = utf8_decode(bytes + at, size - at, &code);
    return length ? code : (unsigned char)bytes[at];
}

static size_t before(const char *bytes, size_t at)
{
    do at--;
    while (at > 0 && ((unsigned char)bytes[at] & 0xc0) == 0x80);
    return at;
}

static uint32_t code_before(const char *bytes, size_t size, size_t at)
{
    return at ? code_at(bytes, size, before(bytes, at)) : 0;
}

void break_clean(char *bytes, size_t size, char instead)
{
    for (size_t at = 0; at < size;) {
        uint32_t code;
        unsigned char first = (unsigned char)bytes[at];
        int length = first < 0x80 ? 1 : utf8_decode(bytes + at, size - at, &code);
        bool control = first < ' ' || first == 0x7f || (length == 2 && code < 0xa0);
        if (first == '\t')
            bytes[at] = ' ';
        else if (length == 0 || control)
            memset(bytes + at, instead, length ? (size_t)length : 1);
        at += length ? (size_t)length : 1;
    }
}

/* ---- lines ------------------------------------------------------------------------------------------- */

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= 0x2000 && c <= 0x200b) || c == 0x3000;
}

static bool is_dash(uint32_t c)
{
    return c == '-' || c == 0x2010 || (c >= 0x2012 && c <= 0x2015);
}

static bool is_em_dash(uint32_t c)
{
    return c == 0x2014 || c == 0x2015 || c == 0x2e3a || c == 0x2e3b;
}

static bool opens_quote(uint32_t c)
{
    return c == 0xab || c == 0x2039 || c == 0x201c || c == 0x2018;
}

static bool closes_quote(uint32_t c)
{
    return c == 0xbb || c == 0x203a || c == 0x201d || c == 0x2019;
}

/* A dash at the start of a word stays with it: -5, —Yes. (LB20a of later Unicode, for all dashes) */
static bool dash_begins_word(const char *bytes, size_t size, size_t at)
{
    while (at > 0 && is_dash(code_before(bytes, size, at))) at = before(bytes, at);
    return at == 0 || is_space(code_before(bytes, size, at));
}

/* « Oui » with ordinary spaces stays together (LB15a and LB15b of later Unicode). */
static bool inside_quotes(const char *bytes, size_t size, size_t at)
{
    size_t here = at;
    uint32_t quote = code_at(bytes, size, at);
    if (closes_quote(quote)) {
        uint32_t after = code_at(bytes, size, at + (quote < 0x800 ? 2 : 3));
        if (!after || is_space(after) || after == ',' || after == '.' || after == ';') return true;
    }
    while (here > 0 && is_space(code_before(bytes, size, here))) here = before(bytes, here);
    if (!opens_quote(code_before(bytes, size, here))) return false;
    here = before(bytes, here);
    return here == 0 || is_space(code_before(bytes, size, here));
}

bool break_suits_prose(const char *bytes, size_t size, size_t at)
{
    uint32_t left = code_before(bytes, size, at), right = code_at(bytes, size, at);
    if (is_dash(left)) return !is_dash(right) && !dash_begins_word(bytes, size, at);
    if (is_em_dash(right) && !is_space(left)) return false; /* it stays with the word before it */
    return !is_space(left) || !inside_quotes(bytes, size, at);
}

/* LB29, which libunistring 1.0 lacks: "e.g." and "U.S." stay together. */
static bool is_infix(uint32_t c)
{
    return c == '.' || c == ',' || c == ':' || c == ';';
}

static bool is_alphabetic(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    if (c >= 0x1100 && c < 0x1200) return false; /* jamo */
    return c < 0x2e80 && category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool is_mark(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

void break_lines(const char *bytes, size_t size, char *out)
{
    u8_possible_linebreaks((const uint8_t *)bytes, size, "UTF-8", out);
    bool after_break = false; /* the library marks the last character of a line; the break comes after it */
    uint32_t last = 0;        /* without combining marks */
    for (size_t i = 0; i < size; i++) {
        char what = out[i];
        out[i] = 0;
        if (((unsigned char)bytes[i] & 0xc0) == 0x80) continue;
        uint32_t here = code_at(bytes, size, i);
        out[i] = (what == UC_BREAK_POSSIBLE && !(is_infix(last) && is_alphabetic(here))) || after_break;
        after_break = what == UC_BREAK_MANDATORY;
        if (here < 0x300 || !is_mark(here)) last = here;
    }
}

/* ---- words ------------------------------------------------------------------------------------------- */

/* Scripts without spaces between words, which only a dictionary could divide: a run counts as one word. */
static bool needs_dictionary(uint32_t c)
{
    return (c >= 0xe00 && c < 0xf00) || (c >= 0x1000 && c < 0x10a0) || (c >= 0x1780 && c < 0x1800) ||
           (c >= 0x1950 && c < 0x19e0) || (c >= 0x1a20 && c < 0x1ab0) || (c >= 0xa9e0 && c < 0xaa00) ||
           (c >= 0xaa60 && c < 0xaae0);
}

void break_words(const char *bytes, size_t size, char *out)
{
    u8_wordbreaks((const uint8_t *)bytes, size, out);
    if (size) out[0] = 1;
    for (size_t i = 1; i < size; i++)
        if (out[i] && (unsigned char)bytes[i] >= 0xe0 && needs_dictionary(code_at(bytes, size, i)) &&
            needs_dictionary(code_before(bytes, size, i)))
            out[i] = 0;
}

static bool is_word_part(uint32_t c)
{
    if (c < 0x80) return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
    /* utf8proc's categories are in this order: letters Lu … Lo, marks Mn Mc Me, numbers Nd Nl No */
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* The same rules for ASCII, without tables. */
enum ascii_class { OTHER, LETTER, DIGIT, JOINER, BETWEEN_LETTERS, BETWEEN_DIGITS, BETWEEN_BOTH };

static enum ascii_class class_of(unsigned char c)
{
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') return LETTER;
    if (c >= '0' && c <= '9') return DIGIT;
    return c == '_'                ? JOINER
           : c == '.' || c == '\'' ? BETWEEN_BOTH
           : c == ':'              ? BETWEEN_LETTERS
           : c == ',' || c == ';'  ? BETWEEN_DIGITS
                                   : OTHER;
}

static bool joins(enum ascii_class left, enum ascii_class middle, enum ascii_class right)
{
    if (left != right) return false;
    return (left == LETTER && (middle == BETWEEN_BOTH || middle == BETWEEN_LETTERS)) ||
           (left == DIGIT && (middle == BETWEEN_BOTH || middle == BETWEEN_DIGITS));
}

static bool next_ascii_word(const char *bytes, size_t size, size_t *start, size_t *end)
{
    for (size_t at = *end; at < size;) {
        bool counts = false;
        size_t first = at;
        enum ascii_class here = class_of((unsigned char)bytes[at]), next;
        if (here == OTHER || here > JOINER) {
            at++;
            continue;
        }
        for (;; here = next) {
            counts |= here != JOINER;
            if (++at >= size) break;
            next = class_of((unsigned char)bytes[at]);
            if (next != OTHER && next <= JOINER) continue;
            if (at + 1 >= size || !joins(here, next, class_of((unsigned char)bytes[at + 1]))) break;
            at++;
            next = here;
        }
        *start = first;
        *end = at;
        if (counts) return true;
    }
    return false;
}

bool break_next_word(const char *bytes, size_t size, const char *breaks, size_t *start, size_t *end)
{
    if (!breaks) return next_ascii_word(bytes, size, start, end);
    for (size_t at = *end; at < size; at = *end) {
        bool counts = is_word_part(code_at(bytes, size, at));
        *start = at++;
        for (; at < size && !breaks[at]; at++)
            counts = counts ||
                     (((unsigned char)bytes[at] & 0xc0) != 0x80 && is_word_part(code_at(bytes, size, at)));
        *end = at;
        if (counts) return true;
    }
    return false;
}
