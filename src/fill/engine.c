/* A model, its vocabulary, and what is derived from the two together. */
#include "engine.h"
#include "frame.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/sedd.h"

#include <string.h>

static_assert(2 * FILL_MARK_APOSTROPHE - 1 <= UINT16_MAX, "the marks of a token fit their array");

struct fill_engine {
    struct sedd_model *model;
    struct sedd_net *net;
    struct sedd_model *voice; /* NULL: none */
    struct sedd_net *voice_net;
    struct pool *pool;
    struct bpe *bpe;
    struct bpe_cache *cache;
    uint64_t *allowed[FILL_ALLOWED];
    uint16_t *marks; /* (V) fill_marks_of */
    struct narrowed_set {
        const uint64_t *of;
        unsigned without;
        uint64_t *set;
    } * narrowed_sets; /* sets derived from others */
    size_t narrowed_count, narrowed_capacity;
    struct fill_calibration calibration;
    bool to_measure;
    char name[64];
};

static enum status no_memory_for_model(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for the model");
}

static void ban_id(uint64_t *set, int64_t id)
{
    if (id >= 0) set[id / 64] &= ~(UINT64_C(1) << (id % 64));
}

static enum status make_sets(struct fill_engine *e, struct error *error)
{
    const struct sedd_config *c = sedd_model_config(e->model);
    for (int kind = 0; kind < FILL_ALLOWED; kind++) {
        uint64_t *set = e->allowed[kind] =
            fill_allowed_new(e->bpe, c->tokens, (enum fill_allowed)kind, error);
        if (!set) return STATUS_NO_MEMORY;
        ban_id(set, c->endoftext);
        ban_id(set, c->delete_id);
        ban_id(set, c->expand_id);
        bool any = false;
        for (uint32_t i = 0; i < (c->tokens + 63) / 64; i++) any = any || set[i];
        if (!any) return error_set(error, STATUS_FORMAT, "vocab.json has no token that can start a fill");
    }
    return STATUS_OK;
}

static enum status note_marks(struct fill_engine *e, struct error *error)
{
    e->marks = mem_zalloc_array(sedd_model_config(e->model)->tokens, sizeof *e->marks);
    if (!e->marks) return no_memory_for_model(error);
    for (uint32_t id = 0; id < bpe_size(e->bpe); id++)
        e->marks[id] = (uint16_t)fill_marks_of(bpe_token_bytes(e->bpe, id));
    return STATUS_OK;
}

struct fill_calibration fill_calibration_default(void)
{
    return (struct fill_calibration){.e = 1};
}

static void set_name(struct fill_engine *e, const char *folder)
{
    const char *name = sedd_model_config(e->model)->name;
    size_t end = strlen(folder), begin;
    while (end > 1 && folder[end - 1] == '/') end--;
    for (begin = end; begin > 0 && folder[begin - 1] != '/';) begin--;
    utf8_copy(e->name, sizeof e->name, *name ? name : folder + begin, *name ? strlen(name) : end - begin);
}

static enum status open_parts(struct fill_engine *e, const char *folder, enum sedd_precision precision,
                              int threads, const atomic_bool *cancel, struct error *error)
{
    /* The small files first, so that a wrong folder is distinguished from a broken model at once. */
    e->bpe = bpe_load_folder(folder, error);
    if (!e->bpe) return STATUS_FORMAT;
    if (threads <= 0) threads = cpu_count();
    if (!(e->pool = pool_new(threads > 256 ? 256 : threads, error))) return STATUS_NO_MEMORY;
    e->model = sedd_model_load(folder, precision, e->pool, cancel, error);
    if (!e->model) return STATUS_FORMAT;
    if (sedd_model_config(e->model)->causal && !e->to_measure)
        return error_set(error, STATUS_UNSUPPORTED, "%s is an autoregressive model: it cannot fill blanks",
                         folder);
    if (bpe_size(e->bpe) > sedd_model_config(e->model)->tokens)
        return error_set(error, STATUS_FORMAT, "%s: vocab.json has %u ids, but the model only %u", folder,
                         bpe_size(e->bpe), sedd_model_config(e->model)->tokens);
    enum status status = make_sets(e, error);
    if (!status) status = note_marks(e, error);
    if (status) return status;
    if (!(e->cache = bpe_cache_new(e->bpe, error))) return STATUS_NO_MEMORY;
    if (!(e->net = sedd_net_new(e->model, e->pool, error))) return STATUS_NO_MEMORY;
    set_name(e, folder);
    const double *curve = sedd_model_config(e->model)->length_calibration;
    e->calibration = fill_calibration_default();
    if (sedd_model_config(e->model)->calibrated)
        e->calibration = (struct fill_calibration){curve[0], curve[1], curve[2], curve[3], curve[4]};
    return STATUS_OK;
}

static struct fill_engine *open_engine(const char *model_folder, enum sedd_precision precision, int threads,
                                       bool to_measure, const atomic_bool *cancel, struct error *error)
{
    struct fill_engine *engine = mem_zalloc(sizeof *engine);
    if (!engine) {
        no_memory_for_model(error);
        return NULL;
    }
    engine->to_measure = to_measure;
    if (open_parts(engine, model_folder, precision, threads, cancel, error) == STATUS_OK) return engine;
    fill_engine_free(engine);
    return NULL;
}

