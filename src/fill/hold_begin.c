/* The start of a window: the sets of blanks with conditions, and the words that are held in them from the start. */
#include "chars.h"
#include "fold.h"
#include "hold.h"
#include "hold_blank.h"
#include "placing.h"
#include "token_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the likeliest places of words ---------------------------------------------------------------------- */

/* The window that is evaluated: all slots are masked, except those with held tokens. */
struct asking {
    struct fill_run *run;
    struct run_candidate *c;
    struct placing *placing;
    uint32_t first; /* the window's index of the blank's first slot */
    uint32_t *ids, masked;
    double *firsts; /* laid out as placing.scores, for the first token of each word */
    const atomic_bool *cancel;
};

static enum status open_ids(struct asking *a, struct error *error)
{
    const struct fill_window *w = &a->c->window;
    a->ids = mem_alloc_array(w->length, sizeof *a->ids);
    if (!a->ids) return no_memory_for_fill(error);
    memcpy(a->ids, w->ids, w->length * sizeof *a->ids);
    for (uint32_t i = 0; i < w->slot_count; i++)
        a->ids[w->slots[i].position] = fill_engine_config(a->run->engine)->tokens;
    for (size_t i = 0; i < a->c->held_count; i++)
        a->ids[w->slots[a->c->held[i].slot].position] = a->c->held[i].id;
    a->masked = w->slot_count - (uint32_t)a->c->held_count;
    return STATUS_OK;
}

static double log_sum_over(const float *f, const uint64_t *set, uint32_t tokens)
{
    double top = -INFINITY, sum = 0;
    for (uint32_t y = 0; y < tokens; y++)
        if (set_has(set, y) && (double)f[y] > top) top = (double)f[y];
    for (uint32_t y = 0; y < tokens; y++)
        if (set_has(set, y)) sum += exp((double)f[y] - top);
    return top + log(sum);
}

/* ln q of every word at every start, with its tokens taken as independent; and, for every slot, ln q of beginning a
 * word and of not beginning one. */
static void score_rows(struct asking *a, const float *f)
{
    struct placing *p = a->placing;
    const struct hold_blank *b = p->blank;
    uint32_t tokens = fill_engine_config(a->run->engine)->tokens;
    size_t columns = sedd_head_columns(fill_engine_config(a->run->engine));
    for (uint32_t i = 0; i < b->count; i++) {
        const float *row = f + i * columns;
        double all = log_sum_over(row, b->sets[i], tokens), begins = 0;
        for (uint32_t y = 0; y < tokens; y++)
            if (set_has(b->sets[i], y) && set_has(p->begins, y)) begins += exp((double)row[y] - all);
        p->masses[2 * i] = log(fmax(1 - begins, 1e-12));
        p->masses[2 * i + 1] = log(fmax(begins, 1e-12));
        for (uint32_t w = 0; w < p->word_count; w++)
            for (uint32_t s = 0; s < p->words[w].spelling_count; s++)
                for (uint32_t j = 0; j < p->words[w].spellings[s].count && j <= i; j++) {
                    size_t at = (w * PLACING_SPELLINGS + s) * (size_t)b->count + i - j;
                    double log_q = (double)row[p->words[w].spellings[s].ids[j]] - all;
                    p->scores[at] += log_q;
                    if (j == 0) a->firsts[at] = log_q;
                }
    }
}

static enum status ask_once(struct asking *a, struct error *error)
{
    const struct sedd_config *config = fill_engine_config(a->run->engine);
    const struct fill_window *w = &a->c->window;
    uint32_t n = a->placing->blank->count;
    uint32_t *rows = mem_alloc_array(n, sizeof *rows);
    float *f = mem_alloc_array(n * sedd_head_columns(config), sizeof *f);
    if (!rows || !f) {
        mem_free(rows);
        mem_free(f);
        return no_memory_for_fill(error);
    }
    for (uint32_t i = 0; i < n; i++) rows[i] = w->slots[a->first + i].position;
    struct sedd_sequence sequence = {a->ids, w->length,
                                     (float)sedd_sigma_bar_of_state(config, a->masked, w->length), rows, n};
    enum status status =
        sedd_net_evaluate(fill_engine_net(a->run->engine), &sequence, 1, f, a->cancel, error);
    if (!status) a->run->evaluations++;
    if (!status) score_rows(a, f);
    mem_free(rows);
    mem_free(f);
    return status;
}

