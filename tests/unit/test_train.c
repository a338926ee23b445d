/* Rows match the recipe, a resumed run is the same run, the schedule is the recipe's, and the loss falls. */
#include "fixtures.h"
#include "lacuna/train.h"
#include "train/checkpoint.h"
#include "train/muon.h"
#include "train/optimiser.h"

#include <jansson.h>
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
        .output_std = 0.01,
        .embedding_std = 0.02,
        .gate = 1,
        .muon_rate = 3e-3,
        .momentum = 0.95,
        .short_rows = 0.3,
        .span_rows = 0.3,
        .mask_power = 0.5,
        .seed = 4,
    };
}

/* A text with an order that can be learned: each token follows from the one before. */
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
            /* attention never crosses a separator: it can only be the last token of its segment */
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

/* A blank whose length is to be predicted: the text continues after the padding as if it were not there. */
static void a_padded_blank_is_hidden_text_and_deletes(void **state)
{
    (void)state;
    enum { LENGTH = 128, DELETE = 65534 };
    struct train_recipe r = recipe();
    static uint16_t numbered[12800];
    static uint8_t word_flags[65536];
    for (int i = 0; i < 12800; i++) numbered[i] = (uint16_t)(i % 3000 == 2999 ? 65533 : i);
    memset(word_flags, TRAIN_STARTS_WORD, sizeof word_flags);
    r.config.tokens = 65535;
    r.config.endoftext = 65533;
    r.config.delete_id = DELETE;
    r.config.length = LENGTH;
    r.short_rows = 0;
    r.delete_rows = 1;
    struct train_data text = {.ids = numbered, .count = 12800, .flags = word_flags};
    struct train_sampler *sampler = train_sampler_new(&text, &r, NULL);
    struct train_rows rows;
    struct train_position position = {0};
    int padded = 0, widest = 0, behind = 0;
    assert_int_equal(train_rows_init(&rows, 8, LENGTH, NULL), STATUS_OK);
    for (int batch = 0; batch < 100; batch++) {
        train_sampler_draw(sampler, &position, &rows);
        for (uint32_t row = 0; row < 8; row++) {
            const uint32_t *target = rows.targets + row * LENGTH, *id = rows.ids + row * LENGTH;
            const uint32_t *start = rows.segment_start + row * LENGTH, *end = rows.segment_end + row * LENGTH;
            uint32_t first = 0, count = 0, blank, previous = UINT32_MAX;
            for (uint32_t i = 0; i < LENGTH; i++) {
                assert_true(start[i] <= i && i < end[i] && end[i] <= LENGTH);
                assert_true(start[start[i]] == start[i] && end[start[i]] == end[i]);
                if (target[i] == 65533) assert_int_equal(end[i], i + 1);
                if (target[i] == DELETE) {
                    if (!count++) first = i;
                    assert_int_equal(i, first + count - 1); /* one run */
                    assert_int_equal(start[i], start[first]);
                    continue;
                }
                if (previous != UINT32_MAX && target[i] != 65533 && previous != 65533)
                    assert_int_equal(target[i], previous + 1);
                previous = target[i];
            }
            if (!count) continue;
            padded++;
            for (blank = first; blank > start[first] && id[blank - 1] == 65535;) blank--;
            widest += first + count - blank == 64;
            behind += first + count < end[first];
            assert_true(first > blank && first + count - blank <= 64);
            for (uint32_t i = start[first]; i < end[first]; i++) {
                bool inside = blank <= i && i < first + count;
                assert_int_equal(id[i] == 65535, inside);
                assert_true((rows.weights[row * LENGTH + i] > 0) == inside);
                /* one weight for all, so that q(delete) is a probability of lengths */
                if (inside) assert_true(rows.weights[row * LENGTH + i] == rows.weights[row * LENGTH + first]);
            }
        }
    }
    assert_true(padded > 600 && widest > 150 && behind > 300);
    train_rows_free(&rows);
    train_sampler_free(sampler);
}