struct fill_engine *fill_engine_open(const char *model_folder, enum sedd_precision precision, int threads,
                                     const atomic_bool *cancel, struct error *error)
{
    return open_engine(model_folder, precision, threads, false, cancel, error);
}

struct fill_engine *fill_engine_open_to_measure(const char *model_folder, enum sedd_precision precision,
                                                int threads, const atomic_bool *cancel, struct error *error)
{
    return open_engine(model_folder, precision, threads, true, cancel, error);
}

static bool same_vocabulary(const struct bpe *a, const char *folder, struct error *error)
{
    struct bpe *b = bpe_load_folder(folder, error);
    bool same = b && bpe_size(a) == bpe_size(b);
    for (uint32_t id = 0; same && id < bpe_size(a); id++) {
        struct slice x = bpe_token_bytes(a, id), y = bpe_token_bytes(b, id);
        same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    }
    if (b && !same) error_set(error, STATUS_ARGUMENT, "%s has another vocabulary than the model", folder);
    bpe_free(b);
    return same;
}

enum status fill_engine_add_voice(struct fill_engine *e, const char *folder, double weight,
                                  const atomic_bool *cancel, struct error *error)
{
    if (weight <= 0) return STATUS_OK;
    if (!same_vocabulary(e->bpe, folder, error)) return error->code;
    e->voice = sedd_model_load(folder, sedd_model_precision(e->model), e->pool, cancel, error);
    if (!e->voice) return error->code;
    if (!(e->voice_net = sedd_net_new(e->voice, e->pool, error))) return STATUS_NO_MEMORY;
    enum status status = sedd_net_mix(e->net, e->voice_net, (float)weight, error);
    if (!status) { /* traces and records name both */
        size_t size = strlen(e->name);
        snprintf(e->name + size, sizeof e->name - size, " + voice %.3g", weight < 1 ? weight : 1);
    }
    return status;
}

void fill_engine_free(struct fill_engine *engine)
{
    if (!engine) return;
    sedd_net_free(engine->net);
    sedd_net_free(engine->voice_net);
    sedd_model_free(engine->voice);
    pool_free(engine->pool);
    sedd_model_free(engine->model);
    bpe_cache_free(engine->cache);
    bpe_free(engine->bpe);
    for (int kind = 0; kind < FILL_ALLOWED; kind++) mem_free(engine->allowed[kind]);
    for (size_t i = 0; i < engine->narrowed_count; i++) mem_free(engine->narrowed_sets[i].set);
    mem_free(engine->narrowed_sets);
    mem_free(engine->marks);
    mem_free(engine);
}

const struct sedd_config *fill_engine_config(const struct fill_engine *engine)
{
    return sedd_model_config(engine->model);
}

const struct sedd_model *fill_engine_model(const struct fill_engine *engine)
{
    return engine->model;
}

const struct bpe *fill_engine_bpe(const struct fill_engine *engine)
{
    return engine->bpe;
}

struct sedd_net *fill_engine_net(struct fill_engine *engine)
{
    return engine->net;
}

struct bpe_cache *fill_engine_cache(struct fill_engine *engine)
{
    return engine->cache;
}

const char *fill_engine_name(const struct fill_engine *engine)
{
    return engine->name;
}

const uint64_t *fill_engine_allowed(const struct fill_engine *engine, enum fill_allowed kind)
{
    return engine->allowed[kind];
}

unsigned fill_engine_marks(const struct fill_engine *engine, uint32_t id)
{
    return engine->marks[id];
}

static struct narrowed_set *make_narrowed(struct fill_engine *e, const uint64_t *of, unsigned without)
{
    uint32_t tokens = sedd_model_config(e->model)->tokens;
    if (!mem_grow(&e->narrowed_sets, &e->narrowed_capacity, e->narrowed_count + 1, sizeof *e->narrowed_sets))
        return NULL;
    struct narrowed_set *narrowed = &e->narrowed_sets[e->narrowed_count];
    *narrowed =
        (struct narrowed_set){of, without, mem_zalloc_array((tokens + 63) / 64, sizeof *narrowed->set)};
    if (!narrowed->set) return NULL;
    e->narrowed_count++;
    for (uint32_t id = 0; id < tokens; id++)
        if ((of[id / 64] >> (id % 64) & 1) && !(e->marks[id] & without))
            narrowed->set[id / 64] |= UINT64_C(1) << (id % 64);
    return narrowed;
}

const uint64_t *fill_engine_without(struct fill_engine *e, const uint64_t *set, unsigned marks,
                                    struct error *error)
{
    struct narrowed_set *narrowed = NULL;
    if (!marks) return set;
    for (size_t i = 0; i < e->narrowed_count && !narrowed; i++)
        if (e->narrowed_sets[i].of == set && e->narrowed_sets[i].without == marks)
            narrowed = &e->narrowed_sets[i];
    if (!narrowed && !(narrowed = make_narrowed(e, set, marks))) return no_memory_for_model(error), NULL;
    bool any = false;
    for (uint32_t i = 0; i < (sedd_model_config(e->model)->tokens + 63) / 64; i++)
        any = any || narrowed->set[i];
    return any ? narrowed->set : set;
}

const struct fill_calibration *fill_engine_calibration(const struct fill_engine *engine)
{
    return &engine->calibration;
}

bool fill_engine_says_lengths(const struct fill_engine *engine)
{
    return sedd_model_config(engine->model)->sizes_blanks;
}
