/* Published layouts folded into ours, and stored types widened, while weights are read. */
#include "weight_source.h"
#include "distribution.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum publisher { OURS, RADD, MDLM };

/* Where one entry comes from: a tensor of the file, or numbers that were made of several. */
struct origin {
    const struct sedd_tensor *tensor;
    float *scales; /* of an I8 tensor, one for each row */
    float *made;   /* NULL: read from the tensor */
};

struct weight_source {
    const struct sedd_layout *layout;
    const struct sedd_tensors *file;
    enum publisher publisher;
    float *condition; /* MDLM: c, cond_dim numbers */
    size_t condition_size;
    struct origin *origins; /* per entry */
};

/* ---- names and shapes ---------------------------------------------------------------------------------- */

#define MDLM_PREFIX "backbone."
#define FINAL_BIAS  "output_layer.norm_final.bias"

bool weight_source_is_radd(const struct sedd_tensors *file)
{
    return sedd_tensors_find(file, FINAL_BIAS) != NULL;
}

/* A layout without modulation matrices can only be filled from a file that has some by folding them. */
static enum publisher publisher_of(const struct sedd_layout *layout, const struct sedd_tensors *file)
{
    if (layout->final_modulation != SIZE_MAX) return OURS;
    if (sedd_tensors_find(file, MDLM_PREFIX "sigma_map.mlp.0.weight") ||
        sedd_tensors_find(file, "sigma_map.mlp.0.weight"))
        return MDLM;
    return weight_source_is_radd(file) ? RADD : OURS;
}

/* By our name, with the publisher's prefix where the file has that. */
static const struct sedd_tensor *find(const struct weight_source *s, const char *name)
{
    char prefixed[96];
    const struct sedd_tensor *tensor = sedd_tensors_find(s->file, name);
    if (tensor || s->publisher != MDLM) return tensor;
    snprintf(prefixed, sizeof prefixed, MDLM_PREFIX "%.80s", name);
    return sedd_tensors_find(s->file, prefixed);
}

static bool is_head(const char *name)
{
    return strncmp(name, "output_layer.linear.", strlen("output_layer.linear.")) == 0;
}

/* columns 0: a vector. */
static const struct sedd_tensor *find_shaped(const struct weight_source *s, const char *name, size_t rows,
                                             size_t columns, struct error *error)
{
    const struct sedd_tensor *tensor = find(s, name);
    bool vector = columns == 0, one_more = s->publisher != OURS && is_head(name);
    if (!tensor) {
        error_set(error, STATUS_FORMAT, "tensor %s is missing", name);
        return NULL;
    }
    bool rows_fit = tensor->shape[0] == rows || (one_more && tensor->shape[0] == rows + 1);
    if (tensor->dims == (vector ? 1u : 2u) && rows_fit && (vector || tensor->shape[1] == columns))
        return tensor;
    error_set(error, STATUS_FORMAT, "tensor %s: its shape is not the %zu×%zu of config.json", name, rows,
              vector ? (size_t)1 : columns);
    return NULL;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

static enum status check_finite(const struct sedd_tensor *tensor, size_t first, size_t count,
                                const float *values, struct error *error)
{
    if (distribution_finite(values, count)) return STATUS_OK;
    size_t i = 0;
    while (isfinite(values[i])) i++;
    return error_set(error, STATUS_FORMAT, "tensor %.80s: its value %zu is not finite (%s)", tensor->name,
                     first + i, isnan(values[i]) ? "NaN" : "infinite");
}

static enum status read_floats(const struct weight_source *s, const struct sedd_tensor *tensor, size_t first,
                               size_t count, float *out, struct error *error)
{
    enum status status = sedd_tensors_read_f32(s->file, tensor, first, count, out, error);
    return status ? status : check_finite(tensor, first, count, out, error);
}

SIMD_CLONES static void widen_row(const int8_t *restrict v, float scale, size_t n, float *restrict out)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) out[i] = scale * (float)v[i];
}

