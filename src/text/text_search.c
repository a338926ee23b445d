/* Search with PCRE2, through windows. A window is a run of the document if one piece contains it, else a
 * copy. It starts small and grows, so a search costs only the bytes it passes, and a replacement between two
 * searches adds nothing to that. A match that the window cuts off is a hard partial match in PCRE2's terms; a
 * larger window from its start decides. So the result never depends on where windows end. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_pattern.h"

#include <pcre2.h>
#include <string.h>

#ifndef SEARCH_FIRST_WINDOW /* the tests make it tiny */
#define SEARCH_FIRST_WINDOW ((size_t)2 << 10)
#endif
#define SEARCH_LAST_WINDOW ((size_t)1 << 20) /* for plain walking; only a partial match needs more */

/* What is searched now: bytes [start, start + size) of the text. */
struct window {
    const char *data;
    size_t start, size;
    bool to_end; /* of the text */
};

struct search_cache {
    pcre2_code *code; /* compiled from pattern, flags */
    struct buffer pattern;
    int flags;
    size_t behind; /* bytes that a match may look back at */
    bool whole;    /* matches start and end between clusters */
    pcre2_match_data *match;
    size_t match_start; /* of the window of the last match */
    int match_groups;   /* in the last match, with the whole; 0: no match */
    pcre2_match_context *context;
    char *copy; /* of a window */
    size_t copy_capacity;
    struct window kept; /* the last one, for a search that continues there */
    uint64_t kept_version;
    bool has_kept;
};

struct found {
    size_t start, end;
    bool any;
};

struct search_cache *search_cache_new(void)
{
    return mem_zalloc(sizeof(struct search_cache));
}

static void forget_pattern(struct search_cache *cache)
{
    pcre2_code_free(cache->code);
    pcre2_match_data_free(cache->match);
    pcre2_match_context_free(cache->context);
    buffer_free(&cache->pattern);
    cache->code = NULL;
    cache->match_groups = 0;
    cache->has_kept = false;
    cache->match = NULL;
    cache->context = NULL;
}

void search_cache_free(struct search_cache *cache)
{
    if (!cache) return;
    forget_pattern(cache);
    mem_free(cache->copy);
    mem_free(cache);
}

/* ---- the pattern ----------------------------------------------------------------------------- */

/* PCRE2_LITERAL excludes UCP, without which \w only matches ASCII. */
static uint32_t options_of(int flags, bool literal)
{
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_USE_OFFSET_LIMIT;
    if (flags & TEXT_SEARCH_IGNORE_CASE) options |= PCRE2_CASELESS;
    return options | (literal ? PCRE2_LITERAL : PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C);
}

static enum status pattern_error(int code, size_t where, struct error *error)
{
    char words[256] = "";
    pcre2_get_error_message(code, (PCRE2_UCHAR *)words, sizeof words);
    if (code == PCRE2_ERROR_HEAP_FAILED)
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the pattern");
    return error_set(error, STATUS_ARGUMENT, "%s (byte %zu of the pattern)", words, where + 1);
}

static enum status compile_source(struct search_cache *cache, const struct pattern *pattern, int flags,
                                  struct error *error)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the pattern");
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    if (pattern->as_it_is && (flags & TEXT_SEARCH_WORDS))
        pcre2_set_compile_extra_options(context, PCRE2_EXTRA_MATCH_WORD);
    int code = 0;
    size_t where = 0;
    cache->code = pcre2_compile((PCRE2_SPTR)pattern->source.data, pattern->source.size,
                                options_of(flags, pattern->literal), &code, &where, context);
    pcre2_compile_context_free(context);
    return cache->code ? STATUS_OK : pattern_error(code, where, error);
}

