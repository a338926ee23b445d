/* Files in other encodings: detected if there is no doubt, and written back unchanged, whatever their
 * bytes. */
#define _XOPEN_SOURCE 700
#include "text_test.h"

#include "text/text_encoding.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96], other[96];

static void write_file(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static struct text *opened(const char *bytes, size_t size)
{
    struct error error;
    write_file(bytes, size);
    struct text *text = text_open(path, &error);
    if (!text) fail_msg("%s", error.message);
    return text;
}

static void assert_saves_as(struct text *text, const char *bytes, size_t size)
{
    struct error error;
    struct buffer file = {0};
    if (text_save(text, other, &error)) fail_msg("%s", error.message);
    assert_int_equal(file_read(other, &file, &error), STATUS_OK);
    assert_int_equal(file.size, size);
    if (size) assert_memory_equal(file.data, bytes, size);
    buffer_free(&file);
}

static void known_encodings_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        enum text_encoding encoding;
        const char *text;
    } files[] = {
        {"plain\r\n", 7, TEXT_UTF8, "plain\r\n"},
        {"caf\xC3\xA9", 5, TEXT_UTF8, "caf\xC3\xA9"},
        {"\xEF\xBB\xBF"
         "caf\xC3\xA9",
         8, TEXT_UTF8_BOM, "caf\xC3\xA9"},
        {"\xEF\xBB\xBF", 3, TEXT_UTF8_BOM, ""},
        {"caf\xE9 na\xEFve\n", 11, TEXT_LATIN1, "caf\xC3\xA9 na\xC3\xAFve\n"},
        {"\xC0 la fin, il cr\xE9"
         "e \xE0 Paris \xABtout\xBB",
         32, TEXT_LATIN1,
         "\xC3\x80 la fin, il cr\xC3\xA9"
         "e \xC3\xA0 Paris \xC2\xABtout\xC2\xBB"},
        {"\x93So,\x94 he said \x97 it\x92s caf\xE9", 25, TEXT_WINDOWS_1252,
         "\xE2\x80\x9CSo,\xE2\x80\x9D he said \xE2\x80\x94 it\xE2\x80\x99s caf\xC3\xA9"},
        {"\xFF\xFEh\0\xE9\0\x3d\xd8\x00\xde", 10, TEXT_UTF16_LE, "h\xC3\xA9\xF0\x9F\x98\x80"},
        {"\xFE\xFF\0h\0\xE9\xd8\x3d\xde\x00", 10, TEXT_UTF16_BE, "h\xC3\xA9\xF0\x9F\x98\x80"},
        {"\xFE\xFF", 2, TEXT_UTF16_BE, ""},
        {"\xFF\xFEh\0x", 5, TEXT_UTF8, "\xFF\xFEh"},                     /* half a unit */
        {"bad \xFF\xFE end\n", 11, TEXT_UTF8, "bad \xFF\xFE end\n"},     /* not prose */
        {"caf\xE9 \x1b[31m", 10, TEXT_UTF8, "caf\xE9 \x1b[31m"},         /* not text */
        {"caf\xC3\xA9 and \xE9", 11, TEXT_UTF8, "caf\xC3\xA9 and \xE9"}, /* UTF-8 with a stray byte */
        {"caf\xE9 \x81", 6, TEXT_UTF8, "caf\xE9 \x81"}, /* no such character in Windows-1252 */
    };
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        struct text *text = opened(files[i].bytes, files[i].size);
        if (text_encoding(text) != files[i].encoding)
            fail_msg("file %zu is taken for %s", i, text_encoding_name(text_encoding(text)));
        size_t expected = strlen(files[i].text);
        if (i == 10) expected = 5; /* it contains a NUL */
        assert_int_equal(text_size(text), expected);
        if (i != 10) assert_text(text, files[i].text);
        assert_false(text_dirty(text));
        assert_saves_as(text, files[i].bytes, files[i].size);
        text_free(text);
    }
}

/* The characters of a text as UTF-16. */
static size_t utf16(const char *text, bool big, char *out)
{
    size_t used = 0, size = strlen(text);
    uint32_t c;
    for (size_t at = 0; at < size;) {
        at += (size_t)utf8_decode(text + at, size - at, &c);
        uint32_t units[2] = {c, 0};
        if (c >= 0x10000)
            units[0] = 0xd800 + ((c - 0x10000) >> 10), units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
        for (int i = 0; i < 2 && units[i]; i++) {
            out[used + !big] = (char)(units[i] >> 8);
            out[used + big] = (char)units[i];
            used += 2;
        }
    }
    return used;
}

