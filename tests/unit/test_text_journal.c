/* The journal: recovery gives the document. A truncated journal gives an earlier state of it. Whatever fails
 * while the journal or the file is written, nothing that was saved or synced is lost. */
#define _GNU_SOURCE /* memmem */
#include "text_test.h"

#include "lacuna/io.h"
#include "text/text_journal.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[64], journals[96], path[96];

static int fresh(void **state)
{
    (void)state;
    char command[256];
    io_fail_after(-1, false);
    mem_fail_after(-1);
    snprintf(command, sizeof command, "rm -rf '%s'/*", folder);
    return system(command);
}

static void write_file(const char *name, const char *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void read_file(const char *name, struct buffer *out)
{
    struct error error;
    out->size = 0;
    if (file_read(name, out, &error)) fail_msg("%s", error.message);
}

/* The only journal in the folder; false: there is none. */
static bool the_journal(char name[256])
{
    DIR *all = opendir(journals);
    bool found = false;
    if (!all) return false;
    for (struct dirent *e; (e = readdir(all));)
        if (e->d_name[0] != '.') {
            assert_false(found);
            found = true;
            snprintf(name, 256, "%.100s/%.100s", journals, e->d_name);
        }
    closedir(all);
    return found;
}

static char *bytes_of(const struct text *text)
{
    char *copy = malloc(text_size(text) + 1);
    text_copy(text, 0, text_size(text), copy);
    copy[text_size(text)] = '\0';
    return copy;
}

static struct text *journaled(const char *name)
{
    struct error error;
    struct text *text = name ? text_open(name, &error) : text_new(&error);
    if (!text) fail_msg("%s", error.message);
    assert_true(text_journal_begin(text, journals));
    return text;
}

static int by_place(const void *a, const void *b)
{
    const struct text_blank *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    if (x->end != y->end) return x->end < y->end ? -1 : 1;
    if (x->min != y->min) return x->min < y->min ? -1 : 1;
    return x->max < y->max ? -1 : x->max > y->max;
}

/* Their numbers may be others. */
static void assert_same_blanks(const struct text *a, const struct text *b)
{
    size_t count = text_blank_count(a);
    assert_int_equal(count, text_blank_count(b));
    struct text_blank *x = calloc(count + 1, sizeof *x), *y = calloc(count + 1, sizeof *y);
    assert_true(x && y);
    for (size_t i = 0; i < count; i++) {
        text_blank_at(a, i, &x[i]);
        text_blank_at(b, i, &y[i]);
    }
    qsort(x, count, sizeof *x, by_place);
    qsort(y, count, sizeof *y, by_place);
    for (size_t i = 0; i < count; i++) assert_int_equal(by_place(&x[i], &y[i]), 0);
    free(x);
    free(y);
}

static void assert_recovers(const char *name, const struct text *text)
{
    struct text_recovered recovered;
    struct error error;
    if (text_recover(name, NULL, &recovered, &error)) fail_msg("%s", error.message);
    char *bytes = bytes_of(text);
    assert_false(recovered.fragments);
    assert_text_is(recovered.text, bytes, text_size(text));
    free(bytes);
    assert_true(recovered.blanks);
    assert_same_blanks(recovered.text, text);
    text_recovered_free(&recovered);
}

/* ---- random documents ---------------------------------------------------------------------------------- */

static void random_blank(struct text *text, struct rng *rng)
{
    size_t size = text_size(text), at = pick(rng, size + 1), count = text_blank_count(text);
    struct text_blank b;
    if (count == 0 || (count < 40 && pick(rng, 2))) {
        size_t most = size - at < 12 ? size - at : 12;
        assert_true(text_blank_add(text, at, at + pick(rng, most + 1), 2, 4));
        return;
    }
    text_blank_at(text, pick(rng, count), &b);
    if (pick(rng, 2))
        assert_true(text_blank_remove(text, b.id));
    else
        assert_true(text_blank_set_length(text, b.id, 1, 1 + (uint32_t)pick(rng, 9)));
}

static void random_change(struct text *text, struct rng *rng)
{
    static char large[20000];
    char bytes[64];
    size_t size = text_size(text), at = pick(rng, size + 1), removed = 0, count = pick(rng, 20);
    for (size_t i = 0; i < count; i++) bytes[i] = "abc \n\xC3"[pick(rng, 6)];
    switch (pick(rng, 14)) {
    case 12:
    case 13:
        random_blank(text, rng);
        return;
    case 0:
        (void)text_undo(text, NULL);
        return;
    case 1:
        (void)text_redo(text, NULL);
        return;
    case 2:
        (void)text_history_go(text, pick(rng, text_history_count(text)), NULL);
        return;
    case 3:
        assert_int_equal(text_replace_all(text, "a", 1, 0, 0, size, "AA", pick(rng, 3), &count, NULL),
                         STATUS_OK);
        return;
    case 4:
        if (size > 100000 || pick(rng, 8)) return;
        memset(large, 'L', sizeof large);
        assert_int_equal(text_insert(text, at, large, sizeof large, NULL), STATUS_OK);
        return;
    case 5:
        removed = size - at;
        if (size < 200) removed = 0;
        break;
    case 6:
    case 7:
        removed = pick(rng, size - at < 30 ? size - at + 1 : 30);
        break;
    default:
        break;
    }
    assert_int_equal(text_replace(text, at, at + removed, bytes, count, NULL), STATUS_OK);
    if (pick(rng, 3) == 0) text_break_group(text);
}

/* In the format of journals before they had blanks. */
static void an_older_journal_comes_back(void **state)
{
    (void)state;
    static const char bytes[] =
        "lacunaJ1\xc6\x34\xb3\xa2\x18{b\xe1\x22\x00\x00\x00\x01\x00\x00\x00\xe5\x46\x66\xf8u\x16"
        "\xbd#\xd7\xed\x01\xb1\xa6\x95\xd8\x06\x0e\x00)\xed\x11\x85\x84{\x1f\xc0\x01\x0e/tmp/draf"
        "t.txt\x0e\x00\x00\x00\x02\x00\x00\x00\xe3\xfb\x96\xa1Q\xef\x8e\xa8one two\x0athree\x0a"
        "\x0b\x00\x00\x00\x05\x00\x00\x00@\xd9u\x02L\xfb\xfc\x32\x04\x00one half \x02\x00\x00\x00"
        "\x03\x00\x00\x00\xc4\xe5KiO\xfbs\xec\x00\x04\x08\x00\x00\x00\x04\x00\x00\x00\xfd\xb8~t"
        "\xccWF2\x00\x00\x01\x02\x30\x0a\x01\x03\x05\x00\x00\x00\x05\x00\x00\x00P<\x81+\xbe\x92"
        "\xfe\x30\x13\x00\x65nd";
    char name[200];
    struct text_recovered recovered;
    snprintf(name, sizeof name, "%s/old.journal", folder);
    write_file(name, bytes, sizeof bytes - 1);
    assert_int_equal(text_recover(name, NULL, &recovered, NULL), STATUS_OK);
    assert_text(recovered.text, "0ne half tw0\nthree\nend");
    assert_false(recovered.blanks);
    text_recovered_free(&recovered);
}

static void blanks_alone_are_journaled(void **state)
{
    (void)state;
    char name[256];
    write_file(path, "one two three\n", 14);
    struct text *text = journaled(path);
    uint32_t id = text_blank_add(text, 4, 7, 2, 5);
    assert_true(id && text_journal_flush(text) && the_journal(name));
    assert_recovers(name, text);
    assert_false(text_dirty(text));
    insert(text, 0, "zero ");
    assert_true(text_blank_set_length(text, id, 1, 9) && text_journal_flush(text));
    assert_recovers(name, text);
    assert_true(text_undo(text, NULL) && text_undo(text, NULL) && text_undo(text, NULL));
    assert_int_equal(text_blank_count(text), 0);
    assert_true(text_journal_flush(text));
    assert_recovers(name, text);
    text_journal_end(text, false);
    text_free(text);
}

static void what_is_journaled_comes_back(void **state)
{
    (void)state;
    struct rng rng = {.seed = 4};
    char name[256];
    for (int round = 0; round < 24; round++) {
        fresh(NULL);
        write_file(path, "one\ntwo\nthree\n", round % 4 ? 14 : 0);
        struct text *text = journaled(round % 5 ? path : NULL);
        assert_false(the_journal(name)); /* nothing before the first change */
        for (int i = 0; i < 400; i++) {
            random_change(text, &rng);
            if (text_path(text) && pick(&rng, 150) == 0) {
                text_history_go(text, 0, NULL);
                assert_int_equal(text_insert(text, 0, "x", 1, NULL), STATUS_OK);
                assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
                assert_false(the_journal(name));
            }
            if (pick(&rng, 40) == 0) assert_true(text_journal_flush(text));
            if (pick(&rng, 80) == 0 && the_journal(name)) {
                assert_true(text_journal_flush(text));
                assert_recovers(name, text);
            }
        }
        assert_int_equal(text_insert(text, 0, "y", 1, NULL), STATUS_OK);
        assert_true(text_journal_flush(text));
        assert_true(the_journal(name));
        assert_recovers(name, text);
        struct text_journal *list;
        size_t count;
        assert_true(text_journals_find(journals, text_path(text), &list, &count));
        assert_int_equal(count, 0); /* in use */
        char *bytes = bytes_of(text);
        size_t size = text_size(text);
        bool named = text_path(text) != NULL;
        text_free(text);
        assert_true(text_journals_find(journals, named ? path : NULL, &list, &count));
        assert_int_equal(count, 1);
        struct text_recovered recovered;
        assert_int_equal(text_recover(list[0].file, NULL, &recovered, NULL), STATUS_OK);
        assert_text_is(recovered.text, bytes, size);
        if (named)
            assert_non_null(strstr(recovered.path, "draft.txt"));
        else
            assert_null(recovered.path);
        if (!recovered.fragments) {
            assert_true(text_undo(recovered.text, NULL)); /* one step */
            assert_int_equal(text_history_at(recovered.text), 0);
        }
        text_recovered_free(&recovered);
        text_journals_free(list, count);
        free(bytes);
    }
}

static void typed_words_stand_in_the_file(void **state)
{
    (void)state;
    char name[256];
    struct buffer bytes = {0};
    struct text *text = journaled(NULL);
    for (const char *p = "some precious words"; *p; p++) {
        assert_int_equal(text_insert(text, text_size(text), p, 1, NULL), STATUS_OK);
        if (*p == 'c' || *p == ' ') assert_true(text_journal_flush(text));
    }
    assert_true(text_journal_flush(text));
    assert_true(the_journal(name));
    read_file(name, &bytes);
    assert_non_null(memmem(bytes.data, bytes.size, "some precious words", 19));
    assert_recovers(name, text);
    buffer_free(&bytes);
    text_journal_end(text, false);
    text_free(text);
}

static void it_gets_to_the_disk_by_itself(void **state)
{
    (void)state;
    char name[256];
    struct text *text = journaled(NULL);
    for (int i = 0; i < 5; i++) {
        struct text_recovered recovered = {0};
        assert_int_equal(text_insert(text, text_size(text), "w", 1, NULL), STATUS_OK);
        while (text_journal_behind(text)) nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        assert_true(the_journal(name));
        assert_int_equal(text_recover(name, NULL, &recovered, NULL), STATUS_OK);
        assert_int_equal(text_size(recovered.text), text_size(text));
        text_recovered_free(&recovered);
    }
    text_journal_end(text, false);
    assert_false(the_journal(name));
    text_free(text);
}

/* ---- cut off, damaged ---------------------------------------------------------------------------------- */

enum { STATES = 300 };
struct states {
    char *bytes[STATES + 1];
    size_t size[STATES + 1];
    size_t count;
};

static void note(struct states *s, const struct text *text)
{
    s->bytes[s->count] = bytes_of(text);
    s->size[s->count++] = text_size(text);
}

/* A journal of changes, each a record, and the text after each. */
static void make_journal(struct states *s, struct buffer *journal, bool large)
{
    struct rng rng = {.seed = 12};
    char name[256];
    write_file(path, "Once upon a time.\n", 18);
    struct text *text = journaled(path);
    s->count = 0;
    note(s, text);
    for (int i = 0; i < (large ? 40 : 120); i++) {
        char bytes[16];
        snprintf(bytes, sizeof bytes, "<%d>", i);
        size_t at = pick(&rng, text_size(text) + 1), count;
        if (i % 10 == 9) {
            assert_int_equal(text_replace_all(text, "<", 1, 0, 0, text_size(text), "[", 1, &count, NULL),
                             STATUS_OK);
        } else if (i % 7 == 6) {
            assert_true(text_undo(text, NULL));
        } else {
            assert_int_equal(text_insert(text, at, bytes, strlen(bytes), NULL), STATUS_OK);
            text_break_group(text);
        }
        assert_true(text_journal_flush(text)); /* typing in one go would be one record */
        note(s, text);
    }
    if (large) { /* a record of several parts */
        char *much = malloc(3 << 20);
        memset(much, 'm', 3 << 20);
        assert_int_equal(text_insert(text, 3, much, 3 << 20, NULL), STATUS_OK);
        note(s, text);
        free(much);
    }
    assert_true(text_journal_flush(text));
    assert_true(the_journal(name));
    read_file(name, journal);
    text_journal_end(text, false);
    text_free(text);
}

static void free_states(struct states *s)
{
    for (size_t i = 0; i < s->count; i++) free(s->bytes[i]);
}

/* How many changes the first `size` bytes of a journal give back; -1: nothing. */
static int changes_in(const struct states *s, const struct buffer *journal, size_t size, const char *name)
{
    struct text_recovered recovered;
    write_file(name, journal->data, size);
    enum status status = text_recover(name, NULL, &recovered, NULL);
    if (status) {
        assert_int_equal(status, STATUS_FORMAT);
        return -1;
    }
    size_t changes = recovered.changes;
    assert_true(changes < s->count);
    assert_text_is(recovered.text, s->bytes[changes], s->size[changes]);
    text_recovered_free(&recovered);
    return (int)changes;
}

static void cut_off_anywhere_it_gives_the_last_whole_change(void **state)
{
    (void)state;
    struct states s;
    struct buffer journal = {0};
    char name[128];
    make_journal(&s, &journal, false);
    snprintf(name, sizeof name, "%s/cut.journal", folder);
    int last = -1, steps = 0;
    for (size_t size = 0; size <= journal.size; size++) {
        int changes = changes_in(&s, &journal, size, name);
        assert_true(changes == last || changes == last + 1);
        steps += changes != last;
        last = changes;
    }
    assert_int_equal(last, s.count - 1); /* all of them, one after the other */
    assert_int_equal(steps, s.count);
    buffer_free(&journal);
    free_states(&s);
}

static void cut_off_inside_a_large_record_it_gives_what_was_before(void **state)
{
    (void)state;
    struct states s;
    struct buffer journal = {0};
    char name[128];
    make_journal(&s, &journal, true);
    snprintf(name, sizeof name, "%s/cut.journal", folder);
    for (size_t back = 1; back < 3 << 20; back += 77777)
        assert_int_equal(changes_in(&s, &journal, journal.size - back, name), s.count - 2);
    assert_int_equal(changes_in(&s, &journal, journal.size, name), s.count - 1);
    buffer_free(&journal);
    free_states(&s);
}

static void damage_anywhere_gives_what_was_before_it(void **state)
{
    (void)state;
    struct states s;
    struct buffer journal = {0};
    char name[128];
    make_journal(&s, &journal, false);
    snprintf(name, sizeof name, "%s/damaged.journal", folder);
    for (size_t at = 0; at < journal.size; at++) {
        journal.data[at] ^= (char)(1 << at % 8);
        int changes = changes_in(&s, &journal, journal.size, name);
        journal.data[at] ^= (char)(1 << at % 8);
        assert_true(changes <= changes_in(&s, &journal, at, name) + 1);
        assert_true(changes < (int)s.count - 1);
    }
    /* Stale bytes after the end, as from a file that was there before */
    assert_true(buffer_append(&journal, journal.data + 16, journal.size - 16));
    assert_int_equal(changes_in(&s, &journal, journal.size, name), s.count - 1);
    buffer_free(&journal);
    free_states(&s);
}

/* ---- files that changed, large files
 * -------------------------------------------------------------------- */

static void a_file_that_changed_meanwhile_does_not_matter_to_a_small_text(void **state)
{
    (void)state;
    write_file(path, "old words\n", 10);
    struct text *text = journaled(path);
    insert(text, 4, "new ");
    text_free(text);
    write_file(path, "quite other\n", 12);
    struct text_journal *list;
    size_t count;
    assert_true(text_journals_find(journals, path, &list, &count));
    assert_int_equal(count, 1);
    struct text_recovered recovered;
    assert_int_equal(text_recover(list[0].file, NULL, &recovered, NULL), STATUS_OK);
    assert_text(recovered.text, "old new words\n");
    text_recovered_free(&recovered);
    text_journals_free(list, count);
}

static void several_instances_have_journals_of_their_own(void **state)
{
    (void)state;
    write_file(path, "words\n", 6);
    struct text *one = journaled(path), *two = journaled(path);
    insert(one, 0, "1 ");
    insert(two, 0, "2 ");
    text_free(one);
    struct text_journal *list;
    size_t count;
    assert_true(text_journals_find(journals, path, &list, &count));
    assert_int_equal(count, 1); /* the other is in use */
    text_journals_free(list, count);
    text_free(two);
    assert_true(text_journals_find(journals, path, &list, &count));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        struct text_recovered recovered;
        assert_int_equal(text_recover(list[i].file, NULL, &recovered, NULL), STATUS_OK);
        assert_int_equal(text_size(recovered.text), 8);
        text_recovered_free(&recovered);
    }
    text_journals_free(list, count);
}

