/* Conditions on blanks: what is asked for is there, what cannot be is said before anything is evaluated. */
#include "fill_test.h"

#include "fill/placing.h"
#include "fill/run_state.h"
#include "fill/token_words.h"

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

/* ---- running a job -------------------------------------------------------------------------------------- */

enum { MOST_BLANKS = 4 };
struct outcome {
    enum status status;
    struct error error;
    char text[MOST_BLANKS][512]; /* of the best candidate */
    uint32_t tokens[MOST_BLANKS], ids[MOST_BLANKS][64];
    uint64_t evaluations;
    bool before_anything; /* it failed before a step */
};

static struct outcome run_with(struct fill_engine *engine, const struct fill_job *job)
{
    struct outcome o = {0};
    struct fill_run *run = fill_run_new(engine, job, &o.error);
    o.status = run ? STATUS_OK : o.error.code;
    o.before_anything = !run;
    while (run && !o.status && !fill_run_done(run)) o.status = fill_run_step(run, NULL, &o.error);
    struct fill_result *r = run && !o.status ? fill_run_result(run) : NULL;
    for (size_t b = 0; r && b < job->count; b++) {
        const struct fill_view *v = &r->candidates[0].blanks[b];
        snprintf(o.text[b], sizeof o.text[b], "%.*s", (int)v->text.size, v->text.size ? v->text.data : "");
        o.tokens[b] = v->count;
        for (uint32_t i = 0; i < v->count && i < 64; i++) o.ids[b][i] = v->tokens[i].id;
    }
    if (r) o.evaluations = r->evaluations;
    fill_result_free(r);
    fill_run_free(run);
    return o;
}

static struct outcome run_one(struct fill_engine *engine, const char *left, const char *right, uint32_t min,
                              uint32_t max, struct fill_options options, const struct fill_conditions *c)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s", left, right);
    struct fill_blank blank = {.start = strlen(left), .end = strlen(left), .min = min, .max = max};
    struct fill_job job = {
        .text = {text, strlen(text)}, .blanks = &blank, .count = 1, .conditions = c, .options = options};
    return run_with(engine, &job);
}

static const char left[] = "The rain had been falling since before dawn, and the old keeper ",
                  right[] = " and looked out at the sea.";

static void expect_met(const struct outcome *o, const char *before, const char *after,
                       const struct fill_conditions *c)
{
    if (o->status) fail_msg("%s", o->error.message);
    const char *unmet = fill_conditions_unmet(c, (struct slice){before, strlen(before)},
                                              (struct slice){o->text[0], strlen(o->text[0])},
                                              (struct slice){after, strlen(after)});
    if (unmet) fail_msg("\"%s\" is not met by \"%s\"", unmet, o->text[0]);
}

/* ---- what a fill must be like, on hand-made fills ------------------------------------------------------- */

static bool meets(const struct fill_conditions *c, const char *fill)
{
    return !fill_conditions_unmet(c, (struct slice){"He saw the sea and ", 19},
                                  (struct slice){fill, strlen(fill)}, (struct slice){" then.", 6});
}

static const char *why_not(const struct fill_conditions *c)
{
    static struct error error;
    error = (struct error){0};
    return fill_conditions_check(c, 1, &error) ? error.message : NULL;
}

static void words_that_contradict_each_other_are_refused_without_a_model(void **state)
{
    (void)state;
    const struct fill_must lamp = {"lamp", 1}, phrase = {"at the lamp", 0}, any = {"lamp", 0};
    const char *at[] = {"At"}, *sea[] = {"sea"};
    struct fill_conditions inside = {.must = &phrase, .must_count = 1, .without = at, .without_count = 1};
    assert_true(strstr(why_not(&inside), "\"at the lamp\" must appear, but \"At\" must not"));
    struct fill_conditions first = {.must = &lamp, .must_count = 1, .begins = "x"};
    assert_true(strstr(why_not(&first), "first word must be \"lamp\""));
    struct fill_conditions only = {.must = &any, .must_count = 1, .begins = "qu", .max_words = 1};
    assert_true(strstr(why_not(&only), "first word must be \"lamp\""));
    struct fill_conditions letters = {.begins = "By sea he", .without = sea, .without_count = 1};
    assert_true(strstr(why_not(&letters), "\"begins\" has \"sea\""));
    struct fill_conditions many = {.ends = "and the sea.", .max_words = 2};
    assert_true(strstr(why_not(&many), "\"ends\" has 3 words"));
}

