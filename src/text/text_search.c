/* Search with PCRE2. A text below 64 MB is searched as one contiguous subject, copied once for each version
 * of the text; a larger one in windows that overlap, so that there a match longer than the overlap may be
 * missed. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text_internal.h"

#include <pcre2.h>
#include <string.h>

#define WINDOW  ((size_t)4 << 20)
#define OVERLAP ((size_t)256 << 10)    /* the longest match that is sure to be found in a large text */
enum { LOOK_BEHIND = 1024 };           /* what patterns may look at before a window */
#define FIRST_BLOCK ((size_t)16 << 10) /* of a search backwards */

struct search_cache {
    pcre2_code *code; /* compiled from source, flags */
    struct buffer source;
    int flags;
    pcre2_match_data *match;
    char *copy; /* of the whole text as of `version`, or of one window */
    size_t copy_size, copy_capacity;
    uint64_t version;
    bool holds_all;
};

/* What is searched now: bytes [start, start + size) of the text. */
struct subject {
    const char *data;
    size_t start, size;
    bool to_end; /* of the text */
};

struct search_cache *search_cache_new(void)
{
    return mem_zalloc(sizeof(struct search_cache));
}

static void forget_pattern(struct search_cache *cache)
{
    pcre2_code_free(cache->code);
    pcre2_match_data_free(cache->match);
    cache->code = NULL;
    cache->match = NULL;
}

void search_cache_free(struct search_cache *cache)
{
    if (!cache) return;
    forget_pattern(cache);
    buffer_free(&cache->source);
    mem_free(cache->copy);
    mem_free(cache);
}

/* ---- the pattern ------------------------------------------------------------------------------- */

/* Anything ASCII that is neither letter nor digit may be escaped, and then means itself. */
static bool append_literal(struct buffer *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        bool plain = c >= 0x80 || letter || (c >= '0' && c <= '9');
        if (c == 0) {
            if (!buffer_append_string(out, "\\x00")) return false;
        } else if ((!plain && !buffer_append_char(out, '\\')) || !buffer_append_char(out, (char)c)) {
            return false;
        }
    }
    return true;
}

static bool write_source(struct buffer *out, const char *pattern, size_t size, int flags)
{
    bool words = flags & TEXT_SEARCH_WORDS;
    if (words && !buffer_append_string(out, "\\b(?:")) return false;
    if (flags & TEXT_SEARCH_REGEX ? !buffer_append(out, pattern, size) : !append_literal(out, pattern, size))
        return false;
    return !words || buffer_append_string(out, ")\\b");
}

static enum status compile(struct search_cache *cache, const char *pattern, size_t size, int flags,
                           struct error *error)
{
    struct buffer source = {0};
    flags &= ~TEXT_SEARCH_BACKWARDS;
    if (!write_source(&source, pattern, size, flags)) {
        buffer_free(&source);
        return error_set(error, STATUS_NO_MEMORY, "no memory for the pattern");
    }
    if (cache->code && cache->flags == flags && cache->source.size == source.size &&
        memcmp(cache->source.data, source.data, source.size) == 0) {
        buffer_free(&source);
        return STATUS_OK;
    }
    forget_pattern(cache);
    buffer_free(&cache->source);
    cache->source = source;
    cache->flags = flags;
    uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
    if (flags & TEXT_SEARCH_IGNORE_CASE) options |= PCRE2_CASELESS;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context) pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    int code = PCRE2_ERROR_NOMEMORY;
    size_t where = 0;
    if (context)
        cache->code = pcre2_compile((PCRE2_SPTR)source.data, source.size, options, &code, &where, context);
    pcre2_compile_context_free(context);
    if (!cache->code) {
        char words[256] = "";
        pcre2_get_error_message(code, (PCRE2_UCHAR *)words, sizeof words);
        return error_set(error, code == PCRE2_ERROR_NOMEMORY ? STATUS_NO_MEMORY : STATUS_ARGUMENT, "%s",
                         words);
    }
    (void)pcre2_jit_compile(cache->code, PCRE2_JIT_COMPLETE); /* without it, the same slowly */
    cache->match = pcre2_match_data_create_from_pattern(cache->code, NULL);
    if (!cache->match) forget_pattern(cache);
    return cache->match ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "no memory for the pattern");
}

/* ---- the subject ------------------------------------------------------------------------------- */

static bool fill_copy(struct search_cache *cache, const struct text *text, size_t start, size_t end)
{
    if (!mem_grow(&cache->copy, &cache->copy_capacity, end - start, 1)) return false;
    text_copy(text, start, end, cache->copy);
    cache->copy_size = end - start;
    return true;
}

