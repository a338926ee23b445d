/* Private to fill/: conditions that no words can meet together. */
#ifndef LACUNA_FILL_CONTRADICTIONS_H
#define LACUNA_FILL_CONTRADICTIONS_H

#include "lacuna/conditions.h"

/* STATUS_ARGUMENT: words that must appear, or first and last letters, contradict `without`, `max_words` or each other. */
enum status fill_contradictions(const struct fill_conditions *conditions, struct error *error) MUST_USE;

#endif
