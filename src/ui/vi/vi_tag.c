#include "vi_tag.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_motion.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <string.h>

enum { FAR = 256 * 1024, DEEP = 200, NAME = 64 };

struct element {
    size_t start, inside; /* the start of the opening tag, and the place after it */
    char name[NAME];
};
struct search_for {
    size_t first, last; /* must be inside, inclusive */
    bool larger;        /* and must be larger than this */
    bool around;
    size_t count;
    size_t from, to; /* found */
};

static size_t read_name(const char *p, size_t size, char out[NAME])
{
    size_t length = 0;
    while (length < size && length + 1 < NAME && !strchr(" \t\r\n/>", p[length])) {
        out[length] = (char)(p[length] >= 'A' && p[length] <= 'Z' ? p[length] - 'A' + 'a' : p[length]);
        length++;
    }
    out[length] = '\0';
    return length;
}

static bool fits(struct search_for *s, const struct element *e, size_t close, size_t behind)
{
    if (e->start > s->first || behind <= s->last) return false;
    size_t from = s->around ? e->start : e->inside, to = s->around ? behind : close;
    bool selected = s->larger && from >= s->first && to <= s->last + 1;
    if (selected || --s->count) return false;
    s->from = from;
    s->to = to;
    return true;
}

static bool look(const char *data, size_t size, size_t base, struct search_for *s)
{
    static struct element open[DEEP];
    size_t depth = 0;
    const char *end = data + size;
    for (const char *p = data, *next; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p = next) {
        const char *close = memchr(p, '>', (size_t)(end - p));
        char name[NAME];
        next = p + 1;
        if (!close) return false;
        bool ends = p[1] == '/';
        const char *word = p + 1 + ends;
        if (!((*word | 0x20) >= 'a' && (*word | 0x20) <= 'z')) continue; /* a comment, or not a tag */
        next = close + 1;
        read_name(word, (size_t)(close - word), name);
        if (!ends && close[-1] == '/') continue; /* <br/> */
        if (!ends && depth < DEEP) {
            struct element *e = &open[depth++];
            *e = (struct element){.start = base + (size_t)(p - data), .inside = base + (size_t)(next - data)};
            memcpy(e->name, name, sizeof name);
            continue;
        }
        size_t match = depth;
        while (match && strcmp(open[match - 1].name, name) != 0) match--;
        if (!match) continue;
        depth = match - 1;
        if (fits(s, &open[depth], base + (size_t)(p - data), base + (size_t)(next - data))) return true;
    }
    return false;
}

static bool tag(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool around)
{
    const struct text *text = doc->text;
    struct search_for s = {.first = r->from, .last = r->from, .around = around, .count = vi_count(vi)};
    struct buffer bytes = {0};
    r->object = true;
    if (vi_is_visual(vi) && doc->anchor != doc->cursor) {
        s.first = doc->anchor < doc->cursor ? doc->anchor : doc->cursor;
        s.last = doc->anchor < doc->cursor ? doc->cursor : doc->anchor;
        s.larger = true;
    }
    while (vi_is_white(vi_char(text, s.first)) && s.first < vi_first_nonblank(text, s.first) && !s.larger)
        s.first = s.last = s.first + 1;
    size_t base = s.first > FAR ? s.first - FAR : 0;
    size_t end = text_size(text) - s.last > FAR ? s.last + FAR : text_size(text);
    bool found =
        text_append_to(text, base, end, &bytes) && bytes.size && look(bytes.data, bytes.size, base, &s);
    buffer_free(&bytes);
    if (!found) return false;
    r->from = s.from;
    r->to = s.to;
    r->extend = false;
    r->exact = true;
    return r->to > r->from || !vi_is_visual(vi);
}

static bool inner_tag(struct ui *ui, struct vi_range *r)
{
    return tag(ui->vi, ui->doc, r, false);
}

static bool a_tag(struct ui *ui, struct vi_range *r)
{
    return tag(ui->vi, ui->doc, r, true);
}

void do_vi_inner_tag(struct ui *ui)
{
    vi_move(ui, inner_tag);
}

void do_vi_a_tag(struct ui *ui)
{
    vi_move(ui, a_tag);
}
