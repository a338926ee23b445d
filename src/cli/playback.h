/* Internal to cli/: a recorded fill as pictures. Lines of a trace (lacuna-trace(5)) go in, frames come out:
 * the text around the blanks, with their state after each step. Replays and asciicasts are made from
 * these. */
#ifndef LACUNA_CLI_PLAYBACK_H
#define LACUNA_CLI_PLAYBACK_H

#include "lacuna/base.h"

struct playback;
/* The picture's size in cells (≥ 1), and the candidate that is shown; -1: the first, and the best at the
 * end. */
struct playback *playback_new(int columns, int rows, int candidate, struct error *error) MUST_USE;
void playback_free(struct playback *playback);
/* Takes one line of a trace. *frame says whether the picture has changed, *ms how long after the previous
 * one. Unknown kinds of lines are skipped. STATUS_FORMAT: not JSON, or a trace of a later version. */
enum status playback_line(struct playback *playback, const char *line, size_t size, bool *frame, double *ms,
                          struct error *error) MUST_USE;
/* Appends the picture, with rows ended by line feeds (`plain`: without escape sequences). False: out of
 * memory. */
bool playback_draw(const struct playback *playback, bool plain, struct buffer *out) MUST_USE;

/* asciicast v2 (docs.asciinema.org): a header, then [seconds, "o", bytes]. Each appends lines; the clock
 * advances by ms. False: out of memory. */
bool cast_header(int columns, int rows, struct buffer *out) MUST_USE;
bool cast_frame(const struct playback *playback, double *clock_ms, double ms, struct buffer *out) MUST_USE;

#endif
