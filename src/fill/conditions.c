/* The conditions that a writer sets for a blank: their contradictions, copies, and whether a fill meets them. */
#include "lacuna/conditions.h"
#include "chars.h"
#include "contradictions.h"
#include "fold.h"
#include "lexicon.h"

#include <string.h>

static bool is_given(const char *text)
{
    return text && *text;
}

static struct slice slice_of(const char *text)
{
    return (struct slice){text ? text : "", text ? strlen(text) : 0};
}

bool fill_conditions_any(const struct fill_conditions *c)
{
    return c->must_count || c->without_count || is_given(c->begins) || is_given(c->ends) || c->max_words ||
           c->sentence != FILL_SENTENCE_ANY || is_given(c->tie) || c->no_repeat || c->vary;
}

/* ---- contradictions ------------------------------------------------------------------------------------- */

static bool same_word(const char *a, const char *b)
{
    struct buffer x = {0}, y = {0};
    bool same = fill_fold(slice_of(a), &x) && fill_fold(slice_of(b), &y) && x.size == y.size &&
                memcmp(x.data, y.data, x.size) == 0;
    buffer_free(&x);
    buffer_free(&y);
    return same;
}

static bool is_trimmed_line(const char *text)
{
    struct slice s = slice_of(text);
    bool ok = s.size && utf8_valid(text, s.size) && !fill_is_space(fill_char_at(s, 0, NULL)) &&
              !fill_is_space(fill_char_before(s, s.size, NULL));
    for (size_t i = 0; ok && i < s.size; i++)
        ok = !fill_is_control((unsigned char)text[i]) || (text[i] & 0x80);
    return ok;
}

static enum status check_texts(const struct fill_conditions *c, struct error *error)
{
    for (size_t i = 0; i < c->must_count; i++)
        if (!is_trimmed_line(c->must[i].text) || !fill_count_words(slice_of(c->must[i].text)))
            return error_set(error, STATUS_ARGUMENT,
                             "\"must\" needs words without white space at either end");
    for (size_t i = 0; i < c->without_count; i++)
        if (!is_trimmed_line(c->without[i]) || !fill_count_words(slice_of(c->without[i])))
            return error_set(error, STATUS_ARGUMENT, "\"not\" needs words without white space at either end");
    if (is_given(c->begins) && !is_trimmed_line(c->begins))
        return error_set(error, STATUS_ARGUMENT, "\"begins\" may not begin or end with white space");
    if (is_given(c->ends) && !is_trimmed_line(c->ends))
        return error_set(error, STATUS_ARGUMENT, "\"ends\" may not begin or end with white space");
    return STATUS_OK;
}

static enum status check_words(const struct fill_conditions *c, struct error *error)
{
    uint64_t words = 0;
    if (c->must_count > FILL_MUST_WORDS)
        return error_set(error, STATUS_LIMIT, "\"must\" takes at most %d words", FILL_MUST_WORDS);
    for (size_t i = 0; i < c->must_count; i++) {
        const struct fill_must *m = &c->must[i];
        uint32_t own = fill_count_words(slice_of(m->text));
        words += own;
        for (size_t j = 0; j < c->without_count; j++)
            if (same_word(m->text, c->without[j]))
                return error_set(error, STATUS_ARGUMENT, "\"%s\" is in both \"must\" and \"not\"", m->text);
        for (size_t j = 0; j < i && m->at; j++)
            if (c->must[j].at == m->at && !same_word(m->text, c->must[j].text))
                return error_set(error, STATUS_ARGUMENT, "\"%s\" and \"%s\" cannot both be word %u",
                                 c->must[j].text, m->text, m->at);
        if (c->max_words && m->at && (uint64_t)m->at + own - 1 > c->max_words)
            return error_set(error, STATUS_ARGUMENT, "\"%s\" cannot be word %u of at most %u", m->text, m->at,
                             c->max_words);
    }
    if (c->max_words && words > c->max_words)
        return error_set(error, STATUS_ARGUMENT, "at most %u word%s, but %llu must appear", c->max_words,
                         c->max_words == 1 ? "" : "s", (unsigned long long)words);
    return STATUS_OK;
}

