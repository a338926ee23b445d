/* Patterns as a writer means them: two-byte line ends, characters with marks, and typographic signs each
 * match as one thing, in every byte form. */
#include "text_test.h"

#include "text/text_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* All matches in `bytes`, each in < >. */
static void expect(const char *bytes, const char *pattern, int flags, const char *marked)
{
    struct text *text = text_from_bytes(bytes, strlen(bytes), NULL);
    struct buffer out = {0};
    size_t at = 0, shown = 0, start, end, size = strlen(bytes);
    bool found;
    struct error error = {0};
    while (at <= size) {
        if (search_from(text, pattern, strlen(pattern), flags, at, &start, &end, &found, &error))
            fail_msg("%s: %s", pattern, error.message);
        if (!found) break;
        assert_true(start >= at && end >= start && end <= size);
        assert_true(buffer_append(&out, bytes + shown, start - shown) && buffer_append_char(&out, '<') &&
                    buffer_append(&out, bytes + start, end - start) && buffer_append_char(&out, '>'));
        shown = end;
        at = end > start ? end : end + 1;
    }
    assert_true(buffer_append(&out, bytes + shown, size - shown) && buffer_append_char(&out, '\0'));
    if (strcmp(out.data, marked) != 0)
        fail_msg("%s in\n%s\ngave\n%s\nnot\n%s", pattern, bytes, out.data, marked);
    buffer_free(&out);
    text_free(text);
}

static void expect_replaced(const char *bytes, const char *pattern, int flags, const char *with,
                            const char *after)
{
    struct text *text = text_from_bytes(bytes, strlen(bytes), NULL);
    size_t count;
    struct error error = {0};
    if (text_replace_all(text, pattern, strlen(pattern), flags, 0, text_size(text), with, strlen(with),
                         &count, &error))
        fail_msg("%s: %s", pattern, error.message);
    char *got = mem_zalloc(text_size(text) + 1);
    text_copy(text, 0, text_size(text), got);
    assert_string_equal(got, after);
    mem_free(got);
    text_free(text);
}

enum { REGEX = TEXT_SEARCH_REGEX, TYPED = TEXT_SEARCH_TYPED, WORDS = TEXT_SEARCH_WORDS };

static void a_line_feed_in_a_pattern_is_any_line_end(void **state)
{
    (void)state;
    expect("a\r\nb\nc\r\n", "\\n", REGEX, "a<\r\n>b<\n>c<\r\n>");
    expect("a\r\nb\nc\r\n", "\n", 0, "a<\r\n>b<\n>c<\r\n>");
    expect("a\r\nb\n", "a\nb\n", 0, "<a\r\nb\n>");
    expect("a\r\nb\r\n", "\\r\\n", REGEX, "a<\r\n>b<\r\n>");
    expect("a\r\nb", "a[\\n]b", REGEX, "<a\r\nb>");
    expect("a\r\nb", "[^\\n]*", REGEX, "<a><>\r\n<b><>");
    expect("a\r\n\r\n\r\nb", "\\n+", REGEX, "a<\r\n\r\n\r\n>b");
    expect("a\r\n\r\nb", "\\n{2}", REGEX, "a<\r\n\r\n>b");
    expect("a\r\nb", "(?<=\\n)b", REGEX, "a\r\n<b>");
    expect("a\r\nb", "a\\sb", REGEX, "<a\r\nb>");
    expect("a \r\nb", "\\s+", REGEX, "a< \r\n>b");
    expect("a\r\nb", "a[^x]b", REGEX, "<a\r\nb>");
    expect("a\r\nb", "a\\Wb", REGEX, "<a\r\nb>");
    expect("a\r\nb", "a.", REGEX, "a\r\nb");
    expect("a\r\nb", "\\Qa\nb\\E", REGEX, "<a\r\nb>");
    expect("a\nb", "\\\\n", REGEX, "a\nb"); /* a backslash, and n */
}

static void no_match_splits_a_crlf(void **state)
{
    (void)state;
    expect("a\r\nb", "\r", 0, "a\r\nb");
    expect("a\r\nb", "[^a]", REGEX, "a<\r\n><b>");
    expect("a\r\nb", "a[^b]", REGEX, "<a\r\n>b");
    expect("a\r\nb", "\\r", REGEX, "a<\r>\nb"); /* an explicit code point means itself */
    expect("a\rb", "\r", 0, "a<\r>b");
}

static void a_line_feed_in_a_replacement_is_the_texts_line_end(void **state)
{
    (void)state;
    expect_replaced("a, b\r\nc\r\n", ", ", REGEX, "\\n", "a\r\nb\r\nc\r\n");
    expect_replaced("a, b\r\n", ", ", 0, "\n", "a\r\nb\r\n");
    expect_replaced("a, b\r\n", "(,) ", REGEX, "$1\\r\\n", "a,\r\nb\r\n");
    expect_replaced("a, b\r\n", ", ", REGEX, "\\\\n", "a\\nb\r\n");
    expect_replaced("a, b\n", ", ", REGEX, "\\n", "a\nb\n");
    expect_replaced("a\r\nb\r\n", "\\n", REGEX, " ", "a b ");
    expect_replaced("a\r\n\r\nb\r\n", "\\n\\n", REGEX, "\\n", "a\r\nb\r\n");
}