static enum status prepare_match(struct search_cache *cache, struct error *error)
{
    /* Without a JIT the search works too, slowly. */
    (void)pcre2_jit_compile(cache->code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD);
    uint32_t behind = 0; /* characters */
    (void)pcre2_pattern_info(cache->code, PCRE2_INFO_MAXLOOKBEHIND, &behind);
    cache->behind = 4 * ((size_t)behind + 1); /* one more: ^ and \b look at the character before */
    cache->match = pcre2_match_data_create_from_pattern(cache->code, NULL);
    cache->context = pcre2_match_context_create(NULL);
    if (cache->match && cache->context) return STATUS_OK;
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for the pattern");
}

/* The pattern is first compiled as written, since error messages refer to that; that one is also used if its
 * translation is too large for PCRE2. */
static enum status compile_pattern(struct search_cache *cache, struct pattern *made, struct error *error)
{
    const struct pattern own = {.source = cache->pattern, .as_it_is = true};
    bool regex = cache->flags & TEXT_SEARCH_REGEX;
    enum status status = regex ? compile_source(cache, &own, cache->flags, error) : STATUS_OK;
    if (status) return status;
    pcre2_code *as_written = cache->code;
    if (!pattern_make(cache->pattern.data, cache->pattern.size, cache->flags, made))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the pattern");
    if (!made->as_it_is) status = compile_source(cache, made, cache->flags, error);
    if (status) cache->code = as_written;
    if (cache->code != as_written) pcre2_code_free(as_written);
    cache->whole = !made->explicit;
    return cache->code ? STATUS_OK : status;
}

static enum status compile(struct search_cache *cache, const char *pattern, size_t size, int flags,
                           struct error *error)
{
    flags &= ~TEXT_SEARCH_BACKWARDS;
    if (cache->code && cache->flags == flags && cache->pattern.size == size &&
        memcmp(cache->pattern.data, pattern, size) == 0)
        return STATUS_OK;
    forget_pattern(cache);
    cache->flags = flags;
    struct pattern made = {0};
    enum status status = buffer_append(&cache->pattern, pattern, size)
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory for the pattern");
    if (!status) status = compile_pattern(cache, &made, error);
    if (!status) status = prepare_match(cache, error);
    buffer_free(&made.source);
    if (status) forget_pattern(cache);
    return status;
}

/* ---- windows --------------------------------------------------------------------------------- */

/* The start of the valid character that contains byte `at`; `at` itself if there is none. */
static size_t character_at(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    for (size_t back = 1; back < 4 && back <= at; back++) {
        uint32_t code_point;
        bool valid;
        size_t length = reader_next(&reader, at - back, &code_point, &valid);
        if (valid && length > back) return at - back;
    }
    return at;
}

static size_t character_after(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    uint32_t code_point;
    bool valid;
    size_t length = reader_next(&reader, at, &code_point, &valid);
    return at + (length ? length : 1);
}

/* A window for matches that start at `at` or later, with `room` bytes from there on. */
static bool open_window(const struct text *text, size_t at, size_t room, struct window *out)
{
    struct search_cache *cache = text->search;
    size_t size = text_size(text), run_start;
    size_t start = character_at(text, at > cache->behind ? at - cache->behind : 0);
    size_t end = size - at > room ? character_at(text, at + room) : size;
    if (end <= at) end = at + room < size ? character_after(text, at) : size;
    *out = (struct window){.start = start, .size = end - start, .to_end = end == size};
    struct slice run = text_run(text, start, &run_start);
    if (run_start + run.size >= end) {
        out->data = run.data + (start - run_start);
        return true;
    }
    if (!mem_grow(&cache->copy, &cache->copy_capacity, end - start, 1)) return false;
    text_copy(text, start, end, cache->copy);
    out->data = cache->copy;
    return true;
}

/* The same for a search that may continue another one while the text does not change: matches near each other
 * are found in one window. A page of a large file does not stay valid that long, so it is copied. */
