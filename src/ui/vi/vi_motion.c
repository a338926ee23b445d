#include "vi_motion.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_jumps.h"
#include "vi_operator.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <limits.h>

/* ---- a motion, for any purpose
 * -------------------------------------------------------------------------- */

static void select_object(struct doc *doc, const struct vi_range *r)
{
    size_t last = r->to;
    if (!r->inclusive && !r->lines && last > r->from) vi_dec(doc->text, &last);
    if (!r->extend) doc->anchor = r->from;
    doc->cursor = last;
    if (r->lines) doc->select = SELECT_LINES;
    doc->follow = true;
}

void vi_move(struct ui *ui, vi_motion *motion)
{
    struct vi *vi = ui->vi;
    struct doc *doc = ui->doc;
    struct vi_range r = {.from = doc->cursor, .to = doc->cursor};
    bool visual = vi_is_visual(ui->vi);
    r.extend = visual && doc->anchor < doc->cursor;
    if (r.extend) vi->extending = doc->cursor;
    size_t from = doc->cursor;
    bool good = motion(ui, &r);
    if (r.object && visual && good) {
        select_object(ui->doc, &r);
        return;
    }
    if (!good && !(r.failed_op && vi->op)) {
        bool moved = r.failed_op && !vi->op; /* as far as possible */
        vi_fail(ui->vi, ui->macros);
        if (moved) doc_move(ui->doc, r.to, visual);
        return;
    }
    if (vi->op) {
        vi_operate(ui, &r);
        return;
    }
    if (r.object) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    if (r.jump) vi_jump_from(ui->doc, from);
    int goal = vi->goal;
    doc_move(ui->doc, r.to, visual);
    if (vi->row_goal >= 0) doc->goal = vi->row_goal;
    vi->row_goal = -1;
    if (r.to_end) {
        vi->goal = INT_MAX;
        vi->goal_at = doc->cursor;
    } else if (r.wanted) {
        vi->goal = goal;
        vi->goal_at = doc->cursor;
    } else {
        vi->goal = -1;
    }
    if (visual && r.to_end) doc->cursor = vi_line_end(ui->doc->text, doc->cursor);
    if (r.to_end) vi->goal_at = visual ? doc->cursor : vi_clamp(ui->doc->text, doc->cursor);
}

/* ---- common to all motions
 * ------------------------------------------------------------------------------ */

/* At the end of a line an operator includes its last character. */
void vi_off_the_end(const struct vi *vi, const struct doc *doc, struct vi_range *r)
{
    const struct text *text = doc->text;
    if (r->to <= r->from || vi_char(text, r->to) || r->to == vi_line_start(text, r->to)) return;
    if (vi_is_visual(vi) && !vi->op && doc->select == SELECT_PLAIN) return;
    r->to = text_previous_cluster(text, r->to);
    r->inclusive = true;
}

bool vi_nonblank_of_line(const struct doc *doc, struct vi_range *r)
{
    r->to = vi_clamp(doc->text, vi_first_nonblank(doc->text, r->to));
    r->lines = true;
    return true;
}

/* ---- in a line --------------------------------------------------------------------------------------- */

static bool left(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    size_t start = vi_line_start(text, r->to);
    for (size_t i = 0; i < vi_count(ui->vi) && r->to > start; i++) r->to = text_previous_cluster(text, r->to);
    return r->to < r->from;
}

/* An operator may include the last character, a visual selection the line break. */
static bool right(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    size_t end = vi_line_end(text, r->to);
    size_t last = end > vi_line_start(text, end) ? text_previous_cluster(text, end) : end;
    size_t limit = ui->vi->op || vi_is_visual(ui->vi) ? end : last;
    for (size_t i = 0; i < vi_count(ui->vi) && r->to < limit; i++) r->to = text_next_cluster(text, r->to);
    if (ui->vi->op && r->from < end) return true;
    return r->to > r->from;
}

/* Space and Backspace continue in the next line. */
static bool right_wrapping(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    for (size_t i = 0; i < vi_count(ui->vi); i++) {
        int moved = vi_inc(text, &r->to);
        if (moved < 0) return i > 0 || ui->vi->op;
        if (moved == 2 && !(ui->vi->op && i + 1 == vi_count(ui->vi)) && vi_inc(text, &r->to) < 0)
            return i > 0;
    }
    return true;
}

static bool left_wrapping(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    for (size_t i = 0; i < vi_count(ui->vi); i++) {
        int moved = vi_dec(text, &r->to);
        if (moved < 0) return i > 0;
        if (moved == 1 && r->to > vi_line_start(text, r->to)) vi_dec(text, &r->to);
    }
    return true;
}

static bool line_start(struct ui *ui, struct vi_range *r)
{
    r->to = vi_line_start(ui->doc->text, r->from);
    return true;
}

