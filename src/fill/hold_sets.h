/* Inside fill/: what a condition makes of the sets of ids that the positions of a blank may become. */
#ifndef LACUNA_FILL_HOLD_SETS_H
#define LACUNA_FILL_HOLD_SETS_H

#include "lacuna/fill.h"

/* One blank at one length, in its window. */
struct hold_blank {
    struct fill_engine *engine;
    const struct fill_conditions *conditions;
    const struct fill_frame *frame;
    struct slice before, after; /* the draft around it */
    bool spaced;
    uint32_t count;  /* slots */
    uint64_t **sets; /* per slot; narrowed here */
    size_t words;    /* of a set */
};
/* What begins a word at slot n > 0: a space, then something else. */
bool hold_begins_word(const struct fill_engine *engine, uint32_t id);
bool hold_counts_words(const struct fill_conditions *conditions); /* `max_words`, or a word with a place */
/* Narrows the sets by `begins`, `ends`, `sentence` and what counting words rules out. STATUS_ARGUMENT: no words
 * of this length can meet them, and why. */
enum status hold_narrow_sets(const struct hold_blank *blank, struct error *error) MUST_USE;

#endif
