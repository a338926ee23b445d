/* The network, forward only: docs/SEDD.md, section 3. The sequences of a batch lie one after another in the
 * rows of every buffer; products run over tiles of rows and panels of outputs, which the pool's threads
 * share.
 *
 * Two exact shortcuts: after the last block's keys and values only the wanted rows are computed, and the
 * first block's queries, keys and values of a token are kept from one evaluation to the next (if they do not
 * depend on the noise level). */
#include "net.h"
#include "attention.h"
#include "distribution.h"
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"

#include <math.h>
#include <string.h>

struct sedd_net {
    const struct sedd_model *model;
    struct pool *pool;
    const atomic_bool *cancel;   /* of the running evaluation; may be NULL */
    atomic_uint_fast64_t layers; /* blocks started so far */
    size_t capacity;             /* rows that fit the buffers, one tile more than were requested */
    size_t positions;            /* rotary angles are computed for this many */
    uint32_t sequences;          /* capacity of the per-sequence arrays */
    float *stream;               /* (capacity, D) residual stream */
    float *normed;               /* (capacity, D) input of a product */
    float *qkv;                  /* (capacity, 3D) */
    float *mixed;                /* (capacity, D) attention's output; then a branch's output */
    float *hidden;               /* (capacity, 4D) */
    float *cosine, *sine;        /* (positions, W/2) */
    float *modulation;           /* (sequences, sedd_modulation_size) */
    float *condition_work;
    float *modulation_sigma; /* (sequences) levels that `modulation` was computed for; NAN: none */
    uint32_t *owner;         /* (capacity) sequence of each row */
    size_t *first;           /* (sequences) first row of each sequence */
    size_t *wanted;          /* (sequences) the same among the wanted rows */
    float *tile;             /* (tile, H) for the head's last rows */
    float *attention_work;   /* (threads, attention_work_row) */
    size_t attention_work_row;
    char *prepared; /* (capacity, prepared_row) input of a product in the back end's own type */
    char *scratch;  /* (threads, scratch_row) for the back end */
    size_t scratch_row;
    float *kept;        /* (kept_capacity, 3D) the first block's queries, keys and values */
    uint32_t *kept_ids; /* (kept_rows) the tokens they belong to */
    size_t kept_rows, kept_capacity;
    uint32_t *gathered; /* (kept_capacity) rows whose inputs were gathered */
    void *arena;
    size_t arena_size;
    struct sedd_net *other; /* mixed with this one; NULL: none */
    float other_weight;
};

enum { MOST_KEPT = 2048 }; /* rows: enough for a few windows, but not for a batch of `eval` */

struct sedd_net *sedd_net_new(const struct sedd_model *model, struct pool *pool, struct error *error)
{
    struct sedd_net *net = mem_zalloc(sizeof *net);
    if (!net) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the network");
        return NULL;
    }
    net->model = model;
    net->pool = pool;
    return net;
}

void sedd_net_free(struct sedd_net *net)
{
    if (!net) return;
    mem_big_free(net->arena, net->arena_size);
    mem_free(net);
}

const struct sedd_model *sedd_net_model(const struct sedd_net *net)
{
    return net->model;
}

uint64_t net_layers(const struct sedd_net *net)
{
    return atomic_load(&net->layers);
}

static bool cancelled(const struct sedd_net *net)
{
    return net->cancel && atomic_load_explicit(net->cancel, memory_order_relaxed);
}

/* ---- memory: one arena, which grows for a batch larger than any before
 * ---------------------------------- */

static void *take_memory(struct sedd_net *net, size_t *used, size_t bytes)
{
    void *at = net->arena ? (char *)net->arena + *used : NULL;
    *used += (bytes + 63) / 64 * 64;
    return at;
}

