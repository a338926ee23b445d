/* What `u` and `.` go over: a command's changes are one step of undo, and its keys what is done again. */
#include "vi.h"

#include <string.h>

static struct text *text_of(const struct ui *ui)
{
    return ui->doc->text;
}

/* ---- undo: what one command changed is one step ------------------------------------------------------ */

void vi_step_begin(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    if (vi->step_open) return;
    vi->step_open = true;
    vi->step_doc = ui->doc;
    vi->step_from = text_history_at(text_of(ui));
    ui->doc->change_first = SIZE_MAX;
    text_break_group(text_of(ui));
}

static void close_step(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    struct doc *doc = vi->step_doc;
    if (!vi->step_open) return;
    vi->step_open = false;
    if (doc != ui->doc) return; /* it was closed, or left */
    size_t now = text_history_at(doc->text);
    if (now == vi->step_from || doc->change_first == SIZE_MAX || vi->in_history) return;
    if (!mem_grow(&doc->steps, &doc->step_capacity, doc->step_count + 1, sizeof *doc->steps)) return;
    doc->steps[doc->step_count++] = (struct vi_step){
        .from = vi->step_from, .to = now, .first = doc->change_first, .cursor = doc->change_cursor};
    text_break_group(doc->text);
}

/* All that a macro or `.` does is one step. */
void vi_step_end(struct ui *ui)
{
    if (!ui->macros.playing) close_step(ui);
}

static void after_walk(struct ui *ui, const struct vi_step *step, size_t at)
{
    const struct text *text = text_of(ui);
    ui->doc->words_stale = true;
    layout_invalidate(ui);
    if (!step) {
        vi_place(ui, at);
        return;
    }
    size_t line = vi_line_start(text, step->first), before = line;
    vi_previous_line(text, line, &before);
    bool inside = step->cursor >= before && step->cursor <= text_size(text);
    vi_place(ui, inside ? step->cursor : vi_first_nonblank(text, line));
}

static bool undo_one(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t now = text_history_at(doc->text), at = doc->cursor;
    const struct vi_step *step = NULL;
    if (!doc_writable(ui)) return false;
    for (size_t i = doc->step_count; i-- > 0 && !step;)
        if (doc->steps[i].to == now) step = &doc->steps[i];
    if (!step) {
        do_undo(ui);
        return text_history_at(doc->text) != now;
    }
    while (text_history_at(doc->text) != step->from && text_history_at(doc->text) != doc->first_node)
        if (!text_undo(doc->text, &at)) break;
    after_walk(ui, step, at);
    return true;
}

static bool redo_one(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t now = text_history_at(doc->text), at = doc->cursor;
    const struct vi_step *step = NULL;
    if (!doc_writable(ui)) return false;
    for (size_t i = doc->step_count; i-- > 0 && !step;)
        if (doc->steps[i].from == now) step = &doc->steps[i];
    if (!step) {
        do_redo(ui);
        return text_history_at(doc->text) != now;
    }
    while (text_history_at(doc->text) != step->to)
        if (!text_redo(doc->text, &at)) break;
    after_walk(ui, step, at);
    return true;
}

static void walk(struct ui *ui, bool (*one)(struct ui *))
{
    size_t count = vi_count(ui);
    close_step(ui);
    ui->vi.in_history = true;
    for (size_t i = 0; i < count; i++)
        if (!one(ui)) {
            if (i == 0) vi_fail(ui);
            break;
        }
}

void do_vi_undo(struct ui *ui)
{
    if (vi_is_visual(ui))
        vi_operate_visual(ui, VI_LOWER);
    else
        walk(ui, undo_one);
}

void do_vi_redo(struct ui *ui)
{
    walk(ui, redo_one);
}

/* ---- . ----------------------------------------------------------------------------------------------- */

void vi_remember_command(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    struct macro *dot = &vi->dot;
    dot->count = 0;
    if (!mem_grow(&dot->keys, &dot->capacity, vi->typed.count + 1, sizeof *dot->keys)) return;
    if (vi->typed.count) memcpy(dot->keys, vi->typed.keys, vi->typed.count * sizeof *dot->keys);
    dot->count = vi->typed.count;
    vi->dot_count = vi_counted(ui) ? vi_count(ui) : 0;
    vi->dot_visual = vi->visual_command;
}

void do_vi_repeat(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    if (!vi->dot.count || vi->repeating) {
        vi_fail(ui);
        return;
    }
    if (vi_counted(ui)) vi->dot_count = vi_count(ui);
    size_t count = vi->dot_count;
    vi_command_over(ui);
    vi->repeating = true;
    if (vi->dot_visual)
        vi_select_extent(ui);
    else if (count)
        vi->counted = true, vi->count = count;
    if (!macro_play(ui, &vi->dot, 1)) vi->failed = true;
    vi->repeating = false;
}
