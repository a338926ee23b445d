/* Internal to sedd/: the conditioning of the network. */
#ifndef LACUNA_SEDD_NET_H
#define LACUNA_SEDD_NET_H

#include "model.h"

/* The modulation vectors of a noise level, sedd_modulation_size floats; `scratch` takes condition_scratch
 * floats. */
size_t condition_scratch(const struct sedd_config *config);
void condition_vectors(const struct sedd_model *model, float sigma_bar, float *out, float *scratch);

/* For tests: the number of blocks started since the net was made; any thread may ask during an evaluation. */
uint64_t net_layers(const struct sedd_net *net);

#endif
