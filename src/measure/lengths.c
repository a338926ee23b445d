/* How well a blank's length is guessed: held-out spans are removed from the text, and the engine chooses how
 * many tokens belong there. Also fits the curve for the length search on such spans. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 48, TRIES = 2000 };

struct spans {
    struct fill_engine *engine;
    const struct bpe *bpe;
    const struct sedd_config *config;
    const struct measure_text *text;
    const struct measure_options *options;
    struct error *error;
};

static struct slice token_bytes(const struct spans *s, size_t at)
{
    return bpe_token_bytes(s->bpe, s->text->tokens.ids[at]);
}

static bool begins_with_space(const struct spans *s, size_t at)
{
    struct slice t = token_bytes(s, at);
    return !bpe_is_special(s->bpe, s->text->tokens.ids[at]) && t.size > 1 && t.data[0] == ' ';
}

/* Tokens [first, last), 1 to 48 of them inside one paragraph, with a space before them and one after. */
static bool find_span(const struct spans *s, struct rng *rng, size_t *first, size_t *last)
{
    size_t count = s->text->tokens.count, at = rng_below(rng, count);
    double u = rng_uniform(rng);
    size_t want =
        s->options->uniform_lengths ? 1 + (size_t)(u * LONGEST) : (size_t)exp(u * log(LONGEST + 1.0));
    if (!begins_with_space(s, at)) return false; /* every such place has the same probability */
    *first = at;
    for (size_t i = at; i < count && i - at < want; i++)
        if (bpe_is_special(s->bpe, s->text->tokens.ids[i]) ||
            memchr(token_bytes(s, i).data, '\n', token_bytes(s, i).size))
            return false;
    *last = at + want;
    return *last < count && begins_with_space(s, *last);
}

/* The text around the span, without the span: a draft with one blank. */
static enum status make_draft(const struct spans *s, size_t first, size_t last, struct buffer *draft,
                              size_t *blank)
{
    size_t reach = s->config->length, low = first, high = last;
    const uint32_t *ids = s->text->tokens.ids;
    while (low > 0 && first - low < reach && ids[low - 1] != (uint32_t)s->config->endoftext) low--;
    while (high < s->text->tokens.count && high - last < reach && ids[high] != (uint32_t)s->config->endoftext)
        high++;
    enum status status = bpe_decode(s->bpe, ids + low, (uint32_t)(first - low), draft, s->error);
    if (!status && !buffer_append_char(draft, ' ')) /* the first token's space stays in the draft */
        status = error_set(s->error, STATUS_NO_MEMORY, "not enough memory to measure");
    *blank = draft->size;
    if (!status) status = bpe_decode(s->bpe, ids + last, (uint32_t)(high - last), draft, s->error);
    return status;
}

/* `first`: the span's first token. */
typedef enum status use(void *context, const struct fill_site *site, size_t truth, size_t first);

/* Calls `with` for the i-th span, as a site whose blank may have 1 to 64 tokens. */
static enum status with_span(const struct spans *s, uint64_t i, use *with, void *context)
{
    struct rng rng = {.seed = s->options->seed, .stream = 0x6C656E6774680000u + i};
    size_t first = 0, last = 0, at = 0;
    bool found = false;
    for (int tries = 0; tries < TRIES && !found; tries++) found = find_span(s, &rng, &first, &last);
    if (!found) return error_set(s->error, STATUS_ARGUMENT, "the text has too few long paragraphs");
    struct buffer draft = {0};
    enum status status = make_draft(s, first, last, &draft, &at);
    if (!status) {
        struct slice bytes = {draft.data, draft.size};
        struct fill_blank blank = {.start = at, .end = at, .min = 1, .max = FILL_ANY_TOKENS};
        struct fill_dialect dialect = fill_dialect_detect((struct slice){"", 0}, s->config->dialect);
        struct fill_site site = {s->engine, &dialect, bytes, &blank, 1, 0, bytes.size, false};
        status = with(context, &site, last - first, first);
    }
    buffer_free(&draft);
    return status;
}

/* ---- the error of the guess ---------------------------------------------------------------------------- */

