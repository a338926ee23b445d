/* Errors, memory, random numbers, threads and files. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/attributes.h"
#include "lacuna/base.h"
#include "lacuna/dictionary.h"
#include "lacuna/io.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/lacuna-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void philox_gives_the_published_numbers(void **state)
{
    (void)state;
    /* known answers of Random123's philox4x64, 10 rounds */
    static const struct {
        uint64_t counter[4], key[2], out[4];
    } cases[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0}},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint64_t out[4];
        rng_philox(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].out, sizeof out);
    }
}

static void stream_resumes_from_its_position(void **state)
{
    (void)state;
    struct rng a = {.seed = 7, .stream = 3}, b = a;
    for (int i = 0; i < 37; i++) rng_next(&a);
    b.position = a.position;
    for (int i = 0; i < 9; i++) assert_int_equal(rng_next(&a), rng_next(&b));
}

static void bounded_numbers_are_uniform(void **state)
{
    (void)state;
    struct rng rng = {.seed = 1};
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++) counts[rng_below(&rng, 7)]++;
    double chi = 0;
    for (int i = 0; i < 7; i++) chi += (counts[i] - 1e4) * (counts[i] - 1e4) / 1e4;
    assert_true(chi < 27.9); /* 6 degrees of freedom, p = 1e-4 */
}

static void normal_numbers_have_unit_variance(void **state)
{
    (void)state;
    struct rng rng = {.seed = 5};
    double sum = 0, square = 0;
    for (int i = 0; i < 100000; i++) {
        double x = rng_normal(&rng);
        sum += x;
        square += x * x;
    }
    assert_true(fabs(sum / 1e5) < 0.015 && fabs(square / 1e5 - 1) < 0.02);
}

static void utf8_is_strict(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x80\x80",
                                      "\xED\xA0\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xF8\x88\x80\x80\x80",
                                      "\xE2\x82",
                                      "\xFF"};
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) assert_false(utf8_valid(bad[i], strlen(bad[i])));
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        uint32_t back = 0;
        int n = utf8_put(c, bytes);
        if (c >= 0xD800 && c < 0xE000) {
            assert_int_equal(n, 0);
            continue;
        }
        assert_int_equal(utf8_decode(bytes, (size_t)n, &back), n);
        assert_int_equal(back, c);
    }
}

static void copies_are_cut_between_characters_and_valid(void **state)
{
    (void)state;
    char out[8];
    utf8_copy(out, sizeof out, "abcdef\u00fc", 8);
    assert_string_equal(out, "abcdef");
    utf8_copy(out, sizeof out, "abcde\u00fc", 7);
    assert_string_equal(out, "abcde\u00fc");
    utf8_copy(out, sizeof out, "a\xff\xc3", 3);
    assert_string_equal(out, "a??");
    utf8_copy(out, 1, "a", 1);
    assert_string_equal(out, "");
    json_t *value = json_text("a\xff\u00fc", 4);
    assert_string_equal(json_string_value(value), "a\uFFFD\u00fc");
    json_decref(value);
    value = json_text(NULL, 0);
    assert_string_equal(json_string_value(value), "");
    json_decref(value);
}

static void pool_count(void *context, int part, int worker)
{
    (void)worker;
    atomic_fetch_add(&((atomic_int *)context)[part], 1);
}

static void pool_runs_every_part_once(void **state)
{
    (void)state;
    enum { PARTS = 1000 };
    static atomic_int counts[PARTS];
    for (int threads = 1; threads <= 4; threads++) {
        struct pool *pool = pool_new(threads, NULL);
        for (int round = 0; round < 50; round++) {
            memset(counts, 0, sizeof counts);
            pool_run(pool, PARTS, pool_count, counts);
            for (int i = 0; i < PARTS; i++) assert_int_equal(counts[i], 1);
        }
        pool_free(pool);
    }
    assert_null(pool_new(0, NULL));
}

static void expect_content(const char *path, const char *content)
{
    struct buffer bytes = {0};
    assert_int_equal(file_read(path, &bytes, NULL), STATUS_OK);
    assert_int_equal(bytes.size, strlen(content));
    assert_memory_equal(bytes.data, content, bytes.size);
    buffer_free(&bytes);
}

static int files_in_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "exit $(ls -A '%s' | wc -l)", folder);
    int status = system(command);
    return WEXITSTATUS(status);
}