#define E_ACUTE "e\xcc\x81"         /* e and a combining accent */
#define E_TWO   "e\xcc\xa3\xcc\x82" /* with a dot below and a circumflex */

static void composed_characters_find_decomposed_ones(void **state)
{
    (void)state;
    expect("caf\u00e9 caf" E_ACUTE, "caf\u00e9", 0, "<caf\u00e9> <caf" E_ACUTE ">");
    expect("caf\u00e9 caf" E_ACUTE, "caf" E_ACUTE, 0, "<caf\u00e9> <caf" E_ACUTE ">");
    expect("caf\u00e9 caf" E_ACUTE, "f\u00e9\\b", REGEX, "ca<f\u00e9> ca<f" E_ACUTE ">");
    expect("\u1ec7 " E_TWO " \u1eb9\xcc\x82", "\u1ec7", 0, "<\u1ec7> <" E_TWO "> <\u1eb9\xcc\x82>");
    expect("\u00c9", E_ACUTE, TEXT_SEARCH_IGNORE_CASE, "<\u00c9>");
    expect("\uac01 \u1100\u1161\u11a8", "\uac01", 0, "<\uac01> <\u1100\u1161\u11a8>");
    expect("\u212b \u00c5", "\u212b", 0, "<\u212b> <\u00c5>");
    expect(E_ACUTE E_ACUTE, "\u00e9+", REGEX, "<" E_ACUTE E_ACUTE ">");
    expect("\u00df \u6f22", "\u6f22", 0, "\u00df <\u6f22>");
}

static void no_match_splits_a_cluster(void **state)
{
    (void)state;
    expect("caf" E_ACUTE " e", "e", 0, "caf" E_ACUTE " <e>");
    expect("caf" E_ACUTE " e", "e", REGEX, "caf" E_ACUTE " <e>");
    expect("caf" E_ACUTE " x", "\\w+", REGEX, "<caf" E_ACUTE "> <x>");
    expect("caf" E_ACUTE " x", "\\bcaf", REGEX, "<caf>" E_ACUTE " x");
    expect("caf" E_ACUTE " x", "caf", WORDS, "caf" E_ACUTE " x");
    expect("\U0001f468\u200d\U0001f469 \U0001f468", "\U0001f468", 0,
           "\U0001f468\u200d\U0001f469 <\U0001f468>");
    expect("\U0001f44d\U0001f3fd \U0001f44d", "\U0001f44d", 0, "\U0001f44d\U0001f3fd <\U0001f44d>");
    expect("a" E_ACUTE, "\\p{Mn}", REGEX, "ae<\xcc\x81>"); /* an explicit code point means itself */
    expect("a" E_ACUTE, "\xcc\x81", 0, "ae<\xcc\x81>");
    expect_replaced("caf" E_ACUTE "s", "[a-z]", REGEX, "x", "xxx" E_ACUTE "x");
}

static void typed_signs_find_printed_ones(void **state)
{
    (void)state;
    expect("don\u2019t don't", "don't", TYPED, "<don\u2019t> <don't>");
    expect("don\u2019t don't", "don't", 0, "don\u2019t <don't>");
    expect("\u2018a\u2019", "'", TYPED, "<\u2018>a<\u2019>");
    expect("\u201ca\u201d", "\"a\"", TYPED, "<\u201ca\u201d>");
    expect("a\u00a0b a\u202f"
           "b a b",
           "a b", TYPED,
           "<a\u00a0b> <a\u202f"
           "b> <a b>");
    expect("a\u00a0b a b", "a b", TYPED | REGEX, "<a\u00a0b> <a b>");
    expect("well\u2011known", "well-known", TYPED | REGEX, "<well\u2011known>");
    expect("don\u2019t", "d[o]n't", TYPED | REGEX, "<don\u2019t>");
    expect("don\u2019t don't", "don[']t", TYPED | REGEX,
           "don\u2019t <don't>"); /* a class matches its members */
    expect("don\u2019t don't", "don\\x27t", TYPED | REGEX, "don\u2019t <don't>");
    expect("don\u2019t don't", "don\u2019t", TYPED, "<don\u2019t> don't");
    expect("It\u2019s", "it's", TYPED | TEXT_SEARCH_IGNORE_CASE | WORDS, "<It\u2019s>");
}

