/* The header's promises about clusters, steps and rows, for random text in many pieces: the oracles walk a
 * plain string from its start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

#include "lacuna/text.h"

static struct rng rng = {.seed = 5};

static size_t below(size_t bound)
{
    return (size_t)rng_below(&rng, bound);
}

/* ---- worlds ---------------------------------------------------------------------------------- */

static const char *const atoms[] = {
    "a",
    "b",
    "c",
    " ",
    " ",
    " ",
    "-",
    "x",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\xC3\xA9",
    "e\xCC\x81",
    "\xCC\x81",
    "\xE2\x80\x8D",     /* zero width joiner */
    "\xF0\x9F\x91\xA9", /* woman */
    "\xF0\x9F\x92\xBB", /* laptop */
    "\xF0\x9F\x8F\xBD", /* skin tone */
    "\xF0\x9F\x87\xAB",
    "\xF0\x9F\x87\xB7", /* regional indicators */
    "\xE1\x84\x80",
    "\xE1\x85\xA1",
    "\xE1\x86\xA8",
    "\xEA\xB0\x80", /* jamo L V T, a syllable */
    "\xE4\xB8\xAD",
    "\xEF\xBC\x8C", /* wide */
    "\xE2\x80\x94",
    "\xC2\xA0",
    "\xE2\x80\xA6",
    "\xFF",
    "\xE2\x82",
    "\xF0\x9F",
    "\xC0",
    "\x80", /* not UTF-8 */
    "\x01",
    "\x7F",
    "\xC2\x85",
    "\xD8\x80", /* controls; a prepended sign */
};

static struct buffer random_text(size_t count, bool newlines)
{
    struct buffer out = {0};
    while (count-- > 0) {
        const char *atom = atoms[below(ARRAY_SIZE(atoms))];
        if (!newlines && strchr(atom, '\n')) continue;
        size_t times = below(12) ? 1 : below(60) ? 1 + below(6) : below(200);
        for (size_t i = 0; i < times; i++) assert_true(buffer_append_string(&out, atom));
    }
    assert_true(buffer_append(&out, "", 0));
    return out;
}

/* A document with these bytes, inserted in random order so that it consists of many pieces. */
static struct text *in_pieces(const char *bytes, size_t size)
{
    struct text *text = text_new(NULL);
    assert_non_null(text);
    size_t from = below(size + 1), to = from;
    while (from > 0 || to < size) {
        size_t step = 1 + below(7);
        if (from > 0 && (to == size || below(2))) {
            if (step > from) step = from;
            from -= step;
            assert_int_equal(text_insert(text, 0, bytes + from, step, NULL), STATUS_OK);
        } else {
            if (step > size - to) step = size - to;
            assert_int_equal(text_insert(text, to - from, bytes + to, step, NULL), STATUS_OK);
            to += step;
        }
    }
    return text;
}

/* ---- clusters -------------------------------------------------------------------------------- */

static size_t cluster_end(const char *p, size_t size, size_t at)
{
    uint32_t before, after;
    int length = utf8_decode(p + at, size - at, &before);
    if (length == 0) return at + 1;
    size_t end = at + (size_t)length;
    utf8proc_int32_t state = 0;
    while (end < size && (length = utf8_decode(p + end, size - end, &after)) > 0) {
        if (utf8proc_grapheme_break_stateful((int)before, (int)after, &state)) break;
        if (end + (size_t)length - at > 256) break;
        end += (size_t)length;
        before = after;
    }
    return end;
}

static void clusters_are_those_of_a_walk_from_the_start(void **state)
{
    (void)state;
    for (int round = 0; round < 1500; round++) {
        struct buffer b = random_text(1 + below(80), true);
        struct text *text = in_pieces(b.data, b.size);
        struct text_cluster cluster;
        for (size_t at = 0, end; at < b.size; at = end) {
            end = cluster_end(b.data, b.size, at);
            assert_true(text_cluster_at(text, at, &cluster));
            assert_int_equal(cluster.start, at);
            assert_int_equal(cluster.end, end);
            assert_int_equal(text_next_cluster(text, at), end);
            assert_int_equal(cluster.kind == TEXT_CLUSTER_NEWLINE, b.data[end - 1] == '\n');
            for (size_t inside = at + 1; inside <= end; inside++)
                assert_int_equal(text_previous_cluster(text, inside), at);
        }
        assert_false(text_cluster_at(text, b.size, &cluster));
        assert_int_equal(text_next_cluster(text, b.size), b.size);
        assert_int_equal(text_previous_cluster(text, 0), 0);
        text_free(text);
        buffer_free(&b);
    }
}

