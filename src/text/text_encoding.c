/* Encodings of files. In memory a text is UTF-8, and bytes that are not UTF-8 are kept. A file whose encoding
 * is certain is converted on reading and back on saving: saving an unchanged text always writes the same
 * bytes. */
#include "text_encoding.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_charset.h"

#include <string.h>

const uint16_t windows_1252[32] = {0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                   0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
                                   0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                   0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

/* The first byte that is not ASCII. */
size_t encoding_ascii_size(const char *bytes, size_t size)
{
    size_t at = 0;
    for (uint64_t eight; at + 8 <= size; at += 8) {
        memcpy(&eight, bytes + at, 8);
        if (eight & 0x8080808080808080u) break;
    }
    while (at < size && (unsigned char)bytes[at] < 0x80) at++;
    return at;
}

static bool is_utf16(enum text_encoding encoding)
{
    return encoding >= TEXT_UTF16_LE && encoding <= TEXT_UTF16_BE_BARE;
}

static bool is_big_endian(enum text_encoding encoding)
{
    return encoding == TEXT_UTF16_BE || encoding == TEXT_UTF16_BE_BARE;
}

static bool has_mark(enum text_encoding encoding)
{
    return encoding == TEXT_UTF16_LE || encoding == TEXT_UTF16_BE;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

/* As UTF-8; half a surrogate pair in the same way, which is not valid UTF-8 and is converted back
 * unchanged. */
static size_t put_any(uint32_t code_point, char out[4])
{
    if (code_point < 0xd800 || code_point > 0xdfff) return (size_t)utf8_put(code_point, out);
    out[0] = (char)(0xe0 | code_point >> 12);
    out[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
    out[2] = (char)(0x80 | (code_point & 0x3f));
    return 3;
}

static uint32_t unit_at(const char *bytes, bool big)
{
    unsigned char first = (unsigned char)bytes[0], second = (unsigned char)bytes[1];
    return big ? (uint32_t)first << 8 | second : (uint32_t)second << 8 | first;
}

static bool decode_utf16(const char *bytes, size_t size, size_t start, bool big, struct buffer *out)
{
    for (size_t at = start; at + 2 <= size; at += 2) {
        char encoded[4];
        uint32_t unit = unit_at(bytes + at, big);
        uint32_t next = at + 4 <= size ? unit_at(bytes + at + 2, big) : 0;
        if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
            unit = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
            at += 2;
        }
        if (!buffer_append(out, encoded, put_any(unit, encoded))) return false;
    }
    return true;
}

static bool decode_latin(const char *bytes, size_t size, bool windows, struct buffer *out)
{
    for (size_t at = 0; at < size;) {
        size_t plain = encoding_ascii_size(bytes + at, size - at);
        if (!buffer_append(out, bytes + at, plain)) return false;
        at += plain;
        if (at == size) break;
        unsigned char c = (unsigned char)bytes[at++];
        char encoded[4];
        uint32_t code_point = windows && c < 0xa0 ? windows_1252[c - 0x80] : c;
        if (!buffer_append(out, encoded, (size_t)utf8_put(code_point, encoded))) return false;
    }
    return true;
}

/* For encodings with a mark or two-byte units: whether the bytes can be in this encoding at all. */
static bool has_form(enum text_encoding encoding, const char *bytes, size_t size)
{
    if (is_utf16(encoding) && size % 2) return false;
    if (encoding == TEXT_UTF8_BOM) return size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    return !has_mark(encoding) || (size >= 2 && unit_at(bytes, is_big_endian(encoding)) == 0xfeff);
}

enum status encoding_decode(enum text_encoding encoding, const char *bytes, size_t size, struct buffer *out,
                            struct error *error)
{
    bool good;
    if (charset_is(encoding)) return charset_decode(encoding, bytes, size, out, error);
    if (!has_form(encoding, bytes, size))
        return error_set(error, STATUS_FORMAT, "not valid %s", text_encoding_name(encoding));
    if (is_utf16(encoding))
        good = decode_utf16(bytes, size, has_mark(encoding) ? 2 : 0, is_big_endian(encoding), out);
    else if (encoding == TEXT_LATIN1 || encoding == TEXT_WINDOWS_1252)
        good = decode_latin(bytes, size, encoding == TEXT_WINDOWS_1252, out);
    else
        good = encoding == TEXT_UTF8_BOM ? buffer_append(out, bytes + 3, size - 3)
                                         : buffer_append(out, bytes, size);
    return good ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for its %zu bytes", size);
}

/* ---- writing ------------------------------------------------------------------------------------------- */

static size_t put_unit(uint32_t unit, bool big, char *out)
{
    out[big ? 0 : 1] = (char)(unit >> 8);
    out[big ? 1 : 0] = (char)unit;
    return 2;
}

/* One character in at most four bytes; 0: it does not fit. */
static size_t encode(enum text_encoding encoding, uint32_t c, char out[4])
{
    bool big = is_big_endian(encoding);
    if (is_utf16(encoding)) {
        if (c < 0x10000) return put_unit(c, big, out);
        return put_unit(0xd800 + ((c - 0x10000) >> 10), big, out) +
               put_unit(0xdc00 + ((c - 0x10000) & 0x3ff), big, out + 2);
    }
    out[0] = (char)c;
    if (c < 0x80 || (c >= 0xa0 && c < 0x100) || (c < 0x100 && encoding == TEXT_LATIN1)) return 1;
    for (size_t i = 0; i < 32 && encoding == TEXT_WINDOWS_1252; i++)
        if (windows_1252[i] == c) {
            out[0] = (char)(0x80 + i);
            return 1;
        }
    return 0;
}

/* The next character at `at`, including half a surrogate pair. 0: a stray byte, or the end. */
static size_t next_any(struct text_reader *reader, size_t at, uint32_t *code_point)
{
    bool valid;
    size_t length = reader_next(reader, at, code_point, &valid);
    if (valid || length == 0) return length;
    int first = reader_byte(reader, at), second = reader_byte(reader, at + 1),
        third = reader_byte(reader, at + 2);
    if (first != 0xed || second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) return 0;
    *code_point = 0xd000u | ((uint32_t)second & 0x3f) << 6 | ((uint32_t)third & 0x3f);
    return 3;
}

static bool is_half(uint32_t c)
{
    return c >= 0xd800 && c < 0xe000;
}

bool text_unfit(const struct text *text, enum text_encoding encoding, size_t *at)
{
    size_t size = text_size(text);
    struct text_reader reader = text_reader_new(text);
    bool wide = is_utf16(encoding);
    if (encoding == TEXT_UTF8 || encoding == TEXT_UTF8_BOM) return false;
    if (charset_is(encoding)) return charset_encode(text, encoding, NULL, NULL, at, NULL) != STATUS_OK;
    for (*at = 0; *at < size;) {
        uint32_t c, before = 0;
        char out[4];
        int byte = reader_byte(&reader, *at);
        if (byte < 0x80) {
            ++*at;
            continue;
        }
        size_t length = next_any(&reader, *at, &c);
        if (length == 0 || (is_half(c) && !wide) || encode(encoding, c, out) == 0) return true;
        /* Two adjacent halves would come back as one character. */
        if (is_half(c) && c >= 0xdc00 && *at >= 3 && next_any(&reader, *at - 3, &before) == 3 &&
            before >= 0xd800 && before < 0xdc00)
            return true;
        *at += length;
    }
    return false;
}

enum status encoding_write(const struct text *text, enum text_encoding encoding, file_put *put, void *sink,
                           struct error *error)
{
    enum { PART = 32 << 10 };
    char part[PART + 8];
    size_t used = 0, size = text_size(text), unfit;
    if (charset_is(encoding)) return charset_encode(text, encoding, put, sink, &unfit, error);
    struct text_reader reader = text_reader_new(text);
    if (has_mark(encoding)) used = put_unit(0xfeff, is_big_endian(encoding), part);
    for (size_t at = 0; at < size;) {
        uint32_t c = 0;
        size_t length = next_any(&reader, at, &c);
        size_t made = length ? encode(encoding, c, part + used) : 0;
        if (made == 0)
            return error_set(error, STATUS_ARGUMENT, "the character in line %zu cannot be written as %s",
                             text_line_of(text, at) + 1, text_encoding_name(encoding));
        used += made;
        at += length;
        if (used < PART) continue;
        enum status status = put(sink, part, used, error);
        if (status) return status;
        used = 0;
    }
    return put(sink, part, used, error);
}

bool text_encoding_guessed(const struct text *text)
{
    return text->guessed;
}

enum text_encoding text_encoding(const struct text *text)
{
    return text->encoding;
}

bool text_has_strays(const struct text *text)
{
    return text->strays && text->encoding == TEXT_UTF8;
}

void text_set_encoding(struct text *text, enum text_encoding encoding)
{
    text->encoding = encoding;
    text->guessed = false;
}
