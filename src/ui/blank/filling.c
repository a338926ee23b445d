#include "filling.h"
#include "condition_line.h"
#include "filling_text.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "spare.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prose/spell.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <string.h>

enum {
    MOST_EXCERPT = 32 * 1024 * 1024, /* larger excerpts are refused */
    MOST_TRACE = 4 * 1024 * 1024
};

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

bool filling_model_ready(struct ui *ui)
{
    struct fill_worker *worker = filling_worker(ui);
    if (!worker) return false;
    if (fill_worker_ready(worker)) return true;
    fill_worker_warm(worker);
    ui_say(ui->message, "the model is being loaded: try again in a moment");
    return false;
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
    out->ranking = FILL_RANK_SCORE; /* they are compared with those that are there already, order.c */
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
    for (size_t i = 0; i < count; i++) any = any || *blank_conditions_line(doc, blanks[i]);
    if (!any) return true;
    out->lines = mem_zalloc_array(count, sizeof *out->lines);
    out->list = mem_zalloc_array(count, sizeof *out->list);
    for (size_t i = 0; out->lines && out->list && i < count; i++)
        if (!condition_line_parse(blank_conditions_line(doc, blanks[i]), &out->lines[i], NULL))
            out->list[i] = out->lines[i].conditions;
    return out->lines && out->list;
}

uint64_t filling_ask(const struct settings *settings, struct fill_worker *worker, const struct doc *doc,
                     const uint32_t *blanks, size_t count, const struct filling_how *how, struct error *error)
{
    size_t from, to;
    excerpt_range(doc, blanks, count, &from, &to);
    if (to - from > MOST_EXCERPT) {
        error_set(error, STATUS_LIMIT, "these blanks are too far apart for one job: fill them one by one");
        return 0;
    }
    struct excerpt e = {0};
    struct asked asked;
    uint64_t id = 0;
    if (!find_asked(doc, blanks, count, &asked) || !excerpt_build(doc, blanks, count, from, to, &e)) {
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
                               .state = how->state,
                               .state_count = how->state_count,
                               .steps_done = how->steps_done,
                               .conditions = how->conditions ? how->conditions : asked.list,
                               .held = how->held};
        set_options(settings, how, &ask.options);
        id = fill_worker_submit(worker, &ask, error);
    }
    excerpt_free(&e);
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
    spare_end(ui->filling, doc);
    new.fixed = how->conditions != NULL;
    *job = new;
    if (ui->filling->held) fill_worker_pause(ui->filling->worker, job->id, true);
    if (!prepare(doc, job, how)) filling_cancel(ui->filling, ui->picture, job->id);
    ui->picture->stale = true;
    return true;
}

static bool has_drawn_with(const struct doc *doc, const uint32_t *blanks, size_t count, uint64_t seed)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const struct proposal *p = proposal_find(doc, blanks[i]);
        for (size_t j = 0; p && j < p->count; j++) found |= p->candidates[j].seed == seed;
    }
    return found;
}

void filling_skip_seeds(struct filling *filling, const struct doc *doc, const uint32_t *blanks, size_t count)
{
    while (has_drawn_with(doc, blanks, count, filling->next_seed))
        filling->next_seed = (filling->next_seed + 1) % FILL_SEED_LIMIT;
}

bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count)
{
    filling_skip_seeds(ui->filling, doc, blanks, count);
    struct filling_how how = filling_how(ui->settings, ui->filling->next_seed);
    return filling_submit_so(ui, doc, blanks, count, &how);
}

bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count)
{
    filling_skip_seeds(ui->filling, doc, &blank, 1);
    struct filling_how how = filling_how(ui->settings, ui->filling->next_seed);
    how.length = length;
    how.pins = pins;
    how.pin_count = pin_count;
    return filling_submit_so(ui, doc, &blank, 1, &how);
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

void filling_end(struct filling *filling, struct picture *picture, struct job *job)
{
    withdraw(picture, job);
    mem_free(job->blanks);
    *job = (struct job){0};
    if (!filling_current(filling)) filling->held = false, filling->due = 0;
}

/* The screen forgets the job now; the worker's last event for it has no effect. */
void filling_cancel(struct filling *filling, struct picture *picture, uint64_t id)
{
    struct job *job = id ? filling_find(filling, id) : NULL;
    if (!job) return;
    fill_worker_cancel(filling->worker, id);
    filling_end(filling, picture, job);
}

static bool is_waited_for(const struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        const struct proposal *p = proposal_find(job->doc, job->blanks[i]);
        if (p && p->job == job->id) return true;
    }
    return false;
}

void filling_cancel_lost(struct filling *filling, struct picture *picture)
{
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id && !is_waited_for(&filling->jobs[i]))
            filling_cancel(filling, picture, filling->jobs[i].id);
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
    for (size_t i = 0; i < doc->proposal_count; i++) doc->proposals[i].goes = false;
    for (size_t i = 0; i < count; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start > end) return;
        bool inside = start == end ? b.start < start && start < b.end : b.start < end && start < b.end;
        const struct proposal *p = inside ? proposal_find(doc, b.id) : NULL;
        if (p && p->job) filling_cancel(ui->filling, ui->picture, p->job);
        struct proposal *left = p ? proposal_find(doc, b.id) : NULL;
        if (left && start <= b.start && b.end <= end)
            left->goes = true;
        else if (left)
            proposal_remove(doc, b.id);
    }
}

/* Undo brings the blank back, and its proposal is still there. */
static void touched(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    struct text_blank b;
    (void)ui;
    (void)edit;
    for (size_t i = doc->proposal_count; i-- > 0;) {
        struct proposal *p = &doc->proposals[i];
        bool stays = p->goes && text_blank_get(doc->text, p->blank, &b);
        p->goes = false;
        if (stays) proposal_remove(doc, p->blank);
    }
}

const struct doc_watcher filling_watcher = {.before = filling_touch, .after = touched};

void filling_hold(struct filling *filling, bool held)
{
    filling->held = held;
    filling->due = 0;
    for (size_t i = 0; i < FILL_QUEUE; i++)
        if (filling->jobs[i].id) fill_worker_pause(filling->worker, filling->jobs[i].id, held);
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