static size_t lay_out_memory(struct sedd_net *net)
{
    const struct sedd_config *c = &net->model->config;
    size_t used = 0, rows = net->capacity, d = c->hidden_size, threads = (size_t)pool_threads(net->pool);
    size_t half = d / c->n_heads / 2;
    net->attention_work_row = (attention_scratch(net->positions, d / c->n_heads) + 15) / 16 * 16;
    net->scratch_row = (net->model->scratch_size + 63) / 64 * 64;
    net->stream = take_memory(net, &used, rows * d * sizeof(float));
    net->normed = take_memory(net, &used, rows * d * sizeof(float));
    net->qkv = take_memory(net, &used, rows * 3 * d * sizeof(float));
    net->mixed = take_memory(net, &used, rows * d * sizeof(float));
    net->hidden = take_memory(net, &used, rows * 4 * d * sizeof(float));
    net->cosine = take_memory(net, &used, net->positions * half * sizeof(float));
    net->sine = take_memory(net, &used, net->positions * half * sizeof(float));
    net->modulation = take_memory(net, &used, net->sequences * sedd_modulation_size(c) * sizeof(float));
    net->condition_work = take_memory(net, &used, condition_scratch(c) * sizeof(float));
    net->modulation_sigma = take_memory(net, &used, net->sequences * sizeof(float));
    net->owner = take_memory(net, &used, rows * sizeof(uint32_t));
    net->first = take_memory(net, &used, net->sequences * sizeof(size_t));
    net->wanted = take_memory(net, &used, net->sequences * sizeof(size_t));
    net->tile = take_memory(net, &used, MATMUL_MOST_TILE * (size_t)sedd_head_columns(c) * sizeof(float));
    net->attention_work = take_memory(net, &used, threads * net->attention_work_row * sizeof(float));
    net->kept_capacity = c->parametrisation != SEDD_TIME_FREE ? 0 : rows < MOST_KEPT ? rows : MOST_KEPT;
    net->kept_rows = 0;
    net->kept = take_memory(net, &used, net->kept_capacity * 3 * d * sizeof(float));
    net->kept_ids = take_memory(net, &used, net->kept_capacity * sizeof(uint32_t));
    net->gathered = take_memory(net, &used, net->kept_capacity * sizeof(uint32_t));
    net->prepared = take_memory(net, &used, rows * net->model->prepared_row);
    net->scratch = take_memory(net, &used, threads * net->scratch_row);
    return used;
}

static enum status reserve(struct sedd_net *net, size_t rows, size_t positions, uint32_t sequences,
                           struct error *error)
{
    rows += MATMUL_MOST_TILE; /* the last tile may have more rows than are wanted */
    if (rows <= net->capacity && positions <= net->positions && sequences <= net->sequences) return STATUS_OK;
    mem_big_free(net->arena, net->arena_size);
    net->arena = NULL;
    if (rows > net->capacity) net->capacity = rows;
    if (positions > net->positions) net->positions = positions;
    if (sequences > net->sequences) net->sequences = sequences;
    net->arena_size = lay_out_memory(net);
    net->arena = mem_big_alloc(net->arena_size);
    if (!net->arena) {
        net->capacity = net->positions = net->sequences = 0;
        return error_set(error, STATUS_NO_MEMORY, "not enough memory to evaluate %zu positions", rows);
    }
    lay_out_memory(net);
    const struct sedd_config *c = &net->model->config;
    sedd_rotary_angles(net->positions, c->hidden_size / c->n_heads, net->cosine, net->sine);
    for (uint32_t i = 0; i < net->sequences; i++) net->modulation_sigma[i] = NAN;
    return STATUS_OK;
}

/* ---- products ------------------------------------------------------------------------------------------ */

struct product {
    struct sedd_net *net;
    const struct linear *linear;
    const float *x;
    float *y;
    size_t rows, group; /* rows, a multiple of the tile; rows per part */
    size_t groups, first_panel;
};

static void prepare_part(void *context, int part, int worker)
{
    struct product *p = context;
    const struct linear *l = p->linear;
    size_t from = (size_t)part * l->tile, rows = p->rows - from < l->tile ? p->rows - from : l->tile;
    (void)worker;
    p->net->model->backend->prepare(p->x + from * l->in, rows, l->in, l->precision,
                                    p->net->prepared + from * l->prepared_row);
}

/* Parts of one panel run one after another, so its weights stay in the cache. */
static void product_part(void *context, int part, int worker)
{
    struct product *p = context;
    const struct linear *l = p->linear;
    size_t panel = p->first_panel + (size_t)part / p->groups, from = (size_t)part % p->groups * p->group;
    size_t rows = p->rows - from < p->group ? p->rows - from : p->group;
    INVARIANT(rows % l->tile == 0 && rows <= MATMUL_MOST_ROWS);
    if (cancelled(p->net)) return; /* a layer of a large batch takes longer than a user should wait */
    const void *x = l->prepared_row ? (const void *)(p->net->prepared + from * l->prepared_row)
                                    : (const void *)(p->x + from * l->in);
    p->net->model->backend->multiply(l->packed[panel], x, p->y + from * l->out + panel * l->panel, rows,
                                     p->net->scratch + (size_t)worker * p->net->scratch_row);
}

