/* Internal to base/: paths that mean an open descriptor. */
#ifndef LACUNA_BASE_DESCRIPTOR_H
#define LACUNA_BASE_DESCRIPTOR_H

/* The open descriptor that a path means, also through symbolic links: 1 for /dev/stdout, 5 for /dev/fd/5; -1:
 * any other path. */
int descriptor_of(const char *path);

#endif