static void write_large(size_t lines)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < lines; i++) fprintf(file, "%-59zu\n", i);
    assert_int_equal(fclose(file), 0);
}

/* 12 MB are in memory but have no snapshot; 72 MB stay on the disk. */
static void a_large_text_is_recovered_on_top_of_its_file(void **state)
{
    (void)state;
    static const size_t lines[] = {200000, 1200000};
    for (size_t k = 0; k < ARRAY_SIZE(lines); k++) {
        char name[256];
        struct text_recovered recovered;
        struct buffer before = {0};
        fresh(NULL);
        write_large(lines[k]);
        struct text *text = journaled(path);
        insert(text, 6000000, "words");
        delete (text, 100, 5000000);
        assert_true(text_undo(text, NULL)); /* bytes of the file go into the journal */
        insert(text, 60, "more ");
        assert_true(text_journal_flush(text));
        assert_true(the_journal(name));
        assert_recovers(name, text);
        journal_saving(text);
        read_file(name, &before);
        assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
        write_file(name, before.data, before.size); /* as if it had crashed before the journal was removed */
        assert_recovers(name, text);
        assert_int_equal(text_recover(name, NULL, &recovered, NULL), STATUS_OK);
        assert_int_equal(recovered.changes, 0);
        text_recovered_free(&recovered);
        assert_int_equal(truncate(path, 1000), 0);
        assert_int_equal(text_recover(name, NULL, &recovered, NULL), STATUS_OK);
        assert_true(recovered.fragments);
        char *bytes = bytes_of(recovered.text);
        assert_non_null(strstr(bytes, "words\n"));
        assert_non_null(strstr(bytes, "more "));
        free(bytes);
        text_recovered_free(&recovered);
        unlink(name);
        text_free(text);
        buffer_free(&before);
    }
}

