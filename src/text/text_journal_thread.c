/* The journal's thread: takes records from a queue a few times a second, writes and syncs them. If a record
 * cannot be written it stays in the queue; before the next try the file is truncated to the last complete
 * batch. */
#define _DEFAULT_SOURCE /* flock */
#define _POSIX_C_SOURCE 200809L
#include "lacuna/base.h"
#include "lacuna/io.h"
#include "text_journal.h"
#include "text_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    FIRST_NAP = 20,         /* ms before the first records are written */
    NAP = 200,              /* ms that records are collected before they are written */
    RETRY = 2000,           /* ms until a failed batch is tried again */
    WRITE_AT_ONCE = 1 << 18 /* bytes collected into one write */
};

struct entry { /* in the queue; `size` bytes follow, then the parts */
    enum journal_kind kind;
    size_t size, part_count;
    uint64_t id; /* JOURNAL_BASE: of the new file, whose path comes before the bytes */
    size_t path_size;
};

struct journal_writer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    bool idle; /* it waits without a time limit, since the queue is empty */
    struct buffer queue;
    size_t last_entry;      /* its offset in the queue */
    uint64_t added, synced; /* entries */
    uint64_t attempts;
    bool stop, hurry, busy;
    char trouble[200];
    /* used only by the thread */
    struct buffer batch, out;
    uint64_t batch_end; /* `added` when the batch was taken */
    char *path;
    int fd;
    uint64_t id, number; /* number: of parts written */
    off_t size;
    bool new_folder; /* the file's folder was created for it */
};

/* ---- writing ------------------------------------------------------------------------------------------- */

static void close_file(struct journal_writer *w, bool remove)
{
    if (w->fd >= 0) close(w->fd);
    if (remove && w->path) unlink(w->path);
    mem_free(w->path);
    w->path = NULL;
    w->fd = -1;
}

static bool flush_out(struct journal_writer *w)
{
    bool good = io_write_all(w->fd, w->out.data ? w->out.data : "", w->out.size);
    if (good) w->size += (off_t)w->out.size;
    w->out.size = 0;
    return good;
}

static bool fail_for_memory(void)
{
    errno = ENOMEM;
    return false;
}

/* Its folders are private to the user: a journal contains what was written. */
static bool make_file(struct journal_writer *w, const char *path, uint64_t id)
{
    close_file(w, false);
    w->path = mem_strdup(path);
    if (!w->path) return fail_for_memory();
    char *slash = strrchr(w->path, '/');
    *slash = '\0';
    struct error error;
    w->new_folder = !file_exists(w->path);
    enum status made = file_make_folders(w->path, &error);
    (void)chmod(w->path, 0700);
    *slash = '/';
    if (made) return false;
    w->fd = io_open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (w->fd < 0) return false;
    (void)flock(w->fd, LOCK_EX | LOCK_NB); /* locked while this process lives: nobody may recover it then */
    w->id = id;
    w->number = 0;
    w->size = 0;
    return (buffer_append(&w->out, JOURNAL_MAGIC, 8) && pack_fixed(&w->out, id, 8)) || fail_for_memory();
}

/* So that the file is found after a power cut. Its bytes are synced first, since they alone matter if only
 * the process ends. */
static bool sync_name(struct journal_writer *w)
{
    struct error error;
    if (file_sync_folder_of(w->path, &error)) return false;
    if (!w->new_folder) return true;
    char *slash = strrchr(w->path, '/');
    *slash = '\0';
    enum status synced = file_sync_folder_of(w->path, &error);
    *slash = '/';
    return synced == STATUS_OK;
}

uint64_t journal_part_hash(const char *bytes, size_t size, int kind, bool more, uint64_t number, uint64_t id)
{
    uint64_t seed =
        id ^ (number * 0x9e3779b97f4a7c15u) ^ ((uint64_t)size << 16) ^ ((uint64_t)kind << 8) ^ more;
    return pack_hash(bytes, size, seed);
}

static bool write_part(struct journal_writer *w, const char *bytes, size_t size, enum journal_kind kind,
                       bool more)
{
    struct buffer *out = &w->out;
    if (!pack_fixed(out, size, 4) || !pack_fixed(out, (uint64_t)kind, 1) || !pack_fixed(out, more, 1) ||
        !pack_fixed(out, 0, 2) ||
        !pack_fixed(out, journal_part_hash(bytes, size, kind, more, w->number++, w->id), 8) ||
        !buffer_append(out, bytes, size))
        return fail_for_memory();
    return out->size < WRITE_AT_ONCE || flush_out(w);
}