/* A place at which the tokens of a word are evaluated one after another. */
struct place {
    uint32_t word, spelling, start;
    double *score, first;
};

static int better_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (*x->score != *y->score) return *x->score > *y->score ? -1 : 1;
    if (x->word != y->word) return x->word < y->word ? -1 : 1;
    return x->start != y->start ? (x->start < y->start ? -1 : 1)
                                : (x->spelling > y->spelling) - (x->spelling < y->spelling);
}

enum { WEIGHED_PLACES = 8 }; /* for words of several tokens */

/* The likeliest places of words of several tokens, according to the first evaluation. */
static size_t list_places(const struct asking *a, struct place *places)
{
    struct placing *p = a->placing;
    size_t count = 0;
    for (uint32_t w = 0; w < p->word_count; w++)
        for (uint32_t s = 0; s < p->words[w].spelling_count; s++) {
            uint32_t tokens = p->words[w].spellings[s].count, n = p->blank->count;
            for (uint32_t start = 0; tokens > 1 && start + tokens <= n; start++) {
                size_t at = (w * PLACING_SPELLINGS + s) * (size_t)n + start;
                places[count++] = (struct place){w, s, start, &p->scores[at], a->firsts[at]};
            }
        }
    if (count > 1) qsort(places, count, sizeof *places, better_place);
    return count < WEIGHED_PLACES ? count : WEIGHED_PLACES;
}

/* ln q of the tokens after the first, each given those before it. The batch has one sequence for each of them. */
static enum status weigh_place(struct asking *a, const struct place *place, struct error *error)
{
    const struct sedd_config *config = fill_engine_config(a->run->engine);
    const struct fill_window *w = &a->c->window;
    const struct spelling *s = &a->placing->words[place->word].spellings[place->spelling];
    const struct sedd_slot *slots = &w->slots[a->first + place->start];
    uint32_t n = s->count - 1, rows[PLACING_TOKENS];
    struct sedd_sequence sequences[PLACING_TOKENS];
    uint32_t *ids = mem_alloc_array((size_t)n * w->length, sizeof *ids);
    float *f = mem_alloc_array(n * sedd_head_columns(config), sizeof *f);
    enum status status = ids && f ? STATUS_OK : no_memory_for_fill(error);
    for (uint32_t i = 0; !status && i < n; i++) {
        uint32_t *own = ids + (size_t)i * w->length;
        memcpy(own, a->ids, w->length * sizeof *own);
        for (uint32_t j = 0; j <= i; j++) own[slots[j].position] = s->ids[j];
        rows[i] = slots[i + 1].position;
        float level = (float)sedd_sigma_bar_of_state(config, a->masked - i - 1, w->length);
        sequences[i] = (struct sedd_sequence){own, w->length, level, &rows[i], 1};
    }
    if (!status)
        status = sedd_net_evaluate(fill_engine_net(a->run->engine), sequences, n, f, a->cancel, error);
    if (!status) a->run->evaluations += n;
    if (!status) *place->score = place->first;
    for (uint32_t i = 0; !status && i < n; i++) {
        const float *row = f + i * sedd_head_columns(config);
        const uint64_t *set = a->placing->blank->sets[place->start + i + 1];
        double all = log_sum_over(row, set, config->tokens);
        *place->score += (double)row[s->ids[i + 1]] - all;
    }
    mem_free(ids);
    mem_free(f);
    return status;
}

static enum status score_places(struct asking *a, struct error *error)
{
    struct placing *p = a->placing;
    size_t cells = (size_t)p->word_count * PLACING_SPELLINGS * p->blank->count;
    struct place *places = mem_alloc_array(cells, sizeof *places);
    p->scores = mem_zalloc_array(cells, sizeof *p->scores);
    p->masses = mem_zalloc_array(2 * (size_t)p->blank->count, sizeof *p->masses);
    a->firsts = mem_zalloc_array(cells, sizeof *a->firsts);
    bool ok = places && p->scores && p->masses && a->firsts;
    enum status status = ok ? open_ids(a, error) : no_memory_for_fill(error);
    if (!status) status = ask_once(a, error);
    size_t count = status ? 0 : list_places(a, places);
    for (size_t i = 0; !status && i < count; i++) status = weigh_place(a, &places[i], error);
    mem_free(places);
    mem_free(a->firsts);
    mem_free(a->ids);
    return status;
}

