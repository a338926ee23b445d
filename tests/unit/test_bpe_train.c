/* The trainer against the definition of byte-pair encoding, and the promises about its files. */
#include "bpe_test.h"

static const char *const usual_specials[] = {"<|endoftext|>", "<|delete|>", "<|expand|>"};

static struct bpe_train_options options_for(uint32_t size)
{
    return (struct bpe_train_options){.size = size, .specials = usual_specials, .special_count = 3};
}

static void train(const struct bpe_train_options *options, const char *text, size_t size, const char *folder)
{
    struct error error = {0};
    struct slice slice = {text, size};
    if (bpe_train(options, &slice, 1, folder, &error)) fail_msg("%s", error.message);
}

/* ---- the oracle: recounts everything for each merge
 * ------------------------------------------------------- */

enum { ORACLE_SIZE = 420, ORACLE_SYMBOLS = 1 << 16 };

struct oracle {
    uint32_t symbols[ORACLE_SYMBOLS]; /* of the whole text; WORD_END between words */
    size_t count;
    uint32_t pair_counts[ORACLE_SIZE][ORACLE_SIZE];
    struct buffer bytes[ORACLE_SIZE];
    uint32_t lefts[1024], rights[1024];
    size_t merges;
    uint32_t size;
};

static const uint32_t WORD_END = UINT32_MAX;

static void oracle_start(struct oracle *o, const struct bpe *small, const char *text, size_t size)
{
    memset(o, 0, sizeof *o);
    for (uint32_t id = 0; id < 256; id++) { /* ids 0..255 are the same in every vocabulary we train */
        struct slice token = bpe_token_bytes(small, id);
        assert_true(buffer_append(&o->bytes[id], token.data, token.size));
    }
    o->size = 256;
    for (size_t at = 0, end; at < size; at = end) {
        end = bpe_pretoken_end(text, size, at);
        for (size_t i = at; i < end; i++) o->symbols[o->count++] = (uint32_t)bpe_find(small, text + i, 1);
        o->symbols[o->count++] = WORD_END;
        assert_true(o->count + 100 < ORACLE_SYMBOLS);
    }
}

static bool oracle_best(struct oracle *o, uint32_t *left, uint32_t *right)
{
    memset(o->pair_counts, 0, sizeof o->pair_counts);
    uint32_t best = 1; /* pairs seen once are not merged */
    for (size_t i = 0; i + 1 < o->count; i++)
        if (o->symbols[i] != WORD_END && o->symbols[i + 1] != WORD_END)
            o->pair_counts[o->symbols[i]][o->symbols[i + 1]]++;
    for (uint32_t a = 0; a < o->size; a++)
        for (uint32_t b = 0; b < o->size; b++)
            if (o->pair_counts[a][b] > best) best = o->pair_counts[a][b], *left = a, *right = b;
    return best > 1;
}

static void oracle_merge(struct oracle *o, uint32_t left, uint32_t right)
{
    struct buffer joined = {0};
    assert_true(buffer_append(&joined, o->bytes[left].data, o->bytes[left].size));
    assert_true(buffer_append(&joined, o->bytes[right].data, o->bytes[right].size));
    uint32_t id = 0;
    while (id < o->size &&
           (o->bytes[id].size != joined.size || memcmp(o->bytes[id].data, joined.data, joined.size)))
        id++;
    if (id == o->size)
        o->bytes[o->size++] = joined;
    else
        buffer_free(&joined);
    o->lefts[o->merges] = left;
    o->rights[o->merges++] = right;
    size_t to = 0;
    for (size_t i = 0; i < o->count; to++) {
        bool here = i + 1 < o->count && o->symbols[i] == left && o->symbols[i + 1] == right;
        o->symbols[to] = here ? id : o->symbols[i];
        i += here ? 2 : 1;
    }
    o->count = to;
}

/* merges.txt as the oracle would write it, without its first line; symbols come from vocab.json's spelling
 * through a map of its own. */
static void put_symbols(struct buffer *out, const struct buffer *bytes)
{
    for (size_t i = 0; i < bytes->size; i++) {
        uint32_t n = 0x100, symbol = (uint8_t)bytes->data[i];
        for (uint32_t b = 0; b < 256; b++) {
            bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            if (!printable && b == (uint8_t)bytes->data[i]) symbol = n;
            n += !printable;
        }
        char utf8[4];
        assert_true(buffer_append(out, utf8, (size_t)utf8_put(symbol, utf8)));
    }
}

