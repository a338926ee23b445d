/* The document against a plain string: a million random edits with marks, blanks, lines, groups and walks
 * over the history, each checked against a slow, obvious version. */
#include "text_test.h"

#include "text/text_internal.h"

#include <stdio.h>
#include <unistd.h>

enum { DOCUMENTS = 500, OPERATIONS = 2200, ROOM = 6000, NODES = OPERATIONS + 1, MARKS = 6, BLANKS = 8 };

/* ---- the model --------------------------------------------------------------------------------- */

struct snapshot {
    char *bytes;
    size_t size;
    struct text_blank blanks[BLANKS];
    size_t blank_count;
    size_t parent;
};

struct model {
    char bytes[ROOM];
    size_t size;
    struct text_blank blanks[BLANKS];
    size_t blank_count;
    struct snapshot nodes[NODES + 1];
    size_t node_count, node;
    text_mark marks[MARKS];
    size_t mark_at[MARKS];
    enum text_gravity gravity[MARKS];
};

static int by_place(const void *a, const void *b)
{
    const struct text_blank *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    if (x->end != y->end) return x->end < y->end ? -1 : 1;
    return x->id < y->id ? -1 : 1;
}

static void model_delete_blanks(struct model *m, size_t start, size_t end)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->blank_count; i++) {
        struct text_blank b = m->blanks[i];
        bool gone = b.start < b.end ? start <= b.start && b.end <= end : start < b.start && b.end < end;
        if (start < end && gone) continue;
        b.start = b.start <= start ? b.start : b.start >= end ? b.start - (end - start) : start;
        b.end = b.end <= start ? b.end : b.end >= end ? b.end - (end - start) : start;
        m->blanks[kept++] = b;
    }
    m->blank_count = kept;
}

static void model_replace(struct model *m, size_t at, size_t removed, const char *bytes, size_t size)
{
    memmove(m->bytes + at + size, m->bytes + at + removed, m->size - at - removed);
    memcpy(m->bytes + at, bytes, size);
    m->size = m->size - removed + size;
    uint32_t before = 0,
             behind = 0; /* empty blanks beside a word that is replaced (ids are few: see BLANKS) */
    size_t beside[BLANKS] = {0};
    for (size_t i = 0; i < m->blank_count && removed && size; i++)
        if (m->blanks[i].start == m->blanks[i].end) {
            if (m->blanks[i].start == at) beside[before++] = m->blanks[i].id;
            if (m->blanks[i].start == at + removed) beside[BLANKS - ++behind] = m->blanks[i].id;
        }
    model_delete_blanks(m, at, at + removed);
    for (size_t i = 0; i < m->blank_count && size; i++) {
        struct text_blank *b = &m->blanks[i];
        bool empty = b->start == b->end, stays = false, moves = false;
        for (size_t j = 0; j < before; j++) stays |= beside[j] == b->id;
        for (size_t j = 1; j <= behind; j++) moves |= beside[BLANKS - j] == b->id;
        if (stays) continue;
        if (moves) {
            b->start = b->end = at + size;
            continue;
        }
        if (b->start > at || (b->start == at && !empty)) b->start += size;
        if (b->end > at || (b->end == at && empty && b->start == at)) b->end += size;
    }
    qsort(m->blanks, m->blank_count, sizeof m->blanks[0], by_place);
}

static void model_move_marks(struct model *m, size_t at, size_t removed, size_t size)
{
    for (size_t i = 0; i < MARKS; i++) {
        size_t *p = &m->mark_at[i];
        if (*p > at) *p = *p - at > removed ? *p - removed : at;
        if (*p > at || (*p == at && m->gravity[i] == TEXT_AFTER)) *p += size;
    }
}

static void check_bytes(const struct text *text, const struct model *m)
{
    char copy[ROOM];
    assert_int_equal(text_size(text), m->size);
    text_copy(text, 0, m->size, copy);
    assert_memory_equal(copy, m->bytes, m->size);
}

