/* The alternatives of a word in its context: docs/SEDD.md, section 15. */
#include "ask_rows.h"
#include "chars.h"
#include "engine.h"
#include "token_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void fill_alternatives_free(struct fill_alternatives *a)
{
    for (size_t i = 0; a->list && i < a->count; i++) buffer_free(&a->list[i].text);
    mem_free(a->list);
    *a = (struct fill_alternatives){0};
}

static enum status no_memory_for_alternatives(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for alternatives");
}

/* ---- the question --------------------------------------------------------------------------------------- */

/* The first token of a word, and the tokens found after it so far. */
struct beginning {
    uint32_t ids[FILL_ALTERNATIVE_TOKENS], count; /* `count`: when complete */
    double log_p;
    bool own;     /* the word of the text itself: its tokens are given */
    bool dropped; /* it can no longer be among the likeliest */
};

struct inquiry {
    struct fill_engine *engine;
    const struct fill_place *place;
    struct fill_dialect dialect;
    struct fill_window windows[2]; /* with one slot; with one for each token of the word */
    uint32_t window_count;
    struct bpe_ids own; /* the word's tokens */
    struct beginning *beginnings;
    size_t count, capacity;
    uint32_t asked; /* index of the token that this batch asks for */
    bool failed;    /* out of memory in a callback, which has no status */
};

static void inquiry_free(struct inquiry *q)
{
    for (uint32_t i = 0; i < q->window_count; i++) fill_window_free(&q->windows[i]);
    bpe_ids_free(&q->own);
    mem_free(q->beginnings);
}

static enum status build_window(struct inquiry *q, uint32_t tokens, struct error *error)
{
    struct fill_blank blank = {q->place->start, q->place->end, tokens, tokens, 0, 0};
    struct fill_site site = {q->engine, &q->dialect, q->place->text,      &blank,
                             1,         0,           q->place->text.size, false};
    enum status status = fill_window_build(&site, &tokens, &q->windows[q->window_count], error);
    if (!status) q->window_count++;
    return status;
}

/* The tokens of the word in the text. */
static enum status encode_own(struct inquiry *q, struct error *error)
{
    const struct fill_place *p = q->place;
    struct fill_mapped mapped = {0};
    struct buffer text = {0};
    enum status status = fill_dialect_to_model(
        &q->dialect, (struct slice){p->text.data + p->start, p->end - p->start}, &mapped, error);
    if (!status && ((q->windows[0].spaced[0] && !buffer_append_char(&text, ' ')) ||
                    !buffer_append(&text, mapped.text.data, mapped.text.size)))
        status = no_memory_for_alternatives(error);
    if (!status)
        status = bpe_encode_cached(fill_engine_cache(q->engine), text.data, text.size, &q->own, error);
    buffer_free(&text);
    fill_mapped_free(&mapped);
    return status;
}

static enum status check_place(const struct fill_place *p, struct error *error)
{
    bool inside = p->start < p->end && p->end <= p->text.size;
    if (!inside || p->count < 1 || p->count > FILL_MAX_ALTERNATIVES)
        return error_set(error, STATUS_ARGUMENT, "alternatives: the range or the number is invalid");
    struct slice word = {p->text.data + p->start, p->end - p->start};
    size_t size;
    for (size_t at = 0; at < word.size; at += size)
        if (fill_is_space(fill_char_at(word, at, &size)))
            return error_set(error, STATUS_ARGUMENT, "alternatives are asked for one word at a time");
    return STATUS_OK;
}

static enum status open_inquiry(struct inquiry *q, struct error *error)
{
    const struct sedd_config *config = fill_engine_config(q->engine);
    q->dialect =
        q->place->dialect ? *q->place->dialect : fill_dialect_detect(q->place->text, config->dialect);
    enum status status = build_window(q, 1, error);
    if (!status) status = encode_own(q, error);
    if (!status && q->own.count > 1 && config->graph == SEDD_UNIFORM)
        return error_set(error, STATUS_UNSUPPORTED,
                         "a uniform model has alternatives only for words of one token");
    if (!status && q->own.count > 1 && q->own.count <= FILL_ALTERNATIVE_TOKENS)
        status = build_window(q, (uint32_t)q->own.count, error);
    return status;
}

/* ---- the first token ------------------------------------------------------------------------------------ */

/* The window with all slots masked. For the uniform graph, the word itself is in them. */
static void put_window(const struct inquiry *q, const struct fill_window *w, struct row_question *out)
{
    const struct sedd_config *config = fill_engine_config(q->engine);
    memcpy(out->ids, w->ids, w->length * sizeof *out->ids);
    out->length = w->length;
    for (uint32_t i = 0; i < w->slot_count; i++)
        out->ids[w->slots[i].position] = config->graph == SEDD_UNIFORM ? q->own.ids[i] : config->tokens;
}

