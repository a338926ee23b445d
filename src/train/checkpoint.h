/* What a run needs to go on bit for bit, and the model folder it leaves. */
#ifndef LACUNA_TRAIN_CHECKPOINT_H
#define LACUNA_TRAIN_CHECKPOINT_H

#include "optimiser.h"

struct checkpoint {
    uint64_t step, tokens;
    struct train_position position;
    double smoothed;
    uint64_t steps_before, tokens_before; /* of earlier runs; not stored */
};

/* Writes OUT/checkpoint.safetensors, OUT/model.safetensors and OUT/config.json, each atomically, and adds a
 * line to OUT/train.jsonl. `recipe` is that of the stage, whose network the folder then has; `fields` are
 * those of the run. */
enum status checkpoint_write(const char *out, const struct train_recipe *recipe, const struct json_t *fields,
                             const struct sedd_layout *layout, const struct optimiser *optimiser,
                             const struct checkpoint *state, const struct train_progress *progress,
                             struct error *error) MUST_USE;
/* Adds the line alone. */
enum status checkpoint_log(const char *out, const struct checkpoint *state,
                           const struct train_progress *progress, struct error *error) MUST_USE;
/* STATUS_FORMAT: no checkpoint of this network, or bytes that do not give its checksum. STATUS_ARGUMENT: it
 * is of a run with other fields, which are named. *checked: false for a checkpoint of an older version, which
 * says neither what it was made with nor what its bytes should give. */
enum status checkpoint_read(const char *out, const struct json_t *fields, struct optimiser *optimiser,
                            struct checkpoint *state, bool *checked, struct error *error) MUST_USE;

/* ---- recipe_fields.c: what a run is made with ---- */

extern const char *const recipe_known[]; /* every field that a recipe may have (recipe.c); ends with NULL */

#define RUN_DATA "data"
/* The fields of a recipe by their names there, without those that may change when a run goes on (steps) or
 * are for people only (name), and RUN_DATA, the hash of the tokens. NULL: no memory. */
struct json_t *run_fields(const struct train_recipe *recipe, const struct train_data *data) MUST_USE;
/* STATUS_ARGUMENT: they differ; the message names in what. */
enum status run_fields_compare(const struct json_t *then, const struct json_t *now,
                               struct error *error) MUST_USE;

#endif
