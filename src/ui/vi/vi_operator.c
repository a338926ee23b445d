#include "vi_operator.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi.h"
#include "vi_block.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_operate.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

/* ---- from a motion to a range of bytes --------------------------------------------------------------- */

/* At or before the first character of its line that is not white. */
static bool in_indent(const struct text *text, size_t at)
{
    return at <= vi_first_nonblank(text, at);
}

static bool several_lines(const struct text *text, size_t from, size_t to)
{
    return vi_line_start(text, from) != vi_line_start(text, to);
}

/* A range that ends at the start of a line ends at the end of the line before; if it also begins in an indent
 * it is whole lines. True: it was changed. */
static bool adjust_end(const struct text *text, struct vi_range *r)
{
    if (r->lines || r->inclusive || r->exact || r->to != vi_line_start(text, r->to) ||
        !several_lines(text, r->from, r->to))
        return false;
    vi_dec(text, &r->to);
    if (in_indent(text, r->from))
        r->lines = true;
    else if (r->to > vi_line_start(text, r->to)) {
        r->to = text_previous_cluster(text, r->to);
        r->inclusive = true;
    }
    return true;
}

/* A deletion over several lines that leaves only white space takes whole lines. */
static void adjust_delete(const struct text *text, struct vi_range *r)
{
    if (r->lines || !several_lines(text, r->from, r->to) || !in_indent(text, r->from)) return;
    size_t at = r->to;
    if (vi_char(text, at) && r->inclusive) at = text_next_cluster(text, at);
    while (vi_is_white(vi_char(text, at))) at++;
    if (!vi_char(text, at)) r->lines = true;
}

void vi_operate(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    enum vi_operator op = (enum vi_operator)ui->vi->op;
    if (r->to < r->from) {
        size_t swap = r->from;
        r->from = r->to;
        r->to = swap;
    }
    text_mark stay = op == VI_REFLOW_STAY ? text_mark_add(ui->doc->text, ui->doc->cursor, TEXT_AFTER) : 0;
    bool adjusted = adjust_end(text, r);
    if (op == VI_DELETE && (!r->object || r->exact)) adjust_delete(text, r);
    ui->vi->to_register_one = r->to_register_one;
    vi_place(ui->doc, r->from);
    if (r->lines) {
        vi_operate_lines(ui, op, vi_line_start(text, r->from), vi_after_line(text, r->to));
    } else {
        size_t end = r->to;
        if (r->inclusive && vi_char(text, end)) end = text_next_cluster(text, end);
        vi_operate_characters(ui, op, r->from, end);
    }
    ui->vi->op = VI_NONE;
    if (stay) vi_place(ui->doc, text_mark_get(text, stay));
    text_mark_remove(ui->doc->text, stay);
    /* `.` after "gq}" fills the next paragraph. */
    size_t next;
    if (op == VI_REFLOW && adjusted && vi_next_line(text, ui->doc->cursor, &next))
        vi_place(ui->doc, vi_first_nonblank(text, next));
}

/* ---- on a selection ---------------------------------------------------------------------------------- */

void vi_operate_visual(struct ui *ui, enum vi_operator op)
{
    size_t start, end;
    bool lines = ui->doc->select == SELECT_LINES, block = ui->doc->select == SELECT_BLOCK;
    if (!vi_visual_range(ui, &start, &end)) {
        vi_leave_visual(ui->vi, ui->doc);
        return;
    }
    ui->vi->shift = (int)(vi_count(ui->vi) > 50 ? 50 : vi_count(ui->vi));
    if (block) {
        vi_operate_block(ui, op);
        ui->vi->shift = 0;
        return;
    }
    text_mark stay = op == VI_REFLOW_STAY ? text_mark_add(ui->doc->text, ui->doc->cursor, TEXT_AFTER) : 0;
    vi_leave_visual(ui->vi, ui->doc);
    ui->vi->to_register_one = false;
    /* The last line break of the text cannot be taken. */
    const struct text *text = ui->doc->text;
    if (!lines && end == text_size(text) && end > start && text_byte(text, end - 1) == '\n')
        end = vi_line_end(text, end - 1);
    /* When lines are yanked upwards the cursor keeps its column. */
    size_t first = start;
    vi_mark_get(ui->doc, '<', &first);
    vi_place(ui->doc, lines ? first : start);
    if (lines)
        vi_operate_lines(ui, op, start, end);
    else
        vi_operate_characters(ui, op, start, end);
    if (stay) vi_place(ui->doc, text_mark_get(text, stay));
    text_mark_remove(ui->doc->text, stay);
    ui->vi->shift = 0;
}

void vi_operate_visual_lines(struct ui *ui, enum vi_operator op)
{
    ui->doc->select = SELECT_LINES;
    vi_operate_visual(ui, op);
}

/* ---- the commands: the first key chooses the operator; typed twice it takes the line ------------------- */

static void choose(struct ui *ui, enum vi_operator op)
{
    struct vi *vi = ui->vi;
    const struct text *text = ui->doc->text;
    if (vi_is_visual(ui->vi)) {
        vi_operate_visual(ui, op);
        return;
    }
    if (!vi->op) {
        vi->op = op;
        vi->op_count = vi->counted ? vi->count : 0;
        vi->counted = false;
        vi->count = 0;
        return;
    }
    bool same = vi->op == (int)op;
    size_t first = vi_line_start(text, ui->doc->cursor), last = first;
    for (size_t i = 1; same && i < vi_count(ui->vi); i++)
        if (!vi_next_line(text, last, &last)) {
            if (op == VI_DELETE || op == VI_YANK || op == VI_CHANGE || i == 1)
                same = i > 1 || vi_count(ui->vi) == 1;
            break;
        }
    vi->op = VI_NONE;
    vi->to_register_one = false;
    if (same)
        vi_operate_lines(ui, op, first, vi_after_line(text, last));
    else
        vi_fail(ui->vi, ui->macros);
}

#define OPERATOR(name, operator_)                                                                            \
    void do_vi_##name(struct ui *ui)                                                                         \
    {                                                                                                        \
        choose(ui, operator_);                                                                               \
    }
OPERATOR(delete, VI_DELETE)
OPERATOR(change, VI_CHANGE)
OPERATOR(yank, VI_YANK)
OPERATOR(shift_right, VI_SHIFT_RIGHT)
OPERATOR(shift_left, VI_SHIFT_LEFT)
OPERATOR(lower, VI_LOWER)
OPERATOR(upper, VI_UPPER)
OPERATOR(swap_case_over, VI_SWAP_CASE)
OPERATOR(reflow, VI_REFLOW)
OPERATOR(reflow_stay, VI_REFLOW_STAY)
OPERATOR(filter, VI_FILTER)
