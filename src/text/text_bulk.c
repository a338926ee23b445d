/* Many replacements as one change. The text between the first and the last is rebuilt from left to right as
 * one tree: O(pieces + replacements), whatever the size. Text between two replacements that are close
 * together is copied, since a piece of its own would cost more; longer stretches keep their pieces. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_journal.h"

#include <string.h>

enum {
    COPIED_GAP = 512,       /* bytes; a node with its overhead takes about a fifth of that */
    FIRST_CHUNK = 64 << 10, /* of new text; chunk sizes double up to LARGEST_CHUNK */
    LARGEST_CHUNK = 1 << 20,
    PAGE_LASTS = 16, /* reads; actually 31 */
    SPINE = 256      /* a treap of 2^64 nodes is almost surely lower than that */
};

struct builder {
    struct text *text;
    struct chunk *old_chunks; /* those from before the change */
    size_t chunk_size;
    /* the rightmost path from the root; sums are up to date only below the left children */
    struct node *spine[SPINE];
    size_t height;
    const char *open; /* new text that has no piece yet, at the end of the newest chunk */
    size_t open_size;
    struct slice run; /* the last run read */
    size_t run_start;
    uint64_t run_read; /* original_reads at that time: a page does not stay valid for ever */
};

/* ---- the tree, from left to right ----------------------------------------------------------------- */

static bool append_node(struct builder *b, struct piece piece, size_t newlines)
{
    if (!tree_reserve(b->text, 1)) return false;
    struct node *node = tree_node(b->text, piece, newlines), *below = NULL;
    while (b->height > 0 && (b->spine[b->height - 1]->priority <= node->priority || b->height == SPINE)) {
        below = b->spine[--b->height];
        tree_update(below);
    }
    node->left = below;
    tree_update(node);
    if (b->height > 0) b->spine[b->height - 1]->right = node;
    b->spine[b->height++] = node;
    return true;
}

static struct node *finish_tree(struct builder *b)
{
    for (size_t i = b->height; i > 0; i--) tree_update(b->spine[i - 1]);
    struct node *root = b->height ? b->spine[0] : NULL;
    b->height = 0;
    return root;
}

/* ---- new text ------------------------------------------------------------------------------------- */

static bool close_piece(struct builder *b)
{
    if (b->open_size == 0) return true;
    struct piece piece = {.data = b->open, .size = b->open_size};
    b->open_size = 0;
    return append_node(b, piece, newlines_in(piece.data, piece.size));
}

static bool next_chunk(struct builder *b)
{
    struct chunk *chunk = mem_alloc(sizeof *chunk + b->chunk_size);
    if (!chunk) return false;
    *chunk = (struct chunk){.next = b->text->chunks, .capacity = b->chunk_size};
    b->text->chunks = chunk;
    if (b->chunk_size < LARGEST_CHUNK) b->chunk_size *= 2;
    return true;
}

static bool append_bytes(struct builder *b, const char *bytes, size_t size)
{
    while (size > 0) {
        struct chunk *chunk = b->text->chunks;
        bool full = chunk == b->old_chunks || chunk->size == chunk->capacity;
        if (full || b->open_size == TEXT_PIECE_MAX) {
            if (!close_piece(b) || (full && !next_chunk(b))) return false;
            continue;
        }
        if (b->open_size == 0) b->open = chunk->data + chunk->size;
        size_t part = chunk->capacity - chunk->size;
        if (part > TEXT_PIECE_MAX - b->open_size) part = TEXT_PIECE_MAX - b->open_size;
        if (part > size) part = size;
        memcpy(chunk->data + chunk->size, bytes, part);
        chunk->size += part;
        b->open_size += part;
        bytes += part;
        size -= part;
    }
    return true;
}

/* ---- kept text ------------------------------------------------------------------------------------ */

static bool copy_range(struct builder *b, size_t start, size_t end)
{
    while (start < end) {
        bool old = original_reads(b->text->original) - b->run_read > PAGE_LASTS;
        if (old || start < b->run_start || start >= b->run_start + b->run.size) {
            b->run = text_run(b->text, start, &b->run_start);
            b->run_read = original_reads(b->text->original);
        }
        size_t skip = start - b->run_start, part = b->run.size - skip;
        if (part > end - start) part = end - start;
        if (!append_bytes(b, b->run.data + skip, part)) return false;
        start += part;
    }
    return true;
}

static bool keep_range(struct builder *b, size_t start, size_t end)
{
    if (!close_piece(b)) return false;
    while (start < end) {
        size_t base;
        const struct node *node = tree_node_at(b->text, start, &base);
        struct piece piece = node->piece;
        size_t skip = start - base, newlines = node->piece_newlines;
        if (skip > 0 || end - start < piece.size) {
            if (piece.data)
                piece.data += skip;
            else
                piece.offset += skip;
            piece.size -= skip;
            if (piece.size > end - start) piece.size = end - start;
            newlines = piece.data ? newlines_in(piece.data, piece.size) : TEXT_UNKNOWN;
        }
        if (!append_node(b, piece, newlines)) return false;
        start += piece.size;
    }
    return true;
}

/* ---- the change ------------------------------------------------------------------------------------- */

static void abandon(struct builder *b)
{
    tree_give_back(b->text, finish_tree(b));
    while (b->text->chunks != b->old_chunks) {
        struct chunk *chunk = b->text->chunks;
        b->text->chunks = chunk->next;
        mem_free(chunk);
    }
}