static const char *const wide_texts[] = {
    "Hello, world.\n",
    "\"Na\xC3\xAFve,\" she said \xE2\x80\x94 caf\xC3\xA9.\r\nAnd so on.\r\n",
    "\xD0\x91\xD1\x8B\xD0\xBB\xD0\xBE \xD1\x82\xD0\xB8\xD1\x85\xD0\xBE, \xD0\xB8 \xD0\xBE\xD0\xBD "
    "\xE2\x80\x94 \xD1\x81\xD0\xBF\xD0\xB0\xD0\xBB.\n", /* Cyrillic */
    "\xCE\x9A\xCE\xB1\xCE\xBB\xCE\xB7 \xCE\xBC\xCE\xAD\xCF\x81\xCE\xB1, "
    "\xCE\xBA\xCF\x8C\xCF\x83\xCE\xBC\xCE\xB5\n",
    "A smile \xF0\x9F\x98\x80 and more text\n",
};

static void utf16_without_a_mark_is_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(wide_texts); i++) {
        char bytes[400];
        size_t size = utf16(wide_texts[i / 2], i % 2, bytes);
        struct text *text = opened(bytes, size);
        assert_int_equal(text_encoding(text), i % 2 ? TEXT_UTF16_BE_BARE : TEXT_UTF16_LE_BARE);
        assert_text(text, wide_texts[i / 2]);
        assert_false(text_dirty(text));
        assert_saves_as(text, bytes, size);
        insert(text, 0, "\xC3\xA9");
        size = utf16("\xC3\xA9", i % 2, bytes);
        size += utf16(wide_texts[i / 2], i % 2, bytes + size);
        assert_saves_as(text, bytes, size);
        text_free(text);
    }
}

/* After the examined part, anything may follow. */
static void utf16_with_anything_behind_survives(void **state)
{
    (void)state;
    enum { WIDE = 300000, ALL = 340000 };
    struct rng rng = {.seed = 8};
    char *bytes = malloc(ALL);
    assert_non_null(bytes);
    for (int big = 0; big < 2; big++) {
        for (size_t i = 0; i < WIDE; i++)
            bytes[i] = i % 2 == (size_t)!big ? '\0' : "wide letters "[i / 2 % 13];
        for (size_t i = WIDE; i < ALL; i++)
            bytes[i] = (char)(pick(&rng, 3) ? 0xd8 + pick(&rng, 8) : pick(&rng, 3));
        struct text *text = opened(bytes, ALL);
        assert_int_equal(text_encoding(text), big ? TEXT_UTF16_BE_BARE : TEXT_UTF16_LE_BARE);
        assert_saves_as(text, bytes, ALL);
        text_free(text);
    }
    free(bytes);
}

#define BYTES(string)                                                                                        \
    {                                                                                                        \
        string, sizeof(string) - 1                                                                           \
    }

static void nothing_else_is_taken_for_utf16(void **state)
{
    (void)state;
    static const struct slice others[] = {
        BYTES("one\0two\0three\0four\0five\0six\0"), /* names separated by NULs */
        BYTES("names\0that\0are\0longer than\0a few letters\0\n"),
        BYTES("a NUL \0 or two \0 in UTF-8: \xE2\x80\x9C\xC3\xA9\xE2\x80\x9D  "),
        BYTES("\1\0\2\0\3\0\4\0\5\0\6\0"), /* small numbers */
        BYTES("A\0\1\0B\0\2\0C\0\3\0"),
        BYTES("\0\0\0\0\0\0\0\0"),
        BYTES("\x7f"
              "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0"),
        BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0"),
        BYTES("\xE6\xBC\xA2\xE5\xAD\x97\xE3\x81\xAF\xE9\x9B\xA3\xE3\x81\x97\xE3\x81\x84\xE3\x80\x82\n"),
        BYTES("plain text without anything in it\n"),
        BYTES("h\0i\0"), /* too short to tell */
        BYTES("H\0e\0l\0l\0o\0!"),
        BYTES("h\0e\0l\0l\0o\0\0\xd8 \0"), /* half a pair */
    };
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        struct text *text = opened(others[i].data, others[i].size);
        if (text_encoding(text) != TEXT_UTF8)
            fail_msg("%zu is taken for %s", i, text_encoding_name(text_encoding(text)));
        assert_saves_as(text, others[i].data, others[i].size);
        text_free(text);
    }
}

