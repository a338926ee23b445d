/* Hidden words: how many nats they cost given everything around them, and how many are guessed. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <string.h>

struct blanks {
    struct sedd_net *net;
    const struct sedd_config *config;
    const struct bpe *bpe;
    const struct measure_text *text;
    const struct measure_options *options;
    struct error *error;
    uint64_t *allowed[FILL_ALLOWED];
    double *unigram; /* (V) −ln of the text's own frequencies */
    uint32_t *ids, *rows;
    float *f;
    double *per_blank_nats, *per_blank_bytes; /* (count) */
    double *per_blank_right, *per_blank_words, *per_blank_exact, *ones;
    uint32_t *documents; /* (count) */
};

/* ---- one blank ----------------------------------------------------------------------------------------- */

/* ---- the autoregressive baseline: only the left context ---------------------------------------------- */

/* −ln p of token `at` of the text, or (draw) a token for that place, given `left` tokens before it: one
 * evaluation. */
static enum status next_token(struct blanks *b, uint32_t left, const uint64_t *allowed, struct rng *rng,
                              uint32_t *id, double *nats, uint64_t *evaluations)
{
    struct sedd_sequence q = {.ids = b->ids, .length = left + 1, .rows = &left, .row_count = 1};
    enum status status = sedd_net_evaluate(b->net, &q, 1, b->f, b->options->cancel, b->error);
    ++*evaluations;
    if (status) return status;
    if (nats) *nats += row_nats(b->config, b->f, *id, true);
    if (allowed) *id = measure_draw(b->f, allowed, b->config->tokens, b->options->top_p, rng);
    return STATUS_OK;
}

/* Bound and guess in one pass: the likelihood of the true tokens given the left context, and as many tokens
 * drawn from left to right, greedily or (top_p < 1) from the nucleus. */
static enum status from_the_left(struct blanks *b, const struct hidden_words *k, struct rng *rng,
                                 double *nats, struct buffer *words, uint64_t *evaluations)
{
    uint32_t n = (uint32_t)(k->last - k->first), left = (uint32_t)(k->first - k->left),
             drawn[MAX_BLANK_TOKENS];
    const uint32_t *text = b->text->tokens.ids + k->left;
    enum status status = STATUS_OK;
    b->ids[0] = (uint32_t)b->config->endoftext;
    memcpy(b->ids + 1, text, left * sizeof *b->ids);
    for (uint32_t i = 0; i < n && !status; i++) {
        uint32_t id = text[left + i];
        status = next_token(b, left + i, NULL, rng, &id, nats, evaluations);
        if (left + i + 1 < b->config->length) b->ids[left + i + 1] = id;
    }
    for (uint32_t i = 0; i < n && !status; i++) {
        enum fill_allowed kind = i ? FILL_ALLOW_INNER : k->spaced ? FILL_ALLOW_SPACED : FILL_ALLOW_JOINED;
        status = next_token(b, left + i, b->allowed[kind], rng, &drawn[i], NULL, evaluations);
        if (left + i + 1 < b->config->length) b->ids[left + i + 1] = drawn[i];
    }
    return status ? status : bpe_decode(b->bpe, drawn, n, words, b->error);
}

