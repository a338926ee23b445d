/* The undo tree on disk, so that undo continues when the file is opened again. The history is valid only for
 * exactly the bytes that it was written with. Its size is bounded: the changes nearest to the present are
 * kept, and the oldest state that can still be reached becomes the first. */
#define _POSIX_C_SOURCE 200809L
#include "lacuna/base.h"
#include "lacuna/io.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_journal.h"
#include "text_pack.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HISTORY_MAGIC "lacunaH1"
enum { OLD_DAYS = 180 };  /* histories of files that were not saved for this long are removed */
enum { HAS_CURSORS = 2 }; /* beside 1, which marks a tagged step */

/* ---- writing: the content --------------------------------------------------------------------------- */

static bool pack_tree(const struct text *text, const struct node *node, struct buffer *out)
{
    if (!node) return true;
    if (!pack_tree(text, node->left, out)) return false;
    size_t size = node->piece.size;
    if (node->piece.data) {
        if (!buffer_append(out, node->piece.data, size)) return false;
    } else {
        if (!mem_grow(&out->data, &out->capacity, out->size + size + 1, 1)) return false;
        if (!original_read(text->original, node->piece.offset, size, out->data + out->size)) return false;
        out->size += size;
    }
    return pack_tree(text, node->right, out);
}

static bool pack_blank(struct buffer *out, const struct text_blank *b)
{
    return pack_number(out, b->id) && pack_number(out, b->start) && pack_number(out, b->end) &&
           pack_number(out, b->min) && pack_number(out, b->max);
}

static bool pack_spans(struct buffer *out, const struct spans *spans, size_t at)
{
    struct span_cursor cursor = {0};
    struct span span;
    size_t count = 0, end = at;
    while (spans && spans_next(spans, &cursor, &span)) count++;
    if (!pack_number(out, count)) return false;
    for (cursor = (struct span_cursor){0}; count > 0 && spans_next(spans, &cursor, &span);
         end = span.old + span.removed)
        if (!pack_number(out, span.old - end) || !pack_number(out, span.removed) ||
            !pack_number(out, span.inserted))
            return false;
    return true;
}

static bool pack_change(const struct text *text, struct buffer *out, const struct change *change)
{
    size_t size = change->out ? change->out->bytes : 0;
    if (!pack_number(out, change->at) || !pack_number(out, change->removed) ||
        !pack_number(out, change->inserted) || !pack_number(out, size) ||
        !pack_tree(text, change->out, out) || !pack_spans(out, change->spans, change->at) ||
        !pack_number(out, change->delta_count))
        return false;
    for (size_t i = 0; i < change->delta_count; i++) {
        const struct blank_delta *d = &change->deltas[i];
        if (!pack_number(out, (d->had ? 1 : 0) | (d->has ? 2 : 0)) || !pack_blank(out, &d->before) ||
            !pack_blank(out, &d->after))
            return false;
    }
    return true;
}

static size_t least_size(const struct step *step)
{
    size_t size = 16;
    for (const struct change *c = step->first; c; c = c->next)
        size += 24 + (c->out ? c->out->bytes : 0) + 48 * c->delta_count;
    return size;
}

/* Which steps are kept: new_index[i], 0 for those that are not and for the first. */
struct chosen {
    size_t *new_index, first, count, left;
};

static bool choose_step(const struct history *history, struct chosen *c, size_t step)
{
    size_t size = least_size(&history->steps[step]);
    if (size > c->left) return false;
    c->left -= size;
    c->new_index[step] = 1;
    return true;
}

static bool kept(const struct chosen *c, size_t step)
{
    return step == c->first || c->new_index[step];
}

/* First what redo would do, up to a quarter; then the way back; then other branches, newest first. */
static bool choose(const struct history *history, size_t limit, struct chosen *c)
{
    *c = (struct chosen){.new_index = mem_zalloc_array(history->count, sizeof *c->new_index), .left = limit};
    if (!c->new_index) return false;
    c->left = limit / 4;
    for (size_t i = history->at; (i = history->steps[i].newest_child) != 0 && choose_step(history, c, i);)
        continue;
    c->left += limit - limit / 4;
    c->first = history->at;
    while (c->first > 0 && choose_step(history, c, c->first)) c->first = history->steps[c->first].parent;
    c->new_index[c->first] = 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = history->count - 1; i > 0; i--)
            if (i != c->first && !c->new_index[i] && kept(c, history->steps[i].parent))
                more |= choose_step(history, c, i);
    }
    for (size_t i = 1; i < history->count; i++)
        if (c->new_index[i]) c->new_index[i] = ++c->count;
    return true;
}

