/* The plain back end: float32, bf16, int8 and int16 in readable loops. It is the oracle of the others, and
 * the fallback. */
#include "int16.h"
#include "int8.h"
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"

#include <string.h>

struct plain_packed {
    const float *bias;
    float *w; /* (out, in); NULL: integers */
    size_t out, in, y_row;
    enum matmul_activation activation;
    bool bf16;    /* both sides are rounded; the sums are float32 as always */
    int8_t *v;    /* (out, in); NULL: not int8 */
    int16_t *v16; /* (out, in); NULL: not int16 */
    float *scales;
    int32_t *sums;
};

static bool plain_supports(enum sedd_precision precision)
{
    return precision != SEDD_PRECISION_AUTO;
}

static size_t plain_tile_rows(bool few)
{
    (void)few;
    return 4;
}

static void plain_pack_free(void *opaque)
{
    struct plain_packed *p = opaque;
    if (!p) return;
    mem_free(p->w);
    mem_free(p->v);
    mem_free(p->v16);
    mem_free(p->scales);
    mem_free(p->sums);
    mem_free(p);
}

static void *plain_pack(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                        enum matmul_activation activation, enum sedd_precision precision, size_t tile)
{
    struct plain_packed *p = mem_zalloc(sizeof *p);
    (void)tile;
    if (!p) return NULL;
    *p = (struct plain_packed){.bias = bias, .out = out, .in = in, .y_row = y_row, .activation = activation};
    if (precision == SEDD_PRECISION_INT16) {
        p->v16 = mem_alloc_array(out * in, sizeof *p->v16);
        p->scales = mem_alloc_array(out, sizeof *p->scales);
        if (!p->v16 || !p->scales) {
            plain_pack_free(p);
            return NULL;
        }
        for (size_t o = 0; o < out; o++) {
            p->scales[o] = int16_weight_scale(w + o * in, in);
            for (size_t i = 0; i < in; i++) p->v16[o * in + i] = int16_weight(w[o * in + i], p->scales[o]);
        }
        return p;
    }
    if (precision != SEDD_PRECISION_INT8) {
        p->w = mem_alloc_array(out * in, sizeof *w);
        p->bf16 = precision == SEDD_PRECISION_BF16;
        for (size_t i = 0; p->w && i < out * in; i++)
            p->w[i] = p->bf16 ? simd_from_bf16(simd_to_bf16(w[i])) : w[i];
        if (p->w) return p;
        plain_pack_free(p);
        return NULL;
    }
    p->v = mem_alloc_array(out * in, sizeof *p->v);
    p->scales = mem_alloc_array(out, sizeof *p->scales);
    p->sums = mem_alloc_array(out, sizeof *p->sums);
    if (!p->v || !p->scales || !p->sums) {
        plain_pack_free(p);
        return NULL;
    }
    for (size_t o = 0; o < out; o++) int8_weights(w + o * in, in, p->v + o * in, &p->scales[o], &p->sums[o]);
    return p;
}

static size_t plain_scratch_size(const void *packed)
{
    const struct plain_packed *p = packed;
    return p->v ? p->out * sizeof(int32_t) : p->bf16 ? p->in * sizeof(float) : 0;
}

/* Sixteen partial sums let the compiler vectorise; the result does not depend on the build. */
static float dot(const float *a, const float *b, size_t n)
{
    float lanes[16] = {0}, sum = 0;
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (size_t j = 0; j < 16; j++) lanes[j] += a[i + j] * b[i + j];
    for (; i < n; i++) lanes[0] += a[i] * b[i];
    for (size_t j = 0; j < 16; j++) sum += lanes[j];
    return sum;
}

static size_t plain_prepared_row(size_t in, enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_INT8    ? int8_row_bytes(in)
           : precision == SEDD_PRECISION_INT16 ? int16_row_bytes(in)
                                               : 0;
}

static void plain_prepare(const float *x, size_t rows, size_t in, enum sedd_precision precision,
                          void *prepared)
{
    if (precision == SEDD_PRECISION_INT16)
        int16_prepare(x, rows, in, prepared);
    else
        int8_prepare(x, rows, in, prepared);
}

