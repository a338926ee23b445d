/* What products of float32 and of 16-bit integers share: aligned numbers, and the end of a row. */
#include "lacuna/sedd_kernels.h"
#include "matmul_native.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

bool native_block_alloc(struct native_block *block, size_t floats)
{
    block->memory = mem_alloc(floats * sizeof(float) + 64);
    block->data = (float *)(((uintptr_t)block->memory + 63) / 64 * 64);
    return block->memory != NULL;
}

SIMD_CLONES static void finish_row(float *restrict y, const float *restrict bias, size_t n,
                                   enum matmul_activation activation)
{
    if (bias && activation == MATMUL_GELU_TANH) {
#pragma omp simd
        for (size_t i = 0; i < n; i++) y[i] = simd_gelu(y[i] + bias[i]);
    } else if (bias) {
#pragma omp simd
        for (size_t i = 0; i < n; i++) y[i] += bias[i];
    } else if (activation == MATMUL_GELU_TANH) {
#pragma omp simd
        for (size_t i = 0; i < n; i++) y[i] = simd_gelu(y[i]);
    }
}

void native_finish(float *restrict y, const float *restrict bias, size_t n, enum matmul_activation activation)
{
    finish_row(y, bias, n, activation);
}
#endif
