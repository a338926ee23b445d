/* Loading a model: its memory, and files that change while they are loaded. */
#include "fixtures.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/lacuna-load-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* About 80 MB of weights, in the published form. */
static void write_model(void)
{
    struct sedd_config config = {.tokens = 8000,
                                 .noise = SEDD_LOGLINEAR,
                                 .sigma_min = 1e-4,
                                 .sigma_max = 20,
                                 .hidden_size = 512,
                                 .cond_dim = 128,
                                 .length = 128,
                                 .n_blocks = 4,
                                 .n_heads = 8,
                                 .scale_by_sigma = true,
                                 .endoftext = -1,
                                 .delete_id = -1,
                                 .expand_id = -1};
    struct sedd_layout layout;
    assert_int_equal(sedd_layout_init(&layout, &config, NULL), STATUS_OK);
    float *weights = malloc(layout.size * sizeof *weights);
    for (size_t i = 0; i < layout.size; i++) weights[i] = (float)(i * 2654435761u % 1000) / 20000 - 0.025f;
    assert_int_equal(sedd_config_save(folder, &config, NULL), STATUS_OK);
    assert_int_equal(sedd_weights_write(&layout, weights, SEDD_F32, in_folder("model.safetensors"), NULL),
                     STATUS_OK);
    free(weights);
    sedd_layout_free(&layout);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    pid_t child = fork(); /* so that its memory is not ours */
    if (child == 0) {
        write_model();
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(in_folder("model.safetensors"));
    unlink(in_folder("config.json"));
    return rmdir(folder);
}

static long peak_kb(void)
{
    char line[256];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld", &kb);
    if (status) fclose(status);
    return kb;
}

static void the_peak_of_loading_is_about_the_file(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* the sanitizer's shadow is memory, too */
#endif
    struct stat file;
    assert_int_equal(stat(in_folder("model.safetensors"), &file), 0);
    pid_t child = fork();
    if (child == 0) {
        long before = peak_kb();
        double begun = clock_seconds();
        struct pool *pool = pool_new(2, NULL);
        struct sedd_model *model = sedd_model_load(folder, SEDD_PRECISION_F32, pool, NULL, NULL);
        long used = peak_kb() - before, most = (long)file.st_size / 1024 * 3 / 2;
        print_message("%ld MB read in %.0f ms, at most %ld MB resident\n", (long)file.st_size >> 20,
                      1e3 * (clock_seconds() - begun), used >> 10);
        _exit(model && before > 0 && used < most ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void loading_can_be_cancelled(void **state)
{
    (void)state;
    struct error error = {0};
    atomic_bool cancel = true;
    struct pool *pool = pool_new(2, NULL);
    assert_null(sedd_model_load(folder, SEDD_PRECISION_F32, pool, &cancel, &error));
    assert_int_equal(error.code, STATUS_CANCELLED);
    pool_free(pool);
}

static void threads_do_not_change_what_is_loaded(void **state)
{
    (void)state;
    enum { LENGTH = 5 };
    uint32_t ids[LENGTH] = {1, 8000, 77, 8000, 4000};
    struct sedd_sequence q = {.ids = ids, .length = LENGTH, .sigma_bar = 1};
    float *f[2];
    for (int k = 0; k < 2; k++) {
        struct pool *pool = pool_new(1 + 2 * k, NULL);
        struct sedd_model *model = sedd_model_load(folder, SEDD_PRECISION_F32, k ? pool : NULL, NULL, NULL);
        assert_non_null(model);
        struct sedd_net *net = sedd_net_new(model, pool, NULL);
        f[k] = malloc((size_t)LENGTH * 8001 * sizeof **f);
        assert_int_equal(sedd_net_evaluate(net, &q, 1, f[k], NULL, NULL), STATUS_OK);
        sedd_net_free(net);
        pool_free(pool);
        sedd_model_free(model);
    }
    assert_memory_equal(f[0], f[1], (size_t)LENGTH * 8001 * sizeof **f);
    free(f[0]);
    free(f[1]);
}

/* The file is opened whole and truncated before it is read: with a mapping that would be a SIGBUS. */
static void a_file_cut_short_meanwhile_is_an_error(void **state)
{
    (void)state;
    struct error error = {0};
    char *copy = strdup(in_folder("cut.safetensors"));
    struct buffer bytes = {0};
    assert_int_equal(file_read("tests/data/fixtures/tiny-absorb/model.safetensors", &bytes, NULL), STATUS_OK);
    assert_int_equal(file_write_atomic(copy, bytes.data, bytes.size, NULL), STATUS_OK);
    struct sedd_config config;
    struct sedd_layout layout;
    assert_int_equal(sedd_config_load("tests/data/fixtures/tiny-absorb", &config, NULL), STATUS_OK);
    assert_int_equal(sedd_layout_init(&layout, &config, NULL), STATUS_OK);
    float *weights = malloc(layout.size * sizeof *weights);
    struct sedd_tensors *file = sedd_tensors_open(copy, &error);
    assert_non_null(file);
    assert_int_equal(sedd_weights_read(&layout, file, weights, &error), STATUS_OK);
    assert_int_equal(truncate(copy, (off_t)bytes.size / 2), 0);
    assert_int_equal(sedd_weights_read(&layout, file, weights, &error), STATUS_IO);
    assert_non_null(strstr(error.message, "truncated while"));
    sedd_tensors_close(file);
    /* a later opening reports it at once */
    assert_null(sedd_tensors_open(copy, &error));
    assert_non_null(strstr(error.message, "truncated"));
    unlink(copy);
    free(copy);
    free(weights);
    buffer_free(&bytes);
    sedd_layout_free(&layout);
}

static void a_file_changed_meanwhile_is_an_error(void **state)
{
    (void)state;
    struct error error = {0};
    struct sedd_tensors *file = sedd_tensors_open(in_folder("model.safetensors"), &error);
    assert_non_null(file);
    assert_int_equal(sedd_tensors_unchanged(file, &error), STATUS_OK);
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, in_folder("model.safetensors"), times, 0), 0);
    assert_int_equal(sedd_tensors_unchanged(file, &error), STATUS_IO);
    sedd_tensors_close(file);
}

static void a_pipe_in_place_of_a_file_is_refused(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_null(sedd_tensors_open(in_folder("pipe"), &error));
    assert_non_null(strstr(error.message, "not a regular file"));
    unlink(in_folder("pipe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peak_of_loading_is_about_the_file),
        cmocka_unit_test(loading_can_be_cancelled),
        cmocka_unit_test(threads_do_not_change_what_is_loaded),
        cmocka_unit_test(a_file_cut_short_meanwhile_is_an_error),
        cmocka_unit_test(a_file_changed_meanwhile_is_an_error),
        cmocka_unit_test(a_pipe_in_place_of_a_file_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
