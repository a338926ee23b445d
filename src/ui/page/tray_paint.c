#include "tray_paint.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "page_rows.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/input_parser.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "ui/tray/choosing.h"
#include "ui/tray/instead.h"
#include "ui/tray/meets.h"
#include "ui/tray/tray.h"
#include "ui/tray/vary.h"
#include "word_difference.h"

#include <math.h>
#include <string.h>

/* ---- candidates ---------------------------------------------------------------------------------------- */

struct pen {
    const struct picture *picture;
    int row, column, end; /* end: the column after the last one that may be written */
};

static void pen_write(struct pen *pen, enum look look, const char *text)
{
    if (pen->column < pen->end)
        pen->column += screen_text(pen->row, pen->column, pen->end - pen->column, look, text);
}

/* The title row between the page and the list. */
static void paint_title(const struct ui *ui, int row, const char *title)
{
    struct pen pen = {ui->picture, row, 1, ui->picture->columns - 1};
    pen_write(&pen, LOOK_KEY, title);
    pen.column++;
    bool lines = !ui->settings->plain;
    while (lines && pen.column < pen.end) pen_write(&pen, LOOK_HINT, "-");
}

/* Words in one row; those that are not in the chosen candidate are marked. */
static void paint_words(struct pen *pen, const struct words *words, const struct words *chosen)
{
    struct difference_word list[DIFFERENCE_WORDS];
    struct slice text = {words->text.data, words->text.size}, with = {chosen->text.data, chosen->text.size};
    size_t count = word_difference(text, with, list);
    for (size_t i = 0; i < count && pen->column < pen->end; i++) {
        char word[256];
        enum look look = words == chosen ? LOOK_PLAIN : list[i].other ? LOOK_KEY : LOOK_HINT;
        snprintf(word, sizeof word, "%.*s", (int)list[i].word.size, list[i].word.data);
        if (i) pen_write(pen, LOOK_PLAIN, " ");
        if (pen->column + screen_cells(word) <= pen->end) {
            pen_write(pen, look, word);
            continue;
        }
        pen->column = pen->column < pen->end ? pen->column : pen->end - 1;
        pen_write(pen, LOOK_HINT, "\u2026");
        return;
    }
}

static void paint_candidate(const struct picture *picture, const struct proposal *p, size_t index, int row)
{
    enum { ROOMY = 60 }; /* screens of at least this many cells show numbers on the right */
    const struct candidate *c = &p->candidates[index];
    struct pen pen = {picture, row, 0, picture->columns - 1};
    char number[32], score[32] = "";
    bool chosen = index == p->chosen;
    const char *mark = c->unmet ? "! " : meets_count(p) < p->count ? "  " : " ";
    snprintf(number, sizeof number, "%s%2zu%s", chosen ? ">" : " ", index + 1, mark);
    if (c->rank_score < 0 && picture->columns >= ROOMY)
        snprintf(score, sizeof score, "  ln q %5.2f", c->rank_score);
    pen.end -= screen_cells(score);
    pen_write(&pen, chosen ? LOOK_KEY : LOOK_HINT, number);
    paint_words(&pen, &c->words, &p->candidates[p->chosen].words);
    screen_text(row, pen.end, screen_cells(score), LOOK_HINT, score);
}

static size_t shown_candidates(int rows)
{
    return rows > 1 ? (size_t)rows - 1 : 1;
}

static size_t first_shown(const struct proposal *p, int rows)
{
    size_t shown = shown_candidates(rows);
    return p->chosen >= shown ? p->chosen - shown + 1 : 0;
}

bool tray_mouse(struct ui *ui, const struct input *in)
{
    int rows = tray_rows(ui), at = in->row - view_rows(ui) - (rows > 1);
    if (in->mouse != MOUSE_PRESS || !rows || choosing_context(ui) != UI_TRAY || at < 0 || at >= rows)
        return false;
    struct proposal *p = tray_proposal(ui->doc);
    size_t index = first_shown(p, rows) + (size_t)at;
    if (p->job || index >= p->count) return false;
    p->chosen = index;
    kept_note(ui->doc);
    ui->doc->follow = ui->picture->stale = true;
    return true;
}

static void paint_candidates(const struct ui *ui, int row, int rows)
{
    const struct proposal *p = tray_proposal(ui->doc);
    char title[512], more[48] = "", met[64] = "", here[64] = "";
    const char *asked = blank_conditions_line(ui->doc, p->blank);
    size_t shown = shown_candidates(rows), first = first_shown(p, rows);
    if (ui->tray->job) snprintf(more, sizeof more, ", drawing %u more", p->wanted);
    size_t unmet = p->count - meets_count(p), last = first + shown < p->count ? first + shown : p->count;
    if (unmet) snprintf(met, sizeof met, ", %zu %s not meet", unmet, unmet == 1 ? "does" : "do");
    if (last - first < p->count) snprintf(here, sizeof here, ", %zu to %zu here", first + 1, last);
    snprintf(title, sizeof title, "%zu %s%s%s%s%s%s%s%s", p->count, p->count == 1 ? "proposal" : "proposals",
             here, p->breathes ? ", breathing" : "", more, met, *asked ? " {" : "", asked, *asked ? "}" : "");
    if (rows > 1) paint_title(ui, row++, title);
    for (size_t i = 0; i < shown && first + i < p->count; i++)
        paint_candidate(ui->picture, p, first + i, row + (int)i);
}

