#define _DEFAULT_SOURCE /* flock */
#include "answers.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/settings/settings.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char kinds[HISTORIES + 1] = "frcp"; /* in the order of the enum */

static void drop_first(struct history *history, size_t count)
{
    for (size_t i = 0; i < count; i++) mem_free(history->lines[i]);
    history->count -= count;
    memmove(history->lines, history->lines + count, history->count * sizeof *history->lines);
    if (history->fresh > history->count) history->fresh = history->count;
}

static void add_answer(struct history *history, const char *line, size_t size)
{
    char *copy = mem_strndup(line, size);
    if (!copy) return;
    if (history->count == HISTORY_LINES) drop_first(history, 1);
    history->lines[history->count++] = copy;
}

void answers_add(struct history *history, const char *line)
{
    if (!*line || (history->count && strcmp(history->lines[history->count - 1], line) == 0)) return;
    add_answer(history, line, strlen(line));
    history->fresh++;
}

void answers_free(struct history *history)
{
    drop_first(history, history->count);
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static bool answered_again(const struct history *history, const char *line, size_t size)
{
    for (size_t i = history->count - history->fresh; i < history->count; i++)
        if (strlen(history->lines[i]) == size && memcmp(history->lines[i], line, size) == 0) return true;
    return false;
}

/* The file's answers of one kind, except those that were given again in this session, and then this
 * session's. */
static void merge(struct history *history, char kind, const struct buffer *file)
{
    struct history merged = {0};
    for (const char *p = file->data ? file->data : "", *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        size_t size = (size_t)(end - p);
        if (size > 2 && p[0] == kind && p[1] == ' ' && utf8_valid(p + 2, size - 2) &&
            !answered_again(history, p + 2, size - 2))
            add_answer(&merged, p + 2, size - 2);
    }
    for (size_t i = history->count - history->fresh; i < history->count; i++)
        add_answer(&merged, history->lines[i], strlen(history->lines[i]));
    merged.fresh = history->fresh < merged.count ? history->fresh : merged.count;
    answers_free(history);
    *history = merged;
}

static bool read_answers(struct buffer *out)
{
    char *path = path_own("STATE", "answers");
    bool ok = path && file_exists(path) && !file_read(path, out, NULL) && buffer_append_char(out, '\0');
    mem_free(path);
    return ok;
}

void answers_load(struct answers *answers, const struct settings *settings)
{
    struct buffer file = {0};
    if (answers->loaded || !settings->keep_answers) return;
    answers->loaded = true;
    if (read_answers(&file))
        for (int i = 0; i < HISTORIES; i++) merge(&answers->history[i], kinds[i], &file);
    buffer_free(&file);
}

/* Instances that end at the same time write one after the other. -1: another takes too long. */
static int lock_file(const char *path)
{
    enum { TRIES = 20, PAUSE = 10 * 1000 * 1000 /* ns */ };
    struct buffer name = {0};
    int fd = buffer_printf(&name, "%s.lock", path) ? open(name.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    bool locked = false;
    for (int i = 0; fd >= 0 && !locked && i < TRIES; i++) {
        locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (!locked) nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
    }
    if (fd >= 0 && !locked) close(fd);
    buffer_free(&name);
    return locked ? fd : -1;
}

static void write_answers(struct answers *answers, const char *path)
{
    struct buffer file = {0}, out = {0};
    bool ok = true;
    (void)read_answers(&file); /* another instance may have written since */
    for (int i = 0; i < HISTORIES; i++) {
        merge(&answers->history[i], kinds[i], &file);
        for (size_t j = 0; ok && j < answers->history[i].count; j++)
            ok = buffer_printf(&out, "%c %s\n", kinds[i], answers->history[i].lines[j]);
    }
    mode_t mask = umask(077); /* readable only by the user */
    if (ok && !file_write_atomic(path, out.data ? out.data : "", out.size, NULL)) (void)chmod(path, 0600);
    umask(mask);
    buffer_free(&file);
    buffer_free(&out);
}

void answers_keep(struct answers *answers, const struct settings *settings)
{
    size_t fresh = 0;
    for (int i = 0; i < HISTORIES; i++) fresh += answers->history[i].fresh;
    char *folder = path_own("STATE", ""), *path = path_own("STATE", "answers");
    if (fresh && settings->keep_answers && folder && path && !file_make_folders(folder, NULL)) {
        int lock = lock_file(path);
        if (lock >= 0) {
            write_answers(answers, path);
            close(lock);
        }
    }
    mem_free(folder);
    mem_free(path);
}
