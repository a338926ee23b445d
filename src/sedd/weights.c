/* The offset of every weight of a network in one flat array, and reading and writing that array. */
#include "distribution.h"
#include "lacuna/sedd_kernels.h"
#include "model.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Appends an entry; columns 0 makes a vector. */
static size_t place(struct sedd_layout *layout, size_t rows, size_t columns, const char *format, ...)
    PRINTF_LIKE(4, 5);

static size_t place(struct sedd_layout *layout, size_t rows, size_t columns, const char *format, ...)
{
    struct sedd_layout_entry *entry = &layout->entries[layout->count++];
    *entry = (struct sedd_layout_entry){.offset = layout->size, .rows = rows, .columns = columns};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(entry->name, sizeof entry->name, format, arguments);
    va_end(arguments);
    size_t elements = rows * (columns ? columns : 1);
    layout->size += (elements + 15) / 16 * 16; /* every tensor begins on a cache line */
    INVARIANT(entry->offset % 16 == 0);
    return entry->offset;
}

/* Frees the space of the last entry: a matrix that is stored elsewhere, packed. */
static size_t place_elsewhere(struct sedd_layout *layout, bool apart, size_t offset)
{
    if (!apart) return offset;
    layout->size = offset;
    return layout->entries[layout->count - 1].offset = SIZE_MAX;
}

static void place_block(struct sedd_layout *layout, const struct sedd_config *c, bool apart, uint32_t i)
{
    struct sedd_layout_block *b = &layout->blocks[i];
    size_t d = c->hidden_size;
    b->norm1 = place(layout, d, 0, "blocks.%u.norm1.weight", i);
    b->qkv = place_elsewhere(layout, apart, place(layout, 3 * d, d, "blocks.%u.attn_qkv.weight", i));
    b->attn_out = place_elsewhere(layout, apart, place(layout, d, d, "blocks.%u.attn_out.weight", i));
    b->norm2 = place(layout, d, 0, "blocks.%u.norm2.weight", i);
    b->mlp_up = place_elsewhere(layout, apart, place(layout, 4 * d, d, "blocks.%u.mlp.0.weight", i));
    b->mlp_up_bias = place(layout, 4 * d, 0, "blocks.%u.mlp.0.bias", i);
    b->mlp_down = place_elsewhere(layout, apart, place(layout, d, 4 * d, "blocks.%u.mlp.2.weight", i));
    b->mlp_down_bias = place(layout, d, 0, "blocks.%u.mlp.2.bias", i);
    b->modulation = SIZE_MAX;
    if (c->parametrisation == SEDD_SCORE)
        b->modulation =
            place(layout, SEDD_MODULATIONS * d, c->cond_dim, "blocks.%u.adaLN_modulation.weight", i);
    b->modulation_bias = place(layout, SEDD_MODULATIONS * d, 0, "blocks.%u.adaLN_modulation.bias", i);
}

static enum status init_layout(struct sedd_layout *layout, const struct sedd_config *c, bool apart,
                               struct error *error)
{
    *layout = (struct sedd_layout){0};
    layout->blocks = mem_zalloc_array(c->n_blocks, sizeof *layout->blocks);
    layout->entries = mem_zalloc_array(16 + (size_t)c->n_blocks * 12, sizeof *layout->entries);
    if (!layout->blocks || !layout->entries) {
        sedd_layout_free(layout);
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the network's layout");
    }
    size_t d = c->hidden_size, h = sedd_head_columns(c);
    layout->embedding = place(layout, sedd_states(c), d, "vocab_embed.embedding");
    layout->sigma0 = layout->sigma0_bias = layout->sigma2 = layout->sigma2_bias = SIZE_MAX;
    layout->final_modulation = SIZE_MAX;
    if (c->parametrisation == SEDD_SCORE) {
        layout->sigma0 = place(layout, c->cond_dim, SEDD_NOISE_FEATURES, "sigma_map.mlp.0.weight");
        layout->sigma0_bias = place(layout, c->cond_dim, 0, "sigma_map.mlp.0.bias");
        layout->sigma2 = place(layout, c->cond_dim, c->cond_dim, "sigma_map.mlp.2.weight");
        layout->sigma2_bias = place(layout, c->cond_dim, 0, "sigma_map.mlp.2.bias");
    }
    for (uint32_t i = 0; i < c->n_blocks; i++) place_block(layout, c, apart, i);
    layout->norm_final = place(layout, d, 0, "output_layer.norm_final.weight");
    layout->head = c->tie_embeddings
                       ? layout->embedding
                       : place_elsewhere(layout, apart, place(layout, h, d, "output_layer.linear.weight"));
    layout->head_bias = place(layout, h, 0, "output_layer.linear.bias");
    if (c->parametrisation == SEDD_SCORE)
        layout->final_modulation =
            place(layout, SEDD_FINAL_MODULATIONS * d, c->cond_dim, "output_layer.adaLN_modulation.weight");
    layout->final_modulation_bias =
        place(layout, SEDD_FINAL_MODULATIONS * d, 0, "output_layer.adaLN_modulation.bias");
    return STATUS_OK;
}

