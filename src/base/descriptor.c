/* Paths that mean an open descriptor. */
#define _GNU_SOURCE
#include "descriptor.h"
#include "lacuna/base.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The number after a prefix; -1: a different path. */
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

int descriptor_of(const char *path)
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
        if (link[0] != '/') return -1; /* only a whole name leads to a descriptor */
        strcpy(here, link);
    }
    return -1;
}
