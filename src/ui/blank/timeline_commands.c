#include "timeline_commands.h"
#include "filling.h"
#include "filling_pace.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "meant_blank.h"
#include "proposal_commands.h"
#include "timeline.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/path_prompt.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

static struct proposal *proposal_of(const struct timeline *timeline, const struct doc *doc)
{
    return proposal_find(doc, timeline->blank);
}

bool timeline_needed(struct ui *ui)
{
    if (timeline_candidate(ui->timeline, ui->doc)) return true;
    char key[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "timeline", UI_EDIT | UI_BLANK, key);
    ui_say(ui->message, "no timeline is open: %s opens the timeline of the proposal at the cursor", key);
    return false;
}

/* The job that draws the candidate on the timeline, or NULL. */
static struct job *live_job(struct ui *ui)
{
    const struct proposal *p = proposal_of(ui->timeline, ui->doc);
    if (!p || !p->job || ui->timeline->candidate + 1 != p->count) return NULL;
    return filling_find(ui->filling, p->job);
}

bool timeline_is_running(struct ui *ui)
{
    return live_job(ui) != NULL;
}

static uint32_t index_in(const struct job *job, uint32_t blank)
{
    uint32_t i = 0;
    while (i < job->count && job->blanks[i] != blank) i++;
    return i;
}

/* ---- opening and closing ------------------------------------------------------------------------------- */

static void hold(struct timeline *timeline, struct filling *filling, const struct job *job)
{
    fill_worker_pause(filling->worker, job->id, true);
    timeline->holds = job->id;
}

static void let_go(struct timeline *t, struct filling *filling)
{
    if (t->holds) fill_worker_pause(filling->worker, t->holds, false);
    t->holds = 0;
}

void do_timeline(struct ui *ui)
{
    struct text_blank b;
    if (timeline_active(ui->timeline, ui->doc)) {
        timeline_close(ui);
        return;
    }
    struct proposal *p = blank_meant(ui->doc, &b) ? proposal_find(ui->doc, b.id) : NULL;
    if (!p || !p->count) p = blank_running(ui, &b) ? proposal_find(ui->doc, b.id) : NULL;
    if (!p || !p->count) {
        proposal_needed(ui);
        return;
    }
    size_t at = p->candidates[p->chosen].moment_count;
    uint64_t job = p->job;
    blank_go_to(ui->doc, &b);
    *ui->timeline = (struct timeline){.active = true, .doc = ui->doc, .blank = b.id, .candidate = SIZE_MAX};
    if (job) {
        ui->timeline->held_before = ui->filling->held;
        if (ui->filling->held)
            filling_hand_over(ui->filling, job); /* from now on the timeline holds the job */
        /* The worker's finished steps are taken, but the screen stays at its moment. */
        hold(ui->timeline, ui->filling, filling_find(ui->filling, job));
        filling_hurry(ui);
    }
    timeline_update(ui);
    if (job && at) timeline_go(ui, at - 1);
}

void do_timeline_close(struct ui *ui)
{
    timeline_close(ui);
}

/* ---- steps --------------------------------------------------------------------------------------------- */

void do_timeline_back(struct ui *ui)
{
    if (!timeline_needed(ui)) return;
    ui->timeline->play_at = 0;
    if (ui->timeline->at)
        timeline_go(ui, ui->timeline->at - 1);
    else
        ui_say(ui->message, "this is the first step");
}

void do_timeline_on(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    if (!timeline_needed(ui)) return;
    const struct job *job = live_job(ui);
    t->play_at = 0;
    if (t->at + 1 < timeline_candidate(ui->timeline, ui->doc)->moment_count)
        timeline_go(ui, t->at + 1);
    else if (job && t->holds == job->id)
        fill_worker_single(ui->filling->worker, job->id);
    else
        ui_say(ui->message,
               job ? "the fill is running: the next step comes by itself" : "this is the last step");
}

void do_timeline_first(struct ui *ui)
{
    if (!timeline_needed(ui)) return;
    ui->timeline->play_at = 0;
    timeline_go(ui, 0);
}

void do_timeline_last(struct ui *ui)
{
    if (!timeline_needed(ui)) return;
    ui->timeline->play_at = 0;
    timeline_go(ui, SIZE_MAX);
}

