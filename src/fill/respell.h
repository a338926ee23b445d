/* Internal to fill/: words that are neither in a dictionary nor in the draft. */
#ifndef LACUNA_FILL_RESPELL_H
#define LACUNA_FILL_RESPELL_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

/* Checks the words of one candidate that are at least partly in blanks: adds to *tokens the number of drawn
 * tokens of non-words, and masks them on request. A non-word that only the writer's pins cause has no such
 * tokens. */
enum status fill_respell_look(struct fill_run *run, uint32_t candidate, bool mask, size_t *tokens,
                              struct error *error) MUST_USE;

#endif
