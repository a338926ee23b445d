/* Soft wrap: greedy, from the start of a line, or, in a very long line, of a stretch of it. */
#include "text_internal.h"

enum {
    STRETCH = 64 << 10,      /* bytes of a long line that are laid out together */
    STRETCH_SEARCH = 4 << 10 /* how far a stretch's start moves to a space */
};

/* ---- stretches --------------------------------------------------------------------------------- */

/* Where the stretch with this number starts. Between two ASCII characters there always is a cluster boundary,
 * so what stands before has no say in what follows. */
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

static struct stretch stretch_of(const struct text *text, size_t at)
{
    size_t line_start = text_this_line_start(text, at), line_end = text_this_line_end(text, at);
    if (line_end - line_start <= STRETCH) return (struct stretch){line_start, line_end, true};
    size_t number = (at - line_start) / STRETCH;
    size_t start = stretch_start(text, line_start, line_end, number);
    if (at < start || start == line_end) /* also when the last stretch found no place to start */
        start = stretch_start(text, line_start, line_end, number > 0 ? --number : 0);
    size_t end = stretch_start(text, line_start, line_end, number + 1);
    return (struct stretch){start, end, end == line_end};
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

static bool dash(const struct text_cluster *cluster)
{
    uint32_t c = cluster->code_point;
    return cluster->kind == TEXT_CLUSTER_NORMAL && (c == '-' || c == 0x2010 || (c >= 0x2012 && c <= 0x2014));
}

static int cells_of(const struct text_cluster *cluster, const struct text_wrap *wrap, int column)
{
    if (cluster->kind == TEXT_CLUSTER_TAB) {
        int tab = wrap->tab > 0 ? wrap->tab : 1;
        return tab - column % tab;
    }
    return cluster->cells > 0 ? cluster->cells : 1; /* a lone combining mark stands on U+25CC */
}

/* Lays out the row that starts at `start`, inside a stretch. */
static void lay_out(struct text_reader *reader, const struct text_wrap *wrap, size_t start,
                    struct stretch stretch, struct text_row *out)
{
    int width = wrap->width > 0 ? wrap->width : 1, column = 0;
    size_t at = start, break_at = start;         /* the last place where the row may end */
    bool after_dash = false, after_space = true; /* a dash that begins a word is no place to break */
    struct text_cluster cluster;
    while (at < stretch.end && text_reader_cluster(reader, at, &cluster) &&
           cluster.kind != TEXT_CLUSTER_NEWLINE) {
        bool is_space = breaking_space(&cluster), is_dash = dash(&cluster);
        int cells = cells_of(&cluster, wrap, column);
        if (!is_space && (after_space || (after_dash && !is_dash))) break_at = at;
        if (!is_space && cells > width - column && at > start) {
            size_t end = break_at > start ? break_at : at;
            *out = (struct text_row){start, end, false};
            return;
        }
        /* Spaces hang beyond the edge; what follows them does not fit then. */
        column = is_space && cells > width - column ? width : column + cells;
        after_dash = is_dash && (!after_space || after_dash);
        after_space = is_space;
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
    lay_out(&reader, wrap, start, stretch_of(text, start), out);
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
        int cells = cells_of(&cluster, wrap, column);
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
        int cells = cells_of(&cluster, wrap, here_column);
        /* The end of a row that is not the last belongs to the next one. */
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