/* ---- held from the start -------------------------------------------------------------------------------- */

static enum status hold_token(struct run_candidate *c, uint32_t slot, uint32_t id, struct error *error)
{
    if (!mem_grow(&c->held, &c->held_capacity, c->held_count + 1, sizeof *c->held))
        return no_memory_for_fill(error);
    c->held[c->held_count++] = (struct held_slot){slot, id};
    return STATUS_OK;
}

static void leave_only(const struct hold_blank *b, uint32_t slot, uint32_t id)
{
    memset(b->sets[slot], 0, b->words * sizeof **b->sets);
    set_add(b->sets[slot], id);
}

/* Slots before a word with a fixed number (`at`) are restricted to ids that begin a word, or to ids that do not, so
 * that the number of words before it is known. */
static void keep_pattern(const struct hold_blank *b, uint32_t slot, bool begins)
{
    for (uint32_t id = 0; id < bpe_size(fill_engine_bpe(b->engine)); id++) {
        struct slice bytes = bpe_token_bytes(fill_engine_bpe(b->engine), id);
        bool space = bytes.size && bytes.data[0] == ' ',
             word = fill_is_word(fill_char_at(bytes, space, NULL));
        bool keep = slot == 0 ? word : begins ? space && word : !space;
        if (!keep && set_has(b->sets[slot], id)) set_remove(b->sets[slot], id);
    }
}

static enum status hold_words(struct run_candidate *c, const struct placing *p, uint32_t first,
                              struct error *error)
{
    const struct hold_blank *b = p->blank;
    enum status status = STATUS_OK;
    for (uint32_t w = 0; !status && w < p->word_count; w++) {
        const struct spelling *s = &p->words[w].spellings[p->chosen[w]];
        uint32_t end = p->starts[w] + s->count;
        for (uint32_t j = 0; !status && j < s->count; j++) {
            leave_only(b, p->starts[w] + j, s->ids[j]);
            status = hold_token(c, first + p->starts[w] + j, s->ids[j], error);
        }
        if (end < b->count && !set_narrow(b->sets[end], p->apart, true, b->words)) continue;
    }
    for (uint32_t slot = 0; slot < p->patterned; slot++) {
        bool held = false;
        for (size_t i = 0; i < c->held_count; i++) held = held || c->held[i].slot == first + slot;
        if (!held) keep_pattern(b, slot, p->begins_here[slot]);
    }
    return status;
}

static enum status place_words(struct fill_run *run, uint32_t k, struct hold_blank *b, uint32_t first,
                               const atomic_bool *cancel, struct error *error)
{
    struct placing placing;
    if (!b->conditions->must_count) return STATUS_OK;
    enum status status = placing_new(b, &run->dialect, &placing, error);
    if (status) return status;
    struct asking asking = {
        .run = run, .c = &run->candidates[k], .placing = &placing, .first = first, .cancel = cancel};
    status = placing_solve(&placing, error); /* do they fit at all? Evaluations are expensive */
    if (!status) status = score_places(&asking, error);
    if (!status) status = placing_solve(&placing, error);
    if (!status) status = hold_words(&run->candidates[k], &placing, first, error);
    placing_free(&placing);
    return status;
}

/* A slot that the writer has pinned allows only that token. */
static void keep_pins(const struct fill_run *run, uint32_t blank, const struct hold_blank *b)
{
    for (size_t i = 0; i < run->pin_count; i++)
        if (run->pins[i].blank == blank && run->pins[i].index < b->count)
            leave_only(b, run->pins[i].index, run->pins[i].id);
}

/* ---- vary: which tokens stay ---------------------------------------------------------------------------- */

/* A random number in (0, 1). Slots with the smallest numbers are noised first. It does not depend on the share, so
 * the slots of a smaller share are among those of a larger one. */
static double noise_rank(const struct fill_run *run, uint32_t k, uint32_t blank, uint32_t index)
{
    enum { NOISE_BRANCH = 2 }; /* of the random numbers; draws use 0 */
    uint64_t key[2] = {run->options.seed, NOISE_BRANCH}, counter[4] = {k, blank, index, 0}, out[4];
    rng_philox(counter, key, out);
    return rng_to_unit(out[0]);
}

