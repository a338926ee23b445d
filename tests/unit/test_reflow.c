/* Reflow: text that is broken into lines is joined again byte by byte, and text that is not prose stays as it
 * is. */
#include "text_test.h"

#include "ui/prose/markdown.h"
#include "ui/prose/reflow.h"

#include <stdlib.h>

/* Fills the whole text to `width`, or (0) joins its paragraphs. Returns how many stay as they are. */
static size_t fill(struct text *text, int width, int standard)
{
    struct reflow r = {.text = text, .width = width, .fill = standard};
    size_t count;
    assert_true(reflow_plan(&r, 0, text_size(text), true));
    if (r.count) assert_int_equal(text_replace_many(text, reflow_next_edit, &r, &count, NULL), STATUS_OK);
    reflow_free(&r);
    return r.kept;
}

static char *bytes_of(const struct text *text)
{
    char *bytes = mem_alloc(text_size(text) + 1);
    text_copy(text, 0, text_size(text), bytes);
    bytes[text_size(text)] = '\0';
    return bytes;
}

static void expect(const char *before, int width, const char *after)
{
    struct text *text = text_from_bytes(before, strlen(before), NULL);
    fill(text, width, width ? width : 20);
    char *got = bytes_of(text);
    assert_string_equal(got, after);
    mem_free(got);
    text_free(text);
}

static void expect_unchanged(const char *text)
{
    expect(text, 20, text);
    expect(text, 0, text);
}

/* ---- text that is not prose
 * ----------------------------------------------------------------------------- */

static void items_of_a_list_stay_apart(void **state)
{
    (void)state;
    expect_unchanged("- one\n- two\n* three\n+ four\n");
    expect_unchanged("1. one\n2. two\n10) three\n");
    expect_unchanged("Before:\n- one\n\u2022 two\n");
    expect_unchanged("[^1]: a note\n[^2]: two\n[name]: http://a.example/b-c-d-e-f-g-h\n[other]: b\n");
}

static void further_lines_of_an_item_stand_below_its_words(void **state)
{
    (void)state;
    expect("- one two three four five six\n- seven\n", 16, "- one two three\n  four five six\n- seven\n");
    expect("10. one two three four\n", 14, "10. one two\n    three four\n");
    expect("> - one two three four\n", 14, "> - one two\n>   three four\n");
    expect("- one two three\n  four five six\n- seven\n", 0, "- one two three four five six\n- seven\n");
    expect("- one\n\n  a paragraph below it\n", 14, "- one\n\n  a paragraph\n  below it\n");
    expect("\u2022 one two three\n", 9, "\u2022 one two\n  three\n");
    expect("[^1]: one two three four\n", 14, "[^1]: one two\n    three four\n");
}

static void headings_stay_apart(void **state)
{
    (void)state;
    expect_unchanged("# One two three four five six\nText.\n## Two\nMore.\n");
    expect_unchanged("One two three four five\n=====\nText.\n");
    expect_unchanged("One two three four five\n---\nText.\n");
    expect("#one two three\nfour\n", 40, "#one two three four\n"); /* not an item */
}

static void tables_stay(void **state)
{
    (void)state;
    expect_unchanged("| a | b |\n|---|---|\n| one two three four five | 2 |\n");
    expect_unchanged("a | b\n--|--\none two three four five | 2\n");
    expect_unchanged("+---+---+\n| a | b |\n+---+---+\n");
    expect("one | two\nthree\n", 40, "one | two three\n");
}

static void fenced_blocks_stay(void **state)
{
    (void)state;
    expect_unchanged("```c\nint a;\nint b;\n\nint c;\n```\n");
    expect_unchanged("~~~~\na\n~~~\nb\n~~~~\n");
    expect("```\na\nb\n```\none\ntwo\n", 20, "```\na\nb\n```\none two\n");
    expect("one\ntwo\n```\na\nb\n", 20, "one two\n```\na\nb\n");
}

static void front_matter_stays(void **state)
{
    (void)state;
    expect_unchanged("---\ntitle: one\nauthor: two\n---\n");
    expect("---\ntitle: one\nauthor: two\n---\none\ntwo\n", 20,
           "---\ntitle: one\nauthor: two\n---\none two\n");
    expect("---\n\none\ntwo\n", 20, "---\n\none two\n");
}

