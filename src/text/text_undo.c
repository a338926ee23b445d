/* Walks over the undo tree. The changes of its steps hold the pieces that are not in the document at present;
 * going over a step swaps them with those that are. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

/* Undoes a step. If memory runs out on the way, the part already undone is redone: that needs no memory,
 * since its pieces are already cut. */
static bool undo_step(struct text *text, struct step *step, size_t *at)
{
    for (struct change *change = step->last; change; change = change->previous) {
        if (!change_swap(text, change, true)) {
            for (change = change->next; change; change = change->next) (void)change_swap(text, change, false);
            return false;
        }
        if (at && change_moves_bytes(change)) *at = change->at + change->removed;
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
        if (at && change_moves_bytes(change)) *at = change->at + change->inserted;
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

/* What redo does at a step: the newest of those made from it. */
static size_t find_newest_child(const struct history *history, size_t parent)
{
    for (size_t i = history->count; i-- > parent + 1;)
        if (history->steps[i].parent == parent) return i;
    return 0;
}

bool text_history_forget(struct text *text, size_t node)
{
    struct history *history = &text->history;
    if (history->group_depth > 0 || node == 0 || node + 1 != history->count) return false;
    if (history->at == node && !text_undo(text, NULL)) return false;
    size_t parent = history->steps[node].parent;
    changes_free(&history->steps[node]);
    history->count--;
    history->steps[parent].newest_child = find_newest_child(history, parent);
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

/* A node's parent was made before it. */
bool text_history_contains(const struct text *text, size_t node)
{
    size_t at = text->history.at;
    while (at > node) at = text->history.steps[at].parent;
    return at == node;
}

bool text_history_tag(const struct text *text, size_t node, uint64_t *trace, uint32_t *step)
{
    if (node >= text->history.count || !text->history.steps[node].tagged) return false;
    if (trace) *trace = text->history.steps[node].trace;
    if (step) *step = text->history.steps[node].trace_step;
    return true;
}
