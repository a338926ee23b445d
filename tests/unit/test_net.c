/* The network, the log score, the loss and the transitions against the reference tensors. Rows do not depend
 * on the batch, on threads, or on which rows are wanted. */
#include "fixtures.h"

#include <pthread.h>
#include <sched.h>

static const char *const folders[] = {"tiny-absorb", "tiny-uniform", "tiny-time-free", "long-absorb"};
/* Networks that the reference implementation does not have: without its transitions. */
static const char *const networks[] = {"tiny-absorb", "tiny-uniform", "tiny-time-free", "long-absorb",
                                       "tiny-qk-norm"};

static struct sedd_model *load(const char *name, const char *backend, enum sedd_precision precision)
{
    struct error error = {0};
    char folder[256];
    if (backend) setenv("LACUNA_BACKEND", backend, 1);
    snprintf(folder, sizeof folder, "tests/data/fixtures/%s", name);
    struct sedd_model *model = sedd_model_load(folder, precision, NULL, NULL, &error);
    unsetenv("LACUNA_BACKEND");
    if (!model && error.code == STATUS_UNSUPPORTED) skip();
    if (!model) fail_msg("%s", error.message);
    return model;
}

/* f of a whole batch of equal rows. */
static float *evaluate(const struct sedd_model *model, const uint32_t *ids, uint32_t rows, uint32_t length,
                       const float *sigma_bar, int threads)
{
    struct error error = {0};
    struct pool *pool = pool_new(threads, &error);
    struct sedd_net *net = sedd_net_new(model, pool, &error);
    struct sedd_sequence *q = calloc(rows, sizeof *q);
    for (uint32_t r = 0; r < rows; r++)
        q[r] = (struct sedd_sequence){
            .ids = ids + (size_t)r * length, .length = length, .sigma_bar = sigma_bar[r]};
    float *f = malloc((size_t)rows * length * sedd_head_columns(sedd_model_config(model)) * sizeof *f);
    if (sedd_net_evaluate(net, q, rows, f, NULL, &error)) fail_msg("%s", error.message);
    sedd_net_free(net);
    pool_free(pool);
    free(q);
    return f;
}

static void check_log_scores(const char *name, const char *backend, double tolerance,
                             enum sedd_precision precision)
{
    struct sedd_model *model = load(name, backend, precision);
    const struct sedd_config *c = sedd_model_config(model);
    struct fixture x;
    fixture_open(&x, name);
    for (int k = 0; k < 3; k++) {
        char key[64];
        uint32_t rows, length, states = sedd_states(c), columns = sedd_head_columns(c);
        snprintf(key, sizeof key, "case%d.xt", k);
        uint32_t *ids = fixture_ids(&x, key, &rows, &length);
        snprintf(key, sizeof key, "case%d.sigma", k);
        const float *sigma = fixture_floats(&x, key);
        float *f = evaluate(model, ids, rows, length, sigma, 2);
        float *scores = malloc((size_t)rows * length * states * sizeof *scores);
        for (uint32_t m = 0; m < rows * length; m++)
            sedd_log_score(c, f + (size_t)m * columns, ids[m], (double)sigma[m / length],
                           scores + (size_t)m * states);
        snprintf(key, sizeof key, "case%d.log_score", k);
        double off = fixture_distance(&x, key, scores);
        if (!(off <= tolerance)) fail_msg("%s %s: off by %.3g", name, key, off);
        free(ids);
        free(f);
        free(scores);
    }
    fixture_close(&x);
    sedd_model_free(model);
}

static void log_scores_agree_in_plain_c(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "plain", 5e-6, SEDD_PRECISION_F32);
}

static void log_scores_agree_with_native(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "native", 5e-6, SEDD_PRECISION_F32);
}

static void log_scores_agree_with_openblas(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "openblas", 5e-6, SEDD_PRECISION_F32);
}

static void log_scores_agree_with_onednn(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "onednn", 5e-6, SEDD_PRECISION_F32);
}

static void bf16_log_scores_are_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "plain", 2e-2, SEDD_PRECISION_BF16);
}

static void bf16_log_scores_are_close_with_onednn(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "onednn", 2e-2, SEDD_PRECISION_BF16);
}