static void saving_keeps_mode_and_link(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(file_write_atomic(in_folder("a"), "one", 3, NULL), STATUS_OK);
    chmod(in_folder("a"), 0640);
    assert_int_equal(symlink("a", in_folder("link")), 0);
    assert_int_equal(file_write_atomic(in_folder("link"), "two", 3, NULL), STATUS_OK);
    expect_content(in_folder("a"), "two");
    assert_int_equal(lstat(in_folder("link"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    stat(in_folder("a"), &info);
    assert_int_equal(info.st_mode & 07777, 0640);
    assert_int_equal(files_in_folder(), 2);
}

/* Who can read it: the owner, user 1000, everybody. */
static const unsigned char acl[] = {2,    0,    0,    0,    1,  0, 6, 0, 0xff, 0xff, 0xff, 0xff, 2,  0, 4, 0,
                                    0xe8, 3,    0,    0,    4,  0, 4, 0, 0xff, 0xff, 0xff, 0xff, 16, 0, 4, 0,
                                    0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};

static void saving_keeps_extended_attributes(void **state)
{
    (void)state;
    static const char user[] = "user.lacuna.test", access[] = "system.posix_acl_access";
    char value[200];
    struct stat info;
    assert_int_equal(file_write_atomic(in_folder("a"), "one", 3, NULL), STATUS_OK);
    chmod(in_folder("a"), 0644);
    if (setxattr(in_folder("a"), user, "value", 5, 0)) skip();
    bool has_acl = setxattr(in_folder("a"), access, acl, sizeof acl, 0) == 0;
    assert_int_equal(file_write_atomic(in_folder("a"), "two", 3, NULL), STATUS_OK);
    assert_int_equal(getxattr(in_folder("a"), user, value, sizeof value), 5);
    assert_memory_equal(value, "value", 5);
    if (has_acl) {
        assert_int_equal(getxattr(in_folder("a"), access, value, sizeof value), sizeof acl);
        assert_memory_equal(value, acl, sizeof acl);
    }
    assert_int_equal(stat(in_folder("a"), &info), 0);
    assert_int_equal(info.st_mode & 0777, has_acl ? 0640 : 0644);
    /* If the old file had no access control list, the folder's default list must not apply. */
    assert_int_equal(file_write_atomic(in_folder("b"), "one", 3, NULL), STATUS_OK);
    if (has_acl) assert_int_equal(setxattr(folder, "system.posix_acl_default", acl, sizeof acl, 0), 0);
    assert_int_equal(file_write_atomic(in_folder("b"), "two", 3, NULL), STATUS_OK);
    assert_int_equal(getxattr(in_folder("b"), access, value, sizeof value), -1);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(attributes_copy(in_folder("b"), ends[0]));
    assert_false(attributes_copy(in_folder("a"), ends[0])); /* a pipe accepts none */
    close(ends[0]);
    close(ends[1]);
}

static void saving_keeps_hard_links(void **state)
{
    (void)state;
    struct stat a, b;
    assert_int_equal(file_write_atomic(in_folder("a"), "a longer text", 13, NULL), STATUS_OK);
    assert_int_equal(link(in_folder("a"), in_folder("b")), 0);
    assert_int_equal(file_write_atomic(in_folder("b"), "new", 3, NULL), STATUS_OK);
    expect_content(in_folder("a"), "new");
    stat(in_folder("a"), &a);
    stat(in_folder("b"), &b);
    assert_int_equal(a.st_ino, b.st_ino);
    assert_int_equal(files_in_folder(), 2);
}

static void full_disk_loses_nothing(void **state)
{
    (void)state;
    char *large = calloc(1, 1 << 20);
    struct error error = {0};
    assert_int_equal(file_write_atomic(in_folder("a"), "precious", 8, NULL), STATUS_OK);
    struct rlimit old, tight;
    getrlimit(RLIMIT_FSIZE, &old);
    tight = old;
    tight.rlim_cur = 4096;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    enum status status = file_write_atomic(in_folder("a"), large, 1 << 20, &error);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(error.message, in_folder("a")));
    expect_content(in_folder("a"), "precious");
    assert_int_equal(files_in_folder(), 1);
    free(large);
}

static void refuses_what_is_no_file(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(file_write_atomic(folder, "x", 1, &error), STATUS_IO);
    assert_int_equal(file_write_atomic(in_folder("no/such/folder"), "x", 1, &error), STATUS_IO);
    assert_int_equal(file_make_folders(in_folder("p/q/r"), &error), STATUS_OK);
    assert_true(file_exists(in_folder("p/q/r")));
}

static void messages_are_cut_between_characters(void **state)
{
    (void)state;
    struct error error;
    char text[1024];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'x', lead);
        for (size_t i = lead; i + 3 < sizeof text; i += 3) memcpy(text + i, "\xE2\x82\xAC", 4);
        error_set(&error, STATUS_IO, "%s", text);
        assert_true(utf8_valid(error.message, strlen(error.message)));
        error_prefix(&error, "prefix");
        assert_true(utf8_valid(error.message, strlen(error.message)));
    }
}

