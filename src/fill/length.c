/* Chooses the length of a blank: lengths are tried, and the one with the highest confidence is taken:
 * docs/SEDD.md (8.1). */
#include "engine.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "length_delete.h"

#include <math.h>

enum { MAX_REFINEMENTS = 8 };

static double expected_confidence(const struct fill_calibration *b, double length)
{
    double value = b->a * exp(-b->b * length) + b->c * exp(-b->d * length) + b->e;
    return value > 1e-6 ? value : 1e-6; /* a curve fitted elsewhere may cross zero at this length */
}

uint32_t fill_trial_lengths(uint32_t min, uint32_t max, uint32_t out[FILL_MAX_TRIALS])
{
    uint32_t n = 0;
    for (uint64_t length = min; length < max && n + 1 < FILL_MAX_TRIALS;
         length += length / 2 ? length / 2 : 1)
        out[n++] = (uint32_t)length;
    out[n++] = max;
    INVARIANT(n <= FILL_MAX_TRIALS);
    return n;
}

/* ---- one batch of lengths ------------------------------------------------------------------------------ */

struct search {
    const struct fill_site *site;
    uint32_t *lengths; /* of all blanks; the length of [blank] is varied */
    uint32_t blank;
    uint64_t *evaluations;
    const atomic_bool *cancel;
};

struct trial {
    uint32_t length;
    struct fill_window window;
    uint32_t *rows;
    double confidence; /* −1: does not fit */
};

/* Probability of the likeliest allowed token of one row. */
static double surest_probability(const float *f, const uint64_t *allowed, uint32_t tokens)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t y = 0; y < tokens; y++)
        if ((allowed[y / 64] >> (y % 64) & 1) && (double)f[y] > top) top = (double)f[y];
    for (uint32_t y = 0; y < tokens; y++)
        if (allowed[y / 64] >> (y % 64) & 1) sum += exp((double)f[y] - top);
    return 1 / sum;
}

static enum status prepare_trial(const struct search *s, struct trial *t, struct error *error)
{
    uint32_t keep = s->lengths[s->blank], n = 0;
    s->lengths[s->blank] = t->length;
    enum status status = fill_window_build(s->site, s->lengths, &t->window, error);
    s->lengths[s->blank] = keep;
    t->confidence = -1;
    if (status == STATUS_LIMIT) return STATUS_OK;
    if (status) return status;
    t->rows = mem_alloc_array(t->length, sizeof *t->rows);
    if (!t->rows) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the length search");
    uint32_t mask = fill_engine_config(s->site->engine)->tokens;
    for (uint32_t i = 0; i < t->window.slot_count; i++) {
        const struct sedd_slot *slot = &t->window.slots[i];
        t->window.ids[slot->position] = mask;
        if (slot->blank == s->site->first + s->blank) t->rows[n++] = slot->position;
    }
    t->confidence = 0;
    return STATUS_OK;
}

/* Evaluates all trials that fit as one batch. */
static enum status evaluate_trials(const struct search *s, struct trial *trials, uint32_t count,
                                   struct error *error)
{
    const struct sedd_config *config = fill_engine_config(s->site->engine);
    struct sedd_sequence sequences[FILL_MAX_TRIALS];
    size_t rows = 0, columns = sedd_head_columns(config);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (trials[i].confidence < 0) continue;
        const struct fill_window *w = &trials[i].window;
        sequences[n++] = (struct sedd_sequence){
            .ids = w->ids,
            .length = w->length,
            .rows = trials[i].rows,
            .row_count = trials[i].length,
            .sigma_bar = (float)sedd_sigma_bar_of_state(config, w->slot_count, w->length)};
        rows += trials[i].length;
    }
    if (n == 0) return STATUS_OK;
    float *f = mem_alloc_array(rows * columns, sizeof *f), *row = f;
    if (!f) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the length search");
    enum status status =
        sedd_net_evaluate(fill_engine_net(s->site->engine), sequences, n, f, s->cancel, error);
    if (!status && s->evaluations) *s->evaluations += n;
    for (uint32_t i = 0; !status && i < count; i++) {
        struct trial *t = &trials[i];
        if (t->confidence < 0) continue;
        double sum = 0;
        for (uint32_t k = 0, slot = 0; k < t->length; k++, row += columns) {
            while (t->window.slots[slot].position != t->rows[k]) slot++;
            sum += surest_probability(row, t->window.slots[slot].allowed, config->tokens);
        }
        t->confidence =
            sum / t->length / expected_confidence(fill_engine_calibration(s->site->engine), t->length);
    }
    mem_free(f);
    return status;
}

