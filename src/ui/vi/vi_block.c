#include "vi_block.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_block_lines.h"
#include "vi_change.h"
#include "vi_command.h"
#include "vi_insert.h"
#include "vi_operate.h"
#include "vi_register.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <string.h>

/* ---- deleting and changing it
 * --------------------------------------------------------------------------- */

static void yank(struct ui *ui, const struct vi_block *block, bool deleted)
{
    struct buffer bytes = {0};
    bool ok = true, more = true;
    for (size_t line = block->first; more && line <= block->last && ok;
         more = vi_next_line(ui->doc->text, line, &line)) {
        size_t start, end;
        if (line > block->first) ok = buffer_append_char(&bytes, '\n');
        if (vi_block_line(ui->layout, ui->doc, block, line, &start, &end))
            ok = ok && text_append_to(ui->doc->text, start, end, &bytes);
    }
    if (ok)
        vi_yank_bytes(ui, bytes.data ? bytes.data : "", bytes.size, VI_BLOCK, deleted, false);
    else
        ui_complain(ui->message, "not enough memory for the register");
    buffer_free(&bytes);
}

/* From the last line up, so that the places of the others do not move. */
static void each_line(struct ui *ui, const struct vi_block *block, ui_key key, enum vi_operator op)
{
    size_t line = block->last;
    text_group_begin(ui->doc->text);
    do {
        size_t start, end, last;
        if (!vi_block_line(ui->layout, ui->doc, block, line, &start, &end)) continue;
        if (key)
            vi_put_over(ui, start, end, key, &last);
        else if (op == VI_DELETE)
            doc_replace(ui, start, end, "", 0);
        else
            vi_change_case(ui, op, start, end);
    } while (line > block->first && vi_previous_line(ui->doc->text, line, &line));
    text_group_end(ui->doc->text);
}

static void top_left(struct layout *layout, struct doc *doc, const struct vi_block *block)
{
    vi_place(doc, vi_at_column(layout, doc, block->first, block->left));
}

static void insert_in_each(struct vi *vi, struct doc *doc, const struct vi_block *block,
                           enum vi_block_insert how)
{
    vi->block = *block;
    vi->block_insert = how;
    vi->no_insert_count = true;
    vi_insert(vi, doc, VI_INSERT);
}

void vi_operate_block(struct ui *ui, enum vi_operator op)
{
    struct vi_block block;
    if (!vi_block_get(ui, &block)) return;
    vi_repeatable(ui->vi);
    vi_leave_visual(ui->vi, ui->doc);
    vi_place(ui->doc, block.first);
    switch (op) {
    case VI_YANK:
        yank(ui, &block, false);
        ui->vi->repeatable = false;
        break;
    case VI_DELETE:
    case VI_CHANGE:
        yank(ui, &block, true);
        each_line(ui, &block, 0, VI_DELETE);
        break;
    case VI_LOWER:
    case VI_UPPER:
    case VI_SWAP_CASE:
        each_line(ui, &block, 0, op);
        break;
    case VI_SHIFT_RIGHT:
    case VI_SHIFT_LEFT:
    case VI_REFLOW:
    case VI_REFLOW_STAY:
    case VI_FILTER:
    case VI_NONE:
        vi_operate_lines(ui, op, block.first, vi_after_line(ui->doc->text, block.last));
        return;
    }
    top_left(ui->layout, ui->doc, &block);
    if (op == VI_CHANGE) insert_in_each(ui->vi, ui->doc, &block, VI_BLOCK_BEFORE);
}

bool vi_block_put_over(struct ui *ui, ui_key key)
{
    struct vi_block block;
    if (!vi_block_get(ui, &block)) return false;
    vi_leave_visual(ui->vi, ui->doc);
    vi_place(ui->doc, block.first);
    each_line(ui, &block, key, VI_NONE);
    top_left(ui->layout, ui->doc, &block);
    return true;
}

/* ---- inserting in all of its lines
 * ---------------------------------------------------------------------- */

