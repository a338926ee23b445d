/* The document's side of the journal: how a change becomes a record. Only journal_saving waits for the disk.
 * A failure never stops a change; text_journal_trouble reports it. */
#define _POSIX_C_SOURCE 200809L
#include "text_journal.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_pack.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    RUN_MAX = 256,     /* bytes */
    TYPED_MAX = 64,    /* more at once is not typing */
    COPIED = 4096,     /* inserted bytes that are copied; longer insertions are read later where they are */
    SAMPLE = 64 << 10, /* bytes at either end of a large text that identify it */
    MANY_BYTES = 256 << 10 /* bytes that walking over spans reads ahead */
};

/* A record contains the current run of typing from its start, so that the file contains whole words: if all
 * else fails, they can be found with grep. */
struct run {
    size_t at, size, known; /* known: the bytes that are in records which cannot be retracted */
    char bytes[RUN_MAX];
};

struct journal {
    char *folder;
    struct run run;                /* size 0: no typing in progress */
    struct journal_writer *writer; /* NULL until the first change */
    bool begun;                    /* the text changed since it was opened or last saved */
    bool lost;                     /* a record could not be made, so later ones would not fit */
};

/* ---- which text, which file -------------------------------------------------------------------------- */

struct journal_content journal_content_of(const struct text *text)
{
    struct journal_content content = {.size = text_size(text)};
    content.sampled = content.size > TEXT_BIG;
    if (!content.sampled) {
        content.hash = pack_hash_text(text, 0, content.size, 0);
    } else {
        content.hash = pack_hash_text(text, 0, SAMPLE, 0);
        content.hash = pack_hash_text(text, content.size - SAMPLE, content.size, content.hash);
    }
    return content;
}

bool journal_same_content(const struct journal_content *a, const struct journal_content *b)
{
    return a->size == b->size && a->sampled == b->sampled && a->hash == b->hash;
}

/* The path in the form that every instance uses. */
static char *whole_path(const char *path)
{
    char *resolved = realpath(path, NULL);
    if (resolved) return resolved;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_strndup(path, (size_t)(slash - path + 1)) : mem_strdup(".");
    char *whole = folder ? realpath(folder, NULL) : NULL; /* a file that does not exist yet */
    char *joined = path_join(whole ? whole : folder ? folder : "", slash ? slash + 1 : path);
    mem_free(folder);
    free(whole);
    return joined;
}

bool journal_prefix(const char *path, char out[32])
{
    if (!path) {
        snprintf(out, 32, "unnamed-");
        return true;
    }
    char *whole = whole_path(path);
    if (!whole) return false;
    snprintf(out, 32, "%016llx-", (unsigned long long)pack_hash(whole, strlen(whole), 0));
    mem_free(whole);
    return true;
}

/* NULL: no memory; the caller frees */
static char *journal_path(const char *folder, const char *path, uint64_t id)
{
    char prefix[32], name[64];
    if (!journal_prefix(path, prefix)) return NULL;
    snprintf(name, sizeof name, "%s%08lx.journal", prefix, (unsigned long)(id & 0xffffffffu));
    return path_join(folder, name);
}

/* ---- records ------------------------------------------------------------------------------------------- */

struct part_list {
    struct journal_part *parts;
    size_t count, capacity;
    int fd;
};

static bool add_parts(const struct node *node, size_t base, size_t start, size_t end, struct part_list *list)
{
    if (!node || base >= end || base + node->bytes <= start) return true;
    size_t here = base + (node->left ? node->left->bytes : 0), after = here + node->piece.size;
    if (!add_parts(node->left, base, start, end, list)) return false;
    if (here < end && after > start) {
        size_t from = start > here ? start - here : 0, to = end < after ? end - here : node->piece.size;
        if (!mem_grow(&list->parts, &list->capacity, list->count + 1, sizeof *list->parts)) return false;
        list->parts[list->count++] = (struct journal_part){
            .data = node->piece.data ? node->piece.data + from : NULL,
            .offset = node->piece.offset + from,
            .size = to - from,
            .fd = list->fd,
        };
    }
    return add_parts(node->right, after, start, end, list);
}

