#include "vi_operate.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/prose/reflow.h"
#include "vi.h"
#include "vi_change.h"
#include "vi_command.h"
#include "vi_insert.h"
#include "vi_mark.h"
#include "vi_register.h"
#include "vi_state.h"
#include "vi_text.h"

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
