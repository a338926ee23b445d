/* Text to ids and back: the merge loop against GPT-2's definition on strings, round trips, threads. */
#include "bpe_test.h"
#include "cpu_time.h"

#include <pthread.h>

static struct bpe *small;

/* ---- the oracle: GPT-2's loop, on byte strings, with a linear search through the list of merges -------- */

struct merge_list {
    struct parts {
        struct slice left, right;
    } merges[512];
    size_t count;
    struct buffer storage;
};

static struct merge_list list;

static struct slice read_part(const char *symbols, size_t size, size_t *at)
{
    size_t start = *at;
    for (size_t i = 0; i < size;) {
        uint32_t c;
        int length = utf8_decode(symbols + i, size - i, &c);
        assert_true(length > 0);
        uint32_t byte = c; /* the map of GPT-2's bytes_to_unicode, inverted, from its definition */
        uint32_t n = 0x100;
        for (uint32_t b = 0; b < 256; b++) {
            bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            if (!printable && c == n++) byte = b;
        }
        list.storage.data[(*at)++] = (char)byte;
        i += (size_t)length;
    }
    return (struct slice){list.storage.data + start, *at - start};
}

static void read_merges(const char *folder)
{
    struct buffer text = read_text(folder, "merges.txt");
    buffer_free(&list.storage);
    list.count = 0;
    assert_true(buffer_append(&list.storage, text.data, text.size)); /* room for all bytes */
    size_t at = 0;
    for (char *line = strchr(text.data, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
        char *space = strchr(line, ' '), *end = strchr(line, '\n');
        struct slice left = read_part(line, (size_t)(space - line), &at);
        struct slice right = read_part(space + 1, (size_t)(end - space - 1), &at);
        list.merges[list.count++] = (struct parts){left, right};
    }
    buffer_free(&text);
}

static bool same(struct slice a, struct slice b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Encodes one pre-token as slices of it: the first merge of the list that occurs anywhere is applied
 * everywhere. */
static size_t oracle_word(const char *bytes, size_t size, struct slice *pieces)
{
    size_t n = size;
    for (size_t i = 0; i < n; i++) pieces[i] = (struct slice){bytes + i, 1};
    for (bool merged = true; merged;) {
        merged = false;
        for (size_t m = 0; m < list.count && !merged; m++) {
            size_t to = 0;
            for (size_t i = 0; i < n; to++) {
                bool here = i + 1 < n && same(pieces[i], list.merges[m].left) &&
                            same(pieces[i + 1], list.merges[m].right);
                pieces[to] = (struct slice){pieces[i].data, pieces[i].size + (here ? pieces[i + 1].size : 0)};
                i += here ? 2 : 1;
                merged = merged || here;
            }
            n = to;
        }
    }
    return n;
}

static void assert_encodes_with(const struct bpe *bpe, const char *bytes, size_t size)
{
    struct bpe_ids ids = encode(bpe, bytes, size);
    struct slice *pieces = malloc((size + 1) * sizeof *pieces);
    size_t k = 0;
    for (size_t at = 0, end; at < size; at = end) {
        end = bpe_pretoken_end(bytes, size, at);
        size_t n = oracle_word(bytes + at, end - at, pieces);
        for (size_t i = 0; i < n; i++, k++) {
            assert_true(k < ids.count);
            if (!same(pieces[i], bpe_token_bytes(bpe, ids.ids[k])))
                fail_msg("token %zu of \"%.*s\"", k, (int)size, bytes);
        }
    }
    assert_int_equal(k, ids.count);
    free(pieces);
    bpe_ids_free(&ids);
}

static void assert_encodes_as_defined(const char *bytes, size_t size)
{
    assert_encodes_with(small, bytes, size);
}

static int open_all(void **state)
{
    (void)state;
    small = open_vocabulary(SMALL_VOCABULARY);
    read_merges(SMALL_VOCABULARY);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    bpe_free(small);
    buffer_free(&list.storage);
    return 0;
}

/* ---- tests --------------------------------------------------------------------------------------------- */

static void prose_encodes_as_defined(void **state)
{
    (void)state;
    struct buffer prose = read_text(SMALL_VOCABULARY, "prose.txt");
    assert_encodes_as_defined(prose.data, prose.size);
    buffer_free(&prose);
}

static void odd_text_encodes_as_defined(void **state)
{
    (void)state;
    struct rng rng = {.seed = 3};
    struct buffer text = {0};
    for (int round = 0; round < 500; round++) {
        put_odd_text(&text, &rng, 1 + rng_below(&rng, 24));
        assert_encodes_as_defined(text.data, text.size);
    }
    buffer_free(&text);
}

/* Word lengths around the limit where the queue replaces the short loop, on an alphabet with many merges. */
static void short_and_long_words_encode_as_defined(void **state)
{
    (void)state;
    static const char letters[] = "therinad";
    static const size_t lengths[] = {1, 2, 3, 7, 31, 32, 33, 62, 63, 64, 65, 66, 100, 400};
    struct rng rng = {.seed = 4};
    char word[400];
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
            for (size_t k = 0; k < lengths[i]; k++) word[k] = letters[rng_below(&rng, sizeof letters - 1)];
            assert_encodes_as_defined(word, lengths[i]);
        }
}

/* A vocabulary of 256 bytes and all words of 2 to 4 letters over "ab", and a shuffled list of merges:
 * products that can be made in several ways, parts that come after their products, parts that no merge
 * makes. */
static struct bpe *random_merges(struct rng *rng, const char *folder)
{
    char words[28][5];
    size_t count = 0;
    struct buffer vocab = read_text(SMALL_VOCABULARY, "vocab.json"), merges = {0};
    vocab.size = (size_t)(strstr(vocab.data, ": 256,") - vocab.data);
    while (vocab.data[vocab.size - 1] != ',') vocab.size--;
    vocab.data[--vocab.size] = '\0';
    for (unsigned length = 2; length <= 4; length++)
        for (unsigned bits = 0; bits < 1u << length; bits++, count++) {
            for (unsigned i = 0; i < length; i++) words[count][i] = bits >> i & 1 ? 'b' : 'a';
            words[count][length] = '\0';
            assert_true(buffer_printf(&vocab, ", \"%s\": %zu", words[count], 256 + count));
        }
    assert_true(buffer_append_char(&vocab, '}'));
    struct {
        char text[8];
    } lines[96];
    size_t n = 0;
    for (size_t w = 0; w < count; w++)
        for (int cut = 1; words[w][cut]; cut++)
            if (rng_below(rng, 3)) snprintf(lines[n++].text, 8, "%.*s %s", cut, words[w], words[w] + cut);
    assert_true(buffer_append_string(&merges, "#version: 0.2\n"));
    for (size_t i = n; i > 0; i--) { /* Fisher and Yates */
        size_t k = rng_below(rng, i);
        assert_true(buffer_printf(&merges, "%s\n", lines[k].text));
        lines[k] = lines[i - 1];
    }
    write_text(folder, "vocab.json", vocab.data, vocab.size);
    write_text(folder, "merges.txt", merges.data, merges.size);
    buffer_free(&vocab);
    buffer_free(&merges);
    read_merges(folder);
    return open_vocabulary(folder);
}

static void any_list_of_merges_encodes_as_defined(void **state)
{
    (void)state;
    struct rng rng = {.seed = 9};
    char *folder = new_folder();
    for (int round = 0; round < 60; round++) {
        struct bpe *bpe = random_merges(&rng, folder);
        char word[200];
        for (int again = 0; again < 60; again++) {
            size_t size = 1 + rng_below(&rng, sizeof word);
            uint64_t b_share = 1 + rng_below(&rng, 4);
            for (size_t i = 0; i < size; i++) word[i] = rng_below(&rng, 5) < b_share ? 'b' : 'a';
            assert_encodes_with(bpe, word, size);
        }
        bpe_free(bpe);
    }
    remove_folder(folder);
    read_merges(SMALL_VOCABULARY);
}

static void assert_round_trip(const char *bytes, size_t size)
{
    struct bpe_ids ids = encode(small, bytes, size);
    struct buffer back = {0};
    struct error error = {0};
    assert_int_equal(bpe_decode(small, ids.ids, ids.count, &back, &error), STATUS_OK);
    assert_int_equal(back.size, size);
    assert_true(size == 0 || memcmp(back.data, bytes, size) == 0);
    for (size_t i = 0; i < ids.count; i++) assert_false(bpe_is_special(small, ids.ids[i]));
    buffer_free(&back);
    bpe_ids_free(&ids);
}

static void any_bytes_come_back_unchanged(void **state)
{
    (void)state;
    struct rng rng = {.seed = 5};
    struct buffer text = {0};
    assert_round_trip("", 0);
    assert_round_trip("a\0b\0", 4);
    for (int round = 0; round < 3000; round++) {
        put_odd_text(&text, &rng, rng_below(&rng, 40));
        assert_round_trip(text.data ? text.data : "", text.size);
        char bytes[300];
        size_t size = rng_below(&rng, sizeof bytes);
        for (size_t i = 0; i < size; i++) bytes[i] = (char)rng_next(&rng);
        assert_round_trip(bytes, size);
    }
    buffer_free(&text);
}

static void a_cache_changes_nothing(void **state)
{
    (void)state;
    struct rng rng = {.seed = 6};
    struct error error = {0};
    struct bpe_cache *cache = bpe_cache_new(small, &error);
    struct buffer text = {0};
    for (int round = 0; round < 2000; round++) {
        put_odd_text(&text, &rng, rng_below(&rng, 60));
        struct bpe_ids plain = encode(small, text.data ? text.data : "", text.size), cached = {0};
        assert_int_equal(bpe_encode_cached(cache, text.data ? text.data : "", text.size, &cached, &error),
                         STATUS_OK);
        assert_int_equal(plain.count, cached.count);
        assert_true(plain.count == 0 || memcmp(plain.ids, cached.ids, plain.count * sizeof *plain.ids) == 0);
        bpe_ids_free(&plain);
        bpe_ids_free(&cached);
    }
    buffer_free(&text);
    bpe_cache_free(cache);
}

static void encoding_appends(void **state)
{
    (void)state;
    struct bpe_ids ids = encode(small, "the", 3);
    size_t first = ids.count;
    assert_int_equal(bpe_encode(small, " river", 6, &ids, NULL), STATUS_OK);
    assert_true(ids.count > first);
    struct buffer text = {0};
    assert_true(buffer_append_string(&text, "> "));
    assert_int_equal(bpe_decode(small, ids.ids, ids.count, &text, NULL), STATUS_OK);
    assert_string_equal(text.data, "> the river");
    buffer_free(&text);
    bpe_ids_free(&ids);
}

static void specials_are_ids_but_never_come_from_text(void **state)
{
    (void)state;
    assert_int_equal(bpe_size(small), 500);
    assert_int_equal(bpe_find_special(small, "<|endoftext|>"), 497);
    assert_int_equal(bpe_find_special(small, "<|delete|>"), 498);
    assert_int_equal(bpe_find_special(small, "<|expand|>"), 499);
    assert_int_equal(bpe_find_special(small, "<|other|>"), -1);
    assert_int_equal(bpe_find_special(small, "the"), -1);
    assert_int_equal(bpe_find(small, "<|endoftext|>", 13), -1);
    assert_true(bpe_is_special(small, 497));
    assert_false(bpe_is_special(small, 496));
    assert_false(bpe_is_special(small, 500));
    assert_round_trip("<|endoftext|>", 13);
    struct slice name = bpe_token_bytes(small, 499);
    assert_int_equal(name.size, 10);
    assert_memory_equal(name.data, "<|expand|>", 10);
}

static void every_ordinary_id_is_found_by_its_bytes(void **state)
{
    (void)state;
    for (uint32_t id = 0; id < bpe_size(small); id++) {
        struct slice token = bpe_token_bytes(small, id);
        assert_true(token.size > 0);
        assert_int_equal(bpe_find(small, token.data, token.size),
                         bpe_is_special(small, id) ? -1 : (int64_t)id);
    }
    assert_int_equal(bpe_find(small, "zqzqzq", 6), -1);
    assert_int_equal(bpe_find(small, "", 0), -1);
    assert_int_equal(bpe_token_bytes(small, 500).size, 0);
    assert_int_equal(bpe_token_bytes(small, UINT32_MAX).size, 0);
}

static void decoding_refuses_ids_out_of_range(void **state)
{
    (void)state;
    const uint32_t ids[] = {10, 20, 500};
    struct buffer text = {0};
    struct error error = {0};
    assert_true(buffer_append_string(&text, "kept"));
    assert_int_equal(bpe_decode(small, ids, 3, &text, &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "token 2: id 500"));
    assert_string_equal(text.data, "kept");
    buffer_free(&text);
}

/* 4 MB without a place to cut: quadratic time would take hours. */
static void very_long_words_take_reasonable_time(void **state)
{
    (void)state;
    size_t size = 4 << 20;
    char *word = malloc(size);
    double start = cpu_seconds();
    memset(word, 'e', size);
    assert_round_trip(word, size);
    for (size_t i = 0; i < size; i++) word[i] = "the"[i % 3];
    assert_round_trip(word, size);
    memset(word, ' ', size);
    assert_round_trip(word, size);
    assert_true(cpu_seconds() - start < 60);
    free(word);
}

struct job {
    pthread_t thread;
    const struct buffer *text;
    const struct bpe_ids *expected;
    bool right;
};

static void *encode_again(void *context)
{
    struct job *job = context;
    job->right = true;
    for (int round = 0; round < 50; round++) {
        struct bpe_ids ids = {0};
        bool ok = bpe_encode(small, job->text->data, job->text->size, &ids, NULL) == STATUS_OK &&
                  ids.count == job->expected->count &&
                  memcmp(ids.ids, job->expected->ids, ids.count * sizeof *ids.ids) == 0;
        job->right = job->right && ok;
        bpe_ids_free(&ids);
    }
    return NULL;
}

static void threads_share_one_vocabulary(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct rng rng = {.seed = 7};
    put_odd_text(&text, &rng, 8000);
    struct bpe_ids expected = encode(small, text.data, text.size);
    struct job jobs[4];
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        jobs[i] = (struct job){.text = &text, .expected = &expected};
        assert_int_equal(pthread_create(&jobs[i].thread, NULL, encode_again, &jobs[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        pthread_join(jobs[i].thread, NULL);
        assert_true(jobs[i].right);
    }
    bpe_ids_free(&expected);
    buffer_free(&text);
}

#ifdef LACUNA_FAULTS
static void failed_allocations_leave_everything_as_it_was(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct rng rng = {.seed = 8};
    put_odd_text(&text, &rng, 8000);
    for (int i = 0; i < 200; i++) assert_true(buffer_append_string(&text, "river"));
    bool done = false;
    for (long n = 0; !done; n++) {
        struct bpe_ids ids = {0};
        struct error error = {0};
        mem_fail_after(n);
        done = bpe_encode(small, text.data, text.size, &ids, &error) == STATUS_OK;
        mem_fail_after(-1);
        if (!done) {
            assert_int_equal(error.code, STATUS_NO_MEMORY);
            assert_int_equal(ids.count, 0);
        }
        bpe_ids_free(&ids);
    }
    done = false;
    for (long n = 0; !done; n++) {
        struct error error = {0};
        mem_fail_after(n);
        struct bpe *bpe = bpe_load_folder(SMALL_VOCABULARY, &error);
        mem_fail_after(-1);
        done = bpe != NULL;
        if (!done) assert_int_equal(error.code, STATUS_NO_MEMORY);
        bpe_free(bpe);
    }
    buffer_free(&text);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prose_encodes_as_defined),
        cmocka_unit_test(odd_text_encodes_as_defined),
        cmocka_unit_test(short_and_long_words_encode_as_defined),
        cmocka_unit_test(any_list_of_merges_encodes_as_defined),
        cmocka_unit_test(any_bytes_come_back_unchanged),
        cmocka_unit_test(a_cache_changes_nothing),
        cmocka_unit_test(encoding_appends),
        cmocka_unit_test(specials_are_ids_but_never_come_from_text),
        cmocka_unit_test(every_ordinary_id_is_found_by_its_bytes),
        cmocka_unit_test(decoding_refuses_ids_out_of_range),
        cmocka_unit_test(very_long_words_take_reasonable_time),
        cmocka_unit_test(threads_share_one_vocabulary),
#ifdef LACUNA_FAULTS
        cmocka_unit_test(failed_allocations_leave_everything_as_it_was),
#endif
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
