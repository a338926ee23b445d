/* Attention in blocks of QUERIES rows: keys are turned, rotated and laid out so that the inner loops run
 * along keys (scores) and along the head's width (values) with everything in registers; the scores of a
 * block never leave the nearest cache. */
#include "attention.h"
#include "lacuna/base.h"
#include "simd.h"

#include <math.h>
#include <string.h>

enum { LANES = 16, QUERIES = 4, STRIP = 4 /* vectors of keys or values at a time */ };
typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

static size_t round_up(size_t n)
{
    return (n + LANES * STRIP - 1) / (LANES * STRIP) * (LANES * STRIP);
}

size_t attention_scratch(size_t length, size_t head_width)
{
    size_t padded = round_up(length), wide = round_up(head_width);
    return head_width * padded /* keys, turned */ + length * wide /* values, padded */ +
           QUERIES * padded /* scores */ + QUERIES * wide /* queries */ + QUERIES * wide /* mixed */;
}

static void rotate(const float *restrict x, const float *restrict cosine, const float *restrict sine,
                   size_t half, float *restrict out, size_t step)
{
    for (size_t i = 0; i < half; i++) {
        float a = x[i], b = x[i + half];
        out[i * step] = a * cosine[i] - b * sine[i];
        out[(i + half) * step] = b * cosine[i] + a * sine[i];
    }
}

/* scores (QUERIES, padded) = queries (QUERIES, wide) · keys (head_width, padded) */
SIMD_CLONES static void score_block(const float *restrict queries, size_t wide, const float *restrict keys,
                                    size_t padded, size_t head_width, float *restrict scores)
{
    for (size_t j = 0; j < padded; j += LANES * STRIP) {
        vector sum[QUERIES][STRIP] = {{{0}}};
        for (size_t c = 0; c < head_width; c++) {
            const vector *k = (const vector *)(const void *)(keys + c * padded + j);
            for (int r = 0; r < QUERIES; r++)
                for (int s = 0; s < STRIP; s++) sum[r][s] += queries[(size_t)r * wide + c] * k[s];
        }
        for (int r = 0; r < QUERIES; r++) memcpy(scores + (size_t)r * padded + j, sum[r], sizeof sum[r]);
    }
}

/* mixed (QUERIES, wide) = p (QUERIES, length) · values (length, wide) */
SIMD_CLONES static void value_block(const float *restrict p, size_t padded, const float *restrict values,
                                    size_t wide, size_t length, float *restrict mixed)
{
    for (size_t c = 0; c < wide; c += LANES * STRIP) {
        vector sum[QUERIES][STRIP] = {{{0}}};
        for (size_t j = 0; j < length; j++) {
            const vector *v = (const vector *)(const void *)(values + j * wide + c);
            for (int r = 0; r < QUERIES; r++)
                for (int s = 0; s < STRIP; s++) sum[r][s] += p[(size_t)r * padded + j] * v[s];
        }
        for (int r = 0; r < QUERIES; r++) memcpy(mixed + (size_t)r * wide + c, sum[r], sizeof sum[r]);
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
                    const float *sine, const uint32_t *rows, size_t count, float *out, size_t out_row,
                    float *scratch)
{
    size_t padded = round_up(length), wide = round_up(head_width), half = head_width / 2;
    float *keys = scratch, *values = keys + head_width * padded, *scores = values + length * wide;
    float *queries = scores + QUERIES * padded, *mixed = queries + QUERIES * wide;
    float scale = 1 / sqrtf((float)head_width);
    memset(keys, 0, head_width * padded * sizeof(float));
    memset(values, 0, length * wide * sizeof(float));
    for (size_t i = 0; i < length; i++) {
        const float *row = qkv + i * 3 * width;
        rotate(row + width, cosine + i * half, sine + i * half, half, keys + i, padded);
        memcpy(values + i * wide, row + 2 * width, head_width * sizeof(float));
    }
    for (size_t at = 0; at < count; at += QUERIES) {
        size_t some = count - at < QUERIES ? count - at : QUERIES;
        memset(queries, 0, QUERIES * wide * sizeof(float));
        for (size_t r = 0; r < some; r++) {
            size_t i = rows ? rows[at + r] : at + r;
            rotate(qkv + i * 3 * width, cosine + i * half, sine + i * half, half, queries + r * wide, 1);
        }
        score_block(queries, wide, keys, padded, head_width, scores);
        for (size_t r = 0; r < some; r++) softmax(scores + r * padded, length, scale);
        value_block(scores, padded, values, wide, length, mixed);
        for (size_t r = 0; r < some; r++)
            memcpy(out + (at + r) * out_row, mixed + r * wide, head_width * sizeof(float));
    }
}
