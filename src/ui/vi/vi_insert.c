#include "vi_insert.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keys/macro.h"
#include "ui/page/edit_commands.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_block_lines.h"
#include "vi_change.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_register.h"
#include "vi_state.h"
#include "vi_text.h"

#include <string.h>

/* ---- starting to insert
 * --------------------------------------------------------------------------------- */

void do_vi_insert(struct ui *ui)
{
    vi_repeatable(ui->vi);
    vi_insert(ui->vi, ui->doc, VI_INSERT);
}

void do_vi_insert_start(struct ui *ui)
{
    vi_place(ui->doc, vi_first_nonblank(ui->doc->text, ui->doc->cursor));
    do_vi_insert(ui);
}

void do_vi_insert_column_one(struct ui *ui)
{
    vi_place(ui->doc, vi_line_start(ui->doc->text, ui->doc->cursor));
    do_vi_insert(ui);
}

void do_vi_insert_last(struct ui *ui)
{
    size_t at;
    if (vi_mark_get(ui->doc, '^', &at)) vi_place(ui->doc, at);
    do_vi_insert(ui);
}

void do_vi_append(struct ui *ui)
{
    size_t cursor = ui->doc->cursor;
    if (vi_char(ui->doc->text, cursor)) vi_place(ui->doc, text_next_cluster(ui->doc->text, cursor));
    do_vi_insert(ui);
}

void do_vi_append_end(struct ui *ui)
{
    vi_place(ui->doc, vi_line_end(ui->doc->text, ui->doc->cursor));
    do_vi_insert(ui);
}

static void open_line(struct ui *ui, size_t at, size_t cursor)
{
    vi_repeatable(ui->vi);
    ui->vi->opening = true;
    bool nothing = !text_size(ui->doc->text);
    ui->vi->from_nothing = nothing;
    /* For vi an empty text has an empty line, which stays below. */
    if (nothing && cursor == at)
        doc_replace(ui, at, at, vi_line_break(ui->doc), strlen(vi_line_break(ui->doc)));
    doc_replace(ui, at, at, vi_line_break(ui->doc), strlen(vi_line_break(ui->doc)));
    vi_place(ui->doc, cursor);
    vi_insert(ui->vi, ui->doc, VI_INSERT);
}

void do_vi_open(struct ui *ui)
{
    size_t end = vi_line_end(ui->doc->text, ui->doc->cursor);
    open_line(ui, end, end + strlen(vi_line_break(ui->doc)));
}

void do_vi_open_above(struct ui *ui)
{
    size_t start = vi_line_start(ui->doc->text, ui->doc->cursor);
    open_line(ui, start, start);
}

void do_vi_replace_mode(struct ui *ui)
{
    vi_repeatable(ui->vi);
    vi_insert(ui->vi, ui->doc, VI_REPLACE);
}

/* ---- the inserted or overwritten text, and the end of inserting --------------------------------------- */

void vi_insert(struct vi *vi, struct doc *doc, enum vi_mode mode)
{
    /* A count before an operator belonged to its motion. */
    vi->insert_count = vi->op || vi->op_count || vi->visual_command || vi->no_insert_count ? 1 : vi_count(vi);
    vi->mode = mode;
    vi->insert_from = doc->cursor;
    doc->focus = 0; /* after inserting, the cursor is not choosing on a blank */
    vi->from_nothing = vi->from_nothing || !text_size(doc->text);
    vi->inserted.count = 0;
    vi->replaced.size = 0;
    vi->op = VI_NONE;
}

/* The keys typed since then are played again, each time in a new line if lines were opened. */
static void insert_again(struct ui *ui)
{
    struct vi *vi = ui->vi;
    struct macro keys = {0};
    bool opening = vi->opening;
    size_t times = vi->insert_count - 1;
    if (opening && !mem_grow(&keys.keys, &keys.capacity, 1, sizeof *keys.keys)) return;
    if (opening) keys.keys[keys.count++] = UI_SPECIAL(UI_ENTER);
    if (!mem_grow(&keys.keys, &keys.capacity, keys.count + vi->inserted.count + 1, sizeof *keys.keys)) return;
    if (vi->inserted.count)
        memcpy(keys.keys + keys.count, vi->inserted.keys, vi->inserted.count * sizeof *keys.keys);
    keys.count += vi->inserted.count;
    vi->insert_count = 1;
    vi->replaying_insert = true;
    macro_play(ui, &keys, times);
    vi->replaying_insert = false;
    mem_free(keys.keys);
}