static enum status check_one(const struct fill_conditions *c, struct error *error)
{
    enum status status = check_texts(c, error);
    if (!status) status = check_words(c, error);
    if (!status) status = fill_contradictions(c, error);
    if (status) return status;
    bool ends = is_given(c->ends) && fill_ends_sentence(slice_of(c->ends));
    if (c->sentence == FILL_SENTENCE_GOES_ON && ends)
        return error_set(error, STATUS_ARGUMENT,
                         "\"ends\": \"%s\" ends a sentence, but the fill must not end it", c->ends);
    if (c->sentence == FILL_SENTENCE_ENDS && is_given(c->ends) && !ends)
        return error_set(error, STATUS_ARGUMENT,
                         "\"ends\": \"%s\" does not end a sentence, but the fill must end it", c->ends);
    if (c->vary && !(c->noise >= 0 && c->noise <= 1))
        return error_set(error, STATUS_ARGUMENT, "\"noise\" is outside 0 to 1");
    return STATUS_OK;
}

enum status fill_conditions_check(const struct fill_conditions *conditions, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (check_one(&conditions[i], error)) return error_prefix(error, "blank %zu", i);
    return STATUS_OK;
}

/* ---- copies --------------------------------------------------------------------------------------------- */

/* The first pass (base NULL) measures, the second copies: structs first, then strings. */
struct carver {
    char *base;
    size_t size;
};

static void *carve(struct carver *carver, const void *from, size_t size, size_t align)
{
    carver->size = (carver->size + align - 1) / align * align;
    void *at = carver->base ? carver->base + carver->size : NULL;
    if (at && size) memcpy(at, from, size);
    carver->size += size;
    return at;
}

static const char *carve_string(struct carver *carver, const char *text)
{
    return text ? carve(carver, text, strlen(text) + 1, 1) : NULL;
}

static void carve_one(struct carver *carver, const struct fill_conditions *from, struct fill_conditions *to)
{
    struct fill_must *must =
        carve(carver, from->must, from->must_count * sizeof *must, _Alignof(struct fill_must));
    const char **without =
        carve(carver, from->without, from->without_count * sizeof *without, _Alignof(const char *));
    for (size_t i = 0; i < from->must_count; i++) {
        const char *text = carve_string(carver, from->must[i].text);
        if (must) must[i].text = text;
    }
    for (size_t i = 0; i < from->without_count; i++) {
        const char *text = carve_string(carver, from->without[i]);
        if (without) without[i] = text;
    }
    const char *begins = carve_string(carver, from->begins), *ends = carve_string(carver, from->ends),
               *tie = carve_string(carver, from->tie);
    if (!to) return;
    to->must = must;
    to->without = without;
    to->begins = begins;
    to->ends = ends;
    to->tie = tie;
}

struct fill_conditions *fill_conditions_copy(const struct fill_conditions *conditions, size_t count)
{
    struct carver carver = {0};
    carve(&carver, conditions, count * sizeof *conditions, 1);
    for (size_t i = 0; i < count; i++) carve_one(&carver, &conditions[i], NULL);
    carver = (struct carver){.base = mem_alloc(carver.size + 1)};
    if (!carver.base) return NULL;
    struct fill_conditions *copy = carve(&carver, conditions, count * sizeof *conditions, 1);
    for (size_t i = 0; i < count; i++) carve_one(&carver, &conditions[i], &copy[i]);
    return copy;
}

/* ---- whether a fill meets them -------------------------------------------------------------------------- */

struct look {
    const struct fill_conditions *conditions;
    struct slice before, fill, after;
    struct buffer folded; /* the end of `before`, the fill, and the start of `after` */
    size_t start, end;    /* of the fill in `folded` */
    bool no_memory;       /* a search failed for want of memory */
};

/* More bytes than the longest of the words can have beside the fill: folding may shorten a character to a third. */
static size_t bytes_around(const struct fill_conditions *c)
{
    enum { BESIDE_A_WORD = 16 };
    size_t longest = 0;
    for (size_t i = 0; i < c->without_count; i++) {
        size_t size = strlen(c->without[i]);
        if (size > longest) longest = size;
    }
    return 3 * longest + BESIDE_A_WORD;
}

static bool fold_around(struct look *look)
{
    size_t around = bytes_around(look->conditions);
    struct slice left = look->before, right = look->after;
    if (left.size > around) left = (struct slice){left.data + left.size - around, around};
    if (right.size > around) right.size = around;
    bool ok = fill_fold(left, &look->folded);
    look->start = look->folded.size;
    ok = ok && fill_fold(look->fill, &look->folded);
    look->end = look->folded.size;
    return ok && fill_fold(right, &look->folded);
}