static bool first_nonblank(struct ui *ui, struct vi_range *r)
{
    r->to = vi_first_nonblank(ui->doc->text, r->from);
    if (r->to > vi_line_start(ui->doc->text, r->to) && !vi_char(ui->doc->text, r->to))
        r->to = text_previous_cluster(ui->doc->text, r->to);
    return true;
}

static bool lines_on(const struct doc *doc, size_t count, size_t *at)
{
    for (size_t i = 0; i < count; i++)
        if (!vi_next_line(doc->text, *at, at)) return i > 0;
    return true;
}

static bool line_end(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    if (!lines_on(ui->doc, vi_count(ui->vi) - 1, &r->to)) return false;
    r->to = vi_line_end(text, r->to);
    if (r->to > vi_line_start(text, r->to)) {
        r->inclusive = true;
        r->to = text_previous_cluster(text, r->to);
    }
    r->to_end = true;
    return true;
}

static bool last_nonblank(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    if (!lines_on(ui->doc, vi_count(ui->vi) - 1, &r->to)) return false;
    size_t start = vi_line_start(text, r->to), at = vi_line_end(text, r->to);
    if (at > start) at = text_previous_cluster(text, at);
    while (at > start && vi_is_white(vi_char(text, at))) at = text_previous_cluster(text, at);
    r->to = at;
    r->inclusive = true;
    return true;
}

static bool column(struct ui *ui, struct vi_range *r)
{
    r->to = vi_at_column(ui->layout, ui->doc, r->from, (int)vi_count(ui->vi) - 1);
    if (!ui->vi->op) r->to = vi_clamp(ui->doc->text, r->to);
    return true;
}

/* ---- lines ------------------------------------------------------------------------------------------- */

static bool by_lines(struct ui *ui, struct vi_range *r, bool on)
{
    struct vi *vi = ui->vi;
    const struct text *text = ui->doc->text;
    if (vi->goal_at != r->from || vi->goal < 0) {
        bool tab = vi_char(text, r->from) == '\t'; /* the cursor is at its end */
        vi->goal =
            tab ? vi_column(ui->layout, ui->doc, r->from + 1) - 1 : vi_column(ui->layout, ui->doc, r->from);
    }
    size_t at = vi_line_start(text, r->from);
    for (size_t i = 0; i < vi_count(ui->vi); i++)
        if (on ? !vi_next_line(text, at, &at) : !vi_previous_line(text, at, &at)) {
            if (i == 0) return false;
            break;
        }
    r->to = vi_clamp(text, vi_at_column(ui->layout, ui->doc, at, vi->goal));
    if (vi_is_visual(ui->vi) && vi->goal == INT_MAX) r->to = vi_line_end(text, at);
    r->lines = r->wanted = true;
    return true;
}

static bool down(struct ui *ui, struct vi_range *r)
{
    return by_lines(ui, r, true);
}

static bool up(struct ui *ui, struct vi_range *r)
{
    return by_lines(ui, r, false);
}

static bool next_line(struct ui *ui, struct vi_range *r)
{
    return lines_on(ui->doc, vi_count(ui->vi), &r->to) && vi_nonblank_of_line(ui->doc, r);
}

static bool previous_line(struct ui *ui, struct vi_range *r)
{
    for (size_t i = 0; i < vi_count(ui->vi); i++)
        if (!vi_previous_line(ui->doc->text, r->to, &r->to)) {
            if (i == 0) return false;
            break;
        }
    return vi_nonblank_of_line(ui->doc, r);
}

static bool this_line(struct ui *ui, struct vi_range *r)
{
    return lines_on(ui->doc, vi_count(ui->vi) - 1, &r->to) && vi_nonblank_of_line(ui->doc, r);
}

static bool go_line(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    size_t line = vi_last_line(text), wanted = text_line_start(text, vi_count(ui->vi) - 1);
    r->to = vi_counted(ui->vi) && wanted < line ? wanted : line;
    r->jump = true;
    return vi_nonblank_of_line(ui->doc, r);
}

static bool first_line(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    size_t line = vi_last_line(text), wanted = text_line_start(text, vi_count(ui->vi) - 1);
    r->to = wanted < line ? wanted : line;
    r->jump = true;
    return vi_nonblank_of_line(ui->doc, r);
}

/* ---- the commands ------------------------------------------------------------------------------------ */

VI_MOTION(left)
VI_MOTION(right)
VI_MOTION(left_wrapping)
VI_MOTION(right_wrapping)
VI_MOTION(line_start)
VI_MOTION(first_nonblank)
VI_MOTION(line_end)
VI_MOTION(last_nonblank)
VI_MOTION(column)
VI_MOTION(down)
VI_MOTION(up)
VI_MOTION(next_line)
VI_MOTION(previous_line)
VI_MOTION(this_line)
VI_MOTION(go_line)
VI_MOTION(first_line)
