#define NCURSES_WIDECHAR 1
#include "input.h"
#include "input_parser.h"
#include "key_names.h"
#include "lacuna/base.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };                                                              /* bytes */
enum { USUAL_DELAY = 25, MOST_DELAY = 30000, SEQUENCE_DELAY = 500, REPLY_DELAY = 1000 }; /* ms */

/* A process has one terminal to read from. */
static struct {
    struct input_parser parser;
    double read_at; /* when the last bytes came */
    int escape_delay;
    char bytes[PIECE]; /* large */
} keyboard;

/* Keys whose strings differ among terminals, as terminfo names them. The parser handles those with modifiers
 * that end like xterm's. */
static const struct {
    const char *capability;
    ui_key key;
} capabilities[] = {
    {"kcuu1", UI_SPECIAL(UI_UP)},
    {"kcud1", UI_SPECIAL(UI_DOWN)},
    {"kcub1", UI_SPECIAL(UI_LEFT)},
    {"kcuf1", UI_SPECIAL(UI_RIGHT)},
    {"khome", UI_SPECIAL(UI_HOME)},
    {"kend", UI_SPECIAL(UI_END)},
    {"kpp", UI_SPECIAL(UI_PAGE_UP)},
    {"knp", UI_SPECIAL(UI_PAGE_DOWN)},
    {"kdch1", UI_SPECIAL(UI_DELETE)},
    {"kich1", UI_SPECIAL(UI_INSERT)},
    {"kbs", UI_SPECIAL(UI_BACKSPACE)},
    {"kent", UI_SPECIAL(UI_ENTER)},
    {"kcbt", UI_SPECIAL(UI_TAB) | UI_KEY_SHIFT},
    {"kLFT", UI_SPECIAL(UI_LEFT) | UI_KEY_SHIFT},
    {"kRIT", UI_SPECIAL(UI_RIGHT) | UI_KEY_SHIFT},
    {"kri", UI_SPECIAL(UI_UP) | UI_KEY_SHIFT},
    {"kind", UI_SPECIAL(UI_DOWN) | UI_KEY_SHIFT},
    {"kHOM", UI_SPECIAL(UI_HOME) | UI_KEY_SHIFT},
    {"kEND", UI_SPECIAL(UI_END) | UI_KEY_SHIFT},
    {"kPRV", UI_SPECIAL(UI_PAGE_UP) | UI_KEY_SHIFT},
    {"kNXT", UI_SPECIAL(UI_PAGE_DOWN) | UI_KEY_SHIFT},
    {"kDC", UI_SPECIAL(UI_DELETE) | UI_KEY_SHIFT},
};

static const char *string_of(const char *capability)
{
    char name[8]; /* tigetstr takes no const */
    snprintf(name, sizeof name, "%s", capability);
    const char *value = tigetstr(name);
    return value && value != (char *)-1 ? value : "";
}

/* What the Backspace key sends, as the terminal's modes have it: ^H or DEL; "" if they do not say. */
static const char *erase_key(void)
{
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes)) return "";
    return modes.c_cc[VERASE] == '\b' ? "\b" : modes.c_cc[VERASE] == 0x7f ? "\x7f" : "";
}

void input_open(void)
{
    const char *delay = getenv("ESCDELAY");
    int wanted = delay && *delay ? atoi(delay) : USUAL_DELAY;
    keyboard.escape_delay = wanted < 0 || wanted > MOST_DELAY ? USUAL_DELAY : wanted;
    input_close();
    const char *erase = erase_key();
    if (*erase) input_parser_add_key(&keyboard.parser, erase, UI_SPECIAL(UI_BACKSPACE));
    for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++) {
        const char *string = string_of(capabilities[i].capability);
        bool other_erase = *erase && strcmp(string, "\b") == 0; /* terminfo guesses what stty knows */
        if (!other_erase) input_parser_add_key(&keyboard.parser, string, capabilities[i].key);
    }
    for (int i = 1; i <= 24; i++) { /* the xterm family numbers shifted function keys on */
        char name[8];
        snprintf(name, sizeof name, "kf%d", i);
        ui_key key = i <= 12 ? UI_SPECIAL(UI_F1 + i - 1) : UI_SPECIAL(UI_F1 + i - 13) | UI_KEY_SHIFT;
        input_parser_add_key(&keyboard.parser, string_of(name), key);
    }
}

void input_close(void)
{
    input_parser_free(&keyboard.parser);
}

void input_drop(void)
{
    keyboard.parser.at = keyboard.parser.end;
    keyboard.parser.pasting = false;
}

/* False: there was nothing, or the terminal is gone. */
static bool read_more(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0 || !(input.revents & POLLIN)) return false;
    ssize_t size = read(STDIN_FILENO, keyboard.bytes, sizeof keyboard.bytes);
    if (size <= 0) return size < 0 && errno == EINTR;
    keyboard.read_at = clock_seconds();
    return input_parser_feed(&keyboard.parser, keyboard.bytes, (size_t)size);
}

static int delay_of(enum input_wait wait)
{
    return wait == INPUT_WAIT_SEQUENCE
               ? (keyboard.escape_delay > SEQUENCE_DELAY ? keyboard.escape_delay : SEQUENCE_DELAY)
           : wait == INPUT_WAIT_REPLY ? REPLY_DELAY
                                      : keyboard.escape_delay;
}

int input_timeout(void)
{
    enum input_wait wait = input_parser_waits(&keyboard.parser);
    if (wait == INPUT_WAIT_NOTHING) return -1;
    double left = keyboard.read_at + delay_of(wait) / 1000.0 - clock_seconds();
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}

struct input input_next(void)
{
    for (;;) {
        struct input in = input_parser_next(&keyboard.parser, false);
        if (in.kind != INPUT_NONE) return in;
        if (read_more()) continue;
        return input_timeout() == 0 ? input_parser_next(&keyboard.parser, true) : in;
    }
}

bool input_stops(void)
{
    while (read_more()) continue;
    struct input_parser ahead = keyboard.parser; /* looks at the same bytes */
    for (;;) {
        struct input in = input_parser_next(&ahead, input_timeout() == 0);
        if (in.kind == INPUT_NONE) return false;
        if (in.kind != INPUT_KEY || (in.key != UI_SPECIAL(UI_ESC) && in.key != (UI_KEY_CTRL | 'C'))) continue;
        keyboard.parser = ahead;
        return true;
    }
}
