/* How conditions narrow the sets of ids that each position of a blank may become: docs/SEDD.md, section 14. */
#include "hold_sets.h"
#include "chars.h"
#include "engine.h"
#include "fold.h"
#include "token_words.h"

#include <string.h>

static struct slice token_of(const struct hold_blank *b, uint32_t slot, uint32_t id)
{
    struct slice bytes = bpe_token_bytes(fill_engine_bpe(b->engine), id);
    bool space =
        slot == 0 && b->spaced && bytes.size && bytes.data[0] == ' '; /* the draft already has this space */
    return (struct slice){bytes.data + space, bytes.size - space};
}

bool hold_begins_word(const struct fill_engine *engine, uint32_t id)
{
    struct slice bytes = bpe_token_bytes(fill_engine_bpe(engine), id);
    return bytes.size > 1 && bytes.data[0] == ' ';
}

/* Keeps the ids of a slot for which `rule` gives `keep`. False if that leaves none: the set then stays as it is. */
typedef bool token_rule(struct slice token, struct slice wanted);
static bool keep_tokens(const struct hold_blank *b, uint32_t slot, token_rule *rule, struct slice wanted,
                        bool keep)
{
    uint64_t *set = b->sets[slot];
    uint32_t count = bpe_size(fill_engine_bpe(b->engine));
    bool any = false;
    for (uint32_t id = 0; id < count && !any; id++)
        any = set_has(set, id) && rule(token_of(b, slot, id), wanted) == keep;
    for (uint32_t id = 0; id < count && any; id++)
        if (set_has(set, id) && rule(token_of(b, slot, id), wanted) != keep) set_remove(set, id);
    return any;
}

static bool begins_with(struct slice token, struct slice wanted)
{
    return token.size >= wanted.size && memcmp(token.data, wanted.data, wanted.size) == 0;
}

static bool ends_with(struct slice token, struct slice wanted)
{
    return token.size >= wanted.size &&
           memcmp(token.data + token.size - wanted.size, wanted.data, wanted.size) == 0;
}

static bool is_exactly(struct slice token, struct slice wanted)
{
    return token.size == wanted.size && begins_with(token, wanted);
}

static bool ends_sentence(struct slice token, struct slice wanted)
{
    (void)wanted;
    return fill_ends_sentence(token);
}

/* Tokens that spoil a count of words by leading spaces: dashes and line ends separate words without a space, and a
 * separator inside a token may have another word after it. */
static bool hides_words(struct slice token, struct slice wanted)
{
    (void)wanted;
    size_t size;
    for (size_t at = 0; at < token.size; at += size) {
        uint32_t c = fill_char_at(token, at, &size);
        if ((c >= 0x2013 && c <= 0x2015) || c == '\n') return true;
        if (fill_parts_words(c) && at && fill_is_word(fill_char_at(token, at + size, NULL))) return true;
    }
    return false;
}

/* The first (or last) token of letters that are longer than any token of the slot. */
static enum status outer_token(const struct hold_blank *b, struct slice letters, bool first,
                               struct slice *token, struct error *error)
{
    struct bpe_ids ids = {0};
    enum status status = bpe_encode(fill_engine_bpe(b->engine), letters.data, letters.size, &ids, error);
    if (!status && ids.count)
        *token = bpe_token_bytes(fill_engine_bpe(b->engine), ids.ids[first ? 0 : ids.count - 1]);
    bpe_ids_free(&ids);
    return status;
}

static enum status fail_letters(const char *name, struct slice letters, uint32_t count, struct error *error)
{
    return error_set(error, STATUS_ARGUMENT, "\"%s\": no words of %u token%s %s with \"%.*s\"", name, count,
                     count == 1 ? "" : "s", *name == 'b' ? "begin" : "end",
                     (int)(letters.size < 64 ? letters.size : 64), letters.data);
}