struct guesses {
    const struct spans *spans;
    struct measure_lengths *out;
    double *errors, *ones, *nats;
    uint32_t *truths, *documents;
    uint64_t count;
};

static enum status guess_length(void *context, const struct fill_site *site, size_t truth, size_t first)
{
    struct guesses *g = context;
    uint32_t length = 0;
    enum status status = fill_choose_lengths(site, fill_length_quantile(0), &length, &g->out->evaluations,
                                             g->spans->options->cancel, g->spans->error);
    if (status) return status;
    status = fill_length_log_odds(site, 0, (uint32_t)truth, &g->nats[g->count], NULL,
                                  g->spans->options->cancel, g->spans->error);
    if (status) return status;
    double difference = (double)length - (double)truth;
    g->errors[g->count] = fabs(difference);
    g->ones[g->count] = 1;
    g->documents[g->count] = measure_document_of(g->spans->text, first);
    g->truths[g->count++] = (uint32_t)truth;
    g->out->bias += difference;
    g->out->within_a_quarter += fabs(difference) <= 0.25 * (double)truth;
    return STATUS_OK;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static enum status summarise_guesses(struct guesses *g)
{
    struct measure_lengths *out = g->out;
    struct ratio error;
    double n = (double)g->count;
    enum status status = measure_ratio(g->errors, g->ones, g->documents, g->count, &error, g->spans->error);
    if (status) return status;
    out->mean_absolute_error = error.value;
    out->mean_absolute_error_stderr = error.error;
    out->documents = error.documents;
    status = measure_ratio(g->nats, g->ones, g->documents, g->count, &error, g->spans->error);
    if (status) return status;
    out->nats = error.value;
    out->nats_stderr = error.error;
    /* the median is the best guess without looking at the blank */
    qsort(g->truths, g->count, sizeof *g->truths, ascending);
    for (uint64_t i = 0; i < g->count; i++)
        out->constant_mean_absolute_error += fabs((double)g->truths[i] - (double)g->truths[g->count / 2]) / n;
    out->bias /= n;
    out->within_a_quarter /= n;
    out->blanks = g->count;
    return STATUS_OK;
}

static enum status open_spans(struct spans *s, struct fill_engine *engine, const struct measure_text *text,
                              const struct measure_options *options, struct error *error)
{
    *s = (struct spans){engine, fill_engine_bpe(engine), fill_engine_config(engine), text, options, error};
    if (text->bytes == 0) return error_set(error, STATUS_ARGUMENT, "the text is empty");
    return STATUS_OK;
}

enum status measure_lengths(struct fill_engine *engine, const struct measure_text *text,
                            const struct measure_options *options, struct measure_lengths *out,
                            struct error *error)
{
    struct spans s;
    *out = (struct measure_lengths){0};
    struct guesses g = {.spans = &s, .out = out};
    enum status status = open_spans(&s, engine, text, options, error);
    g.errors = mem_zalloc_array(options->count, sizeof *g.errors);
    g.nats = mem_zalloc_array(options->count, sizeof *g.nats);
    g.truths = mem_zalloc_array(options->count, sizeof *g.truths);
    g.ones = mem_zalloc_array(options->count, sizeof *g.ones);
    g.documents = mem_zalloc_array(options->count, sizeof *g.documents);
    if (!status && (!g.errors || !g.nats || !g.truths || !g.ones || !g.documents))
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (uint64_t i = 0; i < options->count && !status; i++) {
        status = with_span(&s, i, guess_length, &g);
        if (options->progress) options->progress(options->context, i + 1, options->count);
    }
    if (!status) status = summarise_guesses(&g);
    mem_free(g.errors);
    mem_free(g.nats);
    mem_free(g.truths);
    mem_free(g.ones);
    mem_free(g.documents);
    return status;
}

/* ---- the curve ----------------------------------------------------------------------------------------- */

struct curve {
    const struct spans *spans;
    uint32_t lengths[FILL_MAX_TRIALS], count;
    double sum[FILL_MAX_TRIALS];
    uint64_t used[FILL_MAX_TRIALS];
};

static enum status add_confidences(void *context, const struct fill_site *site, size_t truth, size_t first)
{
    struct curve *c = context;
    (void)truth, (void)first;
    for (uint32_t i = 0; i < c->count; i++) {
        double confidence;
        enum status status = fill_length_confidence(site, 0, c->lengths[i], &confidence,
                                                    c->spans->options->cancel, c->spans->error);
        if (status) return status;
        if (confidence < 0) continue;
        c->sum[i] += confidence;
        c->used[i]++;
    }
    return STATUS_OK;
}

/* Solves the 3×3 normal equations m x = y by elimination with pivots; false if singular. */
static bool solve_equations(double m[3][4], double x[3])
{
    for (int k = 0; k < 3; k++) {
        int best = k;
        for (int i = k + 1; i < 3; i++)
            if (fabs(m[i][k]) > fabs(m[best][k])) best = i;
        if (fabs(m[best][k]) < 1e-12) return false;
        for (int j = 0; j < 4; j++) {
            double kept = m[k][j];
            m[k][j] = m[best][j];
            m[best][j] = kept;
        }
        for (int i = 0; i < 3; i++) {
            double factor = i == k ? 0 : m[i][k] / m[k][k];
            for (int j = 0; j < 4; j++) m[i][j] -= factor * m[k][j];
        }
    }
    for (int k = 0; k < 3; k++) x[k] = m[k][3] / m[k][k];
    return true;
}

/* Least squares of a·e^(−bL) + c·e^(−dL) + e: linear in a, c, e for given b and d, which come from a grid of
 * decays over 1 to 100 tokens. */
static double fit_linear(const struct curve *c, const double *y, double b, double d, double out[3])
{
    double m[3][4] = {{0}}, loss = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        double basis[3] = {exp(-b * c->lengths[i]), exp(-d * c->lengths[i]), 1};
        for (int j = 0; j < 3; j++) {
            for (int k = 0; k < 3; k++) m[j][k] += basis[j] * basis[k];
            m[j][3] += basis[j] * y[i];
        }
    }
    for (int j = 0; j < 3; j++) m[j][j] += 1e-9;
    if (!solve_equations(m, out)) return INFINITY;
    for (uint32_t i = 0; i < c->count; i++) {
        double p = out[0] * exp(-b * c->lengths[i]) + out[1] * exp(-d * c->lengths[i]) + out[2];
        loss += (p - y[i]) * (p - y[i]);
    }
    return loss;
}

