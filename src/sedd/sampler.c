/* The reverse process with clamped positions, as a state machine: one step per call, editable in between.
 * Random numbers are keyed by (seed; candidate, blank, index in the blank, draw), and never depend on a
 * position's place in the window or in the batch. */
#include "sampler.h"
#include "lacuna/base.h"

#include <math.h>
#include <string.h>

/* ---- names --------------------------------------------------------------------------------------------- */

static const char *const names[SEDD_METHODS] = {"analytic",   "euler",   "first-hitting",
                                                "confidence", "entropy", "remasking"};

const char *sedd_method_name(enum sedd_method method)
{
    return (size_t)method < SEDD_METHODS ? names[method] : "unknown";
}

bool sedd_method_parse(const char *name, enum sedd_method *method)
{
    for (int i = 0; i < SEDD_METHODS; i++)
        if (strcmp(name, names[i]) == 0) return *method = (enum sedd_method)i, true;
    return false;
}

/* ---- building ------------------------------------------------------------------------------------------ */

static bool candidate_init(struct sedd_sampler *s, struct candidate *c, const struct sedd_problem *p)
{
    c->length = p->length;
    c->count = p->count;
    c->number = p->candidate;
    c->ids = mem_alloc_array(p->length, sizeof *c->ids);
    c->slots = mem_alloc_array(p->count, sizeof *c->slots);
    c->pinned = mem_zalloc_array(p->count, sizeof *c->pinned);
    c->renoised = mem_zalloc_array(p->count, sizeof *c->renoised);
    c->log_q = mem_zalloc_array(p->count, sizeof *c->log_q);
    c->draws = mem_zalloc_array(p->count, sizeof *c->draws);
    c->rows = mem_alloc_array(p->count, sizeof *c->rows);
    c->row_slots = mem_alloc_array(p->count, sizeof *c->row_slots);
    c->changes = mem_alloc_array(p->count, sizeof *c->changes);
    if (!c->ids || !c->slots || !c->pinned || !c->renoised || !c->log_q || !c->draws || !c->rows ||
        !c->row_slots || !c->changes)
        return false;
    memcpy(c->ids, p->ids, p->length * sizeof *c->ids);
    if (p->count) memcpy(c->slots, p->slots, p->count * sizeof *c->slots);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t at = p->slots[i].position;
        c->log_q[i] = NAN;
        /* the process starts in its limit: all masked, or uniform over the allowed ids */
        c->ids[at] = s->config.tokens;
        if (s->config.graph == SEDD_UNIFORM)
            c->ids[at] = p->slots[i].tied
                             ? slot_spelling(&p->slots[i], c->ids[p->slots[p->slots[i].tied - 1].position],
                                             s->config.tokens)
                             : draw_uniform(s, c, i);
    }
    return true;
}

static bool any_allowed(const struct sedd_config *c, const uint64_t *allowed)
{
    bool any = !allowed;
    for (uint32_t w = 0; !any && w < (c->tokens + 63) / 64; w++) any = allowed[w] != 0;
    return any;
}

static enum status check_problem(const struct sedd_config *c, const struct sedd_problem *p,
                                 struct error *error)
{
    if (p->length == 0)
        return error_set(error, STATUS_ARGUMENT, "nothing to sample from: the sequence is empty");
    for (uint32_t i = 0; i < p->count; i++) {
        if (p->slots[i].position >= p->length || (i && p->slots[i].position <= p->slots[i - 1].position))
            return error_set(error, STATUS_ARGUMENT,
                             "slots must be in ascending order and inside the sequence");
        uint32_t tied = p->slots[i].tied;
        if (tied > i || (tied && p->slots[tied - 1].tied))
            return error_set(error, STATUS_ARGUMENT, "slot %u is tied to none that is drawn before it", i);
        if (!any_allowed(c, p->slots[i].allowed))
            return error_set(error, STATUS_ARGUMENT, "no token is allowed at position %u",
                             p->slots[i].position);
    }
    return STATUS_OK;
}

