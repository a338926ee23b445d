/* Questions on the bottom line: a line of text, or one of several letters. The main loop goes on
 * meanwhile. */
#include "prompt.h"
#include "answers.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/key_names.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"

#include <stdarg.h>
#include <string.h>

static void begin(struct ui *ui, const char *letters, void (*done)(struct ui *, const char *),
                  const char *label, va_list arguments)
{
    struct prompt *p = ui->prompt;
    prompt_free(p);
    *p = (struct prompt){.active = true, .letters = letters, .done = done};
    vsnprintf(p->label, sizeof p->label, label, arguments);
    ui->message->text[0] = '\0';
    ui->prompt->counts_matches = false; /* a pattern must be announced again */
}

void prompt_line(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label, ...)
{
    va_list arguments;
    va_start(arguments, label);
    begin(ui, NULL, done, label, arguments);
    va_end(arguments);
    prompt_insert(ui, initial, strlen(initial));
}

void prompt_question(struct ui *ui, const char *letters, void (*done)(struct ui *, const char *),
                     const char *label, ...)
{
    va_list arguments;
    va_start(arguments, label);
    begin(ui, letters, done, label, arguments);
    va_end(arguments);
}

/* Ends the prompt first: the answer may lead to the next question. */
static void finish(struct ui *ui, bool given_up, const char *letter)
{
    struct prompt p = *ui->prompt;
    if (p.history && !given_up) answers_add(p.history, p.text.data ? p.text.data : "");
    *ui->prompt = (struct prompt){0};
    const char *answer = letter ? letter : p.text.data ? p.text.data : "";
    if (p.done) p.done(ui, given_up ? NULL : answer);
    prompt_free(&p);
}

void prompt_free(struct prompt *prompt)
{
    buffer_free(&prompt->text);
    buffer_free(&prompt->choices);
}

static void changed(struct ui *ui)
{
    ui->prompt->choice_count = 0;
    if (ui->prompt->changed) ui->prompt->changed(ui);
}

/* The line is no longer selected. */
static void let_stand(struct prompt *p)
{
    p->chosen = false;
}

static void drop_chosen(struct prompt *p)
{
    if (!p->chosen) return;
    p->chosen = false;
    p->text.size = p->cursor = 0;
    if (p->text.data) p->text.data[0] = '\0';
}

void prompt_insert(struct ui *ui, const char *bytes, size_t size)
{
    struct prompt *p = ui->prompt;
    if (!p->letters && size) drop_chosen(p);
    size_t behind = p->text.size - p->cursor;
    if (p->letters || !size || !utf8_valid(bytes, size) || !buffer_append(&p->text, bytes, size)) return;
    memmove(p->text.data + p->cursor + size, p->text.data + p->cursor, behind);
    memcpy(p->text.data + p->cursor, bytes, size);
    /* One line, without characters that a terminal could take for a command. */
    for (size_t i = p->cursor; i < p->cursor + size; i++)
        if ((unsigned char)p->text.data[i] < ' ' || p->text.data[i] == 0x7f) p->text.data[i] = ' ';
    p->cursor += size;
    changed(ui);
}

void prompt_key(struct ui *ui, ui_key key)
{
    struct prompt *p = ui->prompt;
    if (!ui_key_is_text(key)) return;
    if (p->letters) {
        char small = (char)(key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key);
        const char *found = key < 0x80 ? strchr(p->letters, small) : NULL;
        if (found) finish(ui, false, (char[]){small, '\0'});
        return;
    }
    char bytes[4];
    prompt_insert(ui, bytes, (size_t)utf8_put(key, bytes));
}

/* ---- editing the line -------------------------------------------------------------------------------- */

/* A step in the line, the same as in a text. */
static size_t step_from(const struct buffer *line, size_t at, size_t (*step)(const struct text *, size_t))
{
    struct text *text = text_from_bytes(line->data ? line->data : "", line->size, NULL);
    size_t to = text ? step(text, at) : at;
    text_free(text);
    return to;
}

static void cut(struct ui *ui, size_t start, size_t end)
{
    struct prompt *p = ui->prompt;
    if (start >= end) return;
    memmove(p->text.data + start, p->text.data + end, p->text.size - end);
    p->text.size -= end - start;
    p->text.data[p->text.size] = '\0';
    p->cursor = start;
    changed(ui);
}

