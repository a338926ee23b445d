/* Non-words are drawn again. With the bundled model, since the tiny one writes only non-words. */
#define _GNU_SOURCE /* memmem */
#include "fill/lexicon.h"
#include "fill_test.h"

#include <string.h>
#include <unistd.h>

#define STARTER "models/starter"

static struct fill_engine *engine;
static struct dictionary *english;

static int open_engine(void **state)
{
    (void)state;
    english = dictionary_open("en_US", NULL);
    if (access(STARTER "/model.safetensors", R_OK) == 0 && english)
        engine = fill_engine_open(STARTER, SEDD_PRECISION_AUTO, 2, NULL, NULL);
    return 0;
}

static int close_engine(void **state)
{
    (void)state;
    fill_engine_free(engine);
    dictionary_close_all();
    return 0;
}

static const char before[] = "The rain had been falling since before dawn, and old Grimblewick, who kept the "
                             "lighthouse, had not slept. He put the lamp on the table beside ",
                  after[] = " and looked out at the sea.";

struct outcome {
    char text[512]; /* the whole text, with the fill of the best candidate */
    size_t start, end;
    uint64_t evaluations;
    unsigned reopened; /* tokens masked again */
    bool pin_kept;
};

static void look_at_events(const struct fill_run *run, struct outcome *o)
{
    uint32_t mask = fill_engine_config(engine)->tokens;
    for (uint32_t k = 0; k < fill_run_events(run); k++) {
        struct fill_event *e = fill_run_event(run, k);
        assert_non_null(e);
        assert_true(e->step <= e->steps);
        for (size_t i = 0; i < e->change_count; i++) {
            for (size_t j = 0; j < i; j++) /* no slot twice in one step */
                assert_true(e->changes[i].index != e->changes[j].index);
            o->reopened += e->changes[i].id == mask;
            assert_true(e->changes[i].id != mask || e->changes[i].index < e->blanks[0].count);
        }
        if (e->blanks[0].count > 2 && e->blanks[0].tokens[2].state == FILL_PINNED) o->pin_kept = true;
        fill_event_free(e);
    }
    assert_true(fill_run_share(run) >= 0 && fill_run_share(run) <= 1);
}

static bool only_first; /* the result is candidate 0, not the best */

static struct outcome fill(const struct fill_options *options, const char *left, const char *right,
                           const struct fill_pin *pin)
{
    char text[512];
    struct outcome o = {0};
    snprintf(text, sizeof text, "%s%s", left, right);
    struct fill_blank blank = {.start = strlen(left), .end = strlen(left), .min = 8, .max = 8};
    struct fill_job job = {.text = {text, strlen(text)},
                           .blanks = &blank,
                           .count = 1,
                           .pins = pin,
                           .pin_count = pin != NULL,
                           .options = *options};
    struct fill_run *run = fill_run_new(engine, &job, NULL);
    assert_non_null(run);
    while (!fill_run_done(run)) {
        assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
        look_at_events(run, &o);
    }
    struct fill_result *result = fill_run_result(run);
    assert_non_null(result);
    size_t best = 0;
    while (only_first && result->candidates[best].candidate != 0) best++;
    const struct buffer *fill = &result->candidates[best].blanks[0].text;
    snprintf(o.text, sizeof o.text, "%s%.*s%s", left, (int)fill->size, fill->data, right);
    o.start = strlen(left);
    o.end = o.start + fill->size;
    o.evaluations = result->evaluations;
    fill_result_free(result);
    fill_run_free(run);
    return o;
}

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* The slow obvious way, for ASCII words only: a fill has hardly any others. */
static unsigned strangers(const struct outcome *o)
{
    unsigned n = 0;
    for (const char *p = o->text; *p;) {
        const char *q = p;
        while (is_letter((unsigned char)*q) || (q > p && *q == '\'' && is_letter((unsigned char)q[1]))) q++;
        size_t start = (size_t)(p - o->text), end = (size_t)(q - o->text);
        bool drawn = start < o->end && end > o->start && q > p;
        char word[128] = "";
        snprintf(word, sizeof word, "%.*s", (int)(q - p), p);
        if (drawn && !strpbrk(word, "0123456789\xe2") && !dictionary_knows(english, word, strlen(word)) &&
            !strstr(before, word))
            n++;
        p = q > p ? q : p + 1;
    }
    return n;
}

static struct fill_options options(uint64_t seed, const char *dictionary)
{
    struct fill_options o = fill_options_default();
    o.seed = seed;
    snprintf(o.dictionary, sizeof o.dictionary, "%s", dictionary);
    return o;
}

enum { SEEDS = 8 };
static const double hot = 1.5; /* at temperature 1 the bundled model draws few non-words */

