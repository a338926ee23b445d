#include "timeline_paint.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/blank/timeline.h"
#include "ui/document/moments.h"
#include "ui/editor_state.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/input_parser.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "view.h"

#include <math.h>

int timeline_rows(const struct ui *ui)
{
    if (!timeline_active(ui)) return 0;
    return ui->picture->rows >= 8 ? 2 : ui->picture->rows >= 5 ? 1 : 0;
}

/* ---- steps --------------------------------------------------------------------------------------------- */

/* Tokens that stand in one moment and are masked, or others, in the one before. */
static uint32_t drawn_in(const struct candidate *c, size_t moment)
{
    uint32_t drawn = 0;
    if (!moment) return 0;
    const struct words *before = &c->moments[moment - 1].words, *now = &c->moments[moment].words;
    for (uint32_t i = 0; i < now->count; i++) {
        const struct fill_token *t = &now->tokens[i];
        drawn += t->state != FILL_MASKED && (i >= before->count || before->tokens[i].state == FILL_MASKED ||
                                             before->tokens[i].id != t->id);
    }
    return drawn;
}

/* Where the steps are on the row, and how many of them share a cell. */
struct strip {
    int left, cells;
    size_t moments;
};

/* Of the whole timeline: as many as were wanted, or as there are. */
static uint32_t steps_of(const struct candidate *c)
{
    uint32_t last = c->moments[c->moment_count - 1].step;
    return c->moments[0].steps > last ? c->moments[0].steps : last;
}

static int strip_label(const struct ui *ui, const struct candidate *c, char *out, size_t size)
{
    const struct moment *m = &c->moments[ui->timeline->at];
    int used = snprintf(out, size, " step %u/%u", m->step, steps_of(c));
    if (isfinite(m->sigma_bar) && ui->picture->columns >= 40)
        used += snprintf(out + used, size - (size_t)used, "  σ̄ %-6.3g", m->sigma_bar);
    return screen_cells(out);
}

static struct strip find_strip(const struct ui *ui, const struct candidate *c)
{
    char label[64];
    struct strip s = {.moments = c->moment_count};
    s.left = strip_label(ui, c, label, sizeof label) + 2;
    int room = ui->picture->columns - s.left - 1;
    s.cells = room < 1 ? 0 : s.moments < (size_t)room ? (int)s.moments : room;
    return s;
}

static size_t first_in(const struct strip *s, int cell)
{
    return (size_t)cell * s->moments / (size_t)s->cells;
}

static const char *bar_character(uint32_t drawn, uint32_t most)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {"-", "+", "#"};
    bool blocks = screen_masked()[0] != '_';
    if (!drawn) return blocks ? "·" : ".";
    uint32_t count = blocks ? 8 : 3, level = most > 1 ? (drawn * count + most - 1) / most : count;
    return blocks ? bars[level - 1] : plain[level - 1];
}

static void paint_steps(const struct ui *ui, const struct candidate *c, int row)
{
    char label[64];
    struct strip s = find_strip(ui, c);
    uint32_t most = 1, drawn[512];
    if (s.cells > (int)ARRAY_SIZE(drawn)) s.cells = (int)ARRAY_SIZE(drawn);
    for (int i = 0; i < s.cells; i++) {
        drawn[i] = 0;
        for (size_t m = first_in(&s, i); m < first_in(&s, i + 1); m++) drawn[i] += drawn_in(c, m);
        if (drawn[i] > most) most = drawn[i];
    }
    strip_label(ui, c, label, sizeof label);
    screen_text(row, 0, ui->picture->columns, LOOK_STATUS_STRONG, label);
    for (int i = 0; i < s.cells; i++) {
        bool here = ui->timeline->at >= first_in(&s, i) && ui->timeline->at < first_in(&s, i + 1);
        /* A full bar would cover what marks the place. */
        screen_text(row, s.left + i, 1, here ? LOOK_FRESH : LOOK_STATUS,
                    here ? "|" : bar_character(drawn[i], most));
    }
}

/* A click or a drag on the steps goes there. */
bool timeline_mouse(struct ui *ui, const struct input *in)
{
    const struct candidate *c = timeline_candidate(ui);
    int rows = timeline_rows(ui), top = view_rows(ui);
    if (!c || !c->moment_count || !rows || in->row < top || in->row >= top + rows) return false;
    if (in->mouse != MOUSE_PRESS && in->mouse != MOUSE_DRAG) return true;
    struct strip s = find_strip(ui, c);
    int cell = in->column - s.left;
    if (in->row > top || cell < 0 || cell >= s.cells) return true;
    ui->timeline->play_at = 0;
    timeline_go(ui, first_in(&s, cell));
    return true;
}

