/* Sets up a training pass: memory for kept activations and one prepared product per shape. */
#include "pass.h"
#include "lacuna/base.h"
#include "lacuna/sedd_kernels.h"
#include "pass_internal.h"

/* All memory of a pass comes from one huge-page arena. The first round only counts. */
static void *take_memory(struct train_pass *p, size_t count, size_t size)
{
    size_t bytes = (count * size + 63) / 64 * 64;
    void *at = p->arena ? (char *)p->arena + p->arena_used : NULL;
    p->arena_used += bytes;
    return at;
}

static void lay_out_blocks(struct train_pass *p)
{
    size_t m = p->tokens, d = p->width, n = p->length, a = p->act_size;
    for (uint32_t i = 0; i < p->config.n_blocks; i++) {
        struct kept_block *k = &p->kept[i];
        k->normed1 = take_memory(p, m * d, a);
        k->normed2 = take_memory(p, m * d, a);
        k->rstd1 = take_memory(p, m, sizeof(float));
        k->rstd2 = take_memory(p, m, sizeof(float));
        k->qkv = take_memory(p, m * 3 * d, a);
        if (p->config.qk_norm) k->head_factors = take_memory(p, m * 2 * p->heads, sizeof(float));
        k->attention = take_memory(p, p->rows * p->heads * n * n, a);
        k->mixed = take_memory(p, m * d, a);
        k->projected = take_memory(p, m * d, a);
        k->up = take_memory(p, m * 4 * d, a);
        k->down = take_memory(p, m * d, a);
    }
}

static void lay_out_memory(struct train_pass *p)
{
    size_t m = p->tokens, d = p->width, n = p->length, a = p->act_size;
    size_t columns = sedd_head_columns(&p->config), states = sedd_states(&p->config), c = p->config.cond_dim;
    size_t rows = p->rows;
    p->arena_used = 0;
    lay_out_blocks(p);
    p->cosine = take_memory(p, n * p->head_width / 2, sizeof(float));
    p->sine = take_memory(p, n * p->head_width / 2, sizeof(float));
    p->stream = take_memory(p, m * d, sizeof(float));
    p->d_stream = take_memory(p, m * d, sizeof(float));
    p->final_normed = take_memory(p, m * d, a);
    p->final_rstd = take_memory(p, m, sizeof(float));
    p->hidden = take_memory(p, m * 4 * d, a);
    p->d_hidden = take_memory(p, m * 4 * d, a);
    p->narrow = take_memory(p, m * d, a);
    p->d_narrow = take_memory(p, m * d, a);
    p->d_qkv = take_memory(p, m * 3 * d, a);
    p->scores = take_memory(p, n * n, sizeof(float));
    p->d_scores = take_memory(p, n * n + n, sizeof(float)); /* also the softmax's float scratch row */
    p->wanted = take_memory(p, m, sizeof(uint32_t));
    p->head_in = take_memory(p, HEAD_CHUNK * d, a);
    p->d_head_in = take_memory(p, HEAD_CHUNK * d, a);
    p->logits = take_memory(p, HEAD_CHUNK * columns, sizeof(float));
    p->d_logits = take_memory(p, HEAD_CHUNK * columns, a);
    p->log_score = take_memory(p, states, sizeof(float));
    p->d_log_score = take_memory(p, states, sizeof(float));
    p->features = take_memory(p, rows * SEDD_NOISE_FEATURES, sizeof(float));
    p->hidden0 = take_memory(p, rows * c, sizeof(float));
    p->silu0 = take_memory(p, rows * c, sizeof(float));
    p->hidden2 = take_memory(p, rows * c, sizeof(float));
    p->condition = take_memory(p, rows * c, sizeof(float));
    p->d_condition = take_memory(p, 2 * c, sizeof(float));
    p->modulation = take_memory(p, rows * p->modulation_row, sizeof(float));
    p->d_modulation = take_memory(p, rows * p->modulation_row, sizeof(float));
    p->gain = take_memory(p, d, sizeof(float));
    p->columns_a = take_memory(p, d, sizeof(float));
    p->columns_b = take_memory(p, d, sizeof(float));
}

/* The three products of a linear layer y (M, out) = x (M, in) Wᵀ. */
static bool plan_linear(struct train_pass *p, size_t m, size_t out, size_t in, enum matmul_type y_type,
                        void **forward, void **d_input, void **d_weight)
{
    enum matmul_type t = p->bf16 ? MATMUL_BF16 : MATMUL_F32;
    struct matmul_shape y = {.m = m,
                             .n = out,
                             .k = in,
                             .batch = 1,
                             .a = t,
                             .b = t,
                             .c = y_type,
                             .a_row = in,
                             .a_column = 1,
                             .b_row = 1,
                             .b_column = in,
                             .c_row = out};
    struct matmul_shape dx = {.m = m,
                              .n = in,
                              .k = out,
                              .batch = 1,
                              .a = t,
                              .b = t,
                              .c = t,
                              .a_row = out,
                              .a_column = 1,
                              .b_row = in,
                              .b_column = 1,
                              .c_row = in};
    struct matmul_shape dw = {.m = out,
                              .n = in,
                              .k = m,
                              .batch = 1,
                              .a = t,
                              .b = t,
                              .c = MATMUL_F32,
                              .a_row = 1,
                              .a_column = out,
                              .b_row = in,
                              .b_column = 1,
                              .c_row = in,
                              .accumulate = true};
    *forward = p->backend->plan(&y);
    *d_input = p->backend->plan(&dx);
    *d_weight = p->backend->plan(&dw);
    return *forward && *d_input && *d_weight;
}

