/* Checks that a back end on this CPU multiplies as plain C does. Libraries have kernels for many kinds of
 * CPU, not all of which were tested; a wrong one must not fill blanks. */
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"

#include <math.h>

enum { OUT = 70, IN = 96 }; /* not a multiple of a panel or a strip */

struct matrices {
    float w[OUT * IN], bias[OUT], x[MATMUL_MOST_TILE * IN], y[MATMUL_MOST_TILE * OUT],
        expected[MATMUL_MOST_TILE * OUT];
};

static bool multiply_once(const struct matmul_backend *b, enum sedd_precision precision, struct matrices *m,
                          size_t tile, float *y)
{
    void *packed = b->pack(m->w, m->bias, OUT, IN, OUT, MATMUL_GELU_TANH, precision, tile);
    size_t own = matmul_prepared_row(b, IN, precision), spare = packed ? matmul_scratch_size(b, packed) : 0;
    char *memory = mem_alloc(tile * own + spare + 128);
    bool ok = packed && memory;
    if (ok) {
        char *prepared = memory + (64 - (uintptr_t)memory % 64), *scratch = prepared + tile * own;
        if (own) b->prepare(m->x, tile, IN, precision, prepared);
        b->multiply(packed, own ? (const void *)prepared : m->x, y, tile, scratch);
    }
    if (packed) b->pack_free(packed);
    mem_free(memory);
    return ok;
}

static bool agrees_at(const struct matmul_backend *b, enum sedd_precision precision, struct matrices *m,
                      bool few)
{
    static const double allowed =
        1e-3; /* relative to the largest; one 8-bit rounding in the other direction is 4e-4 */
    size_t tile = b->tile_rows(few);
    if (!multiply_once(b, precision, m, tile, m->y) ||
        !multiply_once(&matmul_plain, precision, m, tile, m->expected))
        return false;
    double off = 0, top = 0;
    for (size_t i = 0; i < tile * OUT; i++) {
        double distance = fabs((double)m->y[i] - (double)m->expected[i]);
        if (!isfinite(distance)) return false;
        if (distance > off) off = distance;
        if (fabs((double)m->expected[i]) > top) top = fabs((double)m->expected[i]);
    }
    return off <= allowed * top;
}

bool matmul_agrees(const struct matmul_backend *b, enum sedd_precision precision)
{
    struct matrices *m = mem_alloc(sizeof *m);
    struct rng rng = {.seed = 1};
    if (!m) return false;
    for (size_t i = 0; i < ARRAY_SIZE(m->w); i++) m->w[i] = (float)(0.2 * rng_normal(&rng));
    for (size_t i = 0; i < ARRAY_SIZE(m->bias); i++) m->bias[i] = (float)rng_normal(&rng);
    for (size_t i = 0; i < ARRAY_SIZE(m->x); i++) m->x[i] = (float)rng_normal(&rng);
    bool ok = agrees_at(b, precision, m, false) && agrees_at(b, precision, m, true);
    mem_free(m);
    return ok;
}