/* Where the bytes [start, end) are. Neither added text nor the original ever moves. */
static bool parts_of(const struct text *text, size_t start, size_t end, struct part_list *list)
{
    list->fd = original_fd(text->original);
    if (!add_parts(text->root, 0, start, end, list)) return false;
    for (size_t i = 0; i < list->count && list->fd < 0; i++) {
        struct journal_part *part = &list->parts[i];
        if (!part->data) part->data = original_run(text->original, part->offset).data;
    }
    return true;
}

static void record(struct text *text, enum journal_kind kind, const char *path, const struct buffer *head,
                   const struct part_list *list)
{
    struct journal *journal = text->journal;
    if (!journal_writer_add(journal->writer, kind, path, head->data, head->size, list ? list->parts : NULL,
                            list ? list->count : 0))
        journal->lost = true;
}

static bool pack_content(struct buffer *out, const struct journal_content *content)
{
    return pack_number(out, content->size) && pack_number(out, content->sampled) &&
           pack_fixed(out, content->hash, 8);
}

static bool pack_blank(struct buffer *out, const struct text_blank *b, bool has)
{
    if (!pack_number(out, b->id) || !pack_number(out, has)) return false;
    return !has || (pack_number(out, b->start) && pack_number(out, b->end) && pack_number(out, b->min) &&
                    pack_number(out, b->max));
}

/* All present blanks. */
static void record_blanks(struct text *text)
{
    struct buffer head = {0};
    bool good = pack_number(&head, true);
    for (size_t i = 0; good && i < text->blank_count; i++) good = pack_blank(&head, &text->blanks[i], true);
    if (good)
        record(text, JOURNAL_BLANKS, NULL, &head, NULL);
    else
        text->journal->lost = true;
    buffer_free(&head);
}

static void record_companion(struct text *text)
{
    text->journal->run.size = 0;
    record(text, JOURNAL_COMPANION, NULL, &text->companion, NULL);
}

static bool begin_file(struct text *text)
{
    struct journal *journal = text->journal;
    struct buffer head = {0}, none = {0};
    struct part_list list = {0};
    static uint64_t count;
    uint64_t id = ((uint64_t)getpid() << 12) ^ (uint64_t)time(NULL) ^ (++count << 24);
    char *whole = text->path ? whole_path(text->path) : NULL;
    char *path = journal_path(journal->folder, text->path, pack_hash(&id, sizeof id, 0));
    struct journal_content content = journal_content_of(text);
    bool snapshot = content.size <= JOURNAL_SNAPSHOT_MAX;
    bool good = path && (whole || !text->path) && pack_number(&head, (uint64_t)getpid()) &&
                pack_number(&head, (uint64_t)time(NULL)) && pack_content(&head, &content) &&
                pack_number(&head, snapshot) &&
                pack_string(&head, whole ? whole : "", whole ? strlen(whole) : 0) &&
                (!snapshot || parts_of(text, 0, content.size, &list));
    if (good) {
        if (!journal->writer) journal->writer = journal_writer_new();
        good = journal->writer != NULL;
    }
    if (good) record(text, JOURNAL_BASE, path, &head, NULL);
    if (good && snapshot) record(text, JOURNAL_SNAPSHOT, NULL, &none, &list);
    if (good) record_blanks(text);
    if (good && text->companion.size) record_companion(text);
    mem_free(list.parts);
    mem_free(path);
    mem_free(whole);
    buffer_free(&head);
    return good;
}

void journal_before(struct text *text)
{
    struct journal *journal = text->journal;
    if (!journal || journal->begun || journal->lost) return;
    journal->begun = true;
    if (!begin_file(text)) journal->lost = true;
}

