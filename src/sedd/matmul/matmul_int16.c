/* Products of 16-bit integers for AVX2 (see int16.h): the second half of matmul_native.c.
 *
 * Layout: strips of 16 outputs, [strip][pair of inputs][16][2], padded with zeros on both sides. */
#include "int16.h"
#include "matmul_native.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define TARGET __attribute__((target("arch=x86-64-v3")))

enum {
    ROWS = NATIVE_ROWS,
    LANES = NATIVE_LANES,
    STRIP = NATIVE_STRIP,
    DEPTH = 512 /* pairs of inputs at a time: a panel's share of them stays in the second-level cache */
};

struct int16_packed {
    struct native_block v; /* two int16_t in the space of a float */
    struct native_block scales;
    const float *bias;
    size_t out, in, pairs, y_row;
    enum matmul_activation activation;
};

void native_free_int16(void *opaque)
{
    struct int16_packed *p = opaque;
    if (!p) return;
    mem_free(p->v.memory);
    mem_free(p->scales.memory);
    mem_free(p);
}

static int16_t *weights_of(const struct int16_packed *p)
{
    return (int16_t *)(void *)p->v.data;
}

void *native_pack_int16(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                        enum matmul_activation activation)
{
    struct int16_packed *p = mem_zalloc(sizeof *p);
    size_t pairs = (in + 1) / 2, outputs = (out + STRIP - 1) / STRIP * STRIP;
    if (!p) return NULL;
    *p = (struct int16_packed){
        .bias = bias, .out = out, .in = in, .pairs = pairs, .y_row = y_row, .activation = activation};
    if (!native_block_alloc(&p->v, outputs * pairs) || !native_block_alloc(&p->scales, outputs)) {
        native_free_int16(p);
        return NULL;
    }
    memset(p->v.data, 0, outputs * pairs * sizeof(float));
    memset(p->scales.data, 0, outputs * sizeof(float));
    for (size_t o = 0; o < out; o++) {
        const float *from = w + o * in;
        float scale = p->scales.data[o] = int16_weight_scale(from, in);
        int16_t *to = weights_of(p) + (o / STRIP * STRIP * pairs + o % STRIP) * 2;
        for (size_t i = 0; i < in; i++) to[i / 2 * STRIP * 2 + i % 2] = int16_weight(from[i], scale);
    }
    return p;
}

TARGET static inline __attribute__((always_inline)) __m256i sum_so_far(const float *y, bool none)
{
    return none ? _mm256_setzero_si256() : _mm256_loadu_si256((const __m256i *)(const void *)y);
}

/* Stores the sums where they were loaded from; with scales they become products. */
TARGET static inline __attribute__((always_inline)) void store(float *y, __m256i sum, const float *row_scale,
                                                               const float *scales)
{
    if (row_scale)
        _mm256_storeu_ps(y, _mm256_mul_ps(_mm256_cvtepi32_ps(sum),
                                          _mm256_mul_ps(_mm256_set1_ps(*row_scale), _mm256_load_ps(scales))));
    else
        _mm256_storeu_si256((__m256i *)(void *)y, sum);
}

/* Twelve sums, two operands, a pair and a product use all the registers. Left alone, the compiler multiplies
 * for all rows before it adds and keeps the sums in memory, so the order of the rows is forced. */
