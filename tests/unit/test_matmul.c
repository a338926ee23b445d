/* Products: every back end against plain C, rows that do not depend on their position, int8 against its
 * oracle. */
#include "fixtures.h"
#include "lacuna/matmul.h"

enum { OUT = 150, IN = 96, ROWS = 288 };

static float w[OUT * IN], bias[OUT], x[ROWS * IN], y[ROWS * OUT], z[ROWS * OUT];

static int set_up(void **state)
{
    struct rng rng = {.seed = 8};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(w); i++) w[i] = (float)(0.1 * rng_normal(&rng));
    for (size_t i = 0; i < ARRAY_SIZE(bias); i++) bias[i] = (float)rng_normal(&rng);
    for (size_t i = 0; i < ARRAY_SIZE(x); i++) x[i] = (float)rng_normal(&rng);
    return 0;
}

static const struct matmul_backend *backend(const char *name)
{
    enum sedd_precision precision = SEDD_PRECISION_F32;
    setenv("LACUNA_BACKEND", name, 1);
    const struct matmul_backend *found = matmul_backend(&precision, NULL);
    if (!found) skip();
    return found;
}

static void multiply(const struct matmul_backend *b, enum sedd_precision precision,
                     enum matmul_activation activation, size_t tile, size_t rows, const float *from,
                     float *to)
{
    void *packed = b->pack(w, bias, OUT, IN, OUT, activation, precision, tile);
    assert_non_null(packed);
    void *scratch = aligned_alloc(64, (matmul_scratch_size(b, packed) + 127) / 64 * 64);
    assert_true(rows % tile == 0 && rows <= MATMUL_MOST_ROWS);
    size_t own = matmul_prepared_row(b, IN, precision);
    void *prepared = own ? aligned_alloc(64, rows * own) : NULL;
    if (own) b->prepare(from, rows, IN, precision, prepared);
    b->multiply(packed, own ? prepared : (const void *)from, to, rows, scratch);
    free(prepared);
    free(scratch);
    b->pack_free(packed);
}

/* Largest difference over the largest value. */
static double distance(const float *a, const float *b, size_t n)
{
    double off = 0, top = 0;
    for (size_t i = 0; i < n; i++) {
        off = fmax(off, fabs((double)a[i] - (double)b[i]));
        top = fmax(top, fabs((double)b[i]));
    }
    return off / top;
}

static double relative_error(const float *a, const float *b, size_t n)
{
    double off = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        off += pow((double)a[i] - (double)b[i], 2);
        size += pow((double)b[i], 2);
    }
    return sqrt(off / size);
}

static void check_against_plain(const char *name)
{
    const struct matmul_backend *b = backend(name);
    for (int few = 0; few < 2; few++)
        for (int activation = 0; activation < 2; activation++) {
            size_t tile = b->tile_rows(few), rows = MATMUL_MOST_ROWS / tile * tile;
            multiply(&matmul_plain, SEDD_PRECISION_F32, (enum matmul_activation)activation, 1, rows, x, z);
            multiply(b, SEDD_PRECISION_F32, (enum matmul_activation)activation, tile, rows, x, y);
            assert_true(distance(y, z, rows * OUT) < 2e-6);
        }
}

/* Equal rows everywhere: equal bits everywhere, in calls of every size. */
static void check_places(const char *name, enum sedd_precision precision)
{
    const struct matmul_backend *b = backend(name);
    if (!b->supports(precision)) skip();
    float first[OUT];
    static float same[ROWS * IN];
    for (size_t r = 0; r < ROWS; r++) memcpy(same + r * IN, x, IN * sizeof *x);
    for (int few = 0; few < 2; few++) {
        size_t tile = b->tile_rows(few);
        assert_true(tile >= 1 && tile <= MATMUL_MOST_TILE);
        for (size_t rows = tile; rows <= MATMUL_MOST_ROWS; rows += tile) {
            multiply(b, precision, MATMUL_GELU_TANH, tile, rows, same, y);
            if (rows == tile) memcpy(first, y, sizeof first);
            for (size_t r = 0; r < rows; r++) assert_memory_equal(y + r * OUT, first, sizeof first);
        }
    }
}