/* Fixes tokens from the outer end inwards until one slot has tokens that begin (end) with all the remaining letters,
 * and keeps those. `left`: the letters in the model's typography; `all`: as they were given. */
static enum status narrow_mapped(const struct hold_blank *b, struct slice left, struct slice all, bool first,
                                 struct error *error)
{
    for (uint32_t i = 0; left.size; i++) {
        uint32_t slot = first ? i : b->count - 1 - i;
        if (i >= b->count) return fail_letters(first ? "begins" : "ends", all, b->count, error);
        if (keep_tokens(b, slot, first ? begins_with : ends_with, left, true)) return STATUS_OK;
        struct slice token = {0};
        enum status status = outer_token(b, left, first, &token, error);
        if (status) return status;
        if (!token.size || token.size >= left.size || !keep_tokens(b, slot, is_exactly, token, true))
            return fail_letters(first ? "begins" : "ends", all, b->count, error);
        left.size -= token.size;
        if (first) left.data += token.size;
    }
    return STATUS_OK;
}

static enum status narrow_letters(const struct hold_blank *b, const char *text, bool first,
                                  struct error *error)
{
    struct slice all = {text, strlen(text)};
    struct fill_mapped mapped = {0};
    enum status status = fill_dialect_to_model(b->dialect, all, &mapped, error);
    if (!status)
        status = narrow_mapped(b, (struct slice){mapped.text.data, mapped.text.size}, all, first, error);
    fill_mapped_free(&mapped);
    return status;
}

/* If an ending is asked for, the text after the blank does not restrict the last token. */
static enum status free_last(const struct hold_blank *b, struct error *error)
{
    enum fill_allowed kind = b->count > 1 ? FILL_ALLOW_INNER
                             : b->spaced  ? FILL_ALLOW_SPACED
                                          : FILL_ALLOW_JOINED;
    unsigned marks = b->frame->inside | (b->count > 1 ? 0 : b->frame->first);
    const uint64_t *set = fill_engine_without(b->engine, fill_engine_allowed(b->engine, kind), marks, error);
    if (!set) return STATUS_NO_MEMORY;
    memcpy(b->sets[b->count - 1], set, b->words * sizeof *set);
    return STATUS_OK;
}

static enum status narrow_end(const struct hold_blank *b, struct error *error)
{
    const struct fill_conditions *c = b->conditions;
    uint32_t next = fill_char_at(b->after, 0, NULL), last = b->count - 1;
    bool follows = next == '.' || next == '?' || next == '!' || next == 0x2026;
    bool asks = c->sentence == FILL_SENTENCE_ENDS && !follows, ends = c->ends && *c->ends;
    enum status status = ends || asks ? free_last(b, error) : STATUS_OK;
    if (!status && ends) status = narrow_letters(b, c->ends, false, error);
    if (status) return status;
    struct slice none = {"", 0};
    if (asks && !ends && !keep_tokens(b, last, ends_sentence, none, true))
        return error_set(error, STATUS_ARGUMENT, "\"sentence\": no token can end the sentence here");
    if (c->sentence == FILL_SENTENCE_GOES_ON && !keep_tokens(b, last, ends_sentence, none, false))
        return error_set(error, STATUS_ARGUMENT, "\"sentence\": every token would end the sentence here");
    return STATUS_OK;
}

bool hold_counts_words(const struct fill_conditions *c)
{
    bool counts = c->max_words > 0;
    for (size_t i = 0; i < c->must_count; i++) counts = counts || c->must[i].at;
    return counts;
}

enum status hold_narrow_sets(const struct hold_blank *b, struct error *error)
{
    const struct fill_conditions *c = b->conditions;
    for (uint32_t i = 0; i < b->count && hold_counts_words(c); i++)
        (void)keep_tokens(b, i, hides_words, (struct slice){"", 0}, false);
    enum status status = narrow_end(b, error);
    if (!status && c->begins && *c->begins) status = narrow_letters(b, c->begins, true, error);
    return status;
}