/* Panels [first, end). Rows are rounded up to whole tiles. Parts are as large as possible while every thread
 * gets a few; a row's result does not depend on that. */
static void product_panels(struct sedd_net *net, const struct linear *linear, const float *x, float *y,
                           size_t rows, size_t first, size_t end)
{
    size_t tile = linear->tile, tiles = (rows + tile - 1) / tile, together = MATMUL_MOST_ROWS / tile;
    struct product p = {
        .net = net, .linear = linear, .x = x, .y = y, .rows = tiles * tile, .first_panel = first};
    size_t threads = (size_t)pool_threads(net->pool), parts;
    if (rows == 0) return;
    for (;; together = (together + 1) / 2) {
        parts = (end - first) * (p.groups = (tiles + together - 1) / together);
        /* with nine parts, one of two threads would have to do the last one alone */
        bool even = parts % threads == 0 || parts >= 16 * threads;
        if (together == 1 || (parts >= 3 * threads && even)) break;
    }
    p.group = (tiles + p.groups - 1) / p.groups * tile; /* all of about the same size */
    if (linear->prepared_row) pool_run(net->pool, (int)tiles, prepare_part, &p);
    pool_run(net->pool, (int)parts, product_part, &p);
}

static void product(struct sedd_net *net, const struct linear *linear, const float *x, float *y, size_t rows)
{
    product_panels(net, linear, x, y, rows, 0, linear->panels);
}

/* ---- elementwise --------------------------------------------------------------------------------------- */

/* out = LayerNorm(x) · w(1 + scale) + shift */
SIMD_CLONES static void norm_row(const float *restrict x, const float *restrict w,
                                 const float *restrict shift, const float *restrict scale,
                                 float *restrict out, size_t d)
{
    struct layer_norm norm = layer_norm_of(x, d);
#pragma omp simd
    for (size_t i = 0; i < d; i++) out[i] = (x[i] - norm.mean) * norm.rstd * w[i] * (1 + scale[i]) + shift[i];
}

SIMD_CLONES static void add_gated(float *restrict x, const float *restrict y, const float *restrict gate,
                                  size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) x[i] += gate[i] * y[i];
}

enum { ROWS_AT_ONCE = 32 }; /* the arguments of one part of an elementwise pass */

/* One pass over the rows: x += gate · branch (if there is one), then the next norm. */
struct rows_task {
    struct sedd_net *net;
    size_t rows;
    const float *branch, *norm;
    size_t gate, shift; /* the offset of the shift in a sequence's modulation; the scale follows it */
};

static void rows_part(void *context, int part, int worker)
{
    struct rows_task *t = context;
    struct sedd_net *net = t->net;
    size_t d = net->model->config.hidden_size, stride = sedd_modulation_size(&net->model->config);
    size_t from = (size_t)part * ROWS_AT_ONCE, to = from + ROWS_AT_ONCE;
    (void)worker;
    for (size_t r = from; r < to && r < t->rows; r++) {
        const float *modulation = net->modulation + net->owner[r] * stride;
        float *x = net->stream + r * d;
        if (t->branch) add_gated(x, t->branch + r * d, modulation + t->gate, d);
        const float *shift = modulation + t->shift, *scale = shift + d;
        norm_row(x, t->norm, shift, scale, net->normed + r * d, d);
    }
}

