/* Wrong vocabulary files: each is refused with file and line, and none makes the loader crash. */
#include "bpe_test.h"

static char *folder;
static struct buffer good_vocab, good_merges;

static int open_all(void **state)
{
    (void)state;
    folder = new_folder();
    good_vocab = read_text(SMALL_VOCABULARY, "vocab.json");
    good_merges = read_text(SMALL_VOCABULARY, "merges.txt");
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    remove_folder(folder);
    buffer_free(&good_vocab);
    buffer_free(&good_merges);
    return 0;
}

static void assert_refused(const char *fragment)
{
    struct error error = {0};
    struct bpe *bpe = bpe_load_folder(folder, &error);
    if (bpe) fail_msg("accepted; should say \"%s\"", fragment);
    if (!strstr(error.message, fragment)) fail_msg("\"%s\" should say \"%s\"", error.message, fragment);
    if (error.code != STATUS_FORMAT)
        fail_msg("\"%s\" has the code %s", error.message, status_name(error.code));
    assert_null(bpe_load_folder(folder, NULL));
}

/* The good text with the first `old` replaced by `new`. */
static void write_changed(const char *name, const struct buffer *good, const char *old, const char *new)
{
    struct buffer text = {0};
    char *at = strstr(good->data, old);
    assert_non_null(at);
    assert_true(buffer_append(&text, good->data, (size_t)(at - good->data)));
    assert_true(buffer_append_string(&text, new));
    assert_true(buffer_append_string(&text, at + strlen(old)));
    write_text(folder, name, text.data, text.size);
    buffer_free(&text);
}

static void wrong_merges_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *second_line, *message;
    } cases[] = {
        {"the", "merges.txt:2: a merge is two tokens"},
        {"t h e", "merges.txt:2: a merge is two tokens"},
        {" the", "merges.txt:2: a merge is two tokens"},
        {"the ", "merges.txt:2: a merge is two tokens"},
        {"t  h", "merges.txt:2: a merge is two tokens"},
        {" ", "merges.txt:2: a merge is two tokens"},
        {"t\th e", "merges.txt:2: \"t\th\" is not written in byte symbols"},
        {"t \xff", "merges.txt:2: \"\xff\" is not written in byte symbols"},
        {"t \xe4\xb8\xad", "is not written in byte symbols"},
        {"zq zq", "merges.txt:2: \"zq\" is not in the vocabulary"},
        {"z q", "merges.txt:2: the token that \"z q\" merges into is not in the vocabulary"},
    };
    write_text(folder, "vocab.json", good_vocab.data, good_vocab.size);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct buffer text = {0};
        assert_true(buffer_printf(&text, "#version: 0.2\n%s\n", cases[i].second_line));
        write_text(folder, "merges.txt", text.data, text.size);
        assert_refused(cases[i].message);
        buffer_free(&text);
    }
    struct buffer twice = {0};
    assert_true(buffer_append(&twice, good_merges.data, good_merges.size));
    char *first = strchr(good_merges.data, '\n') + 1;
    assert_true(buffer_append(&twice, first, (size_t)(strchr(first, '\n') - first)));
    write_text(folder, "merges.txt", twice.data, twice.size);
    assert_refused("merges.txt:243: this merge is already in the list");
    buffer_free(&twice);
}

static void wrong_vocabularies_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new, *message;
    } cases[] = {
        {"{", "[", "vocab.json: invalid JSON at 1:"},
        {": 7,", ": 7 ", "vocab.json: invalid JSON at 1:"},
        {": 7,", ": 8,", "have the same id 8"},
        {": 7,", ": -1,", "vocab.json:1: the id of \"(\" is -1"},
        {": 7,", ": 500,", "the id of \"(\" is 500"},
        {": 7,", ": 99999999999999999999,", "vocab.json"},
        {": 7,", ": 7.0,", "the id of \"(\" is not an integer"},
        {": 7,", ": \"7\",", "the id of \"(\" is not an integer"},
        {": 7,", ": null,", "the id of \"(\" is not an integer"},
        {"\"(\": 7", "\"\": 7", "a token is empty"},
        {"\"(\": 7", "\"qqq\": 7", "no entry \"(\" for the byte 0x28"},
        {"\"(\": 7", "\")\": 7", "vocab.json: invalid JSON at 1:"}, /* a key given twice */
        {"\"\\u0120\":", "\"\\u2603\":", "for the byte 0x20"},
        {"\"<|delete|>\": 498, ", "", "but 499 entries need the ids 0 to 498"},
    };
    write_text(folder, "merges.txt", good_merges.data, good_merges.size);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        write_changed("vocab.json", &good_vocab, cases[i].old, cases[i].new);
        assert_refused(cases[i].message);
    }
    static const char *const whole[] = {"", "null", "[]", "{}", "3", "\"text\"", "{\"a\": 0}", "\xff\xfe"};
    for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
        write_text(folder, "vocab.json", whole[i], strlen(whole[i]));
        assert_refused("vocab.json");
    }
}

