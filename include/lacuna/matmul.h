/* Matrix products behind one narrow interface, with four implementations: plain C (always available; the
 * oracle, and used in the ThreadSanitizer build), our own for AVX2 (float32, int16, with AVX-VNNI int8), OpenBLAS (float32, every
 * CPU; the reference) and oneDNN (float32, bf16, int8). The last two are shared objects, opened at first use.
 *
 * Every call runs on the calling thread alone. Callers split work into parts of a fixed size and hand them to
 * a `struct pool`, so a result never depends on the number of threads. */
#ifndef LACUNA_MATMUL_H
#define LACUNA_MATMUL_H

#include "lacuna/sedd.h"

/* Rows are multiplied in tiles; the back end defines their size. */
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

    /* Rows of a tile, at most MATMUL_MOST_TILE. `few`: for a layer of which only a few rows are wanted (the
     * head). */
    size_t (*tile_rows)(bool few);
    /* the number of outputs that is best packed together: layers are cut into panels of about this size */
    size_t panel;

    /* Rows of activations in the back end's own type, made once for all panels of a layer. prepared_row:
     * bytes per row, a multiple of 64; if 0, or without this function, floats are multiplied directly. */
    size_t (*prepared_row)(size_t in, enum sedd_precision precision);
    void (*prepare)(const float *x, size_t rows, size_t in, enum sedd_precision precision, void *prepared);

    /* Inference: y = x Wᵀ + bias, with W (out, in) float32 row major, packed once for tiles of `tile` rows.
     * x: prepared rows of this precision, or rows of `in` floats; rows of y are y_row floats apart. The
     * packed form reads `bias` in place, so `bias` must outlive it; `w` need not. multiply() takes a multiple
     * of `tile` rows, at most MATMUL_MOST_ROWS; a row's result is bit for bit the same at any position and
     * beside any other rows. It may run on several threads at once, each with its own scratch memory of
     * scratch_size() bytes (no such function: none), 64-byte aligned. */
    void *(*pack)(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                  enum matmul_activation activation, enum sedd_precision precision, size_t tile);
    void (*pack_free)(void *packed);
    size_t (*scratch_size)(const void *packed);
    void (*multiply)(const void *packed, const void *x, float *y, size_t rows, void *scratch);

    /* Training: a plan is a prepared shape; it belongs to one thread at a time. NULL on failure. */
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

/* The back end for a precision: AUTO picks bf16 if the CPU multiplies it natively, else f32. *precision
 * becomes the one picked. $LACUNA_BACKEND ("plain", "native", "openblas", "onednn") overrides the choice. */
const struct matmul_backend *matmul_backend(enum sedd_precision *precision, struct error *error);
/* The same for products without gradients: where AUTO would pick float32 in the native back end, it picks
 * int8 if the CPU has AVX-VNNI, which is four times as fast, else int16, which is twice as fast. */
const struct matmul_backend *matmul_backend_to_fill(enum sedd_precision *precision, struct error *error);
/* Whether its products equal those of plain C, up to rounding. A back end is never returned for a precision
 * where they do not; AUTO falls back to float32 then. */
bool matmul_agrees(const struct matmul_backend *backend, enum sedd_precision precision);
extern const struct matmul_backend matmul_plain;
const struct matmul_backend *matmul_native(void); /* NULL: not on this CPU */

#endif
