/* The noise embedding and the modulation vectors, forward and backward: docs/SEDD.md (3.1), (3.2). Float32
 * and plain loops: they run per row of a batch, not per token, so speed does not matter. */
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"
#include "pass_internal.h"

#include <math.h>
#include <string.h>

float *pass_modulation(const struct train_pass *p, uint32_t row, uint32_t block, enum sedd_modulation which)
{
    if (p->config.parametrisation == SEDD_TIME_FREE) row = 0;
    return p->modulation + row * p->modulation_row + sedd_modulation_at(&p->config, block, which);
}

float *pass_d_modulation(const struct train_pass *p, uint32_t row, uint32_t block, enum sedd_modulation which)
{
    if (p->config.parametrisation == SEDD_TIME_FREE) row = 0;
    return p->d_modulation + row * p->modulation_row + sedd_modulation_at(&p->config, block, which);
}

/* dW += dy xᵀ, db += dy, and with dx: dx += Wᵀ dy */
static void linear_backward(const float *w, const float *x, const float *dy, float *dw, float *db, float *dx,
                            size_t out, size_t in)
{
    for (size_t o = 0; o < out; o++) {
        db[o] += dy[o];
        for (size_t i = 0; i < in; i++) dw[o * in + i] += dy[o] * x[i];
        if (dx)
            for (size_t i = 0; i < in; i++) dx[i] += w[o * in + i] * dy[o];
    }
}

static float silu_derivative(float x)
{
    float s = 1 / (1 + expf(-x));
    return s * (1 + x * (1 - s));
}

void pass_condition_forward(struct train_pass *p, const float *weights, const float *sigma_bar)
{
    const struct sedd_layout *at = p->layout;
    size_t c = p->config.cond_dim, block_size = sedd_modulation_at(&p->config, 1, 0),
           final_size = SEDD_FINAL_MODULATIONS * (size_t)p->width;
    uint32_t blocks = p->config.n_blocks;
    if (p->config.parametrisation == SEDD_TIME_FREE) {
        for (uint32_t i = 0; i < blocks; i++)
            memcpy(pass_modulation(p, 0, i, 0), weights + at->blocks[i].modulation_bias,
                   block_size * sizeof(float));
        memcpy(pass_modulation(p, 0, blocks, 0), weights + at->final_modulation_bias,
               final_size * sizeof(float));
        memset(p->d_modulation, 0, p->modulation_row * sizeof(float));
        return;
    }
    memset(p->d_modulation, 0, p->rows * p->modulation_row * sizeof(float));
    for (uint32_t r = 0; r < p->rows; r++) {
        float *features = p->features + r * SEDD_NOISE_FEATURES, *hidden0 = p->hidden0 + r * c,
              *silu0 = p->silu0 + r * c;
        float *hidden2 = p->hidden2 + r * c, *condition = p->condition + r * c;
        sedd_noise_features(sigma_bar[r], features);
        sedd_linear(weights + at->sigma0, weights + at->sigma0_bias, features, hidden0, c,
                    SEDD_NOISE_FEATURES);
        for (size_t i = 0; i < c; i++) silu0[i] = sedd_silu(hidden0[i]);
        sedd_linear(weights + at->sigma2, weights + at->sigma2_bias, silu0, hidden2, c, c);
        for (size_t i = 0; i < c; i++) condition[i] = sedd_silu(hidden2[i]);
        for (uint32_t i = 0; i < blocks; i++)
            sedd_linear(weights + at->blocks[i].modulation, weights + at->blocks[i].modulation_bias,
                        condition, pass_modulation(p, r, i, 0), block_size, c);
        sedd_linear(weights + at->final_modulation, weights + at->final_modulation_bias, condition,
                    pass_modulation(p, r, blocks, 0), final_size, c);
    }
}

static void add_vector(float *to, const float *from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

void pass_condition_backward(struct train_pass *p, const float *weights, float *g)
{
    const struct sedd_layout *at = p->layout;
    size_t c = p->config.cond_dim, block_size = sedd_modulation_at(&p->config, 1, 0),
           final_size = SEDD_FINAL_MODULATIONS * (size_t)p->width;
    uint32_t blocks = p->config.n_blocks;
    if (p->config.parametrisation == SEDD_TIME_FREE) {
        for (uint32_t i = 0; i < blocks; i++)
            add_vector(g + at->blocks[i].modulation_bias, pass_d_modulation(p, 0, i, 0), block_size);
        add_vector(g + at->final_modulation_bias, pass_d_modulation(p, 0, blocks, 0), final_size);
        return;
    }
    for (uint32_t r = 0; r < p->rows; r++) {
        float *d_condition = p->d_condition, *d_silu0 = p->d_condition + c;
        memset(d_condition, 0, 2 * c * sizeof(float));
        for (uint32_t i = 0; i < blocks; i++)
            linear_backward(weights + at->blocks[i].modulation, p->condition + r * c,
                            pass_d_modulation(p, r, i, 0), g + at->blocks[i].modulation,
                            g + at->blocks[i].modulation_bias, d_condition, block_size, c);
        linear_backward(weights + at->final_modulation, p->condition + r * c,
                        pass_d_modulation(p, r, blocks, 0), g + at->final_modulation,
                        g + at->final_modulation_bias, d_condition, final_size, c);
        for (size_t i = 0; i < c; i++) d_condition[i] *= silu_derivative(p->hidden2[r * c + i]);
        linear_backward(weights + at->sigma2, p->silu0 + r * c, d_condition, g + at->sigma2,
                        g + at->sigma2_bias, d_silu0, c, c);
        for (size_t i = 0; i < c; i++) d_silu0[i] *= silu_derivative(p->hidden0[r * c + i]);
        linear_backward(weights + at->sigma0, p->features + r * SEDD_NOISE_FEATURES, d_silu0, g + at->sigma0,
                        g + at->sigma0_bias, NULL, c, SEDD_NOISE_FEATURES);
    }
}
