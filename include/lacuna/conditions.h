/* conditions: what a writer asks of the words of a blank, besides how many tokens they are. Part of fill/;
 * lacuna/fill.h includes it. A job carries one `struct fill_conditions` for each of its blanks, or none.
 *
 * How they are held. Not by drawing and throwing away: the sets of ids that a position may become are narrowed,
 * before the first step and again after every draw, also of the same step. docs/SEDD.md, section 14:
 *   begins, ends, sentence   sets of ids at the first and the last positions
 *   must                     the tokens of the word stand from the start, at the place where they are likeliest
 *   not, no_repeat           the ids that would complete such a word, given the tokens beside, are left out
 *   max_words                once so many tokens that begin a word are there, no other may
 *   tie                      one draw for all blanks of a name
 * When all is drawn it is looked at once more as the reader will see it; a fill that does not meet its
 * conditions never leaves a run: the run fails.
 *
 * Words. A *word* of `must`, `not` and `no_repeat` is compared without regard to case and to the form of
 * apostrophes, as a whole: no letter or digit stands beside it. It may be several words ("of course"). The
 * *number* of words (`at`, `max_words`) counts what white space, dashes and . , ; : ! ? … keep apart: "half-open" is
 * one. */
#ifndef LACUNA_CONDITIONS_H
#define LACUNA_CONDITIONS_H

#include "lacuna/base.h"

struct fill_must {
    const char *text; /* a word, or several; UTF-8, trimmed */
    uint32_t at;      /* it is the at-th word of the fill, from 1; 0: anywhere */
};

enum fill_sentence {
    FILL_SENTENCE_ANY,
    FILL_SENTENCE_ENDS, /* the fill ends its sentence: with . ? ! or …, and quotes or brackets behind it */
    FILL_SENTENCE_GOES_ON /* it does not */
};

/* Zero: nothing is asked for. All strings are borrowed; NULL or "" is none. */
struct fill_conditions {
    const struct fill_must *must;
    size_t must_count; /* ≤ FILL_MUST_WORDS */
    const char *const *without;
    size_t without_count;
    const char *begins, *ends; /* letters as they stand, case included */
    uint32_t max_words;        /* 0: any number */
    enum fill_sentence sentence;
    const char *tie;    /* blanks of one name get the same words */
    uint32_t no_repeat; /* none of so many words before the blank stands in it again */
    /* Vary: the blank is a range with words in it, `noise` in [0, 1] the share of their tokens that is noised
     * again and drawn again; the number of tokens stays, whatever the blank's min and max are. 0 gives the words
     * back, 1 is an ordinary blank. Which tokens follows from seed and candidate alone: those of a smaller
     * share are among those of a larger one. */
    bool vary;
    double noise;
};
#define FILL_MUST_WORDS 8

bool fill_conditions_any(const struct fill_conditions *conditions); /* something is asked for */
/* What contradicts itself whatever the model, the text and the length are: STATUS_ARGUMENT, "blank N: why". */
enum status fill_conditions_check(const struct fill_conditions *conditions, size_t count,
                                  struct error *error) MUST_USE;
/* All of them in one piece of memory, which mem_free takes. NULL: no memory. */
struct fill_conditions *fill_conditions_copy(const struct fill_conditions *conditions, size_t count) MUST_USE;
/* Which condition a fill does not meet, by the name that it has in records ("must", "max_words" …); NULL: it
 * meets them. `before` and `after` are the draft around it. `tie` and `noise` are not looked at. Needs memory;
 * without any it is "memory". */
const char *fill_conditions_unmet(const struct fill_conditions *conditions, struct slice before,
                                  struct slice fill, struct slice after);

#endif
