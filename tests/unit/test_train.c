/* What a user of `lacuna train` relies on: rows are what the recipe says, a resumed run is the same run, the
 * schedule is the recipe's, and the loss falls. */
#include "fixtures.h"
#include "lacuna/train.h"
#include <sys/stat.h>
#include <unistd.h>

enum { VOCABULARY = 300, COUNT = 20000 };
static uint16_t ids[COUNT];
static uint8_t flags[VOCABULARY];
static struct train_data data = {.ids = ids, .count = COUNT, .flags = flags};

static struct train_recipe recipe(void)
{
    return (struct train_recipe){
        .config = {.name = "test",
                   .tokens = VOCABULARY,
                   .graph = SEDD_ABSORB,
                   .noise = SEDD_LOGLINEAR,
                   .sigma_min = 1e-4,
                   .sigma_max = 20,
                   .hidden_size = 32,
                   .cond_dim = 16,
                   .length = 32,
                   .n_blocks = 2,
                   .n_heads = 2,
                   .parametrisation = SEDD_TIME_FREE,
                   .tie_embeddings = true,
                   .endoftext = VOCABULARY - 3,
                   .delete_id = VOCABULARY - 2,
                   .expand_id = VOCABULARY - 1},
        .vocabulary = VOCABULARY,
        .objective = TRAIN_K_FORM,
        .rows = 8,
        .micro_rows = 4,
        .steps = 40,
        .warmup = 5,
        .decay = 0.25,
        .learning_rate = 3e-3,
        .beta1 = 0.9,
        .beta2 = 0.98,
        .epsilon = 1e-8,
        .weight_decay = 0.1,
        .clip = 1,
        .ema = 0.9,
        .init_std = 0.02,
        .embedding_std = 0.02,
        .gate = 1,
        .short_rows = 0.3,
        .span_rows = 0.3,
        .mask_power = 0.5,
        .seed = 4,
    };
}

/* A text with an order that can be learnt: each token follows from the one before. */
static int set_up(void **state)
{
    (void)state;
    struct rng rng = {.seed = 9};
    for (int i = 0; i < VOCABULARY; i++)
        flags[i] = (uint8_t)((i % 3 ? TRAIN_STARTS_WORD : 0) | (i == 7 ? TRAIN_ENDS_PARAGRAPH : 0));
    for (int i = 0; i < COUNT; i++)
        ids[i] = i % 997 == 996 ? VOCABULARY - 3
                                : (uint16_t)(i && rng_below(&rng, 10) ? (uint64_t)(ids[i - 1] * 5 + 3) % 50
                                                                      : rng_below(&rng, 50));
    return 0;
}

static void rows_hold_the_text_and_hide_part_of_it(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    struct train_sampler *sampler = train_sampler_new(&data, &r, NULL);
    struct train_rows rows;
    struct train_position position = {0};
    assert_int_equal(train_rows_init(&rows, r.rows, r.config.length, NULL), STATUS_OK);
    for (int batch = 0; batch < 200; batch++) {
        train_sampler_draw(sampler, &position, &rows);
        double sum = 0;
        uint64_t masked = 0;
        for (uint32_t m = 0; m < rows.rows * rows.length; m++) {
            uint32_t i = m % rows.length, begin = rows.segment_start[m], end = rows.segment_end[m];
            assert_true(begin <= i && i < end && end <= rows.length);
            assert_true(rows.ids[m] == rows.targets[m] || rows.ids[m] == VOCABULARY);
            assert_true((rows.weights[m] > 0) == (rows.ids[m] == VOCABULARY));
            /* attention never crosses a separator: it can only be the last of its segment */
            if (rows.targets[m] == VOCABULARY - 3) assert_int_equal(i + 1, end);
            sum += (double)rows.weights[m];
            masked += rows.ids[m] == VOCABULARY;
        }
        assert_true(fabs(sum - 1) < 1e-4);
        assert_int_equal(masked, rows.masked);
    }
    train_rows_free(&rows);
    train_sampler_free(sampler);
}

/* Without short rows every window of an epoch comes exactly once, and epochs differ in their offset. */
static void an_epoch_visits_every_window_once(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    r.short_rows = 0;
    uint16_t numbered[3200];
    uint8_t no_flags[65536] = {0};
    for (int i = 0; i < 3200; i++) numbered[i] = (uint16_t)i;
    r.config.tokens = 65535;
    r.config.endoftext = -1;
    struct train_data small = {.ids = numbered, .count = 3200, .flags = no_flags};
    struct train_sampler *sampler = train_sampler_new(&small, &r, NULL);
    struct train_rows rows;
    struct train_position position = {0};
    assert_int_equal(train_rows_init(&rows, 1, 32, NULL), STATUS_OK);
    int seen[3200] = {0};
    uint32_t offset = UINT32_MAX;
    do {
        train_sampler_draw(sampler, &position, &rows);
        if (position.epoch > 0) break;
        if (offset == UINT32_MAX) offset = rows.targets[0] % 32;
        assert_int_equal(rows.targets[0] % 32, offset);
        seen[rows.targets[0]]++;
    } while (true);
    int windows = 0;
    for (int i = 0; i < 3200; i++) {
        assert_true(seen[i] <= 1);
        windows += seen[i];
    }
    assert_int_equal(windows, (3200 - (int)offset) / 32);
    train_rows_free(&rows);
    train_sampler_free(sampler);
}

