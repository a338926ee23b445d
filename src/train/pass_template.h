/* The training pass, a template over the type of the activations: the including file sets ACT, ACT_LOAD,
 * ACT_STORE, WEIGHT (type of the weights in products) and NAME. It follows the paper: the blocks forward, the
 * head with its loss, then everything backward in reverse order.
 *
 * Shapes: R rows, L positions, M = R·L, D width, H heads of width W. */
#include "lacuna/sedd_kernels.h"
#include "pass_internal.h"

#include <math.h>
#include <string.h>

/* ---- elementwise kernels: one row of D (or 4D) numbers at a time --------------------------------------- */

/* x̂ = (x − mean) / √(var + 1e-5), in float32, kept as ACT. Returns 1/√(var + 1e-5). */
SIMD_CLONES static float NAME(normalise)(const float *restrict x, ACT *restrict out, size_t d)
{
    struct layer_norm norm = layer_norm_of(x, d);
#pragma omp simd
    for (size_t i = 0; i < d; i++) out[i] = ACT_STORE((x[i] - norm.mean) * norm.rstd);
    return norm.rstd;
}

/* out = x̂ · gain + shift */
SIMD_CLONES static void NAME(modulate)(const ACT *restrict normed, const float *restrict gain,
                                       const float *restrict shift, ACT *restrict out, size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) out[i] = ACT_STORE(ACT_LOAD(normed[i]) * gain[i] + shift[i]);
}

/* x += gate · y */
SIMD_CLONES static void NAME(add_gated)(float *restrict x, const ACT *restrict y, const float *restrict gate,
                                        size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) x[i] += gate[i] * ACT_LOAD(y[i]);
}

SIMD_CLONES static void NAME(add_bias)(ACT *restrict x, const float *restrict bias, size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) x[i] = ACT_STORE(ACT_LOAD(x[i]) + bias[i]);
}

/* u += bias (kept), out = GELU(u) */
SIMD_CLONES static void NAME(bias_gelu)(ACT *restrict u, const float *restrict bias, ACT *restrict out,
                                        size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) {
        float v = ACT_LOAD(u[i]) + bias[i];
        u[i] = ACT_STORE(v);
        out[i] = ACT_STORE(simd_gelu(v));
    }
}

/* Recomputes z = GELU(u); dz becomes du, and its column sums are added to the bias's gradient. */
SIMD_CLONES static void NAME(gelu_backward)(const ACT *restrict u, ACT *restrict dz, ACT *restrict z,
                                            float *restrict d_bias, size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) {
        float value, slope = simd_gelu_derivative(ACT_LOAD(u[i]), &value);
        float du = ACT_LOAD(dz[i]) * slope;
        z[i] = ACT_STORE(value);
        dz[i] = ACT_STORE(du);
        d_bias[i] += du;
    }
}

/* Backward of x += gate · y: dy = gate · dx, d_gate += dx · y. */
SIMD_CLONES static void NAME(gate_backward)(const float *restrict dx, const ACT *restrict y,
                                            const float *restrict gate, ACT *restrict dy,
                                            float *restrict d_gate, size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) {
        dy[i] = ACT_STORE(gate[i] * dx[i]);
        d_gate[i] += dx[i] * ACT_LOAD(y[i]);
    }
}

SIMD_CLONES static void NAME(sum_columns)(const ACT *restrict x, float *restrict out, size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) out[i] += ACT_LOAD(x[i]);
}

