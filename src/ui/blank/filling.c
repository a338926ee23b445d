#include "filling.h"
#include "blank_commands.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "record.h"
#include "timeline.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
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
};

static bool is_wanted(uint32_t id, const uint32_t *blanks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (blanks[i] == id) return true;
    return false;
}

/* Of "the [[8]] castle" should stay "the castle". */
static size_t skip_space(const struct doc *doc, const struct buffer *out, size_t at)
{
    bool space_before = out->size == 0 || out->data[out->size - 1] == ' ' || out->data[out->size - 1] == '\n';
    return space_before && text_byte(doc->text, at) == ' ' ? at + 1 : at;
}

/* A blank that is not to be filled now: its proposal, else its words, else nothing. */
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
    /* Words that stand in a blank are hidden from the model, but their typography tells the dialect. */
    if (!doc_blank_is_markup(doc, b) && !text_append_to(doc->text, b->start, b->end, &e->text)) return false;
    f->end = e->text.size;
    return true;
}

static bool build(const struct doc *doc, const uint32_t *wanted, size_t count, size_t from, size_t to,
                  struct excerpt *e)
{
    size_t at = from, blanks = text_blank_count(doc->text);
    e->blanks = mem_alloc_array(count, sizeof *e->blanks);
    if (!e->blanks) return false;
    for (size_t i = 0; i < blanks; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < at || b.end > to) continue;
        if (!text_append_to(doc->text, at, b.start, &e->text)) return false;
        size_t next = b.end;
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
    if (first.start - *from > WHOLE) *from = first.start - WHOLE; /* one endless line */
    if (*to - last.end > FILL_EXCERPT) *to = last.end + FILL_EXCERPT;
}

/* ---- jobs ---------------------------------------------------------------------------------------------- */

struct job *filling_find(struct filling *filling, uint64_t id)
{
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id == id) return &filling->jobs[i];
    return NULL;
}

static bool start_worker(struct ui *ui)
{
    struct error error = {0};
    if (ui->filling->worker) return true;
    char *folder = ui->options->find_model(ui->settings->model, &error);
    struct fill_worker_options how = {.model_folder = folder,
                                      .precision = (enum sedd_precision)ui->settings->precision,
                                      .threads = ui->settings->threads,
                                      .voice_weight = ui->settings->voice_weight,
                                      .niceness = 10,
                                      .record = MOST_TRACE};
    bool wants_voice = *ui->settings->voice && ui->settings->voice_weight > 0;
    char *voice = folder && wants_voice ? ui->options->find_model(ui->settings->voice, &error) : NULL;
    how.voice_folder = voice;
    if (folder && (voice || !wants_voice)) ui->filling->worker = fill_worker_new(&how, &error);
    mem_free(voice);
    mem_free(ui->filling->folder);
    ui->filling->folder = folder;
    ui->filling->model_hash = 0;
    if (!ui->filling->worker) ui_complain(ui->message, "%s", error.message);
    return ui->filling->worker;
}

/* A proposal for each blank, with room for the words to come. */
static bool prepare(struct doc *doc, const struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_make(doc, job->blanks[i]);
        if (!p || !proposal_add(p, job->seed)) return false;
        p->job = job->id;
    }
    return true;
}

/* What a branch gives: some of its one blank's tokens, and how many there are. */
struct fixed_tokens {
    uint32_t length; /* 0: nothing is given */
    const struct fill_pin *pins;
    size_t pin_count;
};

static uint64_t submit(struct ui *ui, struct doc *doc, const struct job *job,
                       const struct fixed_tokens *fixed, struct error *error)
{
    size_t from, to;
    choose_range(doc, job->blanks, job->count, &from, &to);
    if (to - from > MOST_EXCERPT) {
        error_set(error, STATUS_LIMIT, "these blanks are too far apart for one job: fill them one by one");
        return 0;
    }
    struct excerpt e = {0};
    uint64_t id = 0;
    if (!build(doc, job->blanks, job->count, from, to, &e)) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory to fill");
    } else {
        if (fixed->length && e.count) e.blanks[0].min = e.blanks[0].max = fixed->length;
        struct fill_job ask = {.text = {e.text.data ? e.text.data : "", e.text.size},
                               .blanks = e.blanks,
                               .count = e.count,
                               .pins = fixed->pins,
                               .pin_count = fixed->pin_count,
                               .options = fill_options_default()};
        ask.options.steps = ui->settings->steps;
        ask.options.temperature = ui->settings->temperature;
        ask.options.top_p = ui->settings->top_p > 0 ? ui->settings->top_p : FILL_SUGGESTED;
        ask.options.seed = job->seed;
        if (ui->settings->real_words) {
            snprintf(ask.options.dictionary, sizeof ask.options.dictionary, "auto");
            spell_language(ui->settings, ask.options.language);
        }
        id = fill_worker_submit(ui->filling->worker, &ask, error);
    }
    buffer_free(&e.text);
    mem_free(e.blanks);
    return id;
}

