#include "vi_change.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/search/letters.h"
#include "ui/settings/settings.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_text.h"

#include <string.h>

void vi_change_case(struct ui *ui, enum vi_operator op, size_t start, size_t end)
{
    struct buffer old = {0}, new = {0};
    bool ok = text_append_to(ui->doc->text, start, end, &old);
    for (size_t at = 0; ok && at < old.size;) {
        uint32_t c;
        char bytes[4];
        int length = utf8_decode(old.data + at, old.size - at, &c);
        if (!length) {
            ok = buffer_append_char(&new, old.data[at++]);
            continue;
        }
        uint32_t upper = letter_upper(c), lower = letter_lower(c);
        uint32_t changed = op == VI_UPPER ? upper : op == VI_LOWER ? lower : c == upper ? lower : upper;
        ok = buffer_append(&new, bytes, (size_t)utf8_put(changed, bytes));
        at += (size_t)length;
    }
    size_t cursor = ui->doc->cursor;
    if (ok && old.size && (new.size != old.size || memcmp(new.data, old.data, old.size) != 0))
        doc_replace(ui, start, end, new.data, new.size);
    vi_place(ui->doc, cursor);
    buffer_free(&old);
    buffer_free(&new);
}

bool vi_put_over(struct ui *ui, size_t start, size_t end, ui_key key, size_t *last)
{
    const struct text *text = ui->doc->text;
    struct buffer out = {0};
    char bytes[4];
    int size = key == UI_SPECIAL(UI_TAB) ? (bytes[0] = '\t', 1) : utf8_put(key, bytes);
    bool ok = size > 0;
    for (size_t at = start; at < end && ok; at = text_next_cluster(text, at)) {
        *last = out.size;
        if (vi_char(text, at))
            ok = buffer_append(&out, bytes, (size_t)size);
        else
            ok = buffer_append_string(&out, text_byte(text, at) == '\r' ? "\r\n" : "\n");
    }
    *last += start;
    ok = ok && (!out.size || doc_replace(ui, start, end, out.data, out.size));
    buffer_free(&out);
    return ok;
}

static void indent_line(struct ui *ui, size_t line, int columns)
{
    char indent[600];
    size_t used = 0, end = vi_first_nonblank(ui->doc->text, line);
    int tab = ui->settings->tab_width;
    for (; columns >= tab && used + 1 < sizeof indent; columns -= tab) indent[used++] = '\t';
    for (; columns > 0 && used + 1 < sizeof indent; columns--) indent[used++] = ' ';
    doc_replace(ui, line, end, indent, used);
}

/* Whole lines; empty ones stay empty. An indent uses as many tabs as possible. */
void vi_shift(struct ui *ui, size_t start, size_t end, int by)
{
    text_mark stop = text_mark_add(ui->doc->text, end, TEXT_AFTER);
    size_t first = start, line = start;
    int step = by * ui->settings->tab_width;
    text_group_begin(ui->doc->text);
    do {
        const struct text *text = ui->doc->text;
        if (!vi_line_empty(text, line)) {
            int columns = vi_column(ui->layout, ui->doc, vi_first_nonblank(text, line)) + step;
            indent_line(ui, line, columns > 0 ? columns : 0);
        }
        if (!vi_next_line(text, line, &line)) break;
    } while (line < text_mark_get(ui->doc->text, stop));
    text_group_end(ui->doc->text);
    text_mark_remove(ui->doc->text, stop);
    vi_place(ui->doc, vi_first_nonblank(ui->doc->text, first));
}

static bool join_next(struct ui *ui, bool spaces)
{
    const struct text *text = ui->doc->text;
    size_t end = vi_line_end(text, ui->doc->cursor), next;
    if (!vi_next_line(text, ui->doc->cursor, &next)) return false;
    size_t from = spaces ? vi_first_nonblank(text, next) : next;
    uint32_t first = vi_char(text, from);
    uint32_t last = end > vi_line_start(text, end) ? vi_char(text, text_previous_cluster(text, end)) : 0;
    bool space = spaces && first && first != ')' && last && !vi_is_white(last);
    if (!doc_replace(ui, end, from, " ", space)) return false;
    vi_place(ui->doc, end);
    return true;
}

bool vi_join(struct ui *ui, size_t lines, bool spaces)
{
    bool joined = false;
    text_group_begin(ui->doc->text);
    for (size_t i = 1; i < (lines > 2 ? lines : 2); i++) {
        if (!join_next(ui, spaces)) break;
        joined = true;
    }
    text_group_end(ui->doc->text);
    return joined;
}
