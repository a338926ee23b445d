/* Which tokens of a fill are masked together when fills are compared. */
#include "rescore_masks.h"
#include "lacuna/base.h"

/* Of n tokens, pair p masks the share ½ + (p + ½)/(4·PAIRS), and then the others: all shares between ¼ and ¾. Where more
 * is masked the tokens hardly know of each other, and with pairs up to the share 1 the order came out worse. */
uint32_t rescore_masked(uint32_t pattern, uint32_t count)
{
    uint64_t n = count, pair = pattern / 2;
    uint64_t larger = (n * (4 * RESCORE_PAIRS + 2 * pair + 1) + 4 * RESCORE_PAIRS) / (8 * RESCORE_PAIRS);
    if (n == 1) return pattern == 0;
    return (uint32_t)(pattern % 2 ? n - larger : larger);
}

/* A random number of a token's place, the same for all fills: of its eighth, and of the place inside that. */
static uint64_t rank_of(uint32_t pair, uint32_t index, uint32_t count)
{
    enum { PARTS = 8 };
    uint64_t part = (uint64_t)index * PARTS / count, first = (part * count + PARTS - 1) / PARTS;
    uint64_t place[3] = {pair, part, index - first};
    return hash_bytes(place, sizeof place, 0);
}

void rescore_mask(uint32_t pattern, uint32_t count, uint32_t *indices)
{
    uint32_t larger = rescore_masked(pattern - pattern % 2, count), n = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t own = rank_of(pattern / 2, i, count);
        uint32_t before = 0;
        for (uint32_t j = 0; j < count; j++) {
            uint64_t other = rank_of(pattern / 2, j, count);
            before += other < own || (other == own && j < i);
        }
        if ((before < larger) == (pattern % 2 == 0)) indices[n++] = i;
    }
}
