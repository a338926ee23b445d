/* A text begins and ends. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

struct text *text_over(struct original *original, struct error *error)
{
    struct text *text = original ? mem_zalloc(sizeof *text) : NULL;
    if (text) {
        text->original = original;
        text->random = 0x9e3779b9u;
        text->search = search_cache_new();
        text->wrap = wrap_cache_new();
        text->attributes_kept = true;
        if (text->search && text->wrap && history_init(text) && tree_reserve(text, 1)) {
            text->root = tree_from_original(text, original_size(original));
            return text;
        }
        text_free(text);
    } else {
        original_free(original);
    }
    error_set(error, STATUS_NO_MEMORY, "not enough memory for a document");
    return NULL;
}

struct text *text_new(struct error *error)
{
    return text_over(original_from_buffer(NULL, 0), error);
}

struct text *text_from_owned(char *data, size_t size, struct error *error)
{
    if (size == 0) {
        mem_free(data);
        return text_new(error);
    }
    struct original *original = original_from_buffer(data, size);
    if (!original) mem_free(data);
    return text_over(original, error);
}

struct text *text_from_bytes(const char *bytes, size_t size, struct error *error)
{
    char *copy = mem_strndup(bytes, size);
    if (!copy) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a text of %zu bytes", size);
        return NULL;
    }
    return text_from_owned(copy, size, error);
}

void text_free(struct text *text)
{
    if (!text) return;
    text_journal_end(text, true);
    history_free(text);
    tree_free_all(text);
    while (text->chunks) {
        struct chunk *chunk = text->chunks;
        text->chunks = chunk->next;
        mem_free(chunk);
    }
    original_free(text->original);
    search_cache_free(text->search);
    wrap_cache_free(text->wrap);
    mem_free(text->marks);
    mem_free(text->blanks);
    mem_free(text->drawn);
    buffer_free(&text->companion);
    mem_free(text->path);
    mem_free(text);
}

const char *text_path(const struct text *text)
{
    return text->path;
}

bool text_attributes_kept(const struct text *text)
{
    return text->attributes_kept;
}

bool text_is_new(const struct text *text)
{
    return text->is_new;
}