static void hostile_json_is_an_error(void **state)
{
    (void)state;
    struct error error = {0};
    static const char *const bad[] = {"", "{", "{\"a\":1,\"a\":2}", "[1,]", "\"\xFF\"", "nul"};
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        error = (struct error){0};
        assert_null(json_parse(bad[i], strlen(bad[i]), &error));
        assert_int_equal(error.code, STATUS_FORMAT);
    }
    char *deep = malloc(100001);
    memset(deep, '[', 100000);
    assert_null(json_parse(deep, 100000, &error));
    free(deep);
}

/* If the kernel supports time slices (Linux 6.12), the thread gets the one it asked for and keeps its
 * niceness. */
static void a_thread_gets_its_slice(void **state)
{
    (void)state;
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } before = {.size = sizeof before}, after = {.size = sizeof after};
    if (syscall(SYS_sched_getattr, 0, &before, sizeof before, 0) || before.policy != SCHED_OTHER ||
        !before.runtime)
        skip();
    thread_slice(700);
    assert_int_equal(syscall(SYS_sched_getattr, 0, &after, sizeof after, 0), 0);
    assert_int_equal(after.runtime, 700000);
    assert_int_equal(after.nice, before.nice);
}

static const char *made_visible(const char *bytes)
{
    static struct buffer out;
    out.size = 0;
    assert_true(buffer_append(&out, "", 0) && visible_append(&out, bytes, strlen(bytes)));
    return out.data;
}

static void a_terminal_obeys_nothing_that_was_made_visible(void **state)
{
    (void)state;
    assert_string_equal(made_visible("a\033]52;c;eA==\007b"), "a^[]52;c;eA==^Gb");
    assert_string_equal(made_visible("\t\n\r\001\177"), "^I^J^M^A^?");
    assert_string_equal(made_visible("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"), "\\u0080\\u009B\\u009F\u00a0");
    assert_string_equal(made_visible("\u202a\u202e\u2066\u2069"), "\\u202A\\u202E\\u2066\\u2069");
    assert_string_equal(made_visible("\x9b\xc3(\xed\xa0\x80"), "\\x9B\\xC3(\\xED\\xA0\\x80");
    assert_string_equal(made_visible("caf\u00e9 “\u05d0\u200f” \U0001f600"),
                        "caf\u00e9 “\u05d0\u200f” \U0001f600");
    for (uint32_t c = 1; c < 0x30000; c++) {
        char bytes[5] = "";
        if (!utf8_put(c, bytes)) continue;
        bool obeyed = c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
                      (c >= 0x2066 && c <= 0x2069);
        if ((strcmp(made_visible(bytes), bytes) != 0) != obeyed) fail_msg("U+%04X", (unsigned)c);
    }
}

static void what_can_be_read_only_once_is_read(void **state)
{
    (void)state;
    struct file_map map;
    struct buffer bytes = {0};
    char path[32], *temporary;
    for (int way = 0; way < 3; way++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "some text", 9), 9);
        close(ends[1]);
        snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
        if (way == 0) {
            assert_int_equal(file_map_open(path, &map, NULL), STATUS_OK);
            assert_int_equal(map.size, 9);
            assert_memory_equal(map.data, "some text", 9);
            file_map_close(&map);
        } else if (way == 1) {
            assert_int_equal(file_read(path, &bytes, NULL), STATUS_OK);
        } else {
            assert_int_equal(file_spool(path, &temporary, NULL), STATUS_OK);
            bytes.size = 0;
            assert_int_equal(file_read(temporary, &bytes, NULL), STATUS_OK);
            assert_int_equal(unlink(temporary), 0);
            mem_free(temporary);
        }
        if (way) assert_string_equal(bytes.data, "some text");
        close(ends[0]);
    }
    assert_int_equal(file_write(in_folder("whole"), "x", 1, NULL), STATUS_OK);
    assert_int_equal(file_spool(in_folder("whole"), &temporary, NULL), STATUS_OK);
    assert_null(temporary);
    buffer_free(&bytes);
}

