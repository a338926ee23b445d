/* Many replacements as one list. A bulk change keeps it so that marks and blanks can follow the change and
 * its undo. Millions of replacements cost a few bytes each: gaps and sizes as varints, with an index entry
 * every so often. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

enum { BETWEEN_POSTS = 256, VARINT_MAX = 10 };

struct spans {
    size_t at;        /* where the first gap begins */
    size_t count;     /* without the last one */
    struct span last; /* which may still grow: adjacent ones become one; */
    size_t last_gap;  /* its gap and sizes */
    bool have_last;
    struct buffer bytes; /* gap, removed, inserted */
    struct span_cursor end;
    struct span_cursor *posts; /* posts[i]: before span i * BETWEEN_POSTS */
    size_t post_count, post_capacity;
};

struct spans *spans_new(size_t at)
{
    struct spans *spans = mem_zalloc(sizeof *spans);
    if (!spans) return NULL;
    spans->at = at;
    spans->end.old = spans->end.new = at;
    return spans;
}

void spans_free(struct spans *spans)
{
    if (!spans) return;
    buffer_free(&spans->bytes);
    mem_free(spans->posts);
    mem_free(spans);
}

static size_t put_varint(char *out, size_t number)
{
    size_t used = 0;
    for (; number >= 0x80; number >>= 7) out[used++] = (char)(number | 0x80);
    out[used++] = (char)number;
    return used;
}

static size_t get_varint(const char *bytes, size_t *at)
{
    size_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = (unsigned char)bytes[(*at)++];
        number |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return number;
    }
}

static bool pack_span(struct spans *spans, size_t gap, size_t removed, size_t inserted)
{
    char packed[3 * VARINT_MAX];
    if (spans->count % BETWEEN_POSTS == 0) {
        if (!mem_grow(&spans->posts, &spans->post_capacity, spans->post_count + 1, sizeof *spans->posts))
            return false;
        spans->posts[spans->post_count] = spans->end;
    }
    size_t used = put_varint(packed, gap);
    used += put_varint(packed + used, removed);
    used += put_varint(packed + used, inserted);
    if (!buffer_append(&spans->bytes, packed, used)) return false;
    spans->post_count += spans->count % BETWEEN_POSTS == 0;
    spans->count++;
    spans->end.index++;
    spans->end.byte += used;
    spans->end.old += gap + removed;
    spans->end.new += gap + inserted;
    return true;
}

bool spans_add(struct spans *spans, size_t gap, size_t removed, size_t inserted)
{
    if (gap > 0 && !spans_end(spans)) return false;
    if (!spans->have_last) spans->last_gap = gap;
    spans->have_last = true;
    spans->last.removed += removed;
    spans->last.inserted += inserted;
    return true;
}

bool spans_end(struct spans *spans)
{
    bool good =
        !spans->have_last || pack_span(spans, spans->last_gap, spans->last.removed, spans->last.inserted);
    spans->have_last = false;
    spans->last = (struct span){0};
    return good;
}

bool spans_next(const struct spans *spans, struct span_cursor *at, struct span *out)
{
    if (at->index >= spans->count) return false;
    if (at->index == 0) at->old = at->new = spans->at;
    size_t gap = get_varint(spans->bytes.data, &at->byte);
    out->old = at->old + gap;
    out->new = at->new + gap;
    out->removed = get_varint(spans->bytes.data, &at->byte);
    out->inserted = get_varint(spans->bytes.data, &at->byte);
    at->old = out->old + out->removed;
    at->new = out->new + out->inserted;
    at->index++;
    return true;
}

/* The last index entry before a position: no span before it reaches that far. */
static struct span_cursor post_before(const struct spans *spans, size_t position, bool undoing)
{
    size_t low = 0, high = spans->post_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct span_cursor *post = &spans->posts[middle];
        if ((undoing ? post->new : post->old) < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? spans->posts[low - 1] : (struct span_cursor){0};
}

static void turn(struct span *span)
{
    *span = (struct span){span->new, span->inserted, span->old, span->removed};
}

/* What one replacement does to a position. */
static size_t map_one(size_t position, const struct span *span, enum text_gravity gravity)
{
    position = position_after_removal(position, span->old, span->removed);
    bool moves = position > span->old || (position == span->old && gravity == TEXT_AFTER);
    return moves ? position + span->inserted : position;
}

size_t spans_map(const struct spans *spans, size_t position, enum text_gravity gravity, bool undoing)
{
    struct span span;
    size_t shift_up = 0, shift_down = 0;
    struct span_cursor cursor = post_before(spans, position, undoing);
    if (cursor.index) {
        shift_up = undoing ? cursor.old : cursor.new;
        shift_down = undoing ? cursor.new : cursor.old;
    }
    while (spans_next(spans, &cursor, &span)) {
        if (undoing) turn(&span);
        if (span.old > position) break;
        if (span.old + span.removed >= position) {
            position = map_one(position, &span, gravity); /* there is text between it and the next */
            break;
        }
        shift_up = span.new + span.inserted;
        shift_down = span.old + span.removed;
    }
    return position + shift_up - shift_down;
}

bool spans_map_blank(const struct spans *spans, struct text_blank *blank, bool *alive)
{
    struct span span, *touched = NULL;
    size_t count = 0, capacity = 0, shift_up = 0, shift_down = 0;
    struct span_cursor cursor = post_before(spans, blank->start, false);
    if (cursor.index) shift_up = cursor.new, shift_down = cursor.old;
    while (spans_next(spans, &cursor, &span) && span.old <= blank->end) {
        if (span.old + span.removed < blank->start) {
            shift_up = span.new + span.inserted;
            shift_down = span.old + span.removed;
            continue;
        }
        if (!mem_grow(&touched, &capacity, count + 1, sizeof *touched)) {
            mem_free(touched);
            return false;
        }
        touched[count++] = span;
    }
    *alive = true;
    while (*alive && count > 0) {
        count--;
        *alive = blank_after(blank, touched[count].old, touched[count].removed, touched[count].inserted);
    }
    mem_free(touched);
    blank->start += shift_up - shift_down;
    blank->end += shift_up - shift_down;
    return true;
}