/* Whole networks in int8, by plain C on every CPU and by oneDNN if it is native. */
static void int8_log_scores_are_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "plain", 3e-2, SEDD_PRECISION_INT8);
}

static void int16_log_scores_are_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++) {
        check_log_scores(networks[i], "plain", 1e-3, SEDD_PRECISION_INT16);
        check_log_scores(networks[i], "native", 1e-3, SEDD_PRECISION_INT16);
    }
}

static void int8_log_scores_are_close_with_onednn(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "onednn", 3e-2, SEDD_PRECISION_INT8);
}

static void int8_log_scores_are_close_with_native(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(networks); i++)
        check_log_scores(networks[i], "native", 3e-2, SEDD_PRECISION_INT8);
}

/* Transitions and losses get the reference's log scores, so that only their formulas are tested. */
static void transitions_and_losses_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        for (int k = 0; k < 3; k++) {
            struct fixture x;
            char key[64];
            fixture_open(&x, folders[i]);
            const struct sedd_config *c = &x.config;
            uint32_t rows, length, s = sedd_states(c), last = c->tokens;
            snprintf(key, sizeof key, "case%d.xt", k);
            uint32_t *xt = fixture_ids(&x, key, &rows, &length), *x0 = fixture_ids(&x, "x0", &rows, &length);
            snprintf(key, sizeof key, "case%d.log_score", k);
            const float *scores = fixture_floats(&x, key);
            snprintf(key, sizeof key, "case%d.t", k);
            const float *t = fixture_floats(&x, key);
            snprintf(key, sizeof key, "case%d.step_size", k);
            double step = (double)*fixture_floats(&x, key);
            size_t m_count = (size_t)rows * length;
            float *analytic = malloc(m_count * s * 4), *euler = malloc(m_count * s * 4),
                  *denoise = malloc(m_count * s * 4);
            float *entropy = malloc(m_count * 4), *loss = calloc(rows, 4);
            double *w = malloc(s * sizeof *w);
            for (size_t m = 0; m < m_count; m++) {
                double now = (double)t[m / length], level = sedd_sigma_bar(c, now),
                       next = sedd_sigma_bar(c, now - step);
                sedd_analytic_weights(c, scores + m * s, xt[m], level - next, w);
                for (uint32_t y = 0; y < s; y++) analytic[m * s + y] = (float)w[y];
                sedd_euler_weights(c, scores + m * s, xt[m], step * sedd_sigma(c, now), w);
                for (uint32_t y = 0; y < s; y++) euler[m * s + y] = (float)w[y];
                sedd_denoise_weights(c, scores + m * s, xt[m], level, w);
                for (uint32_t y = 0; y < last; y++) denoise[m * last + y] = (float)w[y];
                entropy[m] = (float)sedd_score_entropy(c, scores + m * s, xt[m], x0[m], level, NULL);
                loss[m / length] += (float)sedd_sigma(c, now) * entropy[m];
            }
            struct {
                const char *name;
                const float *values;
            } checks[] = {{"analytic_probs", analytic},
                          {"euler_probs", euler},
                          {"denoise_probs", denoise},
                          {"score_entropy", entropy},
                          {"dwdse_loss", loss}};
            for (size_t j = 0; j < ARRAY_SIZE(checks); j++) {
                snprintf(key, sizeof key, "case%d.%s", k, checks[j].name);
                double off = fixture_distance(&x, key, checks[j].values);
                if (!(off <= 5e-6)) fail_msg("%s %s: off by %.3g", folders[i], key, off);
            }
            free(analytic), free(euler), free(denoise), free(entropy), free(loss), free(w), free(xt),
                free(x0);
            fixture_close(&x);
        }
}

/* Σ_{y≠x} (s_y − r_y ln s_y + r_y (ln r_y − 1)) / V by the definition, with r the true ratios: 1 unless x or
 * y is the clean token. */
static double uniform_by_definition(const float *log_score, uint32_t tokens, uint32_t x, uint32_t x0,
                                    double sigma_bar)
{
    long double v = tokens, e = expm1l((long double)sigma_bar), rho = e / (e + v), sum = 0;
    for (uint32_t y = 0; y < tokens; y++) {
        if (y == x) continue;
        long double r = x == x0 ? rho : y == x0 ? 1 / rho : 1, log_s = (long double)log_score[y];
        sum += expl(log_s) - r * log_s + r * (logl(r) - 1);
    }
    return (double)(sum / v);
}

