/* Enforces the conditions of blanks while their words are drawn. The sets of allowed ids of all masked positions are
 * computed again after every draw, including draws of the same step. docs/SEDD.md, section 14. */
#include "hold.h"
#include "blank_view.h"
#include "chars.h"
#include "fold.h"
#include "hold_sets.h"
#include "token_words.h"

#include <string.h>

/* ---- the neighbours of a slot --------------------------------------------------------------------------- */

enum { BESIDE = 256 }; /* bytes; longer than any word or phrase */

/* The folded bytes of the known tokens directly to the left (right) of a position, up to the next mask. */
struct beside {
    char bytes[BESIDE];
    size_t size;
    bool open; /* a mask comes next */
};

static void look_left(const struct fill_run *run, const uint32_t *ids, uint32_t position, struct beside *out)
{
    uint32_t mask = fill_engine_config(run->engine)->tokens;
    out->size = 0;
    out->open = false;
    while (position-- > 0) {
        if (ids[position] == mask) {
            out->open = true;
            break;
        }
        struct slice token = token_words_of(run->words, ids[position]);
        if (out->size + token.size > BESIDE) break;
        memmove(out->bytes + token.size, out->bytes, out->size);
        memcpy(out->bytes, token.data, token.size);
        out->size += token.size;
    }
}

static void look_right(const struct fill_run *run, const uint32_t *ids, uint32_t length, uint32_t position,
                       struct beside *out)
{
    uint32_t mask = fill_engine_config(run->engine)->tokens;
    out->size = 0;
    out->open = false;
    while (++position < length) {
        if (ids[position] == mask) {
            out->open = true;
            break;
        }
        struct slice token = token_words_of(run->words, ids[position]);
        if (out->size + token.size > BESIDE) break;
        memcpy(out->bytes + out->size, token.data, token.size);
        out->size += token.size;
    }
}

/* ---- unwanted words ------------------------------------------------------------------------------------- */

/* Whether the text on the left ends with the first `size` bytes of a word, and these begin at a word boundary. True
 * for size 0: the word would begin in the slot itself. */
static bool left_begins(const struct beside *left, struct slice word, size_t size)
{
    struct slice text = {left->bytes, left->size};
    return size <= text.size && memcmp(text.data + text.size - size, word.data, size) == 0 &&
           (size == 0 || !fill_is_word(fill_char_before(text, text.size - size, NULL)));
}

static bool right_ends(const struct beside *right, struct slice word, size_t size)
{
    struct slice text = {right->bytes, right->size};
    return size <= text.size && memcmp(text.data, word.data + word.size - size, size) == 0 &&
           !fill_is_word(fill_char_at(text, size, NULL));
}

/* Removes the ids that would complete the word between a part of it on the left and a part on the right. A masked
 * neighbour may become a boundary, so it counts as one. */
static void remove_word(const struct fill_run *run, const struct beside *left, const struct beside *right,
                        struct slice word, uint64_t *set)
{
    char spaced[BESIDE + 1] = " ";
    if (word.size == 0 || word.size > BESIDE) return;
    for (size_t head = 0; head < word.size; head++) {
        if (!left_begins(left, word, head)) continue;
        for (size_t tail = 0; head + tail < word.size; tail++) {
            if (!right_ends(right, word, tail)) continue;
            struct slice middle = {word.data + head, word.size - head - tail};
            bool joined = head == 0 && fill_is_word(fill_char_before((struct slice){left->bytes, left->size},
                                                                     left->size, NULL));
            if (!joined) token_words_remove(run->words, middle, set);
            if (head) continue;
            memcpy(spaced + 1, middle.data, middle.size);
            token_words_remove(run->words, (struct slice){spaced, middle.size + 1}, set);
        }
    }
}

static void remove_unwanted(const struct fill_run *run, const struct run_candidate *c, const uint32_t *ids,
                            uint32_t i)
{
    const struct sedd_slot *slot = &c->window.slots[i];
    const struct buffer *words = &c->unwanted[slot->blank - fill_run_first(run)];
    struct beside left, right;
    if (!words->size) return;
    look_left(run, ids, slot->position, &left);
    look_right(run, ids, c->window.length, slot->position, &right);
    for (size_t at = 0; at < words->size; at += strlen(words->data + at) + 1)
        remove_word(run, &left, &right, (struct slice){words->data + at, strlen(words->data + at)},
                    c->own[i]);
}

/* ---- the number of words -------------------------------------------------------------------------------- */

/* Words are counted by their leading space. So if words are counted, none may begin without one, such as directly
 * after a comma. */
