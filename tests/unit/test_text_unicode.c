/* Clusters, words, sentences, paragraphs, rows and search. */
#include "text_test.h"

#include "text/text_internal.h"

#include <locale.h>

/* ---- clusters ---------------------------------------------------------------------------------- */

/* `parts` lists the clusters; walking in both directions must give exactly them. */
static void assert_clusters(const char *const *parts, size_t count)
{
    struct buffer all = {0};
    for (size_t i = 0; i < count; i++) assert_true(buffer_append_string(&all, parts[i]));
    struct text *text = text_of(all.data);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct text_cluster cluster;
        assert_true(text_cluster_at(text, at, &cluster));
        assert_int_equal(cluster.start, at);
        assert_int_equal(cluster.end, at + strlen(parts[i]));
        assert_int_equal(text_previous_cluster(text, cluster.end), at);
        for (size_t inside = at + 1; inside < cluster.end; inside++)
            assert_int_equal(text_previous_cluster(text, inside), at);
        at = cluster.end;
    }
    assert_int_equal(text_next_cluster(text, at), at);
    text_free(text);
    buffer_free(&all);
}

#define ASSERT_CLUSTERS(...)                                                                                 \
    do {                                                                                                     \
        static const char *const parts[] = {__VA_ARGS__};                                                    \
        assert_clusters(parts, ARRAY_SIZE(parts));                                                           \
    } while (0)

#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"

static void one_cluster_is_one_stop(void **state)
{
    (void)state;
    ASSERT_CLUSTERS("a", "b", "c");
    ASSERT_CLUSTERS("x", FAMILY, FAMILY, "y");                                     /* joined emoji */
    ASSERT_CLUSTERS("\U0001F1EB\U0001F1F7", "\U0001F1E9\U0001F1EA", "\U0001F1EF"); /* flags pair off */
    ASSERT_CLUSTERS("\U0001F44B\U0001F3FD", "!");                                  /* skin tone */
    ASSERT_CLUSTERS("1\uFE0F\u20E3", "2\uFE0F\u20E3");                             /* keycaps */
    ASSERT_CLUSTERS("e\u0301", "o\u0308\u0323", "n");                              /* combining marks */
    ASSERT_CLUSTERS("\u1112\u1161\u11AB", "\u1100\u1173\u11AF", "\uD55C"); /* Hangul by letter, whole */
    ASSERT_CLUSTERS("\u0E01\u0E33", "\u0E01");                             /* Thai */
    ASSERT_CLUSTERS("a", "\r\n", "\n", "\n", "\r", "b");
    ASSERT_CLUSTERS("\xff", "a", "\xe2", "\x82", "b", "\u20ac", "\x80"); /* bytes that are not UTF-8 */
    ASSERT_CLUSTERS("\xed", "\xa0", "\x80", "\xc0", "\xaf", "\xf4", "\x90", "\x80", "\x80");
    ASSERT_CLUSTERS("\n", "\u0301", "\t", "\u0301");
}

static void a_cluster_ends_at_256_bytes(void **state)
{
    (void)state;
    struct buffer all = {0};
    assert_true(buffer_append_string(&all, "ae"));
    for (int i = 0; i < 1000; i++) assert_true(buffer_append_string(&all, "\u0301"));
    struct text *text = text_of(all.data);
    size_t ends[20], count = 0, at = 0;
    for (; at < text_size(text); at = text_next_cluster(text, at)) {
        ends[count++] = at;
        assert_true(text_next_cluster(text, at) - at <= 256);
    }
    assert_true(count > 2);
    for (size_t i = count; i-- > 0; at = ends[i]) assert_int_equal(text_previous_cluster(text, at), ends[i]);
    text_free(text);
    buffer_free(&all);
}

static struct text_cluster only(const char *string)
{
    struct text *text = text_of(string);
    struct text_cluster cluster;
    assert_true(text_cluster_at(text, 0, &cluster));
    text_free(text);
    return cluster;
}