/* Backward of modulate ∘ normalise: dh → dx (added), with the column sums Σ dh·x̂ and Σ dh. */
SIMD_CLONES static void NAME(norm_backward)(const ACT *restrict dh, const ACT *restrict normed,
                                            const float *restrict gain, float rstd, float *restrict dx,
                                            float *restrict sum_normed, float *restrict sum_plain, size_t d)
{
    float mean = 0, along = 0;
#pragma omp simd reduction(+ : mean, along)
    for (size_t i = 0; i < d; i++) {
        float h = ACT_LOAD(dh[i]), n = ACT_LOAD(normed[i]), g = h * gain[i];
        mean += g;
        along += g * n;
        sum_normed[i] += h * n;
        sum_plain[i] += h;
    }
    mean /= (float)d;
    along /= (float)d;
#pragma omp simd
    for (size_t i = 0; i < d; i++)
        dx[i] += rstd * (ACT_LOAD(dh[i]) * gain[i] - mean - ACT_LOAD(normed[i]) * along);
}

/* Rotates the pairs (i, i + W/2) of one head by the position's angles; sign −1 rotates back. */
SIMD_CLONES static void NAME(rotate)(ACT *restrict x, const float *restrict cosine,
                                     const float *restrict sine, float sign, size_t half)
{
#pragma omp simd
    for (size_t i = 0; i < half; i++) {
        float a = ACT_LOAD(x[i]), b = ACT_LOAD(x[i + half]), c = cosine[i], s = sign * sine[i];
        x[i] = ACT_STORE(a * c - b * s);
        x[i + half] = ACT_STORE(b * c + a * s);
    }
}

/* Softmax of scale · scores over [start, end); 0 elsewhere. */
SIMD_CLONES static void NAME(softmax)(const float *restrict scores, float scale, size_t start, size_t end,
                                      size_t n, float *restrict scratch, ACT *restrict out)
{
    float top = -INFINITY, sum = 0;
#pragma omp simd reduction(max : top)
    for (size_t i = start; i < end; i++) top = scores[i] > top ? scores[i] : top;
#pragma omp simd reduction(+ : sum)
    for (size_t i = start; i < end; i++) {
        scratch[i] = simd_exp(scale * (scores[i] - top));
        sum += scratch[i];
    }
    float factor = 1.0f / sum;
    memset(out, 0, start * sizeof *out);
#pragma omp simd
    for (size_t i = start; i < end; i++) out[i] = ACT_STORE(scratch[i] * factor);
    memset(out + end, 0, (n - end) * sizeof *out);
}

/* ds = scale · p · (dp − Σ dp·p) */
SIMD_CLONES static void NAME(softmax_backward)(const ACT *restrict p, const float *restrict dp, float scale,
                                               size_t n, ACT *restrict ds)
{
    float along = 0;
#pragma omp simd reduction(+ : along)
    for (size_t i = 0; i < n; i++) along += ACT_LOAD(p[i]) * dp[i];
#pragma omp simd
    for (size_t i = 0; i < n; i++) ds[i] = ACT_STORE(scale * ACT_LOAD(p[i]) * (dp[i] - along));
}

/* −ln softmax(f)[target]; the gradient weight · (softmax − onehot) goes to d. */
SIMD_CLONES static float NAME(cross_entropy)(float *restrict f, size_t n, size_t target, float weight,
                                             ACT *restrict d)
{
    float top = -INFINITY, sum = 0, at_target = f[target];
#pragma omp simd reduction(max : top)
    for (size_t i = 0; i < n; i++) top = f[i] > top ? f[i] : top;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        f[i] = simd_exp(f[i] - top);
        sum += f[i];
    }
    float factor = weight / sum;
#pragma omp simd
    for (size_t i = 0; i < n; i++) d[i] = ACT_STORE(f[i] * factor);
    d[target] = ACT_STORE(f[target] * factor - weight);
    return top + logf(sum) - at_target;
}

SIMD_CLONES static void NAME(add_row)(float *restrict x, const float *restrict y, size_t d)
{
#pragma omp simd
    for (size_t i = 0; i < d; i++) x[i] += y[i];
}

static void NAME(make_gain)(float *restrict gain, const float *restrict norm, const float *restrict scale,
                            size_t d)
{
    for (size_t i = 0; i < d; i++) gain[i] = norm[i] * (1.0f + scale[i]);
}

