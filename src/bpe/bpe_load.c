/* Reads vocab.json and merges.txt into a struct bpe. Nothing in either file is trusted. */
#include "bpe_internal.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <jansson.h>
#include <string.h>

static size_t power_of_two_above(size_t n)
{
    size_t p = 16;
    while (p < n) p *= 2;
    return p;
}

/* ---- bytes → id --------------------------------------------------------------------------------------- */

static size_t find_slot(const struct bpe *bpe, const char *bytes, size_t size)
{
    size_t at = (size_t)hash_bytes(bytes, size, 0) & bpe->by_bytes_mask;
    for (;; at = (at + 1) & bpe->by_bytes_mask) {
        uint32_t id = bpe->by_bytes[at];
        if (id == UINT32_MAX) return at;
        struct slice token = bpe_token_bytes(bpe, id);
        if (token.size == size && memcmp(token.data, bytes, size) == 0) return at;
    }
}

int64_t bpe_find(const struct bpe *bpe, const char *bytes, size_t size)
{
    uint32_t id = size ? bpe->by_bytes[find_slot(bpe, bytes, size)] : UINT32_MAX;
    return id == UINT32_MAX ? -1 : (int64_t)id;
}

/* ---- vocab.json --------------------------------------------------------------------------------------- */

/* The entries by id; keys borrow from the parsed JSON. */
struct entries {
    struct slice *keys; /* (size) */
    size_t size;
};

/* jansson does not record where a key is, so its line is searched for, only for the message. Keys with
 * escapes are not found; then the message names just the key. */
static void locate(const char *path, const char *key, struct error *error)
{
    struct buffer file = {0};
    json_t *string = json_string(key);
    char *ascii = string ? json_dumps(string, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
    char *plain = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    size_t line = 0;
    if (error && ascii && plain && file_read(path, &file, NULL) == STATUS_OK) {
        for (char *c = ascii; *c; c++) /* as Python writes it: \u010a, where jansson has \u010A */
            if (c[0] == '\\' && c[1] == 'u')
                for (int i = 2; i < 6 && c[i]; i++)
                    if (c[i] >= 'A' && c[i] <= 'F') c[i] = (char)(c[i] - 'A' + 'a');
        const char *found = strstr(file.data, plain);
        if (!found) found = strstr(file.data, ascii);
        if (found) {
            line = 1;
            for (const char *c = file.data; c < found; c++) line += *c == '\n';
        }
    }
    if (line)
        error_prefix(error, "%s:%zu", path, line);
    else
        error_prefix(error, "%s", path);
    free(ascii);
    free(plain);
    json_decref(string);
    buffer_free(&file);
}

static enum status collect_entries(json_t *object, const char *path, struct entries *out, struct error *error)
{
    if (!json_is_object(object))
        return error_set(error, STATUS_FORMAT, "%s: must be one JSON object that maps tokens to ids", path);
    out->size = json_object_size(object);
    if (out->size < 256)
        return error_set(error, STATUS_FORMAT, "%s: %zu entries; the byte symbols alone are 256", path,
                         out->size);
    if (out->size >= UINT32_MAX / 2)
        return error_set(error, STATUS_LIMIT, "%s: %zu entries are too many", path, out->size);
    out->keys = mem_zalloc_array(out->size, sizeof *out->keys);
    if (!out->keys) return error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu tokens", out->size);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        enum status status = STATUS_OK;
        json_int_t id = json_integer_value(value);
        if (!*key)
            status = error_set(error, STATUS_FORMAT, "a token is empty");
        else if (!json_is_integer(value))
            status = error_set(error, STATUS_FORMAT, "the id of \"%s\" is not an integer", key);
        else if (id < 0 || (uint64_t)id >= out->size)
            status = error_set(error, STATUS_FORMAT,
                               "the id of \"%s\" is %lld, but %zu entries need the ids 0 to %zu", key,
                               (long long)id, out->size, out->size - 1);
        else if (out->keys[id].data)
            status = error_set(error, STATUS_FORMAT, "\"%s\" and \"%s\" have the same id %lld",
                               out->keys[id].data, key, (long long)id);
        if (status) {
            locate(path, key, error);
            return status;
        }
        out->keys[id] = (struct slice){key, strlen(key)};
    }
    return STATUS_OK;
}

