/* Random edits, groups, blanks and walks through the undo tree, against a model without pieces: a plain
 * string, and for every node of the history a copy of the document there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lacuna/text.h"

enum { MAX_BLANKS = 12, SIZE_WANTED = 400 };

struct state {
    char *bytes;
    size_t size;
    struct text_blank blanks[MAX_BLANKS];
    size_t blank_count;
};

struct world {
    struct text *text;
    struct state now;    /* bytes are the model's; blanks are read back from the document */
    struct state *nodes; /* what each node of the history looked like when it was left */
    size_t node_count, node_capacity;
    struct rng rng;
    int depth; /* of open groups */
};

static size_t below(struct world *w, size_t bound)
{
    return (size_t)rng_below(&w->rng, bound);
}

static void world_open(struct world *w, const char *bytes, size_t size, uint64_t seed)
{
    *w = (struct world){.rng = {.seed = seed}};
    w->text = text_from_bytes(bytes, size, NULL);
    assert_non_null(w->text);
    w->now.bytes = malloc(size + 1);
    memcpy(w->now.bytes, bytes, size);
    w->now.size = size;
}

static void world_close(struct world *w)
{
    text_free(w->text);
    for (size_t i = 0; i < w->node_count; i++) free(w->nodes[i].bytes);
    free(w->nodes);
    free(w->now.bytes);
}

static void model_splice(struct world *w, size_t start, size_t end, const char *bytes, size_t size)
{
    size_t total = w->now.size - (end - start) + size;
    char *grown = malloc(total + 1);
    memcpy(grown, w->now.bytes, start);
    memcpy(grown + start, bytes, size);
    memcpy(grown + start + size, w->now.bytes + end, w->now.size - end);
    free(w->now.bytes);
    w->now.bytes = grown;
    w->now.size = total;
}

static void read_blanks(struct world *w)
{
    w->now.blank_count = text_blank_count(w->text);
    assert_true(w->now.blank_count <= MAX_BLANKS);
    for (size_t i = 0; i < w->now.blank_count; i++) {
        const struct text_blank *b = &w->now.blanks[i];
        text_blank_at(w->text, i, &w->now.blanks[i]);
        assert_true(b->start <= b->end && b->end <= w->now.size);
        assert_true(i == 0 || b[-1].start <= b->start);
    }
}

/* Records the document at the present node. */
static void remember(struct world *w)
{
    size_t at = text_history_at(w->text), count = text_history_count(w->text);
    assert_true(at < count);
    if (count > w->node_capacity) {
        w->nodes = realloc(w->nodes, count * 2 * sizeof *w->nodes);
        w->node_capacity = count * 2;
    }
    for (; w->node_count < count; w->node_count++) w->nodes[w->node_count] = (struct state){0};
    struct state *node = &w->nodes[at];
    char *copy = malloc(w->now.size + 1);
    memcpy(copy, w->now.bytes, w->now.size);
    free(node->bytes);
    *node = w->now;
    node->bytes = copy;
}

static void check_bytes(struct world *w)
{
    assert_int_equal(text_size(w->text), w->now.size);
    char *copy = malloc(w->now.size + 1);
    text_copy(w->text, 0, w->now.size, copy);
    assert_memory_equal(copy, w->now.bytes, w->now.size);
    free(copy);
}

static void check_node(struct world *w)
{
    const struct state *node = &w->nodes[text_history_at(w->text)];
    free(w->now.bytes);
    w->now.bytes = malloc(node->size + 1);
    memcpy(w->now.bytes, node->bytes, node->size);
    w->now.size = node->size;
    check_bytes(w);
    read_blanks(w);
    assert_int_equal(w->now.blank_count, node->blank_count);
    for (size_t i = 0; i < node->blank_count; i++) {
        assert_int_equal(w->now.blanks[i].id, node->blanks[i].id);
        assert_int_equal(w->now.blanks[i].start, node->blanks[i].start);
        assert_int_equal(w->now.blanks[i].end, node->blanks[i].end);
    }
}

static void check_lines(struct world *w)
{
    size_t lines = 1, at = below(w, w->now.size + 1), line = 0, start = 0, end = at;
    for (size_t i = 0; i < w->now.size; i++) lines += w->now.bytes[i] == '\n';
    for (size_t i = 0; i < at; i++)
        if (w->now.bytes[i] == '\n') {
            line++;
            start = i + 1;
        }
    while (end < w->now.size && w->now.bytes[end] != '\n') end++;
    assert_int_equal(text_line_of(w->text, at), line);
    assert_int_equal(text_line_start(w->text, line), start);
    assert_int_equal(text_this_line_start(w->text, at), start);
    assert_int_equal(text_this_line_end(w->text, at), end);
    assert_int_equal(text_byte(w->text, at), at < w->now.size ? (unsigned char)w->now.bytes[at] : -1);
    if (below(w, 2)) assert_int_equal(text_line_of(w->text, text_size(w->text)) + 1, lines);
    assert_int_equal(text_line_start(w->text, lines), w->now.size);
}

