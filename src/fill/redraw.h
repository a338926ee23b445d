/* Inside fill/: what cannot stay when a window is drawn. */
#ifndef LACUNA_FILL_REDRAW_H
#define LACUNA_FILL_REDRAW_H

#include "lacuna/fill.h"

/* Whether all of a window can stay; run->reopens says that it cannot. Then the next step masks what cannot,
 * of all candidates. */
enum status fill_redraw_look(struct fill_run *run, struct error *error) MUST_USE;
enum status fill_redraw(struct fill_run *run, struct error *error) MUST_USE;

#endif
