/* Hidden words: chooses the words of a text that become a blank, and the window around them. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/measure.h"
#include "lacuna/sedd.h"
#include "measure_internal.h"

#include <math.h>
#include <string.h>

enum { TRIES = 200, MORE_TRIES = 64 /* for one word */ };

/* ---- words in tokens ----------------------------------------------------------------------------------- */

static bool word_byte(unsigned char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* Whether the token begins a word: an optional space, then a letter or digit (bytes above 127 count as
 * letters, except E2, which starts dashes and quotation marks). */
static bool begins_word(const struct hidden_in *b, size_t at)
{
    struct slice t = bpe_token_bytes(b->bpe, b->text->tokens.ids[at]);
    if (bpe_is_special(b->bpe, b->text->tokens.ids[at])) return false;
    bool spaced = t.size > 1 && t.data[0] == ' ';
    unsigned char first = t.size > spaced ? (unsigned char)t.data[spaced] : ' ';
    if (!word_byte(first) || first == 0xE2) return false;
    if (spaced || at == 0) return true;
    struct slice before = bpe_token_bytes(b->bpe, b->text->tokens.ids[at - 1]);
    unsigned char last = before.size ? (unsigned char)before.data[before.size - 1] : ' ';
    return bpe_is_special(b->bpe, b->text->tokens.ids[at - 1]) ||
           (!word_byte(last) && last != '\'' && last != '-') || last == 0x94 /* the em dash's last byte */;
}

/* Whether the token continues the word before it: letters without a space, or a contraction. */
static bool continues_word(const struct hidden_in *b, size_t at)
{
    struct slice t = bpe_token_bytes(b->bpe, b->text->tokens.ids[at]);
    if (t.size == 0 || bpe_is_special(b->bpe, b->text->tokens.ids[at])) return false;
    unsigned char first = (unsigned char)t.data[0];
    if (word_byte(first) && first != 0xE2) return true;
    return first == '\'' && t.size > 1 && word_byte((unsigned char)t.data[1]);
}

/* A word, each with the same probability: going on from a token to the next word would prefer words after
 * long words and marks. In a text without words, the result is not a word. */
static size_t pick_word(const struct hidden_in *b, struct rng *rng)
{
    size_t at = rng_below(rng, b->text->tokens.count);
    for (int i = 0; i < MORE_TRIES && !begins_word(b, at); i++) at = rng_below(rng, b->text->tokens.count);
    return at;
}

/* Words [first, last): n words starting at `from`, inside one document. */
static bool find_blank(const struct hidden_in *b, size_t from, uint32_t words, struct hidden_words *out)
{
    const struct bpe_ids *tokens = &b->text->tokens;
    size_t at = from;
    if (!begins_word(b, at)) return false;
    out->first = at;
    for (uint32_t w = 0; w < words; w++) {
        while (at < tokens->count && !begins_word(b, at)) /* marks between words */
            if (bpe_is_special(b->bpe, tokens->ids[at]) ||
                memchr(bpe_token_bytes(b->bpe, tokens->ids[at]).data, '\n',
                       bpe_token_bytes(b->bpe, tokens->ids[at]).size))
                return false;
            else
                at++;
        if (at >= tokens->count) return false;
        at++;
        while (at < tokens->count && continues_word(b, at)) at++;
    }
    out->last = at;
    out->spaced = bpe_token_bytes(b->bpe, tokens->ids[out->first]).data[0] == ' ';
    return out->last - out->first <= MAX_BLANK_TOKENS && out->last - out->first < b->config->length;
}

/* The window around it: of the model's length, inside the document; what is missing on one side is added on
 * the other. */
static void place_window(const struct hidden_in *b, struct hidden_words *k)
{
    const struct bpe_ids *tokens = &b->text->tokens;
    size_t window = b->options->window,
           length = window && window < b->config->length ? window : b->config->length;
    if (length < k->last - k->first) length = k->last - k->first;
    size_t room = length - (k->last - k->first), low = k->first, high = k->last;
    while (low > 0 && k->first - low < room && tokens->ids[low - 1] != (uint32_t)b->config->endoftext) low--;
    while (high < tokens->count && high - k->last < room &&
           tokens->ids[high] != (uint32_t)b->config->endoftext)
        high++;
    size_t left = k->first - low, right = high - k->last, half = room / 2;
    if (left + right > room) {
        size_t take_left = left < half ? left : right < room - half ? room - right : half;
        left = take_left;
        right = room - left < right ? room - left : right;
    }
    k->left = k->first - left;
    k->right = k->last + right;
}

/* ---- comparing guesses -------------------------------------------------------------------------------- */

/* The next word at or after *at: letters, digits, and apostrophes or hyphens between them. */
static struct slice next_word(const struct buffer *text, size_t *at)
{
    const char *p = text->data;
    size_t i = *at;
    while (i < text->size && (!word_byte((unsigned char)p[i]) || (unsigned char)p[i] == 0xE2))
        i += (unsigned char)p[i] == 0xE2 ? 3 : 1;
    size_t start = i;
    if (i >= text->size) return *at = text->size, (struct slice){"", 0};
    while (i < text->size && (unsigned char)p[i] != 0xE2 && (word_byte((unsigned char)p[i]) || p[i] == '\''))
        i++;
    *at = i;
    return (struct slice){p + start, i - start};
}

uint32_t hidden_right_words(const struct buffer *truth, const struct buffer *guess, uint32_t *words)
{
    size_t t = 0, g = 0;
    uint32_t right = 0;
    for (;;) {
        struct slice a = next_word(truth, &t), c = next_word(guess, &g);
        if (a.size == 0) return right;
        ++*words;
        right += a.size == c.size && memcmp(a.data, c.data, a.size) == 0;
    }
}

bool hidden_pick(const struct hidden_in *b, uint64_t index, struct rng *rng, struct hidden_words *out)
{
    *rng = (struct rng){.seed = b->options->seed, .stream = 0x626C616E6B000000u + index};
    for (int tries = 0; tries < TRIES; tries++) {
        uint32_t words = b->options->min_words +
                         (uint32_t)rng_below(rng, b->options->max_words - b->options->min_words + 1);
        if (!find_blank(b, pick_word(b, rng), words, out)) continue;
        place_window(b, out);
        return true;
    }
    return false;
}

enum status hidden_nats(struct hidden_bound *b, const struct hidden_words *k, const uint32_t *ids,
                        struct rng *rng, double *nats, uint64_t *evaluations, struct error *error)
{
    uint32_t n = (uint32_t)(k->last - k->first), length = (uint32_t)(k->right - k->left);
    uint32_t offset = (uint32_t)(k->first - k->left), draws = count_draws(b->options->draws, n);
    size_t columns = sedd_head_columns(b->config);
    for (uint32_t d = 0; d < draws; d++) {
        uint32_t hidden = stratified_count(rng, d, draws, n);
        for (uint32_t i = 0; i < n; i++) b->rows[i] = offset + i;
        hide_positions(rng, b->rows, n, hidden);
        memcpy(b->work, ids, length * sizeof *b->work);
        for (uint32_t i = 0; i < hidden; i++) b->work[b->rows[i]] = b->config->tokens;
        struct sedd_sequence q = {.ids = b->work,
                                  .length = length,
                                  .rows = b->rows,
                                  .row_count = hidden,
                                  .sigma_bar = (float)sedd_sigma_bar_of_state(b->config, hidden, length)};
        enum status status = sedd_net_evaluate(b->net, &q, 1, b->f, b->options->cancel, error);
        if (status) return status;
        for (uint32_t i = 0; i < hidden; i++)
            *nats +=
                (double)n / hidden / draws * row_nats(b->config, b->f + i * columns, ids[b->rows[i]], true);
    }
    *evaluations += draws;
    return isfinite(*nats)
               ? STATUS_OK
               : error_set(error, STATUS_FORMAT,
                           "the bound is not finite: the model gives a hidden token zero probability");
}
