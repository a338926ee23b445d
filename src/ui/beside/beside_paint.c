#include "beside_paint.h"
#include "beside.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/page/layout.h"
#include "ui/page/view.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"

#include <math.h>
#include <string.h>

/* ---- the words of one run ------------------------------------------------------------------------------ */

enum { AROUND = 100 }; /* bytes of the line on either side of the blank */

struct panel {
    struct buffer text, looks; /* one look for every byte of text */
    bool ok;
};

static void add_around(struct panel *p, const struct text *text, size_t start, size_t end)
{
    size_t before = p->text.size;
    p->ok = p->ok && text_append_to(text, start, end, &p->text);
    for (size_t i = before; p->ok && i < p->text.size; i++)
        p->ok = buffer_append_char(&p->looks, (char)LOOK_PLAIN);
}

static void compose_panel(const struct beside *b, size_t run, struct panel *p)
{
    const struct text *text = b->doc->text;
    const struct moment *moment = beside_moment(b, run), *first = run ? beside_moment(b, 0) : NULL;
    struct text_blank blank;
    if (!text_blank_get(text, b->blank, &blank)) return;
    size_t start = text_this_line_start(text, blank.start), end = text_this_line_end(text, blank.end);
    if (blank.start - start > AROUND) start = text_next_word(text, blank.start - AROUND);
    if (end - blank.end > AROUND) end = text_previous_word(text, blank.end + AROUND);
    if (start > blank.start) start = blank.start;
    if (end < blank.end) end = blank.end;
    add_around(p, text, start, blank.start);
    /* Differences are marked only after a swap. Runs with other seeds or models differ almost everywhere. */
    const struct words *other = first && b->runs[run].swap.step ? &first->words : NULL;
    if (moment)
        p->ok = p->ok && layout_words(&b->runs[run].candidate, &moment->words, other, &p->text, &p->looks);
    add_around(p, text, blank.end, end);
}

/* ---- places of the runs -------------------------------------------------------------------------------- */

struct area {
    int row, column, rows, columns;
};

/* Runs are in two columns on a wide screen, otherwise one below the other. A low screen shows only the chosen run. The
 * last row shows the keys. */
static struct area area_of(const struct picture *picture, size_t count, size_t chosen, size_t run)
{
    enum { WIDE = 80, GAP = 2, LOW = 4 };
    int across = picture->columns >= WIDE ? 2 : 1, down = ((int)count + across - 1) / across;
    int rows = picture->rows > 1 ? picture->rows - 1 : 1, width = picture->columns / across;
    int top = rows / down;
    if (top < LOW) return (struct area){.rows = run == chosen ? rows : 0, .columns = picture->columns - 1};
    return (struct area){.row = (int)run / across * top,
                         .column = (int)run % across * width,
                         .rows = top,
                         .columns = width - (across > 1 ? GAP : 1)};
}

static void describe_run(const struct beside *b, size_t run, char *out, size_t size)
{
    const struct beside_run *r = &b->runs[run];
    const struct moment *m = beside_moment(b, run);
    size_t parts = run && r->swap.step ? beside_parts(b, run) : SIZE_MAX;
    int used = 0;
    if (*r->trouble)
        snprintf(out, size, "%s", r->trouble);
    else if (!m)
        snprintf(out, size, "reading …");
    else
        used = snprintf(out, size, "step %u/%u", m->step, r->steps > m->step ? r->steps : m->step);
    if (used && parts != SIZE_MAX)
        snprintf(out + used, size - (size_t)used, "  differs from step %u on",
                 r->candidate.moments[parts].step);
    else if (used && !r->job && isfinite(r->candidate.score) && m->step >= r->step)
        snprintf(out + used, size - (size_t)used, "  ln q %.2f", r->candidate.score);
    else if (used && !r->job && r->swap.step && m->step >= r->step)
        snprintf(out + used, size - (size_t)used, "  no other difference");
}

static void paint_words(const struct settings *settings, const struct panel *p, const struct area *area,
                        int row)
{
    struct text *text = text_from_bytes(p->text.data ? p->text.data : "", p->text.size, NULL);
    struct text_wrap wrap = {.width = area->columns > 1 ? area->columns : 1, .tab = settings->tab_width};
    struct text_row line;
    if (!text) return;
    text_row_of(text, &wrap, 0, &line);
    for (; row < area->row + area->rows; row++) {
        struct text_cluster c;
        int column = 0;
        for (size_t at = line.start; at < line.end && text_cluster_at(text, at, &c); at = c.end) {
            int cells = text_cells_at(&c, &wrap, column);
            if (column + cells > area->columns) break;
            if (cells && c.kind != TEXT_CLUSTER_TAB)
                view_cluster(settings, row, area->column + column, text, &c, (enum look)p->looks.data[at]);
            column += cells;
        }
        if (!text_next_row(text, &wrap, &line, &line)) break;
    }
    text_free(text);
}

static void paint_run(const struct ui *ui, size_t run)
{
    const struct beside *b = ui->beside;
    struct area area = area_of(ui->picture, b->count, b->chosen, run);
    struct panel p = {.ok = true};
    char state[200], label[120];
    bool chosen = run == b->chosen;
    if (!area.rows) return;
    snprintf(label, sizeof label, "%s %zu  %s", chosen ? ">" : " ", run + 1, b->runs[run].label);
    screen_text(area.row, area.column, area.columns, chosen ? LOOK_KEY : LOOK_HINT, label);
    if (area.rows < 2) return;
    describe_run(b, run, state, sizeof state);
    screen_text(area.row + 1, area.column + 2, area.columns - 2,
                *b->runs[run].trouble ? LOOK_ERROR : LOOK_HINT, state);
    compose_panel(b, run, &p);
    if (p.ok) paint_words(ui->settings, &p, &area, area.row + 2);
    buffer_free(&p.text);
    buffer_free(&p.looks);
}

/* ---- the keys ------------------------------------------------------------------------------------------ */

static void paint_keys(const struct ui *ui, int row)
{
    static const struct {
        const char *command, *text;
    } hints[] = {{"beside-back", "back"}, {"beside-on", "on"},      {"beside-play", "play"},
                 {"slower", "slower"},    {"faster", "faster"},     {"beside-next", "next"},
                 {"beside-take", "take"}, {"beside-close", "leave"}};
    int column = 1;
    for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
        char key[UI_SEQUENCE_NAME];
        ui_keymap_keys(ui->keymap, hints[i].command, UI_BESIDE, key);
        if (!*key || column + screen_cells(key) + 1 + screen_cells(hints[i].text) > ui->picture->columns)
            continue;
        column += screen_text(row, column, ui->picture->columns - column, LOOK_KEY, key) + 1;
        column += screen_text(row, column, ui->picture->columns - column, LOOK_HINT, hints[i].text) + 2;
    }
}

void beside_paint(const struct ui *ui)
{
    for (size_t i = 0; i < ui->beside->count; i++) paint_run(ui, i);
    int row = ui->picture->rows - 1;
    if (row < 1) return;
    screen_fill_row(row, 0, ui->picture->columns, LOOK_PLAIN);
    if (ui->message->text[0])
        screen_text(row, 1, ui->picture->columns - 1, ui->message->is_error ? LOOK_ERROR : LOOK_PLAIN,
                    ui->message->text);
    else
        paint_keys(ui, row);
}
