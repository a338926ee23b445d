/* Private to fill/: which tokens of a fill are masked together when fills are compared. */
#ifndef LACUNA_FILL_RESCORE_MASKS_H
#define LACUNA_FILL_RESCORE_MASKS_H

#include <stdbool.h>
#include <stdint.h>

/* Patterns 2p and 2p + 1 are complements of each other. */
enum { RESCORE_PAIRS = 2, RESCORE_PATTERNS = 2 * RESCORE_PAIRS };

/* How many of a fill's `count` ≥ 1 tokens the pattern masks: 0 if the pattern is left out. */
uint32_t rescore_masked(uint32_t pattern, uint32_t count);
/* Puts the indices of the tokens that it masks into indices[0, rescore_masked(…)), ascending; room for `count`. Fills of
 * the same length have the same masks, and those of others masks in about the same places: each eighth of a fill has its
 * own order of being masked. */
void rescore_mask(uint32_t pattern, uint32_t count, uint32_t *indices);

#endif
