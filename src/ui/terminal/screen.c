/* The terminal: taking it and giving it back, colours, painting cells. Only this file and input.c, which
 * reads key strings, call curses. */
#define _GNU_SOURCE      /* memfd_create */
#define NCURSES_WIDECHAR 1
#include "screen.h"
#include "cells.h"
#include "input.h"
#include "lacuna/base.h"
#include "looks.h"
#include "signals.h"
#include "theme.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#undef columns /* term.h makes macros of common words */
#undef lines

/* A process has one terminal, and a signal handler gives it back. */
static struct {
    SCREEN *screen;
    FILE *curses_out;
    int frame;  /* the memory; -1: none, and curses writes to the terminal itself */
    char *sent; /* the frame, on its way to the terminal */
    size_t sent_capacity;
    size_t marked; /* bytes of the mark at the frame's start */
    bool holding;  /* the sequences that take the terminal go out together with the first picture */
    bool unknown;  /* the content of the rows of curses' window */
    bool cursor_hidden;
    cchar_t *line; /* a row in curses' form */
    size_t line_capacity;

    bool colored, colors_started, has_colors;
    attr_t attributes[LOOKS];
    cchar_t made[LOOKS][0x80];
    bool is_made[LOOKS][0x80];
    bool made_anew; /* the cells that were combined to look the same */
    const char *masked;

    bool understands_paste; /* a terminal that would print the sequence must not get it */
    bool wants_mouse, synchronised, asked_synchronised;
    int unanswered; /* questions */
    double asked_at;
    char restore_bytes[256]; /* give the terminal back */
    size_t restore_size;
} terminal;

/* ---- looks ------------------------------------------------------------------------------------------ */

void screen_use_colors(bool wanted)
{
    const char *no_colors = getenv("NO_COLOR");
    terminal.colored = false;
    if (!wanted || (no_colors && *no_colors) || !has_colors()) return;
    if (!terminal.colors_started)
        terminal.has_colors = start_color() != ERR && use_default_colors() != ERR && COLOR_PAIRS > LOOKS;
    terminal.colors_started = true;
    terminal.colored = terminal.has_colors;
}

bool screen_has_colors(void)
{
    return terminal.colored;
}

/* In curses' numbering for this terminal: if terminfo has RGB, colours stand for themselves. */
static int color_number(int color)
{
    char name[] = "RGB";
    bool direct = COLORS > 256 && tigetflag(name) > 0;
    if (!direct) return theme_nearest(color, COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : 8);
    return color & THEME_RGB && color != THEME_DEFAULT ? color & 0xffffff : theme_rgb(color);
}

void screen_set_theme(const struct theme *theme)
{
    bool slants = enter_italics_mode != NULL;
    for (int i = 0; i < LOOKS; i++) {
        const struct style *style = &theme->styles[i];
        attr_t bits = A_NORMAL;
        if (style->attributes & THEME_BOLD) bits |= A_BOLD;
        if (style->attributes & THEME_DIM) bits |= A_DIM;
        if (style->attributes & THEME_REVERSE) bits |= A_REVERSE;
        if (style->attributes & THEME_UNDERLINE) bits |= A_UNDERLINE;
        if (style->attributes & THEME_ITALIC)
            bits |= slants ? A_ITALIC : terminal.colored ? A_NORMAL : A_BOLD;
        terminal.attributes[i] = bits;
        if (terminal.colored) init_extended_pair(i + 1, color_number(style->fore), color_number(style->back));
    }
    terminal.made_anew = true;
    screen_redraw();
}

static short pair(uint32_t look)
{
    return terminal.colored ? (short)(look + 1) : 0;
}

/* ---- giving the terminal back -------------------------------------------------------------------- */

static int keep_byte(int c)
{
    if (terminal.restore_size < sizeof terminal.restore_bytes)
        terminal.restore_bytes[terminal.restore_size++] = (char)c;
    return c;
}

static void keep_capability(const char *name)
{
    char copy[16];
    snprintf(copy, sizeof copy, "%s", name);
    const char *value = tigetstr(copy);
    if (value && value != (char *)-1) tputs(value, 1, keep_byte);
}

/* Not through curses: these sequences leave the picture alone. */
static void send(const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(STDOUT_FILENO, bytes, size);
        if (n < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        bytes += n;
        size -= (size_t)n;
    }
}

