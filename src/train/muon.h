/* Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): the momentum of a hidden matrix is replaced
 * by the nearest orthogonal matrix, found with five Newton–Schulz steps, so that every direction of the
 * matrix learns at the same rate. Updates are scaled to AdamW's size (Liu et al., arXiv:2502.16982), so one
 * learning rate serves both. */
#ifndef LACUNA_TRAIN_MUON_H
#define LACUNA_TRAIN_MUON_H

#include "lacuna/base.h"
#include "lacuna/train.h"

/* A matrix of the network, (rows, columns) at `offset` of the flat arrays. */
struct muon_matrix {
    size_t offset, rows, columns;
};
struct muon;
/* Every hidden matrix of the layout: q, k and v of a block count as three. The products use `backend`'s
 * float32 form. */
struct muon *muon_new(const struct sedd_layout *layout, const struct sedd_config *config, int threads,
                      struct error *error) MUST_USE;
void muon_free(struct muon *muon);
size_t muon_count(const struct muon *muon);
const struct muon_matrix *muon_matrix_at(const struct muon *muon, size_t index);
/* Replaces x (rows, columns of matrix `index`) by its orthogonal factor: the singular values become about 0.7
 * to 1.2. Zero stays zero. `worker` in [0, threads) picks the scratch memory. */
void muon_orthogonalise(struct muon *muon, size_t index, int worker, float *x);

#endif
