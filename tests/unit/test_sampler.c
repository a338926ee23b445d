/* The samplers: distributions against enumeration, constraints, determinism, steering. A tiny random
 * time-free network in plain C, so that everything can also be computed the slow way. */
#include "fixtures.h"

enum { V = 5, LENGTH = 4 };

static struct sedd_model *model;
static struct pool *pool;
static struct sedd_net *net;

static const struct sedd_config small = {
    .name = "small",
    .tokens = V,
    .graph = SEDD_ABSORB,
    .noise = SEDD_LOGLINEAR,
    .sigma_min = 1e-4,
    .sigma_max = 20,
    .hidden_size = 8,
    .cond_dim = 8,
    .length = 8,
    .n_blocks = 1,
    .n_heads = 2,
    .parametrisation = SEDD_TIME_FREE,
    .endoftext = -1,
    .delete_id = -1,
    .expand_id = -1,
};

static void open_model(const struct sedd_config *config)
{
    struct error error = {0};
    setenv("LACUNA_BACKEND", "plain", 1);
    model = sedd_model_random(config, SEDD_PRECISION_F32, 3, &error);
    if (!model) fail_msg("%s", error.message);
    pool = pool_new(1, &error);
    net = sedd_net_new(model, pool, &error);
}

static int set_up(void **state)
{
    (void)state;
    open_model(&small);
    return 0;
}

static int set_up_uniform(void **state)
{
    struct sedd_config config = small;
    (void)state;
    config.graph = SEDD_UNIFORM;
    config.noise = SEDD_GEOMETRIC;
    config.sigma_min = 1e-3;
    config.parametrisation = SEDD_SCORE;
    open_model(&config);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sedd_net_free(net);
    pool_free(pool);
    sedd_model_free(model);
    return 0;
}

static const uint32_t context[LENGTH] = {2, 0, 0, 4}; /* positions 1 and 2 are the blank */
static const struct sedd_slot slots[2] = {{.position = 1, .index = 0}, {.position = 2, .index = 1}};

static void distribution_among(const uint32_t *ids, uint32_t length, uint32_t position, double *q)
{
    float f[V];
    struct sedd_sequence sequence = {.ids = ids, .length = length, .rows = &position, .row_count = 1};
    assert_int_equal(sedd_net_evaluate(net, &sequence, 1, f, NULL, NULL), STATUS_OK);
    double sum = 0;
    for (int y = 0; y < V; y++) sum += q[y] = exp((double)f[y]);
    for (int y = 0; y < V; y++) q[y] /= sum;
}

static void distribution(const uint32_t *ids, uint32_t position, double *q)
{
    distribution_among(ids, LENGTH, position, q);
}

/* P(a, b) if the two positions are drawn one after the other, either first with probability ½. */
static void enumerate(double joint[V][V])
{
    double first[2][V];
    uint32_t ids[LENGTH] = {2, V, V, 4};
    distribution(ids, 1, first[0]);
    distribution(ids, 2, first[1]);
    for (uint32_t a = 0; a < V; a++) {
        double second[V];
        uint32_t left[LENGTH] = {2, a, V, 4}, right[LENGTH] = {2, V, a, 4};
        distribution(left, 2, second);
        for (uint32_t b = 0; b < V; b++) joint[a][b] += 0.5 * first[0][a] * second[b];
        distribution(right, 1, second);
        for (uint32_t b = 0; b < V; b++) joint[b][a] += 0.5 * first[1][a] * second[b];
    }
}

static void run_all(struct sedd_sampler *sampler)
{
    struct error error = {0};
    while (!sedd_sampler_done(sampler))
        if (sedd_sampler_step(sampler, NULL, &error)) fail_msg("%s", error.message);
}

static double chi_square(enum sedd_method method, int steps, int samples)
{
    double joint[V][V] = {{0}}, chi = 0;
    int counts[V][V] = {{0}};
    enumerate(joint);
    for (int i = 0; i < samples; i += 50) {
        struct sedd_problem problems[50];
        for (uint32_t k = 0; k < 50; k++) problems[k] = (struct sedd_problem){context, LENGTH, slots, 2, k};
        struct sedd_sampler_options how = {
            .method = method, .steps = steps, .temperature = 1, .top_p = 1, .seed = (uint64_t)i};
        struct sedd_sampler *sampler = sedd_sampler_new(net, &how, problems, 50, NULL);
        run_all(sampler);
        for (uint32_t k = 0; k < 50; k++)
            counts[sedd_sampler_ids(sampler, k)[1]][sedd_sampler_ids(sampler, k)[2]]++;
        sedd_sampler_free(sampler);
    }
    for (int a = 0; a < V; a++)
        for (int b = 0; b < V; b++) {
            double expected = joint[a][b] * samples;
            chi += (counts[a][b] - expected) * (counts[a][b] - expected) / expected;
        }
    return chi;
}

