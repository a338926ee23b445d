/* The noise embedding of the score form, docs/SEDD.md (3.1) and (3.2): features of σ̄, a small MLP, and one
 * linear map to the modulation vectors of all blocks. Once per noise level, so plain loops. */
#include "net.h"

#include <math.h>
#include <string.h>

enum { FEATURES = 256 };

static void linear(const float *w, const float *b, const float *x, float *y, size_t out, size_t in)
{
    for (size_t o = 0; o < out; o++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < in; i++) sum += w[o * in + i] * x[i];
        y[o] = sum + b[o];
    }
}

static void silu(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] /= 1 + expf(-x[i]);
}

size_t condition_size(const struct sedd_config *c)
{
    return ((size_t)c->n_blocks * 6 + 2) * c->hidden_size;
}

size_t condition_scratch(const struct sedd_config *c)
{
    return FEATURES + 2 * (size_t)c->cond_dim;
}

void condition_vectors(const struct sedd_model *m, float sigma_bar, float *out, float *scratch)
{
    const struct sedd_config *c = &m->config;
    const struct sedd_layout *at = &m->layout;
    const float *w = m->weights;
    size_t d = c->hidden_size, n = c->cond_dim;
    if (c->parametrisation == SEDD_TIME_FREE) {
        for (uint32_t i = 0; i < c->n_blocks; i++)
            memcpy(out + i * 6 * d, w + at->blocks[i].modulation_bias, 6 * d * sizeof *out);
        memcpy(out + c->n_blocks * 6 * d, w + at->final_modulation_bias, 2 * d * sizeof *out);
        return;
    }
    float *features = scratch, *hidden = features + FEATURES, *condition = hidden + n;
    for (int i = 0; i < FEATURES / 2; i++) {
        float angle = sigma_bar * expf(-logf(10000.0f) * (float)i / (FEATURES / 2));
        features[i] = cosf(angle);
        features[i + FEATURES / 2] = sinf(angle);
    }
    linear(w + at->sigma0, w + at->sigma0_bias, features, hidden, n, FEATURES);
    silu(hidden, n);
    linear(w + at->sigma2, w + at->sigma2_bias, hidden, condition, n, n);
    silu(condition, n);
    for (uint32_t i = 0; i < c->n_blocks; i++)
        linear(w + at->blocks[i].modulation, w + at->blocks[i].modulation_bias, condition, out + i * 6 * d,
               6 * d, n);
    linear(w + at->final_modulation, w + at->final_modulation_bias, condition, out + c->n_blocks * 6 * d,
           2 * d, n);
}
