/* A corpus is documents with separator lines between them; this file turns a corpus into ids. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <string.h>

bool bpe_next_document(const char *bytes, size_t size, size_t *position, struct slice *document)
{
    const size_t mark = sizeof BPE_SEPARATOR - 1;
    if (*position > size) return false;
    size_t start = *position, line = start;
    while (line <= size) {
        const char *newline = line < size ? memchr(bytes + line, '\n', size - line) : NULL;
        size_t end = newline ? (size_t)(newline - bytes) : size;
        if (end - line == mark && memcmp(bytes + line, BPE_SEPARATOR, mark) == 0) {
            /* the line break before a separator belongs to the separator */
            *document = (struct slice){bytes + start, line > start ? line - 1 - start : 0};
            *position = newline ? end + 1 : size + 1;
            return true;
        }
        if (!newline) break;
        line = end + 1;
    }
    size_t end = size;
    if (end > start && bytes[end - 1] == '\n') end--; /* and so does the one at the end of the file */
    *document = (struct slice){bytes + start, end - start};
    *position = size + 1;
    return document->size > 0 || start == 0;
}

enum status bpe_encode_documents(const struct bpe *bpe, const char *bytes, size_t size, uint32_t separator,
                                 struct bpe_ids *out, size_t *counted, struct error *error)
{
    struct bpe_cache *cache = bpe_cache_new(bpe, error);
    if (!cache) return STATUS_NO_MEMORY;
    struct slice document;
    size_t position = 0;
    enum status status = STATUS_OK;
    while (!status && bpe_next_document(bytes, size, &position, &document)) {
        status = bpe_encode_cached(cache, document.data, document.size, out, error);
        if (status) break;
        if (counted) *counted += document.size;
        if (!mem_grow(&out->ids, &out->capacity, out->count + 1, sizeof *out->ids))
            status = error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu tokens", out->count + 1);
        else
            out->ids[out->count++] = separator;
    }
    bpe_cache_free(cache);
    return status;
}
