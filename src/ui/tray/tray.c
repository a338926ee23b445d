#include "tray.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "meets.h"
#include "tied.h"
#include "ui/blank/condition_commands.h"
#include "ui/blank/context.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_events.h"
#include "ui/blank/filling_say.h"
#include "ui/blank/proposal_commands.h"
#include "ui/blank/timeline.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* ---- the proposal -------------------------------------------------------------------------------------- */

static struct proposal *living(const struct doc *doc, uint32_t blank)
{
    struct text_blank b;
    return blank && text_blank_get(doc->text, blank, &b) ? proposal_find(doc, blank) : NULL;
}

struct proposal *tray_proposal(const struct doc *doc)
{
    return living(doc, doc->focus);
}

struct proposal *tray_needed(struct ui *ui)
{
    struct proposal *p = tray_proposal(ui->doc);
    if (p && !p->job && p->count) return p;
    if (p)
        filling_say(ui);
    else
        proposal_needed(ui);
    return NULL;
}

enum ui_context tray_context(const struct ui *ui)
{
    if (ui->settings->candidates < 2 || ui_context_under(ui) != UI_BLANK) return 0;
    const struct proposal *p = tray_proposal(ui->doc);
    bool more = ui->tray->job && ui->tray->doc == ui->doc && ui->tray->blank == ui->doc->focus;
    return p && (p->count > 1 || more) ? UI_TRAY : 0;
}

bool tray_busy(const struct tray *tray)
{
    return tray->job != 0 || tray->order.asked != 0;
}

/* ---- asking for more ----------------------------------------------------------------------------------- */

static void forget(struct tray *tray)
{
    for (uint32_t i = 0; tray->coming && i < tray->how.candidates; i++) candidate_free(&tray->coming[i]);
    mem_free(tray->coming);
    *tray = (struct tray){.order = tray->order, .met = tray->met};
}

void tray_close(struct ui *ui)
{
    if (ui->tray->job) fill_worker_cancel(ui->filling->worker, ui->tray->job);
    forget(ui->tray);
    order_close(ui);
}

static void ask_for_more(struct ui *ui, struct proposal *p)
{
    struct tray *tray = ui->tray;
    struct error error = {0};
    filling_skip_seeds(ui->filling, ui->doc, &p->blank, 1);
    struct filling_how how = filling_how(ui->settings, ui->filling->next_seed);
    how.candidates = p->wanted;
    *tray = (struct tray){.doc = ui->doc,
                          .blank = p->blank,
                          .how = how,
                          .version = text_version(ui->doc->text),
                          .order = tray->order,
                          .met = tray->met};
    tray->coming = mem_zalloc_array(how.candidates, sizeof *tray->coming);
    struct fill_worker *worker = tray->coming ? filling_worker(ui) : NULL;
    tray->tied_count = blanks_tied(ui->doc, p->blank, tray->tied, TRAY_TIED);
    while (tray->place + 1 < tray->tied_count && tray->tied[tray->place] != p->blank) tray->place++;
    if (worker)
        tray->job = filling_ask(ui->settings, worker, ui->doc, tray->tied, tray->tied_count, &how, &error);
    if (tray->job) {
        ui->filling->next_seed = (ui->filling->next_seed + 1) % FILL_SEED_LIMIT;
        ui->doc->follow = true; /* the rows of the list may cover the cursor */
        return;
    }
    if (error.code) ui_complain(ui->message, "%s", error.message);
    p->wanted = 0; /* do not ask again */
    forget(tray);
}

void tray_more(struct ui *ui, uint32_t count)
{
    struct proposal *p = tray_proposal(ui->doc);
    if (!p) return;
    p->asked = true;
    p->wanted += count;
    if (p->wanted > FILL_MAX_CANDIDATES) p->wanted = FILL_MAX_CANDIDATES;
}

/* Whether the job is no longer wanted. A fill that the writer waits for goes first; the job is submitted
 * again after it. */
static bool nobody_waits(const struct ui *ui)
{
    const struct tray *tray = ui->tray;
    return filling_current(ui->filling) || tray->doc != ui->doc ||
           tray->version != text_version(ui->doc->text) || !living(ui->doc, tray->blank);
}

/* Not while it is still to be found out which is better: the rows would move twice. Nor during a question, which may ask
 * for a number of the list. */
static void rank(struct ui *ui, struct proposal *p)
{
    struct timeline *t = ui->timeline;
    if (order_comes(ui, p) || ui->prompt->active) return;
    bool shown = t->active && t->doc == ui->doc && t->blank == p->blank && t->candidate == p->chosen;
    if (!proposal_rank(p)) return;
    if (shown) t->candidate = p->chosen;
    ui->picture->stale = true;
}

