/* Reads journals that no process writes any more, and applies their changes. Nothing in a journal is trusted:
 * a part is accepted if its hash is right, a change if it fits the text. */
#define _DEFAULT_SOURCE /* flock */
#define _POSIX_C_SOURCE 200809L
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_journal.h"
#include "text_pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- records from bytes -------------------------------------------------------------------------------- */

struct journal_reading {
    struct slice rest;
    uint64_t id, number;
};

struct record {
    enum journal_kind kind;
    struct slice bytes; /* in `joined`, or in the file */
};

static bool begin_reading(struct journal_reading *r, struct slice file)
{
    struct slice magic;
    *r = (struct journal_reading){.rest = file};
    return unpack_bytes(&r->rest, 8, &magic) && memcmp(magic.data, JOURNAL_MAGIC, 8) == 0 &&
           unpack_fixed(&r->rest, &r->id, 8);
}

static bool next_part(struct journal_reading *r, struct record *record, bool *more)
{
    uint64_t size, kind, goes_on, zeros, hash;
    struct slice rest = r->rest;
    if (!unpack_fixed(&rest, &size, 4) || !unpack_fixed(&rest, &kind, 1) ||
        !unpack_fixed(&rest, &goes_on, 1) || !unpack_fixed(&rest, &zeros, 2) ||
        !unpack_fixed(&rest, &hash, 8) || size > JOURNAL_PART_MAX || goes_on > 1 ||
        !unpack_bytes(&rest, (size_t)size, &record->bytes) || zeros)
        return false;
    *more = goes_on;
    record->kind = (enum journal_kind)kind;
    if (hash != journal_part_hash(record->bytes.data, record->bytes.size, (int)kind, *more, r->number, r->id))
        return false;
    r->rest = rest;
    r->number++;
    return true;
}

/* The next complete record. False: there is none, or (*memory) memory ran out. */
static bool next_record(struct journal_reading *r, struct record *record, struct buffer *joined, bool *memory)
{
    bool more;
    if (!next_part(r, record, &more)) return false;
    if (!more) return true;
    enum journal_kind kind = record->kind;
    joined->size = 0;
    for (;;) {
        if (!buffer_append(joined, record->bytes.data, record->bytes.size)) {
            *memory = false;
            return false;
        }
        if (!more) break;
        if (!next_part(r, record, &more) || record->kind != kind) return false;
    }
    record->bytes = (struct slice){joined->data, joined->size};
    return true;
}

/* ---- their contents ----------------------------------------------------------------------------------- */

struct base {
    uint64_t pid, seconds;
    struct journal_content content;
    bool snapshot;
    struct slice path;
};

static bool read_content(struct slice *in, struct journal_content *content)
{
    uint64_t sampled;
    if (!unpack_size(in, &content->size) || !unpack_number(in, &sampled) ||
        !unpack_fixed(in, &content->hash, 8))
        return false;
    content->sampled = sampled != 0;
    return true;
}

static bool read_base(struct slice in, struct base *base)
{
    uint64_t snapshot;
    if (!unpack_number(&in, &base->pid) || !unpack_number(&in, &base->seconds) ||
        !read_content(&in, &base->content) || !unpack_number(&in, &snapshot) ||
        !unpack_string(&in, &base->path))
        return false;
    base->snapshot = snapshot != 0;
    return true;
}

struct many {
    struct slice rest, last;
    size_t at;
    bool bad;
};

static enum status next_of_many(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    struct many *m = context;
    size_t gap, removed, inserted;
    (void)error;
    *more = m->rest.size > 0 && !m->bad;
    if (!*more) return STATUS_OK;
    struct slice in = m->rest;
    m->bad = !unpack_size(&in, &gap) || !unpack_size(&in, &removed) || !unpack_size(&in, &inserted) ||
             ((inserted & 1) ? inserted / 2 != m->last.size : !unpack_bytes(&in, inserted / 2, &m->last));
    if (m->bad) return error_set(error, STATUS_FORMAT, "not a list of changes");
    m->rest = in;
    *edit = (struct text_edit){m->at + gap, m->at + gap + removed, m->last.data, m->last.size};
    m->at = edit->end;
    return STATUS_OK;
}

