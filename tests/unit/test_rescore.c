/* Comparing fills: shared masks, the estimate against the slow obvious way, and the order of a run's candidates. */
#include "fill/rescore_masks.h"
#include "fill_test.h"

#include <math.h>

static struct fill_engine *engine;

static int open_engine(void **state)
{
    (void)state;
    engine = open_tiny();
    return 0;
}

static int close_engine(void **state)
{
    (void)state;
    fill_engine_free(engine);
    return 0;
}

/* ---- masks ---------------------------------------------------------------------------------------------- */

static void each_pair_masks_every_token_once(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 200; count++)
        for (uint32_t pair = 0; pair < RESCORE_PAIRS; pair++) {
            uint32_t seen[200] = {0}, indices[200], all = 0;
            for (uint32_t side = 0; side < 2; side++) {
                uint32_t masked = rescore_masked(2 * pair + side, count);
                if (masked) rescore_mask(2 * pair + side, count, indices);
                for (uint32_t i = 0; i < masked; i++) {
                    assert_true(indices[i] < count && (!i || indices[i - 1] < indices[i]));
                    seen[indices[i]]++;
                }
                all += masked;
            }
            assert_int_equal(all, count == 1 && pair ? 0 : count);
            for (uint32_t i = 0; i < all; i++) assert_int_equal(seen[i], 1);
        }
}

static double share_of_first_half(uint32_t count)
{
    uint32_t indices[64], n = 0, masked = rescore_masked(0, count);
    rescore_mask(0, count, indices);
    for (uint32_t i = 0; i < masked; i++) n += indices[i] < count / 2;
    return 2.0 * n / count;
}

/* Longer and shorter fills are masked in about the same places. */
static void other_lengths_have_masks_in_the_same_places(void **state)
{
    (void)state;
    for (uint32_t count = 16; count < 64; count += 8)
        assert_true(fabs(share_of_first_half(count) - share_of_first_half(count + 8)) < 0.26);
}

/* ---- the estimate --------------------------------------------------------------------------------------- */

enum { LENGTH = 24, FIRST = 9, TOKENS = 7 };

static void fill_ids(uint32_t *ids, uint64_t seed)
{
    struct rng rng = {.seed = seed};
    for (int i = 0; i < LENGTH; i++) ids[i] = 3 + 7 * (uint32_t)i;
    for (int i = 0; i < TOKENS; i++) ids[FIRST + i] = (uint32_t)rng_below(&rng, 400);
}

static const uint32_t places[TOKENS] = {FIRST,     FIRST + 1, FIRST + 2, FIRST + 3,
                                        FIRST + 4, FIRST + 5, FIRST + 6};

static double slow_ln_q(const uint32_t *ids, const uint32_t *masked, uint32_t count, uint32_t position)
{
    const struct sedd_config *c = fill_engine_config(engine);
    uint32_t work[LENGTH];
    memcpy(work, ids, sizeof work);
    for (uint32_t i = 0; i < count; i++) work[masked[i]] = c->tokens;
    float *f = mem_alloc_array((size_t)LENGTH * sedd_head_columns(c), sizeof *f);
    struct sedd_sequence all = {.ids = work, .length = LENGTH, .row_count = LENGTH};
    assert_int_equal(sedd_net_evaluate(fill_engine_net(engine), &all, 1, f, NULL, NULL), STATUS_OK);
    const float *row = f + position * (size_t)sedd_head_columns(c);
    double sum = 0, own = (double)row[ids[position]];
    for (uint32_t y = 0; y < c->tokens; y++)
        if ((int64_t)y != c->delete_id && (int64_t)y != c->expand_id) sum += exp((double)row[y]);
    mem_free(f);
    return own - log(sum);
}

/* Σ over the tokens of the mean of ln q over the patterns that mask it, with the weights 1/k. */
static void the_estimate_is_that_of_the_slow_way(void **state)
{
    (void)state;
    uint32_t ids[LENGTH], indices[TOKENS], masked[TOKENS];
    double sum[TOKENS] = {0}, weights[TOKENS] = {0}, expected = 0, ln_q = 0;
    uint64_t evaluations = 0;
    fill_ids(ids, 4);
    for (uint32_t pattern = 0; pattern < RESCORE_PATTERNS; pattern++) {
        uint32_t k = rescore_masked(pattern, TOKENS);
        if (k) rescore_mask(pattern, TOKENS, indices);
        for (uint32_t i = 0; i < k; i++) masked[i] = FIRST + indices[i];
        for (uint32_t i = 0; i < k; i++) {
            sum[indices[i]] += slow_ln_q(ids, masked, k, masked[i]) / k;
            weights[indices[i]] += 1.0 / k;
        }
    }
    for (int i = 0; i < TOKENS; i++) expected += sum[i] / weights[i];
    struct rescore_text text = {ids, LENGTH, places, TOKENS};
    assert_int_equal(rescore_texts(engine, &text, 1, &ln_q, &evaluations, NULL, NULL), STATUS_OK);
    assert_int_equal(evaluations, RESCORE_PATTERNS);
    if (fabs(ln_q - expected) > 1e-3) fail_msg("%.6f is not %.6f", ln_q, expected);
}

