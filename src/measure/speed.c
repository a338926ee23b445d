/* How fast a network is evaluated, relative to the rate of its largest product alone. */
#define _GNU_SOURCE
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"

#include <stdlib.h>
#include <sys/resource.h>

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double gflop_of(const struct sedd_config *c, double tokens, double masked)
{
    double d = c->hidden_size, blocks = c->n_blocks, head = sedd_head_columns(c);
    double per_token = 24 * d * d + 4 * tokens * d; /* one block: products, attention */
    double last =
        tokens * 4 * d * d + masked * (20 * d * d + 4 * tokens * d); /* k, v for all; the rest wanted */
    return ((blocks - 1) * tokens * per_token + last + masked * 2 * d * head) / 1e9;
}

/* ---- the peak: y = x Wᵀ with W (4D, D), repeated
 * -------------------------------------------------------- */

enum { PEAK_PARTS = 4, PEAK_PANEL = 512 };

struct peak {
    const struct matmul_backend *backend;
    void *packed;
    float *x, *y;  /* (rows, D); (threads, rows, PEAK_PANEL) */
    void *rows_of; /* x, in the back end's own type */
    char *scratch;
    size_t width, rows, scratch_row, panels;
};

static void peak_part(void *context, int part, int worker)
{
    struct peak *p = context;
    (void)part;
    p->backend->multiply(p->packed, p->rows_of, p->y + (size_t)worker * p->rows * PEAK_PANEL, p->rows,
                         p->scratch + (size_t)worker * p->scratch_row);
}

static double peak_gflops(const struct sedd_model *model, struct pool *pool, double *seconds, int repeats)
{
    enum sedd_precision precision = sedd_model_precision(model);
    size_t d = sedd_model_config(model)->hidden_size, threads = (size_t)pool_threads(pool);
    struct peak p = {.backend = matmul_backend(&precision, NULL),
                     .width = d,
                     .panels = (4 * d + PEAK_PANEL - 1) / PEAK_PANEL};
    if (!p.backend) return 0;
    size_t tile = p.backend->tile_rows(false);
    p.rows = MATMUL_MOST_ROWS / tile * tile;
    float *w = mem_big_alloc(PEAK_PANEL * d * sizeof *w);
    p.x = mem_big_alloc(p.rows * d * sizeof *p.x);
    size_t own = matmul_prepared_row(p.backend, d, precision);
    p.rows_of = own ? mem_big_alloc(p.rows * own) : p.x;
    if (own && p.x && p.rows_of) p.backend->prepare(p.x, p.rows, d, precision, p.rows_of);
    p.y = mem_big_alloc(threads * p.rows * PEAK_PANEL * sizeof *p.y);
    if (w) p.packed = p.backend->pack(w, NULL, PEAK_PANEL, d, PEAK_PANEL, MATMUL_LINEAR, precision, tile);
    double rate = 0;
    if (p.packed && p.x && p.y && p.rows_of) {
        p.scratch_row = (matmul_scratch_size(p.backend, p.packed) + 63) / 64 * 64;
        p.scratch = mem_big_alloc(threads * p.scratch_row + 1);
        int parts = (int)(PEAK_PARTS * threads * p.panels);
        for (int i = -2; i < repeats && p.scratch; i++) {
            double begun = clock_seconds();
            pool_run(pool, parts, peak_part, &p);
            if (i >= 0) seconds[i] = clock_seconds() - begun;
        }
        if (p.scratch)
            rate = 2e-9 * parts * (double)p.rows * PEAK_PANEL * (double)d / median(seconds, repeats);
        mem_big_free(p.scratch, threads * p.scratch_row + 1);
    }
    if (p.packed) p.backend->pack_free(p.packed);
    mem_big_free(w, PEAK_PANEL * d * sizeof *w);
    if (own) mem_big_free(p.rows_of, p.rows * own);
    mem_big_free(p.x, p.rows * d * sizeof *p.x);
    mem_big_free(p.y, threads * p.rows * PEAK_PANEL * sizeof *p.y);
    return rate;
}

/* Seconds of `repeats` evaluations, after one that is not counted. With `products` also of their products alone.
 * Evaluations and products alternate, so that other load on the machine affects both alike. */
