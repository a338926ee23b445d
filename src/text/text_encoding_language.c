/* Guesses an encoding by language. The bytes are decoded in every possible encoding, and each result is scored by the
 * frequencies of its characters in the languages that use the encoding. The best must be far ahead of the next. A table
 * of bigrams would need less text, but single characters already err in fewer than 1 of 1000 pieces of 50 bytes. */
#include "text_charset.h"
#include "text_encoding.h"
#include "text_language_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    LOOKED_AT = 64 << 10, /* bytes, at most */
    COUNTED = 4096,       /* characters that are not ASCII */
    LETTERS = 512,        /* of one language, at most */
    TRIED = 32            /* encodings */
};

/* ---- one language --------------------------------------------------------------------------------------- */

/* Costs in nats, −ln of a probability; `nat` is the unit of the table's costs. */
static const double nat = 8, unknown = 11, kanji = 9.7, rarer_kanji = 10.2, hangul = 10, quotation = 5,
                    sign = 6.5;

struct letter {
    uint32_t code;
    double cost;
};

struct model {
    enum script script;
    struct letter letters[LETTERS]; /* sorted by code */
    size_t count;
};

static int by_code(const void *a, const void *b)
{
    const struct letter *x = a, *y = b;
    return x->code < y->code ? -1 : x->code > y->code;
}

static void open_language(const struct language *language, struct model *m)
{
    size_t size = strlen(language->letters);
    *m = (struct model){.script = language->script};
    for (size_t at = 0; at < size && m->count < LETTERS; m->count++) {
        struct letter *letter = &m->letters[m->count];
        at += (size_t)utf8_decode(language->letters + at, size - at, &letter->code);
        letter->cost = (language->costs[m->count] - '#') / nat;
    }
    qsort(m->letters, m->count, sizeof *m->letters, by_code);
}

static const struct letter *find_letter(const struct model *m, uint32_t code)
{
    struct letter wanted = {code, 0};
    return bsearch(&wanted, m->letters, m->count, sizeof wanted, by_code);
}

/* ---- scoring a text -------------------------------------------------------------------------------------- */

/* What precedes a character. */
enum before { NO_LETTER, ASCII_SMALL, ASCII_CAPITAL, SMALL, CAPITAL };

struct weighing {
    double cost;
    size_t count, unknown; /* characters outside ASCII; those of them that are unknown in the language */
    enum before before;
};

static bool in_string(const char *characters, uint32_t code)
{
    char bytes[5] = "";
    return utf8_put(code, bytes) && strstr(characters, bytes);
}

/* The cost of a sign that occurs in all languages; 0: it is no such sign. */
static double sign_cost(uint32_t code)
{
    if (in_string("«»“”‘’„—–…№°§\u00a0", code)) return quotation;
    return in_string("•·©®±½²³×€£‚‹›¿¡ªº", code) ? sign : 0;
}

static bool is_any_letter(uint32_t code)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* The cost of a capital, or of a letter outside ASCII, at an unusual place. A wrong encoding often puts them there, as
 * capitals inside words or as foreign letters next to ASCII letters. */
static double place_cost(enum script script, enum before before, uint32_t small, bool capital,
                         bool letter_follows)
{
    bool ascii = before == ASCII_SMALL || before == ASCII_CAPITAL,
         beside = before == SMALL || before == CAPITAL;
    if (script == UNCASED) return (ascii ? 4 : 0) + (before == NO_LETTER ? 0.15 : 0);
    if (script == CASED) {
        if (capital) return (ascii ? 4 : 0) + (before == NO_LETTER ? 2 : before == SMALL ? 6 : 1);
        return (ascii ? 4 : 0) + (before == NO_LETTER ? 0.15 : before == SMALL ? 0 : 0.5);
    }
    bool among_capitals = before == ASCII_CAPITAL || before == CAPITAL,
         alone = before == NO_LETTER && !letter_follows;
    bool word = script == WESTERN && in_string("àèéóæåöíáúìò", small);
    return (capital ? (before == NO_LETTER ? 2.5
                       : among_capitals    ? 2
                                           : 5.5)
                    : 0) +
           (beside ? 2 : 0) + (alone && !word ? 4 : 0);
}

static void weigh_letter(const struct model *m, struct weighing *w, uint32_t code, uint32_t next)
{
    uint32_t small = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    const struct letter *letter = find_letter(m, small);
    double other = letter ? 0 : sign_cost(code);
    w->cost +=
        letter ? letter->cost + place_cost(m->script, w->before, small, small != code, is_any_letter(next))
        : other > 0 ? other
                    : unknown;
    w->unknown += !letter && other <= 0;
    w->before = !letter ? NO_LETTER : small == code ? SMALL : CAPITAL;
}

static void weigh_east_asian(const struct model *m, struct weighing *w, uint32_t code)
{
    const struct letter *known = find_letter(m, code);
    bool ideograph = code >= 0x4e00 && code < 0xa000, syllable = code >= 0xac00 && code < 0xd7a4;
    bool kana = code >= 0x3000 && code < 0x3100, wide = code >= 0xff00 && code < 0xff5f;
    w->before = NO_LETTER;
    if (known) {
        w->cost += known->cost;
    } else if (m->script == KOREAN ? syllable : ideograph || wide || (kana && m->script == JAPANESE)) {
        w->cost += m->script == KOREAN ? hangul : m->script == JAPANESE ? rarer_kanji : kanji;
    } else {
        w->cost += unknown;
        w->unknown++;
    }
}

