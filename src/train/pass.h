/* One training pass: forward with kept activations, loss and hand-written backward, over a micro-batch, on
 * the calling thread only. The code is one template (pass_template.h), compiled for float32 and for bf16
 * activations; residual stream, norms' statistics, logits, loss and gradients of weights are float32 in
 * both. */
#ifndef LACUNA_TRAIN_PASS_H
#define LACUNA_TRAIN_PASS_H

#include "lacuna/matmul.h"
#include "lacuna/sedd.h"

/* A micro-batch of R rows of L tokens. */
struct train_batch {
    const uint32_t *ids;                         /* (R, L) what the network sees */
    const uint32_t *targets;                     /* (R, L) clean tokens */
    const float *weights;                        /* (R, L) factor of a position's loss; 0: no loss there */
    const uint32_t *segment_start, *segment_end; /* (R, L) positions [start, end) of the row that a position
                                                    may attend to; both NULL: the whole row */
    const float *sigma_bar;                      /* (R) noise levels; unused when time-free */
};

/* How a position's loss is computed; it is multiplied by weights[]. */
enum train_loss {
    TRAIN_CROSS_ENTROPY, /* −ln q(x0): the k-form; time-free (and autoregressive) networks */
    TRAIN_SCORE_ENTROPY  /* denoising score entropy (paper's eq. 9, diffusion-weighted by the caller) */
};

struct train_pass;
struct train_pass *train_pass_new(const struct sedd_config *config, const struct sedd_layout *layout,
                                  const struct matmul_backend *backend, bool bf16, uint32_t rows,
                                  uint32_t length, enum train_loss loss, bool causal, struct error *error);
/* From the next run on: whether a position attends only to itself and what precedes it in its segment. */
void train_pass_set_causal(struct train_pass *pass, bool causal) NONNULL(1);
void train_pass_free(struct train_pass *pass);
/* Adds the weighted loss to *loss and, if gradients is not NULL, its gradient to gradients (the layout's
 * floats). `low` is a bf16 copy of all weights if the pass is bf16. `token_loss` (may be NULL) receives the
 * unweighted loss per position, (R, L), where weights are not 0. */
void train_pass_run(struct train_pass *pass, const float *weights, const uint16_t *weights_bf16,
                    const struct train_batch *batch, float *gradients, double *loss, float *token_loss);

#endif
