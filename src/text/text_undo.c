/* The undo tree. Each step hangs below the one it was made from, and nothing is ever dropped. Its changes
 * hold the pieces that are not in the document at present; going over a step swaps them with those that
 * are. */
#include "text_internal.h"

#include <string.h>

bool history_init(struct text *text)
{
    struct history *history = &text->history;
    if (!mem_grow(&history->steps, &history->capacity, 1, sizeof *history->steps)) return false;
    history->steps[0] = (struct step){.cursor_before = TEXT_UNKNOWN, .cursor_after = TEXT_UNKNOWN};
    history->cursor = TEXT_UNKNOWN;
    history->count = 1;
    return true;
}

void change_free(struct change *change)
{
    if (!change) return;
    spans_free(change->spans);
    mem_free(change->deltas);
    mem_free(change);
}

void history_free(struct text *text)
{
    for (size_t i = 0; i < text->history.count; i++) {
        struct change *change = text->history.steps[i].first;
        while (change) {
            struct change *next = change->next;
            change_free(change);
            change = next;
        }
    }
    mem_free(text->history.steps);
}

bool history_reserve(struct text *text)
{
    struct history *history = &text->history;
    return mem_grow(&history->steps, &history->capacity, history->count + 1, sizeof *history->steps);
}

/* ---- recording --------------------------------------------------------------------------------- */

static bool moves_bytes(const struct change *change)
{
    return change->removed > 0 || change->inserted > 0;
}

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
    if (last->delta_count || next->delta_count || !moves_bytes(last) || !moves_bytes(next)) return false;
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

static void append(struct step *step, struct change *change)
{
    if (step->last && join(step->last, change)) return;
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
    if (moves_bytes(change)) step->content = ++history->contents;
    append(step, change);
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

/* ---- walking ----------------------------------------------------------------------------------- */

/* Undoes a step. If memory runs out on the way, the part already undone is redone: that needs no memory,
 * since its pieces are already cut. */
static bool undo_step(struct text *text, struct step *step, size_t *at)
{
    for (struct change *change = step->last; change; change = change->previous) {
        if (!change_swap(text, change, true)) {
            for (change = change->next; change; change = change->next) (void)change_swap(text, change, false);
            return false;
        }
        if (at && moves_bytes(change)) *at = change->at + change->removed;
    }
    return true;
}

static bool redo_step(struct text *text, struct step *step, size_t *at)
{
    for (struct change *change = step->first; change; change = change->next) {
        if (!change_swap(text, change, false)) {
            for (change = change->previous; change; change = change->previous)
                (void)change_swap(text, change, true);
            return false;
        }
        if (at && moves_bytes(change)) *at = change->at + change->inserted;
    }
    return true;
}

/* A step that only changes blanks leaves the cursor at its blank. */
static void start_at_blank(const struct step *step, size_t *at)
{
    if (at && step->first && step->first->delta_count) *at = step->first->deltas[0].before.start;
}

static size_t common_ancestor(const struct history *history, size_t a, size_t b)
{
    while (a != b) {
        if (history->steps[a].depth >= history->steps[b].depth)
            a = history->steps[a].parent;
        else
            b = history->steps[b].parent;
    }
    return a;
}

/* Goes along `way`, a list of `length` steps: the first `ups` are undone, the others are done. If memory runs
 * out, goes back, which needs none. */
static bool walk(struct text *text, const size_t *way, size_t ups, size_t length, size_t *at)
{
    struct step *steps = text->history.steps;
    size_t i = 0;
    for (; i < length; i++) {
        struct step *step = &steps[way[i]];
        start_at_blank(step, at);
        if (!(i < ups ? undo_step(text, step, at) : redo_step(text, step, at))) break;
    }
    if (i == length) return true;
    while (i-- > 0) {
        struct step *step = &steps[way[i]];
        if (i < ups)
            (void)redo_step(text, step, NULL);
        else
            (void)undo_step(text, step, NULL);
    }
    return false;
}

/* The cursor at the last step of the way: before it if it was undone, after it if it was done; `place` if
 * none was recorded. */
static size_t cursor_at_end(const struct text *text, const size_t *way, size_t ups, size_t length,
                            size_t place)
{
    const struct step *step = &text->history.steps[way[length - 1]];
    size_t cursor = length == ups ? step->cursor_before : step->cursor_after;
    return cursor <= text_size(text) ? cursor : place;
}

bool text_undo(struct text *text, size_t *at)
{
    struct history *history = &text->history;
    if (history->group_depth > 0 || history->at == 0) return false;
    return text_history_go(text, history->steps[history->at].parent, at);
}

bool text_redo(struct text *text, size_t *at)
{
    struct history *history = &text->history;
    size_t child = history->steps[history->at].newest_child;
    if (history->group_depth > 0 || child == 0) return false;
    return text_history_go(text, child, at);
}

bool text_history_go(struct text *text, size_t node, size_t *at)
{
    struct history *history = &text->history;
    if (history->group_depth > 0 || node >= history->count) return false;
    size_t top = common_ancestor(history, history->at, node), count = 0;
    size_t ups = history->steps[history->at].depth - history->steps[top].depth;
    size_t length = ups + history->steps[node].depth - history->steps[top].depth;
    /* Undoing does not separate marks that a deletion brought together, so their positions are saved. */
    size_t *way = mem_alloc_array(length + text->mark_count, sizeof *way);
    if (!way) return false;
    size_t *marks = way + length;
    for (size_t i = 0; i < text->mark_count; i++) marks[i] = text->marks[i].at;
    for (size_t n = history->at; n != top; n = history->steps[n].parent) way[count++] = n;
    count = length;
    for (size_t n = node; n != top; n = history->steps[n].parent) way[--count] = n;
    const struct change *last = history->steps[node].last;
    size_t place = last ? last->at + last->inserted : 0; /* for a walk of no steps */
    bool good = walk(text, way, ups, length, &place);
    for (size_t i = 0; i < text->mark_count && !good; i++) text->marks[i].at = marks[i];
    if (!good) {
        mem_free(way);
        return false;
    }
    if (length > 0) place = cursor_at_end(text, way, ups, length, place);
    mem_free(way);
    history->open = history->recorded = false;
    history->at = node;
    if (at) *at = place;
    return true;
}

size_t text_history_count(const struct text *text)
{
    return text->history.count;
}

size_t text_history_at(const struct text *text)
{
    return text->history.at;
}

bool text_history_tag(const struct text *text, size_t node, uint64_t *trace, uint32_t *step)
{
    if (node >= text->history.count || !text->history.steps[node].tagged) return false;
    if (trace) *trace = text->history.steps[node].trace;
    if (step) *step = text->history.steps[node].trace_step;
    return true;
}
