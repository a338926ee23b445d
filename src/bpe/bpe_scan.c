/* GPT-2's pre-tokenising pattern as a hand-written scanner:
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * The alternatives are tried in order at each place, each is greedy, and every character belongs to exactly
 * one of the four classes below, so the class of a character decides, and only white space needs to step
 * back, by one character. Two consequences: 's is cut off "'sblood", as in GPT-2; and in a run of white space
 * before a word, the last character is separate and joins the word if it is a plain space. */
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <utf8proc.h>

enum kind { OTHER, LETTER, NUMBER, SPACE };

static const uint8_t ascii_class[128] = {
    ['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
    ['0'] = NUMBER, ['1'] = NUMBER, ['2'] = NUMBER, ['3'] = NUMBER, ['4'] = NUMBER, ['5'] = NUMBER,
    ['6'] = NUMBER, ['7'] = NUMBER, ['8'] = NUMBER, ['9'] = NUMBER, ['A'] = LETTER, ['B'] = LETTER,
    ['C'] = LETTER, ['D'] = LETTER, ['E'] = LETTER, ['F'] = LETTER, ['G'] = LETTER, ['H'] = LETTER,
    ['I'] = LETTER, ['J'] = LETTER, ['K'] = LETTER, ['L'] = LETTER, ['M'] = LETTER, ['N'] = LETTER,
    ['O'] = LETTER, ['P'] = LETTER, ['Q'] = LETTER, ['R'] = LETTER, ['S'] = LETTER, ['T'] = LETTER,
    ['U'] = LETTER, ['V'] = LETTER, ['W'] = LETTER, ['X'] = LETTER, ['Y'] = LETTER, ['Z'] = LETTER,
    ['a'] = LETTER, ['b'] = LETTER, ['c'] = LETTER, ['d'] = LETTER, ['e'] = LETTER, ['f'] = LETTER,
    ['g'] = LETTER, ['h'] = LETTER, ['i'] = LETTER, ['j'] = LETTER, ['k'] = LETTER, ['l'] = LETTER,
    ['m'] = LETTER, ['n'] = LETTER, ['o'] = LETTER, ['p'] = LETTER, ['q'] = LETTER, ['r'] = LETTER,
    ['s'] = LETTER, ['t'] = LETTER, ['u'] = LETTER, ['v'] = LETTER, ['w'] = LETTER, ['x'] = LETTER,
    ['y'] = LETTER, ['z'] = LETTER,
};

/* White space beyond ASCII: Unicode's White_Space, as in GPT-2's `regex` module. Its ASCII part lacks the
 * four separators U+001C..001F, which Python's own `re` adds. */
static bool is_wide_space(uint32_t c)
{
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static enum kind wide_class(uint32_t c)
{
    if (is_wide_space(c)) return SPACE;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return NUMBER;
    default:
        return OTHER;
    }
}

/* The class of the character at bytes[at], at < size, and its length. A byte that starts no valid sequence is
 * a character by itself. */
static inline enum kind class_at(const char *bytes, size_t size, size_t at, size_t *length)
{
    uint8_t first = (uint8_t)bytes[at];
    *length = 1;
    if (first < 0x80) return ascii_class[first];
    uint32_t c;
    int n = utf8_decode(bytes + at, size - at, &c);
    if (n == 0) return OTHER;
    *length = (size_t)n;
    return wide_class(c);
}

/* Length of the contraction at bytes[at] == '\'', or 0. Lower case only, like the pattern. */
static size_t contraction(const char *bytes, size_t size, size_t at)
{
    size_t left = size - at;
    if (left < 2) return 0;
    char a = bytes[at + 1];
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    if (left < 3) return 0;
    char b = bytes[at + 2];
    return (a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l') ? 3 : 0;
}

size_t bpe_pretoken_end(const char *bytes, size_t size, size_t start)
{
    if (start >= size) return size;
    if (bytes[start] == '\'') {
        size_t length = contraction(bytes, size, start);
        if (length) return start + length;
    }
    size_t length;
    enum kind kind = class_at(bytes, size, start, &length);
    size_t at = start + length;
    /* " ?" of the three middle alternatives */
    if (bytes[start] == ' ' && at < size) {
        enum kind next = class_at(bytes, size, at, &length);
        if (next != SPACE) {
            kind = next;
            at += length;
        }
    }
    size_t last = start; /* where the last character of the run begins */
    while (at < size && class_at(bytes, size, at, &length) == kind) {
        last = at;
        at += length;
    }
    /* \s+(?!\S): unless the text ends here, the run gives back its last character, if it has two. */
    if (kind == SPACE && at < size && last > start) return last;
    return at;
}
