/* Internal to fill/: a blank's conditions as JSON. */
#ifndef LACUNA_FILL_CONDITION_JSON_H
#define LACUNA_FILL_CONDITION_JSON_H

#include "lacuna/conditions.h"

struct json_t;
/* Adds them to an object under the names that records have ("must", "max_words" …). False: out of memory. */
bool condition_json_put(const struct fill_conditions *conditions, struct json_t *object) MUST_USE;

#endif
