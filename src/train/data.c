/* Encodes training text once: on all threads, and the result is kept in a token file. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/train.h"

#include <string.h>

struct part {
    const char *bytes;
    size_t size;
    struct bpe_ids ids;
    enum status status;
    struct error error;
};

struct job {
    const struct bpe *bpe;
    uint32_t endoftext;
    struct part *parts;
};

static void encode_part(void *context, int index, int worker)
{
    struct job *job = context;
    struct part *part = &job->parts[index];
    (void)worker;
    part->status = bpe_encode_documents(job->bpe, part->bytes, part->size, job->endoftext, &part->ids, NULL,
                                        &part->error);
}

/* Where a text can be cut in two without changing its tokens: after a separator line. */
static size_t cut_after(const char *bytes, size_t size, size_t from)
{
    static const char line[] = "\n" BPE_SEPARATOR "\n";
    for (size_t i = from; i + sizeof line - 1 <= size; i++) {
        const char *p = memchr(bytes + i, '\n', size - i);
        if (!p) return size;
        i = (size_t)(p - bytes);
        if (i + sizeof line - 1 <= size && memcmp(p, line, sizeof line - 1) == 0) return i + sizeof line - 1;
    }
    return size;
}

static enum status append_ids(struct train_data *data, size_t *capacity, const struct bpe_ids *ids,
                              struct error *error)
{
    if (!mem_grow(&data->ids, capacity, data->count + ids->count, sizeof *data->ids))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu tokens",
                         data->count + ids->count);
    for (size_t i = 0; i < ids->count; i++) data->ids[data->count + i] = (uint16_t)ids->ids[i];
    data->count += ids->count;
    return STATUS_OK;
}

static enum status encode_text(struct train_data *data, size_t *capacity, const struct bpe *bpe,
                               uint32_t endoftext, const char *bytes, size_t size, struct pool *pool,
                               struct error *error)
{
    enum { PIECE = 4 << 20 };
    size_t count = 0, room = size / PIECE + 2;
    struct part *parts = mem_zalloc_array(room, sizeof *parts);
    if (!parts) return error_set(error, STATUS_NO_MEMORY, "not enough memory to encode");
    for (size_t at = 0; at < size && count < room;) {
        size_t end = size - at > PIECE && count + 1 < room ? cut_after(bytes, size, at + PIECE) : size;
        parts[count++] = (struct part){.bytes = bytes + at, .size = end - at};
        at = end;
    }
    struct job job = {bpe, endoftext, parts};
    pool_run(pool, (int)count, encode_part, &job);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        if (!status && parts[i].status) {
            status = parts[i].status;
            if (error) *error = parts[i].error;
        }
        if (!status) status = append_ids(data, capacity, &parts[i].ids, error);
        bpe_ids_free(&parts[i].ids);
    }
    mem_free(parts);
    return status;
}

/* What the tokens depend on: the vocabulary and the text. */
static uint64_t key_of(const struct bpe *bpe, const char *bytes, size_t size)
{
    uint64_t key = hash_bytes(bytes, size, 1);
    for (uint32_t id = 0; id < bpe_size(bpe); id++) {
        struct slice token = bpe_token_bytes(bpe, id);
        key = hash_bytes(token.data, token.size, key);
    }
    return key;
}

static char *cache_path(const char *cache, uint64_t key)
{
    struct buffer path = {0};
    if (buffer_printf(&path, "%s/%016llx.tokens", cache, (unsigned long long)key)) return path.data;
    buffer_free(&path);
    return NULL;
}

/* Appends a cached token file if it exists and is complete. */
static bool read_cache(struct train_data *data, size_t *capacity, const char *path, uint32_t vocabulary)
{
    struct file_map map;
    if (!path || !file_exists(path) || file_map_open(path, &map, NULL)) return false;
    size_t count = map.size / 2;
    bool ok = map.size % 2 == 0 && mem_grow(&data->ids, capacity, data->count + count, sizeof *data->ids);
    if (ok && count) memcpy(data->ids + data->count, map.data, map.size);
    for (size_t i = 0; ok && i < count; i++) ok = data->ids[data->count + i] < vocabulary;
    if (ok) data->count += count;
    file_map_close(&map);
    return ok;
}

static enum status load_text(struct train_data *data, size_t *capacity, const struct bpe *bpe,
                             uint32_t endoftext, struct slice text, const char *cache, struct pool *pool,
                             struct error *error)
{
    enum status status = STATUS_OK;
    char *kept = cache ? cache_path(cache, key_of(bpe, text.data, text.size)) : NULL;
    size_t before = data->count;
    if (!read_cache(data, capacity, kept, bpe_size(bpe))) {
        status = encode_text(data, capacity, bpe, endoftext, text.data, text.size, pool, error);
        if (!status && kept)
            status = file_write_atomic(kept, data->ids + before, (data->count - before) * sizeof *data->ids,
                                       error);
    }
    mem_free(kept);
    return status;
}

/* A word begins at a space, a line break or a mark that is not the apostrophe of a contraction. */
static uint8_t flags_of(struct slice token)
{
    uint8_t flags = 0;
    if (token.size == 0) return 0;
    unsigned char first = (unsigned char)token.data[0],
                  second = token.size > 1 ? (unsigned char)token.data[1] : 0;
    bool letter = (first | 32) >= 'a' && (first | 32) <= 'z', digit = first >= '0' && first <= '9';
    bool contraction = first == '\'' && (second | 32) >= 'a' && (second | 32) <= 'z';
    bool accented = first >= 0x80 && first != 0xE2; /* E2: the block of dashes and quotation marks */
    if (!letter && !digit && !contraction && !accented) flags |= TRAIN_STARTS_WORD;
    if (memchr(token.data, '\n', token.size)) flags |= TRAIN_ENDS_PARAGRAPH;
    return flags;
}

enum status train_data_load(struct train_data *data, const struct bpe *bpe, uint32_t endoftext,
                            const struct slice *texts, size_t count, const char *cache, struct pool *pool,
                            struct error *error)
{
    *data = (struct train_data){0};
    size_t capacity = 0;
    enum status status = STATUS_OK;
    if (bpe_size(bpe) > 65536)
        return error_set(error, STATUS_LIMIT, "training takes vocabularies up to 65,536 ids");
    data->flags = mem_zalloc_array(bpe_size(bpe), 1);
    if (!data->flags)
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the vocabulary's flags");
    for (uint32_t id = 0; id < bpe_size(bpe); id++) data->flags[id] = flags_of(bpe_token_bytes(bpe, id));
    if (cache) status = file_make_folders(cache, error);
    for (size_t i = 0; i < count && !status; i++)
        status = load_text(data, &capacity, bpe, endoftext, texts[i], cache, pool, error);
    if (status)
        train_data_free(data);
    else
        data->hash = hash_bytes(data->ids, data->count * sizeof *data->ids, 0);
    return status;
}

void train_data_free(struct train_data *data)
{
    mem_free(data->ids);
    mem_free(data->flags);
    *data = (struct train_data){0};
}