static void check_blanks(const struct text *text, const struct text_blank *blanks, size_t count)
{
    assert_int_equal(text_blank_count(text), count);
    for (size_t i = 0; i < count; i++) {
        struct text_blank blank;
        text_blank_at(text, i, &blank);
        assert_int_equal(blank.id, blanks[i].id);
        assert_int_equal(blank.start, blanks[i].start);
        assert_int_equal(blank.end, blanks[i].end);
        assert_int_equal(blank.min, blanks[i].min);
    }
}

static void check_marks(const struct text *text, const struct model *m)
{
    for (size_t i = 0; i < MARKS; i++) assert_int_equal(text_mark_get(text, m->marks[i]), m->mark_at[i]);
}

static void check_lines(const struct text *text, const struct model *m, struct rng *rng)
{
    size_t at = pick(rng, m->size + 1), line = 0, start = 0, end = at;
    for (size_t i = 0; i < at; i++)
        if (m->bytes[i] == '\n') line++, start = i + 1;
    while (end < m->size && m->bytes[end] != '\n') end++;
    if (pick(rng, 2)) { /* in another order, so that counting starts elsewhere */
        assert_int_equal(text_line_start(text, line), start);
        assert_int_equal(text_line_of(text, at), line);
    } else {
        assert_int_equal(text_line_of(text, at), line);
        assert_int_equal(text_line_start(text, line), start);
    }
    assert_int_equal(text_this_line_start(text, at), start);
    assert_int_equal(text_this_line_end(text, at), end);
    assert_int_equal(text_byte(text, at), at < m->size ? (unsigned char)m->bytes[at] : -1);
    if (pick(rng, 8) == 0) {
        size_t total = newlines_in(m->bytes, m->size);
        assert_int_equal(text_line_of(text, text_size(text)) + 1, total + 1);
        assert_int_equal(text_line_start(text, total + 1), m->size);
    }
    size_t run_start;
    struct slice run = text_run(text, at, &run_start);
    assert_true(run_start <= at && (at < run_start + run.size || at == m->size));
    assert_memory_equal(run.data, m->bytes + run_start, run.size);
}

/* Records the document at its node; a step that continues overwrites it. */
static void note(const struct text *text, struct model *m)
{
    size_t node = text_history_at(text);
    struct snapshot *s = &m->nodes[node];
    if (node >= m->node_count) {
        assert_int_equal(node, m->node_count);
        *s = (struct snapshot){.parent = m->node};
        m->node_count++;
    }
    s->bytes = realloc(s->bytes, m->size + 1);
    assert_non_null(s->bytes);
    memcpy(s->bytes, m->bytes, m->size);
    s->size = m->size;
    s->blank_count = m->blank_count;
    memcpy(s->blanks, m->blanks, sizeof m->blanks);
    m->node = node;
}

/* After a walk the document must be as recorded. */
static void arrive(const struct text *text, struct model *m, size_t at)
{
    size_t node = text_history_at(text);
    const struct snapshot *s = &m->nodes[node];
    m->node = node;
    m->size = s->size;
    memcpy(m->bytes, s->bytes, s->size);
    m->blank_count = s->blank_count;
    memcpy(m->blanks, s->blanks, sizeof m->blanks);
    check_bytes(text, m);
    check_blanks(text, m->blanks, m->blank_count);
    assert_true(at <= m->size);
    for (size_t i = 0; i < MARKS; i++) { /* the path was not followed, so only their sanity is checked */
        m->mark_at[i] = text_mark_get(text, m->marks[i]);
        assert_true(m->mark_at[i] <= m->size);
    }
}

/* ---- random operations ------------------------------------------------------------------------- */

