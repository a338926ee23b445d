/* Which words are looked up in a dictionary: not those that it cannot know. */
#include "text_test.h"

#include <locale.h>

#include "ui/prose/spell_words.h"

/* The words that are looked up, each followed by a space. */
static void assert_checked(const char *language, const char *bytes, const char *expected)
{
    struct text *text = text_of(bytes);
    struct text_reader reader = text_reader_new(text);
    struct buffer words = {0};
    char word[SPELL_WORD_MAX];
    for (size_t at = 0, start, end; text_reader_word(&reader, at, &start, &end); at = end) {
        if (end - start < sizeof word) text_copy(text, start, end, word);
        if (!spell_is_checked(text, start, end, word, spell_script(language))) continue;
        assert_true(buffer_append(&words, word, end - start) && buffer_append_char(&words, ' '));
    }
    assert_string_equal(words.data ? words.data : "", expected);
    buffer_free(&words);
    text_free(text);
}

static void words_of_the_language_are(void **state)
{
    (void)state;
    assert_checked("en_US", "The caf\u00e9's na\u00efve, don\u2019t!",
                   "The caf\u00e9's na\u00efve don\u2019t ");
    assert_checked("de_AT.UTF-8", "Stra\u00dfe au\u00dfen", "Stra\u00dfe au\u00dfen ");
    assert_checked("vi", "Tie\u0302\u0301ng", "Tie\u0302\u0301ng "); /* combining marks */
    assert_checked("ru_RU", "\u0411\u044b\u043b\u043e so", "\u0411\u044b\u043b\u043e ");
    assert_checked("el", "\u039a\u03b1\u03bb\u03b7 so", "\u039a\u03b1\u03bb\u03b7 ");
    assert_checked("sr", "\u0414\u0430\u043d dan", "\u0414\u0430\u043d ");
    assert_checked("sr_RS@latin", "\u0414\u0430\u043d dan", "dan ");
    assert_checked("uz_Cyrl", "\u0414\u0430\u043d dan", "\u0414\u0430\u043d ");
    assert_checked("", "so", "so ");
}

static void words_of_other_scripts_are_not(void **state)
{
    (void)state;
    assert_checked(
        "en",
        "He said \u0434\u0430, \u03bd\u03b1\u03b9, \u05db\u05df, \u0646\u0639\u0645, \u0939\u093e\u0901.",
        "He said ");
    assert_checked("en", "\u6f22\u5b57 \u304b\u306a \ud55c\uad6d\uc5b4 \u0e44\u0e17\u0e22 ok", "ok ");
    assert_checked("en", "\u0440aper is half Cyrillic", "is half Cyrillic ");
    assert_checked("en", "\uff26\uff55\uff4c\uff4c \U0001d404\U0001d431 wide", "wide ");
}

static void signs_are_not(void **state)
{
    (void)state;
    assert_checked("en",
                   "so \U0001F600 \u2764\ufe0f \U0001F468\u200d\U0001F469\u200d\U0001F467 "
                   "\U0001F1EB\U0001F1F7 1\ufe0f\u20e3 yes",
                   "so yes ");
    assert_checked("en", "well\U0001F600done \u24d0\u24d1 \u2460\u2461 x\u00b2y", "well done ");
    assert_checked("en", "2nd b2b R2D2 \u0661\u0662 a\u0663b NASA a I", "");
}

static void addresses_are_not(void **state)
{
    (void)state;
    assert_checked("en", "at https://example.com/some-path/foo?bar=baz&qux#frag, so", "at so ");
    assert_checked("en", "or www.example.com/long-path-here, so", "or so ");
    assert_checked("en", "to first-last.name+tag@mail-host.example.com, so", "to so ");
    assert_checked("en", "(mailto:some-body@example.org) ftp://host-name so", "so ");
    assert_checked("en", "well-known: yes. No-one, e.g. this and so_so #tag",
                   "well known yes No one this and tag ");
    assert_checked("en", "a/path/somewhere C:\\dir\\file", "");
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_language_are),
        cmocka_unit_test(words_of_other_scripts_are_not),
        cmocka_unit_test(signs_are_not),
        cmocka_unit_test(addresses_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
