#include "help.h"
#include "help_here.h"
#include "help_text.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/key_names.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* A cell stays free on the right, so that no line fills the row. */
static int width_of(const struct picture *picture)
{
    return picture->columns > 1 ? picture->columns - 1 : 1;
}

void do_help(struct ui *ui)
{
    struct help_here here;
    help_find_here(ui, &here);
    ui->help->columns = width_of(ui->picture);
    ui->help->active = help_compose(ui->keymap, &here, ui->help->columns, &ui->help->text);
    ui->help->top = 0;
}

bool help_show(struct help *help, struct buffer *lines)
{
    if (lines->data[lines->size - 1] != '\n' && !buffer_append_char(lines, '\n')) return false;
    if (!buffer_append_char(lines, '\0')) return false;
    buffer_free(&help->text);
    help->text = *lines;
    *lines = (struct buffer){0};
    help->active = true;
    help->columns = 0;
    help->top = 0;
    return true;
}

static int line_count(const struct help *help)
{
    int lines = 0;
    for (size_t i = 0; i < help->text.size; i++) lines += help->text.data[i] == '\n';
    return lines;
}

void help_key(struct help *help, struct picture *picture, ui_key key)
{
    int page = picture->rows > 2 ? picture->rows - 2 : 1, most = line_count(help) - page, *top = &help->top;
    if (key == UI_SPECIAL(UI_UP))
        --*top;
    else if (key == UI_SPECIAL(UI_DOWN))
        ++*top;
    else if (key == UI_SPECIAL(UI_PAGE_UP))
        *top -= page;
    else if (key == UI_SPECIAL(UI_PAGE_DOWN) || key == ' ')
        *top += page;
    else if (key == UI_SPECIAL(UI_HOME))
        *top = 0;
    else if (key == UI_SPECIAL(UI_END))
        *top = most;
    else
        help->active = false;
    if (*top > most) *top = most;
    if (*top < 0) *top = 0;
}

/* Keys are enclosed in marks. */
static void paint_entry(const struct picture *picture, int row, const char *line)
{
    static const char marks[] = {HELP_KEY_BEGIN, HELP_KEY_END, '\0'};
    enum look look = LOOK_PLAIN;
    for (int column = 0; *line && column < picture->columns;) {
        char piece[256];
        size_t size = strcspn(line, marks);
        snprintf(piece, sizeof piece, "%.*s", (int)size, line);
        column += screen_text(row, column, picture->columns - column, look, piece);
        line += size;
        if (*line) look = *line++ == HELP_KEY_BEGIN ? LOOK_KEY : LOOK_PLAIN;
    }
}

static void paint_line(const struct ui *ui, int row, const char *line)
{
    if (ui->help->columns && line[0] == ' ')
        paint_entry(ui->picture, row, line);
    else
        screen_text(row, 0, ui->picture->columns, line[0] == ' ' ? LOOK_PLAIN : LOOK_STATUS_STRONG, line);
}

/* The width of the screen has changed. */
static void fit(struct ui *ui)
{
    if (ui->help->columns && ui->help->columns != width_of(ui->picture)) do_help(ui);
}

void help_paint(struct ui *ui)
{
    fit(ui);
    const char *p = ui->help->text.data;
    const struct picture *picture = ui->picture;
    int skip = ui->help->top, page = picture->rows > 1 ? picture->rows - 1 : 1;
    char line[1024];
    for (int row = 0; p && *p && row < page;) {
        const char *end = strchr(p, '\n');
        if (!end) break;
        snprintf(line, sizeof line, "%.*s", (int)(end - p), p);
        p = end + 1;
        if (skip-- > 0) continue;
        paint_line(ui, row++, line);
    }
    if (picture->rows > 1) {
        screen_fill_row(picture->rows - 1, 0, picture->columns, LOOK_STATUS);
        screen_text(picture->rows - 1, 1, picture->columns - 1, LOOK_STATUS,
                    "arrows and PgDn scroll, any other key returns to the text");
    }
}
