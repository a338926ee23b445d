/* Opening and saving. */
#define _POSIX_C_SOURCE 200809L
#include "text_encoding.h"
#include "text_identity.h"
#include "text_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- creating and freeing --------------------------------------------------------------------------- */

/* A document over `original`, which it owns, also on failure. */
static struct text *text_over(struct original *original, struct error *error)
{
    struct text *text = original ? mem_zalloc(sizeof *text) : NULL;
    if (text) {
        text->original = original;
        text->random = 0x9e3779b9u;
        text->search = search_cache_new();
        text->wrap = wrap_cache_new();
        text->attributes_kept = true;
        if (text->search && text->wrap && history_init(text) && tree_reserve(text, 1)) {
            text->root = tree_from_original(text, original_size(original));
            return text;
        }
        text_free(text);
    } else {
        original_free(original);
    }
    error_set(error, STATUS_NO_MEMORY, "not enough memory for a document");
    return NULL;
}

struct text *text_new(struct error *error)
{
    return text_over(original_from_buffer(NULL, 0), error);
}

/* Owns `data`, also on failure. */
static struct text *text_from_owned(char *data, size_t size, struct error *error)
{
    if (size == 0) {
        mem_free(data);
        return text_new(error);
    }
    struct original *original = original_from_buffer(data, size);
    if (!original) mem_free(data);
    return text_over(original, error);
}

struct text *text_from_bytes(const char *bytes, size_t size, struct error *error)
{
    char *copy = mem_strndup(bytes, size);
    if (!copy) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a text of %zu bytes", size);
        return NULL;
    }
    return text_from_owned(copy, size, error);
}

void text_free(struct text *text)
{
    if (!text) return;
    text_journal_end(text, true);
    history_free(text);
    tree_free_all(text);
    while (text->chunks) {
        struct chunk *chunk = text->chunks;
        text->chunks = chunk->next;
        mem_free(chunk);
    }
    original_free(text->original);
    search_cache_free(text->search);
    wrap_cache_free(text->wrap);
    mem_free(text->marks);
    mem_free(text->blanks);
    mem_free(text->path);
    mem_free(text);
}

const char *text_path(const struct text *text)
{
    return text->path;
}

bool text_attributes_kept(const struct text *text)
{
    return text->attributes_kept;
}

bool text_is_new(const struct text *text)
{
    return text->is_new;
}

bool text_dirty(const struct text *text)
{
    const struct history *history = &text->history;
    return history->steps[history->at].content != history->saved || text->encoding != text->saved_encoding;
}

void text_mark_dirty(struct text *text)
{
    text->history.saved = UINT64_MAX;
}

enum text_line_ending text_line_ending(const struct text *text)
{
    size_t end = text_this_line_end(text, 0);
    return end < text_size(text) && end > 0 && text_byte(text, end - 1) == '\r' ? TEXT_CRLF : TEXT_LF;
}

/* A large file's bytes are still in the file: checks whether another program wrote to it. */
static bool backing_changed(const struct text *text)
{
    int fd = original_fd(text->original);
    return fd >= 0 && !identity_same_bytes(text->backing, identity_behind(fd));
}

/* ---- opening ----------------------------------------------------------------------------------- */

static struct text *open_big(int fd, size_t size, const char *path, struct error *error)
{
    struct original *original = original_from_file(fd, size);
    if (!original) {
        close(fd);
        error_set(error, STATUS_NO_MEMORY, "%s: out of memory", path);
        return NULL;
    }
    struct text *text = text_over(original, error);
    if (text) text->backing = identity_behind(fd);
    return text;
}

/* How a file is read: in a given encoding, or in one that is detected. */
struct reading {
    bool said;
    enum text_encoding encoding;
};

/* As UTF-8, which it is not. */
static struct text *text_of_strays(char *data, size_t size, struct error *error)
{
    struct text *text = text_from_owned(data, size, error);
    if (text) text->strays = true;
    return text;
}

/* Owns the bytes of the file, also on failure. */
static struct text *decode_owned(char *data, size_t size, const char *path, const struct reading *how,
                                 struct error *error)
{
    bool strays = false;
    enum text_encoding guessed = encoding_guess(data, size, &strays);
    enum text_encoding encoding = how->said ? how->encoding : guessed;
    if (encoding != TEXT_UTF8) {
        struct buffer decoded = {0};
        enum status status = encoding_decode(encoding, data, size, &decoded, error);
        if (status == STATUS_FORMAT && !how->said) { /* guessed from its start: not so */
            buffer_free(&decoded);
            return text_of_strays(data, size, error);
        }
        mem_free(data);
        if (status) {
            buffer_free(&decoded);
            error_prefix(error, "%s", path);
            return NULL;
        }
        data = decoded.data;
        size = decoded.size;
    }
    struct text *text = text_from_owned(data, size, error);
    if (!text) return NULL;
    text->encoding = text->saved_encoding = encoding;
    text->strays = strays && encoding == TEXT_UTF8;
    return text;
}

