/* Internal to cli/: plays a replay in a terminal, with keys. */
#ifndef LACUNA_CLI_REPLAY_PLAYER_H
#define LACUNA_CLI_REPLAY_PLAYER_H

#include "interrupt.h"
#include "replay_frames.h"

/* Plays the frames on standard output, which is a terminal, and ends by itself if no key is pressed. Space holds and
 * continues, Left and Right go one step, Home and End go to the first and the last picture, q ends. The last picture
 * stays on the screen. */
enum status replay_play(const struct replay_frames *frames, const struct replay_timing *timing,
                        const struct interrupt *interrupt, struct error *error) MUST_USE;

#endif
