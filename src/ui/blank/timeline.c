/* The timeline's state: which moment is shown, what the writer pinned or marked to be drawn again, and when
 * it must close. */
#include "timeline.h"
#include "filling.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <math.h>

/* ---- its proposal
 * --------------------------------------------------------------------------------------- */

/* Only while the writer is choosing on that blank. */
bool timeline_active(const struct timeline *t, const struct doc *doc)
{
    struct text_blank b;
    if (!t->active || doc != t->doc || doc->focus != t->blank || doc->selecting) return false;
    return text_blank_get(doc->text, t->blank, &b) && proposal_find(doc, t->blank);
}

struct candidate *timeline_candidate(const struct timeline *timeline, const struct doc *doc)
{
    if (!timeline_active(timeline, doc)) return NULL;
    struct proposal *p = proposal_find(doc, timeline->blank);
    return timeline->candidate < p->count ? &p->candidates[timeline->candidate] : NULL;
}

const struct words *timeline_words(const struct timeline *t, const struct doc *doc, uint32_t blank)
{
    if (!t->active || t->blank != blank || t->doc != doc || !t->shown.count) return NULL;
    return &t->shown;
}

/* A token without the mark to draw it again, and the words that contain its bytes. */
const struct fill_token *timeline_token(const struct timeline *t, const struct doc *doc, uint32_t token,
                                        const struct words **words)
{
    const struct candidate *c = timeline_candidate(t, doc);
    if (!c || t->at >= c->moment_count || token >= t->count) return NULL;
    const struct slot_mark *m = &t->marks[token];
    size_t at = m->mark == MARK_PINNED && m->from < c->moment_count ? m->from : t->at;
    *words = &c->moments[at].words;
    return token < (*words)->count ? &(*words)->tokens[token] : NULL;
}

/* Whether a token continues the word of the one before. */
static bool continues_word(const struct timeline *timeline, const struct doc *doc, uint32_t token)
{
    const struct words *before, *words;
    const struct fill_token *a = token ? timeline_token(timeline, doc, token - 1, &before) : NULL,
                            *b = a ? timeline_token(timeline, doc, token, &words) : NULL;
    return b && a->state != FILL_MASKED && token_goes_on(words, b);
}

void timeline_word_at(const struct timeline *timeline, const struct doc *doc, uint32_t token, uint32_t *first,
                      uint32_t *end)
{
    for (*first = token; *first > 0 && continues_word(timeline, doc, *first);) --*first;
    for (*end = token + 1; *end < timeline->count && continues_word(timeline, doc, *end);) ++*end;
}

bool timeline_is_chosen(const struct timeline *timeline, const struct doc *doc, uint32_t token)
{
    uint32_t first, end;
    timeline_word_at(timeline, doc, timeline->word, &first, &end);
    return token >= first && token < end;
}

bool timeline_is_whole(const struct timeline *timeline)
{
    return words_whole(&timeline->shown);
}

static const struct fill_token *token_in(const struct candidate *c, size_t moment, uint32_t token)
{
    if (moment >= c->moment_count || token >= c->moments[moment].words.count) return NULL;
    return &c->moments[moment].words.tokens[token];
}

/* It is drawn there, and differs from the moment before. */
static bool is_drawn_in(const struct candidate *c, size_t moment, uint32_t token)
{
    const struct fill_token *now = token_in(c, moment, token),
                            *before = moment ? token_in(c, moment - 1, token) : NULL;
    if (!now || now->state == FILL_MASKED) return false;
    return !before || before->state == FILL_MASKED || before->id != now->id;
}

uint32_t timeline_drawn_at(const struct candidate *c, size_t moment, uint32_t token)
{
    const struct fill_token *t = token_in(c, moment, token);
    if (!t) return 0;
    if (t->state == FILL_MASKED) {
        while (moment < c->moment_count && !is_drawn_in(c, moment, token)) moment++;
        return moment < c->moment_count ? c->moments[moment].step : 0;
    }
    while (moment > 0 && !is_drawn_in(c, moment, token)) moment--;
    return c->moments[moment].step;
}

uint32_t timeline_drawn_again(const struct candidate *c, size_t moment, uint32_t token)
{
    size_t last = c->moment_count;
    while (last > moment + 1 && !is_drawn_in(c, last - 1, token)) last--;
    uint32_t now = timeline_drawn_at(c, moment, token);
    bool later = last > moment + 1 && c->moments[last - 1].step > now;
    return later ? c->moments[last - 1].step : 0;
}

