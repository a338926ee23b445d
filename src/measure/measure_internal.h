/* Inside measure/ only. */
#ifndef LACUNA_MEASURE_INTERNAL_H
#define LACUNA_MEASURE_INTERNAL_H

#include "lacuna/measure.h"

size_t count_words(const char *bytes, size_t size);
/* −ln q(target) of one row of the head, specials banned and q renormalised. */
double row_nats(const struct sedd_config *config, const float *f, uint32_t target, bool ban_separator);
/* Brings k of `count` positions, uniformly chosen, to the front, ascending. */
void hide_positions(struct rng *rng, uint32_t *positions, uint32_t count, uint32_t k);
/* A mask count in [1, n] from the draw-th of `draws` equal parts. */
uint32_t stratified_count(struct rng *rng, uint32_t draw, uint32_t draws, uint32_t n);

#endif
