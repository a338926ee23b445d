#include "vi_repeat.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/document/undo.h"
#include "ui/editor_state.h"
#include "ui/keys/macro.h"
#include "ui/message/message.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_jumps.h"
#include "vi_operator.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <string.h>

/* ---- undo: the changes of one command are one step
 * ------------------------------------------------------ */

void vi_step_begin(struct vi *vi, struct doc *doc)
{
    if (vi->undo_step_open) return;
    vi->undo_step_open = true;
    vi->step_doc = doc;
    text_break_group(doc->text);
    vi->step = step_begin(doc);
    doc->change_first = SIZE_MAX;
}

static void close_step(struct ui *ui)
{
    struct vi *vi = ui->vi;
    struct doc *doc = vi->step_doc;
    if (!vi->undo_step_open) return;
    vi->undo_step_open = false;
    if (doc != ui->doc) return; /* it was closed, or left */
    if (doc->change_first == SIZE_MAX || vi->in_history) return;
    vi->step.first = doc->change_first;
    vi->step.cursor = doc->change_cursor;
    size_t steps = doc->step_count;
    step_end(doc, vi->step);
    if (doc->step_count > steps && !ui->macros->playing) vi_changed_at(ui->doc, doc->change_last);
}

void vi_step_end(struct ui *ui)
{
    close_step(ui);
}

/* Everything that a macro or `.` does is one step. To a `u` inside it each of its commands is a step, so the
 * step of the whole play waits. */
struct modal_play vi_play_begin(struct ui *ui)
{
    struct vi *vi = ui->vi;
    struct modal_play outer = {.open = vi->undo_step_open,
                               .in_history = vi->in_history,
                               .step = vi->step,
                               .doc = ui->doc,
                               .first = ui->doc->change_first,
                               .cursor = ui->doc->change_cursor,
                               .steps = ui->doc->step_count};
    vi->undo_step_open = false;
    ui->doc->change_first = SIZE_MAX;
    return outer;
}

void vi_play_end(struct ui *ui, struct modal_play outer)
{
    struct vi *vi = ui->vi;
    struct doc *doc = outer.doc;
    close_step(ui);
    vi->in_history = outer.in_history;
    vi->undo_step_open = outer.open && doc == ui->doc;
    if (!vi->undo_step_open) return;
    for (size_t i = outer.steps; i < doc->step_count; i++) {
        if (outer.first == SIZE_MAX) outer.cursor = doc->steps[i].cursor;
        if (doc->steps[i].first < outer.first) outer.first = doc->steps[i].first;
    }
    vi->step = outer.step;
    vi->step_doc = doc;
    doc->change_first = outer.first;
    doc->change_cursor = outer.cursor;
}

static void after_walk(struct doc *doc, struct picture *picture, const struct step *step, size_t at)
{
    const struct text *text = doc->text;
    undo_arrive(doc, picture, at);
    if (!step || step->first == SIZE_MAX) return;
    size_t line = vi_line_start(text, step->first), before = line;
    vi_previous_line(text, line, &before);
    bool inside = step->cursor >= before && step->cursor <= text_size(text);
    vi_place(doc, inside ? step->cursor : vi_first_nonblank(text, line));
}

static bool undo_one(struct ui *ui)
{
    size_t at;
    const struct step *step;
    if (!doc_writable(ui)) return false;
    if (undo_discarding(ui)) return true;
    if (!step_undo(ui->doc, &step, &at)) return ui_say(ui->message, "nothing to undo"), false;
    after_walk(ui->doc, ui->picture, step, at);
    return true;
}

static bool redo_one(struct ui *ui)
{
    size_t at;
    const struct step *step;
    if (!doc_writable(ui)) return false;
    if (redo_discarding(ui)) return true;
    if (!step_redo(ui->doc, &step, &at)) return ui_say(ui->message, "nothing to redo"), false;
    after_walk(ui->doc, ui->picture, step, at);
    return true;
}

static void walk(struct ui *ui, bool (*one)(struct ui *))
{
    size_t count = vi_count(ui->vi);
    close_step(ui);
    ui->vi->in_history = true;
    for (size_t i = 0; i < count; i++)
        if (!one(ui)) {
            if (i == 0) vi_fail(ui->vi, ui->macros);
            break;
        }
}

void do_vi_undo(struct ui *ui)
{
    if (vi_is_visual(ui->vi))
        vi_operate_visual(ui, VI_LOWER);
    else
        walk(ui, undo_one);
}

void do_vi_redo(struct ui *ui)
{
    walk(ui, redo_one);
}

/* ---- . ----------------------------------------------------------------------------------------------- */

void vi_remember_command(struct vi *vi)
{
    struct macro *dot = &vi->dot;
    dot->count = 0;
    if (!mem_grow(&dot->keys, &dot->capacity, vi->typed.count + 1, sizeof *dot->keys)) return;
    if (vi->typed.count) memcpy(dot->keys, vi->typed.keys, vi->typed.count * sizeof *dot->keys);
    dot->count = vi->typed.count;
    vi->dot_count = vi_counted(vi) ? vi_count(vi) : 0;
    vi->dot_visual = vi->visual_command;
}

void do_vi_repeat(struct ui *ui)
{
    struct vi *vi = ui->vi;
    if (!vi->dot.count || vi->repeating) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    if (vi_counted(ui->vi)) vi->dot_count = vi_count(ui->vi);
    size_t count = vi->dot_count;
    vi_command_over(ui->vi);
    vi->repeating = true;
    if (vi->dot_visual)
        vi_select_extent(ui);
    else if (count)
        vi->counted = true, vi->count = count;
    if (!macro_play(ui, &vi->dot, 1)) vi->failed = true;
    vi->repeating = false;
}
