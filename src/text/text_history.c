/* The steps of the undo tree: a change becomes one, or a part of one. Each step hangs below the one it was
 * made from, and nothing is ever dropped. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

bool history_init(struct text *text)
{
    struct history *history = &text->history;
    if (!mem_grow(&history->steps, &history->capacity, 1, sizeof *history->steps)) return false;
    history->steps[0] = (struct step){.cursor_before = TEXT_UNKNOWN, .cursor_after = TEXT_UNKNOWN};
    history->cursor = TEXT_UNKNOWN;
    history->count = 1;
    return true;
}

bool change_moves_bytes(const struct change *change)
{
    return change->removed > 0 || change->inserted > 0;
}

void change_free(struct change *change)
{
    if (!change) return;
    spans_free(change->spans);
    mem_free(change->deltas);
    mem_free(change);
}

void changes_free(struct step *step)
{
    struct change *change = step->first;
    while (change) {
        struct change *next = change->next;
        change_free(change);
        change = next;
    }
    step->first = step->last = NULL;
}

void history_free(struct text *text)
{
    for (size_t i = 0; i < text->history.count; i++) changes_free(&text->history.steps[i]);
    mem_free(text->history.steps);
}

bool history_reserve(struct text *text)
{
    struct history *history = &text->history;
    return mem_grow(&history->steps, &history->capacity, history->count + 1, sizeof *history->steps);
}

/* ---- recording --------------------------------------------------------------------------------- */

/* Typing: a word with the spaces after it is a step; so is a line break. Pasted text is a step of its own. */
enum { TYPED_MAX = 64 };

static bool continues_insertion(const struct text *text, const struct change *last, const struct change *next)
{
    if (last->removed || next->removed || !last->inserted || !next->inserted) return false;
    if (next->at != last->at + last->inserted || next->inserted > TYPED_MAX) return false;
    int before = text_byte(text, next->at - 1), first = text_byte(text, next->at);
    bool word_ended = (before == ' ' || before == '\t') && first != ' ' && first != '\t';
    return before != '\n' && first != '\n' && first != '\r' && !word_ended;
}

static bool continues_deletion(const struct change *last, const struct change *next)
{
    if (last->inserted || next->inserted || !last->removed || !next->removed) return false;
    if (last->removed > TYPED_MAX * TYPED_MAX || next->removed > TYPED_MAX) return false;
    return next->at == last->at || next->at + next->removed == last->at;
}

/* Merges two changes that continue each other into one, unless a blank prevents it. */
static bool join(struct change *last, struct change *next)
{
    if (last->delta_count || next->delta_count || !change_moves_bytes(last) || !change_moves_bytes(next))
        return false;
    if (last->spans || next->spans) return false;
    if (!last->removed && !next->removed && next->at == last->at + last->inserted) {
        last->inserted += next->inserted;
    } else if (!last->inserted && !next->inserted && next->at + next->removed == last->at) {
        last->out = tree_merge(next->out, last->out);
        last->at = next->at;
        last->removed += next->removed;
    } else if (!last->inserted && !next->inserted && next->at == last->at) {
        last->out = tree_merge(last->out, next->out);
        last->removed += next->removed;
    } else {
        return false;
    }
    mem_free(next);
    return true;
}

void step_append(struct step *step, struct change *change)
{
    change->previous = step->last;
    if (step->last)
        step->last->next = change;
    else
        step->first = change;
    step->last = change;
}

static struct step *new_step(struct history *history)
{
    size_t parent = history->at;
    struct step *step = &history->steps[history->count]; /* history_reserve was called */
    *step = (struct step){.parent = parent,
                          .depth = history->steps[parent].depth + 1,
                          .content = history->steps[parent].content,
                          .cursor_before = history->recorded ? TEXT_UNKNOWN : history->cursor,
                          .cursor_after = TEXT_UNKNOWN};
    history->at = history->count++;
    history->steps[parent].newest_child = history->at;
    history->open = true;
    if (history->tag_pending) {
        step->tagged = true;
        step->trace = history->trace;
        step->trace_step = history->trace_step;
        history->tag_pending = false;
    }
    return step;
}

void history_record(struct text *text, struct change *change)
{
    struct history *history = &text->history;
    struct step *step = &history->steps[history->at];
    bool goes_on = history->open && history->group_depth > 0;
    if (history->open && history->group_depth == 0 && step->last && !step->last->spans && !change->spans)
        goes_on = continues_insertion(text, step->last, change) || continues_deletion(step->last, change);
    if (!goes_on) step = new_step(history);
    if (change_moves_bytes(change)) step->content = ++history->contents;
    if (!step->last || !join(step->last, change)) step_append(step, change);
    history->recorded = true;
}

void text_cursor(struct text *text, size_t at)
{
    struct history *history = &text->history;
    if (history->recorded && history->at > 0) history->steps[history->at].cursor_after = at;
    history->cursor = at;
    history->recorded = false;
}

void text_group_begin(struct text *text)
{
    if (text->history.group_depth++ == 0) text->history.open = false;
}

void text_group_end(struct text *text)
{
    struct history *history = &text->history;
    if (history->group_depth == 0 || --history->group_depth > 0) return;
    history->open = false;
    history->tag_pending = false;
}

void text_break_group(struct text *text)
{
    if (text->history.group_depth == 0) text->history.open = false;
}

void text_tag_group(struct text *text, uint64_t trace, uint32_t step)
{
    struct history *history = &text->history;
    if (history->group_depth > 0 && !history->open) { /* the group has no change yet */
        history->tag_pending = true;
        history->trace = trace;
        history->trace_step = step;
    } else if (history->at > 0) {
        struct step *current = &history->steps[history->at];
        current->tagged = true;
        current->trace = trace;
        current->trace_step = step;
    }
}

/* ---- what is saved ----------------------------------------------------------------------------- */

bool text_dirty(const struct text *text)
{
    const struct history *history = &text->history;
    return history->steps[history->at].content != history->saved || text->encoding != text->saved_encoding;
}

void text_mark_dirty(struct text *text)
{
    text->history.saved = UINT64_MAX;
}
