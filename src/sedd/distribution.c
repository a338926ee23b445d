/* Softmax, entropy and drawing over a vocabulary. */
#include "distribution.h"
#include "lacuna/base.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>

enum { WORD = 64, BLOCK = 256 };

/* The exponent of NaN and infinity has all bits set. */
SIMD_CLONES static uint32_t block_not_finite(const float *restrict x, size_t n)
{
    uint32_t any = 0;
#pragma omp simd reduction(| : any)
    for (size_t i = 0; i < n; i++) any |= (simd_float_to_bits(x[i]) & 0x7F800000u) == 0x7F800000u;
    return any;
}

bool distribution_finite(const float *x, size_t n)
{
    enum { STRETCH = 4096 }; /* a check from time to time, so that gcc still vectorises the loop */
    for (size_t at = 0; at < n; at += STRETCH)
        if (block_not_finite(x + at, n - at < STRETCH ? n - at : STRETCH)) return false;
    return true;
}

/* Copies a row with −∞ for ids that are not allowed, and returns the largest remaining value. */
SIMD_CLONES static float copy_allowed(const float *restrict f, const uint64_t *restrict allowed, uint32_t n,
                                      float *restrict out)
{
    float top = -INFINITY;
    for (uint32_t at = 0; at < n; at += WORD) {
        uint32_t end = n - at < WORD ? n - at : WORD;
        uint64_t bits = allowed ? allowed[at / WORD] : ~UINT64_C(0);
#pragma omp simd reduction(max : top)
        for (uint32_t i = 0; i < end; i++) {
            float value = bits >> i & 1 ? f[at + i] : -INFINITY;
            out[at + i] = value;
            top = value > top ? value : top;
        }
    }
    return top;
}

/* x ← e^(x − top) where x is finite, 0 where it is −∞; returns the sum. A block is summed in float, the
 * blocks in double. */
SIMD_CLONES static double exponentials(float *restrict x, uint32_t n, float top)
{
    double total = 0;
    for (uint32_t at = 0; at < n; at += BLOCK) {
        uint32_t end = n - at < BLOCK ? n : at + BLOCK;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (uint32_t i = at; i < end; i++) {
            float e = x[i] > -INFINITY ? simd_exp(x[i] - top) : 0;
            x[i] = e;
            sum += e;
        }
        total += (double)sum;
    }
    return total;
}

SIMD_CLONES static void scale(float *restrict x, uint32_t n, float factor)
{
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) x[i] *= factor;
}

static uint32_t first_equal(const float *x, uint32_t n, float value)
{
    uint32_t i = 0;
    while (i + 1 < n && !(x[i] == value)) i++;
    return i;
}

uint32_t distribution_softmax(const float *f, const uint64_t *allowed, uint32_t n, float *q)
{
    float top = copy_allowed(f, allowed, n, q);
    uint32_t likeliest = first_equal(q, n, top);
    scale(q, n, (float)(1 / exponentials(q, n, top)));
    return likeliest;
}

/* Σ e^(f − top) over the allowed ids, without storing the terms. */
SIMD_CLONES static double sum_allowed(const float *restrict f, const uint64_t *restrict allowed, uint32_t n,
                                      float top)
{
    double total = 0;
    for (uint32_t at = 0; at < n; at += WORD) {
        uint32_t end = n - at < WORD ? n - at : WORD;
        uint64_t bits = allowed ? allowed[at / WORD] : ~UINT64_C(0);
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (uint32_t i = 0; i < end; i++) {
            float e = simd_exp(f[at + i] - top);
            sum += bits >> i & 1 ? e : 0;
        }
        total += (double)sum;
    }
    return total;
}

SIMD_CLONES static float max_allowed(const float *restrict f, const uint64_t *restrict allowed, uint32_t n)
{
    float top = -INFINITY;
    for (uint32_t at = 0; at < n; at += WORD) {
        uint32_t end = n - at < WORD ? n - at : WORD;
        uint64_t bits = allowed ? allowed[at / WORD] : ~UINT64_C(0);
#pragma omp simd reduction(max : top)
        for (uint32_t i = 0; i < end; i++) {
            float value = bits >> i & 1 ? f[at + i] : -INFINITY;
            top = value > top ? value : top;
        }
    }
    return top;
}

double distribution_surest(const float *f, const uint64_t *allowed, uint32_t n)
{
    return 1 / sum_allowed(f, allowed, n, max_allowed(f, allowed, n));
}

double distribution_log_sum(const float *f, uint32_t n)
{
    float top = max_allowed(f, NULL, n);
    return (double)top + log(sum_allowed(f, NULL, n, top));
}

/* ln q for q > 0: exponent and mantissa separately, the mantissa by the series of atanh. Accurate to 1e-6,
 * which is enough for ranking positions. */
static inline float log_positive(float q)
{
    uint32_t bits = simd_float_to_bits(q);
    float exponent = (float)((int32_t)(bits >> 23) - 127);
    float m = simd_bits_to_float((bits & 0x7FFFFFu) | 0x3F800000u); /* [1, 2) */
    float shift = m > 1.41421356f ? 1.0f : 0.0f;
    m = shift > 0 ? 0.5f * m : m;
    float s = (m - 1.0f) / (m + 1.0f), z = s * s;
    float series = 2.0f * s * (1.0f + z * (0.33333333f + z * (0.2f + z * (0.14285714f + z * 0.11111111f))));
    return (exponent + shift) * 0.69314718f + series;
}

SIMD_CLONES static double entropy(const float *restrict q, uint32_t n)
{
    double total = 0;
    for (uint32_t at = 0; at < n; at += BLOCK) {
        uint32_t end = n - at < BLOCK ? n : at + BLOCK;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (uint32_t i = at; i < end; i++) sum += q[i] > 1e-37f ? -q[i] * log_positive(q[i]) : 0;
        total += (double)sum;
    }
    return total;
}

double distribution_entropy(const float *q, uint32_t n)
{
    return entropy(q, n);
}

SIMD_CLONES static double block_sum(const float *restrict x, uint32_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (uint32_t i = 0; i < n; i++) sum += (double)x[i];
    return sum;
}

uint32_t distribution_draw(const float *weights, uint32_t n, double u)
{
    double total = 0;
    for (uint32_t at = 0; at < n; at += BLOCK)
        total += block_sum(weights + at, n - at < BLOCK ? n - at : BLOCK);
    if (!(total > 0) || !isfinite(total)) return n;
    double target = u * total, sum = 0;
    uint32_t last = n;
    for (uint32_t at = 0; at < n; at += BLOCK) {
        uint32_t size = n - at < BLOCK ? n - at : BLOCK;
        double whole = block_sum(weights + at, size);
        if (sum + whole <= target && at + size < n) {
            if (whole > 0) last = at; /* and inside it, if nothing follows */
            sum += whole;
            continue;
        }
        double inside = sum;
        for (uint32_t i = at; i < at + size; i++) {
            if (!(weights[i] > 0)) continue;
            inside += (double)weights[i];
            last = i;
            if (inside > target) return i;
        }
        sum += whole;
    }
    /* rounding put u·total just above the sum: the last id with any weight */
    while (last + 1 < n && !(weights[last] > 0)) last++;
    for (uint32_t i = last; i < n; i++)
        if (weights[i] > 0) last = i;
    return last;
}
