#include "filling.h"
#include "blank_commands.h"
#include "condition_line.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "living.h"
#include "record.h"
#include "timeline.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/document/wishes.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"
#include "ui/prose/spell.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <math.h>
#include <string.h>

enum {
    WHOLE = 1024 * 1024,             /* larger drafts are sent as excerpts */
    MOST_EXCERPT = 32 * 1024 * 1024, /* and larger excerpts are refused */
    MOST_TRACE = 4 * 1024 * 1024
};

/* ---- the job's text ---------------------------------------------------------------------------------- */

struct excerpt {
    struct buffer text;
    struct fill_blank *blanks;
    size_t count;
    uint32_t about;  /* a blank that is not filled, or 0 */
    size_t about_at; /* where its words begin */
};

static bool is_wanted(uint32_t id, const uint32_t *blanks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (blanks[i] == id) return true;
    return false;
}

/* "the [[8]] castle" should stay "the castle". */
static size_t skip_space(const struct doc *doc, const struct buffer *out, size_t at)
{
    bool space_before = out->size == 0 || out->data[out->size - 1] == ' ' || out->data[out->size - 1] == '\n';
    return space_before && text_byte(doc->text, at) == ' ' ? at + 1 : at;
}

/* A blank that is not filled now: its proposal, else its words, else nothing. */
static bool append_other(const struct doc *doc, const struct text_blank *b, struct buffer *out, size_t *next)
{
    const struct proposal *p = proposal_find(doc, b->id);
    *next = b->end;
    if (p && !p->job && p->count) {
        const struct buffer *words = &p->candidates[p->chosen].words.text;
        return !words->size || buffer_append(out, words->data, words->size);
    }
    if (!doc_blank_is_markup(doc, b)) return text_append_to(doc->text, b->start, b->end, out);
    *next = skip_space(doc, out, b->end);
    return true;
}

static bool append_wanted(const struct doc *doc, const struct text_blank *b, struct excerpt *e)
{
    struct fill_blank *f = &e->blanks[e->count++];
    *f = (struct fill_blank){.start = e->text.size, .min = b->min, .max = b->max};
    /* Old words in a blank are hidden from the model, but their typography counts for the dialect. */
    if (!doc_blank_is_markup(doc, b) && !text_append_to(doc->text, b->start, b->end, &e->text)) return false;
    f->end = e->text.size;
    return true;
}

static bool build(const struct doc *doc, const uint32_t *wanted, size_t count, size_t from, size_t to,
                  struct excerpt *e)
{
    size_t at = from, blanks = text_blank_count(doc->text);
    e->blanks = mem_alloc_array(count ? count : 1, sizeof *e->blanks);
    if (!e->blanks) return false;
    for (size_t i = 0; i < blanks; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < at || b.end > to) continue;
        if (!text_append_to(doc->text, at, b.start, &e->text)) return false;
        size_t next = b.end;
        if (b.id == e->about) e->about_at = e->text.size;
        if (is_wanted(b.id, wanted, count) ? !append_wanted(doc, &b, e)
                                           : !append_other(doc, &b, &e->text, &next))
            return false;
        at = next;
    }
    return text_append_to(doc->text, at < to ? at : to, to, &e->text);
}

static void choose_range(const struct doc *doc, const uint32_t *wanted, size_t count, size_t *from,
                         size_t *to)
{
    struct text_blank first, last;
    *from = 0;
    *to = text_size(doc->text);
    if (*to <= WHOLE || !text_blank_get(doc->text, wanted[0], &first) ||
        !text_blank_get(doc->text, wanted[count - 1], &last))
        return;
    if (first.start > FILL_EXCERPT) *from = text_this_line_start(doc->text, first.start - FILL_EXCERPT);
    if (first.start - *from > WHOLE) *from = first.start - WHOLE; /* a single very long line */
    if (*to - last.end > FILL_EXCERPT) *to = last.end + FILL_EXCERPT;
}

bool filling_text(const struct doc *doc, uint32_t blank, size_t *at, struct buffer *out)
{
    struct excerpt e = {.about = blank, .about_at = SIZE_MAX};
    size_t from, to;
    choose_range(doc, &blank, 1, &from, &to);
    bool done = build(doc, NULL, 0, from, to, &e) && e.about_at != SIZE_MAX &&
                buffer_append(out, e.text.data ? e.text.data : "", e.text.size);
    *at = e.about_at;
    buffer_free(&e.text);
    mem_free(e.blanks);
    return done;
}