static void words_that_there_are_not_are_drawn_again(void **state)
{
    (void)state;
    unsigned without = 0, with = 0, reopened = 0;
    if (!engine) skip();
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct fill_options off = options(seed, ""), on = options(seed, "en_US");
        off.temperature = on.temperature = hot;
        struct outcome free_hand = fill(&off, before, after, NULL), real = fill(&on, before, after, NULL),
                       same = fill(&on, before, after, NULL);
        assert_int_equal(free_hand.reopened, 0);
        without += strangers(&free_hand);
        with += strangers(&real);
        reopened += real.reopened;
        assert_string_equal(real.text, same.text);
        /* a correct fill stays */
        if (!strangers(&free_hand)) assert_string_equal(free_hand.text, real.text);
    }
    print_message("%u words of %d fills that there are not, %u with the dictionary\n", without, SEEDS, with);
    assert_true(without > 0 && reopened > 0);
    assert_true(with <= without / 4);
}

static void all_candidates_are_looked_at(void **state)
{
    (void)state;
    if (!engine) skip();
    struct fill_options o = options(3, "en_US");
    o.candidates = 4;
    struct outcome best = fill(&o, before, after, NULL);
    assert_int_equal(strangers(&best), 0);
    assert_true(best.reopened > 0);
}

/* Candidate 0 is the same whatever is drawn beside it, even if words of other candidates are drawn again more
 * often. */
static void candidates_do_not_disturb_each_other(void **state)
{
    (void)state;
    if (!engine) skip();
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct fill_options one = options(seed, "en_US"), four = one;
        one.method = four.method = seed < 6 ? SEDD_ANALYTIC : SEDD_FIRST_HITTING;
        one.steps = four.steps = 8;
        four.candidates = 4;
        only_first = true;
        struct outcome a = fill(&one, before, after, NULL), b = fill(&four, before, after, NULL);
        only_first = false;
        assert_string_equal(a.text, b.text);
    }
}

static void every_sampler_comes_to_an_end(void **state)
{
    (void)state;
    if (!engine) skip();
    for (int method = 0; method < SEDD_METHODS; method++) {
        struct fill_options o = options(5, "en_US");
        o.method = (enum sedd_method)method;
        o.steps = 8;
        struct outcome drawn = fill(&o, before, after, NULL);
        assert_true(drawn.end > drawn.start && drawn.evaluations < 200);
    }
}

/* "Grimblewick" is in no dictionary, but in the draft; a pinned piece of a non-word stays. */
static void what_the_writer_wrote_is_a_word(void **state)
{
    (void)state;
    if (!engine) skip();
    uint32_t id = 0;
    const struct bpe *bpe = fill_engine_bpe(engine);
    for (uint32_t i = 0; i < bpe_size(bpe) && !id; i++) {
        struct slice bytes = bpe_token_bytes(bpe, i);
        if (bytes.size == 3 && memcmp(bytes.data, "zzl", 3) == 0) id = i;
    }
    for (uint32_t i = 0; i < bpe_size(bpe) && !id; i++) {
        struct slice bytes = bpe_token_bytes(bpe, i);
        if (bytes.size == 2 && memcmp(bytes.data, "zz", 2) == 0) id = i;
    }
    assert_true(id);
    struct fill_pin pin = {.blank = 0, .index = 2, .id = id};
    struct fill_options o = options(1, "en_US");
    struct outcome drawn = fill(&o, before, after, &pin);
    assert_true(drawn.pin_kept && memmem(drawn.text + drawn.start, drawn.end - drawn.start, "zz", 2));
    for (uint64_t seed = 0; seed < SEEDS;
         seed++) { /* a blank inside the name: its other half is the draft's */
        o = options(seed, "en_US");
        assert_true(fill(&o, "Grimblewick said so. They asked Grimble", " about it.", NULL).end > 0);
    }
}

static const char links[] = "Der Regen war seit dem Morgen gefallen, und der alte Mann hatte in dieser Nacht "
                            "nicht geschlafen. Er stellte seine Lampe auf den Tisch und ",
                  rechts[] = " und sah hinaus auf das Meer.";

static void a_dictionary_that_was_named_is_never_switched_off(void **state)
{
    (void)state;
    unsigned german = 0, short_draft = 0;
    if (!engine) skip();
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct fill_options on = options(seed, "en_US");
        german += fill(&on, links, rechts, NULL).reopened;
        short_draft += fill(&on, "He saw Zaphod and ", " Kurtz.", NULL).reopened;
    }
    assert_true(german > 0 && short_draft > 0);
}

/* At temperature 0 the same words would be drawn again if their tokens were not banned. The tiny network
 * writes only non-words. */
static void greedy_words_are_drawn_again_too(void **state)
{
    (void)state;
    struct fill_engine *starter = engine;
    if (!english) skip();
    engine = open_tiny();
    struct fill_options off = options(0, ""), on = options(0, "en_US");
    off.temperature = on.temperature = 0;
    struct outcome a = fill(&off, "said ", "\n", NULL), b = fill(&on, "said ", "\n", NULL),
                   c = fill(&on, "said ", "\n", NULL);
    fill_engine_free(engine);
    engine = starter;
    assert_true(strangers(&a) > 0 && b.reopened > 8); /* more than once */
    assert_true(strangers(&b) < strangers(&a));
    assert_string_not_equal(a.text, b.text);
    assert_string_equal(b.text, c.text);
}

