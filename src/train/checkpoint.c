/* Checkpoints: four float32 arrays, eight integers, the description of the run, and a checksum of all of
 * these, in one safetensors file. */
#include "checkpoint.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { STATE_WORDS = 8, VERSION = 2 /* 1: without fields and checksum */ };

/* The parts, in the order of the checksum. */
enum part { WEIGHTS, AVERAGE, MOMENT1, MOMENT2, STATE, FIELDS, CHECKSUM, PARTS };
static const char *const names[PARTS] = {"weights", "average", "moment1", "moment2",
                                         "state",   "fields",  "checksum"};

static uint64_t add_to_checksum(uint64_t sum, const void *bytes, size_t size)
{
    return XXH3_64bits_withSeed(bytes, size, sum);
}

static struct sedd_tensor part_tensor(enum part part, enum sedd_dtype dtype, size_t count, const void *data)
{
    return (struct sedd_tensor){
        .name = names[part], .dtype = dtype, .dims = 1, .shape = {count, 1, 1, 1}, .data = data};
}

static enum status write_state(const char *path, const json_t *fields, const struct optimiser *o,
                               const struct checkpoint *s, struct error *error)
{
    int64_t words[STATE_WORDS] = {VERSION,
                                  (int64_t)s->step,
                                  (int64_t)s->tokens,
                                  (int64_t)s->position.epoch,
                                  (int64_t)s->position.window,
                                  (int64_t)s->position.row,
                                  0,
                                  0};
    memcpy(&words[6], &s->smoothed, sizeof s->smoothed);
    const float *arrays[] = {o->weights, o->average, o->moment1, o->moment2};
    struct sedd_tensor tensors[PARTS];
    uint64_t sum = 0;
    char *text = json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text)
        return error_set(error, STATUS_NO_MEMORY, "%s: not enough memory for the description of the run",
                         path);
    for (int i = WEIGHTS; i <= MOMENT2; i++) {
        tensors[i] = part_tensor((enum part)i, SEDD_F32, o->size, arrays[i]);
        sum = add_to_checksum(sum, arrays[i], o->size * sizeof(float));
    }
    tensors[STATE] = part_tensor(STATE, SEDD_I64, STATE_WORDS, words);
    tensors[FIELDS] = part_tensor(FIELDS, SEDD_U8, strlen(text), text);
    sum = add_to_checksum(sum, words, sizeof words);
    sum = add_to_checksum(sum, text, strlen(text));
    tensors[CHECKSUM] = part_tensor(CHECKSUM, SEDD_I64, 1, &sum);
    enum status status = sedd_tensors_write(path, tensors, PARTS, error);
    free(text);
    return status;
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

