/* fit: how expected each word of a text is, given everything around it and given the left alone. Part of fill/, so
 * that the worker can be asked for it; lacuna/fill.h includes it. docs/SEDD.md, section 16.
 *
 * The text is mapped to the model's typography and encoded as a whole. Each word, of letters, digits and
 * apostrophes, is looked at in a window of the model's length: windows begin every half length, and a word belongs to
 * the one that has it nearest to its middle, so that at least a quarter of the length is on either side of it where
 * the text has so much. What a word is given depends on the text alone, not on the range that is asked for. */
#ifndef LACUNA_FIT_H
#define LACUNA_FIT_H

#include "lacuna/alternatives.h"

struct fit_word {
    size_t start, end; /* bytes of the text */
    uint32_t tokens;
    double ln_q; /* nats: its tokens masked together and revealed from left to right, summed */
    /* The same without the right side, which is masked to the end of the window. NAN: not asked for, or the
     * uniform graph. */
    double ln_q_left;
    uint32_t rank;                    /* of its first token, 1: the likeliest */
    double entropy;                   /* nats, of its first token's distribution */
    struct fill_alternative *instead; /* of its first token, the likeliest first; without its space */
    size_t instead_count;
};
struct fit {
    struct fit_word *words; /* ascending */
    size_t count, capacity;
    uint64_t evaluations; /* sequences */
};
void fit_free(struct fit *fit); /* what it holds; back to zero */

struct fit_question {
    struct slice text;
    size_t start, end;                  /* the words that begin in this range */
    const struct fill_dialect *dialect; /* NULL: detected in `text` */
    bool left;                          /* ln_q_left too: twice the work */
    uint32_t instead;                   /* ≤ FILL_MAX_ALTERNATIVES */
};
/* One sequence for each token of a word (two with `left`), in batches. The uniform graph has no masks: there each
 * token is given all others, by the ratios at the lowest noise, one sequence for a window. */
enum status fit_words(struct fill_engine *engine, const struct fit_question *question, struct fit *out,
                      const atomic_bool *cancel, struct error *error) MUST_USE NONNULL(1, 2, 3);

/* Where the words of the range begin, without asking the network: the same words. */
struct fit_places {
    size_t *starts; /* bytes, ascending */
    size_t count;
};
enum status fit_find_words(struct fill_engine *engine, const struct fit_question *question,
                           struct fit_places *out, struct error *error) MUST_USE NONNULL(1, 2, 3);
void fit_places_free(struct fit_places *places);

#endif
