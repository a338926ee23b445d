/* The scale of a row of integers: the best of a few dozen trials. */
#include "weight_integers.h"
#include "lacuna/base.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>

enum { TOP = 127, TRIALS = 48 };
static const float step = 0.004f; /* of the largest scale; the last trial is 0.81 of it */

static inline float rounded(float w, float inverse)
{
    float x = w * inverse;
    x = x < -TOP ? -TOP : x > TOP ? TOP : x;
    return (x + 12582912.0f) - 12582912.0f; /* 1.5·2^23: rounds to an integer */
}

/* Σ (w − scale · v)². */
SIMD_CLONES static float squared_error(const float *restrict w, size_t n, float scale)
{
    float inverse = 1 / scale, sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        float off = w[i] - scale * rounded(w[i], inverse);
        sum += off * off;
    }
    return sum;
}

float weight_integers(const float *w, size_t n, int8_t *v)
{
    float top = 0;
    for (size_t i = 0; i < n; i++) top = fabsf(w[i]) > top ? fabsf(w[i]) : top;
    float largest = top / TOP, best = largest > 0 && isfinite(1 / largest) ? largest : 1;
    float least = squared_error(w, n, best);
    for (int k = 1; k < TRIALS && largest > 0 && least > 0; k++) {
        float scale = largest * (1 - step * (float)k), off = squared_error(w, n, scale);
        if (!(off < least)) continue;
        least = off;
        best = scale;
    }
    for (size_t i = 0; i < n; i++) v[i] = (int8_t)rounded(w[i], 1 / best);
    return best;
}