static void clusters_know_their_kind_and_cells(void **state)
{
    (void)state;
    assert_int_equal(only("a").cells, 1);
    assert_int_equal(only("\u00e9").cells, 1);
    assert_int_equal(only("\u6f22").cells, 2);
    assert_int_equal(only(FAMILY).cells, 2);
    assert_int_equal(only("\U0001F1EB\U0001F1F7").cells, 2);
    assert_int_equal(only("\uD55C").cells, 2);
    assert_int_equal(only("\u0301").cells, 0);
    assert_int_equal(only("\u0E19\u0E49\u0E33").cells, 2); /* SARA AM has a cell of its own */
    assert_int_equal(only("\u0E81\u0EB3").cells, 2);
    assert_int_equal(only("\u0915\u093F").cells, 2); /* like vowel signs */
    assert_int_equal(only("\U0001F44D\U0001F3FD").cells, 2);
    assert_int_equal(only("\x01").kind, TEXT_CLUSTER_CONTROL);
    assert_int_equal(only("\x01").cells, 2);
    assert_int_equal(only("\r").kind, TEXT_CLUSTER_CONTROL);
    assert_int_equal(only("\x7f").kind, TEXT_CLUSTER_CONTROL);
    assert_int_equal(only("\xc2\x85").kind, TEXT_CLUSTER_CONTROL);
    assert_int_equal(only("\u202E").kind, TEXT_CLUSTER_CONTROL); /* in the form that is shown */
    assert_int_equal(only("\u202E").cells, 6);
    assert_int_equal(only("\u2069").cells, 6);
    assert_int_equal(only("\xc2\x9b").cells, 6);
    assert_int_equal(only("\xfe").kind, TEXT_CLUSTER_INVALID);
    assert_int_equal(only("\xfe").code_point, 0xfe);
    assert_int_equal(only("\xfe").cells, 4);
    assert_int_equal(only("\t").kind, TEXT_CLUSTER_TAB);
    assert_int_equal(only("\r\n").kind, TEXT_CLUSTER_NEWLINE);
    assert_int_equal(only("\n").kind, TEXT_CLUSTER_NEWLINE);
}

static void formatting_is_not_seen_but_what_turns_the_direction(void **state)
{
    (void)state;
    static const char *const unseen[] = {"\u200b", "\u200e", "\u200f", "\u2060",
                                         "\ufeff", "\u200d", "\u061c"};
    static const char *const seen[] = {"\u0301", "\u00ad", "\u25cc"};
    struct text_wrap wrap = {.width = 10, .tab = 4}, all = {.width = 10, .tab = 4, .unseen = true};
    for (size_t i = 0; i < ARRAY_SIZE(unseen); i++) {
        struct text_cluster c = only(unseen[i]);
        assert_int_equal(c.kind, TEXT_CLUSTER_UNSEEN);
        assert_int_equal(c.cells, 0);
        assert_int_equal(text_cells_at(&c, &wrap, 0), 0);
        assert_int_equal(text_cells_at(&c, &all, 0), 1);
    }
    for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
        struct text_cluster c = only(seen[i]);
        assert_int_equal(c.kind, TEXT_CLUSTER_NORMAL);
        assert_int_equal(text_cells_at(&c, &wrap, 0), 1);
    }
}

