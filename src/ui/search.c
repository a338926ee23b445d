/* Finding text: while it is typed, and again. */
#include "commands.h"

#include <string.h>

enum { LIT_UP_TO = 8 * 1024 * 1024 }; /* bytes: painting may not take long */

/* Capitals in the pattern mean them. */
static int flags(const struct buffer *pattern, bool backwards)
{
    bool capital = false;
    for (size_t i = 0; i < pattern->size; i++)
        capital = capital || (pattern->data[i] >= 'A' && pattern->data[i] <= 'Z');
    return (capital ? 0 : TEXT_SEARCH_IGNORE_CASE) | (backwards ? TEXT_SEARCH_BACKWARDS : 0);
}

bool search_in(const struct ui *ui, size_t from, bool backwards, size_t *start, size_t *end)
{
    const struct buffer *pattern = &ui->search.pattern;
    bool found = false;
    if (!pattern->size) return false;
    if (text_search(ui->doc->text, pattern->data, pattern->size, flags(pattern, backwards), from, start, end,
                    &found, NULL))
        return false;
    return found;
}

/* Goes to a match and selects it; around the end of the text when need be. */
static bool go(struct ui *ui, size_t from, bool backwards)
{
    size_t start, end;
    bool found = search_in(ui, from, backwards, &start, &end);
    if (!found) {
        found = search_in(ui, backwards ? text_size(ui->doc->text) + 1 : 0, backwards, &start, &end);
        if (found) ui_say(ui, backwards ? "from the end again" : "from the start again");
    }
    if (!found) return false;
    doc_move(ui, start, false);
    doc_move(ui, end, true);
    return true;
}

static void light(struct ui *ui)
{
    ui->search.lit = text_size(ui->doc->text) <= LIT_UP_TO;
}

static void changed(struct ui *ui)
{
    struct buffer *pattern = &ui->search.pattern;
    pattern->size = 0;
    if (!buffer_append(pattern, ui->prompt.text.data ? ui->prompt.text.data : "", ui->prompt.text.size))
        return;
    light(ui);
    bool found = pattern->size && go(ui, ui->search.origin, false);
    if (!found) doc_move(ui, ui->search.origin, false);
    snprintf(ui->prompt.label, sizeof ui->prompt.label,
             pattern->size && !found ? "Find (nothing): " : "Find: ");
}

static void step(struct ui *ui, int direction)
{
    size_t start = ui->doc->cursor, end = start;
    doc_selection(ui->doc, &start, &end);
    go(ui, direction > 0 ? start + 1 : start, direction < 0);
    ui->message[0] = '\0';
}

static void done(struct ui *ui, const char *answer)
{
    size_t start, end;
    bool found = doc_selection(ui->doc, &start, &end);
    /* The match is not left selected: the next letter would replace it. */
    doc_move(ui, !answer || !found ? ui->search.origin : start, false);
    if (!answer) ui->search.lit = false;
    if (answer && *answer && !found) ui_say(ui, "\"%s\" is not in the text", answer);
}

void do_find(struct ui *ui)
{
    ui->search.origin = ui->doc->cursor;
    prompt_line(ui, "", done, "Find: ");
    ui->prompt.changed = changed;
    ui->prompt.step = step;
}

static void again(struct ui *ui, bool backwards)
{
    if (!ui->search.pattern.size) {
        do_find(ui);
        return;
    }
    light(ui);
    size_t cursor = ui->doc->cursor;
    if (!go(ui, backwards ? cursor : cursor + 1, backwards)) {
        ui_say(ui, "\"%s\" is not in the text", ui->search.pattern.data);
        return;
    }
    doc_move(ui, ui->doc->anchor, false);
}

void do_find_next(struct ui *ui)
{
    again(ui, false);
}

void do_find_previous(struct ui *ui)
{
    again(ui, true);
}
