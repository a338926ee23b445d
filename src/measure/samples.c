/* Measures what a sampler draws: how likely the model itself finds it, and how varied it is, beside the
 * text's own words. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Tokens of all blanks one after another, a gap (UINT32_MAX) between two blanks. */
struct drawn {
    uint32_t *ids;
    size_t count, capacity;
};

struct samples {
    struct fill_engine *engine;
    const struct measure_options *options;
    struct hidden_in where;
    struct hidden_bound bound, judge; /* judge.net NULL: none */
    double *judged, *judged_own;      /* (count) nats of the blank */
    double *after, *ones;             /* (count) nats after it, minus those after the original words; 1 */
    uint32_t *window;                 /* (length) with the blank's tokens as drawn */
    double *nats, *own_nats, *tokens; /* (count) */
    double *right, *words;            /* (count) */
    double *cost;                     /* (count) the judge's, of the blank and what follows */
    uint32_t *documents;              /* (count) */
    bool with_own;
    struct drawn drawn, own;
    struct error *error;
};

static bool keep_fill(struct drawn *d, const uint32_t *ids, size_t count)
{
    if (!mem_grow(&d->ids, &d->capacity, d->count + count + 1, sizeof *d->ids)) return false;
    memcpy(d->ids + d->count, ids, count * sizeof *ids);
    d->count += count;
    d->ids[d->count++] = UINT32_MAX;
    return true;
}

/* ---- variety ------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t count_different(uint64_t *values, size_t n)
{
    size_t different = 0;
    qsort(values, n, sizeof *values, ascending);
    for (size_t i = 0; i < n; i++) different += i == 0 || values[i] != values[i - 1];
    return different;
}

/* distinct-n: different n-grams over n-grams. Repetition: tokens that are among the 8 before them in the
 * blank. */
static enum status variety(const struct drawn *d, struct measure_variety *out, struct error *error)
{
    enum { REACH = 8 };
    uint64_t *grams = mem_alloc_array(d->count + 1, sizeof *grams);
    size_t n = 0, pairs = 0, repeated = 0;
    if (!grams) return error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (size_t i = 0; i < d->count; i++) {
        if (d->ids[i] == UINT32_MAX) continue;
        grams[n++] = d->ids[i];
        bool again = false;
        for (size_t j = 1; j <= REACH && j <= i && d->ids[i - j] != UINT32_MAX; j++)
            again = again || d->ids[i - j] == d->ids[i];
        repeated += again;
    }
    qsort(grams, n, sizeof *grams, ascending);
    for (size_t i = 0, run = 1; i < n; i++, run++)
        if (i + 1 == n || grams[i + 1] != grams[i]) {
            double p = (double)run / (double)n;
            out->entropy -= p * log(p);
            run = 0;
        }
    out->distinct_1 = n ? (double)count_different(grams, n) / (double)n : (double)NAN;
    for (size_t i = 0; i + 1 < d->count; i++)
        if (d->ids[i] != UINT32_MAX && d->ids[i + 1] != UINT32_MAX)
            grams[pairs++] = (uint64_t)d->ids[i] << 32 | d->ids[i + 1];
    out->distinct_2 = pairs ? (double)count_different(grams, pairs) / (double)pairs : (double)NAN;
    out->repetition = n ? (double)repeated / (double)n : (double)NAN;
    mem_free(grams);
    return STATUS_OK;
}

/* ---- one blank ----------------------------------------------------------------------------------------- */

