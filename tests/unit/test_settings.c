/* Settings: the values as written, and the file that holds them. */
#include "lacuna/sedd.h"
#include "lacuna/ui.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_file.h"
#include "ui/settings/settings_keep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct setting *named(const char *name)
{
    const struct setting *setting = setting_find(name, strlen(name));
    if (!setting) fail_msg("no setting %s", name);
    return setting;
}

static void defaults_are_in_their_ranges(void **state)
{
    (void)state;
    struct settings settings = {0};
    assert_true(settings_init(&settings));
    assert_int_equal(settings.width, 88);
    assert_true(settings.hints);
    assert_int_equal(settings.precision, 0);
    assert_string_equal(settings.keymap, "");
    assert_true(settings.temperature == 1);
    settings_free(&settings);
}

static void the_sampler_setting_names_every_sampler_in_their_order(void **state)
{
    (void)state;
    struct settings settings = {0};
    assert_true(settings_init(&settings));
    for (int method = 0; method < SEDD_METHODS; method++) {
        const char *name = sedd_method_name((enum sedd_method)method);
        assert_int_equal(setting_set(&settings, named("sampler"), name, NULL), STATUS_OK);
        assert_int_equal(settings.sampler, method);
    }
    settings_free(&settings);
}

static void every_default_survives_being_written(void **state)
{
    (void)state;
    struct settings settings = {0};
    assert_true(settings_init(&settings));
    for (const struct setting *s = ui_settings; s->name; s++) {
        char value[256], range[256];
        assert_ptr_equal(named(s->name), s);
        setting_value(&settings, s, value, sizeof value);
        assert_string_equal(value, s->standard);
        assert_int_equal(setting_set(&settings, s, value, NULL), STATUS_OK);
        setting_range(s, range, sizeof range);
        assert_true(*range);
        assert_true(strlen(s->help) > 5);
        for (const char *p = s->name; *p; p++) assert_true((*p >= 'a' && *p <= 'z') || *p == '-');
        if (strncmp(s->name, "no", 2) == 0) /* "nohints" turns hints off */
            assert_null(setting_find(s->name + 2, strlen(s->name + 2)));
    }
    settings_free(&settings);
}

static void wrong_values_change_nothing(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"width", "-1"},      {"width", "10001"},    {"width", "8x"},      {"width", ""},
        {"width", "1e3"},     {"hints", "maybe"},    {"hints", ""},        {"temperature", "nan"},
        {"temperature", "x"}, {"precision", "fp32"}, {"precision", "f3"},  {"precision", ""},
        {"top-p", "-0.1"},    {"keymap", "\xff"},    {"precision", "int"}, {"width", "99999999999999999999"}};
    struct settings settings = {0};
    assert_true(settings_init(&settings));
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct error error = {0};
        char value[256];
        const struct setting *s = named(wrong[i][0]);
        if (setting_set(&settings, s, wrong[i][1], &error) != STATUS_ARGUMENT)
            fail_msg("%s took \"%s\"", wrong[i][0], wrong[i][1]);
        assert_non_null(strstr(error.message, wrong[i][0]));
        setting_value(&settings, s, value, sizeof value);
        assert_string_equal(value, s->standard);
    }
    settings_free(&settings);
}

static char *with_file(const char *bytes, size_t size)
{
    static char path[] = "/tmp/lacuna-config-XXXXXX";
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
    return path;
}

/* The warnings about a file, without its path. */
static void check_warnings(const char *bytes, struct settings *settings, const char *expected)
{
    struct buffer warnings = {0}, bare = {0};
    char *path = with_file(bytes, strlen(bytes));
    assert_true(settings_init(settings));
    config_read(path, settings, &warnings);
    unlink(path);
    for (const char *p = warnings.data; p && *p; p = strchr(p, '\n') + 1) {
        if (strncmp(p, path, strlen(path)) != 0) fail_msg("no path: %s", p);
        p += strlen(path) + 1;
        assert_true(buffer_append(&bare, p, strcspn(p, "\n") + 1));
    }
    assert_string_equal(bare.data ? bare.data : "", expected);
    buffer_free(&warnings);
    buffer_free(&bare);
}

static void a_file_is_read_whatever_is_wrong_in_it(void **state)
{
    (void)state;
    struct settings s = {0};
    check_warnings(
        "# mine\nwidth = 60\n\n  hints=off ; really\r\nwitdh = 3\n[x]\nnonsense\nsteps = 0\n"
        "keymap = \"a b \"\nprecision: bf16\ntop-p = 0.5",
        &s,
        "5: unknown setting \"witdh\"\n6: sections are not supported\n7: expected \"name = value\"\n"
        "8: steps: \"0\" is not a whole number from 1 to 100000\n");
    assert_int_equal(s.width, 60);
    assert_false(s.hints);
    assert_string_equal(s.keymap, "a b ");
    assert_int_equal(s.precision, 2);
    assert_true(s.top_p == 0.5);
    settings_free(&s);
    check_warnings("", &s, "");
    settings_free(&s);
}

