/* Passes over a whole vocabulary against plain loops in double precision. */
#include "fixtures.h"
#include "sedd/distribution.h"

enum { MOST = 3000 };

static float f[MOST], q[MOST];
static uint64_t allowed[(MOST + 63) / 64];

static bool is_allowed(bool some, uint32_t y)
{
    return !some || (allowed[y / 64] >> (y % 64) & 1);
}

static void make_row(struct rng *rng, uint32_t n, double spread)
{
    for (uint32_t y = 0; y < n; y++) f[y] = (float)(spread * rng_normal(rng));
    for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) allowed[i] = rng_next(rng) & rng_next(rng);
    uint32_t one = (uint32_t)rng_below(rng, n);
    allowed[one / 64] |= UINT64_C(1) << (one % 64);
}

static void softmax_entropy_and_sums_are_those_of_the_obvious_loops(void **state)
{
    (void)state;
    struct rng rng = {.seed = 5};
    for (int round = 0; round < 400; round++) {
        uint32_t n = 1 + (uint32_t)rng_below(&rng, MOST), best = UINT32_MAX;
        bool some = rng_next(&rng) & 1;
        make_row(&rng, n, round % 5 ? 4 : 40);
        double top = -INFINITY, all_top = -INFINITY, sum = 0, all = 0, entropy = 0;
        for (uint32_t y = 0; y < n; y++) {
            if ((double)f[y] > all_top) all_top = (double)f[y];
            if (is_allowed(some, y) && (double)f[y] > top) top = (double)f[y], best = y;
        }
        for (uint32_t y = 0; y < n; y++) {
            all += exp((double)f[y] - all_top);
            if (is_allowed(some, y)) sum += exp((double)f[y] - top);
        }
        assert_int_equal(distribution_softmax(f, some ? allowed : NULL, n, q), best);
        for (uint32_t y = 0; y < n; y++) {
            double p = is_allowed(some, y) ? exp((double)f[y] - top) / sum : 0;
            /* f − top is rounded to float32 before the exponential */
            assert_true(fabs((double)q[y] - p) <= (4e-6 + 1.2e-7 * fabs((double)f[y] - top)) * p + 1e-37);
            if (p > 0) entropy -= p * log(p);
        }
        assert_true(fabs(distribution_entropy(q, n) - entropy) < 2e-5 * (1 + entropy));
        assert_true(fabs(distribution_surest(f, some ? allowed : NULL, n) - 1 / sum) < 4e-6 / sum);
        assert_true(fabs(distribution_log_sum(f, n) - all_top - log(all)) < 4e-6 * (1 + fabs(all_top)));
    }
}

static void drawing_is_the_inverse_of_the_running_sum(void **state)
{
    (void)state;
    struct rng rng = {.seed = 6};
    for (int round = 0; round < 2000; round++) {
        uint32_t n = 1 + (uint32_t)rng_below(&rng, MOST);
        make_row(&rng, n, 3);
        distribution_softmax(f, allowed, n, q);
        double u = round % 7 == 0   ? 1 - 1e-16
                   : round % 7 == 1 ? 1e-300
                                    : rng_uniform(&rng),
               total = 0, sum = 0;
        uint32_t drawn = distribution_draw(q, n, u);
        assert_true(drawn < n && q[drawn] > 0);
        for (uint32_t y = 0; y < n; y++) total += (double)q[y];
        for (uint32_t y = 0; y < drawn; y++) sum += (double)q[y];
        assert_true(sum <= u * total + 1e-12 && u * total <= sum + (double)q[drawn] + 1e-12);
    }
    float none[5] = {0};
    assert_int_equal(distribution_draw(none, 5, 0.5), 5);
}

/* How often each id is drawn: χ² with 29 degrees of freedom, p = 1e-4. */
static void drawing_has_the_right_frequencies(void **state)
{
    (void)state;
    enum { N = 30, DRAWS = 60000 };
    struct rng rng = {.seed = 7};
    int counts[N] = {0};
    double chi = 0;
    make_row(&rng, N, 1);
    distribution_softmax(f, NULL, N, q);
    for (int i = 0; i < DRAWS; i++) counts[distribution_draw(q, N, rng_uniform(&rng))]++;
    for (int y = 0; y < N; y++) {
        double expected = (double)q[y] * DRAWS;
        chi += (counts[y] - expected) * (counts[y] - expected) / expected;
    }
    assert_true(chi < 66);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_entropy_and_sums_are_those_of_the_obvious_loops),
        cmocka_unit_test(drawing_is_the_inverse_of_the_running_sum),
        cmocka_unit_test(drawing_has_the_right_frequencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