void do_prompt_accept(struct ui *ui)
{
    const char *letters = ui->prompt->letters;
    if (letters && ui->prompt->offers && *letters == '1')
        finish(ui, false, "1");
    else if (letters)
        return; /* a question expects its letter */
    else
        finish(ui, false, NULL);
}

void do_prompt_cancel(struct ui *ui)
{
    finish(ui, true, NULL);
}

void do_prompt_left(struct ui *ui)
{
    let_stand(ui->prompt);
    ui->prompt->cursor = step_from(&ui->prompt->text, ui->prompt->cursor, text_previous_cluster);
}

void do_prompt_right(struct ui *ui)
{
    let_stand(ui->prompt);
    ui->prompt->cursor = step_from(&ui->prompt->text, ui->prompt->cursor, text_next_cluster);
}

void do_prompt_start(struct ui *ui)
{
    let_stand(ui->prompt);
    ui->prompt->cursor = 0;
}

void do_prompt_end(struct ui *ui)
{
    let_stand(ui->prompt);
    ui->prompt->cursor = ui->prompt->text.size;
}

void do_prompt_backspace(struct ui *ui)
{
    size_t cursor = ui->prompt->cursor;
    bool all = ui->prompt->chosen;
    let_stand(ui->prompt);
    cut(ui, all ? 0 : step_from(&ui->prompt->text, cursor, text_backspace), cursor);
}

void do_prompt_delete(struct ui *ui)
{
    size_t cursor = ui->prompt->cursor;
    if (ui->prompt->chosen) cursor = 0;
    size_t end =
        ui->prompt->chosen ? ui->prompt->text.size : step_from(&ui->prompt->text, cursor, text_next_cluster);
    let_stand(ui->prompt);
    cut(ui, cursor, end);
}

void do_prompt_delete_word(struct ui *ui)
{
    size_t cursor = ui->prompt->cursor;
    let_stand(ui->prompt);
    cut(ui, step_from(&ui->prompt->text, cursor, text_previous_word), cursor);
}

void do_prompt_clear(struct ui *ui)
{
    cut(ui, 0, ui->prompt->text.size);
}

void do_prompt_next(struct ui *ui)
{
    if (ui->prompt->step) ui->prompt->step(ui, 1);
}

void do_prompt_previous(struct ui *ui)
{
    if (ui->prompt->step) ui->prompt->step(ui, -1);
}

static void recall(struct ui *ui, int direction)
{
    struct prompt *p = ui->prompt;
    if (p->pick) {
        p->pick(ui, direction);
        return;
    }
    if (!p->history || p->letters) return;
    answers_load(ui->answers, ui->settings);
    size_t back = p->history_at; /* from the newest, from 1; 0: the typed line */
    if (direction < 0 ? back == p->history->count : back == 0) return;
    back = direction < 0 ? back + 1 : back - 1;
    const char *line = back ? p->history->lines[p->history->count - back] : "";
    p->chosen = true;
    drop_chosen(p);
    p->history_at = back;
    if (*line)
        prompt_insert(ui, line, strlen(line));
    else
        changed(ui);
}

void do_prompt_older(struct ui *ui)
{
    recall(ui, -1);
}

void do_prompt_newer(struct ui *ui)
{
    recall(ui, 1);
}

/* ---- completing: first the common beginning of all choices, then one after the other ------------------ */

static struct slice choice_at(const struct prompt *p, int index)
{
    const char *from = p->choices.data;
    for (int i = 0; i < index; i++) from = strchr(from, '\n') + 1;
    return (struct slice){from, strcspn(from, "\n")};
}

static size_t common_start(const struct prompt *p)
{
    struct slice first = choice_at(p, 0);
    size_t size = first.size;
    for (int i = 1; i < p->choice_count; i++) {
        struct slice other = choice_at(p, i);
        size_t same = 0;
        while (same < size && same < other.size && first.data[same] == other.data[same]) same++;
        size = same;
    }
    while (size && size < first.size && (first.data[size] & 0xc0) == 0x80) size--; /* whole characters */
    return size;
}

/* Replaces the typed beginning; the choices stay. */
static void put_choice(struct ui *ui, struct slice bytes)
{
    struct prompt *p = ui->prompt;
    int count = p->choice_count;
    struct buffer copy = {0};
    if (!buffer_append(&copy, bytes.data, bytes.size)) return;
    size_t start = p->choice_start;
    if (start < p->cursor) cut(ui, start, p->cursor);
    prompt_insert(ui, copy.data, copy.size);
    p->choice_count = count;
    buffer_free(&copy);
}

