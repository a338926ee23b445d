/* What the terminal sends, as keys and pasted text. */
#define NCURSES_WIDECHAR 1
#include "ui_internal.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Keys with modifiers, as every terminal since xterm writes them (ESC [ 1 ; modifiers letter): terminfo names
 * only some of them, and under names that differ. */
enum { CODE_PASTE_START = 0x1000, CODE_PASTE_END, CODE_MOUSE, CODE_BACKGROUND, CODE_MODE, CODE_MODIFIED };
static const struct {
    const char *before, *after; /* the modifier stands between */
    enum ui_special special;
} modified[] = {
    {"1;", "A", UI_UP},       {"1;", "B", UI_DOWN},      {"1;", "C", UI_RIGHT},   {"1;", "D", UI_LEFT},
    {"1;", "H", UI_HOME},     {"1;", "F", UI_END},       {"2;", "~", UI_INSERT},  {"3;", "~", UI_DELETE},
    {"5;", "~", UI_PAGE_UP},  {"6;", "~", UI_PAGE_DOWN}, {"1;", "P", UI_F1},      {"1;", "Q", UI_F1 + 1},
    {"1;", "R", UI_F1 + 2},   {"1;", "S", UI_F1 + 3},    {"15;", "~", UI_F1 + 4}, {"17;", "~", UI_F1 + 5},
    {"18;", "~", UI_F1 + 6},  {"19;", "~", UI_F1 + 7},   {"20;", "~", UI_F1 + 8}, {"21;", "~", UI_F1 + 9},
    {"23;", "~", UI_F1 + 10}, {"24;", "~", UI_F1 + 11},
};

void input_define_keys(void)
{
    char sequence[16];
    for (size_t i = 0; i < ARRAY_SIZE(modified); i++)
        for (int modifiers = 1; modifiers < 8; modifiers++) {
            snprintf(sequence, sizeof sequence, "\033[%s%d%s", modified[i].before, modifiers + 1,
                     modified[i].after);
            define_key(sequence, CODE_MODIFIED + (int)(8 * i) + modifiers);
        }
    define_key("\033[200~", CODE_PASTE_START);
    define_key("\033[201~", CODE_PASTE_END);
    define_key("\033[<", CODE_MOUSE); /* what follows is read here: it has parameters */
    define_key("\033]11;", CODE_BACKGROUND);
    define_key("\033[?2026;", CODE_MODE);
    /* Many terminals send the ordinary cursor keys whatever mode terminfo asks for. */
    static const struct {
        const char *sequence;
        int code;
    } plain[] = {{"\033[A", KEY_UP},   {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT},
                 {"\033[H", KEY_HOME}, {"\033[F", KEY_END},  {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END},
                 {"\033OH", KEY_HOME}, {"\033OF", KEY_END},  {"\033[Z", KEY_BTAB}};
    for (size_t i = 0; i < ARRAY_SIZE(plain); i++) define_key(plain[i].sequence, plain[i].code);
}

static ui_key from_modifiers(int code)
{
    int modifiers = (code - CODE_MODIFIED) % 8;
    ui_key key = UI_SPECIAL(modified[(code - CODE_MODIFIED) / 8].special);
    if (modifiers & 1) key |= UI_KEY_SHIFT;
    if (modifiers & 2) key |= UI_KEY_ALT;
    if (modifiers & 4) key |= UI_KEY_CTRL;
    return key;
}

