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
 * line to OUT/train.jsonl. */
enum status checkpoint_write(const char *out, const struct train_recipe *recipe,
                             const struct sedd_layout *layout, const struct optimiser *optimiser,
                             const struct checkpoint *state, const struct train_progress *progress,
                             struct error *error) MUST_USE;
/* Adds the line alone. */
enum status checkpoint_log(const char *out, const struct checkpoint *state,
                           const struct train_progress *progress, struct error *error) MUST_USE;
enum status checkpoint_read(const char *out, const struct train_recipe *recipe, struct optimiser *optimiser,
                            struct checkpoint *state, struct error *error) MUST_USE;

#endif
