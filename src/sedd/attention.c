/* Attention in blocks of QUERIES rows. Keys are transposed, rotated and stored so that the inner loops run
 * along keys (scores) and along the head's width (values) with everything in registers; the scores of a block
 * stay in the first-level cache. */
#include "attention.h"
#include "lacuna/base.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>
#include <string.h>

enum { QUERIES = 6, PADDING = 64 /* floats */ };

/* One pair of kernels per instruction set, chosen at the first call. Every set adds in the same order, but
 * AVX rounds a product and a sum once where SSE2 rounds twice. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define NAME(n) n##_v4
#define TARGET  __attribute__((target("arch=x86-64-v4")))
#define LANES   16
#define STRIP   4
#include "attention_kernel.h"
#define NAME(n) n##_v3
#define TARGET  __attribute__((target("arch=x86-64-v3")))
#define LANES   8
#define STRIP   2
#include "attention_kernel.h"
#define HAVE_LEVELS 1
#endif
#define NAME(n) n##_v1
#define TARGET
#define LANES 4
#define STRIP 2
#include "attention_kernel.h"

struct kernels {
    void (*scores)(const float *restrict, size_t, const float *restrict, size_t, size_t, float *restrict);
    void (*values)(const float *restrict, size_t, const float *restrict, size_t, size_t, float *restrict);
};

static struct kernels choose_kernels(void)
{
#ifdef HAVE_LEVELS
    if (__builtin_cpu_supports("x86-64-v4")) return (struct kernels){score_block_v4, value_block_v4};
    if (__builtin_cpu_supports("x86-64-v3")) return (struct kernels){score_block_v3, value_block_v3};
#endif
    return (struct kernels){score_block_v1, value_block_v1};
}

static size_t round_up(size_t n)
{
    return (n + PADDING - 1) / PADDING * PADDING;
}

size_t attention_scratch(size_t length, size_t head_width)
{
    size_t padded = round_up(length), wide = round_up(head_width);
    return head_width * padded /* keys, transposed */ + length * wide /* values, padded */ +
           QUERIES * padded /* scores */ + QUERIES * wide /* queries */ + QUERIES * wide /* mixed */;
}

static void rotate(const float *restrict x, float factor, const float *restrict cosine,
                   const float *restrict sine, size_t half, float *restrict out, size_t step)
{
    for (size_t i = 0; i < half; i++) {
        float a = factor * x[i], b = factor * x[i + half];
        out[i * step] = a * cosine[i] - b * sine[i];
        out[(i + half) * step] = b * cosine[i] + a * sine[i];
    }
}

SIMD_CLONES static void softmax(float *restrict scores, size_t n, float scale)
{
    float top = scores[0], sum = 0;
#pragma omp simd reduction(max : top)
    for (size_t i = 0; i < n; i++) top = scores[i] > top ? scores[i] : top;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        scores[i] = simd_exp(scale * (scores[i] - top));
        sum += scores[i];
    }
    float factor = 1 / sum;
#pragma omp simd
    for (size_t i = 0; i < n; i++) scores[i] *= factor;
}

void attention_head(const float *qkv, size_t width, size_t length, size_t head_width, const float *cosine,
                    const float *sine, const uint32_t *rows, size_t count, bool causal, bool normalised,
                    float *out, size_t out_row, float *scratch)
{
    size_t padded = round_up(length), wide = round_up(head_width), half = head_width / 2;
    float *keys = scratch, *values = keys + head_width * padded, *scores = values + length * wide;
    float *queries = scores + QUERIES * padded, *mixed = queries + QUERIES * wide;
    float scale = 1 / sqrtf((float)head_width);
    struct kernels kernels = choose_kernels();
    memset(keys, 0, head_width * padded * sizeof(float));
    memset(values, 0, length * wide * sizeof(float));
    for (size_t i = 0; i < length; i++) {
        const float *row = qkv + i * 3 * width;
        float factor = normalised ? sedd_head_factor(row + width, head_width) : 1;
        rotate(row + width, factor, cosine + i * half, sine + i * half, half, keys + i, padded);
        memcpy(values + i * wide, row + 2 * width, head_width * sizeof(float));
    }
    for (size_t at = 0; at < count; at += QUERIES) {
        size_t some = count - at < QUERIES ? count - at : QUERIES;
        memset(queries, 0, QUERIES * wide * sizeof(float));
        for (size_t r = 0; r < some; r++) {
            size_t i = rows ? rows[at + r] : at + r;
            const float *query = qkv + i * 3 * width;
            float factor = normalised ? sedd_head_factor(query, head_width) : 1;
            rotate(query, factor, cosine + i * half, sine + i * half, half, queries + r * wide, 1);
        }
        kernels.scores(queries, wide, keys, padded, head_width, scores);
        for (size_t r = 0; r < some; r++) {
            size_t i = rows ? rows[at + r] : at + r, seen = causal ? i + 1 : length;
            softmax(scores + r * padded, seen, scale);
            memset(scores + r * padded + seen, 0, (length - seen) * sizeof *scores);
        }
        kernels.values(scores, padded, values, wide, length, mixed);
        for (size_t r = 0; r < some; r++)
            memcpy(out + (at + r) * out_row, mixed + r * wide, head_width * sizeof(float));
    }
}
