#include "vi_jumps.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/undo.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <string.h>

static void remove_at(struct text *text, struct places *places, size_t index)
{
    text_mark_remove(text, places->marks[index]);
    places->count--;
    memmove(places->marks + index, places->marks + index + 1,
            (places->count - index) * sizeof *places->marks);
}

static void add_place(struct text *text, struct places *places, size_t at)
{
    if (places->count == PLACES) remove_at(text, places, 0);
    text_mark mark = text_mark_add(text, at, TEXT_AFTER);
    if (mark) places->marks[places->count++] = mark;
    places->at = places->count;
}

/* Each line once, at the last time it was left. */
void vi_jump_from(struct doc *doc, size_t at)
{
    struct text *text = doc->text;
    struct places *jumps = &doc->jumps;
    size_t line = vi_line_start(text, at);
    vi_mark_set(doc, '\'', at);
    for (size_t i = jumps->count; i-- > 0;)
        if (vi_line_start(text, text_mark_get(text, jumps->marks[i])) == line) remove_at(text, jumps, i);
    add_place(text, jumps, at);
}

static void go(struct vi *vi, struct doc *doc, const struct places *places)
{
    size_t at = text_mark_get(doc->text, places->marks[places->at]);
    doc_move(doc, vi_clamp(doc->text, at), vi_is_visual(vi));
}

void do_vi_older_place(struct ui *ui)
{
    struct places *jumps = &ui->doc->jumps;
    size_t count = vi_count(ui->vi);
    if (jumps->at == jumps->count) { /* to come back to */
        vi_jump_from(ui->doc, ui->doc->cursor);
        jumps->at = jumps->count ? jumps->count - 1 : 0;
    }
    if (count > jumps->at) {
        vi_fail(ui->vi, ui->macros);
        ui_say(ui->message, "at the start of the jump list");
        return;
    }
    jumps->at -= count;
    go(ui->vi, ui->doc, jumps);
}

void do_vi_newer_place(struct ui *ui)
{
    struct places *jumps = &ui->doc->jumps;
    size_t count = vi_count(ui->vi);
    if (jumps->at + count >= jumps->count) {
        vi_fail(ui->vi, ui->macros);
        ui_say(ui->message, "at the end of the jump list");
        return;
    }
    jumps->at += count;
    go(ui->vi, ui->doc, jumps);
}

/* ---- changes ------------------------------------------------------------------------------------------- */

/* Changes near each other in a line are one place. */
void vi_changed_at(struct doc *doc, size_t at)
{
    enum { NEAR = 79 };
    struct text *text = doc->text;
    struct places *changes = &doc->changes;
    size_t last = changes->count ? text_mark_get(text, changes->marks[changes->count - 1]) : 0;
    size_t apart = at > last ? at - last : last - at;
    if (changes->count && apart < NEAR && vi_line_start(text, last) == vi_line_start(text, at))
        remove_at(text, changes, changes->count - 1);
    add_place(text, changes, at);
}

void do_vi_older_change(struct ui *ui)
{
    struct places *changes = &ui->doc->changes;
    size_t count = vi_count(ui->vi);
    if (!changes->at) {
        vi_fail(ui->vi, ui->macros);
        ui_say(ui->message, changes->count ? "at the start of the change list" : "the change list is empty");
        return;
    }
    changes->at -= count < changes->at ? count : changes->at;
    go(ui->vi, ui->doc, changes);
}

void do_vi_newer_change(struct ui *ui)
{
    struct places *changes = &ui->doc->changes;
    size_t count = vi_count(ui->vi);
    if (changes->at + 1 >= changes->count) {
        vi_fail(ui->vi, ui->macros);
        ui_say(ui->message, changes->count ? "at the end of the change list" : "the change list is empty");
        return;
    }
    changes->at = changes->at + count < changes->count ? changes->at + count : changes->count - 1;
    go(ui->vi, ui->doc, changes);
}

/* ---- states of the text in order of time
 * ---------------------------------------------------------------- */

/* Inside a command or a macro there is no state to stop at. */
static bool is_state(const struct doc *doc, size_t node)
{
    for (size_t i = 0; i < doc->step_count; i++)
        if (doc->steps[i].child <= node && node < doc->steps[i].to) return false;
    return true;
}

static bool vi_go_in_time(struct ui *ui, size_t count, bool back)
{
    struct doc *doc = ui->doc;
    size_t now = text_history_at(doc->text), node = now, at;
    size_t last = text_history_count(doc->text) - 1;
    if (!doc_writable(ui)) return false;
    for (; count; count--) {
        size_t next = node;
        do {
            if (next == (back ? doc->first_node : last)) break;
            next = back ? next - 1 : next + 1;
        } while (!is_state(doc, next));
        if (next == node || !is_state(doc, next)) break;
        node = next;
    }
    if (node == now || !text_history_go(doc->text, node, &at))
        return ui_say(ui->message, back ? "no earlier state" : "no later state"), false;
    undo_arrive(ui->doc, ui->picture, at);
    ui_say(ui->message, "%s state", back ? "an earlier" : "a later");
    return true;
}

static void in_time(struct ui *ui, bool back)
{
    ui->vi->in_history = true;
    if (!vi_go_in_time(ui, vi_count(ui->vi), back)) vi_fail(ui->vi, ui->macros);
}

void do_vi_earlier(struct ui *ui)
{
    in_time(ui, true);
}

void do_vi_later(struct ui *ui)
{
    in_time(ui, false);
}

static void line_in_time(struct ui *ui, const char *arguments, bool back)
{
    size_t count = 1, digits = strspn(arguments, "0123456789");
    if (arguments[digits] || digits > 6) {
        ui_complain(ui->message, "expected a number of changes; times are not supported");
        return;
    }
    if (digits) sscanf(arguments, "%zu", &count);
    ui->vi->in_history = true;
    vi_go_in_time(ui, count, back);
}

void ex_earlier(struct ui *ui, const char *arguments)
{
    line_in_time(ui, arguments, true);
}

void ex_later(struct ui *ui, const char *arguments)
{
    line_in_time(ui, arguments, false);
}

/* ---- ga ------------------------------------------------------------------------------------------------ */

void do_vi_character(struct ui *ui)
{
    struct text_cluster c;
    struct buffer said = {0};
    char bytes[64];
    if (!text_cluster_at(ui->doc->text, ui->doc->cursor, &c) || c.kind == TEXT_CLUSTER_NEWLINE) {
        ui_say(ui->message, "no character here");
        return;
    }
    size_t size = c.end - c.start < sizeof bytes ? c.end - c.start : sizeof bytes;
    text_copy(ui->doc->text, c.start, c.start + size, bytes);
    bool ok = c.kind != TEXT_CLUSTER_INVALID || buffer_printf(&said, "not UTF-8: byte %02x", c.code_point);
    for (size_t at = 0; ok && c.kind != TEXT_CLUSTER_INVALID && at < size;) {
        uint32_t code;
        int length = utf8_decode(bytes + at, size - at, &code);
        if (!length) break;
        bool plain = code >= ' ' && code != 0x7f;
        ok = buffer_printf(&said, "%s<%.*s>  U+%04X  %u", at ? "   " : "", plain ? length : 0, bytes + at,
                           (unsigned)code, (unsigned)code);
        at += (size_t)length;
    }
    if (said.size) ui_say(ui->message, "%s", said.data);
    buffer_free(&said);
}
