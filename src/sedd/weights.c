/* The offset of every weight of a network in one flat array, and reading and writing that array. */
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"
#include "model.h"
#include "weight_integers.h"
#include "weight_source.h"

#include <stdarg.h>

enum { SCALE_NAME = 80 };

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

enum status sedd_weights_read(const struct sedd_layout *layout, const struct sedd_tensors *file,
                              float *weights, struct error *error)
{
    struct error local = {0};
    if (!error) error = &local;
    struct weight_source *source = weight_source_new(layout, file, error);
    enum status status = source ? STATUS_OK : error->code;
    for (size_t i = 0; i < layout->count && !status; i++) {
        const struct sedd_layout_entry *entry = &layout->entries[i];
        status = weight_source_read(source, i, 0, entry->rows, weights + entry->offset, error);
    }
    weight_source_free(source);
    return status ? status : sedd_tensors_unchanged(file, error);
}

/* ---- writing ------------------------------------------------------------------------------------------- */

struct writing {
    struct sedd_tensor *tensors; /* two for each entry at most */
    size_t count;
    uint16_t *half;            /* as the layout: BF16 */
    int8_t *integers;          /* as the layout: I8 */
    float *scales;             /* of all rows of all matrices */
    char (*names)[SCALE_NAME]; /* of the scales, per entry */
};

static bool is_integer(const struct sedd_layout_entry *entry, enum sedd_dtype dtype)
{
    return dtype == SEDD_I8 && entry->columns;
}

static void add_tensor(struct writing *w, const struct sedd_layout_entry *entry, const char *name,
                       enum sedd_dtype dtype, size_t columns, const void *data)
{
    w->tensors[w->count++] = (struct sedd_tensor){.name = name,
                                                  .dtype = dtype,
                                                  .dims = columns ? 2 : 1,
                                                  .shape = {entry->rows, columns ? columns : 1, 1, 1},
                                                  .data = data};
}

static void add_integers(struct writing *w, const struct sedd_layout *layout, const float *weights)
{
    float *scales = w->scales;
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        if (!is_integer(e, SEDD_I8)) continue;
        for (size_t r = 0; r < e->rows; r++) {
            size_t at = e->offset + r * e->columns;
            scales[r] = weight_integers(weights + at, e->columns, w->integers + at);
        }
        snprintf(w->names[i], sizeof w->names[i], "%s" WEIGHT_SCALE_SUFFIX, e->name);
        add_tensor(w, e, w->names[i], SEDD_F32, 0, scales);
        scales += e->rows;
    }
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        if (is_integer(e, SEDD_I8)) add_tensor(w, e, e->name, SEDD_I8, e->columns, w->integers + e->offset);
    }
}

/* What is no matrix of integers. */
static void add_floats(struct writing *w, const struct sedd_layout *layout, const float *weights,
                       enum sedd_dtype dtype)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        if (is_integer(e, dtype)) continue;
        size_t n = e->rows * (e->columns ? e->columns : 1);
        for (size_t j = 0; j < n && w->half; j++)
            w->half[e->offset + j] = sedd_f32_to_bf16(weights[e->offset + j]);
        const void *data = w->half ? (const void *)(w->half + e->offset) : weights + e->offset;
        add_tensor(w, e, e->name, w->half ? SEDD_BF16 : SEDD_F32, e->columns, data);
    }
}

static size_t matrix_rows(const struct sedd_layout *layout)
{
    size_t rows = 0;
    for (size_t i = 0; i < layout->count; i++)
        if (layout->entries[i].columns) rows += layout->entries[i].rows;
    return rows;
}

enum status sedd_weights_write(const struct sedd_layout *layout, const float *weights, enum sedd_dtype dtype,
                               const char *path, struct error *error)
{
    bool integers = dtype == SEDD_I8, floats = dtype == SEDD_F32;
    if (!floats && !integers && dtype != SEDD_BF16)
        return error_set(error, STATUS_ARGUMENT, "weights are written as F32, BF16 or I8");
    struct writing w = {.tensors = mem_zalloc_array(2 * layout->count, sizeof *w.tensors)};
    bool ok = w.tensors && (floats || (w.half = mem_alloc_array(layout->size, sizeof *w.half)) != NULL);
    if (ok && integers)
        ok = (w.integers = mem_alloc_array(layout->size, 1)) != NULL &&
             (w.scales = mem_alloc_array(matrix_rows(layout) + 1, sizeof *w.scales)) != NULL &&
             (w.names = mem_alloc_array(layout->count, sizeof *w.names)) != NULL;
    if (ok && integers) add_integers(&w, layout, weights);
    if (ok) add_floats(&w, layout, weights, dtype);
    enum status status = ok ? sedd_tensors_write(path, w.tensors, w.count, error)
                            : error_set(error, STATUS_NO_MEMORY, "not enough memory to write %s", path);
    mem_free(w.names);
    mem_free(w.scales);
    mem_free(w.integers);
    mem_free(w.half);
    mem_free(w.tensors);
    return status;
}