/* Where a word was drawn, or marked to be drawn again: most of many steps draw none. */
static bool draws(const struct candidate *c, size_t moment)
{
    const struct words *a = &c->moments[moment - 1].words, *b = &c->moments[moment].words;
    if (a->count != b->count) return true;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->tokens[i].id != b->tokens[i].id) return true;
    return false;
}

void do_timeline_next_draw(struct ui *ui)
{
    if (!timeline_needed(ui)) return;
    const struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
    size_t at = ui->timeline->at + 1;
    while (at < c->moment_count && !draws(c, at)) at++;
    ui->timeline->play_at = 0;
    timeline_go(ui, at);
}

void do_timeline_previous_draw(struct ui *ui)
{
    if (!timeline_needed(ui)) return;
    const struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
    size_t at = ui->timeline->at;
    while (at > 0 && !draws(c, at)) at--;
    ui->timeline->play_at = 0;
    timeline_go(ui, at ? at - 1 : 0);
}

void do_timeline_play(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    if (!timeline_needed(ui)) return;
    const struct job *job = live_job(ui);
    if (job && t->holds) {
        let_go(ui->timeline, ui->filling);
        timeline_go(ui, SIZE_MAX);
    } else if (job) {
        hold(ui->timeline, ui->filling, job);
        filling_hurry(ui);
    } else if (t->play_at > 0) {
        t->play_at = 0;
    } else if (ui->settings->plain) {
        timeline_go(ui, SIZE_MAX); /* nothing moves by itself there */
    } else {
        if (t->follows) timeline_go(ui, 0);
        t->play_at = clock_seconds() + ui->settings->pace / 1000.0;
    }
}

/* ---- words --------------------------------------------------------------------------------------------- */

static void choose_word(struct ui *ui, uint32_t token)
{
    ui->timeline->word = token;
    ui->doc->follow = true;
    ui->picture->stale = true;
}

void do_timeline_next_word(struct ui *ui)
{
    uint32_t first, end;
    if (!timeline_needed(ui)) return;
    timeline_word_at(ui->timeline, ui->doc, ui->timeline->word, &first, &end);
    choose_word(ui, end < ui->timeline->count ? end : 0);
}

void do_timeline_previous_word(struct ui *ui)
{
    uint32_t first, end;
    if (!timeline_needed(ui) || !ui->timeline->count) return;
    timeline_word_at(ui->timeline, ui->doc, ui->timeline->word, &first, &end);
    timeline_word_at(ui->timeline, ui->doc, (first ? first : ui->timeline->count) - 1, &first, &end);
    choose_word(ui, first);
}

/* The job itself, if it is held at the shown moment; NULL: another proposal must be started. */
static struct job *steered_job(struct ui *ui)
{
    struct job *job = live_job(ui);
    return job && ui->timeline->follows ? job : NULL;
}

/* The same mark for the whole word, or none if it already has it. */
static bool mark_word(struct ui *ui, int mark, uint32_t *first, uint32_t *end)
{
    struct timeline *t = ui->timeline;
    bool all = true;
    timeline_word_at(ui->timeline, ui->doc, t->word, first, end);
    for (uint32_t i = *first; i < *end; i++) {
        const struct words *words;
        const struct fill_token *token = timeline_token(ui->timeline, ui->doc, i, &words);
        if (mark == MARK_PINNED && (!token || token->state == FILL_MASKED)) {
            ui_say(ui->message, "no word here at this step, so nothing to pin");
            return false;
        }
        all = all && (int)t->marks[i].mark == mark;
    }
    for (uint32_t i = *first; i < *end; i++) {
        size_t from = t->marks[i].mark == MARK_PINNED ? t->marks[i].from : t->at;
        t->marks[i].mark = all ? MARK_NONE : mark;
        t->marks[i].from = from;
    }
    return true;
}

void do_timeline_pin(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    uint32_t first, end;
    if (!timeline_needed(ui)) return;
    if (t->word < t->count && t->marks[t->word].mark == MARK_OPEN) {
        ui_say(ui->message, "it is marked to be drawn again, so there is nothing to pin");
        return;
    }
    const struct job *job = steered_job(ui);
    if (job && t->word < t->count && t->marks[t->word].mark == MARK_PINNED) {
        ui_say(ui->message, "already pinned while this fill runs");
        return;
    }
    if (!mark_word(ui, MARK_PINNED, &first, &end)) return;
    bool pinned = t->marks[first].mark == MARK_PINNED;
    for (uint32_t i = first; job && pinned && i < end; i++)
        (void)fill_worker_pin(ui->filling->worker, job->id, 0, index_in(job, t->blank), i, FILL_KEEP);
    timeline_go(ui, t->at);
    ui_say(ui->message, pinned ? "pinned: it is kept when words are drawn again" : "unpinned");
}