/* ---- jobs ---------------------------------------------------------------------------------------------- */

struct job *filling_find(struct filling *filling, uint64_t id)
{
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id == id) return &filling->jobs[i];
    return NULL;
}

/* `voice`: a folder to be mixed in; NULL: none. */
static struct fill_worker *open_worker(const struct settings *settings, const char *folder, const char *voice,
                                       struct error *error)
{
    struct fill_worker_options how = {.model_folder = folder,
                                      .voice_folder = voice,
                                      .voice_weight = settings->voice_weight,
                                      .precision = (enum sedd_precision)settings->precision,
                                      .threads = settings->threads,
                                      .niceness = 10,
                                      .record = MOST_TRACE};
    return fill_worker_new(&how, error);
}

struct fill_worker *filling_open(const struct ui *ui, const char *model, struct error *error)
{
    char *folder = ui->options->find_model(model, error);
    struct fill_worker *worker = folder ? open_worker(ui->settings, folder, NULL, error) : NULL;
    mem_free(folder);
    return worker;
}

/* The model of the settings, with the voice. */
static void open_own(struct ui *ui, struct error *error)
{
    const struct settings *s = ui->settings;
    bool wants_voice = *s->voice && s->voice_weight > 0;
    char *folder = ui->options->find_model(s->model, error);
    char *voice = folder && wants_voice ? ui->options->find_model(s->voice, error) : NULL;
    if (folder && (voice || !wants_voice)) ui->filling->worker = open_worker(s, folder, voice, error);
    mem_free(voice);
    mem_free(ui->filling->folder);
    ui->filling->folder = folder;
    ui->filling->model_hash = 0;
}

struct fill_worker *filling_worker(struct ui *ui)
{
    struct error error = {0};
    if (!ui->filling->worker) open_own(ui, &error);
    if (!ui->filling->worker) ui_complain(ui->message, "%s", error.message);
    return ui->filling->worker;
}

/* A proposal for each blank, with room for the new words. */
static bool prepare(struct doc *doc, const struct job *job, const struct filling_how *how)
{
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_make(doc, job->blanks[i]);
        struct candidate *c = p ? proposal_add(p, job->seed) : NULL;
        if (!c) return false;
        p->job = job->id;
        c->method = how->method;
        c->steps = how->steps;
        c->alone = job->count == 1 && !how->pin_count;
    }
    return true;
}

struct filling_how filling_how(const struct settings *settings, uint64_t seed)
{
    return (struct filling_how){.seed = seed,
                                .method = (enum sedd_method)settings->sampler,
                                .steps = settings->steps,
                                .candidates = 1};
}

static void set_options(const struct settings *settings, const struct filling_how *how,
                        struct fill_options *out)
{
    *out = fill_options_default();
    out->method = how->method;
    out->steps = how->steps;
    out->temperature = settings->temperature;
    out->top_p = settings->top_p > 0 ? settings->top_p : FILL_SUGGESTED;
    out->seed = how->seed;
    out->candidates = how->candidates;
    if (!settings->real_words) return;
    snprintf(out->dictionary, sizeof out->dictionary, "auto");
    spell_language(settings, out->language);
}

/* The writer's conditions on blanks. */
struct asked {
    struct condition_line *lines;
    struct fill_conditions *list;
};

static void free_asked(struct asked *asked)
{
    mem_free(asked->lines);
    mem_free(asked->list);
}

/* The lines are valid: they were checked when they were entered. False: no memory. */
static bool find_asked(const struct doc *doc, const uint32_t *blanks, size_t count, struct asked *out)
{
    bool any = false;
    *out = (struct asked){0};
    for (size_t i = 0; i < count; i++) any = any || *wish_of(doc, blanks[i]);
    if (!any) return true;
    out->lines = mem_zalloc_array(count, sizeof *out->lines);
    out->list = mem_zalloc_array(count, sizeof *out->list);
    for (size_t i = 0; out->lines && out->list && i < count; i++)
        if (!condition_line_parse(wish_of(doc, blanks[i]), &out->lines[i], NULL))
            out->list[i] = out->lines[i].conditions;
    return out->lines && out->list;
}