/* Random 8-bit prose with some NULs in it is never UTF-16, wherever the NULs are. */
static void random_text_with_nuls_is_not_utf16(void **state)
{
    (void)state;
    struct rng rng = {.seed = 3};
    for (int round = 0; round < 20000; round++) {
        char bytes[200];
        size_t size = 40 + 2 * pick(&rng, 70);
        for (size_t i = 0; i < size; i++) bytes[i] = "etaoin shrdlu\n,.\xE9\xE8"[pick(&rng, 18)];
        for (size_t nuls = 1 + pick(&rng, 6); nuls > 0; nuls--) bytes[pick(&rng, size / 2) * 2 + 1] = 0;
        assert_int_equal(encoding_guess_utf16(bytes, size, size), TEXT_UTF8);
    }
}

/* Only a part of a large file is examined, and it may end in the middle of a character. */
static void a_character_cut_by_looking_is_no_stray(void **state)
{
    (void)state;
    enum { SIZE = 300 << 10 };
    char *bytes = malloc(SIZE + 4);
    assert_non_null(bytes);
    for (size_t lead = 0; lead < 4; lead++) {
        size_t size = lead;
        memset(bytes, 'a', lead);
        for (; size < SIZE; size += 4)
            memcpy(bytes + size, lead % 2 ? "\xE6\xBC\xA2." : "\xF0\x9F\x98\x80", 4);
        struct text *text = opened(bytes, size);
        assert_int_equal(text_encoding(text), TEXT_UTF8);
        assert_false(text_has_strays(text));
        text_free(text);
    }
    free(bytes);
}

static void a_latin_letter_far_behind_is_found(void **state)
{
    (void)state;
    enum { SIZE = 700000 };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) bytes[i] = "It was a caf. "[i % 14];
    bytes[14 * 40000 + 12] = (char)0xe9; /* caf\xE9 */
    struct text *text = opened(bytes, SIZE);
    assert_int_equal(text_encoding(text), TEXT_LATIN1);
    assert_false(text_has_strays(text));
    assert_saves_as(text, bytes, SIZE);
    insert(text, SIZE + 1, "\xC3\xA8"); /* after two bytes for it here */
    char *more = realloc(bytes, SIZE + 1);
    assert_non_null(more);
    more[SIZE] = (char)0xe8;
    assert_saves_as(text, more, SIZE + 1);
    text_free(text);
    /* With much UTF-8 after it, a stray byte is a stray byte. */
    for (size_t i = SIZE - 20000; i < SIZE - 2; i += 10) memcpy(more + i, "\xC3\xA9", 2);
    text = opened(more, SIZE);
    assert_int_equal(text_encoding(text), TEXT_UTF8);
    assert_true(text_has_strays(text));
    assert_saves_as(text, more, SIZE);
    text_free(text);
    free(more);
}

