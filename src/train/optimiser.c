/* AdamW, clipping and the moving average, in parts of a fixed size so that sums do not depend on the number
 * of threads. */
#include "optimiser.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"
#include "muon.h"

#include <math.h>
#include <string.h>

enum { PART = 1 << 16 };
static_assert(PART % 16 == 0, "a part holds whole runs of one kind");

static void mark_kind(struct optimiser *o, size_t offset, size_t count, enum optimiser_kind kind)
{
    INVARIANT(offset % 16 == 0);
    memset(o->kinds + offset / 16, kind, (count + 15) / 16);
}

enum status optimiser_init(struct optimiser *o, const struct sedd_layout *layout,
                           const struct train_recipe *recipe, int threads, struct error *error)
{
    size_t n = layout->size;
    *o = (struct optimiser){.size = n};
    o->weights = mem_big_alloc(n * sizeof(float));
    o->average = mem_big_alloc(n * sizeof(float));
    o->moment1 = mem_big_alloc(n * sizeof(float));
    o->moment2 = mem_big_alloc(n * sizeof(float));
    o->weights_bf16 = mem_big_alloc(n * sizeof(uint16_t));
    o->kinds = mem_zalloc_array(n / 16 + 1, 1);
    o->norms = mem_zalloc_array(n / PART + 1, sizeof(double));
    if (!o->weights || !o->average || !o->moment1 || !o->moment2 || !o->weights_bf16 || !o->kinds ||
        !o->norms) {
        optimiser_free(o);
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the optimiser");
    }
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        if (e->columns) mark_kind(o, e->offset, e->rows * e->columns, OPTIMISER_MATRIX);
    }
    if (recipe->optimiser != TRAIN_MUON) return STATUS_OK;
    o->muon = muon_new(layout, &recipe->config, threads, error);
    if (!o->muon) {
        optimiser_free(o);
        return error ? error->code : STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < muon_count(o->muon); i++) {
        const struct muon_matrix *m = muon_matrix_at(o->muon, i);
        mark_kind(o, m->offset, m->rows * m->columns, OPTIMISER_MUON);
    }
    return STATUS_OK;
}

void optimiser_free(struct optimiser *o)
{
    mem_big_free(o->weights, o->size * sizeof(float));
    mem_big_free(o->average, o->size * sizeof(float));
    mem_big_free(o->moment1, o->size * sizeof(float));
    mem_big_free(o->moment2, o->size * sizeof(float));
    mem_big_free(o->weights_bf16, o->size * sizeof(uint16_t));
    mem_free(o->kinds);
    muon_free(o->muon);
    mem_free(o->norms);
    *o = (struct optimiser){0};
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

void optimiser_random(struct optimiser *o, const struct sedd_layout *layout,
                      const struct train_recipe *recipe)
{
    const struct sedd_config *c = &recipe->config;
    size_t d = c->hidden_size;
    struct rng rng = {.seed = recipe->seed, .stream = 0x696E6974u};
    memset(o->weights, 0, o->size * sizeof(float));
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        float *w = o->weights + e->offset;
        bool residual = ends_with(e->name, "attn_out.weight") || ends_with(e->name, "mlp.2.weight");
        double std = residual ? recipe->output_std : recipe->init_std;
        if (e->offset == layout->embedding) std = recipe->embedding_std;
        /* in the score form, modulation and head start at zero, as in the reference */
        bool zero = c->parametrisation == SEDD_SCORE &&
                    (strstr(e->name, "adaLN_modulation") || strstr(e->name, "output_layer.linear"));
        if (strstr(e->name, "norm"))
            for (size_t j = 0; j < e->rows; j++) w[j] = 1;
        else if (e->columns && !zero)
            for (size_t j = 0; j < e->rows * e->columns; j++) w[j] = (float)(std * rng_normal(&rng));
    }
    for (uint32_t i = 0; i < c->n_blocks && c->parametrisation == SEDD_TIME_FREE; i++)
        for (size_t j = 0; j < d; j++)
            o->weights[layout->blocks[i].modulation_bias + SEDD_ATTENTION_GATE * d + j] =
                o->weights[layout->blocks[i].modulation_bias + SEDD_MLP_GATE * d + j] = (float)recipe->gate;
    memcpy(o->average, o->weights, o->size * sizeof(float));
    memset(o->moment1, 0, o->size * sizeof(float));
    memset(o->moment2, 0, o->size * sizeof(float));
    optimiser_refresh_low(o);
}

void optimiser_refresh_low(struct optimiser *o)
{
    for (size_t i = 0; i < o->size; i++) o->weights_bf16[i] = simd_to_bf16(o->weights[i]);
}

struct step {
    struct optimiser *o;
    float *const *gradients;
    int count;
    float rate, muon_rate, beta1, beta2, epsilon, decay, correction1, correction2, clip, ema, momentum;
};

SIMD_CLONES static double sum_part(float *restrict first, float *const *others, int count, size_t from,
                                   size_t to)
{
    double total = 0;
    for (int k = 1; k < count; k++) {
        float *restrict other = others[k];
#pragma omp simd
        for (size_t i = from; i < to; i++) {
            first[i] += other[i];
            other[i] = 0;
        }
    }
    for (size_t at = from; at < to; at += 1024) {
        size_t end = at + 1024 < to ? at + 1024 : to;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = at; i < end; i++) sum += first[i] * first[i];
        total += (double)sum;
    }
    return total;
}

