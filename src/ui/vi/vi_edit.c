#include "vi_edit.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_block.h"
#include "vi_change.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_operate.h"
#include "vi_operator.h"
#include "vi_register.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <stdlib.h>
#include <string.h>

/* ---- a few characters -------------------------------------------------------------------------------- */

static size_t characters_on(const struct text *text, size_t at, size_t count, size_t *found)
{
    for (*found = 0; *found < count && vi_char(text, at); ++*found) at = text_next_cluster(text, at);
    return at;
}

static void delete_characters(struct ui *ui, bool change)
{
    size_t start = ui->doc->cursor, found,
           end = characters_on(ui->doc->text, start, vi_count(ui->vi), &found);
    if (vi_is_visual(ui->vi)) {
        vi_operate_visual(ui, change ? VI_CHANGE : VI_DELETE);
        return;
    }
    if (!found && !change) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    ui->vi->to_register_one = false;
    vi_operate_characters(ui, change ? VI_CHANGE : VI_DELETE, start, end);
}

void do_vi_delete_character(struct ui *ui)
{
    delete_characters(ui, false);
}

void do_vi_substitute(struct ui *ui)
{
    delete_characters(ui, true);
}

void do_vi_delete_before(struct ui *ui)
{
    size_t end = ui->doc->cursor, start = end, line = vi_line_start(ui->doc->text, end);
    for (size_t i = 0; i < vi_count(ui->vi) && start > line; i++)
        start = text_previous_cluster(ui->doc->text, start);
    if (start == end) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    ui->vi->to_register_one = false;
    vi_operate_characters(ui, VI_DELETE, start, end);
}

static void to_line_end(struct ui *ui, enum vi_operator op)
{
    const struct text *text = ui->doc->text;
    size_t last = ui->doc->cursor;
    for (size_t i = 1; i < vi_count(ui->vi); i++)
        if (!vi_next_line(text, last, &last)) break;
    size_t end = vi_line_end(text, last);
    if (op == VI_DELETE && end == ui->doc->cursor && vi_count(ui->vi) == 1) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    struct vi_range r = {.from = ui->doc->cursor, .to = end};
    if (end > vi_line_start(text, end)) r.to = text_previous_cluster(text, end), r.inclusive = true;
    ui->vi->op = (int)op;
    vi_operate(ui, &r);
}

void do_vi_delete_to_end(struct ui *ui)
{
    if (vi_is_visual(ui->vi))
        vi_operate_visual_lines(ui, VI_DELETE);
    else
        to_line_end(ui, VI_DELETE);
}

void do_vi_change_to_end(struct ui *ui)
{
    if (vi_is_visual(ui->vi))
        vi_operate_visual_lines(ui, VI_CHANGE);
    else
        to_line_end(ui, VI_CHANGE);
}

static void whole_lines(struct ui *ui, enum vi_operator op)
{
    const struct text *text = ui->doc->text;
    size_t first = vi_line_start(text, ui->doc->cursor), last = first;
    if (vi_is_visual(ui->vi)) {
        vi_operate_visual_lines(ui, op);
        return;
    }
    for (size_t i = 1; i < vi_count(ui->vi); i++)
        if (!vi_next_line(text, last, &last)) break;
    ui->vi->to_register_one = false;
    vi_operate_lines(ui, op, first, vi_after_line(text, last));
}

void do_vi_change_lines(struct ui *ui)
{
    whole_lines(ui, VI_CHANGE);
}

void do_vi_yank_lines(struct ui *ui)
{
    whole_lines(ui, VI_YANK);
}

void do_vi_swap_case(struct ui *ui)
{
    size_t start = ui->doc->cursor, found,
           end = characters_on(ui->doc->text, start, vi_count(ui->vi), &found);
    if (vi_is_visual(ui->vi)) {
        vi_operate_visual(ui, VI_SWAP_CASE);
        return;
    }
    if (!found) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    vi_repeatable(ui->vi);
    size_t before = text_size(ui->doc->text);
    vi_change_case(ui, VI_SWAP_CASE, start, end);
    vi_place(ui->doc, end + text_size(ui->doc->text) - before);
}

/* ---- r ----------------------------------------------------------------------------------------------- */