/* ---- the chosen word ----------------------------------------------------------------------------------- */

static void add_word(const struct ui *ui, uint32_t first, uint32_t end, struct buffer *out)
{
    for (uint32_t i = first; i < end; i++) {
        const struct words *words;
        const struct fill_token *t = timeline_token(ui, i, &words);
        if (!t || t->start == t->end || t->state == FILL_MASKED) continue;
        uint32_t skip = i == first && words->text.data[t->start] == ' ';
        if (!buffer_append(out, words->text.data + t->start + skip, t->end - t->start - skip)) return;
    }
}

/* Of a word at the moment that is shown. */
struct facts {
    double least;         /* the probability that its least likely token was drawn with; NAN: not known */
    uint32_t step, again; /* that drew the last of its tokens; that draws one of them again, later */
};

static struct facts find_facts(const struct ui *ui, const struct candidate *c, uint32_t first, uint32_t end)
{
    struct facts facts = {.least = NAN};
    for (uint32_t i = first; i < end; i++) {
        const struct words *words;
        const struct fill_token *t = timeline_token(ui, i, &words);
        uint32_t drawn = timeline_drawn_at(c, ui->timeline->at, i);
        uint32_t again = timeline_drawn_again(c, ui->timeline->at, i);
        if (t && isfinite(t->probability))
            facts.least = fmin(isfinite(facts.least) ? facts.least : 1, (double)t->probability);
        if (drawn > facts.step) facts.step = drawn;
        if (again > facts.again) facts.again = again;
    }
    return facts;
}

static bool add_drawn(const struct facts *facts, struct buffer *out)
{
    if (facts->step && !buffer_printf(out, ": drawn at step %u", facts->step)) return false;
    if (isfinite(facts->least) &&
        !buffer_printf(out, facts->least < 0.001 ? ", q %.1g" : ", q %.3f", facts->least))
        return false;
    return !facts->again || buffer_printf(out, "; again at step %u", facts->again);
}

static bool describe_word(const struct ui *ui, const struct candidate *c, struct buffer *out)
{
    const struct timeline *t = ui->timeline;
    const struct words *words;
    uint32_t first, end;
    timeline_word_at(ui, t->word, &first, &end);
    const struct fill_token *token = timeline_token(ui, first, &words);
    if (!token) return true;
    const struct facts facts = find_facts(ui, c, first, end);
    if (token->state == FILL_MASKED)
        return facts.step
                   ? buffer_printf(out, " token %u of %u: drawn at step %u", first + 1, t->count, facts.step)
                   : buffer_printf(out, " token %u of %u: not drawn yet", first + 1, t->count);
    if (!buffer_append_char(out, ' ')) return false;
    add_word(ui, first, end, out);
    if (t->marks[first].mark == MARK_OPEN) return buffer_printf(out, ": open, to be drawn anew");
    if (t->marks[first].mark == MARK_PINNED) return buffer_printf(out, ": pinned");
    if (token->state == FILL_PINNED) return buffer_printf(out, ": kept from before");
    return add_drawn(&facts, out);
}

/* What the steps behind those that were wanted are for. */
static bool describe_step(const struct timeline *timeline, const struct candidate *c, struct buffer *out)
{
    const struct moment *m = &c->moments[timeline->at];
    uint32_t wanted = c->moments[0].steps;
    return !wanted || m->step <= wanted ||
           buffer_printf(out, "   (behind step %u words are drawn again)", wanted);
}

void timeline_paint(struct ui *ui, int row)
{
    const struct candidate *c = timeline_candidate(ui);
    int rows = timeline_rows(ui);
    for (int i = 0; i < rows; i++) screen_fill_row(row + i, 0, ui->picture->columns, LOOK_STATUS);
    if (!rows || !c || ui->timeline->at >= c->moment_count) return;
    paint_steps(ui, c, row);
    if (rows < 2) return;
    struct buffer line = {0};
    if (describe_word(ui, c, &line) && describe_step(ui->timeline, c, &line) &&
        buffer_append_char(&line, '\0'))
        screen_text(row + 1, 0, ui->picture->columns, LOOK_STATUS, line.data);
    buffer_free(&line);
}