static void words_that_can_stand_together_are_not_refused(void **state)
{
    (void)state;
    const struct fill_must lamp = {"lamp", 1}, any = {"lamp", 0};
    const char *sea[] = {"sea"};
    const char *begins[] = {"\u201cLamp", "La", "lamp, the", "Lamp"};
    for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
        struct fill_conditions c = {.must = &lamp, .must_count = 1, .begins = begins[i]};
        if (why_not(&c)) fail_msg("%s: %s", begins[i], why_not(&c));
    }
    struct fill_conditions c = {.must = &any, .must_count = 1, .begins = "x", .ends = "seas"};
    assert_null(why_not(&c));
    struct fill_conditions open = {.begins = "sea", .ends = "sea", .without = sea, .without_count = 1};
    assert_null(why_not(&open)); /* "seas and undersea" */
}

/* It took hundreds of evaluations before. */
static void a_word_that_may_not_be_repeated_cannot_be_demanded(void **state)
{
    (void)state;
    const struct fill_must the = {"the", 0};
    const struct fill_conditions c = {.must = &the, .must_count = 1, .no_repeat = 8};
    struct outcome o = run_one(tiny, left, right, 4, 4, fill_options_default(), &c);
    assert_true(o.before_anything && strstr(o.error.message, "blank 0: \"the\" must appear, but is one of"));
    const struct fill_conditions near = {.must = &the, .must_count = 1, .no_repeat = 2};
    assert_false(run_one(tiny, left, right, 4, 4, fill_options_default(), &near).before_anything);
}

static void a_word_is_a_whole_word_whatever_its_case(void **state)
{
    (void)state;
    const struct fill_must lantern = {"lantern", 0}, second = {"lantern", 2};
    const struct fill_conditions must = {.must = &lantern, .must_count = 1},
                                 at = {.must = &second, .must_count = 1};
    assert_true(meets(&must, "a Lantern, lit"));
    assert_true(meets(&must, "lantern-light"));
    assert_false(meets(&must, "lanterns"));
    assert_false(meets(&must, "a lantern's light"));
    assert_true(meets(&at, "the LANTERN"));
    assert_false(meets(&at, "lantern and"));
    assert_true(meets(&at, "half-open lantern"));
    const char *sea[] = {"sea", "don\u2019t"};
    const struct fill_conditions without = {.without = sea, .without_count = 2};
    assert_true(meets(&without, "seas and undersea"));
    assert_false(meets(&without, "the deep-sea"));
    assert_false(meets(&without, "Don't"));
    const struct fill_conditions repeat = {.no_repeat = 2};
    assert_true(meets(&repeat, "the saw"));
    assert_false(meets(&repeat, "a Sea"));
    const struct fill_conditions few = {.max_words = 2};
    assert_true(meets(&few, "half-open doors!"));
    assert_false(meets(&few, "one,two,three"));
    const struct fill_conditions ends = {.sentence = FILL_SENTENCE_ENDS},
                                 open = {.sentence = FILL_SENTENCE_GOES_ON};
    assert_true(meets(&ends, "he said.\u201d"));
    assert_false(meets(&ends, "he said,"));
    assert_true(meets(&open, "he said,"));
    assert_false(meets(&open, "he said?"));
}

static void a_phrase_is_found_however_much_of_it_is_beside_the_fill(void **state)
{
    (void)state;
    static const char before[] = "Nobody saw this old lanterns ", after[] = " unexpectedly upon the floor.";
    const char *whole[] = {"this old lanterns fell"}, *torn[] = {"is old lanterns fell"},
               *behind[] = {"fell unexpectedly upon the floor"}, *cut[] = {"fell unexpectedly up"};
    const struct {
        const char **words;
        const char *unmet;
    } cases[] = {{whole, "not"}, {torn, NULL}, {behind, "not"}, {cut, NULL}};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct fill_conditions c = {.without = cases[i].words, .without_count = 1};
        const char *unmet =
            fill_conditions_unmet(&c, (struct slice){before, strlen(before)}, (struct slice){"fell", 4},
                                  (struct slice){after, strlen(after)});
        assert_int_equal(unmet != NULL, cases[i].unmet != NULL);
    }
}

/* ---- with a model --------------------------------------------------------------------------------------- */

static void words_that_must_appear_are_there(void **state)
{
    (void)state;
    const struct fill_must words[] = {{"lantern", 0}, {"he", 2}, {"of the", 0}};
    for (int method = 0; method < SEDD_METHODS; method++)
        for (size_t n = 1; n <= 3; n++) {
            struct fill_options o = fill_options_default();
            o.method = (enum sedd_method)method;
            o.seed = n;
            o.candidates = 2;
            const struct fill_conditions c = {.must = words, .must_count = n};
            struct outcome got = run_one(tiny, left, right, 12, 16, o, &c);
            expect_met(&got, left, right, &c);
        }
}

