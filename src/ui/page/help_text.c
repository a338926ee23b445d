#include "help_text.h"
#include "help_here.h"
#include "lacuna/base.h"
#include "ui/keymap/keymap.h"
#include "ui/terminal/cells.h"

#include <string.h>

enum { KEYS_SIZE = 64, MOST_COLUMNS = 4, LEAST_WIDTH = 38, MOST_KEY_CELLS = 15 };

struct column {
    struct buffer lines; /* "keys\ttext\n" */
    int count;
};

/* What the columns of one section have in common. */
struct section {
    struct column columns[MOST_COLUMNS];
    int across, width, key_cells; /* width: of one column, with the space between it and the next */
};

/* ---- keys ---------------------------------------------------------------------------------------------- */

/* A few key sequences that run a command in these contexts; `contexts` 0: in any context. */
static void keys_of(const struct ui_keymap *map, const char *command, unsigned contexts, char out[KEYS_SIZE])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < map->count; i++) {
        char name[UI_SEQUENCE_NAME];
        const struct ui_binding *b = &map->bindings[i];
        if (strcmp(b->command->name, command) != 0 || (contexts && !(b->context & contexts))) continue;
        ui_binding_name(b, name);
        if (strstr(out, name)) continue; /* bound in two contexts */
        int cells = screen_cells(out) + (used ? 1 : 0) + screen_cells(name);
        if (used && (used + strlen(name) + 2 > KEYS_SIZE || cells > MOST_KEY_CELLS)) return;
        used += (size_t)snprintf(out + used, KEYS_SIZE - used, "%s%s", used ? " " : "", name);
    }
}

/* In a mode whose keys are letters, keys with Alt and named keys work as on the page. */
static void keys_here(const struct ui_keymap *map, const char *command, unsigned contexts,
                      char out[KEYS_SIZE])
{
    keys_of(map, command, contexts, out);
    if (!*out && !(contexts & UI_PROMPT)) keys_of(map, command, UI_EDIT, out);
}

/* ---- columns ------------------------------------------------------------------------------------------- */

/* How much of `text` fits into this many cells, up to a space if there is one. */
static size_t fitting(const char *text, int cells)
{
    size_t best = 0;
    for (size_t at = 0; text[at];) {
        size_t end = at + strspn(text + at, " ");
        end += strcspn(text + end, " ");
        char piece[256];
        snprintf(piece, sizeof piece, "%.*s", (int)end, text);
        if (best && screen_cells(piece) > cells) break;
        best = at = end;
    }
    return best;
}

static int rows_of(const struct section *s, const char *help)
{
    int rows = 0, cells = s->width - s->key_cells - 4;
    for (const char *p = help; *p; p += strspn(p, " ")) {
        p += fitting(p, cells);
        rows++;
    }
    return rows ? rows : 1;
}

static bool add_entry(const struct section *s, struct column *column, const char *keys, const char *help)
{
    int cells = s->width - s->key_cells - 4;
    bool ok = true;
    for (const char *p = help; ok && (*p || p == help);) {
        size_t size = fitting(p, cells);
        ok = buffer_printf(&column->lines, "%s\t%.*s\n", p == help ? keys : "", (int)size, p);
        column->count++;
        if (!*p) break;
        p += size;
        p += strspn(p, " ");
    }
    return ok;
}

/* The next line of a column, in its cells; the last of the row is not padded. */
static bool put_cell(const struct section *s, const char **line, bool last, struct buffer *out)
{
    const char *tab = *line ? strchr(*line, '\t') : NULL, *end = tab ? strchr(tab, '\n') : NULL;
    char keys[KEYS_SIZE] = "", text[256] = "";
    if (end) {
        snprintf(keys, sizeof keys, "%.*s", (int)(tab - *line), *line);
        snprintf(text, sizeof text, "%.*s", (int)(end - tab - 1), tab + 1);
        *line = end[1] ? end + 1 : NULL;
    }
    int gap = s->key_cells - screen_cells(keys), rest = s->width - s->key_cells - 3 - screen_cells(text);
    return buffer_printf(out, " %c%s%c%*s  %s%*s", HELP_KEY_BEGIN, keys, HELP_KEY_END, gap > 0 ? gap : 0, "",
                         text, last || rest < 0 ? 0 : rest, "");
}

static bool put_section(const struct section *s, struct buffer *out)
{
    const char *lines[MOST_COLUMNS] = {0};
    int rows = 0;
    bool ok = true;
    for (int i = 0; i < s->across; i++) {
        lines[i] = s->columns[i].count ? s->columns[i].lines.data : NULL;
        if (s->columns[i].count > rows) rows = s->columns[i].count;
    }
    for (int row = 0; ok && row < rows; row++) {
        for (int i = 0; ok && i < s->across; i++) ok = put_cell(s, &lines[i], i == s->across - 1, out);
        ok = ok && buffer_append_char(out, '\n');
    }
    return ok;
}

/* Commands with keys in these contexts (0: any), down one column and then the next. */
static bool add_section(const struct ui_keymap *map, const struct ui_command *const *commands, size_t count,
                        unsigned contexts, int width, struct buffer *out)
{
    char keys[KEYS_SIZE];
    struct section s = {.across = width / LEAST_WIDTH};
    if (s.across < 1) s.across = 1;
    if (s.across > MOST_COLUMNS) s.across = MOST_COLUMNS;
    s.width = width / s.across;
    int total = 0, column = 0;
    for (int pass = 0; pass < 2; pass++) /* the widths of the keys decide the rows */
        for (size_t i = 0; i < count; i++) {
            keys_here(map, commands[i]->name, contexts, keys);
            if (!pass && screen_cells(keys) > s.key_cells) s.key_cells = screen_cells(keys);
            if (pass && *keys) total += rows_of(&s, commands[i]->help);
        }
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        keys_here(map, commands[i]->name, contexts, keys);
        if (!*keys) continue;
        if (s.columns[column].count * s.across >= total && column + 1 < s.across) column++;
        ok = add_entry(&s, &s.columns[column], keys, commands[i]->help);
    }
    ok = ok && put_section(&s, out);
    for (int i = 0; i < MOST_COLUMNS; i++) buffer_free(&s.columns[i].lines);
    return ok;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static bool has_keys(const struct ui_keymap *map, const char *command)
{
    char keys[KEYS_SIZE];
    keys_of(map, command, 0, keys);
    return *keys;
}

static bool add_groups(const struct ui_keymap *map, int width, struct buffer *out)
{
    enum { MOST_OF_GROUP = 128 };
    const struct ui_command *commands[MOST_OF_GROUP];
    bool ok = true;
    for (const struct ui_command *c = map->commands; ok && c->name;) {
        const char *group = c->group;
        size_t count = 0;
        for (; c->name && strcmp(c->group, group) == 0; c++)
            if (count < MOST_OF_GROUP && has_keys(map, c->name)) commands[count++] = c;
        if (count)
            ok = buffer_printf(out, "\n%s\n", group) && add_section(map, commands, count, 0, width, out);
    }
    return ok;
}

bool help_compose(const struct ui_keymap *map, const struct help_here *here, int width, struct buffer *out)
{
    out->size = 0;
    return buffer_printf(out, "%s\n", here->title) &&
           add_section(map, here->commands, here->count, here->contexts, width, out) &&
           add_groups(map, width, out);
}
