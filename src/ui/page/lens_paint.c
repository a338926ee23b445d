#include "lens_paint.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/editor_state.h"
#include "ui/lens/lens.h"
#include "ui/lens/lens_commands.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"

#include <string.h>

int lens_margin(const struct settings *settings)
{
    return settings->lens == LENS_OWED ? 2 : 0;
}

/* ---- the bar ------------------------------------------------------------------------------------------- */

static const char *bar_of(enum look look)
{
    static const char *const blocks[] = {"▎", "▌", "█"}, *const plain[] = {"-", "+", "#"};
    bool has_blocks = screen_masked()[0] != '_';
    int level = look == LOOK_LENS_LOW ? 0 : look == LOOK_LENS_MIDDLE ? 1 : 2;
    return (has_blocks ? blocks : plain)[level];
}

void lens_paint_bar(const struct ui *ui, int row, int column, size_t at)
{
    if (ui->settings->lens != LENS_OWED) return;
    enum look look = lens_owed_look(lens_owed(ui->lens, ui->doc, at));
    screen_text(row, column, 1, look, look == LOOK_PLAIN ? " " : bar_of(look));
}

/* ---- the row ------------------------------------------------------------------------------------------- */

struct key_of_lens {
    enum look look;
    const char *mark, *words;
};

static int paint_legend(const struct picture *picture, int row, int column, const struct key_of_lens *keys,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        column += screen_text(row, column, picture->columns - column, keys[i].look, keys[i].mark) + 1;
        column += screen_text(row, column, picture->columns - column, LOOK_HINT, keys[i].words) + 2;
        if (column >= picture->columns) break;
    }
    return column;
}

/* The legend: the marks that stand before words without colours; with colours, in these colours. */
static int paint_surprise(const struct picture *picture, int row, int column)
{
    static const struct key_of_lens keys[] = {{LOOK_LENS_LOW, "-", "1 in 1,100"},
                                              {LOOK_LENS_MIDDLE, "+", "1 in 8,000"},
                                              {LOOK_LENS_HIGH, "*", "1 in 160,000"}};
    return paint_legend(picture, row, column, keys, ARRAY_SIZE(keys));
}

static int paint_owed(const struct picture *picture, int row, int column)
{
    const struct key_of_lens keys[] = {{LOOK_LENS_LOW, bar_of(LOOK_LENS_LOW), "1.4"},
                                       {LOOK_LENS_MIDDLE, bar_of(LOOK_LENS_MIDDLE), "1.7"},
                                       {LOOK_LENS_HIGH, bar_of(LOOK_LENS_HIGH), "2.0 nats per word"}};
    return paint_legend(picture, row, column, keys, ARRAY_SIZE(keys));
}

/* Of a list that is too long, the last ones are left out: half a word would look like another word. */
static void keep_whole_items(char *list, int cells)
{
    static const char between[] = " · ";
    while (screen_cells(list) > cells) {
        char *last = NULL;
        for (char *at = list; (at = strstr(at, between)); at++) last = at;
        if (!last) return;
        *last = '\0';
    }
}

void lens_paint(const struct ui *ui, int row)
{
    static const char *const names[] = {"", "surprise", "odds", "owed"};
    const struct picture *picture = ui->picture;
    struct buffer line = {0};
    screen_fill_row(row, 0, picture->columns, LOOK_PLAIN);
    int column = 1;
    bool ratios = ui->settings->lens == LENS_ODDS && lens_has_ratios(ui->filling);
    column += screen_text(row, column, picture->columns - column, LOOK_KEY,
                          ratios ? "ratios, all from one evaluation" : names[ui->settings->lens]) +
              2;
    if (ui->settings->lens == LENS_SURPRISE) column = paint_surprise(picture, row, column);
    if (ui->settings->lens == LENS_OWED) column = paint_owed(picture, row, column);
    if (lens_describe(ui, &line) && buffer_append_char(&line, '\0')) {
        keep_whole_items(line.data, picture->columns - column);
        const char *shown = line.size > 1 ? line.data : lens_busy(ui) ? "evaluating …" : "";
        screen_text(row, column, picture->columns - column, LOOK_PLAIN, shown);
    }
    buffer_free(&line);
}
