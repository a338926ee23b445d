/* Shared by matmul_native.c, matmul_int16.c, matmul_int8.c, and below all of them matmul_native_row.c. */
#ifndef LACUNA_SEDD_MATMUL_NATIVE_H
#define LACUNA_SEDD_MATMUL_NATIVE_H

#include "lacuna/matmul.h"

enum {
    NATIVE_ROWS = 6,
    NATIVE_LANES = 8, /* 32-bit numbers per register */
    NATIVE_STRIP = 2 * NATIVE_LANES
};

/* A block from mem_alloc that starts on a cache line. */
struct native_block {
    void *memory;
    float *data;
};
bool native_block_alloc(struct native_block *block, size_t floats);

/* Adds the bias (NULL: none) to a row of results and applies the activation. */
void native_finish(float *restrict y, const float *restrict bias, size_t n,
                   enum matmul_activation activation);

/* matmul_backend's functions of these names, for SEDD_PRECISION_INT16. */
void *native_pack_int16(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                        enum matmul_activation activation);
void native_free_int16(void *packed);
void native_multiply_int16(const void *packed, const void *x, float *y, size_t rows);

/* The same for SEDD_PRECISION_INT8, on CPUs that have AVX-VNNI. */
bool native_supports_int8(void);
size_t native_prepared_row_int8(size_t in);
void native_prepare_int8(const float *x, size_t rows, size_t in, void *prepared);
void *native_pack_int8(const float *w, const float *bias, size_t out, size_t in, size_t y_row,
                       enum matmul_activation activation);
void native_free_int8(void *packed);
size_t native_scratch_int8(const void *packed);
void native_multiply_int8(const void *packed, const void *x, float *y, size_t rows, void *scratch);

#endif
