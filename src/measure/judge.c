/* Rates fills with another network. A model's rating of its own samples shows how faithful the sampler is to
 * the model. How good the words are must be measured with another model, as the field does with GPT-2's
 * perplexity of generated text. */
#include "lacuna/base.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <string.h>

/* −ln p of the blank's tokens given those before them, and of all tokens after the blank. */
static enum status judge_causal(struct hidden_bound *b, const struct hidden_words *k, const uint32_t *ids,
                                double *nats, double *after, uint64_t *evaluations, struct error *error)
{
    uint32_t n = (uint32_t)(k->right - k->left), offset = (uint32_t)(k->first - k->left);
    uint32_t end = (uint32_t)(k->last - k->left);
    size_t columns = sedd_head_columns(b->config);
    b->work[0] = (uint32_t)b->config->endoftext;
    memcpy(b->work + 1, ids, (n - 1) * sizeof *ids);
    for (uint32_t i = offset; i < n; i++) b->rows[i - offset] = i;
    struct sedd_sequence q = {.ids = b->work, .length = n, .rows = b->rows, .row_count = n - offset};
    enum status status = sedd_net_evaluate(b->net, &q, 1, b->f, b->options->cancel, error);
    ++*evaluations;
    for (uint32_t i = offset; i < n && !status; i++)
        *(i < end ? nats : after) += row_nats(b->config, b->f + (i - offset) * columns, ids[i], true);
    return status;
}

enum status judge_open(struct hidden_bound *judge, const struct sedd_config *judged,
                       const struct measure_options *options, struct error *error)
{
    const struct sedd_config *c = sedd_model_config(sedd_net_model(options->judge));
    size_t window = options->window && options->window < judged->length ? options->window : judged->length;
    *judge = (struct hidden_bound){.net = options->judge, .config = c, .options = options};
    if (c->tokens != judged->tokens)
        return error_set(error, STATUS_ARGUMENT, "the judge has a different vocabulary");
    if (c->graph != SEDD_ABSORB)
        return error_set(error, STATUS_UNSUPPORTED, "only the absorbing graph can judge");
    if (c->causal && c->endoftext < 0)
        return error_set(error, STATUS_UNSUPPORTED, "the judge's vocabulary has no separator token");
    if (c->length < window)
        return error_set(error, STATUS_ARGUMENT, "the judge sees %u tokens: give --window %u", c->length,
                         c->length);
    size_t rows = c->causal ? c->length : MAX_BLANK_TOKENS;
    judge->work = mem_alloc_array(c->length, sizeof *judge->work);
    judge->rows = mem_alloc_array(rows, sizeof *judge->rows);
    judge->f = mem_alloc_array(rows * sedd_head_columns(c), sizeof *judge->f);
    return judge->work && judge->rows && judge->f
               ? STATUS_OK
               : error_set(error, STATUS_NO_MEMORY, "not enough memory to judge");
}

enum status judge_fill(struct hidden_bound *judge, const struct hidden_words *words, const uint32_t *ids,
                       struct rng rng, double *nats, double *after, uint64_t *evaluations,
                       struct error *error)
{
    if (judge->config->causal) return judge_causal(judge, words, ids, nats, after, evaluations, error);
    return hidden_nats(judge, words, ids, &rng, nats, evaluations, error);
}

void judge_close(struct hidden_bound *judge)
{
    mem_free(judge->work);
    mem_free(judge->rows);
    mem_free(judge->f);
}