static void native_agrees_with_plain_c(void **state)
{
    (void)state;
    check_against_plain("native");
}

static void a_row_is_the_same_wherever_it_stands_with_native(void **state)
{
    (void)state;
    check_places("native", SEDD_PRECISION_F32);
}

/* Plans with every kind of strides, with sizes that are not whole tiles, against the plain loops. */
static void check_plans(const char *name)
{
    const struct matmul_backend *b = backend(name);
    static const size_t sizes[][3] = {{1, 1, 1}, {6, 16, 64}, {7, 17, 3}, {48, 130, 600}, {13, 129, 1030}};
    struct rng rng = {.seed = 9};
    for (size_t k = 0; k < ARRAY_SIZE(sizes); k++)
        for (int kind = 0; kind < 8; kind++) {
            size_t m = sizes[k][0], n = sizes[k][1], depth = sizes[k][2], batch = 2;
            bool turned_a = kind & 1, turned_b = kind & 2;
            struct matmul_shape shape = {.m = m,
                                         .n = n,
                                         .k = depth,
                                         .batch = batch,
                                         .a_row = turned_a ? 1 : depth + 3,
                                         .a_column = turned_a ? m + 2 : 1,
                                         .a_batch = (m + 2) * (depth + 3),
                                         .b_row = turned_b ? 1 : n + 5,
                                         .b_column = turned_b ? depth + 1 : 1,
                                         .b_batch = (n + 5) * (depth + 1),
                                         .c_row = n + 4,
                                         .c_batch = m * (n + 4),
                                         .accumulate = kind & 4};
            size_t count[] = {batch * shape.a_batch, batch * shape.b_batch, batch * shape.c_batch};
            float *all[4];
            for (int i = 0; i < 4; i++) {
                size_t size = count[i < 2 ? i : 2];
                all[i] = malloc(size * sizeof(float));
                for (size_t j = 0; j < size; j++) all[i][j] = (float)rng_normal(&rng);
            }
            memcpy(all[3], all[2], count[2] * sizeof(float));
            void *plan = b->plan(&shape), *obvious = matmul_plain.plan(&shape);
            assert_non_null(plan);
            b->run(plan, all[0], all[1], all[2]);
            matmul_plain.run(obvious, all[0], all[1], all[3]);
            /* the gaps between the rows of C are compared too: nothing may be written there */
            assert_true(distance(all[2], all[3], count[2]) < 4e-6);
            b->plan_free(plan);
            matmul_plain.plan_free(obvious);
            for (int i = 0; i < 4; i++) free(all[i]);
        }
}

static void native_plans_agree_with_plain_c(void **state)
{
    (void)state;
    check_plans("native");
}

static void openblas_plans_agree_with_plain_c(void **state)
{
    (void)state;
    check_plans("openblas");
}

static void onednn_plans_agree_with_plain_c(void **state)
{
    (void)state;
    check_plans("onednn");
}

static void openblas_agrees_with_plain_c(void **state)
{
    (void)state;
    check_against_plain("openblas");
}

static void onednn_agrees_with_plain_c(void **state)
{
    (void)state;
    check_against_plain("onednn");
}

static void a_row_is_the_same_wherever_it_stands_with_openblas(void **state)
{
    (void)state;
    check_places("openblas", SEDD_PRECISION_F32);
}

static void a_row_is_the_same_wherever_it_stands_with_onednn(void **state)
{
    (void)state;
    check_places("onednn", SEDD_PRECISION_F32);
}

static void a_row_is_the_same_wherever_it_stands_in_bf16(void **state)
{
    (void)state;
    check_places("onednn", SEDD_PRECISION_BF16);
}

