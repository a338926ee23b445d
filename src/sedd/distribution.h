/* Internal to sedd/: the samplers' vectorised operations on a whole vocabulary. Each is a pass over one row f
 * of the head's output; `allowed` is a bit set over [0, n), NULL: all. The tests' oracle is the plain version
 * of each (tests/unit/test_distribution.c). */
#ifndef LACUNA_SEDD_DISTRIBUTION_H
#define LACUNA_SEDD_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether no value is NaN or infinite. */
bool distribution_finite(const float *x, size_t n);
/* q (n) = softmax of f over the allowed ids, 0 elsewhere. Returns the likeliest id, the first of ties. */
uint32_t distribution_softmax(const float *f, const uint64_t *allowed, uint32_t n, float *q);
/* max q without writing q. */
double distribution_surest(const float *f, const uint64_t *allowed, uint32_t n);
/* −Σ q ln q in nats, for a q from distribution_softmax. */
double distribution_entropy(const float *q, uint32_t n);
/* ln Σ e^f over [0, n). */
double distribution_log_sum(const float *f, uint32_t n);
/* Inverse CDF in double precision: the id at which the running sum of the weights passes u·(their sum), u in
 * (0, 1). Weights are not negative. Returns n if all are 0. */
uint32_t distribution_draw(const float *weights, uint32_t n, double u);

#endif