static void first_hitting_is_exact(void **state)
{
    (void)state;
    assert_true(chi_square(SEDD_FIRST_HITTING, 2, 20000) < 58.6); /* 24 degrees of freedom, p = 1e-4 */
}

static void analytic_with_many_steps_is_exact(void **state)
{
    (void)state;
    assert_true(chi_square(SEDD_ANALYTIC, 256, 10000) < 58.6);
}

static void euler_with_many_steps_is_close(void **state)
{
    (void)state;
    assert_true(chi_square(SEDD_EULER, 256, 10000) < 80);
}

/* With a small bound the most confident positions are drawn one by one; it must never take more evaluations
 * than steps. */
static void entropy_bounded_keeps_to_its_steps(void **state)
{
    (void)state;
    for (int steps = 1; steps < 4; steps++) {
        struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
        struct sedd_sampler_options how = {
            .method = SEDD_ENTROPY, .steps = steps, .temperature = 1, .top_p = 1, .seed = 5};
        struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
        run_all(sampler);
        assert_true(sedd_sampler_evaluations(sampler) <= (uint64_t)steps);
        assert_int_equal(sedd_sampler_masked(sampler, 0), 0);
        sedd_sampler_free(sampler);
    }
}

/* Tokens do go back to the mask, everything is drawn at the end, and with many steps the distribution is near
 * the exact one: remasking and drawing again does not change it. */
static void remasking_masks_again_and_ends_whole(void **state)
{
    (void)state;
    int remasked = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
        struct sedd_sampler_options how = {
            .method = SEDD_REMASKING, .steps = 32, .temperature = 1, .top_p = 1, .seed = seed};
        struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
        while (!sedd_sampler_done(sampler)) {
            uint32_t count;
            assert_int_equal(sedd_sampler_step(sampler, NULL, NULL), STATUS_OK);
            const struct sedd_change *change = sedd_sampler_changes(sampler, 0, &count);
            for (uint32_t i = 0; i < count; i++) remasked += change[i].id == V;
        }
        assert_int_equal(sedd_sampler_step_index(sampler), 32);
        assert_int_equal(sedd_sampler_masked(sampler, 0), 0);
        sedd_sampler_free(sampler);
    }
    assert_true(remasked > 50);
    assert_true(chi_square(SEDD_REMASKING, 128, 5000) < 80);
}

/* One batch or many small ones: the same tokens. */
static void many_candidates_are_evaluated_in_bounded_batches(void **state)
{
    (void)state;
    enum { MANY = 1500 };
    static struct sedd_problem problems[MANY];
    for (uint32_t k = 0; k < MANY; k++) problems[k] = (struct sedd_problem){context, LENGTH, slots, 2, k};
    struct sedd_sampler_options how = {.method = SEDD_ANALYTIC, .steps = 4, .temperature = 1, .top_p = 1};
    struct sedd_sampler *all = sedd_sampler_new(net, &how, problems, MANY, NULL);
    struct sedd_sampler *last = sedd_sampler_new(net, &how, &problems[MANY - 1], 1, NULL);
    run_all(all);
    run_all(last);
    assert_memory_equal(sedd_sampler_ids(all, MANY - 1), sedd_sampler_ids(last, 0),
                        LENGTH * sizeof(uint32_t));
    /* a candidate that did not change costs nothing */
    assert_true(sedd_sampler_evaluations(all) <= 2 * MANY);
    sedd_sampler_free(all);
    sedd_sampler_free(last);
}