/* As many whole rows at a time as fit; a row of more is read in pieces. */
static enum status read_integers(const struct weight_source *s, const struct origin *from, size_t first,
                                 size_t rows, float *out, struct error *error)
{
    enum { CHUNK = 1 << 16 };
    int8_t some[CHUNK];
    size_t columns = (size_t)from->tensor->shape[1], at = first * columns, end = at + rows * columns;
    size_t most = columns && columns <= CHUNK ? CHUNK / columns * columns : CHUNK;
    while (at < end) {
        size_t n = end - at < most ? end - at : most;
        enum status status = sedd_tensors_read(s->file, from->tensor, at, n, some, error);
        if (status) return status;
        for (size_t done = 0; done < n;) {
            size_t row = (at + done) / columns, left = (row + 1) * columns - (at + done);
            size_t now = n - done < left ? n - done : left;
            widen_row(some + done, from->scales[row], now, out + done);
            done += now;
        }
        out += n;
        at += n;
    }
    return STATUS_OK;
}

enum status weight_source_read(const struct weight_source *s, size_t entry, size_t first, size_t rows,
                               float *out, struct error *error)
{
    const struct origin *from = &s->origins[entry];
    size_t columns = s->layout->entries[entry].columns ? s->layout->entries[entry].columns : 1;
    if (from->scales) return read_integers(s, from, first, rows, out, error);
    if (!from->made) return read_floats(s, from->tensor, first * columns, rows * columns, out, error);
    memcpy(out, from->made + first * columns, rows * columns * sizeof *out);
    return STATUS_OK;
}

/* ---- folding ------------------------------------------------------------------------------------------- */

/* A new array; the caller frees. */
static float *read_whole_tensor(const struct weight_source *s, const char *name, size_t rows, size_t columns,
                                struct error *error)
{
    const struct sedd_tensor *tensor = find_shaped(s, name, rows, columns, error);
    size_t count = rows * (columns ? columns : 1);
    float *values = tensor ? mem_alloc_array(count, sizeof *values) : NULL;
    if (tensor && !values) error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights");
    if (values && !read_floats(s, tensor, 0, count, values, error)) return values;
    mem_free(values);
    return NULL;
}

static void silu_all(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = sedd_silu(x[i]);
}

/* docs/SEDD.md (3.1) at σ = 0. */
static enum status fold_condition(struct weight_source *s, struct error *error)
{
    const struct sedd_tensor *last = find(s, "sigma_map.mlp.2.bias");
    size_t n = last && last->dims == 1 ? (size_t)last->shape[0] : 0;
    float features[SEDD_NOISE_FEATURES];
    if (n == 0 || n > 1 << 14)
        return error_set(error, STATUS_FORMAT, "tensor sigma_map.mlp.2.bias is missing");
    s->condition_size = n;
    float *w0 = read_whole_tensor(s, "sigma_map.mlp.0.weight", n, SEDD_NOISE_FEATURES, error);
    float *b0 = w0 ? read_whole_tensor(s, "sigma_map.mlp.0.bias", n, 0, error) : NULL;
    float *w2 = b0 ? read_whole_tensor(s, "sigma_map.mlp.2.weight", n, n, error) : NULL;
    float *b2 = w2 ? read_whole_tensor(s, "sigma_map.mlp.2.bias", n, 0, error) : NULL;
    float *hidden = b2 ? mem_alloc_array(n, sizeof *hidden) : NULL;
    if (hidden && (s->condition = mem_alloc_array(n, sizeof *hidden)) != NULL) {
        sedd_noise_features(0, features);
        sedd_linear(w0, b0, features, hidden, n, SEDD_NOISE_FEATURES);
        silu_all(hidden, n);
        sedd_linear(w2, b2, hidden, s->condition, n, n);
        silu_all(s->condition, n);
    } else if (b2) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights");
    }
    mem_free(hidden);
    mem_free(b2);
    mem_free(w2);
    mem_free(b0);
    mem_free(w0);
    return s->condition ? STATUS_OK : error->code;
}

/* The modulation vectors of a block, or of the final layer: `rows` numbers. */
static float *fold_mdlm(const struct weight_source *s, const char *name, size_t rows, struct error *error)
{
    char matrix[96];
    snprintf(matrix, sizeof matrix, "%.*sweight", (int)(strlen(name) - strlen("bias")), name);
    float *w = read_whole_tensor(s, matrix, rows, s->condition_size, error);
    float *b = w ? read_whole_tensor(s, name, rows, 0, error) : NULL;
    float *made = b ? mem_alloc_array(rows, sizeof *made) : NULL;
    if (made)
        sedd_linear(w, b, s->condition, made, rows, s->condition_size);
    else if (b)
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights");
    mem_free(b);
    mem_free(w);
    return made;
}

