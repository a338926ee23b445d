/* A replay as an SVG: text on a grid of cells. In an animation, a row is written once for each run of frames in which
 * it does not change, and CSS shows it during these frames. No scripts. */
#define _XOPEN_SOURCE_EXTENDED 1
#include "replay_frames.h"

#include <string.h>
#include <wchar.h>

/* Pixels. */
static const double cell_width = 8.4, cell_height = 18, margin = 16, baseline = 13;

struct drawing {
    const struct replay_frames *frames;
    const struct replay_colours *colours;
    const struct replay_timing *timing;
    struct buffer *out;
    double total; /* ms, sum of all frames */
};

static const struct playback_text *shown_of(const struct drawing *d, size_t frame)
{
    return &d->frames->frames[frame].picture.shown;
}

/* ---- one row -------------------------------------------------------------------------------------------- */

/* Where row `row` of a frame begins and ends; empty after the last row. */
static void find_row(const struct playback_text *shown, size_t row, size_t *start, size_t *end)
{
    const char *text = shown->text.data;
    *start = *end = shown->text.size;
    for (size_t at = 0; at < shown->text.size;) {
        const char *feed = memchr(text + at, '\n', shown->text.size - at);
        size_t stop = feed ? (size_t)(feed - text) : shown->text.size;
        if (row-- == 0) {
            *start = at;
            *end = stop;
            return;
        }
        at = stop + 1;
    }
}

static int width_of(const char *bytes, size_t size)
{
    int cells = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c;
        int n = utf8_decode(bytes + at, size - at, &c), width = n ? wcwidth((wchar_t)c) : 1;
        cells += width < 0 ? 1 : width;
        at += n ? (size_t)n : 1;
    }
    return cells;
}

static bool has_ground(const struct ui_colours *c, const struct replay_colours *all)
{
    return c->reverse || (c->back >= 0 && c->back != all->back);
}

/* A run of one look: its background, if it has one, and its text. textLength fits the text to its cells in any font. */
static bool put_run(const struct drawing *d, const char *bytes, size_t size, int look, int column, int cells,
                    double y)
{
    double x = margin + column * cell_width, width = cells * cell_width;
    bool ok = true;
    if (has_ground(&d->colours->looks[look], d->colours))
        ok = buffer_printf(d->out,
                           "<rect class=\"g%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\"/>", look,
                           x, y - baseline, width, cell_height);
    return ok &&
           buffer_printf(d->out, "<text class=\"l%d\" x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\">", look, x, y,
                         width) &&
           replay_escape_text(d->out, bytes, size) && buffer_append_string(d->out, "</text>");
}

static bool put_row(const struct drawing *d, size_t frame, size_t row)
{
    const struct playback_text *shown = shown_of(d, frame);
    double y = margin + baseline + (double)row * cell_height;
    size_t start, end;
    int column = 0;
    find_row(shown, row, &start, &end);
    for (size_t at = start, next; at < end; at = next) {
        next = at;
        while (next < end && shown->looks.data[next] == shown->looks.data[at]) next++;
        int cells = width_of(shown->text.data + at, next - at);
        if (!put_run(d, shown->text.data + at, next - at, shown->looks.data[at], column, cells, y))
            return false;
        column += cells;
    }
    return true;
}

static size_t status_row(const struct drawing *d)
{
    return (size_t)d->frames->rows - 1;
}

static bool put_status(const struct drawing *d, size_t frame)
{
    const char *status = d->frames->frames[frame].picture.status;
    size_t size = strlen(status);
    return !size || put_run(d, status, size, REPLAY_STATUS, 0, width_of(status, size),
                            margin + baseline + (double)status_row(d) * cell_height);
}

/* ---- when it is shown ----------------------------------------------------------------------------------- */

static bool same_row(const struct drawing *d, size_t a, size_t b, size_t row)
{
    const struct playback_text *x = shown_of(d, a), *y = shown_of(d, b);
    size_t x_start, x_end, y_start, y_end;
    if (row == status_row(d))
        return strcmp(d->frames->frames[a].picture.status, d->frames->frames[b].picture.status) == 0;
    find_row(x, row, &x_start, &x_end);
    find_row(y, row, &y_start, &y_end);
    size_t size = x_end - x_start;
    return size == y_end - y_start &&
           (!size || (memcmp(x->text.data + x_start, y->text.data + y_start, size) == 0 &&
                      memcmp(x->looks.data + x_start, y->looks.data + y_start, size) == 0));
}

static double begin_of(const struct drawing *d, size_t frame)
{
    double at = 0;
    for (size_t i = 0; i < frame; i++) at += replay_duration(d->frames, i, d->timing->speed, d->timing->pace);
    return at;
}

