/* Internal to cli/: turns the lines of a trace (lacuna-trace(5)) into pictures: the text around the blanks, and the
 * state of the blanks after each step. Replays and asciicasts are made from them. */
#ifndef LACUNA_CLI_PLAYBACK_H
#define LACUNA_CLI_PLAYBACK_H

#include "lacuna/base.h"

struct playback;
/* `columns`, `rows`: the picture's size in cells (≥ 1). `candidate`: the one that is shown; -1: the first, and the best
 * at the end. */
struct playback *playback_new(int columns, int rows, int candidate, struct error *error) MUST_USE;
void playback_free(struct playback *playback);
/* Takes one line of a trace. *frame says whether the picture has changed, *ms how long after the previous
 * one. Unknown kinds of lines are skipped. STATUS_FORMAT: not JSON, or a trace of a later version. */
enum status playback_line(struct playback *playback, const char *line, size_t size, bool *frame, double *ms,
                          struct error *error) MUST_USE;
/* How text looks. */
enum playback_look {
    PLAYBACK_PLAIN,
    PLAYBACK_MASKED,
    PLAYBACK_FRESH, /* drawn in this step */
    PLAYBACK_SETTLED,
    PLAYBACK_PINNED,
    PLAYBACK_LOOKS
};
/* Text as it is shown; it has no control characters. */
struct playback_text {
    struct buffer text;
    struct buffer looks; /* a playback_look for each byte of the text */
    struct buffer notes; /* a uint32_t for each byte: 0, or 1 + the number of its token's odds */
};
uint32_t playback_note(const struct playback_text *text, size_t at);
struct playback_picture {
    struct playback_text shown; /* rows, each ended by a line feed */
    char status[200];           /* not wider than the picture */
};
/* Shortens a status line to `columns` cells: its parts, with three spaces between them, are left out from the second on,
 * until the first and the last are left, which are cut. */
void playback_fit(char *status, int columns);
/* How many candidates the lines so far had. */
long playback_candidates(const struct playback *playback);
/* `all`: every row of the shown text, not only as many as the picture has. False: out of memory. Call
 * playback_picture_free in either case. */
bool playback_picture(const struct playback *playback, bool all, struct playback_picture *out) MUST_USE;
void playback_picture_free(struct playback_picture *picture);
/* The odds of a token, if the trace has them: entropy, then the likeliest tokens, as "entropy 4.98 nats · was 20 % · …".
 * They are numbered from 0 and stay valid until playback_free. */
size_t playback_odds_count(const struct playback *playback);
const char *playback_odds(const struct playback *playback, size_t number);

/* Sets the escape sequence for each look; NULL: the default (bold, dim, underlined …). Borrowed. */
void playback_use_escapes(struct playback *playback, const char *const escapes[PLAYBACK_LOOKS]);
/* Appends a picture for a terminal: rows that end with line feeds, the status line last. `plain`: no escape sequences.
 * False: out of memory. */
bool playback_paint(const struct playback *playback, const struct playback_picture *picture, bool plain,
                    struct buffer *out) MUST_USE;
/* Paints the current picture; with `plain`, all its rows. */
bool playback_draw(const struct playback *playback, bool plain, struct buffer *out) MUST_USE;

/* asciicast v2 (docs.asciinema.org): a header, then [seconds, "o", bytes]. Each appends lines; the clock
 * advances by ms. False: out of memory. */
bool cast_header(int columns, int rows, struct buffer *out) MUST_USE;
bool cast_frame(const struct playback *playback, double *clock_ms, double ms, struct buffer *out) MUST_USE;
bool cast_picture(const struct playback *playback, const struct playback_picture *picture, double *clock_ms,
                  double ms, struct buffer *out) MUST_USE;

#endif