/* Bytes that a large file lost read as NUL everywhere. */
static void read_at(int fd, char *out, size_t size, size_t offset)
{
    while (size > 0) {
        ssize_t got = pread(fd, out, size, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            memset(out, 0, size);
            return;
        }
        out += got;
        offset += (size_t)got;
        size -= (size_t)got;
    }
}

/* The bytes of an entry one after the other: its own, then those of its parts. */
struct walk {
    struct journal_part now; /* the unread rest of the current part */
    const struct journal_part *next;
    size_t left; /* parts after it */
};

static void walk_read(struct walk *walk, char *out, size_t size)
{
    while (size > 0) {
        struct journal_part *now = &walk->now;
        if (now->size == 0) {
            *now = *walk->next++;
            walk->left--;
            continue;
        }
        size_t take = size < now->size ? size : now->size;
        if (now->data) {
            memcpy(out, now->data, take);
            now->data += take;
        } else {
            read_at(now->fd, out, take, now->offset);
        }
        now->offset += take;
        now->size -= take;
        out += take;
        size -= take;
    }
}

/* One record, in pieces of at most JOURNAL_PART_MAX bytes. */
static bool write_entry(struct journal_writer *w, const struct entry *entry, const char *bytes,
                        const struct journal_part *parts)
{
    size_t left = entry->size;
    for (size_t i = 0; i < entry->part_count; i++) left += parts[i].size;
    if (left == entry->size && left <= JOURNAL_PART_MAX)
        return write_part(w, bytes, left, entry->kind, false);
    struct walk walk = {
        .now = {.data = bytes, .size = entry->size}, .next = parts, .left = entry->part_count};
    char *piece = mem_alloc(left < JOURNAL_PART_MAX ? left : JOURNAL_PART_MAX);
    if (!piece) return fail_for_memory();
    bool good = true;
    while (good && left > 0) {
        size_t size = left < JOURNAL_PART_MAX ? left : JOURNAL_PART_MAX;
        walk_read(&walk, piece, size);
        left -= size;
        good = write_part(w, piece, size, entry->kind, left > 0);
    }
    mem_free(piece);
    return good;
}

/* The whole batch, or nothing. */
static bool write_batch(struct journal_writer *w)
{
    off_t size = w->size;
    uint64_t number = w->number;
    bool good = true, began = false;
    w->out.size = 0;
    for (size_t at = 0; good && at < w->batch.size;) {
        struct entry entry;
        memcpy(&entry, w->batch.data + at, sizeof entry);
        at += sizeof entry;
        if (entry.kind == JOURNAL_BASE) {
            good = (w->fd < 0 || !w->out.size || flush_out(w)) && make_file(w, w->batch.data + at, entry.id);
            began = true;
        }
        at += entry.path_size;
        const char *bytes = w->batch.data + at;
        at += entry.size;
        struct journal_part *parts =
            entry.part_count ? mem_alloc_array(entry.part_count, sizeof *parts) : NULL;
        if (entry.part_count && !parts) good = fail_for_memory();
        if (parts) memcpy(parts, w->batch.data + at, entry.part_count * sizeof *parts);
        at += entry.part_count * sizeof *parts;
        if (good && w->fd < 0) {
            errno = EBADF;
            good = false;
        }
        good = good && write_entry(w, &entry, bytes, parts);
        mem_free(parts);
    }
    good = good && flush_out(w) && !io_sync_data(w->fd) && (!began || sync_name(w));
    if (good) return true;
    int why = errno;
    if (began) {
        close_file(w, true);
    } else if (w->fd >= 0) {
        if (ftruncate(w->fd, size) == 0) lseek(w->fd, size, SEEK_SET);
        w->size = size;
        w->number = number;
    }
    errno = why;
    return false;
}

/* ---- the thread ---------------------------------------------------------------------------------------- */

static void nap(struct journal_writer *w, long ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!w->stop && !w->hurry && pthread_cond_timedwait(&w->wake, &w->lock, &until) == 0) continue;
}

