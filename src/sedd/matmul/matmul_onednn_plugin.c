/* oneDNN: float32 and bf16 products on the calling thread. Primitives are made once per shape; between calls
 * only the pointers of memory objects change. */
#include "int8.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd_kernels.h"

#include <dnnl.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

const struct matmul_backend lacuna_matmul_backend;

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void __attribute__((constructor)) set_up(void)
{
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
    if (engine && dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success)
        engine = NULL;
}

/* oneDNN uses OpenMP's threads, whose number is a setting of each calling thread. */
static void calling_thread_only(void)
{
    static _Thread_local bool done;
    if (!done) omp_set_num_threads(1);
    done = true;
}

enum { TILE = 64, SMALL_TILE = 16 };
static_assert((int)TILE <= (int)MATMUL_MOST_TILE && SMALL_TILE < TILE, "a tile fits callers' buffers");

static size_t onednn_tile_rows(bool few)
{
    return few ? SMALL_TILE : TILE;
}

static bool onednn_supports(enum sedd_precision precision)
{
    if (!engine) return false;
    if (precision == SEDD_PRECISION_F32) return true;
    /* Without VNNI, sums of two products saturate at 16 bits. */
    if (precision == SEDD_PRECISION_INT8) return __builtin_cpu_supports("avx512vnni");
    if (precision != SEDD_PRECISION_BF16) return false;
    /* Without native bf16 dot products oneDNN emulates them with AVX-512, slower than float32; only on
     * request. */
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

/* ---- one product as a primitive -------------------------------------------------------------------- */

struct product {
    dnnl_primitive_t primitive;
    dnnl_memory_t a, b, c, bias, scratchpad;
    dnnl_exec_arg_t arguments[5];
    int count;
    size_t scratchpad_size;
};

static dnnl_data_type_t type_of(enum matmul_type type)
{
    switch (type) {
    case MATMUL_BF16:
        return dnnl_bf16;
    case MATMUL_U8:
        return dnnl_u8;
    case MATMUL_S8:
        return dnnl_s8;
    case MATMUL_S32:
        return dnnl_s32;
    case MATMUL_F32:
        break;
    }
    return dnnl_f32;
}

static void product_free(struct product *p)
{
    if (p->primitive) dnnl_primitive_destroy(p->primitive);
    dnnl_memory_t all[] = {p->a, p->b, p->c, p->bias, p->scratchpad};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        if (all[i]) dnnl_memory_destroy(all[i]);
    *p = (struct product){0};
}

static bool add_memory(struct product *p, dnnl_memory_t *memory, const dnnl_memory_desc_t *description,
                       int name)
{
    if (dnnl_memory_create(memory, description, engine, DNNL_MEMORY_NONE) != dnnl_success) return false;
    p->arguments[p->count++] = (dnnl_exec_arg_t){name, *memory};
    return true;
}

static bool describe_memory(dnnl_memory_desc_t *description, enum matmul_type type, size_t batch, size_t rows,
                            size_t columns, size_t batch_stride, size_t row, size_t column)
{
    if (batch > 1) {
        dnnl_dims_t dims = {(dnnl_dim_t)batch, (dnnl_dim_t)rows, (dnnl_dim_t)columns};
        dnnl_dims_t strides = {(dnnl_dim_t)batch_stride, (dnnl_dim_t)row, (dnnl_dim_t)column};
        return dnnl_memory_desc_init_by_strides(description, 3, dims, type_of(type), strides) == dnnl_success;
    }
    dnnl_dims_t dims = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
    dnnl_dims_t strides = {(dnnl_dim_t)row, (dnnl_dim_t)column};
    return dnnl_memory_desc_init_by_strides(description, 2, dims, type_of(type), strides) == dnnl_success;
}

/* Builds the primitive for the given memory formats. b may be NULL: oneDNN chooses its layout and returns it
 * in *chosen. */
static bool product_init(struct product *p, const dnnl_memory_desc_t *a, dnnl_memory_desc_t *b,
                         const dnnl_memory_desc_t *bias, const dnnl_memory_desc_t *c, bool accumulate,
                         bool gelu, dnnl_memory_desc_t *chosen)
{
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t post = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_matmul_desc_t operation;
    bool ok =
        dnnl_primitive_attr_create(&attributes) == dnnl_success &&
        dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success &&
        dnnl_post_ops_create(&post) == dnnl_success;
    if (ok && accumulate) ok = dnnl_post_ops_append_sum(post, 1.0f) == dnnl_success;
    if (ok && gelu)
        ok = dnnl_post_ops_append_eltwise(post, 1.0f, dnnl_eltwise_gelu_tanh, 0, 0) == dnnl_success;
    ok = ok && dnnl_primitive_attr_set_post_ops(attributes, post) == dnnl_success &&
         dnnl_matmul_desc_init(&operation, a, b, bias, c) == dnnl_success &&
         dnnl_primitive_desc_create(&description, &operation, attributes, engine, NULL) == dnnl_success &&
         dnnl_primitive_create(&p->primitive, description) == dnnl_success;
    if (ok) {
        const dnnl_memory_desc_t *weights =
            dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0);
        const dnnl_memory_desc_t *scratch =
            dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
        if (chosen) *chosen = *weights;
        p->scratchpad_size = dnnl_memory_desc_get_size(scratch);
        ok = add_memory(p, &p->a, a, DNNL_ARG_SRC) && add_memory(p, &p->b, weights, DNNL_ARG_WEIGHTS) &&
             add_memory(p, &p->c, c, DNNL_ARG_DST) &&
             add_memory(p, &p->scratchpad, scratch, DNNL_ARG_SCRATCHPAD) &&
             (!bias || add_memory(p, &p->bias, bias, DNNL_ARG_BIAS));
    }
    if (description) dnnl_primitive_desc_destroy(description);
    if (post) dnnl_post_ops_destroy(post);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return ok;
}