static void the_uniform_loss_is_finite_at_every_noise(void **state)
{
    (void)state;
    struct sedd_config c = {.graph = SEDD_UNIFORM, .noise = SEDD_GEOMETRIC, .tokens = 8192};
    float *scores = calloc(c.tokens, sizeof *scores), *grad = calloc(c.tokens, sizeof *grad);
    for (uint32_t y = 1; y < c.tokens; y++) scores[y] = (float)(y % 17) * 0.3f - 2.0f;
    for (double sigma_bar = 1e-8; sigma_bar < 30; sigma_bar *= 1.7)
        for (uint32_t x0 = 0; x0 < 2; x0++) { /* the state is 0, clean or not */
            double loss = sedd_score_entropy(&c, scores, 0, x0, sigma_bar, grad);
            double expected = uniform_by_definition(scores, c.tokens, 0, x0, sigma_bar);
            if (!(fabs(loss - expected) <= 1e-9 * fabs(expected)))
                fail_msg("sigma %g, x0 %u: %.17g, expected %.17g", sigma_bar, x0, loss, expected);
            for (uint32_t y = 0; y < c.tokens; y++) assert_true(isfinite(grad[y]));
        }
    free(scores);
    free(grad);
}

/* One sequence alone, as one of seven, as one of 64, on one thread and on two, and with only some rows
 * wanted: the same bits. */
static void check_independence(const char *backend, enum sedd_precision precision)
{
    enum { LENGTH = 21, BATCH = 64 };
    struct sedd_model *model = load("tiny-time-free", backend, precision);
    uint32_t columns = sedd_head_columns(sedd_model_config(model)), ids[BATCH * LENGTH];
    float sigma[BATCH] = {0};
    for (uint32_t i = 0; i < BATCH * LENGTH; i++) ids[i] = i * 7919 % 200;
    float *alone = evaluate(model, ids + 5 * LENGTH, 1, LENGTH, sigma, 1);
    float *seven = evaluate(model, ids, 7, LENGTH, sigma, 2),
          *all = evaluate(model, ids, BATCH, LENGTH, sigma, 2);
    size_t bytes = (size_t)LENGTH * columns * sizeof(float), at = (size_t)5 * LENGTH * columns;
    assert_memory_equal(alone, seven + at, bytes);
    assert_memory_equal(alone, all + at, bytes);
    struct pool *pool = pool_new(2, NULL);
    struct sedd_net *net = sedd_net_new(model, pool, NULL);
    uint32_t wanted[] = {0, 3, 4, 20};
    struct sedd_sequence q = {.ids = ids + 5 * LENGTH, .length = LENGTH, .rows = wanted, .row_count = 4};
    float *some = malloc(4 * columns * sizeof *some);
    assert_int_equal(sedd_net_evaluate(net, &q, 1, some, NULL, NULL), STATUS_OK);
    for (int i = 0; i < 4; i++)
        assert_memory_equal(some + i * columns, alone + wanted[i] * columns, columns * sizeof *some);
    sedd_net_free(net);
    pool_free(pool);
    free(alone), free(seven), free(all), free(some);
    sedd_model_free(model);
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { SLOW_BUILD = true };
#else
enum { SLOW_BUILD = false };
#endif

struct canceller {
    atomic_bool cancel;
    double after;
};

static void *cancel_soon(void *opaque)
{
    struct canceller *c = opaque;
    double end = clock_seconds() + c->after;
    while (clock_seconds() < end) sched_yield();
    atomic_store(&c->cancel, true);
    return NULL;
}

/* Starts an evaluation with many new tokens that is cancelled at some point. */
static void begin_and_cancel(struct sedd_net *net, const struct sedd_sequence *q, uint32_t count,
                             uint32_t *ids, size_t n, struct rng *rng, uint32_t tokens, float *f,
                             double seconds)
{
    double early = rng_uniform(rng); /* only the first block keeps values */
    struct canceller canceller = {.after = 0.4 * seconds * early};
    pthread_t thread;
    for (size_t i = 0; i < n; i++)
        if (rng_uniform(rng) < 0.3) ids[i] = (uint32_t)(rng_uniform(rng) * tokens);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &canceller), 0);
    (void)!sedd_net_evaluate(net, q, count, f, &canceller.cancel, NULL);
    pthread_join(thread, NULL);
}

