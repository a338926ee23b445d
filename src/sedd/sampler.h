/* Internal to sedd/: the sampler's state, shared by the state machine (sampler.c) and the methods
 * (sampler_methods.c). */
#ifndef LACUNA_SEDD_SAMPLER_H
#define LACUNA_SEDD_SAMPLER_H

#include "lacuna/sedd.h"

struct candidate {
    uint32_t *ids; /* (length) */
    uint32_t length, count, number;
    struct sedd_slot *slots;    /* (count) */
    bool *pinned;               /* (count) */
    bool *renoised;             /* (count) uniform graph: by an edit since the last step */
    double *log_q;              /* (count) ln q of the token when drawn; NAN: not drawn */
    uint32_t *draws;            /* (count) random numbers used so far: part of the key */
    uint32_t *rows, *row_slots; /* positions in the last evaluation, and their slots */
    uint32_t row_count;
    size_t f_at; /* the offset of its rows in the sampler's f: room for all its slots */
    bool f_valid, moved;
    struct sedd_change *changes; /* (count) of the last step */
    uint32_t change_count;
    uint32_t step_offset; /* the number of steps by which edits set the clock back, modulo 2^32 */
    uint32_t behind;      /* uniform graph: steps done, before the edits since the last step */
};

struct sedd_sampler {
    struct sedd_net *net;
    struct sedd_sampler_options options;
    struct sedd_config config;
    struct candidate *candidates;
    uint32_t count, step;
    sedd_watch *watch; /* may be NULL */
    void *watch_context;
    uint64_t evaluations;
    struct sedd_sequence *sequences; /* (count) of the running evaluation */
    uint32_t *evaluated;             /* (count) candidates in it */
    float *f;                        /* the rows of every candidate, each in its own place */
    float *batch;                    /* the rows of one evaluation */
    float *log_score;                /* (S) scratch */
    double *weights;                 /* (S) scratch of the uniform graph */
    float *q, *shares; /* (V) scratch: a position's distribution; the same after temperature and top-p */
    struct ranked {
        double weight;
        uint32_t index;
    } * order;        /* (the larger of S and slots) scratch of top-p and of ranking */
    uint32_t *surest; /* (slots) rows, the most confident first */
};

/* The noise level at which a candidate's state is evaluated: the schedule's for analytic and Euler; for
 * methods without time, that of the masked count. */
double state_sigma_bar(const struct sedd_sampler *s, const struct candidate *c, double t);
/* The slot whose draw this one is: itself when it is tied to none. */
static inline uint32_t slot_leader(const struct candidate *c, uint32_t slot)
{
    return c->slots[slot].tied ? c->slots[slot].tied - 1 : slot;
}
/* What a slot holds where the one that it is tied to holds `id`. */
static inline uint32_t slot_spelling(const struct sedd_slot *slot, uint32_t id, uint32_t tokens)
{
    return slot->spelling && id < tokens ? slot->spelling[id] : id;
}
/* An allowed id that the slots tied to this one can copy, uniformly. */
uint32_t draw_uniform(struct sedd_sampler *s, struct candidate *c, uint32_t slot);

void sampler_tau_leap(struct sedd_sampler *s, struct candidate *c, double t);
void sampler_first_hitting(struct sedd_sampler *s, struct candidate *c);
void sampler_confidence(struct sedd_sampler *s, struct candidate *c);
void sampler_entropy(struct sedd_sampler *s, struct candidate *c);
void sampler_remasking(struct sedd_sampler *s, struct candidate *c);

#endif
