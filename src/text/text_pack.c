/* Packs numbers and bytes, and hashes them. */
#include "text_pack.h"
#include "lacuna/base.h"

#include "text_internal.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t pack_hash(const void *bytes, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, size, seed);
}

/* The library requires its state at a multiple of 64. */
enum { ALIGNED = 64 };
struct pack_stream {
    char room[sizeof(XXH3_state_t) + ALIGNED];
};

static XXH3_state_t *state_of(struct pack_stream *stream)
{
    size_t beyond = (size_t)((uintptr_t)stream->room % ALIGNED);
    void *aligned = stream->room + (beyond ? ALIGNED - beyond : 0);
    return aligned;
}

struct pack_stream *pack_stream_new(void)
{
    struct pack_stream *stream = mem_zalloc(sizeof *stream);
    if (stream) XXH3_64bits_reset_withSeed(state_of(stream), 0);
    return stream;
}

void pack_stream_add(struct pack_stream *stream, const void *bytes, size_t size)
{
    XXH3_64bits_update(state_of(stream), bytes, size);
}

uint64_t pack_stream_hash(struct pack_stream *stream)
{
    return XXH3_64bits_digest(state_of(stream));
}

uint64_t pack_hash_text(const struct text *text, size_t start, size_t end, uint64_t seed)
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_64bits_reset_withSeed(&state, seed);
    while (start < end) {
        size_t base;
        struct slice run = text_run(text, start, &base);
        size_t skip = start - base, part = run.size - skip;
        if (part > end - start) part = end - start;
        XXH3_64bits_update(&state, run.data + skip, part);
        start += part;
    }
    return XXH3_64bits_digest(&state);
}

size_t pack_number_to(char out[PACK_NUMBER_MAX], uint64_t number)
{
    size_t used = 0;
    for (; number >= 0x80; number >>= 7) out[used++] = (char)(number | 0x80);
    out[used++] = (char)number;
    return used;
}

bool pack_number(struct buffer *out, uint64_t number)
{
    char bytes[PACK_NUMBER_MAX];
    return buffer_append(out, bytes, pack_number_to(bytes, number));
}

bool pack_string(struct buffer *out, const char *bytes, size_t size)
{
    return pack_number(out, size) && buffer_append(out, bytes, size);
}

bool pack_fixed(struct buffer *out, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++, number >>= 8)
        if (!buffer_append_char(out, (char)number)) return false;
    return true;
}

bool unpack_number(struct slice *in, uint64_t *number)
{
    *number = 0;
    for (unsigned i = 0; i < PACK_NUMBER_MAX && i < in->size; i++) {
        unsigned char byte = (unsigned char)in->data[i];
        if (i == PACK_NUMBER_MAX - 1 && byte > 1) return false;
        *number |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte >= 0x80) continue;
        in->data += i + 1;
        in->size -= i + 1;
        return true;
    }
    return false;
}

bool unpack_size(struct slice *in, size_t *size)
{
    uint64_t number;
    if (!unpack_number(in, &number) || number > SIZE_MAX / 4) return false;
    *size = (size_t)number;
    return true;
}

bool unpack_bytes(struct slice *in, size_t size, struct slice *out)
{
    if (size > in->size) return false;
    *out = (struct slice){in->data, size};
    in->data += size;
    in->size -= size;
    return true;
}

bool unpack_string(struct slice *in, struct slice *out)
{
    size_t size;
    return unpack_size(in, &size) && unpack_bytes(in, size, out);
}

bool unpack_fixed(struct slice *in, uint64_t *number, int bytes)
{
    struct slice taken;
    if (!unpack_bytes(in, (size_t)bytes, &taken)) return false;
    *number = 0;
    for (int i = bytes; i-- > 0;) *number = *number << 8 | (unsigned char)taken.data[i];
    return true;
}
