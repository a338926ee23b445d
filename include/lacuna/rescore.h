/* rescore: how likely whole fills are, by masks that all of them share. Part of fill/; lacuna/fill.h includes it.
 * docs/SEDD.md, section 9.
 *
 * The score of a run is the mean of ln q along the one order in which the tokens happened to be drawn. Fills can be
 * compared with less noise when the same places of each are masked: a few patterns of masks, each with its complement,
 * so that every token counts once for every pair, given a share of the others and all of the text around. */
#ifndef LACUNA_RESCORE_H
#define LACUNA_RESCORE_H

#include "lacuna/base.h"

#include <stdatomic.h>

struct fill_engine;
struct fill_dialect;

/* A fill in its window: what the network sees once everything is drawn. Borrowed. */
struct rescore_text {
    const uint32_t *ids; /* `length`, no masks */
    uint32_t length;
    const uint32_t *positions; /* of the fill's tokens, ascending, inside `length` */
    uint32_t count;            /* ≥ 1 */
};
/* ln_q[i]: the estimate of ln q of all tokens of texts[i] together, given the rest of its window, nats. It depends on
 * that text alone, bit for bit: not on the others, the batch or the threads. Costs four sequences a text (one token:
 * one), of which equal ones are evaluated once; adds their number to *evaluations (may be NULL).
 * STATUS_UNSUPPORTED: the uniform graph, which has no masks. */
enum status rescore_texts(struct fill_engine *engine, const struct rescore_text *texts, size_t count,
                          double *ln_q, uint64_t *evaluations, const atomic_bool *cancel,
                          struct error *error) MUST_USE NONNULL(1, 4);

/* Fills of one blank, as a worker's question. */
struct rescore_question {
    struct slice text;      /* the draft with every proposal in place, or an excerpt (FILL_EXCERPT) */
    size_t start, end;      /* the blank's range in it, whose words are hidden; may be empty */
    const uint32_t *ids;    /* the tokens of all fills, one fill after another */
    const uint32_t *counts; /* tokens of each, ≥ 1 */
    size_t count;           /* fills, ≥ 1 */
    const struct fill_dialect *dialect; /* of the document; NULL: detected in `text` */
};
struct rescored {
    double *ln_q; /* as above, one for each fill */
    size_t count;
    uint64_t evaluations;
};
void rescored_free(struct rescored *rescored); /* frees the contents and zeroes it */
/* STATUS_ARGUMENT: a token that the vocabulary does not have, or a range outside the text; STATUS_LIMIT: a fill that is
 * longer than the model's window. */
enum status rescore_fills(struct fill_engine *engine, const struct rescore_question *question,
                          struct rescored *out, const atomic_bool *cancel, struct error *error) MUST_USE
    NONNULL(1, 2, 3);

#endif
