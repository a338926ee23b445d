/* Opening and saving: every byte survives, links and modes are kept, a failed save changes nothing, and a
 * large file that another program changes does no harm. */
#define _DEFAULT_SOURCE /* setgroups */
#include "text_test.h"

#include "text/text_internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/lacuna-test-XXXXXX";
static char path[64], other[64];

static void write_file(const char *name, const char *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void assert_file(const char *name, const char *bytes, size_t size)
{
    struct buffer content = {0};
    assert_int_equal(file_read(name, &content, NULL), STATUS_OK);
    assert_int_equal(content.size, size);
    if (size) assert_memory_equal(content.data, bytes, size);
    buffer_free(&content);
}

static struct text *open_text(const char *name)
{
    struct error error = {0};
    struct text *text = text_open(name, &error);
    if (!text) fail_msg("%s", error.message);
    return text;
}

static int fresh(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    return 0;
}

/* ---- round trips ------------------------------------------------------------------------------- */

static void every_byte_survives(void **state)
{
    (void)state;
    struct rng rng = {.seed = 8};
    char bytes[3000];
    for (size_t size = 0; size < sizeof bytes; size = size * 2 + 1) {
        for (size_t i = 0; i < size; i++) bytes[i] = (char)pick(&rng, 256);
        write_file(path, bytes, size);
        struct text *text = open_text(path);
        if (text_encoding(text) == TEXT_UTF8)
            assert_text_is(text, bytes, size);
        else if (text_encoding(text) != TEXT_LATIN1)
            fail();
        assert_int_equal(text_insert(text, size / 2, "\0\xff\r", 3, NULL), STATUS_OK);
        assert_true(text_undo(text, NULL));
        assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
        assert_file(path, bytes, size);
        text_free(text);
    }
}

static void line_endings_and_a_missing_last_one_are_kept(void **state)
{
    (void)state;
    write_file(path, "a\r\nb\nc", 6);
    struct text *text = open_text(path);
    assert_int_equal(text_line_ending(text), TEXT_CRLF);
    assert_int_equal(text_line_of(text, text_size(text)) + 1, 3);
    insert(text, 0, "x");
    assert_true(text_dirty(text));
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_false(text_dirty(text));
    assert_file(path, "xa\r\nb\nc", 7);
    assert_true(text_undo(text, NULL));
    assert_true(text_dirty(text)); /* the file now holds the other state */
    text_free(text);
}

static void a_new_file_appears_when_saved(void **state)
{
    (void)state;
    struct text *text = open_text(path);
    assert_true(text_is_new(text));
    assert_string_equal(text_path(text), path);
    assert_int_equal(text_size(text), 0);
    assert_false(text_changed_on_disk(text));
    insert(text, 0, "words");
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_false(text_is_new(text));
    assert_file(path, "words", 5);
    assert_int_equal(text_save(text, other, NULL), STATUS_OK);
    assert_string_equal(text_path(text), other);
    assert_file(other, "words", 5);
    text_free(text);
    struct error error;
    text = text_new(NULL);
    assert_int_equal(text_save(text, NULL, &error), STATUS_ARGUMENT);
    text_free(text);
    assert_null(text_open(folder, &error));
    assert_int_equal(error.code, STATUS_IO);
}

static void a_step_of_typing_does_not_go_on_across_a_save(void **state)
{
    (void)state;
    struct text *text = open_text(path);
    insert(text, 0, "a");
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    insert(text, 1, "b");
    assert_true(text_undo(text, NULL));
    assert_text(text, "a");
    assert_false(text_dirty(text));
    text_free(text);
}

/* ---- links, modes, failures -------------------------------------------------------------------- */

static void links_and_mode_are_kept(void **state)
{
    (void)state;
    struct stat info;
    write_file(other, "old", 3);
    assert_int_equal(chmod(other, 0640), 0);
    assert_int_equal(symlink(other, path), 0);
    struct text *text = open_text(path);
    insert(text, 0, "new ");
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_int_equal(lstat(path, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(other, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    assert_file(other, "new old", 7);
    unlink(path);
    assert_int_equal(link(other, path), 0);
    insert(text, 0, "hard ");
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_int_equal(stat(other, &info), 0);
    assert_int_equal(info.st_nlink, 2);
    assert_file(other, "hard new old", 12);
    assert_false(text_changed_on_disk(text));
    text_free(text);
}

static void the_owner_is_kept_where_that_is_allowed(void **state)
{
    (void)state;
    if (geteuid() != 0) skip(); /* only root can give files away */
    struct stat info;
    write_file(path, "old", 3);
    assert_int_equal(chown(path, 1234, 2345), 0);
    assert_int_equal(chmod(path, 02750), 0);
    struct text *text = open_text(path);
    insert(text, 0, "new ");
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_uid, 1234);
    assert_int_equal(info.st_gid, 2345);
    assert_int_equal(info.st_mode & 07777, 02750);
    text_free(text);
}

/* Runs `act` as user and group 65534, without other groups. */
static int as_nobody(int (*act)(void))
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) _exit(setgroups(0, NULL) || setgid(65534) || setuid(65534) ? 99 : act());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int edit_and_save(void)
{
    struct text *text = text_open(path, NULL);
    bool good = text && !text_insert(text, 0, "new ", 4, NULL) && !text_save(text, NULL, NULL);
    text_free(text);
    return !good;
}

static void assert_owned(const char *name, uid_t owner, gid_t group, mode_t mode)
{
    struct stat info;
    assert_int_equal(stat(name, &info), 0);
    assert_int_equal(info.st_uid, owner);
    assert_int_equal(info.st_gid, group);
    assert_int_equal(info.st_mode & 07777, mode);
}

static size_t names_in_folder(void)
{
    size_t count = 0;
    DIR *all = opendir(folder);
    assert_non_null(all);
    while (readdir(all)) count++;
    closedir(all);
    return count - 2;
}

/* A user who may write to a file, but cannot give a new file its owner or group, writes into that file. */
static void another_users_file_stays_theirs(void **state)
{
    (void)state;
    if (geteuid() != 0) skip(); /* only root can become another user */
    static const mode_t folders[] = {0777, 01777, 0755, 02777};
    static const struct {
        uid_t owner;
        gid_t group;
    } files[] = {{1234, 1234}, {65534, 1234}, {1234, 65534}, {65534, 65534}};
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        for (size_t j = 0; j < ARRAY_SIZE(files); j++) {
            write_file(path, "old", 3);
            assert_int_equal(chown(folder, 0, 777), 0); /* a folder that sets the group of new files */
            assert_int_equal(chmod(folder, folders[i]), 0);
            assert_int_equal(chown(path, files[j].owner, files[j].group), 0);
            assert_int_equal(chmod(path, 0666), 0);
            assert_int_equal(as_nobody(edit_and_save), 0);
            assert_owned(path, files[j].owner, files[j].group, 0666);
            assert_file(path, "new old", 7);
            assert_int_equal(names_in_folder(), 1);
            unlink(path);
        }
    assert_int_equal(chown(folder, 0, 0), 0);
    assert_int_equal(chmod(folder, 0700), 0);
}

static void another_writer_is_noticed(void **state)
{
    (void)state;
    write_file(path, "mine", 4);
    struct text *text = open_text(path);
    assert_false(text_changed_on_disk(text));
    write_file(path, "theirs", 6);
    assert_true(text_changed_on_disk(text));
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_false(text_changed_on_disk(text));
    unlink(path);
    assert_true(text_changed_on_disk(text));
    text_free(text);
}

static void only_the_file_that_was_seen_is_written_over(void **state)
{
    (void)state;
    struct error error;
    write_file(path, "mine", 4);
    struct text *text = open_text(path);
    insert(text, 0, "x");
    struct file_identity seen = text_file_seen(path);
    write_file(path, "theirs", 6);
    assert_int_equal(text_save_over(text, NULL, &seen, &error), STATUS_IO);
    assert_non_null(strstr(error.message, "was changed by another program; not written"));
    assert_file(path, "theirs", 6);
    assert_true(text_dirty(text));
    seen = text_file_seen(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(text_save_over(text, NULL, &seen, &error), STATUS_IO);
    assert_non_null(strstr(error.message, "was removed by another program; not written"));
    assert_false(file_exists(path));
    seen = text_file_seen(path);
    write_file(path, "new", 3);
    assert_int_equal(text_save_over(text, NULL, &seen, &error), STATUS_IO);
    assert_file(path, "new", 3);
    seen = text_file_seen(path);
    assert_int_equal(link(path, other), 0); /* written in place */
    write_file(path, "others", 6);
    assert_int_equal(text_save_over(text, NULL, &seen, &error), STATUS_IO);
    assert_file(path, "others", 6);
    seen = text_file_seen(path);
    assert_int_equal(text_save_over(text, NULL, &seen, &error), STATUS_OK);
    assert_file(other, "xmine", 5);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(names_in_folder(), 1);
    text_free(text);
}

/* The same bytes with another time. */
static void touch(const char *name)
{
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, name, times, 0), 0);
}

/* Other bytes, the same size and time. */
static void write_secretly(const char *name, const char *bytes, size_t size)
{
    struct stat info, now;
    assert_int_equal(stat(name, &info), 0);
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    do { /* the file system's clock ticks every few milliseconds */
        write_file(name, bytes, size);
        assert_int_equal(utimensat(AT_FDCWD, name, times, 0), 0);
        assert_int_equal(stat(name, &now), 0);
    } while (now.st_ctim.tv_sec == info.st_ctim.tv_sec && now.st_ctim.tv_nsec == info.st_ctim.tv_nsec);
}

static void a_file_that_was_touched_has_not_changed(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } files[] = {{"old\n", 4},
                 {"", 0},
                 {"\xef\xbb\xbfold\n", 7},
                 {"caf\xe9 au lait, d\xe9j\xe0 vu, une fa\xe7on de voir\n", 40},
                 {"\xff\xfeo\0l\0d\0\n\0", 10},
                 {"bad \xff\xc3 bytes\n", 13}};
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        write_file(path, files[i].bytes, files[i].size);
        struct text *text = open_text(path);
        insert(text, 0, "new "); /* the bytes that were read are compared, not the ones in the document */
        touch(path);
        assert_false(text_changed_on_disk(text));
        assert_int_equal(chmod(path, 0640), 0);
        assert_false(text_changed_on_disk(text));
        assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
        insert(text, 0, "newer ");
        touch(path);
        assert_false(text_changed_on_disk(text));
        write_file(other, "theirs\n", 7);
        assert_int_equal(rename(other, path), 0);
        assert_true(text_changed_on_disk(text));
        struct text *fresh = open_text(path);
        struct error error;
        assert_int_equal(text_replace(text, 0, text_size(text), "theirs\n", 7, &error), STATUS_OK);
        text_take_file(text, fresh);
        text_free(fresh);
        insert(text, 0, "x");
        touch(path);
        assert_false(text_changed_on_disk(text));
        text_free(text);
        unlink(path);
    }
}

