/* Key names, keymap files, and that the built-in keymap is keymaps/default.keys. */
#include "ui/line/command_line.h"
#include "ui/line/synonyms.h"
#include "ui/prompt/name_score.h"
#include "ui/session/commands.h"
#include "ui/settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void names_survive(void **state)
{
    (void)state;
    static const char *const names[] = {"a",       "A",       "M-a",  "^S",     "M-^S",    "^Space",
                                        "Space",   "M-Space", "Left", "S-Left", "C-Right", "M-C-Up",
                                        "C-S-End", "F1",      "F12",  "S-F3",   "é",       "漢",
                                        "M-.",     "=",       "Hash", "-",      "^\\",     "Enter"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        char out[UI_KEY_NAME];
        ui_key key = ui_key_parse(names[i], strlen(names[i]));
        assert_int_not_equal(key, 0);
        ui_key_name(key, out);
        assert_int_equal(ui_key_parse(out, strlen(out)), key);
        if (strcmp(names[i], "M-C-Up") != 0) assert_string_equal(out, names[i]);
    }
}

static void wrong_names(void **state)
{
    (void)state;
    static const char *const names[] = {"",     "F0",  "F13", "F1x",  "ab",  "^",   "^1",
                                        "^[",   "^M",  "^I",  "C-a",  "S-a", "X-a", "M-M-a",
                                        "left", "^ab", "M-",  "\x01", "\xff"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(names[i], "^") != 0) /* a character like any other */
            assert_int_equal(ui_key_parse(names[i], strlen(names[i])), 0);
}

static void check_error(const char *text, const char *expected)
{
    struct ui_keymap map;
    struct error error = {0};
    assert_int_equal(ui_keymap_parse(ui_commands, "own.keys", text, strlen(text), &map, &error),
                     STATUS_FORMAT);
    if (strncmp(error.message, expected, strlen(expected)) != 0) fail_msg("%s: %s", text, error.message);
    assert_int_equal(map.count, 0);
    assert_null(map.bindings);
}

static void errors_name_the_place(void **state)
{
    (void)state;
    check_error("edit ^S = sav\n", "own.keys:1:11: not a command: sav");
    check_error("# fine\n\n  edit Lefft = left\n", "own.keys:3:8: not a key: Lefft");
    check_error("page ^S = save\n",
                "own.keys:1:1: not a context (edit, blank, prompt, normal, visual, operator, timeline, "
                "beside, tray, alternatives or vary): page");
    check_error("edit ^S save\n", "own.keys:1:9: expected");
    check_error("edit = save\n", "own.keys:1:8: expected");
    check_error("edit é ^Ü = save\n", "own.keys:1:8: not a key");
    check_error("edit a b c d e = save\n", "own.keys:1:14: more than 4 keys");
    check_error("edit a b c d e f g = save\n", "own.keys:1:20: too many words");
    check_error("prompt ^S = save\n", "own.keys:1:13: this command is not available in this context: save");
    check_error("edit ^X = cut\nedit ^X ^S = save\n",
                "own.keys:2:6: one key sequence is the beginning of another");
    check_error("edit ^X ^S = save\nedit ^X = cut\n",
                "own.keys:2:6: one key sequence is the beginning of another");
    check_error("\xff", "own.keys:1:1: not UTF-8");
}

static const struct ui_command *find(const struct ui_keymap *map, enum ui_context context, const char *keys,
                                     bool *prefix)
{
    ui_key list[UI_SEQUENCE] = {0};
    size_t count = 0;
    while (*keys) {
        size_t length = strcspn(keys, " ");
        list[count++] = ui_key_parse(keys, length);
        keys += length + (keys[length] == ' ');
    }
    return ui_keymap_find(map, context, list, count, prefix);
}