/* From the column sums A = Σ dh·x̂ and B = Σ dh of one row: gain = w(1 + scale), so
 * dw += A(1 + scale), d_scale += A·w, d_shift += B. */
static void NAME(finish_norm)(const float *restrict a, const float *restrict b, const float *restrict norm,
                              const float *restrict scale, float *restrict d_norm, float *restrict d_scale,
                              float *restrict d_shift, size_t d)
{
    for (size_t i = 0; i < d; i++) {
        d_norm[i] += a[i] * (1.0f + scale[i]);
        d_scale[i] += a[i] * norm[i];
        d_shift[i] += b[i];
    }
}

/* ---- parts of the network ------------------------------------------------------------------------------ */

/* Normalises all M positions; x̂ and 1/σ are kept. */
static void NAME(normalise_all)(struct train_pass *p, ACT *normed, float *rstd)
{
    for (size_t m = 0; m < p->tokens; m++)
        rstd[m] = NAME(normalise)(p->stream + m * p->width, normed + m * p->width, p->width);
}

/* h = x̂ · w(1 + scale) + shift for all positions; `which` is 0 for attention's norm, 3 for the MLP's. */
static void NAME(modulate_all)(struct train_pass *p, const ACT *normed, const float *norm, uint32_t block,
                               enum sedd_modulation which, ACT *out)
{
    size_t d = p->width;
    for (uint32_t r = 0; r < p->rows; r++) {
        const float *shift = pass_modulation(p, r, block, which), *scale = shift + d;
        NAME(make_gain)(p->gain, norm, scale, d);
        for (size_t m = (size_t)r * p->length; m < (size_t)(r + 1) * p->length; m++)
            NAME(modulate)(normed + m * d, p->gain, shift, out + m * d, d);
    }
}

static void NAME(norm_backward_all)(struct train_pass *p, const ACT *dh, const ACT *normed, const float *rstd,
                                    const float *norm, float *d_norm, uint32_t block,
                                    enum sedd_modulation which)
{
    size_t d = p->width;
    for (uint32_t r = 0; r < p->rows; r++) {
        const float *scale = pass_modulation(p, r, block, which) + d;
        float *d_shift = pass_d_modulation(p, r, block, which), *d_scale = d_shift + d;
        NAME(make_gain)(p->gain, norm, scale, d);
        memset(p->columns_a, 0, d * sizeof(float));
        memset(p->columns_b, 0, d * sizeof(float));
        for (size_t m = (size_t)r * p->length; m < (size_t)(r + 1) * p->length; m++) NAME(norm_backward)
        (dh + m * d, normed + m * d, p->gain, rstd[m], p->d_stream + m * d, p->columns_a, p->columns_b, d);
        NAME(finish_norm)
        (p->columns_a, p->columns_b, norm, scale, d_norm, d_scale, d_shift, d);
    }
}

/* Scales a head's query or key to a root mean square of 1; returns the factor. */
SIMD_CLONES static float NAME(normalise_head)(ACT *restrict x, size_t width)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < width; i++) sum += ACT_LOAD(x[i]) * ACT_LOAD(x[i]);
    float factor = 1 / sqrtf(sum / (float)width + SEDD_HEAD_EPS);
#pragma omp simd
    for (size_t i = 0; i < width; i++) x[i] = ACT_STORE(ACT_LOAD(x[i]) * factor);
    return factor;
}

/* With y = x·factor: dx = factor·(dy − y·mean(y·dy)), in place. */
SIMD_CLONES static void NAME(normalise_head_backward)(const ACT *restrict y, ACT *restrict dy, float factor,
                                                      size_t width)
{
    float along = 0;
#pragma omp simd reduction(+ : along)
    for (size_t i = 0; i < width; i++) along += ACT_LOAD(y[i]) * ACT_LOAD(dy[i]);
    along /= (float)width;
#pragma omp simd
    for (size_t i = 0; i < width; i++) dy[i] = ACT_STORE((ACT_LOAD(dy[i]) - ACT_LOAD(y[i]) * along) * factor);
}

