/* Search against PCRE2 on a plain string, for text in many pieces and matches longer than any window. */
#include "text_test.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static struct rng rng = {.seed = 9};

static size_t below(size_t bound)
{
    return pick(&rng, bound);
}

/* A document with these bytes in pieces of one to seven. */
static struct text *in_pieces(const char *bytes, size_t size)
{
    struct text *text = text_new(NULL);
    assert_non_null(text);
    for (size_t at = size; at > 0;) {
        size_t step = 1 + below(7);
        if (step > at) step = at;
        at -= step;
        assert_int_equal(text_insert(text, 0, bytes + at, step, NULL), STATUS_OK);
    }
    return text;
}

/* ---- search ---------------------------------------------------------------------------------- */

struct oracle {
    pcre2_code *code;
    pcre2_match_data *data;
};

static struct oracle oracle_new(const char *pattern, uint32_t options)
{
    int error;
    PCRE2_SIZE where;
    struct oracle o;
    o.code = pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern),
                           options | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &where, NULL);
    assert_non_null(o.code);
    o.data = pcre2_match_data_create_from_pattern(o.code, NULL);
    return o;
}

static bool oracle_match(struct oracle *o, const struct buffer *b, size_t at, uint32_t options, size_t *start,
                         size_t *end)
{
    if (pcre2_match(o->code, (PCRE2_SPTR)b->data, b->size, at, options, o->data, NULL) < 0) return false;
    *start = pcre2_get_ovector_pointer(o->data)[0];
    *end = pcre2_get_ovector_pointer(o->data)[1];
    return true;
}

static bool character_starts(const struct buffer *b, size_t at)
{
    uint32_t c;
    for (size_t back = 1; back < 4 && back <= at; back++)
        if (utf8_decode(b->data + at - back, b->size - (at - back), &c) > (int)back) return false;
    return true;
}