static size_t random_bytes(struct rng *rng, char out[64])
{
    static const char *const letters[] = {"a",    "b ",  "\n", "\xc3\xa9", "\r\n",
                                          "\xff", "xyz", ".",  "\t",       "\xe2\x80\x94"};
    size_t size = 0, parts = 1 + pick(rng, pick(rng, 4) ? 3 : 15);
    for (size_t i = 0; i < parts; i++) {
        const char *part = letters[pick(rng, 10)];
        memcpy(out + size, part, strlen(part));
        size += strlen(part);
    }
    return size;
}

static void random_edit(struct text *text, struct model *m, struct rng *rng, size_t *typing)
{
    char bytes[64];
    size_t size = random_bytes(rng, bytes), at = pick(rng, m->size + 1), removed = 0;
    if (pick(rng, 3) == 0) at = *typing <= m->size ? *typing : m->size;
    if (pick(rng, 3) == 0) {
        size_t most = m->size - at < 40 ? m->size - at : 40;
        removed = pick(rng, most + 1);
    }
    if (removed && pick(rng, 2)) size = 0;
    if (m->size > ROOM / 3) {
        removed = (m->size - at) / 2;
        size = 0;
    }
    if (removed == 0 && size == 0) return;
    assert_int_equal(text_replace(text, at, at + removed, bytes, size, NULL), STATUS_OK);
    model_replace(m, at, removed, bytes, size);
    model_move_marks(m, at, removed, size);
    *typing = at + size;
    note(text, m);
}

enum { SPANS = 24 };
struct plan { /* of a bulk replacement */
    struct text_edit edits[SPANS];
    char bytes[SPANS][64];
    size_t count, given;
};

static enum status next_planned(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    (void)error;
    struct plan *plan = context;
    *more = plan->given < plan->count;
    if (*more) *edit = plan->edits[plan->given++];
    return STATUS_OK;
}

/* In the model they are made one by one, from the last to the first. */
static void random_bulk(struct text *text, struct model *m, struct rng *rng)
{
    struct plan plan = {0};
    size_t at = 0, most = m->size < ROOM / 4 ? SPANS : 2, count;
    while (plan.count < most) {
        size_t gap = pick(rng, pick(rng, 4) ? 20 : m->size + 1);
        if (gap > m->size - at) break;
        size_t left = m->size - at - gap, removed = pick(rng, left < 8 ? left + 1 : 8);
        struct text_edit *e = &plan.edits[plan.count];
        *e = (struct text_edit){at + gap, at + gap + removed, plan.bytes[plan.count], 0};
        if (pick(rng, 4)) e->size = random_bytes(rng, plan.bytes[plan.count]);
        if (removed == 0 && e->size == 0) continue;
        at = e->end;
        plan.count++;
    }
    assert_int_equal(text_replace_many(text, next_planned, &plan, &count, NULL), STATUS_OK);
    assert_int_equal(count, plan.count);
    if (plan.count == 0) return;
    for (size_t i = plan.count; i > 0;) { /* adjacent ones become one */
        char bytes[SPANS * 64];
        size_t first = --i, size = 0, end = plan.edits[i].end;
        while (first > 0 && plan.edits[first - 1].end == plan.edits[first].start) first--;
        for (size_t k = first; k <= i; k++) {
            memcpy(bytes + size, plan.edits[k].bytes, plan.edits[k].size);
            size += plan.edits[k].size;
        }
        i = first;
        model_replace(m, plan.edits[i].start, end - plan.edits[i].start, bytes, size);
        model_move_marks(m, plan.edits[i].start, end - plan.edits[i].start, size);
    }
    note(text, m);
}

static void random_blank(struct text *text, struct model *m, struct rng *rng)
{
    if (m->blank_count < BLANKS && pick(rng, 2)) {
        size_t start = pick(rng, m->size + 1), most = m->size - start < 20 ? m->size - start : 20;
        size_t end = start + pick(rng, most + 1);
        uint32_t id = text_blank_add(text, start, end, 3, 9);
        assert_true(id > 0);
        m->blanks[m->blank_count++] = (struct text_blank){id, start, end, 3, 9};
        qsort(m->blanks, m->blank_count, sizeof m->blanks[0], by_place);
    } else if (m->blank_count) {
        size_t i = pick(rng, m->blank_count);
        assert_true(text_blank_remove(text, m->blanks[i].id));
        memmove(&m->blanks[i], &m->blanks[i + 1], (--m->blank_count - i) * sizeof m->blanks[0]);
    } else {
        return;
    }
    note(text, m);
}