/* Every blank, before and after. */
static bool blanks_before_and_after(const struct text *text, struct change *change)
{
    if (text->blank_count == 0) return true;
    change->deltas = mem_zalloc_array(text->blank_count, sizeof *change->deltas);
    if (!change->deltas) return false;
    for (size_t i = 0; i < text->blank_count; i++) {
        struct blank_delta *delta = &change->deltas[i];
        delta->before = delta->after = text->blanks[i];
        delta->had = true;
        if (!spans_map_blank(change->spans, &delta->after, &delta->has)) return false;
    }
    change->delta_count = text->blank_count;
    return true;
}

static enum status no_memory_for_changes(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for so many changes");
}

/* Builds the result of the replacements and records their places; there was at least one if the change has
 * spans. */
static enum status build(struct builder *b, struct change *change, text_next_edit *next, void *context,
                         size_t *count, struct error *error)
{
    struct text_edit edit = {0};
    size_t size = text_size(b->text), done = 0;
    for (;;) {
        bool more = false;
        enum status status = next(context, &edit, &more, error);
        if (status) return status;
        if (!more)
            return change->spans && !spans_end(change->spans) ? no_memory_for_changes(error) : STATUS_OK;
        bool first = !change->spans;
        if (edit.start > edit.end || edit.end > size || (!first && edit.start < done))
            return error_set(error, STATUS_ARGUMENT, "replacement at %zu to %zu is out of order", edit.start,
                             edit.end);
        if (first) {
            change->at = done = edit.start;
            change->spans = spans_new(edit.start);
            if (!change->spans) return no_memory_for_changes(error);
        }
        size_t gap = edit.start - done;
        if (change->inserted > SIZE_MAX / 2 - size || edit.size > SIZE_MAX / 2 - size)
            return error_set(error, STATUS_LIMIT, "the text would become too large");
        if (!(gap <= COPIED_GAP ? copy_range(b, done, edit.start) : keep_range(b, done, edit.start)) ||
            !append_bytes(b, edit.bytes, edit.size) ||
            !spans_add(change->spans, gap, edit.end - edit.start, edit.size))
            return no_memory_for_changes(error);
        change->inserted += gap + edit.size;
        done = edit.end;
        ++*count;
        change->removed = done - change->at;
    }
}

enum status text_replace_many(struct text *text, text_next_edit *next, void *context, size_t *count,
                              struct error *error)
{
    struct builder b = {.text = text, .old_chunks = text->chunks, .chunk_size = FIRST_CHUNK};
    struct change *change = mem_zalloc(sizeof *change);
    *count = 0;
    if (!change) return no_memory_for_changes(error);
    enum status status = build(&b, change, next, context, count, error);
    bool any = !status && change->spans && (change->removed > 0 || change->inserted > 0);
    if (any && (!close_piece(&b) || !tree_reserve(text, 2) || !history_reserve(text) ||
                !blanks_before_and_after(text, change)))
        status = no_memory_for_changes(error);
    if (status || !any) {
        if (status) *count = 0;
        abandon(&b);
        change_free(change);
        return status;
    }
    journal_before(text);
    change->out = edit_swap(text, change->at, change->removed, finish_tree(&b));
    marks_move_spans(text, change->spans, false);
    blanks_move(text, SIZE_MAX, 0, 0, change->deltas, change->delta_count, false);
    text->version++;
    history_record(text, change);
    journal_changed_spans(text, change->at, change->spans, false);
    return STATUS_OK;
}

/* ---- replacing all matches --------------------------------------------------------------------------- */

struct replacing {
    struct search_walk walk;
    const char *replacement;
    size_t size;
    bool expands;
    struct buffer expanded;
};

static enum status next_match(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    struct replacing *r = context;
    enum status status = search_walk_next(&r->walk, more, error);
    if (status || !*more) return status;
    *edit = (struct text_edit){r->walk.start, r->walk.end, r->replacement, r->size};
    if (!r->expands) return STATUS_OK;
    r->expanded.size = 0;
    status = search_walk_expand(&r->walk, r->replacement, r->size, &r->expanded, error);
    edit->bytes = r->expanded.data;
    edit->size = r->expanded.size;
    return status;
}

/* A line feed, given directly or (escapes) as 
 * , becomes the text's own line ending; CRLF stays CRLF. */
static bool with_line_ends(const struct text *text, const char *bytes, size_t size, bool escapes,
                           struct buffer *out)
{
    bool crlf = text_line_ending(text) == TEXT_CRLF, ok = true, returned = false;
    for (size_t at = 0, next; ok && at < size; at = next) {
        bool escape = escapes && bytes[at] == '\\' && at + 1 < size;
        char c = escape ? bytes[at + 1] : bytes[at];
        next = at + 1 + escape;
        bool feed = escape ? c == 'n' : c == '\n';
        if (crlf && feed && !returned) ok = buffer_append_string(out, escape ? "\\r" : "\r");
        ok = ok && buffer_append(out, bytes + at, next - at);
        returned = escape ? c == 'r' : c == '\r';
    }
    return ok;
}

enum status text_replace_all(struct text *text, const char *pattern, size_t size, int flags, size_t start,
                             size_t end, const char *replacement, size_t replacement_size, size_t *count,
                             struct error *error)
{
    struct replacing r = {0};
    struct buffer own = {0};
    *count = 0;
    if (size == 0) return STATUS_OK;
    r.expands = (flags & TEXT_SEARCH_REGEX) &&
                (memchr(replacement, '$', replacement_size) || memchr(replacement, '\\', replacement_size));
    enum status status = with_line_ends(text, replacement, replacement_size, r.expands, &own)
                             ? search_walk_begin(&r.walk, text, pattern, size, flags, start, end, error)
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory for a replacement");
    r.replacement = own.data ? own.data : "";
    r.size = own.size;
    if (!status) status = text_replace_many(text, next_match, &r, count, error);
    buffer_free(&r.expanded);
    buffer_free(&own);
    return status;
}