static ui_key from_code(int code)
{
    static const struct {
        int code;
        ui_key key;
    } table[] = {
        {KEY_UP, UI_SPECIAL(UI_UP)},
        {KEY_DOWN, UI_SPECIAL(UI_DOWN)},
        {KEY_LEFT, UI_SPECIAL(UI_LEFT)},
        {KEY_RIGHT, UI_SPECIAL(UI_RIGHT)},
        {KEY_HOME, UI_SPECIAL(UI_HOME)},
        {KEY_END, UI_SPECIAL(UI_END)},
        {KEY_PPAGE, UI_SPECIAL(UI_PAGE_UP)},
        {KEY_NPAGE, UI_SPECIAL(UI_PAGE_DOWN)},
        {KEY_DC, UI_SPECIAL(UI_DELETE)},
        {KEY_IC, UI_SPECIAL(UI_INSERT)},
        {KEY_BACKSPACE, UI_SPECIAL(UI_BACKSPACE)},
        {KEY_ENTER, UI_SPECIAL(UI_ENTER)},
        {KEY_BTAB, UI_SPECIAL(UI_TAB) | UI_KEY_SHIFT},
        {KEY_SLEFT, UI_SPECIAL(UI_LEFT) | UI_KEY_SHIFT},
        {KEY_SRIGHT, UI_SPECIAL(UI_RIGHT) | UI_KEY_SHIFT},
        {KEY_SR, UI_SPECIAL(UI_UP) | UI_KEY_SHIFT},
        {KEY_SF, UI_SPECIAL(UI_DOWN) | UI_KEY_SHIFT},
        {KEY_SHOME, UI_SPECIAL(UI_HOME) | UI_KEY_SHIFT},
        {KEY_SEND, UI_SPECIAL(UI_END) | UI_KEY_SHIFT},
        {KEY_SPREVIOUS, UI_SPECIAL(UI_PAGE_UP) | UI_KEY_SHIFT},
        {KEY_SNEXT, UI_SPECIAL(UI_PAGE_DOWN) | UI_KEY_SHIFT},
        {KEY_SDC, UI_SPECIAL(UI_DELETE) | UI_KEY_SHIFT},
    };
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].code == code) return table[i].key;
    if (code >= KEY_F(1) && code <= KEY_F(12)) return UI_SPECIAL(UI_F1 + code - KEY_F(1));
    /* Terminfo of the xterm family numbers shifted function keys on. */
    if (code >= KEY_F(13) && code <= KEY_F(24)) return UI_SPECIAL(UI_F1 + code - KEY_F(13)) | UI_KEY_SHIFT;
    if (code >= CODE_MODIFIED && code < CODE_MODIFIED + 8 * (int)ARRAY_SIZE(modified))
        return from_modifiers(code);
    return 0;
}

static ui_key from_character(wint_t c)
{
    switch (c) {
    case 0:
        return UI_KEY_CTRL | ' ';
    case '\t':
        return UI_SPECIAL(UI_TAB);
    case '\n':
        return UI_KEY_CTRL | 'J';
    case '\r':
        return UI_SPECIAL(UI_ENTER);
    case 0x1b:
        return UI_SPECIAL(UI_ESC);
    case 0x7f:
        return UI_SPECIAL(UI_BACKSPACE);
    default:
        return c < ' ' ? UI_KEY_CTRL | (ui_key)(c + '@') : (ui_key)c & UI_KEY_CODE;
    }
}

/* A sequence that no key is known for, or a late reply of the terminal: read to its end, so that its letters
 * do not land in the text. `c` is what followed the Esc. */
static void swallow(wint_t c)
{
    wint_t next = 0;
    if (c == 'O') {
        get_wch(&next);
    } else if (c == '[') {
        while (get_wch(&next) == OK && (next < '@' || next > '~')) continue;
    } else {
        while (get_wch(&next) == OK && next != '\a' && next != 0x9c)
            if (next == 0x1b) { /* ESC \ ends a string */
                get_wch(&next);
                return;
            }
    }
}

/* What follows an Esc at once is a key with Alt. A lone Esc is the key, and so is the first of two: whoever
 * hits Esc twice, or Alt right after Esc, means just that. (Esc before a function key's own sequence is Alt
 * with it, as rxvt writes it.) */
static ui_key after_escape(void)
{
    wint_t c = 0;
    int kind = get_wch(&c);
    if (kind == ERR) return UI_SPECIAL(UI_ESC);
    if (kind == KEY_CODE_YES) return from_code((int)c) | UI_KEY_ALT;
    if (c == 0x1b) return unget_wch(0x1b), UI_SPECIAL(UI_ESC);
    if (c == '[' || c == 'O' || c == ']' || c == 'P' || c == '_' || c == '^') {
        wint_t next = 0;
        if (get_wch(&next) == ERR) return c == '^' || c == '_' || c >= 'A' ? (ui_key)c | UI_KEY_ALT : 0;
        unget_wch((wchar_t)next);
        swallow(c);
        return 0;
    }
    return from_character(c) | UI_KEY_ALT;
}

/* ---- pasting ---------------------------------------------------------------------------------------- */

static struct buffer pasted;
static bool pasting;

/* True when the paste is complete. Goes on at the next call when the terminal has not sent it all. */
static bool read_paste(void)
{
    wint_t c = 0;
    int kind;
    while ((kind = get_wch(&c)) != ERR) {
        if (kind == KEY_CODE_YES && c == CODE_PASTE_END) return pasting = false, true;
        if (kind == KEY_CODE_YES || c == 0) continue;
        char bytes[4];
        int length = utf8_put((uint32_t)c, bytes);
        if (!buffer_append(&pasted, bytes, (size_t)length)) return pasting = false, true;
    }
    return false;
}