/* Applies a change. STATUS_FORMAT: it does not fit. */
static enum status apply(struct text *text, const struct record *record, struct error *error)
{
    struct slice in = record->bytes;
    size_t at, removed, count;
    enum status status;
    if (record->kind == JOURNAL_CHANGE) {
        if (!unpack_size(&in, &at) || !unpack_size(&in, &removed) || at > text_size(text) ||
            removed > text_size(text) - at)
            return error_set(error, STATUS_FORMAT, "a change does not fit the text");
        return edit(text, at, removed, in.data, in.size, error);
    }
    if (record->kind == JOURNAL_TYPED) {
        size_t known;
        if (!unpack_size(&in, &at) || !unpack_size(&in, &known) || known > in.size || at > text_size(text) ||
            known > text_size(text) - at)
            return error_set(error, STATUS_FORMAT, "typed text does not fit the text");
        return edit(text, at + known, 0, in.data + known, in.size - known, error);
    }
    struct many many = {0};
    if (!unpack_size(&in, &many.at) || many.at > text_size(text))
        return error_set(error, STATUS_FORMAT, "a change does not fit the text");
    many.rest = in;
    status = text_replace_many(text, next_of_many, &many, &count, error);
    return status == STATUS_ARGUMENT ? STATUS_FORMAT : status;
}

/* ---- blanks ---------------------------------------------------------------------------------------- */

/* The ids that the journal's blanks have in the recovered text. */
struct known_blanks {
    struct text_blank_ids *list;
    size_t count, capacity;
};

static struct text_blank_ids *known_blank(struct known_blanks *known, uint32_t theirs)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->list[i].then == theirs) return &known->list[i];
    if (!mem_grow(&known->list, &known->capacity, known->count + 1, sizeof *known->list)) return NULL;
    known->list[known->count] = (struct text_blank_ids){.then = theirs};
    return &known->list[known->count++];
}

static bool read_blank(struct slice *in, struct text_blank *out, bool *has)
{
    size_t id, there, min = 0, max = 0;
    *out = (struct text_blank){0};
    if (!unpack_size(in, &id) || !unpack_size(in, &there)) return false;
    *has = there != 0;
    if (*has && (!unpack_size(in, &out->start) || !unpack_size(in, &out->end) || !unpack_size(in, &min) ||
                 !unpack_size(in, &max)))
        return false;
    out->id = (uint32_t)id;
    out->min = min > UINT32_MAX ? 0 : (uint32_t)min;
    out->max = max > UINT32_MAX ? 0 : (uint32_t)max;
    return true;
}

/* Restores one blank of the journal; one that does not fit the text is left out. */
static void set_blank(struct text *text, struct text_blank_ids *known, const struct text_blank *want,
                      bool has)
{
    struct text_blank is;
    bool there = text_blank_get(text, known->now, &is);
    if (there && has && is.start == want->start && is.end == want->end &&
        text_blank_set_length(text, known->now, want->min, want->max))
        return;
    if (there) (void)text_blank_remove(text, known->now);
    if (has) known->now = text_blank_add(text, want->start, want->end, want->min, want->max);
}

/* The blanks of a record; invalid bytes end it. False: out of memory. */
static bool apply_blanks(struct text *text, struct slice in, struct known_blanks *known)
{
    struct text_blank blank;
    size_t all;
    bool has;
    if (!unpack_size(&in, &all)) return true;
    if (all) {
        while (text_blank_count(text)) {
            text_blank_at(text, text_blank_count(text) - 1, &blank);
            if (!text_blank_remove(text, blank.id)) return false;
        }
        known->count = 0;
    }
    while (in.size > 0 && read_blank(&in, &blank, &has)) {
        struct text_blank_ids *one = known_blank(known, blank.id);
        if (!one) return false;
        set_blank(text, one, &blank, has);
    }
    return true;
}

/* ---- the starting text -------------------------------------------------------------------------------- */

/* The text that the changes after record `*after` start from, or NULL. With a snapshot it is the snapshot;
 * otherwise it is the present file, if the journal started from it or saved it. */
static struct text *find_base(struct slice file, const struct base *base, struct text *now, uint64_t *after,
                              struct error *error)
{
    struct journal_reading r;
    struct record record;
    struct buffer joined = {0};
    bool memory = true;
    struct text *text = NULL;
    if (!begin_reading(&r, file) || !next_record(&r, &record, &joined, &memory)) return NULL;
    *after = r.number;
    if (base->snapshot) {
        if (next_record(&r, &record, &joined, &memory) && record.kind == JOURNAL_SNAPSHOT &&
            record.bytes.size == base->content.size) {
            *after = r.number;
            text = text_from_bytes(record.bytes.data ? record.bytes.data : "", record.bytes.size, error);
        }
        buffer_free(&joined);
        return text;
    }
    struct journal_content content, is = journal_content_of(now);
    bool found = journal_same_content(&base->content, &is);
    while (next_record(&r, &record, &joined, &memory))
        if (record.kind == JOURNAL_SAVING && read_content(&record.bytes, &content) &&
            journal_same_content(&content, &is)) {
            found = true;
            *after = r.number;
        }
    buffer_free(&joined);
    return found ? now : NULL;
}

