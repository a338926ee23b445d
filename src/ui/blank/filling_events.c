#include "filling_events.h"
#include "filling.h"
#include "filling_say.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "living.h"
#include "meant_blank.h"
#include "record.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"

static bool same_words(const struct words *a, const struct fill_view *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < b->count; i++)
        same = a->tokens[i].id == b->tokens[i].id && a->tokens[i].state != FILL_MASKED;
    return same;
}

static void take_view(struct candidate *c, const struct job *job, const struct fill_view *view, bool last)
{
    const struct moment *before = c->moment_count ? &c->moments[c->moment_count - 1] : NULL;
    bool known = (last || job->steps_before) && before && same_words(&before->words, view);
    if (words_copy(&c->words, &view->text, view->tokens, view->count) && !known)
        moments_add(c, job->step, job->steps, job->sigma_bar);
}

static void take_views(struct job *job, const struct fill_view *views, size_t count, bool last)
{
    for (size_t i = 0; i < count; i++) {
        if (views[i].blank >= job->count) continue;
        struct proposal *p = proposal_find(job->doc, job->blanks[views[i].blank]);
        if (p && p->job == job->id && p->count) take_view(&p->candidates[p->count - 1], job, &views[i], last);
    }
}

/* The job's trace, taken from its last event; its creator is the first user. */
static struct trace *take_trace(struct fill_event *event)
{
    struct trace *trace = event->trace.size ? mem_zalloc(sizeof *trace) : NULL;
    if (!trace) return NULL;
    trace->users = 1;
    trace->lines = event->trace;
    event->trace = (struct buffer){0};
    return trace;
}

static bool breathes(const struct job *job)
{
    const struct proposal *p = job->count == 1 ? proposal_find(job->doc, job->blanks[0]) : NULL;
    return p && p->breathes;
}

/* Computed only when something is recorded, because reading a large model takes a moment. */
static uint64_t model_hash(struct filling *filling)
{
    if (!filling->model_hash && filling->folder &&
        fill_model_hash(filling->folder, &filling->model_hash, NULL))
        filling->model_hash = 0;
    return filling->model_hash;
}

struct trace *filling_trace(struct ui *ui, const struct doc *doc, struct fill_event *event)
{
    struct trace *trace = take_trace(event);
    if (trace && record_wanted(ui->settings, doc)) trace->model_hash = model_hash(ui->filling);
    return trace;
}

static void take_result(struct ui *ui, struct job *job, struct fill_event *event)
{
    const struct fill_result *result = event->result;
    if (!result || !result->count) return;
    struct trace *trace = filling_trace(ui, job->doc, event);
    const struct fill_candidate *best = &result->candidates[0];
    take_views(job, best->blanks, best->count, true);
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_find(job->doc, job->blanks[i]);
        if (!p || p->job != job->id) continue;
        p->job = 0;
        if (p->count) {
            p->candidates[p->count - 1].place = (uint32_t)i;
            candidate_rate(&p->candidates[p->count - 1]);
            p->candidates[p->count - 1].seconds = result->seconds;
            p->candidates[p->count - 1].temperature = result->temperature;
            p->candidates[p->count - 1].top_p = result->top_p;
            p->candidates[p->count - 1].trace = trace;
            if (trace) trace->users++;
        }
    }
    trace_release(trace);
    kept_note(job->doc);
    char key[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "next-blank", UI_EDIT, key);
    if (breathes(job)) return; /* it was drawn by itself, so no message */
    /* With the cursor on a proposal, its keys are shown instead. */
    if (!proposal_find(ui->doc, ui->doc->focus) || job->doc != ui->doc)
        ui_say(ui->message, "%zu %s filled in %.1f s: %s goes to the next%s", job->count,
               job->count == 1 ? "blank" : "blanks", result->seconds, key,
               ui->settings->real_words && !*result->dictionary ? " (no dictionary for this text)" : "");
}

bool filling_candidate(const struct fill_result *result, const struct fill_candidate *from, size_t blank,
                       const struct filling_how *how, struct candidate *out)
{
    const struct fill_view *view = blank < from->count ? &from->blanks[blank] : NULL;
    *out = (struct candidate){.seed = how->seed,
                              .number = from->candidate,
                              .seconds = result->seconds,
                              .temperature = result->temperature,
                              .top_p = result->top_p,
                              .method = how->method,
                              .steps = how->steps};
    if (!view || !words_copy(&out->words, &view->text, view->tokens, view->count)) return false;
    candidate_rate(out);
    return true;
}

/* If the cursor was after the blank, it moves to the proposal, unless the writer went on typing. */
static void go_to_result(struct doc *shown, const struct job *job)
{
    struct text_blank b;
    struct doc *doc = job->doc;
    if (doc != shown || job->count != 1 || doc->focus != job->blanks[0]) return;
    if (text_blank_get(doc->text, doc->focus, &b) && doc->cursor > b.start) blank_go_to(shown, &b);
}

static void take_step(struct job *job, const struct fill_event *event)
{
    job->loading = false;
    job->step = job->steps_before + event->step;
    job->steps = job->steps_before + event->steps;
    if (event->steps > event->step || !job->planned) job->planned = job->steps;
    job->window = event->window;
    job->windows = event->windows;
    job->sigma_bar = event->sigma_bar;
    job->ms = event->ms;
    if (event->candidate == 0) take_views(job, event->blanks, event->blank_count, false);
}

void filling_take(struct ui *ui, struct fill_event *event)
{
    struct job *job = event->job ? filling_find(ui->filling, event->job) : NULL;
    if (!job && !event->job && event->kind == FILL_EVENT_FAILED) /* it was asked to load the model */
        ui_complain(ui->message, "%s", event->error.message);
    if (!job) return; /* already cancelled here */
    switch (event->kind) {
    case FILL_EVENT_LOADING:
        job->loading = true;
        return;
    case FILL_EVENT_READY:
        job->loading = false;
        return;
    case FILL_EVENT_WINDOW:
    case FILL_EVENT_STEP:
        take_step(job, event);
        if (event->kind == FILL_EVENT_STEP) living_step(ui, job);
        return;
    case FILL_EVENT_DONE:
        take_result(ui, job, event);
        go_to_result(ui->doc, job);
        break;
    case FILL_EVENT_FAILED:
        filling_complain(ui->message, event->error.message);
        break;
    case FILL_EVENT_CANCELLED:
    case FILL_EVENT_ANSWER: /* questions belong to no blank */
        break;
    }
    filling_end(ui->filling, ui->picture, job); /* what DONE left unfinished goes: nothing if all went well */
    filling_unsay(ui);
}