/* Fills in the confidence of every length. */
static enum status try_lengths(const struct search *s, struct trial *trials, uint32_t count,
                               struct error *error)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; !status && i < count; i++) status = prepare_trial(s, &trials[i], error);
    if (!status) status = evaluate_trials(s, trials, count, error);
    for (uint32_t i = 0; i < count; i++) {
        fill_window_free(&trials[i].window);
        mem_free(trials[i].rows);
        trials[i].rows = NULL;
    }
    return status;
}

/* ---- the search ---------------------------------------------------------------------------------------- */

/* The best trial so far goes to *best; ties go to the shorter one. */
static void keep_best(const struct trial *trials, uint32_t count, struct trial *best)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct trial *t = &trials[i];
        if (t->confidence < 0) continue;
        if (t->confidence > best->confidence ||
            (t->confidence == best->confidence && t->length < best->length))
            *best = *t;
    }
}

static enum status search_one(const struct search *s, uint32_t min, uint32_t max, struct error *error)
{
    struct trial trials[FILL_MAX_TRIALS] = {0}, best = {.confidence = -1};
    uint32_t lengths[FILL_MAX_TRIALS], count = fill_trial_lengths(min, max, lengths);
    for (uint32_t i = 0; i < count; i++) trials[i].length = lengths[i];
    enum status status = try_lengths(s, trials, count, error);
    if (status) return status;
    keep_best(trials, count, &best);
    for (int i = 0; i < MAX_REFINEMENTS && best.confidence >= 0; i++) {
        uint32_t centre = best.length, n = 0;
        if (centre > min) trials[n++] = (struct trial){.length = centre - 1};
        if (centre < max) trials[n++] = (struct trial){.length = centre + 1};
        if ((status = try_lengths(s, trials, n, error))) return status;
        keep_best(trials, n, &best);
        if (best.length == centre) break;
    }
    if (best.confidence >= 0) s->lengths[s->blank] = best.length;
    return STATUS_OK;
}

/* The largest length of a blank: a quarter of the window is reserved for the text around it, unless the
 * writer's minimum needs it. */
static uint32_t largest_length(const struct fill_site *site, const uint32_t *lengths, uint32_t blank)
{
    uint64_t others = 0, room = (uint64_t)fill_engine_config(site->engine)->length * 3 / 4;
    const struct fill_blank *b = &site->blanks[blank];
    for (uint32_t i = 0; i < site->count; i++) others += i == blank ? 0 : lengths[i];
    uint64_t most = room > others ? room - others : 0;
    if (most > b->max) most = b->max;
    return most < b->min ? b->min : (uint32_t)most;
}

static uint32_t middle_length(uint32_t min, uint32_t max)
{
    return (uint32_t)floor(sqrt((double)min * (double)max) + 0.5);
}

enum status fill_length_confidence(const struct fill_site *site, uint32_t blank, uint32_t length,
                                   double *confidence, const atomic_bool *cancel, struct error *error)
{
    uint32_t *lengths = mem_alloc_array(site->count, sizeof *lengths);
    if (!lengths) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the length search");
    for (uint32_t i = 0; i < site->count; i++) lengths[i] = site->blanks[i].min;
    struct search search = {site, lengths, blank, NULL, cancel};
    struct trial trial = {.length = length};
    enum status status = try_lengths(&search, &trial, 1, error);
    *confidence = trial.confidence;
    if (trial.confidence >= 0)
        *confidence *= expected_confidence(fill_engine_calibration(site->engine), length);
    mem_free(lengths);
    return status;
}

