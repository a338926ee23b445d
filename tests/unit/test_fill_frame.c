/* Quotation marks and brackets around a blank: a fill never unbalances marks that close on its right, never
 * opens marks that nothing closes, and never doubles punctuation. */
#include "fill/chars.h"
#include "fill/frame.h"
#include "fill_test.h"

#include <stdio.h>

static struct fill_engine *engine;

static int open_engine(void **state)
{
    (void)state;
    engine = open_tiny();
    return 0;
}

static int close_engine(void **state)
{
    (void)state;
    fill_engine_free(engine);
    return 0;
}

/* ---- reading the frame -------------------------------------------------------------------------------- */

static struct fill_frame frame_of(const char *source, uint32_t blank)
{
    struct fill_markup markup;
    assert_int_equal(fill_parse(source, strlen(source), &markup, NULL), STATUS_OK);
    struct slice text = {markup.text.data, markup.text.size};
    struct fill_dialect dialect = fill_dialect_detect(text, "plain");
    struct fill_site site = {engine, &dialect,  text, markup.blanks, (uint32_t)markup.count,
                             0,      text.size, false};
    struct fill_frame frame = fill_frame_at(&site, blank);
    fill_markup_free(&markup);
    return frame;
}

static void test_what_closes_on_the_right_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned inside;
    } cases[] = {
        {"She said, \"[[6]]\" and left.", FILL_MARK_DOUBLE},
        {"\"Come,\" he said, \"and [[6]].\" She came.", FILL_MARK_DOUBLE},
        {"\"I know [[6]],\" he said, \"and so do you.\"", FILL_MARK_DOUBLE},
        {"\"[[3]] dragon [[5]],\" he said.", FILL_MARK_DOUBLE},
        {"She said, “[[6]]” and left.", FILL_MARK_DOUBLE},
        {"Er sagte: „[[6]]“ und ging.", FILL_MARK_DOUBLE},
        {"Hon sade: ”[[6]]” och gick.", FILL_MARK_DOUBLE},
        {"Il dit : « [[6]] » et partit.", FILL_MARK_GUILLEMET},
        {"Er sagte: »[[6]]« und ging.", FILL_MARK_GUILLEMET},
        {"‹[[2]]›", FILL_MARK_ANGLE},
        {"The house ([[4]]) was empty.", FILL_MARK_ROUND},
        {"(a (b) [[4]] (c) d)", FILL_MARK_ROUND},
        {"The house [as [[4]] said] was {or [[3]]} empty.", FILL_MARK_SQUARE},
        {"\"The house (as [[4]]) was empty,\" he said.", FILL_MARK_DOUBLE | FILL_MARK_ROUND},
        {"‘Don’t [[4]],’ she said.", FILL_MARK_SINGLE},
        {"'I can't [[4]]!' she said.", FILL_MARK_SINGLE},
        {"It's the dogs [[4]] and can't.", 0},
        {"\"I know [[6]]", 0},                                   /* nothing closes: the fill may close it */
        {"\"I know [[6]] \"Then come.\"", 0},                    /* the fill must close it */
        {"\"I know,\" [[6]] \"and so do you.\"", 0},             /* between two quotations */
        {"\"No.\"\n\nHe [[6]].\n\n\"Yes.\"", 0},                 /* other paragraphs */
        {"\"No one came\n\n\"and [[6]].\"\n", FILL_MARK_DOUBLE}, /* a speech of two paragraphs */
        {"1) the [[4]] 2) the :) of", 0},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct fill_frame frame = frame_of(cases[i].text, 0);
        if (frame.inside != cases[i].inside)
            fail_msg("%s: %u, expected %u", cases[i].text, frame.inside, cases[i].inside);
    }
    assert_int_equal(frame_of("\"[[3]] dragon [[5]],\" he said.", 1).inside, FILL_MARK_DOUBLE);
    assert_int_equal(frame_of("The house [as [[4]] said] was {or [[3]]} empty.", 1).inside, FILL_MARK_CURLY);
}

