/* The picture: text and clusters in a grid of cells. It knows widths, and nothing about terminals. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "cells.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "looks.h"

#include <string.h>
#include <wchar.h>

/* A process has one screen. */
static struct {
    struct cell *picture, *shown, *kept; /* rows × columns each */
    int rows, columns;
    unsigned number; /* of grids so far */
} grid;

/* ---- the grid -------------------------------------------------------------------------------------- */

bool cells_resize(int new_rows, int new_columns)
{
    if (new_rows == grid.rows && new_columns == grid.columns) return true;
    size_t count = (size_t)new_rows * (size_t)new_columns;
    struct cell *a = mem_alloc_array(count, sizeof *a), *b = mem_alloc_array(count, sizeof *b),
                *c = mem_alloc_array(count, sizeof *c);
    if (!a || !b || !c) {
        mem_free(a);
        mem_free(b);
        mem_free(c);
        return false;
    }
    mem_free(grid.picture);
    mem_free(grid.shown);
    mem_free(grid.kept);
    grid.picture = a;
    grid.shown = b;
    grid.kept = c;
    grid.rows = new_rows;
    grid.columns = new_columns;
    grid.number++;
    screen_clear();
    memset(grid.shown, 0, count * sizeof *grid.shown);
    return true;
}

void screen_size(int *out_rows, int *out_columns)
{
    *out_rows = grid.rows;
    *out_columns = grid.columns;
}

unsigned screen_grid(void)
{
    return grid.number;
}

void cells_free(void)
{
    mem_free(grid.picture);
    mem_free(grid.shown);
    mem_free(grid.kept);
    grid.picture = grid.shown = grid.kept = NULL;
    grid.rows = grid.columns = 0;
}

struct cell *cells_row(int row)
{
    return grid.picture + (size_t)row * (size_t)grid.columns;
}

struct cell *cells_shown(int row)
{
    return grid.shown + (size_t)row * (size_t)grid.columns;
}

void screen_clear(void)
{
    if (!grid.rows) return;
    const struct cell blank = {.text = {L' '}, .look = LOOK_PLAIN};
    for (int i = 0; i < grid.columns; i++) grid.picture[i] = blank;
    for (int i = 1; i < grid.rows; i++)
        memcpy(cells_row(i), grid.picture, (size_t)grid.columns * sizeof blank);
}

void screen_keep_row(int row)
{
    memcpy(grid.kept + (size_t)row * (size_t)grid.columns, cells_row(row),
           (size_t)grid.columns * sizeof *grid.kept);
}

void screen_restore_row(int row)
{
    memcpy(cells_row(row), grid.kept + (size_t)row * (size_t)grid.columns,
           (size_t)grid.columns * sizeof *grid.kept);
}

/* ---- painting --------------------------------------------------------------------------------------- */

/* A character of `cells` cells, with its combining characters. A character that it only half covers is
 * blanked out. */
static void put(int row, int column, const wchar_t *characters, int cells, enum look look)
{
    if (row < 0 || row >= grid.rows || column < 0 || column + cells > grid.columns) return;
    struct cell *cell = cells_row(row) + column;
    if (!cell->text[0] && column > 0) cell[-1] = (struct cell){.text = {L' '}, .look = cell[-1].look};
    if (column + cells < grid.columns && !cell[cells].text[0])
        cell[cells] = (struct cell){.text = {L' '}, .look = cell[cells].look};
    *cell = (struct cell){.look = look};
    size_t count = wcslen(characters);
    wmemcpy(cell->text, characters, count < CELL_CHARACTERS ? count : CELL_CHARACTERS);
    for (int i = 1; i < cells; i++) cell[i] = (struct cell){.look = look};
}

static void put_ascii(int row, int column, char c, enum look look)
{
    put(row, column, (wchar_t[]){(wchar_t)c, 0}, 1, look);
}

void screen_fill_row(int row, int column, int width, enum look look)
{
    for (int i = 0; i < width; i++) put_ascii(row, column + i, ' ', look);
}

/* The next character of a program's line: a character that a terminal would obey is spelled out
 * (visible_form), and so takes several cells. */
struct shown {
    char form[VISIBLE_SIZE];
    int length; /* bytes of the line that it stands for */
    int cells;
    uint32_t code; /* of the form, if that is one character */
};

static struct shown next_shown(const char *text, size_t size)
{
    struct shown s;
    int form = visible_form(text, size, s.form, &s.length);
    s.cells = form;
    if (form == 1) {
        s.code = (unsigned char)s.form[0];
    } else if (utf8_decode(s.form, (size_t)form, &s.code) == form) {
        s.cells = wcwidth((wchar_t)s.code);
        if (s.cells < 0) s.code = 0xfffd, s.cells = 1;
    }
    return s;
}

static void put_form(int row, int column, const char *form, enum look look)
{
    for (; *form; form++) put_ascii(row, column++, *form, look);
}

static void put_code(int row, int column, uint32_t code, enum look look)
{
    char bytes[4], form[VISIBLE_SIZE];
    int length;
    visible_form(bytes, (size_t)utf8_put(code, bytes), form, &length);
    put_form(row, column, form, look);
}

