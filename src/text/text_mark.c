/* Marks and blanks: positions that move with the text. There are tens of them, rarely thousands, so plain
 * arrays that are walked at every edit are fast enough. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

#include <string.h>

/* ---- marks ------------------------------------------------------------------------------------- */

static size_t within_text(const struct text *text, size_t at)
{
    size_t size = text_size(text);
    return at < size ? at : size;
}

text_mark text_mark_add(struct text *text, size_t at, enum text_gravity gravity)
{
    size_t slot = 0;
    while (slot < text->mark_count && text->marks[slot].used) slot++;
    if (slot >= UINT32_MAX - 1) return 0;
    if (slot == text->mark_count) {
        if (!mem_grow(&text->marks, &text->mark_capacity, slot + 1, sizeof *text->marks)) return 0;
        text->mark_count++;
    }
    text->marks[slot] = (struct mark){within_text(text, at), gravity, true};
    return (text_mark)(slot + 1);
}

static struct mark *mark_of(const struct text *text, text_mark mark)
{
    return mark > 0 && mark <= text->mark_count && text->marks[mark - 1].used ? &text->marks[mark - 1] : NULL;
}

void text_mark_remove(struct text *text, text_mark mark)
{
    struct mark *found = mark_of(text, mark);
    if (found) found->used = false;
}

size_t text_mark_get(const struct text *text, text_mark mark)
{
    const struct mark *found = mark_of(text, mark);
    return found ? found->at : 0;
}

void text_mark_set(struct text *text, text_mark mark, size_t at)
{
    struct mark *found = mark_of(text, mark);
    if (found) found->at = within_text(text, at);
}

void marks_move(struct text *text, size_t at, size_t removed, size_t inserted)
{
    for (size_t i = 0; i < text->mark_count; i++) {
        struct mark *mark = &text->marks[i];
        mark->at = position_after_removal(mark->at, at, removed);
        if (mark->at > at || (mark->at == at && mark->gravity == TEXT_AFTER)) mark->at += inserted;
    }
}

void marks_move_spans(struct text *text, const struct spans *spans, bool undoing)
{
    for (size_t i = 0; i < text->mark_count; i++) {
        struct mark *mark = &text->marks[i];
        if (mark->used) mark->at = spans_map(spans, mark->at, mark->gravity, undoing);
    }
}

/* ---- blanks: how changes move them -------------------------------------------------------------------- */

/* Whether undoing the change could not find the blank's place from offsets alone. */
static bool touches(const struct text_blank *blank, size_t at, size_t removed)
{
    return blank->end >= at && blank->start <= at + removed;
}

bool blanks_touched(const struct text *text, size_t at, size_t removed, size_t inserted,
                    struct blank_delta **deltas, size_t *count)
{
    size_t n = 0;
    *deltas = NULL;
    for (size_t i = 0; i < text->blank_count; i++) n += touches(&text->blanks[i], at, removed);
    *count = n;
    if (n == 0) return true;
    struct blank_delta *list = mem_zalloc_array(n, sizeof *list);
    if (!list) return false;
    *deltas = list;
    for (size_t i = 0; i < text->blank_count; i++) {
        if (!touches(&text->blanks[i], at, removed)) continue;
        list->before = list->after = text->blanks[i];
        list->had = true;
        list->has = blank_after(&list->after, at, removed, inserted);
        list++;
    }
    return true;
}

bool blanks_reserve(struct text *text, size_t more)
{
    return mem_grow(&text->blanks, &text->blank_capacity, text->blank_count + more, sizeof *text->blanks);
}

static struct text_blank *find_blank(const struct text *text, uint32_t id)
{
    for (size_t i = 0; i < text->blank_count; i++)
        if (text->blanks[i].id == id) return &text->blanks[i];
    return NULL;
}

static bool comes_before(const struct text_blank *a, const struct text_blank *b)
{
    if (a->start != b->start) return a->start < b->start;
    return a->end != b->end ? a->end < b->end : a->id < b->id;
}

