/* io: the system calls that saving and journaling rest on. In a build with -DLACUNA_FAULTS each of them can
 * be made to fail, so that tests see what is left on the disk after every one. */
#ifndef LACUNA_IO_H
#define LACUNA_IO_H

#include "lacuna/base.h"

#include <sys/types.h>

/* As the calls of these names; io_open_new is mkostemp. Interrupted ones begin again. */
int io_open(const char *path, int flags, mode_t mode);
int io_open_new(char *pattern);
ssize_t io_write(int fd, const void *bytes, size_t size);
int io_sync(int fd);      /* fsync; file systems that have none are forgiven */
int io_sync_data(int fd); /* fdatasync, likewise */
int io_close(int fd);
int io_rename(const char *from, const char *to);
int io_truncate(int fd, off_t size);

/* Writes all of it. False: errno says why. */
bool io_write_all(int fd, const void *bytes, size_t size);

/* The (calls + 1)-th of these calls from now fails, and with `for_good` all that follow too, as on a disk
 * that is full: writes with ENOSPC after half of their bytes, others with EIO. Negative: none fails. Does
 * nothing without -DLACUNA_FAULTS. io_calls counts them all. */
void io_fail_after(long calls, bool for_good);
long io_calls(void);

#endif
