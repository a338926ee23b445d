/* Internal to sedd/: a row of weights as 8-bit integers, for files. */
#ifndef LACUNA_SEDD_WEIGHT_INTEGERS_H
#define LACUNA_SEDD_WEIGHT_INTEGERS_H

#include "lacuna/base.h"

/* Fills v (n) with integers in [−127, 127] and returns a scale > 0 such that Σ (w − scale · v)² is the least that a
 * search finds: from the scale at which the largest weight is 127 downwards, where the largest are cut off and all
 * others are finer. What was read from such a file gets the same integers again. */
float weight_integers(const float *w, size_t n, int8_t *v);

#endif
