/* Inside fill/: words that neither a dictionary nor the draft has. */
#ifndef LACUNA_FILL_RESPELL_H
#define LACUNA_FILL_RESPELL_H

#include "lacuna/fill.h"

/* Looks at the words of one candidate that lie in blanks, at least in part: adds to *tokens those that were
 * drawn of words that do not exist, and masks them if asked to. A word that does not exist because of what
 * the writer pinned has no such tokens. */
enum status fill_respell_look(struct fill_run *run, uint32_t candidate, bool mask, size_t *tokens,
                              struct error *error) MUST_USE;

#endif
