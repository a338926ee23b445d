/* Private to fill/: the tokens of a vocabulary in folded case, and sets of ids. */
#ifndef LACUNA_FILL_TOKEN_WORDS_H
#define LACUNA_FILL_TOKEN_WORDS_H

#include "lacuna/fill.h"

/* The folded bytes of every token, sorted. */
struct token_words;
struct token_words *token_words_new(const struct fill_engine *engine, struct error *error) MUST_USE;
void token_words_free(struct token_words *words);
/* The folded bytes of a token. */
struct slice token_words_of(const struct token_words *words, uint32_t id);
const uint64_t *
token_words_parting(const struct token_words *words); /* ids that end with a separator of words */
const uint64_t *
token_words_spaced(const struct token_words *words); /* ids with a space, then something else */
/* Removes every id with these folded bytes from the set, unless that would leave it empty. */
void token_words_remove(const struct token_words *words, struct slice folded, uint64_t *set);

/* Bit sets over [0, V). */
static inline bool set_has(const uint64_t *set, uint32_t id)
{
    return set[id / 64] >> (id % 64) & 1;
}
static inline void set_remove(uint64_t *set, uint32_t id)
{
    set[id / 64] &= ~(UINT64_C(1) << (id % 64));
}
static inline void set_add(uint64_t *set, uint32_t id)
{
    set[id / 64] |= UINT64_C(1) << (id % 64);
}
/* Keeps the ids of `set` that are in `other` (with `inside`) or not in it. False if that would leave none: `set` is
 * then unchanged. */
bool set_narrow(uint64_t *set, const uint64_t *other, bool inside, size_t words) MUST_USE;
/* Whether the set has an id that is in `other` (with `inside`) or not in it. */
bool set_meets(const uint64_t *set, const uint64_t *other, bool inside, size_t words);

#endif
