/* The terminal: taking it and giving it back, colours, painting cells. Only this file and input.c call
 * curses. */
#define NCURSES_WIDECHAR 1
#include "ui_internal.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#undef columns /* term.h makes macros of common words */
#undef lines

static SCREEN *screen;
static bool colored;
static const char *masked = "___";

/* Without colour attributes alone tell the looks apart. The pairs are for 256 and for 8 or 16 colours. */
static const struct {
    attr_t mono, colored;
    short fore256, back256, fore16, back16;
} looks[LOOKS] = {
    [LOOK_PLAIN] = {A_NORMAL, A_NORMAL, -1, -1, -1, -1},
    [LOOK_BLANK] = {A_BOLD | A_UNDERLINE, A_BOLD, 173, -1, COLOR_YELLOW, -1},
    [LOOK_MASKED] = {A_DIM, A_NORMAL, 67, -1, COLOR_BLUE, -1},
    [LOOK_FRESH] = {A_REVERSE | A_BOLD, A_BOLD, 232, 214, COLOR_BLACK, COLOR_YELLOW},
    [LOOK_SETTLED] = {A_UNDERLINE, A_UNDERLINE, 71, -1, COLOR_GREEN, -1},
    [LOOK_SELECTED] = {A_REVERSE, A_REVERSE, -1, -1, -1, -1},
    [LOOK_MATCH] = {A_REVERSE | A_UNDERLINE, A_NORMAL, 232, 153, COLOR_BLACK, COLOR_CYAN},
    [LOOK_STATUS] = {A_REVERSE, A_REVERSE, -1, -1, -1, -1},
    [LOOK_STATUS_STRONG] = {A_REVERSE | A_BOLD, A_REVERSE | A_BOLD, -1, -1, -1, -1},
    [LOOK_HINT] = {A_NORMAL, A_NORMAL, 245, -1, -1, -1},
    [LOOK_KEY] = {A_BOLD, A_BOLD, -1, -1, -1, -1},
    [LOOK_ERROR] = {A_BOLD, A_BOLD, 203, -1, COLOR_RED, -1},
};

static attr_t attributes(enum look look)
{
    return colored ? looks[look].colored : looks[look].mono;
}

static short pair(enum look look)
{
    return colored ? (short)(look + 1) : 0;
}

static void start_colors(bool no_color)
{
    const char *wish = getenv("NO_COLOR");
    if (no_color || (wish && *wish) || !has_colors()) return;
    if (start_color() == ERR || use_default_colors() == ERR || COLOR_PAIRS <= LOOKS) return;
    for (int i = 0; i < LOOKS; i++) {
        bool many = COLORS >= 256;
        init_pair((short)(i + 1), many ? looks[i].fore256 : looks[i].fore16,
                  many ? looks[i].back256 : looks[i].back16);
    }
    colored = true;
}

/* ---- giving the terminal back -------------------------------------------------------------------- */

static char restore_bytes[256];
static size_t restore_size;

static int keep_byte(int c)
{
    if (restore_size < sizeof restore_bytes) restore_bytes[restore_size++] = (char)c;
    return c;
}

static void keep_capability(const char *name)
{
    char copy[16];
    snprintf(copy, sizeof copy, "%s", name);
    const char *value = tigetstr(copy);
    if (value && value != (char *)-1) tputs(value, 1, keep_byte);
}

static void send(const char *bytes)
{
    /* Not through curses: these sequences leave the picture alone. */
    size_t size = strlen(bytes);
    while (size) {
        ssize_t n = write(STDOUT_FILENO, bytes, size);
        if (n <= 0) return;
        bytes += n;
        size -= (size_t)n;
    }
}

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

static bool understands_paste; /* a terminal that would print the sequence must not get it */

static void prepare_restore(void)
{
    restore_size = 0;
    if (understands_paste)
        for (const char *p = paste_off; *p; p++) keep_byte(*p);
    static const char *const names[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) keep_capability(names[i]);
    signals_on_crash(restore_bytes, restore_size);
}

/* Terminals of the xterm family take sequences that begin with ESC [ ? or ESC ] and ignore unknown ones. */
static bool is_xterm_like(void)
{
    static const char *const prefixes[] = {"xterm",     "tmux",  "screen", "rxvt",    "foot",
                                           "alacritty", "st-",   "kitty",  "wezterm", "contour",
                                           "konsole",   "gnome", "vte",    "ghostty"};
    const char *term = getenv("TERM");
    for (size_t i = 0; term && i < ARRAY_SIZE(prefixes); i++)
        if (strncmp(term, prefixes[i], strlen(prefixes[i])) == 0) return true;
    return false;
}

