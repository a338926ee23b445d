/* The variational bound on a text, window by window: docs/SEDD.md, section 5. For an autoregressive model its
 * exact likelihood. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <string.h>

enum { BATCH = 16 };

struct document_part { /* part of a window between two separators */
    const uint32_t *tokens;
    uint32_t length;
    size_t unit; /* where its nats are added */
};

/* The sums of every piece, for the ratio and its error. */
struct units {
    double *nats, *bytes;
    uint32_t *documents;
    size_t count, nats_capacity, bytes_capacity, documents_capacity;
};

struct bound {
    struct sedd_net *net;
    const struct sedd_config *config;
    const struct measure_options *options;
    struct error *error;
    uint32_t *ids, *rows; /* (BATCH, L) */
    const struct document_part *of[BATCH];
    double factor[BATCH];
    float level[BATCH];
    struct sedd_sequence sequences[BATCH];
    uint32_t waiting;
    float *f;         /* (BATCH·L, H) */
    float *log_score; /* (S) */
    double *weights;  /* (S) */
    struct units units;
    uint64_t evaluations;
};

/* Loss of one evaluated sequence of an absorbing model: factor · Σ −ln q over its masked rows. */
static const float *collect_absorb(struct bound *b, uint32_t i, const float *f)
{
    const struct sedd_sequence *q = &b->sequences[i];
    size_t columns = sedd_head_columns(b->config);
    for (uint32_t r = 0; r < q->row_count; r++, f += columns)
        b->units.nats[b->of[i]->unit] +=
            b->factor[i] * row_nats(b->config, f, b->of[i]->tokens[q->rows[r]], false);
    return f;
}

/* p(x0 | x_t0). Any distribution keeps it a bound. The raw weights of a score that is not normalised may be 0
 * or less at x0, so a millionth is spread evenly. NaN stays NaN. */
static double add_reconstruction(const double *weights, uint32_t states, uint32_t x0)
{
    const double even = 1e-6;
    double sum = 0;
    for (uint32_t y = 0; y < states; y++) sum += weights[y] < 0 ? 0 : weights[y];
    if (sum == 0) return 1.0 / states;
    return (1 - even) * (weights[x0] < 0 ? 0 : weights[x0]) / sum + even / states;
}

/* Uniform graph: all rows. A negative factor marks the reconstruction term at t0. */
static const float *collect_uniform(struct bound *b, uint32_t i, const float *f)
{
    const struct sedd_sequence *q = &b->sequences[i];
    uint32_t states = sedd_states(b->config);
    double level = (double)b->level[i], *nats = &b->units.nats[b->of[i]->unit];
    for (uint32_t r = 0; r < q->length; r++, f += states) {
        uint32_t x = q->ids[r], x0 = b->of[i]->tokens[r];
        sedd_log_score(b->config, f, x, level, b->log_score);
        if (b->factor[i] >= 0) {
            *nats += b->factor[i] * sedd_score_entropy(b->config, b->log_score, x, x0, level, NULL);
            continue;
        }
        sedd_denoise_weights(b->config, b->log_score, x, level, b->weights);
        *nats += b->factor[i] * log(add_reconstruction(b->weights, states, x0));
    }
    return f;
}

static enum status evaluate_waiting(struct bound *b)
{
    if (!b->waiting) return STATUS_OK;
    enum status status =
        sedd_net_evaluate(b->net, b->sequences, b->waiting, b->f, b->options->cancel, b->error);
    const float *f = b->f;
    for (uint32_t i = 0; i < b->waiting && !status; i++)
        f = b->config->graph == SEDD_ABSORB ? collect_absorb(b, i, f) : collect_uniform(b, i, f);
    b->evaluations += b->waiting;
    b->waiting = 0;
    return status;
}

static enum status add_row(struct bound *b, const struct document_part *piece, uint32_t masked, double factor,
                           double level)
{
    uint32_t i = b->waiting++, length = b->config->length;
    b->of[i] = piece;
    b->factor[i] = factor;
    b->level[i] = (float)level;
    b->sequences[i] = (struct sedd_sequence){
        .ids = b->ids + (size_t)i * length, .length = piece->length, .sigma_bar = (float)level};
    if (b->config->graph == SEDD_ABSORB) {
        b->sequences[i].rows = b->rows + (size_t)i * length;
        b->sequences[i].row_count = masked;
    }
    return b->waiting == BATCH ? evaluate_waiting(b) : STATUS_OK;
}

/* Autoregressive: row i of the head predicts token i. */
static enum status add_causal(struct bound *b, const struct document_part *piece)
{
    uint32_t *ids = b->ids + (size_t)b->waiting * b->config->length;
    uint32_t *rows = b->rows + (size_t)b->waiting * b->config->length;
    for (uint32_t i = 0; i < piece->length; i++) {
        ids[i] = i ? piece->tokens[i - 1] : (uint32_t)b->config->endoftext;
        rows[i] = i;
    }
    return add_row(b, piece, piece->length, 1, 0);
}

