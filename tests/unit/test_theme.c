/* Themes: valid files, errors, and colours for terminals with few. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <string.h>

#include "ui/terminal/theme.h"

static enum status parse(const char *theme, struct theme *out, struct error *error)
{
    *error = (struct error){0};
    return theme_parse(theme, strlen(theme), "my.theme", out, error);
}

static void a_line_says_colours_and_attributes(void **state)
{
    (void)state;
    struct theme theme;
    struct error error;
    assert_int_equal(parse("blank #d7875f on 17 bold italic # a comment\nfaded bright-black", &theme, &error),
                     0);
    assert_int_equal(theme.styles[LOOK_BLANK].fore, THEME_RGB | 0xd7875f);
    assert_int_equal(theme.styles[LOOK_BLANK].back, 17);
    assert_int_equal(theme.styles[LOOK_BLANK].attributes, THEME_BOLD | THEME_ITALIC);
    assert_int_equal(theme.styles[LOOK_FADED].fore, 8);
    assert_int_equal(theme.styles[LOOK_ERROR].attributes, THEME_BOLD); /* as in the dark theme */
}

static void what_has_no_colour_has_that_of_the_text(void **state)
{
    (void)state;
    struct theme theme;
    struct error error;
    assert_int_equal(parse("text #101010 on #fdf6e3\nkey default bold", &theme, &error), 0);
    assert_int_equal(theme.styles[LOOK_KEY].fore, THEME_RGB | 0x101010);
    assert_int_equal(theme.styles[LOOK_HINT].back, THEME_RGB | 0xfdf6e3);
}

static void a_mistake_is_named_by_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *theme, *message;
    } cases[] = {
        {"blnk red", "my.theme:1:1: unknown look: \"blnk\""},
        {"\n# all\nblank   redd", "my.theme:3:9: not a colour: \"redd\""},
        {"blank 256", "my.theme:1:7: not a colour: \"256\""},
        {"blank #12345", "my.theme:1:7: a colour is missing"},
        {"blank #12345g", "my.theme:1:7: a colour is missing"},
        {"blank red on", "my.theme:1:13: not a colour"},
        {"blank red blod", "my.theme:1:11: not an attribute: \"blod\""},
        {"blank red underline", "my.theme:1:11: only misspelt words may be underlined"},
        {"blank", "my.theme:1:6: a colour is missing"},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct theme theme = {0};
        struct error error;
        assert_int_equal(parse(cases[i].theme, &theme, &error), STATUS_FORMAT);
        if (strncmp(error.message, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("%s\n%s", error.message, cases[i].message);
    }
}

static void only_spelling_is_underlined(void **state)
{
    (void)state;
    static const char *const names[] = {"dark", "light", "mono"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct theme theme;
        struct error error = {0};
        assert_int_equal(theme_load(names[i], &theme, &error), 0);
        for (int look = 0; look < LOOKS; look++)
            assert_int_equal(!!(theme.styles[look].attributes & THEME_UNDERLINE), look == LOOK_MISSPELT);
    }
}

static void few_colours_are_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(theme_nearest(THEME_RGB | 0xd7875f, 256), 173);
    assert_int_equal(theme_nearest(THEME_RGB | 0xff0000, 16), 9);
    assert_int_equal(theme_nearest(THEME_RGB | 0xee0000, 8), 1);
    assert_int_equal(theme_nearest(THEME_RGB | 0x080808, 8), 0);
    assert_int_equal(theme_nearest(3, 8), 3);
    assert_int_equal(theme_nearest(THEME_DEFAULT, 8), THEME_DEFAULT);
    assert_int_equal(theme_rgb(173), 0xd7875f);
}

static void an_unknown_name_is_said(void **state)
{
    (void)state;
    struct theme theme;
    struct error error = {0};
    assert_int_equal(theme_load("no-such", &theme, &error), STATUS_ARGUMENT);
    assert_string_equal(error.message, "no theme \"no-such\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_colours_and_attributes),
        cmocka_unit_test(what_has_no_colour_has_that_of_the_text),
        cmocka_unit_test(a_mistake_is_named_by_line_and_column),
        cmocka_unit_test(only_spelling_is_underlined),
        cmocka_unit_test(few_colours_are_the_nearest),
        cmocka_unit_test(an_unknown_name_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
