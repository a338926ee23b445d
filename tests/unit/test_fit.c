/* Alternatives of words and how words fit, against the slow obvious way: one evaluation at a time, in doubles. */
#include "fill_test.h"

#include <math.h>
#include <unistd.h>

#define STARTER "models/starter"

static struct fill_engine *tiny, *starter;

static int open_engines(void **state)
{
    (void)state;
    tiny = open_tiny();
    if (access(STARTER "/model.safetensors", R_OK) == 0)
        starter = fill_engine_open(STARTER, SEDD_PRECISION_AUTO, 2, NULL, NULL);
    return 0;
}

static int close_engines(void **state)
{
    (void)state;
    fill_engine_free(tiny);
    fill_engine_free(starter);
    return 0;
}

static const char text[] = "It had rained since before dawn, and old Grimblewick, who kept the lighthouse, "
                           "had not slept. He put the lamp on "
                           "the table beside the window. \u201CNobody,\u201D he said, \u201Ccomes here in "
                           "winter.\u201D But the boat was there, "
                           "tied to the ring below the steps, and the man who had come in it stood in the "
                           "rain and looked up. He didn't wave. "
                           "The keeper took his coat and the lantern, went down, and asked him what he "
                           "wanted at such an hour of the night.";

/* ---- the slow way --------------------------------------------------------------------------------------- */

/* ln q of one position over [0, V), allowed ids only. The caller frees. */
static double *slow_log_q(struct fill_engine *engine, const uint32_t *ids, uint32_t length, uint32_t position,
                          const uint64_t *allowed)
{
    const struct sedd_config *c = fill_engine_config(engine);
    float *f = mem_alloc_array((size_t)length * sedd_head_columns(c), sizeof *f);
    double *q = mem_alloc_array(c->tokens, sizeof *q), sum = 0;
    uint32_t masked = 0;
    for (uint32_t i = 0; i < length; i++) masked += ids[i] == c->tokens;
    struct sedd_sequence s = {.ids = ids,
                              .length = length,
                              .sigma_bar = (float)sedd_sigma_bar_of_state(c, masked, length),
                              .row_count = length};
    assert_int_equal(sedd_net_evaluate(fill_engine_net(engine), &s, 1, f, NULL, NULL), STATUS_OK);
    for (uint32_t y = 0; y < c->tokens; y++) {
        bool in = (!allowed || (allowed[y / 64] >> (y % 64) & 1)) && y != c->delete_id && y != c->expand_id;
        q[y] = in ? (double)f[position * (size_t)sedd_head_columns(c) + y] : -INFINITY;
        if (in) sum += exp(q[y]);
    }
    for (uint32_t y = 0; y < c->tokens; y++) q[y] -= log(sum);
    mem_free(f);
    return q;
}

static void expect_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-3 * (1 + fabs(b)))) fail_msg("%.6f is not %.6f", a, b);
}

/* ---- how words fit -------------------------------------------------------------------------------------- */

struct encoded {
    struct fill_mapped mapped;
    struct bpe_ids ids;
};

static struct encoded encode(struct fill_engine *engine)
{
    struct encoded e = {0};
    struct slice all = {text, strlen(text)};
    struct fill_dialect d = fill_dialect_detect(all, fill_engine_config(engine)->dialect);
    assert_int_equal(fill_dialect_to_model(&d, all, &e.mapped, NULL), STATUS_OK);
    assert_int_equal(
        bpe_encode(fill_engine_bpe(engine), e.mapped.text.data, e.mapped.text.size, &e.ids, NULL), STATUS_OK);
    return e;
}

/* Tokens [first, last) that have bytes of [start, end) of the text. */
static void tokens_of(struct fill_engine *engine, const struct encoded *e, const struct fit_word *w,
                      size_t *first, size_t *last)
{
    size_t at = 0;
    *first = *last = SIZE_MAX;
    for (size_t i = 0; i < e->ids.count; i++) {
        size_t end = at + bpe_token_bytes(fill_engine_bpe(engine), e->ids.ids[i]).size;
        bool inside = false;
        for (size_t b = at; b < end; b++)
            inside = inside || (e->mapped.origin[b] >= w->start && e->mapped.origin[b] < w->end);
        if (inside && *first == SIZE_MAX) *first = i;
        if (inside) *last = i + 1;
        at = end;
    }
}

