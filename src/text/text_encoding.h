/* Encodings of files, for the functions that read and write them. */
#ifndef LACUNA_TEXT_ENCODING_H
#define LACUNA_TEXT_ENCODING_H

#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

extern const uint16_t windows_1252[32]; /* the characters of bytes 0x80 to 0x9f; below 0x100: none */

/* text_encoding_guess.c: detects the encoding by a mark, or by examining the bytes; UTF-8 if in doubt.
 * *strays: there were bytes that are not UTF-8. */
enum text_encoding encoding_guess(const char *bytes, size_t size, bool *strays);
size_t encoding_ascii_size(const char *bytes, size_t size); /* up to the first byte that is not ASCII */
size_t encoding_without_cut(const char *bytes,
                            size_t size); /* without a UTF-8 sequence that is cut off at the end */
/* One of the four UTF-16 encodings, or UTF-8, from the first `looked` bytes of a file of that size. */
enum text_encoding encoding_guess_utf16(const char *bytes, size_t looked, size_t size);
/* text_encoding_language.c: what the bytes of a text, which are no UTF-8, are by the language that they make.
 * WESTERN: what ISO-8859-1 or Windows-1252 gives makes most sense; OTHER: nearly certainly *out, which may fail
 * all the same behind the first 64 KiB; UNSURE: neither. Costs some milliseconds. */
enum encoding_verdict { ENCODING_UNSURE, ENCODING_WESTERN, ENCODING_OTHER };
enum encoding_verdict encoding_guess_language(const char *bytes, size_t size, enum text_encoding *out);
/* Appends the text of such a file, as UTF-8. STATUS_FORMAT: it is not valid; the message does not name the
 * file. */
enum status encoding_decode(enum text_encoding encoding, const char *bytes, size_t size, struct buffer *out,
                            struct error *error) MUST_USE;
/* Writes the text in an encoding other than UTF-8, with its mark. STATUS_ARGUMENT: a character does not
 * fit. */
enum status encoding_write(const struct text *text, enum text_encoding encoding, file_put *put, void *sink,
                           struct error *error) MUST_USE;

#endif