static bool take_window(const struct text *text, size_t at, size_t room, struct window *out)
{
    enum { GOES_ON = 64 << 10 };
    struct search_cache *cache = text->search;
    const struct window *kept = &cache->kept;
    size_t end = kept->start + kept->size;
    if (cache->has_kept && cache->kept_version == text->version && at >= kept->start && at <= end) {
        bool looks_back = kept->start == 0 || at - kept->start >= cache->behind + 4;
        if (looks_back && (kept->to_end || end - at >= room)) {
            *out = *kept;
            return true;
        }
        if (room < GOES_ON) room = GOES_ON;
    }
    cache->has_kept = false;
    if (!open_window(text, at, room, out)) return false;
    if (original_fd(text->original) >= 0 && out->data != cache->copy) {
        if (!mem_grow(&cache->copy, &cache->copy_capacity, out->size + 1, 1)) return false;
        memcpy(cache->copy, out->data, out->size);
        out->data = cache->copy;
    }
    cache->kept = *out;
    cache->kept_version = text->version;
    cache->has_kept = true;
    return true;
}

static int run_match(const struct search_cache *cache, const struct window *window, size_t at, size_t high)
{
    uint32_t options = window->start > 0 ? PCRE2_NOTBOL : 0;
    if (!window->to_end) options |= PCRE2_PARTIAL_HARD;
    pcre2_set_offset_limit(cache->context, high - 1 - window->start);
    int count = pcre2_match(cache->code, (PCRE2_SPTR)window->data, window->size, at - window->start, options,
                            cache->match, cache->context);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT) /* the interpreter allocates its stack on the heap */
        count = pcre2_match(cache->code, (PCRE2_SPTR)window->data, window->size, at - window->start,
                            options | PCRE2_NO_JIT, cache->match, cache->context);
    return count;
}

static enum status match_error(int count, struct error *error)
{
    char words[256] = "";
    pcre2_get_error_message(count, (PCRE2_UCHAR *)words, sizeof words);
    enum status status = count == PCRE2_ERROR_NOMEMORY ? STATUS_NO_MEMORY : STATUS_LIMIT;
    return error_set(error, status, "the search stopped: %s", words);
}

/* Whether `at` is not inside a cluster. Most positions are between two ASCII bytes. */
static bool between_clusters(const struct text *text, size_t at)
{
    int before = at ? text_byte(text, at - 1) : -1, after = text_byte(text, at);
    if (before < 0 || after < 0) return true;
    if (before < 0x80 && after < 0x80) return before != '\r' || after != '\n';
    return cluster_boundary_from(text, at) == at;
}

static bool is_whole(const struct text *text, size_t start, size_t end)
{
    return !text->search->whole || (between_clusters(text, start) && between_clusters(text, end));
}

/* The first match that starts in [low, high); high may be one beyond the end, for an empty match there. */
static enum status first_in(const struct text *text, size_t low, size_t high, struct found *out,
                            struct error *error)
{
    struct search_cache *cache = text->search;
    size_t at = low, room = SEARCH_FIRST_WINDOW, size = text_size(text);
    out->any = false;
    cache->match_groups = 0;
    if (character_at(text, at) < at) at = character_after(text, character_at(text, at));
    while (at < high) {
        struct window window;
        if (!take_window(text, at, room, &window))
            return error_set(error, STATUS_NO_MEMORY, "not enough memory to search");
        size_t end = window.start + window.size;
        int count = run_match(cache, &window, at, high);
        const size_t *place = pcre2_get_ovector_pointer(cache->match);
        if (count == PCRE2_ERROR_PARTIAL) {
            at = window.start + place[0];
            room = 4 * (end - at) + SEARCH_FIRST_WINDOW;
            continue;
        }
        if (count < 0 && count != PCRE2_ERROR_NOMATCH) return match_error(count, error);
        /* A match that starts where the window ends has not seen the bytes after it. */
        if (count >= 0 && (window.to_end || window.start + place[0] < end)) {
            size_t first = window.start + (place[0] < place[1] ? place[0] : place[1]); /* \K can swap them */
            if (first < high && !is_whole(text, first, window.start + place[1])) {
                at = character_after(text, first > at ? first : at);
                continue;
            }
            *out = (struct found){first, window.start + place[1], first < high};
            cache->match_start = window.start;
            cache->match_groups = count;
            return STATUS_OK;
        }
        if (end == size) return STATUS_OK;
        at = end;
        if (room < SEARCH_LAST_WINDOW) room *= 4;
    }
    return STATUS_OK;
}

