/* Windows: the model's input, and which tokens are allowed where. */
#include "cpu_time.h"
#include "fill/engine.h"
#include "fill_test.h"

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

/* Prints a window over a marked-up text: the tokens' bytes with | between them, slots as letters for their
 * sets: S spaced, J joined, I inner, P paragraphs; lower case if the frame removes some ids. */
static char letter_of(const struct fill_window *window, const uint64_t *set)
{
    for (int kind = 0; kind < FILL_ALLOWED; kind++)
        if (set == fill_engine_allowed(engine, (enum fill_allowed)kind)) return "SJIPA"[kind];
    for (int kind = 0; kind < FILL_ALLOWED; kind++)
        if (set == fill_engine_without(engine, fill_engine_allowed(engine, (enum fill_allowed)kind),
                                       window->frames[0].inside, NULL))
            return "sjipa"[kind];
    return '?';
}

static char *window_of(const char *source, bool paragraphs, struct fill_window *window)
{
    struct fill_markup markup;
    struct fill_dialect dialect;
    static char out[8192];
    struct error error = {0};
    uint32_t lengths[64];
    assert_int_equal(fill_parse(source, strlen(source), &markup, &error), STATUS_OK);
    struct slice text = {markup.text.data, markup.text.size};
    dialect = fill_dialect_detect(text, "plain");
    for (size_t i = 0; i < markup.count; i++) lengths[i] = markup.blanks[i].min;
    struct fill_site site = {engine, &dialect,  text,      markup.blanks, (uint32_t)markup.count,
                             0,      text.size, paragraphs};
    enum status status = fill_window_build(&site, lengths, window, &error);
    fill_markup_free(&markup);
    if (status) return strcpy(out, status_name(status));
    size_t slot = 0;
    *out = '\0';
    for (uint32_t i = 0; i < window->length; i++) {
        strcat(out, i ? "|" : "");
        if (slot < window->slot_count && window->slots[slot].position == i) {
            char letter = letter_of(window, window->slots[slot++].allowed);
            strncat(out, &letter, 1);
            continue;
        }
        struct slice bytes = bpe_token_bytes(fill_engine_bpe(engine), window->ids[i]);
        strncat(out, bytes.data, bytes.size);
    }
    assert_int_equal(slot, window->slot_count);
    return out;
}

static void expect(const char *source, const char *tokens)
{
    struct fill_window window;
    assert_string_equal(window_of(source, false, &window), tokens);
    fill_window_free(&window);
}

static void test_spaces_travel_with_the_first_token(void **state)
{
    (void)state;
    expect("he [[2]] of", "he|S|I| of");
    expect("he[[2]] of", "he|J|I| of");
    expect("he  [[1]] of", "he| |S| of");
    expect("[[1]] of", "J| of");
    expect(" [[1]] of", "S| of");
    expect("he [[1]] of [[1]] the [[1]]", "he|S| of|S| the|S");
    expect("he [[1]] [[1]] the", "he|S|S| the");
    expect("he [[1]][[1]] the", "he|S|J| the");
    expect("(he [[1]])", "(|he|s|)");
    expect("[[1]]", "J");
}

static void test_paragraph_ends_are_those_of_running_text(void **state)
{
    (void)state;
    expect("he.\n\n[[1]] of", "he|.|\n|\n|J| of");
    expect("he [[1]]\n\nof", "he|S|\n|\n|o|f");
    expect("he [[1]]\n", "he|S|\n|\n");
    expect("he [[1]]\n\n\n", "he|S|\n|\n");
    expect("he [[1]]", "he|S");
    expect("of the\nof [[1]] of\nof the", "o|f| the| of|S| of| of| the"); /* hard wraps */
}

static void test_paragraph_breaks_stand_only_inside(void **state)
{
    (void)state;
    struct fill_window window;
    assert_string_equal(window_of("he [[4]] of", true, &window), "he|S|P|P|I| of");
    fill_window_free(&window);
    assert_string_equal(window_of("he[[1]] of", true, &window), "he|J| of");
    fill_window_free(&window);
}

