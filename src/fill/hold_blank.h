/* Private to fill/: a blank with conditions inside its window. */
#ifndef LACUNA_FILL_HOLD_BLANK_H
#define LACUNA_FILL_HOLD_BLANK_H

#include "hold_sets.h"
#include "run_state.h"

/* Copies the window's sets for each slot of a blank of the job. Call hold_blank_free after a failure too. `site` and
 * `window` are borrowed. */
enum status hold_blank_new(const struct fill_run *run, uint32_t blank, const struct fill_site *site,
                           const struct fill_window *window, struct hold_blank *out,
                           struct error *error) MUST_USE;
void hold_blank_free(struct hold_blank *blank);
uint32_t hold_first_slot(const struct fill_window *window, uint32_t blank); /* `blank`: index in the job */
uint32_t hold_count_slots(const struct fill_window *window, uint32_t blank);
bool hold_is_tied(const struct fill_conditions *conditions);

#endif
