/* The sampling methods: each turns the rows of one evaluation into changes of a candidate. */
#include "sampler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- randomness
 * ------------------------------------------------------------------------------------------------ */

double draw_unit(struct sedd_sampler *s, struct candidate *c, uint32_t slot)
{
    uint64_t key[2] = {s->options.seed, 0 /* branch */}, out[4];
    uint64_t counter[4] = {c->number, c->slots[slot].blank, c->slots[slot].index, c->draws[slot]++};
    rng_philox(counter, key, out);
    return rng_to_unit(out[0]);
}

/* A number that belongs to the candidate as a whole (which position is next); `draw` counts them. */
static double draw_shared(const struct sedd_sampler *s, const struct candidate *c, uint32_t draw)
{
    uint64_t key[2] = {s->options.seed, 0}, counter[4] = {c->number, UINT32_MAX, 0, draw}, out[4];
    rng_philox(counter, key, out);
    return rng_to_unit(out[0]);
}

static bool allowed(const struct sedd_slot *slot, uint32_t id)
{
    return !slot->allowed || (slot->allowed[id / 64] >> (id % 64) & 1);
}

uint32_t draw_uniform(struct sedd_sampler *s, struct candidate *c, uint32_t slot)
{
    for (uint32_t y = 0; y < s->config.tokens; y++) s->weights[y] = allowed(&c->slots[slot], y);
    return sedd_categorical(s->weights, s->config.tokens, draw_unit(s, c, slot));
}

double state_sigma_bar(const struct sedd_sampler *s, const struct candidate *c, double t)
{
    if (s->options.method == SEDD_ANALYTIC || s->options.method == SEDD_EULER)
        return sedd_sigma_bar(&s->config, t);
    uint32_t masked = 0;
    for (uint32_t i = 0; i < c->length; i++) masked += c->ids[i] == s->config.tokens;
    return sedd_sigma_bar_of_state(&s->config, masked, c->length);
}

/* ---- the distribution of one position
 * ------------------------------------------------------------------------------ */

/* q over [0, V): softmax of the row without the mask column, over the allowed ids only. */
static void fill_q(struct sedd_sampler *s, const struct sedd_slot *slot, const float *f)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t y = 0; y < s->config.tokens; y++)
        if (allowed(slot, y) && (double)f[y] > top) top = (double)f[y];
    for (uint32_t y = 0; y < s->config.tokens; y++) {
        s->q[y] = allowed(slot, y) ? exp((double)f[y] - top) : 0;
        sum += s->q[y];
    }
    for (uint32_t y = 0; y < s->config.tokens; y++) s->q[y] /= sum;
}

static int by_weight(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return x->index < y->index ? -1 : 1; /* a total order: the same on every machine */
}

static uint32_t most_likely(const struct sedd_sampler *s)
{
    uint32_t best = 0;
    for (uint32_t y = 1; y < s->config.tokens; y++)
        if (s->q[y] > s->q[best]) best = y;
    return best;
}

/* Turns q into the weights to draw from: temperature, then the smallest set with probability top_p. */
static void shape(struct sedd_sampler *s)
{
    uint32_t n = s->config.tokens;
    double power = 1 / s->options.temperature, top = s->q[most_likely(s)];
    for (uint32_t y = 0; y < n; y++)
        s->weights[y] = power == 1 ? s->q[y] : s->q[y] > 0 ? pow(s->q[y] / top, power) : 0;
    if (s->options.top_p >= 1) return;
    double total = 0, sum = 0;
    uint32_t used = 0, kept = 0;
    for (uint32_t y = 0; y < n; y++) {
        total += s->weights[y];
        if (s->weights[y] > 0) s->order[used++] = (struct ranked){s->weights[y], y};
    }
    qsort(s->order, used, sizeof *s->order, by_weight);
    while (kept < used && sum < s->options.top_p * total) sum += s->order[kept++].weight;
    for (; kept < used; kept++) s->weights[s->order[kept].index] = 0;
}

/* Draws a token for a slot from the row f and puts it there. */
static void commit(struct sedd_sampler *s, struct candidate *c, uint32_t slot, const float *f)
{
    uint32_t id;
    fill_q(s, &c->slots[slot], f);
    if (s->options.temperature == 0) {
        id = most_likely(s);
    } else {
        shape(s);
        id = sedd_categorical(s->weights, s->config.tokens, draw_unit(s, c, slot));
        if (id == s->config.tokens) id = most_likely(s); /* every weight underflowed */
    }
    candidate_set(s, c, slot, id, s->q[id]);
}

static const float *row_of(const struct sedd_sampler *s, const struct candidate *c, uint32_t row)
{
    return s->f + c->f_at + (size_t)row * sedd_head_columns(&s->config);
}

/* Ranks the rows by how sure the model is of them (probability of the likeliest token) into s->surest, which
 * the draws that follow leave alone. */