static void point_memory_at(dnnl_memory_t memory, const void *data)
{
    dnnl_memory_set_data_handle(memory, (void *)(uintptr_t)data);
}

/* ---- packed weights for inference ---------------------------------------------------------------------- */

static size_t bf16_row_bytes(size_t in)
{
    return (in * sizeof(uint16_t) + 63) / 64 * 64;
}

static size_t onednn_prepared_row(size_t in, enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_BF16   ? bf16_row_bytes(in)
           : precision == SEDD_PRECISION_INT8 ? int8_row_bytes(in)
                                              : 0;
}

SIMD_CLONES static void convert_row(const float *restrict x, uint16_t *restrict out, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = simd_to_bf16(x[i]);
}

static void onednn_prepare(const float *x, size_t rows, size_t in, enum sedd_precision precision,
                           void *prepared)
{
    if (precision == SEDD_PRECISION_INT8)
        int8_prepare(x, rows, in, prepared);
    else
        for (size_t r = 0; r < rows; r++)
            convert_row(x + r * in, (uint16_t *)(void *)((char *)prepared + r * bf16_row_bytes(in)), in);
}

struct onednn_packed {
    dnnl_primitive_t primitive;
    dnnl_memory_desc_t x, w, bias, y, scratchpad;
    dnnl_memory_t weights, bias_memory; /* shared, read only */
    size_t out, in, y_row, tile, scratchpad_size;
    enum matmul_type type; /* of the activations */
    /* int8: converts integer sums into results (int8.h) */
    float *scales;
    int32_t *weight_sums;
    const float *added;
    enum matmul_activation activation;
};

static void onednn_pack_free(void *opaque)
{
    struct onednn_packed *p = opaque;
    if (!p) return;
    if (p->primitive) dnnl_primitive_destroy(p->primitive);
    if (p->weights) dnnl_memory_destroy(p->weights);
    if (p->bias_memory) dnnl_memory_destroy(p->bias_memory);
    free(p->scales);
    free(p->weight_sums);
    free(p);
}

/* Converts and reorders W (out, in) into the layout that the primitive needs. */
static bool reorder_weights(struct onednn_packed *p, const void *w, enum matmul_type type)
{
    dnnl_memory_desc_t plain;
    dnnl_memory_t from = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t reorder = NULL;
    bool ok = describe_memory(&plain, type, 1, p->in, p->out, 0, 1, p->in) &&
              dnnl_memory_create(&from, &plain, engine, (void *)(uintptr_t)w) == dnnl_success &&
              dnnl_memory_create(&p->weights, &p->w, engine, DNNL_MEMORY_ALLOCATE) == dnnl_success &&
              dnnl_reorder_primitive_desc_create(&description, &plain, engine, &p->w, engine, NULL) ==
                  dnnl_success &&
              dnnl_primitive_create(&reorder, description) == dnnl_success;
    if (ok) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, p->weights}};
        ok = dnnl_primitive_execute(reorder, stream, 2, arguments) == dnnl_success;
    }
    if (reorder) dnnl_primitive_destroy(reorder);
    if (description) dnnl_primitive_desc_destroy(description);
    if (from) dnnl_memory_destroy(from);
    return ok;
}

