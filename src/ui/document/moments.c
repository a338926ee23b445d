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

void words_word(const struct words *words, uint32_t token, uint32_t *first, uint32_t *end)
{
    for (*first = token; *first > 0 && token_goes_on(words, &words->tokens[*first]) &&
                         words->tokens[*first - 1].state != FILL_MASKED;)
        --*first;
    for (*end = token + 1; *end < words->count && token_goes_on(words, &words->tokens[*end]);) ++*end;
}

static bool is_spaced(const struct words *words, const struct fill_token *token)
{
    return token->end > token->start && strchr(" \n\r", words->text.data[token->start]);
}

uint32_t words_next_spaced(const struct words *words, uint32_t token)
{
    for (token++; token < words->count && !is_spaced(words, &words->tokens[token]);) token++;
    return token < words->count ? token : words->count;
}

void words_behead(struct words *words, uint32_t tokens)
{
    uint32_t cut = tokens < words->count ? words->tokens[tokens].start : (uint32_t)words->text.size;
    if (tokens > words->count) tokens = words->count;
    if (tokens < words->count && is_spaced(words, &words->tokens[tokens])) cut++;
    words->count -= tokens;
    if (words->count) memmove(words->tokens, words->tokens + tokens, words->count * sizeof *words->tokens);
    for (uint32_t i = 0; i < words->count; i++) {
        struct fill_token *t = &words->tokens[i];
        t->start = t->start > cut ? t->start - cut : 0;
        t->end = t->end > cut ? t->end - cut : 0;
    }
    words->text.size -= cut;
    if (words->text.size) memmove(words->text.data, words->text.data + cut, words->text.size);
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
