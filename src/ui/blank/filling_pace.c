#include "filling_pace.h"
#include "filling.h"
#include "filling_events.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "timeline.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <math.h>

/* A small model does all its steps faster than the eye can see one. So steps are taken from the worker as
 * they come and shown at a visible pace. */

struct waiting {
    struct fill_event *event;
    struct waiting *next;
};

/* The shown part of a job: the states of its first candidate. */
static bool is_paced(const struct fill_event *event)
{
    return event->candidate == 0 && (event->kind == FILL_EVENT_STEP || event->kind == FILL_EVENT_WINDOW);
}

/* Whether the event counts as a step: not the masks before the first step, but the end, which makes the
 * proposal. */
static bool is_step(const struct fill_event *event)
{
    return event->kind == FILL_EVENT_DONE || (is_paced(event) && event->kind == FILL_EVENT_STEP);
}

/* A paced step, and the end of a job, wait until the previous state was shown long enough. */
static bool waits(const struct filling *filling, const struct fill_event *event, double now)
{
    if (!is_paced(event) && event->kind != FILL_EVENT_DONE) return false;
    return filling->held ? is_step(event) && !filling->due : now < filling->next_step;
}

/* The newest words of a job, before they are shown: masks are as wide as these. */
static void note_coming(struct filling *filling, const struct fill_event *event)
{
    struct job *job = event->job ? filling_find(filling, event->job) : NULL;
    const struct fill_candidate *best =
        event->result && event->result->count ? &event->result->candidates[0] : NULL;
    const struct fill_view *views = best ? best->blanks : event->blanks;
    size_t count = best ? best->count : event->blank_count;
    if (!job || event->candidate) return;
    for (size_t i = 0; i < count; i++) {
        struct proposal *p =
            views[i].blank < job->count ? proposal_find(job->doc, job->blanks[views[i].blank]) : NULL;
        if (!p || p->job != job->id || !p->count) continue;
        /* If memory runs out the masks keep their width. */
        bool copied =
            words_copy(&p->candidates[p->count - 1].coming, &views[i].text, views[i].tokens, views[i].count);
        (void)copied;
    }
}

static void add_waiting(struct ui *ui, struct fill_event *event)
{
    note_coming(ui->filling, event);
    struct waiting *last = mem_alloc(sizeof *last);
    if (!last) { /* without memory the event is shown at once */
        filling_take(ui, event);
        fill_event_free(event);
        return;
    }
    *last = (struct waiting){event, NULL};
    if (ui->filling->waiting)
        ui->filling->last_waiting->next = last;
    else
        ui->filling->waiting = last;
    ui->filling->last_waiting = last;
}

static void take_first(struct ui *ui)
{
    struct waiting *first = ui->filling->waiting;
    ui->filling->waiting = first->next;
    filling_take(ui, first->event);
    fill_event_free(first->event);
    mem_free(first);
    ui->picture->stale = true;
}

void filling_tell(struct filling *filling, filling_taker *taker)
{
    if (filling->taker_count < ARRAY_SIZE(filling->takers)) filling->takers[filling->taker_count++] = taker;
}

/* Other rooms' requests to the worker do not wait for the pace. */
static bool others_take(struct ui *ui, struct fill_event *event)
{
    if (!event->job || filling_find(ui->filling, event->job)) return false;
    bool taken = false;
    for (size_t i = 0; !taken && i < ui->filling->taker_count; i++) taken = ui->filling->takers[i](ui, event);
    fill_event_free(event);
    return true;
}

void filling_events(struct ui *ui)
{
    struct fill_event *event;
    double now = clock_seconds();
    while (ui->filling->worker && fill_worker_poll(ui->filling->worker, &event))
        if (!others_take(ui, event)) add_waiting(ui, event);
    while (ui->filling->waiting) {
        event = ui->filling->waiting->event;
        bool known = filling_find(ui->filling, event->job) && event->job, paced = known && is_paced(event);
        if (known && waits(ui->filling, event, now)) return;
        if (known && ui->filling->due && is_step(event)) ui->filling->due--;
        take_first(ui);
        /* With `plain` no step is shown that would need the time. */
        if (paced && !ui->settings->plain) ui->filling->next_step = now + ui->settings->pace / 1000.0;
    }
}

/* ---- held ---------------------------------------------------------------------------------------------- */

bool filling_holds_up(struct ui *ui)
{
    char key[UI_SEQUENCE_NAME];
    if (!ui->filling->held) return false;
    ui_keymap_key_or_name(ui->keymap, "hold", UI_EDIT, key);
    ui_say(ui->message, "a fill is held, and this would wait for it: %s goes on", key);
    return true;
}

void filling_hand_over(struct filling *filling, uint64_t job)
{
    filling->held = false;
    filling->due = 0;
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id && filling->jobs[i].id != job)
            fill_worker_pause(filling->worker, filling->jobs[i].id, false);
}

void filling_single(struct filling *filling)
{
    const struct job *job = filling_current(filling);
    if (!job) return;
    filling->due++;
    for (const struct waiting *w = filling->waiting; w; w = w->next)
        if (is_step(w->event)) return;
    fill_worker_single(filling->worker, job->id);
}

void filling_changed_pace(struct filling *filling, int pace)
{
    double soonest = clock_seconds() + pace / 1000.0;
    if (filling->next_step > soonest) filling->next_step = soonest;
}

void filling_hurry(struct ui *ui)
{
    while (ui->filling->waiting) take_first(ui);
    ui->filling->next_step = 0;
}

int filling_timeout(const struct filling *filling)
{
    if (!filling->waiting || (filling->held && !filling->due)) return -1;
    double left = filling->next_step - clock_seconds();
    return left > 0 ? (int)ceil(1000 * left) : 0;
}

void filling_close(struct ui *ui)
{
    ui->filling->most_tokens = 0; /* the next model may have another limit */
    timeline_close(ui);
    filling_cancel_all(ui->filling, ui->picture, NULL);
    filling_hurry(ui);
    fill_worker_free(ui->filling->worker);
    ui->filling->worker = NULL;
    ui->filling->spare.on = false; /* the next worker does not know */
    mem_free(ui->filling->folder);
    ui->filling->folder = NULL;
}