static void random_walk(struct text *text, struct model *m, struct rng *rng, bool grouped)
{
    size_t at = 0, kind = pick(rng, 3), goal = pick(rng, m->node_count);
    if (grouped) {
        assert_false(text_undo(text, &at));
        return;
    }
    if (kind == 0) {
        assert_int_equal(text_undo(text, &at), m->node > 0);
        if (m->node > 0) assert_int_equal(text_history_at(text), m->nodes[m->node].parent);
    } else if (kind == 1) {
        size_t child = 0;
        for (size_t i = m->node + 1; i < m->node_count; i++)
            if (m->nodes[i].parent == m->node) child = i;
        assert_int_equal(text_redo(text, &at), child > 0);
        assert_int_equal(text_history_at(text), child ? child : m->node);
    } else if (pick(rng, 4) == 0) {
        assert_true(text_history_go(text, goal, &at));
        assert_int_equal(text_history_at(text), goal);
    }
    arrive(text, m, at);
}

/* As if it had been saved, closed and opened again: the history continues. */
static struct text *reopened(struct text *text, struct model *m)
{
    struct buffer bytes = {0};
    size_t floor;
    assert_true(history_pack(text, SIZE_MAX, 0, &bytes));
    text_free(text);
    text = text_from_bytes(m->bytes, m->size, NULL);
    assert_non_null(text);
    assert_true(history_unpack(text, (struct slice){bytes.data, bytes.size}, &floor));
    for (size_t i = 0; i < MARKS; i++) m->marks[i] = text_mark_add(text, m->mark_at[i], m->gravity[i]);
    check_bytes(text, m);
    check_blanks(text, m->blanks, m->blank_count);
    buffer_free(&bytes);
    return text;
}

static void one_document(struct model *m, struct rng *rng)
{
    m->size = pick(rng, 500);
    for (size_t i = 0; i < m->size; i++) m->bytes[i] = pick(rng, 9) ? (char)('a' + pick(rng, 26)) : '\n';
    struct text *text = text_from_bytes(m->bytes, m->size, NULL);
    assert_non_null(text);
    m->node_count = m->node = m->blank_count = 0;
    for (size_t i = 0; i < MARKS; i++) {
        m->gravity[i] = i % 2 ? TEXT_AFTER : TEXT_BEFORE;
        m->mark_at[i] = pick(rng, m->size + 1);
        m->marks[i] = text_mark_add(text, m->mark_at[i], m->gravity[i]);
    }
    note(text, m);
    size_t typing = 0, depth = 0;
    for (int i = 0; i < OPERATIONS; i++) {
        switch (pick(rng, 12)) {
        case 0:
            random_walk(text, m, rng, depth > 0);
            break;
        case 1:
            random_blank(text, m, rng);
            break;
        case 2:
            check_lines(text, m, rng);
            break;
        case 3:
            if (pick(rng, 3) == 0 && depth < 2) {
                text_group_begin(text);
                depth++;
            } else if (depth > 0) {
                text_group_end(text);
                depth--;
            } else {
                text_break_group(text);
            }
            break;
        case 4:
            if (pick(rng, 4) == 0) random_bulk(text, m, rng);
            if (depth == 0 && pick(rng, 60) == 0) text = reopened(text, m);
            break;
        default:
            random_edit(text, m, rng, &typing);
            break;
        }
        if (i % 8 == 0) check_bytes(text, m);
        if (i % 4 == 0) check_blanks(text, m->blanks, m->blank_count);
        if (i % 4 == 1) check_marks(text, m);
    }
    text_free(text);
    for (size_t i = 0; i < m->node_count; i++) free(m->nodes[i].bytes);
}