static void assert_trains_as_defined(const struct bpe *small, const char *text, size_t size)
{
    static struct oracle o;
    oracle_start(&o, small, text, size);
    uint32_t left = 0, right = 0;
    while (o.size < ORACLE_SIZE - 4 && oracle_best(&o, &left, &right)) oracle_merge(&o, left, right);
    struct buffer expected = {0};
    assert_true(buffer_append_string(&expected, "#version: 0.2\n"));
    for (size_t i = 0; i < o.merges; i++) {
        put_symbols(&expected, &o.bytes[o.lefts[i]]);
        assert_true(buffer_append_char(&expected, ' '));
        put_symbols(&expected, &o.bytes[o.rights[i]]);
        assert_true(buffer_append_char(&expected, '\n'));
    }
    char *folder = new_folder();
    struct bpe_train_options options = options_for(o.size + 3);
    train(&options, text, size, folder);
    struct buffer merges = read_text(folder, "merges.txt");
    assert_string_equal(merges.data, expected.data);
    buffer_free(&merges);
    buffer_free(&expected);
    for (uint32_t id = 0; id < o.size; id++) buffer_free(&o.bytes[id]);
    remove_folder(folder);
}

/* ---- tests --------------------------------------------------------------------------------------------- */

static void merges_are_those_of_the_definition(void **state)
{
    (void)state;
    struct bpe *small = open_vocabulary(SMALL_VOCABULARY);
    struct buffer prose = read_text(SMALL_VOCABULARY, "prose.txt");
    char *separator = strstr(prose.data, BPE_SEPARATOR "\n"); /* the oracle does not know documents */
    size_t rest = prose.size - (size_t)(separator - prose.data) - strlen(BPE_SEPARATOR "\n");
    assert_trains_as_defined(small, prose.data, (size_t)(separator - prose.data));
    assert_trains_as_defined(small, prose.data + prose.size - rest, rest);
    buffer_free(&prose);
    bpe_free(small);
}

/* Few letters and long words: overlapping pairs, equal counts and, now and then, two merges that give the
 * same token. */
static void repetitive_words_train_as_defined(void **state)
{
    (void)state;
    struct bpe *small = open_vocabulary(SMALL_VOCABULARY);
    struct rng rng = {.seed = 1};
    char text[600];
    for (int round = 0; round < 40; round++) {
        size_t size = 100 + rng_below(&rng, 500);
        uint64_t letters = 1 + rng_below(&rng, 3), space = 3 + rng_below(&rng, 40);
        for (size_t i = 0; i < size; i++)
            text[i] = rng_below(&rng, space) ? (char)('a' + rng_below(&rng, letters)) : ' ';
        assert_trains_as_defined(small, text, size);
    }
    bpe_free(small);
}

static void bundled_test_vocabulary_is_reproduced(void **state)
{
    (void)state;
    struct buffer prose = read_text(SMALL_VOCABULARY, "prose.txt");
    char *folder = new_folder();
    struct bpe_train_options options = options_for(500);
    train(&options, prose.data, prose.size, folder);
    static const char *const names[] = {"vocab.json", "merges.txt"};
    for (size_t i = 0; i < 2; i++) {
        struct buffer old = read_text(SMALL_VOCABULARY, names[i]), new = read_text(folder, names[i]);
        assert_int_equal(old.size, new.size);
        assert_memory_equal(old.data, new.data, old.size);
        buffer_free(&old);
        buffer_free(&new);
    }
    remove_folder(folder);
    buffer_free(&prose);
}

static void size_is_exact_and_specials_are_last(void **state)
{
    (void)state;
    struct buffer prose = read_text(SMALL_VOCABULARY, "prose.txt");
    char *folder = new_folder();
    static const uint32_t sizes[] = {259, 260, 300, 333};
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        struct bpe_train_options options = options_for(sizes[i]);
        train(&options, prose.data, prose.size, folder);
        struct bpe *bpe = open_vocabulary(folder);
        assert_int_equal(bpe_size(bpe), sizes[i]);
        for (uint32_t k = 0; k < 3; k++) {
            assert_int_equal(bpe_find_special(bpe, usual_specials[k]), sizes[i] - 3 + k);
            assert_true(bpe_is_special(bpe, sizes[i] - 3 + k));
        }
        assert_false(bpe_is_special(bpe, sizes[i] - 4));
        for (int byte = 0; byte < 256; byte++) {
            char c = (char)byte;
            assert_true(bpe_find(bpe, &c, 1) >= 0);
        }
        bpe_free(bpe);
    }
    remove_folder(folder);
    buffer_free(&prose);
}

static bool knows(const char *folder, const char *token)
{
    struct bpe *bpe = open_vocabulary(folder);
    bool found = bpe_find(bpe, token, strlen(token)) >= 0;
    bpe_free(bpe);
    return found;
}