/* ---- life ------------------------------------------------------------------------------------------ */

static void choose_locale(void)
{
    if (!setlocale(LC_ALL, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "en_US.UTF-8");
    masked = wcwidth(L'\u2591') == 1 ? "░░░" : "___";
}

static enum status check_terminal(struct error *error)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, STATUS_UNSUPPORTED,
                         "no terminal: standard input and output must be one to edit");
    if (!term || !*term)
        return error_set(error, STATUS_UNSUPPORTED, "TERM is not set: what terminal is this?");
    int found = 0;
    if (setupterm(NULL, STDOUT_FILENO, &found) == ERR || found != 1)
        return error_set(error, STATUS_UNSUPPORTED, "TERM=%s: terminfo does not know this terminal", term);
    char name[] = "cup";
    const char *motion = tigetstr(name);
    bool moves = motion && motion != (char *)-1;
    del_curterm(cur_term); /* newterm reads its own */
    if (!moves)
        return error_set(error, STATUS_UNSUPPORTED, "TERM=%s: this terminal cannot move its cursor", term);
    return STATUS_OK;
}

/* Newer capabilities that smaller terminal emulators lack although they pass for xterm: curses then takes
 * others, and nothing is lost but a few bytes. */
static void be_modest(void)
{
    parm_index = NULL;  /* scroll n lines at once */
    parm_rindex = NULL; /* and back */
    repeat_char = NULL;
    back_tab = NULL;
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
}

enum status screen_open(bool no_color, struct error *error)
{
    choose_locale();
    if (check_terminal(error)) return error->code;
    screen = newterm(NULL, stdout, stdin);
    if (!screen) return error_set(error, STATUS_UNSUPPORTED, "curses cannot use this terminal");
    set_term(screen);
    set_escdelay(25);
    be_modest();
    start_colors(no_color);
    set_modes();
    input_define_keys();
    understands_paste = is_xterm_like();
    prepare_restore();
    if (understands_paste) send(paste_on);
    return STATUS_OK;
}

/* Where there is no other screen to go back to, the shell's prompt comes over our last line. */
static void leave(void)
{
    if (understands_paste) send(paste_off);
    move(LINES - 1, 0);
    clrtoeol();
    refresh();
    endwin();
}

void screen_close(void)
{
    if (!screen) return;
    leave();
    delscreen(screen);
    screen = NULL;
}

void screen_suspend(void)
{
    leave();
}

void screen_retake(void)
{
    endwin(); /* or curses would believe that nothing has changed */
    screen_resume();
}

void screen_resume(void)
{
    refresh(); /* takes the terminal again */
    set_modes();
    if (understands_paste) send(paste_on);
    screen_resize();
    screen_redraw();
}

void screen_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS))
        resizeterm(size.ws_row, size.ws_col);
}

void screen_size(int *rows, int *columns)
{
    getmaxyx(stdscr, *rows, *columns);
}

/* ---- painting ------------------------------------------------------------------------------------------ */

void screen_clear(void)
{
    erase();
}

void screen_redraw(void)
{
    clearok(curscr, TRUE);
}

void screen_show(int row, int column)
{
    static bool hidden;
    /* Terminals without the capability show it at the corner; none can be asked for more. */
    if (hidden != (row < 0)) curs_set(row < 0 ? 0 : 1);
    hidden = row < 0;
    move(row < 0 ? 0 : row, row < 0 ? 0 : column);
    refresh();
}

const char *screen_masked(void)
{
    return masked;
}

static void put(int row, int column, const wchar_t *characters, enum look look)
{
    cchar_t cell;
    if (setcchar(&cell, characters, attributes(look), pair(look), NULL) == OK) mvadd_wch(row, column, &cell);
}

void screen_fill_row(int row, int column, int width, enum look look)
{
    for (int i = 0; i < width; i++) put(row, column + i, L" ", look);
}

int screen_text(int row, int column, int width, enum look look, const char *text)
{
    int used = 0;
    size_t size = strlen(text);
    while (size) {
        uint32_t code = 0;
        int length = utf8_decode(text, size, &code);
        if (!length) code = 0xfffd, length = 1;
        int cells = wcwidth((wchar_t)code);
        if (code < ' ' || code == 0x7f || cells < 0) code = 0xfffd, cells = 1;
        if (used + cells > width) break;
        text += length;
        size -= (size_t)length;
        uint32_t mark;
        int more = utf8_decode(text, size, &mark);
        bool combines = cells > 0 && more && wcwidth((wchar_t)mark) == 0 && mark != 0x200d;
        if (cells > 0)
            put(row, column + used, (wchar_t[]){(wchar_t)code, combines ? (wchar_t)mark : 0, 0}, look);
        used += cells;
    }
    return used;
}

