/* Loading a model folder and packing its matrices for the back end. */
#include "model.h"

#include <math.h>
#include <string.h>

static bool pack_linear(struct sedd_model *m, struct linear *linear, size_t weight, size_t bias, size_t out,
                        size_t in, bool few, enum matmul_activation activation)
{
    /* The head decides between words, and its rounding is never averaged out: int8 stops before it. */
    enum sedd_precision head =
        m->backend->supports(SEDD_PRECISION_BF16) ? SEDD_PRECISION_BF16 : SEDD_PRECISION_F32;
    enum sedd_precision precision = few && m->precision == SEDD_PRECISION_INT8 ? head : m->precision;
    enum { STEP = 64 };
    size_t tile = m->backend->tile_rows(few);
    size_t most = m->backend->panel, count = (out + most - 1) / most,
           panel = ((out + count - 1) / count + STEP - 1) / STEP * STEP;
    *linear = (struct linear){.out = out, .in = in, .tile = tile, .panel = panel, .precision = precision};
    linear->prepared_row = m->backend->prepared_row(in, precision);
    if (linear->prepared_row > m->prepared_row) m->prepared_row = linear->prepared_row;
    linear->panels = (uint32_t)((out + panel - 1) / panel);
    linear->packed = mem_zalloc_array(linear->panels, sizeof *linear->packed);
    if (!linear->packed) return false;
    for (uint32_t i = 0; i < linear->panels; i++) {
        size_t from = (size_t)i * panel, some = out - from < panel ? out - from : panel;
        const float *b = bias == SIZE_MAX ? NULL : m->weights + bias + from;
        linear->packed[i] =
            m->backend->pack(m->weights + weight + from * in, b, some, in, out, activation, precision, tile);
        if (!linear->packed[i]) return false;
        size_t scratch = m->backend->scratch_size(linear->packed[i]);
        if (scratch > m->scratch_size) m->scratch_size = scratch;
    }
    return true;
}

static void free_linear(const struct sedd_model *m, struct linear *linear)
{
    for (uint32_t i = 0; linear->packed && i < linear->panels; i++)
        if (linear->packed[i]) m->backend->pack_free(linear->packed[i]);
    mem_free(linear->packed);
}

static bool pack_all(struct sedd_model *m)
{
    size_t d = m->config.hidden_size;
    m->blocks = mem_zalloc_array(m->config.n_blocks, sizeof *m->blocks);
    if (!m->blocks) return false;
    for (uint32_t i = 0; i < m->config.n_blocks; i++) {
        const struct sedd_layout_block *at = &m->layout.blocks[i];
        struct model_block *b = &m->blocks[i];
        if (!pack_linear(m, &b->qkv, at->qkv, SIZE_MAX, 3 * d, d, false, MATMUL_LINEAR) ||
            !pack_linear(m, &b->attn_out, at->attn_out, SIZE_MAX, d, d, false, MATMUL_LINEAR) ||
            !pack_linear(m, &b->up, at->mlp_up, at->mlp_up_bias, 4 * d, d, false, MATMUL_GELU_TANH) ||
            !pack_linear(m, &b->down, at->mlp_down, at->mlp_down_bias, d, 4 * d, false, MATMUL_LINEAR))
            return false;
    }
    /* few rows are wanted of the head, and its matrix is the largest */
    return pack_linear(m, &m->head, m->layout.head, m->layout.head_bias, sedd_head_columns(&m->config), d,
                       true, MATMUL_LINEAR);
}

/* A model of this config with an empty weight array. */
static struct sedd_model *prepare(const struct sedd_config *config, enum sedd_precision precision,
                                  struct error *error)
{
    struct sedd_model *m = mem_zalloc(sizeof *m);
    if (!m) {
        error_set(error, STATUS_NO_MEMORY, "no memory for a model");
        return NULL;
    }
    m->config = *config;
    m->precision = precision;
    m->backend = matmul_backend(&m->precision, error);
    if (m->backend && !sedd_layout_init(&m->layout, config, error)) {
        m->weights = mem_big_alloc(m->layout.size * sizeof(float));
        if (m->weights) return m;
        error_set(error, STATUS_NO_MEMORY, "no memory for %zu weights", m->layout.size);
    }
    sedd_model_free(m);
    return NULL;
}