/* ---- failures ------------------------------------------------------------------------------------------ */

/* Writes "more " at the start of a document that was saved with "words", flushes, and saves, while the calls
 * from number `call` on fail, once or for good. The checks afterwards only read the disk. */
static bool one_failure(long call, bool for_good, bool hard_link)
{
    char name[256], other[128];
    struct error error = {0};
    fresh(NULL);
    write_file(path, "words\n", 6);
    snprintf(other, sizeof other, "%s/other", folder);
    if (hard_link) assert_int_equal(link(path, other), 0);
    struct text *text = journaled(path);
    long before = io_calls();
    io_fail_after(call, for_good);
    insert(text, 0, "more ");
    bool flushed = text_journal_flush(text);
    bool saved = text_save(text, NULL, &error) == STATUS_OK;
    bool still = text_journal_flush(text);
    bool all = io_calls() - before <= call; /* nothing was left that could fail */
    io_fail_after(-1, false);
    struct buffer now = {0};
    read_file(path, &now);
    bool new_bytes = now.size == 11 && memcmp(now.data, "more words\n", 11) == 0;
    bool old_bytes = now.size == 6 && memcmp(now.data, "words\n", 6) == 0;
    if (!new_bytes && !old_bytes) {
        /* Then the copy that the message names has them. */
        const char *copy = strstr(error.message, "safe in ");
        assert_non_null(copy);
        char *end = strchr(copy + 8, ':');
        char backup[256];
        snprintf(backup, sizeof backup, "%.*s", (int)(end - copy - 8), copy + 8);
        read_file(backup, &now);
        assert_int_equal(now.size, 6);
        assert_memory_equal(now.data, "words\n", 6);
    }
    if (saved) {
        assert_true(new_bytes);
        assert_false(text_dirty(text));
        assert_false(the_journal(name));
    } else {
        assert_true(text_dirty(text));
        assert_true(error.message[0] != '\0');
        if (flushed || still) { /* whatever the file contains, the journal has everything */
            assert_true(the_journal(name));
            assert_recovers(name, text);
        }
        /* When the disk works again, everything is well. */
        assert_true(text_journal_flush(text));
        char trouble[200];
        assert_false(text_journal_trouble(text, trouble, sizeof trouble));
        assert_true(the_journal(name));
        assert_recovers(name, text);
        if (text_save(text, NULL, &error)) fail_msg("%s", error.message);
        read_file(path, &now);
        assert_int_equal(now.size, 11);
        assert_memory_equal(now.data, "more words\n", 11);
    }
    if (hard_link) {
        struct stat info;
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_nlink, 2);
    }
    text_free(text);
    buffer_free(&now);
    return all;
}

