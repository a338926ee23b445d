/* The memory and time that a model needs on this machine. */
#include "model_cost.h"
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "model_options.h"

#include <unistd.h>

enum { REPEATS = 3, SAMPLE_BLOCKS = 3, SAMPLE_TOKENS = 1024 };

uint64_t model_cost_machine_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

static uint64_t bytes_of_weight(enum sedd_precision precision)
{
    return precision == SEDD_PRECISION_F32 ? 4 : precision == SEDD_PRECISION_INT8 ? 1 : 2;
}

/* The weights as sedd/model.c keeps them, and the working memory of net.c. */
static uint64_t memory_of(const struct sedd_config *c, enum sedd_precision precision)
{
    enum {
        FLOATS_OF_A_ROW = 10,
        HEAD_ROWS = 2 * COST_MASKED + MATMUL_MOST_TILE
    };                                                  /* rows of D and of V floats */
    static const uint64_t program = UINT64_C(40) << 20; /* with libraries and tokenizer */
    uint64_t d = c->hidden_size, head = sedd_head_columns(c),
             of_head = precision == SEDD_PRECISION_F32 ? 4 : 2; /* never int8 */
    uint64_t bytes = 12 * d * d * c->n_blocks * bytes_of_weight(precision) + head * d * of_head;
    bytes += sedd_states(c) * d * sizeof(float);
    if (c->parametrisation == SEDD_SCORE) bytes += 6 * d * c->n_blocks * c->cond_dim * sizeof(float);
    bytes += (uint64_t)(COST_TOKENS + MATMUL_MOST_TILE) * FLOATS_OF_A_ROW * d * sizeof(float);
    return bytes + HEAD_ROWS * head * sizeof(float) + program;
}

/* `model` may be NULL; `error`, which may be NULL too, then already says why. */
static enum status run_model(struct sedd_model *model, double *ms, double *gflop, struct error *error)
{
    struct error local = {.code = STATUS_NO_MEMORY};
    if (!error) error = &local; /* its code is a result here */
    struct pool *pool = model ? pool_new(model_options_default().threads, error) : NULL;
    struct sedd_net *net = pool ? sedd_net_new(model, pool, error) : NULL;
    const struct sedd_config *c = model ? sedd_model_config(model) : NULL;
    uint32_t tokens = c && c->length < COST_TOKENS ? c->length : COST_TOKENS,
             masked = tokens < COST_MASKED ? tokens : COST_MASKED;
    enum status status = net ? measure_net_step(net, tokens, masked, REPEATS, ms, error) : error->code;
    if (!status) *gflop = measure_net_gflop(c, tokens, masked);
    sedd_net_free(net);
    pool_free(pool);
    return status;
}

enum status model_cost_estimate(const struct sedd_config *config, struct model_cost *out, struct error *error)
{
    struct sedd_config sample = *config;
    if (sample.n_blocks > SAMPLE_BLOCKS) sample.n_blocks = SAMPLE_BLOCKS;
    if (sample.tokens > SAMPLE_TOKENS) sample.tokens = SAMPLE_TOKENS;
    struct sedd_model *model = sedd_model_random(&sample, SEDD_PRECISION_AUTO, 1, error);
    double ms, gflop;
    enum status status = run_model(model, &ms, &gflop, error);
    if (!status) {
        enum sedd_precision precision = sedd_model_precision(model);
        *out = (struct model_cost){.memory = memory_of(config, precision),
                                   .ms = ms * measure_net_gflop(config, COST_TOKENS, COST_MASKED) / gflop,
                                   .precision = precision};
    }
    sedd_model_free(model);
    return status;
}

enum status model_cost_measure(const char *folder, struct model_cost *out, struct error *error)
{
    double begun = clock_seconds(), ms, gflop;
    struct pool *pool = pool_new(model_options_default().threads, error);
    struct sedd_model *model = pool ? sedd_model_load(folder, SEDD_PRECISION_AUTO, pool, NULL, error) : NULL;
    double seconds = clock_seconds() - begun;
    enum status status = run_model(model, &ms, &gflop, error);
    if (!status)
        *out = (struct model_cost){.memory = measure_peak_memory(),
                                   .ms = ms,
                                   .precision = sedd_model_precision(model),
                                   .load_seconds = seconds};
    sedd_model_free(model);
    pool_free(pool);
    return status;
}
