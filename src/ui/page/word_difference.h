/* Which words of a text are not in another: those outside of a longest common subsequence. */
#ifndef LACUNA_UI_WORD_DIFFERENCE_H
#define LACUNA_UI_WORD_DIFFERENCE_H

#include "lacuna/base.h"

enum { DIFFERENCE_WORDS = 64 }; /* of a text; those behind are not compared */
struct difference_word {
    struct slice word;
    bool other; /* it is not in the other text */
};
/* The words of `text`, which white space keeps apart; returns how many. */
size_t word_difference(struct slice text, struct slice with, struct difference_word out[DIFFERENCE_WORDS]);

#endif
