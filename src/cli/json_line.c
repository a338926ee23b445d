/* A line of JSON before parsing. */
#include "json_line.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NESTED = 2048 }; /* as jansson has it */

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
    return p;
}

/* ---- the grammar: each function returns the end, or NULL if it does not match ----------------------- */

static const char *escape_end(const char *p, const char *end)
{
    if (p == end) return NULL;
    if (*p != 'u') return strchr("\"\\/bfnrt", *p) && *p ? p + 1 : NULL;
    for (int i = 1; i <= 4; i++)
        if (p + i >= end || !p[i] || !strchr("0123456789abcdefABCDEF", p[i])) return NULL;
    return p + 5;
}

static const char *string_end(const char *p, const char *end)
{
    for (p++; p && p < end && *p != '"';) {
        uint32_t code;
        int length = utf8_decode(p, (size_t)(end - p), &code);
        if (!length || code < ' ') return NULL;
        p = *p == '\\' ? escape_end(p + 1, end) : p + length;
    }
    return p && p < end ? p + 1 : NULL;
}

static const char *digits_end(const char *p, const char *end)
{
    const char *first = p;
    while (p < end && *p >= '0' && *p <= '9') p++;
    return p > first ? p : NULL;
}

static const char *number_end(const char *p, const char *end)
{
    if (*p == '-') p++;
    if (p < end && *p == '0')
        p++;
    else
        p = digits_end(p, end);
    if (p && p < end && *p == '.') p = digits_end(p + 1, end);
    if (!p || p == end || (*p != 'e' && *p != 'E')) return p;
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    return digits_end(p, end);
}

static const char *word_end(const char *p, const char *end)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        size_t size = strlen(words[i]);
        if ((size_t)(end - p) >= size && memcmp(p, words[i], size) == 0) return p + size;
    }
    return NULL;
}

static const char *value_end(const char *p, const char *end, int depth);

/* An object or a list. */
static const char *container_end(const char *p, const char *end, int depth)
{
    char close = *p == '{' ? '}' : ']';
    if (depth == MOST_NESTED) return NULL;
    p = skip_space(p + 1, end);
    if (p < end && *p == close) return p + 1;
    while (p && p < end) {
        if (close == '}') {
            p = *p == '"' ? string_end(p, end) : NULL;
            p = p ? skip_space(p, end) : NULL;
            p = p && p < end && *p == ':' ? skip_space(p + 1, end) : NULL;
        }
        p = p && p < end ? value_end(p, end, depth + 1) : NULL;
        p = p ? skip_space(p, end) : NULL;
        if (!p || p == end || (*p != ',' && *p != close)) return NULL;
        if (*p == close) return p + 1;
        p = skip_space(p + 1, end);
    }
    return NULL;
}

static const char *value_end(const char *p, const char *end, int depth)
{
    if (*p == '"') return string_end(p, end);
    if (*p == '{' || *p == '[') return container_end(p, end, depth);
    if (*p == '-' || (*p >= '0' && *p <= '9')) return number_end(p, end);
    return word_end(p, end);
}

/* ---- invalid lines ----------------------------------------------------------------------------------- */

static const char *skip_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\') p++;
    return p < end ? p + 1 : NULL;
}

/* The end of a value that is not JSON, by its quotes and brackets. */
static const char *skip_value(const char *p, const char *end)
{
    int depth = 0;
    while (p && p < end) {
        if (depth == 0 && (*p == ',' || *p == '}' || *p == ']')) return p;
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        p = *p == '"' ? skip_string(p, end) : p + 1;
    }
    return NULL;
}

/* ---- the members of a line ------------------------------------------------------------------------- */

static bool is_named(const char *key, size_t size, const char *name)
{
    if (!memchr(key, '\\', size)) return size == strlen(name) + 2 && memcmp(key + 1, name, size - 2) == 0;
    json_t *text = json_loadb(key, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    bool same = json_string_length(text) == strlen(name) && strcmp(json_string_value(text), name) == 0;
    json_decref(text);
    return same;
}

static void take_id(struct json_line *out, struct slice id, int *ids)
{
    bool other = *ids && (id.size != out->id.size || memcmp(id.data, out->id.data, id.size) != 0);
    static const struct slice none;
    out->id = other ? none : id;
    ++*ids;
}

/* Whether a number or a word ends there: 12 of 12abc does not, and 12 at the end of a line may be cut off. */
static bool is_whole(const char *p, const char *end)
{
    return p < end && *p && strchr(" \t\r\n,]}", *p);
}

/* One member; returns the place after it, NULL if that cannot be found. */
static const char *take_member(struct json_line *out, const char *p, const char *end, int *ids)
{
    const char *key = p, *colon = *p == '"' ? string_end(p, end) : NULL;
    if (!colon) return NULL;
    size_t key_size = (size_t)(colon - key);
    colon = skip_space(colon, end);
    const char *begin = colon < end && *colon == ':' ? skip_space(colon + 1, end) : end;
    if (begin == end) return NULL;
    const char *after = value_end(begin, end, 0);
    bool good = after && (*begin == '"' || *begin == '{' || *begin == '[' || is_whole(after, end));
    if (!good) after = skip_value(begin, end);
    out->valid = out->valid && good;
    if (is_named(key, key_size, "text")) out->has_text = true;
    if (is_named(key, key_size, "id"))
        take_id(out, (struct slice){begin, good ? (size_t)(after - begin) : 0}, ids);
    return after ? skip_space(after, end) : NULL;
}

struct json_line json_line_read(const char *line, size_t size)
{
    struct json_line out = {.valid = true};
    const char *end = line + size, *p = skip_space(line, end);
    int ids = 0;
    if (p == end || *p != '{') return (struct json_line){0};
    p = skip_space(p + 1, end);
    while (p && p < end && *p != '}') {
        p = take_member(&out, p, end, &ids);
        if (!p || p == end || *p == '}') break;
        p = *p == ',' ? skip_space(p + 1, end) : NULL;
        if (p && p < end && *p == '}') out.valid = false; /* a comma before the end */
    }
    out.valid = out.valid && p && p < end && *p == '}' && skip_space(p + 1, end) == end;
    return out;
}

char *json_line_without_id(const struct json_line *read, const char *line, size_t size)
{
    char *copy = mem_strndup(line, size);
    if (!copy || !read->id.size) return copy;
    char *id = copy + (read->id.data - line);
    memset(id, ' ', read->id.size);
    *id = '0';
    return copy;
}

char *json_line_id_key(const struct json_line *read)
{
    if (!read->id.size) return mem_strdup("null");
    json_t *id = json_parse(read->id.data, read->id.size, NULL);
    char *text = id ? json_dumps(id, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
    char *key = text ? mem_strdup(text) : mem_strndup(read->id.data, read->id.size);
    free(text);
    json_decref(id);
    return key;
}