static void a_million_random_operations_match_a_plain_string(void **state)
{
    (void)state;
    struct rng rng = {.seed = 1};
    struct model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    for (int i = 0; i < DOCUMENTS; i++) one_document(m, &rng);
    free(m);
}

/* Replacing all, with every allocation failing in turn: everything happens, or nothing. */
static void bulk_changes_are_whole(void **state)
{
    (void)state;
#ifndef LACUNA_FAULTS
    skip();
#endif
    struct rng rng = {.seed = 6};
    char bytes[9000], expected[9000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = pick(&rng, 2000) ? "ab c\n"[pick(&rng, 5)] : 'x';
    for (size_t i = 0; i < sizeof bytes; i++) expected[i] = bytes[i] == 'x' ? 'y' : bytes[i];
    bool done = false;
    for (long n = 0; !done; n++) {
        struct text *text = text_from_bytes(bytes, sizeof bytes, NULL);
        for (size_t i = 0; i < 20; i++) (void)text_blank_add(text, i * 50, i * 50 + 30, 1, 2);
        size_t count, found_start, found_end, nodes = text_history_count(text);
        bool found;
        assert_int_equal(search_from(text, "x", 1, 0, 0, &found_start, &found_end, &found, NULL), STATUS_OK);
        mem_fail_after(n);
        enum status status = text_replace_all(text, "x", 1, 0, 0, sizeof bytes, "y", 1, &count, NULL);
        mem_fail_after(-1);
        assert_text_is(text, status ? bytes : expected, sizeof bytes);
        assert_int_equal(text_blank_count(text), 20);
        assert_int_equal(text_history_count(text), nodes + !status);
        if (!status) {
            assert_true(text_undo(text, NULL));
            assert_text_is(text, bytes, sizeof bytes);
        }
        insert(text, 3, "goes on");
        done = status == STATUS_OK;
        assert_true(done || status == STATUS_NO_MEMORY);
        text_free(text);
        assert_true(n < 1000);
    }
}

/* ---- the tree's own invariants
 * -------------------------------------------------------------------------- */

static size_t tree_height(const struct node *root)
{
    if (!root) return 0;
    size_t left = tree_height(root->left), right = tree_height(root->right);
    return 1 + (left > right ? left : right);
}

static void random_edits_keep_the_tree_low(void **state)
{
    (void)state;
    struct rng rng = {.seed = 2};
    struct text *text = text_of("x");
    for (int i = 0; i < 100000; i++) {
        insert(text, pick(&rng, text_size(text) + 1), "yz");
        text_break_group(text);
    }
    assert_true(tree_height(text->root) <
                60); /* log2 of 200 000 pieces is 18; a treap has about twice that */
    text_free(text);
}

static void edits_from_left_to_right_keep_the_tree_low(void **state)
{
    (void)state;
    static char bytes[200000];
    memset(bytes, 'a', sizeof bytes);
    struct text *text = text_from_bytes(bytes, sizeof bytes, NULL);
    for (size_t at = 0; at < sizeof bytes; at += 20)
        assert_int_equal(text_replace(text, at, at + 5, "bbbbb", 5, NULL), 0);
    assert_true(tree_height(text->root) < 50);
    text_free(text);
}

static void typing_is_one_piece(void **state)
{
    (void)state;
    struct text *text = text_new(NULL);
    for (size_t i = 0; i < 5000; i++) insert(text, i, i % 7 ? "a" : " ");
    assert_int_equal(tree_height(text->root), 1);
    text_free(text);
}

static void a_large_paste_is_cut_and_counted(void **state)
{
    (void)state;
    size_t size = 1 << 20;
    char *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) bytes[i] = i % 50 == 49 ? '\n' : 'a';
    struct text *text = text_of("before\nafter");
    assert_int_equal(text_insert(text, 7, bytes, size, NULL), STATUS_OK);
    assert_int_equal(text_line_start(text, 1001), 7 + 50000);
    assert_int_equal(text_line_of(text, 7 + 50000), 1001);
    size_t start;
    assert_true(text_run(text, 5000, &start).size <= TEXT_PIECE_MAX);
    text_free(text);
    free(bytes);
}

