#include "vi_operator.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/prose/reflow.h"
#include "ui/search/letters.h"
#include "ui/settings/settings.h"
#include "vi.h"
#include "vi_insert.h"
#include "vi_mark.h"
#include "vi_mode.h"
#include "vi_register.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"
#include "vi_word.h"

#include <string.h>

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

/* ---- case, indents ----------------------------------------------------------------------------------- */

void vi_change_case(struct ui *ui, enum vi_operator op, size_t start, size_t end)
{
    struct buffer old = {0}, new = {0};
    bool ok = text_append_to(ui->doc->text, start, end, &old);
    for (size_t at = 0; ok && at < old.size;) {
        uint32_t c;
        char bytes[4];
        int length = utf8_decode(old.data + at, old.size - at, &c);
        if (!length) {
            ok = buffer_append_char(&new, old.data[at++]);
            continue;
        }
        uint32_t upper = letter_upper(c), lower = letter_lower(c);
        uint32_t changed = op == VI_UPPER ? upper : op == VI_LOWER ? lower : c == upper ? lower : upper;
        ok = buffer_append(&new, bytes, (size_t)utf8_put(changed, bytes));
        at += (size_t)length;
    }
    size_t cursor = ui->doc->cursor;
    if (ok && old.size && (new.size != old.size || memcmp(new.data, old.data, old.size) != 0))
        doc_replace(ui, start, end, new.data, new.size);
    vi_place(ui->doc, cursor);
    buffer_free(&old);
    buffer_free(&new);
}

static void indent_line(struct ui *ui, size_t line, int columns)
{
    char indent[600];
    size_t used = 0, end = vi_first_nonblank(ui->doc->text, line);
    int tab = ui->settings->tab_width;
    for (; columns >= tab && used + 1 < sizeof indent; columns -= tab) indent[used++] = '\t';
    for (; columns > 0 && used + 1 < sizeof indent; columns--) indent[used++] = ' ';
    doc_replace(ui, line, end, indent, used);
}

/* Whole lines; empty ones stay empty. An indent uses as many tabs as possible. */
void vi_shift(struct ui *ui, size_t start, size_t end, int by)
{
    text_mark stop = text_mark_add(ui->doc->text, end, TEXT_AFTER);
    size_t first = start, line = start;
    int step = by * ui->settings->tab_width;
    text_group_begin(ui->doc->text);
    do {
        const struct text *text = ui->doc->text;
        if (!vi_line_empty(text, line)) {
            int columns = vi_column(ui->layout, ui->doc, vi_first_nonblank(text, line)) + step;
            indent_line(ui, line, columns > 0 ? columns : 0);
        }
        if (!vi_next_line(text, line, &line)) break;
    } while (line < text_mark_get(ui->doc->text, stop));
    text_group_end(ui->doc->text);
    text_mark_remove(ui->doc->text, stop);
    vi_place(ui->doc, vi_first_nonblank(ui->doc->text, first));
}

/* ---- joining and filling lines ----------------------------------------------------------------------- */

static bool join_next(struct ui *ui, bool spaces)
{
    const struct text *text = ui->doc->text;
    size_t end = vi_line_end(text, ui->doc->cursor), next;
    if (!vi_next_line(text, ui->doc->cursor, &next)) return false;
    size_t from = spaces ? vi_first_nonblank(text, next) : next;
    uint32_t first = vi_char(text, from);
    uint32_t last = end > vi_line_start(text, end) ? vi_char(text, text_previous_cluster(text, end)) : 0;
    bool space = spaces && first && first != ')' && last && !vi_is_white(last);
    if (!doc_replace(ui, end, from, " ", space)) return false;
    vi_place(ui->doc, end);
    return true;
}

bool vi_join(struct ui *ui, size_t lines, bool spaces)
{
    bool joined = false;
    text_group_begin(ui->doc->text);
    for (size_t i = 1; i < (lines > 2 ? lines : 2); i++) {
        if (!join_next(ui, spaces)) break;
        joined = true;
    }
    text_group_end(ui->doc->text);
    return joined;
}

/* Whole lines; the cursor goes to the last line of the result. */
static void fill_lines(struct ui *ui, size_t start, size_t behind, bool stay)
{
    struct text *text = ui->doc->text;
    size_t end = behind > start && text_byte(text, behind - 1) == '\n' ? behind - 1 : behind;
    text_mark last = text_mark_add(text, stay ? ui->doc->cursor : end, TEXT_AFTER);
    reflow_lines(ui, start, end);
    size_t at = text_mark_get(text, last);
    vi_place(ui->doc, stay ? at : vi_first_nonblank(text, at));
    text_mark_remove(text, last);
}