static void backspace_takes_the_last_mark_and_emoji_whole(void **state)
{
    (void)state;
    static const struct {
        const char *stays, *goes;
    } cases[] = {{"a", "b"},
                 {"", "\u00e9"},
                 {"e", "\u0301"},
                 {"\u1eb9", "\u0302"},
                 {"\u0e17\u0e35", "\u0e48"}, /* thi: the tone, then the vowel, then the consonant */
                 {"\u0e17", "\u0e35"},
                 {"", "\u0e17"},
                 {"\u05d0", "\u05b8"}, /* a Hebrew point */
                 {"\u0915", "\u093f"}, /* a vowel sign that has a cell of its own */
                 {"\u0645\u06cc", "\u200c"},
                 {"", FAMILY},
                 {"x", "\U0001F44D\U0001F3FD"},
                 {"x", "\u2764\ufe0f"},
                 {"x", "1\ufe0f\u20e3"},
                 {"\U0001F1EB\U0001F1F7", "\U0001F1E9\U0001F1EA"},
                 {"x", "\r\n"},
                 {"x", "\xff"},
                 {"", "\ud55c"},
                 {"x", "\u200b"}};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct text *text = text_of(cases[i].stays);
        insert(text, text_size(text), cases[i].goes);
        if (text_backspace(text, text_size(text)) != strlen(cases[i].stays))
            fail_msg("%s%s", cases[i].stays, cases[i].goes);
        text_free(text);
    }
    struct text *text = text_of("ab");
    assert_int_equal(text_backspace(text, 0), 0);
    assert_int_equal(text_backspace(text, 99), 1);
    text_free(text);
}

static const char *const odd_parts[] = {"a",      "word",
                                        " ",      "  ",
                                        "\n",     "\r\n",
                                        "\u0301", "\u6f22\u5b57",
                                        FAMILY,   "-",
                                        "\u2014", "\t",
                                        "\xff",   "\xe2\x82",
                                        "\u200b", "\u1112\u1161\u11ab",
                                        "\x01",   ". ",
                                        "\u200d", "\U0001F1EB",
                                        "it's ",  "\u0915\u094d\u0937",
                                        "\u00a0", "longerword"};

/* Random pieces, inserted at random places so that clusters extend across pieces of the tree. */
static struct text *odd_text(struct rng *rng, size_t parts)
{
    struct text *text = text_new(NULL);
    for (size_t i = 0; i < parts; i++) {
        insert(text, pick(rng, text_size(text) + 1), odd_parts[pick(rng, ARRAY_SIZE(odd_parts))]);
        text_break_group(text);
    }
    return text;
}

static void clusters_tile_any_text_both_ways(void **state)
{
    (void)state;
    struct rng rng = {.seed = 4};
    for (int i = 0; i < 300; i++) {
        struct text *text = odd_text(&rng, 1 + pick(&rng, 60));
        size_t size = text_size(text), at = 0, next;
        for (; at < size; at = next) {
            next = text_next_cluster(text, at);
            assert_true(next > at && next <= size);
            assert_int_equal(text_previous_cluster(text, next), at);
        }
        text_free(text);
    }
}

/* ---- words, sentences, paragraphs -------------------------------------------------------------- */

static void words_hold_letters_and_inner_apostrophes(void **state)
{
    (void)state;
    struct text *text = text_of("It\u2019s 'caf\u00e9' no. 12, e\u0301t\u00e9!");
    size_t start, end;
    assert_int_equal(text_count_words(text, 0, text_size(text)), 5);
    struct text *joined = text_of("rock-n-roll, well\u2010known\u2011ness - a--b so\u2014be 1984-85 -x-");
    assert_int_equal(text_count_words(joined, 0, text_size(joined)), 8);
    text_free(joined);
    assert_int_equal(text_next_word(text, 0), 8);
    assert_int_equal(text_next_word(text, 8), 15);
    assert_int_equal(text_previous_word(text, 10), 8);
    assert_int_equal(text_previous_word(text, 8), 0);
    assert_int_equal(text_next_word(text, text_size(text) - 1), text_size(text));
    text_word_around(text, 2, &start, &end);
    assert_int_equal(start, 0);
    assert_int_equal(end, 6);
    text_word_around(text, 7, &start, &end); /* between space and quote */
    assert_int_equal(start, end);
    text_free(text);
}

