/* Which words exist, by a language's dictionaries. English has two, and a text in either variety may contain
 * words of both; the second is loaded at the first word that the first does not have. */
#include "lexicon.h"
#include "chars.h"
#include "lacuna/base.h"

#include <string.h>

enum {
    SAMPLE_WORDS = 400, /* words that decide which language a draft is in */
    MOST_LANGUAGES = 8  /* languages of this machine that are tried: each stays in memory */
};

/* ---- words of a text -------------------------------------------------------------------------------- */

bool fill_next_word(struct slice text, size_t from, size_t *start, size_t *end, bool *digits)
{
    bool inside = false;
    *digits = false;
    for (size_t at = from; at < text.size;) {
        uint32_t c, after;
        int n = utf8_decode(text.data + at, text.size - at, &c);
        if (n == 0) n = 1, c = ' ';
        bool letter = fill_is_word(c);
        if (inside && (c == '\'' || c == 0x2019)) {
            letter =
                utf8_decode(text.data + at + n, text.size - at - (size_t)n, &after) && fill_is_word(after);
        }
        if (inside && !letter) return *end = at, true;
        if (!inside && letter) inside = true, *start = at;
        if (inside && c >= '0' && c <= '9') *digits = true;
        at += (size_t)n;
    }
    *end = text.size;
    return inside;
}

bool fill_word_goes_on(struct slice draft, size_t at, bool forward)
{
    size_t size = 0;
    uint32_t c = forward ? fill_char_at(draft, at, &size) : fill_char_before(draft, at, &size);
    if (c != '\'' && c != 0x2019) return fill_is_word(c);
    at = forward ? at + size : at - size;
    return fill_is_word(forward ? fill_char_at(draft, at, &size) : fill_char_before(draft, at, &size));
}

static bool has_as(struct slice draft, struct slice word, char first)
{
    for (size_t at = 0; at + word.size <= draft.size;) {
        const char *found = memchr(draft.data + at, first, draft.size - at - word.size + 1);
        if (!found) return false;
        size_t start = (size_t)(found - draft.data), end = start + word.size;
        at = start + 1;
        if (memcmp(found + 1, word.data + 1, word.size - 1) == 0 && !fill_word_goes_on(draft, start, false) &&
            !fill_word_goes_on(draft, end, true))
            return true;
    }
    return false;
}

bool fill_draft_has(struct slice draft, struct slice word)
{
    INVARIANT(word.size > 0);
    char c = word.data[0], other = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? (char)(c ^ 32) : c;
    return has_as(draft, word, c) || (other != c && has_as(draft, word, other));
}

/* ---- words of a language ---------------------------------------------------------------------------- */

static bool is_english(const char *tag)
{
    return strncmp(tag, "en", 2) == 0 && (tag[2] == '\0' || tag[2] == '_' || tag[2] == '.' || tag[2] == '-');
}

static void set_language(struct fill_lexicon *l, const char *tag)
{
    static const char *const english[] = {"en_US", "en_GB"};
    *l = (struct fill_lexicon){.count = 1};
    snprintf(l->tags[0], sizeof l->tags[0], "%.*s", (int)strcspn(tag, "."), tag); /* en_US.UTF-8 */
    for (size_t i = 0; is_english(tag) && i < ARRAY_SIZE(english); i++)
        if (strncmp(tag, english[i], strlen(english[i])) != 0)
            snprintf(l->tags[l->count++], sizeof l->tags[0], "%s", english[i]);
}

enum status fill_lexicon_open(struct fill_lexicon *l, const char *tag, struct error *error)
{
    set_language(l, tag);
    l->asked[0] = true;
    struct error own = {0};
    if ((l->dictionaries[0] = dictionary_open(tag, &own))) return STATUS_OK;
    l->count = 0;
    return error_set(error, own.code, "%s", own.message);
}