static void other_bytes_of_the_same_size_and_time_are_noticed(void **state)
{
    (void)state;
    write_file(path, "one two\n", 8);
    struct text *text = open_text(path);
    write_secretly(path, "one xxx\n", 8);
    assert_true(text_changed_on_disk(text));
    assert_true(text_changed_on_disk(text));
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_false(text_changed_on_disk(text));
    write_secretly(path, "one yyy\n", 8);
    assert_true(text_changed_on_disk(text));
    write_secretly(path, "one two\n", 8); /* and the old content is back */
    assert_false(text_changed_on_disk(text));
    text_free(text);
}

static void an_unwritable_file_stays_as_it_was(void **state)
{
    (void)state;
    if (geteuid() == 0) skip(); /* root can write anywhere */
    write_file(path, "old", 3);
    struct text *text = open_text(path);
    insert(text, 0, "new");
    assert_int_equal(chmod(folder, 0500), 0);
    struct error error;
    enum status status = text_save(text, NULL, &error);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(status, STATUS_IO);
    assert_true(text_dirty(text));
    assert_file(path, "old", 3);
    text_free(text);
}

static void a_full_disk_stays_as_it_was(void **state)
{
    (void)state;
    write_file(path, "old", 3);
    struct text *text = open_text(path);
    static char much[100000];
    memset(much, 'm', sizeof much);
    assert_int_equal(text_insert(text, 3, much, sizeof much, NULL), STATUS_OK);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 50000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct error error;
    enum status status = text_save(text, NULL, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_IO);
    assert_true(text_dirty(text));
    assert_file(path, "old", 3);
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_false(text_dirty(text));
    text_free(text);
}

