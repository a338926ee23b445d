/* Words and paragraphs. */
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

static enum word_part part_at(struct text_reader *reader, size_t at, size_t *length)
{
    uint32_t code_point = 0;
    bool valid = false;
    *length = reader_next(reader, at, &code_point, &valid);
    return *length ? part_of(code_point, valid) : OTHER;
}

static enum word_part part_before(struct text_reader *reader, size_t at, size_t *length)
{
    uint32_t code_point = 0;
    bool valid = false;
    *length = reader_previous(reader, at, &code_point, &valid);
    return *length ? part_of(code_point, valid) : OTHER;
}

/* Whether the code point at `at` belongs to a word; an apostrophe does between letters. */
static bool in_word(struct text_reader *reader, size_t at, size_t *length)
{
    enum word_part part = part_at(reader, at, length);
    size_t ignored;
    if (part != APOSTROPHE) return part == LETTER;
    return part_at(reader, at + *length, &ignored) == LETTER && part_before(reader, at, &ignored) == LETTER;
}

static bool in_word_before(struct text_reader *reader, size_t at, size_t *length)
{
    enum word_part part = part_before(reader, at, length);
    size_t ignored;
    if (part != APOSTROPHE) return part == LETTER;
    return part_at(reader, at, &ignored) == LETTER && part_before(reader, at - *length, &ignored) == LETTER;
}

size_t text_next_word(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    size_t length;
    while (in_word(&reader, at, &length)) at += length;
    while (!in_word(&reader, at, &length) && length > 0) at += length;
    return at < text_size(text) ? at : text_size(text);
}

size_t text_previous_word(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    size_t length;
    if (at > text_size(text)) at = text_size(text);
    while (!in_word_before(&reader, at, &length) && length > 0) at -= length;
    while (in_word_before(&reader, at, &length)) at -= length;
    return at;
}

void text_word_around(const struct text *text, size_t at, size_t *start, size_t *end)
{
    struct text_reader reader = text_reader_new(text);
    size_t length;
    if (at > text_size(text)) at = text_size(text);
    *start = *end = at;
    while (in_word_before(&reader, *start, &length)) *start -= length;
    while (in_word(&reader, *end, &length)) *end += length;
}

size_t text_count_words(const struct text *text, size_t start, size_t end)
{
    struct text_reader reader = text_reader_new(text);
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