static void surest_first(struct sedd_sampler *s, struct candidate *c)
{
    for (uint32_t r = 0; r < c->row_count; r++) {
        fill_q(s, &c->slots[c->row_slots[r]], row_of(s, c, r));
        s->order[r] = (struct ranked){s->q[most_likely(s)], r};
    }
    qsort(s->order, c->row_count, sizeof *s->order, by_weight);
    for (uint32_t r = 0; r < c->row_count; r++) s->surest[r] = s->order[r].index;
}

/* ---- methods
 * -------------------------------------------------------------------------------------------------------- */

/* Commits the `count` surest rows. The scratch that ranks them has room for the larger of states and slots.
 */
static void commit_surest(struct sedd_sampler *s, struct candidate *c, uint32_t count)
{
    if (count > c->row_count) count = c->row_count;
    surest_first(s, c);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = s->surest[i];
        commit(s, c, c->row_slots[r], row_of(s, c, r));
    }
}

/* Surest positions first, the masked ones spread evenly over the steps that are left. */
void sampler_confidence(struct sedd_sampler *s, struct candidate *c)
{
    uint32_t done = s->step - c->step_offset, steps = (uint32_t)s->options.steps;
    uint32_t left = done < steps ? steps - done : 1;
    commit_surest(s, c, (c->row_count + left - 1) / left);
}

/* First hitting (arXiv:2409.02908): the next position is uniform among the masked, its token drawn from q.
 * Greedy (temperature 0) takes the surest position instead. */
void sampler_first_hitting(struct sedd_sampler *s, struct candidate *c)
{
    if (s->options.temperature == 0) {
        commit_surest(s, c, 1);
        return;
    }
    uint32_t row = (uint32_t)(draw_shared(s, c, s->step) * c->row_count);
    commit(s, c, c->row_slots[row], row_of(s, c, row));
}

/* With constraints the mass of the banned ids goes to the allowed ones, so that the rate of leaving the mask
 * is what it was: scale = Σ all s / Σ allowed s. */
static void constrain(struct sedd_sampler *s, const struct sedd_slot *slot, uint32_t x)
{
    double all = 0, some = 0;
    if (!slot->allowed) return;
    for (uint32_t y = 0; y < s->config.tokens; y++) {
        if (y == x) continue;
        double score = exp((double)s->log_score[y]);
        all += score;
        if (allowed(slot, y)) some += score;
    }
    float shift = some > 0 ? (float)log(all / some) : 0;
    for (uint32_t y = 0; y < s->config.tokens; y++)
        s->log_score[y] = y == x ? 0 : allowed(slot, y) ? s->log_score[y] + shift : -INFINITY;
}

/* One Tweedie or Euler step from t to t − Δ for every row; after the last one, the denoising step. */
void sampler_tau_leap(struct sedd_sampler *s, struct candidate *c, double t)
{
    const struct sedd_config *config = &s->config;
    uint32_t states = sedd_states(config), mask = config->tokens;
    double step = (1 - SEDD_SAMPLING_EPS) / s->options.steps, next = t - step;
    if (next < SEDD_SAMPLING_EPS) next = SEDD_SAMPLING_EPS;
    bool denoise = t <= SEDD_SAMPLING_EPS * 1.5, plain = s->options.temperature == 1 && s->options.top_p == 1;
    double level = sedd_sigma_bar(config, t), difference = level - sedd_sigma_bar(config, next);
    if (denoise && s->options.temperature == 0 && config->graph == SEDD_ABSORB) {
        commit_surest(s, c, c->row_count);
        return;
    }
    for (uint32_t r = 0; r < c->row_count; r++) {
        uint32_t slot = c->row_slots[r], x = c->ids[c->slots[slot].position];
        const float *f = row_of(s, c, r);
        sedd_log_score(config, f, x, level, s->log_score);
        constrain(s, &c->slots[slot], x);
        if (denoise)
            sedd_denoise_weights(config, s->log_score, x, level, s->weights);
        else if (s->options.method == SEDD_ANALYTIC)
            sedd_analytic_weights(config, s->log_score, x, difference, s->weights);
        else
            sedd_euler_weights(config, s->log_score, x, (t - next) * sedd_sigma(config, t), s->weights);
        uint32_t id = sedd_categorical(s->weights, states, draw_unit(s, c, slot));
        if (config->graph == SEDD_UNIFORM) {
            if (id < mask) candidate_set(s, c, slot, id, 0);
        } else if (id != mask || denoise) {
            if (plain && id < mask) {
                fill_q(s, &c->slots[slot], f);
                candidate_set(s, c, slot, id, s->q[id]);
            } else {
                commit(s, c, slot, f); /* leaving the mask at this step; which token: the shaped draw */
            }
        }
    }
}
