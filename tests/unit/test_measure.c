/* What measurements count, and how: words, documents, which words are hidden, how often each mask count is
 * taken, and what standard errors are based on. */
#include "fill_test.h"
#include "measure/measure_internal.h"

#include <math.h>
#include <stdio.h>

static struct bpe *bpe;
static struct sedd_config config;

static int open_tokens(void **state)
{
    (void)state;
    bpe = bpe_load_folder(TINY, NULL);
    return bpe && !sedd_config_load(TINY, &config, NULL) ? 0 : -1;
}

static int close_tokens(void **state)
{
    (void)state;
    bpe_free(bpe);
    return 0;
}

static struct measure_text text_of(const char *bytes, int64_t separator)
{
    struct measure_text text = {0};
    struct sedd_config own = config;
    own.endoftext = separator;
    assert_int_equal(measure_text_add(&text, bpe, &own, bytes, strlen(bytes), NULL), STATUS_OK);
    return text;
}

/* ---- words and documents ------------------------------------------------------------------------------- */

static const char three[] =
    "The rain had  been falling.\nNobody came\n<|endoftext|>\nOld Grimblewick, who kept "
    "it, had\nnot slept\n<|endoftext|>\n\n  unspeakably tired  he was\n";

static void every_word_is_counted_where_it_begins(void **state)
{
    (void)state;
    struct measure_text text = text_of(three, config.endoftext), whole = text_of("one two\nthree", -1);
    assert_int_equal(text.words, 19);
    for (size_t length = 1; length <= text.tokens.count; length++) {
        size_t words = 0;
        for (size_t at = 0; at < text.tokens.count; at += length)
            words += measure_words(&text, bpe, config.endoftext, at,
                                   at + length < text.tokens.count ? at + length : text.tokens.count);
        assert_int_equal(words, text.words);
    }
    assert_int_equal(measure_words(&whole, bpe, -1, 0, whole.tokens.count), 3);
    measure_text_free(&text);
    measure_text_free(&whole);
}

static void documents_lie_between_separators_and_files(void **state)
{
    (void)state;
    struct measure_text text = text_of(three, config.endoftext);
    assert_int_equal(text.document_count, 3);
    for (uint32_t d = 0; d < 3; d++) {
        size_t begins = text.documents[d], ends = d < 2 ? text.documents[d + 1] : text.tokens.count;
        assert_int_equal(text.tokens.ids[ends - 1], config.endoftext);
        for (size_t i = begins; i < ends; i++) assert_int_equal(measure_document_of(&text, i), d);
    }
    measure_text_free(&text);
    struct sedd_config plain = config; /* a model without a separator: a file is a document */
    plain.endoftext = -1;
    text = (struct measure_text){0};
    for (int i = 0; i < 2; i++)
        assert_int_equal(measure_text_add(&text, bpe, &plain, "one two", 7, NULL), STATUS_OK);
    assert_int_equal(text.document_count, 2);
    assert_int_equal(text.words, 4);
    assert_int_equal(measure_words(&text, bpe, -1, 0, text.tokens.count), 4);
    measure_text_free(&text);
}

/* The figure for comparing models does not depend on the length of their windows. */
static void the_bound_has_the_texts_words_whatever_the_window(void **state)
{
    (void)state;
    struct measure_text text = text_of(three, config.endoftext);
    struct pool *pool = pool_new(1, NULL);
    for (uint32_t length = 5; length < 80; length += 37) {
        struct sedd_config own = config;
        own.length = length;
        struct sedd_model *model = sedd_model_random(&own, SEDD_PRECISION_F32, 1, NULL);
        struct sedd_net *net = sedd_net_new(model, pool, NULL);
        struct measure_options options = {.draws = 2};
        struct measure_bound bound;
        assert_int_equal(measure_bound(net, bpe, &text, &options, &bound, NULL), STATUS_OK);
        assert_int_equal(bound.words, text.words);
        assert_int_equal(bound.bytes, text.bytes);
        assert_int_equal(bound.tokens, text.tokens.count);
        assert_int_equal(bound.documents, 3);
        assert_true(isfinite(bound.stderr_bits_per_byte));
        double nats = bound.bits_per_byte * M_LN2 * (double)bound.bytes;
        assert_true(fabs(log(bound.word_perplexity) - nats / 19) < 1e-9);
        sedd_net_free(net);
        sedd_model_free(model);
    }
    pool_free(pool);
    measure_text_free(&text);
}

/* ---- hidden words -------------------------------------------------------------------------------------- */

/* Ten words, some with many tokens, some after many marks: going on from a token to the next word would find
 * "seen" far more often than "is". */