static void clamped_positions_never_change(void **state)
{
    (void)state;
    for (int method = 0; method < SEDD_METHODS; method++) {
        struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
        struct sedd_sampler_options how = {
            .method = (enum sedd_method)method, .steps = 8, .temperature = 1, .top_p = 1};
        struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
        if (sedd_model_config(model)->graph == SEDD_UNIFORM && method >= SEDD_FIRST_HITTING) {
            assert_null(sampler);
            continue;
        }
        run_all(sampler);
        assert_int_equal(sedd_sampler_ids(sampler, 0)[0], 2);
        assert_int_equal(sedd_sampler_ids(sampler, 0)[3], 4);
        for (int i = 1; i < 3; i++) assert_true(sedd_sampler_ids(sampler, 0)[i] < V);
        sedd_sampler_free(sampler);
    }
}

static void banned_ids_never_appear(void **state)
{
    (void)state;
    const uint64_t odd = 1u << 1 | 1u << 3;
    struct sedd_slot constrained[2] = {slots[0], slots[1]};
    constrained[0].allowed = constrained[1].allowed = &odd;
    for (int method = 0; method < SEDD_METHODS; method++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            struct sedd_problem problem = {context, LENGTH, constrained, 2, 0};
            struct sedd_sampler_options how = {.method = (enum sedd_method)method,
                                               .steps = 4,
                                               .temperature = seed % 3 ? 1 : 0.7,
                                               .top_p = seed % 2 ? 1 : 0.9,
                                               .seed = seed};
            if (sedd_model_config(model)->graph == SEDD_UNIFORM) how.temperature = how.top_p = 1;
            struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
            if (!sampler) continue;
            run_all(sampler);
            for (int i = 1; i < 3; i++) assert_int_equal(sedd_sampler_ids(sampler, 0)[i] % 2, 1);
            sedd_sampler_free(sampler);
        }
    const uint64_t none = 0;
    struct error error = {0};
    constrained[1].allowed = &none;
    struct sedd_problem problem = {context, LENGTH, constrained, 2, 0};
    struct sedd_sampler_options how = {.steps = 1, .temperature = 1, .top_p = 1};
    assert_null(sedd_sampler_new(net, &how, &problem, 1, &error));
    assert_int_equal(error.code, STATUS_ARGUMENT);
}

/* A candidate draws the same tokens alone and among others. */
static void candidates_do_not_see_each_other(void **state)
{
    (void)state;
    for (int method = 0; method < SEDD_METHODS; method++) {
        struct sedd_problem problems[9];
        for (uint32_t k = 0; k < 9; k++) problems[k] = (struct sedd_problem){context, LENGTH, slots, 2, k};
        struct sedd_sampler_options how = {
            .method = (enum sedd_method)method, .steps = 6, .temperature = 1, .top_p = 1, .seed = 11};
        struct sedd_sampler *all = sedd_sampler_new(net, &how, problems, 9, NULL);
        struct sedd_sampler *one = sedd_sampler_new(net, &how, problems + 6, 1, NULL);
        run_all(all);
        run_all(one);
        assert_memory_equal(sedd_sampler_ids(all, 6), sedd_sampler_ids(one, 0), LENGTH * sizeof(uint32_t));
        assert_true(sedd_sampler_score(all, 6) == sedd_sampler_score(one, 0));
        sedd_sampler_free(all);
        sedd_sampler_free(one);
    }
}

static void greedy_takes_the_surest_token(void **state)
{
    (void)state;
    double q[2][V];
    uint32_t ids[LENGTH] = {2, V, V, 4};
    distribution(ids, 1, q[0]);
    distribution(ids, 2, q[1]);
    int best[2] = {0};
    for (int p = 0; p < 2; p++)
        for (int y = 1; y < V; y++)
            if (q[p][y] > q[p][best[p]]) best[p] = y;
    int first = q[1][best[1]] > q[0][best[0]];
    struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
    struct sedd_sampler_options how = {
        .method = SEDD_FIRST_HITTING, .steps = 2, .temperature = 0, .top_p = 1};
    struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
    assert_int_equal(sedd_sampler_step(sampler, NULL, NULL), STATUS_OK);
    uint32_t count;
    const struct sedd_change *change = sedd_sampler_changes(sampler, 0, &count);
    assert_int_equal(count, 1);
    assert_int_equal(change[0].slot, first);
    assert_int_equal(change[0].id, best[first]);
    assert_true(fabs((double)change[0].probability - q[first][best[first]]) < 1e-5);
    sedd_sampler_free(sampler);
}

enum { BLANK = 6, WHOLE = 8 };

/* One step, which must draw the likeliest token of the most confident position, then the next. Returns their
 * number. */
