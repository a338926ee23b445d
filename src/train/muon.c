/* Newton–Schulz iteration on the hidden matrices: docs/SEDD.md (12.1). Only one thread works on a matrix, so
 * the result does not depend on the number of threads. */
#include "muon.h"
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"

#include <math.h>
#include <string.h>

enum { ITERATIONS = 5, SHAPES = 8 };

/* The products of one shape (small, large), small ≤ large. */
struct shape_plans {
    size_t small, large;
    void *gram;   /* X Xᵀ: (s, l) (l, s) */
    void *square; /* A A: (s, s) (s, s) */
    void *apply;  /* B X: (s, s) (s, l) */
};
struct workspace {
    struct shape_plans shapes[SHAPES];
    size_t shape_count;
    float *x, *next; /* (s, l) */
    float *a, *b;    /* (s, s) */
};

struct muon {
    const struct matmul_backend *backend;
    struct muon_matrix *matrices;
    size_t count, most, most_square; /* elements of the largest matrix; of its smaller side squared */
    struct workspace *workspaces;
    int threads;
};

static size_t smaller(const struct muon_matrix *m)
{
    return m->rows < m->columns ? m->rows : m->columns;
}

static void add_matrix(struct muon *muon, size_t offset, size_t rows, size_t columns)
{
    struct muon_matrix *m = &muon->matrices[muon->count++];
    *m = (struct muon_matrix){offset, rows, columns};
    if (rows * columns > muon->most) muon->most = rows * columns;
    if (smaller(m) * smaller(m) > muon->most_square) muon->most_square = smaller(m) * smaller(m);
}

static bool plan_shape(struct muon *muon, struct workspace *w, size_t s, size_t l)
{
    for (size_t i = 0; i < w->shape_count; i++)
        if (w->shapes[i].small == s && w->shapes[i].large == l) return true;
    struct shape_plans *p = &w->shapes[w->shape_count++];
    struct matmul_shape gram = {
        .m = s, .n = s, .k = l, .batch = 1, .a_row = l, .a_column = 1, .b_row = 1, .b_column = l, .c_row = s};
    struct matmul_shape square = {
        .m = s, .n = s, .k = s, .batch = 1, .a_row = s, .a_column = 1, .b_row = s, .b_column = 1, .c_row = s};
    struct matmul_shape apply = {
        .m = s, .n = l, .k = s, .batch = 1, .a_row = s, .a_column = 1, .b_row = l, .b_column = 1, .c_row = l};
    p->small = s;
    p->large = l;
    p->gram = muon->backend->plan(&gram);
    p->square = muon->backend->plan(&square);
    p->apply = muon->backend->plan(&apply);
    return p->gram && p->square && p->apply;
}

static bool open_workspace(struct muon *muon, struct workspace *w)
{
    w->x = mem_big_alloc(muon->most * sizeof(float));
    w->next = mem_big_alloc(muon->most * sizeof(float));
    w->a = mem_big_alloc(muon->most_square * sizeof(float));
    w->b = mem_big_alloc(muon->most_square * sizeof(float));
    bool ok = w->x && w->next && w->a && w->b;
    for (size_t i = 0; i < muon->count && ok; i++) {
        const struct muon_matrix *m = &muon->matrices[i];
        ok = plan_shape(muon, w, smaller(m), m->rows * m->columns / smaller(m));
    }
    return ok;
}

struct muon *muon_new(const struct sedd_layout *layout, const struct sedd_config *config, int threads,
                      struct error *error)
{
    enum sedd_precision precision = SEDD_PRECISION_F32;
    struct muon *muon = mem_zalloc(sizeof *muon);
    bool ok = muon &&
              (muon->matrices = mem_zalloc_array((size_t)config->n_blocks * 6, sizeof(struct muon_matrix))) &&
              (muon->workspaces = mem_zalloc_array((size_t)threads, sizeof(struct workspace)));
    if (ok) muon->backend = matmul_backend(&precision, error);
    if (ok && !muon->backend) {
        muon_free(muon);
        return NULL;
    }
    size_t d = config->hidden_size;
    for (uint32_t i = 0; ok && i < config->n_blocks; i++) {
        const struct sedd_layout_block *at = &layout->blocks[i];
        /* the largest first, so that threads end together */
        add_matrix(muon, at->mlp_up, 4 * d, d);
        add_matrix(muon, at->mlp_down, d, 4 * d);
        for (size_t third = 0; third < 3; third++) add_matrix(muon, at->qkv + third * d * d, d, d);
        add_matrix(muon, at->attn_out, d, d);
    }
    if (ok) muon->threads = threads;
    for (int i = 0; ok && i < threads; i++) ok = open_workspace(muon, &muon->workspaces[i]);
    if (ok) return muon;
    muon_free(muon);
    error_set(error, STATUS_NO_MEMORY, "not enough memory for Newton–Schulz steps");
    return NULL;
}