/* ---- large files
 * ---------------------------------------------------------------------------------------- */

enum { BIG_LINES = 1200000, BIG_LINE = 60 };

/* 72 MB: line n is n, padded. */
static void write_big(void)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < BIG_LINES; i++) fprintf(file, "%-59d\n", i);
    assert_int_equal(fclose(file), 0);
}

static void assert_line(const struct text *text, size_t line, int number)
{
    char bytes[BIG_LINE], expected[BIG_LINE + 1];
    size_t start = text_line_start(text, line);
    assert_int_equal(text_line_of(text, start + 30), line);
    text_copy(text, start, start + BIG_LINE, bytes);
    snprintf(expected, sizeof expected, "%-59d\n", number);
    assert_memory_equal(bytes, expected, BIG_LINE);
}

static void a_big_file_is_edited_and_saved(void **state)
{
    (void)state;
    write_big();
    struct text *text = open_text(path);
    assert_true(original_fd(text->original) >= 0);
    assert_line(text, 1000000, 1000000);
    assert_line(text, 17, 17);
    assert_int_equal(text_line_of(text, text_size(text)) + 1, BIG_LINES + 1);
    struct rng rng = {.seed = 10};
    for (int i = 0; i < 200; i++) {
        size_t line = 1 + pick(&rng, BIG_LINES - 1), at = text_line_start(text, line);
        assert_int_equal(at, line * BIG_LINE + (size_t)i); /* each edit added one byte before */
        insert(text, pick(&rng, BIG_LINE), "x");
        text_break_group(text);
    }
    size_t start, end;
    bool found;
    assert_int_equal(search_from(text, "1150000 ", 8, 0, 0, &start, &end, &found, NULL), STATUS_OK);
    assert_true(found);
    assert_int_equal(start, 1150000u * BIG_LINE + 200);
    assert_int_equal(
        search_from(text, "\n4321 ", 6, TEXT_SEARCH_BACKWARDS, text_size(text), &start, &end, &found, NULL),
        STATUS_OK);
    assert_true(found);
    assert_int_equal(start + 1, 4321u * BIG_LINE + 200);
    assert_int_equal(link(path, other), 0); /* saved in place, over the very bytes that the pieces refer to */
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    assert_false(text_changed_on_disk(text));
    assert_line(text, 1100000, 1100000);
    struct text *again = open_text(other);
    assert_int_equal(text_size(again), (size_t)BIG_LINES * BIG_LINE + 200);
    assert_line(again, 1199999, 1199999);
    text_free(again);
    assert_true(text_history_go(text, 0, NULL));
    assert_int_equal(text_save(text, NULL, NULL), STATUS_OK);
    again = open_text(path);
    assert_int_equal(text_size(again), (size_t)BIG_LINES * BIG_LINE);
    assert_line(again, 3, 3);
    text_free(again);
    text_free(text);
}