static void remove_squeezed(const struct fill_run *run, const struct run_candidate *c, const uint32_t *ids,
                            uint32_t i)
{
    const struct sedd_slot *slot = &c->window.slots[i];
    if (slot->index == 0 || !hold_counts_words(&run->conditions[slot->blank])) return;
    struct beside left, right;
    look_left(run, ids, slot->position, &left);
    look_right(run, ids, c->window.length, slot->position, &right);
    size_t words = (fill_engine_config(run->engine)->tokens + 63) / 64;
    const uint64_t *apart = fill_engine_allowed(run->engine, FILL_ALLOW_APART);
    struct slice before = {left.bytes, left.size}, after = {right.bytes, right.size};
    if (left.size && fill_parts_words(fill_char_before(before, before.size, NULL)))
        (void)!set_narrow(c->own[i], apart, true, words);
    if (right.size && fill_is_word(fill_char_at(after, 0, NULL)))
        (void)!set_narrow(c->own[i], token_words_parting(run->words), false, words);
}

/* Once a blank has max_words words, no other slot of it may begin a word. Tokens that are held count too. */
static void remove_beginnings(struct fill_run *run, struct run_candidate *c, uint32_t blank,
                              const uint32_t *ids)
{
    uint32_t mask = fill_engine_config(run->engine)->tokens, words = 1,
             most = run->conditions[blank].max_words;
    const struct fill_window *w = &c->window;
    for (uint32_t i = 0; i < w->slot_count; i++)
        if (w->slots[i].blank == blank && w->slots[i].index > 0 && ids[w->slots[i].position] != mask)
            words += set_has(token_words_spaced(run->words), ids[w->slots[i].position]);
    if (words < most) return;
    for (uint32_t i = 0; i < w->slot_count; i++) {
        if (w->slots[i].blank != blank || w->slots[i].index == 0 || ids[w->slots[i].position] != mask)
            continue;
        (void)!set_narrow(c->own[i], token_words_spaced(run->words), false, (mask + 63) / 64);
    }
}

/* ---- tied blanks ---------------------------------------------------------------------------------------- */

/* Leaves in the leader's set what the tied slot can copy and, with `allowed`, its own set has. False if that is nothing:
 * the leader's set then stays as it is. */
static bool keep_common(const struct sedd_slot *tied, const uint64_t *set, uint64_t *leader, uint32_t tokens,
                        bool allowed)
{
    bool any = false;
    for (int pass = 0; pass < 2 && (pass == 0 || any); pass++)
        for (uint32_t y = 0; y < tokens; y++) {
            if (!set_has(leader, y)) continue;
            uint32_t id = tied->spelling ? tied->spelling[y] : y;
            bool both = id != SEDD_NO_SPELLING && (!allowed || set_has(set, id));
            any = any || both;
            if (pass && !both) set_remove(leader, y);
        }
    return any;
}

/* Tied slots copy the slot of their leader, so the leader's set may only have ids that all of them allow. If they have
 * none in common, it keeps those that they can copy; the finished fill is then checked. */
static void meet_tied(const struct fill_run *run, const struct run_candidate *c, uint32_t i)
{
    const struct sedd_slot *tied = &c->window.slots[i];
    uint32_t tokens = fill_engine_config(run->engine)->tokens;
    uint64_t *leader = c->own[tied->tied - 1];
    if (!keep_common(tied, c->own[i], leader, tokens, true))
        (void)keep_common(tied, c->own[i], leader, tokens, false);
}

void fill_hold_refresh(struct fill_run *run, uint32_t k)
{
    struct run_candidate *c = &run->candidates[k];
    uint32_t tokens = fill_engine_config(run->engine)->tokens;
    const uint32_t *ids = run->sampler ? sedd_sampler_ids(run->sampler, k) : NULL;
    if (!run->conditions || !ids) return;
    for (uint32_t i = 0; i < c->window.slot_count; i++) {
        if (!c->base[i]) continue;
        memcpy(c->own[i], c->base[i], (tokens + 63) / 64 * sizeof *c->own[i]);
        if (ids[c->window.slots[i].position] != tokens) continue;
        remove_unwanted(run, c, ids, i);
        remove_squeezed(run, c, ids, i);
    }
    for (uint32_t b = fill_run_first(run); b < fill_run_last(run); b++)
        if (run->conditions[b].max_words) remove_beginnings(run, c, b, ids);
    for (uint32_t i = 0; i < c->window.slot_count; i++)
        if (c->window.slots[i].tied) meet_tied(run, c, i);
}

/* ---- a window ------------------------------------------------------------------------------------------- */

static void watch_draw(void *context, uint32_t candidate, uint32_t slot, uint32_t id)
{
    (void)slot;
    (void)id;
    fill_hold_refresh(context, candidate);
}

enum status fill_hold_start(struct fill_run *run, uint32_t k, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    enum status status = STATUS_OK;
    if (!run->conditions) return STATUS_OK;
    run->changed = fill_hold_refresh;
    for (size_t i = 0; !status && i < c->held_count; i++) {
        const struct sedd_slot *slot = &c->window.slots[c->held[i].slot];
        status = fill_run_pin_slot(run, k, slot->blank, slot->index, c->held[i].id, error);
    }
    fill_hold_refresh(run, k);
    if (fill_engine_config(run->engine)->graph == SEDD_ABSORB)
        sedd_sampler_watch(run->sampler, watch_draw, run);
    return status;
}