static void every_kind_of_condition_holds_in_every_sampler(void **state)
{
    (void)state;
    const char *without[] = {"the", "he", "of", "in", "it", "and", "to"};
    const struct fill_must must = {"in", 3};
    const struct fill_conditions kinds[] = {
        {.without = without, .without_count = ARRAY_SIZE(without)},
        {.begins = "s"},
        {.begins = "th", .ends = "."},
        {.ends = "ing"},
        {.sentence = FILL_SENTENCE_ENDS},
        {.sentence = FILL_SENTENCE_GOES_ON},
        {.max_words = 3},
        {.no_repeat = 12},
        {.must = &must, .must_count = 1, .max_words = 4, .sentence = FILL_SENTENCE_ENDS, .begins = "s"},
    };
    for (int method = 0; method < SEDD_METHODS; method++)
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
            for (uint64_t seed = 0; seed < 4; seed++) {
                struct fill_options o = fill_options_default();
                o.method = (enum sedd_method)method;
                o.seed = seed;
                o.steps = seed % 2 ? 4 : 16;
                if (seed == 3) o.temperature = 0;
                struct outcome got = run_one(tiny, left, right, 9, 9, o, &kinds[i]);
                expect_met(&got, left, right, &kinds[i]);
            }
}

static void a_banned_word_is_not_spelled_from_pieces(void **state)
{
    (void)state;
    /* every word of up to three letters: the tiny model writes nothing but pieces */
    const char *without[] = {"sea", "bat", "ing", "er", "es", "st", "on", "an", "re", "at"};
    const struct fill_conditions c = {.without = without, .without_count = ARRAY_SIZE(without)};
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct fill_options o = fill_options_default();
        o.seed = seed;
        o.steps = 1 + (int)seed % 5;
        struct outcome got = run_one(tiny, left, right, 16, 16, o, &c);
        expect_met(&got, left, right, &c);
    }
}

static void what_cannot_be_met_is_said_before_anything_is_evaluated(void **state)
{
    (void)state;
    const struct fill_must lantern[] = {{"lantern", 0}}, late = {"lantern", 7},
                           long_word = {"incomprehensibilities", 0}, both[] = {{"he", 1}, {"she", 1}};
    const char *banned[] = {"Lantern"};
    const struct fill_conditions wrong[] = {
        {.must = lantern, .must_count = 1, .without = banned, .without_count = 1},
        {.must = &long_word, .must_count = 1},
        {.must = &late, .must_count = 1},
        {.must = &late, .must_count = 1, .max_words = 3},
        {.must = both, .must_count = 2},
        {.begins = "the end of all the things that were"},
        {.ends = ".", .sentence = FILL_SENTENCE_GOES_ON},
        {.ends = ",", .sentence = FILL_SENTENCE_ENDS},
        {.begins = " "},
        {.vary = true, .noise = 0.5},
        {.vary = true, .noise = 2},
    };
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct outcome o = run_one(tiny, left, right, 1, 4, fill_options_default(), &wrong[i]);
        if (!o.status || !o.before_anything || !*o.error.message) fail_msg("case %zu: %d", i, (int)o.status);
    }
}

/* The word that must appear is one that may not, since it is in the blank before: no draw helps. That is not known before
 * that blank is drawn. */
static struct outcome ask_the_impossible(uint32_t tokens, uint32_t blanks, uint32_t *redrawn)
{
    enum { MOST = 11 };
    static const struct fill_must the = {"the", 0};
    char text[256] = "";
    struct fill_blank at[MOST];
    struct fill_conditions c[MOST];
    for (uint32_t b = 0; b <= blanks; b++) {
        uint32_t own = b ? tokens : 1;
        strcat(text, b ? " and " : "In ");
        at[b] = (struct fill_blank){.start = strlen(text), .end = strlen(text), .min = own, .max = own};
        c[b] = (struct fill_conditions){.must = &the, .must_count = 1, .no_repeat = b ? 4 : 0};
    }
    strcat(text, ".");
    struct fill_job job = {.text = {text, strlen(text)},
                           .blanks = at,
                           .count = blanks + 1,
                           .conditions = c,
                           .options = fill_options_default()};
    struct outcome o = {0};
    struct fill_run *run = fill_run_new(tiny, &job, &o.error);
    for (*redrawn = 0; run && !o.status && !fill_run_done(run);) {
        *redrawn += run->reopens;
        o.status = fill_run_step(run, NULL, &o.error);
    }
    fill_run_free(run);
    return o;
}