/* In place too; then the pieces must not refer to the bytes that are overwritten. */
static int save_big_twice(void)
{
    struct text *text = text_open(path, NULL);
    bool good = text && original_fd(text->original) >= 0;
    good = good && !text_insert(text, 0, "new ", 4, NULL) && !text_save(text, NULL, NULL);
    char bytes[12] = "";
    size_t line = good ? text_line_start(text, 1100000) : 0;
    if (good) text_copy(text, line, line + 8, bytes);
    good = good && memcmp(bytes, "1100000 ", 8) == 0 && !text_changed_on_disk(text);
    good = good && text_history_go(text, 0, NULL) && !text_save(text, NULL, NULL);
    text_free(text);
    return !good;
}

static void a_big_file_of_another_user_is_edited_and_saved(void **state)
{
    (void)state;
    if (geteuid() != 0) skip();
    static const mode_t folders[] = {01777, 0755};
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        write_big();
        assert_int_equal(chmod(folder, folders[i]), 0);
        assert_int_equal(chown(path, 1234, 1234), 0);
        assert_int_equal(chmod(path, 0666), 0);
        assert_int_equal(as_nobody(save_big_twice), 0);
        assert_owned(path, 1234, 1234, 0666);
        struct text *again = open_text(path);
        assert_int_equal(text_size(again), (size_t)BIG_LINES * BIG_LINE);
        assert_line(again, 1199999, 1199999);
        text_free(again);
    }
    assert_int_equal(chmod(folder, 0700), 0);
}