static void sum_task(void *context, int part, int worker)
{
    struct step *s = context;
    (void)worker;
    size_t from = (size_t)part * PART, to = from + PART < s->o->size ? from + PART : s->o->size;
    s->o->norms[part] = sum_part(s->gradients[0], s->gradients, s->count, from, to);
}

SIMD_CLONES static void update_part(const struct step *s, float *restrict g, float *restrict w,
                                    float *restrict m, float *restrict v, float *restrict average,
                                    uint16_t *restrict weights_bf16, const uint8_t *restrict kinds, size_t n)
{
    float b1 = s->beta1, b2 = s->beta2, clip = s->clip, rate = s->rate, c1 = s->correction1,
          c2 = s->correction2;
    float epsilon = s->epsilon, ema = s->ema;
    for (size_t at = 0; at < n; at += 16) {
        if (kinds[at / 16] == OPTIMISER_MUON) continue;
        float keep = 1.0f - rate * s->decay * (float)(kinds[at / 16] == OPTIMISER_MATRIX);
#pragma omp simd
        for (size_t i = at; i < at + 16; i++) {
            float gradient = g[i] * clip;
            g[i] = 0;
            m[i] = b1 * m[i] + (1.0f - b1) * gradient;
            v[i] = b2 * v[i] + (1.0f - b2) * gradient * gradient;
            w[i] = w[i] * keep - rate * (m[i] * c1) / (__builtin_sqrtf(v[i] * c2) + epsilon);
            average[i] = ema * average[i] + (1.0f - ema) * w[i];
            weights_bf16[i] = simd_to_bf16(w[i]);
        }
    }
}

static void update_task(void *context, int part, int worker)
{
    struct step *s = context;
    struct optimiser *o = s->o;
    (void)worker;
    size_t from = (size_t)part * PART, to = from + PART < o->size ? from + PART : o->size;
    update_part(s, s->gradients[0] + from, o->weights + from, o->moment1 + from, o->moment2 + from,
                o->average + from, o->weights_bf16 + from, o->kinds + from / 16, to - from);
}

/* Nesterov momentum: m ← μ m + g, and g + μ m is orthogonalised. */
SIMD_CLONES static void look_ahead(float *restrict g, float *restrict m, float clip, float momentum, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] * clip;
        m[i] = momentum * m[i] + gradient;
        g[i] = gradient + momentum * m[i];
    }
}

SIMD_CLONES static void apply_direction(const struct step *s, float *restrict g, float *restrict w,
                                        float *restrict average, uint16_t *restrict weights_bf16, float rate,
                                        size_t n)
{
    float keep = 1.0f - s->muon_rate * s->decay, ema = s->ema;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        w[i] = w[i] * keep - rate * g[i];
        g[i] = 0;
        average[i] = ema * average[i] + (1.0f - ema) * w[i];
        weights_bf16[i] = simd_to_bf16(w[i]);
    }
}

static void muon_task(void *context, int index, int worker)
{
    struct step *s = context;
    struct optimiser *o = s->o;
    const struct muon_matrix *m = muon_matrix_at(o->muon, (size_t)index);
    size_t at = m->offset, n = m->rows * m->columns, longer = m->rows > m->columns ? m->rows : m->columns;
    float *g = s->gradients[0] + at;
    look_ahead(g, o->moment1 + at, s->clip, s->momentum, n);
    muon_orthogonalise(o->muon, (size_t)index, worker, g);
    /* An orthogonal matrix has entries of about 1/√longer; AdamW's updates are about 0.2. */
    apply_direction(s, g, o->weights + at, o->average + at, o->weights_bf16 + at,
                    s->muon_rate * 0.2f * sqrtf((float)longer), n);
}

double optimiser_step(struct optimiser *o, const struct train_recipe *r, uint64_t step,
                      float *const *gradients, int count, struct pool *pool)
{
    int parts = (int)((o->size + PART - 1) / PART);
    double n = (double)step + 1, ema = (1 + n) / (10 + n);
    struct step s = {.o = o,
                     .gradients = gradients,
                     .count = count,
                     .rate = (float)train_learning_rate(r, step),
                     .muon_rate = (float)train_muon_rate(r, step),
                     .beta1 = (float)r->beta1,
                     .beta2 = (float)r->beta2,
                     .epsilon = (float)r->epsilon,
                     .decay = (float)r->weight_decay,
                     .correction1 = (float)(1 / (1 - pow(r->beta1, n))),
                     .correction2 = (float)(1 / (1 - pow(r->beta2, n))),
                     .ema = (float)(ema < r->ema ? ema : r->ema),
                     .momentum = (float)r->momentum};
    pool_run(pool, parts, sum_task, &s);
    double square = 0;
    for (int i = 0; i < parts; i++) square += o->norms[i];
    double norm = sqrt(square);
    if (!isfinite(norm)) return norm; /* such a step would spoil every weight */
    s.clip = r->clip > 0 && norm > r->clip ? (float)(r->clip / norm) : 1;
    pool_run(pool, parts, update_task, &s);
    if (o->muon) pool_run(pool, (int)muon_count(o->muon), muon_task, &s);
    return norm;
}
