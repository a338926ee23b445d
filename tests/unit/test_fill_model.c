/* The tiny model of the fill tests: random weights, so its output is nonsense, but nonsense that depends on
 * every token around it. The committed files are exactly the output of this program:
 *     LACUNA_WRITE=1 build/release/tests/test_fill_model      writes tests/data/tiny-model again */
#include "lacuna/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLDER "tests/data/tiny-model"

static const struct sedd_config config = {
    .name = "tiny",
    .tokens = 500,
    .graph = SEDD_ABSORB,
    .noise = SEDD_LOGLINEAR,
    .sigma_min = 1e-4,
    .sigma_max = 20,
    .hidden_size = 32,
    .cond_dim = 128,
    .length = 64,
    .n_blocks = 1,
    .n_heads = 2,
    .parametrisation = SEDD_TIME_FREE,
    .tie_embeddings = true,
    .endoftext = 497,
    .delete_id = 498,
    .expand_id = 499,
    .dialect = "plain",
};

/* A sum of uniform numbers: exact on every machine, unlike logarithms and cosines. */
static float random_weight(struct rng *rng)
{
    double sum = -2;
    for (int i = 0; i < 4; i++) sum += rng_uniform(rng);
    return (float)(0.6 * sum);
}

static void write_model(const char *folder)
{
    struct sedd_layout layout;
    struct error error = {0};
    assert_int_equal(sedd_layout_init(&layout, &config, &error), STATUS_OK);
    float *weights = mem_alloc_array(layout.size, sizeof *weights);
    struct rng rng = {.seed = 7};
    for (size_t i = 0; i < layout.size; i++) weights[i] = random_weight(&rng);
    for (uint32_t i = 0; i < config.hidden_size; i++) {
        weights[layout.blocks[0].norm1 + i] += 1;
        weights[layout.blocks[0].norm2 + i] += 1;
        weights[layout.norm_final + i] += 1;
    }
    char *path = path_join(folder, "model.safetensors");
    assert_int_equal(sedd_config_save(folder, &config, &error), STATUS_OK);
    assert_int_equal(sedd_weights_write(&layout, weights, SEDD_BF16, path, &error), STATUS_OK);
    mem_free(path);
    mem_free(weights);
    sedd_layout_free(&layout);
}

static void assert_same_file(const char *folder, const char *name)
{
    char *made = path_join(folder, name), *kept = path_join(FOLDER, name);
    struct buffer a = {0}, b = {0};
    struct error error;
    assert_int_equal(file_read(made, &a, &error), STATUS_OK);
    assert_int_equal(file_read(kept, &b, &error), STATUS_OK);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    buffer_free(&a);
    buffer_free(&b);
    unlink(made);
    mem_free(made);
    mem_free(kept);
}

static void test_committed_model_is_what_this_program_makes(void **state)
{
    (void)state;
    if (getenv("LACUNA_WRITE")) write_model(FOLDER);
    char folder[] = "/tmp/lacuna-tiny-XXXXXX";
    assert_non_null(mkdtemp(folder));
    write_model(folder);
    assert_same_file(folder, "config.json");
    assert_same_file(folder, "model.safetensors");
    rmdir(folder);
}

static void test_it_loads(void **state)
{
    (void)state;
    struct error error = {0};
    struct fill_engine *engine = fill_engine_open(FOLDER, SEDD_PRECISION_F32, 1, NULL, &error);
    assert_non_null(engine);
    assert_string_equal(fill_engine_name(engine), "tiny");
    assert_int_equal(fill_engine_config(engine)->length, 64);
    fill_engine_free(engine);
}

static void test_a_folder_without_a_model_says_so(void **state)
{
    (void)state;
    struct error error = {0};
    assert_null(fill_engine_open("tests/data/bpe", SEDD_PRECISION_F32, 1, NULL, &error));
    assert_non_null(strstr(error.message, "config.json"));
    assert_null(fill_engine_open("tests/data/none", SEDD_PRECISION_F32, 1, NULL, &error));
    assert_non_null(strstr(error.message, "tests/data/none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_committed_model_is_what_this_program_makes),
        cmocka_unit_test(test_it_loads),
        cmocka_unit_test(test_a_folder_without_a_model_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
