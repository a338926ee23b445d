/* The noise embedding of the score form, docs/SEDD.md (3.1) and (3.2): features of σ̄, a small MLP, and one
 * linear map to the modulation vectors of all blocks. It runs once per noise level, so the loops are
 * plain. */
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"
#include "model.h"
#include "net.h"

#include <string.h>

size_t condition_scratch(const struct sedd_config *c)
{
    return SEDD_NOISE_FEATURES + 2 * (size_t)c->cond_dim;
}

static void silu_all(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = sedd_silu(x[i]);
}

void condition_vectors(const struct sedd_model *m, float sigma_bar, float *out, float *scratch)
{
    const struct sedd_config *c = &m->config;
    const struct sedd_layout *at = &m->layout;
    const float *w = m->weights;
    size_t n = c->cond_dim, block_size = sedd_modulation_at(c, 1, 0),
           final = sedd_modulation_at(c, c->n_blocks, 0), final_size = sedd_modulation_size(c) - final;
    if (c->parametrisation == SEDD_TIME_FREE) {
        for (uint32_t i = 0; i < c->n_blocks; i++)
            memcpy(out + i * block_size, w + at->blocks[i].modulation_bias, block_size * sizeof *out);
        memcpy(out + final, w + at->final_modulation_bias, final_size * sizeof *out);
        return;
    }
    float *features = scratch, *hidden = features + SEDD_NOISE_FEATURES, *condition = hidden + n;
    sedd_noise_features(sigma_bar, features);
    sedd_linear(w + at->sigma0, w + at->sigma0_bias, features, hidden, n, SEDD_NOISE_FEATURES);
    silu_all(hidden, n);
    sedd_linear(w + at->sigma2, w + at->sigma2_bias, hidden, condition, n, n);
    silu_all(condition, n);
    for (uint32_t i = 0; i < c->n_blocks; i++)
        sedd_linear(w + at->blocks[i].modulation, w + at->blocks[i].modulation_bias, condition,
                    out + i * block_size, block_size, n);
    sedd_linear(w + at->final_modulation, w + at->final_modulation_bias, condition, out + final, final_size,
                n);
}