double fill_length_log_prior(uint32_t min, uint32_t max, uint32_t length)
{
    return log(log1p(1.0 / length) / log((max + 1.0) / min));
}

uint32_t fill_length_of_prior(uint32_t min, uint32_t max, double quantile)
{
    double length = min * exp(quantile * log((max + 1.0) / min));
    return length < max ? (uint32_t)length : max;
}

enum status fill_length_log_odds(const struct fill_site *site, uint32_t blank, uint32_t length, double *nats,
                                 uint64_t *evaluations, const atomic_bool *cancel, struct error *error)
{
    /* of the prior, mixed in: monotone (8.3) can be flat, and no length is impossible */
    const double share = 0.01;
    *nats = NAN;
    if (!fill_engine_says_lengths(site->engine)) return STATUS_OK;
    uint32_t *lengths = mem_alloc_array(site->count, sizeof *lengths);
    double *below = NULL;
    enum status status = STATUS_NO_MEMORY;
    for (uint32_t i = 0; lengths && i < site->count; i++) lengths[i] = site->blanks[i].min;
    uint32_t min = site->blanks[blank].min, max = lengths ? largest_length(site, lengths, blank) : min;
    if (lengths && (below = mem_zalloc_array((size_t)max + 1, sizeof *below)))
        status = fill_length_distribution(site, lengths, blank, min, max, below, evaluations, cancel, error);
    else
        error_set(error, status, "not enough memory for the length of a blank");
    if (!status && length >= min && length <= max) {
        double prior = exp(fill_length_log_prior(min, max, length));
        double p = below[length] - (length > min ? below[length - 1] : 0);
        *nats = log((1 - share) * p + share * prior) - log(prior);
    }
    mem_free(lengths);
    mem_free(below);
    return status == STATUS_LIMIT ? STATUS_OK : status;
}

double fill_length_quantile(uint32_t candidate)
{
    double quantile = 0, half = 0.5; /* the bits of candidate + 1, mirrored at the point (van der Corput) */
    for (uint64_t bits = (uint64_t)candidate + 1; bits; bits >>= 1, half /= 2)
        if (bits & 1) quantile += half;
    return quantile;
}

enum status fill_choose_lengths(const struct fill_site *site, double quantile, uint32_t *lengths,
                                uint64_t *evaluations, const atomic_bool *cancel, struct error *error)
{
    bool any = false;
    for (uint32_t i = 0; i < site->count; i++) lengths[i] = site->blanks[i].min;
    for (uint32_t i = 0; i < site->count; i++) {
        lengths[i] = middle_length(site->blanks[i].min, largest_length(site, lengths, i));
        any = any || site->blanks[i].min < site->blanks[i].max;
    }
    if (!any) return STATUS_OK;
    struct fill_window window;
    enum status status = fill_window_build(site, lengths, &window, NULL);
    if (status == STATUS_OK) fill_window_free(&window);
    if (status == STATUS_LIMIT) /* the words between the blanks need the room */
        for (uint32_t i = 0; i < site->count; i++) lengths[i] = site->blanks[i].min;
    if (fill_engine_config(site->engine)->graph == SEDD_UNIFORM) return STATUS_OK;
    bool trained = fill_engine_says_lengths(site->engine);
    for (uint32_t i = 0; i < site->count; i++) {
        struct search search = {site, lengths, i, evaluations, cancel};
        uint32_t min = site->blanks[i].min, max = largest_length(site, lengths, i);
        if (min == max)
            lengths[i] = max;
        else if (trained)
            status = fill_length_by_delete(site, lengths, i, min, max, quantile, evaluations, cancel, error);
        else
            status = search_one(&search, min, max, error);
        if (status) return status;
    }
    return STATUS_OK;
}
