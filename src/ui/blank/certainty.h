/* How sure the model was of the words that it drew. */
#ifndef LACUNA_UI_CERTAINTY_H
#define LACUNA_UI_CERTAINTY_H

#include "lacuna/base.h"
#include "ui/terminal/looks.h"

struct words;

/* By the probability that a word was drawn with: that of its least likely token. LOOK_SURE from 0.5 on,
 * LOOK_LIKELY from 0.05 on, LOOK_UNSURE below; LOOK_SETTLED: not known. */
enum look certainty_look(double probability);
/* The same for the word that a token is of. */
enum look certainty_of(const struct words *words, uint32_t token);

#endif