#define ROW(r)                                                                                               \
    __asm__ volatile("vpbroadcastd %1, %0"                                                                   \
                     : "=x"(pair)                                                                            \
                     : "m"(*(const int32_t *)(const void *)(x + r * x_row)));                                \
    left##r = _mm256_add_epi32(left##r, _mm256_madd_epi16(pair, v0));                                        \
    right##r = _mm256_add_epi32(right##r, _mm256_madd_epi16(pair, v1));                                      \
    __asm__ volatile("" : "+x"(left##r), "+x"(right##r));
#define BEGIN(r)                                                                                             \
    __m256i left##r = sum_so_far(y + r * y_row, first), right##r = sum_so_far(y + r * y_row + LANES, first);
#define END(r)                                                                                               \
    store(y + r * y_row, left##r, row_scales ? row_scales + r : NULL, scales);                               \
    store(y + r * y_row + LANES, right##r, row_scales ? row_scales + r : NULL, scales + LANES);
#define EACH_ROW(what) what(0) what(1) what(2) what(3) what(4) what(5)
static_assert(ROWS == 6, "EACH_ROW names every row");

/* y (6 rows, y_row apart) = x · v over `pairs` pairs of inputs, 16 outputs. Unless this is the first call,
 * the sums so far are in y, as integers. They are stored there again unless it is the last call: then y
 * becomes the products. Always inlined, so that these flags are constants. */
TARGET static inline __attribute__((always_inline)) void kernel(const char *x, size_t x_row, const int16_t *v,
                                                                size_t pairs, float *y, size_t y_row,
                                                                bool first, const float *row_scales,
                                                                const float *scales)
{
    EACH_ROW(BEGIN)
#pragma GCC unroll 4
    for (size_t k = 0; k < pairs; k++, x += 2 * sizeof(int16_t), v += 2 * STRIP) {
        __m256i v0 = _mm256_load_si256((const __m256i *)(const void *)v);
        __m256i v1 = _mm256_load_si256((const __m256i *)(const void *)(v + STRIP)), pair;
        EACH_ROW(ROW)
    }
    EACH_ROW(END)
}

TARGET static void kernel_whole(const char *x, size_t x_row, const int16_t *v, size_t pairs, float *y,
                                size_t y_row, const float *row_scales, const float *scales)
{
    kernel(x, x_row, v, pairs, y, y_row, true, row_scales, scales);
}

TARGET static void kernel_first(const char *x, size_t x_row, const int16_t *v, size_t pairs, float *y,
                                size_t y_row)
{
    kernel(x, x_row, v, pairs, y, y_row, true, NULL, NULL);
}

TARGET static void kernel_more(const char *x, size_t x_row, const int16_t *v, size_t pairs, float *y,
                               size_t y_row)
{
    kernel(x, x_row, v, pairs, y, y_row, false, NULL, NULL);
}

TARGET static void kernel_last(const char *x, size_t x_row, const int16_t *v, size_t pairs, float *y,
                               size_t y_row, const float *row_scales, const float *scales)
{
    kernel(x, x_row, v, pairs, y, y_row, false, row_scales, scales);
}

static void multiply_strip(const char *x, size_t x_row, const int16_t *v, size_t pairs, float *y,
                           size_t y_row, bool first, bool last, const float *row_scales, const float *scales)
{
    if (first && last)
        kernel_whole(x, x_row, v, pairs, y, y_row, row_scales, scales);
    else if (first)
        kernel_first(x, x_row, v, pairs, y, y_row);
    else if (!last)
        kernel_more(x, x_row, v, pairs, y, y_row);
    else
        kernel_last(x, x_row, v, pairs, y, y_row, row_scales, scales);
}

void native_multiply_int16(const void *opaque, const void *rows_of_x, float *y, size_t rows)
{
    const struct int16_packed *p = opaque;
    const char *x = rows_of_x;
    size_t x_row = int16_row_bytes(p->in);
    for (size_t from = 0; from < p->pairs; from += DEPTH) {
        size_t depth = p->pairs - from < DEPTH ? p->pairs - from : DEPTH;
        bool first = from == 0, last = from + depth == p->pairs;
        for (size_t r = 0; r < rows; r += ROWS) {
            const char *left = x + r * x_row + from * 2 * sizeof(int16_t);
            float *to = y + r * p->y_row, row_scales[ROWS];
            for (size_t i = 0; i < ROWS; i++) row_scales[i] = int16_scale_of(x + (r + i) * x_row, p->in);
            for (size_t o = 0; o < p->out; o += STRIP) {
                const int16_t *v = weights_of(p) + (o * p->pairs + from * STRIP) * 2;
                size_t columns = p->out - o < STRIP ? p->out - o : STRIP;
                if (columns == STRIP) {
                    multiply_strip(left, x_row, v, depth, to + o, p->y_row, first, last, row_scales,
                                   p->scales.data + o);
                    continue;
                }
                float tile[ROWS * STRIP] = {0};
                for (size_t i = 0; i < ROWS; i++)
                    memcpy(tile + i * STRIP, to + o + i * p->y_row, columns * sizeof *tile);
                multiply_strip(left, x_row, v, depth, tile, STRIP, first, last, row_scales,
                               p->scales.data + o);
                for (size_t i = 0; i < ROWS; i++)
                    memcpy(to + o + i * p->y_row, tile + i * STRIP, columns * sizeof *tile);
            }
            for (size_t i = 0; i < ROWS && last; i++)
                native_finish(to + i * p->y_row, p->bias, p->out, p->activation);
        }
    }
}
#endif
