/* Texts for measuring, and row functions that all measurements share. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <stdlib.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static size_t count_words(const char *bytes, size_t size)
{
    size_t words = 0;
    for (size_t i = 0; i < size; i++) words += !is_space(bytes[i]) && (i == 0 || is_space(bytes[i - 1]));
    return words;
}

static enum status note_document(struct measure_text *text, size_t begins, struct error *error)
{
    if (!mem_grow(&text->documents, &text->document_capacity, text->document_count + 1,
                  sizeof *text->documents))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    text->documents[text->document_count++] = begins;
    return STATUS_OK;
}

/* Documents begin with the first new token, and after every separator that is followed by another token. */
static enum status note_documents(struct measure_text *text, size_t from, int64_t separator,
                                  struct error *error)
{
    const struct bpe_ids *tokens = &text->tokens;
    enum status status = STATUS_OK;
    for (size_t i = from; i < tokens->count && !status; i++)
        if (i == from || (int64_t)tokens->ids[i - 1] == separator) status = note_document(text, i, error);
    return status;
}

uint32_t measure_document_of(const struct measure_text *text, size_t token)
{
    size_t low = 0, high = text->document_count; /* the last that begins at or before it */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text->documents[middle] <= token)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* Whether the bytes before token `at` in its document end in white space, or the document begins there. */
static bool begins_after_space(const struct measure_text *text, const struct bpe *bpe, size_t at)
{
    if (at == 0 || !text->document_count || text->documents[measure_document_of(text, at)] == at) return true;
    struct slice before = bpe_token_bytes(bpe, text->tokens.ids[at - 1]);
    return before.size && is_space(before.data[before.size - 1]);
}

size_t measure_words(const struct measure_text *text, const struct bpe *bpe, int64_t separator, size_t from,
                     size_t to)
{
    size_t words = 0;
    for (size_t i = from; i < to; i++) {
        struct slice token = bpe_token_bytes(bpe, text->tokens.ids[i]);
        bool spaced = begins_after_space(text, bpe, i);
        if ((int64_t)text->tokens.ids[i] == separator) continue;
        for (size_t j = 0; j < token.size; spaced = is_space(token.data[j++]))
            words += spaced && !is_space(token.data[j]);
    }
    return words;
}

enum status measure_text_add(struct measure_text *text, const struct bpe *bpe,
                             const struct sedd_config *config, const char *bytes, size_t size,
                             struct error *error)
{
    struct slice document;
    size_t position = 0, from = text->tokens.count;
    if (config->endoftext < 0) {
        text->bytes += size;
        text->words += count_words(bytes, size);
        enum status status = bpe_encode(bpe, bytes, size, &text->tokens, error);
        return status ? status : note_documents(text, from, -1, error);
    }
    while (bpe_next_document(bytes, size, &position, &document))
        text->words += count_words(document.data, document.size);
    enum status status = bpe_encode_documents(bpe, bytes, size, (uint32_t)config->endoftext, &text->tokens,
                                              &text->bytes, error);
    return status ? status : note_documents(text, from, config->endoftext, error);
}

void measure_text_free(struct measure_text *text)
{
    bpe_ids_free(&text->tokens);
    mem_free(text->documents);
    *text = (struct measure_text){0};
}

static bool is_banned(const int64_t banned[3], uint32_t id, uint32_t target)
{
    return id != target && ((int64_t)id == banned[0] || (int64_t)id == banned[1] || (int64_t)id == banned[2]);
}

double row_nats(const struct sedd_config *config, const float *f, uint32_t target, bool ban_separator)
{
    /* softmax over the tokens, without the banned ids and the mask column; banned ids may have nearly all of
     * the mass, so they are left out from the start */
    int64_t banned[3] = {config->delete_id, config->expand_id, ban_separator ? config->endoftext : -1};
    double top = -INFINITY, sum = 0;
    for (uint32_t y = 0; y < config->tokens; y++)
        if ((double)f[y] > top && !is_banned(banned, y, target)) top = (double)f[y];
    for (uint32_t y = 0; y < config->tokens; y++)
        if (!is_banned(banned, y, target)) sum += (double)expf(f[y] - (float)top);
    return top + log(sum) - (double)f[target];
}

void hide_positions(struct rng *rng, uint32_t *positions, uint32_t count, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++) {
        uint32_t j = i + (uint32_t)rng_below(rng, count - i), kept = positions[j];
        positions[j] = positions[i];
        positions[i] = kept;
    }
    for (uint32_t i = 1; i < k; i++) /* ascending, as the network requires: k is small */
        for (uint32_t j = i; j > 0 && positions[j] < positions[j - 1]; j--) {
            uint32_t kept = positions[j];
            positions[j] = positions[j - 1];
            positions[j - 1] = kept;
        }
}

uint32_t count_draws(uint32_t draws, uint32_t n)
{
    return n < draws ? n : draws;
}

uint32_t stratified_count(struct rng *rng, uint32_t draw, uint32_t draws, uint32_t n)
{
    if (draws == n) return draw + 1; /* every count once: nothing is random */
    uint32_t k = 1 + (uint32_t)((draw + rng_uniform(rng)) / draws * n);
    return k > n ? n : k;
}

struct ranked {
    double weight;
    uint32_t id;
};

static int by_weight(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return x->id < y->id ? -1 : 1;
}

uint32_t measure_draw(const float *f, const uint64_t *allowed, uint32_t tokens, double top_p, struct rng *rng)
{
    struct ranked *order = mem_alloc_array(tokens, sizeof *order);
    uint32_t used = 0, kept = 0, best = 0;
    double total = 0, mass = 0, u = rng_uniform(rng);
    float top = -INFINITY;
    for (uint32_t y = 0; y < tokens; y++)
        if ((allowed[y / 64] >> (y % 64) & 1) && f[y] > top) top = f[y], best = y;
    for (uint32_t y = 0; y < tokens && order && top_p < 1; y++) {
        if (!(allowed[y / 64] >> (y % 64) & 1)) continue;
        order[used++] = (struct ranked){(double)expf(f[y] - top), y};
        total += order[used - 1].weight;
    }
    if (used) qsort(order, used, sizeof *order, by_weight);
    while (kept < used && mass < top_p * total) mass += order[kept++].weight;
    double target = u * mass, sum = 0;
    for (uint32_t i = 0; i < kept; i++) {
        sum += order[i].weight;
        best = order[i].id;
        if (sum > target) break;
    }
    mem_free(order);
    return best;
}