static void mask_counts_are_uniform_and_stratified(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    r.short_rows = r.span_rows = 0;
    r.config.endoftext = -1;
    struct train_sampler *sampler = train_sampler_new(&data, &r, NULL);
    struct train_rows rows;
    struct train_position position = {0};
    assert_int_equal(train_rows_init(&rows, 8, 32, NULL), STATUS_OK);
    for (int batch = 0; batch < 100; batch++) {
        int eighths[8] = {0};
        train_sampler_draw(sampler, &position, &rows);
        for (int row = 0; row < 8; row++) {
            int k = 0;
            for (int i = 0; i < 32; i++) k += rows.ids[row * 32 + i] == VOCABULARY;
            assert_true(k >= 1);
            eighths[(k - 1) / 4]++;
        }
        for (int i = 0; i < 8; i++) assert_int_equal(eighths[i], 1); /* one row in each eighth of [1, L] */
    }
    train_rows_free(&rows);
    train_sampler_free(sampler);
}

static void schedule_warms_up_holds_and_decays(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    assert_true(fabs(train_learning_rate(&r, 0) - 3e-3 / 5) < 1e-9);
    assert_true(fabs(train_learning_rate(&r, 5) - 3e-3) < 1e-9);
    assert_true(fabs(train_learning_rate(&r, 29) - 3e-3) < 1e-9);
    assert_true(fabs(train_learning_rate(&r, 35) - 1.5e-3) < 1e-9);
    assert_true(train_learning_rate(&r, 39) > 0);
}

struct watch {
    double first, last;
};

static void watch(void *context, const struct train_progress *p)
{
    struct watch *w = context;
    if (p->step == 1) w->first = p->loss;
    w->last = p->smoothed;
}

static void run(const char *out, uint64_t stop_after, bool resume, bool f32, int threads, struct watch *w)
{
    struct error error = {0};
    struct train_recipe r = recipe();
    struct pool *pool = pool_new(threads, NULL);
    struct train_options how = {.out = out,
                                .resume = resume,
                                .f32 = f32,
                                .checkpoint_seconds = 1e9,
                                .validation_seconds = 1e9,
                                .stop_after = stop_after,
                                .report = watch,
                                .context = w};
    if (train_run(&r, &data, NULL, pool, &how, &error)) fail_msg("%s", error.message);
    pool_free(pool);
}

static void read_weights(const char *folder, const char *file, struct buffer *bytes)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    assert_int_equal(file_read(path, bytes, NULL), STATUS_OK);
}

static void check_resume(bool f32)
{
    char a[] = "/tmp/lacuna-train-XXXXXX", b[] = "/tmp/lacuna-train-XXXXXX", command[128];
    struct watch w = {0};
    struct buffer whole = {0}, parts = {0};
    assert_non_null(mkdtemp(a));
    assert_non_null(mkdtemp(b));
    run(a, 0, false, f32, 2, &w);
    if (!(w.last < w.first - 0.5)) fail_msg("the loss went from %.3f to %.3f only", w.first, w.last);
    run(b, 13, false, f32, 2, &w);
    run(b, 9, true, f32, 2, &w);
    run(b, 0, true, f32, 2, &w);
    read_weights(a, "checkpoint.safetensors", &whole);
    read_weights(b, "checkpoint.safetensors", &parts);
    assert_int_equal(whole.size, parts.size);
    assert_memory_equal(whole.data, parts.data, whole.size);
    buffer_free(&whole);
    buffer_free(&parts);
    snprintf(command, sizeof command, "rm -rf '%s' '%s'", a, b);
    assert_int_equal(system(command), 0);
}

static void a_resumed_run_is_the_same_run_bit_for_bit(void **state)
{
    (void)state;
    check_resume(true);
}

static void a_resumed_bf16_run_is_the_same_run(void **state)
{
    (void)state;
    check_resume(false); /* float32 where the CPU has no bf16 */
}

static void a_misspelt_recipe_is_an_error(void **state)
{
    (void)state;
    char path[] = "/tmp/lacuna-recipe-XXXXXX";
    int fd = mkstemp(path);
    struct error error = {0};
    struct train_recipe r;
    const char text[] = "{\"hidden_size\": 32, \"learning_rat\": 1}";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    assert_int_equal(train_recipe_load(path, &r, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.message, "learning_rat"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_the_text_and_hide_part_of_it),
        cmocka_unit_test(an_epoch_visits_every_window_once),
        cmocka_unit_test(mask_counts_are_uniform_and_stratified),
        cmocka_unit_test(schedule_warms_up_holds_and_decays),
        cmocka_unit_test(a_resumed_run_is_the_same_run_bit_for_bit),
        cmocka_unit_test(a_resumed_bf16_run_is_the_same_run),
        cmocka_unit_test(a_misspelt_recipe_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
