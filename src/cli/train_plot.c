/* Loss over tokens as an SVG picture: two lines, axes with round numbers, readable in light and dark. */
#include "train_plot.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 800, HEIGHT = 450, LEFT = 64, RIGHT = 16, TOP = 32, BOTTOM = 48 };

struct point {
    double tokens, loss, validation; /* NAN: not measured there */
};
struct curve {
    struct point *points;
    size_t count, capacity;
    double most_tokens, lowest_loss, highest_loss;
};

static enum status read_line(struct curve *c, const char *line, size_t size, struct error *error)
{
    json_t *root = json_loadb(line, size, 0, NULL);
    const json_t *tokens = json_object_get(root, "tokens"), *loss = json_object_get(root, "loss");
    const json_t *validation = json_object_get(root, "validation_nats_per_token");
    enum status status = STATUS_OK;
    if (json_is_number(tokens)) {
        struct point p = {json_number_value(tokens),
                          json_is_number(loss) ? json_number_value(loss) : (double)NAN,
                          json_is_number(validation) ? json_number_value(validation) : (double)NAN};
        /* A run that was resumed from a checkpoint has repeated the steps after it. */
        while (c->count && c->points[c->count - 1].tokens >= p.tokens) c->count--;
        if (mem_grow(&c->points, &c->capacity, c->count + 1, sizeof *c->points))
            c->points[c->count++] = p;
        else
            status = error_set(error, STATUS_NO_MEMORY, "not enough memory for the curve");
    }
    json_decref(root);
    return status;
}

static enum status read_curve(struct curve *c, const char *folder, struct error *error)
{
    char *path = path_join(folder, "train.jsonl");
    struct buffer text = {0};
    enum status status =
        path ? file_read(path, &text, error) : error_set(error, STATUS_NO_MEMORY, "out of memory");
    for (size_t at = 0; !status && at < text.size;) {
        const char *end = memchr(text.data + at, '\n', text.size - at);
        size_t size = end ? (size_t)(end - text.data) - at : text.size - at;
        status = read_line(c, text.data + at, size, error);
        at += size + 1;
    }
    if (!status && c->count < 2)
        status = error_set(error, STATUS_FORMAT, "%s: fewer than two points to draw", path);
    buffer_free(&text);
    mem_free(path);
    return status;
}

static void find_range(struct curve *c)
{
    c->lowest_loss = INFINITY;
    c->highest_loss = -INFINITY;
    for (size_t i = 0; i < c->count; i++) {
        const struct point *p = &c->points[i];
        c->most_tokens = fmax(c->most_tokens, p->tokens);
        c->lowest_loss = fmin(c->lowest_loss, fmin(isnan(p->loss) ? p->validation : p->loss,
                                                   isnan(p->validation) ? p->loss : p->validation));
        /* the loss falls steeply in the first tenth of a run; the later part should fill the picture */
        if (i >= c->count / 10)
            c->highest_loss =
                fmax(c->highest_loss, fmax(p->loss, isnan(p->validation) ? p->loss : p->validation));
    }
    if (!(c->highest_loss > c->lowest_loss)) c->highest_loss = c->lowest_loss + 1;
    double room = (c->highest_loss - c->lowest_loss) * 0.05;
    c->lowest_loss -= room;
    c->highest_loss += room;
}

static double x_of(const struct curve *c, double tokens)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * tokens / c->most_tokens;
}

static double y_of(const struct curve *c, double loss)
{
    double share = (fmin(loss, c->highest_loss) - c->lowest_loss) / (c->highest_loss - c->lowest_loss);
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
}

/* A round step, 1, 2 or 5 times a power of ten, that divides a range into about `count` parts. */
static double round_step(double range, int count)
{
    double raw = range / count, power = pow(10, floor(log10(raw))), digit = raw / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

static bool draw_axes(const struct curve *c, struct buffer *out)
{
    bool ok = true;
    double step = round_step(c->highest_loss - c->lowest_loss, 6);
    for (double v = ceil(c->lowest_loss / step) * step; v <= c->highest_loss && ok; v += step)
        ok = buffer_printf(out,
                           "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' class='grid'/><text x='%d' y='%.1f' "
                           "text-anchor='end'>%.*f</text>\n",
                           LEFT, WIDTH - RIGHT, y_of(c, v), y_of(c, v), LEFT - 8, y_of(c, v) + 4,
                           step < 0.1 ? 2 : 1, v);
    step = round_step(c->most_tokens, 8);
    for (double v = 0; v <= c->most_tokens && ok; v += step)
        ok = buffer_printf(out,
                           "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' class='grid'/><text x='%.1f' y='%d' "
                           "text-anchor='middle'>%g</text>\n",
                           x_of(c, v), x_of(c, v), TOP, HEIGHT - BOTTOM, x_of(c, v), HEIGHT - BOTTOM + 18,
                           v / 1e6);
    return ok && buffer_printf(out,
                               "<text x='%d' y='%d' text-anchor='middle'>million tokens</text>\n"
                               "<text x='%d' y='20'>nats per token: <tspan class='l'>training (moving "
                               "average)</tspan>, <tspan class='v'>validation</tspan></text>\n",
                               (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, LEFT);
}

static bool draw_line(const struct curve *c, bool validation, struct buffer *out)
{
    bool ok = buffer_printf(out, "<polyline class='%s' points='", validation ? "v" : "l");
    for (size_t i = 0; i < c->count && ok; i++) {
        double value = validation ? c->points[i].validation : c->points[i].loss;
        if (!isnan(value))
            ok = buffer_printf(out, "%.1f,%.1f ", x_of(c, c->points[i].tokens), y_of(c, value));
    }
    return ok && buffer_append_string(out, "'/>\n");
}

static bool draw_curve(const struct curve *c, struct buffer *out)
{
    return buffer_printf(
               out,
               "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' "
               "font-size='13'>\n<style>text{fill:#555}.grid{stroke:#888;stroke-opacity:.25}"
               "polyline{fill:none;stroke-width:2}.l{stroke:#4c78a8}.v{stroke:#e45756}"
               "tspan{stroke:none}tspan.l{fill:#4c78a8}tspan.v{fill:#e45756}</style>\n",
               WIDTH, HEIGHT) &&
           draw_axes(c, out) && draw_line(c, false, out) && draw_line(c, true, out) &&
           buffer_append_string(out, "</svg>\n");
}

enum status train_plot(const char *folder, const char *path, struct error *error)
{
    struct curve c = {0};
    struct buffer out = {0};
    enum status status = read_curve(&c, folder, error);
    if (!status) {
        find_range(&c);
        status = draw_curve(&c, &out)
                     ? file_write(path, out.data, out.size, error)
                     : error_set(error, STATUS_NO_MEMORY, "not enough memory for the picture");
    }
    buffer_free(&out);
    mem_free(c.points);
    return status;
}
