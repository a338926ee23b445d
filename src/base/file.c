/* Writes whole files without ever losing the old content. */
#define _GNU_SOURCE
#include "attributes.h"
#include "lacuna/base.h"
#include "lacuna/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status file_make_folders(const char *path, struct error *error)
{
    char *copy = mem_strdup(path);
    if (!copy) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a path");
    enum status status = STATUS_OK;
    for (char *p = copy + 1;; p++) {
        if (*p && *p != '/') continue;
        char saved = *p;
        *p = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST) {
            status = error_set(error, STATUS_IO, "%s: cannot make folder: %s", copy, strerror(errno));
            break;
        }
        *p = saved;
        if (!saved) break;
    }
    mem_free(copy);
    return status;
}

/* ---- atomic writing ---------------------------------------------------------------------------- */

static enum status put_all(void *sink, const void *bytes, size_t size, struct error *error)
{
    if (io_write_all(*(int *)sink, bytes, size)) return STATUS_OK;
    return error_set(error, STATUS_IO, "cannot write: %s", strerror(errno));
}

enum status file_sync_folder_of(const char *path, struct error *error)
{
    char *copy = mem_strdup(path);
    if (!copy) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a path");
    char *slash = strrchr(copy, '/');
    const char *folder = !slash ? "." : slash == copy ? "/" : (*slash = '\0', copy);
    int fd = io_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    enum status status = STATUS_OK;
    if (fd < 0 || io_sync(fd))
        status = error_set(error, STATUS_IO, "%s: cannot sync the folder: %s", folder, strerror(errno));
    if (fd >= 0) close(fd);
    mem_free(copy);
    return status;
}

/* Creates a new file with a unique name in a folder; the caller frees *name. */
static int open_unique(const char *folder, size_t folder_size, const char *base, const char *suffix,
                       char **name)
{
    struct buffer text = {0};
    if (!buffer_printf(&text, "%.*s.%.180s.%s-XXXXXX", (int)folder_size, folder, base, suffix)) {
        buffer_free(&text);
        errno = ENOMEM;
        return -1;
    }
    int fd = io_open_new(text.data);
    if (fd < 0) {
        int why = errno;
        buffer_free(&text);
        errno = why;
        return -1;
    }
    *name = text.data;
    return fd;
}

/* A temporary file beside `path`. A file can be writable in a folder that is not; then the temporary is in
 * the folder for temporary files, and *beside becomes false (the content must be copied, since a rename
 * cannot move it). */
static int open_temporary(const char *path, const char *suffix, char **name, bool *beside,
                          struct error *error)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    int fd = open_unique(path, slash ? (size_t)(slash - path + 1) : 0, base, suffix, name);
    int why = errno; /* access reports a different error for a missing file */
    *beside = true;
    if (fd < 0 && (why == EACCES || why == EPERM || why == EROFS) && access(path, W_OK) == 0) {
        const char *tmpdir = getenv("TMPDIR");
        char *folder = path_join(tmpdir && *tmpdir == '/' ? tmpdir : "/tmp", "");
        if (folder) fd = open_unique(folder, strlen(folder), base, suffix, name);
        why = errno;
        mem_free(folder);
        *beside = false;
    }
    if (fd < 0) error_set(error, STATUS_IO, "cannot make a temporary file: %s", strerror(why));
    return fd;
}

/* Makes everything written to fd durable and closes it. */
static enum status sync_and_close(int fd, struct error *error)
{
    enum status status = STATUS_OK;
    if (io_sync(fd)) status = error_set(error, STATUS_IO, "cannot sync: %s", strerror(errno));
    if (io_close(fd) && !status) status = error_set(error, STATUS_IO, "cannot close: %s", strerror(errno));
    return status;
}

static enum status copy_to(const char *from, int to, off_t *size, struct error *error)
{
    struct file_map map;
    enum status status = file_map_open(from, &map, error);
    if (!status && map.size) status = put_all(&to, map.data, map.size, error);
    *size = (off_t)map.size;
    file_map_close(&map);
    return status;
}

/* Overwrites one file with the bytes of another; it stays the same inode. It is truncated last, so that a
 * full disk still has the space of the old bytes. */
static enum status overwrite(const char *from, const char *path, struct error *error)
{
    int fd = io_open(path, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) return error_set(error, STATUS_IO, "cannot open for writing: %s", strerror(errno));
    off_t size;
    enum status status = copy_to(from, fd, &size, error);
    if (!status && io_truncate(fd, size))
        status = error_set(error, STATUS_IO, "cannot set its size: %s", strerror(errno));
    enum status closed = sync_and_close(fd, status ? NULL : error);
    return status ? status : closed;
}

/* A durable copy of the file. */
static enum status back_up(const char *path, char **backup, struct error *error)
{
    bool beside;
    off_t size;
    int fd = open_temporary(path, "backup", backup, &beside, error);
    if (fd < 0) return STATUS_IO;
    enum status status = copy_to(path, fd, &size, error);
    enum status closed = sync_and_close(fd, status ? NULL : error);
    if (!status) status = closed;
    if (!status) status = file_sync_folder_of(*backup, error);
    if (!status) return STATUS_OK;
    unlink(*backup);
    mem_free(*backup);
    *backup = NULL;
    return status;
}

static enum status ask_before(const struct file_replacement *how, bool in_place, struct error *error)
{
    return how->before ? how->before(how->context, in_place, error) : STATUS_OK;
}