int screen_cells(const char *text)
{
    int cells = 0;
    for (size_t size = strlen(text); size;) {
        uint32_t code = 0;
        int length = utf8_decode(text, size, &code);
        int width = length ? wcwidth((wchar_t)code) : 1;
        cells += width < 0 ? 1 : width;
        text += length ? length : 1;
        size -= length ? (size_t)length : 1;
    }
    return cells;
}

/* What curses keeps in one cell: one spacing character and what combines with it. A cluster with more in it
 * (emoji joined by ZWJ, flags, skin tones) is drawn as its first character: every terminal draws that one in
 * the cells that wcwidth says, so nothing smears. Variation selectors change the width in some terminals. */
static bool is_regional(uint32_t code)
{
    return code >= 0x1f1e6 && code <= 0x1f1ff;
}

static void put_normal(int row, int column, const struct text *text, const struct text_cluster *c,
                       enum look look)
{
    wchar_t cell[CCHARW_MAX + 1] = {(wchar_t)c->code_point};
    char bytes[256 + 4];
    size_t size = c->end - c->start < sizeof bytes ? c->end - c->start : sizeof bytes, used = 1;
    text_copy(text, c->start, c->start + size, bytes);
    uint32_t code;
    int length = utf8_decode(bytes, size, &code);
    if (!length || wcwidth((wchar_t)code) < 0) {
        cell[0] = L'\ufffd';
    } else if (wcwidth((wchar_t)code) == 0) {
        cell[0] = L'\u25cc'; /* a lone combining mark needs something to sit on */
        cell[used++] = (wchar_t)code;
    }
    for (size_t at = (size_t)length; length && at < size && used < CCHARW_MAX; at += (size_t)length) {
        length = utf8_decode(bytes + at, size - at, &code);
        if (!length || code == 0x200d || wcwidth((wchar_t)code) != 0) break;
        if (code < 0xfe00 || (code > 0xfe0f && code < 0xe0000)) cell[used++] = (wchar_t)code;
    }
    cell[used] = 0;
    put(row, column, cell, look);
    /* Two letters, one in each cell: a terminal that knows flags makes one of them, in the same two cells. */
    if (c->cells == 2 && is_regional(c->code_point))
        put(row, column + 1, length && is_regional(code) ? (wchar_t[]){(wchar_t)code, 0} : L" ", look);
}

void screen_cluster(int row, int column, const struct text *text, const struct text_cluster *c,
                    enum look look)
{
    char shown[8];
    switch (c->kind) {
    case TEXT_CLUSTER_NORMAL:
        put_normal(row, column, text, c, look);
        break;
    case TEXT_CLUSTER_TAB:
        screen_fill_row(row, column, c->cells, look);
        break;
    case TEXT_CLUSTER_NEWLINE:
        break;
    case TEXT_CLUSTER_CONTROL:
        snprintf(shown, sizeof shown, "^%c", (int)((c->code_point ^ 0x40) & 0x7f));
        screen_text(row, column, c->cells, look, shown);
        break;
    case TEXT_CLUSTER_INVALID:
        snprintf(shown, sizeof shown, "\\x%02X", (unsigned)c->code_point & 0xff);
        screen_text(row, column, c->cells, look, shown);
        break;
    }
}

void screen_copy(const char *bytes, size_t size)
{
    enum { LIMIT = 74994 }; /* what the pickiest terminals take; more is left out whole */
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (!is_xterm_like() || size > LIMIT) return;
    struct buffer out = {0};
    bool ok = buffer_append_string(&out, "\033]52;c;");
    for (size_t i = 0; ok && i < size; i += 3) {
        uint32_t three = 0;
        for (size_t j = 0; j < 3; j++) three = three << 8 | (i + j < size ? (uint8_t)bytes[i + j] : 0u);
        char four[4];
        for (int j = 0; j < 4; j++) four[j] = digits[three >> (18 - 6 * j) & 63];
        if (i + 1 >= size) four[2] = '=';
        if (i + 2 >= size) four[3] = '=';
        ok = buffer_append(&out, four, 4);
    }
    if (ok && buffer_append_char(&out, '\a')) send(out.data);
    buffer_free(&out);
}
