/* Inside fill/: many questions to the network of one position each, in batches. */
#ifndef LACUNA_FILL_ASK_ROWS_H
#define LACUNA_FILL_ASK_ROWS_H

#include "lacuna/fill.h"

struct row_question {
    uint32_t *ids;     /* room for `room` tokens; the mask is V */
    uint32_t length;   /* of the sequence */
    uint32_t position; /* whose row is wanted */
};
struct rows {
    struct fill_engine *engine;
    size_t count;                                                             /* questions */
    uint32_t room;                                                            /* tokens of the longest */
    void (*make)(void *context, size_t index, struct row_question *question); /* called in order */
    /* Gets ln q over [0, V) of the wanted row, without the mask (absorbing graph; specials included), in order. For
     * the uniform graph ln s, normalised: what stands there has the share of ratio 1. May be changed. */
    void (*take)(void *context, size_t index, float *log_q);
    void *context;
};
/* The network is driven by the masked share; the uniform graph at its lowest noise. Adds the sequences to
 * *evaluations (may be NULL). */
enum status fill_ask_rows(const struct rows *rows, uint64_t *evaluations, const atomic_bool *cancel,
                          struct error *error) MUST_USE;
/* ln Σ e^x over a set (NULL: all) of [0, count). */
double fill_log_sum(const float *x, const uint64_t *set, uint32_t count);

/* The `count` likeliest ids of a set; `allowed` NULL: any. log_q loses what was taken. */
uint32_t fill_take_likeliest(float *log_q, const uint64_t *allowed, uint32_t tokens, uint32_t count,
                             uint32_t *ids, double *log_p);

#endif