static void test_what_stood_in_blanks_is_not_read(void **state)
{
    (void)state;
    const char *text = "\"I \" know\" that ) he\" said.";
    struct fill_blank blanks[] = {{.start = 3, .end = 9}, {.start = 15, .end = 19}};
    struct fill_dialect dialect = fill_dialect_detect((struct slice){text, strlen(text)}, "plain");
    struct fill_site site = {engine, &dialect, {text, strlen(text)}, blanks, 2, 0, strlen(text), false};
    assert_int_equal(fill_frame_at(&site, 1).inside, 0); /* "I xx" that x" said: closed, and closed again */
    blanks[0].end = 10;
    assert_int_equal(fill_frame_at(&site, 1).inside, FILL_MARK_DOUBLE);
}

static void test_what_may_only_come_in_pairs_is_known(void **state)
{
    (void)state;
    unsigned all = FILL_MARK_DOUBLE | FILL_MARK_GUILLEMET | FILL_MARK_ANGLE | FILL_MARK_ROUND |
                   FILL_MARK_SQUARE | FILL_MARK_CURLY;
    struct fill_frame level = {.level = all};
    assert_int_equal(frame_of("He [[6]] then.", 0).level, all);
    assert_int_equal(frame_of("\"No,\" he [[6]] then. \"Yes.\"", 0).level, all);
    assert_int_equal(frame_of("He said, \"[[6]]", 0).level, all & ~(unsigned)FILL_MARK_DOUBLE);
    assert_int_equal(frame_of("He [[6]] then,\" she said.", 0).level, all & ~(unsigned)FILL_MARK_DOUBLE);
    static const struct {
        const char *fill;
        unsigned broken;
    } cases[] = {{"said, \"No,\" and", 0},
                 {"said, \"No", FILL_MARK_DOUBLE},
                 {"said. \"No,\" he said. \"But", FILL_MARK_DOUBLE},
                 {"said,\" he", FILL_MARK_DOUBLE},
                 {"went (home", FILL_MARK_ROUND},
                 {"went (home) [or", FILL_MARK_SQUARE},
                 {"“went” «home» can't", 0},
                 {"“went", FILL_MARK_DOUBLE}};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(
            fill_frame_broken(&level, (struct slice){cases[i].fill, strlen(cases[i].fill)}, ' ', ' '),
            cases[i].broken);
}

/* ---- fills -------------------------------------------------------------------------------------------- */

/* The network's random weights draw every kind of mark; this many fills of every text. */
static void draw(const char *source, enum sedd_method method, double temperature,
                 void (*look)(struct slice left, struct slice fill, struct slice right))
{
    struct fill_markup markup;
    assert_int_equal(fill_parse(source, strlen(source), &markup, NULL), STATUS_OK);
    struct fill_job job = {.text = {markup.text.data, markup.text.size},
                           .blanks = markup.blanks,
                           .count = markup.count,
                           .options = fill_options_default()};
    job.options.method = method;
    job.options.candidates = temperature > 0 ? 60 : 1;
    job.options.temperature = temperature;
    struct fill_run *run = fill_run_new(engine, &job, NULL);
    assert_non_null(run);
    while (!fill_run_done(run)) assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
    struct fill_result *result = fill_run_result(run);
    for (size_t k = 0; k < result->count; k++)
        for (size_t i = 0; i < result->candidates[k].count; i++) {
            const struct fill_view *view = &result->candidates[k].blanks[i];
            assert_int_equal(view->count, markup.blanks[i].min); /* the length stays */
            look((struct slice){job.text.data, view->start}, (struct slice){view->text.data, view->text.size},
                 (struct slice){job.text.data + view->end, job.text.size - view->end});
        }
    fill_result_free(result);
    fill_run_free(run);
    fill_markup_free(&markup);
}

