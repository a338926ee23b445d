/* Loads a model folder, or makes random weights, and packs the matrices for the back end. */
#include "model.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "weight_source.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

/* ---- sources of weights ------------------------------------------------------------------------------- */

/* Reads whole rows of one entry of the layout. Several threads may call it at once. */
typedef enum status read_rows(const void *context, size_t entry, size_t first, size_t rows, float *out,
                              struct error *error);

static enum status rows_of_file(const void *context, size_t entry, size_t first, size_t rows, float *out,
                                struct error *error)
{
    return weight_source_read(context, entry, first, rows, out, error);
}

struct from_seed {
    const struct sedd_layout *layout;
    uint64_t seed;
};

static enum status rows_of_seed(const void *context, size_t entry, size_t first, size_t rows, float *out,
                                struct error *error)
{
    const struct from_seed *from = context;
    const struct sedd_layout_entry *e = &from->layout->entries[entry];
    size_t columns = e->columns ? e->columns : 1;
    double scale = e->columns ? 1 / sqrt((double)e->columns) : 0.02, shift = strstr(e->name, "norm") ? 1 : 0;
    (void)error;
    for (size_t r = 0; r < rows; r++) {
        /* only the first number of a row is from the generator, the others come from a plain linear
         * congruence: there are many millions */
        struct rng rng = {from->seed, 0x72616E646F6Du + entry, first + r};
        uint64_t state = rng_next(&rng);
        for (size_t i = 0; i < columns; i++, state = state * 6364136223846793005u + 1442695040888963407u)
            out[r * columns + i] = (float)(shift + scale * (2 * rng_to_unit(state) - 1));
    }
    return STATUS_OK;
}

/* ---- packing: each part of the work is a few megabytes, for any thread -------------------------------- */

/* A panel of a linear layer or, if `linear` is NULL, some rows that are kept as floats. */
struct packing_piece {
    struct linear *linear;
    size_t entry, first, rows;
    size_t bias; /* offset of the layer's bias, or SIZE_MAX */
    uint32_t panel;
    enum matmul_activation activation;
};

struct packing {
    struct sedd_model *model;
    read_rows *read;
    const void *context;
    const atomic_bool *cancel;
    struct packing_piece *pieces;
    size_t count, capacity;
    float *scratch; /* (threads, scratch_row) */
    size_t scratch_row;
    atomic_bool failed;
    pthread_mutex_t lock; /* guards `error` */
    struct error error;
};

static size_t entry_of(const struct sedd_layout *layout, const char *format, uint32_t block)
{
    char name[64];
    size_t i = 0;
    snprintf(name, sizeof name, format, block);
    while (i < layout->count && strcmp(layout->entries[i].name, name) != 0) i++;
    return i;
}

static bool add_piece(struct packing *p, struct packing_piece piece)
{
    if (!mem_grow(&p->pieces, &p->capacity, p->count + 1, sizeof *p->pieces)) return false;
    p->pieces[p->count++] = piece;
    return true;
}

static bool plan_linear(struct packing *p, struct linear *linear, size_t entry, size_t bias, size_t out,
                        bool few, enum matmul_activation activation)
{
    struct sedd_model *m = p->model;
    /* The head decides between words and its rounding errors do not average out, so it does not use int8. */
    enum sedd_precision head = m->backend->supports(SEDD_PRECISION_BF16)    ? SEDD_PRECISION_BF16
                               : m->backend->supports(SEDD_PRECISION_INT16) ? SEDD_PRECISION_INT16
                                                                            : SEDD_PRECISION_F32;
    enum sedd_precision precision = few && m->precision == SEDD_PRECISION_INT8 ? head : m->precision;
    enum { STEP = 64 };
    size_t tile = m->backend->tile_rows(few), in = m->layout.entries[entry].columns;
    size_t most = m->backend->panel, count = (out + most - 1) / most,
           panel = ((out + count - 1) / count + STEP - 1) / STEP * STEP;
    *linear = (struct linear){.out = out, .in = in, .tile = tile, .panel = panel, .precision = precision};
    linear->prepared_row = matmul_prepared_row(m->backend, in, precision);
    if (linear->prepared_row > m->prepared_row) m->prepared_row = linear->prepared_row;
    if (panel * in > p->scratch_row) p->scratch_row = panel * in;
    linear->panels = (uint32_t)((out + panel - 1) / panel);
    linear->packed = mem_zalloc_array(linear->panels, sizeof *linear->packed);
    bool ok = linear->packed != NULL;
    for (uint32_t i = 0; ok && i < linear->panels; i++) {
        size_t from = (size_t)i * panel;
        ok = add_piece(p, (struct packing_piece){.linear = linear,
                                                 .entry = entry,
                                                 .first = from,
                                                 .rows = out - from < panel ? out - from : panel,
                                                 .bias = bias,
                                                 .panel = i,
                                                 .activation = activation});
    }
    return ok;
}