static size_t stops(const char *bytes)
{
    struct text *text = text_from_bytes(bytes, strlen(bytes), NULL);
    size_t count = 0;
    for (size_t at = 0; at < text_size(text); count++) at = text_next_cluster(text, at);
    text_free(text);
    return count;
}

static void one_character_to_a_reader_is_one_stop(void **state)
{
    (void)state;
    assert_int_equal(stops("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"), 1);
    assert_int_equal(stops("\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x92\xBB"), 1);
    assert_int_equal(stops("\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA"), 2);
    assert_int_equal(stops("e\xCC\x81\xCC\xA3"), 1);
    assert_int_equal(stops("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"), 1);
    assert_int_equal(stops("\r\n\n\r"), 3);
    assert_int_equal(stops("\xE2\x82"
                           "a\xFF"),
                     4);
}

/* ---- words, sentences, paragraphs ------------------------------------------------------------ */

typedef size_t step(const struct text *text, size_t at);

/* Steps always move, and never past each other: there is no other place between a place and its next. */
static void steps_agree(const struct text *text, step *next, step *previous)
{
    size_t size = text_size(text);
    for (size_t at = 0; at <= size; at = at < size ? text_next_cluster(text, at) : size + 1) {
        size_t n = next(text, at), p = previous(text, at);
        assert_true(at == size ? n == size : n > at && n <= size);
        assert_true(at == 0 ? p == 0 : p < at);
        if (n < size) assert_int_equal(previous(text, text_next_cluster(text, n)), n);
        if (p > 0) assert_int_equal(next(text, text_previous_cluster(text, p)), p);
    }
}

static void steps_forwards_and_backwards_agree(void **state)
{
    (void)state;
    static const char *const parts[] = {"Mr. ",
                                        "word ",
                                        "Yes. ",
                                        "it's ",
                                        "\xE2\x80\x9CNo!\xE2\x80\x9D ",
                                        "\n",
                                        "\n\n",
                                        "  ",
                                        "\xC3\xA9t\xC3\xA9 ",
                                        "(x.) ",
                                        "\xE2\x80\xA6 ",
                                        "J. ",
                                        "so? ",
                                        "...",
                                        "\xFF",
                                        "\t",
                                        "1.5 "};
    for (int round = 0; round < 400; round++) {
        struct buffer b = {0};
        for (size_t n = below(40); n > 0; n--)
            assert_true(buffer_append_string(&b, parts[below(ARRAY_SIZE(parts))]));
        struct text *text = in_pieces(b.data ? b.data : "", b.size);
        steps_agree(text, text_next_word, text_previous_word);
        steps_agree(text, text_next_sentence, text_previous_sentence);
        steps_agree(text, text_next_paragraph, text_previous_paragraph);
        text_free(text);
        buffer_free(&b);
    }
}

