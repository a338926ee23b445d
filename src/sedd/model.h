/* Internal to sedd/: a loaded model. Linear layers are packed in panels of outputs of about equal size, so
 * that a single tile of rows still gives work to several threads. The matrices exist only in packed form. */
#ifndef LACUNA_SEDD_MODEL_H
#define LACUNA_SEDD_MODEL_H

#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"

struct linear {
    size_t out, in, tile, panel; /* rows of a tile; outputs of a panel (the last may have fewer) */
    uint32_t panels;
    enum sedd_precision precision;
    size_t prepared_row; /* bytes per row of activations in the back end's own type; 0: floats */
    void **packed;       /* of the back end */
};

struct model_block {
    struct linear qkv, attn_out, up, down;
};

struct sedd_model {
    struct sedd_config config;
    struct sedd_layout layout; /* of the weights that are not packed: layout_init_kept */
    float *weights;            /* in that layout */
    enum sedd_precision precision;
    const struct matmul_backend *backend;
    struct model_block *blocks;
    struct linear head;
    size_t scratch_size; /* the most that any multiply needs */
    size_t prepared_row; /* the largest of any layer */
};

/* A layout of only the embedding, the vectors and the conditioning. The packed matrices have entries with
 * offset SIZE_MAX. */
enum status layout_init_kept(struct sedd_layout *layout, const struct sedd_config *config,
                             struct error *error) MUST_USE;

#endif
