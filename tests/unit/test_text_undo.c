/* Steps, groups, tags, branches, the dirty flag, marks and blanks; and that a failed allocation changes
 * nothing (only in a build with FAULTS=1). */
#include "text_test.h"

static size_t undo(struct text *text)
{
    size_t at = 0;
    assert_true(text_undo(text, &at));
    return at;
}

static size_t redo(struct text *text)
{
    size_t at = 0;
    assert_true(text_redo(text, &at));
    return at;
}

static void type(struct text *text, size_t at, const char *string)
{
    for (; *string; string++) assert_int_equal(text_insert(text, at++, string, 1, NULL), STATUS_OK);
}

/* ---- steps ------------------------------------------------------------------------------------- */

static void typing_is_undone_by_words(void **state)
{
    (void)state;
    struct text *text = text_new(NULL);
    type(text, 0, "one two  three");
    assert_int_equal(undo(text), 9);
    assert_text(text, "one two  ");
    undo(text);
    assert_text(text, "one ");
    undo(text);
    assert_text(text, "");
    assert_false(text_undo(text, NULL));
    assert_int_equal(redo(text), 4);
    redo(text);
    assert_int_equal(redo(text), 14);
    assert_text(text, "one two  three");
    assert_false(text_redo(text, NULL));
    text_free(text);
}

static void a_line_break_is_a_step(void **state)
{
    (void)state;
    struct text *text = text_new(NULL);
    type(text, 0, "ab\ncd");
    undo(text);
    assert_text(text, "ab\n");
    undo(text);
    assert_text(text, "ab");
    text_free(text);
}

static void backspaces_and_deletes_are_one_step_each(void **state)
{
    (void)state;
    struct text *text = text_of("abcdefgh");
    delete (text, 4, 5);
    delete (text, 3, 4);
    delete (text, 2, 3);
    assert_int_equal(undo(text), 5);
    assert_text(text, "abcdefgh");
    delete (text, 2, 3);
    delete (text, 2, 3);
    assert_text(text, "abefgh");
    undo(text);
    assert_text(text, "abcdefgh");
    text_free(text);
}

static void a_moved_cursor_begins_a_new_step(void **state)
{
    (void)state;
    struct text *text = text_new(NULL);
    type(text, 0, "ab");
    text_break_group(text);
    type(text, 2, "cd");
    undo(text);
    assert_text(text, "ab");
    text_free(text);
}

static void a_group_is_one_step(void **state)
{
    (void)state;
    struct text *text = text_of("one two three");
    text_group_begin(text);
    delete (text, 0, 4);
    text_group_begin(text);
    insert(text, 0, "1 ");
    text_group_end(text);
    insert(text, text_size(text), "!");
    assert_false(text_undo(text, NULL));
    text_group_end(text);
    assert_text(text, "1 two three!");
    undo(text);
    assert_text(text, "one two three");
    assert_int_equal(text_history_count(text), 2);
    redo(text);
    assert_text(text, "1 two three!");
    text_group_begin(text); /* an empty group is no step */
    text_group_end(text);
    assert_int_equal(text_history_count(text), 2);
    text_free(text);
}

static void every_branch_is_reached(void **state)
{
    (void)state;
    struct text *text = text_of("x");
    insert(text, 1, "a");
    text_break_group(text);
    insert(text, 2, "b");
    undo(text);
    undo(text);
    insert(text, 0, "c");
    assert_int_equal(text_history_at(text), 3);
    size_t at;
    assert_true(text_history_go(text, 2, &at));
    assert_text(text, "xab");
    assert_true(text_history_go(text, 3, &at));
    assert_text(text, "cx");
    assert_true(text_history_go(text, 0, &at));
    redo(text); /* the newest branch */
    assert_text(text, "cx");
    assert_false(text_history_go(text, 4, &at));
    text_free(text);
}

static void a_forgotten_step_leaves_redo_as_it_was(void **state)
{
    (void)state;
    struct text *text = text_of("one two");
    insert(text, 7, " three");
    undo(text);
    uint32_t id = text_blank_add(text, 0, 3, 1, 4);
    assert_true(id && text_history_forget(text, text_history_at(text)));
    assert_int_equal(text_blank_count(text), 0);
    redo(text);
    assert_text(text, "one two three");
    assert_int_equal(text_history_count(text), 2);
    assert_false(text_history_forget(text, 2)); /* there is none */
    assert_false(text_history_forget(text, 0)); /* the opened state */
    insert(text, 0, "x");
    undo(text);
    assert_false(text_history_forget(text, 1)); /* another was made from it */
    assert_true(text_history_forget(text, 2));
    assert_text(text, "one two three");
    size_t at;
    assert_false(text_redo(text, &at));
    text_free(text);
}

