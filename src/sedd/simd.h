/* Inline arithmetic that gcc vectorises: the pieces of softmax, GELU and bf16. Loops that call these carry
 * `#pragma omp simd` (build flag -fopenmp-simd: no threads, only the permission to reorder a sum). */
#ifndef LACUNA_SEDD_SIMD_H
#define LACUNA_SEDD_SIMD_H

#include <stdint.h>
#include <string.h>

static inline float simd_bits_to_float(uint32_t bits)
{
    union {
        uint32_t u;
        float f;
    } pun = {.u = bits};
    return pun.f;
}

static inline uint32_t simd_float_to_bits(float value)
{
    union {
        float f;
        uint32_t u;
    } pun = {.f = value};
    return pun.u;
}

static inline float simd_from_bf16(uint16_t bits)
{
    return simd_bits_to_float((uint32_t)bits << 16);
}

/* Round to nearest even. NaN may become infinity: kernels never meet one that was not lost already. */
static inline uint16_t simd_to_bf16(float value)
{
    uint32_t bits = simd_float_to_bits(value);
    return (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

/* e^x, relative error below 2e-7 on [−87, 88] and clamped outside: x = n ln 2 + r, a polynomial for e^r,
 * and n added to the exponent. */
static inline float simd_exp(float x)
{
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float shifted = x * 1.44269504f + 12582912.0f; /* 1.5·2^23: rounds to an integer in the low bits */
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    uint32_t exponent = (simd_float_to_bits(shifted) - 0x4B400000u + 127u) << 23;
    return p * simd_bits_to_float(exponent);
}

/* tanh by way of e^2x; absolute error below 2e-7. */
static inline float simd_tanh(float x)
{
    return 1.0f - 2.0f / (simd_exp(2.0f * x) + 1.0f);
}

#define SIMD_GELU_C 0.7978845608028654f /* √(2/π) */

/* GELU in its tanh form (Hendrycks & Gimpel, arXiv:1606.08415). */
static inline float simd_gelu(float x)
{
    return 0.5f * x * (1.0f + simd_tanh(SIMD_GELU_C * (x + 0.044715f * x * x * x)));
}

static inline float simd_gelu_derivative(float x, float *value)
{
    float t = simd_tanh(SIMD_GELU_C * (x + 0.044715f * x * x * x));
    *value = 0.5f * x * (1.0f + t);
    return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * SIMD_GELU_C * (1.0f + 3.0f * 0.044715f * x * x);
}

#endif
