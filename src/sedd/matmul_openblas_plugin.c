/* OpenBLAS, float32: the reference on every CPU. One thread per call; the pool above splits the work. */
#include "matmul.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

struct packed {
    const float *w, *bias;
    size_t out, in, y_row;
    enum matmul_activation activation;
};

const struct matmul_backend lacuna_matmul_backend;

/* OpenBLAS's own thread count is a global of the process and its threads spin; ours do the splitting. */
static void __attribute__((constructor)) single_threaded(void)
{
    openblas_set_num_threads(1);
}

static bool supports(enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_F32;
}

static void *pack(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                  enum matmul_activation activation, enum sedd_precision precision)
{
    (void)precision;
    struct packed *packed = malloc(sizeof *packed);
    if (packed) *packed = (struct packed){w, bias, out, in, y_row, activation};
    return packed;
}

static size_t scratch_size(const void *packed)
{
    (void)packed;
    return 0;
}

static void multiply(const void *opaque, const float *x, float *y, void *scratch)
{
    const struct packed *p = opaque;
    (void)scratch;
    for (size_t r = 0; r < MATMUL_TILE_ROWS; r++)
        for (size_t o = 0; o < p->out; o++) y[r * p->y_row + o] = p->bias ? p->bias[o] : 0;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, MATMUL_TILE_ROWS, (int)p->out, (int)p->in, 1, x,
                (int)p->in, p->w, (int)p->in, 1, y, (int)p->y_row);
    if (p->activation != MATMUL_GELU_TANH) return;
    for (size_t r = 0; r < MATMUL_TILE_ROWS; r++)
        for (size_t o = 0; o < p->out; o++) {
            float v = y[r * p->y_row + o];
            y[r * p->y_row + o] = 0.5f * v * (1 + tanhf(0.7978845608028654f * (v + 0.044715f * v * v * v)));
        }
}

static void *plan(const struct matmul_shape *shape)
{
    if (shape->a != MATMUL_F32 || shape->b != MATMUL_F32 || shape->c != MATMUL_F32) return NULL;
    if ((shape->a_row != 1 && shape->a_column != 1) || (shape->b_row != 1 && shape->b_column != 1))
        return NULL;
    struct matmul_shape *copy = malloc(sizeof *copy);
    if (copy) *copy = *shape;
    return copy;
}

static void run(void *opaque, const void *a, const void *b, void *c)
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
    .supports = supports,
    .pack = pack,
    .pack_free = free,
    .scratch_size = scratch_size,
    .multiply = multiply,
    .plan = plan,
    .plan_free = free,
    .run = run,
};
