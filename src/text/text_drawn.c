/* Finds the words that a model drew and nobody edited since. Pieces of the document refer to source bytes that never move
 * or change, so it is enough to record which source bytes a model drew. This survives moving, undo and redo of pieces;
 * text typed into them has other source bytes. A word counts only while all its letters are in the text: if a letter is
 * deleted, the rest of the word counts as edited. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

#include <string.h>

/* [start, start + size) of the added text (an address) or of the original (an offset). */
struct drawn_source {
    bool added;
    uintptr_t start;
    size_t size;
};

/* The source of a byte, and the number of bytes before and after it in the same piece. */
struct origin {
    bool added;
    uintptr_t at;
    size_t before, after;
};

static struct origin origin_of(const struct text *text, size_t at)
{
    size_t start;
    const struct node *node = tree_node_at(text, at, &start);
    const struct piece *p = &node->piece;
    size_t skip = at - start;
    return (struct origin){p->data != NULL, (p->data ? (uintptr_t)p->data : p->offset) + skip, skip,
                           p->size - skip};
}

static const struct drawn_source *source_of(const struct text *text, const struct origin *o)
{
    for (size_t i = 0; i < text->drawn_count; i++) {
        const struct drawn_source *d = &text->drawn[i];
        if (d->added == o->added && o->at >= d->start && o->at < d->start + d->size) return d;
    }
    return NULL;
}

bool text_drawn_mark(struct text *text, size_t start, size_t end)
{
    while (start < end && end <= text_size(text)) {
        struct origin o = origin_of(text, start);
        size_t size = o.after < end - start ? o.after : end - start;
        struct drawn_source *last = text->drawn_count ? &text->drawn[text->drawn_count - 1] : NULL;
        if (last && last->added == o.added && last->start + last->size == o.at) {
            last->size += size; /* long text is cut into pieces */
        } else {
            if (!mem_grow(&text->drawn, &text->drawn_capacity, text->drawn_count + 1, sizeof *text->drawn))
                return false;
            text->drawn[text->drawn_count++] = (struct drawn_source){o.added, o.at, size};
        }
        start += size;
    }
    return true;
}

static bool is_letter_byte(int byte)
{
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
           byte == '\'';
}

/* The byte of a source, or -1 outside of it. */
static int source_byte(const struct text *text, const struct drawn_source *d, uintptr_t at)
{
    char byte;
    if (at < d->start || at >= d->start + d->size) return -1;
    if (d->added) return *(const unsigned char *)at;
    return original_read(text->original, at, 1, &byte) ? (unsigned char)byte : -1;
}

/* Whether [start, end) is one run of a source. */
static bool is_run(const struct text *text, size_t start, size_t end, const struct drawn_source *d,
                   uintptr_t from)
{
    for (size_t at = start; at < end;) {
        struct origin o = origin_of(text, at);
        if (o.added != d->added || o.at != from + (at - start)) return false;
        at += o.after;
    }
    return from + (end - start) <= d->start + d->size;
}

/* Whether letters next to [start, end) in the drawn text have been deleted or replaced. */
static bool is_cut(const struct text *text, size_t start, size_t end, const struct drawn_source *d,
                   uintptr_t from)
{
    int first = source_byte(text, d, from), last = source_byte(text, d, from + (end - start) - 1);
    int before = source_byte(text, d, from - 1), after = source_byte(text, d, from + (end - start));
    bool cut_before = is_letter_byte(first) && before >= 0 && is_letter_byte(before);
    bool cut_after = is_letter_byte(last) && after >= 0 && is_letter_byte(after);
    return cut_before || cut_after;
}

bool text_drawn_at(const struct text *text, size_t at, size_t *start, size_t *end)
{
    if (!text->drawn_count || at >= text_size(text)) return false;
    struct origin o = origin_of(text, at);
    const struct drawn_source *d = source_of(text, &o);
    if (!d) return false;
    /* A letter belongs to its word; white space and punctuation are ranges of one byte. */
    size_t first = at, last = at + 1;
    if (is_letter_byte(text_byte(text, at))) {
        while (first > 0 && is_letter_byte(text_byte(text, first - 1))) first--;
        while (is_letter_byte(text_byte(text, last))) last++;
    }
    size_t back = at - first;
    if (o.at - d->start < back) return false; /* it began before what was drawn */
    if (!is_run(text, first, last, d, o.at - back) || is_cut(text, first, last, d, o.at - back)) return false;
    *start = first;
    *end = last;
    return true;
}

bool text_drawn_next(const struct text *text, size_t from, size_t *start, size_t *end)
{
    size_t size = text_size(text), word_start, word_end;
    bool found = false;
    for (size_t at = from; text->drawn_count && at < size;) {
        if (text_drawn_at(text, at, &word_start, &word_end)) {
            if (!found) *start = at > word_start ? at : word_start;
            found = true;
            at = *end = word_end;
            continue;
        }
        if (found) return true;
        struct origin o = origin_of(text, at);
        at += source_of(text, &o) ? 1 : o.after; /* pieces that are the writer's are passed at once */
    }
    return found;
}
