/* Private to fill/: how conditions narrow the sets of ids that each position of a blank may become. */
#ifndef LACUNA_FILL_HOLD_SETS_H
#define LACUNA_FILL_HOLD_SETS_H

#include "lacuna/fill.h"

/* One blank at one length, inside its window. */
struct hold_blank {
    struct fill_engine *engine;
    const struct fill_conditions *conditions;
    const struct fill_frame *frame;
    const struct fill_dialect *dialect; /* of the draft; may be NULL without `begins` and `ends` */
    struct slice before, after;         /* the draft around it */
    bool spaced;
    uint32_t count;  /* slots */
    uint64_t **sets; /* per slot; narrowed here */
    size_t words;    /* of 64 bits, in each set */
};
/* Whether a token begins a word in any slot but the first: a space, then something else. */
bool hold_begins_word(const struct fill_engine *engine, uint32_t id);
bool hold_counts_words(const struct fill_conditions *conditions); /* for `max_words` or `at` */
/* Narrows the sets by `begins`, `ends` and `sentence`, and removes tokens that spoil a count of words.
 * STATUS_ARGUMENT: no words of this length can meet the conditions; the message says why. */
enum status hold_narrow_sets(const struct hold_blank *blank, struct error *error) MUST_USE;

#endif