static void multiply_int8(const struct plain_packed *p, const uint8_t *x, float *y, size_t rows,
                          void *scratch)
{
    int32_t *sums = scratch;
    for (size_t r = 0; r < rows; r++) {
        const uint8_t *u = x + r * int8_row_bytes(p->in);
        struct int8_range range = int8_range_of(u, p->in);
        for (size_t o = 0; o < p->out; o++) {
            sums[o] = 0;
            for (size_t i = 0; i < p->in; i++) sums[o] += u[i] * p->v[o * p->in + i];
        }
        int8_finish(sums, p->scales, p->sums, p->bias, range.scale, range.zero, p->activation,
                    y + r * p->y_row, p->out);
    }
}

static float activate(float v, enum matmul_activation activation)
{
    if (activation != MATMUL_GELU_TANH) return v;
    return 0.5f * v * (1 + tanhf(0.7978845608028654f * (v + 0.044715f * v * v * v)));
}

static void multiply_int16(const struct plain_packed *p, const char *x, float *y, size_t rows)
{
    for (size_t r = 0; r < rows; r++, x += int16_row_bytes(p->in)) {
        const int16_t *u = (const int16_t *)(const void *)x;
        float row_scale = int16_scale_of(x, p->in);
        for (size_t o = 0; o < p->out; o++) {
            int32_t sum = 0;
            for (size_t i = 0; i < p->in; i++) sum += u[i] * p->v16[o * p->in + i];
            float v = (float)sum * (row_scale * p->scales[o]) + (p->bias ? p->bias[o] : 0);
            y[r * p->y_row + o] = activate(v, p->activation);
        }
    }
}

static void plain_multiply(const void *opaque, const void *rows_of_x, float *y, size_t rows, void *scratch)
{
    const struct plain_packed *p = opaque;
    const float *x = rows_of_x;
    if (p->v) {
        multiply_int8(p, rows_of_x, y, rows, scratch);
        return;
    }
    if (p->v16) {
        multiply_int16(p, rows_of_x, y, rows);
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        const float *row = x + r * p->in;
        float *rounded = scratch;
        for (size_t i = 0; p->bf16 && i < p->in; i++) rounded[i] = simd_from_bf16(simd_to_bf16(row[i]));
        if (p->bf16) row = rounded;
        for (size_t o = 0; o < p->out; o++) {
            float v = dot(row, p->w + o * p->in, p->in) + (p->bias ? p->bias[o] : 0);
            y[r * p->y_row + o] = activate(v, p->activation);
        }
    }
}

static void *plain_plan(const struct matmul_shape *shape)
{
    if (shape->a != MATMUL_F32 || shape->b != MATMUL_F32 || shape->c != MATMUL_F32) return NULL;
    struct matmul_shape *copy = mem_alloc(sizeof *copy);
    if (copy) *copy = *shape;
    return copy;
}

static void plain_run(void *plan, const void *a, const void *b, void *c)
{
    const struct matmul_shape *s = plan;
    for (size_t batch = 0; batch < s->batch; batch++) {
        const float *pa = (const float *)a + batch * s->a_batch, *pb = (const float *)b + batch * s->b_batch;
        float *pc = (float *)c + batch * s->c_batch;
        for (size_t i = 0; i < s->m; i++) {
            if (!s->accumulate) memset(pc + i * s->c_row, 0, s->n * sizeof *pc);
            for (size_t k = 0; k < s->k; k++) {
                float left = pa[i * s->a_row + k * s->a_column];
                for (size_t j = 0; j < s->n; j++)
                    pc[i * s->c_row + j] += left * pb[k * s->b_row + j * s->b_column];
            }
        }
    }
}

const struct matmul_backend matmul_plain = {
    .abi = MATMUL_ABI,
    .name = "plain",
    .supports = plain_supports,
    .tile_rows = plain_tile_rows,
    .panel = 128,
    .prepared_row = plain_prepared_row,
    .prepare = plain_prepare,
    .pack = plain_pack,
    .pack_free = plain_pack_free,
    .scratch_size = plain_scratch_size,
    .multiply = plain_multiply,
    .plan = plain_plan,
    .plan_free = mem_free,
    .run = plain_run,
};