static void tags_belong_to_their_step(void **state)
{
    (void)state;
    struct text *text = text_of("x");
    uint64_t trace = 0;
    uint32_t step = 0;
    text_group_begin(text);
    text_tag_group(text, 77, 5); /* before its first change … */
    insert(text, 0, "a");
    text_group_end(text);
    insert(text, 0, "b");
    assert_false(text_history_tag(text, 2, &trace, &step));
    text_tag_group(text, 78, 6); /* … or after the last */
    assert_true(text_history_tag(text, 1, &trace, &step));
    assert_int_equal(trace, 77);
    assert_int_equal(step, 5);
    assert_true(text_history_tag(text, 2, &trace, &step));
    assert_int_equal(trace, 78);
    assert_false(text_history_tag(text, 9, &trace, &step));
    text_free(text);
}

static void undoing_makes_clean_again(void **state)
{
    (void)state;
    struct text *text = text_of("x");
    assert_false(text_dirty(text));
    insert(text, 0, "a");
    assert_true(text_dirty(text));
    undo(text);
    assert_false(text_dirty(text));
    insert(text, 0, "a"); /* the same bytes reached in another way count as different */
    assert_true(text_dirty(text));
    undo(text);
    assert_true(text_blank_add(text, 0, 1, 1, 2));
    assert_false(text_dirty(text));
    text_free(text);
}

/* ---- marks and blanks -------------------------------------------------------------------------- */

static void gravity_decides_at_the_place_of_insertion(void **state)
{
    (void)state;
    struct text *text = text_of("abcdef");
    text_mark before = text_mark_add(text, 3, TEXT_BEFORE), after = text_mark_add(text, 3, TEXT_AFTER);
    insert(text, 3, "XY");
    assert_int_equal(text_mark_get(text, before), 3);
    assert_int_equal(text_mark_get(text, after), 5);
    delete (text, 1, 7);
    assert_int_equal(text_mark_get(text, before), 1);
    assert_int_equal(text_mark_get(text, after), 1);
    text_mark_remove(text, before);
    assert_int_equal(text_mark_add(text, 2, TEXT_BEFORE), before); /* its number is free again */
    text_mark_set(text, after, 100);
    assert_int_equal(text_mark_get(text, after), text_size(text));
    text_free(text);
}

static void assert_blank(const struct text *text, uint32_t id, size_t start, size_t end)
{
    struct text_blank blank;
    assert_true(text_blank_get(text, id, &blank));
    assert_int_equal(blank.start, start);
    assert_int_equal(blank.end, end);
}

static void a_blank_moves_with_its_words(void **state)
{
    (void)state;
    struct text *text = text_of("one two three");
    uint32_t id = text_blank_add(text, 4, 7, 2, 5);
    insert(text, 4, "<");
    insert(text, 8, ">");
    assert_text(text, "one <two> three");
    assert_blank(text, id, 5, 8);
    insert(text, 6, "__");
    assert_blank(text, id, 5, 10);
    delete (text, 2, 6);
    assert_blank(text, id, 2, 6);
    while (text_history_at(text) > 1) undo(text);
    assert_blank(text, id, 4, 7);
    assert_int_equal(text_blank_find(text, 7), id);
    assert_int_equal(text_blank_find(text, 8), 0);
    text_free(text);
}

static void an_empty_blank_takes_what_is_typed(void **state)
{
    (void)state;
    struct text *text = text_of("ab");
    uint32_t id = text_blank_add(text, 1, 1, 1, 3);
    insert(text, 1, "xyz");
    assert_blank(text, id, 1, 4);
    undo(text);
    assert_blank(text, id, 1, 1);
    delete (text, 1, 2); /* one side only */
    assert_blank(text, id, 1, 1);
    undo(text);
    delete (text, 0, 2); /* both */
    assert_int_equal(text_blank_count(text), 0);
    undo(text);
    assert_blank(text, id, 1, 1);
    text_free(text);
}

