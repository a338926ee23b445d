/* The two inner products of attention for one instruction set: LANES floats per register, STRIP registers
 * side by side for each of QUERIES rows, so that all sums of a block stay in registers (AVX-512 has 32 of
 * them, AVX2 and SSE2 have 16). The including file sets NAME, TARGET, LANES and STRIP. There is no include
 * guard, since it is included once per set. */

static_assert(PADDING % (LANES * STRIP) == 0, "what is padded is whole blocks");

typedef float NAME(vector) __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

/* scores (QUERIES, padded) = queries (QUERIES, wide) · keys (head_width, padded) */
TARGET static void NAME(score_block)(const float *restrict queries, size_t wide, const float *restrict keys,
                                     size_t padded, size_t head_width, float *restrict scores)
{
    for (size_t j = 0; j < padded; j += LANES * STRIP) {
        NAME(vector) sum[QUERIES][STRIP] = {{{0}}};
        for (size_t c = 0; c < head_width; c++) {
            const NAME(vector) *k = (const NAME(vector) *)(const void *)(keys + c * padded + j);
            for (int r = 0; r < QUERIES; r++)
                for (int s = 0; s < STRIP; s++) sum[r][s] += queries[(size_t)r * wide + c] * k[s];
        }
        for (int r = 0; r < QUERIES; r++)
            __builtin_memcpy(scores + (size_t)r * padded + j, sum[r], sizeof sum[r]);
    }
}

/* mixed (QUERIES, wide) = p (QUERIES, length) · values (length, wide) */
TARGET static void NAME(value_block)(const float *restrict p, size_t padded, const float *restrict values,
                                     size_t wide, size_t length, float *restrict mixed)
{
    for (size_t c = 0; c < wide; c += LANES * STRIP) {
        NAME(vector) sum[QUERIES][STRIP] = {{{0}}};
        for (size_t j = 0; j < length; j++) {
            const NAME(vector) *v = (const NAME(vector) *)(const void *)(values + j * wide + c);
            for (int r = 0; r < QUERIES; r++)
                for (int s = 0; s < STRIP; s++) sum[r][s] += p[(size_t)r * padded + j] * v[s];
        }
        for (int r = 0; r < QUERIES; r++)
            __builtin_memcpy(mixed + (size_t)r * wide + c, sum[r], sizeof sum[r]);
    }
}

#undef NAME
#undef TARGET
#undef LANES
#undef STRIP