/* Autoregressive rows: position i sees what came before i, and every token is predicted. */
static void autoregressive_rows_are_shifted_text(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    assert_int_equal(train_recipe_set_objective(&r, "ar", NULL), STATUS_OK);
    assert_true(r.config.causal);
    struct train_sampler *sampler = train_sampler_new(&data, &r, NULL);
    struct train_rows rows;
    struct train_position position = {0};
    assert_int_equal(train_rows_init(&rows, r.rows, r.config.length, NULL), STATUS_OK);
    for (int batch = 0; batch < 50; batch++) {
        double sum = 0;
        train_sampler_draw(sampler, &position, &rows);
        for (uint32_t m = 0; m < rows.rows * rows.length; m++) {
            bool first = rows.segment_start[m] == m % rows.length;
            assert_int_equal(rows.ids[m], first ? VOCABULARY - 3 : rows.targets[m - 1]);
            sum += (double)rows.weights[m];
        }
        assert_true(fabs(sum - 1) < 1e-4);
    }
    train_rows_free(&rows);
    train_sampler_free(sampler);
}

/* Muon's directions: every singular value is near 1, and the singular vectors are those of the input. */
static void newton_schulz_makes_a_matrix_orthogonal(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    struct sedd_layout layout;
    assert_int_equal(sedd_layout_init(&layout, &r.config, NULL), STATUS_OK);
    struct muon *muon = muon_new(&layout, &r.config, 2, NULL);
    assert_non_null(muon);
    assert_int_equal(muon_count(muon), 12);
    struct rng rng = {.seed = 3};
    static float x[32 * 128], other[32 * 128];
    for (size_t index = 0; index < muon_count(muon); index++) {
        const struct muon_matrix *m = muon_matrix_at(muon, index);
        size_t rows = m->rows, columns = m->columns;
        size_t small = rows < columns ? rows : columns, large = rows * columns / small;
        for (size_t i = 0; i < rows * columns; i++) other[i] = x[i] = (float)(1e-3 * rng_normal(&rng));
        muon_orthogonalise(muon, index, 0, x);
        muon_orthogonalise(muon, index, 1, other);
        assert_memory_equal(x, other, rows * columns * sizeof *x);
        double mean = 0; /* of the squares of the singular values */
        for (size_t i = 0; i < rows * columns; i++) mean += (double)x[i] * (double)x[i] / (double)small;
        assert_true(mean > 0.6 && mean < 1.3);
        for (size_t i = 0; i < small; i++) /* rows (or columns) of length about 1, nearly orthogonal */
            for (size_t j = 0; j <= i; j++) {
                double dot = 0;
                for (size_t k = 0; k < large; k++)
                    dot += rows < columns ? (double)x[i * columns + k] * (double)x[j * columns + k]
                                          : (double)x[k * columns + i] * (double)x[k * columns + j];
                if (i == j)
                    assert_true(dot > 0.4 && dot < 1.5);
                else
                    assert_true(fabs(dot) < 0.45);
            }
    }
    memset(x, 0, sizeof x);
    muon_orthogonalise(muon, 0, 0, x);
    for (size_t i = 0; i < ARRAY_SIZE(x); i++) assert_true(x[i] == 0);
    muon_free(muon);
    sedd_layout_free(&layout);
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

static uint64_t ar_steps; /* of the runs */
static uint32_t ar_every;
static bool grows; /* their batches */

static void run(const char *out, uint64_t stop_after, bool resume, bool f32, enum train_optimiser optimiser,
                struct watch *w)
{
    enum { threads = 2 };
    struct error error = {0};
    struct train_recipe r = recipe();
    r.optimiser = optimiser;
    r.ar_steps = ar_steps;
    r.ar_every = ar_every;
    if (grows) r.ramp[r.ramp_count++] = (struct train_ramp){0.5, 16};
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

static void check_resume(bool f32, enum train_optimiser optimiser)
{
    char a[] = "/tmp/lacuna-train-XXXXXX", b[] = "/tmp/lacuna-train-XXXXXX", command[128];
    struct watch w = {0};
    struct buffer whole = {0}, parts = {0};
    assert_non_null(mkdtemp(a));
    assert_non_null(mkdtemp(b));
    run(a, 0, false, f32, optimiser, &w);
    if (!(w.last < w.first - 0.5)) fail_msg("the loss went from %.3f to %.3f only", w.first, w.last);
    run(b, 13, false, f32, optimiser, &w);
    run(b, 9, true, f32, optimiser, &w);
    run(b, 0, true, f32, optimiser, &w);
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
    check_resume(true, TRAIN_ADAMW);
}

static void a_resumed_bf16_run_is_the_same_run(void **state)
{
    (void)state;
    check_resume(false, TRAIN_ADAMW); /* float32 if the CPU has no bf16 */
}

static void a_resumed_muon_run_is_the_same_run(void **state)
{
    (void)state;
    check_resume(true, TRAIN_MUON);
}

static bool is_causal(const char *folder)
{
    struct sedd_config config;
    struct buffer text = {0};
    read_weights(folder, "config.json", &text);
    assert_int_equal(sedd_config_parse(text.data, text.size, &config, NULL), STATUS_OK);
    buffer_free(&text);
    return config.causal;
}

/* Stopped before, at and after the step where attention becomes bidirectional. */
static void a_run_that_begins_autoregressively_is_the_same_run_when_resumed(void **state)
{
    (void)state;
    static const uint64_t switches[] = {13, 17};
    for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
        ar_steps = switches[i];
        check_resume(true, TRAIN_MUON);
    }
    char out[] = "/tmp/lacuna-train-XXXXXX", command[64];
    struct watch w;
    assert_non_null(mkdtemp(out));
    run(out, ar_steps - 1, false, true, TRAIN_MUON, &w);
    assert_true(is_causal(out));
    run(out, 2, true, true, TRAIN_MUON, &w);
    assert_false(is_causal(out));
    ar_steps = 0;
    snprintf(command, sizeof command, "rm -rf '%s'", out);
    assert_int_equal(system(command), 0);
}

/* Stopped before, at and after the step where the batch grows: 20 of 40. */
static void a_run_whose_batches_grow_is_the_same_run_when_resumed(void **state)
{
    (void)state;
    grows = true;
    check_resume(true, TRAIN_MUON);
    grows = false;
}

static void batches_grow_at_their_share_of_the_steps(void **state)
{
    (void)state;
    struct train_recipe r = {.rows = 8, .steps = 10, .ramp = {{0.25, 16}, {0.7, 12}}, .ramp_count = 2};
    static const uint32_t expected[] = {8, 8, 8, 16, 16, 16, 16, 12, 12, 12};
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) assert_int_equal(train_batch_rows(&r, i), expected[i]);
    assert_int_equal(train_most_rows(&r), 16);
    r.ramp_count = 0;
    assert_int_equal(train_most_rows(&r), 8);
}

