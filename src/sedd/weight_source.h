/* Inside sedd/: where the entries of a layout lie in a file, whatever its publisher called them and however they
 * are stored.
 *
 * Two published layouts are time-free networks that differ from ours in their names alone, and are folded when
 * they are read (lacuna-model(5) says how for users):
 *   RADD (arXiv:2406.03736): norms have a weight w and a bias b, and nothing is modulated. LayerNorm(x)·w + b is
 *        our modulated norm with shift b and scale 0; every gate is 1.
 *   MDLM (arXiv:2406.07524): names begin with "backbone.", and the conditioning runs at σ = 0 whatever the input
 *        is: the modulation vectors are W c + b with one constant c = silu(sigma_map(0)).
 * The heads of both have one more row, the mask's, which is left out of the softmax: it is not read.
 *
 * A matrix of 8-bit integers is the tensor NAME (I8, rows × columns) and NAME.scale (F32, F16 or BF16, one number
 * for each row): w = scale · v. */
#ifndef LACUNA_SEDD_WEIGHT_SOURCE_H
#define LACUNA_SEDD_WEIGHT_SOURCE_H

#include "lacuna/base.h"
#include "lacuna/sedd.h"

#define WEIGHT_SCALE_SUFFIX ".scale"

struct weight_source;
/* Finds every entry and checks its shape. Both arguments must outlive it. NULL sets the error. */
struct weight_source *weight_source_new(const struct sedd_layout *layout, const struct sedd_tensors *file,
                                        struct error *error) MUST_USE;
void weight_source_free(struct weight_source *source);
/* Reads whole rows of one entry, as floats; a vector has rows of one number. STATUS_FORMAT when one of them is NaN
 * or infinite. May be called by several threads at once. */
enum status weight_source_read(const struct weight_source *source, size_t entry, size_t first, size_t rows,
                               float *out, struct error *error) MUST_USE;

/* Does the file hold a network of RADD's layout? For a config.json that does not say so. */
bool weight_source_is_radd(const struct sedd_tensors *file);

#endif