static double slow_fit(struct fill_engine *engine, const struct encoded *e, const struct fit_word *w,
                       bool left)
{
    size_t first, last, length = fill_engine_config(engine)->length, all = e->ids.count;
    uint32_t mask = fill_engine_config(engine)->tokens;
    tokens_of(engine, e, w, &first, &last);
    assert_int_equal(last - first, w->tokens);
    /* the window, of those that begin every half length, whose middle is nearest */
    size_t start = (first + last) / 2 / (length / 2) * (length / 2);
    start = start > length / 4 ? start - length / 4 : 0;
    if (start + length > all) start = all > length ? all - length : 0;
    size_t end = start + length < all ? start + length : all;
    double sum = 0;
    for (size_t t = first; t < last; t++) {
        uint32_t ids[1024];
        memcpy(ids, e->ids.ids + start, (end - start) * sizeof *ids);
        for (size_t i = t; i < (left ? end : last); i++) ids[i - start] = mask;
        double *q = slow_log_q(engine, ids, (uint32_t)(end - start), (uint32_t)(t - start), NULL);
        sum += q[e->ids.ids[t]];
        if (!left && t == first) {
            uint32_t rank = 1;
            double entropy = 0;
            for (uint32_t y = 0; y < mask; y++) {
                rank += q[y] > q[e->ids.ids[t]] + 1e-6;
                if (isfinite(q[y])) entropy -= exp(q[y]) * q[y];
            }
            assert_true(rank <= w->rank && w->rank <= rank + 2); /* floats may swap neighbours */
            expect_near(w->entropy, entropy);
            for (size_t i = 0; i < w->instead_count; i++)
                expect_near(log(w->instead[i].p), q[w->instead[i].ids[0]]);
        }
        mem_free(q);
    }
    return sum;
}

static void every_word_fits_as_by_hand(void **state)
{
    (void)state;
    struct fill_engine *engines[] = {tiny, starter};
    for (size_t m = 0; m < ARRAY_SIZE(engines) && engines[m]; m++) {
        struct encoded e = encode(engines[m]);
        struct fit_question q = {
            .text = {text, strlen(text)}, .end = strlen(text), .left = true, .instead = 3};
        struct fit fit;
        assert_int_equal(fit_words(engines[m], &q, &fit, NULL, NULL), STATUS_OK);
        assert_true(fit.count > 80);
        if (m == 0) assert_true(e.ids.count > 2 * fill_engine_config(tiny)->length); /* several windows */
        for (size_t i = 0; i < fit.count; i += m ? 9 : 1) {
            if (fill_engine_config(engines[m])->length < 256 || m) {
                double both = slow_fit(engines[m], &e, &fit.words[i], false),
                       left = slow_fit(engines[m], &e, &fit.words[i], true);
                double near = m ? 0.1 : 1e-3; /* bf16 products */
                assert_true(fabs(fit.words[i].ln_q - both) < near * (1 + fabs(both)));
                assert_true(fabs(fit.words[i].ln_q_left - left) < near * (1 + fabs(left)));
            }
        }
        fit_free(&fit);
        bpe_ids_free(&e.ids);
        fill_mapped_free(&e.mapped);
    }
}

static void a_range_gives_the_same_figures_as_the_whole(void **state)
{
    (void)state;
    struct fit_question all = {.text = {text, strlen(text)}, .end = strlen(text), .left = true}, part = all;
    struct fit whole, some;
    part.start = 100;
    part.end = 300;
    assert_int_equal(fit_words(tiny, &all, &whole, NULL, NULL), STATUS_OK);
    assert_int_equal(fit_words(tiny, &part, &some, NULL, NULL), STATUS_OK);
    size_t at = 0;
    while (whole.words[at].start < 100) at++;
    assert_true(some.count > 20);
    for (size_t i = 0; i < some.count; i++) {
        assert_int_equal(some.words[i].start, whole.words[at + i].start);
        assert_true(some.words[i].start >= 100 && some.words[i].start < 300);
        assert_true(some.words[i].ln_q == whole.words[at + i].ln_q);
        assert_true(some.words[i].ln_q_left == whole.words[at + i].ln_q_left);
    }
    fit_free(&whole);
    fit_free(&some);
}

