/* Private to fill/: enforces the conditions of blanks while their words are drawn. */
#ifndef LACUNA_FILL_HOLD_H
#define LACUNA_FILL_HOLD_H

#include "run_state.h"

/* Before the first evaluation. Conditions that cannot be met are an error; run->blanks get the lengths at which they
 * can. `from`: the job's conditions. */
enum status fill_hold_prepare(struct fill_run *run, const struct fill_conditions *from,
                              struct error *error) MUST_USE;
void fill_hold_free(struct fill_run *run);
/* The index of the first blank of the job that this one is tied to, or `blank` if it is tied to no earlier one. */
uint32_t fill_hold_leader(const struct fill_run *run, uint32_t blank);
/* Gives tied blanks the length of the first of them. */
void fill_hold_lengths(const struct fill_run *run, uint32_t candidate, uint32_t *lengths);
/* After a candidate's window is built and before its sampler: makes separate sets for the slots whose blanks have
 * conditions, and chooses the tokens that are held from the start. */
enum status fill_hold_begin(struct fill_run *run, uint32_t candidate, const atomic_bool *cancel,
                            struct error *error) MUST_USE;
/* Once there is a sampler: pins these tokens, and watches every draw. */
enum status fill_hold_start(struct fill_run *run, uint32_t candidate, struct error *error) MUST_USE;
void fill_hold_leave(struct run_candidate *candidate);
/* Computes the sets again after a change. */
void fill_hold_refresh(struct fill_run *run, uint32_t candidate);
/* After the last draw. Adds the tokens of each blank that does not meet its conditions to *tokens and, with `mask`,
 * masks them so that they are drawn again. STATUS_LIMIT: the conditions are still not met after several rounds, or
 * nothing is left to draw again. */
enum status fill_hold_look(struct fill_run *run, uint32_t candidate, bool mask, size_t *tokens,
                           struct error *error) MUST_USE;
/* The same for the uniform graph, which cannot draw some words again alone. STATUS_LIMIT: a condition is not met. */
enum status fill_hold_check(const struct fill_run *run, uint32_t candidate, struct error *error) MUST_USE;

#endif