static enum status no_memory_to_load(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a vocabulary");
}

/* Copies all tokens into bpe->bytes. Until merges.txt has been read, every entry that is not a byte symbol
 * counts as a special token; one that consists of byte symbols only is already stored as bytes, and `keys`
 * restores the names of the others. */
static enum status store_tokens(struct bpe *bpe, const struct entries *entries, const char *path,
                                struct error *error)
{
    bpe->size = (uint32_t)entries->size;
    bpe->offsets = mem_alloc_array(entries->size + 1, sizeof *bpe->offsets);
    bpe->special = mem_zalloc_array(entries->size, sizeof *bpe->special);
    bpe->by_bytes_mask = power_of_two_above(2 * entries->size) - 1;
    bpe->by_bytes = mem_alloc_array(bpe->by_bytes_mask + 1, sizeof *bpe->by_bytes);
    if (!bpe->offsets || !bpe->special || !bpe->by_bytes) return no_memory_to_load(error);
    memset(bpe->by_bytes, 0xFF, (bpe->by_bytes_mask + 1) * sizeof *bpe->by_bytes);
    memset(bpe->byte_ids, 0xFF, sizeof bpe->byte_ids);
    struct buffer all = {0};
    for (uint32_t id = 0; id < bpe->size; id++) {
        bpe->offsets[id] = all.size;
        bool short_of_memory;
        bool in_symbols =
            bpe_symbols_to_bytes(entries->keys[id].data, entries->keys[id].size, &all, &short_of_memory);
        if (in_symbols && all.size - bpe->offsets[id] == 1) {
            bpe->byte_ids[(uint8_t)all.data[bpe->offsets[id]]] = id;
        } else if (!in_symbols && !short_of_memory) {
            bpe->special[id] = true;
            short_of_memory = !buffer_append(&all, entries->keys[id].data, entries->keys[id].size);
        }
        if (short_of_memory) {
            buffer_free(&all);
            return no_memory_to_load(error);
        }
    }
    bpe->offsets[bpe->size] = all.size;
    bpe->bytes = all.data;
    for (uint32_t id = 0; id < bpe->size; id++) {
        struct slice token = bpe_token_bytes(bpe, id);
        if (!bpe->special[id]) bpe->by_bytes[find_slot(bpe, token.data, token.size)] = id;
    }
    for (int byte = 0; byte < 256; byte++) {
        if (bpe->byte_ids[byte] != UINT32_MAX) continue;
        char symbol[5] = "";
        utf8_put(bpe_symbol_of_byte((uint8_t)byte), symbol);
        return error_set(error, STATUS_FORMAT, "%s: no entry \"%s\" for the byte 0x%02X", path, symbol, byte);
    }
    return STATUS_OK;
}

/* ---- merges.txt --------------------------------------------------------------------------------------- */

static enum status add_merge(struct bpe *bpe, uint32_t left, uint32_t right, struct bpe_merge merge,
                             struct error *error)
{
    size_t at = (size_t)bpe_hash_pair(left, right) & bpe->merge_mask;
    for (; bpe->merges[at].merge.rank != BPE_NO_RANK; at = (at + 1) & bpe->merge_mask)
        if (bpe->merges[at].left == left && bpe->merges[at].right == right)
            return error_set(error, STATUS_FORMAT, "this merge is already in the list");
    bpe->merges[at] = (struct bpe_merge_slot){left, right, merge};
    return STATUS_OK;
}

