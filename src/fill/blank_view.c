/* The present state of a blank: its tokens, and their words in the draft's typography. */
#include "blank_view.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/sedd.h"
#include "run_state.h"

#include <string.h>

void fill_view_free(struct fill_view *view)
{
    buffer_free(&view->text);
    mem_free(view->tokens);
    *view = (struct fill_view){0};
}

bool fill_view_copy(const struct fill_view *from, struct fill_view *to)
{
    *to = *from;
    to->text = (struct buffer){0};
    to->tokens = mem_alloc_array(from->count, sizeof *to->tokens);
    if (to->tokens && buffer_append(&to->text, from->text.size ? from->text.data : "", from->text.size)) {
        if (from->count) memcpy(to->tokens, from->tokens, from->count * sizeof *to->tokens);
        return true;
    }
    fill_view_free(to);
    return false;
}

static enum fill_token_state state_of(uint32_t id, uint32_t mask, uint8_t flags)
{
    if (id == mask) return FILL_MASKED;
    if (flags & SLOT_PINNED) return FILL_PINNED;
    return flags & SLOT_FRESH ? FILL_FRESH : FILL_SETTLED;
}

/* The bytes of a blank's tokens in the model's dialect; token ranges refer to those. The space that belongs
 * to the draft is left out. */
static bool collect_tokens(const struct fill_run *run, uint32_t k, uint32_t blank, struct fill_view *view,
                           struct buffer *raw)
{
    const struct run_candidate *c = &run->candidates[k];
    const struct bpe *bpe = fill_engine_bpe(run->engine);
    const uint32_t *ids = sedd_sampler_ids(run->sampler, k);
    uint32_t mask = fill_engine_config(run->engine)->tokens;
    for (uint32_t i = 0; i < c->window.slot_count; i++) {
        const struct sedd_slot *slot = &c->window.slots[i];
        if (slot->blank != blank) continue;
        uint32_t id = ids[slot->position];
        struct slice bytes = id == mask ? (struct slice){"", 0} : bpe_token_bytes(bpe, id);
        bool space = slot->index == 0 && c->window.spaced[blank - fill_run_first(run)] && bytes.size &&
                     bytes.data[0] == ' ';
        uint32_t start = (uint32_t)raw->size;
        if (!buffer_append(raw, bytes.data + space, bytes.size - space)) return false;
        view->tokens[view->count++] = (struct fill_token){
            id, c->probability[i], state_of(id, mask, c->flags[i]), start, (uint32_t)raw->size};
    }
    return true;
}

/* Converts the tokens' ranges from the model's bytes to the draft's. */
static void move_ranges(struct fill_view *view, const struct fill_mapped *mapped)
{
    uint32_t at = 0, size = (uint32_t)mapped->text.size;
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t end = view->tokens[i].end;
        view->tokens[i].start = at;
        while (at < size && mapped->origin[at] < end) at++;
        view->tokens[i].end = at;
    }
}

/* The text before a blank, for quotes: the draft, or the fill of a blank that ends right here. */
static bool context_before(const struct fill_run *run, uint32_t k, uint32_t b, struct buffer *out)
{
    const struct run_candidate *c = &run->candidates[k];
    const struct fill_blank *blank = &c->blanks[b];
    size_t start = b > 0 ? c->blanks[b - 1].end : 0;
    if (blank->start - start > 16) start = blank->start - 16;
    if (b > 0 && start == blank->start) {
        struct fill_view neighbour = {.tokens =
                                          mem_alloc_array(c->window.slot_count, sizeof *neighbour.tokens)};
        bool ok = neighbour.tokens && collect_tokens(run, k, fill_run_first(run) + b - 1, &neighbour, out);
        mem_free(neighbour.tokens);
        return ok;
    }
    return buffer_append(out, c->local.data + start, blank->start - start);
}

static bool to_draft(const struct fill_run *run, uint32_t k, uint32_t b, const struct buffer *raw,
                     struct fill_mapped *mapped)
{
    const struct run_candidate *c = &run->candidates[k];
    struct buffer before = {0};
    size_t end = c->blanks[b].end, after = c->limit > end ? c->limit - end : 0;
    bool ok = context_before(run, k, b, &before) &&
              fill_dialect_to_draft(&run->dialect, (struct slice){raw->data, raw->size},
                                    (struct slice){before.data, before.size},
                                    (struct slice){c->local.data + end, after > 16 ? 16 : after}, mapped,
                                    NULL) == STATUS_OK;
    buffer_free(&before);
    return ok;
}

/* Whether the tokens are those of the original words. Its text is then exactly that of the draft. */
static bool is_as_it_was(const struct fill_run *run, const struct fill_view *view)
{
    if (!run->conditions || !run->conditions[view->blank].vary) return false;
    const struct bpe_ids *ids = &run->varied[view->blank];
    bool same = ids->count == view->count;
    for (uint32_t i = 0; same && i < view->count; i++) same = view->tokens[i].id == ids->ids[i];
    return same;
}

static bool take_own_text(const struct fill_run *run, struct fill_view *view)
{
    view->text.size = 0;
    return buffer_append(&view->text, run->text.data + view->start, view->end - view->start);
}

bool fill_view_make(const struct fill_run *run, uint32_t k, uint32_t blank, struct fill_view *view)
{
    uint32_t b = blank - fill_run_first(run);
    *view =
        (struct fill_view){.blank = blank, .start = run->blanks[blank].start, .end = run->blanks[blank].end};
    view->tokens = mem_alloc_array(run->candidates[k].lengths[b], sizeof *view->tokens);
    struct buffer raw = {0};
    struct fill_mapped mapped = {0};
    bool ok = view->tokens && buffer_append(&raw, "", 0) && collect_tokens(run, k, blank, view, &raw) &&
              to_draft(run, k, b, &raw, &mapped);
    if (ok) {
        move_ranges(view, &mapped);
        view->text = mapped.text;
        mapped.text = (struct buffer){0};
    }
    if (ok && is_as_it_was(run, view)) ok = take_own_text(run, view);
    fill_mapped_free(&mapped);
    buffer_free(&raw);
    if (!ok) fill_view_free(view);
    return ok;
}