static enum status check_options(const struct sedd_config *c, const struct sedd_sampler_options *o,
                                 struct error *error)
{
    bool absorbing_only = o->method != SEDD_ANALYTIC && o->method != SEDD_EULER;
    if (o->steps < 1) return error_set(error, STATUS_ARGUMENT, "steps must be at least 1");
    if (!(o->temperature >= 0) || !(o->top_p > 0 && o->top_p <= 1))
        return error_set(error, STATUS_ARGUMENT, "temperature must be at least 0, top-p in (0, 1]");
    if (c->graph == SEDD_UNIFORM && (absorbing_only || o->temperature != 1 || o->top_p != 1))
        return error_set(error, STATUS_UNSUPPORTED,
                         "the uniform graph is sampled by analytic or euler at temperature 1 and top-p 1");
    return STATUS_OK;
}

/* At temperature 0 no position waits for its time: the most confident one comes first, in every process
 * (docs/SEDD.md, section 6). First-hitting and entropy-bounded steps decide how many positions change at
 * once, and do so at temperature 0 too. */
static enum sedd_method method_in_force(const struct sedd_config *c, const struct sedd_sampler_options *o)
{
    bool timed = o->method != SEDD_FIRST_HITTING && o->method != SEDD_ENTROPY;
    return c->graph == SEDD_ABSORB && o->temperature == 0 && timed ? SEDD_CONFIDENCE : o->method;
}

/* The most positions of one evaluation (but always one candidate): this bounds the memory for activations,
 * however many candidates there are, and larger batches are no faster. */
enum { BATCH_POSITIONS = 4096 };

struct sedd_sampler *sedd_sampler_new(struct sedd_net *net, const struct sedd_sampler_options *options,
                                      const struct sedd_problem *problems, uint32_t candidates,
                                      struct error *error)
{
    const struct sedd_config *config = sedd_model_config(sedd_net_model(net));
    if (check_options(config, options, error)) return NULL;
    for (uint32_t i = 0; i < candidates; i++)
        if (check_problem(config, &problems[i], error)) return NULL;
    struct sedd_sampler *s = mem_zalloc(sizeof *s);
    if (s) {
        *s = (struct sedd_sampler){.net = net, .options = *options, .config = *config, .count = candidates};
        s->options.method = method_in_force(config, options);
        size_t states = sedd_states(config), rows = 0, most = states;
        for (uint32_t i = 0; i < candidates; i++) {
            rows += problems[i].count;
            if (problems[i].count > most) most = problems[i].count;
        }
        size_t columns = sedd_head_columns(config),
               in_batch = most > BATCH_POSITIONS ? most : BATCH_POSITIONS;
        if (in_batch > rows) in_batch = rows;
        s->candidates = mem_zalloc_array(candidates, sizeof *s->candidates);
        s->sequences = mem_alloc_array(candidates, sizeof *s->sequences);
        s->evaluated = mem_alloc_array(candidates, sizeof *s->evaluated);
        s->f = mem_alloc_array(rows * columns, sizeof *s->f);
        s->batch = mem_alloc_array(in_batch * columns, sizeof *s->batch);
        s->log_score = mem_alloc_array(states, sizeof *s->log_score);
        s->weights = mem_alloc_array(states, sizeof *s->weights);
        s->q = mem_alloc_array(states, sizeof *s->q);
        s->shares = mem_alloc_array(states, sizeof *s->shares);
        s->order = mem_alloc_array(most, sizeof *s->order);
        s->surest = mem_alloc_array(most, sizeof *s->surest);
        bool ok = s->candidates && s->sequences && s->evaluated && s->f && s->batch && s->log_score &&
                  s->weights && s->q && s->shares && s->order && s->surest;
        size_t at = 0;
        for (uint32_t i = 0; ok && i < candidates; i++) {
            ok = candidate_init(s, &s->candidates[i], &problems[i]);
            s->candidates[i].f_at = at;
            at += problems[i].count * columns;
        }
        if (ok) return s;
    }
    sedd_sampler_free(s);
    error_set(error, STATUS_NO_MEMORY, "not enough memory for the sampler");
    return NULL;
}

