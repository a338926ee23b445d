/* How likely each word of a text is in its context: docs/SEDD.md, section 16. */
#include "lacuna/fit.h"
#include "ask_rows.h"
#include "engine.h"
#include "lexicon.h"

#include <math.h>
#include <string.h>

void fit_free(struct fit *fit)
{
    for (size_t i = 0; i < fit->count; i++) {
        for (size_t j = 0; fit->words[i].instead && j < fit->words[i].instead_count; j++)
            buffer_free(&fit->words[i].instead[j].text);
        mem_free(fit->words[i].instead);
    }
    mem_free(fit->words);
    *fit = (struct fit){0};
}

static enum status no_memory_to_fit(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory to score the words of a text");
}

/* ---- the words and their tokens ------------------------------------------------------------------------- */

/* A word's tokens and the window in which it is evaluated, as indices of the text's tokens. */
struct seen_word {
    size_t first, last; /* its tokens, last excluded */
    size_t window, window_end;
};
/* One row of the network: which token of which word, and whether only its left context is given. */
struct wanted_row {
    size_t word;
    uint32_t token;
    bool left;
};

struct survey {
    struct fill_engine *engine;
    const struct fit_question *question;
    struct fit *fit;
    struct fill_mapped mapped;
    struct bpe_ids ids;
    struct seen_word *seen;
    size_t seen_capacity;
    struct wanted_row *wanted;
    size_t wanted_count, wanted_capacity;
    bool failed;
};

static void survey_free(struct survey *s)
{
    fill_mapped_free(&s->mapped);
    bpe_ids_free(&s->ids);
    mem_free(s->seen);
    mem_free(s->wanted);
}

/* Windows begin at every half of a length. A word gets the window whose middle is nearest to it. */
static void choose_window(const struct survey *s, struct seen_word *w)
{
    size_t length = fill_engine_config(s->engine)->length, stride = length / 2 ? length / 2 : 1;
    size_t middle = (w->first + w->last) / 2, before = (length - stride) / 2, all = s->ids.count;
    size_t start = middle / stride * stride;
    start = start > before ? start - before : 0;
    if (start + length > all) start = all > length ? all - length : 0;
    if (w->last > start + length) start = w->last - length; /* for a very long run of letters */
    w->window = start;
    w->window_end = start + length < all ? start + length : all;
}

static enum status add_word(struct survey *s, size_t start, size_t end, size_t first, size_t last,
                            struct error *error)
{
    struct fit *f = s->fit;
    if (last - first > fill_engine_config(s->engine)->length) return STATUS_OK;
    if (!mem_grow(&f->words, &f->capacity, f->count + 1, sizeof *f->words) ||
        !mem_grow(&s->seen, &s->seen_capacity, f->count + 1, sizeof *s->seen))
        return no_memory_to_fit(error);
    s->seen[f->count] = (struct seen_word){.first = first, .last = last};
    choose_window(s, &s->seen[f->count]);
    f->words[f->count++] =
        (struct fit_word){.start = start, .end = end, .tokens = (uint32_t)(last - first), .ln_q_left = NAN};
    return STATUS_OK;
}

/* Goes through words and tokens together to find the tokens of each word. */
static enum status find_words(struct survey *s, struct error *error)
{
    const struct bpe *bpe = fill_engine_bpe(s->engine);
    struct slice text = {s->mapped.text.data, s->mapped.text.size};
    size_t start, end, token = 0, at = 0; /* `at`: where `token` begins */
    bool digits;
    enum status status = STATUS_OK;
    for (size_t from = 0; !status && fill_next_word(text, from, &start, &end, &digits); from = end) {
        size_t place = s->mapped.origin[start];
        if (place >= s->question->end) break;
        while (token < s->ids.count && at + bpe_token_bytes(bpe, s->ids.ids[token]).size <= start)
            at += bpe_token_bytes(bpe, s->ids.ids[token++]).size;
        size_t last = token;
        for (size_t to = at; last < s->ids.count && to < end; last++)
            to += bpe_token_bytes(bpe, s->ids.ids[last]).size;
        if (place >= s->question->start)
            status = add_word(s, place, s->mapped.origin[end], token, last, error);
    }
    return status;
}

static enum status want_rows(struct survey *s, bool left, struct error *error)
{
    for (size_t i = 0; i < s->fit->count; i++)
        for (uint32_t t = 0; t < s->fit->words[i].tokens; t++) {
            if (!mem_grow(&s->wanted, &s->wanted_capacity, s->wanted_count + 1, sizeof *s->wanted))
                return no_memory_to_fit(error);
            s->wanted[s->wanted_count++] = (struct wanted_row){i, t, left};
        }
    return STATUS_OK;
}

/* ---- asking --------------------------------------------------------------------------------------------- */

/* With left context alone, the rest of the window is masked, not cut off: the network was trained on texts with
 * masks, not on texts that stop in the middle of a sentence. For 2,000 words of held-out prose, the bundled model's
 * mean ln q of a word is 0.25 nats higher that way (−5.74 against −5.99). */
