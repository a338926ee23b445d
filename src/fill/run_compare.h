/* Private to fill/: the bounds of a run's candidates, by which they are put in order. */
#ifndef LACUNA_FILL_RUN_COMPARE_H
#define LACUNA_FILL_RUN_COMPARE_H

#include "run_state.h"

/* In the current window, which is drawn: adds rescore_texts of all its slots to every candidate. */
enum status fill_run_compare(struct fill_run *run, const atomic_bool *cancel, struct error *error) MUST_USE;

#endif