static void no_fill_comes_back_that_does_not_meet_its_conditions(void **state)
{
    (void)state;
    uint32_t one, two;
    struct outcome o = ask_the_impossible(1, 1, &one); /* the word that must appear is all there is */
    assert_int_equal(o.status, STATUS_LIMIT);
    assert_int_equal(one, 0);
    o = ask_the_impossible(2, 1, &two);
    assert_int_equal(o.status, STATUS_LIMIT);
    assert_true(two > 1);
}

static void many_blanks_are_drawn_again_as_often_as_one(void **state)
{
    (void)state;
    uint32_t one, ten;
    struct outcome a = ask_the_impossible(2, 1, &one), b = ask_the_impossible(2, 10, &ten);
    assert_int_equal(a.status, STATUS_LIMIT);
    assert_int_equal(b.status, STATUS_LIMIT);
    assert_true(ten >= one); /* more if marks are drawn again, too */
    assert_non_null(strstr(b.error.message, "after 9 draws"));
}

static void a_range_becomes_as_long_as_its_words_need(void **state)
{
    (void)state;
    const struct fill_must word = {"incomprehensibilities", 0};
    const struct fill_conditions c = {.must = &word, .must_count = 1, .begins = "un", .ends = "!"};
    struct outcome o = run_one(tiny, left, right, 1, 40, fill_options_default(), &c);
    expect_met(&o, left, right, &c);
}

/* ---- where words are placed ----------------------------------------------------------------------------- */

/* ln q of a one-token word at each slot of a wholly masked blank, the slow obvious way. */
static uint32_t likeliest_slot(struct fill_engine *engine, uint32_t id, uint32_t count)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s", left, right);
    struct fill_blank blank = {.start = strlen(left), .end = strlen(left), .min = count, .max = count};
    struct fill_dialect dialect = fill_dialect_detect((struct slice){text, strlen(text)}, "plain");
    struct fill_site site = {engine, &dialect, {text, strlen(text)}, &blank, 1, 0, strlen(text), false};
    struct fill_window w;
    assert_int_equal(fill_window_build(&site, &count, &w, NULL), STATUS_OK);
    uint32_t tokens = fill_engine_config(engine)->tokens, best = 0;
    for (uint32_t i = 0; i < count; i++) w.ids[w.slots[i].position] = tokens;
    float *f = mem_alloc_array((size_t)w.length * sedd_head_columns(fill_engine_config(engine)), sizeof *f);
    struct sedd_sequence s = {.ids = w.ids, .length = w.length, .rows = NULL, .row_count = w.length};
    assert_int_equal(sedd_net_evaluate(fill_engine_net(engine), &s, 1, f, NULL, NULL), STATUS_OK);
    double most = -INFINITY;
    for (uint32_t i = 0; i < count; i++) {
        const float *row = f + w.slots[i].position * (size_t)sedd_head_columns(fill_engine_config(engine));
        double sum = 0;
        for (uint32_t y = 0; y < tokens; y++)
            if (w.slots[i].allowed[y / 64] >> (y % 64) & 1) sum += exp((double)row[y]);
        double log_q = (double)row[id] - log(sum);
        bool allowed = w.slots[i].allowed[id / 64] >> (id % 64) & 1;
        if (allowed && log_q > most) most = log_q, best = i;
    }
    mem_free(f);
    fill_window_free(&w);
    return best;
}

static void a_word_is_placed_where_it_is_likeliest(void **state)
{
    (void)state;
    if (!starter) skip();
    static const char *const words[] = {"door", "his", "window", "took"};
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        char spaced[32];
        snprintf(spaced, sizeof spaced, " %s", words[i]);
        int64_t id = bpe_find(fill_engine_bpe(starter), spaced, strlen(spaced));
        assert_true(id >= 0);
        const struct fill_must must = {words[i], 0};
        const struct fill_conditions c = {.must = &must, .must_count = 1};
        struct outcome o = run_one(starter, left, right, 8, 8, fill_options_default(), &c);
        expect_met(&o, left, right, &c);
        assert_int_equal(o.ids[0][likeliest_slot(starter, (uint32_t)id, 8)], (uint32_t)id);
    }
}

/* All places of two or three words by hand, the last with a place of its own now and then: the sum of the scores is
 * the largest that there is. */
