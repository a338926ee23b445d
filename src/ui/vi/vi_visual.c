#include "vi_visual.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi_block_lines.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_state.h"
#include "vi_text.h"

#include <limits.h>

bool vi_is_visual(const struct vi *vi)
{
    return vi->mode == VI_VISUAL;
}

static void begin_visual(struct vi *vi, struct doc *doc, enum selecting select)
{
    doc->anchor = doc->cursor;
    doc->selecting = doc->sticky = true;
    doc->select = select;
    vi->mode = VI_VISUAL;
}

void vi_leave_visual(struct vi *vi, struct doc *doc)
{
    if (!vi_is_visual(vi)) return;
    size_t low = doc->anchor < doc->cursor ? doc->anchor : doc->cursor;
    vi_mark_set(doc, '<', low);
    vi_mark_set(doc, '>', low == doc->anchor ? doc->cursor : doc->anchor);
    vi->last_visual = doc->select;
    doc->selecting = doc->sticky = false;
    doc->select = SELECT_PLAIN;
    vi->mode = VI_NORMAL;
}

static void visual(struct vi *vi, struct doc *doc, enum selecting select)
{
    if (!vi_is_visual(vi)) {
        begin_visual(vi, doc, select);
        if (vi->counted && select == SELECT_CHARACTERS)
            for (size_t i = 1; i < vi_count(vi) && vi_char(doc->text, doc->cursor); i++)
                doc->cursor = text_next_cluster(doc->text, doc->cursor);
    } else if (doc->select == select) {
        vi_leave_visual(vi, doc);
    } else {
        doc->select = select;
    }
}

void do_vi_visual(struct ui *ui)
{
    visual(ui->vi, ui->doc, SELECT_CHARACTERS);
}

void do_vi_visual_lines(struct ui *ui)
{
    visual(ui->vi, ui->doc, SELECT_LINES);
}

void do_vi_visual_block(struct ui *ui)
{
    visual(ui->vi, ui->doc, SELECT_BLOCK);
}

void do_vi_other_end(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t anchor = doc->anchor;
    doc->anchor = doc->cursor;
    doc->cursor = anchor;
    ui->doc->follow = true;
}

void do_vi_visual_again(struct ui *ui)
{
    size_t from, to;
    if (!vi_mark_get(ui->doc, '<', &from) || !vi_mark_get(ui->doc, '>', &to)) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    vi_place(ui->doc, from);
    begin_visual(ui->vi, ui->doc, ui->vi->last_visual ? ui->vi->last_visual : SELECT_CHARACTERS);
    ui->doc->cursor = to;
}

/* How much `.` covers: this many lines, and characters of the last. */
static void remember_extent(struct ui *ui, size_t start, size_t end)
{
    struct vi *vi = ui->vi;
    const struct text *text = ui->doc->text;
    vi->extent_kind = ui->doc->select == SELECT_PLAIN ? SELECT_CHARACTERS : ui->doc->select;
    vi->extent_lines = 0;
    struct vi_block block;
    if (vi_block_get(ui, &block)) {
        vi->extent_lines = block.lines - 1;
        vi->extent_characters = block.to_end ? INT_MAX : (size_t)(block.right - block.left + 1);
        return;
    }
    size_t line = vi_line_start(text, start), next;
    while (vi_next_line(text, line, &next) && next < end) line = next, vi->extent_lines++;
    vi->extent_characters = 0;
    for (size_t at = vi->extent_lines ? line : start; at < end && vi_char(text, at);
         at = text_next_cluster(text, at))
        vi->extent_characters++;
}

bool vi_visual_range(struct ui *ui, size_t *start, size_t *end)
{
    if (!doc_selection(ui->doc, start, end)) return false;
    remember_extent(ui, *start, *end);
    ui->vi->visual_command = true;
    return true;
}

void vi_select_extent(struct ui *ui)
{
    struct vi *vi = ui->vi;
    const struct text *text = ui->doc->text;
    begin_visual(ui->vi, ui->doc, vi->extent_kind);
    size_t at = ui->doc->cursor;
    for (size_t i = 0; i < vi->extent_lines && vi_next_line(text, at, &at); i++) continue;
    if (vi->extent_kind == SELECT_BLOCK) {
        int left = vi_column(ui->layout, ui->doc, ui->doc->cursor);
        vi->goal = vi->extent_characters == INT_MAX ? INT_MAX : -1;
        ui->doc->cursor = vi->goal == INT_MAX
                              ? vi_line_end(text, at)
                              : vi_at_column(ui->layout, ui->doc, at, left + (int)vi->extent_characters - 1);
        return;
    }
    for (size_t i = 1; i < vi->extent_characters; i++) {
        size_t next = text_next_cluster(text, at);
        if (!vi_char(text, next)) break;
        at = next;
    }
    ui->doc->cursor = at;
}
