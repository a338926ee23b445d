/* lacuna replay: plays a recorded fill in the terminal, or writes it to a file. */
#include "cli.h"
#include "interrupt.h"
#include "lacuna/base.h"
#include "outputs.h"
#include "playback.h"
#include "replay_frames.h"
#include "replay_player.h"
#include "say.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CAST, SVG, STEP, HTML, GIF, WIDTH, HEIGHT, THEME, SPEED, PACE, CANDIDATE };

static const struct cli_option options[] = {
    [CAST] = {"cast", 0, "FILE", "write an asciicast (version 2) instead of playing"},
    [SVG] = {"svg", 0, "FILE", "write an animated SVG picture, which needs no scripts"},
    [STEP] = {"step", 0, "N", "with --svg: a still picture of step N; 0 is before the first", .needs = "svg"},
    [HTML] = {"html", 0, "FILE", "write a page with a slider for the steps and the odds of tokens"},
    [GIF] = {"gif", 0, "FILE", "write a GIF (needs librsvg2-bin and imagemagick)"},
    [WIDTH] = {"width", 0, "N", "columns of the picture (default: the terminal's; 80 in files)"},
    [HEIGHT] = {"height", 0, "N", "rows of the picture (default: the terminal's; 24 in files)"},
    [THEME] = {"theme", 0, "NAME", "theme for the colours (default in files: dark)"},
    [SPEED] = {"speed", 's', "X", "play X times as fast (default 1)"},
    [PACE] = {"pace", 0, "MS", "show each step for at least MS milliseconds (default 60)"},
    [CANDIDATE] = {"candidate", 'k', "K", "show candidate K, from 0 (default: the first, then the best)"},
    {0},
};

struct replay_settings {
    const char *cast, *svg, *html, *gif, *theme;
    int64_t step, width, height; /* width, height 0: not given */
    double speed;
    int64_t pace, candidate;
};

static void default_replay_settings(void *opaque)
{
    *(struct replay_settings *)opaque =
        (struct replay_settings){.step = -1, .speed = 1, .pace = 60, .candidate = -1};
}

static bool set_replay_option(void *opaque, int option, const char *value)
{
    enum { MOST_CELLS = 1000, MOST_STEPS = 1 << 30, LEAST_WIDTH = 10, LEAST_HEIGHT = 3 };
    struct replay_settings *s = opaque;
    const char **const files[] = {
        [CAST] = &s->cast, [SVG] = &s->svg, [HTML] = &s->html, [GIF] = &s->gif, [THEME] = &s->theme};
    switch (option) {
    case STEP:
        return cli_int("step", value, 0, MOST_STEPS, &s->step);
    case WIDTH:
        return cli_int("width", value, LEAST_WIDTH, MOST_CELLS, &s->width);
    case HEIGHT:
        return cli_int("height", value, LEAST_HEIGHT, MOST_CELLS, &s->height);
    case SPEED:
        return cli_double("speed", value, 0.01, 1000, &s->speed);
    case PACE:
        return cli_int("pace", value, 0, 60000, &s->pace);
    case CANDIDATE:
        return cli_int("candidate", value, 0, 255, &s->candidate);
    default:
        *files[option] = value;
        return true;
    }
}

static bool writes_files(const struct replay_settings *s)
{
    return s->cast || s->svg || s->html || s->gif;
}

/* ---- outputs -------------------------------------------------------------------------------------------- */

struct replay_task {
    const struct replay_settings *settings;
    const struct interrupt *interrupt;
    const char *path;
    int columns, rows;
    bool terminal;
    char escapes[PLAYBACK_LOOKS][REPLAY_ESCAPE];
    const char *escape_list[PLAYBACK_LOOKS];
    struct replay_colours colours;
    struct replay_timing timing;
};

static enum status no_memory_for_pictures(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
}

static enum status load_task(struct replay_task *t, bool all, struct replay_frames *frames,
                             struct error *error)
{
    enum status status =
        replay_load(t->path, t->columns, t->rows, (int)t->settings->candidate, all, frames, error);
    if (t->settings->theme && frames->playback) playback_use_escapes(frames->playback, t->escape_list);
    return status;
}

static enum status write_cast(const struct replay_task *t, const struct replay_frames *f, struct error *error)
{
    struct buffer cast = {0};
    double clock_ms = 0;
    bool ok = cast_header(t->columns, t->rows, &cast);
    for (size_t i = 0; ok && i < f->count; i++) {
        double ms = f->frames[i].ms / t->timing.speed;
        ok = cast_picture(f->playback, &f->frames[i].picture, &clock_ms,
                          ms > t->timing.pace ? ms : t->timing.pace, &cast);
    }
    enum status status =
        ok ? file_write(t->settings->cast, cast.data, cast.size, error) : no_memory_for_pictures(error);
    buffer_free(&cast);
    return status;
}

static enum status write_drawing(const struct replay_task *t, const struct replay_frames *f, bool page,
                                 struct error *error)
{
    struct buffer out = {0};
    bool ok = page ? replay_html(f, &t->colours, &t->timing, &out)
                   : replay_svg(f, &t->colours, &t->timing, t->settings->step, &out);
    enum status status =
        ok ? file_write(page ? t->settings->html : t->settings->svg, out.data, out.size, error)
           : no_memory_for_pictures(error);
    buffer_free(&out);
    return status;
}