static void a_row_is_the_same_wherever_it_stands_in_int8(void **state)
{
    (void)state;
    check_places("onednn", SEDD_PRECISION_INT8);
}

static void a_row_is_the_same_wherever_it_stands_in_native_int8(void **state)
{
    (void)state;
    check_places("native", SEDD_PRECISION_INT8);
}

/* The error of rounding to 8 bits: two roundings of half a step each, averaged over IN products. */
static void int8_is_near_float32(void **state)
{
    (void)state;
    multiply(&matmul_plain, SEDD_PRECISION_F32, MATMUL_LINEAR, 4, ROWS, x, z);
    multiply(&matmul_plain, SEDD_PRECISION_INT8, MATMUL_LINEAR, 4, ROWS, x, y);
    double off = relative_error(y, z, ARRAY_SIZE(y));
    assert_true(off > 0 && off < 0.015);
}

static void int8_keeps_zero_and_constant_rows(void **state)
{
    (void)state;
    static float rows[4 * IN];
    for (size_t i = 0; i < IN; i++) rows[IN + i] = 2, rows[2 * IN + i] = -0.25f;
    multiply(&matmul_plain, SEDD_PRECISION_INT8, MATMUL_LINEAR, 4, 4, rows, y);
    multiply(&matmul_plain, SEDD_PRECISION_F32, MATMUL_LINEAR, 4, 4, rows, z);
    assert_true(distance(y, z, 4 * OUT) < 0.01);
    for (size_t o = 0; o < OUT; o++) assert_true(y[o] == bias[o] && y[3 * OUT + o] == bias[o]);
}

/* Integer sums are exact, so oneDNN's results equal plain C's bit for bit. Without VNNI the CPU's products
 * saturate at 16 bits; with inputs that cannot reach that, the same code must be exact there. */
static void onednn_int8_is_plain_int8_bit_for_bit(void **state)
{
    (void)state;
    const struct matmul_backend *b = backend("onednn");
    static float tame[ROWS * IN];
    for (size_t i = 0; i < ARRAY_SIZE(tame); i++) /* 255 is alone in its pair, all others are below 64 */
        tame[i] = i % IN == 0 ? 1 : i % IN == 1 ? 0 : 0.12f * fminf(fabsf(x[i]), 2);
    for (int activation = 0; activation < 2; activation++)
        for (int few = 0; few < 2; few++) {
            const float *from = b->supports(SEDD_PRECISION_INT8) ? x : tame;
            size_t tile = b->tile_rows(few), rows = MATMUL_MOST_ROWS / tile * tile;
            multiply(&matmul_plain, SEDD_PRECISION_INT8, (enum matmul_activation)activation, 1, rows, from,
                     z);
            multiply(b, SEDD_PRECISION_INT8, (enum matmul_activation)activation, tile, rows, from, y);
            assert_memory_equal(y, z, rows * OUT * sizeof *y);
        }
}

/* Extreme operands too: all weights ±127 and all activations 255 reach the largest sums of four. */
static void native_int8_is_plain_int8_bit_for_bit(void **state)
{
    (void)state;
    const struct matmul_backend *b = backend("native");
    if (!b->supports(SEDD_PRECISION_INT8)) skip();
    static float extreme[ROWS * IN];
    for (size_t i = 0; i < ARRAY_SIZE(extreme); i++)
        extreme[i] = i / IN % 3 == 0 ? 1 : i / IN % 3 == 1 ? (i % 2 ? -1.0f : 1.0f) : x[i] * 1e4f;
    for (int activation = 0; activation < 2; activation++)
        for (int kind = 0; kind < 2; kind++) {
            const float *from = kind ? extreme : x;
            size_t tile = b->tile_rows(false);
            for (size_t rows = tile; rows <= MATMUL_MOST_ROWS; rows += 7 * tile) {
                multiply(&matmul_plain, SEDD_PRECISION_INT8, (enum matmul_activation)activation, 1, rows,
                         from, z);
                multiply(b, SEDD_PRECISION_INT8, (enum matmul_activation)activation, tile, rows, from, y);
                assert_memory_equal(y, z, rows * OUT * sizeof *y);
            }
        }
}

