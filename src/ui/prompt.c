/* Questions on the bottom line: a line of text, or one letter of several. The main loop goes on meanwhile. */
#include "commands.h"

#include <stdarg.h>
#include <string.h>
#include <wchar.h>

static void begin(struct ui *ui, const char *letters, void (*done)(struct ui *, const char *),
                  const char *label, va_list arguments)
{
    struct prompt *p = &ui->prompt;
    buffer_free(&p->text);
    *p = (struct prompt){.active = true, .letters = letters, .done = done};
    vsnprintf(p->label, sizeof p->label, label, arguments);
    ui->message[0] = '\0';
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

/* Ends the prompt first: what is to be done may ask the next question. */
static void finish(struct ui *ui, bool given_up, const char *letter)
{
    struct prompt p = ui->prompt;
    ui->prompt = (struct prompt){0};
    const char *answer = letter ? letter : p.text.data ? p.text.data : "";
    if (p.done) p.done(ui, given_up ? NULL : answer);
    buffer_free(&p.text);
}

static void changed(struct ui *ui)
{
    if (ui->prompt.changed) ui->prompt.changed(ui);
}

void prompt_insert(struct ui *ui, const char *bytes, size_t size)
{
    struct prompt *p = &ui->prompt;
    size_t behind = p->text.size - p->cursor;
    if (p->letters || !size || !utf8_valid(bytes, size) || !buffer_append(&p->text, bytes, size)) return;
    memmove(p->text.data + p->cursor + size, p->text.data + p->cursor, behind);
    memcpy(p->text.data + p->cursor, bytes, size);
    /* One line, and nothing that a terminal could take for a command. */
    for (size_t i = p->cursor; i < p->cursor + size; i++)
        if ((unsigned char)p->text.data[i] < ' ' || p->text.data[i] == 0x7f) p->text.data[i] = ' ';
    p->cursor += size;
    changed(ui);
}

void prompt_key(struct ui *ui, ui_key key)
{
    struct prompt *p = &ui->prompt;
    if (!ui_key_is_text(key)) return;
    if (p->letters) {
        char small = (char)(key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key);
        const char *found = key < 0x80 ? strchr(p->letters, small) : NULL;
        if (found) finish(ui, false, (char[]){small, '\0'});
        return;
    }
    char bytes[4];
    prompt_insert(ui, bytes, (size_t)utf8_encode(key, bytes));
}

/* ---- editing the line: a step is a character with what combines with it ------------------------------- */

static size_t next_step(const struct buffer *text, size_t at)
{
    uint32_t code;
    for (bool first = true; at < text->size; first = false) {
        int length = utf8_decode(text->data + at, text->size - at, &code);
        if (!first && wcwidth((wchar_t)code) != 0) break;
        at += length ? (size_t)length : 1;
    }
    return at;
}

static size_t previous_step(const struct buffer *text, size_t at)
{
    size_t before = 0;
    for (size_t next = next_step(text, 0); next < at; next = next_step(text, next)) before = next;
    return before;
}

static void cut(struct ui *ui, size_t start, size_t end)
{
    struct prompt *p = &ui->prompt;
    if (start >= end) return;
    memmove(p->text.data + start, p->text.data + end, p->text.size - end);
    p->text.size -= end - start;
    p->text.data[p->text.size] = '\0';
    p->cursor = start;
    changed(ui);
}

void do_prompt_accept(struct ui *ui)
{
    if (ui->prompt.letters) return; /* a question wants its letter */
    finish(ui, false, NULL);
}

void do_prompt_cancel(struct ui *ui)
{
    finish(ui, true, NULL);
}

void do_prompt_left(struct ui *ui)
{
    ui->prompt.cursor = previous_step(&ui->prompt.text, ui->prompt.cursor);
}

void do_prompt_right(struct ui *ui)
{
    ui->prompt.cursor = next_step(&ui->prompt.text, ui->prompt.cursor);
}

void do_prompt_start(struct ui *ui)
{
    ui->prompt.cursor = 0;
}

void do_prompt_end(struct ui *ui)
{
    ui->prompt.cursor = ui->prompt.text.size;
}

void do_prompt_backspace(struct ui *ui)
{
    if (ui->prompt.cursor) cut(ui, previous_step(&ui->prompt.text, ui->prompt.cursor), ui->prompt.cursor);
}

void do_prompt_delete(struct ui *ui)
{
    cut(ui, ui->prompt.cursor, next_step(&ui->prompt.text, ui->prompt.cursor));
}

void do_prompt_clear(struct ui *ui)
{
    cut(ui, 0, ui->prompt.text.size);
}

void do_prompt_paste(struct ui *ui)
{
    if (ui->clipboard.size) prompt_insert(ui, ui->clipboard.data, ui->clipboard.size);
}

void do_prompt_next(struct ui *ui)
{
    if (ui->prompt.step) ui->prompt.step(ui, 1);
}

void do_prompt_previous(struct ui *ui)
{
    if (ui->prompt.step) ui->prompt.step(ui, -1);
}

/* ---- painting ------------------------------------------------------------------------------------------ */

void prompt_paint(struct ui *ui, int row, int *cursor_column)
{
    const struct prompt *p = &ui->prompt;
    int column = screen_text(row, 0, ui->columns, LOOK_KEY, p->label);
    int room = ui->columns - column - 1;
    const char *text = p->text.data ? p->text.data : "";
    char before[4096];
    snprintf(before, sizeof before, "%.*s", (int)(p->cursor < sizeof before ? p->cursor : sizeof before - 1),
             text);
    /* A line longer than the screen is shown from where its cursor fits. */
    size_t from = 0;
    while (from < p->cursor && room > 0 && from < strlen(before) && screen_cells(before + from) > room)
        from = next_step(&p->text, from);
    if (room > 0) screen_text(row, column, room + 1, LOOK_PLAIN, text + from);
    *cursor_column =
        column + (room > 0 ? screen_cells(before + (from < strlen(before) ? from : strlen(before))) : 0);
    if (*cursor_column >= ui->columns) *cursor_column = ui->columns - 1;
}