enum { SLOTS = 7, WORDS = 3 };

static double best_by_hand(const struct placing *p, uint32_t slot, uint32_t placed, uint32_t words)
{
    if (slot == SLOTS)
        return placed == (1u << p->word_count) - 1 && (!p->max_words || words <= p->max_words) ? 0
                                                                                               : -INFINITY;
    bool pattern = false;
    for (uint32_t w = 0; w < p->word_count; w++) pattern = pattern || (p->words[w].at && !(placed >> w & 1));
    double best =
        (slot && pattern ? p->masses[2 * slot + 1] : 0) + best_by_hand(p, slot + 1, placed, words + 1);
    if (slot) {
        double on = (pattern ? p->masses[2 * slot] : 0) + best_by_hand(p, slot + 1, placed, words);
        best = fmax(best, on);
    }
    for (uint32_t w = 0; w < p->word_count; w++) {
        const struct placed_word *word = &p->words[w];
        uint32_t count = word->spellings[0].count;
        if ((placed >> w & 1) || (word->at && word->at != words + 1) || slot + count > SLOTS) continue;
        best = fmax(best, p->scores[w * PLACING_SPELLINGS * SLOTS + slot] +
                              best_by_hand(p, slot + count, placed | 1u << w, words + 1));
    }
    return best;
}

static double score_of(const struct placing *p)
{
    double sum = 0;
    for (uint32_t w = 0; w < p->word_count; w++)
        sum += p->scores[w * PLACING_SPELLINGS * SLOTS + p->starts[w]];
    for (uint32_t slot = 1; slot < p->patterned; slot++) {
        bool held = false;
        for (uint32_t w = 0; w < p->word_count; w++)
            held = held || (slot >= p->starts[w] && slot < p->starts[w] + p->words[w].spellings[0].count);
        if (!held) sum += p->masses[2 * slot + p->begins_here[slot]];
    }
    return sum;
}

static void places_are_the_best_of_all(void **state)
{
    (void)state;
    struct rng rng = {.seed = 7};
    struct fill_conditions none = {0};
    struct fill_frame frame = {0};
    uint64_t *sets[SLOTS];
    struct hold_blank blank = {.engine = tiny,
                               .conditions = &none,
                               .frame = &frame,
                               .before = {"a ", 2},
                               .after = {" b", 2},
                               .spaced = true,
                               .count = SLOTS,
                               .sets = sets,
                               .words = (fill_engine_config(tiny)->tokens + 63) / 64};
    for (int i = 0; i < SLOTS; i++)
        sets[i] = (uint64_t *)(uintptr_t)fill_engine_allowed(tiny, i ? FILL_ALLOW_INNER : FILL_ALLOW_SPACED);
    uint32_t first = (uint32_t)bpe_find(fill_engine_bpe(tiny), " the", 4),
             next = (uint32_t)bpe_find(fill_engine_bpe(tiny), "er", 2);
    struct fill_dialect dialect = {0};
    unsigned found = 0, impossible = 0;
    for (int trial = 0; trial < 400; trial++) {
        struct placing p;
        assert_int_equal(placing_new(&blank, &dialect, &p, NULL), STATUS_OK);
        p.word_count = 2 + (uint32_t)rng_below(&rng, WORDS - 1);
        p.max_words = rng_below(&rng, 2) ? 2 + (uint32_t)rng_below(&rng, 4) : 0;
        p.scores = mem_zalloc_array(WORDS * PLACING_SPELLINGS * SLOTS, sizeof *p.scores);
        p.masses = mem_zalloc_array(2 * SLOTS, sizeof *p.masses);
        for (uint32_t w = 0; w < p.word_count; w++) {
            p.words[w] = (struct placed_word){
                .spellings = {{.ids = {first, next}, .count = 1 + (uint32_t)rng_below(&rng, 2)}},
                .spelling_count = 1,
                .words = 1};
            for (int i = 0; i < SLOTS; i++)
                p.scores[w * PLACING_SPELLINGS * SLOTS + (uint32_t)i] = -10 * rng_uniform(&rng);
        }
        if (rng_below(&rng, 2)) p.words[p.word_count - 1].at = 1 + (uint32_t)rng_below(&rng, 5);
        for (int i = 0; i < 2 * SLOTS; i++) p.masses[i] = -3 * rng_uniform(&rng);
        double best = best_by_hand(&p, 0, 0, 0);
        enum status status = placing_solve(&p, NULL);
        assert_int_equal(status == STATUS_OK, isfinite(best));
        if (!status) assert_true(fabs(score_of(&p) - best) < 1e-9);
        found += !status;
        impossible += status != STATUS_OK;
        placing_free(&p);
    }
    assert_true(found > 100 && impossible > 10);
}