/* The size of a prepared row, in elements. */
static size_t x_stride(const struct onednn_packed *p)
{
    return p->type == MATMUL_F32    ? p->in
           : p->type == MATMUL_BF16 ? bf16_row_bytes(p->in) / sizeof(uint16_t)
                                    : int8_row_bytes(p->in);
}

/* The primitive for one tile, with the weights in its preferred layout. */
static bool make_primitive(struct onednn_packed *p, const float *bias, enum matmul_activation activation)
{
    bool integers = p->type == MATMUL_U8;
    dnnl_dims_t w_dims = {(dnnl_dim_t)p->in, (dnnl_dim_t)p->out}, bias_dims = {1, (dnnl_dim_t)p->out};
    dnnl_dims_t bias_strides = {(dnnl_dim_t)p->out, 1};
    dnnl_memory_desc_t any;
    struct product product = {0};
    const dnnl_memory_desc_t *scratch = NULL;
    bool ok =
        describe_memory(&p->x, p->type, 1, p->tile, p->in, 0, x_stride(p), 1) &&
        describe_memory(&p->y, integers ? MATMUL_S32 : MATMUL_F32, 1, p->tile, p->out, 0,
                        integers ? p->out : p->y_row, 1) &&
        dnnl_memory_desc_init_by_tag(&any, 2, w_dims, type_of(integers ? MATMUL_S8 : p->type),
                                     dnnl_format_tag_any) == dnnl_success &&
        dnnl_memory_desc_init_by_strides(&p->bias, 2, bias_dims, dnnl_f32, bias_strides) == dnnl_success &&
        product_init(&product, &p->x, &any, bias ? &p->bias : NULL, &p->y, false,
                     activation == MATMUL_GELU_TANH, &p->w) &&
        dnnl_memory_get_memory_desc(product.scratchpad, &scratch) == dnnl_success;
    if (ok) {
        p->primitive = product.primitive;
        product.primitive = NULL;
        p->scratchpad_size = product.scratchpad_size;
        p->scratchpad = *scratch;
    }
    product_free(&product);
    return ok;
}

static bool pack_int8(struct onednn_packed *p, const float *w)
{
    int8_t *v = malloc(p->out * p->in);
    p->scales = malloc(p->out * sizeof *p->scales);
    p->weight_sums = malloc(p->out * sizeof *p->weight_sums);
    bool ok = v && p->scales && p->weight_sums;
    for (size_t o = 0; o < p->out && ok; o++)
        int8_weights(w + o * p->in, p->in, v + o * p->in, &p->scales[o], &p->weight_sums[o]);
    ok = ok && make_primitive(p, NULL, MATMUL_LINEAR) && reorder_weights(p, v, MATMUL_S8);
    free(v);
    return ok;
}

static void *onednn_pack(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                         enum matmul_activation activation, enum sedd_precision precision, size_t tile)
{
    calling_thread_only();
    struct onednn_packed *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    *p = (struct onednn_packed){
        .out = out, .in = in, .y_row = y_row, .tile = tile, .added = bias, .activation = activation};
    p->type = precision == SEDD_PRECISION_BF16   ? MATMUL_BF16
              : precision == SEDD_PRECISION_INT8 ? MATMUL_U8
                                                 : MATMUL_F32;
    bool ok = p->type == MATMUL_U8
                  ? pack_int8(p, w)
                  : make_primitive(p, bias, activation) && reorder_weights(p, w, MATMUL_F32) &&
                        (!bias || dnnl_memory_create(&p->bias_memory, &p->bias, engine,
                                                     (void *)(uintptr_t)bias) == dnnl_success);
    if (ok) return p;
    onednn_pack_free(p);
    return NULL;
}

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* Scratch: the integer sums, then oneDNN's own. */
static size_t sums_size(const struct onednn_packed *p)
{
    return p->type == MATMUL_U8 ? round_up(p->tile * p->out * sizeof(int32_t)) : 0;
}

static size_t onednn_scratch_size(const void *packed)
{
    const struct onednn_packed *p = packed;
    return sums_size(p) + p->scratchpad_size;
}