/* A network that has evaluated other inputs before gives the bits of a new one: other tokens, lengths, wanted
 * rows, batches, noise levels, and cancelled evaluations. */
static void check_history(const char *name, const char *backend, enum sedd_precision precision)
{
    enum { LENGTH = 48, BATCH = 3, ROUNDS = SLOW_BUILD ? 16 : 80 };
    struct sedd_model *like = load(name, backend, precision);
    struct sedd_config config = *sedd_model_config(like);
    sedd_model_free(like);
    config.hidden_size = 128; /* a whole panel of queries */
    config.n_heads = 4;
    config.n_blocks = 3;
    setenv("LACUNA_BACKEND", backend, 1);
    struct sedd_model *model = sedd_model_random(&config, precision, 11, NULL);
    unsetenv("LACUNA_BACKEND");
    assert_non_null(model);
    uint32_t columns = sedd_head_columns(&config), ids[BATCH * LENGTH], wanted[BATCH][LENGTH];
    size_t most = (size_t)BATCH * LENGTH * columns;
    float *f = malloc(most * sizeof *f), *expected = malloc(most * sizeof *f);
    struct pool *pool = pool_new(2, NULL);
    struct sedd_net *net = sedd_net_new(model, pool, NULL);
    struct rng rng = {.seed = 5};
    double seconds = 0; /* of one evaluation */
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) ids[i] = (uint32_t)(rng_uniform(&rng) * config.tokens);
    for (int round = 0; round < ROUNDS; round++) {
        struct sedd_sequence q[BATCH];
        uint32_t count = round % 5 == 4 ? BATCH : 1;
        int changes = (int)(rng_uniform(&rng) * 5);
        for (int i = 0; i < changes; i++)
            ids[(size_t)(rng_uniform(&rng) * (double)ARRAY_SIZE(ids))] =
                (uint32_t)(rng_uniform(&rng) * config.tokens);
        for (uint32_t s = 0; s < count; s++) {
            uint32_t length = round % 7 == 6 ? LENGTH / 2 : LENGTH, some = 0, first = s;
            for (uint32_t i = first; i < length && some < 4; i += 19) wanted[s][some++] = i;
            bool all = round % 11 == 10 && s == 0;
            q[s] = (struct sedd_sequence){.ids = ids + s * LENGTH,
                                          .length = length,
                                          .rows = all ? NULL : wanted[s],
                                          .row_count = some,
                                          .sigma_bar = round % 3 ? 0.5f : 1.5f};
        }
        if (round % 2) begin_and_cancel(net, q, count, ids, ARRAY_SIZE(ids), &rng, config.tokens, f, seconds);
        double begun = clock_seconds();
        assert_int_equal(sedd_net_evaluate(net, q, count, f, NULL, NULL), STATUS_OK);
        seconds = clock_seconds() - begun;
        struct pool *one = pool_new(1, NULL);
        struct sedd_net *fresh = sedd_net_new(model, one, NULL);
        struct sedd_sequence whole[BATCH];
        for (uint32_t s = 0; s < count; s++) whole[s] = q[s], whole[s].rows = NULL;
        assert_int_equal(sedd_net_evaluate(fresh, whole, count, expected, NULL, NULL), STATUS_OK);
        const float *found = f, *row = expected;
        for (uint32_t s = 0; s < count; row += q[s++].length * columns)
            for (uint32_t i = 0; i < (q[s].rows ? q[s].row_count : q[s].length); i++, found += columns)
                assert_memory_equal(found, row + (q[s].rows ? q[s].rows[i] : i) * columns,
                                    columns * sizeof *f);
        sedd_net_free(fresh);
        pool_free(one);
    }
    sedd_net_free(net);
    pool_free(pool);
    sedd_model_free(model);
    free(f), free(expected);
}