static void words_are_those_of_the_draft(void **state)
{
    (void)state;
    struct fit_question q = {.text = {text, strlen(text)}, .end = strlen(text)};
    struct fit fit;
    struct fit_places places;
    bool didnt = false;
    assert_int_equal(fit_words(tiny, &q, &fit, NULL, NULL), STATUS_OK);
    assert_int_equal(fit_find_words(tiny, &q, &places, NULL), STATUS_OK);
    assert_int_equal(fit.count, places.count);
    for (size_t i = 0; i < fit.count; i++) {
        assert_int_equal(fit.words[i].start, places.starts[i]);
        assert_true(isnan(fit.words[i].ln_q_left));
        didnt = didnt ||
                strncmp(text + fit.words[i].start, "didn't wave", fit.words[i].end - fit.words[i].start) == 0;
    }
    assert_true(didnt);
    fit_places_free(&places);
    fit_free(&fit);
    struct fit_question none = {.text = {"", 0}};
    assert_int_equal(fit_words(tiny, &none, &fit, NULL, NULL), STATUS_OK);
    assert_int_equal(fit.count, 0);
}

/* ---- alternatives --------------------------------------------------------------------------------------- */

static struct fill_place place_of(const char *word, uint32_t count)
{
    const char *at = strstr(text, word);
    assert_non_null(at);
    return (struct fill_place){.text = {text, strlen(text)},
                               .start = (size_t)(at - text),
                               .end = (size_t)(at - text) + strlen(word),
                               .count = count};
}

static struct fill_window window_at(struct fill_engine *engine, const struct fill_place *p, uint32_t tokens)
{
    struct fill_window w;
    struct fill_dialect d = fill_dialect_detect(p->text, fill_engine_config(engine)->dialect);
    struct fill_blank blank = {p->start, p->end, tokens, tokens, 0, 0};
    struct fill_site site = {engine, &d, p->text, &blank, 1, 0, p->text.size, false};
    assert_int_equal(fill_window_build(&site, &tokens, &w, NULL), STATUS_OK);
    for (uint32_t i = 0; i < tokens; i++) w.ids[w.slots[i].position] = fill_engine_config(engine)->tokens;
    return w;
}

/* The joint ln q of an alternative, token by token. */
static double slow_alternative(struct fill_engine *engine, const struct fill_place *p,
                               const struct fill_alternative *a)
{
    struct fill_window w = window_at(engine, p, a->count);
    double sum = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        /* the first token with all of the window, the others with the quarter around them */
        uint32_t at = w.slots[i].position, room = fill_engine_config(engine)->length / FILL_ALTERNATIVE_NEAR;
        uint32_t start = !i || at <= room / 2 ? 0 : at - room / 2;
        if (!i || w.length <= room) room = w.length;
        if (start + room > w.length) start = w.length - room;
        double *q = slow_log_q(engine, w.ids + start, room, at - start, w.slots[i].allowed);
        sum += q[a->ids[i]];
        w.ids[w.slots[i].position] = a->ids[i];
        mem_free(q);
    }
    fill_window_free(&w);
    return sum;
}

static void alternatives_have_their_joint_probability(void **state)
{
    (void)state;
    static const char *const words[] = {"the",     "Grimblewick", "lighthouse", "It",
                                        "lantern", "Nobody",      "didn't"};
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        struct fill_place place = place_of(words[i], 6);
        struct fill_alternatives a;
        struct error error = {0};
        if (fill_alternatives_find(tiny, &place, &a, NULL, &error)) fail_msg("%s", error.message);
        assert_true(a.count >= 1 && a.count <= 6);
        for (size_t j = 0; j < a.count; j++) {
            expect_near(log(a.list[j].p), slow_alternative(tiny, &place, &a.list[j]));
            if (j) assert_true(a.list[j].p <= a.list[j - 1].p);
            assert_true(a.list[j].text.size && a.list[j].text.data[0] != ' ');
            for (size_t k = 0; k < a.list[j].text.size; k++) assert_true(a.list[j].text.data[k] != ' ');
        }
        fill_alternatives_free(&a);
    }
}

