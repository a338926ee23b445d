/* OpenBLAS, float32: the reference on every CPU. One thread per call; the pool splits the work. */
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd_kernels.h"

#include <cblas.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct openblas_packed {
    const float *bias;
    size_t out, in, y_row, most; /* rows per call */
    enum matmul_activation activation;
    float w[]; /* (in, out): transposed */
};

const struct matmul_backend lacuna_matmul_backend;

/* OpenBLAS's thread count is global to the process, and its threads spin; the pool's threads are used
 * instead. */
static void __attribute__((constructor)) single_threaded(void)
{
    openblas_set_num_threads(1);
}

/* ---- which rows get equal results --------------------------------------------------------------------- */

/* OpenBLAS's kernels process columns of the result in groups. A remaining group takes other code with another
 * order of summation (on Haswell and Zen: groups of twelve, and the rest), and small products have a separate
 * path on some CPUs. So the library is tested once: the tile size is the first for which equal rows give
 * equal bits, at every position and for any number of tiles per call. */
enum { CHECK_OUT = 72, CHECK_IN = 96 };

static bool all_alike(const float *x, const float *w, float *y, size_t rows, float first[CHECK_OUT])
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, CHECK_OUT, CHECK_IN, 1, x, CHECK_IN, w,
                CHECK_OUT, 0, y, CHECK_OUT);
    for (size_t r = 0; r < rows; r++)
        if (memcmp(y + r * CHECK_OUT, first ? first : y, CHECK_OUT * sizeof *y) != 0) return false;
    return true;
}

struct tiling {
    size_t tile, most; /* rows of a tile, and the most rows of one call */
};

static struct tiling find_tiling(const float *x, const float *w, float *y)
{
    static const size_t tiles[] = {12, 16, 24, 32, 48, 64}, fixed[] = {48, 64, 32, 16, 8, 4};
    float first[CHECK_OUT];
    for (size_t i = 0; i < ARRAY_SIZE(tiles); i++) {
        size_t tile = tiles[i], most = MATMUL_MOST_ROWS / tile * tile, rows = tile;
        bool good = all_alike(x, w, y, tile, NULL);
        memcpy(first, y, sizeof first);
        for (rows += tile; good && rows <= most; rows += tile) good = all_alike(x, w, y, rows, first);
        if (good) return (struct tiling){tile, most};
    }
    /* Fallback: calls of a single size, in which all positions give equal results. */
    for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
        if (all_alike(x, w, y, fixed[i], NULL)) return (struct tiling){fixed[i], fixed[i]};
    return (struct tiling){1, 1};
}

static struct tiling tiling;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void check_library(void)
{
    float *x = malloc(MATMUL_MOST_ROWS * CHECK_IN * sizeof *x), *w = malloc(CHECK_OUT * CHECK_IN * sizeof *w);
    float *y = malloc(MATMUL_MOST_ROWS * CHECK_OUT * sizeof *y);
    tiling = (struct tiling){1, 1};
    if (x && w && y) {
        uint32_t state = 1; /* arbitrary numbers that are not round */
        for (size_t i = 0; i < CHECK_OUT * CHECK_IN; i++)
            w[i] = (float)((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-24f - 0.5f;
        for (size_t i = 0; i < CHECK_IN; i++)
            x[i] = (float)((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-24f - 0.5f;
        for (size_t r = 1; r < MATMUL_MOST_ROWS; r++) memcpy(x + r * CHECK_IN, x, CHECK_IN * sizeof *x);
        tiling = find_tiling(x, w, y);
    }
    free(x);
    free(w);
    free(y);
}

static size_t openblas_tile_rows(bool few)
{
    (void)few;
    pthread_once(&once, check_library);
    return tiling.tile;
}

static bool openblas_supports(enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_F32;
}

/* OpenBLAS copies a part of W into its own order at every call. Rows whose distance is a power of two share
 * cache lines, and that copying took longer than the arithmetic. With W transposed once, it is read in
 * order. */
static void transpose(const float *restrict w, size_t out, size_t in, float *restrict turned)
{
    enum { BLOCK = 16 };
    for (size_t o = 0; o < out; o += BLOCK)
        for (size_t i = 0; i < in; i += BLOCK)
            for (size_t k = i; k < i + BLOCK && k < in; k++)
                for (size_t j = o; j < o + BLOCK && j < out; j++) turned[k * out + j] = w[j * in + k];
}

static void *openblas_pack(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                           enum matmul_activation activation, enum sedd_precision precision, size_t tile)
{
    (void)precision;
    (void)tile;
    struct openblas_packed *packed = malloc(sizeof *packed + out * in * sizeof *w);
    if (!packed) return NULL;
    *packed = (struct openblas_packed){bias, out, in, y_row, tiling.most, activation};
    transpose(w, out, in, packed->w);
    return packed;
}

SIMD_CLONES static void finish_row(float *restrict y, const float *restrict bias, size_t n,
                                   enum matmul_activation activation)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] += bias[i];
    if (activation != MATMUL_GELU_TANH) return;
#pragma omp simd
    for (size_t i = 0; i < n; i++) y[i] = simd_gelu(y[i]);
}

static void openblas_multiply(const void *opaque, const void *rows_of_x, float *y, size_t rows, void *scratch)
{
    const struct openblas_packed *p = opaque;
    const float *x = rows_of_x;
    (void)scratch;
    for (size_t at = 0; at < rows; at += p->most) {
        size_t some = rows - at < p->most ? rows - at : p->most;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)some, (int)p->out, (int)p->in, 1,
                    x + at * p->in, (int)p->in, p->w, (int)p->out, 0, y + at * p->y_row, (int)p->y_row);
        for (size_t r = at; r < at + some && p->bias; r++)
            finish_row(y + r * p->y_row, p->bias, p->out, p->activation);
    }
}

static void *openblas_plan(const struct matmul_shape *shape)
{
    if (shape->a != MATMUL_F32 || shape->b != MATMUL_F32 || shape->c != MATMUL_F32) return NULL;
    if ((shape->a_row != 1 && shape->a_column != 1) || (shape->b_row != 1 && shape->b_column != 1))
        return NULL;
    struct matmul_shape *copy = malloc(sizeof *copy);
    if (copy) *copy = *shape;
    return copy;
}

static void openblas_run(void *opaque, const void *a, const void *b, void *c)
{
    const struct matmul_shape *s = opaque;
    bool at = s->a_column != 1, bt = s->b_column != 1;
    for (size_t i = 0; i < s->batch; i++)
        cblas_sgemm(CblasRowMajor, at ? CblasTrans : CblasNoTrans, bt ? CblasTrans : CblasNoTrans, (int)s->m,
                    (int)s->n, (int)s->k, 1, (const float *)a + i * s->a_batch,
                    (int)(at ? s->a_column : s->a_row), (const float *)b + i * s->b_batch,
                    (int)(bt ? s->b_column : s->b_row), s->accumulate ? 1 : 0, (float *)c + i * s->c_batch,
                    (int)s->c_row);
}

const struct matmul_backend lacuna_matmul_backend = {
    .abi = MATMUL_ABI,
    .name = "openblas",
    .supports = openblas_supports,
    .tile_rows = openblas_tile_rows,
    .panel = 128, /* W is copied once per call: prefer few rows of W and many of x */
    .pack = openblas_pack,
    .pack_free = free,
    .multiply = openblas_multiply,
    .plan = openblas_plan,
    .plan_free = free,
    .run = openblas_run,
};