void fill_hold_leave(struct run_candidate *c)
{
    for (uint32_t i = 0; c->base && i < c->window.slot_count; i++) mem_free(c->base[i]);
    for (uint32_t b = 0; c->unwanted && b < c->blank_count; b++) buffer_free(&c->unwanted[b]);
    mem_free(c->base);
    mem_free(c->unwanted);
    mem_free(c->held);
    c->base = NULL;
    c->unwanted = NULL;
    c->held = NULL;
    c->held_count = c->held_capacity = 0;
}

/* ---- after the last draw -------------------------------------------------------------------------------- */

enum { MOST_ROUNDS = 8 };

/* The window's text with all its fills in place, and where that of one blank is. */
struct filled {
    struct buffer text;
    size_t start, end;
};

static bool put_fills(const struct fill_run *run, uint32_t k, uint32_t blank, struct filled *out)
{
    const struct run_candidate *c = &run->candidates[k];
    uint32_t first = fill_run_first(run);
    size_t at = 0;
    bool ok = buffer_append(&out->text, "", 0);
    for (uint32_t b = 0; ok && b < c->blank_count; b++) {
        struct fill_view view = {0};
        ok = buffer_append(&out->text, c->local.data + at, c->blanks[b].start - at);
        if (first + b == blank) out->start = out->text.size;
        ok = ok && fill_view_make(run, k, first + b, &view) &&
             buffer_append(&out->text, view.text.size ? view.text.data : "", view.text.size);
        if (first + b == blank) out->end = out->text.size;
        at = c->blanks[b].end;
        fill_view_free(&view);
    }
    return ok && (c->limit <= at || buffer_append(&out->text, c->local.data + at, c->limit - at));
}

static const char *unmet_of(const struct fill_run *run, uint32_t k, uint32_t blank)
{
    struct filled f = {0};
    const char *unmet = "memory";
    if (put_fills(run, k, blank, &f))
        unmet = fill_conditions_unmet(&run->conditions[blank], (struct slice){f.text.data, f.start},
                                      (struct slice){f.text.data + f.start, f.end - f.start},
                                      (struct slice){f.text.data + f.end, f.text.size - f.end});
    buffer_free(&f.text);
    return unmet;
}

static enum status mask_blank(struct fill_run *run, uint32_t k, uint32_t blank, bool mask, size_t *tokens,
                              struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    enum status status = STATUS_OK;
    for (uint32_t i = 0; !status && i < c->window.slot_count; i++) {
        const struct sedd_slot *slot = &c->window.slots[i];
        if (slot->blank != blank || (c->flags[i] & SLOT_PINNED)) continue;
        ++*tokens;
        if (mask) status = fill_run_mask_slot(run, k, blank, slot->index, error);
    }
    return status;
}

static const char *unmet_if_any(const struct fill_run *run, uint32_t k, uint32_t blank)
{
    return fill_conditions_any(&run->conditions[blank]) ? unmet_of(run, k, blank) : NULL;
}

static enum status fail_unmet(uint32_t blank, const char *unmet, uint32_t draws, struct error *error)
{
    return error_set(error, STATUS_LIMIT, "blank %u: \"%s\" is not met after %u draw%s", blank, unmet, draws,
                     draws == 1 ? "" : "s");
}

enum status fill_hold_check(const struct fill_run *run, uint32_t k, struct error *error)
{
    for (uint32_t b = fill_run_first(run); run->conditions && b < fill_run_last(run); b++) {
        const char *unmet = unmet_if_any(run, k, b);
        if (unmet && strcmp(unmet, "memory") == 0) return no_memory_for_fill(error);
        if (unmet) return fail_unmet(b, unmet, 1, error);
    }
    return STATUS_OK;
}

enum status fill_hold_look(struct fill_run *run, uint32_t k, bool mask, size_t *tokens, struct error *error)
{
    struct run_candidate *c = &run->candidates[k];
    enum status status = STATUS_OK;
    size_t begin = *tokens;
    for (uint32_t b = fill_run_first(run); !status && run->conditions && b < fill_run_last(run); b++) {
        const char *unmet = unmet_if_any(run, k, b);
        if (!unmet) continue;
        if (strcmp(unmet, "memory") == 0) return no_memory_for_fill(error);
        size_t before = *tokens;
        status = mask_blank(run, k, b, mask, tokens, error);
        if (!status && (c->hold_rounds >= MOST_ROUNDS || *tokens == before))
            return fail_unmet(b, unmet, c->hold_rounds + 1, error);
    }
    if (mask && *tokens > begin) c->hold_rounds++;
    return status;
}
