/* Inside sedd/: a loaded model. Linear layers are packed in panels of outputs, all of about one size, so that
 * one tile of rows still gives work to several threads. Their matrices are nowhere else in memory. */
#ifndef LACUNA_SEDD_MODEL_H
#define LACUNA_SEDD_MODEL_H

#include "lacuna/matmul.h"

struct linear {
    size_t out, in, tile, panel; /* rows of a tile; outputs of a panel (the last may have fewer) */
    uint32_t panels;
    enum sedd_precision precision;
    size_t prepared_row; /* bytes of a row of activations in the back end's own type; 0: floats */
    void **packed;       /* of the back end */
};

struct model_block {
    struct linear qkv, attn_out, up, down;
};

struct sedd_model {
    struct sedd_config config;
    struct sedd_layout layout; /* of what is used as it is: layout_init_kept */
    float *weights;            /* in that layout */
    enum sedd_precision precision;
    const struct matmul_backend *backend;
    struct model_block *blocks;
    struct linear head;
    size_t scratch_size; /* the most that any multiply needs */
    size_t prepared_row; /* the largest of any layer */
};

/* A layout of the embedding, the vectors and the conditioning alone: the matrices that are packed have their
 * entries, with offset SIZE_MAX. */
enum status layout_init_kept(struct sedd_layout *layout, const struct sedd_config *config,
                             struct error *error) MUST_USE;

#endif
