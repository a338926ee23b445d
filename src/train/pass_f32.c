/* The training pass with float32 activations: for every CPU, and the version that the gradient tests check
 * precisely. */
#define ACT          float
#define ACT_LOAD(v)  (v)
#define ACT_STORE(v) (v)
#define WEIGHT       float
#define NAME(n)      n##_f32
#include "pass_internal.h"
#include "pass_template.h"

void pass_run_f32(struct train_pass *pass, const float *weights, const struct train_batch *batch,
                  float *gradients, double *loss, float *token_loss)
{
    run_f32(pass, weights, weights, batch, gradients, loss, token_loss);
}
