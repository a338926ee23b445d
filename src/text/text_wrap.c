/* Soft wrap: greedy, from the start of a line or, in a very long line, from the start of a stretch of it. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_break.h"
#include "text_internal.h"

enum {
    STRETCH = 64 << 10,      /* bytes of a long line that are laid out together */
    STRETCH_SEARCH = 4 << 10 /* how far the start of a stretch moves to a space */
};

/* ---- stretches --------------------------------------------------------------------------------- */

/* Where the stretch with this number starts. Between two ASCII characters there is always a cluster boundary,
 * so the text before it has no influence on the text after it. */
static size_t stretch_start(const struct text *text, size_t line_start, size_t line_end, size_t number)
{
    size_t wanted = line_start + number * STRETCH, fallback = 0;
    if (number == 0) return line_start;
    if (wanted >= line_end) return line_end;
    struct text_reader reader = text_reader_new(text);
    int before = reader_byte(&reader, wanted - 1);
    size_t limit = line_end - wanted > STRETCH_SEARCH ? wanted + STRETCH_SEARCH : line_end;
    for (size_t at = wanted; at < limit; at++) {
        int byte = reader_byte(&reader, at);
        if (before == ' ' && byte > ' ' && byte < 0x80) return at;
        if (!fallback && before < 0x80 && byte < 0x80 && byte != '\n') fallback = at;
        before = byte;
    }
    if (limit == line_end) return line_end;
    return fallback ? fallback : cluster_boundary_from(text, limit);
}

struct stretch {
    size_t start, end;
    bool last; /* of its line */
};

/* The ends of a long line, and of its stretch that was requested last. Rows are requested one after the
 * other, and scanning a line of megabytes for each would be quadratic. */
struct wrap_cache {
    bool known;
    uint64_t version; /* of the text */
    size_t line_start, line_end;
    struct stretch stretch;
};

struct wrap_cache *wrap_cache_new(void)
{
    return mem_zalloc(sizeof(struct wrap_cache));
}

void wrap_cache_free(struct wrap_cache *cache)
{
    mem_free(cache);
}

/* Whether `at` is in [start, end), or at the end of a line that ends there. */
static bool holds(const struct stretch *stretch, size_t at)
{
    return at >= stretch->start && (at < stretch->end || (at == stretch->end && stretch->last));
}

static struct stretch stretch_of(const struct text *text, size_t at)
{
    struct wrap_cache *cache = text->wrap;
    bool fresh = cache->known && cache->version == text->version;
    if (fresh && holds(&cache->stretch, at)) return cache->stretch;
    size_t line_start = cache->line_start, line_end = cache->line_end;
    if (!fresh || at < line_start || at > line_end) {
        line_start = text_this_line_start(text, at);
        line_end = text_this_line_end(text, at);
    }
    if (line_end - line_start <= STRETCH) return (struct stretch){line_start, line_end, true};
    size_t number = (at - line_start) / STRETCH;
    size_t start = stretch_start(text, line_start, line_end, number);
    if (at < start || start == line_end) /* also if the last stretch found no place to start */
        start = stretch_start(text, line_start, line_end, number > 0 ? --number : 0);
    size_t end = stretch_start(text, line_start, line_end, number + 1);
    struct stretch stretch = {start, end, end == line_end};
    *cache = (struct wrap_cache){true, text->version, line_start, line_end, stretch};
    return stretch;
}

/* ---- rows -------------------------------------------------------------------------------------- */

