#include "popup.h"
#include "lacuna/base.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"

#include <string.h>

struct line {
    struct slice left, right;
};

static const char *read_row(const char *from, struct line *out)
{
    size_t size = strcspn(from, "\n");
    const char *tab = memchr(from, '\t', size);
    out->left = (struct slice){from, tab ? (size_t)(tab - from) : size};
    out->right = (struct slice){tab ? tab + 1 : from + size, tab ? size - (size_t)(tab + 1 - from) : 0};
    return from + size + (from[size] == '\n');
}

static int cells_of(struct slice s)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%.*s", (int)s.size, s.data);
    return screen_cells(copy);
}

static int paint_slice(int row, int column, int width, enum look look, struct slice s)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%.*s", (int)s.size, s.data);
    return width > 0 ? screen_text(row, column, width, look, copy) : 0;
}

static void widths(const struct popup *popup, int *left, int *right)
{
    const char *p = popup->lines.data;
    *left = *right = 0;
    for (int i = 0; i < popup->count; i++) {
        struct line line;
        p = read_row(p, &line);
        int l = cells_of(line.left), r = cells_of(line.right);
        if (l > *left) *left = l;
        if (r > *right) *right = r;
    }
}

/* ---- several columns, one row each ------------------------------------------------------------------- */

static void paint_columns(const struct picture *picture, const struct popup *popup, int bottom)
{
    int left, right;
    widths(popup, &left, &right);
    int cell = left + right + 4, across = cell < picture->columns ? picture->columns / cell : 1;
    int rows = (popup->count + across - 1) / across, most = bottom > 4 ? bottom - 2 : bottom;
    if (rows > most) rows = most;
    for (int i = 0; i < rows; i++) screen_fill_row(bottom - rows + i, 0, picture->columns, LOOK_STATUS);
    const char *p = popup->lines.data;
    for (int i = 0; i < popup->count && i < rows * across; i++) {
        struct line line;
        p = read_row(p, &line);
        int row = bottom - rows + i % rows, column = i / rows * cell;
        paint_slice(row, column + 1, picture->columns - column - 1, LOOK_STATUS_STRONG, line.left);
        paint_slice(row, column + left + 3, picture->columns - column - left - 3, LOOK_STATUS, line.right);
    }
}

/* ---- a list to choose from: text that does not fit into a row continues in the next ------------------ */

/* Takes what fits into this many cells, up to a space if possible, off the front. */
static struct slice take_row(struct slice *rest, int width)
{
    size_t end = 0, space = 0;
    for (int used = 0; end < rest->size;) {
        uint32_t code;
        int length = utf8_decode(rest->data + end, rest->size - end, &code);
        size_t size = length > 0 ? (size_t)length : 1;
        bool plain = rest->data[end] >= ' ' && rest->data[end] < 0x7f;
        int cells = plain ? 1 : cells_of((struct slice){rest->data + end, size});
        if (used + cells > width && end > 0) break;
        if (rest->data[end] == ' ') space = end;
        used += cells;
        end += size;
    }
    if (end < rest->size && space) end = space;
    struct slice row = {rest->data, end};
    while (end < rest->size && rest->data[end] == ' ') end++;
    *rest = (struct slice){rest->data + end, rest->size - end};
    return row;
}

/* Where the right side goes: beside the left one, or below it if there is too little room. */
struct list_shape {
    int column, width;
    bool below;
};

static struct list_shape shape_of(const struct picture *picture, const struct popup *popup)
{
    enum { LEAST = 24, INDENT = 4 };
    int left, right;
    widths(popup, &left, &right);
    int room = picture->columns - left - 4;
    bool below = room < LEAST && room < right;
    return below ? (struct list_shape){INDENT, picture->columns - INDENT - 1, true}
                 : (struct list_shape){left + 3, room, false};
}

static int height_of(const struct list_shape *shape, struct slice right)
{
    int rows = 0;
    while (right.size) {
        take_row(&right, shape->width);
        rows++;
    }
    return rows + shape->below > 1 ? rows + shape->below : 1;
}

/* The first line to show, so that the chosen one is fully visible; *rows: of all lines shown then, at most as
 * many as before. */
static int first_shown(const struct popup *popup, const struct list_shape *shape, int *rows)
{
    int first = 0, used = 0, most = *rows;
    const char *p = popup->lines.data, *oldest = p;
    for (int i = 0; i < popup->count; i++) {
        struct line line, old;
        p = read_row(p, &line);
        int height = height_of(shape, line.right);
        if (i > popup->chosen && used + height > most) break;
        used += height;
        for (; used > most && first < i; first++) {
            oldest = read_row(oldest, &old);
            used -= height_of(shape, old.right);
        }
    }
    *rows = used < most ? used : most;
    return first;
}

static void paint_list(const struct picture *picture, const struct popup *popup, int bottom)
{
    enum { MOST_ROWS = 12 };
    const struct list_shape shape = shape_of(picture, popup);
    int rows = bottom > 4 ? bottom - 2 : bottom;
    if (rows > MOST_ROWS) rows = MOST_ROWS;
    int first = first_shown(popup, &shape, &rows), row = bottom - rows;
    if (row > 0) screen_fill_row(row - 1, 0, picture->columns, LOOK_STATUS);
    for (int i = row; i < bottom; i++) screen_fill_row(i, 0, picture->columns, LOOK_PLAIN);
    const char *p = popup->lines.data;
    for (int i = 0; i < popup->count && row < bottom; i++) {
        struct line line;
        p = read_row(p, &line);
        if (i < first) continue;
        bool chosen = i == popup->chosen;
        int height = height_of(&shape, line.right);
        for (int j = 0; chosen && j < height && row + j < bottom; j++)
            screen_fill_row(row + j, 0, picture->columns, LOOK_SELECTED);
        paint_slice(row, 1, picture->columns - 1, chosen ? LOOK_SELECTED : LOOK_KEY, line.left);
        row += shape.below || !line.right.size;
        while (line.right.size && row < bottom)
            paint_slice(row++, shape.column, shape.width, chosen ? LOOK_SELECTED : LOOK_PLAIN,
                        take_row(&line.right, shape.width));
    }
}

bool popup_pick(struct popup *popup, int direction)
{
    int to = popup->chosen + direction;
    if (to < 0 || to >= popup->count) return false;
    popup->chosen = to;
    return true;
}

void popup_paint(const struct picture *picture, const struct popup *popup)
{
    int bottom = picture->rows > 2 ? picture->rows - 2 : 0;
    if (!popup->count || bottom < 1) return;
    if (popup->columns)
        paint_columns(picture, popup, bottom);
    else
        paint_list(picture, popup, bottom);
}