/* All inserted text, one line per change, for when the original text no longer exists. */
static struct text *fragments(struct slice file, struct error *error)
{
    struct journal_reading r;
    struct record record;
    struct buffer joined = {0}, out = {0};
    bool memory = true, good = begin_reading(&r, file);
    size_t at, removed, next = SIZE_MAX;
    while (good && next_record(&r, &record, &joined, &memory)) {
        struct slice in = record.bytes;
        if ((record.kind != JOURNAL_CHANGE && record.kind != JOURNAL_TYPED) || !unpack_size(&in, &at) ||
            !unpack_size(&in, &removed))
            continue;
        if (record.kind == JOURNAL_TYPED) { /* the second number says how much is already known */
            struct slice known;
            if (!unpack_bytes(&in, removed, &known)) continue;
            at += removed;
        }
        if (at != next && out.size && in.size) good = buffer_append_char(&out, '\n');
        good = good && buffer_append(&out, in.data, in.size);
        if (in.size) next = at + in.size;
    }
    struct text *text = good && memory ? text_from_bytes(out.data ? out.data : "", out.size, error) : NULL;
    buffer_free(&joined);
    buffer_free(&out);
    return text;
}

static enum status replay(struct slice file, struct text *text, uint64_t after, struct text_recovered *out,
                          struct error *error)
{
    struct journal_reading r;
    struct record record;
    struct buffer joined = {0};
    struct known_blanks known = {0};
    bool memory = true;
    enum status status = STATUS_OK;
    (void)begin_reading(&r, file);
    text_group_begin(text);
    while (!status && memory && next_record(&r, &record, &joined, &memory)) {
        if (r.number > after && record.kind == JOURNAL_BLANKS) {
            memory = apply_blanks(text, record.bytes, &known);
            out->blanks = true;
            continue;
        }
        if (record.kind == JOURNAL_COMPANION) {
            out->companion.size = 0;
            memory = buffer_append(&out->companion, record.bytes.data, record.bytes.size);
            continue;
        }
        if (r.number <= after ||
            (record.kind != JOURNAL_CHANGE && record.kind != JOURNAL_TYPED && record.kind != JOURNAL_MANY))
            continue;
        struct error why;
        status = apply(text, &record, &why);
        if (status == STATUS_FORMAT) {
            status = STATUS_OK; /* as far as it can be read */
            break;
        }
        if (status && error) *error = why;
        out->changes += !status;
    }
    text_group_end(text);
    buffer_free(&joined);
    out->ids = known.list;
    out->id_count = known.count;
    if (!status && !memory)
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory to recover the text");
    return status;
}

/* ---- public functions --------------------------------------------------------------------------------- */

static enum status read_journal(struct slice bytes, const char *name, const char *path,
                                struct text_recovered *out, struct error *error)
{
    struct journal_reading r;
    struct record record;
    struct base base = {0};
    struct buffer joined = {0};
    bool memory = true;
    enum status status = STATUS_OK;
    if (!begin_reading(&r, bytes) || !next_record(&r, &record, &joined, &memory) ||
        record.kind != JOURNAL_BASE || !read_base(record.bytes, &base))
        return buffer_free(&joined), error_set(error, STATUS_FORMAT, "%s: not a journal", name);
    out->seconds = (int64_t)base.seconds;
    if (base.path.size) {
        out->path = mem_strndup(base.path.data, base.path.size);
        if (!out->path) status = error_set(error, STATUS_NO_MEMORY, "out of memory");
    }
    buffer_free(&joined);
    struct text *now = NULL;
    if (!status && !base.snapshot && out->path) {
        now = text_open(path ? path : out->path, error);
        if (!now) status = error->code;
    }
    uint64_t after = 0;
    if (!status) out->text = find_base(bytes, &base, now, &after, error);
    if (now && out->text != now) text_free(now);
    if (!status && out->text) return replay(bytes, out->text, after, out, error);
    if (!status && base.snapshot) return error_set(error, STATUS_FORMAT, "%s: truncated at its start", name);
    if (!status) {
        out->text = fragments(bytes, error);
        out->fragments = true;
        if (!out->text) status = STATUS_NO_MEMORY;
    }
    return status;
}

enum status text_recover(const char *file, const char *path, struct text_recovered *out, struct error *error)
{
    struct file_map map;
    struct error own;
    *out = (struct text_recovered){0};
    if (!error) error = &own;
    enum status status = file_map_open(file, &map, error);
    if (status) return status;
    status = read_journal((struct slice){(const char *)map.data, map.size}, file, path, out, error);
    file_map_close(&map);
    if (status) text_recovered_free(out);
    return status;
}