static void a_word_replaced_beside_an_empty_blank_stays_outside(void **state)
{
    (void)state;
    struct text *text = text_of("one two three");
    uint32_t id = text_blank_add(text, 4, 4, 1, 1), other = text_blank_add(text, 7, 7, 1, 1);
    assert_int_equal(text_replace(text, 4, 7, "zwei", 4, NULL), STATUS_OK);
    assert_blank(text, id, 4, 4);
    assert_blank(text, other, 8, 8);
    undo(text);
    assert_blank(text, id, 4, 4);
    assert_blank(text, other, 7, 7);
    text_free(text);
}

static void undo_brings_a_destroyed_blank_back(void **state)
{
    (void)state;
    struct text *text = text_of("one two three");
    uint32_t id = text_blank_add(text, 4, 7, 2, 5);
    assert_true(text_blank_set_length(text, id, 3, 4));
    assert_int_equal(text_replace(text, 4, 7, "2", 1, NULL), STATUS_OK);
    assert_int_equal(text_blank_count(text), 0);
    undo(text);
    struct text_blank blank;
    assert_true(text_blank_get(text, id, &blank));
    assert_int_equal(blank.min, 3);
    assert_blank(text, id, 4, 7);
    redo(text);
    assert_int_equal(text_blank_count(text), 0);
    undo(text);
    undo(text); /* the wanted length */
    assert_true(text_blank_get(text, id, &blank));
    assert_int_equal(blank.min, 2);
    assert_int_equal(blank.max, 5);
    undo(text); /* the adding */
    assert_int_equal(text_blank_count(text), 0);
    redo(text);
    assert_blank(text, id, 4, 7);
    redo(text);
    assert_true(text_blank_get(text, id, &blank));
    assert_int_equal(blank.min, 3);
    assert_true(text_blank_remove(text, id));
    assert_false(text_blank_remove(text, id));
    undo(text);
    assert_blank(text, id, 4, 7);
    assert_true(text_blank_add(text, 0, 1, 1, 1) > id); /* ids are never used again */
    text_free(text);
}

/* ---- failed allocations ------------------------------------------------------------------------ */

/* The obvious way to find one. */
static uint32_t first_around(const struct text *text, size_t at)
{
    struct text_blank b;
    for (size_t i = 0; i < text_blank_count(text); i++) {
        text_blank_at(text, i, &b);
        if (b.start <= at && at <= b.end) return b.id;
    }
    return 0;
}

static void assert_blanks_in_order(const struct text *text)
{
    struct text_blank b, before = {0};
    for (size_t i = 0; i < text_blank_count(text); i++, before = b) {
        text_blank_at(text, i, &b);
        assert_true(b.start > before.start || (b.start == before.start && b.end >= before.end));
        assert_true(b.id && b.end <= text_size(text));
    }
    for (size_t at = 0; at <= text_size(text); at += 7)
        assert_int_equal(text_blank_find(text, at), first_around(text, at));
}

/* Thousands of blanks, some inside others, that come, go and move with edits, back and forth. */
static void many_blanks_are_where_they_belong(void **state)
{
    (void)state;
    struct rng rng = {7, 7, 0};
    struct text *text = text_new(NULL);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(text_insert(text, text_size(text), "word ", 5, NULL), STATUS_OK);
    for (int i = 0; i < 3000; i++) {
        size_t at = rng_below(&rng, text_size(text)), size = text_size(text) - at;
        size_t longest = i % 50 ? 9 : 700, some = rng_below(&rng, longest < size ? longest : size);
        uint64_t what = rng_below(&rng, 8);
        struct text_blank b;
        if (what < 5)
            assert_true(text_blank_add(text, at, at + some, 1, 5));
        else if (what == 5 && text_blank_around(text, at, &b))
            assert_true(text_blank_remove(text, b.id));
        else if (what == 6)
            assert_int_equal(text_replace(text, at, at + some, "new ", 4, NULL), STATUS_OK);
        else
            assert_int_equal(text_insert(text, at, "more ", 5, NULL), STATUS_OK);
        text_break_group(text);
        if (i % 100 == 99) assert_blanks_in_order(text);
    }
    size_t count = text_blank_count(text), size = text_size(text), cursor;
    for (int i = 0; i < 600; i++) assert_true(text_undo(text, &cursor));
    assert_blanks_in_order(text);
    for (int i = 0; i < 600; i++) assert_true(text_redo(text, &cursor));
    assert_blanks_in_order(text);
    assert_true(text_blank_count(text) == count && text_size(text) == size);
    text_free(text);
}

#ifdef LACUNA_FAULTS

struct picture {
    char bytes[4096];
    size_t size, node, nodes, blanks, mark;
};

