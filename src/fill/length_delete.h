/* Internal to fill/: the length of a blank from a model that was trained to predict it. */
#ifndef LACUNA_FILL_LENGTH_DELETE_H
#define LACUNA_FILL_LENGTH_DELETE_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

/* below[n], n in [min, max]: the probability that at most n tokens belong in the blank, if between min and max do;
 * (max + 1) numbers. Read off one evaluation of the blank at `max`, all masked. STATUS_LIMIT: `max` does not fit. */
enum status fill_length_distribution(const struct fill_site *site, uint32_t *lengths, uint32_t blank,
                                     uint32_t min, uint32_t max, double *below, uint64_t *evaluations,
                                     const atomic_bool *cancel, struct error *error) MUST_USE;
/* lengths[blank] in [min, max] becomes the `quantile` of the length's distribution, read off one evaluation
 * of the blank at `max`, all masked. For models that were trained for it (config->sizes_blanks). */
enum status fill_length_by_delete(const struct fill_site *site, uint32_t *lengths, uint32_t blank,
                                  uint32_t min, uint32_t max, double quantile, uint64_t *evaluations,
                                  const atomic_bool *cancel, struct error *error) MUST_USE;

#endif