/* Saving any file unchanged writes the same bytes. */
static void any_bytes_survive(void **state)
{
    (void)state;
    struct rng rng = {.seed = 77};
    size_t seen[64] = {0}; /* of every encoding */
    static const char *const starts[] = {"",
                                         "",
                                         "\xEF\xBB\xBF",
                                         "\xFF\xFE",
                                         "\xFE\xFF",
                                         "Mus\xE9"
                                         "e. ",
                                         "\x93quoted\x94 \xE0 la carte "};
    static const char letters[] = "abc de\xE9\xE8\xFC\xDF\x96\x93\x94\r\n.";
    for (int round = 0; round < 4000; round++) {
        char bytes[4000];
        const char *start = starts[pick(&rng, ARRAY_SIZE(starts))];
        size_t size = strlen(start), more = pick(&rng, round % 50 ? 60 : 3900);
        memcpy(bytes, start, size);
        bool letters_only = pick(&rng, 2), surrogates = pick(&rng, 3) == 0;
        for (size_t i = 0; i < more; i++)
            bytes[size++] = letters_only ? letters[pick(&rng, sizeof letters - 1)] : (char)pick(&rng, 256);
        for (size_t i = 2; surrogates && i + 2 < size; i += 2) /* many halves */
            if (pick(&rng, 2)) bytes[i + (start[0] == '\xFF')] = (char)(0xd8 + pick(&rng, 8));
        struct text *text = opened(bytes, size);
        seen[text_encoding(text)]++;
        assert_saves_as(text, bytes, size);
        text_free(text);
    }
    for (size_t i = 0; i < 6; i++)
        if (!seen[i]) fail_msg("no %s was among them", text_encoding_name((enum text_encoding)i));
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct error error;
    size_t at;
    struct text *text = opened("caf\xE9\n", 5);
    assert_int_equal(text_insert(text, 0, "\xE2\x80\x9C", 3, NULL), STATUS_OK);
    assert_true(text_unfit(text, TEXT_LATIN1, &at));
    assert_int_equal(at, 0);
    assert_false(text_unfit(text, TEXT_WINDOWS_1252, &at));
    assert_int_equal(text_save(text, NULL, &error), STATUS_ARGUMENT);
    assert_non_null(strstr(error.message, "ISO-8859-1"));
    struct buffer file = {0};
    assert_int_equal(file_read(path, &file, NULL), STATUS_OK);
    assert_int_equal(file.size, 5); /* as it was */
    assert_true(text_dirty(text));
    text_set_encoding(text, TEXT_WINDOWS_1252);
    assert_saves_as(text,
                    "\x93"
                    "caf\xE9\n",
                    6);
    assert_false(text_dirty(text));
    text_set_encoding(text, TEXT_UTF8);
    assert_true(text_dirty(text));
    assert_saves_as(text,
                    "\xE2\x80\x9C"
                    "caf\xC3\xA9\n",
                    9);
    assert_int_equal(text_insert(text, 3, "\xFF", 1, NULL), STATUS_OK); /* not a character */
    assert_true(text_unfit(text, TEXT_UTF16_LE, &at));
    assert_int_equal(at, 3);
    buffer_free(&file);
    text_free(text);
}

/* ---- by name ----------------------------------------------------------------------------------- */

static const struct {
    const char *word, *bytes, *text;
} named[] = {
    {"cp1251", "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0\r\n", "Привет, мир\r\n"},
    {"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4\n", "Привет\n"},
    {"KOI8_U", "\xa7\n", "ї\n"},
    {"iso-8859-2", "\xb1\xe6\xea\n", "ąćę\n"},
    {"iso-8859-7", "\xe1\xe2\xe3\n", "αβγ\n"},
    {"iso-8859-15", "\xa4\n", "€\n"},
    {"shift_jis", "\x93\xfa\x96\x7b\x8c\xea \x5c~ \x87\x40\n", "日本語 \\~ ①\n"},
    {"sjis", "\xb1\xb2\n", "ｱｲ\n"},
    {"euc-jp", "\xc6\xfc\xcb\xdc\xb8\xec\n", "日本語\n"},
    {"gb18030", "\xd6\xd0\xce\xc4 \x81\x30\x81\x30\n", "中文 \xc2\x80\n"},
    {"gb2312", "\xd6\xd0\xce\xc4\n", "中文\n"},
    {"big5", "\xa4\xa4\xa4\xe5\n", "中文\n"},
    {"euc-kr", "\xc7\xd1\xb1\xdb\n", "한글\n"},
    {"cp866", "\x8f\xe0\xa8\n", "При\n"},
    {"iso-8859-1", "caf\xe9\n", "café\n"},
    {"utf-8", "caf\xe9\n", "caf\xe9\n"},
};

static void encodings_are_read_and_written_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
        enum text_encoding encoding;
        struct error error;
        size_t size = strlen(named[i].bytes);
        assert_true(text_encoding_find(named[i].word, &encoding));
        if (text_encoding_check(encoding, &error) == STATUS_UNSUPPORTED) continue;
        write_file(named[i].bytes, size);
        struct text *text = text_open_as(path, encoding, &error);
        if (!text) fail_msg("%s: %s", named[i].word, error.message);
        assert_int_equal(text_encoding(text), encoding);
        char *got = mem_zalloc(text_size(text) + 1);
        text_copy(text, 0, text_size(text), got);
        assert_string_equal(got, named[i].text);
        mem_free(got);
        assert_false(text_dirty(text));
        assert_saves_as(text, named[i].bytes, size);
        insert(text, 0, "ASCII ");
        assert_int_equal(text_save(text, NULL, &error), STATUS_OK);
        text_free(text);
    }
    enum text_encoding encoding;
    assert_false(text_encoding_find("no-such", &encoding));
    assert_false(text_encoding_find("", &encoding));
}

