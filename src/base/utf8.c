/* UTF-8, strictly as in RFC 3629. */
#include "lacuna/base.h"

#include <string.h>

int utf8_decode(const char *bytes, size_t size, uint32_t *code_point)
{
    const unsigned char *p = (const unsigned char *)bytes;
    if (size == 0) return 0;
    if (p[0] < 0x80) {
        *code_point = p[0];
        return 1;
    }
    int length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || size < (size_t)length) return 0;
    uint32_t value = p[0] & (0xFFu >> (length + 1));
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        value = value << 6 | (p[i] & 0x3F);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return 0;
    *code_point = value;
    return length;
}

int utf8_put(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

bool utf8_valid(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t c;
        int n = utf8_decode(bytes + i, size - i, &c);
        if (!n) return false;
        i += (size_t)n;
    }
    return true;
}

void utf8_copy(char *out, size_t room, const char *bytes, size_t size)
{
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        uint32_t ignored;
        int n = utf8_decode(bytes + at, size - at, &ignored);
        size_t length = n ? (size_t)n : 1;
        if (length >= room - used) break;
        memcpy(out + used, n ? bytes + at : "?", length);
        used += length;
        at += length;
    }
    out[used] = '\0';
}

size_t utf8_count(const char *bytes, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; count++) {
        uint32_t c;
        int n = utf8_decode(bytes + i, size - i, &c);
        i += n ? (size_t)n : 1;
    }
    return count;
}