/* ---- both directions ------------------------------------------------------------------------- */

/* The last match that starts in [low, high), by bisection: is there one after `out`? */
static enum status last_in(const struct text *text, size_t low, size_t high, struct found *out,
                           struct error *error)
{
    enum status status = first_in(text, low, high, out, error);
    while (!status && out->any) {
        size_t next = character_after(text, out->start);
        if (next >= high) break;
        size_t middle = character_at(text, next + (high - next) / 2);
        if (middle < next) middle = next;
        struct found later;
        status = first_in(text, middle, high, &later, error);
        if (!status && later.any && later.start >= middle)
            *out = later;
        else
            high = middle;
    }
    return status;
}

/* The last match that starts in [low, high), by blocks that grow from `high` towards `low`. */
static enum status backwards(const struct text *text, size_t low, size_t high, struct found *out,
                             struct error *error)
{
    size_t block = SEARCH_FIRST_WINDOW;
    out->any = false;
    while (high > low) {
        size_t start = high - low > block ? character_at(text, high - block) : low;
        if (start < low) start = low;
        enum status status = last_in(text, start, high, out, error);
        if (status || out->any) return status;
        high = start;
        if (block < SEARCH_LAST_WINDOW) block *= 4;
    }
    return STATUS_OK;
}

enum status text_search_in(const struct text *text, const char *pattern, size_t size, int flags, size_t low,
                           size_t high, size_t *start, size_t *end, bool *found, struct error *error)
{
    *found = false;
    if (size == 0) return STATUS_OK;
    enum status status = compile(text->search, pattern, size, flags, error);
    if (status) return status;
    size_t total = text_size(text);
    bool back = flags & TEXT_SEARCH_BACKWARDS;
    if (high > total + !back) high = total + !back;
    if (low > total) low = total;
    struct found match;
    status = back ? backwards(text, low, high, &match, error) : first_in(text, low, high, &match, error);
    if (status || !match.any) return status;
    *start = match.start;
    *end = match.end;
    *found = true;
    return STATUS_OK;
}

bool text_search_group(const struct text *text, int group, size_t *start, size_t *end)
{
    const struct search_cache *cache = text->search;
    if (group < 0 || group >= cache->match_groups) return false;
    const size_t *place = pcre2_get_ovector_pointer(cache->match) + 2 * (size_t)group;
    if (place[0] == PCRE2_UNSET || place[0] > place[1]) return false;
    *start = cache->match_start + place[0];
    *end = cache->match_start + place[1];
    return true;
}

/* ---- all of them, from left to right ----------------------------------------------------------- */

enum status search_walk_begin(struct search_walk *walk, const struct text *text, const char *pattern,
                              size_t size, int flags, size_t start, size_t end, struct error *error)
{
    size_t total = text_size(text);
    *walk =
        (struct search_walk){.text = text, .at = start, .high = end < total ? end : total, .room = 64 << 10};
    enum status status = compile(text->search, pattern, size, flags, error);
    text->search->match_groups = 0;
    if (!status && start < total && character_at(text, start) < start)
        walk->at = character_after(text, character_at(text, start));
    return status;
}

static enum status walk_open(struct search_walk *walk, struct error *error)
{
    struct window window;
    struct search_cache *cache = walk->text->search;
    cache->has_kept = false;
    if (!open_window(walk->text, walk->at, walk->room, &window))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory to search");
    if (original_fd(walk->text->original) >= 0 && window.data != cache->copy) {
        /* A page would not stay valid until the next match. */
        if (!mem_grow(&cache->copy, &cache->copy_capacity, window.size + 1, 1))
            return error_set(error, STATUS_NO_MEMORY, "not enough memory to search");
        memcpy(cache->copy, window.data, window.size);
        window.data = cache->copy;
    }
    walk->window = (struct slice){window.data, window.size};
    walk->window_start = window.start;
    walk->to_end = window.to_end;
    walk->open = true;
    return STATUS_OK;
}

