/* GPT-2's reversible map between bytes and printable characters, which allows a vocabulary of arbitrary bytes
 * to be written as text: bytes that are printable in Latin-1 stand for themselves, the other 68 are U+0100 +
 * n. */
#include "bpe_internal.h"
#include "lacuna/base.h"

static bool stands_for_itself(uint32_t byte)
{
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

/* The bytes that do not stand for themselves: 00..20 (33 of them), 7F..A0 (34), AD. */
uint32_t bpe_symbol_of_byte(uint8_t byte)
{
    if (stands_for_itself(byte)) return byte;
    if (byte <= 0x20) return 0x100u + byte;
    if (byte <= 0xA0) return 0x100u + 33u + (byte - 0x7Fu);
    return 0x100u + 67u;
}

/* Code point → byte, or -1. */
static int bpe_byte_of_symbol(uint32_t code_point)
{
    if (code_point <= 0xFF) return stands_for_itself(code_point) ? (int)code_point : -1;
    uint32_t n = code_point - 0x100;
    if (n < 33) return (int)n;
    if (n < 67) return (int)(n - 33 + 0x7F);
    return n == 67 ? 0xAD : -1;
}

/* 94 + 12 + 82 bytes stand for themselves and come first; then the other 68 in order. */
uint8_t bpe_byte_of_id(uint32_t id)
{
    if (id < 94) return (uint8_t)(0x21 + id);
    if (id < 106) return (uint8_t)(0xA1 + id - 94);
    if (id < 188) return (uint8_t)(0xAE + id - 106);
    return (uint8_t)bpe_byte_of_symbol(0x100 + id - 188);
}

bool bpe_symbols_to_bytes(const char *symbols, size_t size, struct buffer *out, bool *no_memory)
{
    size_t before = out->size;
    *no_memory = false;
    for (size_t i = 0; i < size;) {
        uint32_t code_point;
        int length = utf8_decode(symbols + i, size - i, &code_point);
        int byte = length ? bpe_byte_of_symbol(code_point) : -1;
        *no_memory = byte >= 0 && !buffer_append_char(out, (char)byte);
        if (byte < 0 || *no_memory) {
            out->size = before;
            return false;
        }
        i += (size_t)length;
    }
    return true;
}
