/* conditions: what a writer demands of the words of a blank, apart from their number of tokens. Part of fill/;
 * lacuna/fill.h includes it. A job has one `struct fill_conditions` for each of its blanks, or none.
 *
 * Conditions are not met by drawing many fills and rejecting most. Instead the sets of ids that a position may become
 * are narrowed before the first step and again after every draw, including draws of the same step. docs/SEDD.md,
 * section 14:
 *   begins, ends, sentence   narrow the sets of the first and the last positions
 *   must                     the tokens of the word are held from the start, at their likeliest place
 *   not, no_repeat           ids that would complete such a word together with their neighbours are removed
 *   max_words                once so many tokens begin a word, no other token may
 *   tie                      all blanks of one name share one draw
 * The finished text is checked once more as the reader will see it. Blanks that fail the check are drawn again; if
 * that does not help, the run fails. So no run returns a fill that does not meet its conditions.
 *
 * Words. A *word* of `must`, `not` and `no_repeat` is compared as a whole, ignoring case and the form of apostrophes:
 * no letter or digit is next to it. It may have several words ("of course"). The *number* of words (`at`,
 * `max_words`) counts the pieces between white space, dashes and . , ; : ! ? …: "half-open" is one word. */
#ifndef LACUNA_CONDITIONS_H
#define LACUNA_CONDITIONS_H

#include "lacuna/base.h"

struct fill_must {
    const char *text; /* one or more words; UTF-8, trimmed */
    uint32_t at;      /* its number among the words of the fill, from 1; 0: any */
};

enum fill_sentence {
    FILL_SENTENCE_ANY,
    FILL_SENTENCE_ENDS, /* the fill ends its sentence with . ? ! or …, then any closing quotes or brackets */
    FILL_SENTENCE_GOES_ON /* it does not */
};

/* All zero: no conditions. All strings are borrowed; NULL and "" mean none. */
struct fill_conditions {
    const struct fill_must *must;
    size_t must_count; /* ≤ FILL_MUST_WORDS */
    const char *const *without;
    size_t without_count;
    const char *begins, *ends; /* compared with case; the form of quotation marks does not matter */
    uint32_t max_words;        /* 0: any number */
    enum fill_sentence sentence;
    const char *tie;    /* blanks of one name get the same words */
    uint32_t no_repeat; /* the fill has none of this many words before the blank; 0: no limit */
    /* Vary: the blank is a range with words in it. `noise`, in [0, 1], is the share of their tokens that is noised
     * and drawn again. The number of tokens stays the same; the blank's min and max are ignored. 0 returns the
     * words unchanged, 1 is an ordinary blank; but line breaks always stay if a fill may have none. Seed and candidate
     * alone decide which tokens are noised: those of a smaller share are among those of a larger one. */
    bool vary;
    double noise;
};
#define FILL_MUST_WORDS 8

bool fill_conditions_any(const struct fill_conditions *conditions); /* there is a condition */
/* STATUS_ARGUMENT ("blank N: why") for contradictions that depend on no model, text or length. */
enum status fill_conditions_check(const struct fill_conditions *conditions, size_t count,
                                  struct error *error) MUST_USE;
/* STATUS_ARGUMENT: a word that must appear is one of the words before the blank that may not be repeated. `before`: the
 * draft up to the blank. */
enum status fill_conditions_check_before(const struct fill_conditions *conditions, struct slice before,
                                         struct error *error) MUST_USE NONNULL(1);
/* A copy in one block of memory; release with mem_free. NULL: no memory. */
struct fill_conditions *fill_conditions_copy(const struct fill_conditions *conditions, size_t count) MUST_USE;
/* The name, as in records ("must", "max_words" …), of a condition that the fill does not meet; NULL if it meets all.
 * `before` and `after`: the draft around it. `tie` and `noise` are not checked. "memory" if there is not enough. */
const char *fill_conditions_unmet(const struct fill_conditions *conditions, struct slice before,
                                  struct slice fill, struct slice after);

#endif