static void NAME(normalise_heads)(struct train_pass *p, struct kept_block *k)
{
    size_t heads = 2 * (size_t)p->heads, w = p->head_width; /* of q, then of k */
    for (size_t m = 0; m < p->tokens; m++)
        for (size_t h = 0; h < heads; h++)
            k->head_factors[m * heads + h] =
                NAME(normalise_head)((ACT *)k->qkv + m * 3 * p->width + h * w, w);
}

/* A rotation keeps lengths and angles, so the rotated q and k and their gradients can be used. */
static void NAME(normalise_heads_backward)(struct train_pass *p, const struct kept_block *k)
{
    size_t heads = 2 * (size_t)p->heads, w = p->head_width;
    for (size_t m = 0; m < p->tokens; m++)
        for (size_t h = 0; h < heads; h++) {
            size_t at = m * 3 * p->width + h * w;
            NAME(normalise_head_backward)
            ((const ACT *)k->qkv + at, (ACT *)p->d_qkv + at, k->head_factors[m * heads + h], w);
        }
}

static void NAME(rotate_all)(struct train_pass *p, ACT *qkv, float sign)
{
    size_t half = p->head_width / 2;
    for (size_t m = 0; m < p->tokens; m++) {
        const float *cosine = p->cosine + m % p->length * half, *sine = p->sine + m % p->length * half;
        for (size_t h = 0; h < 2 * (size_t)p->heads; h++) /* heads of q, then of k */
            NAME(rotate)(qkv + m * 3 * p->width + h * p->head_width, cosine, sine, sign, half);
    }
}

static void NAME(attend_range)(const struct train_pass *p, const struct train_batch *batch, size_t row,
                               size_t i, size_t *start, size_t *end)
{
    *start = batch->segment_start ? batch->segment_start[row * p->length + i] : 0;
    *end = p->causal ? i + 1 : batch->segment_end ? batch->segment_end[row * p->length + i] : p->length;
}

static void NAME(attention_forward)(struct train_pass *p, const struct train_batch *batch,
                                    struct kept_block *k)
{
    const struct matmul_backend *b = p->backend;
    size_t n = p->length, d = p->width, w = p->head_width;
    float scale = 1.0f / sqrtf((float)w);
    for (size_t r = 0; r < p->rows; r++)
        for (size_t h = 0; h < p->heads; h++) {
            const ACT *q = (const ACT *)k->qkv + r * n * 3 * d + h * w;
            ACT *soft = (ACT *)k->attention + (r * p->heads + h) * n * n;
            b->run(p->plans.scores, q, q + d, p->scores);
            for (size_t i = 0; i < n; i++) {
                size_t start, end;
                NAME(attend_range)(p, batch, r, i, &start, &end);
                NAME(softmax)(p->scores + i * n, scale, start, end, n, (float *)p->d_scores, soft + i * n);
            }
            b->run(p->plans.values, soft, q + 2 * d, (ACT *)k->mixed + r * n * d + h * w);
        }
}

/* d_narrow holds d(mixed); fills d_qkv. */
static void NAME(attention_backward)(struct train_pass *p, struct kept_block *k)
{
    const struct matmul_backend *b = p->backend;
    size_t n = p->length, d = p->width, w = p->head_width;
    float scale = 1.0f / sqrtf((float)w);
    for (size_t r = 0; r < p->rows; r++)
        for (size_t h = 0; h < p->heads; h++) {
            const ACT *q = (const ACT *)k->qkv + r * n * 3 * d + h * w;
            ACT *dq = (ACT *)p->d_qkv + r * n * 3 * d + h * w;
            const ACT *soft = (const ACT *)k->attention + (r * p->heads + h) * n * n;
            const ACT *d_mixed = (const ACT *)p->d_narrow + r * n * d + h * w;
            b->run(p->plans.d_attention, d_mixed, q + 2 * d, p->scores);
            b->run(p->plans.d_values, soft, d_mixed, dq + 2 * d);
            for (size_t i = 0; i < n; i++)
                NAME(softmax_backward)(soft + i * n, p->scores + i * n, scale, n, (ACT *)p->d_scores + i * n);
            b->run(p->plans.d_queries, p->d_scores, q + d, dq);
            b->run(p->plans.d_keys, p->d_scores, q, dq + d);
        }
}

