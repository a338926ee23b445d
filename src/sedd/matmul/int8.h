/* Internal to sedd/: int8 products. Weights are symmetric per output channel, w ≈ scale_o · v with v in
 * [−127, 127]; activations are asymmetric per row (token), x ≈ scale_r · (u − zero_r) with u in [0, 255].
 * Then Σ_i x_i w_oi ≈ scale_r · scale_o · (Σ_i u_i v_oi − zero_r · Σ_i v_oi). The sums are exact in int32, so
 * every implementation gives the same result bit for bit (per-token and per-channel as in LLM.int8(),
 * arXiv:2208.07339, table 1). */
#ifndef LACUNA_SEDD_INT8_H
#define LACUNA_SEDD_INT8_H

#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>
#include <string.h>

/* One row of weights: v (in), its scale, and the sum of v. */
static inline void int8_weights(const float *w, size_t in, int8_t *v, float *scale, int32_t *sum)
{
    float top = 0;
    for (size_t i = 0; i < in; i++) top = fabsf(w[i]) > top ? fabsf(w[i]) : top;
    *scale = top > 0 ? top / 127 : 1;
    *sum = 0;
    for (size_t i = 0; i < in; i++) {
        v[i] = (int8_t)lrintf(w[i] / *scale);
        *sum += v[i];
    }
}

/* One row of activations. The range always includes 0, so that 0 stays exact. */
SIMD_CLONES static void int8_row(const float *restrict x, size_t in, uint8_t *restrict u,
                                 float *restrict scale, int32_t *restrict zero)
{
    float low = 0, high = 0;
#pragma omp simd reduction(min : low) reduction(max : high)
    for (size_t i = 0; i < in; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    float step = (high - low) / 255, inverse = step > 0 ? 1 / step : 0;
    float shift = 0.5f - low * inverse; /* + ½: truncation then rounds numbers that are not negative */
    *scale = step;
    *zero = (int32_t)shift;
    float offset = (float)*zero + 0.5f;
#pragma omp simd
    for (size_t i = 0; i < in; i++) {
        float value = x[i] * inverse + offset;
        value = value < 0 ? 0 : value > 255 ? 255 : value;
        u[i] = (uint8_t)(int32_t)value;
    }
}

/* A prepared row: its u, padded to whole cache lines, then scale and zero in a cache line of their own. */
static inline size_t int8_row_bytes(size_t in)
{
    return (in + 63) / 64 * 64 + 64;
}

struct int8_range {
    float scale;
    int32_t zero;
};

static inline struct int8_range int8_range_of(const uint8_t *row, size_t in)
{
    struct int8_range range;
    memcpy(&range, row + int8_row_bytes(in) - 64, sizeof range);
    return range;
}

static inline void int8_prepare(const float *x, size_t rows, size_t in, uint8_t *out)
{
    for (size_t r = 0; r < rows; r++) {
        struct int8_range range;
        uint8_t *row = out + r * int8_row_bytes(in);
        int8_row(x + r * in, in, row, &range.scale, &range.zero);
        memcpy(row + int8_row_bytes(in) - 64, &range, sizeof range);
    }
}

/* One row of results from the integer sums: scales, bias, activation. */
SIMD_CLONES static void int8_finish(const int32_t *restrict sums, const float *restrict scales,
                                    const int32_t *restrict weight_sums, const float *restrict bias,
                                    float row_scale, int32_t zero, enum matmul_activation activation,
                                    float *restrict y, size_t out)
{
    if (bias) {
#pragma omp simd
        for (size_t o = 0; o < out; o++)
            y[o] = row_scale * scales[o] * (float)(sums[o] - zero * weight_sums[o]) + bias[o];
    } else {
#pragma omp simd
        for (size_t o = 0; o < out; o++)
            y[o] = row_scale * scales[o] * (float)(sums[o] - zero * weight_sums[o]);
    }
    if (activation != MATMUL_GELU_TANH) return;
#pragma omp simd
    for (size_t o = 0; o < out; o++) y[o] = simd_gelu(y[o]);
}

#endif