/* Line breaks, which a fill may not draw, stay too. */
static bool is_kept_break(const struct fill_run *run, uint32_t id)
{
    struct slice bytes = bpe_token_bytes(fill_engine_bpe(run->engine), id);
    return !run->options.paragraphs && bytes.size && memchr(bytes.data, '\n', bytes.size);
}

static enum status keep_words(struct fill_run *run, uint32_t k, uint32_t blank, uint32_t first,
                              struct error *error)
{
    const struct bpe_ids *ids = &run->varied[blank];
    uint32_t n = (uint32_t)ids->count, noised = (uint32_t)lround(run->conditions[blank].noise * n);
    enum status status = STATUS_OK;
    if (run->conditions[blank].noise > 0 && noised == 0) noised = 1;
    for (uint32_t i = 0; !status && i < n; i++) {
        double own = noise_rank(run, k, blank, i);
        uint32_t before = 0;
        for (uint32_t j = 0; j < n; j++) {
            double other = noise_rank(run, k, blank, j);
            before += other < own || (other == own && j < i);
        }
        if (is_kept_break(run, ids->ids[i])) before = n;
        if (before >= noised) status = hold_token(&run->candidates[k], first + i, ids->ids[i], error);
    }
    return status;
}

/* Whether a word that stays was allowed in its slot until the conditions narrowed the slot's set. (Counts of words also
 * remove tokens that are hard to count.) */
static enum status check_kept(const struct run_candidate *c, const struct hold_blank *b, uint32_t first,
                              struct error *error)
{
    for (size_t i = 0; !hold_counts_words(b->conditions) && i < c->held_count; i++) {
        const struct held_slot *held = &c->held[i];
        if (held->slot < first || held->slot >= first + b->count) continue;
        if (set_has(c->window.slots[held->slot].allowed, held->id) &&
            !set_has(b->sets[held->slot - first], held->id))
            return error_set(
                error, STATUS_ARGUMENT,
                "the words that stay do not meet the conditions; a larger share or another seed may help");
    }
    return STATUS_OK;
}

/* ---- unwanted words ------------------------------------------------------------------------------------- */

static bool add_unwanted(struct buffer *out, const char *word, size_t size)
{
    return fill_fold((struct slice){word, size}, out) && buffer_append_char(out, '\0');
}

static bool list_unwanted(const struct hold_blank *b, struct buffer *out)
{
    const struct fill_conditions *c = b->conditions;
    size_t start, end;
    bool digits, ok = true;
    for (size_t i = 0; ok && i < c->without_count; i++)
        ok = add_unwanted(out, c->without[i], strlen(c->without[i]));
    if (!c->no_repeat) return ok;
    for (size_t at = fill_last_words(b->before, c->no_repeat);
         ok && fill_next_word(b->before, at, &start, &end, &digits); at = end)
        ok = add_unwanted(out, b->before.data + start, end - start);
    return ok;
}

/* ---- ties ----------------------------------------------------------------------------------------------- */

void fill_hold_lengths(const struct fill_run *run, uint32_t k, uint32_t *lengths)
{
    uint32_t from = fill_run_first(run);
    for (uint32_t b = from; run->conditions && b < fill_run_last(run); b++) {
        uint32_t leader = fill_hold_leader(run, b);
        if (leader < from) lengths[b - from] = run->candidates[k].done[leader].count;
        if (leader >= from) lengths[b - from] = lengths[leader - from];
    }
}

static const uint32_t *spelling_of(const struct fill_run *run, bool leader_spaced, bool spaced,
                                   uint32_t index)
{
    if (index || leader_spaced == spaced) return NULL;
    return run->spellings[leader_spaced ? 0 : 1];
}

static enum status cannot_begin_alike(struct error *error)
{
    return error_set(error, STATUS_ARGUMENT, "it cannot begin like the blank that it is tied to");
}

