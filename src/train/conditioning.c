/* The noise embedding and the modulation vectors, forward and backward: docs/SEDD.md (3.1), (3.2). Float32
 * and plain loops: per row of a batch, not per token, so nothing here is hot. */
#include "pass_internal.h"

#include <math.h>
#include <string.h>

enum { FEATURES = 256 };

float *pass_modulation(const struct train_pass *p, uint32_t row, uint32_t block)
{
    if (p->config.parametrisation == SEDD_TIME_FREE) row = 0;
    return p->modulation + row * p->modulation_row + (size_t)block * 6 * p->width;
}

float *pass_d_modulation(const struct train_pass *p, uint32_t row, uint32_t block)
{
    if (p->config.parametrisation == SEDD_TIME_FREE) row = 0;
    return p->d_modulation + row * p->modulation_row + (size_t)block * 6 * p->width;
}

/* y = W x + b */
static void linear(const float *w, const float *b, const float *x, float *y, size_t out, size_t in)
{
    for (size_t o = 0; o < out; o++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < in; i++) sum += w[o * in + i] * x[i];
        y[o] = sum + b[o];
    }
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

static float silu(float x)
{
    return x / (1 + expf(-x));
}

static float silu_derivative(float x)
{
    float s = 1 / (1 + expf(-x));
    return s * (1 + x * (1 - s));
}

/* cos first, then sin, of sigma_bar · 1e4^(−i/128) */
static void make_features(float sigma_bar, float *out)
{
    for (int i = 0; i < FEATURES / 2; i++) {
        float angle = sigma_bar * expf(-logf(10000.0f) * (float)i / (FEATURES / 2));
        out[i] = cosf(angle);
        out[i + FEATURES / 2] = sinf(angle);
    }
}

void pass_condition_forward(struct train_pass *p, const float *weights, const float *sigma_bar)
{
    const struct sedd_layout *at = p->layout;
    size_t d = p->width, c = p->config.cond_dim;
    uint32_t blocks = p->config.n_blocks;
    if (p->config.parametrisation == SEDD_TIME_FREE) {
        for (uint32_t i = 0; i < blocks; i++)
            memcpy(pass_modulation(p, 0, i), weights + at->blocks[i].modulation_bias, 6 * d * sizeof(float));
        memcpy(pass_modulation(p, 0, blocks), weights + at->final_modulation_bias, 2 * d * sizeof(float));
        memset(p->d_modulation, 0, p->modulation_row * sizeof(float));
        return;
    }
    memset(p->d_modulation, 0, p->rows * p->modulation_row * sizeof(float));
    for (uint32_t r = 0; r < p->rows; r++) {
        float *features = p->features + r * FEATURES, *hidden0 = p->hidden0 + r * c,
              *silu0 = p->silu0 + r * c;
        float *hidden2 = p->hidden2 + r * c, *condition = p->condition + r * c;
        make_features(sigma_bar[r], features);
        linear(weights + at->sigma0, weights + at->sigma0_bias, features, hidden0, c, FEATURES);
        for (size_t i = 0; i < c; i++) silu0[i] = silu(hidden0[i]);
        linear(weights + at->sigma2, weights + at->sigma2_bias, silu0, hidden2, c, c);
        for (size_t i = 0; i < c; i++) condition[i] = silu(hidden2[i]);
        for (uint32_t i = 0; i < blocks; i++)
            linear(weights + at->blocks[i].modulation, weights + at->blocks[i].modulation_bias, condition,
                   pass_modulation(p, r, i), 6 * d, c);
        linear(weights + at->final_modulation, weights + at->final_modulation_bias, condition,
               pass_modulation(p, r, blocks), 2 * d, c);
    }
}

static void add_vector(float *to, const float *from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

void pass_condition_backward(struct train_pass *p, const float *weights, float *g)
{
    const struct sedd_layout *at = p->layout;
    size_t d = p->width, c = p->config.cond_dim;
    uint32_t blocks = p->config.n_blocks;
    if (p->config.parametrisation == SEDD_TIME_FREE) {
        for (uint32_t i = 0; i < blocks; i++)
            add_vector(g + at->blocks[i].modulation_bias, pass_d_modulation(p, 0, i), 6 * d);
        add_vector(g + at->final_modulation_bias, pass_d_modulation(p, 0, blocks), 2 * d);
        return;
    }
    for (uint32_t r = 0; r < p->rows; r++) {
        float *d_condition = p->d_condition, *d_silu0 = p->d_condition + c;
        memset(d_condition, 0, 2 * c * sizeof(float));
        for (uint32_t i = 0; i < blocks; i++)
            linear_backward(weights + at->blocks[i].modulation, p->condition + r * c,
                            pass_d_modulation(p, r, i), g + at->blocks[i].modulation,
                            g + at->blocks[i].modulation_bias, d_condition, 6 * d, c);
        linear_backward(weights + at->final_modulation, p->condition + r * c, pass_d_modulation(p, r, blocks),
                        g + at->final_modulation, g + at->final_modulation_bias, d_condition, 2 * d, c);
        for (size_t i = 0; i < c; i++) d_condition[i] *= silu_derivative(p->hidden2[r * c + i]);
        linear_backward(weights + at->sigma2, p->silu0 + r * c, d_condition, g + at->sigma2,
                        g + at->sigma2_bias, d_silu0, c, c);
        for (size_t i = 0; i < c; i++) d_silu0[i] *= silu_derivative(p->hidden0[r * c + i]);
        linear_backward(weights + at->sigma0, p->features + r * FEATURES, d_silu0, g + at->sigma0,
                        g + at->sigma0_bias, NULL, c, FEATURES);
    }
}