static bool pack_steps(const struct text *text, const struct chosen *c, struct buffer *out)
{
    const struct history *history = &text->history;
    for (size_t i = 1; i < history->count; i++) {
        const struct step *step = &history->steps[i];
        size_t changes = 0;
        if (!c->new_index[i]) continue;
        for (const struct change *change = step->first; change; change = change->next) changes++;
        if (!pack_number(out, c->new_index[step->parent]) || !pack_number(out, step->content) ||
            !pack_number(out, (step->tagged ? 1 : 0) | HAS_CURSORS) || !pack_number(out, step->trace) ||
            !pack_number(out, step->trace_step) || !pack_number(out, step->cursor_before + 1) ||
            !pack_number(out, step->cursor_after + 1) || !pack_number(out, changes))
            return false;
        for (const struct change *change = step->first; change; change = change->next)
            if (!pack_change(text, out, change)) return false;
    }
    return true;
}

bool history_pack(const struct text *text, size_t limit, size_t floor, struct buffer *out)
{
    const struct history *history = &text->history;
    struct journal_content content = journal_content_of(text);
    struct chosen c;
    if (!choose(history, limit, &c)) return false;
    size_t first_content = history->steps[c.first].content;
    size_t new_floor = floor < history->count ? c.new_index[floor] : 0;
    bool good = pack_number(out, content.size) && pack_number(out, content.sampled) &&
                pack_fixed(out, content.hash, 8) && pack_number(out, (uint64_t)text->on_disk.seconds) &&
                pack_number(out, (uint64_t)text->on_disk.nanoseconds) && pack_number(out, c.count) &&
                pack_number(out, c.new_index[history->at]) && pack_number(out, new_floor) &&
                pack_number(out, first_content) && pack_number(out, history->contents) &&
                pack_number(out, text->blank_last_id) && pack_number(out, text->blank_count);
    for (size_t i = 0; good && i < text->blank_count; i++) good = pack_blank(out, &text->blanks[i]);
    good = good && pack_steps(text, &c, out);
    /* Histories of earlier versions end here. */
    if (good && text->companion.size) good = pack_string(out, text->companion.data, text->companion.size);
    mem_free(c.new_index);
    return good;
}

/* ---- files --------------------------------------------------------------------------------------------- */

static char *history_path(const char *folder, const char *path)
{
    char name[40];
    if (!journal_prefix(path, name)) return NULL;
    name[16] = '\0'; /* without the dash */
    strcat(name, ".undo");
    return path_join(folder, name);
}

static void remove_old(const char *folder)
{
    DIR *all = opendir(folder);
    time_t oldest = time(NULL) - (time_t)OLD_DAYS * 24 * 3600;
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        size_t length = strlen(entry->d_name);
        struct stat info;
        if (length < 5 || strcmp(entry->d_name + length - 5, ".undo") != 0) continue;
        if (fstatat(dirfd(all), entry->d_name, &info, 0) == 0 && info.st_mtime < oldest)
            unlinkat(dirfd(all), entry->d_name, 0);
    }
    closedir(all);
}