static void a_long_line_finds_its_ends(void **state)
{
    (void)state;
    size_t size = 3 << 20;
    char *bytes = malloc(size);
    memset(bytes, 'a', size);
    bytes[100] = bytes[size - 100] = '\n';
    struct text *text = text_from_bytes(bytes, size, NULL);
    assert_int_equal(text_this_line_start(text, size / 2), 101);
    assert_int_equal(text_this_line_end(text, size / 2), size - 100);
    assert_int_equal(text_this_line_start(text, size), size - 99);
    assert_int_equal(text_this_line_end(text, size), size);
    text_free(text);
    free(bytes);
}

/* The index of newlines over a file read by pages, compared with counting. */
static void pages_and_newline_index_match_the_file(void **state)
{
    (void)state;
    struct rng rng = {.seed = 3};
    size_t size = 4321987, wanted;
    char *bytes = malloc(size), name[] = "/tmp/lacuna-test-XXXXXX";
    for (size_t i = 0; i < size; i++) bytes[i] = pick(&rng, 60) ? 'a' : '\n';
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    unlink(name);
    assert_int_equal(write(fd, bytes, size), size);
    struct original *original = original_from_file(fd, size);
    assert_non_null(original);
    for (int i = 0; i < 3000; i++) {
        size_t start = pick(&rng, size), end = start + pick(&rng, pick(&rng, 2) ? 60000 : size - start + 1);
        if (end > size) end = size;
        size_t have = newlines_in(bytes + start, end - start), nth = 1 + pick(&rng, have + 2), at;
        bool found = original_find_newline(original, start, end, nth, &at);
        assert_int_equal(found, nth <= have);
        if (found) {
            assert_int_equal(bytes[at], '\n');
            wanted = newlines_in(bytes + start, at - start);
            assert_int_equal(wanted, nth - 1);
        } else {
            assert_int_equal(at, have);
        }
        assert_int_equal(original_newlines(original, start, end), have);
        struct slice run = original_run(original, start);
        assert_true(run.size > 0 && start + run.size <= size);
        assert_memory_equal(run.data, bytes + start, run.size);
    }
    original_free(original);
    free(bytes);
}

static void arguments_out_of_range_are_refused(void **state)
{
    (void)state;
    struct text *text = text_of("abc");
    struct error error;
    assert_int_equal(text_insert(text, 4, "x", 1, &error), STATUS_ARGUMENT);
    assert_int_equal(text_delete(text, 2, 4, &error), STATUS_ARGUMENT);
    assert_int_equal(text_delete(text, 2, 1, &error), STATUS_ARGUMENT);
    assert_int_equal(text_insert(text, 1, NULL, 0, &error), STATUS_OK);
    assert_int_equal(text_blank_add(text, 2, 5, 1, 1), 0);
    assert_int_equal(text_blank_add(text, 1, 2, 0, 1), 0);
    assert_int_equal(text_blank_add(text, 1, 2, 2, 1), 0);
    assert_int_equal(text_history_count(text), 1);
    assert_text(text, "abc");
    text_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_random_operations_match_a_plain_string),
        cmocka_unit_test(bulk_changes_are_whole),
        cmocka_unit_test(random_edits_keep_the_tree_low),
        cmocka_unit_test(edits_from_left_to_right_keep_the_tree_low),
        cmocka_unit_test(typing_is_one_piece),
        cmocka_unit_test(a_large_paste_is_cut_and_counted),
        cmocka_unit_test(a_long_line_finds_its_ends),
        cmocka_unit_test(pages_and_newline_index_match_the_file),
        cmocka_unit_test(arguments_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