static void sentences_end_at_stops_and_empty_lines(void **state)
{
    (void)state;
    struct text *text = text_of("One e.g. two. \u201cThree!\u201d Four?\n\nfive\nsix. Seven");
    static const size_t starts[] = {0, 14, 27, 34, 44};
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        size_t after = i + 1 < ARRAY_SIZE(starts) ? starts[i + 1] : text_size(text);
        for (size_t at = starts[i]; at < after; at++) {
            assert_int_equal(text_next_sentence(text, at), after);
            if (at > starts[i]) assert_int_equal(text_previous_sentence(text, at), starts[i]);
        }
    }
    assert_int_equal(text_previous_sentence(text, 0), 0);
    text_free(text);
}

/* '|' marks the start of a sentence. */
static void abbreviations_end_no_sentence(void **state)
{
    (void)state;
    static const char *const marked[] = {
        "Mr. Smith met Mrs. Jones and Dr. Watson. |They left.",
        "J. R. R. Tolkien wrote it. |He was at Oxford.",
        "It was I. |He knew. |I. M. Pei came.",
        "No. |Never. |See No. 5 and p. 7. |Yes.",
        "On Dec. 24 it snowed. |It was Dec. |And cold.",
        "He said \"Wait for me, Mr.\" |She did not.",
        "The U.S. Army came at 5 p.m. |Nobody saw.",
        "Some, e.g. Anna, i.e. Mrs. Brown, came ... |No.",
        "Walk to St. Ives. |\u00c9. Zola did.",
        "Mr.\n\n|Smith",
        "We drove. |\"Mr. Bell!\" |\"Yes?\"",
    };
    for (size_t i = 0; i < ARRAY_SIZE(marked); i++) {
        char plain[100];
        size_t size = 0, starts[8] = {0}, count = 1, at = 0;
        for (const char *p = marked[i]; *p; p++)
            if (*p == '|')
                starts[count++] = size;
            else
                plain[size++] = *p;
        struct text *text = text_from_bytes(plain, size, NULL);
        for (size_t k = 1; k <= count; k++) {
            at = text_next_sentence(text, at);
            if (at != (k < count ? starts[k] : size))
                fail_msg("%s: sentence %zu begins at %zu", marked[i], k, at);
        }
        for (size_t k = count; k-- > 0;) {
            at = text_previous_sentence(text, at);
            if (at != starts[k]) fail_msg("%s: back, sentence %zu begins at %zu", marked[i], k, at);
        }
        text_free(text);
    }
}

static void sentences_without_end_are_cut(void **state)
{
    (void)state;
    size_t size = 3 << 20;
    char *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) bytes[i] = i % 80 == 79 ? '\n' : 'a';
    struct text *text = text_from_bytes(bytes, size, NULL);
    size_t steps = 0;
    for (size_t at = 0; at < size; at = text_next_sentence(text, at), steps++)
        assert_true(text_next_sentence(text, at) > at);
    assert_true(steps < 10);
    for (size_t at = size; at > 0; at = text_previous_sentence(text, at))
        assert_true(text_previous_sentence(text, at) < at);
    text_free(text);
    free(bytes);
}

