/* Finding a model folder by name. */
#include "model_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat info;
    return path && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *model_path(const char *name, struct error *error)
{
    if (name && !*name) /* probably an unset variable in a script; the default would be another model */
        return error_set(error, STATUS_ARGUMENT, "the name of a model is empty"), NULL;
    if (!name) name = getenv("LACUNA_MODEL");
    bool named = name && *name;
    if (!named) name = MODEL_DEFAULT;
    if (named && is_folder(name)) return mem_strdup(name);
    if (strchr(name, '/')) {
        error_set(error, STATUS_IO, "%s: no such model folder", name);
        return NULL;
    }
    char *relative = path_join("models", name);
    char *found = relative ? path_xdg("DATA", relative) : NULL;
    if (!is_folder(found)) { /* where root keeps what it fetched with another user's HOME */
        mem_free(found);
        found = relative ? path_own("DATA", relative) : NULL;
    }
    if (!is_folder(found)) {
        mem_free(found);
        found = relative ? path_find_data(relative) : NULL;
    }
    mem_free(relative);
    if (is_folder(found)) {
        /* the path beside the program has the form …/build/release/../../ */
        char *real = realpath(found, NULL);
        char *copy = real ? mem_strdup(real) : NULL;
        free(real);
        if (!copy) return found;
        mem_free(found);
        return copy;
    }
    mem_free(found);
    error_set(error, STATUS_IO,
              "no model \"%s\": not a folder, nor in $XDG_DATA_HOME/lacuna/models, nor bundled", name);
    return NULL;
}
