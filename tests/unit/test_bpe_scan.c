/* The scanner against the pattern: an interpreter for its seven kinds of alternatives, written to be
 * obviously right, and a table of all white space. */
#include "bpe_test.h"

#include <utf8proc.h>

/* Unicode's White_Space, code point by code point: the \s of GPT-2's `regex` module. */
static const uint32_t white_space[] = {0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,   0xA0,   0x1680,
                                       0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
                                       0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};

static bool is_space(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_SIZE(white_space); i++)
        if (white_space[i] == c) return true;
    return false;
}

static bool in_category(uint32_t c, char first)
{
    return c != UINT32_MAX && utf8proc_category_string((utf8proc_int32_t)c)[0] == first;
}

/* ---- the oracle: text as an array of characters, one function for each construct of the pattern
 * ---------- */

struct characters {
    uint32_t *points; /* UINT32_MAX: an invalid byte */
    size_t *starts;   /* (count + 1) */
    size_t count;
};

static bool letter(uint32_t c)
{
    return in_category(c, 'L');
}

static bool number(uint32_t c)
{
    return in_category(c, 'N');
}

static bool neither(uint32_t c)
{
    return !is_space(c) && !letter(c) && !number(c);
}

/* " ?CLASS+" at `at`: the end of the match, or `at` for none. Tries with the space, then without it. */
static size_t optional_space_then(const struct characters *t, size_t at, bool class(uint32_t))
{
    for (int with_space = 1; with_space >= 0; with_space--) {
        size_t i = at;
        if (with_space && (i >= t->count || t->points[i] != ' ')) continue;
        i += (size_t)with_space;
        size_t first = i;
        while (i < t->count && class(t->points[i])) i++;
        if (i > first) return i;
    }
    return at;
}

static size_t literal(const struct characters *t, size_t at, const char *text)
{
    size_t i = at;
    for (; *text; text++, i++)
        if (i >= t->count || t->points[i] != (uint8_t)*text) return at;
    return i;
}

static size_t match(const struct characters *t, size_t at)
{
    static const char *const contractions[] = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
    size_t end;
    for (size_t i = 0; i < ARRAY_SIZE(contractions); i++)
        if ((end = literal(t, at, contractions[i])) > at) return end;
    if ((end = optional_space_then(t, at, letter)) > at) return end;
    if ((end = optional_space_then(t, at, number)) > at) return end;
    if ((end = optional_space_then(t, at, neither)) > at) return end;
    size_t longest = at;
    while (longest < t->count && is_space(t->points[longest])) longest++;
    for (end = longest; end > at; end--) /* \s+(?!\S), stepping back */
        if (end == t->count || is_space(t->points[end])) return end;
    return longest; /* \s+ */
}

static struct characters split(const char *bytes, size_t size)
{
    struct characters t = {malloc((size + 1) * sizeof(uint32_t)), malloc((size + 1) * sizeof(size_t)), 0};
    for (size_t i = 0; i < size;) {
        uint32_t c;
        int length = utf8_decode(bytes + i, size - i, &c);
        t.points[t.count] = length ? c : UINT32_MAX;
        t.starts[t.count++] = i;
        i += length ? (size_t)length : 1;
    }
    t.starts[t.count] = size;
    return t;
}

static void assert_same_cuts(const char *bytes, size_t size)
{
    struct characters t = split(bytes, size);
    size_t at = 0, i = 0;
    while (i < t.count) {
        i = match(&t, i);
        at = bpe_pretoken_end(bytes, size, at);
        if (at != t.starts[i])
            fail_msg("cut at %zu, should be %zu, in \"%.*s\"", at, t.starts[i], (int)size, bytes);
    }
    assert_int_equal(at, size);
    free(t.points);
    free(t.starts);
}

/* ---- tests --------------------------------------------------------------------------------------------- */

static void random_text_is_cut_like_the_pattern_says(void **state)
{
    (void)state;
    struct rng rng = {.seed = 1};
    struct buffer text = {0};
    for (int round = 0; round < 20000; round++) {
        put_odd_text(&text, &rng, 1 + rng_below(&rng, 16));
        assert_same_cuts(text.data, text.size);
    }
    buffer_free(&text);
}

