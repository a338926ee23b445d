/* The terminal: taking it and giving it back, colours, painting cells. Only this file and input.c, which asks
 * for key strings, call curses. */
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

static SCREEN *screen;
static bool unknown = true; /* what the rows of curses' window hold */
static bool colored;
static const char *masked = "___";

/* ---- looks ------------------------------------------------------------------------------------------ */

static attr_t attributes[LOOKS];
static bool made_anew = true; /* the cells that were made look as they did */

void screen_use_colors(bool wanted)
{
    static bool started, there;
    const char *wish = getenv("NO_COLOR");
    colored = false;
    if (!wanted || (wish && *wish) || !has_colors()) return;
    if (!started) there = start_color() != ERR && use_default_colors() != ERR && COLOR_PAIRS > LOOKS;
    started = true;
    colored = there;
}

bool screen_has_colors(void)
{
    return colored;
}

/* As curses counts colours on this terminal: where terminfo has RGB, they are the colours themselves. */
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
        if (style->attributes & THEME_ITALIC) bits |= slants ? A_ITALIC : colored ? A_NORMAL : A_BOLD;
        attributes[i] = bits;
        if (colored) init_extended_pair(i + 1, color_number(style->fore), color_number(style->back));
    }
    made_anew = true;
    screen_redraw();
}

static short pair(uint32_t look)
{
    return colored ? (short)(look + 1) : 0;
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

static bool understands_paste; /* a terminal that would print the sequence must not get it */
static bool wants_mouse, synchronised;
static int unanswered; /* questions */
static double asked_at;

static void prepare_restore(void)
{
    restore_size = 0;
    if (understands_paste)
        for (const char *p = paste_off; *p; p++) keep_byte(*p);
    if (understands_paste && wants_mouse)
        for (const char *p = mouse_off; *p; p++) keep_byte(*p);
    if (synchronised)
        for (const char *p = sync_off; *p; p++) keep_byte(*p);
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

/* Only how characters are encoded and how wide they are: loading the rest of a locale takes longer than
 * painting a page. */
static void choose_locale(void)
{
    if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
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
        return error_set(error, STATUS_UNSUPPORTED,
                         "TERM is not set: what terminal is this? TERM=xterm-256color suits most");
    return STATUS_OK;
}

/* ---- whole frames -------------------------------------------------------------------------------------- */

/* Curses writes each move of the cursor at once, and a terminal may show a picture half painted. So its
 * descriptor leads to memory while it paints, and what it wrote goes out in one piece. */

static FILE *curses_out;
static int frame = -1; /* the memory; -1: there is none, and curses writes to the terminal itself */

static bool open_curses_out(void)
{
    int fd = dup(STDOUT_FILENO);
    curses_out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!curses_out && fd >= 0) close(fd);
    if (curses_out) frame = memfd_create("frame", MFD_CLOEXEC);
    return curses_out != NULL;
}

static void close_curses_out(void)
{
    if (curses_out) fclose(curses_out);
    if (frame >= 0) close(frame);
    curses_out = NULL;
    frame = -1;
}

static size_t marked; /* bytes of the mark at the frame's start */
static bool holding;  /* what takes the terminal goes out together with the first picture */

/* What is not part of the picture. */
static void tell(const char *string)
{
    if (!holding || write(frame, string, strlen(string)) < 0) send_string(string);
}

static void begin_frame(void)
{
    if (frame < 0) return;
    if (holding) {
        holding = false;
        marked = 0;
        dup2(frame, fileno(curses_out));
        return;
    }
    lseek(frame, 0, SEEK_SET);
    marked = synchronised ? sizeof sync_on - 1 : 0;
    if (write(frame, sync_on, marked) != (ssize_t)marked) marked = 0;
    dup2(frame, fileno(curses_out));
}

/* Curses scrolls n lines by CSI n S, at the bottom of what is to scroll, and CSI n T, at its top. Small
 * emulators know only the old ways, which are the same there: n line feeds, n reverse ones. */
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
    static char *bytes;
    static size_t capacity;
    if (frame < 0) return;
    dup2(STDOUT_FILENO, fileno(curses_out));
    off_t end = lseek(frame, 0, SEEK_CUR);
    size_t size = end > 0 ? (size_t)end : 0;
    if (size <= marked) return;
    if (marked && write(frame, sync_off, sizeof sync_off - 1) > 0) {
        end += (off_t)sizeof sync_off - 1;
        size = (size_t)end;
    }
    if (mem_grow(&bytes, &capacity, size, 1) && pread(frame, bytes, size, 0) == end)
        send_frame(bytes, size);
    else
        screen_redraw(); /* no memory: the terminal has not got it */
}

/* ---- life ------------------------------------------------------------------------------------------ */

/* Newer capabilities that smaller terminal emulators lack although they pass for xterm: curses then takes
 * others, and nothing is lost but a few bytes. */
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
    if (holding) dup2(frame, fileno(curses_out));
    keypad(stdscr, TRUE); /* writes what begins a session */
    if (holding) dup2(STDOUT_FILENO, fileno(curses_out));
    typeahead(-1); /* a picture is never left half done, and curses reads nothing */
}