static void muon_has_a_rate_of_its_own(void **state)
{
    (void)state;
    struct train_recipe r = {.learning_rate = 2, .muon_rate = 3, .warmup = 10, .steps = 100};
    assert_float_equal(train_learning_rate(&r, 4), 1, 1e-9);
    assert_float_equal(train_muon_rate(&r, 4), 1.5, 1e-9);
    r.learning_rate = 0;
    assert_float_equal(train_muon_rate(&r, 50), 3, 1e-9);
}

/* ---- a complete checkpoint of the same run
 * -------------------------------------------------------------- */

static char noted[256];

static void take_note(void *context, const char *message)
{
    (void)context;
    snprintf(noted, sizeof noted, "%s", message);
}

/* Three more steps of the run in `out`. */
static enum status go_on(const char *out, const struct train_recipe *r, const struct train_data *with,
                         int threads, struct error *error)
{
    struct pool *pool = pool_new(threads, NULL);
    struct train_options how = {.out = out,
                                .resume = true,
                                .f32 = true,
                                .checkpoint_seconds = 1e9,
                                .validation_seconds = 1e9,
                                .stop_after = 3,
                                .note = take_note};
    noted[0] = '\0';
    *error = (struct error){0};
    enum status status = train_run(r, with, NULL, pool, &how, error);
    pool_free(pool);
    return status;
}