static void the_rest_of_a_pattern_stays_as_it_is(void **state)
{
    (void)state;
    const int flags = REGEX | TYPED;
    expect("ab ab", "(?'n'a)(?P<m>b)", flags, "<ab> <ab>");
    expect("aa-aa", "(a)\\1-\\g1", flags, "<aa-a>a");
    expect("aa-aa", "(a)\\g{-1}", flags, "<aa>-<aa>");
    expect("aa-aa", "(a)\\g-1", flags, "<aa>-<aa>");
    expect("aa", "(?<n>a)\\k'n'", flags, "<aa>");
    expect("aa", "(?<n>a)\\k<n>", flags, "<aa>");
    expect("aAb", "(?i:a)(?-i)A", flags, "<aA>b");
    expect("a b", "a(?#it's a comment) b", flags, "<a b>");
    expect("a b", "(?x)a \\  b", flags, "<a b>");
    expect("a{b", "a{b", flags, "<a{b>");
    expect("aaa", "a{2}", flags, "<aa>a");
    expect("]-", "[]-]", flags, "<]><->");
    expect("[a]", "[[:alpha:]]", flags, "[<a>]");
    expect("[", "[[]", flags, "<[>");
    expect("a'b", "(?(?=a)a'b|c)", flags, "<a'b>");
    expect("ab", "(a)?(?(1)b|c)", flags, "<ab>");
    expect("((a))", "(\\((?:[^()]|(?1))*\\))", flags, "<((a))>");
    expect("foobar", "foo\\Kbar", flags, "foo<bar>");
    expect("a\nb", "^b$", flags, "a\n<b>");
    expect("axb", "(?<=a)x(?=b)", flags, "a<x>b");
    expect("axb", "(?<!b)x(?!a)", flags, "a<x>b");
    expect("a b", "(*UCP)a b", flags, "<a b>");
    expect("don't", "\\Qdon't\\E", flags, "<don't>");
    expect("a\\", "a\\\\", flags, "<a\\>");
    expect("\u00e9", "(?<=\u00e9)", flags, "\u00e9<>");
}

/* The first match of the pattern in PCRE2 itself. False: there is none. */
static bool plain_match(const char *bytes, const struct buffer *pattern, size_t *start, size_t *end)
{
    int error;
    PCRE2_SIZE where;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern->data, pattern->size,
                                     PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C,
                                     &error, &where, context);
    assert_non_null(code);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    bool found = pcre2_match(code, (PCRE2_SPTR)bytes, strlen(bytes), 0, 0, data, NULL) >= 0;
    if (found) {
        *start = pcre2_get_ovector_pointer(data)[0];
        *end = pcre2_get_ovector_pointer(data)[1];
    }
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    pcre2_compile_context_free(context);
    return found;
}

/* In plain text a pattern finds what PCRE2 finds by itself; and if it compiles, its translation compiles
 * too. */
static void in_plain_text_patterns_mean_what_they_mean_to_pcre2(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "a", "b",      "ab",   "\\w",  "\\W",   "\\b",    "\\B",   "\\s",   "\\d", "\\D", ".",  "^",
        "$", "(",      ")",    "(?:",  "(?=",   "(?!",    "(?<=",  "(?<!",  "(?>", "|",   "*",  "+",
        "?", "{2}",    "{1,}", "[ab]", "[^ab]", "[^\\n]", "[\\n]", "[\\w]", "\\n", "\\1", "'",  " ",
        "-", "\u00e9", "(?i)", "[",    "]",     "\\Q",    "\\E",   "(?<n>", "\\",  "x",   "\\K"};
    struct rng random = {.seed = 11}, *rng = &random;
    const char *bytes = "ab ab'a-b abba\nba  a\nb x\u00e9\n";
    struct text *text = text_from_bytes(bytes, strlen(bytes), NULL);
    size_t compared = 0;
    for (int round = 0; round < 60000; round++) {
        struct buffer pattern = {0};
        struct pattern made = {0};
        for (size_t n = 1 + pick(rng, 6); n-- > 0;)
            assert_true(buffer_append_string(&pattern, parts[pick(rng, ARRAY_SIZE(parts))]));
        size_t start, end, plain_start = 0, plain_end = 0;
        bool found;
        struct error error = {0};
        enum status status =
            search_from(text, pattern.data, pattern.size, REGEX, 0, &start, &end, &found, &error);
        assert_true(status == STATUS_OK || status == STATUS_ARGUMENT);
        if (!status) {
            assert_true(pattern_make(pattern.data, pattern.size, REGEX, &made));
            bool plain = plain_match(bytes, &pattern, &plain_start, &plain_end);
            if (plain && plain_start > plain_end) plain_start = plain_end; /* \K can swap them */
            if (plain != found || (found && (start != plain_start || end != plain_end)))
                fail_msg("%.*s, made into %.*s: [%zu, %zu) instead of [%zu, %zu)", (int)pattern.size,
                         pattern.data, (int)made.source.size, made.source.data, start, end, plain_start,
                         plain_end);
            plain_match(bytes, &made.source, &start, &end); /* it compiles */
            compared++;
        }
        buffer_free(&made.source);
        buffer_free(&pattern);
    }
    assert_true(compared > 5000);
    text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_feed_in_a_pattern_is_any_line_end),
                                       cmocka_unit_test(no_match_splits_a_crlf),
                                       cmocka_unit_test(a_line_feed_in_a_replacement_is_the_texts_line_end),
                                       cmocka_unit_test(composed_characters_find_decomposed_ones),
                                       cmocka_unit_test(no_match_splits_a_cluster),
                                       cmocka_unit_test(typed_signs_find_printed_ones),
                                       cmocka_unit_test(the_rest_of_a_pattern_stays_as_it_is),
                                       cmocka_unit_test(in_plain_text_patterns_mean_what_they_mean_to_pcre2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