/* ---- ties ----------------------------------------------------------------------------------------------- */

static void tied_blanks_get_the_same_words(void **state)
{
    (void)state;
    const char text[] = "The captain called for , but  did not answer. \"!\" he cried at .";
    const size_t at[] = {23, 29, 47, 62};
    const struct fill_conditions tie[] = {{.tie = "a"}, {.tie = "a"}, {.tie = "a"}, {.tie = "b"}};
    struct fill_blank blanks[4];
    for (int i = 0; i < 4; i++)
        blanks[i] = (struct fill_blank){.start = at[i], .end = at[i], .min = 1, .max = 3};
    for (int method = 0; method < SEDD_METHODS; method++) {
        struct fill_job job = {.text = {text, strlen(text)},
                               .blanks = blanks,
                               .count = 4,
                               .conditions = tie,
                               .options = fill_options_default()};
        job.options.method = (enum sedd_method)method;
        job.options.steps = 3;
        job.options.candidates = 3;
        struct outcome o = run_with(tiny, &job);
        if (o.status) fail_msg("%s", o.error.message);
        assert_int_equal(o.tokens[0], o.tokens[1]);
        assert_string_equal(o.text[0], o.text[1]);
        assert_string_equal(o.text[0], o.text[2]); /* without a space before it: other ids */
    }
}

/* A token " abc" of which the vocabulary has no form without the space, nor a longer token. */
static struct slice find_spaced_only(const struct bpe *bpe)
{
    for (uint32_t id = 0; id < bpe_size(bpe); id++) {
        struct slice own = bpe_token_bytes(bpe, id);
        bool alone = own.size > 2 && own.data[0] == ' ' && bpe_find(bpe, own.data + 1, own.size - 1) < 0;
        for (uint32_t other = 0; alone && other < bpe_size(bpe); other++) {
            struct slice longer = bpe_token_bytes(bpe, other);
            alone = longer.size <= own.size || memcmp(longer.data, own.data, own.size) != 0;
        }
        if (alone) return (struct slice){own.data + 1, own.size - 1};
    }
    return (struct slice){0};
}

/* Two blanks with conditions, as one job. */
static struct outcome run_tied(const char *text, const struct fill_blank blanks[2],
                               const struct fill_conditions conditions[2])
{
    struct fill_job job = {.text = {text, strlen(text)},
                           .blanks = blanks,
                           .count = 2,
                           .conditions = conditions,
                           .options = fill_options_default()};
    return run_with(tiny, &job);
}

static void tied_blanks_that_cannot_begin_alike_are_refused(void **state)
{
    (void)state;
    const char text[] = "The captain called for . \"!\" he cried.";
    struct fill_blank blanks[2] = {{.start = 23, .end = 23, .min = 2, .max = 2},
                                   {.start = 26, .end = 26, .min = 2, .max = 2}};
    struct slice word = find_spaced_only(fill_engine_bpe(tiny));
    char begins[32];
    assert_true(word.size > 0);
    snprintf(begins, sizeof begins, "%.*s", (int)word.size, word.data);
    const struct fill_conditions tie[] = {{.tie = "a", .begins = begins}, {.tie = "a"}};
    struct outcome o = run_tied(text, blanks, tie);
    assert_int_equal(o.status, STATUS_ARGUMENT);
    assert_string_equal(o.error.message, "blank 1: it cannot begin like the blank that it is tied to");
}

/* The first draw of two tied slots: its probability is that of the normalised geometric mean of their two
 * distributions, each computed by hand. */