void vi_leave_insert(struct ui *ui)
{
    struct vi *vi = ui->vi;
    const struct text *text = ui->doc->text;
    if (vi->insert_count > 1 && vi->inserted.count) insert_again(ui);
    size_t cursor = ui->doc->cursor, size = text_size(text);
    /* A line written where there was none ends with a line break. */
    if (vi->from_nothing && size && text_byte(text, size - 1) != '\n') doc_replace(ui, size, size, "\n", 1);
    vi->from_nothing = false;
    vi_mark_set(ui->doc, '^', cursor);
    vi->inserted_text.size = 0;
    if (cursor > vi->insert_from && !text_append_to(text, vi->insert_from, cursor, &vi->inserted_text))
        vi->inserted_text.size = 0;
    vi->mode = VI_NORMAL;
    vi->opening = false;
    if (cursor > vi_line_start(text, cursor)) cursor = text_previous_cluster(text, cursor);
    vi_place(ui->doc, cursor);
    ui->doc->focus = doc_blank_at(ui->doc, ui->doc->cursor);
    vi_mark_set(ui->doc, '.', cursor);
    vi_block_inserted(ui);
}

/* In replace mode typed text overwrites the old text; Backspace restores it. */
bool vi_type_over(struct ui *ui, const char *bytes, size_t size)
{
    struct vi *vi = ui->vi;
    const struct text *text = ui->doc->text;
    size_t at = ui->doc->cursor, end = vi_char(text, at) ? text_next_cluster(text, at) : at;
    uint32_t length = (uint32_t)(end - at);
    struct buffer old = {0};
    if (vi->mode != VI_REPLACE) return false;
    if (!text_append_to(text, at, end, &old) ||
        !buffer_append(&vi->replaced, old.data ? old.data : "", old.size) ||
        !buffer_append(&vi->replaced, &length, sizeof length)) {
        buffer_free(&old);
        return false;
    }
    buffer_free(&old);
    doc_replace(ui, at, end, bytes, size);
    return true;
}

void do_vi_insert_backspace(struct ui *ui)
{
    struct vi *vi = ui->vi;
    uint32_t length;
    size_t at = ui->doc->cursor;
    if (vi->mode != VI_REPLACE) {
        do_delete_backward(ui);
        return;
    }
    if (at == 0) return;
    size_t before = text_previous_cluster(ui->doc->text, at);
    if (vi->replaced.size < sizeof length) {
        vi_place(ui->doc, before);
        return;
    }
    memcpy(&length, vi->replaced.data + vi->replaced.size - sizeof length, sizeof length);
    vi->replaced.size -= sizeof length + length;
    doc_replace(ui, before, at, vi->replaced.data + vi->replaced.size, length);
    vi_place(ui->doc, before);
}

/* ---- in insert mode ---------------------------------------------------------------------------------- */

static void insert_register_key(struct ui *ui, ui_key key)
{
    const struct vi_register *r = vi_register_get(ui, key);
    size_t at = ui->doc->cursor;
    if (r && r->text.size) doc_replace(ui, at, at, r->text.data, r->text.size);
}

void do_vi_insert_register(struct ui *ui)
{
    vi_await(ui->vi, insert_register_key);
}

void do_vi_insert_delete_word(struct ui *ui)
{
    const struct text *text = ui->doc->text;
    size_t end = ui->doc->cursor, at = end, line = vi_line_start(text, at);
    if (at == line) {
        do_delete_backward(ui);
        return;
    }
    while (at > line && vi_is_white(vi_char(text, text_previous_cluster(text, at))))
        at = text_previous_cluster(text, at);
    if (at > line) {
        int class = vi_class(text, text_previous_cluster(text, at), false);
        while (at > line && vi_class(text, text_previous_cluster(text, at), false) == class)
            at = text_previous_cluster(text, at);
    }
    delete_to(ui, at);
}

/* The text typed in this line, else everything before the cursor. */
void do_vi_insert_delete_line(struct ui *ui)
{
    size_t end = ui->doc->cursor, start = vi_line_start(ui->doc->text, end);
    if (ui->vi->insert_from > start && ui->vi->insert_from < end) start = ui->vi->insert_from;
    if (start < end) doc_replace(ui, start, end, "", 0);
}

static void insert_shift(struct ui *ui, int by)
{
    const struct text *text = ui->doc->text;
    size_t line = vi_line_start(text, ui->doc->cursor), before = text_size(text), cursor = ui->doc->cursor;
    vi_shift(ui, line, vi_after_line(text, line), by);
    size_t after = text_size(text), at = cursor + after - before;
    vi_place(ui->doc, cursor + after < before + line ? line : at);
}

void do_vi_insert_indent(struct ui *ui)
{
    insert_shift(ui, 1);
}

void do_vi_insert_unindent(struct ui *ui)
{
    insert_shift(ui, -1);
}