static void what_was_evaluated_before_changes_nothing(void **state)
{
    (void)state;
    check_history("tiny-time-free", "plain", SEDD_PRECISION_F32);
    check_history("tiny-absorb", "plain", SEDD_PRECISION_F32);
}

static void what_was_evaluated_before_changes_nothing_with_native(void **state)
{
    (void)state;
    check_history("tiny-time-free", "native", SEDD_PRECISION_INT16);
    check_history("tiny-time-free", "native", SEDD_PRECISION_F32);
}

static void rows_are_independent_in_plain_c(void **state)
{
    (void)state;
    check_independence("plain", SEDD_PRECISION_F32);
}

static void rows_are_independent_with_native(void **state)
{
    (void)state;
    check_independence("native", SEDD_PRECISION_F32);
}

static void rows_are_independent_with_openblas(void **state)
{
    (void)state;
    check_independence("openblas", SEDD_PRECISION_F32);
}

static void rows_are_independent_with_onednn(void **state)
{
    (void)state;
    check_independence("onednn", SEDD_PRECISION_F32);
}

static void rows_are_independent_in_int8(void **state)
{
    (void)state;
    check_independence("plain", SEDD_PRECISION_INT8);
}

static void rows_are_independent_in_int8_with_onednn(void **state)
{
    (void)state;
    check_independence("onednn", SEDD_PRECISION_INT8);
}

static void rows_are_independent_in_int8_with_native(void **state)
{
    (void)state;
    check_independence("native", SEDD_PRECISION_INT8);
}

static void rows_are_independent_in_int16(void **state)
{
    (void)state;
    check_independence("native", SEDD_PRECISION_INT16);
}

static void rows_are_independent_in_bf16(void **state)
{
    (void)state;
    check_independence("onednn", SEDD_PRECISION_BF16);
}

/* Causal: later positions have no influence, earlier ones do. */
static void a_causal_network_sees_nothing_ahead(void **state)
{
    (void)state;
    struct sedd_model *model = load("tiny-time-free", "plain", SEDD_PRECISION_F32);
    enum { LENGTH = 19 };
    struct sedd_config config = *sedd_model_config(model);
    uint32_t columns = sedd_head_columns(&config), ids[LENGTH];
    float sigma = 0;
    sedd_model_free(model);
    config.causal = true;
    model = sedd_model_random(&config, SEDD_PRECISION_F32, 4, NULL);
    for (uint32_t i = 0; i < LENGTH; i++) ids[i] = i * 31 % 199;
    float *whole = evaluate(model, ids, 1, LENGTH, &sigma, 1);
    float *part = evaluate(model, ids, 1, 11, &sigma, 1);
    ids[3] = 150;
    float *other = evaluate(model, ids, 1, LENGTH, &sigma, 1);
    for (uint32_t i = 0; i < 11 * columns; i++) assert_true(fabsf(whole[i] - part[i]) < 1e-5f);
    assert_memory_equal(whole, other, 3 * columns * sizeof *whole);
    assert_memory_not_equal(whole + 10 * columns, other + 10 * columns, columns * sizeof *whole);
    free(whole), free(part), free(other);
    sedd_model_free(model);
}

static void cancel_is_seen_between_layers(void **state)
{
    (void)state;
    struct sedd_model *model = load("tiny-absorb", "plain", SEDD_PRECISION_F32);
    struct pool *pool = pool_new(1, NULL);
    struct sedd_net *net = sedd_net_new(model, pool, NULL);
    uint32_t ids[4] = {1, 2, 3, 4};
    atomic_bool cancel = true;
    float f[4 * 200];
    struct sedd_sequence q = {.ids = ids, .length = 4, .sigma_bar = 1};
    assert_int_equal(sedd_net_evaluate(net, &q, 1, f, &cancel, NULL), STATUS_CANCELLED);
    ids[2] = 200;
    assert_int_equal(sedd_net_evaluate(net, &q, 1, f, NULL, NULL), STATUS_ARGUMENT);
    sedd_net_free(net);
    pool_free(pool);
    sedd_model_free(model);
}

