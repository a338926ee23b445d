/* Inside fill/: the conditions of blanks, held while their words are drawn. */
#ifndef LACUNA_FILL_HOLD_H
#define LACUNA_FILL_HOLD_H

#include "run_state.h"

/* Before anything is evaluated: what cannot be met is an error, and run->blanks get the lengths at which it can.
 * `from` as in the job. */
enum status fill_hold_prepare(struct fill_run *run, const struct fill_conditions *from,
                              struct error *error) MUST_USE;
void fill_hold_free(struct fill_run *run);
/* The index of the first blank of the job that this one is tied to; itself: to none before it. */
uint32_t fill_hold_leader(const struct fill_run *run, uint32_t blank);
/* Tied blanks are as long as the first of them. */
void fill_hold_lengths(const struct fill_run *run, uint32_t candidate, uint32_t *lengths);
/* When a candidate's window is built, before its sampler: sets of its own for the slots whose blanks have
 * conditions, and the tokens that stand from the start. */
enum status fill_hold_begin(struct fill_run *run, uint32_t candidate, const atomic_bool *cancel,
                            struct error *error) MUST_USE;
/* With a sampler: puts them there, and watches what is drawn. */
enum status fill_hold_start(struct fill_run *run, uint32_t candidate, struct error *error) MUST_USE;
void fill_hold_leave(struct run_candidate *candidate);
/* Makes the sets anew after a change. */
void fill_hold_refresh(struct fill_run *run, uint32_t candidate);
/* When all is drawn: a blank that does not meet its conditions is masked if asked to, and counted. STATUS_LIMIT:
 * it has been drawn too often. */
enum status fill_hold_look(struct fill_run *run, uint32_t candidate, bool mask, size_t *tokens,
                           struct error *error) MUST_USE;

#endif