/* A norm's bias becomes the shift at `which`; the scale behind it stays 0. */
static bool fold_norm(const struct weight_source *s, const char *name, size_t d, enum sedd_modulation which,
                      float *made, struct error *error)
{
    float *bias = read_whole_tensor(s, name, d, 0, error);
    if (bias) memcpy(made + (size_t)which * d, bias, d * sizeof *made);
    mem_free(bias);
    return bias != NULL;
}

static float *fold_radd(const struct weight_source *s, const char *name, size_t rows, struct error *error)
{
    unsigned block;
    char norm1[64], norm2[64];
    bool in_block = sscanf(name, "blocks.%u.", &block) == 1;
    size_t d = rows / (in_block ? SEDD_MODULATIONS : SEDD_FINAL_MODULATIONS);
    float *made = mem_zalloc_array(rows, sizeof *made);
    if (!made) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights"), NULL;
    bool ok = true;
    if (in_block) {
        snprintf(norm1, sizeof norm1, "blocks.%u.norm1.bias", block);
        snprintf(norm2, sizeof norm2, "blocks.%u.norm2.bias", block);
        ok = fold_norm(s, norm1, d, SEDD_ATTENTION_SHIFT, made, error) &&
             fold_norm(s, norm2, d, SEDD_MLP_SHIFT, made, error);
        for (size_t i = 0; i < d; i++) made[SEDD_ATTENTION_GATE * d + i] = made[SEDD_MLP_GATE * d + i] = 1;
    } else {
        ok = fold_norm(s, FINAL_BIAS, d, SEDD_FINAL_SHIFT, made, error);
    }
    if (ok) return made;
    mem_free(made);
    return NULL;
}

/* ---- finding everything -------------------------------------------------------------------------------- */

static bool is_modulation(const char *name)
{
    const char *last = strrchr(name, '.');
    return last && strcmp(last, ".bias") == 0 && strstr(name, "adaLN_modulation") != NULL;
}

static enum status find_scales(const struct weight_source *s, struct origin *origin, struct error *error)
{
    char name[96];
    size_t rows = (size_t)origin->tensor->shape[0];
    if (snprintf(name, sizeof name, "%s" WEIGHT_SCALE_SUFFIX, origin->tensor->name) >= (int)sizeof name)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: its name is too long", origin->tensor->name);
    origin->scales = read_whole_tensor(s, name, rows, 0, error);
    if (!origin->scales) return error->code;
    for (size_t i = 0; i < rows; i++)
        if (!isfinite(origin->scales[i] * 128))
            return error_set(error, STATUS_FORMAT, "tensor %s: its value %zu is too large", name, i);
    return STATUS_OK;
}

static enum status find_entry(struct weight_source *s, size_t index, struct error *error)
{
    const struct sedd_layout_entry *entry = &s->layout->entries[index];
    struct origin *origin = &s->origins[index];
    if (s->publisher != OURS && is_modulation(entry->name)) {
        origin->made = s->publisher == RADD ? fold_radd(s, entry->name, entry->rows, error)
                                            : fold_mdlm(s, entry->name, entry->rows, error);
        return origin->made ? STATUS_OK : error->code;
    }
    origin->tensor = find_shaped(s, entry->name, entry->rows, entry->columns, error);
    if (!origin->tensor) return STATUS_FORMAT;
    if (origin->tensor->dtype != SEDD_I8 || !entry->columns) return STATUS_OK;
    return find_scales(s, origin, error);
}

struct weight_source *weight_source_new(const struct sedd_layout *layout, const struct sedd_tensors *file,
                                        struct error *error)
{
    struct weight_source *s = mem_zalloc(sizeof *s);
    struct error local = {0};
    if (!error) error = &local; /* its code is a result here */
    if (!s) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights"), NULL;
    *s = (struct weight_source){.layout = layout, .file = file, .publisher = publisher_of(layout, file)};
    s->origins = mem_zalloc_array(layout->count, sizeof *s->origins);
    enum status status =
        s->origins ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights");
    if (!status && s->publisher == MDLM) status = fold_condition(s, error);
    for (size_t i = 0; i < layout->count && !status; i++) status = find_entry(s, i, error);
    if (!status) return s;
    weight_source_free(s);
    return NULL;
}

void weight_source_free(struct weight_source *s)
{
    if (!s) return;
    for (size_t i = 0; s->origins && i < s->layout->count; i++) {
        mem_free(s->origins[i].scales);
        mem_free(s->origins[i].made);
    }
    mem_free(s->origins);
    mem_free(s->condition);
    mem_free(s);
}