static bool plan_attention(struct train_pass *p)
{
    enum matmul_type t = p->bf16 ? MATMUL_BF16 : MATMUL_F32;
    size_t n = p->length, d = p->width, w = p->head_width;
    /* q kᵀ: (n, w) (w, n), both inside rows of 3D */
    struct matmul_shape scores = {.m = n,
                                  .n = n,
                                  .k = w,
                                  .batch = 1,
                                  .a = t,
                                  .b = t,
                                  .c = MATMUL_F32,
                                  .a_row = 3 * d,
                                  .a_column = 1,
                                  .b_row = 1,
                                  .b_column = 3 * d,
                                  .c_row = n};
    struct matmul_shape values = {.m = n,
                                  .n = w,
                                  .k = n,
                                  .batch = 1,
                                  .a = t,
                                  .b = t,
                                  .c = t,
                                  .a_row = n,
                                  .a_column = 1,
                                  .b_row = 3 * d,
                                  .b_column = 1,
                                  .c_row = d};
    struct matmul_shape d_attention = scores, d_values = values, d_queries = values, d_keys = values;
    d_attention.a_row = d;                     /* d(mixed) vᵀ */
    d_values.a_row = 1, d_values.a_column = n; /* pᵀ d(mixed) */
    d_values.b_row = d, d_values.c_row = 3 * d;
    d_queries.c_row = 3 * d;                                     /* ds k */
    d_keys.a_row = 1, d_keys.a_column = n, d_keys.c_row = 3 * d; /* dsᵀ q */
    struct pass_plans *all = &p->plans;
    all->scores = p->backend->plan(&scores);
    all->values = p->backend->plan(&values);
    all->d_attention = p->backend->plan(&d_attention);
    all->d_values = p->backend->plan(&d_values);
    all->d_queries = p->backend->plan(&d_queries);
    all->d_keys = p->backend->plan(&d_keys);
    return all->scores && all->values && all->d_attention && all->d_values && all->d_queries && all->d_keys;
}

static bool make_plans(struct train_pass *p)
{
    enum matmul_type t = p->bf16 ? MATMUL_BF16 : MATMUL_F32;
    size_t m = p->tokens, d = p->width;
    struct pass_plans *all = &p->plans;
    return plan_linear(p, m, 3 * d, d, t, &all->qkv, &all->d_qkv, &all->w_qkv) &&
           plan_linear(p, m, d, d, t, &all->attn_out, &all->d_attn_out, &all->w_attn_out) &&
           plan_linear(p, m, 4 * d, d, t, &all->up, &all->d_up, &all->w_up) &&
           plan_linear(p, m, d, 4 * d, t, &all->down, &all->d_down, &all->w_down) &&
           plan_linear(p, HEAD_CHUNK, sedd_head_columns(&p->config), d, MATMUL_F32, &all->head, &all->d_head,
                       &all->w_head) &&
           plan_attention(p);
}

struct train_pass *train_pass_new(const struct sedd_config *config, const struct sedd_layout *layout,
                                  const struct matmul_backend *backend, bool bf16, uint32_t rows,
                                  uint32_t length, enum train_loss loss, bool causal, struct error *error)
{
    struct train_pass *p = mem_zalloc(sizeof *p);
    struct kept_block *kept = mem_zalloc_array(config->n_blocks, sizeof *kept);
    if (!p || !kept) {
        mem_free(p);
        mem_free(kept);
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a training pass");
        return NULL;
    }
    *p = (struct train_pass){.config = *config,
                             .layout = layout,
                             .backend = backend,
                             .bf16 = bf16,
                             .causal = causal,
                             .loss = loss,
                             .rows = rows,
                             .length = length,
                             .tokens = rows * length,
                             .width = config->hidden_size,
                             .heads = config->n_heads,
                             .head_width = config->hidden_size / config->n_heads,
                             .kept = kept,
                             .act_size = bf16 ? sizeof(uint16_t) : sizeof(float)};
    p->modulation_row = sedd_modulation_size(config);
    lay_out_memory(p);
    p->arena_size = p->arena_used;
    p->arena = mem_big_alloc(p->arena_size);
    if (!p->arena) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the activations: %zu MB",
                  p->arena_size >> 20);
    } else {
        lay_out_memory(p);
        sedd_rotary_angles(p->length, p->head_width, p->cosine, p->sine);
        if (make_plans(p)) return p;
        error_set(error, STATUS_UNSUPPORTED, "back end %s cannot prepare a product of this network",
                  backend->name);
    }
    train_pass_free(p);
    return NULL;
}

void train_pass_set_causal(struct train_pass *pass, bool causal)
{
    pass->causal = causal;
}

void train_pass_free(struct train_pass *p)
{
    if (!p) return;
    static_assert(sizeof p->plans % sizeof(void *) == 0, "plans are pointers and nothing else");
    void **plans = (void **)&p->plans;
    for (size_t i = 0; i < sizeof p->plans / sizeof *plans; i++)
        if (plans[i]) p->backend->plan_free(plans[i]);
    mem_big_free(p->arena, p->arena_size);
    mem_free(p->kept);
    mem_free(p);
}

void train_pass_run(struct train_pass *pass, const float *weights, const uint16_t *weights_bf16,
                    const struct train_batch *batch, float *gradients, double *loss, float *token_loss)
{
    if (pass->bf16)
        pass_run_bf16(pass, weights, weights_bf16, batch, gradients, loss, token_loss);
    else
        pass_run_f32(pass, weights, batch, gradients, loss, token_loss);
}