static size_t random_bytes(struct world *w, char *out)
{
    static const char letters[] = "abc de\n\xC3\xA9\xFF\r\n.";
    size_t size = below(w, 8) ? 1 + below(w, 3) : below(w, 90);
    for (size_t i = 0; i < size; i++) out[i] = letters[below(w, sizeof letters - 1)];
    return size;
}

static void random_edit(struct world *w, size_t *cursor)
{
    char bytes[96];
    size_t size = random_bytes(w, bytes);
    size_t start = below(w, 2) && *cursor <= w->now.size ? *cursor : below(w, w->now.size + 1);
    size_t end = start + below(w, w->now.size - start + 1);
    if (below(w, 4)) end = start + below(w, w->now.size - start < 4 ? w->now.size - start + 1 : 4);
    size_t kind = w->now.size > SIZE_WANTED ? 1 + below(w, 2) : below(w, 4);
    if (kind == 0 || kind == 3) {
        end = start;
        assert_int_equal(text_insert(w->text, start, bytes, size, NULL), STATUS_OK);
    } else if (kind == 1) {
        size = 0;
        assert_int_equal(text_delete(w->text, start, end, NULL), STATUS_OK);
    } else {
        assert_int_equal(text_replace(w->text, start, end, bytes, size, NULL), STATUS_OK);
    }
    model_splice(w, start, end, bytes, size);
    *cursor = start + size;
}

static void random_blank(struct world *w)
{
    size_t count = text_blank_count(w->text);
    if (count < MAX_BLANKS - 1 && below(w, 3)) {
        size_t start = below(w, w->now.size + 1);
        size_t end = below(w, 3) ? start + below(w, w->now.size - start + 1) : start;
        assert_true(text_blank_add(w->text, start, end, 1, 4) > 0);
    } else if (count > 0) {
        struct text_blank blank;
        text_blank_at(w->text, below(w, count), &blank);
        assert_true(text_blank_remove(w->text, blank.id));
    }
}

static void random_walk(struct world *w)
{
    size_t at = 0, was = text_history_at(w->text), kind = below(w, 3);
    bool moved;
    if (kind == 0) {
        moved = text_undo(w->text, &at);
        assert_int_equal(moved, was != 0);
    } else if (kind == 1) {
        moved = text_redo(w->text, &at);
    } else {
        size_t count = text_history_count(w->text), reach = count < 30 ? count : 30;
        size_t node = below(w, 50) ? count - 1 - below(w, reach) : below(w, count);
        moved = text_history_go(w->text, node, &at);
        assert_true(moved);
        assert_int_equal(text_history_at(w->text), node);
    }
    check_node(w);
    assert_true(at <= w->now.size);
}

/* Groups stay open for a few changes only; walks need them closed. */
static void random_group(struct world *w)
{
    if (w->depth < 3 && below(w, 2)) {
        text_group_begin(w->text);
        w->depth++;
    } else if (w->depth > 0) {
        text_group_end(w->text);
        w->depth--;
    }
}

static void random_life(uint64_t seed, int operations, bool with_blanks)
{
    struct world w;
    world_open(&w, "one two\nthree\r\n\r\nfour", 22, seed);
    size_t cursor = 0;
    remember(&w);
    for (int i = 0; i < operations; i++) {
        size_t what = below(&w, 20);
        if (what < 12) {
            random_edit(&w, &cursor);
        } else if (what < 14 && with_blanks) {
            random_blank(&w);
        } else if (what < 16) {
            random_group(&w);
        } else if (what < 17) {
            text_break_group(w.text);
        } else if (w.depth == 0) {
            random_walk(&w);
        }
        read_blanks(&w);
        if (i % 4 == 0) check_bytes(&w);
        if (i % 8 == 0) check_lines(&w);
        remember(&w);
    }
    while (w.depth-- > 0) text_group_end(w.text);
    for (size_t node = 0; node < text_history_count(w.text); node += 1 + below(&w, 40)) {
        assert_true(text_history_go(w.text, node, NULL));
        check_node(&w);
    }
    world_close(&w);
}

static void every_node_of_the_history_is_what_it_was(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) random_life(seed, 8000, false);
}

static void blanks_are_part_of_every_node(void **state)
{
    (void)state;
    for (uint64_t seed = 1000; seed < 1060; seed++) random_life(seed, 6000, true);
}

/* ---- marks against the definition ------------------------------------------------------------ */

