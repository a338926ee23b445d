/* Figures of text/: edits per second at random places, undo, replacing 10 000 words, and, given a file,
 * opening it, counting its lines and searching it. Build from the top folder, after make:
 *   cc -O2 -std=c11 -D_XOPEN_SOURCE=700 -Iinclude tests/bench/bench_text.c build/release/liblacuna.a \
 *      -lutf8proc -lpcre2-8 -ljansson -lpthread -lm -ldl -o build/bench_text && build/bench_text [FILE] */
#include "lacuna/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static double began;

static void begin(void)
{
    began = clock_seconds();
}

static double elapsed(void)
{
    return clock_seconds() - began;
}

/* Resident memory now, in MB. */
static double resident(void)
{
    long pages = 0, ignored;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%ld %ld", &ignored, &pages) != 2) pages = 0;
    fclose(file);
    return (double)pages * 4096 / 1e6;
}

static void random_edits(void)
{
    enum { EDITS = 1000000 };
    struct rng rng = {.seed = 1};
    struct text *text = text_new(NULL);
    begin();
    for (int i = 0; i < EDITS; i++) {
        size_t size = text_size(text), at = (size_t)rng_below(&rng, size + 1);
        if (i % 3 == 2)
            (void)text_delete(text, at, size - at < 4 ? size : at + 4, NULL);
        else
            (void)text_insert(text, at, "a word\n", 7, NULL);
    }
    double seconds = elapsed();
    printf("random edits     %8.0f a second (%d on a document that grew to %zu bytes)\n", EDITS / seconds,
           EDITS, text_size(text));
    begin();
    for (int i = 0; i < EDITS; i++) (void)text_line_of(text, (size_t)rng_below(&rng, text_size(text)));
    printf("line of offset   %8.0f a second\n", EDITS / elapsed());
    begin();
    size_t steps = 0, at;
    while (text_undo(text, &at)) steps++;
    printf("undo             %8.0f steps a second\n", (double)steps / elapsed());
    printf("memory           %8.0f bytes an edit\n", resident() * 1e6 / EDITS);
    text_free(text);
}

static void replace_words(void)
{
    struct buffer all = {0};
    while (all.size < 10000 * 50)
        if (!buffer_append_string(&all, "the quick brown fox jumps over the old lazy dogs.\n")) return;
    struct text *text = text_from_bytes(all.data, all.size, NULL);
    size_t from = 0, start, end, count = 0;
    bool found = true;
    begin();
    while (text && count < 10000) {
        if (text_search_in(text, "fox", 3, 0, from, SIZE_MAX, &start, &end, &found, NULL) != STATUS_OK ||
            !found)
            break;
        from = end;
        count++;
    }
    double searching = elapsed();
    begin();
    if (text) text_group_begin(text);
    for (size_t i = 0; text && i < count; i++)
        (void)text_replace(text, i * 53 + 16, i * 53 + 19, "badger", 6, NULL);
    if (text) text_group_end(text);
    printf("10 000 words     found in %.1f ms, replaced in %.1f ms\n", searching * 1e3, elapsed() * 1e3);
    text_free(text);
    buffer_free(&all);
}

static void open_file(const char *path)
{
    struct error error;
    struct text_wrap wrap = {.width = 80, .tab = 8};
    struct text_row row;
    double before = resident();
    begin();
    struct text *text = text_open(path, &error);
    if (!text) {
        fprintf(stderr, "%s\n", error.message);
        return;
    }
    text_row_of(text, &wrap, 0, &row);
    for (int i = 0; i < 50; i++)
        if (!text_next_row(text, &wrap, &row, &row)) break;
    printf("open and wrap 50 rows  %.2f ms, %.1f MB resident (%.1f before)\n", elapsed() * 1e3, resident(),
           before);
    begin();
    (void)text_insert(text, text_size(text) / 2, "x", 1, NULL);
    text_row_of(text, &wrap, text_size(text) / 2, &row);
    printf("edit in the middle     %.2f ms\n", elapsed() * 1e3);
    begin();
    size_t lines = text_line_of(text, text_size(text)) + 1;
    printf("count %zu lines  %.0f ms, %.1f MB resident\n", lines, elapsed() * 1e3, resident());
    begin();
    for (int i = 0; i < 1000; i++) (void)text_line_start(text, lines / 1000 * (size_t)i);
    printf("line start             %.1f us each\n", elapsed() * 1e3);
    bool found;
    size_t start, end;
    begin();
    if (text_search_in(text, "not in there", 12, 0, 0, SIZE_MAX, &start, &end, &found, &error) != STATUS_OK)
        return;
    printf("search all             %.0f ms, %.1f MB resident\n", elapsed() * 1e3, resident());
    text_free(text);
}

int main(int count, char **arguments)
{
    if (count > 1) {
        open_file(arguments[1]);
    } else {
        random_edits();
        replace_words();
    }
    return 0;
}
