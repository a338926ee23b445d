/* The state that a run needs to continue bit for bit, and the model folder that it leaves. */
#ifndef LACUNA_TRAIN_CHECKPOINT_H
#define LACUNA_TRAIN_CHECKPOINT_H

#include "lacuna/base.h"
#include "lacuna/train.h"
#include "optimiser.h"

struct checkpoint {
    uint64_t step, tokens;
    struct train_position position;
    double smoothed;
    uint64_t steps_before, tokens_before; /* of earlier runs; not stored */
};

/* Writes OUT/checkpoint.safetensors, OUT/model.safetensors and OUT/config.json, each atomically, and adds a
 * line to OUT/train.jsonl. `recipe` is the stage's recipe, whose network the folder then has; `fields`
 * describe the run. */
enum status checkpoint_write(const char *out, const struct train_recipe *recipe, const struct json_t *fields,
                             const struct sedd_layout *layout, const struct optimiser *optimiser,
                             const struct checkpoint *state, const struct train_progress *progress,
                             struct error *error) MUST_USE;
/* Adds only the line. */
enum status checkpoint_log(const char *out, const struct checkpoint *state,
                           const struct train_progress *progress, struct error *error) MUST_USE;
/* STATUS_FORMAT: not a checkpoint of this network, or its checksum does not match. STATUS_ARGUMENT: it
 * belongs to a run with other fields, which are named. *checked: false for a checkpoint of an older version,
 * which has neither fields nor a checksum. */
enum status checkpoint_read(const char *out, const struct json_t *fields, struct optimiser *optimiser,
                            struct checkpoint *state, bool *checked, struct error *error) MUST_USE;

/* ---- recipe_fields.c: the description of a run -------------------------------------------------------- */

extern const char *const recipe_known[]; /* all fields that a recipe may have (recipe.c); ends with NULL */

#define RUN_DATA "data"
/* The fields of a recipe by name, without those that may change when a run is resumed (steps) or are only for
 * people (name), and RUN_DATA, the hash of the tokens. NULL: out of memory. */
struct json_t *run_fields(const struct train_recipe *recipe, const struct train_data *data) MUST_USE;
/* STATUS_ARGUMENT: they differ; the message names the differences. */
enum status run_fields_compare(const struct json_t *then, const struct json_t *now,
                               struct error *error) MUST_USE;

#endif
