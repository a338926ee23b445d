/* Which files a command reads and writes, so that no output destroys an input or another output. */
#define _GNU_SOURCE
#include "outputs.h"
#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum role { READ, WRITTEN, REPLACED };

struct outputs_file {
    const char *name; /* as the user named it */
    char *owned;      /* the name, if it was made here */
    enum role role;
    dev_t device;
    ino_t inode;
    char *missing; /* the file does not exist: its name in the folder that device and inode identify */
};

/* A file that will be created: its folder, and its name in it. */
static bool identify_missing(const char *path, struct outputs_file *file)
{
    char resolved[PATH_MAX];
    struct stat info;
    const char *target = path_resolve(path, resolved), *slash = strrchr(target, '/');
    char *folder =
        slash ? mem_strndup(target, slash == target ? 1 : (size_t)(slash - target)) : mem_strdup(".");
    bool there = folder && stat(folder, &info) == 0;
    mem_free(folder);
    if (!there) return false; /* opening it will report the reason */
    file->device = info.st_dev;
    file->inode = info.st_ino;
    file->missing = mem_strdup(slash ? slash + 1 : target);
    return file->missing != NULL;
}

/* False: nothing that could be overwritten. */
static bool identify(const char *path, int descriptor, struct outputs_file *file)
{
    struct stat info;
    if (strcmp(path, "-") == 0 ? fstat(descriptor, &info) : stat(path, &info))
        return errno == ENOENT && file->role != READ && identify_missing(path, file);
    file->device = info.st_dev;
    file->inode = info.st_ino;
    return S_ISREG(info.st_mode);
}

static void add_path(struct outputs *outputs, enum role role, const char *path, char *owned)
{
    struct outputs_file file = {.name = path, .owned = owned, .role = role};
    if (!path || !identify(path, role == READ ? STDIN_FILENO : STDOUT_FILENO, &file)) {
        mem_free(owned);
        return;
    }
    if (strcmp(path, "-") == 0) file.name = role == READ ? "standard input" : "standard output";
    if (mem_grow(&outputs->files, &outputs->capacity, outputs->count + 1, sizeof file)) {
        outputs->files[outputs->count++] = file;
        return;
    }
    outputs->no_memory = true;
    mem_free(owned);
    mem_free(file.missing);
}

static void add_in(struct outputs *outputs, enum role role, const char *folder, const char *name)
{
    char *path = folder ? path_join(folder, name) : NULL;
    if (folder && !path) outputs->no_memory = true;
    add_path(outputs, role, path, path);
}

void outputs_read(struct outputs *outputs, const char *path)
{
    add_path(outputs, READ, path, NULL);
}

void outputs_read_in(struct outputs *outputs, const char *folder, const char *name)
{
    add_in(outputs, READ, folder, name);
}

void outputs_write(struct outputs *outputs, const char *path)
{
    add_path(outputs, WRITTEN, path, NULL);
}

void outputs_write_in(struct outputs *outputs, const char *folder, const char *name)
{
    add_in(outputs, WRITTEN, folder, name);
}

void outputs_replace(struct outputs *outputs, const char *path)
{
    add_path(outputs, REPLACED, path, NULL);
}

/* Weights may be in several files. Other files there (a model card, results) are not read. */
void outputs_read_model(struct outputs *outputs, const char *folder)
{
    static const char *const fixed[] = {"config.json", "vocab.json", "merges.txt",
                                        "model.safetensors.index.json"};
    static const char weights[] = ".safetensors";
    for (size_t i = 0; folder && i < ARRAY_SIZE(fixed); i++) outputs_read_in(outputs, folder, fixed[i]);
    DIR *all = folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (all && (entry = readdir(all))) {
        size_t size = strlen(entry->d_name), end = sizeof weights - 1;
        if (size > end && strcmp(entry->d_name + size - end, weights) == 0)
            outputs_read_in(outputs, folder, entry->d_name);
    }
    if (all) closedir(all);
}

/* ---- checking ------------------------------------------------------------------------------------ */

/* Neighbours after sorting are the same file, or will be created in the same folder. */
static int by_file(const void *left, const void *right)
{
    const struct outputs_file *a = left, *b = right;
    if (a->device != b->device) return a->device < b->device ? -1 : 1;
    if (a->inode != b->inode) return a->inode < b->inode ? -1 : 1;
    return !a->missing - !b->missing;
}

static bool clash(const struct outputs_file *a, const struct outputs_file *b)
{
    if (a->role == b->role && a->role != WRITTEN) return false;
    return !a->missing || strcmp(a->missing, b->missing) == 0;
}

static bool say_clash(const struct outputs_file *a, const struct outputs_file *b)
{
    const struct outputs_file *output = a->role == READ ? b : a, *other = output == a ? b : a;
    const char *what = other->role == WRITTEN ? "output" : "input";
    if (strcmp(output->name, other->name) != 0)
        return cli_fail("%s: is the same file as the %s %s; nothing was done", output->name, what,
                        other->name);
    return cli_fail("%s: is %s; nothing was done", output->name,
                    other->role == WRITTEN && output->role == WRITTEN ? "named for two outputs"
                                                                      : "both an input and an output");
}

bool outputs_check(struct outputs *outputs)
{
    struct outputs_file *files = outputs->files;
    bool good = !outputs->no_memory || cli_fail("out of memory");
    if (outputs->count) qsort(files, outputs->count, sizeof *files, by_file);
    for (size_t i = 0; i < outputs->count && good; i++)
        for (size_t j = i + 1; j < outputs->count && by_file(&files[i], &files[j]) == 0 && good; j++)
            if (clash(&files[i], &files[j])) good = say_clash(&files[i], &files[j]);
    for (size_t i = 0; i < outputs->count; i++) {
        mem_free(files[i].owned);
        mem_free(files[i].missing);
    }
    mem_free(files);
    *outputs = (struct outputs){0};
    return good;
}