/* "the the the …" long enough on both sides. */
static char *long_text(int left, int right, const char *blank)
{
    static char text[200000];
    *text = '\0';
    char *at = text;
    for (int i = 0; i < left; i++) at = stpcpy(at, i ? " the" : "he");
    at = stpcpy(at, " ");
    at = stpcpy(at, blank);
    for (int i = 0; i < right; i++) at = stpcpy(at, " of");
    return text;
}

static void test_a_window_is_as_long_as_the_model_allows_and_no_longer(void **state)
{
    (void)state;
    struct fill_window window;
    window_of(long_text(1000, 1000, "[[10]]"), false, &window);
    assert_int_equal(window.length, 64);
    assert_int_equal(window.slots[0].position, 27);
    assert_int_equal(window.end - window.start, 27 * 4 + 1 + 27 * 3);
    fill_window_free(&window);
    /* the left side takes what the right side leaves */
    window_of(long_text(1000, 5, "[[10]]"), false, &window);
    assert_int_equal(window.length, 64);
    assert_int_equal(window.slots[0].position, 49);
    fill_window_free(&window);
    window_of(long_text(5, 1000, "[[10]]"), false, &window);
    assert_int_equal(window.slots[0].position, 5);
    assert_int_equal(window.length, 64);
    fill_window_free(&window);
    window_of(long_text(5, 5, "[[10]]"), false, &window);
    assert_int_equal(window.length, 20);
    assert_int_equal(window.start, 0);
    fill_window_free(&window);
    window_of(long_text(50, 50, "[[64]]"), false, &window);
    assert_int_equal(window.length, 64);
    assert_int_equal(window.slot_count, 64);
    fill_window_free(&window);
    assert_string_equal(window_of(long_text(5, 5, "[[65]]"), false, &window), "limit");
    assert_string_equal(window_of(long_text(5, 5, "[[40]] of the [[40]]"), false, &window), "limit");
}

/* The tokens of a window are those of the whole text, wherever it is cut. */
static void test_a_window_encodes_like_the_whole_text(void **state)
{
    (void)state;
    struct buffer prose = {0};
    struct error error;
    assert_int_equal(file_read("tests/data/bpe/prose.txt", &prose, &error), STATUS_OK);
    struct fill_dialect dialect = fill_dialect_detect((struct slice){prose.data, prose.size}, "plain");
    struct bpe_ids whole = {0};
    struct fill_mapped mapped;
    assert_int_equal(fill_dialect_to_model(&dialect, (struct slice){prose.data, prose.size}, &mapped, NULL),
                     0);
    assert_int_equal(bpe_encode(fill_engine_bpe(engine), mapped.text.data, mapped.text.size, &whole, NULL),
                     0);
    size_t offset = 0, checked = 0;
    for (size_t token = 0; token + 1 < whole.count; token++) {
        offset += bpe_token_bytes(fill_engine_bpe(engine), whole.ids[token]).size;
        size_t at = mapped.origin[offset];
        struct slice next = bpe_token_bytes(fill_engine_bpe(engine), whole.ids[token + 1]);
        /* a blank before the next token; a space goes before it, as a writer would mark it */
        bool space = next.data[0] == ' ' && next.size > 1;
        bool inside =
            mapped.text.data[offset - 1] == '\n' && mapped.origin[offset] != mapped.origin[offset - 1];
        if (!space && !inside) continue;
        struct fill_blank blank = {.start = at + space, .end = at + space, .min = 1, .max = 1};
        struct fill_site site = {engine, &dialect, {prose.data, prose.size}, &blank, 1, 0, prose.size, false};
        struct fill_window window;
        uint32_t length = 1;
        assert_int_equal(fill_window_build(&site, &length, &window, &error), STATUS_OK);
        assert_true(window.length <= 64);
        uint32_t left = window.slots[0].position;
        assert_memory_equal(window.ids, whole.ids + token + 1 - left, left * sizeof *whole.ids);
        assert_int_equal(window.spaced[0], space);
        fill_window_free(&window);
        checked++;
    }
    assert_true(checked > 300);
    fill_mapped_free(&mapped);
    bpe_ids_free(&whole);
    buffer_free(&prose);
}