/* An insertion that continues the last one shares its record. */
static void typed(struct text *text, size_t at, size_t inserted)
{
    struct journal *journal = text->journal;
    struct run *run = &journal->run;
    bool goes_on = run->size > 0 && at == run->at + run->size && run->size + inserted <= RUN_MAX;
    if (!goes_on) {
        run->at = at;
        run->size = run->known = 0;
    } else if (!journal_writer_retract(journal->writer)) {
        run->known = run->size;
    }
    text_copy(text, at, at + inserted, run->bytes + run->size);
    run->size += inserted;
    char bytes[2 * PACK_NUMBER_MAX + RUN_MAX];
    size_t used = pack_number_to(bytes, run->at);
    used += pack_number_to(bytes + used, run->known);
    memcpy(bytes + used, run->bytes, run->size);
    struct buffer head = {.data = bytes, .size = used + run->size};
    record(text, JOURNAL_TYPED, NULL, &head, NULL);
}

void journal_changed(struct text *text, size_t at, size_t removed, size_t inserted)
{
    struct journal *journal = text->journal;
    if (!journal || !journal->begun || journal->lost) return;
    if (removed == 0 && inserted <= TYPED_MAX) {
        typed(text, at, inserted);
        return;
    }
    journal->run.size = 0;
    char bytes[2 * PACK_NUMBER_MAX + COPIED];
    size_t used = pack_number_to(bytes, at);
    used += pack_number_to(bytes + used, removed);
    struct part_list list = {0};
    if (inserted <= COPIED) {
        text_copy(text, at, at + inserted, bytes + used);
        used += inserted;
    } else if (!parts_of(text, at, at + inserted, &list)) {
        journal->lost = true;
    }
    struct buffer head = {.data = bytes, .size = used};
    if (!journal->lost) record(text, JOURNAL_CHANGE, NULL, &head, &list);
    mem_free(list.parts);
}

void journal_changed_blanks(struct text *text, const struct blank_delta *deltas, size_t count, bool undoing)
{
    struct journal *journal = text->journal;
    if (!journal || !journal->begun || journal->lost || count == 0) return;
    journal->run.size = 0;
    struct buffer head = {0};
    bool good = pack_number(&head, false);
    for (size_t i = 0; good && i < count; i++)
        good = undoing ? pack_blank(&head, &deltas[i].before, deltas[i].had)
                       : pack_blank(&head, &deltas[i].after, deltas[i].has);
    if (good)
        record(text, JOURNAL_BLANKS, NULL, &head, NULL);
    else
        journal->lost = true;
    buffer_free(&head);
}

/* It may be what a journal begins with: there was no change of the text yet. */
void journal_changed_companion(struct text *text)
{
    struct journal *journal = text->journal;
    if (!journal || journal->lost) return;
    if (journal->begun)
        record_companion(text);
    else if (text->companion.size)
        journal_before(text);
}

/* Bytes of the document from left to right, read ahead. */
struct ahead {
    const struct text *text;
    char *bytes;
    size_t start, size;
};

static const char *ahead_get(struct ahead *ahead, size_t at, size_t size)
{
    if (at >= ahead->start && at + size <= ahead->start + ahead->size)
        return ahead->bytes + (at - ahead->start);
    ahead->start = at;
    ahead->size = text_size(ahead->text) - at;
    if (ahead->size > MANY_BYTES) ahead->size = MANY_BYTES;
    text_copy(ahead->text, at, at + ahead->size, ahead->bytes);
    return ahead->bytes;
}

