/* Blanks in a text. */
#include "cpu_time.h"
#include "lacuna/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Parses and expects the plain text and the blanks as "start:min-max ". */
static void expect(const char *source, const char *text, const char *blanks)
{
    struct fill_markup markup;
    struct error error = {0};
    char found[1024] = "";
    assert_int_equal(fill_parse(source, strlen(source), &markup, &error), STATUS_OK);
    assert_int_equal(markup.text.size, strlen(text));
    if (markup.text.size) assert_memory_equal(markup.text.data, text, markup.text.size);
    for (size_t i = 0; i < markup.count; i++) {
        assert_int_equal(markup.blanks[i].start, markup.blanks[i].end);
        snprintf(found + strlen(found), sizeof found - strlen(found), "%zu:%u-%u ", markup.blanks[i].start,
                 markup.blanks[i].min, markup.blanks[i].max);
    }
    assert_string_equal(found, blanks);
    fill_markup_free(&markup);
}

static void expect_error(const char *source, const char *place)
{
    struct fill_markup markup;
    struct error error = {0};
    assert_int_equal(fill_parse(source, strlen(source), &markup, &error), STATUS_FORMAT);
    assert_memory_equal(error.message, place, strlen(place));
    assert_null(markup.text.data);
    assert_null(markup.blanks);
}

static void test_wanted_lengths(void **state)
{
    (void)state;
    expect("", "", "");
    expect("no blanks", "no blanks", "");
    expect("a [[12]] b", "a  b", "2:12-12 ");
    expect("[[4-20]]", "", "0:4-20 ");
    expect("[[-20]]", "", "0:1-20 ");
    expect("[[]]", "", "0:1-64 ");
    expect("[[007]]", "", "0:7-7 ");
    expect("[[3]] dragon [[5]]", " dragon ", "0:3-3 8:5-5 ");
    expect("[[3]][[5]]", "", "0:3-3 0:5-5 ");
    expect("[[99999999999999999999]]", "", "0:4294967295-4294967295 ");
}

static void test_literals(void **state)
{
    (void)state;
    expect("\\[[", "[[", "");
    expect("\\[[12]]", "[[12]]", "");
    expect("\\\\[[12]]", "\\[[12]]", "");
    expect("\\[[[[1]]", "[[", "2:1-1 ");
    expect("\\[", "\\[", "");
    expect("[\\[[5", "[[[5", "");
    expect("a \\ b [ c ]] d", "a \\ b [ c ]] d", "");
}

static void test_other_brackets_are_text(void **state)
{
    (void)state;
    expect("[[Smith]]", "[[Smith]]", "");
    expect("[[1984 (novel)]]", "[[1984 (novel)]]", "");
    expect("[[4-]]", "[[4-]]", "");
    expect("[[-]]", "[[-]]", "");
    expect("[[ 4 ]]", "[[ 4 ]]", "");
    expect("[[", "[[", "");
    expect("[[]", "[[]", "");
    expect("[[[5]]]", "[]", "1:5-5 ");
    expect("[[-5", "[[-5", "");
    expect("[[1,2]] [[3]]", "[[1,2]] ", "8:3-3 ");
}

static void test_errors_name_the_place(void **state)
{
    (void)state;
    expect_error("[[3", "1:1: ");
    expect_error("one\ntwo [[3\n]] four", "2:5: ");
    expect_error("[[3 dragons [[5]]", "1:1: ");
    expect_error("[[1]] [[12]", "1:7: ");
    expect_error("\xC3\xA9t\xC3\xA9 [[0]]", "1:5: ");
    expect_error("\xFF\xFE [[9-3]]", "1:4: ");
    expect_error("x\r\n\n[[0-4]]", "3:1: ");
}

static void test_bytes_outside_are_kept(void **state)
{
    (void)state;
    const char source[] = "\xFF\x00z[[2]]\xC3\r\n[\xE2\x80[[\n", text[] = "\xFF\x00z\xC3\r\n[\xE2\x80[[\n";
    struct fill_markup markup;
    struct error error;
    assert_int_equal(fill_parse(source, sizeof source - 1, &markup, &error), STATUS_OK);
    assert_int_equal(markup.text.size, sizeof text - 1);
    assert_memory_equal(markup.text.data, text, sizeof text - 1);
    assert_int_equal(markup.blanks[0].start, 3);
    assert_int_equal(markup.blanks[0].line, 1);
    assert_int_equal(markup.blanks[0].column, 4);
    fill_markup_free(&markup);
}