static void separator_lines_are_not_learnt(void **state)
{
    (void)state;
    char *folder = new_folder();
    static const char with_lines[] = "abab abab\n<|endoftext|>\nabab\n<|endoftext|>\nabab\n<|endoftext|>";
    static const char in_a_line[] = "abab <|endoftext|> abab <|endoftext|>";
    struct bpe_train_options options = {.size = 258};
    train(&options, with_lines, sizeof with_lines - 1, folder);
    assert_true(knows(folder, "abab"));
    struct slice text = {with_lines, sizeof with_lines - 1};
    options.size = 269;
    assert_int_equal(bpe_train(&options, &text, 1, folder, NULL),
                     STATUS_ARGUMENT); /* nothing else to learn */
    train(&options, in_a_line, sizeof in_a_line - 1, folder);
    assert_true(knows(folder, "endoftext"));
    remove_folder(folder);
}

static void too_little_text_is_said_with_the_size_it_would_give(void **state)
{
    (void)state;
    struct slice text = {"abab", 4};
    struct error error = {0};
    struct bpe_train_options options = options_for(5000);
    assert_int_equal(bpe_train(&options, &text, 1, "/nonexistent/never", &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "only enough pairs for a vocabulary of 260;")); /* 256 + "ab" + 3 */
    assert_int_equal(bpe_train(&options, NULL, 0, "/nonexistent/never", &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "only enough pairs for a vocabulary of 259;"));
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    static const char *const twice[] = {"<a>", "<a>"}, *const empty[] = {""}, *const invalid[] = {"\xff"},
                             *const ordinary[] = {"ab"};
    const struct {
        struct bpe_train_options options;
        const char *message;
    } cases[] = {
        {{.size = 255}, "too small"},
        {{.size = 258, .specials = usual_specials, .special_count = 3}, "too small"},
        {{.size = 300, .specials = twice, .special_count = 2}, "named twice"},
        {{.size = 300, .specials = empty, .special_count = 1}, "not empty"},
        {{.size = 300, .specials = invalid, .special_count = 1}, "valid UTF-8"},
        {{.size = 258, .specials = ordinary, .special_count = 1}, "ordinary token"},
    };
    struct slice text = {"ab ab ab", 8};
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error error = {0};
        assert_int_equal(bpe_train(&cases[i].options, &text, 1, "/nonexistent/never", &error),
                         STATUS_ARGUMENT);
        if (!strstr(error.message, cases[i].message)) fail_msg("case %zu: %s", i, error.message);
    }
}

static void rare_pairs_are_left_alone(void **state)
{
    (void)state;
    char *folder = new_folder();
    static const char text[] = "ab ab ab cd cd";
    struct bpe_train_options options = {.size = 257, .min_count = 3};
    train(&options, text, sizeof text - 1, folder);
    assert_true(knows(folder, "ab"));
    struct slice slice = {text, sizeof text - 1};
    options.size = 259;
    assert_int_equal(bpe_train(&options, &slice, 1, folder, NULL), STATUS_ARGUMENT);
    remove_folder(folder);
}

static bool stop(void *context, const char *stage, uint64_t done, uint64_t total)
{
    (void)stage;
    assert_true(done <= total);
    ++*(int *)context;
    return false;
}

static void progress_can_stop_it(void **state)
{
    (void)state;
    struct buffer text = {0};
    while (text.size < 20 << 20) assert_true(buffer_append_string(&text, "and on it went, and on "));
    struct slice slice = {text.data, text.size};
    int calls = 0;
    struct bpe_train_options options = {.size = 260, .progress = stop, .context = &calls};
    assert_int_equal(bpe_train(&options, &slice, 1, "/nonexistent/never", NULL), STATUS_CANCELLED);
    assert_int_equal(calls, 1);
    buffer_free(&text);
}

#ifdef LACUNA_FAULTS
static void failed_allocations_are_reported(void **state)
{
    (void)state;
    static const char text[] = "the river and the winter and the other river";
    struct slice slice = {text, sizeof text - 1};
    struct bpe_train_options options = options_for(265);
    char *folder = new_folder();
    bool done = false;
    for (long n = 0; !done; n++) {
        mem_fail_after(n);
        struct error error = {0};
        enum status status = bpe_train(&options, &slice, 1, folder, &error);
        mem_fail_after(-1);
        done = status == STATUS_OK;
        if (!done && status != STATUS_NO_MEMORY) fail_msg("allocation %ld: %s", n, error.message);
    }
    remove_folder(folder);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_are_those_of_the_definition),
        cmocka_unit_test(repetitive_words_train_as_defined),
        cmocka_unit_test(bundled_test_vocabulary_is_reproduced),
        cmocka_unit_test(size_is_exact_and_specials_are_last),
        cmocka_unit_test(separator_lines_are_not_learnt),
        cmocka_unit_test(too_little_text_is_said_with_the_size_it_would_give),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(rare_pairs_are_left_alone),
        cmocka_unit_test(progress_can_stop_it),
#ifdef LACUNA_FAULTS
        cmocka_unit_test(failed_allocations_are_reported),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
