/* Internal to fill/: quotation marks in the dialect map. */
#ifndef LACUNA_FILL_DIALECT_MAP_H
#define LACUNA_FILL_DIALECT_MAP_H

#include "lacuna/fill.h"

/* Whether a quotation mark between the two characters is an opening one. 0: an end of the text. */
bool fill_quote_opens(uint32_t before, uint32_t after);

#endif
