/* Chooses a back end. */
#define _GNU_SOURCE
#include "lacuna/matmul.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const struct matmul_backend *open_plugin(const char *file)
{
    char *path = path_find_plugin(file);
    /* The handle stays open for the life of the process: libraries with their own threads cannot be unloaded
     * safely. */
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

/* With AVX-512: oneDNN, whose kernels are written for it. With AVX2: our own, which is 1.5 times as fast as
 * oneDNN on a few hundred rows and needs no loading. */
static const struct matmul_backend *float32(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && onednn()) return onednn();
#endif
    if (matmul_native()) return matmul_native();
    return openblas() ? openblas() : onednn() ? onednn() : &matmul_plain;
}

static bool can(const struct matmul_backend *backend, enum sedd_precision precision)
{
    return backend && backend->supports(precision);
}

/* For integer precisions: plain C would work, but a hundred times slower than float32. 8 bits by oneDNN with
 * AVX-512, by our own kernel with AVX-VNNI. */
static const struct matmul_backend *integers(enum sedd_precision precision)
{
    if (precision == SEDD_PRECISION_INT8 && can(onednn(), precision)) return onednn();
    return can(matmul_native(), precision) ? matmul_native() : NULL;
}

static bool has_bf16(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

static const struct matmul_backend *choose_backend(enum sedd_precision *precision, struct error *error)
{
    const char *forced = getenv("LACUNA_BACKEND");
    const struct matmul_backend *backend = NULL;
    if (forced && *forced) {
        backend = strcmp(forced, "plain") == 0      ? &matmul_plain
                  : strcmp(forced, "native") == 0   ? matmul_native()
                  : strcmp(forced, "openblas") == 0 ? openblas()
                  : strcmp(forced, "onednn") == 0   ? onednn()
                                                    : NULL;
        if (!backend)
            return error_set(error, STATUS_UNSUPPORTED, "LACUNA_BACKEND=%s: no such back end", forced), NULL;
        if (*precision == SEDD_PRECISION_AUTO)
            *precision = backend == onednn() && has_bf16() ? SEDD_PRECISION_BF16 : SEDD_PRECISION_F32;
    } else if (*precision == SEDD_PRECISION_F32) {
        backend = float32();
    } else if (*precision == SEDD_PRECISION_INT8 || *precision == SEDD_PRECISION_INT16) {
        backend = integers(*precision);
    } else {
        backend = onednn();
        if (*precision == SEDD_PRECISION_AUTO) {
            bool native = backend && has_bf16();
            *precision = native ? SEDD_PRECISION_BF16 : SEDD_PRECISION_F32;
            if (!native) backend = float32();
        }
    }
    if (backend && backend->supports(*precision)) return backend;
    error_set(error, STATUS_UNSUPPORTED, "this build or this CPU has no back end for precision %s",
              sedd_precision_name(*precision));
    return NULL;
}

/* matmul_agrees, cached. */
static bool is_right(const struct matmul_backend *backend, enum sedd_precision precision)
{
    enum { MOST_CHECKED = 4 * SEDD_PRECISIONS };
    static struct {
        const struct matmul_backend *backend;
        enum sedd_precision precision;
        bool right;
    } known[MOST_CHECKED];
    static size_t count;
    if (backend == &matmul_plain) return true;
    for (size_t i = 0; i < count; i++)
        if (known[i].backend == backend && known[i].precision == precision) return known[i].right;
    bool right = matmul_agrees(backend, precision);
    if (count < MOST_CHECKED) {
        known[count].backend = backend;
        known[count].precision = precision;
        known[count++].right = right;
    }
    return right;
}

static const struct matmul_backend *choose_right(enum sedd_precision *precision, struct error *error)
{
    bool chooses = *precision == SEDD_PRECISION_AUTO;
    const struct matmul_backend *backend = choose_backend(precision, error);
    if (!backend || is_right(backend, *precision)) return backend;
    if (chooses && *precision != SEDD_PRECISION_F32) {
        *precision = SEDD_PRECISION_F32;
        return choose_right(precision, error);
    }
    error_set(error, STATUS_UNSUPPORTED, "the back end %s computes wrong %s products on this CPU",
              backend->name, sedd_precision_name(*precision));
    return NULL;
}

const struct matmul_backend *matmul_backend(enum sedd_precision *precision, struct error *error)
{
    pthread_mutex_lock(&lock);
    const struct matmul_backend *backend = choose_right(precision, error);
    pthread_mutex_unlock(&lock);
    return backend;
}

const struct matmul_backend *matmul_backend_to_fill(enum sedd_precision *precision, struct error *error)
{
    bool chooses = *precision == SEDD_PRECISION_AUTO;
    const struct matmul_backend *backend = matmul_backend(precision, error);
    if (!chooses || !backend || *precision != SEDD_PRECISION_F32 || backend != matmul_native())
        return backend;
    pthread_mutex_lock(&lock);
    if (backend->supports(SEDD_PRECISION_INT8) && is_right(backend, SEDD_PRECISION_INT8))
        *precision = SEDD_PRECISION_INT8;
    else if (is_right(backend, SEDD_PRECISION_INT16))
        *precision = SEDD_PRECISION_INT16;
    pthread_mutex_unlock(&lock);
    return backend;
}
