#include "move_commands.h"
#include "lacuna/text.h"
#include "layout.h"
#include "page_rows.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "view.h"

#include <stdlib.h>

/* ---- targets of motions ------------------------------------------------------------------------------- */

static size_t to_left(const struct doc *doc)
{
    return text_previous_cluster(doc->text, doc->cursor);
}

static size_t to_right(const struct doc *doc)
{
    return text_next_cluster(doc->text, doc->cursor);
}

/* Home goes to the start of the row first, then to the start of the line. */
static size_t to_line_start(struct ui *ui)
{
    struct row row;
    layout_row_of(ui, ui->doc->cursor, &row);
    size_t start = layout_origin(&row, row.start);
    return start < ui->doc->cursor ? start : text_this_line_start(ui->doc->text, ui->doc->cursor);
}

static size_t line_end(const struct text *text, size_t at)
{
    size_t end = text_this_line_end(text, at);
    return end > at && end < text_size(text) && text_byte(text, end - 1) == '\r' ? end - 1 : end;
}

/* An offset at a soft break belongs to the next row, so the end of such a row is before its last character,
 * the space that hangs there. */
static size_t to_line_end(struct ui *ui)
{
    struct row row;
    layout_row_of(ui, ui->doc->cursor, &row);
    size_t end = layout_origin(&row, row.end), cursor = ui->doc->cursor;
    if (row.last) return end;
    size_t before = text_previous_cluster(ui->doc->text, end);
    return before > cursor ? before : line_end(ui->doc->text, cursor);
}

static size_t to_previous_word(const struct doc *doc)
{
    return text_previous_word(doc->text, doc->cursor);
}

static size_t to_next_word(const struct doc *doc)
{
    return text_next_word(doc->text, doc->cursor);
}

size_t word_end_from(const struct text *text, size_t at)
{
    size_t start, end;
    text_word_around(text, at, &start, &end);
    if (end <= at) text_word_around(text, text_next_word(text, at), &start, &end);
    return end > at ? end : text_size(text);
}

static size_t to_word_end(const struct doc *doc)
{
    return word_end_from(doc->text, doc->cursor);
}

static size_t to_previous_sentence(const struct doc *doc)
{
    return text_previous_sentence(doc->text, doc->cursor);
}

static size_t to_next_sentence(const struct doc *doc)
{
    return text_next_sentence(doc->text, doc->cursor);
}

static size_t to_previous_paragraph(const struct doc *doc)
{
    return text_previous_paragraph(doc->text, doc->cursor);
}

static size_t to_next_paragraph(const struct doc *doc)
{
    return text_next_paragraph(doc->text, doc->cursor);
}

static size_t to_text_end(const struct doc *doc)
{
    return text_size(doc->text);
}

/* Up and down keep their first column across shorter rows. */
static void go_rows(struct ui *ui, int rows, bool extend)
{
    struct row row, next;
    struct doc *doc = ui->doc;
    layout_row_of(ui, doc->cursor, &row);
    int goal = doc->goal >= 0 ? doc->goal : layout_column_of(ui->layout, &row, doc->cursor);
    size_t at = doc->cursor;
    for (int i = 0; i < abs(rows); i++) {
        bool moved = rows < 0 ? layout_previous_row(ui, &row, &next) : layout_next_row(ui, &row, &next);
        if (!moved) {
            at = rows < 0 ? 0 : text_size(doc->text);
            break;
        }
        row = next;
        at = layout_at_column(ui->layout, &row, goal);
    }
    /* All rows of a proposal are one place of the text, so the cursor skips them. */
    for (int i = 0; rows > 0 && at <= doc->cursor && i < 200 && layout_next_row(ui, &row, &next); i++) {
        row = next;
        at = layout_at_column(ui->layout, &row, goal);
    }
    doc_move(ui->doc, at, extend);
    doc->goal = goal;
}

static void go_page(struct ui *ui, int direction, bool extend)
{
    int rows = view_rows(ui) > 2 ? view_rows(ui) - 1 : 1;
    view_scroll(ui, direction * rows);
    go_rows(ui, direction * rows, extend);
}

