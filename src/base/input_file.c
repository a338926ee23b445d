/* The only way to open an input: a file, or something that can be read only once (standard input, a pipe, a
 * device). */
#define _GNU_SOURCE
#include "descriptor.h"
#include "lacuna/base.h"
#include "lacuna/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *input_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* An open descriptor is read from its current position; opening /dev/stdin would restart a file, and fails
 * for a socket. *once: it is a descriptor or not a regular file; *size: of a regular file. */
static int open_descriptor(const char *path, bool *once, size_t *size, struct error *error)
{
    struct stat info;
    int open_already = strcmp(path, "-") == 0 ? STDIN_FILENO : descriptor_of(path);
    int fd = open_already >= 0 ? fcntl(open_already, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info)) {
        error_set(error, STATUS_IO, "%s: cannot open: %s", input_name(path), strerror(errno));
        if (fd >= 0) close(fd);
        return -1;
    }
    *once = open_already >= 0 || !S_ISREG(info.st_mode);
    *size = S_ISREG(info.st_mode) && info.st_size > 0 ? (size_t)info.st_size : 0;
    return fd;
}

FILE *file_open_input(const char *path, struct error *error)
{
    bool once;
    size_t size;
    int fd = open_descriptor(path, &once, &size, error);
    FILE *file = fd >= 0 ? fdopen(fd, "rb") : NULL;
    if (fd >= 0 && !file) {
        error_set(error, STATUS_IO, "%s: cannot open: %s", input_name(path), strerror(errno));
        close(fd);
    }
    return file;
}

static enum status read_all(int fd, const char *path, size_t size, struct buffer *out, struct error *error)
{
    size_t chunk = size ? size + 1 : 1 << 16; /* one more, so that the first read shows the end */
    for (;;) {
        if (chunk > SIZE_MAX - 1 - out->size ||
            !mem_grow(&out->data, &out->capacity, out->size + chunk + 1, 1))
            return error_set(error, STATUS_NO_MEMORY, "%s: too large to read into memory", input_name(path));
        ssize_t n = read(fd, out->data + out->size, chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0)
            return error_set(error, STATUS_IO, "%s: cannot read: %s", input_name(path), strerror(errno));
        if (n == 0) break;
        out->size += (size_t)n;
        chunk = 1 << 16;
    }
    out->data[out->size] = '\0';
    return STATUS_OK;
}

enum status file_read(const char *path, struct buffer *out, struct error *error)
{
    bool once;
    size_t size;
    int fd = open_descriptor(path, &once, &size, error);
    if (fd < 0) return STATUS_IO;
    enum status status = read_all(fd, path, size, out, error);
    close(fd);
    if (status) buffer_free(out);
    return status;
}

enum status file_map_open(const char *path, struct file_map *map, struct error *error)
{
    bool once;
    size_t size;
    *map = (struct file_map){0};
    int fd = open_descriptor(path, &once, &size, error);
    if (fd < 0) return STATUS_IO;
    enum status status = STATUS_OK;
    if (once || !size) { /* files of /proc have size 0 */
        struct buffer bytes = {0};
        status = read_all(fd, path, size, &bytes, error);
        if (status || !bytes.size)
            buffer_free(&bytes);
        else
            *map = (struct file_map){(const uint8_t *)bytes.data, bytes.size, true};
    } else {
        void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED)
            status = error_set(error, STATUS_IO, "%s: cannot map: %s", path, strerror(errno));
        else
            *map = (struct file_map){p, size, false};
    }
    close(fd);
    return status;
}

void file_map_close(struct file_map *map)
{
    if (map->in_memory)
        mem_free((void *)(uintptr_t)map->data);
    else if (map->data)
        munmap((void *)(uintptr_t)map->data, map->size);
    *map = (struct file_map){0};
}

/* ---- for callers that seek ---------------------------------------------------------------------- */

static enum status copy_into_file(int from, int to, const char *path, struct error *error)
{
    enum { PART = 1 << 16 };
    char *part = mem_alloc(PART);
    if (!part)
        return error_set(error, STATUS_NO_MEMORY, "%s: not enough memory to read it", input_name(path));
    enum status status = STATUS_OK;
    for (ssize_t n; !status && (n = read(from, part, PART)) != 0;) {
        if (n < 0 && errno != EINTR)
            status = error_set(error, STATUS_IO, "%s: cannot read: %s", input_name(path), strerror(errno));
        else if (n > 0 && !io_write_all(to, part, (size_t)n))
            status = error_set(error, STATUS_IO, "%s: cannot copy it to a temporary file: %s",
                               input_name(path), strerror(errno));
    }
    mem_free(part);
    return status;
}

enum status file_spool(const char *path, char **temporary, struct error *error)
{
    bool once;
    size_t size;
    const char *tmpdir = getenv("TMPDIR");
    *temporary = NULL;
    int from = open_descriptor(path, &once, &size, error);
    if (from < 0) return STATUS_IO;
    if (!once) {
        close(from);
        return STATUS_OK;
    }
    char *name = path_join(tmpdir && *tmpdir == '/' ? tmpdir : "/tmp", "lacuna-XXXXXX");
    int to = name ? io_open_new(name) : -1;
    enum status status = to >= 0 ? copy_into_file(from, to, path, error)
                                 : error_set(error, STATUS_IO, "%s: cannot copy it to a temporary file: %s",
                                             input_name(path), strerror(errno));
    if (to >= 0) close(to);
    if (status && to >= 0) unlink(name);
    if (status)
        mem_free(name);
    else
        *temporary = name;
    close(from);
    return status;
}
