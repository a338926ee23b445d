/* Conditions that no words can meet together. */
#include "contradictions.h"
#include "chars.h"
#include "fold.h"
#include "lexicon.h"

#include <string.h>

static struct slice slice_of(const char *text)
{
    return (struct slice){text ? text : "", text ? strlen(text) : 0};
}

/* Whether a text has these words as a whole; if its ends are open, other letters may follow there, and words at the very
 * ends do not count. */
static bool has_words(struct slice text, struct slice words, bool open)
{
    struct buffer in = {0}, wanted = {0};
    bool has = false;
    if (fill_fold(text, &in) && fill_fold(words, &wanted))
        for (size_t at = 0;
             !has && (at = fill_find_word((struct slice){in.data, in.size},
                                          (struct slice){wanted.data, wanted.size}, at)) != SIZE_MAX;
             at++)
            has = !open || (at > 0 && at + wanted.size < in.size);
    buffer_free(&in);
    buffer_free(&wanted);
    return has;
}

static enum status check_without(const struct fill_conditions *c, const char *word, struct error *error)
{
    for (size_t i = 0; i < c->must_count; i++)
        if (has_words(slice_of(c->must[i].text), slice_of(word), false))
            return error_set(error, STATUS_ARGUMENT, "\"%s\" must appear, but \"%s\" must not",
                             c->must[i].text, word);
    if (has_words(slice_of(c->begins), slice_of(word), true))
        return error_set(error, STATUS_ARGUMENT, "\"begins\" has \"%s\", which must not appear", word);
    if (has_words(slice_of(c->ends), slice_of(word), true))
        return error_set(error, STATUS_ARGUMENT, "\"ends\" has \"%s\", which must not appear", word);
    return STATUS_OK;
}

static enum status check_number(const struct fill_conditions *c, const char *name, const char *text,
                                struct error *error)
{
    uint32_t words = fill_count_words(slice_of(text));
    if (!c->max_words || words <= c->max_words) return STATUS_OK;
    return error_set(error, STATUS_ARGUMENT, "\"%s\" has %u words, but the fill may have at most %u", name,
                     words, c->max_words);
}

/* The text in folded case, from its first letter or digit. False: no memory. */
static bool fold_from_word(const char *text, struct buffer *out, struct slice *from)
{
    size_t at = 0, size;
    if (!fill_fold(slice_of(text), out)) return false;
    struct slice all = {out->data ? out->data : "", out->size};
    while (at < all.size && !fill_is_word(fill_char_at(all, at, &size))) at += size;
    *from = (struct slice){all.data + at, all.size - at};
    return true;
}

/* Whether this can be the first word of a fill that begins with these letters. */
static bool can_be_first(const char *begins, const char *word)
{
    struct buffer a = {0}, b = {0};
    struct slice first, wanted;
    bool can = true;
    if (fold_from_word(begins, &a, &first) && fold_from_word(word, &b, &wanted)) {
        size_t common = first.size < wanted.size ? first.size : wanted.size;
        can = memcmp(first.data, wanted.data, common) == 0 &&
              (first.size == common || !fill_is_word(fill_char_at(first, common, NULL)));
    }
    buffer_free(&a);
    buffer_free(&b);
    return can;
}

static enum status check_first(const struct fill_conditions *c, struct error *error)
{
    for (size_t i = 0; i < c->must_count && c->begins && *c->begins; i++) {
        const struct fill_must *must = &c->must[i];
        bool first =
            must->at == 1 || (c->max_words && c->max_words == fill_count_words(slice_of(must->text)));
        if (first && !can_be_first(c->begins, must->text))
            return error_set(error, STATUS_ARGUMENT,
                             "the fill must begin with \"%s\", but its first word must be \"%s\"", c->begins,
                             must->text);
    }
    return STATUS_OK;
}

enum status fill_contradictions(const struct fill_conditions *c, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < c->without_count; i++) status = check_without(c, c->without[i], error);
    if (!status) status = check_number(c, "begins", c->begins, error);
    if (!status) status = check_number(c, "ends", c->ends, error);
    return status ? status : check_first(c, error);
}

enum status fill_conditions_check_before(const struct fill_conditions *c, struct slice before,
                                         struct error *error)
{
    size_t start, end;
    bool digits;
    if (!c->no_repeat || !c->must_count) return STATUS_OK;
    for (size_t at = fill_last_words(before, c->no_repeat); fill_next_word(before, at, &start, &end, &digits);
         at = end)
        for (size_t i = 0; i < c->must_count; i++)
            if (has_words(slice_of(c->must[i].text), (struct slice){before.data + start, end - start}, false))
                return error_set(error, STATUS_ARGUMENT,
                                 "\"%s\" must appear, but is one of the %u words that may not be repeated",
                                 c->must[i].text, c->no_repeat);
    return STATUS_OK;
}