void text_recovered_free(struct text_recovered *recovered)
{
    text_free(recovered->text);
    mem_free(recovered->path);
    mem_free(recovered->ids);
    buffer_free(&recovered->companion);
    *recovered = (struct text_recovered){0};
}

/* ---- finding them -------------------------------------------------------------------------------------- */

/* The text that a journal starts from. *path receives a copy, or NULL. False: unreadable, or out of
 * memory. */
static bool read_beginning(const char *file, struct base *base, char **path)
{
    struct file_map map;
    struct journal_reading r;
    struct record record;
    struct buffer joined = {0};
    bool memory = true;
    *path = NULL;
    if (file_map_open(file, &map, NULL)) return false;
    bool known = begin_reading(&r, (struct slice){(const char *)map.data, map.size}) &&
                 next_record(&r, &record, &joined, &memory) && record.kind == JOURNAL_BASE &&
                 read_base(record.bytes, base);
    if (known && base->path.size) *path = mem_strndup(base->path.data, base->path.size);
    known = known && (!base->path.size || *path);
    buffer_free(&joined);
    file_map_close(&map);
    return known;
}

/* If files cannot be locked, the process that the journal names decides. */
static bool writer_lives(const char *file)
{
    struct base base;
    char *path;
    bool known = read_beginning(file, &base, &path);
    mem_free(path);
    return known && base.pid > 0 && base.pid <= INT32_MAX &&
           (kill((pid_t)base.pid, 0) == 0 || errno == EPERM);
}

bool text_journal_fits(const char *file, const struct text *text)
{
    struct base base;
    char *path;
    bool known = read_beginning(file, &base, &path) && base.content.size == text_size(text);
    mem_free(path);
    if (!known) return false;
    struct journal_content content = journal_content_of(text);
    return journal_same_content(&base.content, &content);
}

/* Whether the editor that writes it is alive. */
static bool in_use(const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return true; /* we have no access to it */
    bool free = flock(fd, LOCK_EX | LOCK_NB) == 0, held = !free && errno == EWOULDBLOCK;
    close(fd);
    return held || (!free && writer_lives(file));
}

static int newest_first(const void *a, const void *b)
{
    const struct text_journal *x = a, *y = b;
    if (x->seconds != y->seconds) return x->seconds < y->seconds ? 1 : -1;
    if (x->nanoseconds != y->nanoseconds) return x->nanoseconds < y->nanoseconds ? 1 : -1;
    return strcmp(x->file, y->file);
}

struct journal_list {
    struct text_journal *list;
    size_t count, capacity;
};

/* Adds a file of the folder, if it is a journal that the caller wants. False: out of memory. */
static bool add_journal(struct journal_list *all, char *file, bool named, bool gone)
{
    struct stat info;
    struct base base;
    char *path = NULL;
    bool good = mem_grow(&all->list, &all->capacity, all->count + 1, sizeof *all->list);
    bool wanted = good && stat(file, &info) == 0 && !in_use(file);
    if (wanted && named) wanted = read_beginning(file, &base, &path) && path && !(gone && file_exists(path));
    if (wanted) {
        all->list[all->count++] =
            (struct text_journal){file, path, (int64_t)info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
    } else {
        mem_free(file);
        mem_free(path);
    }
    return good;
}

static bool find_journals(const char *folder, const char *prefix, bool named, bool gone,
                          struct journal_list *found)
{
    DIR *all = opendir(folder);
    bool good = true;
    if (!all) return true;
    for (struct dirent *entry; good && (entry = readdir(all)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 8 || strcmp(entry->d_name + length - 8, ".journal") != 0) continue;
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        char *file = path_join(folder, entry->d_name);
        good = file && add_journal(found, file, named, gone);
    }
    closedir(all);
    return good;
}

/* Hands the result to the caller. */
static bool hand_over(struct journal_list *found, bool good, struct text_journal **list, size_t *count)
{
    if (found->count > 1) qsort(found->list, found->count, sizeof *found->list, newest_first);
    if (!good || !found->count) {
        text_journals_free(found->list, found->count);
        *found = (struct journal_list){0};
    }
    *list = found->list;
    *count = found->count;
    return good;
}

bool text_journals_find(const char *folder, const char *path, struct text_journal **list, size_t *count)
{
    char prefix[32];
    struct journal_list found = {0};
    bool good = journal_prefix(path, prefix) && find_journals(folder, prefix, false, false, &found);
    return hand_over(&found, good, list, count);
}

bool text_journals_find_named(const char *folder, bool gone, struct text_journal **list, size_t *count)
{
    struct journal_list found = {0};
    bool good = find_journals(folder, "", true, gone, &found);
    return hand_over(&found, good, list, count);
}

void text_journals_free(struct text_journal *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mem_free(list[i].file);
        mem_free(list[i].path);
    }
    mem_free(list);
}
