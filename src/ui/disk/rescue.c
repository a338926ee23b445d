#include "rescue.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "leave.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FILES = 1000, LOOKED_AT = 100, GAP = 4 }; /* NAME, NAME.1, NAME.2 … */

static bool numbered(struct buffer *out, const char *name, int number)
{
    out->size = 0;
    return number ? buffer_printf(out, "%s.%d", name, number) : buffer_printf(out, "%s", name);
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* Uses the first of these names that does not exist; *name becomes it. */
static bool write_new(const struct buffer *bytes, struct buffer *name, const char *base)
{
    int fd = -1;
    for (int i = 0; i < MOST_FILES && fd < 0; i++) {
        if (!numbered(name, base, i)) return false;
        fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST) return false;
    }
    if (fd < 0) return false;
    bool done = write_all(fd, bytes->data ? bytes->data : "", bytes->size);
    /* Some file systems have no fsync; that alone loses nothing. */
    if (done && fsync(fd) && errno != EINVAL && errno != ENOTSUP) done = false;
    if (close(fd)) done = false;
    if (!done) unlink(name->data);
    return done;
}

/* Beside the file; if that is impossible, in the user's state folder. */
static bool rescue(const struct doc *doc, size_t index, struct buffer *name)
{
    char unnamed[64];
    struct buffer bytes = {0}, beside = {0};
    const char *own = text_path(doc->text);
    bool done = text_append_to(doc->text, 0, text_size(doc->text), &bytes);
    bool have = done;
    done =
        have && own && buffer_printf(&beside, "%s.lacuna-save", own) && write_new(&bytes, name, beside.data);
    if (have && !done) {
        struct error error;
        snprintf(unnamed, sizeof unnamed, "unsaved-%lld-%zu.txt", (long long)time(NULL), index);
        char *folder = path_own("STATE", ""), *path = path_own("STATE", unnamed);
        done = folder && path && !file_make_folders(folder, &error) && write_new(&bytes, name, path);
        mem_free(folder);
        mem_free(path);
    }
    buffer_free(&bytes);
    buffer_free(&beside);
    return done;
}

void ui_rescue(struct documents *documents, struct ending *ending, int signal)
{
    ending->quitting = ending->keep_journals = true;
    ending->status = 128 + signal;
    struct buffer *said = &ending->farewell;
    for (size_t i = 0; i < documents->count; i++) {
        if (!text_dirty(documents->list[i]->text)) continue;
        if (text_journal_flush(documents->list[i]->text)) {
            if (!buffer_printf(
                    said, "lacuna: ended by signal %d; unsaved changes of %s are offered at the next start\n",
                    signal, doc_name(documents->list[i])))
                said->size = 0;
            continue;
        }
        struct buffer name = {0};
        bool done = rescue(documents->list[i], i + 1, &name);
        if (!buffer_printf(said,
                           done ? "lacuna: ended by signal %d; unsaved changes of %s are in %s\n"
                                : "lacuna: ended by signal %d; unsaved changes of %s are lost%s\n",
                           signal, doc_name(documents->list[i]), done ? name.data : ""))
            said->size = 0;
        buffer_free(&name);
    }
}

/* ---- when the file is opened again --------------------------------------------------------------------- */

static bool holds_other_words(const struct text *text, const char *path)
{
    struct buffer bytes = {0};
    struct error error;
    bool other = !file_read(path, &bytes, &error) && bytes.size != text_size(text);
    for (size_t at = 0; !other && at < bytes.size;) {
        size_t start;
        struct slice run = text_run(text, at, &start);
        size_t skip = at - start, size = run.size > skip ? run.size - skip : 0;
        if (size > bytes.size - at) size = bytes.size - at;
        other = !size || memcmp(run.data + skip, bytes.data + at, size) != 0;
        at += size;
    }
    buffer_free(&bytes);
    return other;
}

/* Reports the newest of them, once for each document. */
void rescue_look(struct ui *ui)
{
    struct doc *doc = ui->doc;
    const char *own = text_path(doc->text);
    struct buffer base = {0}, name = {0};
    time_t newest = 0;
    int found = -1, missing = 0;
    if (doc->rescue_looked || !own) return;
    doc->rescue_looked = true;
    if (!buffer_printf(&base, "%s.lacuna-save", own)) return;
    for (int i = 0; i < LOOKED_AT; i++) {
        struct stat info;
        if (!numbered(&name, base.data, i) || lstat(name.data, &info) || !S_ISREG(info.st_mode)) {
            if (++missing == GAP) break; /* they are numbered from the first on, but some may be gone */
            continue;
        }
        missing = 0;
        if (found >= 0 && info.st_mtime < newest) continue;
        if (!holds_other_words(doc->text, name.data)) continue;
        found = i;
        newest = info.st_mtime;
    }
    if (found >= 0) {
        char key[UI_SEQUENCE_NAME];
        ui_keymap_key_or_name(ui->keymap, "open", UI_EDIT, key);
        ui_say(ui->message,
               found ? "%.200s.lacuna-save.%d has unsaved words: open it with %s"
                     : "%.200s.lacuna-save%.0d has unsaved words: open it with %s",
               doc_name(doc), found, key);
    }
    buffer_free(&base);
    buffer_free(&name);
}
