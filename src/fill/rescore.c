/* How likely whole fills are, by masks that all of them share: docs/SEDD.md, section 9. */
#include "lacuna/rescore.h"
#include "ask_rows.h"
#include "engine.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "rescore_masks.h"

#include <math.h>
#include <string.h>

enum {
    BATCH_POSITIONS = 4096,
    BATCH_VALUES = 16 * 1024 * 1024 /* floats of the head's rows */
};

static enum status no_memory_to_rescore(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory to compare fills");
}

/* ---- batches --------------------------------------------------------------------------------------------- */

/* Sequence s masks pattern s % RESCORE_PATTERNS of text s / RESCORE_PATTERNS. */
struct rescoring {
    struct fill_engine *engine;
    const struct rescore_text *texts;
    size_t count;
    double *weighted, *weights; /* for each token of all texts: Σ w ln q, Σ w */
    size_t *first;              /* of each text among them */
    struct sedd_sequence *sequences;
    size_t *asked; /* which sequence each of the batch is */
    uint32_t *ids, *rows;
    uint32_t *indices; /* of the tokens that a pattern masks */
    float *f;
    size_t sequence_room, id_room, row_room;
};

static void rescoring_free(struct rescoring *r)
{
    void *all[] = {r->weighted, r->weights, r->first,   r->sequences, r->asked,
                   r->ids,      r->rows,    r->indices, r->f};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) mem_free(all[i]);
}

static enum status rescoring_open(struct rescoring *r, struct error *error)
{
    const struct sedd_config *c = fill_engine_config(r->engine);
    size_t tokens = 0, longest = 1, most = 1, columns = sedd_head_columns(c);
    r->first = mem_alloc_array(r->count + 1, sizeof *r->first);
    if (!r->first) return no_memory_to_rescore(error);
    for (size_t i = 0; i < r->count; i++) {
        r->first[i] = tokens;
        tokens += r->texts[i].count;
        if (r->texts[i].length > longest) longest = r->texts[i].length;
        if (r->texts[i].count > most) most = r->texts[i].count;
    }
    r->id_room = longest < BATCH_POSITIONS ? BATCH_POSITIONS : longest;
    r->row_room = most * columns < BATCH_VALUES ? BATCH_VALUES / columns : most;
    if (r->row_room > tokens * RESCORE_PATTERNS) r->row_room = tokens * RESCORE_PATTERNS;
    r->sequence_room = r->count * RESCORE_PATTERNS;
    r->weighted = mem_zalloc_array(tokens, sizeof *r->weighted);
    r->weights = mem_zalloc_array(tokens, sizeof *r->weights);
    r->sequences = mem_alloc_array(r->sequence_room, sizeof *r->sequences);
    r->asked = mem_alloc_array(r->sequence_room, sizeof *r->asked);
    r->ids = mem_alloc_array(r->id_room, sizeof *r->ids);
    r->rows = mem_alloc_array(r->row_room, sizeof *r->rows);
    r->indices = mem_alloc_array(most, sizeof *r->indices);
    r->f = mem_alloc_array(r->row_room * columns, sizeof *r->f);
    bool ok =
        r->weighted && r->weights && r->sequences && r->asked && r->ids && r->rows && r->indices && r->f;
    return ok ? STATUS_OK : no_memory_to_rescore(error);
}

static bool same_text(const struct rescore_text *a, const struct rescore_text *b)
{
    return a->length == b->length && a->count == b->count &&
           memcmp(a->ids, b->ids, a->length * sizeof *a->ids) == 0 &&
           memcmp(a->positions, b->positions, a->count * sizeof *a->positions) == 0;
}

/* An earlier text that is the same, or the text itself. */
static size_t first_like(const struct rescoring *r, size_t text)
{
    for (size_t i = 0; i < text; i++)
        if (same_text(&r->texts[i], &r->texts[text])) return i;
    return text;
}

