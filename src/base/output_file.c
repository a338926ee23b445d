/* The one way to open an output that a user names: a stream is written to as it is, a file is replaced. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The number behind a prefix; -1: the path is another. */
static int number_after(const char *path, const char *prefix)
{
    char *end;
    size_t size = strlen(prefix);
    if (strncmp(path, prefix, size) != 0 || path[size] < '0' || path[size] > '9') return -1;
    long number = strtol(path + size, &end, 10);
    return *end || number > INT_MAX ? -1 : (int)number;
}

static int named_descriptor(const char *path)
{
    static const char *const standard[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    static const char *const prefixes[] = {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"};
    char own[64];
    for (int i = 0; i < 3; i++)
        if (strcmp(path, standard[i]) == 0) return i;
    for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
        int number = number_after(path, prefixes[i]);
        if (number >= 0) return number;
    }
    snprintf(own, sizeof own, "/proc/%ld/fd/", (long)getpid());
    return number_after(path, own);
}

int io_descriptor(const char *path)
{
    enum { LINKS = 16 };
    char here[PATH_MAX], link[PATH_MAX];
    if (strlen(path) >= sizeof here) return -1;
    strcpy(here, path);
    for (int i = 0; i < LINKS; i++) {
        int number = named_descriptor(here);
        ssize_t size = number < 0 ? readlink(here, link, sizeof link - 1) : -1;
        if (size <= 0) return number;
        link[size] = '\0';
        if (link[0] != '/') return -1; /* what leads to a descriptor does so by its whole name */
        strcpy(here, link);
    }
    return -1;
}

bool file_is_stream(const char *path)
{
    struct stat info;
    if (strcmp(path, "-") == 0 || io_descriptor(path) >= 0) return true;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static const char *output_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard output" : path;
}

static int open_output(const char *path, int flags, struct error *error)
{
    int open_already = strcmp(path, "-") == 0 ? STDOUT_FILENO : io_descriptor(path);
    if (open_already >= 0) fflush(stdout); /* what was printed before comes before */
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