void sedd_sampler_free(struct sedd_sampler *s)
{
    if (!s) return;
    for (uint32_t i = 0; s->candidates && i < s->count; i++) {
        struct candidate *c = &s->candidates[i];
        mem_free(c->ids);
        mem_free(c->slots);
        mem_free(c->pinned);
        mem_free(c->renoised);
        mem_free(c->log_q);
        mem_free(c->draws);
        mem_free(c->rows);
        mem_free(c->row_slots);
        mem_free(c->changes);
    }
    mem_free(s->candidates);
    mem_free(s->sequences);
    mem_free(s->evaluated);
    mem_free(s->f);
    mem_free(s->batch);
    mem_free(s->log_score);
    mem_free(s->weights);
    mem_free(s->q);
    mem_free(s->shares);
    mem_free(s->order);
    mem_free(s->surest);
    mem_free(s);
}

/* ---- reading the state -------------------------------------------------------------------------------- */

static bool candidate_done(const struct sedd_sampler *s, const struct candidate *c)
{
    /* remasking continues to its last step, even if nothing is masked for a moment */
    if (s->options.method == SEDD_REMASKING && c->count &&
        s->step - c->step_offset < (uint32_t)s->options.steps)
        return false;
    if (s->config.graph == SEDD_ABSORB) return sedd_sampler_masked(s, (uint32_t)(c - s->candidates)) == 0;
    return s->step - c->step_offset > (uint32_t)s->options.steps || c->count == 0;
}

bool sedd_sampler_done(const struct sedd_sampler *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (!candidate_done(s, &s->candidates[i])) return false;
    return true;
}

uint32_t sedd_sampler_step_index(const struct sedd_sampler *s)
{
    return s->step;
}

uint64_t sedd_sampler_evaluations(const struct sedd_sampler *s)
{
    return s->evaluations;
}

const struct sedd_change *sedd_sampler_changes(const struct sedd_sampler *s, uint32_t candidate,
                                               uint32_t *count)
{
    *count = s->candidates[candidate].change_count;
    return s->candidates[candidate].changes;
}

const uint32_t *sedd_sampler_ids(const struct sedd_sampler *s, uint32_t candidate)
{
    return s->candidates[candidate].ids;
}

const float *sedd_sampler_row(const struct sedd_sampler *s, uint32_t candidate, uint32_t slot)
{
    const struct candidate *c = &s->candidates[candidate];
    for (uint32_t r = 0; r < c->row_count; r++)
        if (c->row_slots[r] == slot_leader(c, slot))
            return s->f + c->f_at + r * (size_t)sedd_head_columns(&s->config);
    return NULL;
}

uint32_t sedd_sampler_masked(const struct sedd_sampler *s, uint32_t candidate)
{
    const struct candidate *c = &s->candidates[candidate];
    uint32_t masked = 0;
    for (uint32_t i = 0; i < c->count && s->config.graph == SEDD_ABSORB; i++)
        masked += c->ids[c->slots[i].position] == s->config.tokens;
    return masked;
}

static double time_after(const struct sedd_sampler *s, uint32_t steps)
{
    double left = 1 - (double)steps / s->options.steps;
    return left > SEDD_SAMPLING_EPS ? left : SEDD_SAMPLING_EPS;
}

/* Time t of the state: the schedule's, but never above what the masked share of the slots implies. So masking
 * or pinning a position moves the clock. */
static double time_of(const struct sedd_sampler *s, const struct candidate *c)
{
    return time_after(s, s->step - c->step_offset);
}

double sedd_sampler_sigma_bar(const struct sedd_sampler *s, uint32_t candidate)
{
    const struct candidate *c = &s->candidates[candidate];
    return state_sigma_bar(s, c, time_of(s, c));
}

double sedd_sampler_score(const struct sedd_sampler *s, uint32_t candidate)
{
    const struct candidate *c = &s->candidates[candidate];
    double sum = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->count && s->config.graph == SEDD_ABSORB; i++)
        if (isfinite(c->log_q[i])) sum += c->log_q[i], n++;
    return n ? sum / n : NAN;
}

/* ---- one step ------------------------------------------------------------------------------------------ */

/* Lists the positions of a candidate that can still change. */
static void list_rows(struct sedd_sampler *s, struct candidate *c)
{
    c->row_count = 0;
    for (uint32_t j = 0; j < c->count; j++) {
        bool drawn = s->config.graph == SEDD_ABSORB && c->ids[c->slots[j].position] != s->config.tokens;
        if (c->pinned[j] || drawn) continue;
        c->row_slots[c->row_count] = j;
        c->rows[c->row_count++] = c->slots[j].position;
    }
}

