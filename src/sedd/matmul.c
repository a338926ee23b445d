/* The plain back end, and finding the others. */
#define _GNU_SOURCE
#include "matmul.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- plain C -------------------------------------------------------------------------------------- */

struct plain_packed {
    const float *w, *bias;
    size_t out, in, y_row;
    enum matmul_activation activation;
};

static bool plain_supports(enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_F32;
}

static void *plain_pack(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                        enum matmul_activation activation, enum sedd_precision precision)
{
    (void)precision;
    struct plain_packed *packed = mem_alloc(sizeof *packed);
    if (packed) *packed = (struct plain_packed){w, bias, out, in, y_row, activation};
    return packed;
}

static size_t plain_scratch_size(const void *packed)
{
    (void)packed;
    return 0;
}

/* Sixteen partial sums let the compiler vectorise without changing what is computed between builds. */
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

static void plain_multiply(const void *opaque, const float *x, float *y, void *scratch)
{
    const struct plain_packed *p = opaque;
    (void)scratch;
    for (size_t r = 0; r < MATMUL_TILE_ROWS; r++)
        for (size_t o = 0; o < p->out; o++) {
            float v = dot(x + r * p->in, p->w + o * p->in, p->in) + (p->bias ? p->bias[o] : 0);
            if (p->activation == MATMUL_GELU_TANH)
                v = 0.5f * v * (1 + tanhf(0.7978845608028654f * (v + 0.044715f * v * v * v)));
            y[r * p->y_row + o] = v;
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
    .pack = plain_pack,
    .pack_free = mem_free,
    .scratch_size = plain_scratch_size,
    .multiply = plain_multiply,
    .plan = plain_plan,
    .plan_free = mem_free,
    .run = plain_run,
};

/* ---- the others ----------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const struct matmul_backend *open_plugin(const char *file)
{
    char *path = path_find_plugin(file);
    /* The handle stays open for the life of the process: libraries with threads of their own cannot be
     * unloaded safely. */
    void *handle = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    mem_free(path);
    const struct matmul_backend *backend = handle ? dlsym(handle, "lacuna_matmul_backend") : NULL;
    return backend && backend->abi == MATMUL_ABI ? backend : NULL;
}

static const struct matmul_backend *onednn(void)
{
    static const struct matmul_backend *found;
    static bool tried;
    if (!tried) found = open_plugin("matmul_onednn.so");
    tried = true;
    return found;
}

static const struct matmul_backend *openblas(void)
{
    static const struct matmul_backend *found;
    static bool tried;
    if (!tried) found = open_plugin("matmul_openblas.so");
    tried = true;
    return found;
}

static const struct matmul_backend *choose(enum sedd_precision *precision, struct error *error)
{
    const char *wish = getenv("LACUNA_BACKEND");
    const struct matmul_backend *backend = NULL;
    if (wish && *wish) {
        backend = strcmp(wish, "plain") == 0      ? &matmul_plain
                  : strcmp(wish, "openblas") == 0 ? openblas()
                  : strcmp(wish, "onednn") == 0   ? onednn()
                                                  : NULL;
        if (!backend)
            return error_set(error, STATUS_UNSUPPORTED, "LACUNA_BACKEND=%s: no such back end", wish), NULL;
        if (*precision == SEDD_PRECISION_AUTO)
            *precision = backend->supports(SEDD_PRECISION_BF16) ? SEDD_PRECISION_BF16 : SEDD_PRECISION_F32;
    } else if (*precision == SEDD_PRECISION_F32) {
        backend = openblas() ? openblas() : onednn() ? onednn() : &matmul_plain;
    } else {
        backend = onednn();
        if (*precision == SEDD_PRECISION_AUTO) {
            bool native = backend && backend->supports(SEDD_PRECISION_BF16);
            *precision = native ? SEDD_PRECISION_BF16 : SEDD_PRECISION_F32;
            if (!native) backend = openblas() ? openblas() : &matmul_plain;
        }
    }
    if (backend && backend->supports(*precision)) return backend;
    error_set(error, STATUS_UNSUPPORTED, "this build or this CPU has no back end for precision %s",
              *precision == SEDD_PRECISION_BF16   ? "bf16"
              : *precision == SEDD_PRECISION_INT8 ? "int8"
                                                  : "f32");
    return NULL;
}

const struct matmul_backend *matmul_backend(enum sedd_precision *precision, struct error *error)
{
    pthread_mutex_lock(&lock);
    const struct matmul_backend *backend = choose(precision, error);
    pthread_mutex_unlock(&lock);
    return backend;
}