uint64_t filling_ask(const struct settings *settings, struct fill_worker *worker, const struct doc *doc,
                     const uint32_t *blanks, size_t count, const struct filling_how *how, struct error *error)
{
    size_t from, to;
    choose_range(doc, blanks, count, &from, &to);
    if (to - from > MOST_EXCERPT) {
        error_set(error, STATUS_LIMIT, "these blanks are too far apart for one job: fill them one by one");
        return 0;
    }
    struct excerpt e = {0};
    struct asked asked;
    uint64_t id = 0;
    if (!find_asked(doc, blanks, count, &asked) || !build(doc, blanks, count, from, to, &e)) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory to fill");
    } else {
        for (size_t i = 0; how->lengths && i < e.count; i++)
            if (how->lengths[i]) e.blanks[i].min = e.blanks[i].max = how->lengths[i];
        if (how->length && e.count) e.blanks[0].min = e.blanks[0].max = how->length;
        struct fill_job ask = {.text = {e.text.data ? e.text.data : "", e.text.size},
                               .blanks = e.blanks,
                               .count = e.count,
                               .pins = how->pins,
                               .pin_count = how->pin_count,
                               .conditions = how->conditions ? how->conditions : asked.list,
                               .held = how->held};
        set_options(settings, how, &ask.options);
        id = fill_worker_submit(worker, &ask, error);
    }
    buffer_free(&e.text);
    mem_free(e.blanks);
    free_asked(&asked);
    return id;
}

bool filling_submit_so(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count,
                       const struct filling_how *how)
{
    struct error error = {0};
    struct job *job = filling_find(ui->filling, 0);
    if (!count || !filling_worker(ui)) return false;
    if (!job) return ui_complain(ui->message, "too many fills are waiting"), false;
    struct job new = {
        .doc = doc, .count = count, .seed = how->seed, .blanks = mem_alloc_array(count, sizeof *blanks)};
    if (!new.blanks) return ui_complain(ui->message, "not enough memory to fill"), false;
    memcpy(new.blanks, blanks, count * sizeof *blanks);
    new.id = filling_ask(ui->settings, ui->filling->worker, doc, new.blanks, count, how, &error);
    if (!new.id) {
        mem_free(new.blanks);
        return ui_complain(ui->message, "%s", error.message), false;
    }
    ui->filling->next_seed = (ui->filling->next_seed + 1) % FILL_SEED_LIMIT;
    new.version = text_version(doc->text);
    new.fixed = how->conditions != NULL;
    *job = new;
    if (ui->filling->held) fill_worker_pause(ui->filling->worker, job->id, true);
    if (!prepare(doc, job, how)) filling_cancel(ui->filling, ui->picture, job->id);
    ui->picture->stale = true;
    return true;
}

bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count)
{
    struct filling_how how = filling_how(ui->settings, ui->filling->next_seed);
    return filling_submit_so(ui, doc, blanks, count, &how);
}

bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count)
{
    struct filling_how how = filling_how(ui->settings, ui->filling->next_seed);
    how.length = length;
    how.pins = pins;
    how.pin_count = pin_count;
    return filling_submit_so(ui, doc, &blank, 1, &how);
}

static void end_job(struct filling *filling, struct job *job)
{
    mem_free(job->blanks);
    *job = (struct job){0};
    if (!filling_current(filling)) filling->held = false, filling->due = 0;
}

/* Removes the unfinished candidates of a job. */
static void withdraw(struct picture *picture, struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_find(job->doc, job->blanks[i]);
        if (p && p->job == job->id) proposal_drop_last(job->doc, p);
    }
    picture->stale = true;
}

/* The screen forgets the job now; the worker's last event for it has no effect. */
void filling_cancel(struct filling *filling, struct picture *picture, uint64_t id)
{
    struct job *job = id ? filling_find(filling, id) : NULL;
    if (!job) return;
    fill_worker_cancel(filling->worker, id);
    withdraw(picture, job);
    end_job(filling, job);
}

bool filling_cancel_all(struct filling *filling, struct picture *picture, const struct doc *doc)
{
    bool any = false;
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id && (!doc || filling->jobs[i].doc == doc)) {
            filling_cancel(filling, picture, filling->jobs[i].id);
            any = true;
        }
    return any;
}

const struct job *filling_current(const struct filling *filling)
{
    const struct job *first = NULL; /* jobs are done in the order of their numbers */
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id && (!first || filling->jobs[i].id < first->id)) first = &filling->jobs[i];
    return first;
}