static void a_mark_keeps_its_neighbours(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, "", 0, 77);
    /* Each byte of the text is unique per step, so a mark is where its neighbour is. */
    for (int round = 0; round < 20000; round++) {
        size_t size = text_size(w.text);
        size_t at = below(&w, size + 1);
        text_mark before = text_mark_add(w.text, at, TEXT_BEFORE),
                  after = text_mark_add(w.text, at, TEXT_AFTER);
        assert_true(before && after && before != after);
        size_t start = below(&w, size + 1), end = start + below(&w, size - start + 1), grown = below(&w, 5);
        if (size < 20) end = start;
        assert_int_equal(text_replace(w.text, start, end, "zzzzz", grown, NULL), STATUS_OK);
        size_t b = text_mark_get(w.text, before), a = text_mark_get(w.text, after);
        if (at < start) assert_true(a == at && b == at);
        if (at > end) assert_true(a == at - (end - start) + grown && b == a);
        if (at == start && at == end) assert_true(b == at && a == at + grown);
        if (at > start && at < end) assert_true(b >= start && a <= start + grown && b <= a);
        text_mark_remove(w.text, before);
        text_mark_remove(w.text, after);
    }
    world_close(&w);
}

/* ---- blanks: the header's promises
 * ---------------------------------------------------------------------- */

static struct text *words(void)
{
    struct text *text = text_from_bytes("one two three", 13, NULL);
    assert_non_null(text);
    return text;
}

static void expect_blank(struct text *text, uint32_t id, size_t start, size_t end)
{
    struct text_blank blank;
    assert_true(text_blank_get(text, id, &blank));
    assert_int_equal(blank.start, start);
    assert_int_equal(blank.end, end);
}

static void insertions_at_the_edges_stay_outside(void **state)
{
    (void)state;
    struct text *text = words();
    uint32_t id = text_blank_add(text, 4, 7, 2, 2);
    assert_int_equal(text_insert(text, 7, "!", 1, NULL), STATUS_OK);
    assert_int_equal(text_insert(text, 4, "?", 1, NULL), STATUS_OK);
    expect_blank(text, id, 5, 8);
    text_free(text);
}

static void a_destroyed_blank_comes_back_with_its_id(void **state)
{
    (void)state;
    struct text *text = words();
    uint32_t whole = text_blank_add(text, 4, 7, 3, 5), empty = text_blank_add(text, 8, 8, 1, 1);
    assert_int_equal(text_delete(text, 4, 9, NULL), STATUS_OK);
    assert_int_equal(text_blank_count(text), 0);
    assert_true(text_undo(text, NULL));
    expect_blank(text, whole, 4, 7);
    expect_blank(text, empty, 8, 8);
    struct text_blank blank;
    assert_true(text_blank_get(text, whole, &blank) && blank.min == 3 && blank.max == 5);
    assert_true(text_redo(text, NULL));
    assert_int_equal(text_blank_count(text), 0);
    text_free(text);
}

static void deleting_up_to_an_empty_blank_keeps_it(void **state)
{
    (void)state;
    struct text *text = words();
    uint32_t id = text_blank_add(text, 4, 4, 2, 2);
    assert_int_equal(text_delete(text, 0, 4, NULL), STATUS_OK);
    assert_int_equal(text_delete(text, 0, 9, NULL), STATUS_OK);
    expect_blank(text, id, 0, 0);
    assert_true(text_undo(text, NULL));
    while (text_history_at(text) > 1) assert_true(text_undo(text, NULL));
    expect_blank(text, id, 4, 4);
    text_free(text);
}

static void typing_a_word_is_one_step_and_a_paste_its_own(void **state)
{
    (void)state;
    struct text *text = text_new(NULL);
    for (const char *p = "one two"; *p; p++)
        assert_int_equal(text_insert(text, text_size(text), p, 1, NULL), STATUS_OK);
    size_t at = 99;
    assert_true(text_undo(text, &at));
    assert_int_equal(text_size(text), 4);
    assert_int_equal(at, 4);
    assert_true(text_undo(text, &at));
    assert_int_equal(text_size(text), 0);
    assert_false(text_undo(text, &at));
    text_free(text);
}

static void dirty_follows_the_history(void **state)
{
    (void)state;
    struct text *text = words();
    assert_int_equal(text_insert(text, 0, "x", 1, NULL), STATUS_OK);
    assert_true(text_dirty(text));
    assert_true(text_undo(text, NULL));
    assert_false(text_dirty(text));
    assert_true(text_redo(text, NULL));
    assert_true(text_dirty(text));
    text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_of_the_history_is_what_it_was),
        cmocka_unit_test(blanks_are_part_of_every_node),
        cmocka_unit_test(a_mark_keeps_its_neighbours),
        cmocka_unit_test(insertions_at_the_edges_stay_outside),
        cmocka_unit_test(a_destroyed_blank_comes_back_with_its_id),
        cmocka_unit_test(deleting_up_to_an_empty_blank_keeps_it),
        cmocka_unit_test(typing_a_word_is_one_step_and_a_paste_its_own),
        cmocka_unit_test(dirty_follows_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
