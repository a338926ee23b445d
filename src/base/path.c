/* Finds installed data, loadable back ends and the XDG folders. */
#define _GNU_SOURCE /* readlink, realpath under -std=c11 */
#include "lacuna/base.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef LACUNA_PREFIX
#define LACUNA_PREFIX "/usr/local"
#endif

bool file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

char *path_join(const char *folder, const char *name)
{
    struct buffer path = {0};
    size_t length = strlen(folder);
    bool slash = length > 0 && folder[length - 1] != '/';
    if (!buffer_printf(&path, "%s%s%s", folder, slash ? "/" : "", name)) {
        buffer_free(&path);
        return NULL;
    }
    return path.data;
}

const char *path_resolve(const char *path, char *out)
{
    enum { LINKS = 16 };
    char link[PATH_MAX], here[PATH_MAX];
    if (realpath(path, out)) return out;
    if (strlen(path) >= sizeof here) return path;
    strcpy(here, path);
    for (int i = 0; i < LINKS; i++) {
        ssize_t size = readlink(here, link, sizeof link - 1);
        if (size <= 0) break;
        link[size] = '\0';
        const char *slash = link[0] == '/' ? NULL : strrchr(here, '/');
        size_t folder = slash ? (size_t)(slash - here + 1) : 0;
        if (folder + (size_t)size >= sizeof here) break;
        memcpy(here + folder, link, (size_t)size + 1);
    }
    strcpy(out, here);
    return out;
}

/* The folder of the running program, with symbolic links resolved; NULL if unknown. */
static char *program_folder(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0) return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash) return NULL;
    *slash = '\0';
    return mem_strdup(path);
}

static char *join_if_there(const char *folder, const char *middle, const char *name)
{
    char *base = folder ? path_join(folder, middle) : NULL;
    char *path = base ? path_join(base, name) : NULL;
    mem_free(base);
    if (path && file_exists(path)) return path;
    mem_free(path);
    return NULL;
}

char *path_find_data(const char *name)
{
    char *folder = program_folder();
    char *path = join_if_there(getenv("LACUNA_DATA"), "", name);
    if (!path) path = join_if_there(folder, "../..", name); /* build/VARIANT/lacuna in the source tree */
    if (!path) path = join_if_there(folder, "../share/lacuna", name);
    if (!path) path = join_if_there(LACUNA_PREFIX, "share/lacuna", name);
    mem_free(folder);
    return path;
}

char *path_find_plugin(const char *name)
{
    char *folder = program_folder();
    char *path = join_if_there(getenv("LACUNA_PLUGINS"), "", name);
    if (!path) path = join_if_there(folder, "plugins", name);
    if (!path) path = join_if_there(folder, "../plugins", name); /* build/VARIANT/tests/… */
    if (!path) path = join_if_there(folder, "../lib/lacuna", name);
    if (!path) path = join_if_there(LACUNA_PREFIX, "lib/lacuna", name);
    mem_free(folder);
    return path;
}

static const struct xdg {
    const char *kind, *variable, *fallback;
} xdg_kinds[] = {
    {"CONFIG", "XDG_CONFIG_HOME", ".config"},
    {"DATA", "XDG_DATA_HOME", ".local/share"},
    {"STATE", "XDG_STATE_HOME", ".local/state"},
};

static const struct xdg *xdg_find(const char *kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(xdg_kinds); i++)
        if (strcmp(kind, xdg_kinds[i].kind) == 0) return &xdg_kinds[i];
    return NULL;
}

/* According to the environment. */
static char *xdg_folder(const struct xdg *xdg)
{
    const char *base = getenv(xdg->variable), *home = getenv("HOME");
    if (base && base[0] == '/') return mem_strdup(base); /* the specification says to ignore relative paths */
    return path_join(home && *home ? home : "/", xdg->fallback);
}

/* Whether the nearest existing folder on the path belongs to somebody other than root. */
static bool is_anothers(const char *folder)
{
    struct stat info;
    char *copy = geteuid() == 0 ? mem_strdup(folder) : NULL;
    bool found = false;
    while (copy && !(found = stat(copy, &info) == 0)) {
        char *slash = strrchr(copy, '/');
        if (!slash || slash == copy) break;
        *slash = '\0';
    }
    mem_free(copy);
    return found && info.st_uid != 0;
}

static char *join_own(char *folder, const char *program, const char *name)
{
    char *own = folder ? path_join(folder, program) : NULL, *path = own ? path_join(own, name) : NULL;
    mem_free(folder);
    mem_free(own);
    return path;
}

char *path_xdg(const char *kind, const char *name)
{
    const struct xdg *xdg = xdg_find(kind);
    return xdg ? join_own(xdg_folder(xdg), "lacuna", name) : NULL;
}

/* Root's own folder if the environment names another user's; else NULL. */
static char *root_folder(const struct xdg *xdg)
{
    char *folder = xdg_folder(xdg);
    bool anothers = folder && is_anothers(folder);
    mem_free(folder);
    if (!anothers) return NULL;
    const struct passwd *root = getpwuid(0);
    return path_join(root && root->pw_dir && root->pw_dir[0] == '/' ? root->pw_dir : "/root", xdg->fallback);
}

char *path_own(const char *kind, const char *name)
{
    const struct xdg *xdg = xdg_find(kind);
    char *root = xdg ? root_folder(xdg) : NULL;
    return root ? join_own(root, "lacuna", name) : path_xdg(kind, name);
}

char *path_root_folder(const char *kind)
{
    const struct xdg *xdg = xdg_find(kind);
    return xdg ? root_folder(xdg) : NULL;
}