static bool plan_kept(struct packing *p)
{
    enum { PIECE_NUMBERS = 1 << 18 }; /* numbers */
    const struct sedd_layout *layout = &p->model->layout;
    bool ok = true;
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        size_t most = 1 + PIECE_NUMBERS / (e->columns ? e->columns : 1);
        for (size_t at = 0; ok && at < e->rows && e->offset != SIZE_MAX; at += most)
            ok =
                add_piece(p, (struct packing_piece){
                                 .entry = i, .first = at, .rows = e->rows - at < most ? e->rows - at : most});
    }
    return ok;
}

static bool plan_all(struct packing *p)
{
    struct sedd_model *m = p->model;
    const struct sedd_layout *at = &m->layout;
    size_t d = m->config.hidden_size;
    m->blocks = mem_zalloc_array(m->config.n_blocks, sizeof *m->blocks);
    bool ok = m->blocks && plan_kept(p);
    for (uint32_t i = 0; ok && i < m->config.n_blocks; i++) {
        struct model_block *b = &m->blocks[i];
        size_t qkv = entry_of(at, "blocks.%u.attn_qkv.weight", i),
               attn_out = entry_of(at, "blocks.%u.attn_out.weight", i),
               up = entry_of(at, "blocks.%u.mlp.0.weight", i),
               down = entry_of(at, "blocks.%u.mlp.2.weight", i);
        ok = plan_linear(p, &b->qkv, qkv, SIZE_MAX, 3 * d, false, MATMUL_LINEAR) &&
             plan_linear(p, &b->attn_out, attn_out, SIZE_MAX, d, false, MATMUL_LINEAR) &&
             plan_linear(p, &b->up, up, at->blocks[i].mlp_up_bias, 4 * d, false, MATMUL_GELU_TANH) &&
             plan_linear(p, &b->down, down, at->blocks[i].mlp_down_bias, d, false, MATMUL_LINEAR);
    }
    size_t head =
        entry_of(at, m->config.tie_embeddings ? "vocab_embed.embedding" : "output_layer.linear.weight", 0);
    /* few rows are wanted from the head, and its matrix is the largest */
    return ok &&
           plan_linear(p, &m->head, head, at->head_bias, sedd_head_columns(&m->config), true, MATMUL_LINEAR);
}

static enum status do_piece(struct packing *p, const struct packing_piece *piece, int worker,
                            struct error *error)
{
    struct sedd_model *m = p->model;
    const struct sedd_layout_entry *e = &m->layout.entries[piece->entry];
    if (p->cancel && atomic_load(p->cancel)) return error_set(error, STATUS_CANCELLED, "cancelled");
    if (!piece->linear)
        return p->read(p->context, piece->entry, piece->first, piece->rows,
                       m->weights + e->offset + piece->first * (e->columns ? e->columns : 1), error);
    const struct linear *l = piece->linear;
    float *w = p->scratch + (size_t)worker * p->scratch_row;
    enum status status = p->read(p->context, piece->entry, piece->first, piece->rows, w, error);
    if (status) return status;
    const float *bias = piece->bias == SIZE_MAX ? NULL : m->weights + piece->bias + piece->first;
    void *packed =
        m->backend->pack(w, bias, piece->rows, l->in, l->out, piece->activation, l->precision, l->tile);
    l->packed[piece->panel] = packed;
    if (packed) return STATUS_OK;
    return error_set(error, STATUS_NO_MEMORY, "back end %s cannot pack the weights", m->backend->name);
}

static void pack_part(void *context, int part, int worker)
{
    struct packing *p = context;
    struct error error = {0};
    if (atomic_load(&p->failed) || !do_piece(p, &p->pieces[part], worker, &error)) return;
    pthread_mutex_lock(&p->lock);
    if (!atomic_exchange(&p->failed, true)) p->error = error;
    pthread_mutex_unlock(&p->lock);
}

