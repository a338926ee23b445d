/* Undo continues when a file is opened again: every saved state comes back, for exactly the bytes it was
 * saved with. */
#define _XOPEN_SOURCE 700
#include "text_test.h"

#include "text/text_internal.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], histories[96], path[96];

static int fresh(void **state)
{
    (void)state;
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'/*", folder);
    return system(command);
}

static struct text *open_text(void)
{
    struct error error;
    struct text *text = text_open(path, &error);
    if (!text) fail_msg("%s", error.message);
    return text;
}

static void write_file(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void random_change(struct text *text, struct rng *rng)
{
    char bytes[40];
    size_t size = text_size(text), at = pick(rng, size + 1), removed = 0, count = pick(rng, 20);
    for (size_t i = 0; i < count; i++) bytes[i] = "abc \n"[pick(rng, 5)];
    switch (pick(rng, 14)) {
    case 0:
    case 1:
        (void)text_undo(text, NULL);
        return;
    case 2:
        (void)text_redo(text, NULL);
        return;
    case 3:
        (void)text_history_go(text, pick(rng, text_history_count(text)), NULL);
        return;
    case 4:
        assert_int_equal(text_replace_all(text, "a", 1, 0, 0, size, "XYZ", pick(rng, 4), &count, NULL),
                         STATUS_OK);
        return;
    case 5:
        (void)text_blank_add(text, at, at + pick(rng, size - at + 1), 2, 4);
        return;
    case 6:
        if (text_blank_count(text)) {
            struct text_blank b;
            text_blank_at(text, pick(rng, text_blank_count(text)), &b);
            (void)(pick(rng, 2) ? text_blank_remove(text, b.id)
                                : text_blank_set_length(text, b.id, 1, 1 + (uint32_t)pick(rng, 9)));
        }
        return;
    case 7:
        text_group_begin(text);
        for (int i = 0; i < 3; i++) insert(text, pick(rng, text_size(text) + 1), "g");
        text_tag_group(text, pick(rng, 1000), 7);
        text_group_end(text);
        return;
    case 8:
    case 9:
        removed = pick(rng, size - at < 60 ? size - at + 1 : 60);
        break;
    default:
        break;
    }
    assert_int_equal(text_replace(text, at, at + removed, bytes, count, NULL), STATUS_OK);
    if (pick(rng, 3) == 0) text_break_group(text);
}

/* The state at a node: bytes, blanks, tag. */
static void assert_same(const struct text *a, const struct text *b, size_t node_a, size_t node_b)
{
    size_t size = text_size(a);
    char *copy = malloc(size + 1);
    text_copy(a, 0, size, copy);
    assert_text_is(b, copy, size);
    free(copy);
    assert_int_equal(text_blank_count(a), text_blank_count(b));
    for (size_t i = 0; i < text_blank_count(a); i++) {
        struct text_blank x, y;
        text_blank_at(a, i, &x);
        text_blank_at(b, i, &y);
        assert_memory_equal(&x, &y, sizeof x);
    }
    uint64_t trace_a = 0, trace_b = 0;
    uint32_t step_a = 0, step_b = 0;
    assert_int_equal(text_history_tag(a, node_a, &trace_a, &step_a),
                     text_history_tag(b, node_b, &trace_b, &step_b));
    assert_int_equal(trace_a, trace_b);
    assert_int_equal(step_a, step_b);
    assert_int_equal(text_dirty(a), text_dirty(b));
}

static void every_state_comes_back(void **state)
{
    (void)state;
    struct rng rng = {.seed = 21};
    for (int round = 0; round < 100; round++) {
        struct text *text = text_of("one\ntwo a b a\n");
        for (int session = 0; session < 3; session++) {
            for (int i = 0; i < 120; i++) random_change(text, &rng);
            text_break_group(text);
            text->history.saved = text->history.steps[text->history.at].content; /* as if saved now */
            struct buffer bytes = {0}, now = {0};
            size_t at = text_history_at(text), floor = 0, wanted = pick(&rng, text_history_count(text));
            assert_true(history_pack(text, SIZE_MAX, wanted, &bytes));
            assert_true(text_append_to(text, 0, text_size(text), &now));
            struct text *again = text_from_bytes(now.data ? now.data : "", now.size, NULL);
            assert_true(history_unpack(again, (struct slice){bytes.data, bytes.size}, &floor));
            assert_int_equal(floor, wanted);
            assert_int_equal(text_history_count(again), text_history_count(text));
            assert_int_equal(text_history_at(again), at);
            for (size_t node = 0; node < text_history_count(text); node += 1 + pick(&rng, 3)) {
                assert_true(text_history_go(text, node, NULL));
                assert_true(text_history_go(again, node, NULL));
                assert_same(text, again, node, node);
            }
            assert_true(text_history_go(again, at, NULL));
            text_free(text);
            text = again; /* the next session continues with the loaded history */
            buffer_free(&bytes);
            buffer_free(&now);
        }
        text_free(text);
    }
}

static void what_is_nearest_is_kept_within_the_limit(void **state)
{
    (void)state;
    struct text *text = text_of("");
    for (int i = 0; i < 1000; i++) {
        insert(text, text_size(text), "0123456789");
        text_break_group(text);
        delete (text, 0, 5);
        text_break_group(text);
    }
    for (int i = 0; i < 5; i++) assert_true(text_undo(text, NULL));
    text->history.saved = text->history.steps[text->history.at].content;
    struct buffer bytes = {0}, now = {0};
    size_t floor = 7;
    assert_true(history_pack(text, 10000, 3, &bytes));
    assert_true(bytes.size < 10000);
    assert_true(text_append_to(text, 0, text_size(text), &now));
    struct text *again = text_from_bytes(now.data, now.size, NULL);
    assert_true(history_unpack(again, (struct slice){bytes.data, bytes.size}, &floor));
    assert_int_equal(floor, 0);
    size_t undone = 0, redone = 0;
    for (; text_undo(again, NULL); undone++) assert_true(text_undo(text, NULL));
    assert_same(text, again, text_history_at(text), 0);
    assert_true(undone > 100);
    for (; text_redo(again, NULL); redone++) assert_true(text_redo(text, NULL));
    assert_int_equal(redone, undone + 5);
    assert_same(text, again, text_history_at(text), text_history_at(again));
    text_free(text);
    text_free(again);
    buffer_free(&bytes);
    buffer_free(&now);
}

static void undo_puts_the_cursor_back(void **state)
{
    (void)state;
    size_t at = 99;
    struct text *text = text_of("one two three");
    text_cursor(text, 5);
    text_group_begin(text);
    insert(text, 0, "zero ");
    delete (text, 8, 12);
    text_group_end(text);
    text_cursor(text, 8);
    text_cursor(text, 2); /* the cursor has moved elsewhere */
    insert(text, 10, "!");
    text_break_group(text);
    insert(text, 11, "?"); /* no cursor was recorded between the two */
    text_cursor(text, 12);
    struct buffer bytes = {0}, now = {0};
    text->history.saved = text->history.steps[text->history.at].content;
    assert_true(history_pack(text, 10000, 0, &bytes));
    assert_true(text_append_to(text, 0, text_size(text), &now));
    struct text *again = text_from_bytes(now.data, now.size, NULL);
    assert_true(history_unpack(again, (struct slice){bytes.data, bytes.size}, &(size_t){0}));
    struct text *both[] = {text, again};
    for (int i = 0; i < 2; i++) {
        assert_true(text_undo(both[i], &at) && at == 11);
        assert_true(text_undo(both[i], &at) && at == 2);
        assert_true(text_undo(both[i], &at) && at == 5);
        assert_text(both[i], "one two three");
        assert_true(text_redo(both[i], &at) && at == 8);
        assert_true(text_redo(both[i], &at) && at == 11);
        assert_true(text_redo(both[i], &at) && at == 12);
        assert_true(text_history_go(both[i], 0, &at) && at == 5);
        text_free(both[i]);
    }
    buffer_free(&bytes);
    buffer_free(&now);
}

static void a_history_without_cursors_is_read(void **state)
{
    (void)state;
    struct text *text = text_of("one");
    insert(text, 3, " two");
    text->history.saved = text->history.steps[text->history.at].content;
    struct buffer bytes = {0}, old = {0};
    assert_true(history_pack(text, 10000, 0, &bytes));
    size_t i = 0; /* flags, trace, trace_step, two cursors that were not recorded, one change */
    while (memcmp(bytes.data + i, "\2\0\0\0\0\1", 6) != 0) assert_true(++i + 6 <= bytes.size);
    assert_true(buffer_append(&old, bytes.data, i) && buffer_append(&old, "\0\0\0", 3) &&
                buffer_append(&old, bytes.data + i + 5, bytes.size - i - 5));
    struct text *again = text_of("one two");
    assert_true(history_unpack(again, (struct slice){old.data, old.size}, &(size_t){0}));
    assert_true(text_undo(again, NULL));
    assert_text(again, "one");
    text_free(text);
    text_free(again);
    buffer_free(&bytes);
    buffer_free(&old);
}

static void a_file_goes_on_where_it_was(void **state)
{
    (void)state;
    size_t floor = 9;
    write_file("first\n", 6);
    struct text *text = open_text();
    assert_false(text_history_load(text, histories, &floor));
    insert(text, 0, "second ");
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_int_equal(text_history_save(text, histories, 1 << 20, 0, NULL), STATUS_OK);
    insert(text, 0, "not saved ");
    assert_int_equal(text_history_save(text, histories, 1 << 20, 0, NULL), STATUS_ARGUMENT);
    text_free(text);
    text = open_text();
    assert_true(text_history_load(text, histories, &floor));
    assert_int_equal(floor, 0);
    assert_false(text_dirty(text));
    assert_true(text_undo(text, NULL));
    assert_text(text, "first\n");
    assert_true(text_dirty(text));
    assert_true(text_redo(text, NULL));
    assert_false(text_dirty(text));
    text_free(text);
    struct stat info;
    assert_int_equal(stat(histories, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    write_file("second first.", 13); /* the same length, but different */
    text = open_text();
    assert_false(text_history_load(text, histories, &floor));
    text_free(text);
}

/* Damaged bytes are refused by their hash; with a right hash, by checks of their content. */
static void hostile_bytes_do_no_harm(void **state)
{
    (void)state;
    struct rng rng = {.seed = 5};
    struct text *text = text_of("one\ntwo a b a\n");
    for (int i = 0; i < 150; i++) random_change(text, &rng);
    struct buffer bytes = {0}, now = {0};
    size_t floor, taken = 0;
    assert_true(history_pack(text, SIZE_MAX, 0, &bytes));
    assert_true(text_append_to(text, 0, text_size(text), &now));
    for (int i = 0; i < 20000; i++) {
        struct buffer bad = {0};
        size_t size = pick(&rng, 4) ? bytes.size : pick(&rng, bytes.size);
        assert_true(buffer_append(&bad, bytes.data, size));
        for (size_t k = 1 + pick(&rng, 3); k > 0 && size; k--)
            bad.data[pick(&rng, size)] = (char)pick(&rng, 256);
        struct text *again = text_from_bytes(now.data, now.size, NULL);
        if (history_unpack(again, (struct slice){bad.data, bad.size}, &floor)) {
            taken++;
            for (size_t node = 0; node < text_history_count(again); node += 7) {
                (void)text_history_go(again, node, NULL);
                struct text_blank b;
                for (size_t k = 0; k < text_blank_count(again); k++) {
                    text_blank_at(again, k, &b);
                    assert_true(b.start <= b.end);
                }
                char *copy = malloc(text_size(again) + 1);
                text_copy(again, 0, text_size(again), copy);
                free(copy);
            }
        }
        insert(again, 0, "x");
        text_free(again);
        buffer_free(&bad);
    }
    assert_true(taken > 100); /* changed letters, most of them */
    text_free(text);
    buffer_free(&bytes);
    buffer_free(&now);
}

int main(void)
{
    snprintf(folder, sizeof folder, "/tmp/lacuna-history-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    snprintf(histories, sizeof histories, "%s/history", folder);
    snprintf(path, sizeof path, "%s/draft.txt", folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_state_comes_back, fresh),
        cmocka_unit_test_setup(what_is_nearest_is_kept_within_the_limit, fresh),
        cmocka_unit_test_setup(a_file_goes_on_where_it_was, fresh),
        cmocka_unit_test(undo_puts_the_cursor_back),
        cmocka_unit_test(a_history_without_cursors_is_read),
        cmocka_unit_test_setup(hostile_bytes_do_no_harm, fresh),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fresh(NULL);
    rmdir(folder);
    return failed;
}