static bool begin(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count,
                  const struct fixed_tokens *fixed)
{
    struct error error = {0};
    struct job *job = filling_find(ui->filling, 0);
    if (!count || !start_worker(ui)) return false;
    if (!job) return ui_complain(ui->message, "enough is waiting to be filled already"), false;
    struct job new = {.doc = doc,
                      .count = count,
                      .seed = ui->filling->next_seed,
                      .blanks = mem_alloc_array(count, sizeof *blanks)};
    if (!new.blanks) return ui_complain(ui->message, "not enough memory to fill"), false;
    memcpy(new.blanks, blanks, count * sizeof *blanks);
    new.id = submit(ui, doc, &new, fixed, &error);
    if (!new.id) {
        mem_free(new.blanks);
        return ui_complain(ui->message, "%s", error.message), false;
    }
    ui->filling->next_seed = (ui->filling->next_seed + 1) % FILL_SEED_LIMIT;
    *job = new;
    if (!prepare(doc, job)) filling_cancel(ui, job->id);
    ui->picture->stale = true;
    return true;
}

bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count)
{
    return begin(ui, doc, blanks, count, &(struct fixed_tokens){0});
}

bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count)
{
    return begin(ui, doc, &blank, 1, &(struct fixed_tokens){length, pins, pin_count});
}

static void end_job(struct job *job)
{
    mem_free(job->blanks);
    *job = (struct job){0};
}

/* Takes the unfinished candidates of a job away. */
static void withdraw(struct picture *picture, struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_find(job->doc, job->blanks[i]);
        if (p && p->job == job->id) proposal_drop_last(job->doc, p);
    }
    picture->stale = true;
}

/* The screen forgets the job now; the worker's last event for it finds nothing to do. */
void filling_cancel(struct ui *ui, uint64_t id)
{
    struct job *job = id ? filling_find(ui->filling, id) : NULL;
    if (!job) return;
    fill_worker_cancel(ui->filling->worker, id);
    withdraw(ui->picture, job);
    end_job(job);
}

bool filling_cancel_all(struct ui *ui, const struct doc *doc)
{
    bool any = false;
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (ui->filling->jobs[i].id && (!doc || ui->filling->jobs[i].doc == doc)) {
            filling_cancel(ui, ui->filling->jobs[i].id);
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
        if (p && p->job) filling_cancel(ui, p->job);
        if (p) proposal_remove(doc, b.id);
    }
}

const struct doc_watcher filling_watcher = {.before = filling_touch};

/* ---- saying that it goes on ---------------------------------------------------------------------------- */

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

/* What stands on the message line is true no more. */
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
    const double unseen = 0.5; /* seconds in which nobody has read that it is over, and pressed a key */
    bool late = ui->filling->told_over_at > 0 && ui->filling->told + 1 == ui->typed->acts &&
                clock_seconds() < ui->filling->told_over_at + unseen;
    if (late) ui_say(ui->message, "it had just been filled; once more drops the proposal");
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
    bool known = last && before && same_words(&before->words, view);
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

/* The job's trace, taken from its last event; its maker is the first user. */
static struct trace *take_trace(struct fill_event *event)
{
    struct trace *trace = event->trace.size ? mem_zalloc(sizeof *trace) : NULL;
    if (!trace) return NULL;
    trace->users = 1;
    trace->lines = event->trace;
    event->trace = (struct buffer){0};
    return trace;
}

/* It is asked for when something is recorded: reading a large model takes a moment. */
static uint64_t model_hash(struct filling *filling)
{
    if (!filling->model_hash && filling->folder &&
        fill_model_hash(filling->folder, &filling->model_hash, NULL))
        filling->model_hash = 0;
    return filling->model_hash;
}

