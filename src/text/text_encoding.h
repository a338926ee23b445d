/* Encodings of files, for those who read and write them. */
#ifndef LACUNA_TEXT_ENCODING_H
#define LACUNA_TEXT_ENCODING_H

#include "text_internal.h"

/* By a byte order mark, or by looking through the start: UTF-8 when in doubt. */
enum text_encoding encoding_guess(const char *bytes, size_t size);
/* Appends the text of such a file, as UTF-8. False: no memory. */
bool encoding_decode(enum text_encoding encoding, const char *bytes, size_t size,
                     struct buffer *out) MUST_USE;
/* Writes the text in an encoding other than UTF-8, with its mark. STATUS_ARGUMENT: something does not fit. */
enum status encoding_write(const struct text *text, enum text_encoding encoding, file_put *put, void *sink,
                           struct error *error) MUST_USE;

#endif
