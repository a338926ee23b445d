/* Encodings that the C library converts (iconv). Internal to text/. */
#ifndef LACUNA_TEXT_CHARSET_H
#define LACUNA_TEXT_CHARSET_H

#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

/* Whether the encoding is one of these, and not one that text_encoding.c converts. */
static inline bool charset_is(enum text_encoding encoding)
{
    return encoding >= TEXT_OTHER_ENCODINGS;
}
/* Appends the bytes of a file as UTF-8. STATUS_FORMAT: they are not valid in that encoding, or saving would
 * change them; STATUS_UNSUPPORTED: the C library does not have it. The message begins with the line. */
enum status charset_decode(enum text_encoding encoding, const char *bytes, size_t size, struct buffer *out,
                           struct error *error) MUST_USE;
/* The same for the start of a file, which (`cut`) may end inside a character. Does not check
 * whether saving would give the same bytes, and gives no message. */
enum status charset_decode_start(enum text_encoding encoding, const char *bytes, size_t size, bool cut,
                                 struct buffer *out) MUST_USE;
/* Writes the text in that encoding to `put`; NULL: discards it. STATUS_ARGUMENT: the character at *at does
 * not fit. */
enum status charset_encode(const struct text *text, enum text_encoding encoding, file_put *put, void *sink,
                           size_t *at, struct error *error) MUST_USE;

#endif