/* Sizes that fill no strip, no group of four inputs and no cache line. */
static void native_int8_is_exact_at_every_size(void **state)
{
    (void)state;
    const struct matmul_backend *b = backend("native");
    if (!b->supports(SEDD_PRECISION_INT8)) skip();
    static const size_t outs[] = {1, 15, 16, 17, 31, 128, 150}, ins[] = {1, 2, 3, 4, 5, 63, 64, 65, 96};
    enum { TILE = 6 };
    for (size_t i = 0; i < ARRAY_SIZE(outs); i++)
        for (size_t j = 0; j < ARRAY_SIZE(ins); j++) {
            size_t out = outs[i], in = ins[j], own = matmul_prepared_row(b, in, SEDD_PRECISION_INT8);
            void *packed = b->pack(w, bias, out, in, OUT, MATMUL_LINEAR, SEDD_PRECISION_INT8, TILE),
                 *plain = matmul_plain.pack(w, bias, out, in, OUT, MATMUL_LINEAR, SEDD_PRECISION_INT8, TILE);
            void *rows = aligned_alloc(64, TILE * own),
                 *scratch = aligned_alloc(64, matmul_scratch_size(b, packed) + 64),
                 *plain_scratch =
                     aligned_alloc(64, (matmul_scratch_size(&matmul_plain, plain) + 127) / 64 * 64);
            b->prepare(x, TILE, in, SEDD_PRECISION_INT8, rows);
            for (size_t k = 0; k < TILE * OUT; k++) y[k] = z[k] = 12345; /* nothing is written beside */
            b->multiply(packed, rows, y, TILE, scratch);
            matmul_plain.multiply(plain, rows, z, TILE, plain_scratch);
            assert_memory_equal(y, z, TILE * OUT * sizeof *y);
            free(plain_scratch);
            free(scratch);
            free(rows);
            b->pack_free(packed);
            matmul_plain.pack_free(plain);
        }
}

/* Where the CPU has AVX-VNNI and nothing better, fills use it without being asked. */
static void int8_is_the_default_of_native_where_the_cpu_has_it(void **state)
{
    (void)state;
    enum sedd_precision precision = SEDD_PRECISION_AUTO;
    const struct matmul_backend *b = backend("native");
    assert_ptr_equal(matmul_backend_to_fill(&precision, NULL), b);
    assert_int_equal(precision,
                     b->supports(SEDD_PRECISION_INT8) ? SEDD_PRECISION_INT8 : SEDD_PRECISION_INT16);
    precision = SEDD_PRECISION_AUTO;
    assert_ptr_equal(matmul_backend(&precision, NULL), b); /* gradients: never integers */
    assert_int_equal(precision, SEDD_PRECISION_F32);
}

static void a_cpu_with_avx_vnni_and_no_avx512_fills_in_int8(void **state)
{
    (void)state;
#if defined(__x86_64__) && !defined(__clang__)
    enum sedd_precision precision = SEDD_PRECISION_AUTO;
    if (!__builtin_cpu_supports("avxvnni") || __builtin_cpu_supports("avx512f")) skip();
    unsetenv("LACUNA_BACKEND");
    assert_ptr_equal(matmul_backend_to_fill(&precision, NULL), matmul_native());
    assert_int_equal(precision, SEDD_PRECISION_INT8);
    assert_ptr_equal(matmul_backend(&precision, NULL), matmul_native()); /* and when it is asked for */
#else
    skip();
#endif
}