/* k-form: (n/k) Σ −ln q, averaged over the draws. */
static enum status draw_absorb(struct bound *b, const struct document_part *piece, uint32_t draw,
                               struct rng *rng)
{
    uint32_t *ids = b->ids + (size_t)b->waiting * b->config->length;
    uint32_t *rows = b->rows + (size_t)b->waiting * b->config->length;
    uint32_t n = piece->length, draws = count_draws(b->options->draws, n);
    uint32_t k = stratified_count(rng, draw, draws, n);
    for (uint32_t i = 0; i < n; i++) rows[i] = i;
    hide_positions(rng, rows, n, k);
    memcpy(ids, piece->tokens, n * sizeof *ids);
    for (uint32_t i = 0; i < k; i++) ids[rows[i]] = b->config->tokens;
    return add_row(b, piece, k, (double)n / k / draws, sedd_sigma_bar_of_state(b->config, k, n));
}

static void add_noise(struct bound *b, const struct document_part *piece, double level, struct rng *rng)
{
    uint32_t *ids = b->ids + (size_t)b->waiting * b->config->length;
    double keep = exp(-level);
    for (uint32_t i = 0; i < piece->length; i++)
        ids[i] = rng_uniform(rng) < keep ? piece->tokens[i] : (uint32_t)rng_below(rng, b->config->tokens);
}

static enum status draw_uniform_graph(struct bound *b, const struct document_part *piece, uint32_t draw,
                                      struct rng *rng)
{
    const struct sedd_config *c = b->config;
    double t0 = SEDD_SAMPLING_EPS, draws = b->options->draws;
    double t = t0 + (1 - t0) * (draw + rng_uniform(rng)) / draws, level = sedd_sigma_bar(c, t);
    add_noise(b, piece, level, rng);
    enum status status = add_row(b, piece, 0, (1 - t0) * sedd_sigma(c, t) / draws, level);
    if (status) return status;
    level = sedd_sigma_bar(c, t0);
    add_noise(b, piece, level, rng);
    if ((status = add_row(b, piece, 0, -1 / draws, level))) return status;
    if (draw > 0) return STATUS_OK;
    /* KL(p_1 ‖ uniform), the same at every position */
    double v = c->tokens, spread = -expm1(-sedd_sigma_bar(c, 1)) / v, own = 1 - (v - 1) * spread;
    b->units.nats[piece->unit] += piece->length * ((v - 1) * spread * log(spread * v) + own * log(own * v));
    return STATUS_OK;
}

static enum status add_unit(struct bound *b, const struct measure_text *text, size_t token)
{
    struct units *u = &b->units;
    if (!mem_grow(&u->nats, &u->nats_capacity, u->count + 1, sizeof *u->nats) ||
        !mem_grow(&u->bytes, &u->bytes_capacity, u->count + 1, sizeof *u->bytes) ||
        !mem_grow(&u->documents, &u->documents_capacity, u->count + 1, sizeof *u->documents))
        return error_set(b->error, STATUS_NO_MEMORY, "not enough memory for a window");
    u->nats[u->count] = u->bytes[u->count] = 0;
    u->documents[u->count++] = measure_document_of(text, token);
    return STATUS_OK;
}

/* Cuts the window at its separators; each ends its piece. */
static enum status cut_at_separators(struct bound *b, const struct bpe *bpe, const struct measure_text *text,
                                     size_t at, uint32_t length, struct document_part *pieces,
                                     uint32_t *count)
{
    const uint32_t *tokens = text->tokens.ids + at;
    enum status status = STATUS_OK;
    for (uint32_t i = 0, begin = 0; i < length && !status; i++) {
        bool separates = tokens[i] == (uint32_t)b->config->endoftext;
        if (i == begin) status = add_unit(b, text, at + i);
        if (status) break;
        if (!separates) b->units.bytes[b->units.count - 1] += (double)bpe_token_bytes(bpe, tokens[i]).size;
        if (i + 1 < length && !separates) continue;
        pieces[(*count)++] = (struct document_part){tokens + begin, i + 1 - begin, b->units.count - 1};
        begin = i + 1;
    }
    return status;
}

static enum status measure_piece(struct bound *b, const struct document_part *piece, struct rng *rng)
{
    bool absorbs = b->config->graph == SEDD_ABSORB;
    if (b->config->causal) return add_causal(b, piece);
    uint32_t draws = absorbs ? count_draws(b->options->draws, piece->length) : b->options->draws;
    enum status status = STATUS_OK;
    for (uint32_t d = 0; d < draws && !status; d++)
        status = absorbs ? draw_absorb(b, piece, d, rng) : draw_uniform_graph(b, piece, d, rng);
    return status;
}