struct text *text_from_file_bytes(const char *bytes, size_t size, struct error *error)
{
    char *copy = mem_strndup(bytes, size);
    if (copy) return decode_owned(copy, size, "standard input", &(struct reading){0}, error);
    error_set(error, STATUS_NO_MEMORY, "not enough memory for a text of %zu bytes", size);
    return NULL;
}

/* Reads to the end, not to the size from stat: the file may grow meanwhile. Closes fd. */
static struct text *read_small(int fd, size_t size, const char *path, const struct reading *how,
                               struct error *error)
{
    size_t capacity = size + 1, used = 0;
    char *data = mem_alloc(capacity);
    ssize_t got = 1;
    while (data && got != 0) {
        if (used == capacity && !mem_grow(&data, &capacity, used + 1, 1)) break;
        got = read(fd, data + used, capacity - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
            mem_free(data);
            close(fd);
            return NULL;
        }
        used += (size_t)got;
    }
    close(fd);
    if (!data || got != 0) {
        mem_free(data);
        error_set(error, STATUS_NO_MEMORY, "%s: not enough memory for its %zu bytes", path, used);
        return NULL;
    }
    return decode_owned(data, used, path, how, error);
}

/* A large file stays on disk and counts as UTF-8, invalid bytes included. UTF-16 cannot stay on disk: it is
 * read whatever its size. */
static struct text *open_big_or_read(int fd, size_t size, const char *path, struct error *error)
{
    enum { LOOKED_AT = 256 << 10 };
    bool strays = false;
    char *start = mem_alloc(LOOKED_AT);
    ssize_t got = start ? pread(fd, start, LOOKED_AT, 0) : -1;
    bool wide = got > 0 && encoding_guess_utf16(start, (size_t)got, size) != TEXT_UTF8;
    size_t whole = got > 0 ? encoding_without_cut(start, (size_t)got) : 0;
    if (!wide) (void)encoding_guess(start, whole, &strays);
    mem_free(start);
    if (wide) return read_small(fd, size, path, &(struct reading){0}, error);
    struct text *text = open_big(fd, size, path, error);
    if (text) text->strays = strays;
    return text;
}

/* What a path is if it is not a regular file. */
static const char *other_kind(mode_t mode)
{
    return S_ISDIR(mode)                    ? "is a folder"
           : S_ISFIFO(mode)                 ? "is a pipe"
           : S_ISSOCK(mode)                 ? "is a socket"
           : S_ISCHR(mode) || S_ISBLK(mode) ? "is a device"
                                            : "is not a file";
}

static struct text *open_file(int fd, const char *path, const struct reading *how, struct error *error)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
        close(fd);
        return NULL;
    }
    size_t size = info.st_size > 0 ? (size_t)info.st_size : 0;
    struct text *text = size >= TEXT_BIG && !how->said ? open_big_or_read(fd, size, path, error)
                                                       : read_small(fd, size, path, how, error);
    if (!text) return NULL;
    text->on_disk = identity_of(&info); /* then a change while reading shows as a change on disk */
    text->known = original_fd(text->original) < 0 ? KNOWN_AS_OPENED : KNOWN_NOT;
    return text;
}

static struct text *open_path(const char *path, const struct reading *how, struct error *error)
{
    char *copy = mem_strdup(path);
    if (!copy) {
        error_set(error, STATUS_NO_MEMORY, "%s: out of memory", path);
        return NULL;
    }
    struct text *text = NULL;
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) { /* opening a device can have side effects */
        error_set(error, STATUS_IO, "%s: %s", path, other_kind(info.st_mode));
        mem_free(copy);
        return NULL;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* opening a pipe would wait for a writer */
    if (fd >= 0) {
        text = open_file(fd, path, how, error);
    } else if (errno == ENOENT) {
        text = text_new(error);
        if (text) text->is_new = true;
    } else {
        error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
    }
    if (text)
        text->path = copy;
    else
        mem_free(copy);
    return text;
}

struct text *text_open(const char *path, struct error *error)
{
    return open_path(path, &(struct reading){0}, error);
}

struct text *text_open_as(const char *path, enum text_encoding encoding, struct error *error)
{
    return open_path(path, &(struct reading){true, encoding}, error);
}

