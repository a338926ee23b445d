/* System calls that can be made to fail. */
#define _GNU_SOURCE /* mkostemp */
#include "lacuna/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef LACUNA_FAULTS
#include <stdatomic.h>
static atomic_long countdown = -1, calls;
static atomic_bool all_that_follow;

void io_fail_after(long count, bool for_good)
{
    atomic_store(&all_that_follow, for_good);
    atomic_store(&countdown, count);
}

long io_calls(void)
{
    return atomic_load(&calls);
}

static bool injected_failure(void)
{
    atomic_fetch_add(&calls, 1);
    long left = atomic_load(&countdown);
    if (left < 0) return false;
    if (left > 0) return atomic_fetch_sub(&countdown, 1) == 0;
    if (!atomic_load(&all_that_follow)) atomic_store(&countdown, -1);
    return true;
}
#else
void io_fail_after(long count, bool for_good)
{
    (void)count;
    (void)for_good;
}

long io_calls(void)
{
    return 0;
}

static bool injected_failure(void)
{
    return false;
}
#endif

static int fail_with(int why)
{
    errno = why;
    return -1;
}

int io_open(const char *path, int flags, mode_t mode)
{
    if (injected_failure()) return fail_with(EIO);
    int fd;
    do fd = open(path, flags, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

int io_open_new(char *pattern)
{
    return injected_failure() ? fail_with(EIO) : mkostemp(pattern, O_CLOEXEC);
}

ssize_t io_write(int fd, const void *bytes, size_t size)
{
    if (injected_failure()) {
        if (size > 1 && write(fd, bytes, size / 2) < 0) return -1;
        return fail_with(ENOSPC);
    }
    ssize_t wrote;
    do wrote = write(fd, bytes, size > (1u << 30) ? 1u << 30 : size);
    while (wrote < 0 && errno == EINTR);
    return wrote;
}

static int forgive_unsupported(int result)
{
    return result && (errno == EINVAL || errno == EROFS || errno == ENOTSUP) ? 0 : result;
}

int io_sync(int fd)
{
    return injected_failure() ? fail_with(EIO) : forgive_unsupported(fsync(fd));
}

int io_sync_data(int fd)
{
    return injected_failure() ? fail_with(EIO) : forgive_unsupported(fdatasync(fd));
}

int io_close(int fd)
{
    bool failed = injected_failure();
    int result = close(fd); /* even then: the descriptor is gone either way */
    return failed ? fail_with(EIO) : result;
}

int io_rename(const char *from, const char *to)
{
    return injected_failure() ? fail_with(EIO) : rename(from, to);
}

int io_truncate(int fd, off_t size)
{
    return injected_failure() ? fail_with(EIO) : ftruncate(fd, size);
}

bool io_write_all(int fd, const void *bytes, size_t size)
{
    const char *p = bytes;
    while (size > 0) {
        ssize_t wrote = io_write(fd, p, size);
        if (wrote < 0) return false;
        p += wrote;
        size -= (size_t)wrote;
    }
    return true;
}
