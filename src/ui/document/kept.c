#include "kept.h"
#include "blank_conditions.h"
#include "document.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "moments.h"
#include "proposal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The format: lines that consist of a word and numbers. The bytes of a candidate follow its line.
 *
 *     proposal BLANK CHOSEN
 *     candidate SEED PLACE SCORE SECONDS TEMPERATURE TOP-P TOKENS SIZE
 *     token ID STATE START END PROBABILITY
 *     bound LN-Q TOKENS                                 of the candidate above
 *     drawn START SIZE HASH
 *     asked BLANK LINE
 *     dial BLANK
 *
 * A reader skips lines that it does not know. */

/* ---- writing -------------------------------------------------------------------------------------------- */

static bool put_candidate(struct buffer *out, const struct candidate *c)
{
    const struct words *w = &c->words;
    bool ok =
        buffer_printf(out, "candidate %llu %u %a %a %a %a %u %zu\n", (unsigned long long)c->seed, c->place,
                      c->score, c->seconds, c->temperature, c->top_p, w->count, w->text.size) &&
        buffer_append(out, w->text.data ? w->text.data : "", w->text.size) && buffer_append_char(out, '\n');
    for (uint32_t i = 0; ok && i < w->count; i++)
        ok = buffer_printf(out, "token %u %d %u %u %a\n", w->tokens[i].id, (int)w->tokens[i].state,
                           w->tokens[i].start, w->tokens[i].end, (double)w->tokens[i].probability);
    if (ok && c->bounded) ok = buffer_printf(out, "bound %a %u\n", c->bound, c->bounded);
    return ok;
}

static bool put_proposal(struct buffer *out, const struct proposal *p)
{
    size_t count = p->job && p->count ? p->count - 1 : p->count;
    bool ok = !count ||
              buffer_printf(out, "proposal %u %zu\n", p->blank, p->chosen < count ? p->chosen : count - 1);
    for (size_t i = 0; ok && i < count; i++) ok = put_candidate(out, &p->candidates[i]);
    return ok;
}

static uint64_t hash_of(const struct text *text, size_t start, size_t end)
{
    struct buffer bytes = {0};
    uint64_t hash =
        text_append_to(text, start, end, &bytes) && bytes.data ? hash_bytes(bytes.data, bytes.size, 0) : 0;
    buffer_free(&bytes);
    return hash;
}

static bool put_drawn(struct buffer *out, const struct text *text)
{
    bool ok = true;
    for (size_t at = 0, start, end; ok && text_drawn_next(text, at, &start, &end); at = end)
        ok = buffer_printf(out, "drawn %zu %zu %llu\n", start, end - start,
                           (unsigned long long)hash_of(text, start, end));
    return ok;
}

static bool put_conditions(struct buffer *out, const struct doc *doc)
{
    bool ok = true;
    for (size_t i = 0; ok && i < doc->conditions_count; i++)
        ok = buffer_printf(out, "asked %u %s\n", doc->conditions[i].blank, doc->conditions[i].line);
    return ok;
}