/* ---- saving -------------------------------------------------------------------------------------------- */

enum { SAVE_PART = 256 << 10 };

struct save {
    struct text *text;
    const char *path;
    char *part;     /* SAVE_PART bytes */
    bool unchanged; /* only when the file is what it was */
    struct pack_stream *written;
    file_put *put; /* receives all of it, */
    void *sink;    /* with this */
};

/* From then on the written content is known by its hash. */
static enum status put_known(void *context, const void *bytes, size_t size, struct error *error)
{
    struct save *save = context;
    pack_stream_add(save->written, bytes, size);
    return save->put(save->sink, bytes, size, error);
}

static enum status produce_text(struct save *save, struct error *error)
{
    size_t size = text_size(save->text);
    enum text_encoding encoding = save->text->encoding;
    if (encoding == TEXT_UTF8_BOM) {
        enum status status = put_known(save, "\xef\xbb\xbf", 3, error);
        if (status) return status;
    } else if (encoding != TEXT_UTF8) {
        return encoding_write(save->text, encoding, put_known, save, error);
    }
    for (size_t at = 0; at < size; at += SAVE_PART) {
        size_t end = size - at < SAVE_PART ? size : at + SAVE_PART;
        if (!text_read(save->text, at, end, save->part))
            return error_set(error, STATUS_IO, "another program truncated the open file");
        enum status status = put_known(save, save->part, end - at, error);
        if (status) return status;
    }
    if (backing_changed(save->text))
        return error_set(error, STATUS_IO, "another program wrote to the open file");
    return STATUS_OK;
}

static enum status produce_saved(void *context, file_put *put, void *sink, struct error *error)
{
    struct save *save = context;
    save->put = put;
    save->sink = sink;
    return produce_text(save, error);
}

static enum status check_fit(const struct text *text, struct error *error)
{
    size_t at;
    if (!text_unfit(text, text->encoding, &at)) return STATUS_OK;
    return error_set(error, STATUS_ARGUMENT, "line %zu has a character that cannot be written as %s",
                     text_line_of(text, at) + 1, text_encoding_name(text->encoding));
}

enum status text_produce(struct text *text, file_put *put, void *sink, struct error *error)
{
    enum status status = check_fit(text, error);
    if (status) return status;
    struct save save = {.text = text, .part = mem_alloc(SAVE_PART), .written = pack_stream_new()};
    status = save.part && save.written ? produce_saved(&save, put, sink, error)
                                       : error_set(error, STATUS_NO_MEMORY, "out of memory");
    mem_free(save.part);
    mem_free(save.written);
    return status;
}

/* A nameless file with the bytes of `from`. */
static int copy_aside(int from, const char *path, char *part, struct error *error)
{
    int to = file_open_nameless(path, error);
    off_t at = 0;
    ssize_t got = 1;
    while (to >= 0 && (got = pread(from, part, SAVE_PART, at)) > 0) {
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(to, part + done, (size_t)(got - done));
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) {
                got = -1;
                break;
            }
            done += put;
        }
        if (got < 0) break;
        at += got;
    }
    if (to < 0 || got == 0) return to;
    error_set(error, STATUS_IO, "cannot save a copy of its old bytes: %s", strerror(errno));
    close(to);
    return -1;
}

/* The file is about to be overwritten in place. If our pieces are in that very file, they are copied out
 * first. */
static enum status leave_backing(const struct save *save, struct error *error)
{
    struct text *text = save->text;
    struct stat info;
    int fd = original_fd(text->original);
    if (fd < 0 || stat(save->path, &info) != 0) return STATUS_OK;
    if ((uint64_t)info.st_ino != text->backing.inode || (uint64_t)info.st_dev != text->backing.device)
        return STATUS_OK;
    if (backing_changed(text))
        return error_set(error, STATUS_IO, "written to by another program since it was opened");
    int aside = copy_aside(fd, save->path, save->part, error);
    if (aside < 0) return STATUS_IO;
    original_set_fd(text->original, aside);
    text->backing = identity_behind(aside);
    return STATUS_OK;
}

static enum status before_replacing(void *context, bool in_place, struct error *error)
{
    const struct save *save = context;
    if (save->unchanged && text_changed_on_disk(save->text))
        return error_set(error, STATUS_IO, "was %s by another program; not written",
                         file_exists(save->path) ? "changed" : "removed");
    return in_place ? leave_backing(save, error) : STATUS_OK;
}

