/* Differences: they turn one text into the other, and are as few as possible. */
#include "cpu_time.h"
#include "text_test.h"

#include <stdio.h>

static char *made(struct rng *rng, size_t lines, size_t kinds, size_t *size)
{
    char *bytes = malloc(lines * 8 + 8);
    *size = 0;
    for (size_t i = 0; i < lines; i++) *size += (size_t)sprintf(bytes + *size, "%zu\n", pick(rng, kinds));
    if (*size && pick(rng, 4) == 0) --*size;
    return bytes;
}

/* The longest common subsequence of lines, by the usual table. */
static size_t lines_of(const char *bytes, size_t size, const char **starts, size_t *sizes)
{
    size_t count = 0;
    for (size_t at = 0; at < size; count++) {
        const char *newline = memchr(bytes + at, '\n', size - at);
        size_t end = newline ? (size_t)(newline - bytes) + 1 : size;
        starts[count] = bytes + at;
        sizes[count] = end - at;
        at = end;
    }
    return count;
}

static size_t fewest_edits(const char *a, size_t a_size, const char *b, size_t b_size)
{
    static const char *x[200], *y[200];
    static size_t xs[200], ys[200], table[201][201];
    size_t n = lines_of(a, a_size, x, xs), m = lines_of(b, b_size, y, ys);
    for (size_t i = n + 1; i-- > 0;)
        for (size_t j = m + 1; j-- > 0;) {
            if (i == n || j == m)
                table[i][j] = n - i + m - j;
            else if (xs[i] == ys[j] && memcmp(x[i], y[j], xs[i]) == 0)
                table[i][j] = table[i + 1][j + 1];
            else
                table[i][j] = 1 + (table[i + 1][j] < table[i][j + 1] ? table[i + 1][j] : table[i][j + 1]);
        }
    return table[0][0];
}

static size_t count_lines(const char *bytes, size_t start, size_t end)
{
    size_t count = 0;
    for (size_t i = start; i < end; i++) count += bytes[i] == '\n' || i + 1 == end;
    return count;
}

static void differences_lead_from_one_to_the_other(void **state)
{
    (void)state;
    struct rng rng = {.seed = 8};
    for (int round = 0; round < 4000; round++) {
        size_t a_size, b_size, count, edits = 0, kinds = 1 + pick(&rng, 30);
        char *a = made(&rng, pick(&rng, 60), kinds, &a_size), *b = made(&rng, pick(&rng, 60), kinds, &b_size);
        struct text *x = text_from_bytes(a, a_size, NULL), *y = text_from_bytes(b, b_size, NULL);
        struct text_difference *list;
        assert_int_equal(text_diff(x, y, &list, &count, NULL), STATUS_OK);
        size_t shift_free = 0;
        for (size_t i = 0; i < count; i++) {
            assert_true(list[i].a_start >= shift_free); /* in order */
            shift_free = list[i].a_end;
            edits += count_lines(a, list[i].a_start, list[i].a_end) +
                     count_lines(b, list[i].b_start, list[i].b_end);
        }
        assert_int_equal(edits, fewest_edits(a, a_size, b, b_size));
        for (size_t i = count; i-- > 0;) {
            struct text_difference d = list[i];
            if (round % 2) text_diff_trim(x, y, &d);
            assert_int_equal(text_replace(x, d.a_start, d.a_end, b + d.b_start, d.b_end - d.b_start, NULL),
                             STATUS_OK);
        }
        assert_text_is(x, b, b_size);
        mem_free(list);
        text_free(x);
        text_free(y);
        free(a);
        free(b);
    }
}

static void a_changed_word_is_found_in_a_long_line(void **state)
{
    (void)state;
    struct text *x = text_of("one\nIt was a b\xC3\xA9l day.\nthree\n"),
                *y = text_of("one\nIt was a b\xC3\xA8l day.\nthree\n");
    struct text_difference *list;
    size_t count;
    assert_int_equal(text_diff(x, y, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].a_start, 4);
    assert_int_equal(list[0].a_end, 23);
    text_diff_trim(x, y, &list[0]);
    assert_int_equal(list[0].a_start, 14);
    assert_int_equal(list[0].a_end, 16); /* the whole character */
    mem_free(list);
    text_free(x);
    text_free(y);
}

static void large_texts_are_compared_in_no_time(void **state)
{
    (void)state;
    struct rng rng = {.seed = 3};
    size_t size, count;
    char *bytes = made(&rng, 400000, 9999, &size);
    struct text *x = text_from_bytes(bytes, size, NULL), *y = text_from_bytes(bytes, size, NULL);
    for (int i = 0; i < 50; i++) insert(y, pick(&rng, size), "new\n");
    struct text_difference *list;
    double began = cpu_seconds();
    assert_int_equal(text_diff(x, y, &list, &count, NULL), STATUS_OK);
    assert_true(cpu_seconds() - began < 5); /* 0.1 s is usual */
    assert_true(count <= 50 && count > 30);
    mem_free(list);
    text_free(x);
    text_free(y);
    struct text *other = text_new(NULL);
    for (int i = 0; i < 20000; i++) insert(other, 0, "zzz\n");
    x = text_from_bytes(bytes, size, NULL);
    assert_int_equal(text_diff(x, other, &list, &count, NULL), STATUS_OK); /* nothing in common */
    assert_int_equal(count, 1);
    mem_free(list);
    text_free(x);
    text_free(other);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_lead_from_one_to_the_other),
        cmocka_unit_test(a_changed_word_is_found_in_a_long_line),
        cmocka_unit_test(large_texts_are_compared_in_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
