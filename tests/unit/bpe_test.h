/* Shared by the tests of bpe/: the small vocabulary, a folder for files, random text with edge cases. */
#ifndef LACUNA_BPE_TEST_H
#define LACUNA_BPE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lacuna/bpe.h"

#define SMALL_VOCABULARY "tests/data/bpe"

static inline struct bpe *open_vocabulary(const char *folder)
{
    struct error error = {0};
    struct bpe *bpe = bpe_load_folder(folder, &error);
    if (!bpe) fail_msg("%s", error.message);
    return bpe;
}

static inline struct bpe_ids encode(const struct bpe *bpe, const char *bytes, size_t size)
{
    struct bpe_ids ids = {0};
    struct error error = {0};
    if (bpe_encode(bpe, bytes, size, &ids, &error)) fail_msg("%s", error.message);
    return ids;
}

/* A new empty folder; remove_folder deletes it with its tokenizer files. */
static inline char *new_folder(void)
{
    static char path[64];
    strcpy(path, "/tmp/lacuna-bpe-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void write_text(const char *folder, const char *name, const char *text, size_t size)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline struct buffer read_text(const char *folder, const char *name)
{
    char path[256];
    struct buffer text = {0};
    struct error error = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (file_read(path, &text, &error)) fail_msg("%s", error.message);
    return text;
}

static inline void remove_folder(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/vocab.json", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/merges.txt", folder);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

/* Edge cases of the pattern: contractions and near-contractions, spaces of all kinds, letters and numbers
 * beyond ASCII, marks, emoji, broken UTF-8. */
static const char *const odd_pieces[] = {
    "'",
    "'s",
    "'S",
    "'t",
    "'re",
    "'r",
    "'ve",
    "'v",
    "'m",
    "'ll",
    "'l",
    "'d",
    "s",
    "ll",
    "e",
    "the",
    " the",
    " ",
    "  ",
    "   ",
    "\n",
    "\n\n",
    "\t",
    "\r\n",
    "\v",
    "\f",
    "\x1c",
    "\x1f",
    "\x1b",
    "a",
    "Z",
    "x9",
    "0",
    "42",
    ".",
    ",",
    "...",
    "?!",
    "\"",
    "<|endoftext|>",
    "[[4-20]]",
    "_",
    "-",
    "$",
    "\xc2\x85",
    "\xc2\xa0",
    "\xe1\x9a\x80",
    "\xe2\x80\x80",
    "\xe2\x80\x8a",
    "\xe2\x80\x8b",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xe2\x80\xaf",
    "\xe2\x81\x9f",
    "\xe3\x80\x80",
    "\xef\xbb\xbf",
    "\xc3\xa9",
    "e\xcc\x81",
    "\xce\xa9",
    "\xe4\xb8\xad\xe6\x96\x87",
    "\xd9\xa3" /* Arabic digit */,
    "\xe2\x85\xa7" /* Roman eight */,
    "\xc2\xbd" /* one half */,
    "\xe2\x80\x94",
    "\xe2\x80\x99",
    "\xf0\x9f\x99\x82",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
    "\xf0\x9d\x94\x98",
    "\x80",
    "\xff",
    "\xc3",
    "\xe2\x80",
    "\xed\xa0\x80" /* surrogate */,
    "\xc0\xa0" /* overlong space */,
    "\xf4\x90\x80\x80" /* beyond U+10FFFF */,
};

static inline void put_odd_text(struct buffer *out, struct rng *rng, size_t pieces)
{
    out->size = 0;
    for (size_t i = 0; i < pieces; i++)
        assert_true(buffer_append_string(out, odd_pieces[rng_below(rng, ARRAY_SIZE(odd_pieces))]));
}

#endif
