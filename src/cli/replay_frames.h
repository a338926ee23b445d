/* Internal to cli/: all pictures of a trace, and the files that can be made from them. */
#ifndef LACUNA_CLI_REPLAY_FRAMES_H
#define LACUNA_CLI_REPLAY_FRAMES_H

#include "lacuna/ui.h"
#include "playback.h"

struct replay_frame {
    struct playback_picture picture;
    double ms; /* time after the frame before it */
};
struct replay_frames {
    struct replay_frame *frames;
    size_t count, capacity;
    struct playback *playback; /* has the odds that pictures refer to; owned */
    int columns, rows;
};
/* Reads a whole trace. `all`: pictures have every row of the text. A truncated trace gives the pictures up to its end. */
enum status replay_load(const char *path, int columns, int rows, int candidate, bool all,
                        struct replay_frames *out, struct error *error) MUST_USE;
void replay_free(struct replay_frames *frames);
/* How long a frame is shown, in ms: its time divided by `speed`, at least `pace` and at most a day; 3 seconds for the last one. */
double replay_duration(const struct replay_frames *frames, size_t index, double speed, double pace);

enum { REPLAY_STATUS = PLAYBACK_LOOKS, REPLAY_LOOKS };
struct replay_colours {
    struct ui_colours looks[REPLAY_LOOKS]; /* by playback_look, then the status line */
    int fore, back;                        /* of the page, 0xRRGGBB */
};
enum status replay_colours_load(const char *theme, struct replay_colours *out, struct error *error) MUST_USE;
/* The escape sequence for these colours, in 24 bits (`deep`) or for a terminal with 256 colours. */
enum { REPLAY_ESCAPE = 64 };
void replay_escape(const struct ui_colours *colours, bool deep, char out[REPLAY_ESCAPE]);

/* Appends text for XML and HTML: escapes & < > " and replaces characters that XML forbids. */
bool replay_escape_text(struct buffer *out, const char *bytes, size_t size) MUST_USE;
/* The end of the run of one look and one note that begins at `at`. */
size_t replay_run_end(const struct playback_text *shown, size_t at, size_t row_end);

struct replay_timing {
    double speed, pace;
};
/* A repeating animation (CSS, no scripts), or with `step` ≥ 0 a still of that frame (of the last one if `step` is larger). */
bool replay_svg(const struct replay_frames *frames, const struct replay_colours *colours,
                const struct replay_timing *timing, int64_t step, struct buffer *out) MUST_USE;
/* One self-contained page with a slider for the frames and the odds of the token under the pointer. */
bool replay_html(const struct replay_frames *frames, const struct replay_colours *colours,
                 const struct replay_timing *timing, struct buffer *out) MUST_USE;
/* rsvg-convert draws the frames, and ImageMagick makes a GIF of them. STATUS_UNSUPPORTED: one is not installed. */
enum status replay_gif(const struct replay_frames *frames, const struct replay_colours *colours,
                       const struct replay_timing *timing, const char *path, struct error *error) MUST_USE;

#endif