static void sequences_and_contexts(void **state)
{
    (void)state;
    static const char text[] = "edit ^X ^S = save   # two keys\r\nedit ^X ^C=quit = quit\n";
    static const char good[] =
        "edit ^X ^S = save   # two keys\r\nedit a = left\nblank a = again\nedit a = right";
    struct ui_keymap map;
    struct error error;
    bool prefix;
    assert_int_equal(ui_keymap_parse(ui_commands, "k", text, strlen(text), &map, &error), STATUS_FORMAT);
    assert_int_equal(ui_keymap_parse(ui_commands, "k", good, strlen(good), &map, &error), STATUS_OK);
    assert_null(find(&map, UI_EDIT, "^X", &prefix));
    assert_true(prefix);
    assert_string_equal(find(&map, UI_EDIT, "^X ^S", &prefix)->name, "save");
    assert_null(find(&map, UI_BLANK, "^X", &prefix));
    assert_false(prefix);
    assert_string_equal(find(&map, UI_EDIT, "a", &prefix)->name, "right"); /* the last one counts */
    assert_string_equal(find(&map, UI_BLANK, "a", &prefix)->name, "again");
    char keys[UI_SEQUENCE_NAME];
    ui_keymap_keys(&map, "save", UI_EDIT, keys);
    assert_string_equal(keys, "^X ^S");
    ui_keymap_keys(&map, "undo", UI_EDIT, keys);
    assert_string_equal(keys, "");
    ui_keymap_free(&map);
}

static void several_contexts_on_one_line(void **state)
{
    (void)state;
    struct ui_keymap map;
    bool prefix;
    const char *text = "normal,visual,operator w = vi-next-word\nnormal,visual d = vi-delete\n"
                       "visual d = none\nedit x = left\n";
    assert_int_equal(ui_keymap_parse(ui_commands, "k", text, strlen(text), &map, NULL), STATUS_OK);
    assert_string_equal(find(&map, UI_NORMAL, "w", &prefix)->name, "vi-next-word");
    assert_string_equal(find(&map, UI_OPERATOR, "w", &prefix)->name, "vi-next-word");
    assert_string_equal(find(&map, UI_NORMAL, "d", &prefix)->name, "vi-delete");
    assert_null(find(&map, UI_VISUAL, "d", &prefix));
    assert_true(ui_keymap_has(&map, UI_NORMAL));
    assert_false(ui_keymap_has(&map, UI_PROMPT));
    ui_keymap_free(&map);
    check_error("normal,page w = vi-next-word\n", "own.keys:1:8: not a context");
    check_error("normal,edit w = vi-next-word\n", "own.keys:1:17: this command is not available");
    check_error("normal, w = vi-next-word\n", "own.keys:1:1: ");
}

static void a_way_out_is_kept(void **state)
{
    (void)state;
    struct ui_keymap map;
    bool changed, prefix;
    assert_int_equal(ui_keymap_parse(ui_commands, "k", "", 0, &map, NULL), STATUS_OK);
    assert_int_equal(ui_keymap_keep_exits(&map, &changed, NULL), STATUS_OK);
    assert_true(changed);
    assert_string_equal(find(&map, UI_EDIT, "^Q", &prefix)->name, "quit");
    assert_string_equal(find(&map, UI_PROMPT, "Esc", &prefix)->name, "prompt-cancel");
    ui_keymap_free(&map);
    const char *modal = "normal : = command-line\nprompt Enter = prompt-accept\nprompt Esc = prompt-cancel\n";
    assert_int_equal(ui_keymap_parse(ui_commands, "k", modal, strlen(modal), &map, NULL), STATUS_OK);
    assert_int_equal(ui_keymap_keep_exits(&map, &changed, NULL), STATUS_OK);
    assert_false(changed); /* :q does */
    assert_int_equal(map.count, 3);
    ui_keymap_free(&map);
}

static bool is_a_name(const char *name, size_t size)
{
    for (const struct ui_command *c = ui_commands; c->name; c++)
        if (strlen(c->name) == size && memcmp(c->name, name, size) == 0) return true;
    if (setting_find(name, size)) return true;
    for (size_t i = 0; line_command_at(i); i++)
        if (strlen(line_command_at(i)->name) == size && memcmp(line_command_at(i)->name, name, size) == 0)
            return true;
    return false;
}

