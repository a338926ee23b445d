/* Products of 8-bit integers for CPUs with AVX-VNNI (see int8.h): one instruction multiplies 32 of them and adds
 * them in fours to sums of 32 bits, exactly. A part of matmul_native.c.
 *
 * Layout: strips of 16 outputs, [strip][four inputs][16][4], padded with zeros on both sides. */
#include "lacuna/base.h"
#include "matmul_native.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include "int8.h"

#include <immintrin.h>
#define TARGET __attribute__((target("arch=x86-64-v3,avxvnni")))

enum { ROWS = NATIVE_ROWS, LANES = NATIVE_LANES, STRIP = NATIVE_STRIP, FOUR = 4 };

struct int8_packed {
    struct native_block v; /* four int8_t in the space of a float */
    float *scales;
    int32_t *sums; /* of each output's weights */
    const float *bias;
    size_t out, in, fours, y_row;
    enum matmul_activation activation;
};

bool native_supports_int8(void)
{
    return __builtin_cpu_supports("x86-64-v3") && __builtin_cpu_supports("avxvnni");
}

size_t native_prepared_row_int8(size_t in)
{
    return int8_row_bytes(in);
}

void native_prepare_int8(const float *x, size_t rows, size_t in, void *prepared)
{
    int8_prepare(x, rows, in, prepared);
}

void native_free_int8(void *opaque)
{
    struct int8_packed *p = opaque;
    if (!p) return;
    mem_free(p->v.memory);
    mem_free(p->scales);
    mem_free(p->sums);
    mem_free(p);
}

static int8_t *weights_of(const struct int8_packed *p)
{
    return (int8_t *)(void *)p->v.data;
}

static size_t padded(size_t outputs)
{
    return (outputs + STRIP - 1) / STRIP * STRIP;
}

void *native_pack_int8(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                       enum matmul_activation activation)
{
    struct int8_packed *p = mem_zalloc(sizeof *p);
    size_t fours = (in + FOUR - 1) / FOUR;
    int8_t *row = mem_alloc(in);
    bool ok = p && row;
    if (ok) {
        *p = (struct int8_packed){
            .bias = bias, .out = out, .in = in, .fours = fours, .y_row = y_row, .activation = activation};
        p->scales = mem_alloc_array(out, sizeof *p->scales);
        p->sums = mem_alloc_array(out, sizeof *p->sums);
        ok = p->scales && p->sums && native_block_alloc(&p->v, padded(out) * fours);
    }
    if (ok) memset(p->v.data, 0, padded(out) * fours * FOUR);
    for (size_t o = 0; o < out && ok; o++) {
        int8_t *to = weights_of(p) + (o / STRIP * STRIP * fours + o % STRIP) * FOUR;
        int8_weights(w + o * in, in, row, &p->scales[o], &p->sums[o]);
        for (size_t i = 0; i < in; i++) to[i / FOUR * STRIP * FOUR + i % FOUR] = row[i];
    }
    mem_free(row);
    if (ok) return p;
    native_free_int8(p);
    return NULL;
}

/* sums (6 rows, sums_row apart) = u · v over `fours` times four inputs, 16 outputs. u: rows u_row apart. */
TARGET static void kernel(const uint8_t *u, size_t u_row, const int8_t *v, size_t fours, int32_t *sums,
                          size_t sums_row)
{
    __m256i left[ROWS], right[ROWS];
#pragma GCC unroll 6
    for (int r = 0; r < ROWS; r++) left[r] = right[r] = _mm256_setzero_si256();
    for (size_t k = 0; k < fours; k++, u += FOUR, v += STRIP * FOUR) {
        __m256i v0 = _mm256_load_si256((const __m256i *)(const void *)v);
        __m256i v1 = _mm256_load_si256((const __m256i *)(const void *)(v + LANES * FOUR));
#pragma GCC unroll 6
        for (int r = 0; r < ROWS; r++) {
            int32_t four;
            memcpy(&four, u + (size_t)r * u_row, sizeof four);
            __m256i all = _mm256_set1_epi32(four);
            left[r] = _mm256_dpbusd_avx_epi32(left[r], all, v0);
            right[r] = _mm256_dpbusd_avx_epi32(right[r], all, v1);
        }
    }
#pragma GCC unroll 6
    for (int r = 0; r < ROWS; r++) {
        _mm256_storeu_si256((__m256i *)(void *)(sums + (size_t)r * sums_row), left[r]);
        _mm256_storeu_si256((__m256i *)(void *)(sums + (size_t)r * sums_row + LANES), right[r]);
    }
}

/* The sums of a group of rows. */
size_t native_scratch_int8(const void *opaque)
{
    const struct int8_packed *p = opaque;
    return ROWS * padded(p->out) * sizeof(int32_t);
}

void native_multiply_int8(const void *opaque, const void *rows_of_x, float *y, size_t rows, void *scratch)
{
    const struct int8_packed *p = opaque;
    size_t u_row = int8_row_bytes(p->in), sums_row = padded(p->out);
    int32_t *sums = scratch;
    for (size_t r = 0; r < rows; r += ROWS) {
        const uint8_t *u = (const uint8_t *)rows_of_x + r * u_row;
        for (size_t o = 0; o < p->out; o += STRIP)
            kernel(u, u_row, weights_of(p) + o * p->fours * FOUR, p->fours, sums + o, sums_row);
        for (size_t i = 0; i < ROWS; i++) {
            struct int8_range range = int8_range_of(u + i * u_row, p->in);
            int8_finish(sums + i * sums_row, p->scales, p->sums, p->bias, range.scale, range.zero,
                        p->activation, y + (r + i) * p->y_row, p->out);
        }
    }
}
#endif