static void send_string(const char *string)
{
    send(string, strlen(string));
}

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

static const char mouse_on[] = "\033[?1002h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1002l";
static const char ask_background[] = "\033]11;?\033\\", ask_synchronised[] = "\033[?2026$p";
static const char sync_on[] = "\033[?2026h", sync_off[] = "\033[?2026l";

static void prepare_restore(void)
{
    terminal.restore_size = 0;
    if (terminal.understands_paste)
        for (const char *p = paste_off; *p; p++) keep_byte(*p);
    if (terminal.understands_paste && terminal.wants_mouse)
        for (const char *p = mouse_off; *p; p++) keep_byte(*p);
    if (terminal.synchronised)
        for (const char *p = sync_off; *p; p++) keep_byte(*p);
    static const char *const names[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) keep_capability(names[i]);
    signals_on_crash(terminal.restore_bytes, terminal.restore_size);
}

/* Terminals of the xterm family accept sequences that begin with ESC [ ? or ESC ] and ignore unknown ones. */
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

/* Only the encoding and the widths of characters: loading the rest of a locale takes longer than painting a
 * page. */
static void choose_locale(void)
{
    if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "en_US.UTF-8");
    terminal.masked = wcwidth(L'\u2591') == 1 ? "░░░" : "___";
}

static enum status check_terminal(struct error *error)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, STATUS_UNSUPPORTED,
                         "no terminal: standard input and output must be a terminal for editing");
    if (!term || !*term)
        return error_set(error, STATUS_UNSUPPORTED,
                         "TERM is not set; TERM=xterm-256color fits most terminals");
    return STATUS_OK;
}

/* ---- whole frames -------------------------------------------------------------------------------------- */

/* Curses writes each move of the cursor at once, and a terminal may show a half-painted picture. So its
 * descriptor leads to memory while it paints, and the output is sent in one piece. */

static bool open_curses_out(void)
{
    terminal.frame = -1;
    int fd = dup(STDOUT_FILENO);
    terminal.curses_out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!terminal.curses_out && fd >= 0) close(fd);
    if (terminal.curses_out) terminal.frame = memfd_create("frame", MFD_CLOEXEC);
    return terminal.curses_out != NULL;
}

static void close_curses_out(void)
{
    if (terminal.curses_out) fclose(terminal.curses_out);
    if (terminal.frame >= 0) close(terminal.frame);
    terminal.curses_out = NULL;
    terminal.frame = -1;
}

/* Sequences that are not part of the picture. */
static void tell(const char *string)
{
    if (!terminal.holding || write(terminal.frame, string, strlen(string)) < 0) send_string(string);
}

static void begin_frame(void)
{
    if (terminal.frame < 0) return;
    if (terminal.holding) {
        terminal.holding = false;
        terminal.marked = 0;
        dup2(terminal.frame, fileno(terminal.curses_out));
        return;
    }
    lseek(terminal.frame, 0, SEEK_SET);
    terminal.marked = terminal.synchronised ? sizeof sync_on - 1 : 0;
    if (write(terminal.frame, sync_on, terminal.marked) != (ssize_t)terminal.marked) terminal.marked = 0;
    dup2(terminal.frame, fileno(terminal.curses_out));
}

/* Curses scrolls n lines with CSI n S, at the bottom of the region, and CSI n T, at its top. Small emulators
 * only support the old ways, which are equivalent there: n line feeds, n reverse line feeds. */
static void send_frame(const char *bytes, size_t size)
{
    const char *sent = bytes, *end = bytes + size;
    for (const char *p = bytes; (p = memchr(p, 033, (size_t)(end - p))) != NULL;) {
        const char *escape = p++;
        int count = 0;
        if (p == end || *p++ != '[') continue;
        while (p < end && *p >= '0' && *p <= '9' && count < 10000) count = 10 * count + (*p++ - '0');
        if (p == end || (*p != 'S' && *p != 'T') || count == 0) continue;
        const char *one = *p == 'S' ? "\n" : "\033M";
        send(sent, (size_t)(escape - sent));
        while (count-- > 0) send_string(one);
        sent = ++p;
    }
    send(sent, (size_t)(end - sent));
}