static void test_a_novel_costs_no_more_than_a_page(void **state)
{
    (void)state;
    enum { SIZE = 50 << 20 };
    char *novel = mem_alloc(SIZE);
    for (size_t i = 0; i < SIZE; i++) novel[i] = "the of "[i % 7];
    struct fill_blank blank = {.start = SIZE / 2, .end = SIZE / 2, .min = 5, .max = 5};
    struct fill_dialect dialect = {.map = true};
    struct fill_site site = {engine, &dialect, {novel, SIZE}, &blank, 1, 0, SIZE, false};
    uint32_t length = 5;
    struct fill_window window;
    double begin = cpu_seconds();
    for (int i = 0; i < 100; i++) {
        assert_int_equal(fill_window_build(&site, &length, &window, NULL), STATUS_OK);
        fill_window_free(&window);
    }
    assert_true(cpu_seconds() - begin < 5);
    mem_free(novel);
}

/* ---- sets --------------------------------------------------------------------------------------------- */

static bool in(enum fill_allowed kind, const char *bytes)
{
    int64_t id = bpe_find(fill_engine_bpe(engine), bytes, strlen(bytes));
    assert_true(id >= 0);
    return fill_engine_allowed(engine, kind)[id / 64] >> (id % 64) & 1;
}

static void test_sets(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool spaced, joined, inner, paragraphs, apart;
    } cases[] = {
        {" the", true, false, true, true, true},     {"he", false, true, true, true, false},
        {" ", false, false, false, false, false},    {"\n", false, false, false, true, false},
        {"\t", false, false, false, false, false},   {"\x7F", false, false, false, false, false},
        {"\xC3", false, false, false, false, false}, {"\xA9", false, false, false, false, false},
        {".", false, true, true, true, true},        {"\r", false, false, false, false, false},
        {"'", false, true, true, true, true},        {"7", false, true, true, true, false},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(in(FILL_ALLOW_SPACED, cases[i].bytes), cases[i].spaced);
        assert_int_equal(in(FILL_ALLOW_JOINED, cases[i].bytes), cases[i].joined);
        assert_int_equal(in(FILL_ALLOW_INNER, cases[i].bytes), cases[i].inner);
        assert_int_equal(in(FILL_ALLOW_PARAGRAPHS, cases[i].bytes), cases[i].paragraphs);
        assert_int_equal(in(FILL_ALLOW_APART, cases[i].bytes), cases[i].apart);
    }
    for (int kind = 0; kind < FILL_ALLOWED; kind++)
        for (uint32_t id = 497; id < 500; id++)
            assert_false(fill_engine_allowed(engine, (enum fill_allowed)kind)[id / 64] >> (id % 64) & 1);
}

static void test_trial_lengths(void **state)
{
    (void)state;
    uint32_t out[FILL_MAX_TRIALS];
    assert_int_equal(fill_trial_lengths(4, 4, out), 1);
    assert_int_equal(fill_trial_lengths(1, 64, out), 12);
    assert_int_equal(out[0], 1);
    assert_int_equal(out[11], 64);
    uint32_t n = fill_trial_lengths(1, 4000000000u, out);
    assert_int_equal(n, FILL_MAX_TRIALS);
    for (uint32_t i = 1; i < n; i++) assert_true(out[i] > out[i - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spaces_travel_with_the_first_token),
        cmocka_unit_test(test_paragraph_ends_are_those_of_running_text),
        cmocka_unit_test(test_paragraph_breaks_stand_only_inside),
        cmocka_unit_test(test_a_window_is_as_long_as_the_model_allows_and_no_longer),
        cmocka_unit_test(test_a_window_encodes_like_the_whole_text),
        cmocka_unit_test(test_a_novel_costs_no_more_than_a_page),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_trial_lengths),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
