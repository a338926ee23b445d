/* Internal to cli/: a replay in a terminal, with keys. */
#ifndef LACUNA_CLI_REPLAY_PLAYER_H
#define LACUNA_CLI_REPLAY_PLAYER_H

#include "interrupt.h"
#include "replay_frames.h"

/* Plays the frames on standard output, which is a terminal, and ends by itself when nobody touches a key. Space holds
 * and goes on, Left and Right do one step, Home and End go to the first and the last, q ends. The last picture stays. */
enum status replay_play(const struct replay_frames *frames, const struct replay_timing *timing,
                        const struct interrupt *interrupt, struct error *error) MUST_USE;

#endif