void muon_free(struct muon *muon)
{
    if (!muon) return;
    for (int i = 0; i < muon->threads; i++) {
        struct workspace *w = &muon->workspaces[i];
        for (size_t j = 0; j < w->shape_count; j++) {
            void *plans[] = {w->shapes[j].gram, w->shapes[j].square, w->shapes[j].apply};
            for (size_t k = 0; k < ARRAY_SIZE(plans); k++)
                if (plans[k]) muon->backend->plan_free(plans[k]);
        }
        mem_big_free(w->x, muon->most * sizeof(float));
        mem_big_free(w->next, muon->most * sizeof(float));
        mem_big_free(w->a, muon->most_square * sizeof(float));
        mem_big_free(w->b, muon->most_square * sizeof(float));
    }
    mem_free(muon->workspaces);
    mem_free(muon->matrices);
    mem_free(muon);
}

size_t muon_count(const struct muon *muon)
{
    return muon->count;
}

const struct muon_matrix *muon_matrix_at(const struct muon *muon, size_t index)
{
    return &muon->matrices[index];
}

static void transpose(const float *restrict x, float *restrict out, size_t rows, size_t columns)
{
    enum { TILE = 16 };
    for (size_t i = 0; i < rows; i += TILE)
        for (size_t j = 0; j < columns; j += TILE)
            for (size_t k = i; k < i + TILE && k < rows; k++)
                for (size_t l = j; l < j + TILE && l < columns; l++) out[l * rows + k] = x[k * columns + l];
}

static double square_sum(const float *x, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) total += (double)x[i] * (double)x[i];
    return total;
}

SIMD_CLONES static void scale_all(float *restrict x, float factor, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) x[i] *= factor;
}

/* b ← β a + γ b + α I */
SIMD_CLONES static void polynomial(const float *restrict a, float *restrict b, float alpha, float beta,
                                   float gamma, size_t s)
{
#pragma omp simd
    for (size_t i = 0; i < s * s; i++) b[i] = beta * a[i] + gamma * b[i];
    for (size_t i = 0; i < s; i++) b[i * s + i] += alpha;
}

void muon_orthogonalise(struct muon *muon, size_t index, int worker, float *x)
{
    /* Quintic coefficients from the Muon post: steep at 0, and bounded on [0, 1.2]. */
    static const float alpha = 3.4445f, beta = -4.7750f, gamma = 2.0315f;
    const struct muon_matrix *m = &muon->matrices[index];
    struct workspace *w = &muon->workspaces[worker];
    size_t n = m->rows * m->columns, s = smaller(m), l = n / s, i = 0;
    while (w->shapes[i].small != s || w->shapes[i].large != l) i++;
    const struct shape_plans *p = &w->shapes[i];
    double norm = sqrt(square_sum(x, n));
    if (!(norm > 0)) return;
    if (m->rows > m->columns)
        transpose(x, w->x, m->rows, m->columns);
    else
        memcpy(w->x, x, n * sizeof(float));
    scale_all(w->x, (float)(1 / norm), n); /* the largest singular value is at most 1 now */
    for (int k = 0; k < ITERATIONS; k++) {
        muon->backend->run(p->gram, w->x, w->x, w->a);
        muon->backend->run(p->square, w->a, w->a, w->b);
        polynomial(w->a, w->b, alpha, beta, gamma, s);
        muon->backend->run(p->apply, w->b, w->x, w->next);
        float *kept = w->x;
        w->x = w->next;
        w->next = kept;
    }
    if (m->rows > m->columns)
        transpose(w->x, x, m->columns, m->rows);
    else
        memcpy(x, w->x, n * sizeof(float));
}