/* Examining the white space repeatedly took seconds here. */
static void the_sentence_before_megabytes_of_empty_lines_is_found(void **state)
{
    (void)state;
    size_t size = (size_t)8 << 20;
    char *bytes = malloc(size);
    memset(bytes, '\n', size);
    memcpy(bytes, "One. Two.", 9);
    struct text *text = text_from_bytes(bytes, size, NULL);
    assert_int_equal(text_previous_sentence(text, size), 5);
    assert_int_equal(text_previous_sentence(text, 5), 0);
    text_free(text);
    free(bytes);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool hangs(const struct text_cluster *c)
{
    return c->kind == TEXT_CLUSTER_TAB || c->code_point == ' ' || c->code_point == 0x3000 ||
           (c->code_point >= 0x2000 && c->code_point <= 0x200B) || c->code_point == 0x1680 ||
           c->code_point == 0x205F;
}

/* Cells of a row without the white space at its end; *clusters counts its clusters. */
static int row_cells(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                     int *clusters)
{
    int cells = 0, solid = 0;
    *clusters = 0;
    struct text_cluster c;
    for (size_t at = row->start; at < row->end; at = c.end) {
        assert_true(text_cluster_at(text, at, &c));
        assert_true(c.end <= row->end);
        assert_int_equal(text_column_of(text, wrap, row, at), cells < wrap->width ? cells : wrap->width);
        if (c.kind == TEXT_CLUSTER_UNSEEN) continue;
        cells += text_cells_at(&c, wrap, cells);
        if (hangs(&c)) continue;
        solid = cells;
        ++*clusters;
    }
    return solid;
}

static void check_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row)
{
    int clusters;
    int cells = row_cells(text, wrap, row, &clusters);
    if (cells > wrap->width) assert_true(clusters <= 1 || cells == 0);
    struct text_row same;
    for (size_t at = row->start; at < row->end + (row->last ? 1 : 0); at++) {
        if (row->end - row->start > 300 && below(50)) continue; /* long rows: some positions are enough */
        text_row_of(text, wrap, at, &same);
        assert_int_equal(same.start, row->start);
        assert_int_equal(same.end, row->end);
        assert_int_equal(same.last, row->last);
    }
}

static void check_rows(const struct text *text, const struct text_wrap *wrap)
{
    struct text_row row, next, back;
    text_row_of(text, wrap, 0, &row);
    assert_int_equal(row.start, 0);
    for (;;) {
        check_row(text, wrap, &row);
        if (!text_next_row(text, wrap, &row, &next)) break;
        assert_true(next.start > row.start);
        size_t expected = row.end;
        struct text_cluster c;
        if (row.last) {
            assert_true(text_cluster_at(text, row.end, &c));
            assert_int_equal(c.kind, TEXT_CLUSTER_NEWLINE);
            expected = c.end;
        }
        assert_int_equal(next.start, expected);
        assert_true(text_previous_row(text, wrap, &next, &back));
        assert_int_equal(back.start, row.start);
        assert_int_equal(back.end, row.end);
        row = next;
    }
    assert_true(row.last && row.end == text_size(text));
    text_row_of(text, wrap, 0, &row);
    assert_false(text_previous_row(text, wrap, &row, &back));
}

static void rows_tile_the_text_and_fit(void **state)
{
    (void)state;
    for (int round = 0; round < 1200; round++) {
        struct buffer b = random_text(below(120), true);
        struct text *text = in_pieces(b.data, b.size);
        struct text_wrap wrap = {.width = (int)(below(3) ? 1 + below(30) : 80), .tab = (int)(1 + below(8))};
        check_rows(text, &wrap);
        text_free(text);
        buffer_free(&b);
    }
}

static void rows_of_a_very_long_line_do_not_depend_on_where_one_looks(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        struct buffer b = {0};
        while (b.size < 300000) {
            struct buffer part = random_text(200, false);
            assert_true(buffer_append(&b, part.data, part.size));
            if (round == 1) /* no space for far longer than a checkpoint */
                for (size_t i = 0; i < b.size; i++)
                    if (b.data[i] == ' ' || b.data[i] == '\t') b.data[i] = 'y';
            buffer_free(&part);
        }
        struct text *text = text_from_bytes(b.data, b.size, NULL);
        struct text_wrap wrap = {.width = 40 + round * 37, .tab = 8};
        struct text_row row, same, next, back;
        text_row_of(text, &wrap, 0, &row);
        for (;;) {
            if (!below(40) || row.end % 65536 < 2000) {
                text_row_of(text, &wrap, row.start + (row.end > row.start ? below(row.end - row.start) : 0),
                            &same);
                assert_int_equal(same.start, row.start);
                assert_int_equal(same.end, row.end);
            }
            if (!text_next_row(text, &wrap, &row, &next)) break;
            assert_int_equal(next.start, row.end);
            if (!below(60)) {
                assert_true(text_previous_row(text, &wrap, &next, &back));
                assert_int_equal(back.start, row.start);
            }
            row = next;
        }
        assert_int_equal(row.end, b.size);
        text_free(text);
        buffer_free(&b);
    }
}