static enum status write_files(struct replay_task *t, struct error *error)
{
    const struct replay_settings *s = t->settings;
    struct replay_frames frames;
    enum status status = load_task(t, false, &frames, error);
    if (!status && s->cast) status = write_cast(t, &frames, error);
    if (!status && s->svg) status = write_drawing(t, &frames, false, error);
    if (!status && s->gif) status = replay_gif(&frames, &t->colours, &t->timing, s->gif, error);
    replay_free(&frames);
    if (status || !s->html) return status;
    status = load_task(t, true, &frames, error); /* an HTML page scrolls */
    if (!status) status = write_drawing(t, &frames, true, error);
    replay_free(&frames);
    return status;
}

static enum status print_frames(const struct replay_task *t, const struct replay_frames *f,
                                struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < f->count && !atomic_load(&t->interrupt->requested); i++) {
        struct buffer picture = {0};
        bool ok = playback_paint(f->playback, &f->frames[i].picture, true, &picture) &&
                  buffer_append_char(&picture, '\n');
        if (!ok) status = no_memory_for_pictures(error);
        if (ok && !say_picture(&picture))
            status = error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
        buffer_free(&picture);
    }
    return status;
}

static void choose_size(struct replay_task *t)
{
    struct winsize size;
    bool files = writes_files(t->settings);
    t->columns = 80;
    t->rows = 24;
    if (!files && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row)
        t->columns = size.ws_col, t->rows = size.ws_row;
    if (t->settings->width) t->columns = (int)t->settings->width;
    if (t->settings->height) t->rows = (int)t->settings->height;
}

/* If the terminal has another size. A trace that can be read only once, such as a pipe, stays as it is. */
static enum status lay_out_again(void *user, struct replay_frames *frames, bool *resized, struct error *error)
{
    struct replay_task *t = user;
    struct replay_frames now;
    choose_size(t);
    *resized = false;
    if (t->columns == frames->columns && t->rows == frames->rows) return STATUS_OK;
    enum status status = load_task(t, false, &now, error);
    *resized = !status && now.count == frames->count;
    struct replay_frames before = *frames;
    if (*resized) *frames = now;
    replay_free(*resized ? &before : &now);
    frames->columns = t->columns;
    frames->rows = t->rows;
    return STATUS_OK;
}

static enum status show_frames(struct replay_task *t, struct error *error)
{
    struct replay_frames frames;
    const struct replay_resize resize = {lay_out_again, t};
    enum status status = load_task(t, !t->terminal, &frames, error);
    if (!status && t->terminal) status = replay_play(&frames, &t->timing, t->interrupt, &resize, error);
    if (!status && !t->terminal) status = print_frames(t, &frames, error);
    replay_free(&frames);
    return status;
}

/* ---- the command ---------------------------------------------------------------------------------------- */

static enum status choose_colours(struct replay_task *t, struct error *error)
{
    const char *theme = t->settings->theme ? t->settings->theme : "dark", *colours = getenv("COLORTERM");
    bool deep = t->settings->cast || (colours && (strstr(colours, "truecolor") || strstr(colours, "24bit")));
    enum status status = replay_colours_load(theme, &t->colours, error);
    for (int i = 0; !status && i < PLAYBACK_LOOKS; i++) {
        replay_escape(&t->colours.looks[i], deep, t->escapes[i]);
        t->escape_list[i] = t->escapes[i];
    }
    return status ? error_prefix(error, "--theme") : STATUS_OK;
}

static bool check_replay_usage(const struct replay_settings *s, int count, char **operands)
{
    if (count != 1) return cli_fail("give exactly one trace");
    struct outputs all = {0};
    outputs_read(&all, operands[0]);
    outputs_write(&all, s->cast);
    outputs_write(&all, s->svg);
    outputs_write(&all, s->html);
    outputs_write(&all, s->gif);
    if (!writes_files(s)) outputs_write(&all, "-");
    return outputs_check(&all);
}

static int run_replay(void *opaque, int count, char **operands)
{
    const struct replay_settings *s = opaque;
    const char *term = getenv("TERM");
    struct error error = {0};
    if (!check_replay_usage(s, count, operands)) return EXIT_USAGE;
    struct replay_task t = {
        .settings = s, .path = operands[0], .timing = {.speed = s->speed, .pace = (double)s->pace}};
    if (choose_colours(&t, &error)) return cli_fail("%s", error.message), EXIT_USAGE;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, ""); /* the widths of characters */
    t.terminal = !writes_files(s) && isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
    choose_size(&t);
    t.interrupt = interrupt_take(INTERRUPT_TERM | INTERRUPT_QUIT);
    enum status status = writes_files(s) ? write_files(&t, &error) : show_frames(&t, &error);
    if (status) cli_fail("%s", error.message);
    return atomic_load(&t.interrupt->requested) ? EXIT_INTERRUPTED : status ? EXIT_SOME_FAILED : EXIT_DONE;
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
