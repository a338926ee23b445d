/* Matrix products behind one narrow interface, with four implementations: plain C (always there; the
 * oracle, and what the ThreadSanitizer build uses), our own for AVX2 (float32, int16), OpenBLAS (float32,
 * every CPU; the reference) and oneDNN (float32, bf16, int8). The last two are shared objects, opened at
 * first use.
 *
 * Every call runs on the calling thread alone: callers split work into parts of a fixed size and hand
 * them to a `struct pool`, so a result never depends on the number of threads. */
#ifndef LACUNA_MATMUL_H
#define LACUNA_MATMUL_H

#include "lacuna/sedd.h"

/* Rows are multiplied in tiles, whose size the back end says. */
enum { MATMUL_ABI = 7, MATMUL_MOST_TILE = 64, MATMUL_MOST_ROWS = 288 };

enum matmul_type { MATMUL_F32, MATMUL_BF16, MATMUL_U8, MATMUL_S8, MATMUL_S32 }; /* plans: the first two */

/* C = A B, or C += A B, `batch` times. Strides are in elements; C's rows are contiguous. */
struct matmul_shape {
    size_t m, n, k, batch;
    enum matmul_type a, b, c;
    size_t a_row, a_column, a_batch;
    size_t b_row, b_column, b_batch;
    size_t c_row, c_batch;
    bool accumulate;
};

enum matmul_activation { MATMUL_LINEAR, MATMUL_GELU_TANH };

struct matmul_backend {
    int abi;
    const char *name;
    bool (*supports)(enum sedd_precision precision); /* on this CPU */

    /* Rows of a tile, at most MATMUL_MOST_TILE. `few`: of a layer of which few rows are wanted (the head). */
    size_t (*tile_rows)(bool few);
    size_t panel; /* outputs that are best packed together: layers are cut into panels of about so many */

    /* Rows of activations in the back end's own type, made once for all panels of a layer. prepared_row:
     * bytes of one, a multiple of 64; 0, or no such function: floats are multiplied as they are. */
    size_t (*prepared_row)(size_t in, enum sedd_precision precision);
    void (*prepare)(const float *x, size_t rows, size_t in, enum sedd_precision precision, void *prepared);

    /* Inference: y = x Wᵀ + bias, W (out, in) float32 row major, packed once for tiles of `tile` rows. x:
     * prepared rows of this precision, or rows of `in` floats; rows of y are y_row floats apart. `bias`
     * must outlive the packed form, which reads it in place; `w` need not. multiply() takes a multiple
     * of `tile` rows, at most MATMUL_MOST_ROWS; a row's result is the same bit for bit wherever it stands and
     * whatever rows come with it. It may run on several threads at once, each with scratch of its own,
     * scratch_size() bytes (no such function: none), 64-byte aligned. */
    void *(*pack)(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                  enum matmul_activation activation, enum sedd_precision precision, size_t tile);
    void (*pack_free)(void *packed);
    size_t (*scratch_size)(const void *packed);
    void (*multiply)(const void *packed, const void *x, float *y, size_t rows, void *scratch);

    /* Training: a plan is one shape, prepared; it belongs to one thread at a time. NULL on failure. */
    void *(*plan)(const struct matmul_shape *shape);
    void (*plan_free)(void *plan);
    void (*run)(void *plan, const void *a, const void *b, void *c);
};

static inline size_t matmul_prepared_row(const struct matmul_backend *b, size_t in,
                                         enum sedd_precision precision)
{
    return b->prepared_row ? b->prepared_row(in, precision) : 0;
}

static inline size_t matmul_scratch_size(const struct matmul_backend *b, const void *packed)
{
    return b->scratch_size ? b->scratch_size(packed) : 0;
}

/* The back end for a precision: AUTO picks bf16 where the CPU multiplies it natively, else f32. *precision
 * becomes what was picked. $LACUNA_BACKEND ("plain", "native", "openblas", "onednn") overrides the choice. */
const struct matmul_backend *matmul_backend(enum sedd_precision *precision, struct error *error);
/* The same for products that nobody takes gradients of: AUTO is int16 where it would be float32 by the native
 * back end, and twice as fast. */
const struct matmul_backend *matmul_backend_to_fill(enum sedd_precision *precision, struct error *error);
/* Whether its products are plain C's, up to rounding. No back end is handed out for a precision at which they
 * are not: AUTO falls back to float32 then. */
bool matmul_agrees(const struct matmul_backend *backend, enum sedd_precision precision);
extern const struct matmul_backend matmul_plain;
const struct matmul_backend *matmul_native(void); /* NULL: not on this CPU */

#endif