static void whatever_call_fails_nothing_is_lost(void **state)
{
    (void)state;
#ifndef LACUNA_FAULTS
    skip();
#endif
    for (int kind = 0; kind < 4; kind++) {
        long call = 0;
        while (!one_failure(call, kind & 1, kind & 2)) call++;
        assert_true(call > 10);
        printf("    %s, %s: %ld calls\n", kind & 1 ? "all from it on fail" : "one fails",
               kind & 2 ? "two names" : "one name", call);
    }
}

static void whatever_allocation_fails_the_text_is_right(void **state)
{
    (void)state;
#ifndef LACUNA_FAULTS
    skip();
#endif
    for (long n = 0; n < 60; n++) {
        char name[256], trouble[200];
        fresh(NULL);
        write_file(path, "words\n", 6);
        struct text *text = journaled(path);
        mem_fail_after(n);
        enum status status = text_insert(text, 0, "more ", 5, NULL);
        mem_fail_after(-1);
        assert_text(text, status ? "words\n" : "more words\n");
        bool safe = text_journal_flush(text);
        if (safe && !status) {
            assert_true(the_journal(name));
            assert_recovers(name, text);
        } else if (!status) {
            assert_true(text_journal_trouble(text, trouble, sizeof trouble));
        }
        assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
        insert(text, 0, "x");
        assert_true(text_journal_flush(text)); /* a save starts a new journal */
        text_free(text);
    }
}