/* Not synced: after a power cut the hash shows that a file is incomplete, and only undo is lost. */
static enum status write_history(const char *file, const struct buffer *bytes, struct error *error)
{
    struct buffer name = {0};
    if (!buffer_printf(&name, "%s.new", file)) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    int fd = open(name.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && io_write_all(fd, bytes->data, bytes->size);
    if (fd >= 0 && close(fd)) good = false;
    good = good && rename(name.data, file) == 0;
    if (!good) {
        error_set(error, STATUS_IO, "%s: cannot write it", file);
        unlink(name.data);
    }
    buffer_free(&name);
    return good ? STATUS_OK : STATUS_IO;
}

enum status text_history_save(const struct text *text, const char *folder, size_t limit, size_t floor,
                              struct error *error)
{
    if (!text->path || text_dirty(text) || text->history.group_depth > 0)
        return error_set(error, STATUS_ARGUMENT, "only the history of a saved text is kept");
    char *file = history_path(folder, text->path);
    struct buffer payload = {0}, bytes = {0};
    bool good = file && history_pack(text, limit, floor, &payload) &&
                buffer_append_string(&bytes, HISTORY_MAGIC) &&
                pack_fixed(&bytes, pack_hash(payload.data, payload.size, 0), 8) &&
                buffer_append(&bytes, payload.data, payload.size);
    enum status status = STATUS_OK;
    if (!good) status = error_set(error, STATUS_NO_MEMORY, "not enough memory for the history");
    if (!status) status = file_make_folders(folder, error);
    if (!status) {
        (void)chmod(folder, 0700);
        remove_old(folder);
        status = write_history(file, &bytes, error);
    }
    buffer_free(&payload);
    buffer_free(&bytes);
    mem_free(file);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

struct loading {
    struct text *text;
    struct slice rest;
    struct step *steps;
    size_t count, at, floor;
    uint64_t first_content, contents;
    struct slice companion;
};

static bool read_blank(struct slice *in, size_t size, struct text_blank *out)
{
    uint64_t id, min, max;
    if (!unpack_number(in, &id) || !unpack_size(in, &out->start) || !unpack_size(in, &out->end) ||
        !unpack_number(in, &min) || !unpack_number(in, &max))
        return false;
    *out = (struct text_blank){(uint32_t)id, out->start, out->end, (uint32_t)min, (uint32_t)max};
    return id > 0 && id < UINT32_MAX && out->start <= out->end && out->end <= size && min >= 1 &&
           min <= max && max <= UINT32_MAX;
}

static bool read_spans(struct slice *in, struct change *change)
{
    size_t count, gap, removed, inserted, old = 0, new = 0;
    if (!unpack_size(in, &count)) return false;
    if (count == 0) return true;
    change->spans = spans_new(change->at);
    if (!change->spans) return false;
    for (; count > 0; count--) {
        if (!unpack_size(in, &gap) || !unpack_size(in, &removed) || !unpack_size(in, &inserted) ||
            !spans_add(change->spans, gap, removed, inserted))
            return false;
        if (gap > SIZE_MAX / 8 || removed > SIZE_MAX / 8 || inserted > SIZE_MAX / 8) return false;
        old += gap + removed;
        new += gap + inserted;
        if (old > change->removed || new > change->inserted) return false;
    }
    return spans_end(change->spans) && old == change->removed && new == change->inserted;
}

/* Bytes that are not in the document become pieces of added text. */
static bool read_out(struct text *text, struct slice bytes, struct change *change)
{
    if (bytes.size == 0) return true;
    struct chunk *chunk = mem_alloc(sizeof *chunk + bytes.size);
    if (!chunk) return false;
    *chunk = (struct chunk){.next = text->chunks, .size = bytes.size, .capacity = bytes.size};
    memcpy(chunk->data, bytes.data, bytes.size);
    text->chunks = chunk;
    if (!tree_reserve(text, tree_nodes_for(bytes.size))) return false;
    change->out = tree_from_added(text, chunk->data, bytes.size);
    return true;
}

/* `before` and `after`: sizes of the text on both sides. */
static bool read_deltas(struct slice *in, struct change *change, size_t before, size_t after)
{
    size_t count;
    if (!unpack_size(in, &count) || count > in->size) return false;
    if (count == 0) return true;
    change->deltas = mem_zalloc_array(count, sizeof *change->deltas);
    if (!change->deltas) return false;
    change->delta_count = count;
    for (size_t i = 0; i < count; i++) {
        struct blank_delta *d = &change->deltas[i];
        uint64_t flags;
        if (!unpack_number(in, &flags) || flags > 3) return false;
        d->had = flags & 1;
        d->has = flags & 2;
        /* A blank that does not exist has no place that could be wrong. */
        if (!read_blank(in, d->had ? before : SIZE_MAX, &d->before) ||
            !read_blank(in, d->has ? after : SIZE_MAX, &d->after) || d->before.id != d->after.id)
            return false;
    }
    return true;
}

/* One change; *size is the size of the text before it, and then after it. */
static bool read_change(struct loading *l, struct step *step, bool applied, size_t *size)
{
    struct change *change = mem_zalloc(sizeof *change);
    struct slice bytes;
    if (!change) return false;
    step_append(step, change);
    size_t out;
    if (!unpack_size(&l->rest, &change->at) || !unpack_size(&l->rest, &change->removed) ||
        !unpack_size(&l->rest, &change->inserted) || !unpack_size(&l->rest, &out) ||
        !unpack_bytes(&l->rest, out, &bytes))
        return false;
    if (change->at > *size || change->removed > *size - change->at) return false;
    size_t after = *size - change->removed + change->inserted;
    if (bytes.size != (applied ? change->removed : change->inserted)) return false;
    if (!read_out(l->text, bytes, change) || !read_spans(&l->rest, change) ||
        !read_deltas(&l->rest, change, *size, after))
        return false;
    *size = after;
    return true;
}

struct step_head {
    size_t parent, changes, cursor_before, cursor_after;
    uint64_t content, flags, trace, trace_step;
};

/* Each is one more than the position, 0 if unknown; files of earlier versions have none. */
static bool read_cursors(struct loading *l, struct step_head *head)
{
    size_t before = 0, after = 0;
    if (head->flags & HAS_CURSORS && (!unpack_size(&l->rest, &before) || !unpack_size(&l->rest, &after)))
        return false;
    head->cursor_before = before - 1;
    head->cursor_after = after - 1;
    return true;
}

static bool read_head(struct loading *l, size_t index, struct step_head *head)
{
    return unpack_size(&l->rest, &head->parent) && head->parent < index &&
           unpack_number(&l->rest, &head->content) && unpack_number(&l->rest, &head->flags) &&
           unpack_number(&l->rest, &head->trace) && unpack_number(&l->rest, &head->trace_step) &&
           read_cursors(l, head) && unpack_size(&l->rest, &head->changes) && head->content <= l->contents;
}

/* Skips a change; *grown receives how much it lengthens the text. */
static bool pass_change(struct loading *l, int64_t *grown)
{
    struct change passed = {0};
    struct slice bytes;
    size_t out;
    bool good = unpack_size(&l->rest, &passed.at) && unpack_size(&l->rest, &passed.removed) &&
                unpack_size(&l->rest, &passed.inserted) && unpack_size(&l->rest, &out) &&
                unpack_bytes(&l->rest, out, &bytes) && read_spans(&l->rest, &passed) &&
                read_deltas(&l->rest, &passed, SIZE_MAX, SIZE_MAX);
    *grown += (int64_t)passed.inserted - (int64_t)passed.removed;
    spans_free(passed.spans);
    mem_free(passed.deltas);
    return good;
}

/* What must be known of each step before it can be read. */
struct shape {
    size_t parent, size; /* size: of the text at that step */
    int64_t grown;
    bool applied; /* it is on the path to the present */
};

/* A step's text size follows from its parent's. The first one follows from the present: the text's size now,
 * less what the steps on the path added. */
static bool learn_shape(struct loading *l, struct shape *shape)
{
    struct step_head head;
    for (size_t i = 1; i <= l->count; i++) {
        if (!read_head(l, i, &head)) return false;
        shape[i].parent = head.parent;
        for (; head.changes > 0; head.changes--)
            if (!pass_change(l, &shape[i].grown)) return false;
    }
    int64_t size = (int64_t)text_size(l->text);
    for (size_t i = l->at; i > 0; i = shape[i].parent) {
        shape[i].applied = true;
        size -= shape[i].grown;
    }
    shape[0].size = (size_t)size;
    return size >= 0;
}

static bool read_step(struct loading *l, size_t i, struct shape *shape)
{
    struct step_head head;
    if (!read_head(l, i, &head)) return false;
    l->steps[i] = (struct step){.parent = head.parent,
                                .depth = l->steps[head.parent].depth + 1,
                                .content = head.content,
                                .cursor_before = head.cursor_before,
                                .cursor_after = head.cursor_after,
                                .tagged = (head.flags & 1) != 0,
                                .trace = head.trace,
                                .trace_step = (uint32_t)head.trace_step};
    l->steps[head.parent].newest_child = i;
    shape[i].size = shape[head.parent].size;
    for (; head.changes > 0; head.changes--)
        if (!read_change(l, &l->steps[i], shape[i].applied, &shape[i].size)) return false;
    return true;
}

static bool read_steps(struct loading *l)
{
    struct slice start = l->rest;
    struct shape *shape = mem_zalloc_array(l->count + 1, sizeof *shape);
    bool good = shape && learn_shape(l, shape);
    l->rest = start;
    for (size_t i = 1; good && i <= l->count; i++) good = read_step(l, i, shape);
    good = good && (l->rest.size == 0 || unpack_string(&l->rest, &l->companion)) && l->rest.size == 0 &&
           shape[l->at].size == text_size(l->text);
    mem_free(shape);
    return good;
}

static bool read_blanks(struct loading *l, struct text_blank **blanks, size_t *count, uint64_t *last_id)
{
    if (!unpack_number(&l->rest, last_id) || !unpack_size(&l->rest, count) || *last_id > UINT32_MAX ||
        *count > l->rest.size)
        return false;
    *blanks = mem_zalloc_array(*count + 1, sizeof **blanks);
    for (size_t i = 0; *blanks && i < *count; i++)
        if (!read_blank(&l->rest, text_size(l->text), &(*blanks)[i]) || (*blanks)[i].id > *last_id)
            return false;
    return *blanks;
}

static bool is_for(struct loading *l)
{
    struct journal_content content, now = journal_content_of(l->text);
    uint64_t sampled, seconds, nanoseconds;
    if (!unpack_size(&l->rest, &content.size) || !unpack_number(&l->rest, &sampled) ||
        !unpack_fixed(&l->rest, &content.hash, 8) || !unpack_number(&l->rest, &seconds) ||
        !unpack_number(&l->rest, &nanoseconds))
        return false;
    content.sampled = sampled != 0;
    bool untouched =
        (int64_t)seconds == l->text->on_disk.seconds && (long)nanoseconds == l->text->on_disk.nanoseconds;
    return journal_same_content(&content, &now) && (!content.sampled || untouched);
}

static void free_steps(struct step *steps, size_t count)
{
    for (size_t i = 0; steps && i < count; i++)
        for (struct change *change = steps[i].first, *next; change; change = next) {
            next = change->next;
            change_free(change);
        }
    mem_free(steps);
}

static bool load_history(struct loading *l)
{
    struct text *text = l->text;
    struct text_blank *blanks = NULL;
    size_t blank_count = 0;
    uint64_t last_id = 0;
    bool good = is_for(l) && unpack_size(&l->rest, &l->count) && unpack_size(&l->rest, &l->at) &&
                unpack_size(&l->rest, &l->floor) && unpack_number(&l->rest, &l->first_content) &&
                unpack_number(&l->rest, &l->contents) && l->count < l->rest.size && l->at <= l->count &&
                l->floor <= l->count && read_blanks(l, &blanks, &blank_count, &last_id);
    if (good) {
        l->steps = mem_zalloc_array(l->count + 1, sizeof *l->steps);
        good = l->steps != NULL;
    }
    if (good) l->steps[0].content = l->first_content;
    good = good && read_steps(l);
    if (!good) {
        free_steps(l->steps, l->count + 1);
        mem_free(blanks);
        return false;
    }
    mem_free(text->history.steps);
    mem_free(text->blanks);
    text->history = (struct history){.steps = l->steps,
                                     .count = l->count + 1,
                                     .capacity = l->count + 1,
                                     .at = l->at,
                                     .contents = l->contents,
                                     .saved = l->steps[l->at].content};
    text->blanks = blanks;
    text->blank_count = blank_count;
    text->blank_capacity = blank_count + 1;
    text->blank_last_id = (uint32_t)last_id;
    companion_put(text, l->companion); /* without memory it is lost, and the history is not */
    for (size_t i = 0; i < blank_count; i++)
        if (blanks[i].end - blanks[i].start > text->blank_longest)
            text->blank_longest = blanks[i].end - blanks[i].start;
    return true;
}

bool history_unpack(struct text *text, struct slice bytes, size_t *floor)
{
    struct loading l = {.text = text, .rest = bytes};
    bool good = text->history.count == 1 && text->blank_count == 0 && load_history(&l);
    if (good) *floor = l.floor;
    return good;
}

bool text_history_load(struct text *text, const char *folder, size_t *floor)
{
    struct file_map map = {0};
    struct slice magic;
    uint64_t hash;
    if (!text->path) return false;
    char *file = history_path(folder, text->path);
    bool good = file && !file_map_open(file, &map, NULL);
    mem_free(file);
    if (!good) return false;
    struct slice rest = {(const char *)map.data, map.size};
    good = unpack_bytes(&rest, 8, &magic) && memcmp(magic.data, HISTORY_MAGIC, 8) == 0 &&
           unpack_fixed(&rest, &hash, 8) && hash == pack_hash(rest.data, rest.size, 0) &&
           history_unpack(text, rest, floor);
    file_map_close(&map);
    return good;
}