/* ---- the shown words
 * ------------------------------------------------------------------------------------- */

static bool add_token(struct timeline *t, const struct words *from, struct fill_token token,
                      const struct slot_mark *m)
{
    uint32_t size = token.end - token.start, start = (uint32_t)t->shown.text.size;
    if (m->mark == MARK_OPEN) token.state = FILL_MASKED;
    if (m->mark == MARK_PINNED) token.state = FILL_PINNED;
    if (token.state == FILL_MASKED) size = 0;
    if (size && !buffer_append(&t->shown.text, from->text.data + token.start, size)) return false;
    token.start = start;
    token.end = start + size;
    t->shown.tokens[t->shown.count++] = token;
    return true;
}

static void compose(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    words_free(&t->shown);
    t->shown.tokens = mem_alloc_array(t->count ? t->count : 1, sizeof *t->shown.tokens);
    for (uint32_t i = 0; t->shown.tokens && i < t->count; i++) {
        const struct words *words;
        const struct fill_token *token = timeline_token(ui->timeline, ui->doc, i, &words);
        if (!token || !add_token(t, words, *token, &t->marks[i])) break;
    }
    ui->doc->follow = true; /* the chosen word may be some rows further */
    ui->picture->stale = true;
}

/* Another candidate, or one whose length has only now become known. */
static void take_candidate(struct ui *ui, size_t index, const struct candidate *c)
{
    struct timeline *t = ui->timeline;
    uint32_t count = c->moment_count ? c->moments[0].words.count : 0;
    struct slot_mark *marks = mem_zalloc_array(count ? count : 1, sizeof *marks);
    if (!marks) {
        timeline_close(ui);
        return;
    }
    mem_free(t->marks);
    words_free(&t->shown); /* that of the other candidate */
    t->marks = marks;
    t->count = count;
    t->candidate = index;
    t->follows = true;
    t->play_at = 0;
    if (t->word >= count) t->word = 0;
}

void timeline_go(struct ui *ui, size_t moment)
{
    struct timeline *t = ui->timeline;
    const struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
    if (!c || !c->moment_count) return;
    size_t last = c->moment_count - 1;
    t->at = moment < last ? moment : last;
    t->follows = t->at == last;
    compose(ui);
}

void timeline_update(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    if (!t->active) return;
    const struct proposal *p =
        timeline_active(ui->timeline, ui->doc) ? proposal_find(ui->doc, t->blank) : NULL;
    if (!p || !p->count) {
        timeline_close(ui);
        return;
    }
    const struct candidate *c = &p->candidates[p->chosen];
    uint32_t count = c->moment_count ? c->moments[0].words.count : 0;
    bool other = p->chosen != t->candidate || count != t->count;
    if (other) take_candidate(ui, p->chosen, c);
    if (!t->active || !c->moment_count) return;
    if (t->at >= c->moment_count || (t->follows && t->at + 1 < c->moment_count) || other)
        timeline_go(ui, c->moment_count - 1);
}

static void timeline_free(struct timeline *t)
{
    words_free(&t->shown);
    mem_free(t->marks);
    *t = (struct timeline){0};
}

void timeline_close(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    if (!t->active) return;
    if (t->holds && t->held_before)
        filling_hold(ui->filling, true);
    else if (t->holds && ui->filling->worker)
        fill_worker_pause(ui->filling->worker, t->holds, false);
    timeline_free(t);
    ui->doc->follow = true;
    ui->picture->stale = true;
}

/* ---- playing it ---------------------------------------------------------------------------------------- */

int timeline_timeout(const struct timeline *timeline)
{
    if (!timeline->active || timeline->play_at <= 0) return -1;
    double left = timeline->play_at - clock_seconds();
    return left > 0 ? (int)ceil(1000 * left) : 0;
}

void timeline_tick(struct ui *ui)
{
    struct timeline *t = ui->timeline;
    if (timeline_timeout(ui->timeline) != 0) return;
    timeline_go(ui, t->at + 1);
    t->play_at = t->follows ? 0 : clock_seconds() + ui->settings->pace / 1000.0;
}
