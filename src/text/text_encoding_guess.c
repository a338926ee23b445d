/* Detects the encoding of a file: by its mark, or by what its bytes would mean. UTF-8 if in doubt, since that
 * keeps all bytes. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_encoding.h"

#include <string.h>
#include <utf8proc.h>

enum { LOOKED_AT = 256 << 10 }; /* bytes that must be enough to rule it out */

/* ---- detection -------------------------------------------------------------------------------------- */

static bool ascii_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool latin_letter(unsigned char c)
{
    return c >= 0xc0 && c != 0xd7 && c != 0xf7;
}

/* Letters that are words by themselves: à, è, é, å, ö, í, ú, ó, æ, and their capitals. */
static bool latin_word(unsigned char c)
{
    return c != 0 &&
           strchr("\xe0\xe8\xe9\xe5\xf6\xed\xfa\xf3\xe6\xc0\xc8\xc9\xc5\xd6\xcd\xda\xd3\xc6\xe4\xc4", c) !=
               NULL;
}

/* Whether a byte ≥ 0x80 is plausible between its neighbours in prose. */
static bool plausible(unsigned char before, unsigned char c, unsigned char after)
{
    if (c >= 0x80 && c < 0xa0) return windows_1252[c - 0x80] >= 0x100; /* quotes, dashes … */
    if (c < 0xc0) return strchr("\xa0\xa1\xa3\xa7\xa9\xab\xad\xae\xb0\xb4\xb7\xba\xaa\xbb\xbf", c) != NULL;
    if (!latin_letter(c)) return c == 0xd7;
    bool beside =
        ascii_letter(before) || ascii_letter(after) || (latin_letter(before) && latin_letter(after));
    bool alone = !latin_letter(before) && !latin_letter(after);
    return beside || (alone && latin_word(c)) || (before == '\'' && latin_word(c));
}

struct census {
    size_t sequences, strays; /* whole UTF-8 sequences; bytes outside any sequence */
    size_t good, bad;         /* of the bytes ≥ 0x80, taken as Latin letters */
    bool controls;
};

static void count_byte(struct census *n, const char *bytes, size_t size, size_t at)
{
    unsigned char c = (unsigned char)bytes[at];
    unsigned char before = at ? (unsigned char)bytes[at - 1] : ' ',
                  after = at + 1 < size ? (unsigned char)bytes[at + 1] : ' ';
    if (plausible(before, c, after))
        n->good++;
    else
        n->bad++;
}

/* Written so that the compiler vectorises it. */
static bool has_controls(const char *bytes, size_t size)
{
    unsigned found = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        found |= (unsigned)(c < ' ') & (unsigned)(c != '\t') & (unsigned)(c != '\n') & (unsigned)(c != '\r') &
                 (unsigned)(c != '\f');
    }
    return found;
}

static struct census take_census(const char *bytes, size_t size)
{
    struct census n = {0};
    uint32_t code_point;
    for (size_t at = 0; at < size;) {
        size_t plain = encoding_ascii_size(bytes + at, size - at);
        n.controls = n.controls || has_controls(bytes + at, plain);
        at += plain;
        if (at == size) break;
        int length = utf8_decode(bytes + at, size - at, &code_point);
        if (length > 0)
            n.sequences++;
        else
            n.strays++;
        for (int i = 0; i < (length ? length : 1); i++) count_byte(&n, bytes, size, at++);
    }
    return n;
}

size_t encoding_without_cut(const char *bytes, size_t size)
{
    for (int i = 0; i < 3 && size > 0 && ((unsigned char)bytes[size - 1] & 0xc0) == 0x80; i++) size--;
    return size > 0 && (unsigned char)bytes[size - 1] >= 0xc0 ? size - 1 : size;
}

/* A text, and not one in UTF-8 with some other bytes in it. In East Asian encodings some pairs of bytes look like
 * UTF-8. */
static bool may_be_other(const struct census *n)
{
    return n->strays > 0 && !n->controls && n->sequences * 10 <= n->strays * 7;
}

static bool looks_latin(const struct census *n)
{
    return n->strays > 0 && !n->controls && n->sequences * 20 <= n->strays && n->bad * 10 <= n->good;
}

static bool begins(const char *bytes, size_t size, const char *mark, size_t length)
{
    return size >= length && memcmp(bytes, mark, length) == 0;
}

/* ---- UTF-16 without a mark ----------------------------------------------------------------------------- */

/* Text in other encodings contains no NUL, but in UTF-16 every second byte of Latin letters, spaces and line
 * ends is NUL. That alone could also be a table of small numbers, or names separated by NULs. So all units
 * must be characters that occur in texts, and those outside ASCII must come from few blocks, as an alphabet
 * does. Text with neither many Latin letters nor an alphabet (Chinese, Japanese, Korean) is not detected. */