/* ---- alternatives -------------------------------------------------------------------------------------- */

static void describe_odds(double p, char *out, size_t size)
{
    if (p >= 0.01)
        snprintf(out, size, "%.0f %%", 100 * p);
    else if (p >= 0.0001)
        snprintf(out, size, "%.2g %%", 100 * p);
    else
        snprintf(out, size, "<0.01 %%");
}

/* "1 said 31 %", in as few rows as possible. */
static void paint_list(const struct ui *ui, int row, int rows)
{
    const struct instead *in = ui->instead;
    struct pen pen = {ui->picture, row, 1, ui->picture->columns - 1};
    for (size_t i = 0; i < in->found.count; i++) {
        char item[128], odds[24], number[32];
        const struct buffer *text = &in->found.list[i].text;
        snprintf(number, sizeof number, "%zu ", i + 1);
        describe_odds(in->found.list[i].p, odds, sizeof odds);
        snprintf(item, sizeof item, "%.*s", (int)text->size, text->data ? text->data : "");
        int cells = screen_cells(number) + screen_cells(item) + 1 + screen_cells(odds);
        if (pen.column > 1 && pen.column + cells > pen.end) {
            pen.row++;
            pen.column = 1;
        }
        if (pen.row >= row + rows) return;
        pen_write(&pen, LOOK_KEY, number);
        pen_write(&pen, i == in->at ? LOOK_SELECTED : LOOK_PLAIN, item);
        pen_write(&pen, LOOK_HINT, " ");
        pen_write(&pen, LOOK_HINT, odds);
        pen.column += 3;
    }
}

static void paint_alternatives(const struct ui *ui, int row, int rows)
{
    const struct words *words = instead_words(ui);
    const struct instead *in = ui->instead;
    struct buffer title = {0};
    uint32_t first, end;
    bool ok = buffer_append_string(&title, "instead of ");
    if (words) {
        words_word(words, in->token, &first, &end);
        for (uint32_t i = first; ok && i < end; i++) {
            const struct fill_token *t = &words->tokens[i];
            uint32_t skip = i == first && t->end > t->start && words->text.data[t->start] == ' ';
            ok = buffer_append(&title, words->text.data + t->start + skip, t->end - t->start - skip);
        }
    }
    if (in->trouble.code)
        ok = ok && buffer_printf(&title, ": %s", in->trouble.message);
    else if (!in->about || in->asked)
        ok = ok && buffer_append_string(&title, ": evaluating \u2026");
    else if (in->seconds > 0)
        ok = ok && buffer_printf(&title, ", given all other words (%.0f ms)", 1000 * in->seconds);
    if (ok && buffer_append_char(&title, '\0') && rows > 1) paint_title(ui, row++, title.data);
    buffer_free(&title);
    paint_list(ui, row, rows > 1 ? rows - 1 : 1);
}

/* ---- the dial ------------------------------------------------------------------------------------------ */

static void paint_dial(const struct ui *ui, int row)
{
    enum { CELLS = 20, LONGEST = 8 };
    struct pen pen = {ui->picture, row, 1, ui->picture->columns - 1};
    char percent[32], block[LONGEST];
    const char *masked = screen_masked();
    snprintf(block, sizeof block, "%.*s", (int)strlen(masked) / 3, masked);
    snprintf(percent, sizeof percent, "vary %3d %% ", ui->vary->percent);
    pen_write(&pen, LOOK_KEY, percent);
    for (int i = 0; i < CELLS && !ui->settings->plain; i++)
        pen_write(&pen, i * 100 < ui->vary->percent * CELLS ? LOOK_KEY : LOOK_HINT,
                  i * 100 < ui->vary->percent * CELLS ? block : ".");
    pen.column++;
    pen_write(&pen, LOOK_HINT, ui->vary->percent ? "of the words drawn again" : "the original");
}

void tray_paint(const struct ui *ui, int row)
{
    int rows = tray_rows(ui);
    for (int i = 0; i < rows; i++) screen_fill_row(row + i, 0, ui->picture->columns, LOOK_PLAIN);
    if (!rows) return;
    if (vary_context(ui))
        paint_dial(ui, row);
    else if (instead_context(ui))
        paint_alternatives(ui, row, rows);
    else
        paint_candidates(ui, row, rows);
}
