#define _DEFAULT_SOURCE /* d_type is not needed, but DT_DIR saves a stat where there is one */
#include "path_prompt.h"
#include "answers.h"
#include "lacuna/base.h"
#include "prompt.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"

#include <dirent.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_expand(const char *typed)
{
    if (typed[0] != '~') return mem_strdup(typed);
    size_t name = strcspn(typed, "/");
    const char *folder = name == 1 ? getenv("HOME") : NULL;
    char user[64];
    if (!folder && name < sizeof user) {
        snprintf(user, sizeof user, "%.*s", (int)name - 1, typed + 1);
        const struct passwd *entry = name == 1 ? getpwuid(getuid()) : getpwnam(user);
        folder = entry ? entry->pw_dir : NULL;
    }
    if (!folder) return mem_strdup(typed); /* a file with that name */
    struct buffer path = {0};
    if (!buffer_printf(&path, "%s%s", folder, typed + name)) {
        buffer_free(&path);
        return NULL;
    }
    return path.data;
}

bool path_write_new(struct message *message, const char *typed, struct slice bytes)
{
    struct error error = {0};
    char *path = path_expand(typed);
    enum status status = !path ? error_set(&error, STATUS_NO_MEMORY, "out of memory")
                         : file_exists(path)
                             ? error_set(&error, STATUS_IO, "%s already exists; choose another name", typed)
                             : file_write_atomic(path, bytes.data ? bytes.data : "", bytes.size, &error);
    mem_free(path);
    if (status) ui_complain(message, "%s", error.message);
    return !status;
}

static bool is_folder(const char *folder, const struct dirent *entry)
{
    struct stat info;
#ifdef DT_DIR
    if (entry->d_type == DT_DIR) return true;
    if (entry->d_type == DT_REG) return false;
#endif
    char *path = path_join(folder, entry->d_name);
    bool is = path && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    mem_free(path);
    return is;
}

/* A name with a line feed cannot be shown as a line, nor can one that is not UTF-8 be in the typed line. */
static bool presentable(const char *name)
{
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f) return false;
    return utf8_valid(name, strlen(name));
}

static int in_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_names(const char *folder, const char *begun, size_t size, struct buffer *out)
{
    char **names = NULL;
    size_t count = 0, capacity = 0;
    DIR *all = opendir(*folder ? folder : ".");
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        const char *name = entry->d_name;
        if (strncmp(name, begun, size) != 0 || !strcmp(name, ".") || !strcmp(name, "..")) continue;
        if ((name[0] == '.' && !size) || !presentable(name)) continue;
        struct buffer line = {0};
        if (!mem_grow(&names, &capacity, count + 1, sizeof *names) ||
            !buffer_printf(&line, "%s%s", name, is_folder(*folder ? folder : ".", entry) ? "/" : "")) {
            buffer_free(&line);
            break;
        }
        names[count++] = line.data;
    }
    closedir(all);
    if (count > 1) qsort(names, count, sizeof *names, in_order);
    for (size_t i = 0; i < count; i++) {
        if (!buffer_append_string(out, names[i]) || !buffer_append_char(out, '\n')) out->size = 0;
        mem_free(names[i]);
    }
    mem_free(names);
}

void path_complete(struct ui *ui, const char *line, size_t cursor, size_t *start, struct buffer *out)
{
    (void)ui;
    size_t slash = cursor;
    while (slash > 0 && line[slash - 1] != '/') slash--;
    char *typed = mem_strndup(line, slash), *folder = typed ? path_expand(typed) : NULL;
    if (folder) add_names(folder, line + slash, cursor - slash, out);
    *start = slash;
    mem_free(typed);
    mem_free(folder);
}

void path_prompt(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label)
{
    prompt_line(ui, initial, done, "%s", label);
    ui->prompt->complete = path_complete;
    ui->prompt->history = &ui->answers->history[HISTORY_PATH];
}