static enum status save_text(struct text *text, const char *path, bool unchanged, struct error *error)
{
    const char *target = path ? path : text->path;
    if (!target) return error_set(error, STATUS_ARGUMENT, "this text has no file name yet");
    enum status status = check_fit(text, error);
    if (status) {
        error_prefix(error, "%s", target);
        return status;
    }
    char *name = mem_strdup(target), *part = mem_alloc(SAVE_PART);
    struct pack_stream *written = pack_stream_new();
    if (!name || !part || !written) {
        mem_free(name);
        mem_free(part);
        mem_free(written);
        return error_set(error, STATUS_NO_MEMORY, "%s: not enough memory to save it", target);
    }
    struct save save = {.text = text, .path = name, .part = part, .unchanged = unchanged, .written = written};
    struct file_identity before = identity_at(name);
    journal_saving(text);
    /* Losing its last name changes nothing that identity_of compares, so backing stays right. */
    struct file_replacement how = {produce_saved, before_replacing, &save};
    status = file_replace(name, &how, &text->attributes_kept, error);
    uint64_t hash = pack_stream_hash(written);
    mem_free(part);
    mem_free(written);
    if (status) {
        /* The file may be in place anyway, if only syncing the folder failed. */
        struct file_identity now = identity_at(name);
        bool own = text->path && strcmp(text->path, name) == 0;
        if (own && !identity_same(before, now) && now.size == (int64_t)text_size(text))
            identity_know(text, now, hash);
        mem_free(name);
        return status;
    }
    journal_saved(text);
    mem_free(text->path);
    text->path = name;
    text->is_new = false;
    identity_know(text, identity_at(name), hash);
    text->history.saved = text->history.steps[text->history.at].content;
    text->saved_encoding = text->encoding;
    text_break_group(text);
    return STATUS_OK;
}

enum status text_save(struct text *text, const char *path, struct error *error)
{
    return save_text(text, path, false, error);
}

enum status text_save_unchanged(struct text *text, struct error *error)
{
    return save_text(text, NULL, true, error);
}

/* ---- files that another program wrote to -------------------------------------------------------------- */

enum text_backing text_backing(const struct text *text)
{
    int fd = original_fd(text->original);
    if (!backing_changed(text)) return TEXT_BACKING_WHOLE;
    struct file_identity now = identity_behind(fd);
    return now.size < (int64_t)original_size(text->original) ? TEXT_BACKING_CUT : TEXT_BACKING_CHANGED;
}

struct rest {
    const struct text *text;
    size_t readable; /* of the original */
    size_t lost;
    char *part;
};

static enum status put_piece(struct rest *rest, const struct piece *piece, file_put *put, void *sink,
                             struct error *error)
{
    if (piece->data) return put(sink, piece->data, piece->size, error);
    size_t end = piece->offset + piece->size, at = piece->offset;
    size_t stop = end < rest->readable ? end : rest->readable;
    enum status status = STATUS_OK;
    for (; !status && at < stop;) {
        size_t part = stop - at < SAVE_PART ? stop - at : SAVE_PART;
        /* the file is still shrinking */
        if (!original_read(rest->text->original, at, part, rest->part)) break;
        status = put(sink, rest->part, part, error);
        at += part;
    }
    rest->lost += end - at;
    return status;
}

static enum status put_rest(struct rest *rest, const struct node *node, file_put *put, void *sink,
                            struct error *error)
{
    if (!node) return STATUS_OK;
    enum status status = put_rest(rest, node->left, put, sink, error);
    if (!status) status = put_piece(rest, &node->piece, put, sink, error);
    return status ? status : put_rest(rest, node->right, put, sink, error);
}

static enum status produce_rest(void *context, file_put *put, void *sink, struct error *error)
{
    struct rest *rest = context;
    return put_rest(rest, rest->text->root, put, sink, error);
}

enum status text_save_rest(const struct text *text, const char *path, size_t *lost, struct error *error)
{
    struct file_identity now = identity_behind(original_fd(text->original)), there = identity_at(path);
    struct rest rest = {text, now.size > 0 ? (size_t)now.size : 0, 0, mem_alloc(SAVE_PART)};
    *lost = 0;
    enum status status = STATUS_OK;
    if (original_fd(text->original) < 0) rest.readable = SIZE_MAX;
    if (!rest.part) status = error_set(error, STATUS_NO_MEMORY, "%s: not enough memory to save it", path);
    if (!status && there.exists && there.inode == text->backing.inode && there.device == text->backing.device)
        status =
            error_set(error, STATUS_ARGUMENT, "%s: is the file that was written to by another program", path);
    if (!status) status = file_write_atomic_from(path, produce_rest, &rest, error);
    mem_free(rest.part);
    *lost = rest.lost;
    return status;
}