/* Operands rounded to 8 bits: at most half a step of 1/256, a fifth of that on average. */
static void bf16_is_near_float32(void **state)
{
    (void)state;
    multiply(&matmul_plain, SEDD_PRECISION_F32, MATMUL_LINEAR, 4, ROWS, x, z);
    multiply(&matmul_plain, SEDD_PRECISION_BF16, MATMUL_LINEAR, 4, ROWS, x, y);
    double off = relative_error(y, z, ARRAY_SIZE(y));
    assert_true(off > 0 && off < 3e-3);
}

static void onednn_bf16_is_plain_bf16_but_for_the_order_of_sums(void **state)
{
    (void)state;
    const struct matmul_backend *b = backend("onednn");
    if (!b->supports(SEDD_PRECISION_BF16)) skip();
    for (int activation = 0; activation < 2; activation++)
        for (int few = 0; few < 2; few++) {
            size_t tile = b->tile_rows(few), rows = MATMUL_MOST_ROWS / tile * tile;
            multiply(&matmul_plain, SEDD_PRECISION_BF16, (enum matmul_activation)activation, 1, rows, x, z);
            multiply(b, SEDD_PRECISION_BF16, (enum matmul_activation)activation, tile, rows, x, y);
            assert_true(distance(y, z, rows * OUT) < 4e-6);
        }
}

static void a_row_is_the_same_wherever_it_stands_in_int16(void **state)
{
    (void)state;
    check_places("native", SEDD_PRECISION_INT16);
}

/* Two roundings of half a step in about a thousand: a tenth of the error of bf16. */
static void int16_is_near_float32(void **state)
{
    (void)state;
    multiply(&matmul_plain, SEDD_PRECISION_F32, MATMUL_LINEAR, 4, ROWS, x, z);
    multiply(&matmul_plain, SEDD_PRECISION_INT16, MATMUL_LINEAR, 4, ROWS, x, y);
    double off = relative_error(y, z, ARRAY_SIZE(y));
    assert_true(off > 0 && off < 4e-4);
    memset(y, 1, sizeof y);
    static float rows[4 * IN];
    for (size_t i = 0; i < IN; i++) rows[IN + i] = 2, rows[2 * IN + i] = -0.25f;
    multiply(&matmul_plain, SEDD_PRECISION_INT16, MATMUL_LINEAR, 4, 4, rows, y);
    for (size_t o = 0; o < OUT; o++) assert_true(y[o] == bias[o] && y[3 * OUT + o] == bias[o]);
}

static void native_int16_is_plain_int16(void **state)
{
    (void)state;
    const struct matmul_backend *b = backend("native");
    for (int activation = 0; activation < 2; activation++) {
        size_t tile = b->tile_rows(false), rows = MATMUL_MOST_ROWS / tile * tile;
        multiply(&matmul_plain, SEDD_PRECISION_INT16, (enum matmul_activation)activation, 1, rows, x, z);
        multiply(b, SEDD_PRECISION_INT16, (enum matmul_activation)activation, tile, rows, x, y);
        assert_true(distance(y, z, rows * OUT) < 1e-6);
    }
}

/* All weights of a row and all activations at their maximum, with the same sign: the largest possible sum.
 * Odd sizes: half a pair, inputs in several blocks, and an incomplete strip. */