static void paragraphs_are_runs_of_lines(void **state)
{
    (void)state;
    struct text *text = text_of("one\ntwo\n\n\r\nthree\n\nfour");
    assert_int_equal(text_next_paragraph(text, 0), 11);
    assert_int_equal(text_next_paragraph(text, 9), 11);
    assert_int_equal(text_next_paragraph(text, 12), 18);
    assert_int_equal(text_next_paragraph(text, 19), 22);
    assert_int_equal(text_previous_paragraph(text, 22), 18);
    assert_int_equal(text_previous_paragraph(text, 18), 11);
    assert_int_equal(text_previous_paragraph(text, 11), 0);
    assert_int_equal(text_previous_paragraph(text, 5), 0);
    text_free(text);
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

static void assert_rows(const char *string, int width, const char *expected)
{
    struct text *text = text_of(string);
    struct text_wrap wrap = {.width = width, .tab = 4};
    struct buffer rows = {0};
    struct text_row row;
    text_row_of(text, &wrap, 0, &row);
    do {
        assert_true(text_append_to(text, row.start, row.end, &rows));
        assert_true(buffer_append_char(&rows, '|'));
    } while (text_next_row(text, &wrap, &row, &row));
    assert_string_equal(rows.data, expected);
    buffer_free(&rows);
    text_free(text);
}

static void rows_break_after_spaces_and_dashes(void **state)
{
    (void)state;
    assert_rows("one two three", 8, "one two |three|");
    assert_rows("one two three", 7, "one two |three|"); /* the space hangs */
    assert_rows("one    two", 4, "one    |two|");
    assert_rows("well-known", 6, "well-|known|");
    assert_rows("to \u2014 so\u2014be", 7, "to \u2014 |so\u2014be|");
    assert_rows("abcdefgh", 3, "abc|def|gh|");
    assert_rows("a -5 b", 3, "a |-5 |b|"); /* not after a dash that begins a word */
    assert_rows("\u6f22\u5b57", 1, "\u6f22|\u5b57|");
    assert_rows("a\r\n\nb\n", 5, "a||b||");
    assert_rows("", 5, "|");
    assert_rows("\u0e01\u0e02\u0e40\u0e04\u0e05", 3,
                "\u0e01\u0e02|\u0e40\u0e04\u0e05|"); /* not after a vowel */
    assert_rows("\u0e81\u0ec2\u0e82", 2, "\u0e81|\u0ec2\u0e82|");
    assert_rows("\u0e40\u0e04", 1, "\u0e40|\u0e04|"); /* if there is no other place */
    assert_rows("ab\u200b\u200bcd", 4, "ab\u200b\u200bcd|");
}

static void check_rows(const struct text *text, const struct text_wrap *wrap)
{
    size_t size = text_size(text), expected = 0;
    struct text_row row, other, before = {0};
    text_row_of(text, wrap, 0, &row);
    for (bool more = true, first = true; more; first = false) {
        assert_int_equal(row.start, expected);
        assert_true(row.end >= row.start && row.end <= size);
        int column = 0;
        size_t words_end = row.end, clusters = 0;
        while (words_end > row.start && strchr(" \t", text_byte(text, words_end - 1))) words_end--;
        struct text_cluster c;
        for (size_t at = row.start; at < words_end; at = c.end, clusters++) {
            assert_true(text_cluster_at(text, at, &c));
            assert_true(c.kind != TEXT_CLUSTER_NEWLINE);
            column = text_column_of(text, wrap, &row, c.end);
            text_row_of(text, wrap, at, &other);
            assert_int_equal(other.start, row.start);
            assert_int_equal(other.end, row.end);
            size_t back = text_at_column(text, wrap, &row, text_column_of(text, wrap, &row, at));
            bool own = text_cells_at(&c, wrap, 0); /* otherwise it shares the column of the next cluster */
            if (own && text_column_of(text, wrap, &row, at) < wrap->width) assert_int_equal(back, at);
        }
        assert_true(column <= wrap->width);
        if (!row.last) assert_true(row.end > row.start);
        if (!first) {
            assert_true(text_previous_row(text, wrap, &row, &other));
            assert_int_equal(other.start, before.start);
            assert_int_equal(other.end, before.end);
            assert_int_equal(other.last, before.last);
        } else {
            assert_false(text_previous_row(text, wrap, &row, &other));
        }
        before = row;
        expected = row.end;
        if (row.last && text_byte(text, expected) == '\r') expected++;
        if (row.last && expected < size) {
            assert_int_equal(text_byte(text, expected), '\n');
            expected++;
        }
        more = text_next_row(text, wrap, &row, &row);
    }
    assert_int_equal(expected, size);
}

static void rows_tile_any_text(void **state)
{
    (void)state;
    struct rng rng = {.seed = 5};
    for (int i = 0; i < 400; i++) {
        struct text *text = odd_text(&rng, 1 + pick(&rng, 80));
        struct text_wrap wrap = {.width = i % 10 == 0 ? 1 : (int)(1 + pick(&rng, 30)),
                                 .tab = (int)(1 + pick(&rng, 8))};
        check_rows(text, &wrap);
        text_free(text);
    }
}

static void rows_of_a_very_long_line_start_near_by(void **state)
{
    (void)state;
    struct rng rng = {.seed = 6};
    for (int kind = 0; kind < 3; kind++) {
        struct buffer all = {0};
        assert_true(buffer_append_string(&all, "first line\n"));
        while (all.size < 300000) {
            const char *part = kind == 0 ? "words and " : kind == 1 ? "nospacehere" : "\u6f22\u0301";
            assert_true(buffer_append_string(&all, part));
        }
        assert_true(buffer_append_string(&all, "\nlast"));
        struct text *text = text_of(all.data);
        struct text_wrap wrap = {.width = 70, .tab = 8};
        struct text_row row, other, before;
        text_row_of(text, &wrap, 0, &row);
        size_t expected = 0, rows = 0;
        for (before = row;; before = row, rows++) {
            assert_int_equal(row.start, expected);
            expected = row.end + row.last;
            if (rows % 50 == 0) {
                text_row_of(text, &wrap, row.start + pick(&rng, row.end - row.start), &other);
                assert_int_equal(other.start, row.start);
                assert_int_equal(other.end, row.end);
            }
            if (!text_next_row(text, &wrap, &row, &row)) break;
            if (rows % 50 == 1) {
                assert_true(text_previous_row(text, &wrap, &row, &other));
                assert_int_equal(other.start, before.start);
            }
        }
        assert_int_equal(row.end, text_size(text));
        text_free(text);
        buffer_free(&all);
    }
}

static void columns_count_cells_and_tabs(void **state)
{
    (void)state;
    struct text *text = text_of("a\tb\u6f22c");
    struct text_wrap wrap = {.width = 40, .tab = 4};
    struct text_row row;
    text_row_of(text, &wrap, 0, &row);
    assert_int_equal(text_column_of(text, &wrap, &row, 2), 4);
    assert_int_equal(text_column_of(text, &wrap, &row, 6), 7);
    assert_int_equal(text_at_column(text, &wrap, &row, 5), 3);
    assert_int_equal(text_at_column(text, &wrap, &row, 99), 7);
    text_free(text);
}

/* ---- search -------------------------------------------------------------------------------------------- */

static long look(const struct text *text, const char *pattern, int flags, size_t from)
{
    size_t start, end;
    bool found;
    assert_int_equal(search_from(text, pattern, strlen(pattern), flags, from, &start, &end, &found, NULL),
                     STATUS_OK);
    if (found) assert_true(start <= end && end <= text_size(text));
    return found ? (long)start : -1;
}

static void search_finds_words_cases_and_patterns(void **state)
{
    (void)state;
    struct text *text = text_of("One one. oneself \xff\xfe one+\u00c9t\u00e9");
    insert(text, 0, "> "); /* two pieces */
    assert_int_equal(look(text, "one", 0, 0), 6);
    assert_int_equal(look(text, "one", TEXT_SEARCH_IGNORE_CASE, 0), 2);
    assert_int_equal(look(text, "one", 0, 7), 11);
    assert_int_equal(look(text, "one", TEXT_SEARCH_WORDS, 7), 22);
    assert_int_equal(look(text, "e.", 0, 0), 8); /* literal */
    assert_int_equal(look(text, "one+", 0, 0), 22);
    assert_int_equal(look(text, "o\\w+f", TEXT_SEARCH_REGEX, 0), 11);
    assert_int_equal(look(text, "\u00e9T\u00c9", TEXT_SEARCH_IGNORE_CASE, 0), 26);
    assert_int_equal(look(text, "nowhere", 0, 0), -1);
    assert_int_equal(look(text, "", 0, 0), -1);
    assert_int_equal(look(text, "one", TEXT_SEARCH_BACKWARDS, 22), 11);
    assert_int_equal(look(text, "one", TEXT_SEARCH_BACKWARDS, 23), 22);
    assert_int_equal(look(text, "one", TEXT_SEARCH_BACKWARDS, 6), -1);
    delete (text, 0, 2); /* the copy of the text is not used any more */
    assert_int_equal(look(text, "one", 0, 0), 4);
    size_t start, end;
    bool found;
    struct error error;
    assert_int_equal(search_from(text, "a(", 2, TEXT_SEARCH_REGEX, 0, &start, &end, &found, &error),
                     STATUS_ARGUMENT);
    assert_true(strlen(error.message) > 5);
    assert_int_equal(search_from(text, "\xff", 1, 0, 0, &start, &end, &found, &error), STATUS_ARGUMENT);
    text_free(text);
}

static void search_knows_lines_and_overlaps(void **state)
{
    (void)state;
    struct text *text = text_of("aaaa\r\nbb\ncc");
    assert_int_equal(look(text, "a$", TEXT_SEARCH_REGEX, 0), 3);
    assert_int_equal(look(text, "^b", TEXT_SEARCH_REGEX, 0), 6);
    assert_int_equal(look(text, "aa", TEXT_SEARCH_BACKWARDS, 4), 2);
    assert_int_equal(look(text, "aa", TEXT_SEARCH_BACKWARDS, 2), 1);
    text_free(text);
}

static void search_agrees_with_looking_everywhere(void **state)
{
    (void)state;
    struct rng rng = {.seed = 7};
    for (int i = 0; i < 40; i++) {
        struct text *text = text_new(NULL);
        size_t size = 200 + pick(&rng, i % 4 == 0 ? 100000 : 300);
        char *bytes = malloc(size);
        for (size_t j = 0; j < size; j++) bytes[j] = pick(&rng, 50) ? (char)('a' + pick(&rng, 3)) : '\xff';
        insert(text, 0, "");
        assert_int_equal(text_insert(text, 0, bytes, size / 2, NULL), STATUS_OK);
        assert_int_equal(text_insert(text, size / 2, bytes + size / 2, size - size / 2, NULL), STATUS_OK);
        const char *word = i % 2 ? "abca" : "abcabcabca";
        size_t length = strlen(word);
        for (int j = 0; j < 20; j++) {
            size_t from = pick(&rng, size);
            long next = -1, previous = -1;
            for (size_t k = from; k + length <= size && next < 0; k++)
                if (memcmp(bytes + k, word, length) == 0) next = (long)k;
            for (size_t k = 0; k < from && k + length <= size; k++)
                if (memcmp(bytes + k, word, length) == 0) previous = (long)k;
            assert_int_equal(look(text, word, 0, from), next);
            assert_int_equal(look(text, word, TEXT_SEARCH_BACKWARDS, from), previous);
        }
        free(bytes);
        text_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_cluster_is_one_stop),
        cmocka_unit_test(a_cluster_ends_at_256_bytes),
        cmocka_unit_test(clusters_know_their_kind_and_cells),
        cmocka_unit_test(formatting_is_not_seen_but_what_turns_the_direction),
        cmocka_unit_test(backspace_takes_the_last_mark_and_emoji_whole),
        cmocka_unit_test(clusters_tile_any_text_both_ways),
        cmocka_unit_test(words_hold_letters_and_inner_apostrophes),
        cmocka_unit_test(sentences_end_at_stops_and_empty_lines),
        cmocka_unit_test(abbreviations_end_no_sentence),
        cmocka_unit_test(sentences_without_end_are_cut),
        cmocka_unit_test(paragraphs_are_runs_of_lines),
        cmocka_unit_test(rows_break_after_spaces_and_dashes),
        cmocka_unit_test(rows_tile_any_text),
        cmocka_unit_test(rows_of_a_very_long_line_start_near_by),
        cmocka_unit_test(columns_count_cells_and_tabs),
        cmocka_unit_test(search_finds_words_cases_and_patterns),
        cmocka_unit_test(search_knows_lines_and_overlaps),
        cmocka_unit_test(search_agrees_with_looking_everywhere),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
