/* Philox 4x64-10 and the stream based on it. */
#include "lacuna/base.h"

#include <math.h>

__extension__ typedef unsigned __int128 u128;

void rng_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
    /* Multipliers and Weyl increments as published. */
    const uint64_t m0 = 0xD2E7470EE14C6C93u, m1 = 0xCA5A826395121157u;
    const uint64_t w0 = 0x9E3779B97F4A7C15u, w1 = 0xBB67AE8584CAA73Bu;
    uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint64_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        u128 p0 = (u128)m0 * c0, p1 = (u128)m1 * c2;
        uint64_t n0 = (uint64_t)(p1 >> 64) ^ c1 ^ k0, n2 = (uint64_t)(p0 >> 64) ^ c3 ^ k1;
        c1 = (uint64_t)p1;
        c3 = (uint64_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += w0;
        k1 += w1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

uint64_t rng_next(struct rng *rng)
{
    /* One Philox block gives four numbers. Recomputing it for each number keeps the state to one integer. */
    uint64_t counter[4] = {rng->position / 4, 0, 0,
                           0x73747265616D0000u /* separates these from sampling draws */};
    uint64_t key[2] = {rng->seed, rng->stream}, out[4];
    rng_philox(counter, key, out);
    return out[rng->position++ % 4];
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    /* Lemire's rejection on the high half of a product: exact, and almost always one draw. */
    u128 product = (u128)rng_next(rng) * bound;
    if ((uint64_t)product < bound) {
        uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold) product = (u128)rng_next(rng) * bound;
    }
    return (uint64_t)(product >> 64);
}

double rng_to_unit(uint64_t bits)
{
    return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

double rng_uniform(struct rng *rng)
{
    return rng_to_unit(rng_next(rng));
}

double rng_normal(struct rng *rng)
{
    double radius = sqrt(-2.0 * log(rng_uniform(rng)));
    return radius * cos(6.283185307179586476925 * rng_uniform(rng));
}

uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
    const unsigned char *p = bytes;
    uint64_t h = 0xCBF29CE484222325u ^ (seed * 0x9E3779B97F4A7C15u);
    for (size_t i = 0; i < size; i++) h = (h ^ p[i]) * 0x100000001B3u;
    h ^= h >> 30;
    h *= 0xBF58476D1CE4E5B9u;
    h ^= h >> 27;
    h *= 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}