/* The first that does not come before it. */
static size_t place_of(const struct text *text, const struct text_blank *blank)
{
    size_t low = 0, high = text->blank_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (comes_before(&text->blanks[middle], blank))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The array is nearly in order: insertion sort. */
static void sort_blanks(struct text *text)
{
    for (size_t i = 1; i < text->blank_count; i++) {
        struct text_blank blank = text->blanks[i];
        size_t j = i;
        for (; j > 0 && comes_before(&blank, &text->blanks[j - 1]); j--)
            text->blanks[j] = text->blanks[j - 1];
        text->blanks[j] = blank;
    }
}

static void note_length(struct text *text, const struct text_blank *blank)
{
    size_t length = blank->end - blank->start;
    if (length > text->blank_longest) text->blank_longest = length;
}

/* A blank that is marked, or unmarked, or gets another length: while thousands are marked in a pasted text, each
 * costs no walk over all. blanks_reserve was called. */
static void apply_alone(struct text *text, const struct blank_delta *delta, bool undoing)
{
    const struct text_blank *now = undoing ? &delta->after : &delta->before;
    const struct text_blank *goal = undoing ? &delta->before : &delta->after;
    struct text_blank *list = text->blanks;
    size_t at = place_of(text, now), size = sizeof *list;
    if (undoing ? delta->has : delta->had) {
        for (size_t i = 0; i < text->blank_count && (at == text->blank_count || list[at].id != now->id); i++)
            at = i;
        if (at < text->blank_count && list[at].id == now->id)
            memmove(list + at, list + at + 1, (--text->blank_count - at) * size);
    }
    if (!(undoing ? delta->had : delta->has)) return;
    at = place_of(text, goal);
    memmove(list + at + 1, list + at, (text->blank_count++ - at) * size);
    list[at] = *goal;
    note_length(text, goal);
}

/* Touched blanks take the state on the other side of the change. Deltas are in the order of the blanks, nearly
 * always; one that goes leaves an id of 0. */
static void apply_deltas(struct text *text, const struct blank_delta *deltas, size_t count, bool undoing)
{
    size_t old_count = text->blank_count, next = 0;
    for (size_t d = 0; d < count; d++) {
        const struct text_blank *goal = undoing ? &deltas[d].before : &deltas[d].after;
        bool was = undoing ? deltas[d].has : deltas[d].had, exists = undoing ? deltas[d].had : deltas[d].has;
        size_t looked = 0;
        for (; was && looked < old_count && text->blanks[next].id != goal->id; looked++)
            next = next + 1 < old_count ? next + 1 : 0;
        bool found = was && looked < old_count;
        if (exists) note_length(text, goal);
        if (exists)
            text->blanks[found ? next : text->blank_count++] = *goal; /* blanks_reserve was called */
        else if (found)
            text->blanks[next].id = 0;
    }
}

static void drop_gone(struct text *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->blank_count; i++)
        if (text->blanks[i].id) text->blanks[kept++] = text->blanks[i];
    text->blank_count = kept;
}

void blanks_move(struct text *text, size_t at, size_t removed, size_t inserted, struct blank_delta *deltas,
                 size_t count, bool undoing)
{
    if (at == SIZE_MAX && count == 1) {
        apply_alone(text, deltas, undoing);
        return;
    }
    for (size_t i = 0; at != SIZE_MAX && i < text->blank_count; i++) {
        struct text_blank *blank = &text->blanks[i];
        if (blank->start <= at || blank->start - at <= removed) continue; /* before it, or touched */
        blank->start = blank->start - removed + inserted;
        blank->end = blank->end - removed + inserted;
    }
    apply_deltas(text, deltas, count, undoing);
    drop_gone(text);
    sort_blanks(text);
}

/* ---- blanks: looking at them ---------------------------------------------------------------------------- */

bool text_blank_get(const struct text *text, uint32_t id, struct text_blank *out)
{
    const struct text_blank *blank = find_blank(text, id);
    if (blank) *out = *blank;
    return blank;
}

size_t text_blank_count(const struct text *text)
{
    return text->blank_count;
}

void text_blank_at(const struct text *text, size_t index, struct text_blank *out)
{
    *out = index < text->blank_count ? text->blanks[index] : (struct text_blank){0};
}

bool text_blank_around(const struct text *text, size_t at, struct text_blank *out)
{
    struct text_blank behind = {.start = at, .end = SIZE_MAX, .id = UINT32_MAX};
    const struct text_blank *found = NULL;
    for (size_t i = place_of(text, &behind); i > 0; i--) {
        const struct text_blank *blank = &text->blanks[i - 1];
        if (at - blank->start > text->blank_longest) break;
        if (at <= blank->end) found = blank;
    }
    if (found) *out = *found;
    return found;
}

uint32_t text_blank_find(const struct text *text, size_t at)
{
    struct text_blank blank;
    return text_blank_around(text, at, &blank) ? blank.id : 0;
}
