/* Many questions to the network, each about one position. They are evaluated in batches, so that memory is bounded. */
#include "ask_rows.h"
#include "token_words.h"

#include <math.h>
#include <string.h>

enum { BATCH_POSITIONS = 4096 };
/* The time of the lowest noise at which networks of the score form are trained. */
static const double least_time = 1e-3;

double fill_log_sum(const float *x, const uint64_t *set, uint32_t count)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t y = 0; y < count; y++)
        if ((!set || set_has(set, y)) && (double)x[y] > top) top = (double)x[y];
    for (uint32_t y = 0; y < count && isfinite(top); y++)
        if (!set || set_has(set, y)) sum += exp((double)x[y] - top);
    return top + log(sum);
}

static bool is_text(const struct sedd_config *config, uint32_t id)
{
    return (int64_t)id != config->delete_id && (int64_t)id != config->expand_id;
}

double fill_ln_q(const struct sedd_config *config, const float *f, uint32_t id)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t y = 0; y < config->tokens; y++)
        if (is_text(config, y) && (double)f[y] > top) top = (double)f[y];
    for (uint32_t y = 0; y < config->tokens; y++)
        if (is_text(config, y)) sum += exp((double)f[y] - top);
    return is_text(config, id) ? (double)f[id] - top - log(sum) : -INFINITY;
}

/* Turns the head's row into ln q. */
static void normalise(const struct sedd_config *config, const struct row_question *q, float level, float *f)
{
    if (config->graph == SEDD_UNIFORM) sedd_log_score(config, f, q->ids[q->position], (double)level, f);
    if (config->delete_id >= 0) f[config->delete_id] = -INFINITY; /* no text: such ids change the length */
    if (config->expand_id >= 0) f[config->expand_id] = -INFINITY;
    double all = fill_log_sum(f, NULL, config->tokens);
    for (uint32_t y = 0; y < config->tokens; y++) f[y] = (float)((double)f[y] - all);
}

static float level_of(const struct sedd_config *config, const struct row_question *q)
{
    uint32_t masked = 0;
    if (config->graph == SEDD_UNIFORM) return (float)sedd_sigma_bar(config, least_time);
    for (uint32_t i = 0; i < q->length; i++) masked += q->ids[i] == config->tokens;
    return (float)sedd_sigma_bar_of_state(config, masked, q->length);
}

struct row_batch {
    struct row_question *questions;
    struct sedd_sequence *sequences;
    uint32_t *positions; /* one per question, in order; the sequences' rows point here */
    uint32_t *ids;
    float *f;
};

/* Whether b asks for a later position of the same state as a: one sequence then answers both. */
static bool joins(const struct row_question *a, const struct row_question *b)
{
    return a->length == b->length && a->position < b->position &&
           memcmp(a->ids, b->ids, a->length * sizeof *a->ids) == 0;
}

static uint32_t make_sequences(const struct rows *r, size_t first, size_t count, struct row_batch *b)
{
    uint32_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct row_question *q = &b->questions[i];
        *q = (struct row_question){.ids = b->ids + i * r->room};
        r->make(r->context, first + i, q);
        b->positions[i] = q->position;
        if (i && joins(&b->questions[i - 1], q))
            b->sequences[n - 1].row_count++;
        else
            b->sequences[n++] = (struct sedd_sequence){
                q->ids, q->length, level_of(fill_engine_config(r->engine), q), &b->positions[i], 1};
    }
    return n;
}

static enum status ask_batch(const struct rows *r, size_t first, size_t count, struct row_batch *b,
                             uint64_t *evaluations, const atomic_bool *cancel, struct error *error)
{
    const struct sedd_config *config = fill_engine_config(r->engine);
    uint32_t n = make_sequences(r, first, count, b);
    enum status status = sedd_net_evaluate(fill_engine_net(r->engine), b->sequences, n, b->f, cancel, error);
    if (!status && evaluations) *evaluations += n;
    for (size_t i = 0; !status && i < count; i++) {
        float *row = b->f + i * sedd_head_columns(config);
        normalise(config, &b->questions[i], level_of(config, &b->questions[i]), row);
        r->take(r->context, first + i, row);
    }
    return status;
}

enum status fill_ask_rows(const struct rows *r, uint64_t *evaluations, const atomic_bool *cancel,
                          struct error *error)
{
    size_t most = r->room < BATCH_POSITIONS ? BATCH_POSITIONS / r->room : 1;
    if (most > r->count) most = r->count;
    if (!r->count) return STATUS_OK;
    struct row_batch b = {
        .questions = mem_alloc_array(most, sizeof *b.questions),
        .sequences = mem_alloc_array(most, sizeof *b.sequences),
        .positions = mem_alloc_array(most, sizeof *b.positions),
        .ids = mem_alloc_array(most * r->room, sizeof *b.ids),
        .f = mem_alloc_array(most * sedd_head_columns(fill_engine_config(r->engine)), sizeof *b.f)};
    enum status status = b.questions && b.sequences && b.positions && b.ids && b.f
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory to ask the model");
    for (size_t first = 0; !status && first < r->count; first += most) {
        size_t count = r->count - first < most ? r->count - first : most;
        status = ask_batch(r, first, count, &b, evaluations, cancel, error);
    }
    mem_free(b.questions);
    mem_free(b.sequences);
    mem_free(b.positions);
    mem_free(b.ids);
    mem_free(b.f);
    return status;
}

uint32_t fill_take_likeliest(float *log_q, const uint64_t *allowed, uint32_t tokens, uint32_t count,
                             uint32_t *ids, double *log_p)
{
    uint32_t n = 0;
    for (; n < count; n++) {
        uint32_t best = tokens;
        for (uint32_t y = 0; y < tokens; y++)
            if ((!allowed || set_has(allowed, y)) && (best == tokens || log_q[y] > log_q[best])) best = y;
        if (best == tokens || !isfinite(log_q[best])) break;
        ids[n] = best;
        log_p[n] = (double)log_q[best];
        log_q[best] = -INFINITY;
    }
    return n;
}
