/* fit: how likely each word of a text is, given both sides of its context and given the left side alone. Part of
 * fill/, so that a worker can answer it; lacuna/fill.h includes it. docs/SEDD.md, section 16.
 *
 * The text is mapped to the model's typography and encoded as a whole. Each word (letters, digits and apostrophes) is
 * evaluated in a window of the model's length. Windows begin at every half of that length, and a word belongs to the
 * window whose middle is nearest to it. So at least a quarter of the length is on either side of it, if the text is
 * long enough. The context of a word depends on the text alone, not on the range that is asked for. */
#ifndef LACUNA_FIT_H
#define LACUNA_FIT_H

#include "lacuna/alternatives.h"

struct fit_word {
    size_t start, end; /* bytes of the text */
    uint32_t tokens;
    double ln_q; /* nats, summed over its tokens: masked together, then revealed from left to right */
    /* The same with the left side alone: the rest of the window is masked. NAN if it was not asked for, and for the
     * uniform graph. */
    double ln_q_left;
    uint32_t rank;                    /* of its first token; 1 is the likeliest */
    double entropy;                   /* nats, of its first token's distribution */
    struct fill_alternative *instead; /* for its first token, likeliest first, without a space */
    size_t instead_count;
};
struct fit {
    struct fit_word *words; /* in the order of the text */
    size_t count, capacity;
    uint64_t evaluations; /* sequences */
};
void fit_free(struct fit *fit); /* frees the contents and zeroes it */

struct fit_question {
    struct slice text;
    size_t start, end;                  /* the words that begin in this range */
    const struct fill_dialect *dialect; /* NULL: detected in `text` */
    bool left;                          /* also compute ln_q_left: twice the work */
    uint32_t instead;                   /* alternatives for each word, ≤ FILL_MAX_ALTERNATIVES */
};
/* Evaluates one sequence for each token of a word (two with `left`), in batches. The uniform graph has no masks: each
 * token is given all others, by the ratios at the lowest noise, with one sequence for each window. */
enum status fit_words(struct fill_engine *engine, const struct fit_question *question, struct fit *out,
                      const atomic_bool *cancel, struct error *error) MUST_USE NONNULL(1, 2, 3);

/* Where the words of the range begin: the same words as of fit_words, without an evaluation. */
struct fit_places {
    size_t *starts; /* bytes, ascending */
    size_t count;
};
enum status fit_find_words(struct fill_engine *engine, const struct fit_question *question,
                           struct fit_places *out, struct error *error) MUST_USE NONNULL(1, 2, 3);
void fit_places_free(struct fit_places *places);

#endif