static void random_bytes_are_cut_like_the_pattern_says(void **state)
{
    (void)state;
    struct rng rng = {.seed = 2};
    char bytes[64];
    for (int round = 0; round < 20000; round++) {
        size_t size = 1 + rng_below(&rng, sizeof bytes);
        for (size_t i = 0; i < size; i++) bytes[i] = (char)rng_next(&rng);
        assert_same_cuts(bytes, size);
    }
}

/* Whether `c` extends a run of that character. A run of one class is one pre-token. */
static bool joins(char before, const char *c, size_t size)
{
    char text[8] = {before};
    memcpy(text + 1, c, size);
    return bpe_pretoken_end(text, size + 1, 0) == size + 1;
}

static void every_code_point_has_the_right_class(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char utf8[4];
        size_t size = (size_t)utf8_put(c, utf8);
        if (size == 0) continue; /* a surrogate */
        bool space = joins('\n', utf8, size), is_letter = joins('a', utf8, size),
             is_number = joins('1', utf8, size), other = joins('!', utf8, size);
        if (space + is_letter + is_number + other != 1) fail_msg("U+%04X has not one class", c);
        if (space != is_space(c)) fail_msg("U+%04X: white space or not?", c);
        if (!space && (is_letter != letter(c) || is_number != number(c))) fail_msg("U+%04X: wrong class", c);
    }
}

/* The code points on which Python's `regex` (GPT-2's), Python's `re` and JavaScript disagree. */
static void disputed_code_points_are_as_in_gpt2(void **state)
{
    (void)state;
    assert_false(joins('\n', "\x1c", 1)); /* U+001C..001F: white space for re, not for regex */
    assert_false(joins('\n', "\x1d", 1));
    assert_false(joins('\n', "\x1e", 1));
    assert_false(joins('\n', "\x1f", 1));
    assert_true(joins('\n', "\xc2\x85", 2));      /* U+0085 next line */
    assert_false(joins('\n', "\xef\xbb\xbf", 3)); /* U+FEFF byte-order mark */
    assert_true(joins('!', "\xef\xbb\xbf", 3));
    assert_false(joins('\n', "\xe1\xa0\x8e", 3)); /* U+180E, a space in old Unicode versions */
    assert_false(joins('\n', "\xe2\x80\x8b", 3)); /* U+200B zero-width space is not white space */
}

static void known_texts_are_cut_as_gpt2_cuts_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cut; /* with '|' between pre-tokens */
    } cases[] = {
        {"Hello world", "Hello| world"},
        {"it's 'sblood, I'LL", "it|'s| '|sblood|,| I|'|LL"},
        {"'something", "'s|omething"},
        {"they'd've", "they|'d|'ve"},
        {"a  b", "a| | b"},
        {"a   b", "a|  | b"},
        {"a \n b", "a| \n| b"},
        {"end.\n\nNext", "end|.|\n|\n|Next"},
        {"tail  ", "tail|  "},
        {"tail\n", "tail|\n"},
        {"x1y22", "x|1|y|22"},
        {" ...", " ..."},
        {"a\tb", "a|\t|b"},
        {"a\xc2\xa0"
         "b",
         "a|\xc2\xa0|b"},
        {"e\xcc\x81t", "e|\xcc\x81|t"}, /* a combining mark is not a letter */
        {"\xff\xfe!", "\xff\xfe!"},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct buffer cut = {0};
        size_t size = strlen(cases[i].text);
        for (size_t at = 0, end; at < size; at = end) {
            end = bpe_pretoken_end(cases[i].text, size, at);
            assert_true(at == 0 || buffer_append_char(&cut, '|'));
            assert_true(buffer_append(&cut, cases[i].text + at, end - at));
        }
        assert_string_equal(cut.data, cases[i].cut);
        buffer_free(&cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_text_is_cut_like_the_pattern_says),
        cmocka_unit_test(random_bytes_are_cut_like_the_pattern_says),
        cmocka_unit_test(every_code_point_has_the_right_class),
        cmocka_unit_test(disputed_code_points_are_as_in_gpt2),
        cmocka_unit_test(known_texts_are_cut_as_gpt2_cuts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
