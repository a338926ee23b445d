#include "help.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/key_names.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* All sequences that run a command, up to a few. */
static void keys_of(const struct ui_keymap *map, const char *command, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < map->count; i++) {
        char name[UI_SEQUENCE_NAME];
        if (strcmp(map->bindings[i].command->name, command) != 0) continue;
        ui_binding_name(&map->bindings[i], name);
        if (strstr(out, name)) continue; /* bound in two contexts */
        if (used + strlen(name) + 3 > size) return;
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "  " : "", name);
    }
}

static bool build(struct ui *ui)
{
    struct buffer *out = &ui->help->text;
    const char *group = "";
    out->size = 0;
    bool ok = buffer_append_string(
        out, "lacuna: a blank is [[8]], [[4-20]] or [[]] in the text, or a marked selection.\n"
             "Filling shows a proposal over the blank; the text changes when you accept it.\n");
    for (const struct ui_command *c = ui->keymap->commands; ok && c->name; c++) {
        char keys[64];
        keys_of(ui->keymap, c->name, keys, sizeof keys);
        if (!*keys) continue;
        if (strcmp(group, c->group) != 0) ok = buffer_printf(out, "\n%s\n", c->group);
        group = c->group;
        int cells = screen_cells(keys);
        ok = ok && buffer_printf(out, "  %s%*s  %s\n", keys, cells < 24 ? 24 - cells : 0, "", c->help);
    }
    return ok;
}

void do_help(struct ui *ui)
{
    ui->help->active = build(ui);
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

static void paint_line(const struct help *help, const struct picture *picture, int row, const char *line)
{
    if (line[0] != ' ') {
        screen_text(row, 0, picture->columns, row == 0 && help->top == 0 ? LOOK_PLAIN : LOOK_KEY, line);
        return;
    }
    screen_text(row, 0, picture->columns, LOOK_PLAIN, line);
}

void help_paint(const struct help *help, const struct picture *picture)
{
    const char *p = help->text.data;
    int skip = help->top, page = picture->rows > 1 ? picture->rows - 1 : 1;
    char line[256];
    for (int row = 0; p && *p && row < page;) {
        const char *end = strchr(p, '\n');
        if (!end) return;
        snprintf(line, sizeof line, "%.*s", (int)(end - p), p);
        p = end + 1;
        if (skip-- > 0) continue;
        paint_line(help, picture, row++, line);
    }
    if (picture->rows > 1) {
        screen_fill_row(picture->rows - 1, 0, picture->columns, LOOK_STATUS);
        screen_text(picture->rows - 1, 1, picture->columns - 1, LOOK_STATUS,
                    "arrows and PgDn scroll, any other key returns to the text");
    }
}