void do_vi_block_insert(struct ui *ui)
{
    struct vi_block block;
    size_t start, end;
    if (!vi_visual_range(ui, &start, &end)) return;
    bool is_block = vi_block_get(ui, &block);
    vi_repeatable(ui->vi);
    vi_leave_visual(ui->vi, ui->doc);
    vi_place(ui->doc, start);
    if (!is_block) {
        vi_insert(ui->vi, ui->doc, VI_INSERT);
        return;
    }
    top_left(ui->layout, ui->doc, &block);
    insert_in_each(ui->vi, ui->doc, &block, VI_BLOCK_BEFORE);
}

void do_vi_block_append(struct ui *ui)
{
    struct vi_block block;
    size_t start, end;
    if (!vi_visual_range(ui, &start, &end)) return;
    bool is_block = vi_block_get(ui, &block), lines = ui->doc->select == SELECT_LINES;
    vi_repeatable(ui->vi);
    vi_leave_visual(ui->vi, ui->doc);
    vi_place(ui->doc, lines && end > start ? vi_line_end(ui->doc->text, end - 1) : end);
    if (!is_block) {
        vi_insert(ui->vi, ui->doc, VI_INSERT);
        return;
    }
    if (!block.to_end) vi_block_pad(ui, block.first, block.right + 1);
    size_t at = block.to_end ? vi_line_end(ui->doc->text, block.first)
                             : vi_at_column(ui->layout, ui->doc, block.first, block.right + 1);
    vi_place(ui->doc, at);
    insert_in_each(ui->vi, ui->doc, &block, VI_BLOCK_AFTER);
}

/* ---- pasting
 * -------------------------------------------------------------------------------------------- */

static int widest(const struct buffer *text)
{
    int most = 0;
    for (const char *p = text->data, *end = text->data + text->size; p <= end;) {
        size_t size = strcspn(p, "\n");
        char line[1024];
        snprintf(line, sizeof line, "%.*s", (int)size, p);
        int cells = screen_cells(line);
        if (cells > most) most = cells;
        p += size + 1;
    }
    return most;
}

static bool add_spaces(struct buffer *out, int count)
{
    for (int i = 0; i < count; i++)
        if (!buffer_append_char(out, ' ')) return false;
    return true;
}

/* Each line of the block goes into a line of the text, at one column; if text follows, all are padded to the
 * widest. */
void vi_block_put(struct ui *ui, const struct buffer *block, size_t times, bool before)
{
    struct text *text = ui->doc->text;
    size_t line = vi_line_start(text, ui->doc->cursor), at = ui->doc->cursor;
    if (!before && vi_char(text, at)) at = text_next_cluster(text, at);
    int column = vi_column(ui->layout, ui->doc, at), width = widest(block);
    size_t first = at;
    bool ok = true, more = true;
    text_group_begin(text);
    for (const char *p = block->data, *stop = block->data + block->size; p <= stop && ok;) {
        size_t size = strcspn(p, "\n");
        struct buffer out = {0};
        char shown[1024];
        snprintf(shown, sizeof shown, "%.*s", (int)size, p);
        if (!more) { /* below the last line */
            size_t end = text_size(text);
            ok = doc_replace(ui, end, end, "\n", 1);
            line = text_byte(text, end - 1) == '\n' ? end : end + 1;
        }
        ok = ok && vi_block_pad(ui, line, column);
        at = vi_at_column(ui->layout, ui->doc, line, column);
        bool behind = vi_char(text, at) != 0;
        for (size_t i = 0; i < times && ok; i++) {
            ok = buffer_append(&out, p, size);
            if (i + 1 < times || behind) ok = ok && add_spaces(&out, width - screen_cells(shown));
        }
        ok = ok && (!out.size || doc_replace(ui, at, at, out.data, out.size));
        buffer_free(&out);
        p += size + 1;
        more = vi_next_line(text, line, &line);
    }
    text_group_end(text);
    vi_place(ui->doc, first);
}
