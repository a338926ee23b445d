#include "living.h"
#include "blank_commands.h"
#include "condition_line.h"
#include "filling.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "meant_blank.h"
#include "timeline.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* ---- continuing with a changed text -------------------------------------------------------------------- */

/* The state that a job continues from: for each blank its length, its drawn tokens, and its remaining
 * conditions. */
struct present {
    uint32_t *lengths;             /* 0: not known yet */
    struct fill_pin *pins, *state; /* state: tokens that may still change, of a uniform graph */
    size_t pin_count, pin_capacity, state_count, state_capacity;
    struct condition_line *lines;
    struct fill_conditions *conditions;
};

static void present_free(struct present *now)
{
    mem_free(now->lengths);
    mem_free(now->pins);
    mem_free(now->state);
    mem_free(now->lines);
    mem_free(now->conditions);
}

static const struct words *words_of(const struct job *job, size_t index)
{
    const struct proposal *p = proposal_find(job->doc, job->blanks[index]);
    return p && p->job == job->id && p->count ? &p->candidates[p->count - 1].words : NULL;
}

static bool add_tokens(const struct words *words, uint32_t blank, bool noise, struct present *now)
{
    for (uint32_t i = 0; i < words->count; i++) {
        const struct fill_token *t = &words->tokens[i];
        struct fill_pin pin = {.blank = blank, .index = i, .id = t->id};
        if (t->state == FILL_MASKED) continue;
        if (noise && t->state != FILL_PINNED) {
            if (!mem_grow(&now->state, &now->state_capacity, now->state_count + 1, sizeof pin)) return false;
            now->state[now->state_count++] = pin;
        } else {
            if (!mem_grow(&now->pins, &now->pin_capacity, now->pin_count + 1, sizeof pin)) return false;
            now->pins[now->pin_count++] = pin;
        }
    }
    return true;
}

/* Words that must appear are there from the first step on, so they are among the tokens. */
static bool find_present(const struct filling *filling, const struct job *job, struct present *now)
{
    bool noise = fill_worker_shows_noise(filling->worker);
    now->lengths = mem_zalloc_array(job->count, sizeof *now->lengths);
    now->lines = mem_zalloc_array(job->count, sizeof *now->lines);
    now->conditions = mem_zalloc_array(job->count, sizeof *now->conditions);
    if (!now->lengths || !now->lines || !now->conditions) return false;
    for (size_t i = 0; i < job->count; i++) {
        const struct words *words = words_of(job, i);
        if (!condition_line_parse(blank_conditions_line(job->doc, job->blanks[i]), &now->lines[i], NULL))
            now->conditions[i] = now->lines[i].conditions;
        if (!words || !words->count) continue;
        now->conditions[i].must_count = 0;
        now->lengths[i] = words->count;
        if (!add_tokens(words, (uint32_t)i, noise, now)) return false;
    }
    return true;
}

/* Gives the job a new number; for the rest of the editor it is still the same job. */
static void rename_job(struct job *job, uint64_t id)
{
    for (size_t i = 0; i < job->count; i++) {
        struct proposal *p = proposal_find(job->doc, job->blanks[i]);
        if (p && p->job == job->id) p->job = id;
    }
    job->id = id;
    job->steps_before = job->step;
    job->version = text_version(job->doc->text);
}

static bool go_on(struct ui *ui, struct job *job, const struct present *now, struct error *error)
{
    struct filling *filling = ui->filling;
    struct filling_how how = filling_how(ui->settings, job->seed);
    bool noise = fill_worker_shows_noise(filling->worker);
    how.steps = noise ? (int)job->steps : job->steps > job->step ? (int)(job->steps - job->step) : 1;
    how.lengths = now->lengths;
    how.pins = now->pins;
    how.pin_count = now->pin_count;
    how.state = now->state;
    how.state_count = now->state_count;
    how.steps_done = noise ? job->step : 0;
    how.conditions = now->conditions;
    uint64_t id = filling_ask(ui->settings, filling->worker, job->doc, job->blanks, job->count, &how, error);
    if (!id) return false;
    if (filling->held) fill_worker_pause(filling->worker, id, true);
    fill_worker_cancel(filling->worker, job->id);
    rename_job(job, id);
    return true;
}