static void tied_slots_draw_from_the_geometric_mean(void **state)
{
    (void)state;
    const struct sedd_config *c = fill_engine_config(tiny);
    uint32_t ids[12], last[12];
    for (uint32_t i = 0; i < 12; i++) ids[i] = 40 + i;
    const struct sedd_slot slots[] = {{.position = 3, .blank = 0}, {.position = 8, .blank = 1, .tied = 1}};
    const struct sedd_problem problem = {ids, 12, slots, 2, 0};
    float *f = mem_alloc_array(12 * (size_t)sedd_head_columns(c), sizeof *f);
    memcpy(last, ids, sizeof ids);
    last[3] = last[8] = c->tokens;
    struct sedd_sequence s = {.ids = last, .length = 12, .row_count = 12};
    assert_int_equal(sedd_net_evaluate(fill_engine_net(tiny), &s, 1, f, NULL, NULL), STATUS_OK);
    const float *a = f + 3 * (size_t)sedd_head_columns(c), *b = f + 8 * (size_t)sedd_head_columns(c);
    double sum = 0;
    for (uint32_t y = 0; y < c->tokens; y++) sum += exp(((double)a[y] + (double)b[y]) / 2);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct sedd_sampler_options o = {SEDD_FIRST_HITTING, 4, 1, 1, seed};
        struct sedd_sampler *sampler = sedd_sampler_new(fill_engine_net(tiny), &o, &problem, 1, NULL);
        assert_int_equal(sedd_sampler_step(sampler, NULL, NULL), STATUS_OK);
        uint32_t count;
        const struct sedd_change *changes = sedd_sampler_changes(sampler, 0, &count);
        assert_int_equal(count, 2);
        assert_int_equal(changes[0].id, changes[1].id);
        assert_true(sedd_sampler_done(sampler));
        double q = exp(((double)a[changes[0].id] + (double)b[changes[0].id]) / 2) / sum;
        assert_true(fabs((double)changes[0].probability - q) < 1e-5);
        assert_int_equal(sedd_sampler_remask(sampler, 0, 1, NULL), STATUS_OK); /* of one is of both */
        assert_int_equal(sedd_sampler_masked(sampler, 0), 2);
        assert_int_equal(sedd_sampler_pin(sampler, 0, 1, 77, NULL), STATUS_OK);
        assert_int_equal(sedd_sampler_ids(sampler, 0)[3], 77);
        sedd_sampler_free(sampler);
    }
    mem_free(f);
}

static void tied_blanks_far_apart_get_the_same_words(void **state)
{
    (void)state;
    static char text[4096];
    size_t at[2];
    snprintf(text, sizeof text, "It was ");
    at[0] = strlen(text);
    for (int i = 0; i < 60; i++) strcat(text, " and the rain fell on the roof,");
    strcat(text, " and so ");
    at[1] = strlen(text);
    strcat(text, " went home.");
    struct fill_blank blanks[2] = {{at[0], at[0], 2, 4, 0, 0}, {at[1], at[1], 1, 9, 0, 0}};
    const struct fill_conditions tie[] = {{.tie = "x"}, {.tie = "x"}};
    struct outcome o = run_tied(text, blanks, tie);
    if (o.status) fail_msg("%s", o.error.message);
    assert_string_equal(o.text[0], o.text[1]);
}

/* ---- vary ----------------------------------------------------------------------------------------------- */

static struct outcome vary(double noise, uint64_t seed, uint32_t candidates)
{
    static const char text[] =
        "It was late. He walked slowly down the narrow lane \u2014 \u201Ctowards\u201D the "
        "harbour and did not look back.";
    const char *end = strstr(text, " and did");
    struct fill_blank blank = {.start = 13, .end = (size_t)(end - text), .min = 1, .max = 1};
    struct fill_conditions c = {.vary = true, .noise = noise};
    struct fill_job job = {.text = {text, strlen(text)},
                           .blanks = &blank,
                           .count = 1,
                           .conditions = &c,
                           .options = fill_options_default()};
    job.options.seed = seed;
    job.options.candidates = candidates;
    struct outcome o = run_with(tiny, &job);
    if (o.status) fail_msg("%s", o.error.message);
    return o;
}

static void without_noise_the_words_come_back_to_the_byte(void **state)
{
    (void)state;
    struct outcome o = vary(0, 1, 1);
    assert_string_equal(o.text[0],
                        "He walked slowly down the narrow lane \u2014 \u201Ctowards\u201D the harbour");
    assert_int_equal(o.evaluations, 0);
}

static void more_noise_changes_what_less_noise_does_and_more(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct outcome own = vary(0, seed, 1);
        bool changed[64] = {false};
        uint32_t before = 0;
        for (int tenth = 1; tenth <= 10; tenth++) {
            struct outcome o = vary(tenth / 10.0, seed, 1), again = vary(tenth / 10.0, seed, 1);
            uint32_t now = 0;
            assert_string_equal(o.text[0], again.text[0]);
            assert_int_equal(o.tokens[0], own.tokens[0]);
            /* the tiny model hardly ever draws what stood there */
            for (uint32_t i = 0; i < o.tokens[0]; i++) {
                bool other = o.ids[0][i] != own.ids[0][i];
                now += other;
                if (changed[i] && !other) assert_true(tenth > 1);
                changed[i] = changed[i] || other;
            }
            uint32_t all = 0;
            for (uint32_t i = 0; i < o.tokens[0]; i++) all += changed[i];
            assert_true(all <=
                        (uint32_t)lround(tenth / 10.0 * own.tokens[0])); /* those of less noise among them */
            assert_true(now + 2 >= before);
            before = now;
        }
        /* 1 is an ordinary blank of that length */
        struct outcome full = vary(1, seed, 1);
        assert_int_equal(full.tokens[0], own.tokens[0]);
    }
}

