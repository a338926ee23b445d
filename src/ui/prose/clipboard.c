/* The clipboard: the editor's own, and a copy for the terminal's. */
#include "clipboard.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/screen.h"

void clipboard_give(struct message *message, const char *bytes, size_t size)
{
    if (screen_copy(bytes, size) == COPIED_TOO_LONG)
        ui_say(message, "copied, but not to the terminal's clipboard: %zu bytes, its limit is %d", size,
               SCREEN_COPY_MOST);
}

bool clipboard_take(struct ui *ui, size_t start, size_t end)
{
    struct buffer taken = {0};
    if (!text_append_to(ui->doc->text, start, end, &taken)) {
        buffer_free(&taken);
        ui_complain(ui->message, "not enough memory to copy that much");
        return false;
    }
    buffer_free(&ui->clipboard->bytes);
    ui->clipboard->bytes = taken;
    clipboard_give(ui->message, taken.data, taken.size);
    return true;
}

bool clipboard_add(struct ui *ui, size_t start, size_t end)
{
    struct buffer *kept = &ui->clipboard->bytes;
    size_t before = kept->size;
    bool goes_on = ui->clipboard->taken_at && ui->clipboard->taken_at + 1 == ui->typed->acts;
    if (!goes_on) {
        if (!clipboard_take(ui, start, end)) return false;
    } else if (text_append_to(ui->doc->text, start, end, kept)) {
        clipboard_give(ui->message, kept->data, kept->size);
    } else {
        kept->size = before;
        ui_complain(ui->message, "not enough memory to copy that much");
        return false;
    }
    ui->clipboard->taken_at = ui->typed->acts;
    return true;
}

void clipboard_paste(struct ui *ui, const char *bytes, size_t size)
{
    bool crlf = text_line_ending(ui->doc->text) == TEXT_CRLF, ok = true;
    struct buffer out = {0};
    for (size_t i = 0; ok && i < size; i++) {
        bool is_break = bytes[i] == '\n' || bytes[i] == '\r';
        if (bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n') i++;
        ok = is_break ? buffer_append_string(&out, crlf ? "\r\n" : "\n") : buffer_append_char(&out, bytes[i]);
    }
    size_t start = ui->doc->cursor, end = start;
    doc_selection(ui->doc, &start, &end);
    text_break_group(ui->doc->text);
    if (!ok)
        ui_complain(ui->message, "not enough memory to paste that much");
    else if (out.size)
        doc_replace(ui, start, end, out.data, out.size);
    text_break_group(ui->doc->text);
    buffer_free(&out);
}

void do_prompt_paste(struct ui *ui)
{
    if (ui->clipboard->bytes.size) prompt_insert(ui, ui->clipboard->bytes.data, ui->clipboard->bytes.size);
}