static void replace_key(struct ui *ui, ui_key key)
{
    size_t start = ui->doc->cursor, end, found, last = start;
    if (!ui_key_is_text(key) && key != UI_SPECIAL(UI_ENTER) && key != UI_SPECIAL(UI_TAB)) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    vi_repeatable(ui->vi);
    if (vi_is_visual(ui->vi)) {
        if (!vi_visual_range(ui, &start, &end) || vi_block_put_over(ui, key)) return;
        vi_leave_visual(ui->vi, ui->doc);
        vi_place(ui->doc, start);
        vi_put_over(ui, start, end, key, &last);
        vi_place(ui->doc, start);
        return;
    }
    end = characters_on(ui->doc->text, start, vi_count(ui->vi), &found);
    if (found < vi_count(ui->vi)) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    if (key == UI_SPECIAL(UI_ENTER)) {
        doc_replace(ui, start, end, vi_line_break(ui->doc), strlen(vi_line_break(ui->doc)));
        vi_place(ui->doc, start + strlen(vi_line_break(ui->doc)));
        return;
    }
    vi_put_over(ui, start, end, key, &last);
    vi_place(ui->doc, last);
}

void do_vi_replace_character(struct ui *ui)
{
    vi_await(ui->vi, replace_key);
}

/* ---- numbers ----------------------------------------------------------------------------------------- */

static void add_to_number(struct ui *ui, long long by)
{
    const struct text *text = ui->doc->text;
    size_t at = ui->doc->cursor, line = vi_line_start(text, at), end;
    while (at > line && text_byte(text, at) >= '0' && text_byte(text, at) <= '9' &&
           text_byte(text, at - 1) >= '0' && text_byte(text, at - 1) <= '9')
        at--;
    while (vi_char(text, at) && !(text_byte(text, at) >= '0' && text_byte(text, at) <= '9')) at++;
    for (end = at; text_byte(text, end) >= '0' && text_byte(text, end) <= '9'; end++) continue;
    if (end == at || end - at > 18) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    if (at > line && text_byte(text, at - 1) == '-') at--;
    char digits[32] = "", result[32];
    text_copy(text, at, end, digits);
    snprintf(result, sizeof result, "%lld", atoll(digits) + by);
    vi_repeatable(ui->vi);
    if (doc_replace(ui, at, end, result, strlen(result))) vi_place(ui->doc, at + strlen(result) - 1);
}

void do_vi_increment(struct ui *ui)
{
    add_to_number(ui, (long long)vi_count(ui->vi));
}

void do_vi_decrement(struct ui *ui)
{
    add_to_number(ui, -(long long)vi_count(ui->vi));
}

/* ---- joining ----------------------------------------------------------------------------------------- */

static void join_counted(struct ui *ui, bool spaces)
{
    size_t lines = vi_count(ui->vi), start, end;
    vi_repeatable(ui->vi);
    if (vi_is_visual(ui->vi)) {
        if (!vi_visual_range(ui, &start, &end)) return;
        lines = 1;
        for (size_t at = vi_line_start(ui->doc->text, start);
             vi_next_line(ui->doc->text, at, &at) && at < end;)
            lines++;
        vi_leave_visual(ui->vi, ui->doc);
        vi_place(ui->doc, start);
    } else if (vi_count(ui->vi) > 2) { /* no more than there are */
        size_t at = ui->doc->cursor, there = 1;
        while (there < lines && vi_next_line(ui->doc->text, at, &at)) there++;
        lines = there;
        if (there < 2) {
            vi_fail(ui->vi, ui->macros);
            return;
        }
    }
    if (!vi_join(ui, lines, spaces)) vi_fail(ui->vi, ui->macros);
}

void do_vi_join(struct ui *ui)
{
    join_counted(ui, true);
}

void do_vi_join_plain(struct ui *ui)
{
    join_counted(ui, false);
}

/* ---- pasting
 * -------------------------------------------------------------------------------------------- */

static bool repeated(struct buffer *out, const struct buffer *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        if (!buffer_append(out, text->data, text->size)) return false;
    return true;
}

static void put_lines(struct ui *ui, const struct buffer *text, bool before, bool behind)
{
    const struct text *doc = ui->doc->text;
    size_t at = before ? vi_line_start(doc, ui->doc->cursor) : vi_after_line(doc, ui->doc->cursor),
           size = text->size;
    if (!text_size(doc) && !behind) { /* the empty line of an empty text */
        if (!doc_replace(ui, 0, 0, vi_line_break(ui->doc), strlen(vi_line_break(ui->doc)))) return;
        at = before ? 0 : text_size(doc);
    }
    bool unended = !before && at == text_size(doc) && (at == 0 || text_byte(doc, at - 1) != '\n');
    if (unended &&
        at) { /* below a last line without a line break: that line gets one, and the new last line has none */
        if (!doc_replace(ui, at, at, "\n", 1)) return;
        at++;
        size--;
    }
    if (!doc_replace(ui, at, at, text->data, size)) return;
    vi_mark_set(ui->doc, '[', at);
    vi_mark_set(ui->doc, ']', at + size ? at + size - 1 : 0);
    vi_place(ui->doc, behind ? at + size : vi_first_nonblank(doc, at));
}