static bool put_content(const struct drawing *d, size_t frame, size_t row)
{
    return row == status_row(d) ? put_status(d, frame) : put_row(d, frame, row);
}

/* A row that is the same in frames [from, to); a CSS rule shows it then. */
static bool put_interval(const struct drawing *d, size_t row, size_t from, size_t to)
{
    size_t n = d->frames->count;
    if (from == 0 && to == n) return put_content(d, from, row);
    return buffer_printf(d->out, "<g class=\"a%s\" style=\"animation-name:k%zu-%zu\">", to == n ? " z" : "",
                         from, to) &&
           put_content(d, from, row) && buffer_append_string(d->out, "</g>\n");
}

static bool put_rule(const struct drawing *d, size_t from, size_t to)
{
    size_t n = d->frames->count;
    double start = 100 * begin_of(d, from) / d->total, end = 100 * begin_of(d, to) / d->total;
    return buffer_printf(d->out, "@keyframes k%zu-%zu{0%%{visibility:%s}", from, to,
                         from ? "hidden" : "visible") &&
           (!from || buffer_printf(d->out, "%.3f%%{visibility:visible}", start)) &&
           (to == n || buffer_printf(d->out, "%.3f%%{visibility:hidden}", end)) &&
           buffer_printf(d->out, "100%%{visibility:%s}}\n", to == n ? "visible" : "hidden");
}

/* Calls `put` for every run of frames in which a row is the same. */
static bool each_interval(const struct drawing *d, bool rules)
{
    size_t n = d->frames->count;
    bool *seen = rules ? mem_zalloc_array((n + 1) * (n + 1), sizeof *seen) : NULL;
    bool ok = !rules || seen;
    for (size_t row = 0; ok && row <= status_row(d); row++)
        for (size_t from = 0, to; ok && from < n; from = to) {
            for (to = from + 1; to < n && same_row(d, from, to, row);) to++;
            bool *known = seen ? &seen[from * (n + 1) + to] : NULL;
            if (!rules)
                ok = put_interval(d, row, from, to);
            else if (!*known && !(from == 0 && to == n))
                ok = put_rule(d, from, to);
            if (known) *known = true;
        }
    mem_free(seen);
    return ok;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static bool put_look(const struct drawing *d, int look)
{
    const struct ui_colours *c = &d->colours->looks[look];
    int fore = c->fore >= 0 ? c->fore : d->colours->fore, back = c->back >= 0 ? c->back : d->colours->back;
    if (c->reverse) {
        int other = fore;
        fore = back;
        back = other;
    }
    return buffer_printf(d->out, ".l%d{fill:#%06x%s%s%s%s}.g%d{fill:#%06x}\n", look, (unsigned)fore,
                         c->bold ? ";font-weight:bold" : "", c->italic ? ";font-style:italic" : "",
                         c->dim ? ";opacity:.6" : "", c->underline ? ";text-decoration:underline" : "", look,
                         (unsigned)back);
}

static bool put_head(const struct drawing *d, bool moves)
{
    double width = 2 * margin + d->frames->columns * cell_width,
           height = 2 * margin + d->frames->rows * cell_height;
    bool ok = buffer_printf(
        d->out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"%.0f\" height=\"%.0f\" "
        "viewBox=\"0 0 %.0f "
        "%.0f\">\n<title>lacuna fill</title>\n<style>\ntext{font:14px ui-monospace,\"DejaVu Sans "
        "Mono\",Menlo,Consolas,monospace;white-space:pre}\n",
        width, height, width, height);
    for (int look = 0; ok && look < REPLAY_LOOKS; look++) ok = put_look(d, look);
    if (ok && moves)
        ok =
            buffer_printf(d->out,
                          ".a{visibility:hidden;animation:%.0fms step-end infinite}\n"
                          "@media(prefers-reduced-motion:reduce){.a{animation:none}.z{visibility:visible}}\n",
                          d->total) &&
            each_interval(d, true);
    return ok && buffer_printf(d->out,
                               "</style>\n<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"#%06x\"/>\n",
                               (unsigned)d->colours->back);
}

bool replay_svg(const struct replay_frames *frames, const struct replay_colours *colours,
                const struct replay_timing *timing, int64_t step, struct buffer *out)
{
    struct drawing d = {frames, colours, timing, out, 0};
    d.total = begin_of(&d, frames->count);
    bool moves = step < 0 && frames->count > 1;
    size_t frame = frames->count ? frames->count - 1 : 0;
    if (step >= 0 && (uint64_t)step < frame) frame = (size_t)step;
    bool ok = put_head(&d, moves);
    if (ok && moves) ok = each_interval(&d, false);
    for (size_t row = 0; ok && !moves && frames->count && row <= status_row(&d); row++)
        ok = put_content(&d, frame, row);
    return ok && buffer_append_string(out, "</svg>\n");
}
