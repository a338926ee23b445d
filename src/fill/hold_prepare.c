/* Before the first evaluation: can the conditions be met, and at which lengths? */
#include "chars.h"
#include "engine.h"
#include "fold.h"
#include "hold.h"
#include "hold_blank.h"
#include "placing.h"
#include "token_words.h"

#include <string.h>

/* ---- ties ----------------------------------------------------------------------------------------------- */

static enum status tie_lengths(struct fill_run *run, struct error *error)
{
    for (uint32_t b = 0; b < run->count; b++) {
        uint32_t leader = fill_hold_leader(run, b);
        struct fill_blank *first = &run->blanks[leader], *own = &run->blanks[b];
        if (own->min > first->min) first->min = own->min;
        if (own->max < first->max) first->max = own->max;
        if (first->min > first->max)
            return error_set(error, STATUS_ARGUMENT,
                             "blank %u: no length suits all blanks that are tied as \"%s\"", b,
                             run->conditions[b].tie);
    }
    for (uint32_t b = 0; b < run->count; b++) {
        const struct fill_blank *first = &run->blanks[fill_hold_leader(run, b)];
        run->blanks[b].min = first->min;
        run->blanks[b].max = first->max;
    }
    return STATUS_OK;
}

/* The first token of a blank has another id if a space precedes the blank than if none does. These tables translate
 * between the two. */
static enum status make_spellings(struct fill_run *run, struct error *error)
{
    const struct bpe *bpe = fill_engine_bpe(run->engine);
    uint32_t tokens = fill_engine_config(run->engine)->tokens;
    for (int i = 0; i < 2; i++) {
        run->spellings[i] = mem_alloc_array(tokens, sizeof **run->spellings);
        if (!run->spellings[i]) return no_memory_for_fill(error);
        for (uint32_t id = 0; id < tokens; id++) run->spellings[i][id] = SEDD_NO_SPELLING;
    }
    for (uint32_t id = 0; id < bpe_size(bpe); id++) {
        struct slice bytes = bpe_token_bytes(bpe, id);
        if (bytes.size < 2 || bytes.data[0] != ' ' || bpe_is_special(bpe, id)) continue;
        int64_t joined = bpe_find(bpe, bytes.data + 1, bytes.size - 1);
        if (joined < 0) continue;
        run->spellings[0][id] = (uint32_t)joined;
        run->spellings[1][joined] = id;
    }
    return STATUS_OK;
}

/* ---- vary: the words of the draft ------------------------------------------------------------------------ */

static bool is_spaced(const struct fill_run *run, size_t start, bool *spaced)
{
    enum { REACH = 64 };
    size_t from = start > REACH ? start - REACH : 0;
    while (from < start && (run->text.data[from] & 0xC0) == 0x80) from++;
    struct fill_mapped mapped = {0};
    bool ok = fill_dialect_to_model(&run->dialect, (struct slice){run->text.data + from, start - from},
                                    &mapped, NULL) == STATUS_OK;
    *spaced = ok && mapped.text.size && mapped.text.data[mapped.text.size - 1] == ' ';
    fill_mapped_free(&mapped);
    return ok;
}

/* The tokens of the words that are in the blank now, as the window will have them. */
static enum status encode_varied(struct fill_run *run, uint32_t b, struct error *error)
{
    struct fill_blank *blank = &run->blanks[b];
    struct slice text = {run->text.data + blank->start, blank->end - blank->start};
    struct fill_mapped mapped = {0};
    struct buffer whole = {0};
    if (!text.size || fill_is_space(fill_char_at(text, 0, NULL)) ||
        fill_is_space(fill_char_before(text, text.size, NULL)))
        return error_set(error, STATUS_ARGUMENT,
                         "blank %u: \"noise\" needs a range of words without white space "
                         "at either end",
                         b);
    if (!is_spaced(run, blank->start, &run->varied_spaced[b])) return no_memory_for_fill(error);
    enum status status = fill_dialect_to_model(&run->dialect, text, &mapped, error);
    bool ok = !status && (!run->varied_spaced[b] || buffer_append_char(&whole, ' ')) &&
              buffer_append(&whole, mapped.text.data, mapped.text.size);
    if (!status && !ok) status = no_memory_for_fill(error);
    if (!status)
        status = bpe_encode(fill_engine_bpe(run->engine), whole.data, whole.size, &run->varied[b], error);
    blank->min = blank->max = (uint32_t)run->varied[b].count;
    fill_mapped_free(&mapped);
    buffer_free(&whole);
    if (!status && blank->min > fill_engine_config(run->engine)->length)
        return error_set(error, STATUS_LIMIT, "a blank of %u tokens is larger than the model's window of %u",
                         blank->min, fill_engine_config(run->engine)->length);
    return status;
}

/* ---- lengths at which the conditions can be met ---------------------------------------------------------- */