static void auto_takes_the_drafts_language_by_all_of_it(void **state)
{
    (void)state;
    struct fill_lexicon lexicon;
    if (!english) skip();
    static const struct {
        const char *draft;
        bool fits;
    } cases[] = {{"He went to the harbour.", true}, /* one British spelling, whatever is installed */
                 {"He saw Zaphod Beeblebrox and Arthur.", true},
                 {"", true},
                 {"Der alte Mann", false},
                 {links, false},
                 {"Le vieux pêcheur avait mis la lampe sur la table et regardait la mer.", false}};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct slice draft = {cases[i].draft, strlen(cases[i].draft)};
        bool found = fill_lexicon_choose(&lexicon, draft, "en_US");
        if (found && strncmp(lexicon.tags[0], "en", 2) != 0) found = false; /* that dictionary is installed */
        if (found != cases[i].fits) fail_msg("%s: %s", cases[i].draft, found ? "fits" : "does not fit");
    }
    /* given or detected: a language other than the environment's is detected by the draft's words */
    assert_true(fill_lexicon_choose(&lexicon, (struct slice){before, strlen(before)}, "xx_YY"));
    assert_int_equal(strncmp(lexicon.tags[0], "en", 2), 0);
    assert_true(fill_lexicon_knows(&lexicon, (struct slice){"lighthouse", 10}));
}

static void english_is_of_both_shores(void **state)
{
    (void)state;
    static const char *const words[] = {"harbour", "harbor", "grey", "color", "travelling", "don’t"};
    static const char *const tags[] = {"en", "en_US", "en_GB", "en_US.UTF-8", "en_AU"};
    struct dictionary *british = dictionary_open("en_GB", NULL);
    if (!english || !british || !dictionary_knows(british, "harbour", 7)) skip(); /* only one is installed */
    for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
        struct fill_lexicon lexicon;
        assert_int_equal(fill_lexicon_open(&lexicon, tags[i], NULL), STATUS_OK);
        for (size_t j = 0; j < ARRAY_SIZE(words); j++)
            assert_true(fill_lexicon_knows(&lexicon, (struct slice){words[j], strlen(words[j])}));
        assert_false(fill_lexicon_knows(&lexicon, (struct slice){"harbur", 6}));
    }
}

/* The job itself names the language that is used. */
static char *language_of(const char *draft, const char *dictionary)
{
    static char out[DICTIONARY_TAG];
    struct fill_blank blank = {.start = 0, .end = 0, .min = 1, .max = 1};
    struct fill_job job = {
        .text = {draft, strlen(draft)}, .blanks = &blank, .count = 1, .options = options(0, dictionary)};
    struct error error = {0};
    struct fill_run *run = fill_run_new(engine, &job, &error);
    if (!run) return strcpy(out, status_name(error.code));
    while (!fill_run_done(run)) assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
    struct fill_result *result = fill_run_result(run);
    strcpy(out, result->dictionary);
    fill_result_free(result);
    fill_run_free(run);
    return out;
}

static void the_result_says_which_dictionary_was_used(void **state)
{
    (void)state;
    if (!engine) skip();
    setenv("LC_ALL", "en_US.UTF-8", 1);
    assert_string_equal(language_of(before, "auto"), "en_US");
    assert_string_equal(language_of(before, "en_US"), "en_US");
    assert_string_equal(language_of("zzq qqz zqz qzq zzz qqx xqx", "auto"), "");
    assert_string_equal(language_of(before, ""), "");
    assert_string_equal(language_of(before, "xx_YY"), "argument"); /* no such dictionary */
}

static void a_word_of_the_draft_is_a_word_wherever_it_stands(void **state)
{
    (void)state;
    const struct slice draft = {"Zyx don't qux. Foo", 18};
    static const struct {
        const char *word;
        bool has;
    } cases[] = {{"Zyx", true},  {"zyx", true}, {"Qux", true}, {"foo", true},  {"don't", true},
                 {"don", false}, {"t", false},  {"yx", false}, {"ZYX", false}, {"Zyxd", false}};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(fill_draft_has(draft, (struct slice){cases[i].word, strlen(cases[i].word)}),
                         cases[i].has);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_there_are_not_are_drawn_again),
        cmocka_unit_test(all_candidates_are_looked_at),
        cmocka_unit_test(candidates_do_not_disturb_each_other),
        cmocka_unit_test(every_sampler_comes_to_an_end),
        cmocka_unit_test(what_the_writer_wrote_is_a_word),
        cmocka_unit_test(a_dictionary_that_was_named_is_never_switched_off),
        cmocka_unit_test(greedy_words_are_drawn_again_too),
        cmocka_unit_test(auto_takes_the_drafts_language_by_all_of_it),
        cmocka_unit_test(english_is_of_both_shores),
        cmocka_unit_test(the_result_says_which_dictionary_was_used),
        cmocka_unit_test(a_word_of_the_draft_is_a_word_wherever_it_stands),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