static enum status measure_window(struct bound *b, const struct bpe *bpe, const struct measure_text *text,
                                  uint64_t number, struct measure_bound *out)
{
    size_t at = (size_t)number * b->config->length, first = b->units.count;
    uint32_t length =
        text->tokens.count - at < b->config->length ? (uint32_t)(text->tokens.count - at) : b->config->length;
    uint32_t count = 0;
    struct document_part *pieces = mem_alloc_array(length, sizeof *pieces);
    if (!pieces) return error_set(b->error, STATUS_NO_MEMORY, "not enough memory for a window");
    struct rng rng = {.seed = b->options->seed, .stream = 0x626F756E64000000u + number};
    enum status status = cut_at_separators(b, bpe, text, at, length, pieces, &count);
    for (uint32_t p = 0; p < count && !status; p++) status = measure_piece(b, &pieces[p], &rng);
    if (!status) status = evaluate_waiting(b);
    mem_free(pieces);
    for (size_t i = first; i < b->units.count && !status; i++)
        if (!isfinite(b->units.nats[i]))
            status = error_set(b->error, STATUS_FORMAT,
                               "the bound is not finite: in window %llu the model gives %s",
                               (unsigned long long)number,
                               b->config->graph == SEDD_UNIFORM ? "an infinite score"
                                                                : "a token of the text zero probability");
    for (size_t i = first; i < b->units.count; i++) out->bytes += (uint64_t)b->units.bytes[i];
    out->tokens += length;
    out->words += measure_words(text, bpe, b->config->endoftext, at, at + length);
    return status;
}

static enum status summarise_bound(struct bound *b, struct measure_bound *out)
{
    struct ratio ratio;
    const struct units *u = &b->units;
    enum status status = measure_ratio(u->nats, u->bytes, u->documents, u->count, &ratio, b->error);
    if (status) return status;
    double nats = ratio.value * (double)out->bytes;
    out->documents = ratio.documents;
    out->nats_per_token = nats / (double)out->tokens;
    out->bits_per_byte = ratio.value / M_LN2;
    out->word_perplexity = exp(nats / (double)out->words);
    out->stderr_bits_per_byte = ratio.error / M_LN2;
    out->evaluations = b->evaluations;
    if (isfinite(out->bits_per_byte)) return STATUS_OK;
    return error_set(b->error, STATUS_ARGUMENT, "the windows contain no text");
}

static enum status measure_windows(struct bound *b, const struct bpe *bpe, const struct measure_text *text,
                                   const uint64_t *order, uint64_t chosen, struct measure_bound *out)
{
    enum status status = STATUS_OK;
    for (uint64_t w = 0; w < chosen && !status; w++) {
        status = measure_window(b, bpe, text, order[w], out);
        if (b->options->progress) b->options->progress(b->options->context, w + 1, chosen);
    }
    out->windows = chosen;
    return status ? status : summarise_bound(b, out);
}

enum status measure_bound(struct sedd_net *net, const struct bpe *bpe, const struct measure_text *text,
                          const struct measure_options *options, struct measure_bound *out,
                          struct error *error)
{
    const struct sedd_config *c = sedd_model_config(sedd_net_model(net));
    size_t length = c->length, states = sedd_states(c);
    *out = (struct measure_bound){.draws = options->draws};
    if (text->bytes == 0) return error_set(error, STATUS_ARGUMENT, "the text is empty");
    uint64_t windows = (text->tokens.count + length - 1) / length;
    uint64_t chosen = options->windows && options->windows < windows ? options->windows : windows;
    struct bound b = {.net = net, .config = c, .options = options, .error = error};
    uint64_t *order = mem_alloc_array(windows, sizeof *order);
    b.ids = mem_alloc_array(BATCH * length, sizeof *b.ids);
    b.rows = mem_alloc_array(BATCH * length, sizeof *b.rows);
    b.f = mem_alloc_array(BATCH * length * sedd_head_columns(c), sizeof *b.f);
    b.log_score = mem_alloc_array(states, sizeof *b.log_score);
    b.weights = mem_alloc_array(states, sizeof *b.weights);
    enum status status = order && b.ids && b.rows && b.f && b.log_score && b.weights
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    if (!status) {
        struct rng rng = {.seed = options->seed, .stream = 0x77696E646F77u};
        for (uint64_t i = 0; i < windows; i++) order[i] = i;
        for (uint64_t i = 0; chosen < windows && i < chosen; i++) { /* a sample without replacement */
            uint64_t j = i + rng_below(&rng, windows - i), kept = order[j];
            order[j] = order[i];
            order[i] = kept;
        }
        status = measure_windows(&b, bpe, text, order, chosen, out);
    }
    mem_free(order);
    mem_free(b.ids);
    mem_free(b.rows);
    mem_free(b.f);
    mem_free(b.log_score);
    mem_free(b.weights);
    mem_free(b.units.nats);
    mem_free(b.units.bytes);
    mem_free(b.units.documents);
    return status;
}
