/* The ring of events. */
#include "ring.h"
#include "lacuna/base.h"

/* A step event has the whole state, so a newer one replaces it. Of the events of loading without a job, only
 * the newest matters. */
static bool may_be_dropped(const struct fill_event *event)
{
    if (event->kind == FILL_EVENT_FAILED) return event->job == 0;
    return event->kind == FILL_EVENT_STEP || event->kind == FILL_EVENT_WINDOW ||
           event->kind == FILL_EVENT_LOADING;
}

static struct fill_event **at(struct ring *ring, uint32_t index)
{
    return &ring->events[(ring->first + index) % RING_SIZE];
}

/* Frees the oldest event that a newer one makes superfluous, and closes the gap. */
static bool make_room(struct ring *ring)
{
    for (uint32_t i = 0; i < ring->count; i++) {
        if (!may_be_dropped(*at(ring, i))) continue;
        fill_event_free(*at(ring, i));
        for (uint32_t k = i; k + 1 < ring->count; k++) *at(ring, k) = *at(ring, k + 1);
        ring->count--;
        return true;
    }
    return false;
}

bool ring_put(struct ring *ring, struct fill_event *event)
{
    if (ring->count == RING_SIZE && !make_room(ring)) return false;
    INVARIANT(ring->count < RING_SIZE);
    *at(ring, ring->count++) = event;
    return true;
}

struct fill_event *ring_take(struct ring *ring)
{
    if (ring->count == 0) return NULL;
    struct fill_event *event = *at(ring, 0);
    ring->first = (ring->first + 1) % RING_SIZE;
    ring->count--;
    return event;
}

void ring_clear(struct ring *ring)
{
    struct fill_event *event;
    while ((event = ring_take(ring))) fill_event_free(event);
}