static struct fill_calibration fit_curve(const struct curve *c, const double *y)
{
    enum { GRID = 24 };
    struct fill_calibration best = {.e = 1};
    double least = INFINITY;
    for (int i = 0; i < GRID; i++)
        for (int j = i + 1; j < GRID; j++) {
            double b = exp(-log(100.0) * i / (GRID - 1)), d = exp(-log(100.0) * j / (GRID - 1)),
                   linear[3] = {0};
            double loss = fit_linear(c, y, b, d, linear);
            if (!(loss < least)) continue;
            least = loss;
            best = (struct fill_calibration){linear[0], b, linear[1], d, linear[2]};
        }
    return best;
}

enum status measure_calibration(struct fill_engine *engine, const struct measure_text *text,
                                const struct measure_options *options, struct fill_calibration *out,
                                struct error *error)
{
    struct spans s;
    struct curve c = {.spans = &s};
    double mean[FILL_MAX_TRIALS];
    enum status status = open_spans(&s, engine, text, options, error);
    c.count = fill_trial_lengths(1, FILL_ANY_TOKENS, c.lengths);
    for (uint64_t i = 0; i < options->count && !status; i++) {
        status = with_span(&s, i, add_confidences, &c);
        if (options->progress) options->progress(options->context, i + 1, options->count);
    }
    for (uint32_t i = 0; i < c.count && !status; i++) {
        if (!c.used[i])
            status = error_set(error, STATUS_LIMIT, "%u tokens do not fit a window", c.lengths[i]);
        mean[i] = c.used[i] ? c.sum[i] / (double)c.used[i] : 1;
    }
    if (!status) *out = fit_curve(&c, mean);
    return status;
}
