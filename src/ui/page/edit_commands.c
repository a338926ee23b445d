/* Writing: deleting, the clipboard. */
#include "edit_commands.h"
#include "lacuna/text.h"
#include "move_commands.h"
#include "ui/blank/filling.h"
#include "ui/blank/proposal_walk.h"
#include "ui/document/document.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prose/clipboard.h"
#include "ui/prose/smart_typing.h"

static void delete_range(struct ui *ui, size_t start, size_t end)
{
    size_t selected_start, selected_end;
    if (doc_selection(ui->doc, &selected_start, &selected_end)) start = selected_start, end = selected_end;
    if (start < end) doc_replace(ui, start, end, "", 0);
}

void do_new_line(struct ui *ui)
{
    bool crlf = text_line_ending(ui->doc->text) == TEXT_CRLF;
    size_t start = ui->doc->cursor, end = start;
    if (proposals_take_enter(ui)) return;
    doc_selection(ui->doc, &start, &end);
    if (doc_replace(ui, start, end, crlf ? "\r\n" : "\n", crlf ? 2 : 1)) typography_typed(ui, '\n');
}

void do_tab(struct ui *ui)
{
    size_t start = ui->doc->cursor, end = start;
    doc_selection(ui->doc, &start, &end);
    doc_replace(ui, start, end, "\t", 1);
}

static bool overlaps_proposal(const struct doc *doc, size_t start, size_t end, struct text_blank *b)
{
    size_t count = doc->proposal_count ? text_blank_count(doc->text) : 0;
    for (size_t i = 0; i < count; i++) {
        text_blank_at(doc->text, i, b);
        if (b->start < end && start < b->end && proposal_find(doc, b->id)) return true;
    }
    return false;
}

/* Where a blank shows a proposal, deleting would remove bytes that are not visible. */
void delete_to(struct ui *ui, size_t to)
{
    struct doc *doc = ui->doc;
    size_t cursor = doc->cursor, start, end;
    struct text_blank b;
    if (doc_selection(doc, &start, &end)) {
        delete_range(ui, start, end);
        return;
    }
    while (overlaps_proposal(doc, to < cursor ? to : cursor, to < cursor ? cursor : to, &b)) {
        bool beside = to < cursor ? b.end == cursor : b.start <= cursor;
        if (beside) {
            doc_move(ui->doc, b.start, false);
            ui_say(ui->message, "a proposal is here: accept or discard it first");
            return;
        }
        to = to < cursor ? b.end : b.start;
    }
    delete_range(ui, to < cursor ? to : cursor, to < cursor ? cursor : to);
}

void do_delete_backward(struct ui *ui)
{
    delete_to(ui, text_backspace(ui->doc->text, ui->doc->cursor));
}

void do_delete_forward(struct ui *ui)
{
    delete_to(ui, text_next_cluster(ui->doc->text, ui->doc->cursor));
}

void do_delete_word_backward(struct ui *ui)
{
    delete_to(ui, text_previous_word(ui->doc->text, ui->doc->cursor));
}

void do_delete_word_end(struct ui *ui)
{
    delete_to(ui, word_end_from(ui->doc->text, ui->doc->cursor));
}

void do_delete_word_forward(struct ui *ui)
{
    delete_to(ui, text_next_word(ui->doc->text, ui->doc->cursor));
}

/* At the end of a line: its line break. */
static size_t rest_of_line(const struct doc *doc)
{
    size_t cursor = doc->cursor, end = text_this_line_end(doc->text, cursor);
    if (end > cursor && end < text_size(doc->text) && text_byte(doc->text, end - 1) == '\r') end--;
    return end == cursor ? text_next_cluster(doc->text, cursor) : end;
}

void do_delete_to_line_end(struct ui *ui)
{
    delete_range(ui, ui->doc->cursor, rest_of_line(ui->doc));
}

void do_cut_to_line_end(struct ui *ui)
{
    size_t start = ui->doc->cursor, end = rest_of_line(ui->doc);
    if (start < end && clipboard_add(ui, start, end)) doc_replace(ui, start, end, "", 0);
}

/* The selection, else the line with its line break. */
static void selection_or_line(const struct doc *doc, size_t *start, size_t *end)
{
    if (doc_selection(doc, start, end)) return;
    *start = text_this_line_start(doc->text, doc->cursor);
    *end = text_next_cluster(doc->text, text_this_line_end(doc->text, doc->cursor));
    if (text_this_line_end(doc->text, doc->cursor) == text_size(doc->text)) *end = text_size(doc->text);
}

void do_cut(struct ui *ui)
{
    size_t start, end;
    bool selected = doc_selection(ui->doc, &start, &end);
    selection_or_line(ui->doc, &start, &end);
    if (start == end) return;
    /* Lines that were cut one after another are pasted together. */
    bool taken = selected ? clipboard_take(ui, start, end) : clipboard_add(ui, start, end);
    if (taken) doc_replace(ui, start, end, "", 0);
}

void do_copy(struct ui *ui)
{
    size_t start, end;
    /* ^C while something is running is meant to stop it. */
    if (!doc_selection(ui->doc, &start, &end) && filling_cancel_all(ui->filling, ui->picture, NULL)) {
        ui_say(ui->message, "stopped");
        return;
    }
    selection_or_line(ui->doc, &start, &end);
    if (start == end) return;
    if (clipboard_take(ui, start, end) && !ui->message->text[0]) ui_say(ui->message, "copied");
}

void do_copy_end(struct ui *ui)
{
    do_copy(ui);
    ui->doc->selecting = ui->doc->sticky = false;
}

void do_paste(struct ui *ui)
{
    if (ui->clipboard->bytes.size) clipboard_paste(ui, ui->clipboard->bytes.data, ui->clipboard->bytes.size);
}