int screen_text(int row, int column, int width, enum look look, const char *text)
{
    int used = 0;
    for (size_t size = strlen(text); size;) {
        struct shown s = next_shown(text, size), mark = {.length = 0};
        if (used + s.cells > width) break;
        text += s.length;
        size -= (size_t)s.length;
        if (size && (unsigned char)*text >= 0x80) mark = next_shown(text, size);
        bool combines = s.cells > 0 && mark.length && mark.cells == 0 && mark.code != 0x200d;
        wchar_t characters[] = {(wchar_t)s.code, combines ? (wchar_t)mark.code : 0, 0};
        if ((unsigned char)s.form[0] < 0x80 && s.form[1])
            put_form(row, column + used, s.form, look);
        else if (s.cells > 0)
            put(row, column + used, characters, s.cells, look);
        used += s.cells;
    }
    return used;
}

int screen_cells(const char *text)
{
    int cells = 0;
    for (size_t size = strlen(text); size;) {
        struct shown s = next_shown(text, size);
        cells += s.cells;
        text += s.length;
        size -= (size_t)s.length;
    }
    return cells;
}

void screen_shorten(const char *text, int cells, char *out, size_t size)
{
    static const char ellipsis[] = "…";
    size_t at = 0, length = strlen(text);
    int used = 0;
    if (length < size && screen_cells(text) <= cells) {
        memcpy(out, text, length + 1);
        return;
    }
    while (at < length) {
        struct shown s = next_shown(text + at, length - at);
        if (used + s.cells >= cells || at + 4 + sizeof ellipsis > size) break;
        used += s.cells;
        at += (size_t)s.length;
    }
    memcpy(out, text, at);
    memcpy(out + at, ellipsis, sizeof ellipsis);
}

bool screen_text_at(int row, struct buffer *out)
{
    for (int column = 0; column < grid.columns; column++) {
        const wchar_t *text = cells_row(row)[column].text;
        for (size_t i = 0; i < CELL_CHARACTERS && text[i]; i++) {
            char bytes[4];
            if (!buffer_append(out, bytes, (size_t)utf8_put((uint32_t)text[i], bytes))) return false;
        }
    }
    return buffer_append_char(out, '\n');
}

/* ---- clusters -------------------------------------------------------------------------------------- */

static bool is_formatting(uint32_t c)
{
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           (c >= 0xfff9 && c <= 0xfffb) || c == 0x61c || c == 0x180e || c == 0xfeff;
}

/* A cell keeps one spacing character and its combining characters. The vowel signs of Indic scripts, SARA AM
 * and the letters of a conjunct have their own cells, as the terminal counts them: c->cells has room for
 * them. A flag has two cells for its two letters, which a terminal that supports flags draws as one flag. A
 * cluster of emoji joined by ZWJ, or with a skin tone, is drawn as its first character: every terminal draws
 * that one in the cells that wcwidth says, so nothing smears. Variation selectors change the width in some
 * terminals, and are left out. */
static void put_normal(int row, int column, const struct text *text, const struct text_cluster *c,
                       enum look look)
{
    wchar_t cell[CELL_CHARACTERS + 1] = {(wchar_t)c->code_point};
    char bytes[256 + 4];
    size_t size = c->end - c->start < sizeof bytes ? c->end - c->start : sizeof bytes, used = 1;
    text_copy(text, c->start, c->start + size, bytes);
    uint32_t code;
    int length = utf8_decode(bytes, size, &code), width = length ? wcwidth((wchar_t)code) : -1;
    if (width < 0) {
        cell[0] = L'\ufffd';
        width = 1;
    } else if (width == 0) {
        /* A lone combining mark needs a base. Pure formatting characters are not sent to the terminal. */
        cell[0] = L'\u25cc';
        if (!is_formatting(code)) cell[used++] = (wchar_t)code;
        width = 1;
    }
    if (c->cells >= 1 && width > c->cells) width = c->cells;
    int drawn = 0; /* cells before this one */
    for (size_t at = (size_t)length; length && at < size; at += (size_t)length) {
        length = utf8_decode(bytes + at, size - at, &code);
        int more = length ? wcwidth((wchar_t)code) : -1;
        bool room = drawn + width < c->cells;
        if (more < 0 || (code == 0x200d && !room) || drawn + width + more > c->cells + (more == 0)) break;
        if (more > 0) {
            cell[used] = 0;
            put(row, column + drawn, cell, width, look);
            drawn += width;
            width = more;
            cell[0] = (wchar_t)code;
            used = 1;
        } else if (used < CELL_CHARACTERS && (code < 0xfe00 || (code > 0xfe0f && code < 0xe0000))) {
            cell[used++] = (wchar_t)code;
        }
    }
    cell[used] = 0;
    put(row, column + drawn, cell, width, look);
    for (drawn += width; drawn < c->cells; drawn++) put_ascii(row, column + drawn, ' ', look);
}

void screen_cluster(int row, int column, const struct text *text, const struct text_cluster *c,
                    enum look look)
{
    char hex[8];
    switch (c->kind) {
    case TEXT_CLUSTER_NORMAL:
    case TEXT_CLUSTER_UNSEEN:
        if (c->end - c->start == 1)
            put_ascii(row, column, (char)c->code_point, look);
        else
            put_normal(row, column, text, c, look);
        break;
    case TEXT_CLUSTER_TAB:
        screen_fill_row(row, column, c->cells, look);
        break;
    case TEXT_CLUSTER_NEWLINE:
        break;
    case TEXT_CLUSTER_CONTROL:
        put_code(row, column, c->code_point, look);
        break;
    case TEXT_CLUSTER_INVALID:
        snprintf(hex, sizeof hex, "\\x%02X", (unsigned)c->code_point & 0xff);
        screen_text(row, column, c->cells, look, hex);
        break;
    }
}
