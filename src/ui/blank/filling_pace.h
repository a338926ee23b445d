/* The pace at which a fill is shown. A small model does all its steps faster than the eye can see one: the worker's events
 * are taken as they come, wait here, and are shown at a visible pace, or held. */
#ifndef LACUNA_UI_FILLING_PACE_H
#define LACUNA_UI_FILLING_PACE_H

#include "filling.h"
#include "lacuna/base.h"

struct ui;

void filling_tell(struct filling *filling,
                  filling_taker *taker); /* for events of jobs that are not in `jobs` */
void filling_events(struct ui *ui);      /* takes the worker's events, at a visible pace */
void filling_hurry(struct ui *ui);       /* takes all of them at once */
/* ms until filling_events has something to do; -1: nothing waits */
int filling_timeout(const struct filling *filling);
/* True, after a message, if a held fill would block a separate page or the dial. */
bool filling_holds_up(struct ui *ui);
/* Resumes all but one of them, which belongs to another caller. */
void filling_hand_over(struct filling *filling, uint64_t job);
void filling_single(struct filling *filling);                 /* one step of a held fill */
void filling_changed_pace(struct filling *filling, int pace); /* ms per step, from now on */
void filling_close(struct ui *ui);                            /* cancels every job, and frees the worker */

#endif