static char run_folder[64];

static const char *checkpoint_path(void)
{
    static char path[96];
    snprintf(path, sizeof path, "%s/checkpoint.safetensors", run_folder);
    return path;
}

static int begin_run(void **state)
{
    (void)state;
    struct watch w;
    strcpy(run_folder, "/tmp/lacuna-train-XXXXXX");
    assert_non_null(mkdtemp(run_folder));
    run(run_folder, 4, false, true, TRAIN_ADAMW, &w);
    return 0;
}

static int end_run(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", run_folder);
    return system(command);
}

static void flipped_bits_of_a_checkpoint_are_noticed(void **state)
{
    (void)state;
    struct buffer good = {0};
    struct error error;
    struct train_recipe r = recipe();
    uint64_t header = 0;
    read_weights(run_folder, "checkpoint.safetensors", &good);
    memcpy(&header, good.data, sizeof header);
    size_t first = 8 + (size_t)header;
    for (size_t i = 0; i < 40; i++) {
        size_t at =
            /* the last one is the checksum itself */
            i ? first + (good.size - first) / 40 * i : good.size - 1;
        good.data[at] ^= 0x11;
        assert_int_equal(file_write_atomic(checkpoint_path(), good.data, good.size, NULL), STATUS_OK);
        enum status status = go_on(run_folder, &r, &data, 2, &error);
        if (!status || status == STATUS_ARGUMENT)
            fail_msg("byte %zu of %zu: %d %s", at, good.size, status, error.message);
        assert_non_null(strstr(error.message, "damaged"));
        good.data[at] ^= 0x11;
    }
    assert_int_equal(file_write_atomic(checkpoint_path(), good.data, good.size, NULL), STATUS_OK);
    assert_int_equal(go_on(run_folder, &r, &data, 2, &error), STATUS_OK);
    buffer_free(&good);
}

static void a_run_goes_on_with_its_own_data_and_recipe_only(void **state)
{
    (void)state;
    struct error error;
    struct buffer before = {0}, after = {0};
    struct train_data other = data;
    other.hash = data.hash + 1;
    read_weights(run_folder, "checkpoint.safetensors", &before);
    struct train_recipe r = recipe();
    assert_int_equal(go_on(run_folder, &r, &other, 2, &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "checkpoint.safetensors: its run was started with other data"));
    r.learning_rate *= 1 + 1e-12;
    r.muon_rate = r.learning_rate; /* as if a recipe does not give it */
    r.ramp[r.ramp_count++] = (struct train_ramp){0.5, 16};
    assert_int_equal(go_on(run_folder, &r, &data, 2, &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "started with another \"learning_rate\", \"rows_ramp\""));
    r = recipe();
    r.config.hidden_size = 64; /* and a network of another size */
    assert_int_equal(go_on(run_folder, &r, &other, 2, &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "started with other data and another \"hidden_size\""));
    read_weights(run_folder, "checkpoint.safetensors", &after);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, before.size);
    buffer_free(&before);
    buffer_free(&after);
}

static void a_run_may_go_on_with_other_steps_and_threads(void **state)
{
    (void)state;
    struct error error;
    struct train_recipe r = recipe();
    r.steps = 90;
    strcpy(r.config.name, "renamed");
    if (go_on(run_folder, &r, &data, 1, &error)) fail_msg("%s", error.message);
    assert_string_equal(noted, "");
}

