/* Internal to fill/: windows, before they are built. */
#ifndef LACUNA_FILL_WINDOW_H
#define LACUNA_FILL_WINDOW_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

/* Tokens of a piece between two blanks; UINT32_MAX if it is clearly longer than a window. */
enum status fill_gap_tokens(struct fill_engine *engine, const struct fill_dialect *dialect,
                            struct slice piece, uint32_t *tokens, struct error *error) MUST_USE;

#endif