/* The first place where the word lies at least partly in the fill (wholly, with `whole`); SIZE_MAX if there is none. */
static size_t find_in_fill(struct look *look, const char *word, bool whole)
{
    struct buffer folded = {0};
    struct slice text = {look->folded.data, look->folded.size};
    size_t found = SIZE_MAX;
    bool ok = fill_fold(slice_of(word), &folded);
    look->no_memory = look->no_memory || !ok;
    if (ok)
        for (size_t at = 0;
             (at = fill_find_word(text, (struct slice){folded.data, folded.size}, at)) != SIZE_MAX; at++) {
            bool inside = whole ? at >= look->start && at + folded.size <= look->end
                                : at < look->end && at + folded.size > look->start;
            if (inside) {
                found = at;
                break;
            }
        }
    buffer_free(&folded);
    return found;
}

static bool has_must(struct look *look, const struct fill_must *must)
{
    if (!must->at) return find_in_fill(look, must->text, true) != SIZE_MAX;
    struct buffer word = {0};
    struct slice text = {look->folded.data, look->folded.size};
    bool met = false, ok = fill_fold(slice_of(must->text), &word);
    look->no_memory = look->no_memory || !ok;
    if (ok)
        for (size_t at = look->start;
             !met && (at = fill_find_word(text, (struct slice){word.data, word.size}, at)) != SIZE_MAX; at++)
            met = at + word.size <= look->end &&
                  fill_count_words((struct slice){text.data + look->start, at - look->start}) + 1 == must->at;
    buffer_free(&word);
    return met;
}

static bool repeats(struct look *look)
{
    size_t start, end;
    bool digits, found = false;
    for (size_t at = fill_last_words(look->before, look->conditions->no_repeat);
         !found && fill_next_word(look->before, at, &start, &end, &digits); at = end) {
        char *word = mem_strndup(look->before.data + start, end - start);
        look->no_memory = look->no_memory || !word;
        found = word && find_in_fill(look, word, true) != SIZE_MAX;
        mem_free(word);
    }
    return found;
}

/* Whether the fill begins (ends) with the letters. Their quotation marks may be of another form than the draft's. */
static bool has_letters(struct look *look, const char *letters, bool first)
{
    struct buffer fill = {0}, wanted = {0};
    bool ok = fill_straighten(look->fill, &fill) && fill_straighten(slice_of(letters), &wanted);
    bool met = ok && wanted.size <= fill.size &&
               memcmp(fill.data + (first ? 0 : fill.size - wanted.size), wanted.data, wanted.size) == 0;
    look->no_memory = look->no_memory || !ok;
    buffer_free(&fill);
    buffer_free(&wanted);
    return met;
}

static const char *find_unmet(struct look *look)
{
    const struct fill_conditions *c = look->conditions;
    for (size_t i = 0; i < c->must_count; i++)
        if (!has_must(look, &c->must[i])) return "must";
    for (size_t i = 0; i < c->without_count; i++)
        if (find_in_fill(look, c->without[i], false) != SIZE_MAX) return "not";
    if (is_given(c->begins) && !has_letters(look, c->begins, true)) return "begins";
    if (is_given(c->ends) && !has_letters(look, c->ends, false)) return "ends";
    if (c->max_words && fill_count_words(look->fill) > c->max_words) return "max_words";
    uint32_t next = fill_char_at(look->after, 0, NULL);
    bool follows = next == '.' || next == '?' || next == '!' || next == 0x2026,
         ends = fill_ends_sentence(look->fill);
    if (c->sentence == FILL_SENTENCE_ENDS && !ends && !follows) return "sentence";
    if (c->sentence == FILL_SENTENCE_GOES_ON && ends) return "sentence";
    return c->no_repeat && repeats(look) ? "no_repeat" : NULL;
}

const char *fill_conditions_unmet(const struct fill_conditions *conditions, struct slice before,
                                  struct slice fill, struct slice after)
{
    struct look look = {.conditions = conditions, .before = before, .fill = fill, .after = after};
    look.no_memory = !fold_around(&look);
    const char *unmet = look.no_memory ? NULL : find_unmet(&look);
    buffer_free(&look.folded);
    return look.no_memory ? "memory" : unmet;
}
