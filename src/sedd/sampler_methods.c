/* The sampling methods, docs/SEDD.md, sections 6 and 7. Each turns the rows of one evaluation into changes of
 * a candidate. */
#include "distribution.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "sampler.h"

#include <math.h>
#include <stdlib.h>

/* ---- randomness ---------------------------------------------------------------------------------------- */

/* The next number in (0, 1) of a slot's own stream. */
static double draw_unit(struct sedd_sampler *s, struct candidate *c, uint32_t slot)
{
    uint64_t key[2] = {s->options.seed, 0 /* branch */}, out[4];
    uint64_t counter[4] = {c->number, c->slots[slot].blank, c->slots[slot].index, c->draws[slot]++};
    rng_philox(counter, key, out);
    return rng_to_unit(out[0]);
}

/* A random number for the candidate as a whole (which position is next); `draw` counts them. */
static double draw_shared(const struct sedd_sampler *s, const struct candidate *c, uint32_t draw)
{
    uint64_t key[2] = {s->options.seed, 0}, counter[4] = {c->number, UINT32_MAX, 0, draw}, out[4];
    rng_philox(counter, key, out);
    return rng_to_unit(out[0]);
}

static bool is_allowed(const struct sedd_slot *slot, uint32_t id)
{
    return !slot->allowed || (slot->allowed[id / 64] >> (id % 64) & 1);
}

static void set_slot(struct sedd_sampler *s, struct candidate *c, uint32_t slot, uint32_t id,
                     double probability)
{
    c->ids[c->slots[slot].position] = id;
    c->moved = true;
    c->changes[c->change_count++] = (struct sedd_change){slot, id, (float)probability};
    if (s->watch) s->watch(s->watch_context, (uint32_t)(c - s->candidates), slot, id);
}

/* Sets a slot, and those tied to it. */
static void candidate_set(struct sedd_sampler *s, struct candidate *c, uint32_t slot, uint32_t id,
                          double probability)
{
    if (c->ids[c->slots[slot].position] == id) return;
    c->log_q[slot] = s->config.graph == SEDD_ABSORB && probability > 0 ? log(probability) : (double)NAN;
    set_slot(s, c, slot, id, probability);
    for (uint32_t i = slot + 1; i < c->count; i++)
        if (c->slots[i].tied == slot + 1)
            set_slot(s, c, i, slot_spelling(&c->slots[i], id, s->config.tokens), probability);
}

/* Whether every slot that is tied to this one can copy the id. */
static bool can_be_copied(const struct sedd_sampler *s, const struct candidate *c, uint32_t slot, uint32_t id)
{
    bool ok = true;
    for (uint32_t i = slot + 1; ok && i < c->count; i++)
        ok = c->slots[i].tied != slot + 1 ||
             slot_spelling(&c->slots[i], id, s->config.tokens) < s->config.tokens;
    return ok;
}

