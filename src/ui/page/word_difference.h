/* Which words of a text are not in another: those outside of a longest common subsequence. */
#ifndef LACUNA_UI_WORD_DIFFERENCE_H
#define LACUNA_UI_WORD_DIFFERENCE_H

#include "lacuna/base.h"

enum { DIFFERENCE_WORDS = 64 }; /* the most words of a text that are compared */
struct difference_word {
    struct slice word;
    bool other; /* it is not in the other text */
};
/* The words of `text`, separated by white space; returns their number. */
size_t word_difference(struct slice text, struct slice with, struct difference_word out[DIFFERENCE_WORDS]);

#endif