static void end_frame(void)
{
    if (terminal.frame < 0) return;
    dup2(STDOUT_FILENO, fileno(terminal.curses_out));
    off_t end = lseek(terminal.frame, 0, SEEK_CUR);
    size_t size = end > 0 ? (size_t)end : 0;
    if (size <= terminal.marked) return;
    if (terminal.marked && write(terminal.frame, sync_off, sizeof sync_off - 1) > 0) {
        end += (off_t)sizeof sync_off - 1;
        size = (size_t)end;
    }
    if (mem_grow(&terminal.sent, &terminal.sent_capacity, size, 1) &&
        pread(terminal.frame, terminal.sent, size, 0) == end)
        send_frame(terminal.sent, size);
    else
        screen_redraw(); /* out of memory: the terminal did not get it */
}

/* ---- opening and closing ------------------------------------------------------------------------------ */

/* Newer capabilities that smaller terminal emulators lack although they claim to be xterm. Curses then uses
 * others, at the cost of a few bytes. */
static void be_modest(void)
{
    repeat_char = NULL;
    back_tab = NULL;
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    if (terminal.holding) dup2(terminal.frame, fileno(terminal.curses_out));
    keypad(stdscr, TRUE); /* writes the start of a session */
    if (terminal.holding) dup2(STDOUT_FILENO, fileno(terminal.curses_out));
    typeahead(-1); /* a picture is never left half done, and curses reads nothing */
}

enum status screen_open(bool no_color, struct error *error)
{
    choose_locale();
    if (check_terminal(error)) return error->code;
    if (!open_curses_out()) return error_set(error, STATUS_IO, "the terminal: %s", strerror(errno));
    struct termios before; /* newterm changes the modes before it knows whether it can go on */
    bool known_modes = tcgetattr(STDIN_FILENO, &before) == 0;
    terminal.screen = newterm(NULL, terminal.curses_out, stdin);
    if (!terminal.screen || !cursor_address) {
        bool known = terminal.screen != NULL;
        if (terminal.screen) delscreen(terminal.screen);
        terminal.screen = NULL;
        close_curses_out();
        if (known_modes) tcsetattr(STDIN_FILENO, TCSANOW, &before);
        return error_set(error, STATUS_UNSUPPORTED,
                         known ? "TERM=%s: this terminal cannot move its cursor"
                               : "TERM=%s: unknown to terminfo; TERM=xterm-256color fits most terminals",
                         getenv("TERM"));
    }
    set_term(terminal.screen);
    be_modest();
    screen_use_colors(!no_color);
    terminal.holding = terminal.frame >= 0;
    set_modes();
    input_open();
    terminal.understands_paste = is_xterm_like();
    prepare_restore();
    if (terminal.understands_paste) tell(paste_on);
    if (screen_resize()) return STATUS_OK;
    screen_close();
    return error_set(error, STATUS_NO_MEMORY, "out of memory");
}

void screen_ask(void)
{
    if (!terminal.understands_paste) return;
    send_string(ask_background);
    terminal.unanswered = 1;
    terminal.asked_at = clock_seconds();
}

/* A terminal that answers one question understands the other; small emulators would print it. */
void screen_answered(bool background)
{
    if (terminal.unanswered > 0) terminal.unanswered--;
    if (!background || terminal.asked_synchronised) return;
    terminal.asked_synchronised = true;
    send_string(ask_synchronised);
    terminal.unanswered = 1;
}

void screen_synchronise(void)
{
    terminal.synchronised = true;
    prepare_restore();
}

void screen_answer_sync(unsigned number, const char *busy)
{
    char answer[96];
    const char *wanted = getenv("LACUNA_SYNC");
    if (!wanted || !*wanted) return;
    snprintf(answer, sizeof answer, "\033]7773;%u;%s\a", number, busy);
    send_string(answer);
}

void screen_mouse(bool on)
{
    if (!terminal.understands_paste || on == terminal.wants_mouse) return;
    terminal.wants_mouse = on;
    tell(on ? mouse_on : mouse_off);
    prepare_restore();
}

/* An answer that is still on its way must not end up on the shell's command line. */
static void drop_answers(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (terminal.unanswered && clock_seconds() - terminal.asked_at < 1) poll(&input, 1, 30);
    if (terminal.unanswered) tcflush(STDIN_FILENO, TCIFLUSH);
    input_drop();
    terminal.unanswered = 0;
}

