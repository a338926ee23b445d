/* What travels with a text: the caller's bytes in its history and journal, and which words a model drew. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text/text_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct text *with_fill(void)
{
    struct text *text = text_from_bytes("The man  home.", 14, NULL);
    assert_non_null(text);
    assert_int_equal(text_insert(text, 8, "went slowly", 11, NULL), STATUS_OK);
    assert_true(text_drawn_mark(text, 8, 19));
    return text;
}

/* The drawn stretches, as "[words][words]". */
static void assert_drawn(const struct text *text, const char *wanted)
{
    struct buffer out = {0};
    for (size_t at = 0, start, end; text_drawn_next(text, at, &start, &end); at = end) {
        assert_true(buffer_append_char(&out, '['));
        assert_true(text_append_to(text, start, end, &out));
        assert_true(buffer_append_char(&out, ']'));
    }
    assert_string_equal(out.data ? out.data : "", wanted);
    buffer_free(&out);
}

static void drawn_words_are_the_models_until_they_are_touched(void **state)
{
    (void)state;
    size_t at;
    struct text *text = with_fill();
    assert_drawn(text, "[went slowly]");
    text_insert(text, 10, "X", 1, NULL); /* weXnt */
    assert_drawn(text, "[ slowly]");
    assert_true(text_undo(text, &at));
    assert_drawn(text, "[went slowly]");
    text_delete(text, 18, 19, NULL); /* slowl */
    assert_drawn(text, "[went ]");
    assert_true(text_undo(text, &at));
    text_insert(text, 0, "Now ", 4, NULL); /* moved */
    assert_drawn(text, "[went slowly]");
    text_delete(text, 12, 17, NULL); /* a whole word less */
    assert_drawn(text, "[slowly]");
    text_free(text);
}

static void undo_and_redo_keep_who_drew_what(void **state)
{
    (void)state;
    size_t at;
    struct text *text = with_fill();
    assert_true(text_undo(text, &at));
    assert_drawn(text, "");
    assert_true(text_redo(text, &at));
    assert_drawn(text, "[went slowly]");
    text_free(text);
}

static void long_fills_are_drawn_to_their_end(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    char *bytes = malloc(SIZE);
    size_t start, end;
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) bytes[i] = i % 7 ? 'a' : ' ';
    struct text *text = text_from_bytes("ab", 2, NULL);
    text_insert(text, 1, bytes, SIZE, NULL);
    text_drawn_mark(text, 1, 1 + SIZE);
    assert_true(text_drawn_next(text, 0, &start, &end));
    assert_int_equal(start, 1);
    assert_true(end >= SIZE - 7);
    text_free(text);
    free(bytes);
}

static void a_history_has_the_companion_and_old_ones_are_read(void **state)
{
    (void)state;
    for (int with = 0; with < 2; with++) {
        struct buffer bytes = {0};
        size_t floor;
        struct text *text = text_from_bytes("one two", 7, NULL),
                    *again = text_from_bytes("one two!", 8, NULL);
        text_insert(text, 7, "!", 1, NULL);
        if (with) assert_true(text_companion_set(text, (struct slice){"kept", 4}));
        assert_true(history_pack(text, SIZE_MAX, 0, &bytes));
        assert_true(history_unpack(again, (struct slice){bytes.data, bytes.size}, &floor));
        assert_int_equal(text_companion(again).size, with ? 4 : 0);
        assert_memory_equal(text_companion(again).data, "kept", with ? 4 : 0);
        assert_int_equal(text_history_count(again), 2);
        for (size_t size = 0; size < bytes.size;
             size++) { /* cut anywhere, it is refused or is the old form */
            struct text *cut = text_from_bytes("one two!", 8, NULL);
            if (history_unpack(cut, (struct slice){bytes.data, size}, &floor))
                assert_int_equal(text_companion(cut).size, 0);
            text_free(cut);
        }
        text_free(text);
        text_free(again);
        buffer_free(&bytes);
    }
}

/* In a new folder of TMPDIR, which the runner clears. */
static void a_journal_gives_the_last_companion_back(void **state)
{
    (void)state;
    char folder[] = "/tmp/lacuna-kept-XXXXXX";
    struct text_journal *list;
    struct text_recovered found;
    size_t count;
    assert_non_null(mkdtemp(folder));
    struct text *text = text_new(NULL);
    text_insert(text, 0, "words", 5, NULL);
    assert_true(text_journal_begin(text, folder));
    assert_true(text_companion_set(text, (struct slice){"first", 5})); /* no change of the text yet */
    uint32_t blank = text_blank_add(text, 1, 2, 3, 4);
    assert_true(text_companion_set(text, (struct slice){"second", 6}));
    assert_true(text_journal_flush(text));
    text_journal_end(text, true);
    assert_true(text_journals_find(folder, NULL, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(text_recover(list[0].file, NULL, &found, NULL), STATUS_OK);
    assert_int_equal(found.companion.size, 6);
    assert_memory_equal(found.companion.data, "second", 6);
    assert_int_equal(found.id_count, 1);
    assert_int_equal(found.ids[0].then, blank);
    text_recovered_free(&found);
    unlink(list[0].file);
    text_journals_free(list, count);
    text_free(text);
    rmdir(folder);
}

static void sha256_is_sha256(void **state)
{
    (void)state;
    char out[65];
    hash_sha256("", 0, out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256("abc", 3, out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, out);
    assert_string_equal(out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawn_words_are_the_models_until_they_are_touched),
        cmocka_unit_test(undo_and_redo_keep_who_drew_what),
        cmocka_unit_test(long_fills_are_drawn_to_their_end),
        cmocka_unit_test(a_history_has_the_companion_and_old_ones_are_read),
        cmocka_unit_test(a_journal_gives_the_last_companion_back),
        cmocka_unit_test(sha256_is_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