static uint32_t step_surest_first(struct sedd_sampler *sampler)
{
    uint32_t ids[WHOLE], count;
    double surest[WHOLE] = {0}, last = 1;
    memcpy(ids, sedd_sampler_ids(sampler, 0), sizeof ids);
    for (uint32_t p = 1; p <= BLANK; p++) {
        double q[V] = {0};
        if (ids[p] == V) distribution_among(ids, WHOLE, p, q);
        for (int y = 0; y < V; y++) surest[p] = fmax(surest[p], q[y]);
    }
    assert_int_equal(sedd_sampler_step(sampler, NULL, NULL), STATUS_OK);
    const struct sedd_change *change = sedd_sampler_changes(sampler, 0, &count);
    for (uint32_t i = 0; i < count; i++) {
        double *own = &surest[change[i].slot + 1];
        assert_true(fabs((double)change[i].probability - *own) < 1e-5 && *own <= last + 1e-6);
        last = *own;
        *own = 0;
    }
    for (uint32_t p = 1; p <= BLANK; p++) assert_true(surest[p] <= last + 1e-6);
    return count;
}

static void greedy_is_surest_first_by_every_sampler_and_seed(void **state)
{
    (void)state;
    const uint32_t around[WHOLE] = {2, 0, 0, 0, 0, 0, 0, 4};
    struct sedd_slot six[BLANK];
    for (uint32_t i = 0; i < BLANK; i++) six[i] = (struct sedd_slot){.position = i + 1, .index = i};
    for (int method = 0; method < SEDD_METHODS; method++)
        for (uint64_t seed = 0; seed < 10; seed++) {
            int steps = seed % 2 ? 3 : 6;
            struct sedd_problem problem = {around, WHOLE, six, BLANK, (uint32_t)seed};
            struct sedd_sampler_options how = {.method = (enum sedd_method)method,
                                               .steps = steps,
                                               .temperature = 0,
                                               .top_p = 1,
                                               .seed = seed};
            struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
            while (!sedd_sampler_done(sampler)) {
                uint32_t drawn = step_surest_first(sampler);
                bool by_its_own = method == SEDD_FIRST_HITTING || method == SEDD_ENTROPY;
                assert_true(drawn >= 1 && (by_its_own || drawn == BLANK / (uint32_t)steps));
            }
            sedd_sampler_free(sampler);
        }
}

static void pins_hold_and_remasked_slots_are_drawn_again(void **state)
{
    (void)state;
    struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
    struct sedd_sampler_options how = {.method = SEDD_ANALYTIC, .steps = 5, .temperature = 1, .top_p = 1};
    struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
    assert_int_equal(sedd_sampler_pin(sampler, 0, 1, 3, NULL), STATUS_OK);
    run_all(sampler);
    assert_int_equal(sedd_sampler_ids(sampler, 0)[2], 3);
    assert_int_equal(sedd_sampler_remask(sampler, 0, 0, NULL), STATUS_OK);
    assert_false(sedd_sampler_done(sampler));
    assert_int_equal(sedd_sampler_ids(sampler, 0)[1], V);
    run_all(sampler);
    assert_true(sedd_sampler_ids(sampler, 0)[1] < V);
    assert_int_equal(sedd_sampler_ids(sampler, 0)[2], 3);
    assert_int_equal(sedd_sampler_pin(sampler, 0, 2, 0, NULL), STATUS_ARGUMENT);
    assert_int_equal(sedd_sampler_pin(sampler, 0, 0, V, NULL), STATUS_ARGUMENT);
    sedd_sampler_free(sampler);
}

/* One draw is swapped for another, or for itself: all others have the same time and the same random numbers. */
static void a_pin_in_place_of_a_drawn_token_keeps_the_clock(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
        struct sedd_sampler_options how = {
            .method = SEDD_ANALYTIC, .steps = 6, .temperature = 1, .top_p = 1, .seed = seed};
        struct sedd_sampler *plain = sedd_sampler_new(net, &how, &problem, 1, NULL),
                            *pinned = sedd_sampler_new(net, &how, &problem, 1, NULL);
        while (!sedd_sampler_done(plain)) {
            assert_int_equal(sedd_sampler_step(plain, NULL, NULL), STATUS_OK);
            assert_int_equal(sedd_sampler_step(pinned, NULL, NULL), STATUS_OK);
            assert_true(sedd_sampler_sigma_bar(plain, 0) == sedd_sampler_sigma_bar(pinned, 0));
            for (uint32_t i = 1; i < 3; i++) {
                uint32_t id = sedd_sampler_ids(pinned, 0)[i];
                assert_int_equal(id, sedd_sampler_ids(plain, 0)[i]);
                if (id < V) assert_int_equal(sedd_sampler_pin(pinned, 0, i - 1, id, NULL), STATUS_OK);
            }
        }
        sedd_sampler_free(plain);
        sedd_sampler_free(pinned);
    }
}

