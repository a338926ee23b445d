/* Unicode's test files (Debian's package unicode-data), every line. If a library's Unicode version differs
 * from the data's, the lines that differ are listed here. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "text/text_break.h"

#define FOLDER "/usr/share/unicode/"
enum { MOST = 512 }; /* bytes of one sample */

/* A line "÷ 0061 × 0308 ÷": its text, and whether there is a break before each byte and (expected[size]) at
 * its end. */
struct sample {
    char bytes[MOST], expected[MOST];
    size_t size;
};

static bool read_sample(const char *line, struct sample *out)
{
    *out = (struct sample){0};
    if (*line == '#') return false;
    for (const char *p = line; *p && *p != '#';) {
        if (strncmp(p, "÷", 2) == 0)
            out->expected[out->size] = 1, p += 2;
        else if (strncmp(p, "×", 2) == 0)
            p += 2;
        else if (strchr("0123456789ABCDEF", *p)) {
            char *end;
            out->size += (size_t)utf8_put((uint32_t)strtoul(p, &end, 16), out->bytes + out->size);
            p = end;
        } else
            p++;
    }
    return out->size > 0;
}

/* Whether this line is in the list of differing lines. */
static bool is_listed(const char *list, const char *line)
{
    size_t size = strlen(line);
    for (const char *p = list; p && (p = strstr(p, line)) != NULL; p += size)
        if ((p == list || p[-1] == '\n') && p[size] == '\n') return true;
    return false;
}

/* Calls `breaks` for each sample. The lines (without comments) where it differs must be those of the file
 * `differing` (NULL: none). */
static void check_file(const char *path, void (*breaks)(const struct sample *, char *out),
                       const char *differing, bool skip_ends)
{
    FILE *file = fopen(path, "r");
    if (!file) skip();
    char line[4096];
    size_t samples = 0, differ = 0, count = 0;
    struct sample sample;
    struct buffer list = {0};
    if (differing) assert_false(file_read(differing, &list, NULL));
    assert_true(buffer_append_char(&list, '\0'));
    for (const char *p = list.data; *p; p += strcspn(p, "\n") + 1) count += *p != '#';
    while (fgets(line, sizeof line, file)) {
        char got[MOST] = {0};
        if (!read_sample(line, &sample)) continue;
        samples++;
        breaks(&sample, got);
        size_t from = skip_ends ? 1 : 0, to = sample.size + (skip_ends ? 0 : 1);
        if (memcmp(got + from, sample.expected + from, to - from) == 0) continue;
        line[strcspn(line, "\t#\n")] = '\0';
        if (!is_listed(list.data, line)) fail_msg("%s: not listed: %s", path, line);
        differ++;
    }
    fclose(file);
    buffer_free(&list);
    print_message("%s: %zu samples, %zu differ\n", strrchr(path, '/') + 1, samples, differ);
    assert_true(samples > 500);
    assert_int_equal(differ, count);
}

/* ---- clusters ---------------------------------------------------------------------------------- */

static void cluster_breaks(const struct sample *sample, char *out)
{
    struct text *text = text_from_bytes(sample->bytes, sample->size, NULL);
    assert_non_null(text);
    for (size_t at = 0; at < sample->size; at = text_next_cluster(text, at)) out[at] = 1;
    out[sample->size] = 1;
    /* and the same in the other direction */
    for (size_t at = sample->size; at > 0;) {
        at = text_previous_cluster(text, at);
        assert_int_equal(out[at], 1);
    }
    text_free(text);
}

static void clusters_are_those_of_unicode(void **state)
{
    (void)state;
    check_file(FOLDER "auxiliary/GraphemeBreakTest.txt", cluster_breaks, NULL, false);
}

/* ---- words and lines --------------------------------------------------------------------------- */

static void word_breaks(const struct sample *sample, char *out)
{
    break_words(sample->bytes, sample->size, out);
    out[sample->size] = 1;
}

static void words_are_those_of_unicode(void **state)
{
    (void)state;
    check_file(FOLDER "auxiliary/WordBreakTest.txt", word_breaks, NULL, false);
}

static void line_breaks(const struct sample *sample, char *out)
{
    break_lines(sample->bytes, sample->size, out);
    out[sample->size] = 1;
}

static void lines_break_where_unicode_says(void **state)
{
    (void)state;
    check_file(FOLDER "auxiliary/LineBreakTest.txt", line_breaks, "tests/data/line-break-differences.txt",
               true);
}

/* ---- emoji ------------------------------------------------------------------------------------- */

