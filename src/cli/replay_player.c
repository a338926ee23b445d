/* A replay in a terminal, with keys. */
#include "replay_player.h"
#include "say.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum key { KEY_NONE, KEY_HOLD, KEY_BACK, KEY_ON, KEY_FIRST, KEY_LAST, KEY_QUIT };

struct replay_player {
    struct replay_frames *frames;
    const struct replay_timing *timing;
    const struct interrupt *interrupt;
    const struct replay_resize *resize;
    bool keys; /* standard input is a terminal */
    struct termios before;
    size_t at;
    bool held;
};

/* ---- keys ----------------------------------------------------------------------------------------------- */

static enum key key_of_sequence(const char *bytes, size_t size)
{
    static const struct {
        const char *bytes;
        enum key key;
    } known[] = {{"\033[C", KEY_ON},     {"\033OC", KEY_ON},    {"\033[D", KEY_BACK},   {"\033OD", KEY_BACK},
                 {"\033[H", KEY_FIRST},  {"\033OH", KEY_FIRST}, {"\033[F", KEY_LAST},   {"\033OF", KEY_LAST},
                 {"\033[1~", KEY_FIRST}, {"\033[4~", KEY_LAST}, {"\033[7~", KEY_FIRST}, {"\033[8~", KEY_LAST},
                 {" ", KEY_HOLD},        {"q", KEY_QUIT},       {"\033", KEY_QUIT}};
    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (size == strlen(known[i].bytes) && memcmp(bytes, known[i].bytes, size) == 0) return known[i].key;
    return KEY_NONE;
}

/* Reads one byte within `ms` (< 0: no limit). False: the time is over, or there was an interrupt. */
static bool read_byte(const struct replay_player *p, double ms, char *byte)
{
    struct pollfd wait[] = {{.fd = p->interrupt->wake, .events = POLLIN},
                            {.fd = p->keys ? STDIN_FILENO : -1, .events = POLLIN}};
    int ready = poll(wait, ARRAY_SIZE(wait), ms < 0 ? -1 : (int)ms);
    return ready > 0 && (wait[1].revents & (POLLIN | POLLHUP)) && read(STDIN_FILENO, byte, 1) == 1;
}

/* The next key within `ms`. After an Escape it waits a moment for the rest of a sequence. */
static enum key next_key(const struct replay_player *p, double ms)
{
    enum { MOMENT = 50 };
    char bytes[8];
    size_t size = 0;
    if (!read_byte(p, ms, &bytes[size])) return KEY_NONE;
    size++;
    while (bytes[0] == '\033' && size < sizeof bytes && read_byte(p, MOMENT, &bytes[size])) {
        char c = bytes[size++];
        if (size > 2 && c >= '@' && c <= '~') break;
        if (size == 2 && c != '[' && c != 'O') break;
    }
    return key_of_sequence(bytes, size);
}

/* Every key holds the replay, except Space while it is held. */
static bool take_key(struct replay_player *p, enum key key)
{
    size_t last = p->frames->count - 1;
    switch (key) {
    case KEY_HOLD:
        if (p->held && p->at == last) p->at = 0;
        p->held = !p->held;
        return true;
    case KEY_BACK:
        p->at -= p->at > 0;
        break;
    case KEY_ON:
        p->at += p->at < last;
        break;
    case KEY_FIRST:
        p->at = 0;
        break;
    case KEY_LAST:
        p->at = last;
        break;
    case KEY_QUIT:
        return false;
    case KEY_NONE:
        return true;
    }
    p->held = true;
    return true;
}

/* ---- the screen ----------------------------------------------------------------------------------------- */

/* Shows what the keys do, in the status line; the picture is a copy. */
static void add_keys(const struct replay_player *p, struct playback_picture *picture)
{
    const char *keys = p->held ? "held: Space, \u2190, \u2192, Home, End, q" : p->keys ? "Space holds" : "";
    size_t size = strlen(picture->status);
    if (*keys) snprintf(picture->status + size, sizeof picture->status - size, "   %s", keys);
    playback_fit(picture->status, p->frames->columns);
}

static enum status show_picture(const struct replay_player *p, bool last, struct error *error)
{
    struct buffer out = {0};
    struct playback_picture picture = p->frames->frames[p->at].picture;
    if (!last) add_keys(p, &picture);
    bool ok = (last || buffer_append_string(&out, "\033[H\033[2J")) &&
              playback_paint(p->frames->playback, &picture, last, &out);
    bool shown = ok && say_picture(&out);
    buffer_free(&out);
    if (!ok) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
    return shown ? STATUS_OK : error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
}

static void take_terminal(struct replay_player *p)
{
    static const char enter[] = "\033[?1049h\033[?25l";
    p->keys = tcgetattr(STDIN_FILENO, &p->before) == 0;
    struct termios raw = p->before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VSUSP] = _POSIX_VDISABLE; /* being stopped would leave the terminal in raw mode */
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (p->keys) tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    say_result(enter, sizeof enter - 1);
}

static void give_terminal_back(const struct replay_player *p)
{
    static const char leave[] = "\033[?25h\033[?1049l";
    say_result(leave, sizeof leave - 1);
    if (p->keys) tcsetattr(STDIN_FILENO, TCSADRAIN, &p->before);
}

static bool was_interrupted(const struct replay_player *p)
{
    return atomic_load(&p->interrupt->requested);
}

/* Waits for a key while the replay is held, and paints again after a change of the terminal's size. */
static enum status wait_held(struct replay_player *p, enum key *key, struct error *error)
{
    enum { LOOK_AGAIN = 250 };
    enum status status = STATUS_OK;
    for (*key = KEY_NONE; !status && *key == KEY_NONE && !was_interrupted(p);) {
        bool resized = false;
        *key = next_key(p, LOOK_AGAIN);
        status = p->resize->resize(p->resize->user, p->frames, &resized, error);
        if (!status && resized) status = show_picture(p, false, error);
    }
    return status;
}

enum status replay_play(struct replay_frames *frames, const struct replay_timing *timing,
                        const struct interrupt *interrupt, const struct replay_resize *resize,
                        struct error *error)
{
    enum { AT_THE_END = 800 };
    struct replay_player p = {.frames = frames, .timing = timing, .interrupt = interrupt, .resize = resize};
    enum status status = STATUS_OK;
    bool resized;
    if (!frames->count) return STATUS_OK;
    take_terminal(&p);
    for (bool on = true; on && !status && !was_interrupted(&p);) {
        bool last = p.at + 1 == frames->count;
        status = resize->resize(resize->user, frames, &resized, error);
        if (!status) status = show_picture(&p, false, error);
        double ms = last ? AT_THE_END : replay_duration(frames, p.at, timing->speed, timing->pace);
        double until = clock_seconds() + ms / 1e3;
        enum key key = KEY_QUIT;
        if (!status && p.held)
            status = wait_held(&p, &key, error);
        else if (!status)
            key = next_key(&p, ms);
        on = take_key(&p, status ? KEY_QUIT : key);
        if (key == KEY_NONE && !p.held && clock_seconds() + 1e-3 >= until) { /* the frame's time is over */
            on = !last;
            p.at += !last;
        }
    }
    give_terminal_back(&p);
    return status || was_interrupted(&p) ? status : show_picture(&p, true, error);
}