static void *write_journals(void *context)
{
    struct journal_writer *w = context;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        w->idle = true;
        while (!w->queue.size && !w->batch.size && !w->stop && !w->hurry)
            pthread_cond_wait(&w->wake, &w->lock);
        w->idle = false;
        if (!w->queue.size && !w->batch.size) {
            w->hurry = false;
            pthread_cond_broadcast(&w->done);
            if (w->stop) break;
            continue;
        }
        nap(w, w->trouble[0] ? RETRY : w->fd < 0 ? FIRST_NAP : NAP);
        if (w->queue.size && !w->batch.size) {
            struct buffer empty = w->batch;
            w->batch = w->queue;
            w->queue = empty;
            w->batch_end = w->added;
        }
        if (!w->batch.size) continue; /* the queue was emptied meanwhile */
        w->busy = true;
        pthread_mutex_unlock(&w->lock);
        bool good = write_batch(w);
        int why = errno;
        pthread_mutex_lock(&w->lock);
        w->busy = false;
        w->attempts++;
        if (good) {
            w->batch.size = 0;
            w->synced = w->batch_end;
            w->trouble[0] = '\0';
        } else {
            snprintf(w->trouble, sizeof w->trouble, "%s", strerror(why));
            w->hurry = false;
        }
        if (w->hurry && !w->queue.size) w->hurry = false;
        pthread_cond_broadcast(&w->done);
        if (w->stop && (!good || !w->queue.size)) break;
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct journal_writer *journal_writer_new(void)
{
    struct journal_writer *w = mem_zalloc(sizeof *w);
    if (!w) return NULL;
    w->fd = -1;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, &monotonic);
    pthread_cond_init(&w->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    /* The main thread handles signals. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&w->thread, NULL, write_journals, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started) return w;
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->wake);
    pthread_cond_destroy(&w->done);
    mem_free(w);
    return NULL;
}

void journal_writer_free(struct journal_writer *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    close_file(w, false);
    buffer_free(&w->queue);
    buffer_free(&w->batch);
    buffer_free(&w->out);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->wake);
    pthread_cond_destroy(&w->done);
    mem_free(w);
}

bool journal_writer_add(struct journal_writer *w, enum journal_kind kind, const char *path, const char *bytes,
                        size_t size, const struct journal_part *parts, size_t count)
{
    static uint64_t last; /* only one thread adds */
    struct entry entry = {
        .kind = kind, .size = size, .part_count = count, .path_size = path ? strlen(path) + 1 : 0};
    if (path) {
        /* The path ends in the number that distinguishes this journal from others; the time makes it
         * unique. */
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        entry.id = pack_hash(path, strlen(path),
                             (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec + ++last);
    }
    pthread_mutex_lock(&w->lock);
    size_t before = w->queue.size;
    bool good = buffer_append(&w->queue, &entry, sizeof entry) &&
                (!path || buffer_append(&w->queue, path, entry.path_size)) &&
                buffer_append(&w->queue, bytes, size) &&
                (!count || buffer_append(&w->queue, parts, count * sizeof *parts));
    if (good) {
        w->added++;
        w->last_entry = before;
    } else {
        w->queue.size = before;
    }
    /* A napping thread will look at the queue soon; waking it at each keystroke would slow the keystroke. */
    bool wake = good && w->idle;
    pthread_mutex_unlock(&w->lock);
    if (wake) pthread_cond_signal(&w->wake);
    return good;
}

bool journal_writer_retract(struct journal_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool queued = w->queue.size > w->last_entry;
    if (queued) {
        w->queue.size = w->last_entry;
        w->added--;
    }
    pthread_mutex_unlock(&w->lock);
    return queued;
}

bool journal_writer_flush(struct journal_writer *w)
{
    pthread_mutex_lock(&w->lock);
    /* the attempt in progress started before this call */
    uint64_t wanted = w->added, tries = w->attempts + 1 + w->busy;
    while (w->synced < wanted && w->attempts < tries) {
        w->hurry = true;
        pthread_cond_signal(&w->wake);
        pthread_cond_wait(&w->done, &w->lock);
        if (!w->trouble[0] && w->attempts >= tries && w->synced < wanted)
            tries++; /* that was an earlier batch */
    }
    bool good = w->synced >= wanted;
    pthread_mutex_unlock(&w->lock);
    return good;
}

bool journal_writer_behind(struct journal_writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool behind = w->synced < w->added;
    pthread_mutex_unlock(&w->lock);
    return behind;
}

void journal_writer_empty(struct journal_writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->busy) pthread_cond_wait(&w->done, &w->lock);
    w->queue.size = w->batch.size = 0;
    w->synced = w->added;
    w->trouble[0] = '\0';
    close_file(w, true);
    pthread_mutex_unlock(&w->lock);
}

bool journal_writer_trouble(struct journal_writer *w, char *out, size_t size)
{
    pthread_mutex_lock(&w->lock);
    bool any = w->trouble[0] != '\0';
    if (any) snprintf(out, size, "%s", w->trouble);
    pthread_mutex_unlock(&w->lock);
    return any;
}