/* ---- the commands -------------------------------------------------------------------------------------- */

#define MOTION(name, to)                                                                                     \
    void do_##name(struct ui *ui)                                                                            \
    {                                                                                                        \
        doc_move(ui->doc, to, false);                                                                        \
    }
#define SELECTION(name, to)                                                                                  \
    void do_select_##name(struct ui *ui)                                                                     \
    {                                                                                                        \
        doc_move(ui->doc, to, true);                                                                         \
    }

/* With a selection, left and right go to its ends. */
void do_left(struct ui *ui)
{
    size_t start, end;
    bool leave = doc_selection(ui->doc, &start, &end) && !ui->doc->sticky;
    doc_move(ui->doc, leave ? start : to_left(ui->doc), false);
}

void do_right(struct ui *ui)
{
    size_t start, end;
    bool leave = doc_selection(ui->doc, &start, &end) && !ui->doc->sticky;
    doc_move(ui->doc, leave ? end : to_right(ui->doc), false);
}

MOTION(line_start, to_line_start(ui))
MOTION(line_end, to_line_end(ui))
MOTION(previous_word, to_previous_word(ui->doc))
MOTION(next_word, to_next_word(ui->doc))
MOTION(word_end, to_word_end(ui->doc))
MOTION(previous_sentence, to_previous_sentence(ui->doc))
MOTION(next_sentence, to_next_sentence(ui->doc))
MOTION(previous_paragraph, to_previous_paragraph(ui->doc))
MOTION(next_paragraph, to_next_paragraph(ui->doc))
MOTION(text_start, 0)
MOTION(text_end, to_text_end(ui->doc))
SELECTION(left, to_left(ui->doc))
SELECTION(right, to_right(ui->doc))
SELECTION(line_start, to_line_start(ui))
SELECTION(line_end, to_line_end(ui))
SELECTION(previous_word, to_previous_word(ui->doc))
SELECTION(next_word, to_next_word(ui->doc))
SELECTION(text_start, 0)
SELECTION(text_end, to_text_end(ui->doc))

void do_up(struct ui *ui)
{
    go_rows(ui, -1, false);
}

void do_down(struct ui *ui)
{
    go_rows(ui, 1, false);
}

void do_page_up(struct ui *ui)
{
    go_page(ui, -1, false);
}

void do_page_down(struct ui *ui)
{
    go_page(ui, 1, false);
}

void do_select_up(struct ui *ui)
{
    go_rows(ui, -1, true);
}

void do_select_down(struct ui *ui)
{
    go_rows(ui, 1, true);
}

void do_select_page_up(struct ui *ui)
{
    go_page(ui, -1, true);
}

void do_select_page_down(struct ui *ui)
{
    go_page(ui, 1, true);
}

void do_select_all(struct ui *ui)
{
    doc_move(ui->doc, 0, false);
    doc_move(ui->doc, text_size(ui->doc->text), true);
    ui->doc->follow = false; /* the page does not move */
}

void do_select_mark(struct ui *ui)
{
    struct doc *doc = ui->doc;
    doc->sticky = !doc->sticky;
    doc->selecting = doc->sticky;
    doc->anchor = doc->cursor;
    if (doc->sticky) ui_say(ui->message, "selecting from here");
}

void do_scroll_up(struct ui *ui)
{
    view_scroll(ui, -1);
    ui->doc->follow = false;
}

void do_scroll_down(struct ui *ui)
{
    view_scroll(ui, 1);
    ui->doc->follow = false;
}

void do_center(struct ui *ui)
{
    view_center(ui);
}

static void line_given(struct ui *ui, const char *answer)
{
    char *end;
    if (!answer || !*answer) return;
    unsigned long long line = strtoull(answer, &end, 10);
    if (*end || line == 0) {
        ui_complain(ui->message, "\"%s\" is not a line number", answer);
        return;
    }
    doc_move(ui->doc, text_line_start(ui->doc->text, (size_t)line - 1), false);
    view_center(ui);
}

void do_go_to_line(struct ui *ui)
{
    prompt_line(ui, "", line_given, "Go to line: ");
}