/* Filled greedily at its true length: most confident position first. */
static enum status fill_greedily(struct blanks *b, const struct hidden_words *k, struct buffer *words,
                                 uint64_t *evaluations)
{
    uint32_t n = (uint32_t)(k->last - k->first);
    struct sedd_slot slots[MAX_BLANK_TOKENS];
    for (uint32_t i = 0; i < n; i++)
        slots[i] = (struct sedd_slot){.position = (uint32_t)(k->first - k->left) + i,
                                      .index = i,
                                      .allowed = b->allowed[i           ? FILL_ALLOW_INNER
                                                            : k->spaced ? FILL_ALLOW_SPACED
                                                                        : FILL_ALLOW_JOINED]};
    struct sedd_problem problem = {.ids = b->text->tokens.ids + k->left,
                                   .length = (uint32_t)(k->right - k->left),
                                   .slots = slots,
                                   .count = n};
    bool absorb = b->config->graph == SEDD_ABSORB;
    struct sedd_sampler_options how = {.method = absorb ? SEDD_FIRST_HITTING : SEDD_ANALYTIC,
                                       .steps = absorb ? (int)n : 32,
                                       .temperature = absorb ? 0 : 1,
                                       .top_p = 1,
                                       .seed = b->options->seed};
    struct sedd_sampler *sampler = sedd_sampler_new(b->net, &how, &problem, 1, b->error);
    if (!sampler) return STATUS_NO_MEMORY;
    enum status status = STATUS_OK;
    while (!status && !sedd_sampler_done(sampler))
        status = sedd_sampler_step(sampler, b->options->cancel, b->error);
    if (!status)
        status = bpe_decode(b->bpe, sedd_sampler_ids(sampler, 0) + slots[0].position, n, words, b->error);
    *evaluations += sedd_sampler_evaluations(sampler);
    sedd_sampler_free(sampler);
    return status;
}

static enum status one_blank(struct blanks *b, uint64_t i, struct measure_blanks *out)
{
    struct rng rng;
    struct hidden_words k;
    struct hidden_bound bound = {b->net, b->config, b->options, b->ids, b->rows, b->f};
    struct hidden_in where = {b->bpe, b->config, b->text, b->options};
    if (!hidden_pick(&where, i, &rng, &k))
        return error_set(b->error, STATUS_ARGUMENT, "the text is too short for blanks of that many words");
    struct buffer truth = {0}, guess = {0};
    uint32_t n = (uint32_t)(k.last - k.first), words = 0, right = 0;
    enum status status = bpe_decode(b->bpe, b->text->tokens.ids + k.first, n, &truth, b->error);
    uint64_t evaluations = 0;
    double begun = clock_seconds();
    if (!status && b->config->causal)
        status = from_the_left(b, &k, &rng, &b->per_blank_nats[i], &guess, &evaluations);
    else if (!status && b->config->graph == SEDD_ABSORB)
        status = hidden_nats(&bound, &k, b->text->tokens.ids + k.left, &rng, &b->per_blank_nats[i],
                             &out->evaluations, b->error);
    if (!b->config->causal) begun = clock_seconds();
    if (!status && !b->config->causal) status = fill_greedily(b, &k, &guess, &evaluations);
    out->ms_per_blank += 1e3 * (clock_seconds() - begun);
    out->evaluations_per_blank += (double)evaluations;
    out->evaluations += evaluations;
    if (!status) {
        right = hidden_right_words(&truth, &guess, &words);
        b->per_blank_exact[i] = truth.size == guess.size && memcmp(truth.data, guess.data, truth.size) == 0;
        b->ones[i] = 1;
        b->documents[i] = measure_document_of(b->text, k.first);
        out->tokens += n;
        out->words += words;
        out->bytes += truth.size;
        b->per_blank_bytes[i] = (double)truth.size;
        b->per_blank_right[i] = right;
        b->per_blank_words[i] = words;
        for (size_t t = k.first; t < k.last; t++)
            out->unigram_nats_per_token += b->unigram[b->text->tokens.ids[t]];
    }
    buffer_free(&truth);
    buffer_free(&guess);
    return status;
}

/* ---- all blanks ---------------------------------------------------------------------------------------- */

