#include "beside.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_pace.h"
#include "ui/document/document.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <math.h>
#include <string.h>

/* ---- beginning and end --------------------------------------------------------------------------------- */

static void end_run(struct beside_run *run)
{
    if (run->job && !run->own) fill_worker_cancel(run->worker, run->job);
    fill_worker_free(run->own);
    candidate_free(&run->candidate);
    *run = (struct beside_run){0};
}

void beside_close(struct beside *b, struct picture *picture)
{
    for (size_t i = 0; i < b->count; i++) end_run(&b->runs[i]);
    *b = (struct beside){0};
    picture->stale = true;
}

static bool begin_run(struct ui *ui, struct beside_run *run, const struct beside_plan *plan,
                      struct error *error)
{
    struct beside *b = ui->beside;
    *run = (struct beside_run){.swap = plan->swap};
    snprintf(run->label, sizeof run->label, "%s", plan->label);
    run->candidate = (struct candidate){.seed = plan->how.seed,
                                        .method = plan->how.method,
                                        .steps = plan->how.steps,
                                        .alone = !plan->swap.step};
    if (plan->model) run->own = filling_open(ui, plan->model, error);
    run->worker = plan->model ? run->own : ui->filling->worker;
    if (!run->worker) return false;
    run->job = filling_ask(ui->settings, run->worker, b->doc, &b->blank, 1, &plan->how, error);
    return run->job;
}

bool beside_open(struct ui *ui, uint32_t blank, const struct beside_plan *plans, size_t count)
{
    struct beside *b = ui->beside;
    struct error error = {0};
    if (!filling_worker(ui) || filling_holds_up(ui)) return false;
    beside_close(ui->beside, ui->picture);
    *b = (struct beside){.active = true, .doc = ui->doc, .blank = blank};
    /* With `plain`, nothing is animated. */
    b->at_end = ui->settings->plain;
    b->plays = !b->at_end;
    for (size_t i = 0; i < count; i++) {
        bool begun = begin_run(ui, &b->runs[b->count++], &plans[i], &error);
        if (begun) continue;
        beside_close(ui->beside, ui->picture);
        return ui_complain(ui->message, "%s", error.message), false;
    }
    return true;
}

/* ---- events -------------------------------------------------------------------------------------------- */

static struct beside_run *run_of(struct beside *b, const struct fill_worker *worker, uint64_t job)
{
    for (size_t i = 0; job && i < b->count; i++)
        if (b->runs[i].worker == worker && b->runs[i].job == job) return &b->runs[i];
    return NULL;
}

/* Single-steps a paused run up to the draw that is swapped, then pins the other tokens and lets it continue. */
static void steer(struct beside_run *run, uint32_t step)
{
    struct swap *swap = &run->swap;
    if (!swap->step || swap->done) return;
    if (step < swap->after) {
        fill_worker_single(run->worker, run->job);
        return;
    }
    swap->done = true;
    for (uint32_t i = 0; i < swap->count; i++)
        (void)fill_worker_pin(run->worker, run->job, 0, 0, swap->index + i, swap->ids[i]);
    fill_worker_pause(run->worker, run->job, false);
}

static bool same_tokens(const struct words *a, const struct fill_view *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < b->count; i++) same = a->tokens[i].id == b->tokens[i].id;
    return same;
}

/* A pin causes another event of the same step. It replaces the last moment, so that the n-th moment of every run
 * belongs to step n; or, pinned before its step, is not shown yet. */
static void take_view(struct beside_run *run, const struct fill_view *view, uint32_t step, double sigma_bar)
{
    struct candidate *c = &run->candidate;
    struct moment *last = c->moment_count ? &c->moments[c->moment_count - 1] : NULL;
    if (!words_copy(&c->words, &view->text, view->tokens, view->count)) return;
    bool early = run->swap.done && run->swap.after < run->swap.step && step == run->swap.after;
    if (last && last->step == step &&
        (early || words_copy(&last->words, &view->text, view->tokens, view->count)))
        return;
    moments_add(c, step, run->steps, sigma_bar);
}

static void take_step(struct beside_run *run, const struct fill_event *event)
{
    if (event->candidate) return;
    run->step = event->step;
    run->steps = event->steps;
    if (event->blank_count) take_view(run, &event->blanks[0], event->step, event->sigma_bar);
    steer(run, event->step);
}

