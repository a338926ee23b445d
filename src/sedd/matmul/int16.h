/* Internal to sedd/: products of 16-bit integers, for CPUs that have AVX2 and no 8-bit dot products: one
 * instruction multiplies and adds twice as many of them as of float32. Symmetric on both sides: a row (token)
 * is x ≈ scale_r · u with |u| ≤ INT16_TOP, an output channel is w ≈ scale_o · v with |v| ≤ 32767, and scale_o
 * is large enough that INT16_TOP · Σ|v| fits in 31 bits. The sums Σ u v are therefore exact in int32 for
 * every row and every order of addition. Activations get 12 bits and a sign, since their largest values are
 * further from the rest; weights get the remaining 10 (rows of 3072 inputs) to 15 bits (few inputs). */
#ifndef LACUNA_SEDD_INT16_H
#define LACUNA_SEDD_INT16_H

#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>
#include <string.h>

enum { INT16_TOP = 4095 };

/* The scale of the weights of one output channel: they are divided by it. */
static inline float int16_weight_scale(const float *w, size_t in)
{
    double top = 0, sum = 0;
    for (size_t i = 0; i < in; i++) {
        sum += fabs((double)w[i]);
        top = fabs((double)w[i]) > top ? fabs((double)w[i]) : top;
    }
    double room = 2147483647.0 / INT16_TOP - 0.5 * (double)in - 1; /* rounding adds up to ½ to each |v| */
    double scale = top / 32767 > sum / room ? top / 32767 : sum / room;
    return scale > 0 ? (float)(scale * (1 + 1e-6)) : 1; /* rounded upwards */
}

static inline int16_t int16_weight(float w, float scale)
{
    return (int16_t)lrintf(w / scale);
}

/* A prepared row: its u, zeros up to a whole cache line, then its scale in a cache line of its own. */
static inline size_t int16_row_bytes(size_t in)
{
    return (in + 31) / 32 * 64 + 64;
}

SIMD_CLONES static void int16_row(const float *restrict x, size_t in, int16_t *restrict u,
                                  float *restrict scale)
{
    float top = 0;
#pragma omp simd reduction(max : top)
    for (size_t i = 0; i < in; i++) {
        float size = x[i] < 0 ? -x[i] : x[i];
        top = size > top ? size : top;
    }
    float inverse = top > 0 ? INT16_TOP / top : 0;
    *scale = top / INT16_TOP;
#pragma omp simd
    for (size_t i = 0; i < in; i++) {
        float shifted = x[i] * inverse + 12582912.0f; /* 1.5·2^23: rounds to an integer in the low bits */
        u[i] = (int16_t)(simd_float_to_bits(shifted) - 0x4B400000u);
    }
}

static inline void int16_prepare(const float *x, size_t rows, size_t in, char *out)
{
    size_t bytes = int16_row_bytes(in);
    for (size_t r = 0; r < rows; r++) {
        char *row = out + r * bytes;
        memset(row + bytes - 128, 0, 128);
        int16_row(x + r * in, in, (int16_t *)(void *)row, (float *)(void *)(row + bytes - 64));
    }
}

static inline float int16_scale_of(const char *row, size_t in)
{
    float scale;
    memcpy(&scale, row + int16_row_bytes(in) - 64, sizeof scale);
    return scale;
}

#endif