static struct sedd_model *finish(struct sedd_model *m, struct error *error)
{
    if (pack_all(m)) return m;
    error_set(error, STATUS_NO_MEMORY, "back end %s cannot pack the weights", m->backend->name);
    sedd_model_free(m);
    return NULL;
}

struct sedd_model *sedd_model_load(const char *folder, enum sedd_precision precision, struct error *error)
{
    struct sedd_config config;
    if (sedd_config_load(folder, &config, error)) return NULL;
    char *path = path_join(folder, "model.safetensors");
    struct sedd_tensors *file = path ? sedd_tensors_open(path, error) : NULL;
    struct sedd_model *m = file ? prepare(&config, precision, error) : NULL;
    bool ok = m && !sedd_weights_read(&m->layout, file, m->weights, error);
    if (m && !ok) error_prefix(error, "%s", path);
    sedd_tensors_close(file);
    mem_free(path);
    if (ok) return finish(m, error);
    sedd_model_free(m);
    return NULL;
}

struct sedd_model *sedd_model_from_weights(const struct sedd_config *config, const float *weights,
                                           enum sedd_precision precision, struct error *error)
{
    struct sedd_model *m = prepare(config, precision, error);
    if (!m) return NULL;
    memcpy(m->weights, weights, m->layout.size * sizeof(float));
    return finish(m, error);
}

struct sedd_model *sedd_model_random(const struct sedd_config *config, enum sedd_precision precision,
                                     uint64_t seed, struct error *error)
{
    struct sedd_model *m = prepare(config, precision, error);
    if (!m) return NULL;
    struct rng rng = {.seed = seed, .stream = 0x72616E646F6Du};
    for (size_t i = 0; i < m->layout.count; i++) {
        const struct sedd_layout_entry *e = &m->layout.entries[i];
        float *w = m->weights + e->offset;
        size_t n = e->rows * (e->columns ? e->columns : 1);
        double scale = e->columns ? 1 / sqrt((double)e->columns) : 0.02,
               shift = strstr(e->name, "norm") ? 1 : 0;
        for (size_t j = 0; j < n; j++) w[j] = (float)(shift + scale * (2 * rng_uniform(&rng) - 1));
    }
    return finish(m, error);
}

void sedd_model_free(struct sedd_model *m)
{
    if (!m) return;
    for (uint32_t i = 0; m->blocks && i < m->config.n_blocks; i++) {
        free_linear(m, &m->blocks[i].qkv);
        free_linear(m, &m->blocks[i].attn_out);
        free_linear(m, &m->blocks[i].up);
        free_linear(m, &m->blocks[i].down);
    }
    free_linear(m, &m->head);
    mem_free(m->blocks);
    mem_big_free(m->weights, m->layout.size * sizeof(float));
    sedd_layout_free(&m->layout);
    mem_free(m);
}

const struct sedd_config *sedd_model_config(const struct sedd_model *model)
{
    return &model->config;
}

const char *sedd_model_backend(const struct sedd_model *model)
{
    return model->backend->name;
}

const char *sedd_model_precision(const struct sedd_model *model)
{
    return model->precision == SEDD_PRECISION_BF16   ? "bf16"
           : model->precision == SEDD_PRECISION_INT8 ? "int8"
                                                     : "f32";
}

uint64_t sedd_model_weights(const struct sedd_model *model)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->layout.count; i++)
        count += model->layout.entries[i].rows *
                 (model->layout.entries[i].columns ? model->layout.entries[i].columns : 1);
    return count;
}