static void next_norm(struct sedd_net *net, size_t rows, const float *branch, size_t gate, const float *norm,
                      size_t shift)
{
    struct rows_task t = {net, rows, branch, norm, gate, shift};
    pool_run(net->pool, (int)((rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE), rows_part, &t);
}

/* ---- attention ----------------------------------------------------------------------------------------- */

struct attention_task {
    struct sedd_net *net;
    const struct sedd_sequence *sequences;
    const float *qkv;
    bool wanted_only;
};

static void attention_part(void *context, int part, int worker)
{
    struct attention_task *t = context;
    struct sedd_net *net = t->net;
    const struct sedd_config *c = &net->model->config;
    size_t d = c->hidden_size, width = d / c->n_heads, s = (size_t)part / c->n_heads,
           head = (size_t)part % c->n_heads;
    const struct sedd_sequence *q = &t->sequences[s];
    bool some = t->wanted_only && q->rows;
    size_t out = t->wanted_only ? net->wanted[s] : net->first[s];
    if (cancelled(net)) return;
    attention_head(t->qkv + net->first[s] * 3 * d + head * width, d, q->length, width, net->cosine, net->sine,
                   some ? q->rows : NULL, some ? q->row_count : q->length, c->causal, c->qk_norm,
                   net->mixed + out * d + head * width, d,
                   net->attention_work + (size_t)worker * net->attention_work_row);
}

/* ---- queries, keys and values -------------------------------------------------------------------------- */

/* For the first block: computes only tokens that differ from the previous evaluation's. */
static const float *first_qkv(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count,
                              size_t rows)
{
    const struct linear *linear = &net->model->blocks[0].qkv;
    size_t d = linear->in, known = net->kept_rows, changed = 0, row = 0;
    if (rows > net->kept_capacity) {
        product(net, linear, net->normed, net->qkv, rows);
        return net->qkv;
    }
    for (uint32_t s = 0; s < count; s++)
        for (uint32_t i = 0; i < sequences[s].length; i++, row++) {
            if (row < known && net->kept_ids[row] == sequences[s].ids[i]) continue;
            net->kept_ids[row] = sequences[s].ids[i];
            memcpy(net->hidden + changed * d, net->normed + row * d, d * sizeof(float));
            net->gathered[changed++] = (uint32_t)row;
        }
    net->kept_rows = 0;
    product(net, linear, net->hidden, net->qkv, changed);
    if (cancelled(net)) return net->kept; /* the contents are undefined */
    for (size_t i = 0; i < changed; i++)
        memcpy(net->kept + net->gathered[i] * 3 * d, net->qkv + i * 3 * d, 3 * d * sizeof(float));
    net->kept_rows = rows;
    return net->kept;
}

/* The number of panels with queries only, if so few rows are wanted that computing them separately is
 * worthwhile. */
static size_t query_panels(const struct sedd_net *net, const struct linear *linear, size_t rows,
                           size_t wanted)
{
    size_t tiles = (wanted + linear->tile - 1) / linear->tile;
    bool few = wanted < rows && 3 * tiles * linear->tile <= net->capacity; /* `mixed` has room for them */
    return few ? linear->in / linear->panel : 0;
}

/* For the last block: queries of the wanted rows, keys and values of all rows. */
static void last_qkv(struct sedd_net *net, const struct linear *linear, const struct sedd_sequence *sequences,
                     uint32_t count, size_t rows)
{
    size_t d = linear->in, wanted = 0, i = 0;
    for (uint32_t s = 0; s < count; s++) wanted += sequences[s].rows ? sequences[s].row_count : rows;
    size_t panels = query_panels(net, linear, rows, wanted), columns = panels * linear->panel;
    product_panels(net, linear, net->normed, net->qkv, rows, panels, linear->panels);
    if (!panels) return;
    for (uint32_t s = 0; s < count; s++)
        for (uint32_t j = 0; j < sequences[s].row_count; j++, i++)
            memcpy(net->hidden + i * d, net->normed + (net->first[s] + sequences[s].rows[j]) * d,
                   d * sizeof(float));
    product_panels(net, linear, net->hidden, net->mixed, wanted, 0, panels);
    i = 0;
    for (uint32_t s = 0; s < count; s++)
        for (uint32_t j = 0; j < sequences[s].row_count; j++, i++)
            memcpy(net->qkv + (net->first[s] + sequences[s].rows[j]) * 3 * d, net->mixed + i * 3 * d,
                   columns * sizeof(float));
}

/* ---- the forward pass ---------------------------------------------------------------------------------- */

static void embed(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count)
{
    const struct sedd_model *m = net->model;
    size_t d = m->config.hidden_size, size = sedd_modulation_size(&m->config), row = 0;
    for (uint32_t s = 0; s < count; s++) {
        net->first[s] = row;
        float level = m->config.parametrisation == SEDD_TIME_FREE ? 0 : sequences[s].sigma_bar;
        if (!(net->modulation_sigma[s] == level)) { /* adaLN once per noise level */
            condition_vectors(m, level, net->modulation + s * size, net->condition_work);
            net->modulation_sigma[s] = level;
        }
        for (uint32_t i = 0; i < sequences[s].length; i++, row++) {
            net->owner[row] = s;
            memcpy(net->stream + row * d, m->weights + m->layout.embedding + sequences[s].ids[i] * d,
                   d * sizeof(float));
        }
    }
}

/* Moves the wanted rows of the stream to the front; only they are computed from here on. */
static size_t keep_wanted(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count)
{
    size_t d = net->model->config.hidden_size, to = 0;
    for (uint32_t s = 0; s < count; s++) {
        uint32_t n = sequences[s].rows ? sequences[s].row_count : sequences[s].length;
        size_t base = net->first[s];
        net->wanted[s] = to;
        for (uint32_t i = 0; i < n; i++, to++) {
            size_t from = base + (sequences[s].rows ? sequences[s].rows[i] : i);
            if (from != to) memmove(net->stream + to * d, net->stream + from * d, d * sizeof(float));
            net->owner[to] = s;
        }
    }
    return to;
}

static enum status check_batch(const struct sedd_net *net, const struct sedd_sequence *sequences,
                               uint32_t count, size_t *rows, size_t *longest, struct error *error)
{
    uint32_t states = sedd_states(&net->model->config);
    for (uint32_t s = 0; s < count; s++) {
        const struct sedd_sequence *q = &sequences[s];
        if (q->length == 0) return error_set(error, STATUS_ARGUMENT, "a sequence is empty");
        for (uint32_t i = 0; i < q->length; i++)
            if (q->ids[i] >= states)
                return error_set(error, STATUS_ARGUMENT, "id %u at position %u: the model has %u states",
                                 q->ids[i], i, states);
        for (uint32_t i = 0; q->rows && i < q->row_count; i++)
            if (q->rows[i] >= q->length || (i && q->rows[i] <= q->rows[i - 1]))
                return error_set(error, STATUS_ARGUMENT,
                                 "the wanted rows must be in ascending order and inside the sequence");
        *rows += q->length;
        if (q->length > *longest) *longest = q->length;
    }
    return STATUS_OK;
}

/* The head writes whole tiles. A few rows go through a spare buffer; many are written straight into f, except
 * the last tile. */
static void run_head(struct sedd_net *net, size_t rows, float *f)
{
    const struct linear *head = &net->model->head;
    size_t full = rows / head->tile * head->tile, rest = rows - full;
    if (rest && full + head->tile <= MATMUL_MOST_TILE) rest = rows, full = 0;
    product(net, head, net->normed, f, full);
    if (!rest) return;
    product(net, head, net->normed + full * head->in, net->tile, rest);
    memcpy(f + full * head->out, net->tile, rest * head->out * sizeof(float));
}

enum status sedd_net_evaluate_raw(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count,
                                  float *f, const atomic_bool *cancel, struct error *error)
{
    const struct sedd_model *m = net->model;
    const struct sedd_config *c = &m->config;
    size_t rows = 0, longest = 0;
    enum status status = check_batch(net, sequences, count, &rows, &longest, error);
    if (status || count == 0) return status;
    status = reserve(net, rows, longest, count, error);
    if (!status) embed(net, sequences, count);
    net->cancel = cancel;
    for (uint32_t i = 0; !status && i < c->n_blocks; i++) {
        const struct sedd_layout_block *at = &m->layout.blocks[i];
        struct attention_task attention = {net, sequences, net->qkv, i + 1 == c->n_blocks};
        if (cancelled(net)) break;
        atomic_fetch_add_explicit(&net->layers, 1, memory_order_relaxed);
        if (i == 0)
            next_norm(net, rows, NULL, 0, m->weights + at->norm1,
                      sedd_modulation_at(c, i, SEDD_ATTENTION_SHIFT));
        if (i == 0)
            attention.qkv = first_qkv(net, sequences, count, rows);
        else if (attention.wanted_only)
            last_qkv(net, &m->blocks[i].qkv, sequences, count, rows);
        else
            product(net, &m->blocks[i].qkv, net->normed, net->qkv, rows);
        if (attention.wanted_only) rows = keep_wanted(net, sequences, count);
        pool_run(net->pool, (int)(count * c->n_heads), attention_part, &attention);
        product(net, &m->blocks[i].attn_out, net->mixed, net->normed, rows);
        /* the branch is where the norm will be written: each row is read before that */
        next_norm(net, rows, net->normed, sedd_modulation_at(c, i, SEDD_ATTENTION_GATE),
                  m->weights + at->norm2, sedd_modulation_at(c, i, SEDD_MLP_SHIFT));
        product(net, &m->blocks[i].up, net->normed, net->hidden, rows);
        product(net, &m->blocks[i].down, net->hidden, net->mixed, rows);
        bool last = i + 1 == c->n_blocks;
        const float *norm = m->weights + (last ? m->layout.norm_final : m->layout.blocks[i + 1].norm1);
        next_norm(net, rows, net->mixed, sedd_modulation_at(c, i, SEDD_MLP_GATE), norm,
                  sedd_modulation_at(c, i + 1, SEDD_ATTENTION_SHIFT));
    }
    if (!status && !cancelled(net)) run_head(net, rows, f);
    if (!status && cancelled(net)) status = error_set(error, STATUS_CANCELLED, "cancelled");
    net->cancel = NULL;
    return status;
}

/* Finite weights can still overflow in the network, and every comparison with NaN is false, so a sampler
 * would draw arbitrary words from such rows. */
static enum status check_output(const struct sedd_net *net, const struct sedd_sequence *sequences,
                                uint32_t count, const float *f, struct error *error)
{
    size_t columns = net->model->head.out;
    for (uint32_t s = 0; s < count; s++) {
        const struct sedd_sequence *q = &sequences[s];
        uint32_t rows = q->rows ? q->row_count : q->length;
        for (uint32_t i = 0; i < rows; i++, f += columns)
            if (!distribution_finite(f, columns))
                return error_set(
                    error, STATUS_FORMAT,
                    "the network's output at position %u of %u is not finite: values overflow in it (%s)",
                    q->rows ? q->rows[i] : i, q->length, sedd_precision_name(net->model->precision));
    }
    return STATUS_OK;
}

enum status sedd_net_mix(struct sedd_net *net, struct sedd_net *other, float weight, struct error *error)
{
    const struct sedd_config *a = &net->model->config, *b = other ? &other->model->config : a;
    if (a->tokens != b->tokens || a->graph != b->graph || a->noise != b->noise || a->length != b->length ||
        a->parametrisation != b->parametrisation || a->causal != b->causal)
        return error_set(error, STATUS_ARGUMENT,
                         "models of another vocabulary, length or process cannot be mixed");
    net->other = weight > 0 ? other : NULL;
    net->other_weight = weight;
    return STATUS_OK;
}

static size_t output_size(const struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count)
{
    size_t rows = 0;
    for (uint32_t s = 0; s < count; s++)
        rows += sequences[s].rows ? sequences[s].row_count : sequences[s].length;
    return rows * net->model->head.out;
}

/* The other network's output goes into f, in the share that it has. */
static enum status mix_other(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count,
                             float *f, const atomic_bool *cancel, struct error *error)
{
    size_t size = output_size(net, sequences, count);
    float weight = net->other_weight, *g = mem_alloc_array(size ? size : 1, sizeof *g);
    if (!g) return error_set(error, STATUS_NO_MEMORY, "not enough memory for two networks");
    enum status status = sedd_net_evaluate_raw(net->other, sequences, count, g, cancel, error);
    for (size_t i = 0; i < size && !status; i++) f[i] = (1 - weight) * f[i] + weight * g[i];
    mem_free(g);
    return status;
}

enum status sedd_net_evaluate(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count,
                              float *f, const atomic_bool *cancel, struct error *error)
{
    bool other_alone = net->other && net->other_weight >= 1;
    enum status status =
        sedd_net_evaluate_raw(other_alone ? net->other : net, sequences, count, f, cancel, error);
    if (!status && net->other && !other_alone) status = mix_other(net, sequences, count, f, cancel, error);
    return status ? status : check_output(net, sequences, count, f, error);
}

enum status sedd_net_products_alone(struct sedd_net *net, uint32_t tokens, uint32_t masked,
                                    struct error *error)
{
    const struct sedd_model *m = net->model;
    uint32_t blocks = m->config.n_blocks;
    enum status status = reserve(net, tokens, tokens, 1, error);
    for (uint32_t i = 0; i < blocks && !status; i++) {
        size_t rows = i + 1 == blocks ? masked : tokens;
        const struct linear *qkv = &m->blocks[i].qkv;
        size_t queries = i && i + 1 == blocks ? query_panels(net, qkv, tokens, masked) : 0;
        product_panels(net, qkv, net->normed, net->qkv, tokens, queries, qkv->panels);
        if (queries) product_panels(net, qkv, net->normed, net->mixed, masked, 0, queries);
        product(net, &m->blocks[i].attn_out, net->mixed, net->normed, rows);
        product(net, &m->blocks[i].up, net->normed, net->hidden, rows);
        product(net, &m->blocks[i].down, net->hidden, net->mixed, rows);
    }
    size_t most = MATMUL_MOST_TILE / m->head.tile * m->head.tile; /* rows that fit the spare buffer */
    for (size_t at = 0; at < masked && !status; at += most)
        product(net, &m->head, net->normed + at * m->head.in, net->tile,
                masked - at < most ? masked - at : most);
    return status;
}
