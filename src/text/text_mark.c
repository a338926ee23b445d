/* Marks and blanks: positions that move with the text. There are tens of them, rarely hundreds, so plain
 * arrays that are walked at every edit are fast enough. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

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

/* One touched blank takes the state on the other side of the change. */
static void apply_delta(struct text *text, const struct blank_delta *delta, bool undoing)
{
    const struct text_blank *goal = undoing ? &delta->before : &delta->after;
    bool exists = undoing ? delta->had : delta->has;
    struct text_blank *blank = find_blank(text, goal->id);
    if (blank && exists) {
        *blank = *goal;
    } else if (exists) {
        text->blanks[text->blank_count++] = *goal; /* blanks_reserve was called */
    } else if (blank) {
        *blank = text->blanks[--text->blank_count];
    }
}

static bool in_deltas(const struct blank_delta *deltas, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++)
        if (deltas[i].before.id == id) return true;
    return false;
}

void blanks_move(struct text *text, size_t at, size_t removed, size_t inserted, struct blank_delta *deltas,
                 size_t count, bool undoing)
{
    for (size_t i = 0; i < text->blank_count; i++) {
        struct text_blank *blank = &text->blanks[i];
        if (blank->start <= at || in_deltas(deltas, count, blank->id)) continue;
        blank->start = blank->start - removed + inserted; /* entirely after the change */
        blank->end = blank->end - removed + inserted;
    }
    for (size_t i = 0; i < count; i++) apply_delta(text, &deltas[i], undoing);
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

uint32_t text_blank_find(const struct text *text, size_t at)
{
    for (size_t i = 0; i < text->blank_count && text->blanks[i].start <= at; i++)
        if (at <= text->blanks[i].end) return text->blanks[i].id;
    return 0;
}