enum status screen_open(bool no_color, struct error *error)
{
    choose_locale();
    if (check_terminal(error)) return error->code;
    if (!open_curses_out()) return error_set(error, STATUS_IO, "the terminal: %s", strerror(errno));
    struct termios before; /* newterm changes the modes before it knows that it can go on */
    bool known_modes = tcgetattr(STDIN_FILENO, &before) == 0;
    screen = newterm(NULL, curses_out, stdin);
    if (!screen || !cursor_address) {
        bool known = screen != NULL;
        if (screen) delscreen(screen);
        screen = NULL;
        close_curses_out();
        if (known_modes) tcsetattr(STDIN_FILENO, TCSANOW, &before);
        return error_set(error, STATUS_UNSUPPORTED,
                         known ? "TERM=%s: this terminal cannot move its cursor"
                               : "TERM=%s: terminfo does not know this terminal; "
                                 "TERM=xterm-256color suits most",
                         getenv("TERM"));
    }
    set_term(screen);
    be_modest();
    screen_use_colors(!no_color);
    holding = frame >= 0;
    set_modes();
    input_open();
    understands_paste = is_xterm_like();
    prepare_restore();
    if (understands_paste) tell(paste_on);
    if (screen_resize()) return STATUS_OK;
    screen_close();
    return error_set(error, STATUS_NO_MEMORY, "out of memory");
}

void screen_ask(void)
{
    if (!understands_paste) return;
    send_string(ask_background);
    unanswered = 1;
    asked_at = clock_seconds();
}

/* What answers one question will understand the other; small emulators would print it. */
void screen_answered(bool background)
{
    static bool asked;
    if (unanswered > 0) unanswered--;
    if (!background || asked) return;
    asked = true;
    send_string(ask_synchronised);
    unanswered = 1;
}

void screen_synchronise(void)
{
    synchronised = true;
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
    if (!understands_paste || on == wants_mouse) return;
    wants_mouse = on;
    tell(on ? mouse_on : mouse_off);
    prepare_restore();
}

/* An answer that is still on its way must not land on the shell's command line. */
static void drop_answers(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (unanswered && clock_seconds() - asked_at < 1) poll(&input, 1, 30);
    if (unanswered) tcflush(STDIN_FILENO, TCIFLUSH);
    input_drop();
    unanswered = 0;
}

/* Where there is no other screen to go back to, the shell's prompt comes over our last line. */
static void leave(void)
{
    if (holding) { /* there was no picture */
        begin_frame();
        end_frame();
    }
    if (understands_paste) send_string(paste_off);
    if (understands_paste && wants_mouse) send_string(mouse_off);
    drop_answers();
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
    endwin(); /* or curses would believe that nothing has changed */
    screen_resume();
}

void screen_resume(void)
{
    refresh(); /* takes the terminal again */
    set_modes();
    if (understands_paste) send_string(paste_on);
    if (understands_paste && wants_mouse) send_string(mouse_on);
    screen_redraw();
    if (!screen_resize()) return; /* the picture stays as large as it was */
}

bool screen_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS))
        resizeterm(size.ws_row, size.ws_col);
    unknown = true;
    return cells_resize(LINES, COLS);
}

/* ---- painting ------------------------------------------------------------------------------------------ */

void screen_redraw(void)
{
    clearok(curscr, TRUE);
    unknown = true;
}

/* Most cells hold one of these. */
static const cchar_t *ascii_cell(wchar_t c, uint32_t look)
{
    static cchar_t made[LOOKS][0x80];
    static bool is_made[LOOKS][0x80];
    if (made_anew) memset(is_made, 0, sizeof is_made);
    made_anew = false;
    if (!is_made[look][c]) {
        setcchar(&made[look][c], (wchar_t[]){c, 0}, attributes[look], pair(look), NULL);
        is_made[look][c] = true;
    }
    return &made[look][c];
}

static void set_cell(cchar_t *out, const struct cell *cell)
{
    wchar_t text[CELL_CHARACTERS + 1] = {0};
    if (cell->text[0] < 0x80 && !cell->text[1]) {
        *out = *ascii_cell(cell->text[0], cell->look);
        return;
    }
    memcpy(text, cell->text, sizeof cell->text);
    if (setcchar(out, text, attributes[cell->look], pair(cell->look), NULL) != OK)
        *out = *ascii_cell('?', cell->look);
}

static void show_row(int row, int columns)
{
    static cchar_t *line;
    static size_t capacity;
    const struct cell *cells = cells_row(row);
    int count = 0;
    if (!mem_grow(&line, &capacity, (size_t)columns, sizeof *line)) return;
    for (int i = 0; i < columns; i++)
        if (cells[i].text[0]) set_cell(&line[count++], &cells[i]);
    mvadd_wchnstr(row, 0, line, count);
    memcpy(cells_shown(row), cells, (size_t)columns * sizeof *cells);
}

void screen_show(int row, int column)
{
    static bool hidden;
    int rows, columns;
    screen_size(&rows, &columns);
    begin_frame();
    for (int y = 0; y < rows; y++)
        if (unknown || memcmp(cells_row(y), cells_shown(y), (size_t)columns * sizeof(struct cell)) != 0)
            show_row(y, columns);
    unknown = false;
    /* Terminals without the capability show it at the corner; none can be asked for more. */
    if (hidden != (row < 0)) curs_set(row < 0 ? 0 : 1);
    hidden = row < 0;
    move(row < 0 ? 0 : row, row < 0 ? 0 : column);
    refresh();
    end_frame();
}

const char *screen_masked(void)
{
    return masked;
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
