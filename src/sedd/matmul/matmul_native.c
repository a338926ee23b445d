/* Our own float32 products for AVX2 (x86-64-v3). On the few hundred rows of a window the libraries reach half
 * to two thirds of such a CPU's rate, because they reorder the weights at every call or in panels that do not
 * fit the first-level cache. Here the weights are laid out once, and the kernel keeps six rows by sixteen
 * outputs in registers. A sum runs over the inputs in order, whatever rows and outputs are beside it.
 *
 * Layout: strips of 16 outputs, [strip][input][16], the last one padded with zeros. */
#include "matmul_native.h"
#include "int16.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TARGET __attribute__((target("arch=x86-64-v3")))

enum {
    ROWS = NATIVE_ROWS,
    LANES = NATIVE_LANES,
    STRIP = NATIVE_STRIP,
    DEPTH = 512, /* inputs at a time: a panel's share of them stays in the second-level cache */
    PANEL = 128  /* outputs */
};

static_assert(MATMUL_MOST_ROWS % ROWS == 0 && (int)ROWS <= (int)MATMUL_MOST_TILE, "a call takes whole tiles");

typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

/* y (6 rows, y_row apart) = or += x · w over `depth` inputs, 16 outputs. x: rows x_row apart, an input's
 * numbers x_step apart (1, or ROWS when packed). Always inlined, so that x_step is a constant. */
TARGET static inline __attribute__((always_inline)) void kernel(const float *restrict x, size_t x_row,
                                                                size_t x_step, const float *restrict w,
                                                                size_t depth, float *restrict y, size_t y_row,
                                                                bool add)
{
    vector sum[ROWS][2] = {{{0}}};
    for (int r = 0; r < ROWS && add; r++) memcpy(sum[r], y + (size_t)r * y_row, sizeof sum[r]);
    for (size_t i = 0; i < depth; i++) {
        const vector *v = (const vector *)(const void *)(w + i * STRIP);
        for (int r = 0; r < ROWS; r++) {
            float left = x[(size_t)r * x_row + i * x_step];
            sum[r][0] += left * v[0];
            sum[r][1] += left * v[1];
        }
    }
    for (int r = 0; r < ROWS; r++) memcpy(y + (size_t)r * y_row, sum[r], sizeof sum[r]);
}

TARGET static void kernel_rows(const float *restrict x, size_t x_row, const float *restrict w, size_t depth,
                               float *restrict y, size_t y_row, bool add)
{
    kernel(x, x_row, 1, w, depth, y, y_row, add);
}

TARGET static void kernel_packed(const float *restrict x, const float *restrict w, size_t depth,
                                 float *restrict y, size_t y_row, bool add)
{
    kernel(x, 1, ROWS, w, depth, y, y_row, add);
}

/* `columns` of a strip and `rows` of a group when they are not full: through a spare tile. */
static void at_the_edge(const float *x, size_t x_row, bool packed, const float *w, size_t depth, float *y,
                        size_t y_row, size_t rows, size_t columns, bool add)
{
    float tile[ROWS * STRIP] = {0};
    for (size_t r = 0; r < rows && add; r++) memcpy(tile + r * STRIP, y + r * y_row, columns * sizeof *y);
    if (packed)
        kernel_packed(x, w, depth, tile, STRIP, add);
    else
        kernel_rows(x, x_row, w, depth, tile, STRIP, add);
    for (size_t r = 0; r < rows; r++) memcpy(y + r * y_row, tile + r * STRIP, columns * sizeof *y);
}

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

/* ---- inference ----------------------------------------------------------------------------------------- */

struct native_packed {
    void *int8;  /* NULL: another precision */
    void *int16; /* NULL: float32, and the fields below */
    struct native_block w;
    const float *bias;
    size_t out, in, y_row;
    enum matmul_activation activation;
};

static void native_pack_free(void *opaque)
{
    struct native_packed *p = opaque;
    if (!p) return;
    native_free_int8(p->int8);
    native_free_int16(p->int16);
    mem_free(p->w.memory);
    mem_free(p);
}

/* to (in, STRIP) = the transposed rows of w (rows, in), with zeros if there are fewer than STRIP. */
static void transpose_strip(const float *restrict w, size_t rows, size_t in, float *restrict to)
{
    if (rows < STRIP) memset(to, 0, in * STRIP * sizeof *to);
    for (size_t i = 0; i < in; i += STRIP) {
        size_t end = i + STRIP < in ? i + STRIP : in;
        for (size_t r = 0; r < rows; r++)
            for (size_t k = i; k < end; k++) to[k * STRIP + r] = w[r * in + k];
    }
}