/* The subject for matches that begin in [from, to). */
static enum status subject_for(const struct text *text, size_t from, size_t to, struct subject *out,
                               struct error *error)
{
    struct search_cache *cache = text->search;
    size_t size = text_size(text), run_start;
    struct slice run = text_run(text, 0, &run_start);
    if (run.size == size) { /* one piece: nothing to copy */
        *out = (struct subject){run.data, 0, size, true};
        return STATUS_OK;
    }
    bool all = size < TEXT_BIG;
    size_t start = from > LOOK_BEHIND ? from - LOOK_BEHIND : 0;
    size_t end = size - to > OVERLAP ? to + OVERLAP : size;
    if (all) start = 0, end = size;
    if (!(all && cache->holds_all && cache->version == text->version)) {
        cache->holds_all = false;
        if (!fill_copy(cache, text, start, end))
            return error_set(error, STATUS_NO_MEMORY, "no memory to search a text of %zu bytes", size);
        cache->holds_all = all;
        cache->version = text->version;
    }
    *out = (struct subject){cache->copy, start, end - start, end == size};
    return STATUS_OK;
}

/* The first match that begins in [from, to). */
static enum status match_in(const struct search_cache *cache, const struct subject *subject, size_t from,
                            size_t to, size_t *start, size_t *end, bool *found, struct error *error)
{
    uint32_t options = subject->start > 0 ? PCRE2_NOTBOL : 0;
    if (!subject->to_end) options |= PCRE2_NOTEOL;
    int count = pcre2_match(cache->code, (PCRE2_SPTR)subject->data, subject->size, from - subject->start,
                            options, cache->match, NULL);
    *found = false;
    if (count == PCRE2_ERROR_NOMATCH) return STATUS_OK;
    if (count < 0) {
        char words[256] = "";
        pcre2_get_error_message(count, (PCRE2_UCHAR *)words, sizeof words);
        return error_set(error, count == PCRE2_ERROR_NOMEMORY ? STATUS_NO_MEMORY : STATUS_LIMIT,
                         "the search gave up: %s", words);
    }
    const size_t *ends = pcre2_get_ovector_pointer(cache->match);
    *start = subject->start + (ends[0] <= ends[1] ? ends[0] : ends[1]); /* \K can turn them round */
    *end = subject->start + ends[1];
    *found = *start < to;
    return STATUS_OK;
}

/* ---- both directions --------------------------------------------------------------------------- */

static enum status forwards(const struct text *text, size_t from, size_t *start, size_t *end, bool *found,
                            struct error *error)
{
    size_t size = text_size(text);
    bool whole = size < TEXT_BIG;
    do {
        size_t to = whole || size - from <= WINDOW ? size + 1 : from + WINDOW;
        struct subject subject;
        enum status status = subject_for(text, from, to < size ? to : size, &subject, error);
        if (!status) status = match_in(text->search, &subject, from, to, start, end, found, error);
        if (status || *found) return status;
        from = to;
    } while (from <= size);
    return STATUS_OK;
}

/* The start of the code point after `at`, so that every place is tried once. */
static size_t next_place(const struct text *text, size_t at)
{
    struct reader reader = reader_new(text);
    uint32_t code_point;
    bool valid;
    size_t length = reader_next(&reader, at, &code_point, &valid);
    return at + (length ? length : 1);
}

/* Blocks that grow from `from` towards the start; in each, the last of the matches found going forwards. */
static enum status backwards(const struct text *text, size_t from, size_t *start, size_t *end, bool *found,
                             struct error *error)
{
    size_t high = from, block = FIRST_BLOCK;
    while (high > 0) {
        size_t low = high > block ? high - block : 0;
        while (low > 0 && (text_byte(text, low) & 0xc0) == 0x80 && high - low < block + 4) low--;
        struct subject subject;
        enum status status = subject_for(text, low, high, &subject, error);
        if (status) return status;
        bool any = false, more = true;
        for (size_t at = low; more && at < high;) {
            size_t match_start, match_end;
            status = match_in(text->search, &subject, at, high, &match_start, &match_end, &more, error);
            if (status) return status;
            if (!more) break;
            any = true;
            *start = match_start;
            *end = match_end;
            at = next_place(text, match_start > at ? match_start : at);
        }
        *found = any;
        if (any) return STATUS_OK;
        high = low;
        if (block < WINDOW) block *= 4;
    }
    return STATUS_OK;
}

enum status text_search(const struct text *text, const char *pattern, size_t size, int flags, size_t from,
                        size_t *start, size_t *end, bool *found, struct error *error)
{
    *found = false;
    if (size == 0) return STATUS_OK;
    enum status status = compile(text->search, pattern, size, flags, error);
    if (status) return status;
    if (from > text_size(text)) from = text_size(text);
    return flags & TEXT_SEARCH_BACKWARDS ? backwards(text, from, start, end, found, error)
                                         : forwards(text, from, start, end, found, error);
}