static bool breaking_space(const struct text_cluster *cluster)
{
    uint32_t c = cluster->code_point;
    if (cluster->kind == TEXT_CLUSTER_TAB) return true;
    if (cluster->kind != TEXT_CLUSTER_NORMAL) return false;
    return c == ' ' || (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x3000 || c == 0x205f ||
           c == 0x1680;
}

int text_cells_at(const struct text_cluster *cluster, const struct text_wrap *wrap, int column)
{
    if (cluster->kind == TEXT_CLUSTER_TAB) {
        int tab = wrap->tab > 0 ? wrap->tab : 1;
        return tab - column % tab;
    }
    if (cluster->kind == TEXT_CLUSTER_UNSEEN) return wrap->unseen;
    return cluster->cells > 0 ? cluster->cells : 1; /* a lone combining mark is drawn on U+25CC */
}

static bool letter(int byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* The last place in (start, at] between "a " and "b", where a break is allowed in every context; `start`:
 * there is none. *plain: only letters follow up to `at`, so there is no later break. */
static size_t sure_break(struct text_reader *reader, size_t start, size_t at, bool *plain)
{
    int here = reader_byte(reader, at), last;
    *plain = here >= 0 && here < 0x80;
    for (size_t b = at; b > start + 1; b--, here = last) {
        last = reader_byte(reader, b - 1);
        if (last == ' ' && letter(here) && letter(reader_byte(reader, b - 2))) return b;
        *plain = *plain && (letter(last) || last == '\'');
    }
    *plain = false;
    return start;
}

enum { WINDOW = 4096 }; /* bytes before the edge of the screen in which a break is looked for */

/* The last place in (start, at] where the row that begins at `start` may end; `start`: nowhere. */
static size_t break_before(struct text_reader *reader, size_t start, size_t at)
{
    bool plain;
    size_t sure = sure_break(reader, start, at, &plain), best = sure;
    if (plain) return sure;
    char bytes[WINDOW + 4], breaks[WINDOW + 4];
    size_t from = at - sure > WINDOW ? cluster_boundary_from(reader->text, at - WINDOW) : sure, size = 0;
    while (size < at - from + 4 && size < sizeof bytes) { /* including the character at `at` */
        int byte = reader_byte(reader, from + size);
        if (byte < 0) break;
        bytes[size++] = (char)byte;
    }
    break_clean(bytes, size, 'a');
    break_lines(bytes, size, breaks);
    struct text_cluster cluster;
    for (size_t here = from; here <= at && text_reader_cluster(reader, here, &cluster); here = cluster.end)
        if (here > start && here - from < size && breaks[here - from] &&
            break_suits_prose(bytes, size, here - from))
            best = here;
    return best;
}

/* A row does not end in a vowel that is written before its consonant (Thai and Lao): the two are read
 * together. */
static size_t before_vowels(struct text_reader *reader, size_t start, size_t at)
{
    while (at >= start + 6) {
        int second = reader_byte(reader, at - 2), third = reader_byte(reader, at - 1);
        bool vowel = reader_byte(reader, at - 3) == 0xe0 && (second == 0xb9 || second == 0xbb) &&
                     third >= 0x80 && third <= 0x84;
        if (!vowel) break;
        at -= 3;
    }
    return at;
}

/* This covers most of most rows: from `at`, the ASCII letters and signs that fit into `room` cells and that
 * nothing joins to the next character. */
static size_t plain_run(struct text_reader *reader, size_t at, size_t end, int room)
{
    size_t from = at;
    for (int byte = reader_byte(reader, at); room > 0 && at < end && byte > ' ' && byte < 0x7f; room--) {
        byte = reader_byte(reader, at + 1);
        if (byte >= 0x80) break;
        at++;
    }
    return at - from;
}

/* Lays out the row that starts at `start`, inside a stretch. */
static void lay_out(struct text_reader *reader, const struct text_wrap *wrap, size_t start,
                    struct stretch stretch, struct text_row *out)
{
    int width = wrap->width > 0 ? wrap->width : 1, column = 0;
    size_t at = start;
    struct text_cluster cluster;
    for (;;) {
        size_t plain = plain_run(reader, at, stretch.end, width - column);
        at += plain;
        column += (int)plain;
        if (at >= stretch.end || !text_reader_cluster(reader, at, &cluster) ||
            cluster.kind == TEXT_CLUSTER_NEWLINE)
            break;
        bool is_space = breaking_space(&cluster);
        int cells = text_cells_at(&cluster, wrap, column);
        if (!is_space && cells > width - column && at > start) {
            size_t end = break_before(reader, start, at);
            *out = (struct text_row){start, end > start ? end : before_vowels(reader, start, at), false};
            return;
        }
        /* Spaces hang beyond the edge; text after them no longer fits. */
        column = is_space && cells > width - column ? width : column + cells;
        at = cluster.end < stretch.end ? cluster.end : stretch.end;
    }
    *out = (struct text_row){start, at, stretch.last || at < stretch.end};
}

void text_row_of(const struct text *text, const struct text_wrap *wrap, size_t at, struct text_row *out)
{
    size_t size = text_size(text);
    if (at > size) at = size;
    struct stretch stretch = stretch_of(text, at);
    struct text_reader reader = text_reader_new(text);
    lay_out(&reader, wrap, stretch.start, stretch, out);
    while (!out->last && out->end <= at && out->end < stretch.end)
        lay_out(&reader, wrap, out->end, stretch, out);
}

bool text_next_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   struct text_row *out)
{
    size_t start = row->end;
    if (row->last) {
        size_t end = text_this_line_end(text, row->end);
        if (end >= text_size(text)) return false;
        start = end + 1;
    }
    struct text_reader reader = text_reader_new(text);
    struct stretch stretch = {start, text_size(text), true};
    lay_out(&reader, wrap, start, wrap->whole ? stretch : stretch_of(text, start), out);
    return true;
}

bool text_previous_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                       struct text_row *out)
{
    if (row->start == 0) return false;
    text_row_of(text, wrap, row->start - 1, out);
    return true;
}

/* ---- columns ----------------------------------------------------------------------------------- */

int text_column_of(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   size_t at)
{
    struct text_reader reader = text_reader_new(text);
    struct text_cluster cluster;
    int column = 0, width = wrap->width > 0 ? wrap->width : 1;
    for (size_t here = row->start; here < row->end && text_reader_cluster(&reader, here, &cluster);
         here = cluster.end) {
        if (cluster.end > at) break;
        int cells = text_cells_at(&cluster, wrap, column);
        column = cells > width - column ? width : column + cells; /* hanging spaces take no cells */
    }
    return column;
}

size_t text_at_column(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                      int column)
{
    struct text_reader reader = text_reader_new(text);
    struct text_cluster cluster;
    int here_column = 0;
    size_t here = row->start;
    while (here < row->end && text_reader_cluster(&reader, here, &cluster)) {
        int cells = text_cells_at(&cluster, wrap, here_column);
        /* The end of a row that is not the last belongs to the next row. */
        bool last = cluster.end >= row->end && !row->last;
        if (column < here_column + cells || last) {
            bool nearer_to_end = column - here_column > cells / 2 && column > here_column;
            return nearer_to_end && !last && cells > 1 ? cluster.end : here;
        }
        here_column += cells;
        here = cluster.end;
    }
    return here;
}