/* Adds a tied slot's row to that of the slot that it follows. */
static void add_row(const struct sedd_config *config, const struct sedd_slot *tied, const float *row,
                    float *leader)
{
    for (uint32_t y = 0; y < sedd_head_columns(config); y++) {
        uint32_t spelling = slot_spelling(tied, y, config->tokens);
        leader[y] += spelling == SEDD_NO_SPELLING ? leader[y] : row[spelling];
    }
}

/* Tied slots share one draw. Their rows become one, the mean, which is the mean of ln q up to a constant, in
 * the place of the first of them. */
static void join_tied_rows(struct sedd_sampler *s, struct candidate *c)
{
    size_t columns = sedd_head_columns(&s->config);
    float *f = s->f + c->f_at;
    uint32_t kept = 0;
    for (uint32_t r = 0; r < c->row_count; r++) {
        uint32_t slot = c->row_slots[r], tied = 1;
        if (c->slots[slot].tied) continue;
        memmove(f + kept * columns, f + r * columns, columns * sizeof *f);
        for (uint32_t other = r + 1; other < c->row_count; other++) {
            if (c->slots[c->row_slots[other]].tied != slot + 1) continue;
            add_row(&s->config, &c->slots[c->row_slots[other]], f + other * columns, f + kept * columns);
            tied++;
        }
        for (uint32_t y = 0; y < columns && tied > 1; y++) f[kept * columns + y] /= (float)tied;
        c->row_slots[kept] = slot;
        c->rows[kept++] = c->rows[r];
    }
    c->row_count = kept;
}

/* The next batch: unfinished candidates from *next on whose state has changed since their last evaluation (or
 * whose noise level is the schedule's), up to the positions that fit. */
static uint32_t gather_changed(struct sedd_sampler *s, uint32_t *next)
{
    uint32_t n = 0, positions = 0;
    for (; *next < s->count; ++*next) {
        struct candidate *c = &s->candidates[*next];
        if (c->f_valid || candidate_done(s, c)) continue;
        list_rows(s, c);
        if (c->row_count == 0) {
            c->f_valid = true; /* nothing to evaluate */
            continue;
        }
        if (n && positions + c->length > BATCH_POSITIONS) break;
        positions += c->length;
        s->evaluated[n] = *next;
        s->sequences[n++] = (struct sedd_sequence){.ids = c->ids,
                                                   .length = c->length,
                                                   .rows = c->rows,
                                                   .row_count = c->row_count,
                                                   .sigma_bar = (float)state_sigma_bar(s, c, time_of(s, c))};
    }
    return n;
}

/* Evaluates the candidates that need it, with the head only at positions that can still change. Each
 * candidate's rows have their own place, where they stay valid until it changes. */
static enum status evaluate_changed(struct sedd_sampler *s, const atomic_bool *cancel, struct error *error)
{
    size_t columns = sedd_head_columns(&s->config);
    uint32_t next = 0, n;
    while ((n = gather_changed(s, &next)) > 0) {
        enum status status = sedd_net_evaluate(s->net, s->sequences, n, s->batch, cancel, error);
        if (status) return status;
        s->evaluations += n;
        const float *row = s->batch;
        for (uint32_t i = 0; i < n; i++) {
            struct candidate *c = &s->candidates[s->evaluated[i]];
            memcpy(s->f + c->f_at, row, c->row_count * columns * sizeof *row);
            row += c->row_count * columns;
            join_tied_rows(s, c);
            c->f_valid = true;
        }
    }
    return STATUS_OK;
}

/* Later edits are compared with this state. */
static void end_edits(const struct sedd_sampler *s, struct candidate *c)
{
    c->behind = s->step - c->step_offset;
    memset(c->renoised, 0, c->count * sizeof *c->renoised);
}