/* The inserted bytes, unless they equal those of the span before. */
static bool pack_span(struct buffer *out, struct ahead *ahead, const struct span *span, size_t gap,
                      struct buffer *last)
{
    if (span->inserted > MANY_BYTES)
        return pack_number(out, gap) && pack_number(out, span->removed) &&
               pack_number(out, 2 * span->inserted) &&
               text_append_to(ahead->text, span->new, span->new + span->inserted, out);
    const char *bytes = ahead_get(ahead, span->new, span->inserted);
    bool same =
        last->size == span->inserted && memcmp(last->data ? last->data : "", bytes, span->inserted) == 0;
    if (!pack_number(out, gap) || !pack_number(out, span->removed) ||
        !pack_number(out, 2 * span->inserted + (same ? 1 : 0)))
        return false;
    last->size = 0;
    return buffer_append(last, bytes, span->inserted) && (same || buffer_append(out, bytes, span->inserted));
}

void journal_changed_spans(struct text *text, size_t at, const struct spans *spans, bool undoing)
{
    struct journal *journal = text->journal;
    if (!journal || !journal->begun || journal->lost) return;
    journal->run.size = 0;
    struct buffer head = {0}, last = {0};
    struct ahead ahead = {.text = text, .bytes = mem_alloc(MANY_BYTES)};
    struct span_cursor cursor = {0};
    struct span span;
    size_t end = at;
    bool good = ahead.bytes && pack_number(&head, at);
    while (good && spans_next(spans, &cursor, &span)) {
        if (undoing) span = (struct span){span.new, span.inserted, span.old, span.removed};
        good = pack_span(&head, &ahead, &span, span.old - end, &last);
        end = span.old + span.removed;
    }
    if (good)
        record(text, JOURNAL_MANY, NULL, &head, NULL);
    else
        journal->lost = true;
    mem_free(ahead.bytes);
    buffer_free(&head);
    buffer_free(&last);
}

/* ---- saving -------------------------------------------------------------------------------------------- */

void journal_saving(struct text *text)
{
    struct journal *journal = text->journal;
    if (!journal || !journal->begun || journal->lost) return;
    journal->run.size = 0;
    struct buffer head = {0};
    struct journal_content content = journal_content_of(text);
    if (pack_content(&head, &content)) {
        record(text, JOURNAL_SAVING, NULL, &head, NULL);
        record_blanks(text);
    }
    buffer_free(&head);
    /* a journal that cannot be written must not prevent saving */
    (void)journal_writer_flush(journal->writer);
}

void journal_saved(struct text *text)
{
    struct journal *journal = text->journal;
    if (!journal) return;
    if (journal->writer) journal_writer_empty(journal->writer);
    journal->begun = journal->lost = false;
    journal->run.size = 0;
}

/* ---- public functions --------------------------------------------------------------------------------- */

bool text_journal_begin(struct text *text, const char *folder)
{
    if (text->journal) return true;
    struct journal *journal = mem_zalloc(sizeof *journal);
    if (journal) journal->folder = mem_strdup(folder);
    if (!journal || !journal->folder) {
        mem_free(journal);
        return false;
    }
    text->journal = journal;
    return true;
}

void text_journal_end(struct text *text, bool keep)
{
    struct journal *journal = text->journal;
    if (!journal) return;
    text->journal = NULL;
    if (journal->writer && !(keep && journal->begun)) journal_writer_empty(journal->writer);
    journal_writer_free(journal->writer);
    mem_free(journal->folder);
    mem_free(journal);
}

bool text_journal_flush(struct text *text)
{
    struct journal *journal = text->journal;
    if (!journal || journal->lost) return false;
    return journal->begun ? journal_writer_flush(journal->writer) : !text_dirty(text);
}

bool text_journal_behind(const struct text *text)
{
    const struct journal *journal = text->journal;
    return journal && journal->begun && journal_writer_behind(journal->writer);
}

bool text_journal_trouble(struct text *text, char *out, size_t size)
{
    struct journal *journal = text->journal;
    if (!journal || !journal->begun) return false;
    if (journal->lost) {
        snprintf(out, size, "out of memory");
        return true;
    }
    return journal_writer_trouble(journal->writer, out, size);
}