/* One tile. Memory objects are made per call, since several threads may use one packed matrix at once. */
static void execute_tile(const struct onednn_packed *p, const void *x, void *y, void *scratchpad)
{
    dnnl_memory_t from = NULL, to = NULL, pad = NULL;
    if (dnnl_memory_create(&from, &p->x, engine, (void *)(uintptr_t)x) == dnnl_success &&
        dnnl_memory_create(&to, &p->y, engine, y) == dnnl_success &&
        dnnl_memory_create(&pad, &p->scratchpad, engine, scratchpad) == dnnl_success) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, from},
                                       {DNNL_ARG_WEIGHTS, p->weights},
                                       {DNNL_ARG_DST, to},
                                       {DNNL_ARG_SCRATCHPAD, pad},
                                       {DNNL_ARG_BIAS, p->bias_memory}};
        dnnl_primitive_execute(p->primitive, stream, p->bias_memory ? 5 : 4, arguments);
    }
    dnnl_memory_destroy(pad);
    dnnl_memory_destroy(to);
    dnnl_memory_destroy(from);
}

static void multiply_int8(const struct onednn_packed *p, const uint8_t *x, float *y, char *scratch)
{
    int32_t *sums = (int32_t *)(void *)scratch;
    execute_tile(p, x, sums, scratch + sums_size(p));
    for (size_t r = 0; r < p->tile; r++) {
        struct int8_range range = int8_range_of(x + r * int8_row_bytes(p->in), p->in);
        int8_finish(sums + r * p->out, p->scales, p->weight_sums, p->added, range.scale, range.zero,
                    p->activation, y + r * p->y_row, p->out);
    }
}

static void onednn_multiply(const void *opaque, const void *x, float *y, size_t rows, void *scratch)
{
    const struct onednn_packed *p = opaque;
    size_t row = p->type == MATMUL_F32    ? p->in * sizeof(float)
                 : p->type == MATMUL_BF16 ? bf16_row_bytes(p->in)
                                          : int8_row_bytes(p->in);
    calling_thread_only();
    for (size_t r = 0; r < rows; r += p->tile) {
        const char *from = (const char *)x + r * row;
        if (p->type == MATMUL_U8)
            multiply_int8(p, (const uint8_t *)from, y + r * p->y_row, scratch);
        else
            execute_tile(p, from, y + r * p->y_row, scratch);
    }
}

/* ---- training plans ---------------------------------------------------------------------------------- */

struct onednn_plan {
    struct product product;
    void *scratchpad;
};

static void onednn_plan_free(void *opaque)
{
    struct onednn_plan *plan = opaque;
    if (!plan) return;
    product_free(&plan->product);
    free(plan->scratchpad);
    free(plan);
}

static void *onednn_plan(const struct matmul_shape *s)
{
    calling_thread_only();
    struct onednn_plan *plan = calloc(1, sizeof *plan);
    dnnl_memory_desc_t a, b, c;
    bool ok = plan && describe_memory(&a, s->a, s->batch, s->m, s->k, s->a_batch, s->a_row, s->a_column) &&
              describe_memory(&b, s->b, s->batch, s->k, s->n, s->b_batch, s->b_row, s->b_column) &&
              describe_memory(&c, s->c, s->batch, s->m, s->n, s->c_batch, s->c_row, 1) &&
              product_init(&plan->product, &a, &b, NULL, &c, s->accumulate, false, NULL);
    if (ok && plan->product.scratchpad_size) {
        plan->scratchpad = aligned_alloc(64, (plan->product.scratchpad_size + 63) / 64 * 64);
        ok = plan->scratchpad != NULL;
        if (ok) point_memory_at(plan->product.scratchpad, plan->scratchpad);
    }
    if (ok) return plan;
    onednn_plan_free(plan);
    return NULL;
}

static void onednn_run(void *opaque, const void *a, const void *b, void *c)
{
    struct onednn_plan *plan = opaque;
    calling_thread_only();
    point_memory_at(plan->product.a, a);
    point_memory_at(plan->product.b, b);
    point_memory_at(plan->product.c, c);
    dnnl_primitive_execute(plan->product.primitive, stream, plan->product.count, plan->product.arguments);
}

const struct matmul_backend lacuna_matmul_backend = {
    .abi = MATMUL_ABI,
    .name = "onednn",
    .supports = onednn_supports,
    .tile_rows = onednn_tile_rows,
    .panel = 512,
    .prepared_row = onednn_prepared_row,
    .prepare = onednn_prepare,
    .pack = onednn_pack,
    .pack_free = onednn_pack_free,
    .scratch_size = onednn_scratch_size,
    .multiply = onednn_multiply,
    .plan = onednn_plan,
    .plan_free = onednn_plan_free,
    .run = onednn_run,
};