static enum status draw_fill(struct samples *s, uint64_t index, const struct hidden_words *k,
                             struct measure_samples *out)
{
    uint32_t n = (uint32_t)(k->last - k->first), offset = (uint32_t)(k->first - k->left);
    struct sedd_slot slots[MAX_BLANK_TOKENS];
    for (uint32_t i = 0; i < n; i++)
        slots[i] =
            (struct sedd_slot){.position = offset + i,
                               .index = i,
                               .allowed = fill_engine_allowed(s->engine, i           ? FILL_ALLOW_INNER
                                                                         : k->spaced ? FILL_ALLOW_SPACED
                                                                                     : FILL_ALLOW_JOINED)};
    const struct measure_options *o = s->options;
    struct sedd_problem *problems = mem_alloc_array(o->candidates, sizeof *problems);
    if (!problems) return error_set(s->error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (uint32_t c = 0; c < o->candidates; c++)
        problems[c] = (struct sedd_problem){s->window, (uint32_t)(k->right - k->left), slots, n, c};
    struct sedd_sampler_options how = {.method = o->method,
                                       .steps = o->steps,
                                       .temperature = o->temperature,
                                       .top_p = o->top_p,
                                       .seed = o->seed + index};
    struct sedd_sampler *sampler =
        sedd_sampler_new(fill_engine_net(s->engine), &how, problems, o->candidates, s->error);
    mem_free(problems);
    if (!sampler) return s->error && s->error->code ? s->error->code : STATUS_NO_MEMORY;
    enum status status = STATUS_OK;
    double begun = clock_seconds();
    uint32_t best = 0;
    uint64_t compared = 0;
    while (!status && !sedd_sampler_done(sampler)) status = sedd_sampler_step(sampler, o->cancel, s->error);
    if (!status) status = best_fill(s->engine, k, sampler, o, &best, &compared, s->error);
    out->ms_per_blank += 1e3 * (clock_seconds() - begun);
    if (!status) memcpy(s->window + offset, sedd_sampler_ids(sampler, best) + offset, n * sizeof *s->window);
    out->evaluations_per_blank += (double)(sedd_sampler_evaluations(sampler) + compared);
    sedd_sampler_free(sampler);
    return status;
}

static enum status count_right_words(struct samples *s, uint64_t i, const uint32_t *drawn,
                                     const uint32_t *own, uint32_t n)
{
    struct buffer truth = {0}, guess = {0};
    uint32_t words = 0, right = 0;
    enum status status = bpe_decode(s->where.bpe, own, n, &truth, s->error);
    if (!status) status = bpe_decode(s->where.bpe, drawn, n, &guess, s->error);
    if (!status) right = hidden_right_words(&truth, &guess, &words);
    s->right[i] = right;
    s->words[i] = words;
    buffer_free(&truth);
    buffer_free(&guess);
    return status;
}

static enum status ask_judge(struct samples *s, uint64_t i, const struct hidden_words *k, const uint32_t *own,
                             const struct rng *rng, uint64_t *evaluations)
{
    double after_own = 0;
    s->ones[i] = 1;
    enum status status =
        judge_fill(&s->judge, k, s->window, *rng, &s->judged[i], &s->after[i], evaluations, s->error);
    if (!status)
        status = judge_fill(&s->judge, k, own, *rng, &s->judged_own[i], &after_own, evaluations, s->error);
    s->cost[i] = s->judged[i] + s->after[i];
    s->after[i] -= after_own;
    return status;
}

static enum status ratio_by_document(const struct samples *s, const double *a, const double *b, double *value,
                                     double *off)
{
    struct ratio r;
    enum status status = measure_ratio(a, b, s->documents, s->options->count, &r, s->error);
    if (status) return status;
    *value = r.value;
    *off = r.error;
    return STATUS_OK;
}

/* The paired difference to the fills of an earlier measurement, per token. */
static enum status compare_costs(const struct samples *s, const struct measure_samples *before,
                                 struct measure_judgement *out)
{
    uint64_t count = s->options->count;
    if (!before || !before->cost || before->blanks != count) return STATUS_OK;
    double *difference = mem_alloc_array(count, sizeof *difference);
    if (!difference) return error_set(s->error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (uint64_t i = 0; i < count; i++) difference[i] = s->cost[i] - before->cost[i];
    enum status status =
        ratio_by_document(s, difference, s->tokens, &out->difference, &out->difference_stderr);
    mem_free(difference);
    return status;
}

static enum status finish_judgement(const struct samples *s, const struct measure_samples *before,
                                    struct measure_judgement *out)
{
    *out = (struct measure_judgement){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (!s->judge.net) return STATUS_OK;
    enum status status =
        ratio_by_document(s, s->judged, s->tokens, &out->nats_per_token, &out->nats_per_token_stderr);
    if (!status)
        status = ratio_by_document(s, s->judged_own, s->tokens, &out->own_nats_per_token,
                                   &out->own_nats_per_token_stderr);
    if (!status && s->judge.config->causal)
        status = ratio_by_document(s, s->after, s->ones, &out->after, &out->after_stderr);
    return status ? status : compare_costs(s, before, out);
}

static enum status summarise_samples(const struct samples *s, const struct measure_samples *before,
                                     struct measure_samples *out)
{
    struct ratio nats;
    uint64_t count = s->options->count;
    enum status status = measure_ratio(s->nats, s->tokens, s->documents, count, &nats, s->error);
    if (!status) status = finish_judgement(s, before, &out->judged);
    if (!status)
        status = ratio_by_document(s, s->right, s->words, &out->word_accuracy, &out->word_accuracy_stderr);
    if (!status && !before)
        status = ratio_by_document(s, s->own_nats, s->tokens, &out->own_nats_per_token,
                                   &out->own_nats_per_token_stderr);
    if (status) return status;
    out->blanks = count;
    out->documents = nats.documents;
    out->nats_per_token = nats.value;
    out->nats_per_token_stderr = nats.error;
    if (before) out->own_nats_per_token = before->own_nats_per_token;
    if (before) out->own_nats_per_token_stderr = before->own_nats_per_token_stderr;
    out->evaluations_per_blank /= (double)count;
    out->ms_per_blank /= (double)count;
    return STATUS_OK;
}

static enum status one_blank(struct samples *s, uint64_t i, struct measure_samples *out)
{
    struct rng rng;
    struct hidden_words k;
    if (!hidden_pick(&s->where, i, &rng, &k))
        return error_set(s->error, STATUS_ARGUMENT, "the text is too short for blanks of that many words");
    const uint32_t *ids = s->where.text->tokens.ids + k.left;
    size_t n = k.last - k.first, offset = k.first - k.left;
    struct rng own = rng, masks = rng; /* the same masks for all */
    memcpy(s->window, ids, (k.right - k.left) * sizeof *ids);
    enum status status = draw_fill(s, i, &k, out);
    if (!status)
        status = hidden_nats(&s->bound, &k, s->window, &rng, &s->nats[i], &out->evaluations, s->error);
    if (!status && s->with_own)
        status = hidden_nats(&s->bound, &k, ids, &own, &s->own_nats[i], &out->evaluations, s->error);
    if (!status && s->judge.net) status = ask_judge(s, i, &k, ids, &masks, &out->evaluations);
    if (!status) status = count_right_words(s, i, s->window + offset, ids + offset, (uint32_t)n);
    if (!status && (!keep_fill(&s->drawn, s->window + offset, n) || !keep_fill(&s->own, ids + offset, n)))
        status = error_set(s->error, STATUS_NO_MEMORY, "not enough memory to measure");
    s->tokens[i] = (double)n;
    s->documents[i] = measure_document_of(s->where.text, k.first);
    out->tokens += n;
    return status;
}

static void close_samples(struct samples *s)
{
    void *all[] = {s->right,     s->words,      s->window,     s->nats,    s->own_nats, s->tokens,
                   s->judged,    s->judged_own, s->after,      s->ones,    s->cost,     s->own.ids,
                   s->drawn.ids, s->bound.work, s->bound.rows, s->bound.f, s->documents};
    judge_close(&s->judge);
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) mem_free(all[i]);
}

void measure_samples_free(struct measure_samples *samples)
{
    mem_free(samples->cost);
    samples->cost = NULL;
}

enum status measure_samples(struct fill_engine *engine, const struct measure_text *text,
                            const struct measure_options *options, const struct measure_samples *before,
                            struct measure_samples *out, struct error *error)
{
    const struct sedd_config *c = fill_engine_config(engine);
    size_t columns = sedd_head_columns(c), count = options->count;
    struct samples s = {.engine = engine,
                        .options = options,
                        .where = {fill_engine_bpe(engine), c, text, options},
                        .bound = {.net = fill_engine_net(engine), .config = c, .options = options},
                        .with_own = !before,
                        .error = error};
    *out = (struct measure_samples){0};
    if (c->graph != SEDD_ABSORB)
        return error_set(error, STATUS_UNSUPPORTED,
                         "only the absorbing graph has a bound for its own samples");
    if (text->bytes == 0) return error_set(error, STATUS_ARGUMENT, "the text is empty");
    s.window = mem_alloc_array(c->length, sizeof *s.window);
    s.nats = mem_zalloc_array(count, sizeof *s.nats);
    s.own_nats = mem_zalloc_array(count, sizeof *s.own_nats);
    s.tokens = mem_zalloc_array(count, sizeof *s.tokens);
    s.right = mem_zalloc_array(count, sizeof *s.right);
    s.words = mem_zalloc_array(count, sizeof *s.words);
    s.documents = mem_zalloc_array(count, sizeof *s.documents);
    s.judged = mem_zalloc_array(count, sizeof *s.judged);
    s.judged_own = mem_zalloc_array(count, sizeof *s.judged_own);
    s.after = mem_zalloc_array(count, sizeof *s.after);
    s.ones = mem_zalloc_array(count, sizeof *s.ones);
    s.cost = mem_zalloc_array(count, sizeof *s.cost);
    s.bound.work = mem_alloc_array(c->length, sizeof *s.bound.work);
    s.bound.rows = mem_alloc_array(MAX_BLANK_TOKENS, sizeof *s.bound.rows);
    s.bound.f = mem_alloc_array(MAX_BLANK_TOKENS * columns, sizeof *s.bound.f);
    bool ok = s.window && s.nats && s.own_nats && s.tokens && s.right && s.words && s.documents && s.judged &&
              s.judged_own && s.after && s.ones && s.cost && s.bound.work && s.bound.rows && s.bound.f;
    enum status status = ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    if (!status && options->judge) status = judge_open(&s.judge, c, options, error);
    for (uint64_t i = 0; i < count && !status; i++) {
        status = one_blank(&s, i, out);
        if (options->progress) options->progress(options->context, i + 1, count);
    }
    if (!status) status = variety(&s.drawn, &out->variety, error);
    if (!status) status = variety(&s.own, &out->own_variety, error);
    if (!status) status = summarise_samples(&s, before, out);
    if (!status && options->judge) out->cost = s.cost, s.cost = NULL;
    close_samples(&s);
    return status;
}