static void *native_pack(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                         enum matmul_activation activation, enum sedd_precision precision, size_t tile)
{
    struct native_packed *p = mem_zalloc(sizeof *p);
    (void)tile;
    if (!p) return NULL;
    if (precision == SEDD_PRECISION_INT16 || precision == SEDD_PRECISION_INT8) {
        if (precision == SEDD_PRECISION_INT8)
            p->int8 = native_pack_int8(w, bias, out, in, y_row, activation);
        else
            p->int16 = native_pack_int16(w, bias, out, in, y_row, activation);
        if (p->int8 || p->int16) return p;
        native_pack_free(p);
        return NULL;
    }
    *p = (struct native_packed){.bias = bias, .out = out, .in = in, .y_row = y_row, .activation = activation};
    if (!native_block_alloc(&p->w, round_up(out, STRIP) * in)) {
        native_pack_free(p);
        return NULL;
    }
    for (size_t o = 0; o < out; o += STRIP)
        transpose_strip(w + o * in, out - o < STRIP ? out - o : STRIP, in, p->w.data + o * in);
    return p;
}

static void native_multiply(const void *opaque, const void *rows_of_x, float *y, size_t rows, void *scratch)
{
    const struct native_packed *p = opaque;
    const float *x = rows_of_x;
    INVARIANT(rows % ROWS == 0 && rows <= MATMUL_MOST_ROWS);
    if (p->int8) {
        native_multiply_int8(p->int8, rows_of_x, y, rows, scratch);
        return;
    }
    if (p->int16) {
        native_multiply_int16(p->int16, rows_of_x, y, rows);
        return;
    }
    for (size_t from = 0; from < p->in; from += DEPTH) {
        size_t depth = p->in - from < DEPTH ? p->in - from : DEPTH;
        for (size_t r = 0; r < rows; r += ROWS) {
            const float *left = x + r * p->in + from;
            float *to = y + r * p->y_row;
            for (size_t o = 0; o < p->out; o += STRIP) {
                const float *w = p->w.data + o * p->in + from * STRIP;
                if (p->out - o >= STRIP)
                    kernel_rows(left, p->in, w, depth, to + o, p->y_row, from > 0);
                else
                    at_the_edge(left, p->in, false, w, depth, to + o, p->y_row, ROWS, p->out - o, from > 0);
            }
            if (from + depth < p->in) continue;
            for (size_t i = 0; i < ROWS; i++)
                native_finish(to + i * p->y_row, p->bias, p->out, p->activation);
        }
    }
}

/* ---- training: both sides are laid out at every call ------------------------------------------------ */

struct native_plan {
    struct matmul_shape shape;
    struct native_block a, b; /* a: [group of rows][inner][ROWS], if A's rows are not contiguous; b: strips */
};

static void native_plan_free(void *opaque)
{
    struct native_plan *p = opaque;
    if (!p) return;
    mem_free(p->a.memory);
    mem_free(p->b.memory);
    mem_free(p);
}

static void *native_plan(const struct matmul_shape *s)
{
    if (s->a != MATMUL_F32 || s->b != MATMUL_F32 || s->c != MATMUL_F32) return NULL;
    struct native_plan *p = mem_zalloc(sizeof *p);
    if (!p) return NULL;
    p->shape = *s;
    if (native_block_alloc(&p->b, round_up(s->n, STRIP) * s->k) &&
        native_block_alloc(&p->a, (s->a_column == 1 ? ROWS : round_up(s->m, ROWS)) * s->k))
        return p;
    native_plan_free(p);
    return NULL;
}

/* to [k][width] = `count` lines of a matrix side by side, zeros up to `width`: number i of line j is at from
 * + j·line + i·step. */
static inline __attribute__((always_inline)) void lay_out_lines(const float *restrict from, size_t line,
                                                                size_t step, size_t count, size_t k,
                                                                size_t width, float *restrict to)
{
    if (count < width) memset(to, 0, k * width * sizeof *to);
    if (line == 1 && count == width) {
        for (size_t i = 0; i < k; i++) memcpy(to + i * width, from + i * step, width * sizeof *to);
        return;
    }
    enum { LINE_BLOCK = 16 };
    for (size_t at = 0; at < k; at += LINE_BLOCK) {
        size_t end = at + LINE_BLOCK < k ? at + LINE_BLOCK : k;
        for (size_t j = 0; j < count; j++)
            for (size_t i = at; i < end; i++) to[i * width + j] = from[j * line + i * step];
    }
}