void kept_note(struct doc *doc)
{
    struct buffer out = {0};
    bool ok = put_drawn(&out, doc->text) && put_conditions(&out, doc) &&
              (!doc->dial || buffer_printf(&out, "dial %u\n", doc->dial));
    for (size_t i = 0; ok && i < doc->proposal_count; i++)
        if (doc->proposals[i].blank != doc->dial) ok = put_proposal(&out, &doc->proposals[i]);
    if (ok) ok = text_companion_set(doc->text, (struct slice){out.data ? out.data : "", out.size});
    buffer_free(&out);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

struct kept_reading {
    struct doc *doc;
    const char *at, *end; /* the rest of the bytes */
    uint32_t (*blank_now)(void *context, uint32_t then);
    void *context;
    struct proposal *proposal; /* the next candidates belong to it; NULL: to none */
};

/* The next line, as a string. False: there is none, or it is too long to be valid. */
static bool next_line(struct kept_reading *r, char *line, size_t size)
{
    const char *feed = r->at < r->end ? memchr(r->at, '\n', (size_t)(r->end - r->at)) : NULL;
    if (!feed || (size_t)(feed - r->at) >= size) return false;
    memcpy(line, r->at, (size_t)(feed - r->at));
    line[feed - r->at] = '\0';
    r->at = feed + 1;
    return true;
}

/* The next number of a line; a line that is too short reads as 0. */
static unsigned long long whole(char **p)
{
    return strtoull(*p, p, 10);
}

static double real(char **p)
{
    return strtod(*p, p);
}

static bool read_tokens(struct kept_reading *r, struct words *words, size_t bytes)
{
    char line[200];
    for (uint32_t i = 0; i < words->count; i++) {
        if (!next_line(r, line, sizeof line) || strncmp(line, "token ", 6) != 0) return false;
        char *p = line + 6;
        struct fill_token *t = &words->tokens[i];
        t->id = (uint32_t)whole(&p);
        t->state = (enum fill_token_state)whole(&p);
        t->start = (uint32_t)whole(&p);
        t->end = (uint32_t)whole(&p);
        t->probability = (float)real(&p);
        if (t->start > t->end || t->end > bytes || t->state > FILL_PINNED || t->state == FILL_MASKED)
            return false;
    }
    return true;
}

static bool read_words(struct kept_reading *r, struct words *words, size_t bytes)
{
    if (bytes >= (size_t)(r->end - r->at) || r->at[bytes] != '\n' || !utf8_valid(r->at, bytes)) return false;
    if (words->count > (size_t)(r->end - r->at)) return false;
    words->tokens = mem_zalloc_array(words->count ? words->count : 1, sizeof *words->tokens);
    if (!words->tokens || !buffer_append(&words->text, r->at, bytes)) return false;
    r->at += bytes + 1;
    return read_tokens(r, words, bytes);
}

static bool read_candidate(struct kept_reading *r, char *p)
{
    struct candidate c = {0};
    c.seed = whole(&p);
    c.place = (uint32_t)whole(&p);
    c.score = real(&p);
    c.seconds = real(&p);
    c.temperature = real(&p);
    c.top_p = real(&p);
    c.words.count = (uint32_t)whole(&p);
    bool good = read_words(r, &c.words, whole(&p));
    struct candidate *own = good && r->proposal ? proposal_add(r->proposal, c.seed) : NULL;
    if (own) {
        *own = c;
        candidate_rate(own);
        moments_add(own, 0, 0, 0); /* only the final words are kept, not the steps */
    } else {
        words_free(&c.words);
    }
    return good;
}

static void read_bound(const struct kept_reading *r, char *p)
{
    struct candidate *last =
        r->proposal && r->proposal->count ? &r->proposal->candidates[r->proposal->count - 1] : NULL;
    if (!last) return;
    last->bound = real(&p);
    last->bounded = (uint32_t)whole(&p);
    if (!isfinite(last->bound)) last->bounded = 0;
}

static void read_proposal(struct kept_reading *r, char *p, size_t *chosen)
{
    uint32_t then = (uint32_t)whole(&p), now = r->blank_now ? r->blank_now(r->context, then) : then;
    *chosen = whole(&p);
    const struct proposal *there = now ? proposal_find(r->doc, now) : NULL;
    if (there && r->blank_now && !there->job)
        proposal_remove(r->doc, now); /* the proposal from the crashed session is newer */
    r->proposal = now && !proposal_find(r->doc, now) ? proposal_make(r->doc, now) : NULL;
}

static void end_proposal(struct kept_reading *r, size_t chosen)
{
    if (!r->proposal) return;
    if (!r->proposal->count)
        proposal_remove(r->doc, r->proposal->blank);
    else
        r->proposal->chosen = chosen < r->proposal->count ? chosen : r->proposal->count - 1;
    r->proposal = NULL;
}

static void read_drawn(struct text *text, char *p)
{
    size_t start = whole(&p), size = whole(&p);
    uint64_t hash = whole(&p);
    if (size && start <= text_size(text) && size <= text_size(text) - start &&
        hash_of(text, start, start + size) == hash)
        text_drawn_mark(text, start, start + size);
}

static bool read_conditions(const struct kept_reading *r, char *p)
{
    uint32_t then = (uint32_t)whole(&p), now = r->blank_now ? r->blank_now(r->context, then) : then;
    while (*p == ' ') p++;
    return !now || *blank_conditions_line(r->doc, now) || blank_conditions_set(r->doc, now, p);
}

size_t kept_restore(struct doc *doc, struct slice bytes, uint32_t (*blank_now)(void *context, uint32_t then),
                    void *context)
{
    struct kept_reading r = {doc, bytes.data, bytes.data + bytes.size, blank_now, context, NULL};
    char line[480];
    size_t chosen = 0;
    for (bool good = true; good && next_line(&r, line, sizeof line);) {
        if (strncmp(line, "proposal ", 9) == 0) {
            end_proposal(&r, chosen);
            read_proposal(&r, line + 9, &chosen);
        } else if (strncmp(line, "candidate ", 10) == 0) {
            good = read_candidate(&r, line + 10);
        } else if (strncmp(line, "bound ", 6) == 0) {
            read_bound(&r, line + 6);
        } else if (strncmp(line, "asked ", 6) == 0) {
            good = read_conditions(&r, line + 6);
        } else if (strncmp(line, "drawn ", 6) == 0) {
            read_drawn(doc->text, line + 6);
        }
    }
    end_proposal(&r, chosen);
    return proposals_waiting(doc);
}

/* Only lines before the first proposal are searched: words have line breaks. */
uint32_t kept_dial(struct slice bytes)
{
    struct kept_reading r = {.at = bytes.data, .end = bytes.data + bytes.size};
    char line[480];
    while (next_line(&r, line, sizeof line) && strncmp(line, "proposal ", 9) != 0) {
        char *p = line + 5;
        if (strncmp(line, "dial ", 5) == 0) return (uint32_t)whole(&p);
    }
    return 0;
}
