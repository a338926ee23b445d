/* Which of several fills of hidden words is taken: as a run does it, and a trial that also counts how likely the words
 * after the blank become. */
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <string.h>

struct contest {
    struct fill_engine *engine;
    const struct hidden_words *words;
    const struct sedd_sampler *sampler;
    const struct measure_options *options;
    double *value; /* of each candidate */
    struct error *error;
};

static enum status no_memory_to_choose(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
}

/* The mean of the score and of the bound, for all tokens. */
static enum status add_bounds(struct contest *c, uint64_t *evaluations)
{
    uint32_t count = c->options->candidates, n = (uint32_t)(c->words->last - c->words->first);
    uint32_t positions[MAX_BLANK_TOKENS];
    struct rescore_text *texts = mem_alloc_array(count, sizeof *texts);
    double *ln_q = mem_alloc_array(count, sizeof *ln_q);
    enum status status = texts && ln_q ? STATUS_OK : no_memory_to_choose(c->error);
    for (uint32_t i = 0; i < n; i++) positions[i] = (uint32_t)(c->words->first - c->words->left) + i;
    for (uint32_t k = 0; !status && k < count; k++)
        texts[k] = (struct rescore_text){sedd_sampler_ids(c->sampler, k),
                                         (uint32_t)(c->words->right - c->words->left), positions, n};
    if (!status)
        status = rescore_texts(c->engine, texts, count, ln_q, evaluations, c->options->cancel, c->error);
    for (uint32_t k = 0; !status && k < count; k++) c->value[k] = (c->value[k] + ln_q[k]) / 2;
    mem_free(texts);
    mem_free(ln_q);
    return status;
}

/* The words after the blank, AFTER tokens at most: every second one is masked, then the others. */
enum { AFTER = 12, TURNS = 2 };
struct after {
    struct sedd_sequence *sequences;
    uint32_t *ids, *rows;
    float *f;
};

static void lay_after(const struct contest *c, uint32_t candidate, uint32_t turn, struct after *a)
{
    const struct sedd_config *config = fill_engine_config(c->engine);
    uint32_t length = (uint32_t)(c->words->right - c->words->left), index = candidate * TURNS + turn, n = 0;
    uint32_t end = (uint32_t)(c->words->last - c->words->left);
    uint32_t *ids = a->ids + (size_t)index * length, *rows = a->rows + (size_t)index * AFTER;
    memcpy(ids, sedd_sampler_ids(c->sampler, candidate), length * sizeof *ids);
    for (uint32_t i = turn; i < AFTER && end + i < length; i += TURNS) {
        ids[end + i] = config->tokens;
        rows[n++] = end + i;
    }
    a->sequences[index] =
        (struct sedd_sequence){ids, length, (float)sedd_sigma_bar_of_state(config, n, length), rows, n};
}

static enum status ask_after(struct contest *c, struct after *a, uint64_t *evaluations)
{
    const struct sedd_config *config = fill_engine_config(c->engine);
    uint32_t all = c->options->candidates * TURNS, n = 0;
    for (uint32_t i = 0; i < all; i++) {
        lay_after(c, i / TURNS, i % TURNS, a);
        if (a->sequences[i].row_count) n++;
    }
    if (n < all) return STATUS_OK; /* too few words follow */
    enum status status =
        sedd_net_evaluate(fill_engine_net(c->engine), a->sequences, all, a->f, c->options->cancel, c->error);
    const float *f = a->f;
    for (uint32_t i = 0; !status && i < all; i++)
        for (uint32_t r = 0; r < a->sequences[i].row_count; r++, f += sedd_head_columns(config)) {
            uint32_t id = sedd_sampler_ids(c->sampler, i / TURNS)[a->sequences[i].rows[r]];
            c->value[i / TURNS] -= row_nats(config, f, id, true) / 2;
        }
    *evaluations += n;
    return status;
}

/* Half of ln q of the words after it, given the fill. Without the fill it would be the same for all candidates, which
 * have one length. */
static enum status add_after(struct contest *c, uint64_t *evaluations)
{
    size_t all = (size_t)c->options->candidates * TURNS, length = c->words->right - c->words->left;
    struct after a = {
        .sequences = mem_alloc_array(all, sizeof *a.sequences),
        .ids = mem_alloc_array(all * length, sizeof *a.ids),
        .rows = mem_alloc_array(all * AFTER, sizeof *a.rows),
        .f = mem_alloc_array(all * AFTER * sedd_head_columns(fill_engine_config(c->engine)), sizeof *a.f)};
    bool ok = a.sequences && a.ids && a.rows && a.f;
    enum status status = ok ? ask_after(c, &a, evaluations) : no_memory_to_choose(c->error);
    mem_free(a.sequences);
    mem_free(a.ids);
    mem_free(a.rows);
    mem_free(a.f);
    return status;
}

enum status best_fill(struct fill_engine *engine, const struct hidden_words *words,
                      const struct sedd_sampler *sampler, const struct measure_options *options,
                      uint32_t *best, uint64_t *evaluations, struct error *error)
{
    struct contest c = {.engine = engine, .words = words, .sampler = sampler, .options = options};
    enum status status = STATUS_OK;
    *best = 0;
    c.error = error;
    if (options->candidates < 2 || options->ranking == FILL_RANK_FIRST) return STATUS_OK;
    if (!(c.value = mem_alloc_array(options->candidates, sizeof *c.value))) return no_memory_to_choose(error);
    for (uint32_t k = 0; k < options->candidates; k++)
        c.value[k] = sedd_sampler_score(sampler, k) * (double)(words->last - words->first);
    if (options->ranking == FILL_RANK_BOUND) status = add_bounds(&c, evaluations);
    if (!status && options->after) status = add_after(&c, evaluations);
    for (uint32_t k = 1; !status && k < options->candidates; k++)
        if (c.value[k] > c.value[*best]) *best = k;
    mem_free(c.value);
    return status;
}