uint32_t draw_uniform(struct sedd_sampler *s, struct candidate *c, uint32_t slot)
{
    for (uint32_t y = 0; y < s->config.tokens; y++)
        s->weights[y] = is_allowed(&c->slots[slot], y) && can_be_copied(s, c, slot, y);
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

/* ---- the distribution of one position ------------------------------------------------------------------ */

/* q over [0, V): softmax of the row without the mask column, over the allowed ids. Returns the likeliest
 * id. */
static uint32_t fill_q(struct sedd_sampler *s, const struct sedd_slot *slot, const float *f)
{
    return distribution_softmax(f, slot->allowed, s->config.tokens, s->q);
}

static int by_weight(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return x->index < y->index ? -1 : 1; /* a total order: the same on every machine */
}

/* Turns q into the weights to draw from: temperature, then the smallest set with probability top_p. */
static void shape_distribution(struct sedd_sampler *s, uint32_t likeliest)
{
    uint32_t n = s->config.tokens, used = 0, kept = 0;
    double power = 1 / s->options.temperature, top = (double)s->q[likeliest], total = 0, sum = 0;
    for (uint32_t y = 0; y < n; y++) {
        double q = (double)s->q[y];
        s->shares[y] = power == 1 ? s->q[y] : q > 0 ? (float)pow(q / top, power) : 0;
        total += (double)s->shares[y];
    }
    if (s->options.top_p >= 1) return;
    /* Weights below an n-th of the mass that may be cut are all cut; the rest is short enough to sort. */
    double least = (1 - s->options.top_p) * total / n;
    for (uint32_t y = 0; y < n; y++)
        if ((double)s->shares[y] > least) s->order[used++] = (struct ranked){(double)s->shares[y], y};
    qsort(s->order, used, sizeof *s->order, by_weight);
    while (kept < used && sum < s->options.top_p * total) sum += s->order[kept++].weight;
    for (uint32_t y = 0; y < n; y++) s->shares[y] = 0;
    for (uint32_t i = 0; i < kept; i++) s->shares[s->order[i].index] = (float)s->order[i].weight;
}

/* Draws a token for a slot from the row f and stores it. */
static void draw_token(struct sedd_sampler *s, struct candidate *c, uint32_t slot, const float *f)
{
    uint32_t likeliest = fill_q(s, &c->slots[slot], f), id = likeliest;
    if (s->options.temperature > 0) {
        bool plain = s->options.temperature == 1 && s->options.top_p >= 1;
        if (!plain) shape_distribution(s, likeliest);
        id = distribution_draw(plain ? s->q : s->shares, s->config.tokens, draw_unit(s, c, slot));
        if (id == s->config.tokens) id = likeliest; /* every weight underflowed */
    }
    candidate_set(s, c, slot, id, (double)s->q[id]);
}

static const float *row_of(const struct sedd_sampler *s, const struct candidate *c, uint32_t row)
{
    return s->f + c->f_at + (size_t)row * sedd_head_columns(&s->config);
}

/* Ranks the rows by confidence (the probability of the likeliest token) into s->surest, which the draws that
 * follow do not change. */
static void surest_first(struct sedd_sampler *s, struct candidate *c)
{
    for (uint32_t r = 0; r < c->row_count; r++) {
        const struct sedd_slot *slot = &c->slots[c->row_slots[r]];
        s->order[r] =
            (struct ranked){distribution_surest(row_of(s, c, r), slot->allowed, s->config.tokens), r};
    }
    qsort(s->order, c->row_count, sizeof *s->order, by_weight);
    for (uint32_t r = 0; r < c->row_count; r++) s->surest[r] = s->order[r].index;
}

/* ---- methods ------------------------------------------------------------------------------------------- */

/* Commits the `count` most confident rows. The scratch for ranking has room for the larger of states and
 * slots. */
static void commit_surest(struct sedd_sampler *s, struct candidate *c, uint32_t count)
{
    if (count > c->row_count) count = c->row_count;
    surest_first(s, c);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = s->surest[i];
        draw_token(s, c, c->row_slots[r], row_of(s, c, r));
    }
}

/* How many to draw now so that the remaining masks spread evenly over the remaining steps. */
static uint32_t fair_share(const struct sedd_sampler *s, const struct candidate *c)
{
    uint32_t done = s->step - c->step_offset, steps = (uint32_t)s->options.steps;
    uint32_t left = done < steps ? steps - done : 1;
    return (c->row_count + left - 1) / left;
}

/* Most confident positions first (MaskGIT, arXiv:2202.04200). */
void sampler_confidence(struct sedd_sampler *s, struct candidate *c)
{
    commit_surest(s, c, fair_share(s, c));
}

static double row_entropy(struct sedd_sampler *s, const struct candidate *c, uint32_t r)
{
    fill_q(s, &c->slots[c->row_slots[r]], row_of(s, c, r));
    return distribution_entropy(s->q, s->config.tokens);
}