static void a_big_file_cut_short_by_others_does_no_harm(void **state)
{
    (void)state;
    write_big();
    struct text *text = open_text(path);
    insert(text, 5, "x");
    assert_int_equal(truncate(path, 1000), 0);
    assert_true(text_changed_on_disk(text));
    assert_int_equal(text_byte(text, 50000000), 0); /* lost, not fatal */
    assert_true(text_line_of(text, text_size(text)) + 1 > 1);
    struct error error;
    assert_int_equal(text_save(text, NULL, &error), STATUS_IO);
    assert_int_equal(text_save(text, other, &error), STATUS_IO);
    assert_false(file_exists(other));
    assert_true(text_dirty(text));
    assert_int_equal(text_backing(text), TEXT_BACKING_CUT);
    size_t lost;
    assert_int_equal(text_save_rest(text, path, &lost, &error), STATUS_ARGUMENT); /* not over it */
    assert_int_equal(text_save_rest(text, other, &lost, &error), STATUS_OK);
    assert_int_equal(lost, BIG_LINES * BIG_LINE - 1000);
    struct buffer saved = {0};
    assert_int_equal(file_read(other, &saved, &error), STATUS_OK);
    assert_int_equal(saved.size, 1001); /* the rest, and the typed text */
    assert_memory_equal(saved.data, "0    x ", 7);
    assert_true(text_dirty(text));
    assert_string_equal(text_path(text), path);
    buffer_free(&saved);
    text_free(text);
}

static void a_big_file_written_to_in_place_is_saved_elsewhere(void **state)
{
    (void)state;
    write_big();
    struct text *text = open_text(path);
    assert_int_equal(text_backing(text), TEXT_BACKING_WHOLE);
    insert(text, 5, "x");
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fwrite("theirs", 1, 6, file), 6);
    assert_int_equal(fclose(file), 0);
    struct error error;
    size_t lost;
    assert_int_equal(text_save(text, NULL, &error), STATUS_IO);
    assert_int_equal(text_backing(text), TEXT_BACKING_CHANGED);
    assert_int_equal(text_save_rest(text, other, &lost, &error), STATUS_OK);
    assert_int_equal(lost, 0);
    struct text *rest = text_open(other, &error);
    assert_int_equal(text_size(rest), text_size(text));
    char bytes[8];
    text_copy(rest, 0, 8, bytes);
    assert_memory_equal(bytes, "theirxs ", 8);
    text_free(rest);
    text_free(text);
}

int main(void)
{
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(other, sizeof other, "%s/b", folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_byte_survives, fresh),
        cmocka_unit_test_setup(line_endings_and_a_missing_last_one_are_kept, fresh),
        cmocka_unit_test_setup(a_new_file_appears_when_saved, fresh),
        cmocka_unit_test_setup(a_step_of_typing_does_not_go_on_across_a_save, fresh),
        cmocka_unit_test_setup(links_and_mode_are_kept, fresh),
        cmocka_unit_test_setup(the_owner_is_kept_where_that_is_allowed, fresh),
        cmocka_unit_test_setup(another_users_file_stays_theirs, fresh),
        cmocka_unit_test_setup(another_writer_is_noticed, fresh),
        cmocka_unit_test_setup(a_file_that_was_touched_has_not_changed, fresh),
        cmocka_unit_test_setup(other_bytes_of_the_same_size_and_time_are_noticed, fresh),
        cmocka_unit_test_setup(an_unwritable_file_stays_as_it_was, fresh),
        cmocka_unit_test_setup(only_the_file_that_was_seen_is_written_over, fresh),
        cmocka_unit_test_setup(a_full_disk_stays_as_it_was, fresh),
        cmocka_unit_test_setup(a_big_file_is_edited_and_saved, fresh),
        cmocka_unit_test_setup(a_big_file_of_another_user_is_edited_and_saved, fresh),
        cmocka_unit_test_setup(a_big_file_cut_short_by_others_does_no_harm, fresh),
        cmocka_unit_test_setup(a_big_file_written_to_in_place_is_saved_elsewhere, fresh),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fresh(NULL);
    rmdir(folder);
    return failed;
}