static enum status pack_all(struct packing *p, struct pool *pool, struct error *error)
{
    struct sedd_model *m = p->model;
    size_t threads = pool ? (size_t)pool_threads(pool) : 1;
    bool ok = plan_all(p);
    size_t bytes = threads * p->scratch_row * sizeof *p->scratch;
    ok = ok && (p->scratch = mem_big_alloc(bytes));
    if (ok && pool)
        pool_run(pool, (int)p->count, pack_part, p);
    else
        for (size_t i = 0; ok && i < p->count; i++) pack_part(p, (int)i, 0);
    for (size_t i = 0; ok && i < p->count && !atomic_load(&p->failed); i++) {
        const struct packing_piece *piece = &p->pieces[i];
        size_t scratch =
            piece->linear ? matmul_scratch_size(m->backend, piece->linear->packed[piece->panel]) : 0;
        if (scratch > m->scratch_size) m->scratch_size = scratch;
    }
    mem_big_free(p->scratch, bytes);
    mem_free(p->pieces);
    if (!ok) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the model");
    if (atomic_load(&p->failed) && error) *error = p->error;
    return atomic_load(&p->failed) ? p->error.code : STATUS_OK;
}

static struct sedd_model *build_model(const struct sedd_config *config, enum sedd_precision precision,
                                      struct packing how, struct pool *pool, struct error *error)
{
    struct sedd_model *m = mem_zalloc(sizeof *m);
    if (!m) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a model");
        return NULL;
    }
    m->config = *config;
    m->precision = precision;
    m->backend = matmul_backend_to_fill(&m->precision, error);
    enum status status = m->backend ? layout_init_kept(&m->layout, config, error) : STATUS_UNSUPPORTED;
    if (!status && !(m->weights = mem_big_alloc(m->layout.size * sizeof *m->weights)))
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu weights", m->layout.size);
    how.model = m;
    pthread_mutex_init(&how.lock, NULL);
    if (!status) status = pack_all(&how, pool, error);
    pthread_mutex_destroy(&how.lock);
    if (!status) return m;
    sedd_model_free(m);
    return NULL;
}

static void free_linear(const struct sedd_model *m, struct linear *linear)
{
    for (uint32_t i = 0; linear->packed && i < linear->panels; i++)
        if (linear->packed[i]) m->backend->pack_free(linear->packed[i]);
    mem_free(linear->packed);
}

/* ---- loading and random models ------------------------------------------------------------------------ */

static struct sedd_model *load_from_file(const struct sedd_config *config, const struct sedd_tensors *file,
                                         enum sedd_precision precision, struct pool *pool,
                                         const atomic_bool *cancel, struct error *error)
{
    struct sedd_layout layout;
    if (layout_init_kept(&layout, config, error)) return NULL;
    struct weight_source *from = weight_source_new(&layout, file, error);
    struct packing how = {.read = rows_of_file, .context = from, .cancel = cancel};
    struct sedd_model *m = from ? build_model(config, precision, how, pool, error) : NULL;
    if (m && sedd_tensors_unchanged(file, error)) {
        sedd_model_free(m);
        m = NULL;
    }
    weight_source_free(from);
    sedd_layout_free(&layout);
    return m;
}

struct sedd_model *sedd_model_load(const char *folder, enum sedd_precision precision, struct pool *pool,
                                   const atomic_bool *cancel, struct error *error)
{
    struct sedd_config config;
    if (sedd_config_load(folder, &config, error)) return NULL;
    struct sedd_tensors *file = sedd_tensors_open_model(folder, error);
    struct sedd_model *m = file ? load_from_file(&config, file, precision, pool, cancel, error) : NULL;
    if (file && !m) error_prefix(error, "%s", sedd_tensors_path(file));
    sedd_tensors_close(file);
    return m;
}

struct sedd_model *sedd_model_random(const struct sedd_config *config, enum sedd_precision precision,
                                     uint64_t seed, struct error *error)
{
    struct sedd_layout layout;
    if (sedd_layout_init(&layout, config, error)) return NULL;
    struct from_seed from = {&layout, seed};
    struct packing how = {.read = rows_of_seed, .context = &from};
    struct sedd_model *m = build_model(config, precision, how, NULL, error);
    sedd_layout_free(&layout);
    return m;
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

enum sedd_precision sedd_model_precision(const struct sedd_model *model)
{
    return model->precision;
}
