/* io: the system calls that saving and journaling use. In a build with -DLACUNA_FAULTS each of them can be
 * made to fail, so that tests can check what is on the disk after every failure. */
#ifndef LACUNA_IO_H
#define LACUNA_IO_H

#include "lacuna/base.h"

#include <sys/types.h>

/* Like the calls of these names; io_open_new is mkostemp. Interrupted calls are repeated. */
int io_open(const char *path, int flags, mode_t mode);
int io_open_new(char *pattern);
ssize_t io_write(int fd, const void *bytes, size_t size);
int io_sync(int fd);      /* fsync; file systems without it are accepted */
int io_sync_data(int fd); /* fdatasync, likewise */
int io_close(int fd);
int io_rename(const char *from, const char *to);
int io_truncate(int fd, off_t size);

/* Writes everything. False: errno says why. */
bool io_write_all(int fd, const void *bytes, size_t size);

/* Makes the (calls + 1)-th of these calls from now fail and, with `for_good`, all later ones too, as on a
 * full disk: writes fail with ENOSPC after half of their bytes, others with EIO. Negative: none fails. Does
 * nothing without -DLACUNA_FAULTS. io_calls counts all calls. */
void io_fail_after(long calls, bool for_good);
long io_calls(void);

#endif
