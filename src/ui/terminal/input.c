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
#include <unistd.h>

static struct input_parser parser;
static double read_at; /* when the last bytes came */
static int escape_delay = 25;
enum { SEQUENCE_DELAY = 500, REPLY_DELAY = 1000 }; /* ms */

/* Keys whose strings differ among terminals, as terminfo names them. Those with modifiers that end like
 * xterm's are the parser's own business. */
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

void input_open(void)
{
    const char *delay = getenv("ESCDELAY");
    if (delay && *delay) escape_delay = atoi(delay);
    if (escape_delay < 0 || escape_delay > 30000) escape_delay = 25;
    input_close();
    for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
        input_parser_add_key(&parser, string_of(capabilities[i].capability), capabilities[i].key);
    for (int i = 1; i <= 24; i++) { /* the xterm family numbers shifted function keys on */
        char name[8];
        snprintf(name, sizeof name, "kf%d", i);
        ui_key key = i <= 12 ? UI_SPECIAL(UI_F1 + i - 1) : UI_SPECIAL(UI_F1 + i - 13) | UI_KEY_SHIFT;
        input_parser_add_key(&parser, string_of(name), key);
    }
}

void input_close(void)
{
    input_parser_free(&parser);
}

void input_drop(void)
{
    parser.at = parser.end;
    parser.pasting = false;
}

/* False: there was nothing, or the terminal is gone. */
static bool read_more(void)
{
    enum { PIECE = 64 * 1024 };
    static char bytes[PIECE];
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0 || !(input.revents & POLLIN)) return false;
    ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    if (size <= 0) return size < 0 && errno == EINTR;
    read_at = clock_seconds();
    return input_parser_feed(&parser, bytes, (size_t)size);
}

static int delay_of(enum input_wait wait)
{
    return wait == INPUT_WAIT_SEQUENCE ? (escape_delay > SEQUENCE_DELAY ? escape_delay : SEQUENCE_DELAY)
           : wait == INPUT_WAIT_REPLY  ? REPLY_DELAY
                                       : escape_delay;
}

int input_timeout(void)
{
    enum input_wait wait = input_parser_waits(&parser);
    if (wait == INPUT_WAIT_NOTHING) return -1;
    double left = read_at + delay_of(wait) / 1000.0 - clock_seconds();
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}

struct input input_next(void)
{
    for (;;) {
        struct input in = input_parser_next(&parser, false);
        if (in.kind != INPUT_NONE) return in;
        if (read_more()) continue;
        return input_timeout() == 0 ? input_parser_next(&parser, true) : in;
    }
}

bool input_stops(void)
{
    while (read_more()) continue;
    struct input_parser ahead = parser; /* looks at the same bytes */
    for (;;) {
        struct input in = input_parser_next(&ahead, input_timeout() == 0);
        if (in.kind == INPUT_NONE) return false;
        if (in.kind != INPUT_KEY || (in.key != UI_SPECIAL(UI_ESC) && in.key != (UI_KEY_CTRL | 'C'))) continue;
        parser = ahead;
        return true;
    }
}
