/* Which candidates meet the conditions of their blank. Those that were drawn before the conditions were set may not. */
#ifndef LACUNA_UI_MEETS_H
#define LACUNA_UI_MEETS_H

#include "lacuna/base.h"

struct proposal;
struct ui;

/* Sets `unmet` of all candidates, if something has changed since the last call. */
void meets_update(struct ui *ui, struct proposal *proposal);
size_t meets_count(const struct proposal *proposal); /* how many do */

#endif
