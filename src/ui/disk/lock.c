#define _DEFAULT_SOURCE /* flock */
#include "lock.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOLD = 256 };

/* The folder, and the prefix of the names of all that have this file open. */
static char *lock_folder(const char *path, char prefix[24])
{
    char *resolved = realpath(path, NULL);
    const char *whole = resolved ? resolved : path;
    snprintf(prefix, 24, "%016llx.", (unsigned long long)hash_bytes(whole, strlen(whole), 0));
    free(resolved);
    return path_own("STATE", "open");
}

/* Whether somebody holds it; then its content. */
static bool held(const char *name, char out[TOLD])
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool is = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (is) {
        ssize_t size = read(fd, out, TOLD - 1);
        out[size > 0 ? size : 0] = '\0';
    } else {
        unlink(name);
    }
    close(fd);
    return is;
}

static bool find_other(const char *folder, const char *prefix, char out[TOLD])
{
    DIR *all = opendir(folder);
    bool found = false;
    if (!all) return false;
    for (struct dirent *entry; !found && (entry = readdir(all)) != NULL;) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        char *name = path_join(folder, entry->d_name);
        found = name && held(name, out);
        mem_free(name);
    }
    closedir(all);
    return found;
}

static void take_lock(struct doc *doc, size_t number, const char *folder, const char *prefix)
{
    struct buffer name = {0};
    struct error error;
    char host[128] = "";
    (void)gethostname(host, sizeof host - 1);
    if (file_make_folders(folder, &error) ||
        !buffer_printf(&name, "%s/%s%ld-%zu", folder, prefix, (long)getpid(), number)) {
        buffer_free(&name);
        return;
    }
    (void)chmod(folder, 0700);
    doc->lock = open(name.data, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (doc->lock < 0 || flock(doc->lock, LOCK_EX | LOCK_NB) != 0 ||
        dprintf(doc->lock, "process %ld on %s", (long)getpid(), host) < 0) {
        if (doc->lock >= 0) close(doc->lock);
        doc->lock = -1;
        unlink(name.data);
        buffer_free(&name);
        return;
    }
    doc->lock_name = name.data;
}

void lock_release(struct doc *doc)
{
    if (doc->lock_name) unlink(doc->lock_name);
    if (doc->lock_name && doc->lock >= 0) close(doc->lock);
    mem_free(doc->lock_name);
    mem_free(doc->lock_path);
    doc->lock_name = doc->lock_path = NULL;
    doc->lock = -1;
}

void lock_look(struct ui *ui)
{
    struct doc *doc = ui->doc;
    const char *path = text_path(doc->text);
    char prefix[24], who[TOLD];
    if (!path || (doc->lock_path && strcmp(doc->lock_path, path) == 0)) return;
    lock_release(doc);
    doc->lock_path = mem_strdup(path);
    char *folder = lock_folder(path, prefix);
    if (folder && find_other(folder, prefix, who))
        ui_complain(ui->message, "%.100s is open in another lacuna: %.150s", doc_name(doc), who);
    if (folder) take_lock(doc, ++ui->documents->locks, folder, prefix);
    mem_free(folder);
}