static const struct {
    const char *pattern;
    int flags;
    uint32_t options;
} patterns[] = {
    {"a", 0, PCRE2_LITERAL},
    {"aa", 0, PCRE2_LITERAL},
    {"AB", TEXT_SEARCH_IGNORE_CASE, PCRE2_LITERAL | PCRE2_CASELESS},
    {"\xC3\x89", TEXT_SEARCH_IGNORE_CASE, PCRE2_LITERAL | PCRE2_CASELESS},
    {"b.a", 0, PCRE2_LITERAL},
    {"b.a", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"a+b", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"^a", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"b$", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"\\ba\\b", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"(?<=ab)[ab]", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"a(?!b)", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
    {"a\\sb", TEXT_SEARCH_REGEX, PCRE2_MULTILINE | PCRE2_UCP},
};

static void check_search(const struct text *text, const struct buffer *b, size_t which, size_t from)
{
    struct oracle o = oracle_new(patterns[which].pattern, patterns[which].options);
    size_t want_start = 0, want_end = 0, start = 0, end = 0;
    bool found, want;
    while (from < b->size && !character_starts(b, from)) from++;
    want = oracle_match(&o, b, from, 0, &want_start, &want_end);
    struct error error = {0};
    assert_int_equal(search_from(text, patterns[which].pattern, strlen(patterns[which].pattern),
                                 patterns[which].flags, from, &start, &end, &found, &error),
                     STATUS_OK);
    assert_int_equal(found, want);
    if (want) assert_true(start == want_start && end == want_end);
    want = false;
    for (size_t at = from; at-- > 0 && !want;)
        if (character_starts(b, at)) /* after an invalid byte even an anchored match moves on */
            want = oracle_match(&o, b, at, PCRE2_ANCHORED, &want_start, &want_end) && want_start == at;
    assert_int_equal(search_from(text, patterns[which].pattern, strlen(patterns[which].pattern),
                                 patterns[which].flags | TEXT_SEARCH_BACKWARDS, from, &start, &end, &found,
                                 &error),
                     STATUS_OK);
    assert_int_equal(found, want);
    if (want) assert_int_equal(start, want_start);
    if (want) assert_int_equal(end, want_end);
    pcre2_match_data_free(o.data);
    pcre2_code_free(o.code);
}

static void search_finds_what_a_plain_string_has(void **state)
{
    (void)state;
    static const char *const parts[] = {"a",        "a",    "b",        "ab", " ",       "\n",
                                        "\xC3\xA9", "\xFF", "\xC3\x89", "c",  "\xE2\x82"};
    for (int round = 0; round < 3000; round++) {
        struct buffer b = {0};
        for (size_t n = 1 + below(30); n > 0; n--)
            assert_true(buffer_append_string(&b, parts[below(ARRAY_SIZE(parts))]));
        struct text *text = in_pieces(b.data, b.size);
        for (int i = 0; i < 4; i++) check_search(text, &b, below(ARRAY_SIZE(patterns)), below(b.size + 1));
        text_free(text);
        buffer_free(&b);
    }
}

static void a_bad_pattern_is_the_callers_mistake(void **state)
{
    (void)state;
    struct text *text = text_from_bytes("abc", 3, NULL);
    size_t start, end;
    bool found;
    struct error error = {0};
    assert_int_equal(search_from(text, "(", 1, TEXT_SEARCH_REGEX, 0, &start, &end, &found, &error),
                     STATUS_ARGUMENT);
    assert_true(strlen(error.message) > 0);
    assert_int_equal(search_from(text, "(", 1, 0, 0, &start, &end, &found, &error), STATUS_OK);
    assert_false(found);
    text_free(text);
}

static void words_are_whole_in_any_alphabet(void **state)
{
    (void)state;
    const char bytes[] = "\xC3\xA9t\xC3\xA9s \xC3\xA9t\xC3\xA9 x";
    struct text *text = text_from_bytes(bytes, sizeof bytes - 1, NULL);
    size_t start, end;
    bool found;
    assert_int_equal(
        search_from(text, "\xC3\xA9t\xC3\xA9", 5, TEXT_SEARCH_WORDS, 0, &start, &end, &found, NULL),
        STATUS_OK);
    assert_true(found);
    assert_int_equal(start, 7);
    text_free(text);
}

/* ---- windows --------------------------------------------------------------------------------- */

static void expect_match(const struct text *text, const char *pattern, int flags, size_t from, size_t start,
                         size_t end)
{
    size_t got_start = SIZE_MAX, got_end = SIZE_MAX;
    bool found;
    struct error error = {0};
    if (search_from(text, pattern, strlen(pattern), flags, from, &got_start, &got_end, &found, &error))
        fail_msg("%s", error.message);
    assert_true(found);
    assert_int_equal(got_start, start);
    assert_int_equal(got_end, end);
}

static void a_match_may_be_of_any_length(void **state)
{
    (void)state;
    size_t size = 400000;
    char *bytes = malloc(size);
    memset(bytes, 'x', size);
    bytes[100] = '<';
    bytes[300000] = '>';
    bytes[300001] = '\n';
    struct text *text = text_from_bytes(bytes, size, NULL);
    for (size_t i = 1; i < 200; i++) { /* in pieces: the same bytes again */
        assert_int_equal(text_replace(text, i * 1999, i * 1999 + 1, bytes + i * 1999, 1, NULL), STATUS_OK);
    }
    expect_match(text, "<[^>]*>", TEXT_SEARCH_REGEX, 0, 100, 300001);
    expect_match(text, "<[^>]*>", TEXT_SEARCH_REGEX | TEXT_SEARCH_BACKWARDS, size, 100, 300001);
    expect_match(text, "^x+$", TEXT_SEARCH_REGEX, 5, 300002, size);
    expect_match(text, "x$", TEXT_SEARCH_REGEX, 200000, size - 1, size);
    expect_match(text, ">\\n", TEXT_SEARCH_REGEX, 0, 300000, 300002);
    expect_match(text, "(?<=x<)x", TEXT_SEARCH_REGEX | TEXT_SEARCH_BACKWARDS, size, 101, 102);
    expect_match(text, "\\z", TEXT_SEARCH_REGEX, 0, size, size);
    expect_match(text, "\\A", TEXT_SEARCH_REGEX | TEXT_SEARCH_BACKWARDS, size, 0, 0);
    text_free(text);
    free(bytes);
}

static void a_match_across_the_edge_of_any_window_is_found(void **state)
{
    (void)state;
    char bytes[9000];
    for (size_t at = 1000; at < 8900; at += 1 + below(30)) {
        memset(bytes, ' ', sizeof bytes);
        memcpy(bytes + at,
               "n\xC3\xA9"
               "edle",
               7);
        struct text *text = in_pieces(bytes, sizeof bytes);
        expect_match(text,
                     "n\xC3\xA9"
                     "edle",
                     0, 0, at, at + 7);
        expect_match(text,
                     "N\xC3\x89"
                     "EDLE",
                     TEXT_SEARCH_IGNORE_CASE | TEXT_SEARCH_WORDS, 0, at, at + 7);
        expect_match(text,
                     "n\xC3\xA9"
                     "edle",
                     TEXT_SEARCH_BACKWARDS, sizeof bytes, at, at + 7);
        text_free(text);
    }
}

/* A search that copied the text after every change would take minutes here. */
static void searching_and_replacing_in_turn_walks_the_text_once(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    for (int i = 0; i < 20000; i++)
        if (!buffer_printf(&bytes, "river %0200d\n", i)) fail();
    struct text *text = text_from_bytes(bytes.data, bytes.size, NULL);
    size_t start, end, from = 0, count = 0;
    bool found;
    text_group_begin(text);
    for (;; count++) {
        assert_int_equal(search_from(text, "river", 5, 0, from, &start, &end, &found, NULL), STATUS_OK);
        if (!found) break;
        assert_int_equal(text_replace(text, start, end, "stream", 6, NULL), STATUS_OK);
        from = start + 6;
    }
    text_group_end(text);
    assert_int_equal(count, 20000);
    assert_true(text_undo(text, NULL));
    assert_text_is(text, bytes.data, bytes.size);
    text_free(text);
    buffer_free(&bytes);
}

static void a_pattern_that_backtracks_too_much_is_a_limit(void **state)
{
    (void)state;
    char bytes[200];
    memset(bytes, 'a', sizeof bytes);
    struct text *text = text_from_bytes(bytes, sizeof bytes, NULL);
    size_t start, end;
    bool found;
    struct error error = {0};
    assert_int_equal(
        search_from(text, "(a+a+)+[0-9]", 12, TEXT_SEARCH_REGEX, 0, &start, &end, &found, &error),
        STATUS_LIMIT);
    assert_false(found);
    text_free(text);
}

static void a_word_option_does_not_change_what_a_pattern_means(void **state)
{
    (void)state;
    struct text *text = text_of("ab abc c");
    expect_match(text, "c|ab", TEXT_SEARCH_REGEX | TEXT_SEARCH_WORDS, 1, 7, 8);
    expect_match(text, "(?x) c # a comment", TEXT_SEARCH_REGEX | TEXT_SEARCH_WORDS, 0, 7, 8);
    text_free(text);
}

static void groups_and_bounds(void **state)
{
    (void)state;
    const char *bytes = "first second first third";
    struct text *text = in_pieces(bytes, strlen(bytes));
    size_t start, end;
    bool found;
    const char *pattern = "(f)(x)?(irst)(y)?";
    size_t size = strlen(pattern);
    assert_int_equal(
        text_search_in(text, pattern, size, TEXT_SEARCH_REGEX, 1, 14, &start, &end, &found, NULL), 0);
    assert_true(found && start == 13 && end == 18);
    assert_true(text_search_group(text, 3, &start, &end) && start == 14 && end == 18);
    assert_false(text_search_group(text, 2, &start, &end)); /* took no part */
    assert_false(text_search_group(text, 4, &start, &end));
    assert_false(text_search_group(text, 9, &start, &end));
    assert_int_equal(
        text_search_in(text, pattern, size, TEXT_SEARCH_REGEX, 1, 13, &start, &end, &found, NULL), 0);
    assert_false(found);
    assert_false(text_search_group(text, 0, &start, &end));
    int back = TEXT_SEARCH_REGEX | TEXT_SEARCH_BACKWARDS;
    assert_int_equal(text_search_in(text, "first", 5, back, 0, 13, &start, &end, &found, NULL), 0);
    assert_true(found && start == 0);
    assert_int_equal(text_search_in(text, "first", 5, back, 1, 13, &start, &end, &found, NULL), 0);
    assert_false(found);
    assert_int_equal(text_search_in(text, "$", 1, TEXT_SEARCH_REGEX, 5, SIZE_MAX, &start, &end, &found, NULL),
                     0);
    assert_true(found && start == 24);
    text_free(text);
}

/* ---- replacing all --------------------------------------------------------------------------- */

/* The same by searching and replacing one by one in a string, from left to right. */
static void replace_slowly(struct oracle *o, const struct buffer *in, size_t low, size_t high, const char *by,
                           struct buffer *out, size_t *count)
{
    size_t at = low, done = 0, start, end, last_end = SIZE_MAX;
    *count = 0;
    while (at <= high && oracle_match(o, in, at, 0, &start, &end) && start <= high) {
        bool good = end <= high && !(start == end && start == last_end);
        if (good) {
            assert_true(buffer_append(out, in->data + done, start - done) && buffer_append_string(out, by));
            done = last_end = end;
            ++*count;
        }
        at = good && end > start ? end : start + 1;
        while (at < in->size && !character_starts(in, at)) at++;
    }
    assert_true(buffer_append(out, in->data + done, in->size - done));
}

static void replacing_all_is_replacing_one_by_one(void **state)
{
    (void)state;
    static const char *const sources[] = {"ab",   "b+",       "^", "x*", "a(?=b)",    "(?<=a)b",
                                          "\\s+", "\xC3\xA9", "$", "b|", "[^a]{3,40}"};
    static const char *const words[] = {"", "ab", "zz\xC3\xA9", "-"};
    for (size_t k = 0; k < ARRAY_SIZE(sources); k++) {
        struct oracle o = oracle_new(sources[k], PCRE2_UCP | PCRE2_MULTILINE);
        /* Beside invalid bytes the interpreter sees fewer line starts than the compiled pattern. */
        assert_int_equal(pcre2_jit_compile(o.code, PCRE2_JIT_COMPLETE), 0);
        for (int round = 0; round < 60; round++) {
            struct buffer in = {0}, out = {0};
            static const char *const parts[] = {"a", "b", "ab", "x", " ", "\n", "\xC3\xA9", "\xFF"};
            for (size_t n = below(round % 8 ? 60 : 9000); n > 0; n--)
                assert_true(buffer_append_string(&in, parts[below(8)]));
            if (!in.data) assert_true(buffer_append_string(&in, ""));
            size_t low = 0, high = in.size, expected, count;
            if (round % 3 == 0) low = below(in.size + 1), high = low + below(in.size - low + 1);
            while (low < in.size && !character_starts(&in, low)) low++;
            if (high < low) high = low;
            const char *by = words[below(4)];
            replace_slowly(&o, &in, low, high, by, &out, &expected);
            struct text *text = in_pieces(in.data, in.size);
            size_t before = text_history_count(text);
            assert_int_equal(text_replace_all(text, sources[k], strlen(sources[k]), TEXT_SEARCH_REGEX, low,
                                              high, by, strlen(by), &count, NULL),
                             STATUS_OK);
            if (count != expected)
                fail_msg("%s: %zu, not %zu, in round %d of %zu bytes", sources[k], count, expected, round,
                         in.size);
            assert_text_is(text, out.data, out.size);
            assert_true(text_history_count(text) <= before + 1);
            if (text_history_count(text) > before) assert_true(text_undo(text, NULL));
            assert_text_is(text, in.data, in.size);
            text_free(text);
            buffer_free(&in);
            buffer_free(&out);
        }
        pcre2_code_free(o.code);
        pcre2_match_data_free(o.data);
    }
}

static void replacements_refer_to_groups(void **state)
{
    (void)state;
    struct error error;
    size_t count;
    struct text *text = text_of("Anna Bell and Carl Dean");
    assert_int_equal(text_replace_all(text, "([A-Z]\\w+) (?<last>[A-Z]\\w+)", 28, TEXT_SEARCH_REGEX, 0, 99,
                                      "${last},\\t$1", 12, &count, &error),
                     STATUS_OK);
    assert_text(text, "Bell,\tAnna and Dean,\tCarl");
    assert_int_equal(text_replace_all(text, "(\\w+)", 5, TEXT_SEARCH_REGEX, 0, 99, "$7", 2, &count, &error),
                     STATUS_ARGUMENT);
    assert_text(text, "Bell,\tAnna and Dean,\tCarl");
    assert_int_equal(text_replace_all(text, "Bell", 4, 0, 0, 99, "$1\\n", 4, &count, &error), STATUS_OK);
    assert_text(text, "$1\\n,\tAnna and Dean,\tCarl"); /* literally */
    text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_and_bounds),
        cmocka_unit_test(search_finds_what_a_plain_string_has),
        cmocka_unit_test(a_bad_pattern_is_the_callers_mistake),
        cmocka_unit_test(words_are_whole_in_any_alphabet),
        cmocka_unit_test(a_match_may_be_of_any_length),
        cmocka_unit_test(a_match_across_the_edge_of_any_window_is_found),
        cmocka_unit_test(searching_and_replacing_in_turn_walks_the_text_once),
        cmocka_unit_test(a_pattern_that_backtracks_too_much_is_a_limit),
        cmocka_unit_test(a_word_option_does_not_change_what_a_pattern_means),
        cmocka_unit_test(replacing_all_is_replacing_one_by_one),
        cmocka_unit_test(replacements_refer_to_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