static void complete(struct ui *ui, int direction)
{
    struct prompt *p = ui->prompt;
    if (!p->complete || p->letters) return;
    let_stand(p);
    if (p->choice_count) {
        p->choice += direction;
        if (p->choice >= p->choice_count) p->choice = 0;
        if (p->choice < 0) p->choice = p->choice_count - 1;
        put_choice(ui, choice_at(p, p->choice));
        return;
    }
    p->choices.size = 0;
    p->choice_start = p->cursor;
    p->complete(ui, p->text.data ? p->text.data : "", p->cursor, &p->choice_start, &p->choices);
    for (size_t i = 0; i < p->choices.size; i++) p->choice_count += p->choices.data[i] == '\n';
    if (!p->choice_count) return;
    p->choice = -1;
    bool one = p->choice_count == 1;
    put_choice(ui, (struct slice){p->choices.data, common_start(p)});
    if (one) p->choice_count = 0;
}

void do_prompt_complete(struct ui *ui)
{
    complete(ui, 1);
}

void do_prompt_complete_back(struct ui *ui)
{
    complete(ui, -1);
}

/* ---- painting ------------------------------------------------------------------------------------------ */

/* One row, scrolled so that the chosen one is visible. */
static void paint_choices(const struct prompt *p, const struct picture *picture, int row)
{
    int first = 0, column = 0;
    for (int i = 0, end = 0; i <= p->choice; i++) {
        struct slice c = choice_at(p, i);
        char word[256];
        snprintf(word, sizeof word, "%.*s", (int)c.size, c.data);
        end += screen_cells(word) + 2;
        if (end > picture->columns) first = i, end = screen_cells(word) + 2;
    }
    screen_fill_row(row, 0, picture->columns, LOOK_STATUS);
    for (int i = first; i < p->choice_count && column < picture->columns; i++) {
        struct slice c = choice_at(p, i);
        char word[256];
        snprintf(word, sizeof word, " %.*s ", (int)c.size, c.data);
        column += screen_text(row, column, picture->columns - column, i == p->choice ? LOOK_KEY : LOOK_STATUS,
                              word);
    }
}

/* If there is too little room, the beginning is left out: the letters of a question are at its end. */
static void fit_label(const struct prompt *p, const struct picture *picture, char *out, size_t size)
{
    enum { TO_TYPE = 12 }; /* cells, on a screen that has more than twice as many */
    int room = picture->columns - (p->letters || picture->columns < 2 * TO_TYPE ? 1 : TO_TYPE);
    const char *from = p->label;
    uint32_t code;
    while (*from && screen_cells(from) + (from > p->label) > room) {
        int length = utf8_decode(from, strlen(from), &code);
        from += length ? length : 1;
    }
    snprintf(out, size, "%s%s", from > p->label ? "…" : "", from);
}

void prompt_paint(const struct prompt *p, const struct picture *picture, int row, int *cursor_column)
{
    if (p->choice_count && row > 0) paint_choices(p, picture, row - 1);
    char label[sizeof p->label + 4];
    fit_label(p, picture, label, sizeof label);
    int column = screen_text(row, 0, picture->columns, LOOK_KEY, label);
    int note = screen_cells(p->note);
    if (note > picture->columns - column - 12)
        note = picture->columns - column - 12; /* room is left for the line */
    if (note > 5)
        screen_text(row, picture->columns - note, note, LOOK_HINT, p->note);
    else
        note = -1;
    int room = picture->columns - column - 2 - note;
    const char *text = p->text.data ? p->text.data : "";
    char before[4096];
    snprintf(before, sizeof before, "%.*s", (int)(p->cursor < sizeof before ? p->cursor : sizeof before - 1),
             text);
    /* A line longer than the screen is shown so that its cursor is visible. */
    size_t from = 0;
    struct text *line = text_from_bytes(text, strlen(text), NULL);
    while (line && from < p->cursor && room > 0 && from < strlen(before) &&
           screen_cells(before + from) > room)
        from = text_next_cluster(line, from);
    text_free(line);
    if (room > 0) screen_text(row, column, room + 1, p->chosen ? LOOK_SELECTED : LOOK_PLAIN, text + from);
    *cursor_column =
        column + (room > 0 ? screen_cells(before + (from < strlen(before) ? from : strlen(before))) : 0);
    if (*cursor_column >= picture->columns) *cursor_column = picture->columns - 1;
}
