/* The only way to open an output that a user names: a stream is written to directly, a file is replaced. */
#define _GNU_SOURCE
#include "descriptor.h"
#include "lacuna/base.h"
#include "lacuna/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_is_stream(const char *path)
{
    struct stat info;
    if (strcmp(path, "-") == 0 || descriptor_of(path) >= 0) return true;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static const char *output_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard output" : path;
}

static int open_output(const char *path, int flags, struct error *error)
{
    int open_already = strcmp(path, "-") == 0 ? STDOUT_FILENO : descriptor_of(path);
    if (open_already >= 0) fflush(stdout); /* earlier output must come first */
    int fd = open_already >= 0 ? fcntl(open_already, F_DUPFD_CLOEXEC, 0)
                               : io_open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | flags, 0666);
    if (fd < 0) error_set(error, STATUS_IO, "%s: cannot open: %s", output_name(path), strerror(errno));
    return fd;
}

FILE *file_open_output(const char *path, bool append, struct error *error)
{
    int fd = open_output(path, append ? O_APPEND : O_TRUNC, error);
    FILE *file = fd >= 0 ? fdopen(fd, append ? "ab" : "wb") : NULL;
    if (fd >= 0 && !file) {
        error_set(error, STATUS_IO, "%s: cannot open: %s", output_name(path), strerror(errno));
        close(fd);
    }
    return file;
}

static enum status put_into_descriptor(void *sink, const void *bytes, size_t size, struct error *error)
{
    if (io_write_all(*(int *)sink, bytes, size)) return STATUS_OK;
    return error_set(error, STATUS_IO, "%s", strerror(errno));
}

enum status file_write_from(const char *path, file_produce *produce, void *context, struct error *error)
{
    if (!file_is_stream(path)) return file_write_atomic_from(path, produce, context, error);
    int fd = open_output(path, 0, error);
    if (fd < 0) return STATUS_IO;
    enum status status = produce(context, put_into_descriptor, &fd, error);
    if (close(fd) && !status) status = error_set(error, STATUS_IO, "%s", strerror(errno));
    if (status) error_prefix(error, "%s", output_name(path));
    return status;
}

static enum status produce_bytes(void *context, file_put *to, void *sink, struct error *error)
{
    const struct slice *bytes = context;
    return bytes->size ? to(sink, bytes->data, bytes->size, error) : STATUS_OK;
}

enum status file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct slice content = {bytes, size};
    return file_write_from(path, produce_bytes, &content, error);
}

enum status file_copy(const char *from_folder, const char *from_name, const char *to_folder,
                      const char *to_name, struct error *error)
{
    char *from = path_join(from_folder, from_name), *to = path_join(to_folder, to_name);
    struct buffer bytes = {0};
    enum status status =
        from && to ? file_read(from, &bytes, error) : error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (!status) status = file_write_atomic(to, bytes.data ? bytes.data : "", bytes.size, error);
    buffer_free(&bytes);
    mem_free(from);
    mem_free(to);
    return status;
}
