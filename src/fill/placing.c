/* Places the words that must appear in a blank: an exact search for the likeliest places that do not overlap, by
 * dynamic programming over (slot, words placed, words so far). docs/SEDD.md (14.1). */
#include "placing.h"
#include "chars.h"
#include "fold.h"
#include "token_words.h"

#include <math.h>
#include <string.h>
#include <utf8proc.h>

/* ---- spelling ------------------------------------------------------------------------------------------- */

static enum status encode_spelling(const struct hold_blank *b, struct slice text, struct placed_word *word,
                                   bool first, struct error *error)
{
    struct bpe_ids ids = {0};
    enum status status = bpe_encode(fill_engine_bpe(b->engine), text.data, text.size, &ids, error);
    if (!status && ids.count > PLACING_TOKENS)
        status = error_set(error, STATUS_LIMIT, "\"must\": a word of %zu tokens is too long", ids.count);
    if (!status && ids.count && word->spelling_count < PLACING_SPELLINGS) {
        struct spelling *s = &word->spellings[word->spelling_count++];
        s->count = (uint32_t)ids.count;
        s->first = first;
        memcpy(s->ids, ids.ids, ids.count * sizeof *s->ids);
    }
    bpe_ids_free(&ids);
    return status;
}

/* Spells the form with a space in front and, if no space precedes the blank, without one for its first slot. */
static enum status spell_form(const struct hold_blank *b, struct slice form, struct placed_word *word,
                              struct error *error)
{
    struct buffer spaced = {0};
    if (!buffer_append_char(&spaced, ' ') || !buffer_append(&spaced, form.data, form.size))
        return buffer_free(&spaced), error_set(error, STATUS_NO_MEMORY, "not enough memory for a word");
    enum status status = encode_spelling(b, (struct slice){spaced.data, spaced.size}, word, false, error);
    bool joins = fill_is_word(fill_char_before(b->before, b->before.size, NULL));
    if (!status && !b->spaced && !joins) status = encode_spelling(b, form, word, true, error);
    buffer_free(&spaced);
    return status;
}

/* Spells the word as it was given and with a capital, since its place may begin a sentence. */
static enum status spell_word(const struct hold_blank *b, const struct fill_dialect *dialect,
                              const char *text, struct placed_word *word, struct error *error)
{
    struct fill_mapped mapped = {0};
    struct buffer capital = {0};
    char form[4];
    uint32_t c = 0;
    enum status status = fill_dialect_to_model(dialect, (struct slice){text, strlen(text)}, &mapped, error);
    struct slice plain = {mapped.text.data, mapped.text.size};
    if (!status) status = spell_form(b, plain, word, error);
    int n = status ? 0 : utf8_decode(plain.data, plain.size, &c);
    uint32_t upper = (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
    if (n && upper != c) {
        bool ok = buffer_append(&capital, form, (size_t)utf8_put(upper, form)) &&
                  buffer_append(&capital, plain.data + n, plain.size - (size_t)n);
        status = ok ? spell_form(b, (struct slice){capital.data, capital.size}, word, error)
                    : error_set(error, STATUS_NO_MEMORY, "not enough memory for a word");
    }
    buffer_free(&capital);
    fill_mapped_free(&mapped);
    return status;
}

enum status placing_new(const struct hold_blank *b, const struct fill_dialect *dialect, struct placing *p,
                        struct error *error)
{
    const struct fill_conditions *c = b->conditions;
    *p = (struct placing){.blank = b, .max_words = c->max_words};
    p->begins = mem_zalloc_array(b->words, sizeof *p->begins);
    p->begins_here = mem_zalloc_array(b->count, sizeof *p->begins_here);
    p->apart = fill_engine_allowed(b->engine, FILL_ALLOW_APART);
    if (!p->begins || !p->begins_here) {
        placing_free(p);
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the places of words");
    }
    for (uint32_t id = 0; id < bpe_size(fill_engine_bpe(b->engine)); id++)
        if (hold_begins_word(b->engine, id)) set_add(p->begins, id);
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < c->must_count; i++) {
        struct placed_word *word = &p->words[p->word_count++];
        word->at = c->must[i].at;
        word->words = fill_count_words((struct slice){c->must[i].text, strlen(c->must[i].text)});
        status = spell_word(b, dialect, c->must[i].text, word, error);
    }
    if (status) placing_free(p);
    return status;
}

void placing_free(struct placing *p)
{
    mem_free(p->begins);
    mem_free(p->begins_here);
    mem_free(p->scores);
    mem_free(p->masses);
    *p = (struct placing){0};
}

/* ---- possible places ------------------------------------------------------------------------------------ */

static bool fits_at(const struct placing *p, const struct spelling *s, uint32_t start)
{
    const struct hold_blank *b = p->blank;
    uint32_t end = start + s->count;
    if (end > b->count || (s->first && start)) return false;
    if (start == 0 && !b->spaced && !s->first) return false;
    for (uint32_t i = 0; i < s->count; i++)
        if (!set_has(b->sets[start + i], s->ids[i])) return false;
    if (end == b->count) return !fill_is_word(fill_char_at(b->after, 0, NULL));
    return set_meets(b->sets[end], p->apart, true, b->words);
}

static double score_at(const struct placing *p, uint32_t word, uint32_t spelling, uint32_t start)
{
    return p->scores ? p->scores[(word * PLACING_SPELLINGS + spelling) * p->blank->count + start] : 0;
}

/* ---- the search ----------------------------------------------------------------------------------------- */

/* best[slot][placed][words]: the best score from this slot on, if the words of the set `placed` are already placed
 * and the fill has `words` words before it. */
