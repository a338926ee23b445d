/* All pictures of a trace, with their times and colours. */
#include "replay_frames.h"

#include <stdlib.h>
#include <string.h>

static enum status no_memory_for_replay(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a replay");
}

static enum status add_frame(struct replay_frames *f, double ms, bool all, struct error *error)
{
    if (!mem_grow(&f->frames, &f->capacity, f->count + 1, sizeof *f->frames))
        return no_memory_for_replay(error);
    struct replay_frame *frame = &f->frames[f->count++];
    frame->ms = ms;
    return playback_picture(f->playback, all, &frame->picture) ? STATUS_OK : no_memory_for_replay(error);
}

enum status replay_load(const char *path, int columns, int rows, int candidate, bool all,
                        struct replay_frames *out, struct error *error)
{
    struct buffer trace = {0};
    *out = (struct replay_frames){
        .columns = columns, .rows = rows, .playback = playback_new(columns, rows, candidate, error)};
    enum status status = out->playback ? file_read(path, &trace, error) : STATUS_NO_MEMORY;
    size_t line = 1;
    for (size_t at = 0; !status && at < trace.size; line++) {
        const char *end = memchr(trace.data + at, '\n', trace.size - at);
        size_t size = end ? (size_t)(end - trace.data) - at : trace.size - at;
        bool frame = false;
        double ms = 0;
        status = playback_line(out->playback, trace.data + at, size, &frame, &ms, error);
        if (status == STATUS_FORMAT && !end && line > 1) { /* a truncated trace is played to its end */
            status = STATUS_OK;
            break;
        }
        if (status) error_prefix(error, "%s:%zu", path, line);
        if (!status && frame) status = add_frame(out, ms, all, error);
        at += size + 1;
    }
    if (!status && candidate >= 0 && candidate >= playback_candidates(out->playback))
        status = error_set(error, STATUS_ARGUMENT, "%s: there is no candidate %d; the last is %ld", path,
                           candidate, playback_candidates(out->playback) - 1);
    buffer_free(&trace);
    return status;
}

void replay_free(struct replay_frames *f)
{
    for (size_t i = 0; i < f->count; i++) playback_picture_free(&f->frames[i].picture);
    mem_free(f->frames);
    playback_free(f->playback);
    *f = (struct replay_frames){0};
}

double replay_duration(const struct replay_frames *f, size_t index, double speed, double pace)
{
    enum { LAST = 3000, LONGEST = 24 * 60 * 60 * 1000 };
    if (index + 1 >= f->count) return LAST;
    double ms = f->frames[index + 1].ms / speed;
    return !(ms > pace) ? pace : ms < LONGEST ? ms : LONGEST;
}

/* ---- colours -------------------------------------------------------------------------------------------- */

enum status replay_colours_load(const char *theme, struct replay_colours *out, struct error *error)
{
    static const char *const names[REPLAY_LOOKS] = {"text", "masked", "fresh", "settled", "pinned", "hint"};
    bool light = strstr(theme, "light") != NULL;
    struct ui_colours text;
    enum status status = ui_theme_colours(theme, "text", &text, error);
    for (int i = 0; !status && i < REPLAY_LOOKS; i++)
        status = ui_theme_colours(theme, names[i], &out->looks[i], error);
    if (status) return status;
    /* a file has no terminal that could supply them */
    out->fore = text.fore >= 0 ? text.fore : light ? 0x202020 : 0xD8D8D8;
    out->back = text.back >= 0 ? text.back : light ? 0xFFFFFF : 0x1A1A1A;
    return STATUS_OK;
}

/* The nearest of the 6 × 6 × 6 colours and 24 greys of the 256-colour palette. */
static int palette_of(int rgb)
{
    int r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
    if (r == g && g == b) return r < 4 ? 16 : r > 246 ? 231 : 232 + (r < 8 ? 0 : r > 238 ? 23 : (r - 3) / 10);
    int level[3] = {r, g, b};
    for (int i = 0; i < 3; i++) level[i] = level[i] < 48 ? 0 : level[i] < 115 ? 1 : (level[i] - 35) / 40;
    return 16 + 36 * level[0] + 6 * level[1] + level[2];
}

static int put_colour(char *out, size_t room, int kind, int rgb, bool deep)
{
    if (rgb < 0) return 0;
    return deep ? snprintf(out, room, ";%d;2;%d;%d;%d", kind, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255)
                : snprintf(out, room, ";%d;5;%d", kind, palette_of(rgb));
}

void replay_escape(const struct ui_colours *c, bool deep, char out[REPLAY_ESCAPE])
{
    enum { FORE = 38, BACK = 48 };
    int n = snprintf(out, REPLAY_ESCAPE, "\033[0%s%s%s%s%s", c->bold ? ";1" : "", c->dim ? ";2" : "",
                     c->italic ? ";3" : "", c->underline ? ";4" : "", c->reverse ? ";7" : "");
    n += put_colour(out + n, REPLAY_ESCAPE - (size_t)n, FORE, c->fore, deep);
    n += put_colour(out + n, REPLAY_ESCAPE - (size_t)n, BACK, c->back, deep);
    snprintf(out + n, REPLAY_ESCAPE - (size_t)n, "m");
}

/* ---- text ----------------------------------------------------------------------------------------------- */

bool replay_escape_text(struct buffer *out, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint32_t c = 0;
        int n = utf8_decode(bytes + at, size - at, &c);
        const char *form = c == '&'   ? "&amp;"
                           : c == '<' ? "&lt;"
                           : c == '>' ? "&gt;"
                           : c == '"' ? "&quot;"
                                      : NULL;
        if (!n || (c < ' ' && c != '\n') || c == 0xFFFE || c == 0xFFFF) form = "\uFFFD";
        if (!(form ? buffer_append_string(out, form) : buffer_append(out, bytes + at, (size_t)n)))
            return false;
        at += n ? (size_t)n : 1;
    }
    return true;
}

size_t replay_run_end(const struct playback_text *shown, size_t at, size_t row_end)
{
    size_t end = at;
    while (end < row_end && shown->looks.data[end] == shown->looks.data[at] &&
           playback_note(shown, end) == playback_note(shown, at))
        end++;
    return end;
}
