/* lacuna replay: a recorded fill, played in the terminal or written as an asciicast. */
#include "cli.h"
#include "interrupt.h"
#include "lacuna/base.h"
#include "outputs.h"
#include "playback.h"
#include "say.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { CAST, SPEED, PACE, CANDIDATE };

static const struct cli_option options[] = {
    [CAST] = {"cast", 0, "FILE", "write an asciicast (version 2) instead of playing"},
    [SPEED] = {"speed", 's', "X", "play X times as fast (default 1)"},
    [PACE] = {"pace", 0, "MS", "show each step for at least MS milliseconds (default 60)"},
    [CANDIDATE] = {"candidate", 'k', "K",
                   "show candidate K, from 0 (default: the first, and at the end the best)"},
    {0},
};

struct replay_settings {
    const char *cast;
    double speed;
    int64_t pace, candidate;
};

static void default_replay_settings(void *opaque)
{
    *(struct replay_settings *)opaque = (struct replay_settings){.speed = 1, .pace = 60, .candidate = -1};
}

static bool set_replay_option(void *opaque, int option, const char *value)
{
    struct replay_settings *s = opaque;
    switch (option) {
    case CAST:
        s->cast = value;
        return true;
    case SPEED:
        return cli_double("speed", value, 0.01, 1000, &s->speed);
    case PACE:
        return cli_int("pace", value, 0, 60000, &s->pace);
    case CANDIDATE:
        return cli_int("candidate", value, 0, 255, &s->candidate);
    default:
        return false;
    }
}

struct player {
    const struct replay_settings *settings;
    const struct interrupt *interrupt;
    struct playback *playback;
    bool terminal;
    double clock_ms;
    struct buffer cast;
};

static bool interrupted(const struct player *p)
{
    return atomic_load(&p->interrupt->requested);
}

static void sleep_ms(double ms)
{
    struct timespec wait = {(time_t)(ms / 1e3), (long)((ms - 1e3 * (double)(time_t)(ms / 1e3)) * 1e6)};
    nanosleep(&wait, NULL); /* an interrupt ends it */
}

/* Ours, and always the same. */
static void send_sequence(const char *sequence)
{
    say_result(sequence, strlen(sequence));
}

static enum status show_frame(struct player *p, double ms, struct error *error)
{
    struct buffer picture = {0};
    ms /= p->settings->speed;
    if (ms < (double)p->settings->pace) ms = (double)p->settings->pace;
    bool ok;
    if (p->settings->cast) {
        ok = cast_frame(p->playback, &p->clock_ms, ms, &p->cast);
    } else {
        if (p->terminal) sleep_ms(ms);
        ok = (!p->terminal || buffer_append_string(&picture, "\033[H\033[2J")) &&
             playback_draw(p->playback, !p->terminal, &picture) &&
             (p->terminal || buffer_append_char(&picture, '\n'));
        if (ok && !say_picture(&picture)) {
            buffer_free(&picture);
            return error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
        }
    }
    buffer_free(&picture);
    return ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
}

static enum status play_trace(struct player *p, const char *path, struct error *error)
{
    struct buffer trace = {0};
    enum status status = file_read(path, &trace, error);
    size_t line = 1;
    for (size_t at = 0; !status && at < trace.size && !interrupted(p); line++) {
        const char *end = memchr(trace.data + at, '\n', trace.size - at);
        size_t size = end ? (size_t)(end - trace.data) - at : trace.size - at;
        bool frame = false;
        double ms = 0;
        status = playback_line(p->playback, trace.data + at, size, &frame, &ms, error);
        if (status == STATUS_FORMAT && !end && line > 1) { /* truncated: the part that is there is valid */
            status = STATUS_OK;
            break;
        }
        if (status) error_prefix(error, "%s:%zu", path, line);
        if (!status && frame) status = show_frame(p, ms, error);
        at += size + 1;
    }
    buffer_free(&trace);
    return status;
}

static void terminal_size(int *columns, int *rows)
{
    struct winsize size;
    *columns = 80;
    *rows = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row)
        *columns = size.ws_col, *rows = size.ws_row;
}

static int run_replay(void *opaque, int count, char **operands)
{
    const struct replay_settings *s = opaque;
    const char *term = getenv("TERM");
    struct error error = {0};
    struct player p = {.settings = s};
    int columns, rows;
    if (count != 1) return cli_fail("name one trace"), EXIT_USAGE;
    struct outputs all = {0};
    outputs_read(&all, operands[0]);
    outputs_write(&all, s->cast ? s->cast : "-");
    if (!outputs_check(&all)) return EXIT_USAGE;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "");
    p.terminal = !s->cast && isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
    terminal_size(&columns, &rows);
    if (s->cast) columns = 80, rows = 24;
    p.playback = playback_new(columns, rows, (int)s->candidate, &error);
    p.interrupt = interrupt_take(0);
    if (p.terminal) send_sequence("\033[?1049h\033[?25l");
    enum status status = p.playback ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status && s->cast && !cast_header(columns, rows, &p.cast))
        status = error_set(&error, STATUS_NO_MEMORY, "out of memory");
    if (!status) status = play_trace(&p, operands[0], &error);
    if (p.terminal && !status && !interrupted(&p)) sleep_ms(800);
    if (p.terminal) send_sequence("\033[?25h\033[?1049l");
    if (p.terminal && !status && !interrupted(&p)) { /* the printed text stays on the screen */
        struct buffer last = {0};
        if (playback_draw(p.playback, true, &last)) say_picture(&last);
        buffer_free(&last);
    }
    if (!status && s->cast) status = file_write(s->cast, p.cast.data, p.cast.size, &error);
    if (status) cli_fail("%s", error.message);
    buffer_free(&p.cast);
    playback_free(p.playback);
    return interrupted(&p) ? EXIT_INTERRUPTED : status ? EXIT_SOME_FAILED : EXIT_DONE;
}

const struct cli_command command_replay = {
    .name = "replay",
    .summary = "play a recorded fill",
    .usage = "replay [OPTION…] TRACE",
    .options = options,
    .set = set_replay_option,
    .settings_size = sizeof(struct replay_settings),
    .defaults = default_replay_settings,
    .run = run_replay,
};
