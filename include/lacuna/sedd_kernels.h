/* sedd_kernels: the arithmetic that the network's forward pass (src/sedd) and the training pass (src/train)
 * share, so that both compute the same numbers: exp, GELU, bf16, LayerNorm, and the small parts of the
 * conditioning (docs/SEDD.md, section 3).
 *
 * gcc vectorises the inline functions. Loops that call them carry `#pragma omp simd` (build flag
 * -fopenmp-simd: no threads, only permission to reorder sums). */
#ifndef LACUNA_SEDD_KERNELS_H
#define LACUNA_SEDD_KERNELS_H

#include "lacuna/sedd.h"

#include <math.h>
#include <stdint.h>

/* ---- exp, tanh, GELU, bf16 ------------------------------------------------------------------------ */

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

/* Round to nearest, ties to even. NaN may become infinity; kernels only meet a NaN when the result is lost
 * anyway. */
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

/* ---- LayerNorm ------------------------------------------------------------------------------------ */

/* LayerNorm(x) = (x − mean) · rstd with rstd = 1/√(var + 1e-5), over the D numbers of a row. */
struct layer_norm {
    float mean, rstd;
};
static inline struct layer_norm layer_norm_of(const float *x, size_t d)
{
    float sum = 0, square = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < d; i++) sum += x[i];
    float mean = sum / (float)d;
#pragma omp simd reduction(+ : square)
    for (size_t i = 0; i < d; i++) square += (x[i] - mean) * (x[i] - mean);
    return (struct layer_norm){mean, 1.0f / sqrtf(square / (float)d + 1e-5f)};
}

/* ---- the conditioning: docs/SEDD.md (3.1) and (3.2) ------------------------------------------------ */

enum { SEDD_NOISE_FEATURES = 256 };

/* How the noise level modulates a block: six vectors of D numbers. The vectors of all blocks are stored one
 * after another, then the final layer's shift and scale, which are the first two of its vectors. */
enum sedd_modulation {
    SEDD_ATTENTION_SHIFT,
    SEDD_ATTENTION_SCALE,
    SEDD_ATTENTION_GATE,
    SEDD_MLP_SHIFT,
    SEDD_MLP_SCALE,
    SEDD_MLP_GATE,
    SEDD_MODULATIONS,
    SEDD_FINAL_SHIFT = SEDD_ATTENTION_SHIFT,
    SEDD_FINAL_SCALE = SEDD_ATTENTION_SCALE,
    SEDD_FINAL_MODULATIONS = 2
};
static_assert(SEDD_MLP_SHIFT + 1 == SEDD_MLP_SCALE && SEDD_ATTENTION_SHIFT + 1 == SEDD_ATTENTION_SCALE,
              "a norm's scale follows its shift");
/* The offset of a vector, in numbers; block n_blocks is the final layer. */
static inline size_t sedd_modulation_at(const struct sedd_config *config, uint32_t block,
                                        enum sedd_modulation which)
{
    return ((size_t)block * SEDD_MODULATIONS + which) * config->hidden_size;
}
/* The size of all vectors together. */
static inline size_t sedd_modulation_size(const struct sedd_config *config)
{
    return ((size_t)config->n_blocks * SEDD_MODULATIONS + SEDD_FINAL_MODULATIONS) * config->hidden_size;
}

static inline float sedd_silu(float x)
{
    return x / (1 + expf(-x));
}
/* cos, then sin, of σ̄ · 1e4^(−i/128): SEDD_NOISE_FEATURES numbers. */
void sedd_noise_features(float sigma_bar, float *out);
/* y = W x + b with W (out, in), in plain loops: it runs once per noise level, so speed does not matter. */
void sedd_linear(const float *w, const float *b, const float *x, float *y, size_t out, size_t in);

/* ---- queries and keys ------------------------------------------------------------------------------ */

#define SEDD_HEAD_EPS 1e-6f /* added to the mean square of a head's query or key */

/* The factor that gives the width numbers of a head a root mean square of 1 ("qk_norm"). A rotation keeps it. */
static inline float sedd_head_factor(const float *x, size_t width)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < width; i++) sum += x[i] * x[i];
    return 1 / sqrtf(sum / (float)width + SEDD_HEAD_EPS);
}

/* cos and sin of position · 1e4^(−2i/W), i < W/2: rotary angles (Su et al., arXiv:2104.09864). Both
 * (positions, W/2). */
void sedd_rotary_angles(size_t positions, size_t head_width, float *cosine, float *sine);

#endif
