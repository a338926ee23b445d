/* Words, sentences and paragraphs. */
#include "text_internal.h"

#include <utf8proc.h>

/* ---- words ------------------------------------------------------------------------------------- */

enum word_part { OTHER, LETTER, APOSTROPHE };

static enum word_part part_of(uint32_t code_point, bool valid)
{
    if (!valid) return OTHER;
    if (code_point == '\'' || code_point == 0x2019) return APOSTROPHE;
    if (code_point < 0x80) {
        bool letter = (code_point | 0x20) >= 'a' && (code_point | 0x20) <= 'z';
        return letter || (code_point >= '0' && code_point <= '9') ? LETTER : OTHER;
    }
    /* utf8proc's categories stand in order: letters Lu … Lo, marks Mn Mc Me, numbers Nd Nl No */
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? LETTER : OTHER;
}

static enum word_part part_at(struct reader *reader, size_t at, size_t *length)
{
    uint32_t code_point = 0;
    bool valid = false;
    *length = reader_next(reader, at, &code_point, &valid);
    return *length ? part_of(code_point, valid) : OTHER;
}

static enum word_part part_before(struct reader *reader, size_t at, size_t *length)
{
    uint32_t code_point = 0;
    bool valid = false;
    *length = reader_previous(reader, at, &code_point, &valid);
    return *length ? part_of(code_point, valid) : OTHER;
}

/* Whether the code point at `at` belongs to a word; an apostrophe does between letters. */
static bool in_word(struct reader *reader, size_t at, size_t *length)
{
    enum word_part part = part_at(reader, at, length);
    size_t ignored;
    if (part != APOSTROPHE) return part == LETTER;
    return part_at(reader, at + *length, &ignored) == LETTER && part_before(reader, at, &ignored) == LETTER;
}

static bool in_word_before(struct reader *reader, size_t at, size_t *length)
{
    enum word_part part = part_before(reader, at, length);
    size_t ignored;
    if (part != APOSTROPHE) return part == LETTER;
    return part_at(reader, at, &ignored) == LETTER && part_before(reader, at - *length, &ignored) == LETTER;
}

size_t text_next_word(const struct text *text, size_t at)
{
    struct reader reader = reader_new(text);
    size_t length;
    while (in_word(&reader, at, &length)) at += length;
    while (!in_word(&reader, at, &length) && length > 0) at += length;
    return at < text_size(text) ? at : text_size(text);
}

size_t text_previous_word(const struct text *text, size_t at)
{
    struct reader reader = reader_new(text);
    size_t length;
    if (at > text_size(text)) at = text_size(text);
    while (!in_word_before(&reader, at, &length) && length > 0) at -= length;
    while (in_word_before(&reader, at, &length)) at -= length;
    return at;
}

void text_word_around(const struct text *text, size_t at, size_t *start, size_t *end)
{
    struct reader reader = reader_new(text);
    size_t length;
    if (at > text_size(text)) at = text_size(text);
    *start = *end = at;
    while (in_word_before(&reader, *start, &length)) *start -= length;
    while (in_word(&reader, *end, &length)) *end += length;
}

size_t text_count_words(const struct text *text, size_t start, size_t end)
{
    struct reader reader = reader_new(text);
    size_t count = 0, length;
    bool inside = false;
    while (start < end) {
        bool word = in_word(&reader, start, &length);
        if (length == 0) break;
        count += word && !inside;
        inside = word;
        start += length;
    }
    return count;
}

/* ---- sentences --------------------------------------------------------------------------------- */

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xff01 || c == 0xff1f ||
           c == 0x203d;
}

/* Quotes and brackets that close before the space: »…«, “…”, (…). */
static bool closes(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201d || c == 0x2019 || c == 0xbb ||
           c == 0xab || c == 0x201c || c == 0x300d || c == 0x300f;
}

static bool space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x202f || c == 0x3000;
}

static bool wide_stop(uint32_t c)
{
    return c == 0x3002 || c == 0xff01 || c == 0xff1f; /* no space follows these */
}

/* The start of the sentence after the one that holds `at`, no further than `limit`. A full stop counts when a
 * space follows it that no small letter follows ("e.g. this" goes on); an empty line always ends a sentence.
 */