static void int16_sums_never_overflow(void **state)
{
    (void)state;
    const struct matmul_backend *b = backend("native");
    static const size_t sizes[] = {1, 7, 1023, 1025, 3071, 6000};
    for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
        size_t in = sizes[k], own = matmul_prepared_row(b, in, SEDD_PRECISION_INT16);
        enum { N = 6, OUTPUTS = 19 };
        float *weights = malloc(OUTPUTS * in * sizeof *weights), *rows = malloc(N * in * sizeof *rows);
        for (size_t i = 0; i < OUTPUTS * in; i++)
            weights[i] = i / in % 3 == 1 ? -0.7f : i / in % 3 ? 0.3f : 0;
        for (size_t i = 0; i < OUTPUTS; i++) weights[i * in] = 4; /* and one far from the others */
        for (size_t i = 0; i < N * in; i++) rows[i] = i / in % 2 ? 3.5f : -2;
        void *packed = b->pack(weights, NULL, OUTPUTS, in, OUTPUTS, MATMUL_LINEAR, SEDD_PRECISION_INT16, N);
        void *prepared = aligned_alloc(64, N * own);
        float got[N * OUTPUTS];
        b->prepare(rows, N, in, SEDD_PRECISION_INT16, prepared);
        b->multiply(packed, prepared, got, N, NULL);
        for (size_t r = 0; r < N; r++)
            for (size_t o = 0; o < OUTPUTS; o++) {
                double sum = 0;
                for (size_t i = 0; i < in; i++) sum += (double)rows[r * in + i] * (double)weights[o * in + i];
                /* equal weights are rounded in the same direction, with at least 80 steps; a sum that
                 * overflowed would be off by 2^32 steps */
                assert_true(fabs((double)got[r * OUTPUTS + o] - sum) < 1e-2 * fabs(sum));
            }
        b->pack_free(packed);
        free(prepared);
        free(weights);
        free(rows);
    }
}

/* A back end with a kernel that forgets the last input, or one that writes NaN. */
static void multiply_wrongly(const void *packed, const void *rows_of_x, float *to, size_t rows, void *scratch)
{
    matmul_plain.multiply(packed, rows_of_x, to, rows, scratch);
    to[rows * 70 - 1] += 0.05f;
}

static void multiply_to_nan(const void *packed, const void *rows_of_x, float *to, size_t rows, void *scratch)
{
    matmul_plain.multiply(packed, rows_of_x, to, rows, scratch);
    to[3] = NAN;
}

static void a_back_end_that_is_wrong_is_found_out(void **state)
{
    (void)state;
    for (enum sedd_precision p = SEDD_PRECISION_F32; p < SEDD_PRECISIONS; p++) {
        struct matmul_backend wrong = matmul_plain;
        assert_true(matmul_agrees(&wrong, p));
        wrong.multiply = multiply_wrongly;
        assert_false(matmul_agrees(&wrong, p));
        wrong.multiply = multiply_to_nan;
        assert_false(matmul_agrees(&wrong, p));
    }
    assert_true(matmul_agrees(backend("openblas"), SEDD_PRECISION_F32));
    assert_true(matmul_agrees(backend("onednn"), SEDD_PRECISION_F32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(native_agrees_with_plain_c),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_with_native),
        cmocka_unit_test(native_plans_agree_with_plain_c),
        cmocka_unit_test(openblas_plans_agree_with_plain_c),
        cmocka_unit_test(onednn_plans_agree_with_plain_c),
        cmocka_unit_test(openblas_agrees_with_plain_c),
        cmocka_unit_test(onednn_agrees_with_plain_c),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_with_openblas),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_with_onednn),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_in_bf16),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_in_int8),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_in_native_int8),
        cmocka_unit_test(int8_is_near_float32),
        cmocka_unit_test(int8_keeps_zero_and_constant_rows),
        cmocka_unit_test(a_back_end_that_is_wrong_is_found_out),
        cmocka_unit_test(bf16_is_near_float32),
        cmocka_unit_test(onednn_bf16_is_plain_bf16_but_for_the_order_of_sums),
        cmocka_unit_test(a_row_is_the_same_wherever_it_stands_in_int16),
        cmocka_unit_test(int16_is_near_float32),
        cmocka_unit_test(native_int16_is_plain_int16),
        cmocka_unit_test(int16_sums_never_overflow),
        cmocka_unit_test(onednn_int8_is_plain_int8_bit_for_bit),
        cmocka_unit_test(native_int8_is_plain_int8_bit_for_bit),
        cmocka_unit_test(native_int8_is_exact_at_every_size),
        cmocka_unit_test(int8_is_the_default_of_native_where_the_cpu_has_it),
        cmocka_unit_test(a_cpu_with_avx_vnni_and_no_avx512_fills_in_int8),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