/* ---- sequences with parameters ----------------------------------------------------------------------- */

static char parameters[64];
static size_t parameter_count;
static int reading; /* CODE_MOUSE …, while one has begun and not ended */

/* Reads on to the end of it. False: the terminal has not sent all, or it is none after all. */
static bool read_parameters(void)
{
    wint_t c = 0;
    int kind;
    while ((kind = get_wch(&c)) != ERR) {
        bool inside = kind != KEY_CODE_YES && c < 0x7f && (c >= ' ' || c == 0x1b || c == '\a');
        if (!inside || parameter_count + 1 >= sizeof parameters) return reading = 0, false;
        parameters[parameter_count++] = (char)c;
        parameters[parameter_count] = '\0';
        bool ends = reading == CODE_MOUSE  ? c == 'M' || c == 'm'
                    : reading == CODE_MODE ? c == 'y'
                                           : c == '\a' || c == '\\';
        if (ends) return true;
    }
    return false;
}

static struct input mouse_input(void)
{
    enum { SHIFT = 4, ALT = 8, CTRL = 16, MOVES = 32, WHEEL = 64 };
    int code, column, row;
    char last;
    struct input in = {.kind = INPUT_NONE};
    if (sscanf(parameters, "%d;%d;%d%c", &code, &column, &row, &last) != 4) return in;
    in.kind = INPUT_MOUSE;
    in.row = row - 1;
    in.column = column - 1;
    in.extends = code & SHIFT;
    if (code & WHEEL)
        in.mouse = (code & 3) == 0 ? MOUSE_WHEEL_UP : (code & 3) == 1 ? MOUSE_WHEEL_DOWN : MOUSE_OTHER;
    else if ((code & 3) != 0)
        in.mouse = MOUSE_OTHER;
    else
        in.mouse = last == 'm' ? MOUSE_RELEASE : code & MOVES ? MOUSE_DRAG : MOUSE_PRESS;
    return in;
}

/* "rgb:RRRR/GGGG/BBBB", with one to four digits each. */
static struct input background(void)
{
    struct input in = {.kind = INPUT_NONE};
    char digits[3][8];
    if (sscanf(parameters, "rgb:%7[0-9a-fA-F]/%7[0-9a-fA-F]/%7[0-9a-fA-F]", digits[0], digits[1],
               digits[2]) != 3)
        return in;
    double part[3];
    for (int i = 0; i < 3; i++)
        part[i] = (double)strtoul(digits[i], NULL, 16) / (double)((1ul << (4 * strlen(digits[i]))) - 1);
    in.kind = INPUT_BACKGROUND;
    in.light = 0.299 * part[0] + 0.587 * part[1] + 0.114 * part[2] > 0.5;
    return in;
}

static struct input sequence_end(void)
{
    int what = reading;
    reading = 0;
    if (what == CODE_MOUSE) return mouse_input();
    screen_answered(what == CODE_BACKGROUND);
    if (what == CODE_BACKGROUND) return background();
    if (parameters[0] == '1' || parameters[0] == '2') screen_synchronise();
    return (struct input){.kind = INPUT_ANSWER};
}

static struct input go_on_reading(void)
{
    return read_parameters() ? sequence_end() : (struct input){.kind = reading ? INPUT_NONE : INPUT_ANSWER};
}

static bool begins_sequence(int kind, wint_t c)
{
    if (kind != KEY_CODE_YES || (c != CODE_MOUSE && c != CODE_BACKGROUND && c != CODE_MODE)) return false;
    reading = (int)c;
    parameter_count = 0;
    parameters[0] = '\0';
    return true;
}

struct input input_next(void)
{
    if (reading) return go_on_reading();
    if (!pasting) {
        wint_t c = 0;
        int kind = get_wch(&c);
        if (kind == ERR) return (struct input){.kind = INPUT_NONE};
        if (kind == KEY_CODE_YES && c == KEY_RESIZE) return (struct input){.kind = INPUT_RESIZE};
        if (begins_sequence(kind, c)) return go_on_reading();
        if (kind != KEY_CODE_YES || c != CODE_PASTE_START) {
            ui_key key = kind == KEY_CODE_YES ? from_code((int)c)
                         : c == 0x1b          ? after_escape()
                                              : from_character(c);
            return (struct input){.kind = INPUT_KEY, .key = key};
        }
        pasting = true;
        buffer_free(&pasted);
    }
    if (!read_paste()) return (struct input){.kind = INPUT_NONE};
    return (struct input){.kind = INPUT_PASTE, .pasted = {pasted.data, pasted.size}};
}