/* The blank is tied to one of an earlier window, whose tokens are already known. */
static enum status repeat_earlier(struct fill_run *run, uint32_t k, uint32_t blank, uint32_t leader,
                                  uint32_t first, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    const struct fill_view *view = &c->done[leader];
    const struct bpe *bpe = fill_engine_bpe(run->engine);
    bool spaced = c->window.spaced[blank - fill_run_first(run)];
    enum status status = STATUS_OK;
    for (uint32_t i = 0; !status && i < view->count; i++) {
        uint32_t id = view->tokens[i].id;
        struct slice bytes = bpe_token_bytes(bpe, id);
        bool had = bytes.size && bytes.data[0] == ' ';
        const uint32_t *spelling = spelling_of(run, had, spaced, i);
        if (spelling) id = spelling[id];
        if (id == SEDD_NO_SPELLING) return cannot_begin_alike(error);
        status = hold_token(c, first + i, id, error);
    }
    return status;
}

/* Whether a slot can be what the other one may become. */
static bool can_copy(const struct fill_run *run, const uint32_t *spelling, const uint64_t *set)
{
    bool any = !spelling;
    for (uint32_t y = 0; !any && y < fill_engine_config(run->engine)->tokens; y++)
        any = set_has(set, y) && spelling[y] != SEDD_NO_SPELLING;
    return any;
}

static enum status tie_slots(const struct fill_run *run, struct run_candidate *c, uint32_t blank,
                             uint32_t leader, uint32_t first, struct error *error)
{
    uint32_t from = fill_run_first(run), first_leader = hold_first_slot(&c->window, leader);
    for (uint32_t i = 0; i < hold_count_slots(&c->window, blank); i++) {
        struct sedd_slot *slot = &c->window.slots[first + i];
        slot->tied = 1 + first_leader + i;
        slot->spelling = spelling_of(run, c->window.spaced[leader - from], c->window.spaced[blank - from], i);
        if (!can_copy(run, slot->spelling, c->base[first_leader + i])) return cannot_begin_alike(error);
    }
    return STATUS_OK;
}

/* ---- one window ----------------------------------------------------------------------------------------- */

static enum status keep_sets(struct fill_run *run, uint32_t k, struct hold_blank *b, uint32_t first,
                             struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    enum status status = STATUS_OK;
    for (uint32_t i = 0; !status && i < b->count; i++) {
        status = fill_run_own(run, k, first + i, error);
        if (status) break;
        memcpy(c->own[first + i], b->sets[i], b->words * sizeof **b->sets);
        c->base[first + i] = b->sets[i];
        b->sets[i] = NULL;
    }
    return status;
}

static enum status begin_blank(struct fill_run *run, uint32_t k, const struct fill_site *site, uint32_t blank,
                               const atomic_bool *cancel, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    uint32_t first = hold_first_slot(&c->window, blank), leader = fill_hold_leader(run, blank);
    struct hold_blank b;
    enum status status = hold_blank_new(run, blank, site, &c->window, &b, error);
    if (!status) status = hold_narrow_sets(&b, error);
    if (!status) keep_pins(run, blank, &b);
    if (!status && run->conditions[blank].vary) status = keep_words(run, k, blank, first, error);
    if (!status) status = check_kept(c, &b, first, error);
    if (!status) status = place_words(run, k, &b, first, cancel, error);
    if (!status && !list_unwanted(&b, &c->unwanted[blank - site->first])) status = no_memory_for_fill(error);
    if (!status && leader < site->first) status = repeat_earlier(run, k, blank, leader, first, error);
    if (!status && leader >= site->first && leader != blank)
        status = tie_slots(run, c, blank, leader, first, error);
    if (!status) status = keep_sets(run, k, &b, first, error);
    hold_blank_free(&b);
    return status;
}

enum status fill_hold_begin(struct fill_run *run, uint32_t k, const atomic_bool *cancel, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    uint32_t first = fill_run_first(run), count = fill_run_last(run) - first;
    enum status status = STATUS_OK;
    if (!run->conditions) return STATUS_OK;
    c->unwanted = mem_zalloc_array(count, sizeof *c->unwanted);
    if (!c->unwanted) return no_memory_for_fill(error);
    struct fill_site site = {run->engine, &run->dialect, {c->local.data, c->local.size}, c->blanks, count,
                             first,       c->limit,      run->options.paragraphs};
    for (uint32_t b = first; !status && b < first + count; b++)
        if (fill_conditions_any(&run->conditions[b]) &&
            (status = begin_blank(run, k, &site, b, cancel, error)))
            error_prefix(error, "blank %u", b);
    return status;
}