static size_t sentence_after(const struct text *text, size_t at, size_t limit)
{
    struct reader reader = reader_new(text);
    uint32_t c;
    bool valid, stopped = false, wide = false, spaced = false, any = false;
    size_t length;
    int newlines = 0;
    for (; at < limit && (length = reader_next(&reader, at, &c, &valid)) > 0; at += length) {
        if (valid && space(c)) {
            spaced = true;
            newlines += c == '\n';
            continue;
        }
        if (any && newlines > 1) return at;
        if (stopped && (spaced || wide) && !(valid && closes(c) && !spaced)) {
            bool small = valid && utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
            if (!small && !(valid && ends_sentence(c))) return at;
        }
        any = true;
        if (valid && ends_sentence(c)) {
            stopped = true;
            wide = wide_stop(c);
        } else if (!(stopped && !spaced && valid && closes(c))) {
            stopped = wide = false;
        }
        spaced = false;
        newlines = 0;
    }
    return limit;
}

/* A log file may be one sentence of a gigabyte: looking ends here, at a cluster's start. */
enum { SENTENCE_BEHIND = 64 << 10, SENTENCE_AHEAD = 1 << 20 };

static size_t after_space(const struct text *text, size_t at, size_t limit)
{
    struct reader reader = reader_new(text);
    uint32_t c;
    bool valid;
    size_t length;
    while (at < limit && (length = reader_next(&reader, at, &c, &valid)) > 0 && valid && space(c))
        at += length;
    return at;
}

size_t text_next_sentence(const struct text *text, size_t at)
{
    size_t size = text_size(text), limit = size;
    if (at >= size) return size;
    if (size - at > SENTENCE_AHEAD) limit = cluster_boundary_from(text, at + SENTENCE_AHEAD);
    /* The walk begins where this sentence does: begun inside a stop with closing quotes, it would miss it. */
    size_t start = text_previous_sentence(text, at + 1);
    if (start == 0) start = after_space(text, 0, limit); /* before the first sentence none begins */
    while (start <= at) {
        size_t next = sentence_after(text, start, limit);
        if (next <= start) return limit;
        start = next;
    }
    return start;
}

static bool empty_line(const struct text *text, size_t start)
{
    int c = text_byte(text, start);
    return c == '\n' || c < 0 || (c == '\r' && text_byte(text, start + 1) == '\n');
}

/* The start of the paragraph before `at`, or as far back as SENTENCE_BEHIND allows. */
static size_t paragraph_near(const struct text *text, size_t at)
{
    size_t floor = at > SENTENCE_BEHIND ? cluster_boundary_from(text, at - SENTENCE_BEHIND) : 0;
    size_t line = at;
    bool words = false;
    while (line > floor) {
        size_t above = text_this_line_start(text, line - 1);
        bool empty = empty_line(text, above);
        if (words && empty) return line;
        words |= !empty;
        line = above;
    }
    return floor;
}

/* The start of the last sentence that begins before `at`: walked from the paragraph's start, since a stop can
 * only be told from an abbreviation by what follows it. */
size_t text_previous_sentence(const struct text *text, size_t at)
{
    if (at > text_size(text)) at = text_size(text);
    size_t seen = at; /* white space only from here to `at` */
    for (size_t paragraph = at; paragraph > 0; seen = paragraph) {
        paragraph = paragraph_near(text, paragraph);
        size_t here = after_space(text, paragraph, seen);
        if (here >= seen) continue;
        for (size_t next; (next = sentence_after(text, here, at)) < at && next > here;) here = next;
        return here;
    }
    return 0;
}

/* ---- paragraphs -------------------------------------------------------------------------------- */

size_t text_next_paragraph(const struct text *text, size_t at)
{
    size_t size = text_size(text), line = text_this_line_start(text, at);
    bool gap = false;
    while (line < size) {
        bool empty = empty_line(text, line);
        if (gap && !empty && line > at) return line;
        gap |= empty;
        size_t end = text_this_line_end(text, line);
        if (end >= size) break;
        line = end + 1;
    }
    return size;
}

size_t text_previous_paragraph(const struct text *text, size_t at)
{
    if (at > text_size(text)) at = text_size(text);
    if (at == 0) return 0;
    size_t line = text_this_line_start(text, at - 1);
    while (line > 0 && empty_line(text, line)) line = text_this_line_start(text, line - 1);
    while (line > 0) {
        size_t above = text_this_line_start(text, line - 1);
        if (empty_line(text, above)) break;
        line = above;
    }
    return line;
}