enum status sedd_sampler_step(struct sedd_sampler *s, const atomic_bool *cancel, struct error *error)
{
    enum status status = evaluate_changed(s, cancel, error);
    if (status) return status;
    for (uint32_t i = 0; i < s->count; i++) {
        struct candidate *c = &s->candidates[i];
        c->change_count = 0;
        if (candidate_done(s, c) || !c->f_valid) continue;
        c->moved = false;
        switch (s->options.method) {
        case SEDD_ANALYTIC:
        case SEDD_EULER:
            sampler_tau_leap(s, c, time_of(s, c));
            break;
        case SEDD_FIRST_HITTING:
            sampler_first_hitting(s, c);
            break;
        case SEDD_CONFIDENCE:
            sampler_confidence(s, c);
            break;
        case SEDD_ENTROPY:
            sampler_entropy(s, c);
            break;
        case SEDD_REMASKING:
            sampler_remasking(s, c);
            break;
        case SEDD_METHODS:
            break;
        }
        if (c->moved || s->config.parametrisation == SEDD_SCORE) c->f_valid = false;
    }
    s->step++;
    for (uint32_t i = 0; i < s->count; i++) end_edits(s, &s->candidates[i]);
    return STATUS_OK;
}

void sedd_sampler_watch(struct sedd_sampler *s, sedd_watch *watch, void *context)
{
    s->watch = watch;
    s->watch_context = context;
}

/* ---- steering ------------------------------------------------------------------------------------------ */

/* The number of steps done in a process with time when this share of the positions is noise. */
static uint32_t steps_of_share(const struct sedd_sampler *s, double noised)
{
    double left = noised < 1 ? sedd_time(&s->config, -log1p(-noised)) : 1;
    return (uint32_t)((1 - left) * s->options.steps);
}

/* The uniform graph has no masks to count: by its own clock a position is noise with probability 1 − e^(−σ̄),
 * one that was re-noised is it for certain, and a pinned one is none (docs/SEDD.md (7.3)). */
static uint32_t steps_done_uniform(const struct sedd_sampler *s, const struct candidate *c)
{
    bool finished = c->behind > (uint32_t)s->options.steps;
    double own = finished ? 0 : -expm1(-sedd_sigma_bar(&s->config, time_after(s, c->behind))), noised = 0;
    bool any = false;
    for (uint32_t i = 0; i < c->count; i++) {
        noised += c->renoised[i] ? 1 : c->pinned[i] ? 0 : own;
        any = any || c->renoised[i];
    }
    uint32_t done = any ? steps_of_share(s, noised / c->count) : c->behind;
    return done < c->behind ? done : c->behind;
}

/* The number of steps done in a state with this many masks; slots represent positions. In a process
 * with time, the share 1 − e^(−σ̄(t)) is masked at time t, which for loglinear noise is t, apart from ε; the
 * other methods spread the masks evenly over their steps. */
static uint32_t steps_done(const struct sedd_sampler *s, const struct candidate *c)
{
    double masked = c->count ? sedd_sampler_masked(s, (uint32_t)(c - s->candidates)) / (double)c->count : 0;
    bool timed = s->options.method == SEDD_ANALYTIC || s->options.method == SEDD_EULER;
    if (timed && s->config.noise != SEDD_LOGLINEAR) return steps_of_share(s, masked);
    return (uint32_t)((1 - masked) * s->options.steps);
}

/* After an edit the clock is set back to the time of a state with this many masks, or this much noise. */
static void reset_clock(struct sedd_sampler *s, struct candidate *c)
{
    c->f_valid = false;
    if (c->count == 0) return;
    uint32_t done = s->config.graph == SEDD_ABSORB ? steps_done(s, c) : steps_done_uniform(s, c);
    c->step_offset = s->step - (done < s->step ? done : s->step);
}

void sedd_sampler_rewind(struct sedd_sampler *s, uint32_t candidate)
{
    struct candidate *c = &s->candidates[candidate];
    if (s->config.graph != SEDD_ABSORB) return;  /* every edit does this already */
    c->step_offset = s->step - steps_done(s, c); /* modulo 2^32: it may lie ahead */
}

static enum status find_slot(struct sedd_sampler *s, uint32_t candidate, uint32_t slot, struct error *error)
{
    if (candidate >= s->count || slot >= s->candidates[candidate].count)
        return error_set(error, STATUS_ARGUMENT, "there is no slot %u in candidate %u", slot, candidate);
    return STATUS_OK;
}