static void hidden_words_are_picked_uniformly(void **state)
{
    (void)state;
    enum { WORDS = 10, PICKS = 20000 };
    struct measure_text text =
        text_of("it is unspeakably qqzzqqzz - - - -- ... ---- ,,, seen if of the x he", config.endoftext);
    struct measure_options options = {.min_words = 1, .max_words = 1, .seed = 4};
    struct hidden_in in = {bpe, &config, &text, &options};
    unsigned counts[256] = {0};
    double chi = 0;
    size_t kinds = 0;
    for (uint64_t i = 0; i < PICKS; i++) {
        struct rng rng;
        struct hidden_words words;
        assert_true(hidden_pick(&in, i, &rng, &words));
        counts[words.first]++;
    }
    for (size_t i = 0; i < 256; i++) {
        if (!counts[i]) continue;
        kinds++;
        chi += pow(counts[i] - PICKS / (double)WORDS, 2) / (PICKS / (double)WORDS);
    }
    assert_int_equal(kinds, WORDS);
    if (!(chi < 33.7)) fail_msg("chi square %.1f of 9 degrees of freedom", chi); /* p = 1e-4 */
    measure_text_free(&text);
}

/* One token has one mask count, two have two: more draws would measure the same. */
static void each_mask_count_of_a_short_blank_is_taken_once(void **state)
{
    (void)state;
    enum { DRAWS = 8, LENGTH = 12 };
    uint32_t ids[LENGTH], work[LENGTH], rows[MAX_BLANK_TOKENS];
    float *f = malloc(MAX_BLANK_TOKENS * config.tokens * sizeof *f);
    struct pool *pool = pool_new(1, NULL);
    struct sedd_model *model = sedd_model_random(&config, SEDD_PRECISION_F32, 1, NULL);
    struct sedd_net *net = sedd_net_new(model, pool, NULL);
    struct measure_options options = {.draws = DRAWS};
    struct hidden_bound bound = {net, &config, &options, work, rows, f};
    for (uint32_t i = 0; i < LENGTH; i++) ids[i] = 7 * i + 1;
    for (uint32_t n = 1; n <= 10; n++) {
        struct hidden_words k = {.first = 1, .last = 1 + n, .left = 0, .right = LENGTH};
        double nats[2] = {0};
        for (uint64_t seed = 0; seed < 2; seed++) {
            struct rng rng = {.seed = seed};
            uint64_t evaluations = 0;
            assert_int_equal(hidden_nats(&bound, &k, ids, &rng, &nats[seed], &evaluations, NULL), STATUS_OK);
            assert_int_equal(evaluations, n < DRAWS ? n : DRAWS);
        }
        if (n == 1) assert_true(nats[0] == nats[1]);
    }
    for (uint32_t n = 1; n <= DRAWS; n++)
        for (uint32_t d = 0; d < n; d++) {
            struct rng rng = {.seed = 3};
            assert_int_equal(stratified_count(&rng, d, count_draws(DRAWS, n), n), d + 1);
        }
    sedd_net_free(net);
    sedd_model_free(model);
    pool_free(pool);
    free(f);
}

/* ---- errors -------------------------------------------------------------------------------------------- */

static void errors_are_between_documents_where_there_are_several(void **state)
{
    (void)state;
    const double a[] = {1, 3, 10, 12, 5, 5}, b[] = {1, 1, 2, 2, 1, 1};
    const uint32_t one[] = {4, 4, 4, 4, 4, 4}, three_of_them[] = {2, 0, 2, 0, 7, 7};
    struct ratio r;
    assert_int_equal(measure_ratio(a, b, one, 6, &r, NULL), STATUS_OK);
    assert_true(r.documents == 1 && fabs(r.value - 4.5) < 1e-12);
    double spread = 0;
    for (int i = 0; i < 6; i++) spread += pow(a[i] - 4.5 * b[i], 2);
    assert_true(fabs(r.error - sqrt(spread * 6 / 5) / 8) < 1e-12);
    assert_int_equal(measure_ratio(a, b, three_of_them, 6, &r, NULL), STATUS_OK);
    assert_true(r.documents == 3 && fabs(r.value - 4.5) < 1e-12);
    spread = pow(11 - 4.5 * 3, 2) + pow(15 - 4.5 * 3, 2) + pow(10 - 4.5 * 2, 2);
    assert_true(fabs(r.error - sqrt(spread * 3 / 2) / 8) < 1e-12);
    assert_int_equal(measure_ratio(a, b, one, 1, &r, NULL), STATUS_OK);
    assert_true(isnan(r.error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_counted_where_it_begins),
        cmocka_unit_test(documents_lie_between_separators_and_files),
        cmocka_unit_test(the_bound_has_the_texts_words_whatever_the_window),
        cmocka_unit_test(hidden_words_are_picked_uniformly),
        cmocka_unit_test(each_mask_count_of_a_short_blank_is_taken_once),
        cmocka_unit_test(errors_are_between_documents_where_there_are_several),
    };
    return cmocka_run_group_tests(tests, open_tokens, close_tokens);
}
