/* Whether this is still the same file. Times, size and inode show quickly that nothing changed. If they
 * differ, the bytes decide, since a file can be touched, copied back or given another mode. The bytes that
 * were read are still here; for saved bytes there is a hash. */
#define _POSIX_C_SOURCE 200809L
#include "text_identity.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_encoding.h"
#include "text_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct file_identity identity_of(const struct stat *info)
{
    return (struct file_identity){.exists = true,
                                  .device = (uint64_t)info->st_dev,
                                  .inode = (uint64_t)info->st_ino,
                                  .size = (int64_t)info->st_size,
                                  .seconds = (int64_t)info->st_mtim.tv_sec,
                                  .nanoseconds = info->st_mtim.tv_nsec,
                                  .status_seconds = (int64_t)info->st_ctim.tv_sec,
                                  .status_nanoseconds = info->st_ctim.tv_nsec};
}

struct file_identity identity_at(const char *path)
{
    struct stat info;
    return path && stat(path, &info) == 0 ? identity_of(&info) : (struct file_identity){0};
}

struct file_identity text_file_seen(const char *path)
{
    return identity_at(path);
}

struct file_identity identity_behind(int fd)
{
    struct stat info;
    return fd >= 0 && fstat(fd, &info) == 0 ? identity_of(&info) : (struct file_identity){0};
}

bool identity_same_bytes(struct file_identity a, struct file_identity b)
{
    return a.exists == b.exists && a.device == b.device && a.inode == b.inode && a.size == b.size &&
           a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
}

bool identity_same(struct file_identity a, struct file_identity b)
{
    return identity_same_bytes(a, b) && a.status_seconds == b.status_seconds &&
           a.status_nanoseconds == b.status_nanoseconds;
}

void identity_know(struct text *text, struct file_identity now, uint64_t hash)
{
    text->on_disk = now;
    text->known = KNOWN_BY_HASH;
    text->known_hash = hash;
}

/* ---- the bytes ----------------------------------------------------------------------------------------- */

/* Reads the whole file, which should have exactly `size` bytes. */
static bool read_exactly(int fd, char *bytes, size_t size)
{
    char more;
    for (size_t at = 0;;) {
        ssize_t got = at < size ? read(fd, bytes + at, size - at) : read(fd, &more, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0 && at == size;
        if (at == size) return false;
        at += (size_t)got;
    }
}

static bool as_opened(const struct text *text, const char *bytes, size_t size)
{
    struct buffer decoded = {0};
    struct slice now = {bytes, size};
    bool good = true;
    if (text->saved_encoding != TEXT_UTF8) {
        good = !encoding_decode(text->saved_encoding, bytes, size, &decoded, NULL);
        now = (struct slice){decoded.data, decoded.size};
    }
    good = good && now.size == original_size(text->original);
    for (size_t at = 0; good && at < now.size;) {
        struct slice run = original_run(text->original, at);
        good = run.size > 0 && run.size <= now.size - at && memcmp(run.data, now.data + at, run.size) == 0;
        at += run.size;
    }
    buffer_free(&decoded);
    return good;
}

/* Whether the file's content is unchanged; if so, *now is its identity. */
static bool holds_the_same(const struct text *text, struct file_identity *now)
{
    int fd = open(text->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *now = identity_behind(fd);
    size_t size = (size_t)text->on_disk.size;
    char *bytes = now->exists && now->size == text->on_disk.size ? mem_alloc(size + 1) : NULL;
    bool same = bytes && read_exactly(fd, bytes, size);
    if (same && text->known == KNOWN_AS_OPENED) same = as_opened(text, bytes, size);
    if (same && text->known == KNOWN_BY_HASH) same = pack_hash(bytes, size, 0) == text->known_hash;
    mem_free(bytes);
    if (fd >= 0) close(fd);
    return same;
}

bool text_changed_on_disk(struct text *text)
{
    struct file_identity now = identity_at(text->path), read;
    if (!text->path || identity_same(text->on_disk, now)) return false;
    bool comparable = now.exists && text->on_disk.exists && now.size == text->on_disk.size;
    if (!comparable || text->known == KNOWN_NOT || now.size >= (int64_t)TEXT_BIG) return true;
    if (identity_same(text->differs, now)) return true;
    if (holds_the_same(text, &read))
        text->on_disk = read;
    else
        text->differs = now;
    return !identity_same(text->on_disk, now);
}