/* Characters extend across the parts that are converted together. */
static void long_files_are_converted_in_parts(void **state)
{
    (void)state;
    enum text_encoding encoding;
    struct error error;
    assert_true(text_encoding_find("shift_jis", &encoding));
    if (text_encoding_check(encoding, &error)) skip();
    struct buffer bytes = {0};
    for (int i = 0; i < 60000; i++) assert_true(buffer_append_string(&bytes, i % 7 ? "\x93\xfa" : "a\n"));
    write_file(bytes.data, bytes.size);
    struct text *text = text_open_as(path, encoding, &error);
    if (!text) fail_msg("%s", error.message);
    assert_saves_as(text, bytes.data, bytes.size);
    size_t at, size = text_size(text);
    insert(text, size, "\u20ac");
    assert_true(text_unfit(text, encoding, &at));
    assert_int_equal(at, size);
    insert(text, 40001, "\u0e01");
    assert_true(text_unfit(text, encoding, &at) && at == 40001);
    assert_int_equal(text_save(text, other, &error), STATUS_ARGUMENT);
    text_free(text);
    buffer_free(&bytes);
}

static void what_is_not_in_an_encoding_is_not_read_as_that(void **state)
{
    (void)state;
    static const struct {
        const char *word, *bytes, *why;
    } wrong[] = {
        {"shift_jis", "ok\n\x93\n", "line 2 "},    {"euc-kr", "\xff\xff", "line 1 "},
        {"gb18030", "a\n\xd6", "line 2 "},         {"cp1253", "\xd2", "line 1 "},
        {"utf-16le", "odd", "not valid UTF-16LE"}, {"utf-8-bom", "none", "not valid UTF-8 with BOM"}};
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        enum text_encoding encoding;
        struct error error = {0};
        assert_true(text_encoding_find(wrong[i].word, &encoding));
        if (text_encoding_check(encoding, &error)) continue;
        write_file(wrong[i].bytes, strlen(wrong[i].bytes));
        struct text *text = text_open_as(path, encoding, &error);
        if (text) fail_msg("%s was read", wrong[i].word);
        assert_int_equal(error.code, STATUS_FORMAT);
        if (!strstr(error.message, wrong[i].why)) fail_msg("%s: %s", wrong[i].word, error.message);
    }
}

/* Any bytes are refused, or come back unchanged. */
static void bytes_read_by_name_are_written_as_they_were(void **state)
{
    (void)state;
    struct rng random = {.seed = 21}, *rng = &random;
    size_t read = 0;
    for (int round = 0; round < 3000; round++) {
        char bytes[40];
        size_t size = 1 + pick(rng, sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)(pick(rng, 3) ? 0x80 + pick(rng, 0x80) : ' ' + pick(rng, 0x5f));
        enum text_encoding encoding = (enum text_encoding)(TEXT_OTHER_ENCODINGS + pick(rng, 38));
        struct error error;
        assert_non_null(text_encoding_word(encoding));
        write_file(bytes, size);
        struct text *text = text_open_as(path, encoding, &error);
        if (!text) continue;
        assert_saves_as(text, bytes, size);
        text_free(text);
        read++;
    }
    assert_true(read > 300);
}

int main(void)
{
    snprintf(folder, sizeof folder, "%s/lacuna-encoding-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(other, sizeof other, "%s/b", folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_read_and_written_by_name),
        cmocka_unit_test(long_files_are_converted_in_parts),
        cmocka_unit_test(what_is_not_in_an_encoding_is_not_read_as_that),
        cmocka_unit_test(bytes_read_by_name_are_written_as_they_were),
        cmocka_unit_test(known_encodings_are_recognised),
        cmocka_unit_test(utf16_without_a_mark_is_recognised),
        cmocka_unit_test(utf16_with_anything_behind_survives),
        cmocka_unit_test(nothing_else_is_taken_for_utf16),
        cmocka_unit_test(random_text_with_nuls_is_not_utf16),
        cmocka_unit_test(a_character_cut_by_looking_is_no_stray),
        cmocka_unit_test(a_latin_letter_far_behind_is_found),
        cmocka_unit_test(any_bytes_survive),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    unlink(other);
    rmdir(folder);
    return failed;
}