static enum status summarise_blanks(const struct blanks *b, struct measure_blanks *out)
{
    uint64_t n = b->options->count;
    struct ratio bits, right, exact;
    enum status status =
        measure_ratio(b->per_blank_nats, b->per_blank_bytes, b->documents, n, &bits, b->error);
    if (!status)
        status = measure_ratio(b->per_blank_right, b->per_blank_words, b->documents, n, &right, b->error);
    if (!status) status = measure_ratio(b->per_blank_exact, b->ones, b->documents, n, &exact, b->error);
    if (status) return status;
    out->blanks = n;
    out->documents = bits.documents;
    out->draws = b->options->draws;
    out->bits_per_byte = bits.value / M_LN2;
    out->stderr_bits_per_byte = bits.error / M_LN2;
    out->nats_per_token = bits.value * (double)out->bytes / (double)out->tokens;
    if (b->config->graph != SEDD_ABSORB)
        out->bits_per_byte = out->nats_per_token = out->stderr_bits_per_byte = NAN;
    out->word_accuracy = right.value;
    out->word_accuracy_stderr = right.error;
    out->exact = exact.value;
    out->exact_stderr = exact.error;
    out->unigram_nats_per_token /= (double)out->tokens;
    out->evaluations_per_blank /= (double)n;
    out->ms_per_blank /= (double)n;
    return STATUS_OK;
}

static void count_unigrams(struct blanks *b)
{
    uint32_t v = b->config->tokens;
    size_t total = b->text->tokens.count;
    for (size_t i = 0; i < total; i++)
        if (b->text->tokens.ids[i] < v) b->unigram[b->text->tokens.ids[i]]++;
    for (uint32_t y = 0; y < v; y++)
        b->unigram[y] = b->unigram[y] > 0 ? log((double)total / b->unigram[y]) : 0;
}

enum status measure_blanks(struct sedd_net *net, const struct bpe *bpe, const struct measure_text *text,
                           const struct measure_options *options, struct measure_blanks *out,
                           struct error *error)
{
    const struct sedd_config *c = sedd_model_config(sedd_net_model(net));
    struct blanks b = {.net = net, .config = c, .bpe = bpe, .text = text, .options = options, .error = error};
    *out = (struct measure_blanks){0};
    if (text->bytes == 0) return error_set(error, STATUS_ARGUMENT, "the text is empty");
    b.ids = mem_alloc_array(c->length, sizeof *b.ids);
    b.rows = mem_alloc_array(c->length, sizeof *b.rows);
    b.f = mem_alloc_array(MAX_BLANK_TOKENS * (size_t)sedd_head_columns(c), sizeof *b.f);
    b.unigram = mem_zalloc_array(c->tokens, sizeof *b.unigram);
    b.per_blank_nats = mem_zalloc_array(options->count, sizeof(double));
    b.per_blank_bytes = mem_zalloc_array(options->count, sizeof(double));
    b.per_blank_right = mem_zalloc_array(options->count, sizeof(double));
    b.per_blank_words = mem_zalloc_array(options->count, sizeof(double));
    b.per_blank_exact = mem_zalloc_array(options->count, sizeof(double));
    b.ones = mem_zalloc_array(options->count, sizeof(double));
    b.documents = mem_zalloc_array(options->count, sizeof *b.documents);
    enum status status = b.ids && b.rows && b.f && b.unigram && b.per_blank_nats && b.per_blank_bytes &&
                                 b.per_blank_right && b.per_blank_words && b.per_blank_exact && b.ones &&
                                 b.documents
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (int kind = 0; kind < FILL_ALLOWED && !status; kind++) {
        b.allowed[kind] = fill_allowed_new(bpe, c->tokens, (enum fill_allowed)kind, error);
        if (!b.allowed[kind]) status = error && error->code ? error->code : STATUS_NO_MEMORY;
    }
    if (!status) count_unigrams(&b);
    for (uint64_t i = 0; i < options->count && !status; i++) {
        status = one_blank(&b, i, out);
        if (options->progress) options->progress(options->context, i + 1, options->count);
    }
    if (!status) status = summarise_blanks(&b, out);
    for (int kind = 0; kind < FILL_ALLOWED; kind++) mem_free(b.allowed[kind]);
    void *all[] = {b.ids,
                   b.rows,
                   b.f,
                   b.unigram,
                   b.per_blank_nats,
                   b.per_blank_bytes,
                   b.per_blank_right,
                   b.per_blank_words,
                   b.per_blank_exact,
                   b.ones,
                   b.documents};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) mem_free(all[i]);
    return status;
}