/* Copied word for word, alone or among many others, with any number of threads: the same number, bit for bit. */
static void a_fill_has_one_value(void **state)
{
    (void)state;
    enum { MANY = 90 };
    static uint32_t ids[MANY][LENGTH];
    struct rescore_text texts[MANY];
    double alone[MANY], together[MANY], threads[MANY];
    uint64_t evaluations = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        fill_ids(ids[i], i % 30); /* each is there three times */
        texts[i] = (struct rescore_text){ids[i], LENGTH, places, TOKENS};
        assert_int_equal(rescore_texts(engine, &texts[i], 1, &alone[i], NULL, NULL, NULL), STATUS_OK);
    }
    assert_int_equal(rescore_texts(engine, texts, MANY, together, &evaluations, NULL, NULL), STATUS_OK);
    assert_int_equal(evaluations, 30 * RESCORE_PATTERNS);
    struct fill_engine *three = fill_engine_open(TINY, SEDD_PRECISION_F32, 3, NULL, NULL);
    assert_int_equal(rescore_texts(three, texts, MANY, threads, NULL, NULL, NULL), STATUS_OK);
    fill_engine_free(three);
    for (uint32_t i = 0; i < MANY; i++)
        assert_true(alone[i] == together[i] && together[i] == threads[i] && together[i] == together[i % 30]);
}

static void a_cancel_stops_it(void **state)
{
    (void)state;
    uint32_t ids[LENGTH];
    atomic_bool cancel = true;
    double ln_q;
    fill_ids(ids, 1);
    struct rescore_text text = {ids, LENGTH, places, TOKENS};
    assert_int_equal(rescore_texts(engine, &text, 1, &ln_q, NULL, &cancel, NULL), STATUS_CANCELLED);
}

/* ---- fills of a blank ------------------------------------------------------------------------------------ */

static const char draft[] = "He had seen the old man go to the house, and he said it was the sea.";
static const struct fill_blank hole = {.start = 7, .end = 19, .min = 5, .max = 5};

static struct fill_job job_of(uint32_t candidates, double temperature, enum fill_ranking ranking)
{
    struct fill_job job = {.text = {draft, sizeof draft - 1}, .blanks = &hole, .count = 1};
    job.options = fill_options_default();
    job.options.candidates = candidates;
    job.options.temperature = temperature;
    job.options.ranking = ranking;
    return job;
}

static struct fill_result *run_all(const struct fill_job *job)
{
    struct fill_run *run = fill_run_new(engine, job, NULL);
    assert_non_null(run);
    while (!fill_run_done(run)) assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
    struct fill_result *result = fill_run_result(run);
    assert_non_null(result);
    fill_run_free(run);
    return result;
}

/* The likeliest words, planted among words that were drawn from a flat distribution, are the best, wherever they stand
 * and although no job has drawn them together. */
static void planted_likely_words_win(void **state)
{
    (void)state;
    enum { FLAT = 7 };
    struct fill_job greedy = job_of(1, 0, FILL_RANK_BOUND), flat = job_of(FLAT, 30, FILL_RANK_BOUND);
    struct fill_result *good = run_all(&greedy), *bad = run_all(&flat);
    assert_int_equal(bad->count, FLAT);
    for (size_t at = 0; at <= FLAT; at++) {
        uint32_t ids[(FLAT + 1) * 5], counts[FLAT + 1], n = 0;
        for (size_t i = 0; i <= FLAT; i++) {
            const struct fill_view *v =
                i == at ? &good->candidates[0].blanks[0] : &bad->candidates[i - (i > at)].blanks[0];
            counts[i] = v->count;
            for (uint32_t t = 0; t < v->count; t++) ids[n++] = v->tokens[t].id;
        }
        struct rescore_question q = {.text = {draft, sizeof draft - 1},
                                     .start = hole.start,
                                     .end = hole.end,
                                     .ids = ids,
                                     .counts = counts,
                                     .count = FLAT + 1};
        struct rescored out;
        assert_int_equal(rescore_fills(engine, &q, &out, NULL, NULL), STATUS_OK);
        for (size_t i = 0; i <= FLAT; i++) assert_true(i == at || out.ln_q[i] < out.ln_q[at]);
        rescored_free(&out);
    }
    fill_result_free(good);
    fill_result_free(bad);
}

static void a_question_that_makes_no_sense_is_an_error(void **state)
{
    (void)state;
    uint32_t ids[] = {5, 6, 499, 700}, counts[] = {3, 0};
    struct rescore_question q = {
        .text = {draft, 30}, .start = 7, .end = 12, .ids = ids, .counts = counts, .count = 2};
    struct rescored out;
    assert_int_equal(rescore_fills(engine, &q, &out, NULL, NULL),
                     STATUS_ARGUMENT); /* a fill without tokens */
    counts[1] = 1;
    assert_int_equal(rescore_fills(engine, &q, &out, NULL, NULL), STATUS_ARGUMENT); /* token 700 of 500 */
    q.count = 1;
    q.end = 31;
    assert_int_equal(rescore_fills(engine, &q, &out, NULL, NULL), STATUS_ARGUMENT);
    assert_null(out.ln_q);
}