/* A fill may have no line breaks, so one that was noised was lost, and paragraphs were joined. */
static void paragraphs_that_are_varied_stay_apart(void **state)
{
    (void)state;
    static const char text[] = "It was late. He walked down the lane.\n\nShe saw him there, and it rained.\n";
    struct fill_blank blank = {.start = 13, .end = strlen(text) - 1, .min = 1, .max = 1};
    for (int tenth = 1; tenth <= 10; tenth++) {
        struct fill_conditions c = {.vary = true, .noise = tenth / 10.0};
        struct fill_job job = {.text = {text, strlen(text)},
                               .blanks = &blank,
                               .count = 1,
                               .conditions = &c,
                               .options = fill_options_default()};
        job.options.seed = (uint64_t)tenth;
        struct outcome o = run_with(tiny, &job);
        if (o.status) fail_msg("%s", o.error.message);
        if (!strstr(o.text[0], "\n\n")) fail_msg("%d0 %%: %s", tenth, o.text[0]);
    }
}

static void candidates_with_conditions_do_not_disturb_each_other(void **state)
{
    (void)state;
    const struct fill_must words[] = {{"lantern", 0}};
    const char *without[] = {"the", "he"};
    const struct fill_conditions c = {
        .must = words, .must_count = 1, .without = without, .without_count = 2, .max_words = 9};
    char text[1024], alone[512] = "";
    snprintf(text, sizeof text, "%s%s", left, right);
    struct fill_blank blank = {.start = strlen(left), .end = strlen(left), .min = 10, .max = 10};
    for (uint32_t k = 1; k <= 4; k += 3) {
        struct fill_job job = {.text = {text, strlen(text)},
                               .blanks = &blank,
                               .count = 1,
                               .conditions = &c,
                               .options = fill_options_default()};
        job.options.candidates = k;
        struct fill_run *run = fill_run_new(tiny, &job, NULL);
        while (!fill_run_done(run)) assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
        struct fill_result *r = fill_run_result(run);
        for (size_t i = 0; i < r->count; i++) {
            if (r->candidates[i].candidate) continue;
            if (k == 1) snprintf(alone, sizeof alone, "%s", r->candidates[i].blanks[0].text.data);
            assert_string_equal(r->candidates[i].blanks[0].text.data, alone);
        }
        fill_result_free(r);
        fill_run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_contradict_each_other_are_refused_without_a_model),
        cmocka_unit_test(words_that_can_stand_together_are_not_refused),
        cmocka_unit_test(a_word_that_may_not_be_repeated_cannot_be_demanded),
        cmocka_unit_test(a_word_is_a_whole_word_whatever_its_case),
        cmocka_unit_test(a_phrase_is_found_however_much_of_it_is_beside_the_fill),
        cmocka_unit_test(words_that_must_appear_are_there),
        cmocka_unit_test(every_kind_of_condition_holds_in_every_sampler),
        cmocka_unit_test(a_banned_word_is_not_spelled_from_pieces),
        cmocka_unit_test(what_cannot_be_met_is_said_before_anything_is_evaluated),
        cmocka_unit_test(no_fill_comes_back_that_does_not_meet_its_conditions),
        cmocka_unit_test(many_blanks_are_drawn_again_as_often_as_one),
        cmocka_unit_test(a_range_becomes_as_long_as_its_words_need),
        cmocka_unit_test(a_word_is_placed_where_it_is_likeliest),
        cmocka_unit_test(places_are_the_best_of_all),
        cmocka_unit_test(tied_slots_draw_from_the_geometric_mean),
        cmocka_unit_test(tied_blanks_get_the_same_words),
        cmocka_unit_test(tied_blanks_that_cannot_begin_alike_are_refused),
        cmocka_unit_test(tied_blanks_far_apart_get_the_same_words),
        cmocka_unit_test(without_noise_the_words_come_back_to_the_byte),
        cmocka_unit_test(more_noise_changes_what_less_noise_does_and_more),
        cmocka_unit_test(paragraphs_that_are_varied_stay_apart),
        cmocka_unit_test(candidates_with_conditions_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