/* Takes the match if it counts, and moves past it. */
static bool walk_take(struct search_walk *walk, size_t start, size_t end)
{
    bool after_last = walk->any && start == end && start == walk->end;
    bool good = end <= walk->high && start <= end && !after_last && (!walk->any || start >= walk->end);
    if (good) {
        walk->start = start;
        walk->end = end;
        walk->any = true;
    }
    bool behind = good && end > start;
    walk->at = behind ? end : character_after(walk->text, start > walk->at ? start : walk->at);
    return good;
}

enum status search_walk_next(struct search_walk *walk, bool *found, struct error *error)
{
    const struct search_cache *cache = walk->text->search;
    *found = false;
    while (walk->at <= walk->high) {
        enum status status = walk->open ? STATUS_OK : walk_open(walk, error);
        if (status) return status;
        size_t end = walk->window_start + walk->window.size;
        if (walk->at > end || (walk->at == end && !walk->to_end)) {
            walk->open = false;
            continue;
        }
        struct window window = {walk->window.data, walk->window_start, walk->window.size, walk->to_end};
        int count = run_match(cache, &window, walk->at, walk->high + 1);
        const size_t *place = pcre2_get_ovector_pointer(cache->match);
        if (count == PCRE2_ERROR_PARTIAL) {
            walk->at = walk->window_start + place[0];
            walk->room = 4 * (end - walk->at) + SEARCH_LAST_WINDOW;
            walk->open = false;
        } else if (count < 0 && count != PCRE2_ERROR_NOMATCH) {
            return match_error(count, error);
        } else if (count < 0) {
            if (walk->to_end) return STATUS_OK;
            walk->at = end;
            walk->room = SEARCH_LAST_WINDOW;
            walk->open = false;
        } else if (!walk->to_end && walk->window_start + place[0] >= end) {
            walk->at = end; /* it has not seen the text after it */
            walk->room = SEARCH_LAST_WINDOW;
            walk->open = false;
        } else {
            size_t first = walk->window_start + (place[0] < place[1] ? place[0] : place[1]);
            size_t last = walk->window_start + place[1];
            if (!is_whole(walk->text, first, last)) {
                walk->at = character_after(walk->text, first > walk->at ? first : walk->at);
            } else if (walk_take(walk, first, last)) {
                *found = true;
                return STATUS_OK;
            }
        }
    }
    return STATUS_OK;
}

enum status search_walk_expand(const struct search_walk *walk, const char *replacement, size_t size,
                               struct buffer *out, struct error *error)
{
    const struct search_cache *cache = walk->text->search;
    size_t room = 256 + 2 * size + 2 * (walk->end - walk->start);
    uint32_t options = PCRE2_SUBSTITUTE_MATCHED | PCRE2_SUBSTITUTE_REPLACEMENT_ONLY |
                       PCRE2_SUBSTITUTE_EXTENDED | PCRE2_SUBSTITUTE_UNSET_EMPTY |
                       PCRE2_SUBSTITUTE_OVERFLOW_LENGTH;
    for (int tries = 0; tries < 2; tries++) {
        size_t length = room;
        if (!mem_grow(&out->data, &out->capacity, room + 1, 1))
            return error_set(error, STATUS_NO_MEMORY, "not enough memory for a replacement");
        int made = pcre2_substitute(cache->code, (PCRE2_SPTR)walk->window.data, walk->window.size,
                                    walk->start - walk->window_start, options, cache->match, cache->context,
                                    (PCRE2_SPTR)replacement, size, (PCRE2_UCHAR *)out->data, &length);
        if (made >= 0) {
            out->size = length;
            return STATUS_OK;
        }
        if (made != PCRE2_ERROR_NOMEMORY) {
            char words[256] = "";
            pcre2_get_error_message(made, (PCRE2_UCHAR *)words, sizeof words);
            return error_set(error, STATUS_ARGUMENT, "the replacement: %s", words);
        }
        room = length + 1;
    }
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a replacement");
}