static void take_result(struct ui *ui, struct job *job, struct fill_event *event)
{
    const struct fill_result *result = event->result;
    if (!result || !result->count) return;
    struct trace *trace = take_trace(event);
    if (trace && record_wanted(ui->settings, job->doc)) trace->model_hash = model_hash(ui->filling);
    const struct fill_candidate *best = &result->candidates[0];
    take_views(job, best->blanks, best->count, true);
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_find(job->doc, job->blanks[i]);
        if (!p || p->job != job->id) continue;
        p->job = 0;
        if (p->count) {
            p->candidates[p->count - 1].place = (uint32_t)i;
            p->candidates[p->count - 1].score = best->score;
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
    /* On a proposal the keys for it are shown instead. */
    if (!proposal_find(ui->doc, ui->doc->focus) || job->doc != ui->doc)
        ui_say(ui->message, "%zu %s filled in %.1f s: %s goes to them%s", job->count,
               job->count == 1 ? "blank" : "blanks", result->seconds, key,
               ui->settings->real_words && !*result->dictionary ? " (no dictionary for this text)" : "");
}

/* Who asked for it from behind is brought to what there is to choose from now, unless he went on writing. */
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
    job->step = event->step;
    job->steps = event->steps;
    if (event->steps > event->step || !job->planned) job->planned = event->steps;
    job->window = event->window;
    job->windows = event->windows;
    job->sigma_bar = event->sigma_bar;
    job->ms = event->ms;
    if (event->candidate == 0) take_views(job, event->blanks, event->blank_count, false);
}

static void take_event(struct ui *ui, struct fill_event *event)
{
    struct job *job = event->job ? filling_find(ui->filling, event->job) : NULL;
    if (!job) return; /* cancelled here already */
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
        return;
    case FILL_EVENT_DONE:
        take_result(ui, job, event);
        go_to_result(ui->doc, job);
        break;
    case FILL_EVENT_FAILED:
        ui_complain(ui->message, "%s", event->error.message);
        break;
    case FILL_EVENT_CANCELLED:
        break;
    }
    withdraw(ui->picture, job); /* what DONE left unfinished, which is nothing when all went well */
    end_job(job);
    unsay(ui);
}

/* ---- pace ---------------------------------------------------------------------------------------------- */

/* A small model does all its steps in less time than an eye needs for one. So steps are taken from the worker
 * as they come and shown at a pace that can be followed. */

struct waiting {
    struct fill_event *event;
    struct waiting *next;
};

static double pace_of(const struct settings *settings, const struct fill_event *event)
{
    return event->kind == FILL_EVENT_STEP ? settings->pace / 1000.0 : 0;
}

static void add_waiting(struct ui *ui, struct fill_event *event)
{
    struct waiting *last = mem_alloc(sizeof *last);
    if (!last) { /* then at once */
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

void filling_events(struct ui *ui)
{
    struct fill_event *event;
    double now = clock_seconds();
    while (ui->filling->worker && fill_worker_poll(ui->filling->worker, &event)) add_waiting(ui, event);
    while (ui->filling->waiting) {
        event = ui->filling->waiting->event;
        bool known = filling_find(ui->filling, event->job) && event->job;
        double pace = known ? pace_of(ui->settings, event) : 0;
        if (known && now < ui->filling->next_step) return;
        take_first(ui);
        /* From when it was due: steps that were held up catch up. */
        if (pace > 0)
            ui->filling->next_step =
                (ui->filling->next_step > now - 0.05 ? ui->filling->next_step : now) + pace;
    }
}

void filling_hurry(struct ui *ui)
{
    while (ui->filling->waiting) take_first(ui);
    ui->filling->next_step = 0;
}

int filling_timeout(const struct filling *filling)
{
    if (!filling->waiting) return -1;
    double left = filling->next_step - clock_seconds();
    return left > 0 ? (int)ceil(1000 * left) : 0;
}

/* The config alone says it; the model need not be loaded. Without one nothing is too long. */
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
    ui->filling->most_tokens = 0; /* the next model may take others */
    timeline_close(ui);
    filling_cancel_all(ui, NULL);
    filling_hurry(ui);
    fill_worker_free(ui->filling->worker);
    ui->filling->worker = NULL;
    mem_free(ui->filling->folder);
    ui->filling->folder = NULL;
}
