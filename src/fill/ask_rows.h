/* Private to fill/: many questions to the network, each about one position, evaluated in batches. */
#ifndef LACUNA_FILL_ASK_ROWS_H
#define LACUNA_FILL_ASK_ROWS_H

#include "lacuna/fill.h"

struct row_question {
    uint32_t *ids;     /* capacity rows.room; the mask is V */
    uint32_t length;   /* of the sequence */
    uint32_t position; /* the one that is asked about */
};
struct rows {
    struct fill_engine *engine;
    size_t count;  /* questions */
    uint32_t room; /* tokens of the longest sequence */
    void (*make)(void *context, size_t index, struct row_question *question); /* called in order */
    /* Called in order with ln q of the position over [0, V): without the mask, with the special ids. For the uniform
     * graph, the ratios are normalised to a distribution; the current token has ratio 1. log_q may be changed. */
    void (*take)(void *context, size_t index, float *log_q);
    void *context;
};
/* The noise level follows from the masked share; for the uniform graph it is the lowest. Adds the number of sequences
 * to *evaluations, which may be NULL. */
enum status fill_ask_rows(const struct rows *rows, uint64_t *evaluations, const atomic_bool *cancel,
                          struct error *error) MUST_USE;
/* ln q of one id in a row of the head of an absorbing network, over [0, V) without the ids that change a length. */
double fill_ln_q(const struct sedd_config *config, const float *f, uint32_t id);
/* ln Σ e^x over a set (NULL: all) of [0, count). */
double fill_log_sum(const float *x, const uint64_t *set, uint32_t count);

/* The `count` likeliest ids of the set `allowed` (NULL: of all), likeliest first; returns how many there are. Their
 * log_q becomes −∞. */
uint32_t fill_take_likeliest(float *log_q, const uint64_t *allowed, uint32_t tokens, uint32_t count,
                             uint32_t *ids, double *log_p);

#endif
