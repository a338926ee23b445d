#include "timeline_paint.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "page_rows.h"
#include "ui/blank/certainty.h"
#include "ui/blank/timeline.h"
#include "ui/document/moments.h"
#include "ui/editor_state.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/input_parser.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"

#include <math.h>

/* ---- steps --------------------------------------------------------------------------------------------- */

/* What one or more moments drew. */
struct bar {
    uint32_t drawn, known; /* tokens; those whose probability is known */
    double q;              /* the sum of the known probabilities */
    bool here;             /* the shown moment is one of them */
    bool later;            /* all of them come after it */
    bool gap;              /* the last of several cells: the bar ends here */
};

/* Adds the tokens of a moment that were masked, or different, in the moment before. */
static void add_drawn_in(const struct candidate *c, size_t moment, struct bar *bar)
{
    if (!moment) return;
    const struct words *before = &c->moments[moment - 1].words, *now = &c->moments[moment].words;
    for (uint32_t i = 0; i < now->count; i++) {
        const struct fill_token *t = &now->tokens[i];
        bool stood = i < before->count && before->tokens[i].state != FILL_MASKED;
        if (t->state == FILL_MASKED || (stood && before->tokens[i].id == t->id)) continue;
        bar->drawn++;
        if (!isfinite(t->probability)) continue;
        bar->known++;
        bar->q += (double)t->probability;
    }
}

/* Where the steps are on the row: several steps for each cell, or several cells for each step. */
struct strip {
    int left, cells;
    size_t moments;
};

/* The number of steps of the timeline: the planned ones, or more if there are more. */
static uint32_t steps_of(const struct candidate *c)
{
    uint32_t last = c->moments[c->moment_count - 1].step;
    return c->moments[0].steps > last ? c->moments[0].steps : last;
}

static int step_label(const struct timeline *timeline, const struct picture *picture,
                      const struct candidate *c, char *out, size_t size)
{
    const struct moment *m = &c->moments[timeline->at];
    bool known = steps_of(c); /* an earlier session keeps only the words */
    int used = known ? snprintf(out, size, " step %u/%u", m->step, steps_of(c))
                     : snprintf(out, size, " steps not kept");
    if (known && isfinite(m->sigma_bar) && picture->columns >= 40)
        used += snprintf(out + used, size - (size_t)used, "  σ̄ %-6.3g", m->sigma_bar);
    return screen_cells(out);
}

/* The whole width; on a screen with few rows, the cells that the label leaves. */
static struct strip find_strip(const struct ui *ui, const struct candidate *c)
{
    char label[64];
    struct strip s = {.left = 1, .moments = c->moment_count};
    if (timeline_rows(ui) < 2) s.left = step_label(ui->timeline, ui->picture, c, label, sizeof label) + 2;
    s.cells = ui->picture->columns - s.left - 1;
    if (s.cells < 0) s.cells = 0;
    return s;
}

static size_t first_in(const struct strip *s, int cell)
{
    return (size_t)cell * s->moments / (size_t)s->cells;
}

