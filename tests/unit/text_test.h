/* Shared by the tests of text/: documents from strings, and a generator with a fixed seed. */
#ifndef LACUNA_TEXT_TEST_H
#define LACUNA_TEXT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lacuna/text.h"

static inline struct text *text_of(const char *string)
{
    struct error error;
    struct text *text = text_from_bytes(string, strlen(string), &error);
    assert_non_null(text);
    return text;
}

/* The first match that starts at or after `from`; backwards: the last that starts before it. */
static inline enum status search_from(const struct text *text, const char *pattern, size_t size, int flags,
                                      size_t from, size_t *start, size_t *end, bool *found,
                                      struct error *error)
{
    bool back = flags & TEXT_SEARCH_BACKWARDS;
    return text_search_in(text, pattern, size, flags, back ? 0 : from, back ? from : SIZE_MAX, start, end,
                          found, error);
}

static inline void assert_text_is(const struct text *text, const char *bytes, size_t size)
{
    assert_int_equal(text_size(text), size);
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    text_copy(text, 0, size, copy);
    assert_memory_equal(copy, bytes, size);
    free(copy);
}

static inline void assert_text(const struct text *text, const char *expected)
{
    assert_text_is(text, expected, strlen(expected));
}

static inline void insert(struct text *text, size_t at, const char *string)
{
    assert_int_equal(text_insert(text, at, string, strlen(string), NULL), STATUS_OK);
}

static inline void delete (struct text *text, size_t start, size_t end)
{
    assert_int_equal(text_delete(text, start, end, NULL), STATUS_OK);
}

static inline size_t pick(struct rng *rng, size_t bound)
{
    return (size_t)rng_below(rng, bound);
}

#endif