/* In the format before there were fields and a checksum. */
static void an_old_checkpoint_goes_on_with_a_note(void **state)
{
    (void)state;
    struct error error;
    struct train_recipe r = recipe();
    struct sedd_tensor tensors[5];
    void *owned[5];
    struct sedd_tensors *file = sedd_tensors_open(checkpoint_path(), NULL);
    static const char *const names[] = {"weights", "average", "moment1", "moment2", "state"};
    for (size_t i = 0; i < 5; i++) {
        const struct sedd_tensor *from = sedd_tensors_find(file, names[i]);
        owned[i] = malloc(from->bytes);
        assert_int_equal(sedd_tensors_read(file, from, 0, from->elements, owned[i], NULL), STATUS_OK);
        tensors[i] = *from;
        tensors[i].name = names[i];
        tensors[i].data = owned[i];
    }
    *(int64_t *)owned[4] = 1;
    sedd_tensors_close(file);
    assert_int_equal(sedd_tensors_write(checkpoint_path(), tensors, 5, NULL), STATUS_OK);
    for (size_t i = 0; i < 5; i++) free(owned[i]);
    if (go_on(run_folder, &r, &data, 2, &error)) fail_msg("%s", error.message);
    assert_non_null(strstr(noted, "an older format"));
    if (go_on(run_folder, &r, &data, 2, &error)) fail_msg("%s", error.message); /* those of the new run */
    assert_string_equal(noted, "");
}

static void every_field_of_a_recipe_belongs_to_the_run(void **state)
{
    (void)state;
    struct train_recipe r = recipe();
    json_t *fields = run_fields(&r, &data);
    for (size_t i = 0; recipe_known[i]; i++) {
        const char *name = recipe_known[i];
        bool free_to_change = !strcmp(name, "name") || !strcmp(name, "about") || !strcmp(name, "steps");
        if (!json_object_get(fields, name) != free_to_change) fail_msg("%s", name);
    }
    json_decref(fields);
}

/* Stopped after a causal step (of 0, 4, 8, …) and between two; with a stage that begins with one. */
static void a_run_with_some_autoregressive_steps_is_the_same_run_when_resumed(void **state)
{
    (void)state;
    ar_every = 4;
    check_resume(true, TRAIN_MUON);
    check_resume(false, TRAIN_MUON);
    ar_steps = 12;
    check_resume(true, TRAIN_MUON);
    char out[] = "/tmp/lacuna-train-XXXXXX", command[64];
    struct watch w;
    assert_non_null(mkdtemp(out));
    run(out, 13, false, true, TRAIN_MUON, &w); /* the last of these steps is causal */
    assert_false(is_causal(out));
    ar_steps = ar_every = 0;
    snprintf(command, sizeof command, "rm -rf '%s'", out);
    assert_int_equal(system(command), 0);
}

static void the_chosen_steps_are_autoregressive(void **state)
{
    (void)state;
    struct train_recipe r = {.config = {.parametrisation = SEDD_TIME_FREE, .sizes_blanks = true},
                             .objective = TRAIN_K_FORM,
                             .steps = 100,
                             .delete_rows = 0.5,
                             .ar_steps = 6,
                             .ar_every = 5};
    for (uint64_t step = 0; step < 30; step++) {
        struct train_recipe one = train_recipe_of_step(&r, step);
        bool causal = step < 6 || step % 5 == 0;
        assert_int_equal(one.objective, causal ? TRAIN_AR : TRAIN_K_FORM);
        assert_int_equal(one.config.causal, causal);
        assert_true(one.delete_rows == (causal ? 0 : 0.5));
        assert_int_equal(train_recipe_at(&r, step).objective, step < 6 ? TRAIN_AR : TRAIN_K_FORM);
    }
}

static void the_rate_warms_up_in_both_stages(void **state)
{
    (void)state;
    struct train_recipe r = {.learning_rate = 1, .warmup = 10, .steps = 100, .decay = 0.5, .ar_steps = 40};
    assert_float_equal(train_learning_rate(&r, 4), 0.5, 1e-9);
    assert_float_equal(train_learning_rate(&r, 39), 1, 1e-9);
    assert_float_equal(train_learning_rate(&r, 44), 0.5, 1e-9);
    assert_float_equal(train_learning_rate(&r, 50), 1, 1e-9);
    assert_float_equal(train_learning_rate(&r, 75), 0.5, 1e-9);
}

/* One block of width 8, 4 positions, 10 ids: 768 weights in the block, 80 in the head, which half of the
 * positions (the hidden ones) need, and every position in the autoregressive stage. */