/* Lays sequence s behind those of the batch, which have *ids tokens and *rows rows so far. False: there is no more room. */
static bool lay_sequence(struct rescoring *r, size_t s, size_t n, size_t *ids, size_t *rows)
{
    const struct sedd_config *c = fill_engine_config(r->engine);
    const struct rescore_text *t = &r->texts[s / RESCORE_PATTERNS];
    if (t->length > r->id_room - *ids || t->count > r->row_room - *rows) return false;
    uint32_t *to = r->ids + *ids, *at = r->rows + *rows, pattern = (uint32_t)(s % RESCORE_PATTERNS);
    uint32_t masked = rescore_masked(pattern, t->count);
    memcpy(to, t->ids, t->length * sizeof *to);
    rescore_mask(pattern, t->count, r->indices);
    for (uint32_t i = 0; i < masked; i++) to[at[i] = t->positions[r->indices[i]]] = c->tokens;
    float level = (float)sedd_sigma_bar_of_state(c, masked, t->length);
    r->sequences[n] = (struct sedd_sequence){to, t->length, level, at, masked};
    r->asked[n] = s;
    *ids += t->length;
    *rows += masked;
    return true;
}

/* Adds the masked tokens' ln q, each with the weight 1/k of its k masks. */
static void take_sequence(struct rescoring *r, size_t n, const float *f)
{
    const struct sedd_config *c = fill_engine_config(r->engine);
    const struct rescore_text *t = &r->texts[r->asked[n] / RESCORE_PATTERNS];
    size_t first = r->first[r->asked[n] / RESCORE_PATTERNS], row = 0;
    const struct sedd_sequence *q = &r->sequences[n];
    for (uint32_t i = 0; i < t->count && row < q->row_count; i++) {
        if (t->positions[i] != q->rows[row]) continue;
        double ln_q = fill_ln_q(c, f + row++ * sedd_head_columns(c), t->ids[t->positions[i]]);
        r->weighted[first + i] += ln_q / q->row_count;
        r->weights[first + i] += 1.0 / q->row_count;
    }
}

/* Evaluates as many sequences from *next on as fit a batch. */
static enum status ask_batch(struct rescoring *r, size_t *next, uint64_t *evaluations,
                             const atomic_bool *cancel, struct error *error)
{
    size_t n = 0, ids = 0, rows = 0, all = r->count * RESCORE_PATTERNS;
    for (; *next < all; ++*next) {
        size_t text = *next / RESCORE_PATTERNS;
        if (!rescore_masked((uint32_t)(*next % RESCORE_PATTERNS), r->texts[text].count) ||
            first_like(r, text) != text)
            continue;
        if (!lay_sequence(r, *next, n, &ids, &rows)) break;
        n++;
    }
    if (!n) return STATUS_OK;
    enum status status =
        sedd_net_evaluate(fill_engine_net(r->engine), r->sequences, (uint32_t)n, r->f, cancel, error);
    if (status) return status;
    if (evaluations) *evaluations += n;
    const float *f = r->f;
    for (size_t i = 0; i < n; i++) {
        take_sequence(r, i, f);
        f += r->sequences[i].row_count * sedd_head_columns(fill_engine_config(r->engine));
    }
    return STATUS_OK;
}

enum status rescore_texts(struct fill_engine *engine, const struct rescore_text *texts, size_t count,
                          double *ln_q, uint64_t *evaluations, const atomic_bool *cancel, struct error *error)
{
    struct rescoring r = {.engine = engine, .texts = texts, .count = count};
    if (fill_engine_config(engine)->graph != SEDD_ABSORB)
        return error_set(error, STATUS_UNSUPPORTED, "fills are compared only with models that have masks");
    if (!count) return STATUS_OK;
    enum status status = rescoring_open(&r, error);
    for (size_t next = 0; !status && next < count * RESCORE_PATTERNS;)
        status = ask_batch(&r, &next, evaluations, cancel, error);
    for (size_t i = 0; !status && i < count; i++) {
        size_t first = r.first[first_like(&r, i)];
        ln_q[i] = 0;
        for (uint32_t t = 0; t < texts[i].count; t++) ln_q[i] += r.weighted[first + t] / r.weights[first + t];
    }
    rescoring_free(&r);
    return status;
}

