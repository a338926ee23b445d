/* Opening. */
#define _POSIX_C_SOURCE 200809L
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_encoding.h"
#include "text_identity.h"
#include "text_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* The encoding that a file is read in: a given one, or one that is detected. */
struct encoding_choice {
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
static struct text *decode_owned(char *data, size_t size, const char *path, const struct encoding_choice *how,
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
    text->guessed = !how->said && strays && encoding != TEXT_UTF8;
    return text;
}

struct text *text_from_file_bytes(const char *bytes, size_t size, struct error *error)
{
    char *copy = mem_strndup(bytes, size);
    if (copy) return decode_owned(copy, size, "standard input", &(struct encoding_choice){0}, error);
    error_set(error, STATUS_NO_MEMORY, "not enough memory for a text of %zu bytes", size);
    return NULL;
}

/* Reads to the end, not to the size from stat: the file may grow meanwhile. Closes fd. */
static struct text *read_small(int fd, size_t size, const char *path, const struct encoding_choice *how,
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
    if (wide) return read_small(fd, size, path, &(struct encoding_choice){0}, error);
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

static struct text *open_file(int fd, const char *path, const struct encoding_choice *how,
                              struct error *error)
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

static struct text *open_path(const char *path, const struct encoding_choice *how, struct error *error)
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
    return open_path(path, &(struct encoding_choice){0}, error);
}

struct text *text_open_as(const char *path, enum text_encoding encoding, struct error *error)
{
    return open_path(path, &(struct encoding_choice){true, encoding}, error);
}

enum text_line_ending text_line_ending(const struct text *text)
{
    size_t end = text_this_line_end(text, 0);
    return end < text_size(text) && end > 0 && text_byte(text, end - 1) == '\r' ? TEXT_CRLF : TEXT_LF;
}