static struct fill_site site_of(const struct fill_run *run, uint32_t b)
{
    struct slice text = {run->text.data, run->text.size};
    size_t limit = b + 1 < run->count ? run->blanks[b + 1].start : text.size;
    return (struct fill_site){run->engine, &run->dialect,          text, &run->blanks[b], 1, b,
                              limit,       run->options.paragraphs};
}

/* Whether words of this length can meet the conditions, as far as sets and places tell without the network. */
static enum status try_length(struct fill_run *run, uint32_t b, uint32_t length, struct error *error)
{
    struct fill_site site = site_of(run, b);
    struct fill_window window = {0};
    struct hold_blank blank;
    struct placing placing;
    enum status status = fill_window_build(&site, &length, &window, error);
    if (status) return status;
    status = hold_blank_new(run, b, &site, &window, &blank, error);
    if (!status) status = hold_narrow_sets(&blank, error);
    if (!status) status = placing_new(&blank, &run->dialect, &placing, error);
    if (!status) {
        status = placing_solve(&placing, error);
        placing_free(&placing);
    }
    hold_blank_free(&blank);
    fill_window_free(&window);
    return status;
}

static enum status find_length(struct fill_run *run, uint32_t b, struct error *error)
{
    struct fill_blank *blank = &run->blanks[b];
    uint32_t words = run->conditions[b].max_words;
    uint64_t most = words ? words + (uint64_t)words / 2 + 1
                          : blank->max; /* a word has about 4/3 tokens; some more for punctuation */
    enum status status = STATUS_OK;
    for (uint32_t length = blank->min; length <= blank->max; length++) {
        status = try_length(run, b, length, error);
        if (status == STATUS_OK) {
            blank->min = length;
            if (most < blank->max) blank->max = most > length ? (uint32_t)most : length;
            return STATUS_OK;
        }
        if (status != STATUS_ARGUMENT) break;
    }
    return error_prefix(error, "blank %u", b);
}

/* ---- one job -------------------------------------------------------------------------------------------- */

/* Without masks, a uniform model cannot say where a word is likely, and any word may change until the last step. */
static enum status check_graph(const struct fill_run *run, struct error *error)
{
    if (fill_engine_config(run->engine)->graph == SEDD_ABSORB) return STATUS_OK;
    for (uint32_t b = 0; b < run->count; b++) {
        const struct fill_conditions *c = &run->conditions[b];
        const char *name = c->must_count      ? "must"
                           : c->without_count ? "not"
                           : c->max_words     ? "max_words"
                           : c->no_repeat     ? "no_repeat"
                                              : NULL;
        if (name)
            return error_set(error, STATUS_UNSUPPORTED,
                             "blank %u: \"%s\" needs a model with masks; this one's graph is uniform", b,
                             name);
    }
    return STATUS_OK;
}

static enum status prepare_blanks(struct fill_run *run, struct error *error)
{
    enum status status = STATUS_OK;
    bool ties = false;
    for (uint32_t b = 0; !status && b < run->count; b++) {
        const struct fill_conditions *c = &run->conditions[b];
        ties = ties || hold_is_tied(c);
        if (c->vary) status = encode_varied(run, b, error);
    }
    for (uint32_t b = 0; !status && b < run->count; b++)
        if (fill_conditions_any(&run->conditions[b])) status = find_length(run, b, error);
    if (!status) status = tie_lengths(run, error);
    if (!status && ties) status = make_spellings(run, error);
    return status;
}

enum status fill_hold_prepare(struct fill_run *run, const struct fill_conditions *from, struct error *error)
{
    bool any = false;
    for (size_t b = 0; from && b < run->count; b++) any = any || fill_conditions_any(&from[b]);
    if (!any) return STATUS_OK;
    enum status status = fill_conditions_check(from, run->count, error);
    for (uint32_t b = 0; !status && b < run->count; b++) {
        struct slice before = {run->text.data, run->blanks[b].start};
        if ((status = fill_conditions_check_before(&from[b], before, error)) != STATUS_OK)
            status = error_prefix(error, "blank %u", b);
    }
    if (status) return status;
    run->conditions = fill_conditions_copy(from, run->count);
    run->varied = mem_zalloc_array(run->count, sizeof *run->varied);
    run->varied_spaced = mem_zalloc_array(run->count, sizeof *run->varied_spaced);
    if (!run->conditions || !run->varied || !run->varied_spaced) return no_memory_for_fill(error);
    if (!(run->words = token_words_new(run->engine, error))) return STATUS_NO_MEMORY;
    status = check_graph(run, error);
    return status ? status : prepare_blanks(run, error);
}

void fill_hold_free(struct fill_run *run)
{
    for (uint32_t b = 0; run->varied && b < run->count; b++) bpe_ids_free(&run->varied[b]);
    mem_free(run->varied);
    mem_free(run->varied_spaced);
    mem_free(run->spellings[0]);
    mem_free(run->spellings[1]);
    mem_free(run->conditions);
    token_words_free(run->words);
}