/* ---- fills of one blank ----------------------------------------------------------------------------------- */

void rescored_free(struct rescored *rescored)
{
    mem_free(rescored->ln_q);
    *rescored = (struct rescored){0};
}

static enum status check_question(const struct fill_engine *engine, const struct rescore_question *q,
                                  struct error *error)
{
    size_t tokens = 0;
    if (q->start > q->end || q->end > q->text.size || q->text.size >= UINT32_MAX || !q->count)
        return error_set(error, STATUS_ARGUMENT, "the range of the blank is invalid, or there is no fill");
    for (size_t i = 0; i < q->count; i++) {
        if (!q->counts[i]) return error_set(error, STATUS_ARGUMENT, "fill %zu has no tokens", i);
        tokens += q->counts[i];
    }
    for (size_t i = 0; i < tokens; i++)
        if (q->ids[i] >= fill_engine_config(engine)->tokens)
            return error_set(error, STATUS_ARGUMENT, "token %u is not in the vocabulary", q->ids[i]);
    return STATUS_OK;
}

/* The window of a fill, and where its tokens are in it. */
static enum status build_text(const struct fill_site *site, const uint32_t *ids, uint32_t count,
                              struct fill_window *window, uint32_t **positions, struct rescore_text *out,
                              struct error *error)
{
    enum status status = fill_window_build(site, &count, window, error);
    if (status) return status;
    if (!(*positions = mem_alloc_array(count, sizeof **positions))) return no_memory_to_rescore(error);
    for (uint32_t i = 0; i < count; i++) {
        (*positions)[i] = window->slots[i].position;
        window->ids[(*positions)[i]] = ids[i];
    }
    *out = (struct rescore_text){window->ids, window->length, *positions, count};
    return STATUS_OK;
}

static enum status build_and_ask(struct fill_engine *engine, const struct rescore_question *q,
                                 const struct fill_dialect *dialect, struct rescored *out,
                                 const atomic_bool *cancel, struct error *error)
{
    struct fill_window *windows = mem_zalloc_array(q->count, sizeof *windows);
    struct rescore_text *texts = mem_zalloc_array(q->count, sizeof *texts);
    uint32_t **positions = mem_zalloc_array(q->count, sizeof *positions);
    struct fill_blank blank = {.start = q->start, .end = q->end, .min = 1, .max = 1};
    struct fill_site site = {.engine = engine,
                             .dialect = dialect,
                             .text = q->text,
                             .blanks = &blank,
                             .count = 1,
                             .limit = q->text.size};
    enum status status = windows && texts && positions ? STATUS_OK : no_memory_to_rescore(error);
    const uint32_t *ids = q->ids;
    for (size_t i = 0; !status && i < q->count; ids += q->counts[i++])
        status = build_text(&site, ids, q->counts[i], &windows[i], &positions[i], &texts[i], error);
    if (!status) status = rescore_texts(engine, texts, q->count, out->ln_q, &out->evaluations, cancel, error);
    for (size_t i = 0; i < q->count; i++) {
        if (windows) fill_window_free(&windows[i]);
        if (positions) mem_free(positions[i]);
    }
    mem_free(windows);
    mem_free(texts);
    mem_free(positions);
    return status;
}

enum status rescore_fills(struct fill_engine *engine, const struct rescore_question *question,
                          struct rescored *out, const atomic_bool *cancel, struct error *error)
{
    *out = (struct rescored){0};
    enum status status = check_question(engine, question, error);
    if (status) return status;
    struct fill_dialect dialect =
        question->dialect ? *question->dialect
                          : fill_dialect_detect(question->text, fill_engine_config(engine)->dialect);
    out->ln_q = mem_alloc_array(question->count, sizeof *out->ln_q);
    out->count = question->count;
    status = out->ln_q ? build_and_ask(engine, question, &dialect, out, cancel, error)
                       : no_memory_to_rescore(error);
    if (status) rescored_free(out);
    return status;
}