/* Ranks the rows by ascending entropy into s->surest; −H stays in the weights of s->order. */
static void least_open_first(struct sedd_sampler *s, struct candidate *c)
{
    for (uint32_t r = 0; r < c->row_count; r++) s->order[r] = (struct ranked){-row_entropy(s, c, r), r};
    qsort(s->order, c->row_count, sizeof *s->order, by_weight);
    for (uint32_t r = 0; r < c->row_count; r++) s->surest[r] = s->order[r].index;
}

/* Entropy-bounded unmasking (arXiv:2505.24857): sorts positions by ascending entropy (at temperature 0: the
 * most confident first) and draws at once the longest prefix whose joint and factorised distributions cannot
 * differ by more than γ nats, Σ H − max H ≤ γ. Never fewer than an even share, so that the number of steps is
 * kept. */
void sampler_entropy(struct sedd_sampler *s, struct candidate *c)
{
    uint32_t count = 0, least = fair_share(s, c);
    double sum = 0, most = 0;
    bool greedy = s->options.temperature == 0;
    greedy ? surest_first(s, c) : least_open_first(s, c);
    for (; count < c->row_count; count++) {
        double entropy = greedy ? row_entropy(s, c, s->surest[count]) : -s->order[count].weight;
        double rest = entropy < most ? sum - most + entropy : sum; /* without the largest */
        if (count >= least && rest > SEDD_ENTROPY_BOUND) break;
        sum += entropy;
        most = fmax(most, entropy);
    }
    for (uint32_t i = 0; i < count; i++)
        draw_token(s, c, c->row_slots[s->surest[i]], row_of(s, c, s->surest[i]));
}

/* ReMDM (arXiv:2503.00307), rescaled schedule: with α = 1 − t, a drawn token is masked again with probability
 * σ = η·min(1, (1 − α_next)/α), and a masked one is drawn with probability (α_next − (1 − σ)α)/(1 − α), which
 * keeps the masked share on the schedule. Only tokens of the blank; the last step masks nothing. */
void sampler_remasking(struct sedd_sampler *s, struct candidate *c)
{
    uint32_t done = s->step - c->step_offset, steps = (uint32_t)s->options.steps;
    double alpha = (double)done / steps, next = done + 1 < steps ? (double)(done + 1) / steps : 1;
    double most = alpha > 0 ? (1 - next) / alpha : 1, sigma = SEDD_REMASK_SHARE * (most < 1 ? most : 1);
    double leave = done + 1 < steps ? (next - (1 - sigma) * alpha) / (1 - alpha) : 1;
    uint32_t row = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        if (row < c->row_count && c->row_slots[row] == i) {
            if (draw_unit(s, c, i) < leave) draw_token(s, c, i, row_of(s, c, row));
            row++;
        } else if (!c->slots[i].tied && !c->pinned[i] && sigma > 0 && draw_unit(s, c, i) < sigma) {
            candidate_set(s, c, i, s->config.tokens, 0);
        }
    }
}

/* First hitting (arXiv:2409.02908): the next position is uniform among the masked ones, and its token is
 * drawn from q. At temperature 0 it takes the most confident position instead. */
void sampler_first_hitting(struct sedd_sampler *s, struct candidate *c)
{
    if (s->options.temperature == 0) {
        commit_surest(s, c, 1);
        return;
    }
    uint32_t row = (uint32_t)(draw_shared(s, c, s->step - c->step_offset) * c->row_count);
    draw_token(s, c, c->row_slots[row], row_of(s, c, row));
}

/* ---- τ-leaping ----------------------------------------------------------------------------------------- */

/* Σ_y s_y over all tokens at a masked position, without storing the scores. Time-free: Σ q = 1. */
static double score_sum(const struct sedd_config *config, const float *f, double level)
{
    double odds = expm1(level);
    if (config->parametrisation == SEDD_TIME_FREE) return 1 / odds;
    double log_sum = distribution_log_sum(f, config->tokens);
    return exp(log_sum - (config->scale_by_sigma ? log(odds) + log((double)config->tokens) : 0));
}