void filling_touch(struct ui *ui, struct doc *doc, size_t start, size_t end)
{
    size_t count = doc->proposal_count ? text_blank_count(doc->text) : 0;
    for (size_t i = 0; i < count; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start > end) return;
        bool inside = start == end ? b.start < start && start < b.end : b.start < end && start < b.end;
        const struct proposal *p = inside ? proposal_find(doc, b.id) : NULL;
        if (p && p->job) filling_cancel(ui->filling, ui->picture, p->job);
        if (p) proposal_remove(doc, b.id);
    }
}

const struct doc_watcher filling_watcher = {.before = filling_touch};

/* ---- reporting that it is still running ---------------------------------------------------------------- */

static void still_filling(const struct ui_keymap *keymap, char *out, size_t size)
{
    char key[UI_SEQUENCE_NAME];
    ui_keymap_keys(keymap, "cancel", UI_EDIT, key);
    snprintf(out, size, *key ? "still filling; %s stops" : "still filling%s", key);
}

void filling_say(struct ui *ui)
{
    char words[UI_SEQUENCE_NAME + 64];
    still_filling(ui->keymap, words, sizeof words);
    ui_say(ui->message, "%s", words);
    ui->filling->told_over_at = 0;
}

/* The message on the bottom line is no longer true. */
static void unsay(struct ui *ui)
{
    char words[UI_SEQUENCE_NAME + 64];
    still_filling(ui->keymap, words, sizeof words);
    if (filling_current(ui->filling) || strcmp(ui->message->text, words) != 0) return;
    ui->message->text[0] = '\0';
    ui->filling->told = ui->typed->acts;
    ui->filling->told_over_at = clock_seconds();
}

bool filling_too_late(struct ui *ui)
{
    /* seconds: a key pressed this soon was meant for the fill that has just ended */
    const double unseen = 0.5;
    bool late = ui->filling->told_over_at > 0 && ui->filling->told + 1 == ui->typed->acts &&
                clock_seconds() < ui->filling->told_over_at + unseen;
    if (late) ui_say(ui->message, "it had just been filled; again discards the proposal");
    return late;
}

/* ---- events -------------------------------------------------------------------------------------------- */

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
            p->candidates[p->count - 1].score = best->score;
            p->candidates[p->count - 1].drawn = best->drawn;
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
    ui_keymap_keys(ui->keymap, "next-blank", UI_EDIT, key);
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
                              .score = from->score,
                              .drawn = from->drawn,
                              .number = from->candidate,
                              .seconds = result->seconds,
                              .temperature = result->temperature,
                              .top_p = result->top_p,
                              .method = how->method,
                              .steps = how->steps};
    return view && words_copy(&out->words, &view->text, view->tokens, view->count);
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

static void take_event(struct ui *ui, struct fill_event *event)
{
    struct job *job = event->job ? filling_find(ui->filling, event->job) : NULL;
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
        ui_complain(ui->message, "%s", event->error.message);
        break;
    case FILL_EVENT_CANCELLED:
    case FILL_EVENT_ANSWER: /* questions belong to no blank */
        break;
    }
    withdraw(ui->picture, job); /* removes candidates that are still unfinished, if any */
    end_job(ui->filling, job);
    unsay(ui);
}

/* ---- pace ---------------------------------------------------------------------------------------------- */

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
        take_event(ui, event);
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
    take_event(ui, first->event);
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

void filling_hold(struct filling *filling, bool held)
{
    filling->held = held;
    filling->due = 0;
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id) fill_worker_pause(filling->worker, filling->jobs[i].id, held);
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

/* Read from config.json, so the model need not be loaded. Without it, no blank is too long. */
uint32_t filling_most_tokens(struct ui *ui)
{
    struct sedd_config config;
    if (ui->filling->most_tokens) return ui->filling->most_tokens;
    char *folder = ui->options->find_model(ui->settings->model, NULL);
    bool known = folder && !sedd_config_load(folder, &config, NULL);
    ui->filling->most_tokens = known ? config.length : UINT32_MAX;
    mem_free(folder);
    return ui->filling->most_tokens;
}

void filling_close(struct ui *ui)
{
    ui->filling->most_tokens = 0; /* the next model may have another limit */
    timeline_close(ui);
    filling_cancel_all(ui->filling, ui->picture, NULL);
    filling_hurry(ui);
    fill_worker_free(ui->filling->worker);
    ui->filling->worker = NULL;
    mem_free(ui->filling->folder);
    ui->filling->folder = NULL;
}
