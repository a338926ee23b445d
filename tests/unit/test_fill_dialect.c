/* The draft's typography and the model's. */
#include "lacuna/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct slice slice(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static struct fill_dialect detect(const char *text)
{
    return fill_dialect_detect(slice(text), "plain");
}

/* ---- detection ---------------------------------------------------------------------------------------- */

static void test_quotes_are_counted(void **state)
{
    (void)state;
    struct fill_dialect d = detect("He said “no” and “yes”, not \"maybe\".");
    assert_true(d.curly_double);
    assert_true(d.curly_single); /* none seen: they follow the other kind */
    d = detect("“I don't know,” he said. “It isn't mine.”");
    assert_true(d.curly_double);
    assert_false(d.curly_single);
    d = detect("Plain text.");
    assert_false(d.curly_double || d.curly_single || d.ellipsis || d.crlf);
    assert_int_equal(d.dash, FILL_DASH_EM);
}

static void test_dashes_dots_and_line_ends_are_counted(void **state)
{
    (void)state;
    assert_int_equal(detect("a--b c--d e—f").dash, FILL_DASH_HYPHENS);
    assert_int_equal(detect("a -- b").dash, FILL_DASH_SPACED_HYPHENS);
    assert_int_equal(detect("a — b, c — d, e—f").dash, FILL_DASH_SPACED_EM);
    assert_int_equal(detect("a – b").dash, FILL_DASH_SPACED_EN);
    assert_int_equal(detect("1914–1918 ---- -----").dash, FILL_DASH_EM);
    assert_true(detect("so… well…").ellipsis);
    assert_false(detect("so... well...").ellipsis);
    assert_true(detect("a\r\nb\r\n").crlf);
    assert_false(fill_dialect_detect(slice("“a”"), "").map);
}

static const char wrapped[] = "The gap in the manuscript was no wider than a thumb, and it had\n"
                              "cost the monastery three librarians before anybody thought of\n"
                              "asking what had stood there in the first place.\n"
                              "\n"
                              "Brother Anselm had been the first of them. He had looked at the\n"
                              "hole for eleven winters.\n";
static const char single[] =
    "The gap in the manuscript was no wider than a thumb, and it had cost the monastery three "
    "librarians before anybody thought of asking what had stood there.\n"
    "“No,” he said.\n"
    "Brother Anselm had been the first of them.\n";
static const char spaced[] =
    "The gap in the manuscript was no wider than a thumb.\n\n“No,” he said.\n\nBrother Anselm had "
    "been the first of them.\n";

static void test_lines_are_judged(void **state)
{
    (void)state;
    assert_int_equal(detect(wrapped).lines, FILL_LINES_WRAPPED);
    assert_int_equal(detect(single).lines, FILL_LINES_SINGLE);
    assert_int_equal(detect(spaced).lines, FILL_LINES_BLANK);
    assert_int_equal(detect("One line.").lines, FILL_LINES_BLANK);
    assert_int_equal(detect("").lines, FILL_LINES_BLANK);
    assert_int_equal(detect("He stood against the\nwind and waited.").lines, FILL_LINES_WRAPPED);
    assert_int_equal(detect("“No.”\n“Yes.”\n").lines, FILL_LINES_BLANK); /* two full lines are no evidence */
}

/* ---- draft to model ------------------------------------------------------------------------------------ */

static void expect_model(const struct fill_dialect *d, const char *draft, const char *model)
{
    struct fill_mapped mapped;
    struct error error;
    assert_int_equal(fill_dialect_to_model(d, slice(draft), &mapped, &error), STATUS_OK);
    assert_string_equal(mapped.text.data, model);
    assert_int_equal(mapped.origin[mapped.text.size], strlen(draft));
    for (size_t i = 0; i < mapped.text.size; i++) assert_true(mapped.origin[i] <= mapped.origin[i + 1]);
    fill_mapped_free(&mapped);
}

static void test_to_model(void **state)
{
    (void)state;
    struct fill_dialect d = {.map = true};
    expect_model(&d, "", "");
    expect_model(&d, "“It’s ‘so’…”", "\"It's 'so'...\"");
    expect_model(&d, "one\r\ntwo\r\n\r\nthree", "one\ntwo\n\nthree");
    expect_model(&d, "end.  \n \t\n\n  Next", "end.\n\nNext");
    expect_model(&d, "end.  Next ", "end.  Next ");
    expect_model(&d, "\xFF\xE2\x80", "\xFF\xE2\x80");
    d.lines = FILL_LINES_WRAPPED;
    expect_model(&d, "one\ntwo\n\nthree\n", "one two\n\nthree ");
    d.lines = FILL_LINES_SINGLE;
    expect_model(&d, "one\ntwo\n\nthree", "one\n\ntwo\n\nthree");
    d.dash = FILL_DASH_HYPHENS;
    expect_model(&d, "a--b ---- c", "a—b ---- c");
    d.dash = FILL_DASH_SPACED_EN;
    expect_model(&d, "a – b 1–2", "a—b 1–2");
    d.map = false;
    expect_model(&d, "“a – b”\r\nc", "“a – b”\nc");
}

/* ---- model to draft ------------------------------------------------------------------------------------ */

static void expect_draft(const struct fill_dialect *d, const char *before, const char *fill,
                         const char *after, const char *draft)
{
    struct fill_mapped mapped;
    struct error error;
    assert_int_equal(fill_dialect_to_draft(d, slice(fill), slice(before), slice(after), &mapped, &error),
                     STATUS_OK);
    assert_string_equal(mapped.text.data, draft);
    fill_mapped_free(&mapped);
}