static void every_emoji_is_one_stop_of_its_width(void **state)
{
    (void)state;
    FILE *file = fopen(FOLDER "emoji/emoji-test.txt", "r");
    if (!file) skip();
    char line[1024];
    size_t count = 0;
    while (fgets(line, sizeof line, file)) {
        char bytes[MOST] = "\n"; /* a lone skin tone would join a letter */
        size_t size = 1;
        if (!strchr("0123456789ABCDEF", line[0])) continue;
        for (char *p = line, *end; *p != ';'; p = end + strspn(end, " "))
            size += (size_t)utf8_put((uint32_t)strtoul(p, &end, 16), bytes + size);
        bytes[size++] = 'b';
        struct text *text = text_from_bytes(bytes, size, NULL);
        struct text_cluster cluster;
        assert_true(text_cluster_at(text, 1, &cluster));
        if (cluster.end != size - 1) fail_msg("more than one stop: %s", line);
        assert_int_equal(text_previous_cluster(text, size - 1), 1);
        /* It is drawn as its first character, without what would make that wider; a flag as two letters; a
         * character newer than the C library as a replacement and a space. */
        bool flag = cluster.code_point >= 0x1f1e6 && cluster.code_point <= 0x1f1ff;
        int known = wcwidth((wchar_t)cluster.code_point), cells = flag || known < 0 ? 2 : known;
        if (cluster.cells != cells) fail_msg("%d cells: %s", cluster.cells, line);
        struct text_wrap wrap = {.width = 80, .tab = 4};
        struct text_row row;
        text_row_of(text, &wrap, 1, &row);
        assert_int_equal(text_column_of(text, &wrap, &row, size - 1), cells);
        text_free(text);
        count++;
    }
    fclose(file);
    print_message("emoji-test.txt: %zu emoji\n", count);
    assert_true(count > 4000);
}

/* ---- fast paths against the full rules
 * ------------------------------------------------------------------ */

static struct rng rng = {.seed = 11};

static size_t random_text(char *out, size_t parts, bool ascii)
{
    static const char *const words[] = {"a",     "be",         "don't",  "U.S.", "3.14", "1,000", "x_y",
                                        "e.g.",  "well-known", "--opt",  "-5",   "(so",  "it)",   "\"No,\"",
                                        "wait!", "a:b",        "and/or", ";",    "'tis", "100%"};
    static const char *const others[] = {"so—be", "“Oui,”", "«",    "»",      "…what",
                                         "é",     "漢字",   "、",   "かな",   "👩‍💻",
                                         "l’été", "—",      "ภาษา", "한국어", "e\u0301"};
    size_t size = 0;
    for (size_t i = 0; i < parts; i++) {
        bool other = !ascii && rng_below(&rng, 4) == 0;
        const char *part =
            other ? others[rng_below(&rng, ARRAY_SIZE(others))] : words[rng_below(&rng, ARRAY_SIZE(words))];
        size += (size_t)sprintf(out + size, "%s%s", part, rng_below(&rng, 5) ? " " : "");
    }
    return size;
}

static void ascii_words_need_no_tables(void **state)
{
    (void)state;
    static char bytes[4096], breaks[4096];
    for (int i = 0; i < 2000; i++) {
        size_t size = random_text(bytes, 12, true);
        break_words(bytes, size, breaks);
        size_t start, end = 0, other_start = 0, other_end = 0;
        bool more;
        do {
            more = break_next_word(bytes, size, NULL, &start, &end);
            assert_int_equal(break_next_word(bytes, size, breaks, &other_start, &other_end), more);
            if (more && (start != other_start || end != other_end))
                fail_msg("%.*s at %zu", (int)size, bytes, start);
        } while (more);
    }
}

/* The obvious way: all breaks of the whole line first, then each row takes what fits. */
static size_t row_end(const struct text *text, const char *breaks, const char *bytes, size_t size,
                      size_t start, int width)
{
    struct text_cluster c;
    int cells = 0;
    size_t best = start;
    for (size_t at = start; at < size && text_cluster_at(text, at, &c); at = c.end) {
        if (at > start && breaks[at] && break_suits_prose(bytes, size, at)) best = at;
        bool space = c.code_point == ' ';
        if (!space && cells + c.cells > width && at > start) return best > start ? best : at;
        cells = space && cells + 1 > width ? width : cells + c.cells;
    }
    return size;
}

static void rows_end_at_the_last_break_that_fits(void **state)
{
    (void)state;
    static char bytes[8192], breaks[8192];
    for (int i = 0; i < 1500; i++) {
        size_t size = random_text(bytes, 60, false);
        struct text *text = text_from_bytes(bytes, size, NULL);
        struct text_wrap wrap = {.width = 12 + (int)rng_below(&rng, 60), .tab = 4};
        struct text_row row;
        break_lines(bytes, size, breaks);
        text_row_of(text, &wrap, 0, &row);
        do {
            size_t expected = row_end(text, breaks, bytes, size, row.start, wrap.width);
            if (row.end != expected)
                fail_msg("width %d, row from %zu to %zu, not %zu: %.*s", wrap.width, row.start, row.end,
                         expected, (int)size, bytes);
        } while (text_next_row(text, &wrap, &row, &row));
        text_free(text);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_are_those_of_unicode),
        cmocka_unit_test(words_are_those_of_unicode),
        cmocka_unit_test(lines_break_where_unicode_says),
        cmocka_unit_test(every_emoji_is_one_stop_of_its_width),
        cmocka_unit_test(ascii_words_need_no_tables),
        cmocka_unit_test(rows_end_at_the_last_break_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