static void line_breaks_that_are_meant_stay(void **state)
{
    (void)state;
    expect_unchanged("one  \ntwo\\\nthree\n");
    expect("one  \ntwo\nthree four five\n", 10, "one  \ntwo three\nfour five\n");
}

static void quotations_stay_apart(void **state)
{
    (void)state;
    expect("> one\n> two\nthree\nfour\n", 40, "> one two\nthree four\n");
    expect("> one\n>> two\n> > three\n> four\n", 40, "> one\n>> two three\n> four\n");
    expect("> one two three\n", 10, "> one two\n> three\n");
}

static void indented_first_lines_begin_paragraphs(void **state)
{
    (void)state;
    expect("  one\ntwo three\n  four\nfive six\n", 11, "  one two\nthree\n  four five\nsix\n");
    expect("  one\n  two\n  four\nfive six\n", 11, "  one\n  two\n  four five\nsix\n");
    expect("one two\n  three\n  four\nfive\n  six seven\n", 14, "one two three\n  four\nfive six seven\n");
    expect("one\ntwo three\n  four\nfive six\n", 11, "one two\nthree\n  four five\nsix\n");
    expect("  one\n  two\n  three\n", 40, "  one two three\n");
}

static void numbers_within_a_paragraph_are_no_list(void **state)
{
    (void)state;
    expect("It was in\n1984. It\nended.\n", 40, "It was in 1984. It ended.\n");
}

/* Only the length of its line makes it a paragraph: filled, it would join the lines below. */
static void what_would_grow_together_stays(void **state)
{
    (void)state;
    struct buffer made = {0};
    for (int i = 0; i < 40; i++) assert_true(buffer_append_string(&made, i ? " word" : "word"));
    assert_true(buffer_append_string(&made, "\nYes.\n"));
    expect_unchanged(made.data);
    made.size -= strlen("Yes.\n");
    assert_true(buffer_append_string(&made, "\nYes.\n"));
    struct text *text = text_from_bytes(made.data, made.size, NULL);
    fill(text, 20, 20);
    assert_true(text_line_of(text, text_size(text)) + 1 > 8);
    text_free(text);
    buffer_free(&made);
}

static void crlf_stays(void **state)
{
    (void)state;
    expect("one two three\r\n- four five six\r\n", 11, "one two\r\nthree\r\n- four five\r\n  six\r\n");
    expect("one\r\ntwo\r\n", 0, "one two\r\n");
}

/* ---- where lines may break
 * ------------------------------------------------------------------------------ */