static void put_characters(struct ui *ui, const struct buffer *text, bool before, bool behind)
{
    const struct text *doc = ui->doc->text;
    size_t at = ui->doc->cursor;
    if (!before && vi_char(doc, at)) at = text_next_cluster(doc, at);
    if (!doc_replace(ui, at, at, text->data, text->size)) return;
    size_t end = at + text->size;
    bool several = memchr(text->data, '\n', text->size);
    vi_mark_set(ui->doc, '[', at);
    vi_mark_set(ui->doc, ']', end > at ? text_previous_cluster(doc, end) : at);
    vi_place(ui->doc, behind ? end : several ? at : text_previous_cluster(doc, end));
}

static void put(struct ui *ui, bool before, bool behind)
{
    const struct vi_register *r = vi_register_get(ui, ui->vi->reg);
    struct buffer text = {0};
    enum vi_shape shape = r ? r->shape : VI_CHARACTERS;
    if (!r || !r->text.size || !repeated(&text, &r->text, vi_count(ui->vi))) {
        vi_fail(ui->vi, ui->macros);
        buffer_free(&text);
        return;
    }
    vi_repeatable(ui->vi);
    text_group_begin(ui->doc->text);
    if (shape == VI_BLOCK)
        vi_block_put(ui, &r->text, vi_count(ui->vi), before);
    else if (shape == VI_LINES)
        put_lines(ui, &text, before, behind);
    else
        put_characters(ui, &text, before, behind);
    text_group_end(ui->doc->text);
    buffer_free(&text);
}

/* Replaces the selection, which then goes to the register. */
static void put_over_selection(struct ui *ui, bool keep)
{
    const struct vi_register *r = vi_register_get(ui, ui->vi->reg);
    size_t start, end;
    struct buffer text = {0};
    bool lines = ui->doc->select == SELECT_LINES, as_lines = r && r->shape == VI_LINES;
    if (!r || r->shape == VI_BLOCK || ui->doc->select == SELECT_BLOCK ||
        !repeated(&text, &r->text, vi_count(ui->vi)) || !vi_visual_range(ui, &start, &end)) {
        vi_fail(ui->vi, ui->macros);
        buffer_free(&text);
        return;
    }
    vi_repeatable(ui->vi);
    vi_leave_visual(ui->vi, ui->doc);
    vi_place(ui->doc, start);
    ui->vi->reg = keep ? '_' : 0;
    vi_yank(ui, start, end, lines ? VI_LINES : VI_CHARACTERS, true, false);
    text_group_begin(ui->doc->text);
    bool ok = true;
    if (lines && !as_lines) ok = buffer_append_string(&text, vi_line_break(ui->doc));
    if (!lines && as_lines) {
        struct buffer padded = {0};
        ok = buffer_append_string(&padded, vi_line_break(ui->doc)) &&
             buffer_append(&padded, text.data, text.size);
        buffer_free(&text);
        text = padded;
    }
    if (ok) doc_replace(ui, start, end, text.data, text.size);
    size_t last = start + text.size;
    bool several = memchr(text.data, '\n', text.size);
    if (!lines && as_lines) start += strlen(vi_line_break(ui->doc));
    vi_place(ui->doc, lines || as_lines ? vi_first_nonblank(ui->doc->text, start)
                      : several         ? start
                      : last > start    ? text_previous_cluster(ui->doc->text, last)
                                        : start);
    text_group_end(ui->doc->text);
    buffer_free(&text);
}

void do_vi_put(struct ui *ui)
{
    if (vi_is_visual(ui->vi))
        put_over_selection(ui, false);
    else
        put(ui, false, false);
}

void do_vi_put_before(struct ui *ui)
{
    if (vi_is_visual(ui->vi))
        put_over_selection(ui, true);
    else
        put(ui, true, false);
}

void do_vi_put_behind(struct ui *ui)
{
    put(ui, false, true);
}

void do_vi_put_before_behind(struct ui *ui)
{
    put(ui, true, true);
}
