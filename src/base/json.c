/* A thin layer over jansson: our errors, checked fields. */
#include "lacuna/base.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

json_t *json_parse(const char *bytes, size_t size, struct error *error)
{
    json_error_t why;
    json_t *value = json_loadb(bytes, size, JSON_ALLOW_NUL | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
    if (!value) error_set(error, STATUS_FORMAT, "invalid JSON at %d:%d: %s", why.line, why.column, why.text);
    return value;
}

json_t *json_parse_file(const char *path, struct error *error)
{
    struct buffer bytes = {0};
    if (file_read(path, &bytes, error)) return NULL;
    json_t *value = json_parse(bytes.data ? bytes.data : "", bytes.size, error);
    if (!value) error_prefix(error, "%s", path);
    buffer_free(&bytes);
    return value;
}

json_t *json_text(const char *bytes, size_t size)
{
    struct buffer clean = {0};
    bool ok = buffer_append(&clean, "", 0);
    for (size_t at = 0; ok && at < size;) {
        uint32_t ignored;
        int n = utf8_decode(bytes + at, size - at, &ignored);
        ok = n ? buffer_append(&clean, bytes + at, (size_t)n) : buffer_append_string(&clean, "\uFFFD");
        at += n ? (size_t)n : 1;
    }
    json_t *value = ok ? json_stringn(clean.data, clean.size) : NULL;
    buffer_free(&clean);
    return value;
}

enum status json_get_int(const json_t *object, const char *key, int64_t low, int64_t high, int64_t *out,
                         struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!value) return STATUS_OK;
    double real = json_is_real(value) ? json_real_value(value) : 0.5;
    if (!json_is_integer(value) && (real != floor(real) || fabs(real) > 0x1p53))
        return error_set(error, STATUS_FORMAT, "\"%s\" must be an integer", key);
    int64_t number = json_is_integer(value) ? json_integer_value(value) : (int64_t)real;
    if (number < low || number > high)
        return error_set(error, STATUS_FORMAT, "\"%s\" is %lld, outside %lld to %lld", key, (long long)number,
                         (long long)low, (long long)high);
    *out = number;
    return STATUS_OK;
}

enum status json_get_double(const json_t *object, const char *key, double *out, struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!value) return STATUS_OK;
    if (!json_is_number(value)) return error_set(error, STATUS_FORMAT, "\"%s\" must be a number", key);
    *out = json_number_value(value);
    return STATUS_OK;
}

enum status json_get_bool(const json_t *object, const char *key, bool *out, struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!value) return STATUS_OK;
    if (!json_is_boolean(value)) return error_set(error, STATUS_FORMAT, "\"%s\" must be true or false", key);
    *out = json_is_true(value);
    return STATUS_OK;
}

enum status json_get_string(const json_t *object, const char *key, const char **out, struct error *error)
{
    const json_t *value = json_object_get(object, key);
    if (!value) return STATUS_OK;
    if (!json_is_string(value)) return error_set(error, STATUS_FORMAT, "\"%s\" must be a string", key);
    if (strlen(json_string_value(value)) != json_string_length(value))
        return error_set(error, STATUS_FORMAT, "\"%s\" has a NUL character", key);
    *out = json_string_value(value);
    return STATUS_OK;
}