void do_timeline_open(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    uint32_t first, end;
    if (!timeline_needed(ui)) return;
    const struct job *job = steered_job(ui);
    if (job) { /* it is masked there, and later steps draw it again */
        timeline_word_at(ui->timeline, ui->doc, t->word, &first, &end);
        for (uint32_t i = first; i < end; i++) {
            t->marks[i].mark = MARK_NONE;
            (void)fill_worker_remask(ui->filling->worker, job->id, 0, index_in(job, t->blank), i);
        }
        return;
    }
    if (!mark_word(ui, MARK_OPEN, &first, &end)) return;
    timeline_go(ui, t->at);
}

/* ---- continuing ---------------------------------------------------------------------------------------- */

/* In the uniform graph, words shown before the last step are noise, which is kept only if pinned. */
static bool is_noise(const struct ui *ui, const struct fill_token *token)
{
    bool last = ui->timeline->follows && !proposal_of(ui->timeline, ui->doc)->job;
    return fill_worker_shows_noise(ui->filling->worker) && !last && token->state != FILL_PINNED;
}

/* The shown words as pins, with the tokens [first, end) replaced by others. */
static bool make_pins(const struct ui *ui, uint32_t first, uint32_t end, const struct bpe_ids *instead,
                      struct fill_pin **pins, size_t *count)
{
    const struct words *shown = &ui->timeline->shown;
    uint32_t more = (uint32_t)instead->count;
    *count = 0;
    *pins = mem_alloc_array((size_t)shown->count + more + 1, sizeof **pins);
    if (!*pins) return false;
    for (uint32_t i = 0; i < more; i++)
        (*pins)[(*count)++] = (struct fill_pin){0, first + i, instead->ids[i], i + 1 == more};
    for (uint32_t i = 0; i < shown->count; i++) {
        const struct fill_token *t = &shown->tokens[i];
        if ((i >= first && i < end) || t->state == FILL_MASKED || is_noise(ui, t)) continue;
        bool whole = ui->timeline->marks[i].mark == MARK_PINNED;
        (*pins)[(*count)++] = (struct fill_pin){0, i < end ? i : i - (end - first) + more, t->id, whole};
    }
    return true;
}

static void say_not_started(struct message *message)
{
    ui_say(message, "the fill has not started yet");
}

/* Starts another proposal from the shown words. */
static void branch(struct ui *ui, uint32_t first, uint32_t end, const struct bpe_ids *instead)
{
    struct timeline *t = ui->timeline;
    struct job *job = live_job(ui);
    if (job && job->count > 1) {
        ui_say(ui->message, "other blanks are being filled with this one: wait until it is finished");
        return;
    }
    if (end > t->shown.count || !t->shown.count) { /* its lengths are not known yet */
        say_not_started(ui->message);
        return;
    }
    struct fill_pin *pins;
    size_t count;
    uint32_t length = t->shown.count - (end - first) + (uint32_t)instead->count;
    if (!length) {
        ui_say(ui->message, "a blank must have at least one token");
        return;
    }
    if (!make_pins(ui, first, end, instead, &pins, &count)) {
        ui_complain(ui->message, "not enough memory to fill");
        return;
    }
    if (job) filling_cancel(ui->filling, ui->picture, job->id);
    t->holds = 0;
    uint32_t blank = t->blank;
    if (filling_branch(ui, ui->doc, blank, length, pins, count)) ui->doc->focus = blank;
    mem_free(pins);
    timeline_update(ui);
}

/* Whether the shown words are the candidate's final state. */
static bool is_newest(const struct timeline *timeline, const struct doc *doc)
{
    const struct words *a = &timeline->shown, *b = &timeline_candidate(timeline, doc)->words;
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->tokens[i].id != b->tokens[i].id ||
            (a->tokens[i].state == FILL_MASKED) != (b->tokens[i].state == FILL_MASKED))
            return false;
    return true;
}