static void NAME(block_forward)(struct train_pass *p, const float *weights, const WEIGHT *product_weights,
                                const struct train_batch *batch, uint32_t i)
{
    const struct sedd_layout_block *at = &p->layout->blocks[i];
    const struct matmul_backend *b = p->backend;
    struct kept_block *k = &p->kept[i];
    size_t d = p->width;
    NAME(normalise_all)(p, k->normed1, k->rstd1);
    NAME(modulate_all)(p, k->normed1, weights + at->norm1, i, SEDD_ATTENTION_SHIFT, p->narrow);
    b->run(p->plans.qkv, p->narrow, product_weights + at->qkv, k->qkv);
    if (p->config.qk_norm) NAME(normalise_heads)(p, k);
    NAME(rotate_all)(p, k->qkv, 1);
    NAME(attention_forward)(p, batch, k);
    b->run(p->plans.attn_out, k->mixed, product_weights + at->attn_out, k->projected);
    for (size_t m = 0; m < p->tokens; m++) NAME(add_gated)
    (p->stream + m * d, (ACT *)k->projected + m * d,
     pass_modulation(p, (uint32_t)(m / p->length), i, SEDD_ATTENTION_GATE), d);
    NAME(normalise_all)(p, k->normed2, k->rstd2);
    NAME(modulate_all)(p, k->normed2, weights + at->norm2, i, SEDD_MLP_SHIFT, p->narrow);
    b->run(p->plans.up, p->narrow, product_weights + at->mlp_up, k->up);
    for (size_t m = 0; m < p->tokens; m++) NAME(bias_gelu)
    ((ACT *)k->up + m * 4 * d, weights + at->mlp_up_bias, (ACT *)p->hidden + m * 4 * d, 4 * d);
    b->run(p->plans.down, p->hidden, product_weights + at->mlp_down, k->down);
    for (size_t m = 0; m < p->tokens; m++) {
        NAME(add_bias)((ACT *)k->down + m * d, weights + at->mlp_down_bias, d);
        NAME(add_gated)
        (p->stream + m * d, (ACT *)k->down + m * d,
         pass_modulation(p, (uint32_t)(m / p->length), i, SEDD_MLP_GATE), d);
    }
}