static void make_row(void *context, size_t index, struct row_question *q)
{
    const struct survey *s = context;
    const struct wanted_row *row = &s->wanted[index];
    const struct seen_word *w = &s->seen[row->word];
    const struct sedd_config *config = fill_engine_config(s->engine);
    size_t asked = w->first + row->token, last = row->left ? w->window_end : w->last;
    q->length = (uint32_t)(w->window_end - w->window);
    q->position = (uint32_t)(asked - w->window);
    memcpy(q->ids, s->ids.ids + w->window, q->length * sizeof *q->ids);
    for (size_t i = asked; i < last && config->graph == SEDD_ABSORB; i++)
        q->ids[i - w->window] = config->tokens;
}

static void note_entropy(struct survey *s, struct fit_word *word, const float *log_q, uint32_t id)
{
    uint32_t tokens = fill_engine_config(s->engine)->tokens;
    word->rank = 1;
    for (uint32_t y = 0; y < tokens; y++) {
        double p = exp((double)log_q[y]);
        if (p > 0) word->entropy -= p * (double)log_q[y];
        word->rank += log_q[y] > log_q[id];
    }
}

static void note_instead(struct survey *s, struct fit_word *word, float *log_q)
{
    uint32_t ids[FILL_MAX_ALTERNATIVES], tokens = fill_engine_config(s->engine)->tokens;
    double log_p[FILL_MAX_ALTERNATIVES];
    if (!s->question->instead) return;
    word->instead = mem_zalloc_array(s->question->instead, sizeof *word->instead);
    if (word->instead)
        word->instead_count = fill_take_likeliest(log_q, NULL, tokens, s->question->instead, ids, log_p);
    s->failed = s->failed || !word->instead;
    for (size_t i = 0; i < word->instead_count; i++) {
        struct slice bytes = bpe_token_bytes(fill_engine_bpe(s->engine), ids[i]);
        bool space = bytes.size > 1 && bytes.data[0] == ' ';
        word->instead[i] = (struct fill_alternative){.ids = {ids[i]}, .count = 1, .p = exp(log_p[i])};
        if (!buffer_append(&word->instead[i].text, bytes.data + space, bytes.size - space)) s->failed = true;
    }
}

static void take_row(void *context, size_t index, float *log_q)
{
    struct survey *s = context;
    const struct wanted_row *row = &s->wanted[index];
    struct fit_word *word = &s->fit->words[row->word];
    uint32_t id = s->ids.ids[s->seen[row->word].first + row->token];
    if (row->left) {
        word->ln_q_left = (row->token ? word->ln_q_left : 0) + (double)log_q[id];
        return;
    }
    word->ln_q += (double)log_q[id];
    if (row->token) return;
    note_entropy(s, word, log_q, id);
    note_instead(s, word, log_q);
}

static enum status ask_words(struct survey *s, const atomic_bool *cancel, struct error *error)
{
    const struct sedd_config *config = fill_engine_config(s->engine);
    bool left = s->question->left && config->graph == SEDD_ABSORB;
    enum status status = want_rows(s, false, error);
    if (!status && left) status = want_rows(s, true, error);
    uint32_t room = s->ids.count < config->length ? (uint32_t)s->ids.count : config->length;
    struct rows rows = {s->engine, s->wanted_count, room ? room : 1, make_row, take_row, s};
    if (!status) status = fill_ask_rows(&rows, &s->fit->evaluations, cancel, error);
    return !status && s->failed ? no_memory_to_fit(error) : status;
}

static enum status survey_words(struct survey *s, struct error *error)
{
    const struct fit_question *q = s->question;
    if (q->start > q->end || q->end > q->text.size || q->text.size >= UINT32_MAX ||
        q->instead > FILL_MAX_ALTERNATIVES)
        return error_set(error, STATUS_ARGUMENT,
                         "the range of words or the number of alternatives is invalid");
    struct fill_dialect dialect =
        q->dialect ? *q->dialect : fill_dialect_detect(q->text, fill_engine_config(s->engine)->dialect);
    enum status status = fill_dialect_to_model(&dialect, q->text, &s->mapped, error);
    if (!status)
        status = bpe_encode(fill_engine_bpe(s->engine), s->mapped.text.data ? s->mapped.text.data : "",
                            s->mapped.text.size, &s->ids, error);
    return status ? status : find_words(s, error);
}

enum status fit_words(struct fill_engine *engine, const struct fit_question *question, struct fit *out,
                      const atomic_bool *cancel, struct error *error)
{
    struct survey s = {.engine = engine, .question = question, .fit = out};
    *out = (struct fit){0};
    enum status status = survey_words(&s, error);
    if (!status) status = ask_words(&s, cancel, error);
    if (status) fit_free(out);
    survey_free(&s);
    return status;
}

enum status fit_find_words(struct fill_engine *engine, const struct fit_question *question,
                           struct fit_places *out, struct error *error)
{
    struct fit fit = {0};
    struct survey s = {.engine = engine, .question = question, .fit = &fit};
    *out = (struct fit_places){0};
    enum status status = survey_words(&s, error);
    if (!status && !(out->starts = mem_alloc_array(fit.count, sizeof *out->starts)))
        status = no_memory_to_fit(error);
    for (size_t i = 0; !status && i < fit.count; i++) out->starts[out->count++] = fit.words[i].start;
    fit_free(&fit);
    survey_free(&s);
    return status;
}

void fit_places_free(struct fit_places *places)
{
    mem_free(places->starts);
    *places = (struct fit_places){0};
}