/* One part of a merge: its bytes go to `scratch` (emptied first), and its id is returned. */
static enum status parse_part(const struct bpe *bpe, struct slice part, struct buffer *scratch, uint32_t *id,
                              struct error *error)
{
    bool short_of_memory;
    int shown = part.size > 80 ? 80 : (int)part.size;
    size_t before = scratch->size;
    if (!bpe_symbols_to_bytes(part.data, part.size, scratch, &short_of_memory))
        return short_of_memory ? no_memory_to_load(error)
                               : error_set(error, STATUS_FORMAT, "\"%.*s\" is not written in byte symbols",
                                           shown, part.data);
    int64_t found = bpe_find(bpe, scratch->data + before, scratch->size - before);
    if (found < 0)
        return error_set(error, STATUS_FORMAT, "\"%.*s\" is not in the vocabulary", shown, part.data);
    *id = (uint32_t)found;
    return STATUS_OK;
}

/* "left right": two non-empty parts and one space. */
static enum status parse_merge(struct bpe *bpe, struct slice line, uint32_t rank, bool *is_product,
                               struct buffer *scratch, struct error *error)
{
    const char *space = memchr(line.data, ' ', line.size);
    size_t left_size = space ? (size_t)(space - line.data) : 0;
    struct slice left = {line.data, left_size};
    struct slice right = {line.data + left_size + 1, space ? line.size - left_size - 1 : 0};
    if (left.size == 0 || right.size == 0 || memchr(right.data, ' ', right.size))
        return error_set(error, STATUS_FORMAT, "a merge is two tokens with one space between them");
    uint32_t left_id, right_id;
    scratch->size = 0;
    enum status status = parse_part(bpe, left, scratch, &left_id, error);
    if (status == STATUS_OK) status = parse_part(bpe, right, scratch, &right_id, error);
    if (status) return status;
    int64_t product = bpe_find(bpe, scratch->data, scratch->size);
    if (product < 0)
        return error_set(error, STATUS_FORMAT, "the token that \"%.*s\" merges into is not in the vocabulary",
                         line.size > 80 ? 80 : (int)line.size, line.data);
    is_product[product] = true;
    return add_merge(bpe, left_id, right_id, (struct bpe_merge){rank, (uint32_t)product}, error);
}

static enum status parse_merges(struct bpe *bpe, const struct buffer *file, const char *path,
                                bool *is_product, struct error *error)
{
    size_t lines = 1;
    for (size_t i = 0; i < file->size; i++) lines += file->data[i] == '\n';
    if (lines >= BPE_NO_RANK)
        return error_set(error, STATUS_LIMIT, "%s: %zu lines are too many", path, lines);
    bpe->merge_mask = power_of_two_above(2 * lines) - 1;
    bpe->merges = mem_alloc_array(bpe->merge_mask + 1, sizeof *bpe->merges);
    if (!bpe->merges) return no_memory_to_load(error);
    for (size_t i = 0; i <= bpe->merge_mask; i++) bpe->merges[i].merge = (struct bpe_merge){BPE_NO_RANK, 0};
    struct buffer scratch = {0};
    enum status status = STATUS_OK;
    size_t number = 0;
    for (size_t at = 0; status == STATUS_OK && at < file->size;) {
        const char *start = file->data + at;
        const char *end = memchr(start, '\n', file->size - at);
        struct slice line = {start, end ? (size_t)(end - start) : file->size - at};
        at += line.size + 1;
        number++;
        if (line.size && line.data[line.size - 1] == '\r') line.size--;
        bool version = number == 1 && line.size >= 8 && memcmp(line.data, "#version", 8) == 0;
        if (line.size == 0 || version) continue;
        status = parse_merge(bpe, line, (uint32_t)number, is_product, &scratch, error);
        if (status) error_prefix(error, "%s:%zu", path, number);
    }
    buffer_free(&scratch);
    return status;
}

/* Entries that turned out not to be products are special tokens: they leave the table from bytes to ids, and
 * their bytes become the literal name. */