static struct bar find_bar(const struct candidate *c, size_t at, const struct strip *s, int cell)
{
    enum { ROOMY = 3 }; /* with this many cells for a moment, the last one is a gap */
    size_t first = first_in(s, cell), end = first_in(s, cell + 1);
    struct bar bar = {.gap = end > first && (size_t)s->cells >= ROOMY * s->moments};
    if (end == first) end++;
    bar.here = at >= first && at < end;
    bar.later = first > at;
    for (size_t m = first; m < end; m++) add_drawn_in(c, m, &bar);
    return bar;
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

/* The colour of a step's words by their probability; steps after the shown one have the colour of masks. */
static enum look bar_look(const struct bar *bar)
{
    if (bar->here) return LOOK_KEY;
    if (bar->later) return LOOK_MASKED;
    return bar->drawn ? certainty_look(bar->known ? bar->q / bar->known : NAN) : LOOK_HINT;
}

static void paint_steps(const struct ui *ui, const struct candidate *c, int row)
{
    struct strip s = find_strip(ui, c);
    uint32_t most = 1;
    bool marked = false;
    for (int i = 0; i < s.cells; i++) {
        struct bar bar = find_bar(c, ui->timeline->at, &s, i);
        if (bar.drawn > most) most = bar.drawn;
    }
    for (int i = 0; i < s.cells; i++) {
        struct bar bar = find_bar(c, ui->timeline->at, &s, i);
        /* A full bar would hide the mark of the shown step. */
        const char *shown = bar.here && !marked ? "|" : bar.gap ? " " : bar_character(bar.drawn, most);
        marked = marked || bar.here;
        screen_text(row, s.left + i, 1, bar_look(&bar), shown);
    }
}

/* A click or a drag on the steps goes there. */
bool timeline_mouse(struct ui *ui, const struct input *in)
{
    const struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
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

static void add_word(const struct timeline *timeline, const struct doc *doc, uint32_t first, uint32_t end,
                     struct buffer *out)
{
    for (uint32_t i = first; i < end; i++) {
        const struct words *words;
        const struct fill_token *t = timeline_token(timeline, doc, i, &words);
        if (!t || t->start == t->end || t->state == FILL_MASKED) continue;
        uint32_t skip = i == first && words->text.data[t->start] == ' ';
        if (!buffer_append(out, words->text.data + t->start + skip, t->end - t->start - skip)) return;
    }
}

/* Facts about a word at the shown moment. */
struct facts {
    double least;         /* probability of its least likely token when drawn; NAN: not known */
    uint32_t step, again; /* the step that drew its last token; the later step that draws one again */
};

static struct facts find_facts(const struct timeline *timeline, const struct doc *doc,
                               const struct candidate *c, uint32_t first, uint32_t end)
{
    struct facts facts = {.least = NAN};
    for (uint32_t i = first; i < end; i++) {
        const struct words *words;
        const struct fill_token *t = timeline_token(timeline, doc, i, &words);
        uint32_t drawn = timeline_drawn_at(c, timeline->at, i);
        uint32_t again = timeline_drawn_again(c, timeline->at, i);
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

static bool describe_word(const struct timeline *t, const struct doc *doc, const struct candidate *c,
                          struct buffer *out)
{
    const struct words *words;
    uint32_t first, end;
    timeline_word_at(t, doc, t->word, &first, &end);
    const struct fill_token *token = timeline_token(t, doc, first, &words);
    if (!token) return true;
    const struct facts facts = find_facts(t, doc, c, first, end);
    if (token->state == FILL_MASKED)
        return facts.step
                   ? buffer_printf(out, " token %u of %u: drawn at step %u", first + 1, t->count, facts.step)
                   : buffer_printf(out, " token %u of %u: not drawn yet", first + 1, t->count);
    if (!buffer_append_char(out, ' ')) return false;
    add_word(t, doc, first, end, out);
    if (t->marks[first].mark == MARK_OPEN) return buffer_printf(out, ": to be drawn again");
    if (t->marks[first].mark == MARK_PINNED) return buffer_printf(out, ": pinned");
    if (token->state == FILL_PINNED) return buffer_printf(out, ": kept from before");
    return add_drawn(&facts, out);
}

/* Instead of the noise, which is over then, the label of a step after the planned ones explains it. */
static int full_label(const struct timeline *timeline, const struct picture *picture,
                      const struct candidate *c, char *out, size_t size)
{
    uint32_t planned = c->moments[0].steps, step = c->moments[timeline->at].step;
    if (!planned || step <= planned || picture->columns < 40)
        return step_label(timeline, picture, c, out, size);
    snprintf(out, size, " step %u/%u  past %u: redrawn", step, steps_of(c), planned);
    return screen_cells(out);
}

/* The facts about the chosen word; at the right, the step that is shown. */
static void paint_facts(const struct ui *ui, const struct candidate *c, int row)
{
    char label[64];
    int cells = full_label(ui->timeline, ui->picture, c, label, sizeof label) + 1,
        room = ui->picture->columns - cells;
    struct buffer line = {0};
    if (room > 0 && describe_word(ui->timeline, ui->doc, c, &line) && buffer_append_char(&line, '\0'))
        screen_text(row, 0, room, LOOK_HINT, line.data);
    screen_text(row, room > 0 ? room : 0, ui->picture->columns, LOOK_KEY, label);
    buffer_free(&line);
}

void timeline_paint(const struct ui *ui, int row)
{
    const struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
    int rows = timeline_rows(ui);
    char label[64];
    for (int i = 0; i < rows; i++) screen_fill_row(row + i, 0, ui->picture->columns, LOOK_PLAIN);
    if (!rows || !c || ui->timeline->at >= c->moment_count) return;
    paint_steps(ui, c, row);
    if (rows > 1) {
        paint_facts(ui, c, row + 1);
        return;
    }
    step_label(ui->timeline, ui->picture, c, label, sizeof label);
    screen_text(row, 0, ui->picture->columns, LOOK_KEY, label);
}