static void synonyms_are_of_what_there_is(void **state)
{
    (void)state;
    const char *names;
    for (int i = 0; (names = synonym_names(i)) != NULL; i++)
        for (const char *p = names; *p; p += strcspn(p, " "), p += *p == ' ')
            if (!is_a_name(p, strcspn(p, " "))) fail_msg("%s", p);
    assert_int_equal(synonym_rank("exit", "quit"), 1);
    assert_int_equal(synonym_rank("Exi", "quit"), 1);
    assert_int_equal(synonym_rank("ex", "quit"), 0);
    assert_int_equal(synonym_rank("exits", "quit"), 0);
    assert_int_equal(synonym_rank("exit", "save"), 0);
    assert_true(synonym_rank("spelling", "spell") > 0 && synonym_rank("alternatives", "next-candidate") > 0);
}

static void palette_likes_beginnings(void **state)
{
    (void)state;
    assert_int_equal(name_score("xyz", "save-as"), 0);
    assert_true(name_score("", "save") > 0);
    assert_true(name_score("sa", "save-as") > name_score("sa", "select-all-that"));
    assert_true(name_score("nb", "next-blank") > name_score("nb", "unbend"));
    assert_true(name_score("te", "text-end") > name_score("te", "delete-to-line-end"));
    assert_true(name_score("SAVE", "save") > 0);
}

static void include_and_none(void **state)
{
    (void)state;
    static const char text[] = "include default\nedit ^S = none\nedit ^Q = none\n";
    struct ui_keymap map, builtin;
    bool prefix;
    assert_int_equal(ui_keymap_builtin(ui_commands, &builtin, NULL), STATUS_OK);
    assert_int_equal(ui_keymap_parse(ui_commands, "k", text, strlen(text), &map, NULL), STATUS_OK);
    assert_int_equal(map.count, builtin.count - 2);
    assert_null(find(&map, UI_EDIT, "^S", &prefix));
    assert_string_equal(find(&builtin, UI_EDIT, "^S", &prefix)->name, "save");
    ui_keymap_free(&map);
    ui_keymap_free(&builtin);
}

static void default_is_the_file(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    setenv("LACUNA_DATA", ".", 0); /* tests run in the top folder */
    char *path = path_find_data("keymaps/default.keys");
    if (!path) skip();
    assert_int_equal(file_read(path, &bytes, NULL), STATUS_OK);
    assert_string_equal(bytes.data, ui_keymap_default);
    buffer_free(&bytes);
    mem_free(path);
}

/* Everything can be reached: commands of questions have a key, and all others can be run by name. */
static void every_command_can_be_reached(void **state)
{
    (void)state;
    struct ui_keymap map;
    char keys[UI_SEQUENCE_NAME];
    assert_int_equal(ui_keymap_builtin(ui_commands, &map, NULL), STATUS_OK);
    for (const struct ui_command *c = ui_commands; c->name; c++) {
        ui_keymap_keys(&map, c->name, UI_PROMPT, keys);
        if (c->contexts == UI_PROMPT && !*keys) fail_msg("%s has no key", c->name);
        assert_ptr_equal(ui_command_find(ui_commands, c->name, strlen(c->name)), c);
    }
    ui_keymap_keys(&map, "command-line", UI_EDIT, keys);
    assert_string_not_equal(keys, "");
    ui_keymap_free(&map);
}

/* Whatever bytes a keymap has, it is read or refused. */
static void hostile(void **state)
{
    (void)state;
    struct rng rng = {.seed = 5};
    static const char alphabet[] = "edit blank prompt include default = none # ^ M-C-S-F1 \n\t\r\xc3\xa9\xff";
    for (int round = 0; round < 20000; round++) {
        char text[64];
        size_t size = (size_t)rng_below(&rng, sizeof text);
        for (size_t i = 0; i < size; i++) text[i] = alphabet[rng_below(&rng, sizeof alphabet)];
        struct ui_keymap map;
        if (!ui_keymap_parse(ui_commands, "k", text, size, &map, NULL)) ui_keymap_free(&map);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_survive),
        cmocka_unit_test(wrong_names),
        cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(sequences_and_contexts),
        cmocka_unit_test(include_and_none),
        cmocka_unit_test(several_contexts_on_one_line),
        cmocka_unit_test(a_way_out_is_kept),
        cmocka_unit_test(palette_likes_beginnings),
        cmocka_unit_test(synonyms_are_of_what_there_is),
        cmocka_unit_test(default_is_the_file),
        cmocka_unit_test(every_command_can_be_reached),
        cmocka_unit_test(hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
