/* Text to ids: scan, look up, merge. Ids to text. */
#include "bpe_internal.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <string.h>

/* A direct-mapped cache of short pre-tokens: a new entry replaces one in the same slot. 16384 entries of 64
 * bytes hold the frequent words of a book and fit the second-level cache of current processors. */
enum { CACHE_ENTRIES = 1 << 14, CACHE_BYTES = 22, CACHE_IDS = 10, CACHE_PAYS = 1 << 14 };

struct cached {
    uint8_t size, count; /* size 0: free */
    char bytes[CACHE_BYTES];
    uint32_t ids[CACHE_IDS];
};

struct bpe_cache {
    const struct bpe *bpe;
    struct cached entries[CACHE_ENTRIES];
};

struct bpe_cache *bpe_cache_new(const struct bpe *bpe, struct error *error)
{
    struct bpe_cache *cache = mem_zalloc(sizeof *cache);
    if (cache)
        cache->bpe = bpe;
    else
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the tokenizer's cache");
    return cache;
}

void bpe_cache_free(struct bpe_cache *cache)
{
    mem_free(cache);
}

void bpe_ids_free(struct bpe_ids *ids)
{
    mem_free(ids->ids);
    *ids = (struct bpe_ids){0};
}

/* Fast rather than good: it only picks a slot. */
static size_t slot_of(const char *bytes, size_t size)
{
    uint64_t h = size;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    uint64_t rest = 0;
    for (; i < size; i++) rest = rest << 8 | (uint8_t)bytes[i];
    h = (h ^ rest) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h >> 40) % CACHE_ENTRIES;
}

static enum status encode_pretoken(struct bpe_cache *cache, const char *bytes, size_t size,
                                   struct bpe_ids *out, struct error *error)
{
    if (size > CACHE_BYTES) return bpe_merge_pretoken(cache->bpe, bytes, size, out, error);
    struct cached *entry = &cache->entries[slot_of(bytes, size)];
    if (entry->size != size || memcmp(entry->bytes, bytes, size) != 0) {
        size_t before = out->count;
        enum status status = bpe_merge_pretoken(cache->bpe, bytes, size, out, error);
        size_t count = out->count - before;
        if (status || count > CACHE_IDS) return status;
        entry->size = (uint8_t)size;
        entry->count = (uint8_t)count;
        memcpy(entry->bytes, bytes, size);
        memcpy(entry->ids, out->ids + before, count * sizeof *out->ids);
        return STATUS_OK;
    }
    if (!mem_grow(&out->ids, &out->capacity, out->count + entry->count, sizeof *out->ids))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu tokens",
                         out->count + entry->count);
    memcpy(out->ids + out->count, entry->ids, entry->count * sizeof *out->ids);
    out->count += entry->count;
    return STATUS_OK;
}

enum status bpe_encode_cached(struct bpe_cache *cache, const char *bytes, size_t size, struct bpe_ids *out,
                              struct error *error)
{
    size_t before = out->count;
    enum status status = STATUS_OK;
    for (size_t at = 0, end; status == STATUS_OK && at < size; at = end) {
        end = bpe_pretoken_end(bytes, size, at);
        status = encode_pretoken(cache, bytes + at, end - at, out, error);
    }
    if (status) out->count = before;
    return status;
}

enum status bpe_encode(const struct bpe *bpe, const char *bytes, size_t size, struct bpe_ids *out,
                       struct error *error)
{
    if (size >= CACHE_PAYS) {
        struct bpe_cache *cache = bpe_cache_new(bpe, error);
        if (!cache) return STATUS_NO_MEMORY;
        enum status status = bpe_encode_cached(cache, bytes, size, out, error);
        bpe_cache_free(cache);
        return status;
    }
    size_t before = out->count;
    enum status status = STATUS_OK;
    for (size_t at = 0, end; status == STATUS_OK && at < size; at = end) {
        end = bpe_pretoken_end(bytes, size, at);
        status = bpe_merge_pretoken(bpe, bytes + at, end - at, out, error);
    }
    if (status) out->count = before;
    return status;
}

enum status bpe_decode(const struct bpe *bpe, const uint32_t *ids, size_t count, struct buffer *out,
                       struct error *error)
{
    size_t before = out->size;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct slice token = bpe_token_bytes(bpe, ids[i]);
        if (ids[i] >= bpe->size)
            status =
                error_set(error, STATUS_ARGUMENT, "token %zu: id %u is not below %u", i, ids[i], bpe->size);
        else if (!buffer_append(out, token.data, token.size))
            status = error_set(error, STATUS_NO_MEMORY, "not enough memory to decode %zu tokens", count);
    }
    if (status && out->data) {
        out->size = before;
        out->data[before] = '\0';
    }
    return status;
}