static void NAME(block_backward)(struct train_pass *p, const float *weights, const WEIGHT *product_weights,
                                 float *g, uint32_t i)
{
    const struct sedd_layout_block *at = &p->layout->blocks[i];
    const struct matmul_backend *b = p->backend;
    struct kept_block *k = &p->kept[i];
    size_t d = p->width;
    /* MLP */
    for (size_t m = 0; m < p->tokens; m++) {
        uint32_t r = (uint32_t)(m / p->length);
        ACT *dy = (ACT *)p->d_narrow + m * d;
        NAME(gate_backward)
        (p->d_stream + m * d, (ACT *)k->down + m * d, pass_modulation(p, r, i, SEDD_MLP_GATE), dy,
         pass_d_modulation(p, r, i, SEDD_MLP_GATE), d);
        NAME(sum_columns)(dy, g + at->mlp_down_bias, d);
    }
    b->run(p->plans.d_down, p->d_narrow, product_weights + at->mlp_down, p->d_hidden);
    for (size_t m = 0; m < p->tokens; m++) NAME(gelu_backward)
    ((ACT *)k->up + m * 4 * d, (ACT *)p->d_hidden + m * 4 * d, (ACT *)p->hidden + m * 4 * d,
     g + at->mlp_up_bias, 4 * d);
    b->run(p->plans.w_down, p->d_narrow, p->hidden, g + at->mlp_down);
    NAME(modulate_all)(p, k->normed2, weights + at->norm2, i, SEDD_MLP_SHIFT, p->narrow);
    b->run(p->plans.w_up, p->d_hidden, p->narrow, g + at->mlp_up);
    b->run(p->plans.d_up, p->d_hidden, product_weights + at->mlp_up, p->d_narrow);
    NAME(norm_backward_all)
    (p, p->d_narrow, k->normed2, k->rstd2, weights + at->norm2, g + at->norm2, i, SEDD_MLP_SHIFT);
    /* attention */
    for (size_t m = 0; m < p->tokens; m++) {
        uint32_t r = (uint32_t)(m / p->length);
        NAME(gate_backward)
        (p->d_stream + m * d, (ACT *)k->projected + m * d, pass_modulation(p, r, i, SEDD_ATTENTION_GATE),
         (ACT *)p->narrow + m * d, pass_d_modulation(p, r, i, SEDD_ATTENTION_GATE), d);
    }
    b->run(p->plans.w_attn_out, p->narrow, k->mixed, g + at->attn_out);
    b->run(p->plans.d_attn_out, p->narrow, product_weights + at->attn_out, p->d_narrow);
    NAME(attention_backward)(p, k);
    if (p->config.qk_norm) NAME(normalise_heads_backward)(p, k);
    NAME(rotate_all)(p, p->d_qkv, -1);
    NAME(modulate_all)(p, k->normed1, weights + at->norm1, i, SEDD_ATTENTION_SHIFT, p->narrow);
    b->run(p->plans.w_qkv, p->d_qkv, p->narrow, g + at->qkv);
    b->run(p->plans.d_qkv, p->d_qkv, product_weights + at->qkv, p->d_narrow);
    NAME(norm_backward_all)
    (p, p->d_narrow, k->normed1, k->rstd1, weights + at->norm1, g + at->norm1, i, SEDD_ATTENTION_SHIFT);
}

/* The loss of one row of logits; its gradient times `weight` goes to d. */
static double NAME(row_loss)(struct train_pass *p, float *f, uint32_t x, uint32_t x0, double sigma_bar,
                             float weight, ACT *d)
{
    size_t columns = sedd_head_columns(&p->config);
    if (p->loss == TRAIN_CROSS_ENTROPY) return (double)NAME(cross_entropy)(f, columns, x0, weight, d);
    sedd_log_score(&p->config, f, x, sigma_bar, p->log_score);
    double loss = sedd_score_entropy(&p->config, p->log_score, x, x0, sigma_bar, p->d_log_score);
    sedd_log_score_backward(&p->config, p->log_score, x, sigma_bar, p->d_log_score, f);
    for (size_t j = 0; j < columns; j++) d[j] = ACT_STORE(f[j] * weight);
    return loss;
}

/* The final layer at `count` ≤ HEAD_CHUNK wanted positions: logits, loss, and (with g) the gradients back to
 * d_stream. */