static void take_result(struct beside_run *run, const struct fill_event *event)
{
    const struct fill_result *result = event->result;
    struct candidate *c = &run->candidate;
    run->job = 0;
    if (!result || !result->count || !result->candidates[0].count) return;
    if (!same_tokens(&c->words, &result->candidates[0].blanks[0]))
        take_view(run, &result->candidates[0].blanks[0], run->step, NAN);
    candidate_rate(c);
    c->seconds = result->seconds;
    c->temperature = result->temperature;
    c->top_p = result->top_p;
}

static bool take(struct beside *b, const struct fill_worker *worker, struct fill_event *event)
{
    struct beside_run *run = run_of(b, worker, event->job);
    if (!run) return false;
    switch (event->kind) {
    case FILL_EVENT_WINDOW:
    case FILL_EVENT_STEP:
        take_step(run, event);
        break;
    case FILL_EVENT_DONE:
        take_result(run, event);
        break;
    case FILL_EVENT_FAILED:
        snprintf(run->trouble, sizeof run->trouble, "%.150s", event->error.message);
        run->job = 0;
        break;
    case FILL_EVENT_CANCELLED:
        run->job = 0;
        break;
    default:
        break;
    }
    return true;
}

bool beside_take(struct ui *ui, struct fill_event *event)
{
    return take(ui->beside, ui->filling->worker, event);
}

void beside_events(struct beside *b)
{
    struct fill_event *event;
    for (size_t i = 0; i < b->count; i++)
        while (b->runs[i].own && fill_worker_poll(b->runs[i].own, &event)) {
            (void)take(b, b->runs[i].own, event);
            fill_event_free(event);
        }
}

int beside_fds(const struct beside *beside, int fds[BESIDE_MOST])
{
    int count = 0;
    for (size_t i = 0; i < beside->count; i++)
        if (beside->runs[i].own) fds[count++] = fill_worker_fd(beside->runs[i].own);
    return count;
}

/* ---- the shown moments --------------------------------------------------------------------------------- */

size_t beside_last(const struct beside *beside)
{
    size_t last = 0;
    for (size_t i = 0; i < beside->count; i++)
        if (beside->runs[i].candidate.moment_count > last + 1)
            last = beside->runs[i].candidate.moment_count - 1;
    return last;
}

const struct moment *beside_moment(const struct beside *beside, size_t run)
{
    const struct candidate *c = &beside->runs[run].candidate;
    if (!c->moment_count) return NULL;
    return &c->moments[beside->at < c->moment_count ? beside->at : c->moment_count - 1];
}

static bool was_swapped(const struct swap *swap, uint32_t token)
{
    return swap->step && token >= swap->index && token < swap->index + swap->count;
}

static bool differ(const struct words *a, const struct words *b, const struct swap *swap)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (!was_swapped(swap, i) && a->tokens[i].id != b->tokens[i].id) return true;
    return false;
}

size_t beside_parts(const struct beside *beside, size_t run)
{
    const struct candidate *a = &beside->runs[0].candidate, *b = &beside->runs[run].candidate;
    size_t count = a->moment_count < b->moment_count ? a->moment_count : b->moment_count;
    for (size_t i = 0; i < count; i++) {
        if (a->moments[i].words.count != b->moments[i].words.count) return SIZE_MAX;
        if (differ(&a->moments[i].words, &b->moments[i].words, &beside->runs[run].swap)) return i;
    }
    return SIZE_MAX;
}

void beside_go(struct beside *beside, size_t moment)
{
    size_t last = beside_last(beside);
    beside->plays = beside->at_end = false;
    beside->at = moment < last ? moment : last;
}

/* Whether every run has its next moment or has ended, and there is a next moment at all. */
static bool can_go_on(const struct beside *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->runs[i].job && b->runs[i].candidate.moment_count <= b->at + 1) return false;
    return b->at < beside_last(b);
}

bool beside_runs(const struct beside *beside)
{
    for (size_t i = 0; i < beside->count; i++)
        if (beside->runs[i].job) return true;
    return beside->plays && can_go_on(beside);
}

int beside_timeout(const struct beside *beside)
{
    if (!beside->active || !beside->plays || !can_go_on(beside)) return -1;
    double left = beside->play_at - clock_seconds();
    return left > 0 ? (int)ceil(1000 * left) : 0;
}

void beside_tick(struct beside *b, struct settings *settings)
{
    if (b->at_end && !beside_runs(b)) {
        b->at_end = false;
        b->at = beside_last(b);
    }
    if (beside_timeout(b) != 0) return;
    b->at++;
    b->play_at = clock_seconds() + settings->pace / 1000.0;
}