/* Used if several names share the inode, which a rename would separate, or if the folder or the owner is not
 * ours. The bytes are written in place, after the old ones are safe in a copy. If anything fails, the old
 * bytes are restored; if that fails too, the error message names the copy. The new content is first produced
 * into a temporary file, since a producer may read the very file that is being replaced. */
static enum status write_in_place(const char *path, const char *temporary, const struct file_replacement *how,
                                  struct error *error)
{
    char *backup = NULL;
    enum status status = back_up(path, &backup, error);
    if (status) return status;
    status = ask_before(how, true, error);
    if (status) {
        unlink(backup);
        mem_free(backup);
        return status;
    }
    status = overwrite(temporary, path, error);
    if (!status || !overwrite(backup, path, NULL))
        unlink(backup);
    else
        error_prefix(error, "the old content is safe in %s", backup);
    mem_free(backup);
    return status;
}

/* Gives a new file the owner and group of the file that it will replace. False: we have no right to set
 * them. */
static bool give_owner(int fd, const struct stat *old)
{
    struct stat new;
    bool same = fstat(fd, &new) == 0 && new.st_uid == old->st_uid &&new.st_gid == old->st_gid;
    return same || fchown(fd, old->st_uid, old->st_gid) == 0;
}

/* After the owner, since changing the owner clears the set-id bits. */
static enum status set_mode(int fd, const struct stat *old, const char *path, struct error *error)
{
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd, old ? old->st_mode & 07777 : 0666 & ~mask))
        return error_set(error, STATUS_IO, "%s: cannot set its mode: %s", path, strerror(errno));
    return STATUS_OK;
}

/* In a sticky folder another user's file cannot be replaced, nor can a mount point. */
static bool is_refusal(int why)
{
    return why == EPERM || why == EACCES || why == EBUSY || why == EXDEV;
}

enum status file_write_atomic_from(const char *path, file_produce *produce, void *context,
                                   struct error *error)
{
    bool kept;
    return file_replace(path, &(struct file_replacement){.produce = produce, .context = context}, &kept,
                        error);
}

/* Checks that the target of a path can be replaced or created. */
static enum status check_target(const char *target, const char *path, struct stat *info, bool *exists,
                                struct error *error)
{
    *exists = stat(target, info) == 0;
    if (!*exists && errno != ENOENT) return error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
    if (!*exists) return STATUS_OK;
    if (S_ISDIR(info->st_mode)) return error_set(error, STATUS_IO, "%s: is a folder", path);
    if (!S_ISREG(info->st_mode)) return error_set(error, STATUS_IO, "%s: not a regular file", path);
    if (access(target, W_OK))
        return error_set(error, STATUS_IO, "%s: cannot write: %s", path, strerror(errno));
    return STATUS_OK;
}

/* Renames the temporary file to its target. *renamed: it has no other name any more. */
static enum status put_in_place(const char *temporary, const char *target, bool in_place,
                                const struct file_replacement *how, bool *renamed, struct error *error)
{
    enum status status = in_place ? STATUS_OK : ask_before(how, false, error);
    if (status) return status;
    *renamed = !in_place && io_rename(temporary, target) == 0;
    if (*renamed) return file_sync_folder_of(target, error);
    if (in_place || (is_refusal(errno) && access(target, W_OK) == 0))
        return write_in_place(target, temporary, how, error);
    return error_set(error, STATUS_IO, "cannot rename: %s", strerror(errno));
}

enum status file_replace(const char *path, const struct file_replacement *how, bool *kept,
                         struct error *error)
{
    char resolved[PATH_MAX];
    const char *target = path_resolve(path, resolved);
    struct stat info;
    bool exists, beside, renamed = false;
    enum status status = check_target(target, path, &info, &exists, error);
    if (status) return status;
    char *temporary = NULL;
    int fd = open_temporary(target, "tmp", &temporary, &beside, error);
    if (fd < 0) return error_prefix(error, "%s", target), STATUS_IO;
    bool in_place = exists && (info.st_nlink > 1 || !beside || !give_owner(fd, &info));
    *kept = !exists || in_place || attributes_copy(target, fd); /* before the mode can forbid it */
    /* Until then nobody else may read the copied content. */
    if (!in_place) status = set_mode(fd, exists ? &info : NULL, path, error);
    if (!status) status = how->produce(how->context, put_all, &fd, error);
    enum status closed = sync_and_close(fd, status ? NULL : error);
    if (!status) status = closed;
    if (!status) status = put_in_place(temporary, target, in_place, how, &renamed, error);
    if (!renamed) unlink(temporary);
    mem_free(temporary);
    if (status) error_prefix(error, "%s", path);
    return status;
}

enum status file_was_changed(const char *path, struct error *error)
{
    return error_set(error, STATUS_IO, "was %s by another program; not written",
                     access(path, F_OK) && errno == ENOENT ? "removed" : "changed");
}

int file_open_nameless(const char *path, struct error *error)
{
    char *name = NULL;
    bool beside;
    int fd = open_temporary(path, "copy", &name, &beside, error);
    if (fd >= 0) unlink(name);
    mem_free(name);
    return fd;
}

struct bytes {
    const void *data;
    size_t size;
};

static enum status produce_bytes(void *context, file_put *put, void *sink, struct error *error)
{
    const struct bytes *bytes = context;
    return put(sink, bytes->data, bytes->size, error);
}

enum status file_write_atomic(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct bytes content = {bytes, size};
    return file_write_atomic_from(path, produce_bytes, &content, error);
}