static void columns_lead_back_to_their_offset(void **state)
{
    (void)state;
    for (int round = 0; round < 400; round++) {
        struct buffer b = random_text(1 + below(60), true);
        struct text *text = in_pieces(b.data, b.size);
        struct text_wrap wrap = {.width = (int)(1 + below(30)), .tab = 8};
        struct text_row row;
        struct text_cluster c;
        for (size_t at = 0; text_cluster_at(text, at, &c); at = c.end) {
            text_row_of(text, &wrap, at, &row);
            int column = text_column_of(text, &wrap, &row, at);
            if (column < wrap.width && c.cells > 0 && c.kind != TEXT_CLUSTER_NEWLINE) {
                size_t got = text_at_column(text, &wrap, &row, column);
                /* Clusters without width share the column of the next cluster. */
                assert_true(got <= at && got >= row.start);
                assert_int_equal(text_column_of(text, &wrap, &row, got), column);
            }
            size_t far = text_at_column(text, &wrap, &row, 100000);
            assert_true(row.last ? far == row.end : far < row.end && far >= row.start);
        }
        text_free(text);
        buffer_free(&b);
    }
}

/* ---- the cost of the rows of one long line
 * -------------------------------------------------------------- */

/* A line end every so many bytes; 0: none. */
static struct text *prose(size_t size, size_t line_size)
{
    static const char sentence[] = "Nobody who sat by the window spoke a word. ";
    char *line = malloc(size);
    assert_non_null(line);
    for (size_t i = 0; i < size; i++)
        line[i] = line_size && i % line_size == 0 ? '\n' : sentence[i % (sizeof sentence - 1)];
    struct text *text = text_from_bytes(line, size, NULL);
    assert_non_null(text);
    free(line);
    return text;
}

/* Processor seconds for all rows: the least of three tries. */
static double seconds_for_rows(size_t size, size_t line_size)
{
    double least = 1e9;
    struct text *text = prose(size, line_size);
    struct text_wrap wrap = {.width = 72, .tab = 8};
    for (int i = 0; i < 3; i++) {
        clock_t began = clock();
        struct text_row row;
        text_row_of(text, &wrap, 0, &row);
        while (text_next_row(text, &wrap, &row, &row)) continue;
        double took = (double)(clock() - began) / CLOCKS_PER_SEC;
        if (took < least) least = took;
    }
    text_free(text);
    return least;
}

static void a_row_of_a_long_line_costs_what_a_row_costs(void **state)
{
    (void)state;
    double lines = seconds_for_rows(3 << 20, 5000), line = seconds_for_rows(3 << 20, 0);
    if (line > 3 * lines + 0.05) fail_msg("%g s for lines of 5 kB, %g s for one of 3 MiB", lines, line);
}

static void a_long_line_may_be_wrapped_without_stretches(void **state)
{
    (void)state;
    struct text *text = prose(300000, 0);
    struct text_wrap wrap = {.width = 72, .tab = 8, .whole = true};
    struct text_row row = {0}, next;
    while (text_next_row(text, &wrap, &row, &next)) {
        assert_int_equal(next.start, row.end);
        row = next;
        if (!row.last) assert_true(row.end - row.start > 72 - 7); /* no word is longer */
    }
    assert_int_equal(row.end, 300000);
    text_free(text);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_are_those_of_a_walk_from_the_start),
        cmocka_unit_test(one_character_to_a_reader_is_one_stop),
        cmocka_unit_test(steps_forwards_and_backwards_agree),
        cmocka_unit_test(the_sentence_before_megabytes_of_empty_lines_is_found),
        cmocka_unit_test(rows_tile_the_text_and_fit),
        cmocka_unit_test(rows_of_a_very_long_line_do_not_depend_on_where_one_looks),
        cmocka_unit_test(a_row_of_a_long_line_costs_what_a_row_costs),
        cmocka_unit_test(a_long_line_may_be_wrapped_without_stretches),
        cmocka_unit_test(columns_lead_back_to_their_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
