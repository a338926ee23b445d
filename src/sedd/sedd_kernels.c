/* The parts of lacuna/sedd_kernels.h that are not inner loops. */
#include "lacuna/sedd_kernels.h"

void sedd_noise_features(float sigma_bar, float *out)
{
    enum { HALF = SEDD_NOISE_FEATURES / 2 };
    for (int i = 0; i < HALF; i++) {
        float angle = sigma_bar * expf(-logf(10000.0f) * (float)i / HALF);
        out[i] = cosf(angle);
        out[i + HALF] = sinf(angle);
    }
}

void sedd_linear(const float *w, const float *b, const float *x, float *y, size_t out, size_t in)
{
    for (size_t o = 0; o < out; o++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < in; i++) sum += w[o * in + i] * x[i];
        y[o] = sum + b[o];
    }
}

void sedd_rotary_angles(size_t positions, size_t head_width, float *cosine, float *sine)
{
    size_t half = head_width / 2;
    for (size_t n = 0; n < positions; n++)
        for (size_t i = 0; i < half; i++) {
            float frequency = 1.0f / powf(10000.0f, (float)(2 * i) / (float)head_width);
            float angle = (float)n * frequency;
            cosine[n * half + i] = cosf(angle);
            sine[n * half + i] = sinf(angle);
        }
}
