/* Internal to cli/: plays a replay in a terminal, with keys. */
#ifndef LACUNA_CLI_REPLAY_PLAYER_H
#define LACUNA_CLI_REPLAY_PLAYER_H

#include "interrupt.h"
#include "replay_frames.h"

/* Plays the frames on standard output, which is a terminal, and ends by itself if no key is pressed. Space holds and
 * continues, Left and Right go one step, Home and End go to the first and the last picture, q ends. The last picture
 * stays on the screen. `resize` is called before each picture, and now and then while the replay is held: it lays the
 * frames out again (the same number of them) if the terminal has another size, and says so in *resized. */
struct replay_resize {
    enum status (*resize)(void *user, struct replay_frames *frames, bool *resized, struct error *error);
    void *user;
};
enum status replay_play(struct replay_frames *frames, const struct replay_timing *timing,
                        const struct interrupt *interrupt, const struct replay_resize *resize,
                        struct error *error) MUST_USE;

#endif