/* ---- the order of a run ---------------------------------------------------------------------------------- */

static const struct fill_candidate *numbered(const struct fill_result *result, uint32_t number)
{
    for (size_t i = 0; i < result->count; i++)
        if (result->candidates[i].candidate == number) return &result->candidates[i];
    fail_msg("candidate %u is missing", number);
    return NULL;
}

/* The ranking changes the order and nothing else; the same job has the same order. */
static void the_ranking_never_changes_what_is_drawn(void **state)
{
    (void)state;
    enum { K = 8 };
    struct fill_job job = job_of(K, 1, FILL_RANK_FIRST);
    struct fill_result *first = run_all(&job);
    assert_int_equal(first->count, K);
    for (int ranking = FILL_RANK_SCORE; ranking < FILL_RANKINGS; ranking++) {
        job.options.ranking = (enum fill_ranking)ranking;
        struct fill_result *other = run_all(&job), *again = run_all(&job);
        for (uint32_t k = 0; k < K; k++) {
            const struct fill_candidate *a = &first->candidates[k], *b = numbered(other, k);
            assert_int_equal(a->candidate, k);
            assert_string_equal(a->blanks[0].text.data, b->blanks[0].text.data);
            assert_true(a->score == b->score && a->bounded == 0);
            assert_int_equal(b->bounded, ranking == FILL_RANK_BOUND ? 5 : 0);
            assert_int_equal(other->candidates[k].candidate, again->candidates[k].candidate);
            if (k) assert_true(other->candidates[k - 1].rank_score >= other->candidates[k].rank_score);
        }
        fill_result_free(other);
        fill_result_free(again);
    }
    fill_result_free(first);
}

/* All that was drawn has been told before the comparison begins, and that can be stopped. */
static void what_is_drawn_does_not_wait_for_the_comparison(void **state)
{
    (void)state;
    struct fill_job job = job_of(4, 1, FILL_RANK_BOUND);
    struct fill_run *run = fill_run_new(engine, &job, NULL);
    bool drawn = false;
    while (!drawn) {
        assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
        assert_false(fill_run_done(run));
        drawn = true;
        for (uint32_t k = 0; k < fill_run_events(run); k++) {
            struct fill_event *event = fill_run_event(run, k);
            for (uint32_t t = 0; t < event->blanks[0].count; t++)
                drawn = drawn && event->blanks[0].tokens[t].state != FILL_MASKED;
            fill_event_free(event);
        }
    }
    assert_true(fill_run_share(run) < 1);
    assert_int_equal(fill_run_pin(run, 0, 0, 0, FILL_KEEP, NULL), STATUS_ARGUMENT); /* too late for that */
    atomic_bool cancel = true;
    struct error error = {0};
    assert_int_equal(fill_run_step(run, &cancel, &error), STATUS_CANCELLED);
    assert_true(fill_run_done(run));
    assert_null(fill_run_result(run));
    fill_run_free(run);
}

/* With blanks so far apart that each has its own window, the bound is that of all their tokens. */
static void every_window_counts(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 40; i++) assert_true(buffer_append_string(&text, "he said it was the sea and "));
    struct fill_blank blanks[] = {{.start = 7, .end = 7, .min = 3, .max = 3},
                                  {.start = text.size - 10, .end = text.size - 10, .min = 4, .max = 4}};
    struct fill_job job = {.text = {text.data, text.size}, .blanks = blanks, .count = 2};
    job.options = fill_options_default();
    job.options.candidates = 3;
    struct fill_result *result = run_all(&job);
    for (size_t k = 0; k < result->count; k++) {
        assert_int_equal(result->candidates[k].bounded, 7);
        assert_true(isfinite(result->candidates[k].bound) && result->candidates[k].bound < 0);
    }
    fill_result_free(result);
    buffer_free(&text);
}

static void every_ranking_has_its_name(void **state)
{
    (void)state;
    enum fill_ranking found;
    for (int i = 0; i < FILL_RANKINGS; i++) {
        assert_true(fill_ranking_parse(fill_ranking_name((enum fill_ranking)i), &found));
        assert_int_equal(found, i);
    }
    assert_false(fill_ranking_parse("best", &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_masks_every_token_once),
        cmocka_unit_test(other_lengths_have_masks_in_the_same_places),
        cmocka_unit_test(the_estimate_is_that_of_the_slow_way),
        cmocka_unit_test(a_fill_has_one_value),
        cmocka_unit_test(a_cancel_stops_it),
        cmocka_unit_test(planted_likely_words_win),
        cmocka_unit_test(a_question_that_makes_no_sense_is_an_error),
        cmocka_unit_test(the_ranking_never_changes_what_is_drawn),
        cmocka_unit_test(what_is_drawn_does_not_wait_for_the_comparison),
        cmocka_unit_test(every_window_counts),
        cmocka_unit_test(every_ranking_has_its_name),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
