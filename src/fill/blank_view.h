/* Internal to fill/: the present state of a blank. */
#ifndef LACUNA_FILL_BLANK_VIEW_H
#define LACUNA_FILL_BLANK_VIEW_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

/* The present state of one blank of the current window; `blank` is the job's number. Zeroes *view on
 * failure. */
bool fill_view_make(const struct fill_run *run, uint32_t candidate, uint32_t blank,
                    struct fill_view *view) MUST_USE;
bool fill_view_copy(const struct fill_view *from, struct fill_view *to) MUST_USE;
void fill_view_free(struct fill_view *view);

#endif
