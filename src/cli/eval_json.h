/* Internal to cli/: the results of `lacuna eval` as JSON: the names of the figures, and the numbers they are
 * based on. Each function returns NULL if memory runs out. */
#ifndef LACUNA_CLI_EVAL_JSON_H
#define LACUNA_CLI_EVAL_JSON_H

#include "lacuna/measure.h"

struct json_t *eval_bound_json(const struct measure_bound *bound);
struct json_t *eval_blanks_json(const struct measure_blanks *blanks, const struct measure_options *how);
struct json_t *eval_samples_json(const struct measure_samples *samples, const struct measure_options *how);
struct json_t *eval_lengths_json(const struct measure_lengths *lengths, const struct measure_options *how,
                                 const struct fill_engine *engine);
struct json_t *eval_calibration_json(const struct fill_calibration *curve, const struct measure_options *how);

#endif
