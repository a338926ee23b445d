/* The model's confidence in the words that it drew. */
#ifndef LACUNA_UI_CERTAINTY_H
#define LACUNA_UI_CERTAINTY_H

#include "lacuna/base.h"
#include "ui/terminal/looks.h"

struct words;

/* By the probability with which a word was drawn: that of its least likely token. LOOK_SURE from 0.5 on,
 * LOOK_LIKELY from 0.05 on, LOOK_UNSURE below; LOOK_SETTLED: not known. */
enum look certainty_look(double probability);
/* The same for the word of a token. */
enum look certainty_of(const struct words *words, uint32_t token);

#endif