static void missing_files_are_an_io_error(void **state)
{
    (void)state;
    struct error error = {0};
    assert_null(bpe_load_folder("/nonexistent", &error));
    assert_int_equal(error.code, STATUS_IO);
    assert_non_null(strstr(error.message, "/nonexistent/vocab.json"));
    char vocab[256];
    snprintf(vocab, sizeof vocab, "%s/vocab.json", SMALL_VOCABULARY);
    assert_null(bpe_load(vocab, "/nonexistent/merges.txt", &error));
    assert_int_equal(error.code, STATUS_IO);
    assert_non_null(strstr(error.message, "/nonexistent/merges.txt"));
}

/* Windows line ends, no first line, no last newline, keys in another order. */
static void harmless_differences_are_accepted(void **state)
{
    (void)state;
    struct bpe *plain = open_vocabulary(SMALL_VOCABULARY);
    struct bpe_ids expected = encode(plain, "the winter, the river", 21);
    write_text(folder, "vocab.json", good_vocab.data, good_vocab.size);
    char *first = strchr(good_merges.data, '\n') + 1;
    struct buffer crlf = {0};
    for (size_t i = 0; i < good_merges.size; i++) {
        assert_true(good_merges.data[i] != '\n' || buffer_append_char(&crlf, '\r'));
        assert_true(buffer_append_char(&crlf, good_merges.data[i]));
    }
    const struct slice variants[] = {
        {first, strlen(first)}, {first, strlen(first) - 1}, {crlf.data, crlf.size}};
    for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
        write_text(folder, "merges.txt", variants[i].data, variants[i].size);
        struct bpe *bpe = open_vocabulary(folder);
        struct bpe_ids ids = encode(bpe, "the winter, the river", 21);
        assert_int_equal(ids.count, expected.count);
        assert_memory_equal(ids.ids, expected.ids, ids.count * sizeof *ids.ids);
        bpe_ids_free(&ids);
        bpe_free(bpe);
    }
    buffer_free(&crlf);
    bpe_ids_free(&expected);
    bpe_free(plain);
}

/* Without its merge an entry cannot come from text: it becomes a special token with its literal name. */
static void entries_without_a_merge_are_specials(void **state)
{
    (void)state;
    write_text(folder, "vocab.json", good_vocab.data, good_vocab.size);
    write_text(folder, "merges.txt", "", 0);
    struct bpe *bpe = open_vocabulary(folder);
    for (uint32_t id = 0; id < bpe_size(bpe); id++) assert_int_equal(bpe_is_special(bpe, id), id >= 256);
    struct bpe_ids ids = encode(bpe, " the", 4);
    assert_int_equal(ids.count, 4);
    assert_true(bpe_find_special(bpe, "\xc4\xa0the") >= 256);
    assert_int_equal(bpe_find(bpe, " the", 4), -1);
    bpe_ids_free(&ids);
    bpe_free(bpe);
}

/* Damaged copies are refused or accepted; an accepted one still gives every byte back. */
static void damaged_files_never_crash(void **state)
{
    (void)state;
    struct rng rng = {.seed = 1};
    static const char odd[] = "\"\\{}[]:, \n\0\xff\xc4\xa0"
                              "0179-a#";
    int accepted = 0;
    for (int round = 0; round < 3000; round++) {
        struct buffer vocab = {0}, merges = {0};
        assert_true(buffer_append(&vocab, good_vocab.data, good_vocab.size));
        assert_true(buffer_append(&merges, good_merges.data, good_merges.size));
        struct buffer *victim = rng_below(&rng, 3) ? &merges : &vocab;
        for (uint64_t changes = 1 + rng_below(&rng, 4); changes > 0; changes--) {
            size_t at = rng_below(&rng, victim->size);
            switch (rng_below(&rng, 3)) {
            case 0:
                victim->data[at] = odd[rng_below(&rng, sizeof odd - 1)];
                break;
            case 1:
                victim->data[at] = (char)rng_next(&rng);
                break;
            default:
                if (rng_below(&rng, 8) == 0 && at > 0) victim->size = at;
                break;
            }
        }
        write_text(folder, "vocab.json", vocab.data, vocab.size);
        write_text(folder, "merges.txt", merges.data, merges.size);
        struct error error = {0};
        struct bpe *bpe = bpe_load_folder(folder, &error);
        if (bpe) {
            accepted++;
            static const char text[] = "The river, it's \xff 1204 naïve\n\n";
            struct bpe_ids ids = encode(bpe, text, sizeof text - 1);
            struct buffer back = {0};
            assert_int_equal(bpe_decode(bpe, ids.ids, ids.count, &back, NULL), STATUS_OK);
            assert_int_equal(back.size, sizeof text - 1);
            assert_memory_equal(back.data, text, back.size);
            bpe_ids_free(&ids);
            buffer_free(&back);
        } else {
            assert_true(strstr(error.message, "vocab.json") || strstr(error.message, "merges.txt"));
        }
        bpe_free(bpe);
        buffer_free(&vocab);
        buffer_free(&merges);
    }
    assert_in_range(accepted, 1, 2999); /* both happen */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_merges_are_refused_with_their_line),
        cmocka_unit_test(wrong_vocabularies_are_refused),
        cmocka_unit_test(missing_files_are_an_io_error),
        cmocka_unit_test(harmless_differences_are_accepted),
        cmocka_unit_test(entries_without_a_merge_are_specials),
        cmocka_unit_test(damaged_files_never_crash),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
