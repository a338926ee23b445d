/* The training pass with bf16 activations and weights in the products. */
#include "pass_internal.h"

#include <stdint.h>

#define ACT          uint16_t
#define ACT_LOAD(v)  simd_from_bf16(v)
#define ACT_STORE(v) simd_to_bf16(v)
#define WEIGHT       uint16_t
#define NAME(n)      n##_bf16
#include "pass_template.h"

void pass_run_bf16(struct train_pass *pass, const float *weights, const uint16_t *weights_bf16,
                   const struct train_batch *batch, float *gradients, double *loss, float *token_loss)
{
    run_bf16(pass, weights, weights_bf16, batch, gradients, loss, token_loss);
}