/* One step of an absorbing position. Whether it leaves the mask depends only on Σ s, and only a position that
 * leaves needs the distribution of its token, s_y/Σ s. Banned ids give their mass to the allowed ones, so
 * that the rate of leaving does not change. One random number decides both, as in the inverse CDF over all
 * states. */
static void leap_absorb(struct sedd_sampler *s, struct candidate *c, uint32_t row, double level,
                        double factor, bool denoise)
{
    uint32_t slot = c->row_slots[row];
    const float *f = row_of(s, c, row);
    double u = draw_unit(s, c, slot);
    if (!denoise) {
        double leave = factor * score_sum(&s->config, f, level), stay = leave < 1 ? 1 - leave : 0;
        u *= (leave + stay) / leave;
        if (!(u < 1)) return;
    }
    if (s->options.temperature != 1 || s->options.top_p < 1) {
        draw_token(s, c, slot, f); /* which token: drawn with temperature and top-p */
        return;
    }
    uint32_t id = fill_q(s, &c->slots[slot], f), drawn = distribution_draw(s->q, s->config.tokens, u);
    if (drawn < s->config.tokens) id = drawn;
    candidate_set(s, c, slot, id, (double)s->q[id]);
}

/* The uniform graph moves between tokens, so all weights are needed. Banned ids give their mass to the
 * allowed ones. */
static void leap_uniform(struct sedd_sampler *s, struct candidate *c, uint32_t row, double level,
                         double difference, double step_sigma, bool denoise)
{
    const struct sedd_config *config = &s->config;
    uint32_t slot = c->row_slots[row], x = c->ids[c->slots[slot].position];
    double all = 0, some = 0;
    sedd_log_score(config, row_of(s, c, row), x, level, s->log_score);
    for (uint32_t y = 0; y < config->tokens && c->slots[slot].allowed; y++) {
        if (y == x) continue;
        double score = exp((double)s->log_score[y]);
        all += score;
        if (is_allowed(&c->slots[slot], y)) some += score;
    }
    float shift = some > 0 ? (float)log(all / some) : 0;
    for (uint32_t y = 0; y < config->tokens && c->slots[slot].allowed; y++)
        s->log_score[y] = y == x ? 0 : is_allowed(&c->slots[slot], y) ? s->log_score[y] + shift : -INFINITY;
    if (denoise)
        sedd_denoise_weights(config, s->log_score, x, level, s->weights);
    else if (s->options.method == SEDD_ANALYTIC)
        sedd_analytic_weights(config, s->log_score, x, difference, s->weights);
    else
        sedd_euler_weights(config, s->log_score, x, step_sigma, s->weights);
    uint32_t id = sedd_categorical(s->weights, config->tokens, draw_unit(s, c, slot));
    if (id < config->tokens) candidate_set(s, c, slot, id, 0);
}

/* One Tweedie or Euler step from t to t − Δ for every row; after the last one, the denoising step. */
void sampler_tau_leap(struct sedd_sampler *s, struct candidate *c, double t)
{
    const struct sedd_config *config = &s->config;
    double step = (1 - SEDD_SAMPLING_EPS) / s->options.steps, next = t - step;
    if (next < SEDD_SAMPLING_EPS) next = SEDD_SAMPLING_EPS;
    bool denoise = t <= SEDD_SAMPLING_EPS * 1.5;
    double level = sedd_sigma_bar(config, t), difference = level - sedd_sigma_bar(config, next);
    double step_sigma = (t - next) * sedd_sigma(config, t);
    double factor = s->options.method == SEDD_ANALYTIC ? expm1(difference) : step_sigma;
    for (uint32_t r = 0; r < c->row_count; r++)
        if (config->graph == SEDD_ABSORB)
            leap_absorb(s, c, r, level, factor, denoise);
        else
            leap_uniform(s, c, r, level, difference, step_sigma, denoise);
}
