/* Internal to cli/: all pictures of a trace, and how they are drawn into files. */
#ifndef LACUNA_CLI_REPLAY_FRAMES_H
#define LACUNA_CLI_REPLAY_FRAMES_H

#include "lacuna/ui.h"
#include "playback.h"

struct replay_frame {
    struct playback_picture picture;
    double ms; /* that it is shown after the one before */
};
struct replay_frames {
    struct replay_frame *frames;
    size_t count, capacity;
    struct playback *playback; /* whose odds they point to; owned */
    int columns, rows;
};
/* Reads a whole trace. `all`: every row of each picture. One that was cut off gives the pictures that are there. */
enum status replay_load(const char *path, int columns, int rows, int candidate, bool all,
                        struct replay_frames *out, struct error *error) MUST_USE;
void replay_free(struct replay_frames *frames);
/* How long frame i is shown, at a speed, but for at least `pace` ms; the last one 3 seconds. */
double replay_duration(const struct replay_frames *frames, size_t index, double speed, double pace);

enum { REPLAY_STATUS = PLAYBACK_LOOKS, REPLAY_LOOKS };
struct replay_colours {
    struct ui_colours looks[REPLAY_LOOKS]; /* a playback_look each, and the status line */
    int fore, back;                        /* 0xRRGGBB, of the page */
};
enum status replay_colours_load(const char *theme, struct replay_colours *out, struct error *error) MUST_USE;
/* Escape sequences of a theme, for a terminal with 24-bit colours or with 256. `out` has room for each. */
enum { REPLAY_ESCAPE = 64 };
void replay_escape(const struct ui_colours *colours, bool deep, char out[REPLAY_ESCAPE]);

/* Text for XML and HTML: & < > " and what XML cannot hold. */
bool replay_escape_text(struct buffer *out, const char *bytes, size_t size) MUST_USE;
/* The next run of one look and one note in a row: [*at, end of it). */
size_t replay_run_end(const struct playback_text *shown, size_t at, size_t row_end);

struct replay_timing {
    double speed, pace;
};
/* An animation (CSS, no scripts) that repeats, or with `step` ≥ 0 a still of that frame, the last one at most. */
bool replay_svg(const struct replay_frames *frames, const struct replay_colours *colours,
                const struct replay_timing *timing, int64_t step, struct buffer *out) MUST_USE;
/* One self-contained page: a slider over the frames, and the odds of the token under the pointer. */
bool replay_html(const struct replay_frames *frames, const struct replay_colours *colours,
                 const struct replay_timing *timing, struct buffer *out) MUST_USE;
/* Stills, drawn by rsvg-convert and put together by ImageMagick. STATUS_UNSUPPORTED names what is not installed. */
enum status replay_gif(const struct replay_frames *frames, const struct replay_colours *colours,
                       const struct replay_timing *timing, const char *path, struct error *error) MUST_USE;

#endif