static int set_up_geometric(void **state)
{
    struct sedd_config config = small;
    (void)state;
    config.noise = SEDD_GEOMETRIC;
    config.sigma_min = 1e-3;
    config.parametrisation = SEDD_SCORE;
    open_model(&config);
    return 0;
}

/* After masking again, the level of a process with time is the one at which this share is masked. */
static void the_clock_follows_the_noise_of_the_process(void **state)
{
    (void)state;
    enum { STEPS = 200 };
    const struct sedd_config *c = sedd_model_config(model);
    const uint32_t around[WHOLE] = {2, 0, 0, 0, 0, 0, 0, 4};
    struct sedd_slot six[BLANK];
    for (uint32_t i = 0; i < BLANK; i++) six[i] = (struct sedd_slot){.position = i + 1, .index = i};
    struct sedd_problem problem = {around, WHOLE, six, BLANK, 0};
    for (int method = SEDD_ANALYTIC; method <= SEDD_EULER; method++) {
        struct sedd_sampler_options how = {
            .method = (enum sedd_method)method, .steps = STEPS, .temperature = 1, .top_p = 1};
        struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
        run_all(sampler);
        for (uint32_t masked = 1; masked <= BLANK; masked++) {
            assert_int_equal(sedd_sampler_remask(sampler, 0, masked - 1, NULL), STATUS_OK);
            sedd_sampler_rewind(sampler, 0); /* ahead too, if everything was drawn in a few steps */
            double share = (double)masked / BLANK, t = sedd_time(c, sedd_sampler_sigma_bar(sampler, 0));
            double expected = masked < BLANK ? -expm1(-sedd_sigma_bar(c, t)) : 1;
            double before = -expm1(-sedd_sigma_bar(c, t - 1.0 / STEPS));
            const double epsilon = 1.01e-3; /* the share that loglinear noise leaves unmasked */
            if (!(before <= share + epsilon && share <= expected + epsilon))
                fail_msg("%s: %u masked at t %.3f, where %.3f are", sedd_method_name(how.method), masked, t,
                         expected);
        }
        sedd_sampler_free(sampler);
    }
    for (double t = 0; t <= 1; t += 0.01) assert_true(fabs(sedd_time(c, sedd_sigma_bar(c, t)) - t) < 1e-9);
    assert_true(sedd_time(c, 0) == 0 && sedd_time(c, INFINITY) == 1);
}

/* The sampler's time is the one at which the process has re-noised such a share, to the step. */
static void assert_share(const struct sedd_sampler *sampler, double share, int steps)
{
    const struct sedd_config *c = sedd_model_config(model);
    double t = sedd_time(c, sedd_sampler_sigma_bar(sampler, 0));
    double there = t > 1 - 1e-9 ? 1 : -expm1(-sedd_sigma_bar(c, t));
    double before = -expm1(-sedd_sigma_bar(c, fmax(0, t - 1.0 / steps)));
    const double rounding = 1e-6;
    if (!(before <= share + rounding && share <= there + rounding))
        fail_msg("%.4f is noise at t %.3f, where %.4f should be", share, t, there);
}

