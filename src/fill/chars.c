/* Classifies the characters at a boundary. */
#include "chars.h"
#include "lacuna/base.h"

bool fill_is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

bool fill_is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool fill_is_word(uint32_t c)
{
    if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    /* Latin-1 signs, general punctuation, CJK punctuation */
    return !fill_is_control(c) && !fill_is_space(c) && !(c < 0xC0 && c != 0xAA && c != 0xB5 && c != 0xBA) &&
           !(c >= 0x2010 && c <= 0x206F) && !(c >= 0x3001 && c <= 0x303F) && c != 0xFFFD && c != 0xFEFF;
}

uint32_t fill_char_at(struct slice text, size_t offset, size_t *size)
{
    uint32_t c = 0;
    size_t bytes = 0;
    if (offset < text.size) {
        bytes = (size_t)utf8_decode(text.data + offset, text.size - offset, &c);
        if (!bytes) bytes = 1, c = 0xFFFD;
    }
    if (size) *size = bytes;
    return c;
}

uint32_t fill_char_before(struct slice text, size_t offset, size_t *size)
{
    /* A character has at most four bytes; it is the longest sequence that ends exactly here. */
    for (size_t n = offset < 4 ? offset : 4; n > 0; n--) {
        uint32_t c;
        if ((size_t)utf8_decode(text.data + offset - n, n, &c) == n) {
            if (size) *size = n;
            return c;
        }
    }
    if (size) *size = offset ? 1 : 0;
    return offset ? 0xFFFD : 0;
}