enum status sedd_layout_init(struct sedd_layout *layout, const struct sedd_config *c, struct error *error)
{
    return init_layout(layout, c, false, error);
}

enum status layout_init_kept(struct sedd_layout *layout, const struct sedd_config *c, struct error *error)
{
    return init_layout(layout, c, true, error);
}

void sedd_layout_free(struct sedd_layout *layout)
{
    mem_free(layout->blocks);
    mem_free(layout->entries);
    *layout = (struct sedd_layout){0};
}

const struct sedd_tensor *layout_tensor(const struct sedd_layout_entry *entry,
                                        const struct sedd_tensors *file, struct error *error)
{
    const struct sedd_tensor *tensor = sedd_tensors_find(file, entry->name);
    bool vector = entry->columns == 0;
    if (!tensor) {
        error_set(error, STATUS_FORMAT, "tensor %s is missing", entry->name);
        return NULL;
    }
    if (tensor->dims == (vector ? 1u : 2u) && tensor->shape[0] == entry->rows &&
        (vector || tensor->shape[1] == entry->columns))
        return tensor;
    error_set(error, STATUS_FORMAT, "tensor %s: its shape is not the %zu×%zu of config.json", entry->name,
              entry->rows, vector ? (size_t)1 : entry->columns);
    return NULL;
}

enum status weights_read_some(const struct sedd_tensors *file, const struct sedd_tensor *tensor, size_t first,
                              size_t count, float *out, struct error *error)
{
    enum status status = sedd_tensors_read_f32(file, tensor, first, count, out, error);
    if (status || distribution_finite(out, count)) return status;
    size_t i = 0;
    while (isfinite(out[i])) i++;
    return error_set(error, STATUS_FORMAT, "tensor %.80s: its value %zu is not finite (%s)", tensor->name,
                     first + i, isnan(out[i]) ? "NaN" : "infinite");
}

enum status sedd_weights_read(const struct sedd_layout *layout, const struct sedd_tensors *file,
                              float *weights, struct error *error)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *entry = &layout->entries[i];
        const struct sedd_tensor *tensor = layout_tensor(entry, file, error);
        if (!tensor) return STATUS_FORMAT;
        enum status status =
            weights_read_some(file, tensor, 0, tensor->elements, weights + entry->offset, error);
        if (status) return status;
    }
    return sedd_tensors_unchanged(file, error);
}

static enum status write_converted(const struct sedd_layout *layout, const float *weights,
                                   enum sedd_dtype dtype, struct sedd_tensor *tensors, uint16_t *half,
                                   const char *path, struct error *error)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *entry = &layout->entries[i];
        tensors[i] = (struct sedd_tensor){.name = entry->name,
                                          .dtype = dtype,
                                          .dims = entry->columns ? 2 : 1,
                                          .shape = {entry->rows, entry->columns ? entry->columns : 1, 1, 1},
                                          .data = (const uint8_t *)(weights + entry->offset)};
        if (dtype != SEDD_BF16) continue;
        size_t n = entry->rows * (entry->columns ? entry->columns : 1);
        for (size_t j = 0; j < n; j++) half[entry->offset + j] = sedd_f32_to_bf16(weights[entry->offset + j]);
        tensors[i].data = (const uint8_t *)(half + entry->offset);
    }
    return sedd_tensors_write(path, tensors, layout->count, error);
}

enum status sedd_weights_write(const struct sedd_layout *layout, const float *weights, enum sedd_dtype dtype,
                               const char *path, struct error *error)
{
    if (dtype != SEDD_F32 && dtype != SEDD_BF16)
        return error_set(error, STATUS_ARGUMENT, "weights are written as F32 or BF16");
    struct sedd_tensor *tensors = mem_zalloc_array(layout->count, sizeof *tensors);
    uint16_t *half = dtype == SEDD_BF16 ? mem_alloc_array(layout->size, sizeof *half) : NULL;
    enum status status = tensors && (half || dtype == SEDD_F32)
                             ? write_converted(layout, weights, dtype, tensors, half, path, error)
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory to write %s", path);
    mem_free(half);
    mem_free(tensors);
    return status;
}