int main(void)
{
    /* In memory if possible: a disk's fsync takes time, and nothing here cuts the power. */
    snprintf(folder, sizeof folder, "%s/lacuna-journal-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder)) return 1;
    snprintf(journals, sizeof journals, "%s/state/journal", folder);
    snprintf(path, sizeof path, "%s/draft.txt", folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_journaled_comes_back, fresh),
        cmocka_unit_test_setup(an_older_journal_comes_back, fresh),
        cmocka_unit_test_setup(blanks_alone_are_journaled, fresh),
        cmocka_unit_test_setup(typed_words_stand_in_the_file, fresh),
        cmocka_unit_test_setup(it_gets_to_the_disk_by_itself, fresh),
        cmocka_unit_test_setup(cut_off_anywhere_it_gives_the_last_whole_change, fresh),
        cmocka_unit_test_setup(cut_off_inside_a_large_record_it_gives_what_was_before, fresh),
        cmocka_unit_test_setup(damage_anywhere_gives_what_was_before_it, fresh),
        cmocka_unit_test_setup(a_file_that_changed_meanwhile_does_not_matter_to_a_small_text, fresh),
        cmocka_unit_test_setup(several_instances_have_journals_of_their_own, fresh),
        cmocka_unit_test_setup(a_large_text_is_recovered_on_top_of_its_file, fresh),
        cmocka_unit_test_setup(whatever_call_fails_nothing_is_lost, fresh),
        cmocka_unit_test_setup(whatever_allocation_fails_the_text_is_right, fresh),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fresh(NULL);
    rmdir(folder);
    return failed;
}
