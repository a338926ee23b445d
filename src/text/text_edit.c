/* Changing the document. Everything that can fail (memory) happens before any change, so that a failed edit
 * leaves the document as it was. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_journal.h"

#include <string.h>

enum { CHUNK = 64 << 10 };

/* ---- the added text ---------------------------------------------------------------------------- */

/* Contiguous room for `size` bytes at the end of the added text; the last bytes of a chunk may stay
 * unused. */
static bool reserve_added(struct text *text, size_t size)
{
    const struct chunk *last = text->chunks;
    if (last && last->capacity - last->size >= size) return true;
    size_t capacity = size > CHUNK ? size : CHUNK;
    if (capacity > SIZE_MAX - sizeof *last) return false;
    struct chunk *chunk = mem_alloc(sizeof *chunk + capacity);
    if (!chunk) return false;
    chunk->size = 0;
    chunk->capacity = capacity;
    chunk->next = text->chunks;
    text->chunks = chunk;
    return true;
}

static const char *keep_added(struct text *text, const char *bytes, size_t size)
{
    struct chunk *chunk = text->chunks;
    char *data = chunk->data + chunk->size;
    memcpy(data, bytes, size);
    chunk->size += size;
    return data;
}

/* ---- changes ----------------------------------------------------------------------------------- */

struct node *edit_swap(struct text *text, size_t at, size_t length, struct node *in)
{
    struct node *left, *middle, *right;
    tree_split(text, text->root, at, &left, &right);
    tree_split(text, right, length, &middle, &right);
    text->root = tree_merge(tree_merge(left, in), right);
    return middle;
}

enum status edit(struct text *text, size_t at, size_t removed, const char *bytes, size_t size,
                 struct error *error)
{
    size_t total = text_size(text);
    if (at > total || removed > total - at)
        return error_set(error, STATUS_ARGUMENT, "no text at offsets %zu to %zu: the text has %zu bytes", at,
                         at + removed, total);
    if (size > SIZE_MAX / 2 - total) return error_set(error, STATUS_LIMIT, "the text would become too large");
    if (removed == 0 && size == 0) return STATUS_OK;
    struct change *change = mem_zalloc(sizeof *change);
    if (!change || !tree_reserve(text, 2 + tree_nodes_for(size)) ||
        (size > 0 && !reserve_added(text, size)) || !history_reserve(text) ||
        !blanks_touched(text, at, removed, size, &change->deltas, &change->delta_count)) {
        change_free(change);
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for this change");
    }
    journal_before(text);
    change->at = at;
    change->removed = removed;
    change->inserted = size;
    const char *data = size ? keep_added(text, bytes, size) : NULL;
    if (removed > 0 || !tree_extend(text->root, at, data, size))
        change->out = edit_swap(text, at, removed, size ? tree_from_added(text, data, size) : NULL);
    marks_move(text, at, removed, size);
    blanks_move(text, at, removed, size, change->deltas, change->delta_count, false);
    text->version++;
    history_record(text, change);
    journal_changed(text, at, removed, size);
    return STATUS_OK;
}

bool change_swap(struct text *text, struct change *change, bool undoing)
{
    size_t here = undoing ? change->inserted : change->removed;
    size_t there = undoing ? change->removed : change->inserted;
    /* Undoing a swap that was just made needs no node, so it cannot fail. */
    size_t cuts = (size_t)!tree_is_cut(text->root, change->at) + !tree_is_cut(text->root, change->at + here);
    if (!tree_reserve(text, cuts) || !blanks_reserve(text, change->delta_count)) return false;
    journal_before(text);
    if (here == 0 && there == 0) {
        blanks_move(text, SIZE_MAX, 0, 0, change->deltas, change->delta_count, undoing);
        journal_changed_blanks(text, change->deltas, change->delta_count, undoing);
        return true;
    }
    change->out = edit_swap(text, change->at, here, change->out);
    if (change->spans) { /* its deltas include every blank */
        marks_move_spans(text, change->spans, undoing);
        blanks_move(text, SIZE_MAX, 0, 0, change->deltas, change->delta_count, undoing);
    } else {
        marks_move(text, change->at, here, there);
        blanks_move(text, change->at, here, there, change->deltas, change->delta_count, undoing);
    }
    text->version++;
    if (change->spans)
        journal_changed_spans(text, change->at, change->spans, undoing);
    else
        journal_changed(text, change->at, here, there);
    journal_changed_blanks(text, change->deltas, change->delta_count, undoing);
    return true;
}

/* ---- public functions ------------------------------------------------------------------------------ */

enum status text_insert(struct text *text, size_t at, const char *bytes, size_t size, struct error *error)
{
    return edit(text, at, 0, bytes, size, error);
}

enum status text_delete(struct text *text, size_t start, size_t end, struct error *error)
{
    return text_replace(text, start, end, NULL, 0, error);
}

enum status text_replace(struct text *text, size_t start, size_t end, const char *bytes, size_t size,
                         struct error *error)
{
    if (start > end) return error_set(error, STATUS_ARGUMENT, "the range %zu to %zu is reversed", start, end);
    return edit(text, start, end - start, bytes, size, error);
}

/* ---- blanks ------------------------------------------------------------------------------------ */

/* Records a change of blanks only; owns deltas, also on failure. */
static bool edit_blanks(struct text *text, struct blank_delta *deltas, size_t count)
{
    struct change *change = mem_zalloc(sizeof *change);
    if (!change || !history_reserve(text) || !blanks_reserve(text, count)) {
        mem_free(change);
        mem_free(deltas);
        return false;
    }
    change->deltas = deltas;
    change->delta_count = count;
    journal_before(text);
    /* No byte moves: SIZE_MAX is after every blank. */
    blanks_move(text, SIZE_MAX, 0, 0, deltas, count, false);
    journal_changed_blanks(text, deltas, count, false);
    history_record(text, change);
    return true;
}

static bool good_length(uint32_t min, uint32_t max)
{
    return 1 <= min && min <= max;
}

uint32_t text_blank_add(struct text *text, size_t start, size_t end, uint32_t min, uint32_t max)
{
    if (start > end || end > text_size(text) || !good_length(min, max)) return 0;
    if (text->blank_last_id == UINT32_MAX) return 0;
    struct blank_delta *delta = mem_zalloc(sizeof *delta);
    if (!delta) return 0;
    uint32_t id = text->blank_last_id + 1;
    delta->before = delta->after = (struct text_blank){id, start, end, min, max};
    delta->has = true;
    if (!edit_blanks(text, delta, 1)) return 0;
    text->blank_last_id = id;
    return id;
}

bool text_blank_remove(struct text *text, uint32_t id)
{
    struct text_blank blank;
    struct blank_delta *delta = text_blank_get(text, id, &blank) ? mem_zalloc(sizeof *delta) : NULL;
    if (!delta) return false;
    delta->before = delta->after = blank;
    delta->had = true;
    return edit_blanks(text, delta, 1);
}

bool text_blank_set_length(struct text *text, uint32_t id, uint32_t min, uint32_t max)
{
    struct text_blank blank;
    if (!text_blank_get(text, id, &blank) || !good_length(min, max)) return false;
    if (blank.min == min && blank.max == max) return true;
    struct blank_delta *delta = mem_zalloc(sizeof *delta);
    if (!delta) return false;
    delta->before = delta->after = blank;
    delta->after.min = min;
    delta->after.max = max;
    delta->had = delta->has = true;
    return edit_blanks(text, delta, 1);
}