static void make_first(void *context, size_t index, struct row_question *out)
{
    const struct inquiry *q = context;
    put_window(q, &q->windows[index], out);
    out->position = q->windows[index].slots[0].position;
}

/* Whether a token begins a word: only such tokens are alternatives to a word. */
static bool is_word_start(const struct inquiry *q, uint32_t id)
{
    struct slice bytes = bpe_token_bytes(fill_engine_bpe(q->engine), id);
    return fill_is_word(fill_char_at(bytes, bytes.size && bytes.data[0] == ' ', NULL));
}

static void add_beginning(struct inquiry *q, uint32_t id, uint32_t count, double log_p, bool own)
{
    if (!mem_grow(&q->beginnings, &q->capacity, q->count + 1, sizeof *q->beginnings)) {
        q->failed = true;
        return;
    }
    q->beginnings[q->count++] = (struct beginning){.ids = {id}, .count = count, .log_p = log_p, .own = own};
}

/* Takes the likeliest ids of the slot. If the text has a word there, only ids that begin one. */
static void take_first(void *context, size_t index, float *log_q)
{
    struct inquiry *q = context;
    const struct fill_window *w = &q->windows[index];
    const uint64_t *allowed = w->slots[0].allowed;
    uint32_t tokens = fill_engine_config(q->engine)->tokens;
    double all = fill_log_sum(log_q, allowed, tokens);
    bool words = q->own.count && is_word_start(q, q->own.ids[0]);
    if (w->slot_count == q->own.count)
        add_beginning(q, q->own.ids[0], w->slot_count, (double)log_q[q->own.ids[0]] - all, true);
    for (uint32_t y = 0; y < tokens && words; y++)
        if (!is_word_start(q, y)) log_q[y] = -INFINITY;
    uint32_t ids[FILL_MAX_ALTERNATIVES];
    double log_p[FILL_MAX_ALTERNATIVES];
    uint32_t count = fill_take_likeliest(log_q, allowed, tokens, q->place->count, ids, log_p);
    for (uint32_t i = 0; i < count; i++) add_beginning(q, ids[i], w->slot_count, log_p[i] - all, false);
}

/* ---- the rest of the word ------------------------------------------------------------------------------- */

/* The index-th of those that still lack a token. */
static struct beginning *beginning_at(struct inquiry *q, size_t index)
{
    for (size_t i = 0; i < q->count; i++)
        if (!q->beginnings[i].dropped && q->beginnings[i].count > q->asked && index-- == 0)
            return &q->beginnings[i];
    return NULL;
}

/* Every further token lowers a word's probability. So a beginning that is already less likely than as many complete
 * words as are wanted cannot catch up. */
static void drop_hopeless(struct inquiry *q)
{
    for (size_t i = 0; i < q->count; i++) {
        struct beginning *b = &q->beginnings[i];
        size_t better = 0;
        if (b->own || b->count <= q->asked) continue;
        for (size_t j = 0; j < q->count; j++) {
            const struct beginning *other = &q->beginnings[j];
            better += other->count <= q->asked && !other->own && !other->dropped && other->log_p > b->log_p;
        }
        b->dropped = better >= q->place->count;
    }
}

/* The later tokens of a word depend mostly on the nearby text: a quarter of the window is enough, at about a quarter
 * of the cost. */
static void keep_near(uint32_t length, struct row_question *q)
{
    uint32_t room = length / FILL_ALTERNATIVE_NEAR,
             start = q->position > room / 2 ? q->position - room / 2 : 0;
    if (q->length <= room) return;
    if (start + room > q->length) start = q->length - room;
    memmove(q->ids, q->ids + start, room * sizeof *q->ids);
    q->length = room;
    q->position -= start;
}

static void make_next(void *context, size_t index, struct row_question *out)
{
    struct inquiry *q = context;
    const struct fill_window *w = &q->windows[1];
    const struct beginning *b = beginning_at(q, index);
    put_window(q, w, out);
    for (uint32_t i = 0; i < q->asked; i++) out->ids[w->slots[i].position] = b->ids[i];
    out->position = w->slots[q->asked].position;
    keep_near(fill_engine_config(q->engine)->length, out);
}

static bool goes_on(const struct inquiry *q, uint32_t id)
{
    struct slice bytes = bpe_token_bytes(fill_engine_bpe(q->engine), id);
    uint32_t c = fill_char_at(bytes, 0, NULL);
    return fill_is_word(c) || (c == '\'' && bytes.size > 1);
}

/* Takes the likeliest id that continues the word. */
static void take_next(void *context, size_t index, float *log_q)
{
    struct inquiry *q = context;
    struct beginning *b = beginning_at(q, index);
    uint32_t tokens = fill_engine_config(q->engine)->tokens, best = b->own ? q->own.ids[q->asked] : tokens;
    const uint64_t *allowed = q->windows[1].slots[q->asked].allowed;
    double all = fill_log_sum(log_q, allowed, tokens);
    for (uint32_t y = 0; y < tokens && !b->own; y++)
        if (set_has(allowed, y) && goes_on(q, y) && (best == tokens || log_q[y] > log_q[best])) best = y;
    b->ids[q->asked] = best < tokens ? best : 0;
    b->log_p += best < tokens ? (double)log_q[best] - all : -INFINITY;
}

