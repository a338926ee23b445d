/* Errors as values: a code and a sentence for the user. */
#include "lacuna/base.h"

#include <stdarg.h>
#include <string.h>

/* A message cut inside a UTF-8 sequence would make our own JSON output invalid. */
static void trim_partial_code_point(char *text, size_t capacity)
{
    size_t length = strlen(text);
    if (length + 1 < capacity) return; /* it fitted */
    size_t back = 0;
    while (back < 4 && back < length && ((unsigned char)text[length - 1 - back] & 0xC0) == 0x80) back++;
    if (back < length && (unsigned char)text[length - 1 - back] >= 0xC0) {
        uint32_t ignored;
        if (!utf8_decode(text + length - 1 - back, back + 1, &ignored)) text[length - 1 - back] = '\0';
    }
}

enum status error_set(struct error *error, enum status code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        trim_partial_code_point(error->message, sizeof error->message);
    }
    return code;
}

enum status error_prefix(struct error *error, const char *format, ...)
{
    if (!error) return STATUS_IO; /* without an error to hold it the code is lost; it is still a failure */
    char old[sizeof error->message];
    memcpy(old, error->message, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (n >= 0 && (size_t)n < sizeof error->message)
        snprintf(error->message + n, sizeof error->message - (size_t)n, ": %s", old);
    trim_partial_code_point(error->message, sizeof error->message);
    return error->code;
}

const char *status_name(enum status code)
{
    static const char *const names[] = {
        [STATUS_OK] = "ok",
        [STATUS_NO_MEMORY] = "memory",
        [STATUS_IO] = "io",
        [STATUS_FORMAT] = "format",
        [STATUS_ARGUMENT] = "argument",
        [STATUS_LIMIT] = "limit",
        [STATUS_UNSUPPORTED] = "unsupported",
        [STATUS_CANCELLED] = "cancelled",
    };
    static_assert(ARRAY_SIZE(names) == STATUS_CANCELLED + 1, "every status has a name");
    return (size_t)code < ARRAY_SIZE(names) ? names[code] : "unknown";
}