struct units {
    size_t count, ascii;
    size_t blocks[256]; /* of the others: by their high byte */
};

static bool is_text_unit(uint32_t unit, uint32_t before)
{
    bool low = unit >= 0xdc00 && unit < 0xe000, after_high = before >= 0xd800 && before < 0xdc00;
    if (low != after_high) return false; /* half a surrogate pair */
    if (low || (unit >= 0xd800 && unit < 0xdc00)) return true;
    if (unit < ' ') return unit == '\t' || unit == '\n' || unit == '\r' || unit == '\f';
    if (unit < 0x7f) return true;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)unit);
    return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CO &&
           category != UTF8PROC_CATEGORY_CC;
}

static bool count_units(const char *bytes, size_t size, bool big, struct units *n)
{
    uint32_t before = 0;
    *n = (struct units){0};
    for (size_t at = 0; at + 2 <= size; at += 2) {
        unsigned char high = (unsigned char)bytes[at + !big], low = (unsigned char)bytes[at + big];
        uint32_t unit = (uint32_t)high << 8 | low;
        if (!is_text_unit(unit, before)) return false;
        n->count++;
        if (unit < 0x80)
            n->ascii++;
        else
            n->blocks[high]++;
        before = unit;
    }
    return true;
}

/* The number of units in the four most frequent blocks. */
static size_t in_few_blocks(const struct units *n)
{
    size_t most[4] = {0};
    for (size_t i = 0; i < 256; i++) {
        size_t count = n->blocks[i];
        for (size_t j = 0; j < 4; j++)
            if (count > most[j]) {
                size_t less = most[j];
                most[j] = count;
                count = less;
            }
    }
    return most[0] + most[1] + most[2] + most[3];
}

static bool is_bare_utf16(const char *bytes, size_t size, bool big)
{
    enum { LEAST = 8 };
    struct units n;
    size_t looked = size < LOOKED_AT ? size : LOOKED_AT;
    if (size < LEAST || !memchr(bytes, 0, looked)) return false;
    if (((unsigned char)bytes[looked - 2 + !big] & 0xfc) == 0xd8) looked -= 2; /* its other half is cut off */
    if (!count_units(bytes, looked, big, &n)) return false;
    size_t others = n.count - n.ascii;
    if (n.ascii * 2 >= n.count) return true;
    return n.ascii * 10 >= n.count && in_few_blocks(&n) * 20 >= others * 19;
}

enum text_encoding encoding_guess_utf16(const char *bytes, size_t looked, size_t size)
{
    if (size % 2) return TEXT_UTF8;
    if (begins(bytes, looked, "\xff\xfe\0", 4)) return TEXT_UTF8; /* UTF-32, or not text */
    if (begins(bytes, looked, "\xff\xfe", 2)) return TEXT_UTF16_LE;
    if (begins(bytes, looked, "\xfe\xff", 2)) return TEXT_UTF16_BE;
    looked -= looked % 2;
    if (is_bare_utf16(bytes, looked, false)) return TEXT_UTF16_LE_BARE;
    return is_bare_utf16(bytes, looked, true) ? TEXT_UTF16_BE_BARE : TEXT_UTF8;
}

/* ---- the result ------------------------------------------------------------------------------------- */

static enum text_encoding which_latin(const char *bytes, size_t size)
{
    enum text_encoding found = TEXT_LATIN1;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < 0x80 || c >= 0xa0) continue;
        if (windows_1252[c - 0x80] < 0x100) return TEXT_UTF8; /* no such character: another encoding */
        found = TEXT_WINDOWS_1252;
    }
    return found;
}

enum text_encoding encoding_guess(const char *bytes, size_t size, bool *strays)
{
    *strays = false;
    if (begins(bytes, size, "\xef\xbb\xbf", 3)) return TEXT_UTF8_BOM;
    enum text_encoding wide = encoding_guess_utf16(bytes, size, size);
    if (wide != TEXT_UTF8) return wide;
    /* Most files are ASCII, or show early that they are UTF-8. */
    size_t start = encoding_ascii_size(bytes, size);
    if (start == size) return TEXT_UTF8;
    size_t looked = size - start;
    if (looked > LOOKED_AT) looked = encoding_without_cut(bytes + start, LOOKED_AT);
    struct census n = take_census(bytes + start, looked);
    *strays = n.strays > 0;
    if (n.strays == 0) return TEXT_UTF8;
    n = take_census(bytes, size);
    if (!may_be_other(&n)) return TEXT_UTF8;
    enum text_encoding other = TEXT_UTF8;
    enum encoding_verdict verdict = encoding_guess_language(bytes, size, &other);
    if (verdict == ENCODING_OTHER) return other;
    return verdict == ENCODING_WESTERN && looks_latin(&n) ? which_latin(bytes, size) : TEXT_UTF8;
}
