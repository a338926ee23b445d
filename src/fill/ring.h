/* The ring of events between the worker and its user: bounded, lossy for steps, lossless for endings. Not
 * locked: the worker's mutex guards it. Internal to fill/. */
#ifndef LACUNA_FILL_RING_H
#define LACUNA_FILL_RING_H

#include "lacuna/fill.h"

enum { RING_SIZE = 256 };
/* At most FILL_QUEUE jobs are unfinished or unread at a time, and loading adds two events. */
static_assert(FILL_QUEUE + 2 <= RING_SIZE, "endings alone can never fill it");

struct ring {
    struct fill_event *events[RING_SIZE];
    uint32_t first, count;
};

/* Takes the event. If the ring is full, it makes room by dropping the oldest step or window event. If there
 * is none to drop and the event is itself a step or window event, returns false and leaves the event to the
 * caller. */
bool ring_put(struct ring *ring, struct fill_event *event);
struct fill_event *ring_take(struct ring *ring); /* NULL: empty */
void ring_clear(struct ring *ring);

#endif