/* Two networks of one kind, as a house and a voice are: here the same weights, more and less exact. */
static void a_mixed_network_is_the_weighted_mean_of_logarithms(void **state)
{
    (void)state;
    enum { LENGTH = 6, MOST = 1 << 16 };
    static float own[MOST], other[MOST], mixed[MOST];
    const uint32_t ids[LENGTH] = {1, 2, 3, 4, 5, 6};
    struct error error = {0};
    struct sedd_model *house = load("tiny-time-free", "plain", SEDD_PRECISION_F32);
    struct sedd_model *voice = load("tiny-time-free", "plain", SEDD_PRECISION_BF16);
    struct sedd_model *stranger = load("tiny-absorb", "plain", SEDD_PRECISION_F32);
    struct pool *pool = pool_new(1, &error);
    struct sedd_net *a = sedd_net_new(house, pool, &error), *b = sedd_net_new(voice, pool, &error),
                    *c = sedd_net_new(stranger, pool, &error);
    struct sedd_sequence q = {.ids = ids, .length = LENGTH, .row_count = LENGTH};
    size_t size = (size_t)LENGTH * sedd_head_columns(sedd_model_config(house));
    assert_true(size <= MOST);
    assert_int_equal(sedd_net_evaluate(a, &q, 1, own, NULL, &error), STATUS_OK);
    assert_int_equal(sedd_net_evaluate(b, &q, 1, other, NULL, &error), STATUS_OK);
    for (int quarter = 0; quarter <= 4; quarter++) {
        float weight = (float)quarter / 4;
        assert_int_equal(sedd_net_mix(a, b, weight, &error), STATUS_OK);
        assert_int_equal(sedd_net_evaluate(a, &q, 1, mixed, NULL, &error), STATUS_OK);
        for (size_t i = 0; i < size; i++)
            assert_float_equal(mixed[i], (1 - weight) * own[i] + weight * other[i], 1e-6);
    }
    assert_int_equal(sedd_net_mix(a, c, 0.5F, &error), STATUS_ARGUMENT);
    assert_int_equal(sedd_net_mix(a, NULL, 0, &error), STATUS_OK);
    assert_int_equal(sedd_net_evaluate(a, &q, 1, mixed, NULL, &error), STATUS_OK);
    assert_memory_equal(mixed, own, size * sizeof *own);
    sedd_net_free(a);
    sedd_net_free(b);
    sedd_net_free(c);
    pool_free(pool);
    sedd_model_free(house);
    sedd_model_free(voice);
    sedd_model_free(stranger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_scores_agree_in_plain_c),
        cmocka_unit_test(log_scores_agree_with_native),
        cmocka_unit_test(log_scores_agree_with_openblas),
        cmocka_unit_test(log_scores_agree_with_onednn),
        cmocka_unit_test(bf16_log_scores_are_close),
        cmocka_unit_test(bf16_log_scores_are_close_with_onednn),
        cmocka_unit_test(int8_log_scores_are_close),
        cmocka_unit_test(int16_log_scores_are_close),
        cmocka_unit_test(int8_log_scores_are_close_with_onednn),
        cmocka_unit_test(int8_log_scores_are_close_with_native),
        cmocka_unit_test(transitions_and_losses_agree),
        cmocka_unit_test(the_uniform_loss_is_finite_at_every_noise),
        cmocka_unit_test(what_was_evaluated_before_changes_nothing),
        cmocka_unit_test(what_was_evaluated_before_changes_nothing_with_native),
        cmocka_unit_test(rows_are_independent_in_plain_c),
        cmocka_unit_test(rows_are_independent_with_native),
        cmocka_unit_test(rows_are_independent_with_openblas),
        cmocka_unit_test(rows_are_independent_with_onednn),
        cmocka_unit_test(rows_are_independent_in_int16),
        cmocka_unit_test(rows_are_independent_in_bf16),
        cmocka_unit_test(rows_are_independent_in_int8),
        cmocka_unit_test(rows_are_independent_in_int8_with_onednn),
        cmocka_unit_test(rows_are_independent_in_int8_with_native),
        cmocka_unit_test(a_causal_network_sees_nothing_ahead),
        cmocka_unit_test(cancel_is_seen_between_layers),
        cmocka_unit_test(a_mixed_network_is_the_weighted_mean_of_logarithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
