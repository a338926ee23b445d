/* Finds words while ignoring case, and counts them. */
#include "fold.h"
#include "chars.h"
#include "lexicon.h"

#include <string.h>
#include <utf8proc.h>

bool fill_fold(struct slice text, struct buffer *out)
{
    if (!buffer_append(out, "", 0)) return false;
    for (size_t at = 0; at < text.size;) {
        uint32_t c;
        char form[4] = "";
        int n = utf8_decode(text.data + at, text.size - at, &c), m = 0;
        if (n) m = utf8_put(c == 0x2019 ? '\'' : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c), form);
        if (!buffer_append(out, m ? form : text.data + at, m ? (size_t)m : 1)) return false;
        at += n ? (size_t)n : 1;
    }
    return true;
}

bool fill_straighten(struct slice text, struct buffer *out)
{
    size_t size;
    bool ok = buffer_append(out, "", 0);
    for (size_t at = 0; ok && at < text.size; at += size) {
        uint32_t c = fill_char_at(text, at, &size);
        ok = c >= 0x2018 && c <= 0x201B   ? buffer_append_char(out, '\'')
             : c >= 0x201C && c <= 0x201F ? buffer_append_char(out, '"')
             : c == 0x2026                ? buffer_append_string(out, "...")
                                          : buffer_append(out, text.data + at, size);
    }
    return ok;
}

static bool is_part_of_word(struct slice text, size_t start, size_t end)
{
    return (fill_is_word(fill_char_at(text, start, NULL)) && fill_word_goes_on(text, start, false)) ||
           (fill_is_word(fill_char_before(text, end, NULL)) && fill_word_goes_on(text, end, true));
}

size_t fill_find_word(struct slice text, struct slice word, size_t from)
{
    for (size_t at = from; word.size && at + word.size <= text.size; at++) {
        const char *found = memchr(text.data + at, word.data[0], text.size - at - word.size + 1);
        if (!found) break;
        at = (size_t)(found - text.data);
        if (memcmp(found, word.data, word.size) == 0 && !is_part_of_word(text, at, at + word.size)) return at;
    }
    return SIZE_MAX;
}

bool fill_parts_words(uint32_t c)
{
    return fill_is_space(c) || (c >= 0x2013 && c <= 0x2015) || c == ',' || c == ';' || c == ':' || c == '!' ||
           c == '?' || c == '.' || c == 0x2026;
}

uint32_t fill_count_words(struct slice text)
{
    uint32_t words = 0;
    size_t size;
    bool inside = false;
    for (size_t at = 0; at < text.size; at += size) {
        uint32_t c = fill_char_at(text, at, &size);
        if (fill_parts_words(c)) inside = false;
        if (!inside && fill_is_word(c)) inside = true, words++;
    }
    return words;
}

static bool closes(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x2019 || c == 0x201D || c == 0xBB ||
           c == 0x203A;
}

bool fill_ends_sentence(struct slice text)
{
    size_t at = text.size, size = 0;
    uint32_t c = fill_char_before(text, at, &size);
    while (closes(c)) c = fill_char_before(text, at -= size, &size);
    return c == '.' || c == '?' || c == '!' || c == 0x2026;
}

size_t fill_last_words(struct slice text, uint32_t count)
{
    size_t at = text.size, size = 0;
    uint32_t words = 0;
    while (at > 0) {
        bool last = fill_is_word(fill_char_before(text, at, &size)) && !fill_word_goes_on(text, at, true);
        if (last && ++words > count) return at;
        at -= size;
    }
    return 0;
}
