/* Text for a terminal: every character is shown and none is obeyed. */
#include "lacuna/base.h"

#include <string.h>

static_assert(sizeof "\\u202A" <= VISIBLE_SIZE, "the longest form fits");

bool visible_is_obeyed(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

int visible_form(const char *bytes, size_t size, char out[VISIBLE_SIZE], int *length)
{
    uint32_t c;
    *length = utf8_decode(bytes, size, &c);
    if (!*length) {
        *length = 1;
        return snprintf(out, VISIBLE_SIZE, "\\x%02X", (unsigned)(unsigned char)bytes[0]);
    }
    if (c < 0x80 && visible_is_obeyed(c)) return snprintf(out, VISIBLE_SIZE, "^%c", (int)(c ^ 0x40));
    if (visible_is_obeyed(c)) return snprintf(out, VISIBLE_SIZE, "\\u%04X", (unsigned)c);
    memcpy(out, bytes, (size_t)*length);
    out[*length] = '\0';
    return *length;
}

bool visible_append(struct buffer *out, const char *bytes, size_t size)
{
    char form[VISIBLE_SIZE];
    for (size_t at = 0; at < size;) {
        int length, shown = visible_form(bytes + at, size - at, form, &length);
        if (!buffer_append(out, form, (size_t)shown)) return false;
        at += (size_t)length;
    }
    return true;
}
