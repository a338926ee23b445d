/* Quotation marks, apostrophes and dashes as they are printed, from the ones that are typed. What was typed
 * goes into the text first and is replaced in a step of its own, so that one undo brings it back. */
#include "ui_internal.h"

#include <string.h>

enum { DASHES_OFF, DASHES_EM, DASHES_EN_EM }; /* settings.smart_dashes */

static uint32_t code_before(const struct text *text, size_t at)
{
    char bytes[4];
    uint32_t code = 0;
    if (at == 0) return 0;
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && (text_byte(text, start) & 0xc0) == 0x80) start--;
    text_copy(text, start, at, bytes);
    return utf8_decode(bytes, at - start, &code) == (int)(at - start) ? code : 0xfffd;
}

/* The nth (from 0) mark of the setting `quotes`; false: there are not so many. */
static bool mark(const char *quotes, int n, char out[8])
{
    size_t size = strlen(quotes);
    uint32_t code;
    for (int length; (length = utf8_decode(quotes, size, &code)) > 0;
         n--, quotes += length, size -= (size_t)length)
        if (n == 0) {
            memcpy(out, quotes, (size_t)length);
            out[length] = '\0';
            return true;
        }
    return false;
}

/* A quotation mark behind these, and behind one that opens, opens; behind all else it closes, or is an
 * apostrophe. */
static bool opens_behind(const char *quotes, uint32_t c)
{
    static const uint32_t before[] = {0,   ' ',    '\n',   '\t', '\r',   '(',    '[', '{',
                                      '-', 0x2013, 0x2014, 0xa0, 0x202f, 0x3000, '/'};
    char opening[8];
    for (size_t i = 0; i < ARRAY_SIZE(before); i++)
        if (before[i] == c) return true;
    for (int i = 0; i < 4; i += 2) {
        uint32_t code;
        if (mark(quotes, i, opening) && utf8_decode(opening, strlen(opening), &code) && code == c)
            return true;
    }
    return false;
}

/* [start, cursor) as it was typed becomes `printed`. */
static void print_instead(struct ui *ui, size_t start, const char *printed)
{
    text_break_group(ui->doc->text);
    doc_replace(ui, start, ui->doc->cursor, printed, strlen(printed));
    text_break_group(ui->doc->text);
}

static void quote(struct ui *ui, bool is_double, uint32_t before)
{
    char printed[8];
    bool opens = opens_behind(ui->settings.quotes, before);
    if (mark(ui->settings.quotes, (is_double ? 0 : 2) + !opens, printed))
        print_instead(ui, ui->doc->cursor - 1, printed);
}

/* 'twenties is not foreseen, but '90s is: a digit turns the mark before it. */
static void digit(struct ui *ui)
{
    char opening[8], closing[8];
    size_t cursor = ui->doc->cursor, size;
    if (!mark(ui->settings.quotes, 2, opening) || !mark(ui->settings.quotes, 3, closing)) return;
    size = strlen(opening);
    if (cursor < size + 1) return;
    char there[8];
    text_copy(ui->doc->text, cursor - 1 - size, cursor - 1, there);
    if (memcmp(there, opening, size) != 0) return;
    char last = (char)text_byte(ui->doc->text, cursor - 1), printed[16];
    snprintf(printed, sizeof printed, "%s%c", closing, last);
    print_instead(ui, cursor - 1 - size, printed);
}

static void dash(struct ui *ui)
{
    const struct text *text = ui->doc->text;
    size_t cursor = ui->doc->cursor;
    uint32_t before = code_before(text, cursor - 1), further;
    if (ui->settings.smart_dashes == DASHES_EN_EM && before == 0x2013) {
        print_instead(ui, cursor - 4, "\u2014");
        return;
    }
    if (before != '-') return;
    further = code_before(text, cursor - 2);
    if (further == '-' || further == '[') return; /* a rule of dashes; a blank's markup */
    print_instead(ui, cursor - 2, ui->settings.smart_dashes == DASHES_EM ? "\u2014" : "\u2013");
}

void typography_typed(struct ui *ui, ui_key key)
{
    size_t cursor = ui->doc->cursor;
    if (cursor == 0 || text_byte(ui->doc->text, cursor - 1) != (int)key) return;
    if (ui->settings.smart_quotes && (key == '"' || key == '\''))
        quote(ui, key == '"', code_before(ui->doc->text, cursor - 1));
    else if (ui->settings.smart_quotes && key >= '0' && key <= '9')
        digit(ui);
    else if (ui->settings.smart_dashes != DASHES_OFF && key == '-')
        dash(ui);
}
