/* Converts words that a writer types into a blank to tokens of the worker's model. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "worker.h"

bool fill_worker_ready(const struct fill_worker *worker)
{
    return fill_worker_engine(worker) != NULL;
}

bool fill_worker_shows_noise(const struct fill_worker *worker)
{
    const struct fill_engine *engine = fill_worker_engine(worker);
    return engine && fill_engine_config(engine)->graph == SEDD_UNIFORM;
}

bool fill_worker_begins_with_space(const struct fill_worker *worker, uint32_t id)
{
    const struct fill_engine *engine = fill_worker_engine(worker);
    struct slice bytes = engine ? bpe_token_bytes(fill_engine_bpe(engine), id) : (struct slice){0};
    return bytes.size && bytes.data[0] == ' ';
}

enum status fill_worker_encode(const struct fill_worker *worker, struct slice around, const char *words,
                               bool spaced, struct bpe_ids *ids, struct error *error)
{
    const struct fill_engine *engine = fill_worker_engine(worker);
    if (!engine) return error_set(error, STATUS_UNSUPPORTED, "the model is not loaded yet");
    struct fill_dialect dialect = fill_dialect_detect(around, fill_engine_config(engine)->dialect);
    struct buffer wanted = {0};
    struct fill_mapped mapped = {0};
    enum status status = buffer_printf(&wanted, "%s%s", spaced ? " " : "", words)
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (!status)
        status = fill_dialect_to_model(&dialect, (struct slice){wanted.data, wanted.size}, &mapped, error);
    if (!status)
        status = bpe_encode(fill_engine_bpe(engine), mapped.text.data ? mapped.text.data : "",
                            mapped.text.size, ids, error);
    fill_mapped_free(&mapped);
    buffer_free(&wanted);
    return status;
}