static enum status time_net(struct sedd_net *net, uint32_t tokens, uint32_t masked, int repeats,
                            double *seconds, double *products, struct error *error)
{
    const struct sedd_config *c = sedd_model_config(sedd_net_model(net));
    uint32_t *ids = mem_alloc_array(tokens, sizeof *ids), *rows = mem_alloc_array(masked, sizeof *rows);
    float *f = mem_alloc_array((size_t)masked * sedd_head_columns(c), sizeof *f);
    enum status status =
        ids && rows && f ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (uint32_t i = 0; i < tokens && !status; i++) ids[i] = (uint32_t)(i * 2654435761u) % c->tokens;
    for (uint32_t i = 0; i < masked && !status; i++)
        rows[i] = (tokens - masked) / 2 + i; /* one blank, in the middle */
    for (uint32_t i = 0; i < masked && !status; i++) ids[rows[i]] = sedd_states(c) - 1;
    struct sedd_sequence q = {
        .ids = ids, .length = tokens, .rows = rows, .row_count = masked, .sigma_bar = 1};
    for (int i = -1; i < repeats && !status; i++) {
        double begun = clock_seconds();
        q.sigma_bar = 1 + 0.001f * (float)i; /* a new noise level each time, as in a run */
        /* and all new tokens, unlike in a run: values kept between evaluations play no part */
        for (uint32_t j = 0; j < tokens; j++)
            if (ids[j] < c->tokens) ids[j] = (ids[j] + 1) % c->tokens;
        status = sedd_net_evaluate(net, &q, 1, f, NULL, error);
        double between = clock_seconds();
        if (!status && products) status = sedd_net_products_alone(net, tokens, masked, error);
        if (i < 0) continue;
        seconds[i] = between - begun;
        if (products) products[i] = clock_seconds() - between;
    }
    mem_free(ids);
    mem_free(rows);
    mem_free(f);
    return status;
}

static enum status check_shape(uint32_t tokens, uint32_t masked, int repeats, struct error *error)
{
    if (masked >= 1 && masked <= tokens && repeats >= 1) return STATUS_OK;
    return error_set(error, STATUS_ARGUMENT, "cannot mask %u of %u tokens", masked, tokens);
}

enum status measure_net_speed(struct sedd_net *net, struct pool *pool, uint32_t tokens, uint32_t masked,
                              int repeats, struct measure_speed *out, struct error *error)
{
    const struct sedd_model *model = sedd_net_model(net);
    *out = (struct measure_speed){.repeats = repeats};
    enum status status = check_shape(tokens, masked, repeats, error);
    if (status) return status;
    double *seconds = mem_alloc_array((size_t)repeats, sizeof *seconds);
    double *products = mem_alloc_array((size_t)repeats, sizeof *products);
    status = seconds && products ? time_net(net, tokens, masked, repeats, seconds, products, error)
                                 : error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    if (!status) {
        out->ms = 1e3 * median(seconds, repeats);
        out->products_ms = 1e3 * median(products, repeats);
        out->gflop = gflop_of(sedd_model_config(model), tokens, masked);
        out->gflops = out->gflop / out->ms * 1e3;
        out->matmul_peak_gflops = peak_gflops(model, pool, seconds, repeats);
        out->share_of_peak = out->gflops / out->matmul_peak_gflops;
    }
    mem_free(products);
    mem_free(seconds);
    return status;
}

enum status measure_net_step(struct sedd_net *net, uint32_t tokens, uint32_t masked, int repeats, double *ms,
                             struct error *error)
{
    enum status status = check_shape(tokens, masked, repeats, error);
    if (status) return status;
    double *seconds = mem_alloc_array((size_t)repeats, sizeof *seconds);
    status = seconds ? time_net(net, tokens, masked, repeats, seconds, NULL, error)
                     : error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    if (!status) *ms = 1e3 * median(seconds, repeats);
    mem_free(seconds);
    return status;
}

double measure_net_gflop(const struct sedd_config *config, uint32_t tokens, uint32_t masked)
{
    return gflop_of(config, tokens, masked);
}

size_t measure_peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024;
}