enum status sedd_sampler_allow(struct sedd_sampler *s, uint32_t candidate, uint32_t slot,
                               const uint64_t *allowed, struct error *error)
{
    enum status status = find_slot(s, candidate, slot, error);
    if (status) return status;
    struct sedd_slot *own = &s->candidates[candidate].slots[slot];
    if (!any_allowed(&s->config, allowed))
        return error_set(error, STATUS_ARGUMENT, "no token is allowed at position %u", own->position);
    own->allowed = allowed;
    return STATUS_OK;
}

/* The id of the earlier slot if the slot tied to it has `id`. */
static uint32_t leading_id(const struct sedd_sampler *s, const struct sedd_slot *tied, uint32_t id)
{
    if (!tied->spelling) return id;
    for (uint32_t y = 0; y < s->config.tokens; y++)
        if (tied->spelling[y] == id) return y;
    return s->config.tokens;
}

/* Gives a slot and those tied to it an id. */
static enum status set_id(struct sedd_sampler *s, struct candidate *c, uint32_t slot, uint32_t id,
                          bool pinned, struct error *error)
{
    if (id >= s->config.tokens) return error_set(error, STATUS_ARGUMENT, "id %u is not a token", id);
    uint32_t leader = slot_leader(c, slot);
    if (leader != slot) id = leading_id(s, &c->slots[slot], id);
    for (uint32_t i = leader; i < c->count; i++)
        if (slot_leader(c, i) == leader &&
            slot_spelling(&c->slots[i], id, s->config.tokens) >= s->config.tokens)
            return error_set(error, STATUS_ARGUMENT, "a slot that is tied to this one has no such token");
    for (uint32_t i = leader; i < c->count; i++) {
        if (slot_leader(c, i) != leader) continue;
        c->ids[c->slots[i].position] = slot_spelling(&c->slots[i], id, s->config.tokens);
        c->pinned[i] = pinned;
        c->renoised[i] = false;
        c->log_q[i] = NAN;
    }
    return STATUS_OK;
}

enum status sedd_sampler_pin(struct sedd_sampler *s, uint32_t candidate, uint32_t slot, uint32_t id,
                             struct error *error)
{
    enum status status = find_slot(s, candidate, slot, error);
    if (status) return status;
    struct candidate *c = &s->candidates[candidate];
    /* If the token was drawn already, the masked share does not change, and neither does the clock. */
    bool same_count = s->config.graph == SEDD_ABSORB && c->ids[c->slots[slot].position] != s->config.tokens;
    status = set_id(s, c, slot, id, true, error);
    if (!status && !same_count) reset_clock(s, c);
    return status;
}

enum status sedd_sampler_place(struct sedd_sampler *s, uint32_t candidate, uint32_t slot, uint32_t id,
                               struct error *error)
{
    enum status status = find_slot(s, candidate, slot, error);
    if (status || s->candidates[candidate].pinned[slot]) return status;
    s->candidates[candidate].f_valid = false;
    return set_id(s, &s->candidates[candidate], slot, id, false, error);
}

void sedd_sampler_skip(struct sedd_sampler *s, uint32_t candidate, uint32_t steps)
{
    struct candidate *c = &s->candidates[candidate];
    c->step_offset = s->step - steps; /* modulo 2^32: it lies ahead */
    c->behind = steps;
}

enum status sedd_sampler_remask(struct sedd_sampler *s, uint32_t candidate, uint32_t slot,
                                struct error *error)
{
    enum status status = find_slot(s, candidate, slot, error);
    if (status) return status;
    struct candidate *c = &s->candidates[candidate];
    uint32_t leader = slot_leader(c, slot);
    /* uniform graph: re-noising to the limit gives a new uniform token */
    uint32_t id = s->config.graph == SEDD_ABSORB ? s->config.tokens : draw_uniform(s, c, leader);
    for (uint32_t i = leader; i < c->count; i++) {
        if (slot_leader(c, i) != leader) continue;
        c->pinned[i] = false;
        c->renoised[i] = true;
        c->log_q[i] = NAN;
        c->ids[c->slots[i].position] = slot_spelling(&c->slots[i], id, s->config.tokens);
    }
    reset_clock(s, c);
    return STATUS_OK;
}