static enum status ask_batch(struct inquiry *q, size_t count, bool first, uint64_t *evaluations,
                             const atomic_bool *cancel, struct error *error)
{
    uint32_t room = 0;
    for (uint32_t i = 0; i < q->window_count; i++)
        if (q->windows[i].length > room) room = q->windows[i].length;
    struct rows rows = {
        q->engine, count, room, first ? make_first : make_next, first ? take_first : take_next, q};
    enum status status = fill_ask_rows(&rows, evaluations, cancel, error);
    return !status && q->failed ? no_memory_for_alternatives(error) : status;
}

static enum status ask_all(struct inquiry *q, uint64_t *evaluations, const atomic_bool *cancel,
                           struct error *error)
{
    enum status status = ask_batch(q, q->window_count, true, evaluations, cancel, error);
    for (q->asked = 1; !status && q->asked < q->own.count && q->window_count > 1; q->asked++) {
        size_t count = 0;
        drop_hopeless(q);
        while (beginning_at(q, count)) count++;
        status = ask_batch(q, count, false, evaluations, cancel, error);
    }
    return status;
}

/* ---- the answer ----------------------------------------------------------------------------------------- */

static int likelier_first(const void *a, const void *b)
{
    const struct beginning *x = a, *y = b;
    if (x->log_p != y->log_p) return x->log_p > y->log_p ? -1 : 1;
    return x->ids[0] < y->ids[0] ? -1 : x->ids[0] > y->ids[0];
}

static bool same_tokens(const struct beginning *b, const struct fill_alternative *a)
{
    return b->count == a->count && memcmp(b->ids, a->ids, b->count * sizeof *b->ids) == 0;
}

static bool put_text(const struct inquiry *q, const struct beginning *b, struct fill_alternative *a)
{
    struct buffer raw = {0};
    struct fill_mapped mapped = {0};
    const struct fill_place *p = q->place;
    size_t before = p->start < 16 ? p->start : 16,
           after = p->text.size - p->end < 16 ? p->text.size - p->end : 16;
    bool ok = bpe_decode(fill_engine_bpe(q->engine), b->ids, b->count, &raw, NULL) == STATUS_OK;
    size_t space = ok && q->windows[0].spaced[0] && raw.size && raw.data[0] == ' ';
    ok =
        ok && fill_dialect_to_draft(&q->dialect, (struct slice){raw.data + space, raw.size - space},
                                    (struct slice){p->text.data + p->start - before, before},
                                    (struct slice){p->text.data + p->end, after}, &mapped, NULL) == STATUS_OK;
    if (ok) {
        a->text = mapped.text;
        mapped.text = (struct buffer){0};
    }
    buffer_free(&raw);
    fill_mapped_free(&mapped);
    return ok;
}

static enum status put_answer(struct inquiry *q, struct fill_alternatives *out, struct error *error)
{
    out->start = q->place->start;
    out->end = q->place->end;
    out->own_p = NAN;
    if (q->count) qsort(q->beginnings, q->count, sizeof *q->beginnings, likelier_first);
    out->list = mem_zalloc_array(q->place->count, sizeof *out->list);
    if (!out->list) return no_memory_for_alternatives(error);
    for (size_t i = 0; i < q->count; i++) {
        const struct beginning *b = &q->beginnings[i];
        bool twice = b->dropped || !isfinite(b->log_p);
        if (b->own) out->own_p = exp(b->log_p);
        for (size_t j = 0; j < out->count; j++) twice = twice || same_tokens(b, &out->list[j]);
        if (twice || out->count == q->place->count) continue;
        struct fill_alternative *a = &out->list[out->count++];
        a->count = b->count;
        a->p = exp(b->log_p);
        memcpy(a->ids, b->ids, sizeof a->ids);
        if (!put_text(q, b, a)) return no_memory_for_alternatives(error);
    }
    return STATUS_OK;
}

enum status fill_alternatives_find(struct fill_engine *engine, const struct fill_place *place,
                                   struct fill_alternatives *out, const atomic_bool *cancel,
                                   struct error *error)
{
    struct inquiry q = {.engine = engine, .place = place};
    *out = (struct fill_alternatives){0};
    enum status status = check_place(place, error);
    if (!status) status = open_inquiry(&q, error);
    if (!status) status = ask_all(&q, &out->evaluations, cancel, error);
    if (!status) status = put_answer(&q, out, error);
    if (status) fill_alternatives_free(out);
    inquiry_free(&q);
    return status;
}