static void test_many_blanks_in_a_line_take_linear_time(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct buffer source = {0};
    for (int i = 0; i < COUNT; i++) assert_true(buffer_append_string(&source, "a[[1]]"));
    struct fill_markup markup;
    double begin = cpu_seconds();
    assert_int_equal(fill_parse(source.data, source.size, &markup, NULL), STATUS_OK);
    assert_true(cpu_seconds() - begin < 5);
    assert_int_equal(markup.count, COUNT);
    assert_int_equal(markup.blanks[COUNT - 1].column, 6 * (COUNT - 1) + 2);
    fill_markup_free(&markup);
    buffer_free(&source);
}

static void test_trim(void **state)
{
    (void)state;
    struct slice draft = {"a \xC2\xA0 word\n\n b", 13};
    size_t start = 1, end = 12;
    fill_trim(draft, &start, &end);
    assert_int_equal(start, 5);
    assert_int_equal(end, 9);
    start = 1, end = 3;
    fill_trim(draft, &start, &end);
    assert_int_equal(end - start, 1); /* half of the no-break space is not white space */
    start = 9, end = 12;
    fill_trim(draft, &start, &end);
    assert_int_equal(start, 9);
    assert_int_equal(end, 9);
}

static void test_splice(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct fill_blank blanks[] = {{.start = 0, .end = 3}, {.start = 4, .end = 4}, {.start = 7, .end = 9}};
    struct slice texts[] = {{"X", 1}, {"", 0}, {"long", 4}};
    assert_true(fill_splice((struct slice){"abc def gh", 9}, blanks, texts, 3, &out));
    assert_string_equal(out.data, "X deflong");
    buffer_free(&out);
    assert_true(fill_splice((struct slice){NULL, 0}, NULL, NULL, 0, &out));
    assert_int_equal(out.size, 0);
    buffer_free(&out);
}

static void splice(const char *source, uint32_t most, const char *fill, const char *expected)
{
    struct fill_markup markup;
    struct slice texts[8];
    struct buffer out = {0};
    for (size_t i = 0; i < 8; i++) texts[i] = (struct slice){fill, strlen(fill)};
    assert_int_equal(fill_parse_within(source, strlen(source), most, &markup, NULL), STATUS_OK);
    assert_true(buffer_append(&out, "", 0) && fill_markup_splice(&markup, texts, &out));
    assert_string_equal(out.data, expected);
    buffer_free(&out);
    fill_markup_free(&markup);
}

static void in_place_the_rest_of_the_source_stays(void **state)
{
    (void)state;
    splice("", 9, "x", "");
    splice("a \\[[3]] b", 9, "x", "a \\[[3]] b");
    splice("\\[[3]][[3]]\\[[", 9, "x", "\\[[3]]x\\[[");
    splice("[[3]]\\[[3]][[4]] [[Smith]] \\\\[[", 9, "x", "x\\[[3]]x [[Smith]] \\\\[[");
    /* text that a model writes must not become a blank of the next fill */
    splice("[[3]] of", 9, "[[3]]", "\\[[3]] of");
    splice("[[3]]", 9, "[[[[5]] [", "\\[[\\[[5]] [");
    for (uint32_t round = 0; round < 2; round++) /* parsed again it is the same */
        splice("\\[[3]] x", 9, "y", "\\[[3]] x");
}

static void what_is_too_long_stays_in_the_text(void **state)
{
    (void)state;
    struct fill_markup markup;
    const char source[] = "a\n\xc3\xa9 [[1984]] [[3]] [[-1984]] [[65-70]]";
    assert_int_equal(fill_parse_within(source, sizeof source - 1, 64, &markup, NULL), STATUS_OK);
    assert_string_equal(markup.text.data, "a\n\xc3\xa9 [[1984]]   [[65-70]]");
    assert_int_equal(markup.count, 2);
    assert_int_equal(markup.too_long, 2);
    assert_int_equal(markup.too_long_line, 2);
    assert_int_equal(markup.too_long_column, 3);
    fill_markup_free(&markup);
    splice(source, 64, "x", "a\n\xc3\xa9 [[1984]] x x [[65-70]]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wanted_lengths),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_other_brackets_are_text),
        cmocka_unit_test(test_errors_name_the_place),
        cmocka_unit_test(test_bytes_outside_are_kept),
        cmocka_unit_test(test_many_blanks_in_a_line_take_linear_time),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_splice),
        cmocka_unit_test(in_place_the_rest_of_the_source_stays),
        cmocka_unit_test(what_is_too_long_stays_in_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