static struct weighing weigh(const struct model *m, const struct buffer *text)
{
    struct weighing w = {0};
    uint32_t code, next;
    for (size_t at = 0, length; at < text->size && w.count < COUNTED; at += length) {
        unsigned char c = (unsigned char)text->data[at];
        length = c < 0x80 ? 1 : (size_t)utf8_decode(text->data + at, text->size - at, &code);
        if (!length) break;
        if (c < 0x80) {
            bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            w.before = !letter ? NO_LETTER : c & 0x20 ? ASCII_SMALL : ASCII_CAPITAL;
            continue;
        }
        w.count++;
        if (!utf8_decode(text->data + at + length, text->size - at - length, &next)) next = ' ';
        if (m->script >= JAPANESE)
            weigh_east_asian(m, &w, code);
        else
            weigh_letter(m, &w, code, next);
    }
    return w;
}

/* ---- all encodings ---------------------------------------------------------------------------------------- */

struct trial {
    enum text_encoding encoding;
    bool possible;
    struct buffer text;
    struct weighing best; /* over its languages */
    enum script script;
};

struct trials {
    struct trial list[TRIED];
    size_t count;
    struct slice bytes;
    bool cut; /* the file has more bytes */
    struct model model;
};

static bool has_controls(const struct buffer *text)
{
    for (size_t i = 0; i + 1 < text->size; i++)
        if ((unsigned char)text->data[i] == 0xc2 && (unsigned char)text->data[i + 1] < 0xa0) return true;
    return false;
}

static struct trial *find_trial(struct trials *all, enum text_encoding encoding)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].encoding == encoding) return &all->list[i];
    if (all->count == TRIED) return NULL;
    struct trial *t = &all->list[all->count++];
    t->encoding = encoding;
    enum status status =
        charset_is(encoding)
            ? charset_decode_start(encoding, all->bytes.data, all->bytes.size, all->cut, &t->text)
            : encoding_decode(encoding, all->bytes.data, all->bytes.size, &t->text, NULL);
    t->possible = !status && !has_controls(&t->text);
    return t;
}

static void try_language(struct trials *all, const struct language *language)
{
    char word[32];
    open_language(language, &all->model);
    for (const char *p = language->encodings; *p; p += *p == ' ') {
        size_t size = strcspn(p, " ");
        enum text_encoding encoding;
        snprintf(word, sizeof word, "%.*s", (int)size, p);
        p += size;
        struct trial *t = text_encoding_find(word, &encoding) ? find_trial(all, encoding) : NULL;
        if (!t || !t->possible) continue;
        struct weighing w = weigh(&all->model, &t->text);
        if (t->best.count && w.cost >= t->best.cost) continue;
        t->best = w;
        t->script = language->script;
    }
}

static bool same_text(const struct trial *a, const struct trial *b)
{
    return a->text.size == b->text.size && memcmp(a->text.data, b->text.data, a->text.size) == 0;
}

/* The encoding with the lowest cost. If a Western one gives the same text, that one. */
static const struct trial *find_best(const struct trials *all)
{
    const struct trial *best = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const struct trial *t = &all->list[i];
        if (t->possible && t->best.count && (!best || t->best.cost < best->best.cost)) best = t;
    }
    for (size_t i = 0; best && i < all->count; i++)
        if (all->list[i].possible && all->list[i].script == WESTERN && same_text(&all->list[i], best))
            return &all->list[i];
    return best;
}

/* The difference in cost, in nats, to the best encoding that gives a different text. */
static double lead_of(const struct trials *all, const struct trial *best)
{
    double lead = HUGE_VAL;
    for (size_t i = 0; i < all->count; i++) {
        const struct trial *t = &all->list[i];
        if (t->possible && t->best.count && !same_text(t, best) && t->best.cost - best->best.cost < lead)
            lead = t->best.cost - best->best.cost;
    }
    return lead;
}

/* With these bounds, fewer than 1 of 1000 pieces of 50, 200 or 1000 bytes, in 20 languages, got a wrong encoding. */
static bool is_sure(const struct trial *t, double lead)
{
    enum { LEAST = 6 };
    const double alphabet = 4.6, east_asian = 8.6, least_lead = 12, lead_of_each = 0.3;
    double count = (double)t->best.count;
    return t->best.count >= LEAST && t->best.unknown * 20 <= t->best.count && lead >= least_lead &&
           lead >= lead_of_each * count &&
           t->best.cost <= count * (t->script >= JAPANESE ? east_asian : alphabet);
}

enum encoding_verdict encoding_guess_language(const char *bytes, size_t size, enum text_encoding *out)
{
    size_t start = encoding_ascii_size(bytes, size);
    if (start > 0) start--; /* the ASCII letter before it counts for place_cost */
    struct trials *all = mem_zalloc(sizeof *all);
    if (!all) return ENCODING_WESTERN;
    all->bytes = (struct slice){bytes + start, size - start < LOOKED_AT ? size - start : LOOKED_AT};
    all->cut = all->bytes.size < size - start;
    for (size_t i = 0; i < ARRAY_SIZE(languages); i++) try_language(all, &languages[i]);
    const struct trial *best = find_best(all);
    enum encoding_verdict verdict = ENCODING_UNSURE;
    if (best && best->script == WESTERN && lead_of(all, best) > 0) verdict = ENCODING_WESTERN;
    if (best && best->script != WESTERN && is_sure(best, lead_of(all, best))) {
        *out = best->encoding;
        verdict = ENCODING_OTHER;
    }
    for (size_t i = 0; i < all->count; i++) buffer_free(&all->list[i].text);
    mem_free(all);
    return verdict;
}