static void long_lines_and_other_bytes(void **state)
{
    (void)state;
    struct settings s = {0};
    char line[2000];
    memset(line, 'x', sizeof line);
    memcpy(line, "model = ", 8);
    strcpy(line + sizeof line - 12, "\nwidth = 7\n");
    check_warnings(line, &s, "1: this line is too long\n");
    assert_int_equal(s.width, 7);
    settings_free(&s);
    check_warnings("width = 5\nmodel = \xff\n", &s, "1: not UTF-8\n");
    assert_int_equal(s.width, 88);
    settings_free(&s);
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    struct settings s = {0};
    struct buffer warnings = {0};
    assert_true(settings_init(&s));
    config_read("/nonexistent/config", &s, &warnings);
    assert_non_null(strstr(warnings.data, "/nonexistent/config"));
    buffer_free(&warnings);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    config_read(NULL, &s, &warnings); /* nobody asked for it */
    assert_int_equal(warnings.size, 0);
    settings_free(&s);
}

static void hostile(void **state)
{
    (void)state;
    struct rng rng = {.seed = 7};
    static const char alphabet[] = "width hints = : ; # [ ] \" 1 9 on off \n\t\r\xc3\xa9";
    for (int round = 0; round < 300; round++) {
        char bytes[300];
        size_t size = (size_t)rng_below(&rng, sizeof bytes);
        for (size_t i = 0; i < size; i++) bytes[i] = alphabet[rng_below(&rng, sizeof alphabet)];
        struct settings s = {0};
        struct buffer warnings = {0};
        assert_true(settings_init(&s));
        char *path = with_file(bytes, size);
        config_read(path, &s, &warnings);
        unlink(path);
        assert_true(s.width >= 0 && s.width <= 10000);
        settings_free(&s);
        buffer_free(&warnings);
    }
}

/* What a file becomes when "name = value" is put into it. */
static void put(const char *before, const char *name, const char *value, const char *after)
{
    struct buffer bytes = {0};
    assert_true(buffer_append_string(&bytes, before));
    assert_int_equal(settings_put(&bytes, named(name), value, NULL), STATUS_OK);
    assert_int_equal(bytes.size, strlen(after));
    assert_memory_equal(bytes.data, after, bytes.size);
    buffer_free(&bytes);
}

static void a_setting_that_is_kept_changes_its_line_alone(void **state)
{
    (void)state;
    put("", "width", "60", "width = 60\n");
    put("# width = 70\nhints = on", "width", "60", "# width = 70\nhints = on\nwidth = 60\n");
    put("width=70\nwidth : 80 ; paper\r\nhints = on\n", "width", "60",
        "width=70\nwidth = 60 ; paper\r\nhints = on\n");
    put("  width = 70\nwidths = 3\n", "width", "60", "width = 60\nwidths = 3\n");
    put("theme = dark\n", "theme", "", "theme = \n");
    put("quotes = x\n", "quotes", "« »", "quotes = « »\n");
}

static void a_value_that_no_file_can_hold_is_refused(void **state)
{
    (void)state;
    static const char *const values[] = {"a ; b", "one\ntwo", "\"half"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct buffer bytes = {0};
        struct error error = {0};
        assert_int_equal(settings_put(&bytes, named("model"), values[i], &error),
                         i == 2 ? STATUS_OK : STATUS_ARGUMENT);
        buffer_free(&bytes);
    }
    struct buffer bytes = {0};
    assert_int_equal(settings_put(&bytes, named("model"), " spaced ", NULL), STATUS_OK);
    assert_string_equal(bytes.data, "model = \" spaced \"\n");
    buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_in_their_ranges),
        cmocka_unit_test(the_sampler_setting_names_every_sampler_in_their_order),
        cmocka_unit_test(every_default_survives_being_written),
        cmocka_unit_test(wrong_values_change_nothing),
        cmocka_unit_test(a_file_is_read_whatever_is_wrong_in_it),
        cmocka_unit_test(long_lines_and_other_bytes),
        cmocka_unit_test(a_file_that_is_not_there),
        cmocka_unit_test(hostile),
        cmocka_unit_test(a_setting_that_is_kept_changes_its_line_alone),
        cmocka_unit_test(a_value_that_no_file_can_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