/* Without an alternate screen to leave, the shell's prompt overwrites our last line. */
static void leave(void)
{
    if (terminal.holding) { /* there was no picture */
        begin_frame();
        end_frame();
    }
    if (terminal.understands_paste) send_string(paste_off);
    if (terminal.understands_paste && terminal.wants_mouse) send_string(mouse_off);
    drop_answers();
    move(LINES - 1, 0);
    clrtoeol();
    refresh();
    endwin();
}

void screen_close(void)
{
    if (!terminal.screen) return;
    leave();
    delscreen(terminal.screen);
    terminal.screen = NULL;
    close_curses_out();
    input_close();
    cells_free();
}

void screen_suspend(void)
{
    leave();
}

void screen_retake(void)
{
    endwin(); /* or curses would assume that nothing has changed */
    screen_resume();
}

void screen_resume(void)
{
    refresh(); /* takes the terminal again */
    set_modes();
    if (terminal.understands_paste) send_string(paste_on);
    if (terminal.understands_paste && terminal.wants_mouse) send_string(mouse_on);
    screen_redraw();
    if (!screen_resize()) return; /* the picture keeps its size */
}

bool screen_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS))
        resizeterm(size.ws_row, size.ws_col);
    terminal.unknown = true;
    return cells_resize(LINES, COLS);
}

/* ---- painting ------------------------------------------------------------------------------------------ */

void screen_redraw(void)
{
    clearok(curscr, TRUE);
    terminal.unknown = true;
}

/* Most cells hold one of these. */
static const cchar_t *ascii_cell(wchar_t c, uint32_t look)
{
    if (terminal.made_anew) memset(terminal.is_made, 0, sizeof terminal.is_made);
    terminal.made_anew = false;
    if (!terminal.is_made[look][c]) {
        setcchar(&terminal.made[look][c], (wchar_t[]){c, 0}, terminal.attributes[look], pair(look), NULL);
        terminal.is_made[look][c] = true;
    }
    return &terminal.made[look][c];
}

static void set_cell(cchar_t *out, const struct cell *cell)
{
    wchar_t text[CELL_CHARACTERS + 1] = {0};
    if (cell->text[0] < 0x80 && !cell->text[1]) {
        *out = *ascii_cell(cell->text[0], cell->look);
        return;
    }
    memcpy(text, cell->text, sizeof cell->text);
    if (setcchar(out, text, terminal.attributes[cell->look], pair(cell->look), NULL) != OK)
        *out = *ascii_cell('?', cell->look);
}

static void show_row(int row, int columns)
{
    const struct cell *cells = cells_row(row);
    int count = 0;
    if (!mem_grow(&terminal.line, &terminal.line_capacity, (size_t)columns, sizeof *terminal.line)) return;
    for (int i = 0; i < columns; i++)
        if (cells[i].text[0]) set_cell(&terminal.line[count++], &cells[i]);
    mvadd_wchnstr(row, 0, terminal.line, count);
    memcpy(cells_shown(row), cells, (size_t)columns * sizeof *cells);
}

void screen_show(int row, int column)
{
    int rows, columns;
    screen_size(&rows, &columns);
    begin_frame();
    for (int y = 0; y < rows; y++)
        if (terminal.unknown ||
            memcmp(cells_row(y), cells_shown(y), (size_t)columns * sizeof(struct cell)) != 0)
            show_row(y, columns);
    terminal.unknown = false;
    /* Terminals without the capability show it in the corner. */
    if (terminal.cursor_hidden != (row < 0)) curs_set(row < 0 ? 0 : 1);
    terminal.cursor_hidden = row < 0;
    move(row < 0 ? 0 : row, row < 0 ? 0 : column);
    refresh();
    end_frame();
}

const char *screen_masked(void)
{
    return terminal.masked;
}

enum screen_copied screen_copy(const char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (!is_xterm_like()) return COPIED_NOWHERE;
    if (size > SCREEN_COPY_MOST) return COPIED_TOO_LONG;
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
    ok = ok && buffer_append_char(&out, '\a');
    if (ok) send(out.data, out.size);
    buffer_free(&out);
    return ok ? COPIED : COPIED_NOWHERE;
}
