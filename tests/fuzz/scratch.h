/* A folder of a fuzz target's own, which is removed when it ends well. */
#ifndef LACUNA_FUZZ_SCRATCH_H
#define LACUNA_FUZZ_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char scratch_folder[64];

static int scratch_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static void scratch_remove(void)
{
    nftw(scratch_folder, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The same folder at every call. */
static const char *scratch(void)
{
    static const char pattern[] = "/tmp/lacuna-fuzz-XXXXXX";
    if (scratch_folder[0]) return scratch_folder;
    snprintf(scratch_folder, sizeof scratch_folder, "%s", pattern);
    if (!mkdtemp(scratch_folder) || atexit(scratch_remove)) abort();
    return scratch_folder;
}

#endif
