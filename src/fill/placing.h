/* Inside fill/: where the words stand that must appear in a blank. */
#ifndef LACUNA_FILL_PLACING_H
#define LACUNA_FILL_PLACING_H

#include "hold_sets.h"

enum { PLACING_TOKENS = 24, PLACING_SPELLINGS = 4 };

/* A word in the model's tokens. */
struct spelling {
    uint32_t ids[PLACING_TOKENS];
    uint32_t count;
    bool first; /* without a space: for the first slot of a blank that no space precedes */
};
struct placed_word {
    struct spelling spellings[PLACING_SPELLINGS];
    uint32_t spelling_count;
    uint32_t at, words; /* as in the condition; how many words it is */
};

/* What is to be placed, and once done, where. */
struct placing {
    const struct hold_blank *blank;
    uint32_t max_words;
    struct placed_word words[FILL_MUST_WORDS];
    uint32_t word_count;
    uint64_t *begins;      /* (V) ids that begin a word after the first slot */
    const uint64_t *apart; /* ids that may follow a whole word */
    /* ln q of each spelling at each start, and of each slot beginning a word or not; NULL: all the same */
    double *scores; /* (words, PLACING_SPELLINGS, slots) */
    double *masses; /* (slots, 2): not, begins */
    /* out */
    uint32_t starts[FILL_MUST_WORDS], chosen[FILL_MUST_WORDS];
    bool *begins_here;  /* (slots) of those before the last word with a place of its own */
    uint32_t patterned; /* so many slots */
};

/* Spells the words. Free with placing_free. */
enum status placing_new(const struct hold_blank *blank, const struct fill_dialect *dialect,
                        struct placing *placing, struct error *error) MUST_USE;
void placing_free(struct placing *placing);
/* The likeliest places that do not overlap, in the sets of the slots, with the words where they are to be and no
 * more than max_words words. STATUS_ARGUMENT: there are none; STATUS_LIMIT: too large a search. */
enum status placing_solve(struct placing *placing, struct error *error) MUST_USE;

#endif
