/* Inside sedd/: conditioning vectors; products alone. */
#ifndef LACUNA_SEDD_NET_H
#define LACUNA_SEDD_NET_H

#include "model.h"

/* Floats of all modulation vectors: 6·D for each block, then the final layer's 2·D. */
size_t condition_size(const struct sedd_config *config);
size_t condition_scratch(const struct sedd_config *config);
void condition_vectors(const struct sedd_model *model, float sigma_bar, float *out, float *scratch);

/* For benchmarks: does the matrix products of one evaluation of `tokens` positions with `masked` wanted rows,
 * in their order, and nothing else. */
enum status net_products_alone(struct sedd_net *net, uint32_t tokens, uint32_t masked,
                               struct error *error) MUST_USE;

#endif