void tray_update(struct ui *ui)
{
    uint32_t candidates = (uint32_t)ui->settings->candidates;
    if (ui->tray->job && nobody_waits(ui)) tray_close(ui);
    struct proposal *p = tray_proposal(ui->doc);
    if (candidates < 2 || !p || p->job || !p->count) return;
    tied_follow(ui->doc, p);
    meets_update(ui, p);
    if (!ui->tray->job) order_update(ui, p);
    rank(ui, p);
    if (!p->asked) tray_more(ui, p->count < candidates ? candidates - (uint32_t)p->count : 0);
    if (p->wanted && !ui->tray->job && !filling_current(ui->filling)) ask_for_more(ui, p);
}

/* ---- events of the job --------------------------------------------------------------------------------- */

static void take_step(struct tray *tray, const struct fill_event *event)
{
    if (event->candidate >= tray->how.candidates) return;
    struct candidate *c = &tray->coming[event->candidate];
    for (size_t i = 0; i < event->blank_count; i++) {
        const struct fill_view *view = &event->blanks[i];
        if (view->blank == tray->place && words_copy(&c->words, &view->text, view->tokens, view->count))
            moments_add(c, event->step, event->steps, event->sigma_bar);
    }
}

static bool is_there(const struct proposal *p, const struct buffer *text)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct buffer *other = &p->candidates[i].words.text;
        if (other->size == text->size && (!text->size || memcmp(other->data, text->data, text->size) == 0))
            return true;
    }
    return false;
}

/* The last step of a candidate is its final state, after words were drawn again. */
static void take_steps(struct candidate *c, struct candidate *coming)
{
    c->moments = coming->moments;
    c->moment_count = coming->moment_count;
    c->moment_capacity = coming->moment_capacity;
    coming->moments = NULL;
    coming->moment_count = coming->moment_capacity = 0;
    const struct moment *last = c->moment_count ? &c->moments[c->moment_count - 1] : NULL;
    if (!last || last->words.text.size != c->words.text.size ||
        (c->words.text.size && memcmp(last->words.text.data, c->words.text.data, c->words.text.size) != 0))
        moments_add(c, last ? last->step : 0, last ? last->steps : 0, last ? last->sigma_bar : 0);
}

/* Adds a candidate to the proposal for blank number `place` of the job. */
static void add_candidate(const struct tray *tray, struct proposal *p, size_t place,
                          const struct fill_result *result, const struct fill_candidate *from,
                          struct trace *trace)
{
    struct candidate made;
    size_t chosen = p->chosen;
    if (from->candidate >= tray->how.candidates) return;
    if (!filling_candidate(result, from, place, &tray->how, &made) || is_there(p, &made.words.text)) {
        candidate_free(&made);
        return;
    }
    struct candidate *new = proposal_add(p, made.seed);
    p->chosen = chosen;
    if (!new) {
        candidate_free(&made);
        return;
    }
    *new = made;
    new->alone = tray->tied_count == 1;
    new->place = (uint32_t)place;
    new->trace = trace;
    if (trace) trace->users++;
    if (place == tray->place)
        take_steps(new, &tray->coming[from->candidate]);
    else
        moments_add(new, 0, 0, 0); /* the steps of other blanks are not followed */
}

/* Tied blanks get the same candidates; one that has no proposal yet gets none. */
static void add_candidates(const struct tray *tray, const struct fill_result *result, struct trace *trace)
{
    for (size_t place = 0; place < tray->tied_count; place++) {
        struct proposal *p = living(tray->doc, tray->tied[place]);
        if (!p || p->job || !p->count) continue;
        for (size_t i = 0; i < result->count; i++)
            add_candidate(tray, p, place, result, &result->candidates[i], trace);
    }
}

static void take_result(struct ui *ui, struct fill_event *event)
{
    const struct fill_result *result = event->result;
    struct proposal *p = living(ui->tray->doc, ui->tray->blank);
    if (!p || p->job || !result) return;
    size_t before = p->count;
    struct trace *trace = filling_trace(ui, ui->tray->doc, event);
    add_candidates(ui->tray, result, trace);
    trace_release(trace);
    p->wanted = 0;
    if (p->count == before) ui_say(ui->message, "no new proposal: all that were drawn are listed already");
    kept_note(ui->tray->doc);
    ui->doc->follow = true;
    ui->picture->stale = true;
}

bool tray_take(struct ui *ui, struct fill_event *event)
{
    struct tray *tray = ui->tray;
    if (order_take(ui, event)) return true;
    if (!tray->job || event->job != tray->job) return false;
    switch (event->kind) {
    case FILL_EVENT_WINDOW:
    case FILL_EVENT_STEP:
        take_step(tray, event);
        return true;
    case FILL_EVENT_LOADING:
    case FILL_EVENT_READY:
        return true;
    case FILL_EVENT_DONE:
        take_result(ui, event);
        break;
    case FILL_EVENT_FAILED: {
        struct proposal *p = living(tray->doc, tray->blank);
        if (p) p->wanted = 0;
        filling_complain(ui->message, event->error.message);
        break;
    }
    case FILL_EVENT_CANCELLED:
    case FILL_EVENT_ANSWER:
        break;
    }
    forget(tray);
    return true;
}