static void arithmetic_is_counted_by_stage(void **state)
{
    (void)state;
    struct train_recipe r = {.config = {.hidden_size = 8,
                                        .n_blocks = 1,
                                        .length = 4,
                                        .n_heads = 1,
                                        .parametrisation = SEDD_TIME_FREE,
                                        .tie_embeddings = true},
                             .vocabulary = 10,
                             .rows = 2,
                             .steps = 100,
                             .objective = TRAIN_K_FORM,
                             .ar_steps = 40};
    const double open = 6 * (768 + 40) + 12 * 4 * 8, causal = 6 * (768 + 80) + 12 * 4 * 8;
    assert_float_equal(train_flop(&r, 0), 0, 1e-9);
    assert_float_equal(train_flop(&r, 30), 8 * 30 * causal, 1e-3);
    assert_float_equal(train_flop(&r, 70), 8 * (40 * causal + 30 * open), 1e-3);
    r.ramp[r.ramp_count++] = (struct train_ramp){0.6, 5};
    assert_float_equal(train_flop(&r, 70), 8 * (40 * causal + 20 * open) + 20 * 10 * open, 1e-3);
    r.ramp_count = 0;
    r.ar_every = 8; /* 40, 48, 56, 64 */
    assert_float_equal(train_flop(&r, 70), 8 * (44 * causal + 26 * open), 1e-3);
    assert_float_equal(train_flop(&r, 41), 8 * 41 * causal, 1e-3);
}

static enum status load(const char *text, struct train_recipe *r, struct error *error)
{
    char path[] = "/tmp/lacuna-recipe-XXXXXX";
    int fd = mkstemp(path);
    *error = (struct error){0};
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    enum status status = train_recipe_load(path, r, error);
    unlink(path);
    return status;
}

static void a_misspelt_recipe_is_an_error(void **state)
{
    (void)state;
    struct error error;
    struct train_recipe r;
    assert_int_equal(load("{\"hidden_size\": 32, \"learning_rat\": 1}", &r, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.message, "learning_rat"));
}

#define SHAPE                                                                                                \
    "\"hidden_size\": 32, \"n_blocks\": 1, \"n_heads\": 2, \"length\": 64, \"vocabulary\": 300, \"rows\": "  \
    "8, "                                                                                                    \
    "\"micro_rows\": 4, \"steps\": 10"

static void a_recipe_says_how_batches_grow_and_what_muon_learns_with(void **state)
{
    (void)state;
    struct error error;
    struct train_recipe r;
    static const char *const wrong[] = {
        "[[0.5, 6]]", "[[0.5, 8], [0.4, 8]]", "[[1.5, 8]]", "[[0.5, 0]]", "[[0.5, \"many\"]]",
        "[0.5, 8]",   "[[0.5, 8, 9]]",        "3"};
    assert_int_equal(load("{" SHAPE ", \"learning_rate\": 0.002}", &r, &error), STATUS_OK);
    assert_float_equal(r.muon_rate, 0.002, 1e-12);
    assert_int_equal(train_most_rows(&r), 8);
    assert_int_equal(
        load("{" SHAPE ", \"muon_rate\": 0.003, \"rows_ramp\": [[0.3, 12], [0.65, 16]]}", &r, &error),
        STATUS_OK);
    assert_float_equal(r.muon_rate, 0.003, 1e-12);
    assert_int_equal(train_most_rows(&r), 16);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        char text[512];
        snprintf(text, sizeof text, "{" SHAPE ", \"rows_ramp\": %s}", wrong[i]);
        assert_int_equal(load(text, &r, &error), STATUS_FORMAT);
        assert_non_null(strstr(error.message, "rows"));
    }
}

