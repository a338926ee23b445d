/* Lines of JSON before parsing: every line that jansson accepts is accepted here, and an id is kept
 * verbatim. */
#include "cli/json_line.h"
#include "fixtures.h"

#include <jansson.h>

static struct json_line read_line(const char *line)
{
    return json_line_read(line, strlen(line));
}

static void an_id_is_what_stands_there(void **state)
{
    (void)state;
    static const struct {
        const char *line, *id, *key;
    } cases[] = {
        {"{\"id\": 1, \"text\": \"\"}", "1", "1"},
        {" { \"text\" : 5 , \"id\" : [ 1, 2 ] } ", "[ 1, 2 ]", "[1,2]"},
        {"{\"id\":123456789012345678901234567890}", "123456789012345678901234567890",
         "123456789012345678901234567890"},
        {"{\"id\":1.50}", "1.50", "1.5"},
        {"{\"id\":{\"b\":1,\"a\":2}}", "{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}"},
        {"{\"i\\u0064\":\"x\\/y\"}", "\"x\\/y\"", "\"x/y\""},
        {"{\"id\":\"a\"", "\"a\"", "\"a\""},
        {"{\"id\":12", "", "null"},
        {"{\"x\": NaN, \"id\": 3, y", "3", "3"},
        {"{\"id\":1,\"id\":1}", "1", "1"},
        {"{\"id\":1,\"id\":2}", "", "null"},
        {"{\"id\":1,\"id\":2,\"id\":1}", "", "null"},
        {"{\"x\":{\"id\":1}}", "", "null"},
        {"[{\"id\":1}]", "", "null"},
        {"", "", "null"},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct json_line line = read_line(cases[i].line);
        char *key = json_line_id_key(&line);
        assert_int_equal(line.id.size, strlen(cases[i].id));
        if (line.id.size) assert_memory_equal(line.id.data, cases[i].id, line.id.size);
        assert_string_equal(key, cases[i].key);
        mem_free(key);
    }
}

/* jansson decides what is an object, except for numbers it cannot hold; there are none here. */
static void what_is_an_object_is_one_for_jansson_too(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "{",           "}",     "[",       "]",  ",",      ":",  "\"id\"", "\"text\"", "\"a\\n\"",
        "\"\\u00e9\"", "\"é\"", "12",      "-0", "1.5e-3", "01", "1.",     ".5",       "true",
        "nul",         "null",  "\"\\x\"", "\"", "\t",     " ",  "\xff",   "-",        "\"\\"};
    struct rng rng = {.seed = 1};
    int valid = 0, with_id = 0;
    for (int round = 0; round < 300000; round++) {
        char line[256] = "{\"id\":1,\"text\":\"x\"}", made[256] = "";
        size_t n = 1 + rng_below(&rng, 12);
        if (round % 2) { /* a record with something inserted or removed */
            size_t at = rng_below(&rng, strlen(line)), skip = rng_below(&rng, 3);
            const char *in = parts[rng_below(&rng, ARRAY_SIZE(parts))], *rest = line + at;
            snprintf(made, sizeof made, "%.*s%s%s", (int)at, line, in,
                     strlen(rest) > skip ? rest + skip : "");
        } else {
            strcpy(made, "{");
            for (size_t i = 0; i < n; i++) strcat(made, parts[rng_below(&rng, ARRAY_SIZE(parts))]);
        }
        struct json_line read = read_line(made);
        json_t *root = json_loadb(made, strlen(made), JSON_ALLOW_NUL, NULL);
        if (read.valid != json_is_object(root)) fail_msg("%s: %d", made, read.valid);
        if (read.valid && read.has_text != (json_object_get(root, "text") != NULL))
            fail_msg("%s: text", made);
        if (read.id.size) {
            json_t *id = json_loadb(read.id.data, read.id.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
            if (!id) fail_msg("%s: its id is no JSON", made);
            if (read.valid && !json_equal(id, json_object_get(root, "id"))) fail_msg("%s: another id", made);
            char *without = json_line_without_id(&read, made, strlen(made));
            assert_int_equal(strlen(without), strlen(made));
            mem_free(without);
            json_decref(id);
            with_id++;
        }
        valid += read.valid;
        json_decref(root);
    }
    assert_true(valid > 3000 && with_id > 3000);
}

static void depth_has_an_end(void **state)
{
    (void)state;
    static char line[300000];
    memset(line, '[', sizeof line - 1);
    memcpy(line, "{\"id\":", 6);
    assert_int_equal(read_line(line).id.size, 0);
    assert_false(read_line(line).valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_what_stands_there),
        cmocka_unit_test(what_is_an_object_is_one_for_jansson_too),
        cmocka_unit_test(depth_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
