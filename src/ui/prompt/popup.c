#include "popup.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"

#include <string.h>

struct line {
    struct slice left, right;
};

static const char *read_line(const char *from, struct line *out)
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
        p = read_line(p, &line);
        int l = cells_of(line.left), r = cells_of(line.right);
        if (l > *left) *left = l;
        if (r > *right) *right = r;
    }
}

void popup_paint(struct ui *ui, const struct popup *popup)
{
    int bottom = ui->rows > 2 ? ui->rows - 2 : 0, left, right;
    if (!popup->count || bottom < 1) return;
    widths(popup, &left, &right);
    int cell = left + right + 4, across = popup->columns && cell < ui->columns ? ui->columns / cell : 1;
    int rows = (popup->count + across - 1) / across, first = 0;
    int most = bottom > 4 ? bottom - 2 : bottom;
    if (!popup->columns && most > 12) most = 12;
    if (rows > most) rows = most;
    if (across == 1 && popup->chosen >= rows) first = popup->chosen - rows + 1;
    for (int i = 0; i < rows; i++) screen_fill_row(bottom - rows + i, 0, ui->columns, LOOK_STATUS);
    const char *p = popup->lines.data;
    for (int i = 0; i < popup->count; i++) {
        struct line line;
        p = read_line(p, &line);
        int place = i - first, row = place % rows, column = place / rows * cell;
        if (place < 0 || place >= rows * across) continue;
        row += bottom - rows;
        bool chosen = i == popup->chosen;
        if (chosen) screen_fill_row(row, 0, ui->columns, LOOK_SELECTED);
        paint_slice(row, column + 1, ui->columns - column - 1, chosen ? LOOK_SELECTED : LOOK_STATUS_STRONG,
                    line.left);
        paint_slice(row, column + left + 3, ui->columns - column - left - 3,
                    chosen ? LOOK_SELECTED : LOOK_STATUS, line.right);
    }
}