static void renoising_sets_the_clock_of_the_uniform_graph_back(void **state)
{
    (void)state;
    enum { STEPS = 200 };
    const uint32_t around[WHOLE] = {2, 0, 0, 0, 0, 0, 0, 4};
    struct sedd_slot six[BLANK];
    for (uint32_t i = 0; i < BLANK; i++) six[i] = (struct sedd_slot){.position = i + 1, .index = i};
    struct sedd_problem problem = {around, WHOLE, six, BLANK, 0};
    for (int method = SEDD_ANALYTIC; method <= SEDD_EULER; method++) {
        struct sedd_sampler_options how = {
            .method = (enum sedd_method)method, .steps = STEPS, .temperature = 1, .top_p = 1};
        struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
        for (int i = 0; i < STEPS / 2; i++)
            assert_int_equal(sedd_sampler_step(sampler, NULL, NULL), STATUS_OK);
        double level = sedd_sampler_sigma_bar(sampler, 0), noise = -expm1(-level);
        assert_int_equal(sedd_sampler_pin(sampler, 0, 0, 3, NULL), STATUS_OK);
        assert_true(sedd_sampler_sigma_bar(sampler, 0) == level);
        for (uint32_t k = 1; k < BLANK; k++) {
            assert_int_equal(sedd_sampler_remask(sampler, 0, k, NULL), STATUS_OK);
            double share = (k + (BLANK - 1 - k) * noise) / BLANK;
            assert_share(sampler, fmax(share, noise), STEPS);
        }
        for (uint32_t k = 1; k < BLANK; k++)
            assert_int_equal(sedd_sampler_pin(sampler, 0, k, 1, NULL), STATUS_OK);
        assert_true(sedd_sampler_sigma_bar(sampler, 0) == level); /* what was re-noised is pinned */
        run_all(sampler);
        for (uint32_t k = 2; k < BLANK; k++) {
            assert_int_equal(sedd_sampler_remask(sampler, 0, k, NULL), STATUS_OK);
            assert_false(sedd_sampler_done(sampler));
            assert_share(sampler, (double)(k - 1) / BLANK, STEPS);
        }
        run_all(sampler);
        assert_int_equal(sedd_sampler_pin(sampler, 0, 4, 2, NULL), STATUS_OK);
        assert_true(sedd_sampler_done(sampler)); /* a pin alone draws nothing again */
        assert_int_equal(sedd_sampler_ids(sampler, 0)[1], 3);
        assert_int_equal(sedd_sampler_ids(sampler, 0)[2], 1);
        assert_int_equal(sedd_sampler_ids(sampler, 0)[5], 2);
        sedd_sampler_free(sampler);
    }
}

/* Time-free: never more evaluations than tokens, whatever the number of steps. */
static void no_evaluation_without_a_change(void **state)
{
    (void)state;
    struct sedd_problem problem = {context, LENGTH, slots, 2, 0};
    struct sedd_sampler_options how = {.method = SEDD_ANALYTIC, .steps = 500, .temperature = 1, .top_p = 1};
    struct sedd_sampler *sampler = sedd_sampler_new(net, &how, &problem, 1, NULL);
    run_all(sampler);
    assert_true(sedd_sampler_evaluations(sampler) <= 2);
    sedd_sampler_free(sampler);
}

static void categorical_is_exact_at_its_edges(void **state)
{
    (void)state;
    const double weights[] = {0, 1, -5, 3, 0}, zero[] = {0, 0}, broken[] = {1, (double)NAN};
    assert_int_equal(sedd_categorical(weights, 5, 1e-300), 1);
    assert_int_equal(sedd_categorical(weights, 5, 0.249999), 1);
    assert_int_equal(sedd_categorical(weights, 5, 0.250001), 3);
    assert_int_equal(sedd_categorical(weights, 5, 1 - 1e-16), 3);
    assert_int_equal(sedd_categorical(zero, 2, 0.5), 2);
    assert_int_equal(sedd_categorical(broken, 2, 0.5), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_hitting_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(analytic_with_many_steps_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(euler_with_many_steps_is_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(clamped_positions_never_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(clamped_positions_never_change, set_up_uniform, tear_down),
        cmocka_unit_test_setup_teardown(banned_ids_never_appear, set_up, tear_down),
        cmocka_unit_test_setup_teardown(banned_ids_never_appear, set_up_uniform, tear_down),
        cmocka_unit_test_setup_teardown(renoising_sets_the_clock_of_the_uniform_graph_back, set_up_uniform,
                                        tear_down),
        cmocka_unit_test_setup_teardown(candidates_do_not_see_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(greedy_takes_the_surest_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(greedy_is_surest_first_by_every_sampler_and_seed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pins_hold_and_remasked_slots_are_drawn_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pin_in_place_of_a_drawn_token_keeps_the_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_clock_follows_the_noise_of_the_process, set_up_geometric,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_clock_follows_the_noise_of_the_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_evaluation_without_a_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entropy_bounded_keeps_to_its_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(remasking_masks_again_and_ends_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_candidates_are_evaluated_in_bounded_batches, set_up, tear_down),
        cmocka_unit_test(categorical_is_exact_at_its_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