static struct picture picture_of(const struct text *text, text_mark mark)
{
    struct picture p = {.size = text_size(text)};
    assert_true(p.size <= sizeof p.bytes);
    text_copy(text, 0, p.size, p.bytes);
    p.node = text_history_at(text);
    p.nodes = text_history_count(text);
    p.blanks = text_blank_count(text);
    p.mark = text_mark_get(text, mark);
    return p;
}

/* A document with a branched history, cut into many pieces, with full arrays that must grow. */
static struct text *busy_document(text_mark *mark)
{
    struct text *text = text_of("a few words to begin with, and a few more");
    struct rng rng = {.seed = 9};
    *mark = text_mark_add(text, 5, TEXT_AFTER);
    for (int i = 0; i < 8; i++) assert_true(text_blank_add(text, (size_t)i, (size_t)i + 3, 1, 4));
    while (text_history_count(text) < 32) {
        size_t at = pick(&rng, text_size(text));
        if (pick(&rng, 2))
            insert(text, at, "inserted");
        else
            delete (text, at, at + pick(&rng, text_size(text) - at));
        text_break_group(text);
        if (pick(&rng, 5) == 0) undo(text);
    }
    return text;
}

static char large[200000];

static bool act(struct text *text, int action)
{
    switch (action) {
    case 0:
        return text_insert(text, 7, large, sizeof large, NULL) == STATUS_OK;
    case 1:
        return text_delete(text, 3, 9, NULL) == STATUS_OK;
    case 2:
        return text_replace(text, 2, 8, "other", 5, NULL) == STATUS_OK;
    case 3:
        return text_undo(text, NULL);
    case 4:
        return text_history_go(text, 0, NULL);
    case 5:
        return text_blank_add(text, 1, 3, 1, 1) > 0;
    case 6:
        return text_history_go(text, 17, NULL);
    default:
        return text_mark_add(text, 1, TEXT_AFTER) > 0;
    }
}

static void a_failed_allocation_leaves_everything_as_it_was(void **state)
{
    (void)state;
    memset(large, 'L', sizeof large);
    size_t failures = 0;
    for (int action = 0; action < 8; action++) {
        for (long fail = 0;; fail++) {
            text_mark mark;
            struct text *text = busy_document(&mark);
            struct picture before = picture_of(text, mark);
            mem_fail_after(fail);
            bool good = act(text, action);
            mem_fail_after(-1);
            if (!good) {
                struct picture after = picture_of(text, mark);
                failures++;
                assert_int_equal(after.size, before.size);
                assert_memory_equal(after.bytes, before.bytes, before.size);
                assert_int_equal(after.node, before.node);
                assert_int_equal(after.nodes, before.nodes);
                assert_int_equal(after.blanks, before.blanks);
                assert_int_equal(after.mark, before.mark);
                assert_true(act(text, action)); /* and it works with enough memory */
            }
            text_free(text);
            if (good) break;
        }
    }
    assert_true(failures > 10);
}

static void opening_survives_failed_allocations(void **state)
{
    (void)state;
    for (long fail = 0;; fail++) {
        struct error error = {0};
        mem_fail_after(fail);
        struct text *text = text_open("Makefile", &error);
        mem_fail_after(-1);
        if (text) {
            text_free(text);
            break;
        }
        assert_int_equal(error.code, STATUS_NO_MEMORY);
    }
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_is_undone_by_words),
        cmocka_unit_test(a_line_break_is_a_step),
        cmocka_unit_test(backspaces_and_deletes_are_one_step_each),
        cmocka_unit_test(a_moved_cursor_begins_a_new_step),
        cmocka_unit_test(a_group_is_one_step),
        cmocka_unit_test(every_branch_is_reached),
        cmocka_unit_test(a_forgotten_step_leaves_redo_as_it_was),
        cmocka_unit_test(tags_belong_to_their_step),
        cmocka_unit_test(undoing_makes_clean_again),
        cmocka_unit_test(gravity_decides_at_the_place_of_insertion),
        cmocka_unit_test(a_blank_moves_with_its_words),
        cmocka_unit_test(an_empty_blank_takes_what_is_typed),
        cmocka_unit_test(a_word_replaced_beside_an_empty_blank_stays_outside),
        cmocka_unit_test(undo_brings_a_destroyed_blank_back),
        cmocka_unit_test(many_blanks_are_where_they_belong),
#ifdef LACUNA_FAULTS
        cmocka_unit_test(a_failed_allocation_leaves_everything_as_it_was),
        cmocka_unit_test(opening_survives_failed_allocations),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
