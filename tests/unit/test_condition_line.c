/* Conditions on one line. */
#include "ui/blank/condition_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct condition_line line;

static const char *trouble(const char *text)
{
    static struct error error;
    error = (struct error){0};
    return condition_line_parse(text, &line, &error) ? error.message : NULL;
}

static void all_parts_of_a_line_are_read(void **state)
{
    (void)state;
    assert_true(!trouble("must lantern, \"of course\"@2 ; not sea, \"a;b\"; begins M; ends .; at most 6 "
                         "words; no repeat 50; tie x"));
    const struct fill_conditions *c = &line.conditions;
    assert_true(c->must_count == 2 && strcmp(c->must[0].text, "lantern") == 0 && c->must[0].at == 0);
    assert_true(strcmp(c->must[1].text, "of course") == 0 && c->must[1].at == 2);
    assert_true(c->without_count == 2 && strcmp(c->without[1], "a;b") == 0);
    assert_true(strcmp(c->begins, "M") == 0 && strcmp(c->ends, ".") == 0);
    assert_true(c->max_words == 6 && c->no_repeat == 50 && strcmp(c->tie, "x") == 0);
}

static void sentences_end_or_go_on(void **state)
{
    (void)state;
    assert_true(!trouble("Ends Sentence") && line.conditions.sentence == FILL_SENTENCE_ENDS);
    assert_true(!trouble(" goes on ;") && line.conditions.sentence == FILL_SENTENCE_GOES_ON);
    assert_true(!trouble("ends \"sentence\"") && strcmp(line.conditions.ends, "sentence") == 0);
    assert_true(!trouble("must of course") && strcmp(line.conditions.must[0].text, "of course") == 0);
    assert_true(!trouble("at most 1 word") && line.conditions.max_words == 1);
    assert_true(!trouble("") && !fill_conditions_any(&line.conditions));
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    assert_true(strstr(trouble("must"), "a word after \"must\""));
    assert_true(strstr(trouble("must a@x"), "number of a word"));
    assert_true(strstr(trouble("must \"a"), "a word"));
    assert_true(strstr(trouble("at most six words"), "a number"));
    assert_true(strstr(trouble("at most 3 apples"), "a semicolon, not \"apples\""));
    assert_true(strstr(trouble("sing"), "\"sing\" is none of must, not"));
    assert_true(strstr(trouble("at most 0 words"), "a number from 1 to 10000"));
    assert_true(strstr(trouble("must sea; not SEA"), "is in both \"must\" and \"not\""));
    assert_true(strstr(trouble("must a, b, c; at most 2 words"), "at most 2"));
    assert_true(strstr(trouble("ends .; goes on"), "must not end it"));
    assert_true(strstr(trouble("must a, b, c, d, e, f, g, h, i"), "8 words at most"));
    char longest[CONDITION_LINE + 10];
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_true(strstr(trouble(longest), "longer than"));
}

static void what_is_asked_twice_or_against_itself_is_refused(void **state)
{
    (void)state;
    assert_true(strstr(trouble("ends sentence; goes on"), "cannot both"));
    assert_true(strstr(trouble("at most 3 words; at most 5 words"), "\"at most\" is there twice"));
    assert_true(strstr(trouble("begins a; begins b"), "\"begins\" is there twice"));
    assert_true(strstr(trouble("ends a; ends b"), "\"ends\" is there twice"));
    assert_true(strstr(trouble("tie a; tie b"), "\"tie\" is there twice"));
    assert_true(strstr(trouble("no repeat 5; no repeat 9"), "\"no repeat\" is there twice"));
    assert_true(!trouble("must a; must b; not c; not d; goes on; goes on"));
}

static void articles_before_sentence_are_no_letters(void **state)
{
    (void)state;
    assert_true(!trouble("ends a sentence") && line.conditions.sentence == FILL_SENTENCE_ENDS);
    assert_true(!trouble("ends its sentence") && !line.conditions.ends);
    assert_true(!trouble("ends \"a sentence\"") && strcmp(line.conditions.ends, "a sentence") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_parts_of_a_line_are_read),
        cmocka_unit_test(sentences_end_or_go_on),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(what_is_asked_twice_or_against_itself_is_refused),
        cmocka_unit_test(articles_before_sentence_are_no_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
