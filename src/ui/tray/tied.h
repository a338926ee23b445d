/* Tied blanks show the same words: what is chosen for one is chosen for the others. */
#ifndef LACUNA_UI_TIED_H
#define LACUNA_UI_TIED_H

#include "lacuna/base.h"

struct candidate;
struct doc;
struct proposal;

/* Chooses the words that are chosen here for all blanks that are tied to this one and have them among their proposals. */
void tied_follow(const struct doc *doc, const struct proposal *proposal);
/* Whether all finished proposals for blanks that are tied to this one have the candidate's words. */
bool tied_have(const struct doc *doc, uint32_t blank, const struct candidate *candidate);

#endif