/* Of the matrices whose names end so: mean square of the values, 0 for none. */
static double mean_square(const struct optimiser *o, const struct sedd_layout *layout, const char *end)
{
    double sum = 0, count = 0;
    for (size_t i = 0; i < layout->count; i++) {
        const struct sedd_layout_entry *e = &layout->entries[i];
        size_t size = strlen(e->name), tail = strlen(end), n = e->rows * e->columns;
        if (size < tail || strcmp(e->name + size - tail, end) != 0) continue;
        for (size_t j = 0; j < n; j++) sum += (double)o->weights[e->offset + j] * o->weights[e->offset + j];
        count += (double)n;
    }
    return count > 0 ? sum / count : 0;
}

static void blocks_begin_as_the_recipe_says(void **state)
{
    (void)state;
    struct error error;
    struct train_recipe r;
    static const struct {
        const char *field;
        double std;
    } cases[] = {{"", 0.02 / 1.4142135623730951}, {", \"output_std\": 0.5", 0.5}, {", \"output_std\": 0", 0}};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[512];
        struct sedd_layout layout;
        struct optimiser o;
        snprintf(text, sizeof text, "{" SHAPE "%s}", cases[i].field);
        assert_int_equal(load(text, &r, &error), STATUS_OK);
        assert_int_equal(sedd_layout_init(&layout, &r.config, &error), STATUS_OK);
        assert_int_equal(optimiser_init(&o, &layout, &r, 1, &error), STATUS_OK);
        optimiser_random(&o, &layout, &r);
        double expected = cases[i].std * cases[i].std;
        assert_float_equal(mean_square(&o, &layout, "attn_out.weight"), expected, 0.15 * expected);
        assert_float_equal(mean_square(&o, &layout, "mlp.2.weight"), expected, 0.15 * expected);
        assert_float_equal(mean_square(&o, &layout, "mlp.0.weight"), 4e-4, 6e-5);
        optimiser_free(&o);
        sedd_layout_free(&layout);
    }
    assert_int_equal(load("{" SHAPE ", \"output_std\": -1}", &r, &error), STATUS_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_the_text_and_hide_part_of_it),
        cmocka_unit_test(an_epoch_visits_every_window_once),
        cmocka_unit_test(mask_counts_are_uniform_and_stratified),
        cmocka_unit_test(a_padded_blank_is_hidden_text_and_deletes),
        cmocka_unit_test(autoregressive_rows_are_shifted_text),
        cmocka_unit_test(newton_schulz_makes_a_matrix_orthogonal),
        cmocka_unit_test(schedule_warms_up_holds_and_decays),
        cmocka_unit_test(a_resumed_run_is_the_same_run_bit_for_bit),
        cmocka_unit_test(a_resumed_bf16_run_is_the_same_run),
        cmocka_unit_test(a_resumed_muon_run_is_the_same_run),
        cmocka_unit_test(a_run_that_begins_autoregressively_is_the_same_run_when_resumed),
        cmocka_unit_test(a_run_whose_batches_grow_is_the_same_run_when_resumed),
        cmocka_unit_test(batches_grow_at_their_share_of_the_steps),
        cmocka_unit_test(muon_has_a_rate_of_its_own),
        cmocka_unit_test_setup_teardown(flipped_bits_of_a_checkpoint_are_noticed, begin_run, end_run),
        cmocka_unit_test_setup_teardown(a_run_goes_on_with_its_own_data_and_recipe_only, begin_run, end_run),
        cmocka_unit_test_setup_teardown(a_run_may_go_on_with_other_steps_and_threads, begin_run, end_run),
        cmocka_unit_test_setup_teardown(an_old_checkpoint_goes_on_with_a_note, begin_run, end_run),
        cmocka_unit_test(every_field_of_a_recipe_belongs_to_the_run),
        cmocka_unit_test(a_run_with_some_autoregressive_steps_is_the_same_run_when_resumed),
        cmocka_unit_test(the_chosen_steps_are_autoregressive),
        cmocka_unit_test(the_rate_warms_up_in_both_stages),
        cmocka_unit_test(arithmetic_is_counted_by_stage),
        cmocka_unit_test(a_misspelt_recipe_is_an_error),
        cmocka_unit_test(blocks_begin_as_the_recipe_says),
        cmocka_unit_test(a_recipe_says_how_batches_grow_and_what_muon_learns_with),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