static void addresses_are_not_cut(void **state)
{
    (void)state;
    expect("see http://example.org/a-long-address/with/some-parts?a=b for more of it\n", 20,
           "see\nhttp://example.org/a-long-address/with/some-parts?a=b\nfor more of it\n");
    expect("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b\n", 20, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb\n");
    expect("well-known and-or", 12, "well-known\nand-or");
    expect("well-known and-or", 8, "well-\nknown\nand-or");
    expect("and/or/either/or", 8, "and/or/either/or");
}

static void no_row_begins_like_something_else(void **state)
{
    (void)state;
    expect("one two - three", 8, "one\ntwo -\nthree"); /* not "- three" */
    expect("born in 1984. Dead", 9, "born\nin 1984.\nDead");
    expect("aaa bbb # ccc", 8, "aaa\nbbb #\nccc");
    expect("aaa bbb > ccc", 8, "aaa\nbbb >\nccc");
    expect("aaa bbb | ccc", 8, "aaa\nbbb |\nccc");
    expect("aaa bb\\ ccc", 7, "aaa\nbb\\ ccc"); /* would become a deliberate line break */
    expect("a.  Bbb ccc", 6, "a.  Bbb\nccc");   /* two spaces would become one */
}

/* ---- random text
 * ---------------------------------------------------------------------------------------- */

static const char *const parts[] = {"word",
                                    "a",
                                    "well-known",
                                    "so\u2014be",
                                    "\u6f22\u5b57\u4eee\u540d\u3002\u6587",
                                    "http://example.org/a-b/c?d=e-f",
                                    "-",
                                    "--",
                                    "*",
                                    "1984.",
                                    "1)",
                                    "#",
                                    ">",
                                    "|",
                                    "a|b",
                                    "end\\",
                                    "```",
                                    "~",
                                    "=",
                                    "[a]:",
                                    "[[4-20]]",
                                    "\u2014",
                                    "\u2022",
                                    "\u00ab x \u00bb",
                                    "nbsp\u00a0here",
                                    "thing:",
                                    ":",
                                    "+",
                                    "_",
                                    "e.g.",
                                    "\u201cQuote,\u201d",
                                    "x\u00adx",
                                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                    "\xff",
                                    "and/or"};
static const char *const begins[] = {
    "",   "",   "",   "",    "- ",  "* ",  "1. ",    "12. ",    "> ",   "> > ", ">",      "  ", "    ",
    "\t", "# ", "| ", "```", "---", "===", "[^1]: ", "\u2022 ", "  - ", "> - ", "+---+ ", "~~~"};
static const char *const ends[] = {"\n", "\n", "\n", "\n\n", "\n\n", "  \n", "\\\n", "\n>\n"};

#define ANY(list) list[pick(rng, ARRAY_SIZE(list))]

static void random_line(struct rng *rng, struct buffer *out)
{
    bool ok = buffer_append_string(out, ANY(begins));
    for (size_t i = pick(rng, 30); ok && i-- > 0;) {
        const char *space = i == 0 ? "" : pick(rng, 12) == 0 ? "  " : pick(rng, 40) == 0 ? "\t" : " ";
        ok =
            buffer_append_string(out, pick(rng, 3) ? "word" : ANY(parts)) && buffer_append_string(out, space);
    }
    assert_true(ok && buffer_append_string(out, ANY(ends)));
}

static char *without_space(const char *text)
{
    char *out = mem_alloc(strlen(text) + 1), *to = out;
    for (; *text; text++)
        if (!strchr(" \t\n\r>", *text)) *to++ = *text;
    *to = '\0';
    return out;
}

static void what_is_broken_comes_together_again(void **state)
{
    (void)state;
    struct rng random = {.seed = 5}, *rng = &random;
    int checked = 0;
    for (int round = 0; round < 4000; round++) {
        struct buffer made = {0};
        int width = 10 + (int)pick(rng, 70);
        for (size_t lines = 1 + pick(rng, 6); lines-- > 0;) random_line(rng, &made);
        struct text *text = text_from_bytes(made.data, made.size, NULL);
        char *plain = without_space(made.data);
        bool all_joined = !fill(text, 0, width);
        char *joined = bytes_of(text);
        fill(text, 0, width);
        char *twice = bytes_of(text);
        if (strcmp(joined, twice) != 0)
            fail_msg("width %d:\n%s---- was joined\n%s---- and again\n%s", width, made.data, joined, twice);
        fill(text, width, width);
        char *filled = bytes_of(text), *words = without_space(filled);
        assert_string_equal(words, plain); /* nothing but white space changes */
        if (pick(rng, 2)) fill(text, width, width);
        fill(text, 0, width);
        char *back = bytes_of(text);
        checked += all_joined;
        if (all_joined && strcmp(back, joined) != 0)
            fail_msg("width %d:\n%s---- was filled\n%s---- and joined\n%s", width, joined, filled, back);
        char *all[] = {plain, twice, joined, filled, words, back};
        for (size_t i = 0; i < ARRAY_SIZE(all); i++) mem_free(all[i]);
        buffer_free(&made);
        text_free(text);
    }
    assert_true(checked > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(items_of_a_list_stay_apart),
                                       cmocka_unit_test(further_lines_of_an_item_stand_below_its_words),
                                       cmocka_unit_test(headings_stay_apart),
                                       cmocka_unit_test(tables_stay),
                                       cmocka_unit_test(fenced_blocks_stay),
                                       cmocka_unit_test(front_matter_stays),
                                       cmocka_unit_test(line_breaks_that_are_meant_stay),
                                       cmocka_unit_test(quotations_stay_apart),
                                       cmocka_unit_test(indented_first_lines_begin_paragraphs),
                                       cmocka_unit_test(numbers_within_a_paragraph_are_no_list),
                                       cmocka_unit_test(what_would_grow_together_stays),
                                       cmocka_unit_test(crlf_stays),
                                       cmocka_unit_test(addresses_are_not_cut),
                                       cmocka_unit_test(no_row_begins_like_something_else),
                                       cmocka_unit_test(what_is_broken_comes_together_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
