#include "ex.h"
#include "ex_range.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "shell.h"
#include "ui/disk/file_commands.h"
#include "ui/disk/leave.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keys/macro.h"
#include "ui/message/message.h"
#include "ui/prompt/path_prompt.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_change.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_operate.h"
#include "vi_register.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

#include <string.h>

/* ---- lines ------------------------------------------------------------------------------------------- */

static size_t range_end(const struct ex_range *range, const struct doc *doc)
{
    return vi_after_line(doc->text, range->last);
}

/* "x 3": a register, a number of lines. */
static void read_register_and_count(struct ui *ui, const char *p)
{
    ui->vi->reg = 0;
    if (*p && !(*p >= '0' && *p <= '9')) ui->vi->reg = (unsigned char)*p++;
    ex_count(ui->range, ui->doc, p + strspn(p, " "));
}

static void lines(struct ui *ui, enum vi_operator op, const char *arguments)
{
    read_register_and_count(ui, arguments);
    size_t cursor = ui->doc->cursor;
    ui->vi->to_register_one = false;
    vi_place(ui->doc, ui->range->first);
    vi_operate_lines(ui, op, ui->range->first, range_end(ui->range, ui->doc));
    if (op == VI_YANK) vi_place(ui->doc, cursor);
    ui->vi->reg = 0;
}

void ex_delete(struct ui *ui, const char *arguments)
{
    lines(ui, VI_DELETE, arguments);
}

void ex_yank(struct ui *ui, const char *arguments)
{
    lines(ui, VI_YANK, arguments);
}

static void shift(struct ui *ui, const char *arguments, char sign)
{
    int by = 1 + (int)strspn(arguments, (char[]){sign, '\0'});
    read_register_and_count(ui, arguments + by - 1);
    vi_shift(ui, ui->range->first, range_end(ui->range, ui->doc), sign == '>' ? by : -by);
    ex_go_line(ui->doc, ui->range->last);
}

void ex_shift_right(struct ui *ui, const char *arguments)
{
    shift(ui, arguments, '>');
}

void ex_shift_left(struct ui *ui, const char *arguments)
{
    shift(ui, arguments, '<');
}

void ex_join(struct ui *ui, const char *arguments)
{
    bool plain = *arguments == '!';
    size_t count = 1, line = ui->range->first;
    while (line < ui->range->last && vi_next_line(ui->doc->text, line, &line)) count++;
    vi_place(ui->doc, ui->range->first);
    vi_join(ui, count, !plain);
    ex_go_line(ui->doc, ui->range->first);
}

/* Copies the range below the line of an address (0: to the top), and (move) deletes the original. */
static void copy_lines(struct ui *ui, const char *arguments, bool move)
{
    struct text *text = ui->doc->text;
    size_t to = vi_line_start(text, ui->doc->cursor), first = ui->range->first,
           behind = range_end(ui->range, ui->doc), at = 0;
    struct buffer bytes = {0};
    const char *p = arguments;
    bool top = strcmp(p, "0") == 0;
    if (!top && ex_address(ui, &p, &to) <= 0) {
        ui_complain(ui->message, "expected the address of a line");
        return;
    }
    if (!top) at = vi_after_line(text, to);
    if (move && at > first && at < behind) {
        ui_complain(ui->message, "lines cannot be moved into themselves");
        return;
    }
    bool ok = text_append_to(text, first, behind, &bytes);
    if (ok && (!bytes.size || bytes.data[bytes.size - 1] != '\n')) ok = buffer_append_char(&bytes, '\n');
    if (!ok) return;
    size_t size = bytes.size;
    text_group_begin(text);
    if (at == text_size(text) && at && text_byte(text, at - 1) != '\n') {
        doc_replace(ui, at, at, "\n", 1);
        at++;
        size--;
        if (behind == at - 1) behind = at;
    }
    doc_replace(ui, at, at, bytes.data, size);
    size_t last = at + size;
    if (move) {
        size_t gone = behind - first, from = at <= first ? first + size : first;
        doc_replace(ui, from, from + gone, "", 0);
        if (at > first) last -= gone;
    }
    text_group_end(text);
    ex_go_line(ui->doc, last ? last - 1 : 0);
    buffer_free(&bytes);
}

void ex_copy(struct ui *ui, const char *arguments)
{
    copy_lines(ui, arguments, false);
}

void ex_move(struct ui *ui, const char *arguments)
{
    copy_lines(ui, arguments, true);
}