static void test_quotes_open_and_close(void **state)
{
    (void)state;
    struct fill_dialect d = {.map = true, .curly_double = true, .curly_single = true, .ellipsis = true};
    expect_draft(&d, "", "\"No,\" he said. \"Why?\"", "", "“No,” he said. “Why?”");
    expect_draft(&d, "He said ", "\"it's 'so' and 'tis\"", ".", "“it’s ‘so’ and ’tis”");
    expect_draft(&d, "word", "\"", " he said", "”");
    expect_draft(&d, "He said, ", "\"", "No", "“");
    expect_draft(&d, "He said—", "\"", "No", "“");
    expect_draft(&d, "But—", "\"", " he said", "”");
    expect_draft(&d, "(", "\"a\"", ")", "“a”");
    expect_draft(&d, "", "shouted:\"You here?\"", "", "shouted:“You here?”");
    expect_draft(&d, " ", "\"'No,' he cried,\" said I", "", "“‘No,’ he cried,” said I");
    expect_draft(&d, "the ", "dogs' tails in '98", "", "dogs’ tails in ’98");
    expect_draft(&d, "", "well... yes....", "", "well… yes….");
    expect_draft(&d, "He", "'d", " go", "’d");
}

static void test_straight_drafts_stay_straight(void **state)
{
    (void)state;
    struct fill_dialect d = {.map = true};
    expect_draft(&d, "", "\"It's...\"—no", "", "\"It's...\"—no");
}

static void test_dashes_and_paragraphs(void **state)
{
    (void)state;
    struct fill_dialect d = {
        .map = true, .dash = FILL_DASH_HYPHENS, .lines = FILL_LINES_SINGLE, .crlf = true};
    expect_draft(&d, "", "a—b\n\nc\nd", "", "a--b\r\nc\r\nd");
    d = (struct fill_dialect){.map = true, .dash = FILL_DASH_SPACED_EM, .lines = FILL_LINES_WRAPPED};
    expect_draft(&d, "x ", "a—b — c\nd", "", "a — b — c\n\nd");
    expect_draft(&d, "x ", "—and", "", "— and");
    expect_draft(&d, "x ", "and—", " so", "and —");
    d = (struct fill_dialect){.crlf = true};
    expect_draft(&d, "", "a\nb\n\nc", "", "a\r\nb\r\n\r\nc");
}

/* A fill is converted to the draft's dialect; converted back, it is what the model wrote. */
static void test_round_trip(void **state)
{
    (void)state;
    static const char *const fills[] = {"\"It's 'so',\" he said—\"no...\"", "a—b", "it isn't", "one\n\ntwo",
                                        "café"};
    for (int dash = 0; dash < FILL_DASHES; dash++) {
        for (int i = 0; i < 24; i++) {
            struct fill_dialect d = {.map = true,
                                     .curly_double = i & 1,
                                     .curly_single = i & 1,
                                     .ellipsis = i & 2,
                                     .crlf = i & 4,
                                     .dash = (enum fill_dash)dash,
                                     .lines = (enum fill_lines)(i / 8)};
            for (size_t f = 0; f < ARRAY_SIZE(fills); f++) {
                struct fill_mapped there, back;
                assert_int_equal(
                    fill_dialect_to_draft(&d, slice(fills[f]), slice("x "), slice(" y"), &there, NULL), 0);
                assert_int_equal(
                    fill_dialect_to_model(&d, (struct slice){there.text.data, there.text.size}, &back, NULL),
                    0);
                assert_string_equal(back.text.data, fills[f]);
                fill_mapped_free(&there);
                fill_mapped_free(&back);
            }
        }
    }
}

/* Every stretch of the mapped text comes from the stretch of the draft that its origins give. */
static void test_origins_cut_the_draft_where_the_map_says(void **state)
{
    (void)state;
    static const char draft[] = "“One…”\r\ntwo – three\r\n\r\n\xFF four ‘five’ – six";
    struct fill_dialect d = {.map = true, .dash = FILL_DASH_SPACED_EN, .lines = FILL_LINES_WRAPPED};
    struct fill_mapped whole, left, right;
    assert_int_equal(fill_dialect_to_model(&d, slice(draft), &whole, NULL), 0);
    for (size_t cut = 1; cut < whole.text.size; cut++) {
        uint32_t at = whole.origin[cut];
        if (at == whole.origin[cut - 1]) continue; /* inside the replacement of one mark */
        assert_int_equal(fill_dialect_to_model(&d, (struct slice){draft, at}, &left, NULL), 0);
        assert_int_equal(
            fill_dialect_to_model(&d, (struct slice){draft + at, sizeof draft - 1 - at}, &right, NULL), 0);
        assert_int_equal(left.text.size, cut);
        assert_memory_equal(left.text.data, whole.text.data, cut);
        assert_string_equal(right.text.data, whole.text.data + cut);
        fill_mapped_free(&left);
        fill_mapped_free(&right);
    }
    fill_mapped_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotes_are_counted),
        cmocka_unit_test(test_dashes_dots_and_line_ends_are_counted),
        cmocka_unit_test(test_lines_are_judged),
        cmocka_unit_test(test_to_model),
        cmocka_unit_test(test_quotes_open_and_close),
        cmocka_unit_test(test_straight_drafts_stay_straight),
        cmocka_unit_test(test_dashes_and_paragraphs),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_origins_cut_the_draft_where_the_map_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
