/* Internal to cli/: the conditions of a record's blanks. */
#ifndef LACUNA_CLI_RECORD_CONDITIONS_H
#define LACUNA_CLI_RECORD_CONDITIONS_H

#include "lacuna/fill.h"

struct json_t;
/* One for each blank. Strings are borrowed from the record; record_conditions_free frees the lists. */
struct record_conditions {
    struct fill_conditions *list;
    size_t count, capacity;
};
/* Reads the conditions of the next blank. `text`: the record's text; a range with "noise" is trimmed in it. `recorded`:
 * the record is an editor's, whose blanks have lengths beside their "noise". */
enum status record_conditions_add(struct record_conditions *conditions, const struct json_t *item,
                                  struct slice text, bool recorded, struct fill_blank *blank,
                                  struct error *error) MUST_USE;
void record_conditions_free(struct record_conditions *conditions);

#endif
