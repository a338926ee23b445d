/* Encodings of files, for those who read and write them. */
#ifndef LACUNA_TEXT_ENCODING_H
#define LACUNA_TEXT_ENCODING_H

#include "text_internal.h"

extern const uint16_t windows_1252[32]; /* the characters of bytes 0x80 to 0x9f; below 0x100: there is none */

/* text_encoding_guess.c: by a mark, or by looking through the bytes; UTF-8 when in doubt. *strays: bytes were
 * seen that are no UTF-8. */
enum text_encoding encoding_guess(const char *bytes, size_t size, bool *strays);
size_t encoding_ascii_size(const char *bytes, size_t size); /* up to the first byte that is not ASCII */
size_t encoding_without_cut(const char *bytes,
                            size_t size); /* less a UTF-8 sequence that is cut at the end */
/* One of the four UTF-16, or UTF-8, by the first `looked` bytes of a file of that size. */
enum text_encoding encoding_guess_utf16(const char *bytes, size_t looked, size_t size);
/* Appends the text of such a file, as UTF-8. STATUS_FORMAT: it is none; the message does not name the file.
 */
enum status encoding_decode(enum text_encoding encoding, const char *bytes, size_t size, struct buffer *out,
                            struct error *error) MUST_USE;
/* Writes the text in an encoding other than UTF-8, with its mark. STATUS_ARGUMENT: something does not fit. */
enum status encoding_write(const struct text *text, enum text_encoding encoding, file_put *put, void *sink,
                           struct error *error) MUST_USE;

#endif
