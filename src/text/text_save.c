/* Saving. */
#define _POSIX_C_SOURCE 200809L
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_encoding.h"
#include "text_identity.h"
#include "text_internal.h"
#include "text_journal.h"
#include "text_pack.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A large file's bytes are still in the file: checks whether another program wrote to it. */
static bool backing_changed(const struct text *text)
{
    int fd = original_fd(text->original);
    return fd >= 0 && !identity_same_bytes(text->backing, identity_behind(fd));
}

enum { SAVE_PART = 256 << 10 };

struct save {
    struct text *text;
    const char *path;
    char *part;                       /* SAVE_PART bytes */
    bool unchanged;                   /* only when the file is what was opened or saved last, */
    const struct file_identity *seen; /* or still what was seen; NULL: whatever it is */
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

/* The bytes that saving would write. */
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
    if (aside >= 0 && backing_changed(text)) { /* meanwhile */
        close(aside);
        return error_set(error, STATUS_IO, "written to by another program since it was opened");
    }
    if (aside < 0) return STATUS_IO;
    original_set_fd(text->original, aside);
    text->backing = identity_behind(aside);
    return STATUS_OK;
}

/* Whether the file may be replaced. One that was only touched may. */
static bool is_expected(const struct save *save)
{
    const struct text *text = save->text;
    if (!save->unchanged && (!save->seen || identity_same_bytes(*save->seen, identity_at(save->path))))
        return true;
    bool own = text->path && strcmp(text->path, save->path) == 0;
    return own && !text_changed_on_disk(save->text);
}

/* Copies take time, so the file is looked at after them. */
static enum status before_replacing(void *context, bool in_place, struct error *error)
{
    const struct save *save = context;
    enum status status = in_place ? leave_backing(save, error) : STATUS_OK;
    return status || is_expected(save) ? status : file_was_changed(save->path, error);
}

static enum status save_text(struct text *text, const char *path, bool unchanged,
                             const struct file_identity *seen, struct error *error)
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
    struct save save = {
        .text = text, .path = name, .part = part, .unchanged = unchanged, .seen = seen, .written = written};
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
    return save_text(text, path, false, NULL, error);
}

enum status text_save_over(struct text *text, const char *path, const struct file_identity *seen,
                           struct error *error)
{
    return save_text(text, path, false, seen, error);
}

enum status text_save_unchanged(struct text *text, struct error *error)
{
    return save_text(text, NULL, true, NULL, error);
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

static enum status put_nowhere(void *sink, const void *bytes, size_t size, struct error *error)
{
    (void)error;
    pack_stream_add(sink, bytes, size);
    return STATUS_OK;
}

/* The text now equals `fresh` as it was opened. */
void text_take_file(struct text *text, const struct text *fresh)
{
    struct pack_stream *bytes = pack_stream_new();
    text->on_disk = fresh->on_disk;
    text->encoding = text->saved_encoding = fresh->encoding;
    text->strays = fresh->strays;
    text->guessed = fresh->guessed;
    text->is_new = fresh->is_new;
    text->known = KNOWN_NOT;
    if (bytes && fresh->known != KNOWN_NOT && !text_produce(text, put_nowhere, bytes, NULL))
        identity_know(text, fresh->on_disk, pack_stream_hash(bytes));
    mem_free(bytes);
    text->history.saved = text->history.steps[text->history.at].content;
    text_break_group(text);
    journal_saved(text);
}