struct table {
    double *best;
    uint32_t masks, caps; /* the number of sets of placed words, and of counts of words */
    bool counts;          /* words are counted */
    uint32_t placed_at;   /* set of the words with a fixed number (`at`) */
};

static double *cell(const struct table *t, uint32_t slot, uint32_t mask, uint32_t words)
{
    return &t->best[((size_t)slot * t->masks + mask) * t->caps + words];
}

static uint32_t more_words(const struct table *t, uint32_t words, uint32_t more)
{
    if (!t->counts) return 0;
    return words + more < t->caps ? words + more : t->caps - 1;
}

/* A choice for a slot: a word (≥ 0) in a spelling, or a free slot that begins a word (−1) or does not (−2). */
struct choice {
    double score;
    int word;
    uint32_t spelling;
};
enum { BEGINS = -1, GOES_ON = -2, NOTHING = -3 };

static void better(struct choice *best, double score, int word, uint32_t spelling)
{
    if (score > best->score) *best = (struct choice){score, word, spelling};
}

static void try_words(const struct placing *p, const struct table *t, uint32_t slot, uint32_t mask,
                      uint32_t words, struct choice *best)
{
    for (uint32_t w = 0; w < p->word_count; w++) {
        const struct placed_word *word = &p->words[w];
        if ((mask >> w & 1) || (word->at && word->at != words + 1)) continue;
        for (uint32_t s = 0; s < word->spelling_count; s++)
            if (fits_at(p, &word->spellings[s], slot))
                better(best,
                       score_at(p, w, s, slot) + *cell(t, slot + word->spellings[s].count, mask | 1u << w,
                                                       more_words(t, words, word->words)),
                       (int)w, s);
    }
}

/* Leaves the slot to be drawn. Before a word with a fixed number (`at`), the choice also says whether the slot begins
 * a word. */
static void try_free(const struct placing *p, const struct table *t, uint32_t slot, uint32_t mask,
                     uint32_t words, struct choice *best)
{
    const struct hold_blank *b = p->blank;
    bool pattern = (t->placed_at & ~mask) != 0;
    double begins = pattern && p->masses ? p->masses[2 * slot + 1] : 0,
           goes_on = pattern && p->masses ? p->masses[2 * slot] : 0;
    if (slot == 0) {
        better(best, *cell(t, 1, mask, more_words(t, words, 1)), BEGINS, 0);
        return;
    }
    if (set_meets(b->sets[slot], p->begins, false, b->words))
        better(best, goes_on + *cell(t, slot + 1, mask, words), GOES_ON, 0);
    if (t->counts && set_meets(b->sets[slot], p->begins, true, b->words))
        better(best, begins + *cell(t, slot + 1, mask, more_words(t, words, 1)), BEGINS, 0);
    if (!t->counts) better(best, *cell(t, slot + 1, mask, words), BEGINS, 0);
}

static struct choice choose_at(const struct placing *p, const struct table *t, uint32_t slot, uint32_t mask,
                               uint32_t words)
{
    struct choice best = {-INFINITY, NOTHING, 0};
    try_words(p, t, slot, mask, words, &best);
    try_free(p, t, slot, mask, words, &best);
    return best;
}

static void fill_table(const struct placing *p, const struct table *t)
{
    uint32_t n = p->blank->count;
    for (uint32_t mask = 0; mask < t->masks; mask++)
        for (uint32_t words = 0; words < t->caps; words++) {
            bool good = mask == t->masks - 1 && (!p->max_words || words <= p->max_words);
            *cell(t, n, mask, words) = good ? 0 : -INFINITY;
        }
    for (uint32_t slot = n; slot-- > 0;)
        for (uint32_t mask = 0; mask < t->masks; mask++)
            for (uint32_t words = 0; words < t->caps; words++)
                *cell(t, slot, mask, words) = choose_at(p, t, slot, mask, words).score;
}

static void follow(struct placing *p, const struct table *t)
{
    uint32_t mask = 0, words = 0;
    p->patterned = 0;
    for (uint32_t slot = 0; slot < p->blank->count;) {
        struct choice c = choose_at(p, t, slot, mask, words);
        if (c.word < 0) {
            p->begins_here[slot] = c.word == BEGINS;
            words = more_words(t, words, c.word == BEGINS);
            slot++;
            continue;
        }
        const struct placed_word *word = &p->words[c.word];
        p->starts[c.word] = slot;
        p->chosen[c.word] = c.spelling;
        if (word->at) p->patterned = slot;
        words = more_words(t, words, word->words);
        mask |= 1u << c.word;
        slot += word->spellings[c.spelling].count;
    }
}

enum status placing_solve(struct placing *p, struct error *error)
{
    enum { MOST_CELLS = 1 << 22 };
    struct table t = {.masks = 1u << p->word_count, .caps = 1};
    uint32_t most = p->max_words;
    for (uint32_t w = 0; w < p->word_count; w++) {
        if (p->words[w].at) t.placed_at |= 1u << w;
        if (p->words[w].at > most) most = p->words[w].at;
    }
    t.counts = most > 0;
    if (t.counts) t.caps = (most < p->blank->count ? most : p->blank->count) + 2;
    size_t cells = ((size_t)p->blank->count + 1) * t.masks * t.caps;
    if (cells > MOST_CELLS)
        return error_set(error, STATUS_LIMIT, "too many words with conditions for a blank of this length");
    if (!(t.best = mem_alloc_array(cells, sizeof *t.best)))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the places of words");
    fill_table(p, &t);
    bool found = isfinite(*cell(&t, 0, 0, 0));
    if (found) follow(p, &t);
    mem_free(t.best);
    if (found) return STATUS_OK;
    return error_set(error, STATUS_ARGUMENT, "the words that must appear do not fit into %u token%s",
                     p->blank->count, p->blank->count == 1 ? "" : "s");
}
