#include "vi_text.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/page/layout.h"

#include <string.h>
#include <wctype.h>

size_t vi_line_start(const struct text *text, size_t at)
{
    return text_this_line_start(text, at);
}

size_t vi_line_end(const struct text *text, size_t at)
{
    size_t end = text_this_line_end(text, at);
    bool crlf = end > 0 && end < text_size(text) && text_byte(text, end - 1) == '\r';
    return crlf && end - 1 >= text_this_line_start(text, at) ? end - 1 : end;
}

bool vi_line_empty(const struct text *text, size_t at)
{
    return vi_line_start(text, at) == vi_line_end(text, at);
}

bool vi_is_white(uint32_t c)
{
    return c == ' ' || c == '\t';
}

bool vi_is_one_of(uint32_t c, const char *set)
{
    return c && c < 0x80 && strchr(set, (int)c);
}

size_t vi_first_nonblank(const struct text *text, size_t at)
{
    size_t start = vi_line_start(text, at);
    while (vi_is_white(vi_char(text, start))) start++;
    return start;
}

size_t vi_last_line(const struct text *text)
{
    size_t size = text_size(text);
    return vi_line_start(text, size && text_byte(text, size - 1) == '\n' ? size - 1 : size);
}

size_t vi_after_line(const struct text *text, size_t at)
{
    size_t end = text_this_line_end(text, at);
    return end < text_size(text) ? end + 1 : end;
}

bool vi_next_line(const struct text *text, size_t at, size_t *start)
{
    size_t end = text_this_line_end(text, at);
    if (end + 1 >= text_size(text)) return false;
    *start = end + 1;
    return true;
}

bool vi_previous_line(const struct text *text, size_t at, size_t *start)
{
    size_t here = vi_line_start(text, at);
    if (!here) return false;
    *start = vi_line_start(text, here - 1);
    return true;
}

static bool at_line_end(const struct text *text, size_t at)
{
    int byte = text_byte(text, at);
    return byte < 0 || byte == '\n' || (byte == '\r' && text_byte(text, at + 1) == '\n');
}

int vi_inc(const struct text *text, size_t *at)
{
    if (!at_line_end(text, *at)) {
        *at = text_next_cluster(text, *at);
        return at_line_end(text, *at) ? 2 : 0;
    }
    return vi_next_line(text, *at, at) ? 1 : -1;
}

int vi_dec(const struct text *text, size_t *at)
{
    if (!*at) return -1;
    bool new_line = vi_line_start(text, *at) == *at;
    *at = new_line ? vi_line_end(text, *at - 1) : text_previous_cluster(text, *at);
    return new_line;
}

int vi_incl(const struct text *text, size_t *at)
{
    int moved = vi_inc(text, at);
    if (moved >= 1 && *at != vi_line_start(text, *at)) moved = vi_inc(text, at);
    return moved;
}

int vi_decl(const struct text *text, size_t *at)
{
    int moved = vi_dec(text, at);
    if (moved == 1 && *at != vi_line_start(text, *at)) moved = vi_dec(text, at);
    return moved;
}

uint32_t vi_char(const struct text *text, size_t at)
{
    int byte = text_byte(text, at);
    if (at_line_end(text, at)) return 0;
    if (byte < 0x80) return (uint32_t)byte;
    char bytes[4];
    uint32_t code;
    size_t size = text_size(text) - at < sizeof bytes ? text_size(text) - at : sizeof bytes;
    text_copy(text, at, at + size, bytes);
    return utf8_decode(bytes, size, &code) ? code : 0xfffd;
}

int vi_class(const struct text *text, size_t at, bool big)
{
    uint32_t c = vi_char(text, at);
    if (!c || vi_is_white(c) || c == 0xa0 || c == 0x3000) return 0;
    if (big) return 1;
    if (c >= 0x3040 && c < 0x30a0) return 3; /* Hiragana, Katakana and Han have no spaces between them */
    if (c >= 0x30a0 && c < 0x3100) return 4;
    if (c >= 0x4e00 && c < 0xa000) return 5;
    return c == '_' || iswalnum((wint_t)c) ? 2 : 1;
}

/* Long lines are counted from their start, as in vi. */
int vi_column(const struct layout *layout, const struct doc *doc, size_t at)
{
    const struct text *text = doc->text;
    int column = 0;
    struct text_cluster c;
    for (size_t p = vi_line_start(text, at); p < at && text_cluster_at(text, p, &c); p = c.end) {
        column += text_cells_at(&c, &layout->wrap, column);
    }
    return column;
}

size_t vi_at_column(const struct layout *layout, const struct doc *doc, size_t line, int wanted)
{
    const struct text *text = doc->text;
    size_t at = vi_line_start(text, line), end = vi_line_end(text, line);
    int column = 0;
    struct text_cluster c;
    while (at < end && text_cluster_at(text, at, &c)) {
        column += text_cells_at(&c, &layout->wrap, column);
        if (column > wanted) break;
        at = c.end;
    }
    return at;
}

size_t vi_clamp(const struct text *text, size_t at)
{
    size_t size = text_size(text);
    if (at > size) at = size;
    if (at == size && size && text_byte(text, size - 1) == '\n') at = vi_last_line(text);
    size_t start = vi_line_start(text, at), end = vi_line_end(text, at);
    if (at >= end && end > start) at = text_previous_cluster(text, end);
    return at;
}

const char *vi_line_break(const struct doc *doc)
{
    return text_line_ending(doc->text) == TEXT_CRLF ? "\r\n" : "\n";
}