static unsigned marks_in(struct slice text)
{
    return fill_marks_of(text) & 127;
}

static void no_double(struct slice left, struct slice fill, struct slice right)
{
    (void)left, (void)right;
    if (marks_in(fill) & FILL_MARK_DOUBLE) fail_msg("a stray mark: %.*s", (int)fill.size, fill.data);
}

static void no_round(struct slice left, struct slice fill, struct slice right)
{
    (void)left, (void)right;
    if (marks_in(fill) & FILL_MARK_ROUND) fail_msg("a stray bracket: %.*s", (int)fill.size, fill.data);
}

static void no_single_opens(struct slice left, struct slice fill, struct slice right)
{
    (void)left, (void)right;
    for (size_t at = 0, size; at < fill.size; at += size)
        if (fill_char_at(fill, at, &size) == 0x2018 && (at == 0 || fill.data[at - 1] == ' '))
            fail_msg("a stray mark: %.*s", (int)fill.size, fill.data);
}

static unsigned pairs; /* fills that hold a whole quotation */

static void level(struct slice left, struct slice fill, struct slice right)
{
    struct fill_frame frame = {.level = 127 & ~(unsigned)FILL_MARK_SINGLE};
    if (fill_frame_broken(&frame, fill, fill_char_before(left, left.size, NULL),
                          fill_char_at(right, 0, NULL)))
        fail_msg("unbalanced: %.*s", (int)fill.size, fill.data);
    pairs += (marks_in(fill) & FILL_MARK_DOUBLE) != 0;
}

static void test_no_fill_unbalances_its_quotation(void **state)
{
    (void)state;
    for (int method = 0; method < SEDD_METHODS; method++) {
        draw("the \"[[6]]\" of", (enum sedd_method)method, 1, no_double);
        draw("“he [[5]],” he, “and [[4]].”", (enum sedd_method)method, 1, no_double);
        draw("the ([[4]]) of", (enum sedd_method)method, 1, no_round);
        draw("‘[[6]],’ he", (enum sedd_method)method, 1, no_single_opens);
        draw("the \"[[6]]\" of", (enum sedd_method)method, 0, no_double);
    }
}

/* Outside quotations a fill may quote, but must close what it opens. */
static void test_no_fill_opens_what_nothing_closes(void **state)
{
    (void)state;
    pairs = 0;
    for (int method = 0; method < SEDD_METHODS; method++)
        draw("the [[24]] of", (enum sedd_method)method, 1, level);
    assert_true(pairs > 0);
    draw("the [[12]] of the [[12]] and", SEDD_ANALYTIC, 0, level);
}

static void no_doubled_point(struct slice left, struct slice fill, struct slice right)
{
    uint32_t last = fill_char_before(fill, fill.size, NULL), first = fill_char_at(fill, 0, NULL);
    bool beside = strchr(".,;:!?", right.data[0]) != NULL;
    assert_false(beside && last && last < 128 && strchr(".,;:!?-", (int)last));
    assert_false(left.data[left.size - 1] == ',' && first && first < 128 && strchr(".,;:!?", (int)first));
}

static void test_no_point_is_doubled_at_an_edge(void **state)
{
    (void)state;
    static const char *const texts[] = {"the [[2]], he", "the [[1]]. He", "the [[3]]? he", "the [[2]]; he",
                                        "the,[[2]] he"};
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        for (int method = 0; method < SEDD_METHODS; method++)
            draw(texts[i], (enum sedd_method)method, 1, no_doubled_point);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_closes_on_the_right_is_known),
        cmocka_unit_test(test_what_stood_in_blanks_is_not_read),
        cmocka_unit_test(test_what_may_only_come_in_pairs_is_known),
        cmocka_unit_test(test_no_fill_unbalances_its_quotation),
        cmocka_unit_test(test_no_fill_opens_what_nothing_closes),
        cmocka_unit_test(test_no_point_is_doubled_at_an_edge),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
