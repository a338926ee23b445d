/* Private to fill/: places the words that must appear in a blank. */
#ifndef LACUNA_FILL_PLACING_H
#define LACUNA_FILL_PLACING_H

#include "hold_sets.h"

enum { PLACING_TOKENS = 24, PLACING_SPELLINGS = 4 };

/* A word as tokens of the model. */
struct spelling {
    uint32_t ids[PLACING_TOKENS];
    uint32_t count;
    bool first; /* without a space: only for the first slot of a blank that no space precedes */
};
struct placed_word {
    struct spelling spellings[PLACING_SPELLINGS];
    uint32_t spelling_count;
    uint32_t at, words; /* `at` as in the condition; `words`: how many words it has */
};

/* The words to be placed and, after placing_solve, their places. */
struct placing {
    const struct hold_blank *blank;
    uint32_t max_words;
    struct placed_word words[FILL_MUST_WORDS];
    uint32_t word_count;
    uint64_t *begins;      /* (V) ids that begin a word after the first slot */
    const uint64_t *apart; /* ids that may follow a whole word */
    /* ln q of each spelling at each start; ln q of each slot beginning a word or not. NULL: all are equal. */
    double *scores; /* (words, PLACING_SPELLINGS, slots) */
    double *masses; /* (slots, 2): does not begin a word, begins one */
    /* set by placing_solve */
    uint32_t starts[FILL_MUST_WORDS], chosen[FILL_MUST_WORDS];
    bool *begins_here;  /* (slots) whether each slot before the last word with `at` begins a word */
    uint32_t patterned; /* the number of these slots */
};

/* Spells the words. Release with placing_free. */
enum status placing_new(const struct hold_blank *blank, const struct fill_dialect *dialect,
                        struct placing *placing, struct error *error) MUST_USE;
void placing_free(struct placing *placing);
/* Finds the likeliest places that do not overlap, are in the sets of the slots, and respect `at` and max_words.
 * STATUS_ARGUMENT: there are none. STATUS_LIMIT: the search is too large. */
enum status placing_solve(struct placing *placing, struct error *error) MUST_USE;

#endif