/* As in vi, the command line opens with the range of lines in it. */
static void ask_filter(struct ui *ui, size_t first, size_t behind)
{
    const struct text *text = ui->doc->text;
    size_t lines = 1, line = first;
    char range[48];
    while (vi_next_line(text, line, &line) && line < behind) lines++;
    vi_place(ui->doc, first);
    snprintf(range, sizeof range, lines == 1 ? ".!" : ".,.+%zu!", lines - 1);
    ui->vi->repeatable = false;
    ui->hooks->line_begin(ui, range);
}

/* ---- the operators on ranges ------------------------------------------------------------------------- */

static void mark_change(struct doc *doc, size_t start, size_t end)
{
    vi_mark_set(doc, '[', start);
    vi_mark_set(doc, ']', end > start ? text_previous_cluster(doc->text, end) : end);
}

void vi_operate_characters(struct ui *ui, enum vi_operator op, size_t start, size_t end)
{
    struct vi *vi = ui->vi;
    vi_repeatable(ui->vi);
    switch (op) {
    case VI_DELETE:
    case VI_CHANGE:
        if (start < end) vi_yank(ui, start, end, VI_CHARACTERS, true, vi->to_register_one);
        if (start < end) doc_replace(ui, start, end, "", 0);
        vi_place(ui->doc, start);
        mark_change(ui->doc, start, start);
        vi->no_insert_count = true;
        if (op == VI_CHANGE) vi_insert(ui->vi, ui->doc, VI_INSERT);
        return;
    case VI_YANK:
        vi_yank(ui, start, end, VI_CHARACTERS, false, false);
        mark_change(ui->doc, start, end);
        vi->repeatable = false;
        return;
    case VI_LOWER:
    case VI_UPPER:
    case VI_SWAP_CASE:
        vi_change_case(ui, op, start, end);
        return;
    case VI_SHIFT_RIGHT:
    case VI_SHIFT_LEFT:
    case VI_REFLOW:
    case VI_REFLOW_STAY:
    case VI_FILTER:
        vi_operate_lines(ui, op, vi_line_start(ui->doc->text, start),
                         vi_after_line(ui->doc->text, end > start ? end - 1 : end));
        return;
    case VI_NONE:
        return;
    }
}

/* Deletes whole lines; if the last line of the text has no line break, the one before it is deleted. */
static void delete_lines(struct ui *ui, size_t first, size_t behind)
{
    const struct text *text = ui->doc->text;
    size_t start = first;
    bool unended = behind == text_size(text) && (behind == first || text_byte(text, behind - 1) != '\n');
    if (unended && start) start = vi_line_end(text, start - 1);
    doc_replace(ui, start, behind, "", 0);
    size_t at = vi_clamp(text, start < first ? start : first);
    vi_place(ui->doc, vi_first_nonblank(text, at));
}

void vi_operate_lines(struct ui *ui, enum vi_operator op, size_t first, size_t behind)
{
    struct text *text = ui->doc->text;
    struct vi *vi = ui->vi;
    size_t cursor = ui->doc->cursor, inside = behind;
    vi_repeatable(ui->vi);
    if (inside > first && text_byte(text, inside - 1) == '\n') inside = vi_line_end(text, inside - 1);
    switch (op) {
    case VI_DELETE:
        vi_yank(ui, first, behind, VI_LINES, true, vi->to_register_one);
        delete_lines(ui, first, behind);
        mark_change(ui->doc, ui->doc->cursor, ui->doc->cursor);
        return;
    case VI_CHANGE:
        vi_yank(ui, first, behind, VI_LINES, true, vi->to_register_one);
        doc_replace(ui, first, inside, "", 0);
        vi_place(ui->doc, first);
        vi->no_insert_count = true;
        vi_insert(ui->vi, ui->doc, VI_INSERT);
        return;
    case VI_YANK:
        vi_yank(ui, first, behind, VI_LINES, false, false);
        mark_change(ui->doc, first, behind);
        vi->repeatable = false;
        return;
    case VI_SHIFT_RIGHT:
    case VI_SHIFT_LEFT:
        vi_shift(ui, first, behind, (op == VI_SHIFT_RIGHT ? 1 : -1) * (vi->shift ? vi->shift : 1));
        return;
    case VI_LOWER:
    case VI_UPPER:
    case VI_SWAP_CASE:
        vi_change_case(ui, op, first, inside);
        vi_place(ui->doc, cursor);
        return;
    case VI_REFLOW:
    case VI_REFLOW_STAY:
        fill_lines(ui, first, behind, op == VI_REFLOW_STAY);
        return;
    case VI_FILTER:
        ask_filter(ui, first, behind);
        return;
    case VI_NONE:
        return;
    }
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

/* "gww", where w would be a word. */
void do_vi_reflow_stay_line(struct ui *ui)
{
    if (ui->vi->op == VI_REFLOW_STAY)
        do_vi_reflow_stay(ui);
    else
        do_vi_next_word(ui);
}
