/* The format of numbers and bytes in the journal and the history file, and the hash that protects them. */
#ifndef LACUNA_TEXT_PACK_H
#define LACUNA_TEXT_PACK_H

#include "lacuna/base.h"
#include "lacuna/text.h"

/* XXH3-64 (libxxhash). */
uint64_t pack_hash(const void *bytes, size_t size, uint64_t seed);
/* The same hash, with seed 0, of bytes that come in pieces. NULL: out of memory; free with mem_free. */
struct pack_stream;
struct pack_stream *pack_stream_new(void);
void pack_stream_add(struct pack_stream *stream, const void *bytes, size_t size);
uint64_t pack_stream_hash(struct pack_stream *stream);
/* Hashes bytes of the document by streaming through them. */
uint64_t pack_hash_text(const struct text *text, size_t start, size_t end, uint64_t seed);

/* A number takes 1 to 10 bytes (LEB128). */
enum { PACK_NUMBER_MAX = 10 };
static_assert(7 * PACK_NUMBER_MAX >= 64, "seven bits per byte hold every number");
size_t pack_number_to(char out[PACK_NUMBER_MAX], uint64_t number);
bool pack_number(struct buffer *out, uint64_t number) MUST_USE;
bool pack_string(struct buffer *out, const char *bytes, size_t size) MUST_USE; /* its size before it */
bool pack_fixed(struct buffer *out, uint64_t number, int bytes) MUST_USE;      /* least significant first */

/* Each removes what it reads from the front of *in; false: *in has no such thing. */
bool unpack_number(struct slice *in, uint64_t *number) MUST_USE;
bool unpack_size(struct slice *in, size_t *size) MUST_USE;
bool unpack_bytes(struct slice *in, size_t size, struct slice *out) MUST_USE;
bool unpack_string(struct slice *in, struct slice *out) MUST_USE;
bool unpack_fixed(struct slice *in, uint64_t *number, int bytes) MUST_USE;

#endif