static enum status mark_specials(struct bpe *bpe, const struct entries *entries, const bool *is_product,
                                 struct error *error)
{
    struct buffer all = {0};
    bool ok = true;
    for (uint32_t id = 0; ok && id < bpe->size; id++) {
        struct slice token = bpe_token_bytes(bpe, id);
        if (!bpe->special[id] && token.size > 1 && !is_product[id]) bpe->special[id] = true;
        if (bpe->special[id]) token = entries->keys[id];
        bpe->offsets[id] =
            all.size; /* token.data was taken before, and offsets[id + 1] is still the old one */
        ok = buffer_append(&all, token.data, token.size);
    }
    if (!ok) {
        buffer_free(&all);
        return no_memory_to_load(error);
    }
    bpe->offsets[bpe->size] = all.size;
    mem_free(bpe->bytes);
    bpe->bytes = all.data;
    memset(bpe->by_bytes, 0xFF, (bpe->by_bytes_mask + 1) * sizeof *bpe->by_bytes);
    for (uint32_t id = 0; id < bpe->size; id++) {
        struct slice token = bpe_token_bytes(bpe, id);
        if (!bpe->special[id]) bpe->by_bytes[find_slot(bpe, token.data, token.size)] = id;
    }
    return STATUS_OK;
}

/* ---- the whole vocabulary --------------------------------------------------------------------------- */

static enum status load_merges(struct bpe *bpe, const struct entries *entries, const char *path,
                               struct error *error)
{
    struct buffer file = {0};
    enum status status = file_read(path, &file, error);
    bool *is_product = mem_zalloc_array(bpe->size, sizeof *is_product);
    if (status == STATUS_OK && !is_product) status = no_memory_to_load(error);
    if (status == STATUS_OK) status = parse_merges(bpe, &file, path, is_product, error);
    if (status == STATUS_OK) status = mark_specials(bpe, entries, is_product, error);
    mem_free(is_product);
    buffer_free(&file);
    return status;
}

struct bpe *bpe_load(const char *vocab_json_path, const char *merges_path, struct error *error)
{
    json_t *object = json_parse_file(vocab_json_path, error);
    if (!object) return NULL;
    struct entries entries = {0};
    struct bpe *bpe = mem_zalloc(sizeof *bpe);
    enum status status = bpe ? STATUS_OK : no_memory_to_load(error);
    if (status == STATUS_OK) status = collect_entries(object, vocab_json_path, &entries, error);
    if (status == STATUS_OK) status = store_tokens(bpe, &entries, vocab_json_path, error);
    if (status == STATUS_OK) status = load_merges(bpe, &entries, merges_path, error);
    mem_free(entries.keys);
    json_decref(object);
    if (status == STATUS_OK) return bpe;
    bpe_free(bpe);
    return NULL;
}

struct bpe *bpe_load_folder(const char *model_folder, struct error *error)
{
    char *vocab = path_join(model_folder, "vocab.json"), *merges = path_join(model_folder, "merges.txt");
    struct bpe *bpe = NULL;
    if (vocab && merges)
        bpe = bpe_load(vocab, merges, error);
    else
        no_memory_to_load(error);
    mem_free(vocab);
    mem_free(merges);
    return bpe;
}

void bpe_free(struct bpe *bpe)
{
    if (!bpe) return;
    mem_free(bpe->bytes);
    mem_free(bpe->offsets);
    mem_free(bpe->special);
    mem_free(bpe->merges);
    mem_free(bpe->by_bytes);
    mem_free(bpe);
}

uint32_t bpe_size(const struct bpe *bpe)
{
    return bpe->size;
}

struct slice bpe_token_bytes(const struct bpe *bpe, uint32_t id)
{
    if (id >= bpe->size) return (struct slice){"", 0};
    return (struct slice){bpe->bytes + bpe->offsets[id], bpe->offsets[id + 1] - bpe->offsets[id]};
}

bool bpe_is_special(const struct bpe *bpe, uint32_t id)
{
    return id < bpe->size && bpe->special[id];
}

int64_t bpe_find_special(const struct bpe *bpe, const char *name)
{
    size_t size = strlen(name);
    for (uint32_t id = bpe->size; id-- > 0;) { /* they are usually at the end */
        struct slice token = bpe_token_bytes(bpe, id);
        if (bpe->special[id] && token.size == size && memcmp(token.data, name, size) == 0) return id;
    }
    return -1;
}
