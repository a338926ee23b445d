/* Internal to sedd/: attention of one head of one sequence, float32. */
#ifndef LACUNA_SEDD_ATTENTION_H
#define LACUNA_SEDD_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Floats of scratch that attention_head needs. */
size_t attention_scratch(size_t length, size_t head_width);
/* qkv: rows of 3·width floats, with q, k, v of this head at columns 0, width, 2·width from the pointer.
 * cosine and sine: (length, head_width / 2). Writes the mixed values of query rows[0..count) (all if NULL) to
 * out + i·out_row, with i counting the queries. Causal: a query sees the keys up to its own position. normalised:
 * queries and keys are scaled to a root mean square of 1 first (sedd_head_factor). */
void attention_head(const float *qkv, size_t width, size_t length, size_t head_width, const float *cosine,
                    const float *sine, const uint32_t *rows, size_t count, bool causal, bool normalised,
                    float *out, size_t out_row, float *scratch);

#endif