void do_timeline_fill(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    if (!timeline_needed(ui)) return;
    if (!t->shown.count) {
        say_not_started(ui->message);
        return;
    }
    if (live_job(ui) && is_newest(ui->timeline, ui->doc)) {
        let_go(ui->timeline, ui->filling);
        t->follows = true;
    } else if (timeline_is_whole(ui->timeline) && is_newest(ui->timeline, ui->doc)) {
        timeline_close(ui);
        do_accept(ui);
    } else {
        branch(ui, 0, 0, &(struct bpe_ids){0});
    }
}

/* ---- a word of one's own ------------------------------------------------------------------------------- */

/* Typed words as the model's tokens. A space goes in front where the word that they replace had one. */
bool blank_encode(struct ui *ui, const char *typed, bool spaced, struct bpe_ids *ids)
{
    enum { NEAR = 16 * 1024 }; /* bytes on each side in which the dialect is detected */
    const struct text *text = ui->doc->text;
    size_t at = ui->doc->cursor, from = at > NEAR ? at - NEAR : 0,
           to = text_size(text) - at > NEAR ? at + NEAR : text_size(text);
    struct buffer around = {0};
    struct error error = {0};
    bool done =
        text_append_to(text, from, to, &around) &&
        !fill_worker_encode(ui->filling->worker, (struct slice){around.data ? around.data : "", around.size},
                            typed, spaced, ids, &error);
    if (!done) ui_complain(ui->message, "%s", error.code ? error.message : "out of memory");
    buffer_free(&around);
    return done;
}

static bool begins_with_space(const struct ui *ui, uint32_t token)
{
    const struct words *words;
    const struct fill_token *t = timeline_token(ui->timeline, ui->doc, token, &words);
    struct text_blank b;
    if (t && t->state != FILL_MASKED) return fill_worker_begins_with_space(ui->filling->worker, t->id);
    if (token) return true;
    return text_blank_get(ui->doc->text, ui->timeline->blank, &b) && b.start &&
           text_byte(ui->doc->text, b.start - 1) == ' ';
}

bool timeline_encode(struct ui *ui, const char *typed, uint32_t token, struct bpe_ids *ids)
{
    while (*typed == ' ') typed++;
    return blank_encode(ui, typed, begins_with_space(ui, token), ids);
}

static void written(struct ui *ui, const char *answer)
{
    uint32_t first, end;
    struct bpe_ids ids = {0};
    if (!answer || !timeline_candidate(ui->timeline, ui->doc)) return;
    while (*answer == ' ') answer++;
    timeline_word_at(ui->timeline, ui->doc, ui->timeline->word, &first, &end);
    if (!*answer || timeline_encode(ui, answer, first, &ids)) branch(ui, first, end, &ids);
    bpe_ids_free(&ids);
}

void do_timeline_write(struct ui *ui)
{
    uint32_t first, end;
    if (!timeline_needed(ui) || !filling_model_ready(ui)) return;
    timeline_word_at(ui->timeline, ui->doc, ui->timeline->word, &first, &end);
    struct buffer now = {0};
    for (uint32_t i = first; i < end; i++) {
        const struct words *words;
        const struct fill_token *t = timeline_token(ui->timeline, ui->doc, i, &words);
        if (t && t->end > t->start && !buffer_append(&now, words->text.data + t->start, t->end - t->start))
            break;
    }
    if (buffer_append_char(&now, '\0')) {
        prompt_line(ui, now.data + (now.data[0] == ' '), written, "New word (nothing: remove the word): ");
        ui->prompt->chosen = ui->prompt->text.size > 0; /* another word takes its place */
    }
    buffer_free(&now);
}

/* ---- saving a trace ------------------------------------------------------------------------------------ */

void line_save_trace(struct ui *ui, const char *arguments)
{
    struct text_blank b;
    const struct proposal *p = blank_meant(ui->doc, &b) ? proposal_find(ui->doc, b.id) : NULL;
    const struct trace *trace = p && p->count ? p->candidates[p->chosen].trace : NULL;
    if (!*arguments) {
        ui_complain(ui->message, "save-trace needs a file, as in :save-trace run.jsonl");
        return;
    }
    if (!trace) {
        ui_complain(ui->message,
                    p && p->job ? "the fill is not finished yet" : "no recorded steps at the cursor");
        return;
    }
    if (path_write_new(ui->message, arguments, (struct slice){trace->lines.data, trace->lines.size}))
        ui_say(ui->message, "%s written: lacuna replay plays it", arguments);
}
