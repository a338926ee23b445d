/* Internal to fill/: the tokens of a drawn window that cannot stay. */
#ifndef LACUNA_FILL_REDRAW_H
#define LACUNA_FILL_REDRAW_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

/* Checks whether the whole window can stay; if not, sets run->reopens. Then the next step masks the tokens of
 * all candidates that cannot stay. */
enum status fill_redraw_look(struct fill_run *run, struct error *error) MUST_USE;
enum status fill_redraw(struct fill_run *run, struct error *error) MUST_USE;

#endif
