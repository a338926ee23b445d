/* alternatives: the likeliest words for a place of a text, given all the rest. Part of fill/; lacuna/fill.h includes
 * it. Probabilities are the model's, at temperature 1. docs/SEDD.md, section 15. */
#ifndef LACUNA_ALTERNATIVES_H
#define LACUNA_ALTERNATIVES_H

#include "lacuna/base.h"

#include <stdatomic.h>

#define FILL_ALTERNATIVE_TOKENS 8 /* the most of a word */
#define FILL_MAX_ALTERNATIVES   64
#define FILL_ALTERNATIVE_NEAR   4 /* the later tokens of a word are evaluated in 1/4 of the window */

struct fill_alternative {
    struct buffer text; /* in the draft's typography, without the space that is in the draft */
    uint32_t ids[FILL_ALTERNATIVE_TOKENS], count;
    double p; /* of all its tokens together, given their number */
};
struct fill_alternatives {
    size_t start, end;             /* the bytes of the text that they could replace */
    struct fill_alternative *list; /* the likeliest first */
    size_t count;
    double entropy; /* nats, of the distribution at that place; only in events */
    double own_p;   /* of the text's own word; NAN: it has more than FILL_ALTERNATIVE_TOKENS tokens */
    uint64_t evaluations;
};
void fill_alternatives_free(struct fill_alternatives *alternatives); /* frees the contents and zeroes it */

struct fill_engine;
struct fill_dialect;
/* A word in its place. */
struct fill_place {
    struct slice text; /* the draft with every proposal in place, or an excerpt (FILL_EXCERPT) */
    size_t start, end; /* the range of one word, without white space; start < end */
    uint32_t count;    /* how many alternatives, 1 … FILL_MAX_ALTERNATIVES */
    const struct fill_dialect *dialect; /* of the document; NULL: detected in `text` */
};
/* Finds the likeliest words; the text's own word is in the list if it is one of them. They are words of one token
 * and, if the text's word has m > 1 tokens, also words of m tokens: the likeliest first tokens, each completed
 * greedily to a whole word. Costs one evaluation of one or two sequences, then for each of the m − 1 later tokens a
 * quarter of the window around the word for each beginning that can still be among the likeliest. The uniform graph
 * has no masks: it gives words of one token, from the ratios at its lowest noise, if the text's word has one token;
 * otherwise STATUS_UNSUPPORTED. STATUS_ARGUMENT: the range is not one word. */
enum status fill_alternatives_find(struct fill_engine *engine, const struct fill_place *place,
                                   struct fill_alternatives *out, const atomic_bool *cancel,
                                   struct error *error) MUST_USE NONNULL(1, 2, 3);

#endif
