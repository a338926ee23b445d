/* alternatives: what else could stand at a place of a text, given all the rest. Part of fill/; lacuna/fill.h
 * includes it. Probabilities are the model's own, at temperature 1. docs/SEDD.md, section 15. */
#ifndef LACUNA_ALTERNATIVES_H
#define LACUNA_ALTERNATIVES_H

#include "lacuna/base.h"

#include <stdatomic.h>

#define FILL_ALTERNATIVE_TOKENS 8 /* of a word at most */
#define FILL_MAX_ALTERNATIVES   64
#define FILL_ALTERNATIVE_NEAR   4 /* the share of the window that the later tokens of a word are weighed in */

struct fill_alternative {
    struct buffer text; /* in the draft's typography, without the space that the draft has before it */
    uint32_t ids[FILL_ALTERNATIVE_TOKENS], count;
    double p; /* of all its tokens together, given how many they are */
};
struct fill_alternatives {
    size_t start, end;             /* the bytes of the text that they could stand in place of */
    struct fill_alternative *list; /* the likeliest first */
    size_t count;
    double entropy; /* nats, of the distribution in its place; only in events */
    double own_p;   /* of what stands there; NAN: it has more than FILL_ALTERNATIVE_TOKENS tokens */
    uint64_t evaluations;
};
void fill_alternatives_free(struct fill_alternatives *alternatives); /* what it holds; back to zero */

struct fill_engine;
struct fill_dialect;
/* A word in its place. */
struct fill_place {
    struct slice text; /* the draft with every proposal in place, or an excerpt (FILL_EXCERPT) */
    size_t start, end; /* one word, without white space; start < end */
    uint32_t count;    /* how many alternatives, 1 … FILL_MAX_ALTERNATIVES */
    const struct fill_dialect *dialect; /* of the document; NULL: detected in `text` */
};
/* The likeliest words, what stands there among them where it is one: words of one token and, where it has m tokens,
 * also words of m, each the likeliest beginning completed greedily to a whole word. One evaluation of one or two
 * sequences, then m − 1 of a short one, the quarter of the window around the word, for each beginning that can still
 * come among the likeliest. The uniform graph, which has no masks, gives words of one
 * token from the ratios at its lowest noise, for a word of one token; for others STATUS_UNSUPPORTED.
 * STATUS_ARGUMENT: the range is no word. */
enum status fill_alternatives_find(struct fill_engine *engine, const struct fill_place *place,
                                   struct fill_alternatives *out, const atomic_bool *cancel,
                                   struct error *error) MUST_USE NONNULL(1, 2, 3);

#endif
