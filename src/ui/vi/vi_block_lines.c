#include "vi_block_lines.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi_command.h"
#include "vi_state.h"
#include "vi_text.h"

#include <limits.h>
#include <string.h>

bool vi_block_get(const struct ui *ui, struct vi_block *out)
{
    const struct doc *doc = ui->doc;
    const struct text *text = doc->text;
    if (doc->select != SELECT_BLOCK) return false;
    size_t low = doc->anchor < doc->cursor ? doc->anchor : doc->cursor;
    size_t high = doc->anchor < doc->cursor ? doc->cursor : doc->anchor;
    int a = vi_column(ui->layout, ui->doc, doc->anchor), c = vi_column(ui->layout, ui->doc, doc->cursor);
    *out = (struct vi_block){.first = vi_line_start(text, low), .last = vi_line_start(text, high)};
    out->left = a < c ? a : c;
    out->right = a < c ? c : a;
    /* A wide character at the right edge is part of it. */
    size_t right = a < c ? doc->cursor : doc->anchor;
    if (vi_char(text, right)) out->right = vi_column(ui->layout, ui->doc, text_next_cluster(text, right)) - 1;
    out->lines = 1;
    for (size_t line = out->first; line < out->last && vi_next_line(text, line, &line);) out->lines++;
    out->to_end = ui->vi->goal == INT_MAX;
    if (out->to_end) out->right = INT_MAX - 1;
    return true;
}

bool vi_block_line(const struct layout *layout, const struct doc *doc, const struct vi_block *block,
                   size_t line, size_t *start, size_t *end)
{
    const struct text *text = doc->text;
    size_t stop = vi_line_end(text, line);
    *start = vi_at_column(layout, doc, line, block->left);
    if (*start >= stop) return *end = *start, false;
    *end = block->to_end ? stop : vi_at_column(layout, doc, line, block->right);
    if (!block->to_end && *end < stop) *end = text_next_cluster(text, *end);
    return true;
}

bool vi_block_contains(const struct ui *ui, size_t at)
{
    struct vi_block block;
    size_t start, end;
    if (!vi_block_get(ui, &block) || at < block.first || at > vi_line_end(ui->doc->text, block.last))
        return false;
    return vi_block_line(ui->layout, ui->doc, &block, vi_line_start(ui->doc->text, at), &start, &end) &&
           at >= start && at < end;
}

bool vi_block_pad(struct ui *ui, size_t line, int column)
{
    size_t end = vi_line_end(ui->doc->text, line);
    for (int have = vi_column(ui->layout, ui->doc, end); have < column; have++)
        if (!doc_replace(ui, end, end, " ", 1)) return false;
    return true;
}

/* The text typed in the first line goes into the others. Lines that do not reach the block are skipped, or
 * for appending filled up with spaces. */
void vi_block_inserted(struct ui *ui)
{
    struct vi *vi = ui->vi;
    struct vi_block block = vi->block;
    enum vi_block_insert how = vi->block_insert;
    const struct buffer *typed = &vi->inserted_text;
    vi->block_insert = VI_BLOCK_NOT;
    if (!how || !typed->size || memchr(typed->data, '\n', typed->size)) return;
    size_t line = block.first, cursor = ui->doc->cursor;
    text_group_begin(ui->doc->text);
    /* The last line of the block has moved by the typed text. */
    size_t lines = block.lines;
    for (size_t i = 1; i < lines && vi_next_line(ui->doc->text, line, &line); i++) {
        size_t end = vi_line_end(ui->doc->text, line), at;
        if (how == VI_BLOCK_BEFORE) {
            if (vi_column(ui->layout, ui->doc, end) < block.left) continue;
            at = vi_at_column(ui->layout, ui->doc, line, block.left);
        } else {
            if (!block.to_end) vi_block_pad(ui, line, block.right + 1);
            at = block.to_end ? vi_line_end(ui->doc->text, line)
                              : vi_at_column(ui->layout, ui->doc, line, block.right + 1);
        }
        doc_replace(ui, at, at, typed->data, typed->size);
    }
    text_group_end(ui->doc->text);
    vi_place(ui->doc,
             how == VI_BLOCK_BEFORE ? vi_at_column(ui->layout, ui->doc, block.first, block.left) : cursor);
}