static void a_stream_is_written_to_and_a_file_replaced(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    char path[32];
    int fd = open(in_folder("behind"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    assert_int_equal(symlink(path, in_folder("link")), 0);
    assert_true(file_is_stream("-") && file_is_stream("/dev/null") && file_is_stream("/dev/stdout"));
    assert_true(file_is_stream(path) && file_is_stream(in_folder("link")));
    assert_false(file_is_stream(in_folder("behind")) || file_is_stream(in_folder("none")) ||
                 file_is_stream("/"));
    assert_int_equal(write(fd, "one ", 4), 4);
    assert_int_equal(file_write(in_folder("link"), "two ", 4, NULL), STATUS_OK);
    FILE *file = file_open_output(path, false, NULL);
    fputs("three", file);
    fclose(file);
    assert_int_equal(file_read(in_folder("behind"), &bytes, NULL), STATUS_OK);
    assert_string_equal(bytes.data, "one two three");
    assert_int_equal(file_write(in_folder("behind"), "new", 3, NULL), STATUS_OK);
    bytes.size = 0;
    assert_int_equal(file_read(in_folder("behind"), &bytes, NULL), STATUS_OK);
    assert_string_equal(bytes.data, "new");
    buffer_free(&bytes);
    close(fd);
}

/* A user cannot write to files that root leaves in the user's home. */
static void root_leaves_nothing_in_another_users_home(void **state)
{
    (void)state;
    if (geteuid() != 0) skip();
    const char *home = in_folder("home");
    char *state_home = mem_strdup(home), *name;
    assert_int_equal(mkdir(state_home, 0755), 0);
    setenv("HOME", state_home, 1);
    unsetenv("XDG_STATE_HOME");
    unsetenv("ENCHANT_CONFIG_DIR");
    name = path_own("STATE", "journal");
    assert_memory_equal(name, state_home, strlen(state_home)); /* its own */
    mem_free(name);
    dictionary_keep_out_of_other_homes();
    assert_null(getenv("ENCHANT_CONFIG_DIR"));
    assert_int_equal(chown(state_home, 1234, 1234), 0);
    name = path_own("STATE", "journal");
    assert_non_null(strstr(name, "/.local/state/lacuna/journal"));
    assert_null(strstr(name, state_home));
    mem_free(name);
    setenv("XDG_STATE_HOME", state_home, 1); /* the same in another form */
    name = path_own("STATE", "journal");
    assert_null(strstr(name, state_home));
    mem_free(name);
    dictionary_keep_out_of_other_homes();
    assert_non_null(getenv("ENCHANT_CONFIG_DIR"));
    assert_null(strstr(getenv("ENCHANT_CONFIG_DIR"), state_home));
    name = path_xdg("CONFIG", "config"); /* files that are only read are the user's */
    assert_non_null(strstr(name, state_home));
    mem_free(name);
    rmdir(state_home);
    mem_free(state_home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_numbers),
        cmocka_unit_test(stream_resumes_from_its_position),
        cmocka_unit_test(bounded_numbers_are_uniform),
        cmocka_unit_test(normal_numbers_have_unit_variance),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(copies_are_cut_between_characters_and_valid),
        cmocka_unit_test(pool_runs_every_part_once),
        cmocka_unit_test_setup_teardown(saving_keeps_mode_and_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(saving_keeps_extended_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(saving_keeps_hard_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(root_leaves_nothing_in_another_users_home, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_disk_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_file, set_up, tear_down),
        cmocka_unit_test(messages_are_cut_between_characters),
        cmocka_unit_test(hostile_json_is_an_error),
        cmocka_unit_test(a_thread_gets_its_slice),
        cmocka_unit_test(a_terminal_obeys_nothing_that_was_made_visible),
        cmocka_unit_test_setup_teardown(what_can_be_read_only_once_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stream_is_written_to_and_a_file_replaced, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