/* The timeline steers a job by its number. A uniform graph shows noise, from which a job continues only in the same window. */
static bool is_steered(const struct ui *ui, const struct job *job)
{
    return ui->timeline->holds == job->id || job->fixed ||
           (job->windows > 1 && fill_worker_shows_noise(ui->filling->worker));
}

void living_step(struct ui *ui, struct job *job)
{
    struct present now = {0};
    struct error error = {0};
    if (job->version == text_version(job->doc->text) || is_steered(ui, job) || job->step >= job->steps)
        return;
    /* If it cannot be submitted again, it continues with the old text. */
    if (!find_present(ui->filling, job, &now) || !go_on(ui, job, &now, &error))
        job->version = text_version(job->doc->text);
    present_free(&now);
}

/* ---- words typed into a blank -------------------------------------------------------------------------- */

static uint32_t masked_tokens(const struct words *words)
{
    uint32_t masked = 0;
    for (uint32_t i = 0; i < words->count; i++) masked += words->tokens[i].state == FILL_MASKED;
    return masked;
}

bool living_must(struct ui *ui, struct job *job, uint32_t blank, const char *words)
{
    enum { TOKENS_OF_A_LETTER = 2 }; /* nearly every token has at least two bytes */
    struct present now = {0};
    struct error error = {0};
    struct fill_must must = {.text = words};
    bool done = false;
    if (is_steered(ui, job) || !find_present(ui->filling, job, &now)) {
        present_free(&now);
        return false;
    }
    for (size_t i = 0; i < job->count; i++) {
        const struct words *there = words_of(job, i);
        if (job->blanks[i] != blank || !there) continue;
        now.conditions[i].must = &must;
        now.conditions[i].must_count = 1;
        bool room = masked_tokens(there) * TOKENS_OF_A_LETTER > strlen(words);
        done = room && go_on(ui, job, &now, &error);
    }
    present_free(&now);
    return done;
}

/* Adds a condition to the blank's line. */
static bool add_condition(struct ui *ui, uint32_t blank, const char *words)
{
    struct buffer line = {0};
    struct condition_line parsed;
    struct error error = {0};
    const char *before = blank_conditions_line(ui->doc, blank);
    bool good = buffer_printf(&line, "%s%smust \"%s\"", before, *before ? "; " : "", words) &&
                buffer_append_char(&line, '\0');
    good = good && !condition_line_parse(line.data, &parsed, &error) &&
           blank_conditions_set(ui->doc, blank, line.data);
    if (!good) ui_complain(ui->message, "%s", error.code ? error.message : "not enough memory");
    buffer_free(&line);
    return good;
}

static void typed_into(struct ui *ui, const char *answer)
{
    struct text_blank b;
    if (!answer || !text_blank_get(ui->doc->text, ui->filling->typed_into, &b)) return;
    answer += strspn(answer, " ");
    if (!*answer || !add_condition(ui, b.id, answer)) return;
    const struct proposal *p = proposal_find(ui->doc, b.id);
    struct job *job = p && p->job ? filling_find(ui->filling, p->job) : NULL;
    kept_note(ui->doc);
    ui->picture->stale = true;
    if (job && living_must(ui, job, b.id, answer)) return;
    if (job) filling_cancel(ui->filling, ui->picture, job->id);
    blank_fill(ui, &b);
}

void do_type_into(struct ui *ui)
{
    struct text_blank b;
    if (!blank_meant_or_running(ui, &b)) {
        blank_needed(ui);
        return;
    }
    ui->filling->typed_into = b.id; /* the fill may end before the answer */
    prompt_line(ui, "", typed_into, "Words that must appear in the blank: ");
}