/* One panel of C, the columns [from, to): all rows. */
static void native_run_panel(const struct native_plan *p, const float *a, float *c, size_t from, size_t to)
{
    const struct matmul_shape *s = &p->shape;
    bool direct = s->a_column == 1;
    for (size_t k0 = 0; k0 < s->k; k0 += DEPTH) {
        size_t depth = s->k - k0 < DEPTH ? s->k - k0 : DEPTH;
        bool add = s->accumulate || k0 > 0;
        for (size_t r = 0; r < s->m; r += ROWS) {
            size_t rows = s->m - r < ROWS ? s->m - r : ROWS;
            /* the last group has fewer rows than the kernel reads; they were laid out, padded with zeros */
            bool packed = !direct || rows < ROWS;
            const float *left = !packed  ? a + r * s->a_row + k0
                                : direct ? p->a.data + k0 * ROWS
                                         : p->a.data + r * s->k + k0 * ROWS;
            for (size_t o = from; o < to; o += STRIP) {
                const float *w = p->b.data + o * s->k + k0 * STRIP;
                float *y = c + r * s->c_row + o;
                size_t columns = s->n - o < STRIP ? s->n - o : STRIP;
                if (rows < ROWS || columns < STRIP)
                    at_the_edge(left, s->a_row, packed, w, depth, y, s->c_row, rows, columns, add);
                else if (packed)
                    kernel_packed(left, w, depth, y, s->c_row, add);
                else
                    kernel_rows(left, s->a_row, w, depth, y, s->c_row, add);
            }
        }
    }
}

static void native_run(void *opaque, const void *a, const void *b, void *c)
{
    struct native_plan *p = opaque;
    const struct matmul_shape *s = &p->shape;
    for (size_t i = 0; i < s->batch; i++) {
        const float *left = (const float *)a + i * s->a_batch, *right = (const float *)b + i * s->b_batch;
        for (size_t o = 0; o < s->n; o += STRIP)
            lay_out_lines(right + o * s->b_column, s->b_column, s->b_row, s->n - o < STRIP ? s->n - o : STRIP,
                          s->k, STRIP, p->b.data + o * s->k);
        size_t first = s->a_column == 1 ? s->m / ROWS * ROWS : 0;
        for (size_t r = first; r < s->m; r += ROWS)
            lay_out_lines(left + r * s->a_row, s->a_row, s->a_column, s->m - r < ROWS ? s->m - r : ROWS, s->k,
                          ROWS, p->a.data + (r - first) * s->k);
        for (size_t o = 0; o < s->n; o += PANEL)
            native_run_panel(p, left, (float *)c + i * s->c_batch, o, s->n - o < PANEL ? s->n : o + PANEL);
    }
}

/* ---- the back end -------------------------------------------------------------------------------------- */

static bool native_supports(enum sedd_precision precision)
{
    if (precision == SEDD_PRECISION_INT8) return native_supports_int8();
    bool known = precision == SEDD_PRECISION_F32 || precision == SEDD_PRECISION_INT16;
    return known && __builtin_cpu_supports("x86-64-v3");
}

static size_t native_tile_rows(bool few)
{
    (void)few;
    return ROWS;
}

static size_t native_prepared_row(size_t in, enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_INT16  ? int16_row_bytes(in)
           : precision == SEDD_PRECISION_INT8 ? native_prepared_row_int8(in)
                                              : 0;
}

static void native_prepare(const float *x, size_t rows, size_t in, enum sedd_precision precision,
                           void *prepared)
{
    if (precision == SEDD_PRECISION_INT8)
        native_prepare_int8(x, rows, in, prepared);
    else
        int16_prepare(x, rows, in, prepared);
}

static size_t native_scratch_size(const void *opaque)
{
    const struct native_packed *p = opaque;
    return p->int8 ? native_scratch_int8(p->int8) : 0;
}

static const struct matmul_backend native = {
    .abi = MATMUL_ABI,
    .name = "native",
    .supports = native_supports,
    .tile_rows = native_tile_rows,
    .panel = PANEL,
    .prepared_row = native_prepared_row,
    .prepare = native_prepare,
    .pack = native_pack,
    .pack_free = native_pack_free,
    .scratch_size = native_scratch_size,
    .multiply = native_multiply,
    .plan = native_plan,
    .plan_free = native_plan_free,
    .run = native_run,
};

const struct matmul_backend *matmul_native(void)
{
    return native_supports(SEDD_PRECISION_F32) ? &native : NULL;
}
#else
const struct matmul_backend *matmul_native(void)
{
    return NULL;
}
#endif