bool fill_lexicon_knows(struct fill_lexicon *l, struct slice word)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (!l->asked[i]) l->dictionaries[i] = dictionary_open(l->tags[i], NULL);
        l->asked[i] = true;
        if (l->dictionaries[i] && dictionary_knows(l->dictionaries[i], word.data, word.size)) return true;
    }
    return false;
}

/* ---- which language ---------------------------------------------------------------------------------- */

/* Some words of a draft, from all parts of it: words that begin with lower-case letters, since names tell
 * nothing. */
struct sample {
    struct slice words[SAMPLE_WORDS];
    uint32_t count;
};

static bool begins_small(struct slice word)
{
    uint32_t c = fill_char_at(word, 0, NULL);
    return !(c >= 'A' && c <= 'Z') && !(c >= 0xC0 && c <= 0xDE);
}

static void take_sample(struct slice draft, bool capitals, struct sample *sample)
{
    size_t step = draft.size / SAMPLE_WORDS, start, end;
    bool digits;
    sample->count = 0;
    for (size_t at = 0; sample->count < SAMPLE_WORDS && fill_next_word(draft, at, &start, &end, &digits);) {
        struct slice word = {draft.data + start, end - start};
        bool counts = !digits && (capitals || begins_small(word)) && end - start > 1;
        if (counts) sample->words[sample->count++] = word;
        at = counts && at + step > end ? at + step : end;
        while (at > end && at < draft.size && fill_is_word(fill_char_before(draft, at, NULL)))
            at++; /* not inside a word */
    }
}

/* The share of the words that a language has, minus two thirds; it must be positive. For the language that
 * the user asked for, `advance` words count as known, so that a single unknown word is no evidence against
 * it. */
static double fit_of(struct fill_lexicon *l, const struct sample *sample, uint32_t advance)
{
    uint32_t known = 0, all = sample->count + advance;
    for (uint32_t i = 0; i < sample->count; i++) known += fill_lexicon_knows(l, sample->words[i]);
    return all ? (double)(known + advance) / all - 2.0 / 3 : -1;
}

static bool same_language(const char *a, const char *b)
{
    size_t n = strcspn(a, "_-.@");
    return n == strcspn(b, "_-.@") && strncmp(a, b, n) == 0;
}

/* The best of English and the languages of this machine, if one fits. */
static bool choose_among(struct fill_lexicon *l, const struct sample *sample, const char *but)
{
    char tags[1 + MOST_LANGUAGES][DICTIONARY_TAG] = {"en_US"};
    int count = 1 + dictionary_list(tags + 1, MOST_LANGUAGES);
    double best = 0;
    for (int i = 0; i < count; i++) {
        struct fill_lexicon other;
        bool asked = same_language(tags[i], but);
        for (int j = 0; j < i && !asked; j++) asked = same_language(tags[i], tags[j]);
        if (asked || fill_lexicon_open(&other, tags[i], NULL)) continue;
        double fit = fit_of(&other, sample, 0);
        if (fit <= best) continue;
        best = fit;
        *l = other;
    }
    return best > 0;
}

bool fill_lexicon_choose(struct fill_lexicon *l, struct slice draft, const char *first)
{
    enum { LEAST_WORDS = 3 }; /* a word is no evidence for a language that nobody named */
    char own[DICTIONARY_TAG];
    struct sample *sample = mem_zalloc(sizeof *sample);
    if (!sample) return *l = (struct fill_lexicon){0}, false;
    take_sample(draft, false, sample);
    if (!sample->count) take_sample(draft, true, sample);
    if (!*first) dictionary_language(own), first = own;
    bool chosen = (fill_lexicon_open(l, first, NULL) == STATUS_OK && fit_of(l, sample, 2) > 0) ||
                  (sample->count >= LEAST_WORDS && choose_among(l, sample, first));
    mem_free(sample);
    if (!chosen) *l = (struct fill_lexicon){0};
    return chosen;
}