/* Nothing likelier of one token is left out. */
static void the_likeliest_words_are_there(void **state)
{
    (void)state;
    if (!starter) skip();
    struct fill_place place = place_of("winter", 8);
    struct fill_alternatives a;
    assert_int_equal(fill_alternatives_find(starter, &place, &a, NULL, NULL), STATUS_OK);
    assert_int_equal(a.count, 8);
    struct fill_window w = window_at(starter, &place, 1);
    double *q = slow_log_q(starter, w.ids, w.length, w.slots[0].position, w.slots[0].allowed);
    uint32_t above = 0;
    for (uint32_t y = 0; y < fill_engine_config(starter)->tokens; y++) {
        struct slice bytes = bpe_token_bytes(fill_engine_bpe(starter), y);
        bool word = bytes.size > 1 && ((bytes.data[1] | 32) >= 'a' && (bytes.data[1] | 32) <= 'z');
        above += word && q[y] > log(a.list[7].p) + 0.02;
    }
    assert_true(above <= 8);
    assert_true(a.own_p > 0 && a.own_p < 1);
    mem_free(q);
    fill_window_free(&w);
    fill_alternatives_free(&a);
}

static void what_is_no_word_has_no_alternatives(void **state)
{
    (void)state;
    struct fill_alternatives a;
    struct fill_place two = place_of("the lamp", 3), none = two, many = two;
    none.end = none.start;
    many.count = FILL_MAX_ALTERNATIVES + 1;
    assert_int_equal(fill_alternatives_find(tiny, &two, &a, NULL, NULL), STATUS_ARGUMENT);
    assert_int_equal(fill_alternatives_find(tiny, &none, &a, NULL, NULL), STATUS_ARGUMENT);
    assert_int_equal(fill_alternatives_find(tiny, &many, &a, NULL, NULL), STATUS_ARGUMENT);
}

static void every_token_of_a_fill_has_its_alternatives(void **state)
{
    (void)state;
    size_t start = (size_t)(strstr(text, "his coat") - text);
    struct fill_blank blank = {.start = start, .end = start + 8, .min = 5, .max = 5};
    struct fill_job job = {
        .text = {text, strlen(text)}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.candidates = 2;
    job.options.alternatives = 4;
    struct fill_run *run = fill_run_new(tiny, &job, NULL);
    while (!fill_run_done(run)) assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
    struct fill_result *r = fill_run_result(run);
    for (size_t k = 0; k < r->count; k++) {
        const struct fill_candidate *c = &r->candidates[k];
        struct fill_place place = {.text = job.text, .start = start, .end = start + 8, .count = 1};
        struct fill_window w = window_at(tiny, &place, 5);
        assert_int_equal(c->alternatives[0].count, 5);
        for (uint32_t i = 0; i < 5; i++) {
            for (uint32_t j = 0; j < 5; j++)
                w.ids[w.slots[j].position] =
                    j == i ? fill_engine_config(tiny)->tokens : c->blanks[0].tokens[j].id;
            const uint64_t *allowed = fill_engine_allowed(tiny, i ? FILL_ALLOW_INNER : FILL_ALLOW_SPACED);
            double *q = slow_log_q(tiny, w.ids, w.length, w.slots[i].position, allowed);
            const struct fill_alternatives *a = &c->alternatives[0].tokens[i];
            assert_int_equal(a->count, 4);
            for (size_t j = 0; j < 4; j++) expect_near(log(a->list[j].p), q[a->list[j].ids[0]]);
            expect_near(log(a->own_p), q[c->blanks[0].tokens[i].id]);
            mem_free(q);
        }
        fill_window_free(&w);
    }
    fill_result_free(r);
    fill_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_fits_as_by_hand),
        cmocka_unit_test(a_range_gives_the_same_figures_as_the_whole),
        cmocka_unit_test(words_are_those_of_the_draft),
        cmocka_unit_test(alternatives_have_their_joint_probability),
        cmocka_unit_test(the_likeliest_words_are_there),
        cmocka_unit_test(what_is_no_word_has_no_alternatives),
        cmocka_unit_test(every_token_of_a_fill_has_its_alternatives),
    };
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