/* Runs normal-mode keys on each line of a range. */
void ex_normal(struct ui *ui, const char *arguments)
{
    struct macro keys = {0};
    const char *p = arguments;
    if (!ui->vi->mode) {
        ui_complain(ui->message, "this keymap has no normal mode");
        return;
    }
    for (size_t size = strlen(p); size;) {
        uint32_t c;
        int length = utf8_decode(p, size, &c);
        if (!mem_grow(&keys.keys, &keys.capacity, keys.count + 2, sizeof *keys.keys)) break;
        keys.keys[keys.count++] = length ? c : ' ';
        p += length ? length : 1;
        size -= length ? (size_t)length : 1;
    }
    if (!keys.count) return;
    keys.keys[keys.count++] = UI_SPECIAL(UI_ESC); /* ends an incomplete command */
    text_mark last = text_mark_add(ui->doc->text, ui->range->last, TEXT_AFTER);
    text_mark next = text_mark_add(ui->doc->text, ui->range->first, TEXT_AFTER);
    bool more = true;
    if (!ui->range->addresses) more = false;
    do {
        size_t line = vi_line_start(ui->doc->text, text_mark_get(ui->doc->text, next));
        if (ui->range->addresses) vi_place(ui->doc, line);
        size_t following = line;
        more = ui->range->addresses && line < text_mark_get(ui->doc->text, last) &&
               vi_next_line(ui->doc->text, line, &following);
        text_mark_set(ui->doc->text, next, following);
        vi_command_over(ui->vi);
        macro_play(ui, &keys, 1);
        if (ui->vi->mode == VI_VISUAL) vi_leave_visual(ui->vi, ui->doc);
    } while (more);
    text_mark_remove(ui->doc->text, last);
    text_mark_remove(ui->doc->text, next);
    mem_free(keys.keys);
}

void ex_mark(struct ui *ui, const char *arguments)
{
    if (strlen(arguments) == 1 && *arguments >= 'a' && *arguments <= 'z')
        vi_mark_set(ui->doc, (uint32_t)*arguments, ui->range->last);
    else
        ui_complain(ui->message, "expected a letter from a to z");
}

void ex_registers(struct ui *ui, const char *arguments)
{
    (void)arguments;
    vi_registers_show(ui);
}

/* ---- files ------------------------------------------------------------------------------------------- */

static const char *after_bang(const char *arguments, bool *bang)
{
    *bang = *arguments == '!';
    arguments += *bang;
    return arguments + strspn(arguments, " ");
}

void ex_write(struct ui *ui, const char *arguments)
{
    bool bang;
    const char *path = after_bang(arguments, &bang);
    if (*path)
        line_save_as(ui, path);
    else
        do_save(ui);
}

void ex_quit(struct ui *ui, const char *arguments)
{
    bool bang;
    if (*after_bang(arguments, &bang))
        ui_complain(ui->message, "q takes no argument");
    else if (bang)
        leave_without_saving(ui);
    else
        do_quit(ui);
}

void ex_write_quit(struct ui *ui, const char *arguments)
{
    (void)arguments;
    leave_saving(ui);
}

void ex_exit(struct ui *ui, const char *arguments)
{
    (void)arguments;
    if (text_dirty(ui->doc->text))
        leave_saving(ui);
    else
        do_quit(ui);
}

void ex_update(struct ui *ui, const char *arguments)
{
    (void)arguments;
    if (text_dirty(ui->doc->text))
        do_save(ui);
    else
        ui_say(ui->message, "nothing to save");
}

void do_vi_write_quit(struct ui *ui)
{
    ex_exit(ui, "");
}

void do_vi_quit(struct ui *ui)
{
    leave_without_saving(ui);
}

void ex_edit(struct ui *ui, const char *arguments)
{
    bool bang;
    const char *path = after_bang(arguments, &bang);
    if (*path)
        line_open(ui, path);
    else if (bang)
        do_reload(ui);
    else
        do_open(ui);
}

static bool read_file(struct message *message, const char *typed, struct buffer *out)
{
    struct error error = {0};
    char *path = path_expand(typed);
    bool good = path && !file_read(path, out, &error);
    if (!good) ui_complain(message, "%s", path ? error.message : "out of memory");
    mem_free(path);
    return good;
}

/* Inserts a file's bytes below the line. */
void ex_read(struct ui *ui, const char *arguments)
{
    struct buffer bytes = {0};
    const struct text *text = ui->doc->text;
    if (!*arguments) {
        ui_complain(ui->message, "r needs a file");
        return;
    }
    if (*arguments == '!') {
        if (!shell_read(ui, arguments + 1 + strspn(arguments + 1, " "), &bytes)) return;
    } else if (!read_file(ui->message, arguments, &bytes)) {
        return;
    }
    size_t at = vi_after_line(text, ui->range->last);
    bool unended = at && text_byte(text, at - 1) != '\n', ok = true;
    if (bytes.size && bytes.data[bytes.size - 1] != '\n') ok = buffer_append_char(&bytes, '\n');
    text_group_begin(ui->doc->text);
    if (unended) ok = ok && doc_replace(ui, at, at, "\n", 1);
    at += unended;
    ok = ok && (!bytes.size || doc_replace(ui, at, at, bytes.data, bytes.size));
    text_group_end(ui->doc->text);
    if (ok) ex_go_line(ui->doc, at);
    buffer_free(&bytes);
}

void do_vi_substitute_again(struct ui *ui)
{
    ui->hooks->line_run(ui, "s");
}