enum status checkpoint_write(const char *out, const struct train_recipe *recipe, const json_t *fields,
                             const struct sedd_layout *layout, const struct optimiser *o,
                             const struct checkpoint *state, const struct train_progress *progress,
                             struct error *error)
{
    char *whole = path_join(out, "checkpoint.safetensors"), *model = path_join(out, "model.safetensors");
    enum status status = whole && model ? sedd_config_save(out, &recipe->config, error)
                                        : error_set(error, STATUS_NO_MEMORY, "not enough memory for a path");
    if (!status) status = write_state(whole, fields, o, state, error);
    if (!status) status = sedd_weights_write(layout, o->average, SEDD_BF16, model, error);
    if (!status) status = checkpoint_log(out, state, progress, error);
    mem_free(whole);
    mem_free(model);
    return status;
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* What is read, and the checksum so far. */
struct source {
    const struct sedd_tensors *file;
    uint64_t sum;
};

static enum status read_part(struct source *from, enum part part, enum sedd_dtype dtype, size_t count,
                             void *out, struct error *error)
{
    static const size_t sizes[] = {[SEDD_F32] = 4, [SEDD_I64] = 8, [SEDD_U8] = 1};
    const struct sedd_tensor *tensor = sedd_tensors_find(from->file, names[part]);
    if (!tensor || tensor->dtype != dtype || tensor->elements != count)
        return error_set(error, STATUS_FORMAT, "\"%s\" is missing or does not fit this recipe's network",
                         names[part]);
    enum status status = sedd_tensors_read(from->file, tensor, 0, count, out, error);
    if (!status && part != CHECKSUM) from->sum = add_to_checksum(from->sum, out, count * sizes[dtype]);
    return status;
}

static enum status read_words(struct source *from, struct checkpoint *s, int64_t *version,
                              struct error *error)
{
    int64_t words[STATE_WORDS];
    enum status status = read_part(from, STATE, SEDD_I64, STATE_WORDS, words, error);
    if (status) return status;
    for (int i = 0; i < 6; i++)
        if (words[i] < 0) return error_set(error, STATUS_FORMAT, "\"state\" is damaged");
    if (words[0] > VERSION)
        return error_set(error, STATUS_UNSUPPORTED, "is of a newer version, or \"state\" is damaged");
    *s = (struct checkpoint){.step = (uint64_t)words[1],
                             .tokens = (uint64_t)words[2],
                             .position = {(uint64_t)words[3], (uint64_t)words[4], (uint64_t)words[5]}};
    memcpy(&s->smoothed, &words[6], sizeof s->smoothed);
    *version = words[0];
    return STATUS_OK;
}

/* The fields as they are stored, *size of them; NULL: none. */
static char *read_fields(const struct sedd_tensors *file, size_t *size)
{
    enum { MOST_BYTES = 1 << 20 };
    const struct sedd_tensor *tensor = sedd_tensors_find(file, names[FIELDS]);
    if (!tensor || tensor->dtype != SEDD_U8 || tensor->elements > MOST_BYTES) return NULL;
    char *text = mem_alloc(tensor->elements + 1);
    *size = tensor->elements;
    if (text && !sedd_tensors_read(file, tensor, 0, *size, text, NULL)) return text;
    mem_free(text);
    return NULL;
}

static enum status compare_fields(const char *text, size_t size, const json_t *fields, struct error *error)
{
    json_t *then = json_parse(text, size, error);
    enum status status = then ? run_fields_compare(then, fields, error) : STATUS_FORMAT;
    json_decref(then);
    return status;
}

static enum status check_sum(struct source *from, const char *text, size_t size, struct error *error)
{
    uint64_t sum = 0;
    if (text) from->sum = add_to_checksum(from->sum, text, size);
    enum status status = read_part(from, CHECKSUM, SEDD_I64, 1, &sum, error);
    if (!status && sum != from->sum)
        status = error_set(error, STATUS_FORMAT, "is damaged: its checksum does not match");
    return status;
}

/* Damage is reported before differences, which it may cause. But a network of another size means another
 * recipe. */
static enum status read_all(const struct sedd_tensors *file, const json_t *fields, struct optimiser *o,
                            struct checkpoint *s, bool *checked, struct error *error)
{
    struct source from = {.file = file};
    float *arrays[] = {o->weights, o->average, o->moment1, o->moment2};
    const struct sedd_tensor *weights = sedd_tensors_find(file, names[WEIGHTS]);
    int64_t version = 0;
    size_t size = 0;
    char *text = read_fields(file, &size);
    enum status status = STATUS_OK;
    if (text && weights && weights->elements != o->size) status = compare_fields(text, size, fields, error);
    for (int i = WEIGHTS; i <= MOMENT2 && !status; i++)
        status = read_part(&from, (enum part)i, SEDD_F32, o->size, arrays[i], error);
    if (!status) status = read_words(&from, s, &version, error);
    *checked = text || version >= VERSION;
    if (!status && *checked) status = check_sum(&from, text, size, error);
    if (!status && *checked) status = compare_fields(text ? text : "", size, fields, error);
    mem_free(text);
    return status ? status : sedd_tensors_unchanged(file, error);
}

enum status checkpoint_read(const char *out, const json_t *fields, struct optimiser *o,
                            struct checkpoint *state, bool *checked, struct error *error)
{
    char *path = path_join(out, "checkpoint.safetensors");
    struct sedd_tensors *file = path ? sedd_tensors_open(path, error) : NULL;
    if (!file) {
        mem_free(path);
        return error && error->code ? error->code : STATUS_IO;
    }
    enum status status = read_all(file, fields, o, state, checked, error);
    if (status) error_prefix(error, "%s", path);
    sedd_tensors_close(file);
    mem_free(path);
    return status;
}
