#include "moments.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"

#include <string.h>

enum { MOST_MOMENTS = 4000 }; /* of one candidate; then the last of them is always the newest */

bool words_copy(struct words *out, const struct buffer *text, const struct fill_token *tokens, uint32_t count)
{
    struct words copy = {.count = count, .tokens = mem_alloc_array(count ? count : 1, sizeof *copy.tokens)};
    if (!copy.tokens || !buffer_append(&copy.text, text->data ? text->data : "", text->size)) {
        words_free(&copy);
        return false;
    }
    if (count) memcpy(copy.tokens, tokens, count * sizeof *copy.tokens);
    words_free(out);
    *out = copy;
    return true;
}

void words_free(struct words *words)
{
    buffer_free(&words->text);
    mem_free(words->tokens);
    *words = (struct words){0};
}

bool words_whole(const struct words *words)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (words->tokens[i].state == FILL_MASKED) return false;
    return words->count > 0;
}

bool token_goes_on(const struct words *words, const struct fill_token *token)
{
    if (token->state == FILL_MASKED || token->start == token->end) return false;
    int first = (unsigned char)words->text.data[token->start];
    return first == '\'' || first >= 0x80 || (first >= '0' && first <= '9') ||
           ((first | 0x20) >= 'a' && (first | 0x20) <= 'z');
}

void moments_add(struct candidate *c, uint32_t step, uint32_t steps, double sigma_bar)
{
    if (!mem_grow(&c->moments, &c->moment_capacity, c->moment_count + 1, sizeof *c->moments)) return;
    if (c->moment_count == MOST_MOMENTS) words_free(&c->moments[--c->moment_count].words);
    struct moment *m = &c->moments[c->moment_count];
    *m = (struct moment){.step = step, .steps = steps, .sigma_bar = sigma_bar};
    if (words_copy(&m->words, &c->words.text, c->words.tokens, c->words.count)) c->moment_count++;
}

void moments_free(struct candidate *c)
{
    for (size_t i = 0; i < c->moment_count; i++) words_free(&c->moments[i].words);
    mem_free(c->moments);
    c->moments = NULL;
    c->moment_count = c->moment_capacity = 0;
}
