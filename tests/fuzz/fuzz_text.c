/* libFuzzer target: the data is a program of edits, groups, walks over the history, blanks and marks.
 * Whatever it does, lines, clusters, rows and search are consistent and the opened state comes back.
 * src/text/README.md says how to build it. */
#include "text/text_internal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

struct program {
    const uint8_t *data;
    size_t size;
};

static size_t take(struct program *program, size_t bound)
{
    if (program->size == 0 || bound == 0) return 0;
    size_t value = *program->data++;
    program->size--;
    if (bound > 256 && program->size) {
        value = value << 8 | *program->data++;
        program->size--;
    }
    return value % bound;
}

static void replace(struct text *text, struct program *program)
{
    size_t total = text_size(text), at = take(program, total + 1), end = at + take(program, total - at + 1);
    size_t size = take(program, 32);
    if (size > program->size) size = program->size;
    require(text_replace(text, at, end, (const char *)program->data, size, NULL) == STATUS_OK);
    require(text_size(text) == total - (end - at) + size);
    program->data += size;
    program->size -= size;
}

struct many {
    struct program *program;
    size_t at, total, count, change; /* change: of the size */
    char bytes[16];
};

static enum status next(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    (void)error;
    struct many *m = context;
    *more = m->count-- > 0;
    if (!*more) return STATUS_OK;
    size_t start = m->at + take(m->program, m->total - m->at + 1),
           end = start + take(m->program, m->total - start + 1);
    size_t size = take(m->program, sizeof m->bytes);
    memset(m->bytes, (int)('a' + size), size);
    *edit = (struct text_edit){start, end, m->bytes, size};
    m->at = end;
    m->change += size - (end - start); /* wraps round, and back */
    return STATUS_OK;
}

static void replace_many(struct text *text, struct program *program)
{
    struct many many = {.program = program, .total = text_size(text), .count = take(program, 9)};
    size_t expected = many.count, count;
    require(text_replace_many(text, next, &many, &count, NULL) == STATUS_OK);
    require(count == expected && text_size(text) == many.total + many.change);
}

/* The history comes back from its packed form: the same text at every node. */
static void check_history(struct text *text)
{
    struct buffer bytes = {0}, now = {0}, other = {0};
    size_t floor, at = text_history_at(text);
    require(history_pack(text, SIZE_MAX, 0, &bytes) && text_append_to(text, 0, text_size(text), &now));
    struct text *again = text_from_bytes(now.data ? now.data : "", now.size, NULL);
    require(again && history_unpack(again, (struct slice){bytes.data, bytes.size}, &floor));
    require(text_history_count(again) == text_history_count(text) && text_history_at(again) == at);
    for (size_t node = 0; node < text_history_count(text); node++) {
        now.size = other.size = 0;
        require(text_history_go(text, node, NULL) && text_history_go(again, node, NULL));
        require(text_append_to(text, 0, text_size(text), &now) &&
                text_append_to(again, 0, text_size(again), &other));
        require(now.size == other.size && (now.size == 0 || memcmp(now.data, other.data, now.size) == 0));
        require(text_blank_count(text) == text_blank_count(again));
    }
    require(text_history_go(text, at, NULL));
    text_free(again);
    buffer_free(&bytes);
    buffer_free(&now);
    buffer_free(&other);
}

static void step(struct text *text, struct program *program, size_t *groups)
{
    size_t size = text_size(text), at, start;
    switch (take(program, 14)) {
    case 0:
        (void)text_undo(text, &at);
        break;
    case 1:
        (void)text_redo(text, &at);
        break;
    case 2:
        (void)text_history_go(text, take(program, text_history_count(text)), &at);
        break;
    case 3:
        text_group_begin(text);
        ++*groups;
        break;
    case 4:
        if (*groups > 0) text_group_end(text), --*groups;
        break;
    case 5:
        start = take(program, size + 1);
        (void)text_blank_add(text, start, start + take(program, size - start + 1), 1, 9);
        break;
    case 6:
        (void)text_blank_remove(text, (uint32_t)take(program, 20));
        break;
    case 7:
        (void)text_mark_add(text, take(program, size + 1), TEXT_AFTER);
        break;
    case 8:
        text_break_group(text);
        break;
    case 9:
        replace_many(text, program);
        break;
    default:
        replace(text, program);
        break;
    }
}

static void check_clusters(const struct text *text)
{
    struct text_cluster cluster;
    size_t at = 0, size = text_size(text);
    for (; text_cluster_at(text, at, &cluster); at = cluster.end) {
        require(cluster.start == at && cluster.end > at && cluster.end <= size);
        require(cluster.cells >= 0 && cluster.cells <= 6); /* \\u202E */
        require(text_previous_cluster(text, cluster.end) == at);
        size_t line = text_line_of(text, at);
        require(text_line_start(text, line) <= at &&
                text_this_line_start(text, at) == text_line_start(text, line));
        require(text_next_word(text, at) > at && text_next_sentence(text, at) > at);
        require(text_next_paragraph(text, at) > at);
    }
    require(at == size);
    for (at = size; at > 0; at = text_previous_sentence(text, at))
        require(text_previous_sentence(text, at) < at);
    for (at = size; at > 0; at = text_previous_word(text, at)) require(text_previous_word(text, at) < at);
}

static void check_rows(const struct text *text, int width)
{
    struct text_wrap wrap = {.width = width, .tab = 4};
    struct text_row row, before, again;
    text_row_of(text, &wrap, 0, &row);
    require(row.start == 0);
    for (before = row; text_next_row(text, &wrap, &row, &row); before = row) {
        require(row.start >= before.end && row.start - before.end <= 2);
        require(text_previous_row(text, &wrap, &row, &again));
        require(again.start == before.start && again.end == before.end);
        require(text_column_of(text, &wrap, &row, row.end) >= 0);
    }
}

static void check_blanks(const struct text *text)
{
    struct text_blank blank;
    for (size_t i = 0; i < text_blank_count(text); i++) {
        text_blank_at(text, i, &blank);
        require(blank.start <= blank.end && blank.end <= text_size(text) && blank.id > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program = {data, size};
    size_t opened = take(&program, 128), groups = 0, start, end;
    if (opened > program.size) opened = program.size;
    const char *bytes = (const char *)program.data;
    struct text *text = text_from_bytes(bytes, opened, NULL);
    require(text);
    program.data += opened;
    program.size -= opened;
    while (program.size > 0 && text_size(text) < 20000) step(text, &program, &groups);
    for (; groups > 0; groups--) text_group_end(text);
    check_clusters(text);
    check_rows(text, 1 + (int)(size % 40));
    check_blanks(text);
    check_history(text);
    bool found;
    if (text_search_in(text, "a", 1, size % 2 ? TEXT_SEARCH_BACKWARDS : 0, size % 2 ? 0 : text_size(text) / 2,
                       size % 2 ? text_size(text) / 2 : SIZE_MAX, &start, &end, &found, NULL) == STATUS_OK &&
        found)
        require(text_byte(text, start) == 'a' && end == start + 1);
    require(text_history_go(text, 0, &start) && text_size(text) == opened);
    char copy[128];
    text_copy(text, 0, opened, copy);
    require(opened == 0 || memcmp(copy, bytes, opened) == 0);
    require(!text_dirty(text) && text_blank_count(text) == 0);
    text_free(text);
    return 0;
}
