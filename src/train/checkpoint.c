/* Checkpoints: four float32 arrays and eight integers in one safetensors file. */
#include "checkpoint.h"

#include <math.h>
#include <string.h>

enum { STATE_WORDS = 8 };

static enum status write_state(const char *path, const struct optimiser *o, const struct checkpoint *s,
                               struct error *error)
{
    int64_t words[STATE_WORDS] = {1 /* version */,
                                  (int64_t)s->step,
                                  (int64_t)s->tokens,
                                  (int64_t)s->position.epoch,
                                  (int64_t)s->position.window,
                                  (int64_t)s->position.row,
                                  0,
                                  0};
    memcpy(&words[6], &s->smoothed, sizeof s->smoothed);
    struct {
        const char *name;
        const float *data;
    } arrays[] = {
        {"weights", o->weights}, {"average", o->average}, {"moment1", o->moment1}, {"moment2", o->moment2}};
    struct sedd_tensor tensors[5];
    for (int i = 0; i < 4; i++)
        tensors[i] = (struct sedd_tensor){.name = arrays[i].name,
                                          .dtype = SEDD_F32,
                                          .dims = 1,
                                          .shape = {o->size, 1, 1, 1},
                                          .data = (const uint8_t *)arrays[i].data};
    tensors[4] = (struct sedd_tensor){.name = "state",
                                      .dtype = SEDD_I64,
                                      .dims = 1,
                                      .shape = {STATE_WORDS, 1, 1, 1},
                                      .data = (const uint8_t *)words};
    return sedd_tensors_write(path, tensors, 5, error);
}

enum status checkpoint_log(const char *out, const struct checkpoint *s, const struct train_progress *p,
                           struct error *error)
{
    char *path = path_join(out, "train.jsonl");
    FILE *log = path ? fopen(path, "a") : NULL;
    enum status status = STATUS_OK;
    if (log) {
        fprintf(log,
                "{\"step\": %llu, \"tokens\": %llu, \"flop\": %.5g, \"loss\": %.5f, \"learning_rate\": %.6g, "
                "\"gradient_norm\": %.4f, "
                "\"tokens_per_second\": %.1f",
                (unsigned long long)s->step, (unsigned long long)s->tokens, p->flop, s->smoothed,
                p->learning_rate, p->gradient_norm, p->tokens_per_second);
        if (isfinite(p->validation)) fprintf(log, ", \"validation_nats_per_token\": %.5f", p->validation);
        fputs("}\n", log);
    }
    if (!log || fclose(log))
        status = error_set(error, STATUS_IO, "%s: cannot write the log", path ? path : out);
    mem_free(path);
    return status;
}

enum status checkpoint_write(const char *out, const struct train_recipe *recipe,
                             const struct sedd_layout *layout, const struct optimiser *o,
                             const struct checkpoint *state, const struct train_progress *progress,
                             struct error *error)
{
    char *whole = path_join(out, "checkpoint.safetensors"), *model = path_join(out, "model.safetensors");
    enum status status = whole && model ? sedd_config_save(out, &recipe->config, error)
                                        : error_set(error, STATUS_NO_MEMORY, "no memory for a path");
    if (!status) status = write_state(whole, o, state, error);
    if (!status) status = sedd_weights_write(layout, o->average, SEDD_BF16, model, error);
    if (!status) status = checkpoint_log(out, state, progress, error);
    mem_free(whole);
    mem_free(model);
    return status;
}

static enum status read_arrays(const struct sedd_tensors *file, const struct train_recipe *recipe,
                               struct optimiser *o, struct checkpoint *s, struct error *error)
{
    struct {
        const char *name;
        float *data;
    } arrays[] = {
        {"weights", o->weights}, {"average", o->average}, {"moment1", o->moment1}, {"moment2", o->moment2}};
    (void)recipe;
    for (size_t i = 0; i < ARRAY_SIZE(arrays); i++) {
        const struct sedd_tensor *tensor = sedd_tensors_find(file, arrays[i].name);
        if (!tensor || tensor->dtype != SEDD_F32 || tensor->elements != o->size)
            return error_set(error, STATUS_FORMAT, "\"%s\" is not of this recipe's network", arrays[i].name);
        enum status status = sedd_tensors_read(file, tensor, 0, tensor->elements, arrays[i].data, error);
        if (status) return status;
    }
    const struct sedd_tensor *state = sedd_tensors_find(file, "state");
    int64_t words[STATE_WORDS];
    if (!state || state->dtype != SEDD_I64 || state->elements != STATE_WORDS)
        return error_set(error, STATUS_FORMAT, "\"state\" is missing");
    enum status status = sedd_tensors_read(file, state, 0, STATE_WORDS, words, error);
    if (status) return status;
    for (int i = 0; i < 6; i++)
        if (words[i] < 0) return error_set(error, STATUS_FORMAT, "\"state\" is damaged");
    *s = (struct checkpoint){.step = (uint64_t)words[1],
                             .tokens = (uint64_t)words[2],
                             .position = {(uint64_t)words[3], (uint64_t)words[4], (uint64_t)words[5]}};
    memcpy(&s->smoothed, &words[6], sizeof s->smoothed);
    return sedd_tensors_unchanged(file, error);
}

enum status checkpoint_read(const char *out, const struct train_recipe *recipe, struct optimiser *o,
                            struct checkpoint *state, struct error *error)
{
    char *path = path_join(out, "checkpoint.safetensors");
    struct sedd_tensors *file = path ? sedd_tensors_open(path, error) : NULL;
    if (!file) {
        mem_free(path);
        return error && error->code ? error->code : STATUS_IO;
    }
    enum status status = read_arrays(file, recipe, o, state, error);
    if (status) error_prefix(error, "%s", path);
    sedd_tensors_close(file);
    mem_free(path);
    return status;
}
