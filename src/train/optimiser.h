/* AdamW (Loshchilov & Hutter, arXiv:1711.05101) with clipping by the global norm and an exponential moving
 * average, over flat arrays in a network's layout; a recipe may give the hidden matrices to Muon (muon.h).
 * Everything is float32. */
#ifndef LACUNA_TRAIN_OPTIMISER_H
#define LACUNA_TRAIN_OPTIMISER_H

#include "lacuna/base.h"
#include "lacuna/train.h"

struct optimiser {
    size_t size;
    float *weights, *average; /* the network; its moving average */
    float *moment1, *moment2; /* Muon's matrices have their momentum in moment1 and no second moment */
    uint16_t *weights_bf16;   /* bf16 copy of the weights for the products */
    uint8_t *kinds;           /* per block of 16 weights: enum optimiser_kind */
    double *norms;            /* partial sums of squares */
    struct muon *muon;        /* NULL: AdamW alone */
};
enum optimiser_kind {
    OPTIMISER_VECTOR, /* AdamW without weight decay */
    OPTIMISER_MATRIX, /* AdamW with it */
    OPTIMISER_MUON
};
/* `threads` of the pool that optimiser_step will be given. */
enum status optimiser_init(struct optimiser *optimiser, const struct sedd_layout *layout,
                           const struct train_recipe *recipe, int threads, struct error *error) MUST_USE;
void optimiser_free(struct optimiser *optimiser);
/* Matrices ~ N(0, std²), outputs of residual branches ~ N(0, recipe->output_std²); norms 1; biases 0, except the gates,
 * which are recipe->gate in the time-free form (with the reference's zeros and no noise input, nothing would
 * flow). */
void optimiser_random(struct optimiser *optimiser, const struct sedd_layout *layout,
                      const struct train_recipe *recipe);
void optimiser_refresh_low(struct optimiser *optimiser);
/* One step with the sum of `count` gradient arrays, which are then zeroed. `step` counts from 0. Returns the
 * gradient's norm before clipping; if that is not finite, no weight changes. The result is the same for any
 * number of threads. */
double optimiser_step(struct optimiser *optimiser, const struct train_recipe *recipe, uint64_t step,
                      float *const *gradients, int count, struct pool *pool);

#endif