static void NAME(head_chunk)(struct train_pass *p, const float *weights, const WEIGHT *product_weights,
                             const struct train_batch *batch, const uint32_t *wanted, size_t count, float *g,
                             double *loss, float *token_loss)
{
    size_t d = p->width, columns = sedd_head_columns(&p->config);
    const struct sedd_layout *at = p->layout;
    uint32_t last = p->config.n_blocks;
    for (size_t j = 0; j < count; j++) {
        const float *shift = pass_modulation(p, wanted[j] / p->length, last, SEDD_FINAL_SHIFT),
                    *scale = shift + d;
        NAME(make_gain)(p->gain, weights + at->norm_final, scale, d);
        NAME(modulate)
        ((ACT *)p->final_normed + wanted[j] * d, p->gain, shift, (ACT *)p->head_in + j * d, d);
    }
    memset((ACT *)p->head_in + count * d, 0, (HEAD_CHUNK - count) * d * sizeof(ACT));
    p->backend->run(p->plans.head, p->head_in, product_weights + at->head, p->logits);
    for (size_t j = 0; j < count; j++) {
        uint32_t m = wanted[j];
        float *f = p->logits + j * columns;
        NAME(add_row)(f, weights + at->head_bias, columns);
        double value = NAME(row_loss)(p, f, batch->ids[m], batch->targets[m],
                                      batch->sigma_bar ? (double)batch->sigma_bar[m / p->length] : 0,
                                      batch->weights[m], (ACT *)p->d_logits + j * columns);
        *loss += value * (double)batch->weights[m];
        if (token_loss) token_loss[m] = (float)value;
    }
    if (!g) return;
    memset((ACT *)p->d_logits + count * columns, 0, (HEAD_CHUNK - count) * columns * sizeof(ACT));
    for (size_t j = 0; j < count; j++)
        NAME(sum_columns)((ACT *)p->d_logits + j * columns, g + at->head_bias, columns);
    p->backend->run(p->plans.w_head, p->d_logits, p->head_in, g + at->head);
    p->backend->run(p->plans.d_head, p->d_logits, product_weights + at->head, p->d_head_in);
    for (size_t j = 0; j < count; j++) {
        uint32_t m = wanted[j], r = m / p->length;
        const float *scale = pass_modulation(p, r, last, SEDD_FINAL_SCALE);
        float *d_shift = pass_d_modulation(p, r, last, SEDD_FINAL_SHIFT), *d_scale = d_shift + d;
        NAME(make_gain)(p->gain, weights + at->norm_final, scale, d);
        memset(p->columns_a, 0, d * sizeof(float));
        memset(p->columns_b, 0, d * sizeof(float));
        NAME(norm_backward)
        ((ACT *)p->d_head_in + j * d, (ACT *)p->final_normed + m * d, p->gain, p->final_rstd[m],
         p->d_stream + m * d, p->columns_a, p->columns_b, d);
        NAME(finish_norm)
        (p->columns_a, p->columns_b, weights + at->norm_final, scale, g + at->norm_final, d_scale, d_shift,
         d);
    }
}

/* ---- the pass ------------------------------------------------------------------------------------------ */

static void NAME(run)(struct train_pass *p, const float *weights, const WEIGHT *product_weights,
                      const struct train_batch *batch, float *g, double *loss, float *token_loss)
{
    size_t d = p->width;
    pass_condition_forward(p, weights, batch->sigma_bar);
    for (size_t m = 0; m < p->tokens; m++)
        memcpy(p->stream + m * d, weights + p->layout->embedding + batch->ids[m] * d, d * sizeof(float));
    for (uint32_t i = 0; i < p->config.n_blocks; i++)
        NAME(block_forward)(p, weights, product_weights, batch, i);
    NAME(normalise_all)(p, p->final_normed, p->final_rstd);
    size_t count = 0;
    for (uint32_t m = 0; m < p->tokens; m++)
        if (batch->weights[m] != 0) p->wanted[count++] = m;
    memset(p->d_stream, 0, p->tokens * d * sizeof(float));
    for (size_t done = 0; done < count; done += HEAD_CHUNK) NAME(head_chunk)
    (p, weights, product_weights, batch, p->wanted + done,
     count - done < HEAD_CHUNK ? count - done : HEAD_CHUNK, g, loss, token_loss);
    if (!g) return;
    for (uint32_t i = p->config.n_blocks; i-- > 0;) NAME(block_backward)(p, weights, product_weights, g, i);
    for (size_t m = 0; m < p->tokens; m++)
        NAME(add_row)(g + p->layout->embedding + batch->ids[m] * d, p->d_stream + m * d, d);
    pass_condition_backward(p, weights, g);
}
