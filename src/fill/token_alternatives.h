/* Private to fill/: the alternatives of every token of a finished window. */
#ifndef LACUNA_FILL_TOKEN_ALTERNATIVES_H
#define LACUNA_FILL_TOKEN_ALTERNATIVES_H

#include "run_state.h"

/* When a candidate's window is drawn and the options ask for it: adds them to candidate->alternatives. */
enum status fill_token_alternatives(struct fill_run *run, uint32_t candidate, const atomic_bool *cancel,
                                    struct error *error) MUST_USE;
bool fill_token_alternatives_copy(const struct fill_token_alternatives *from, size_t blanks,
                                  struct fill_token_alternatives **to) MUST_USE;
void fill_token_alternatives_free(struct fill_token_alternatives *alternatives, size_t blanks);
/* The odds of every token of the window's blanks in the last evaluation, for an event. */
bool fill_token_odds(const struct fill_run *run, uint32_t candidate, const struct fill_view *views,
                     struct fill_token_alternatives **out) MUST_USE;
#endif
