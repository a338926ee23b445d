/* base: what C lacks. Errors as values, checked allocation, growing buffers, a counter-based random
 * number generator, a small thread pool, whole-file reading, atomic file writing, UTF-8 steps, and a
 * thin layer over jansson. Depends on libc, pthreads and jansson only; every other library may use it.
 *
 * Conventions of the whole project
 *   - A function that can fail returns `enum status` (STATUS_OK is 0) or a pointer that is NULL on
 *     failure, and fills a `struct error` when the caller passed one (NULL is allowed everywhere).
 *   - Nothing below cli/ and ui/ prints or exits.
 *   - Ranges are half open: [start, end). Sizes and offsets into text are bytes unless a name says else.
 *   - A pointer may not be NULL unless a comment says so; NONNULL names those where NULL is a likely mistake.
 *   - Whoever calls X_new()/X_open() calls X_free(); freeing NULL is allowed.
 */
#ifndef LACUNA_BASE_H
#define LACUNA_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PRINTF_LIKE(index, first) __attribute__((format(printf, index, first)))
#define MUST_USE                  __attribute__((warn_unused_result))
#define ARRAY_SIZE(a)             (sizeof(a) / sizeof((a)[0]))
/* Pointers, counted from 1, that may not be NULL. Sanitizer builds stop where one is. */
#define NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))

/* What always holds at this place. Where it does not, the program is wrong: sanitizer builds and those with
 * failing calls stop there; others do not look. What can be known when compiling is a static_assert. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(LACUNA_FAULTS)
#define INVARIANT(condition) assert(condition)
#else
#define INVARIANT(condition) ((void)sizeof((condition) ? 1 : 0))
#endif

/* Functions whose loops gcc vectorises get one clone per instruction set, chosen by the CPU when the
 * program starts. Sanitizer builds run resolvers before their runtime is up, so they get the plain one. */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&                \
    !defined(__clang__) && !defined(LACUNA_NO_CLONES)
#define SIMD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SIMD_CLONES
#endif

/* ---- errors ---------------------------------------------------------------------------------- */

enum status {
    STATUS_OK = 0,
    STATUS_NO_MEMORY,   /* an allocation failed */
    STATUS_IO,          /* the operating system refused: open, read, write, fsync, rename … */
    STATUS_FORMAT,      /* a file or a record is not what it claims to be */
    STATUS_ARGUMENT,    /* the caller asked for something that makes no sense */
    STATUS_LIMIT,       /* valid, but larger than this build or this model can take */
    STATUS_UNSUPPORTED, /* valid, but not offered here (no such back end, sampler, CPU feature) */
    STATUS_CANCELLED    /* the caller asked to stop, and it stopped */
};

/* What went wrong, in words for the user: names the file, line, tensor or option at fault. */
struct error {
    enum status code;
    char message[512]; /* always terminated; cut at a code point boundary when too long */
};

/* Fills *error (when not NULL) and returns `code`, so that `return error_set(…)` reads well. */
enum status error_set(struct error *error, enum status code, const char *format, ...) PRINTF_LIKE(3, 4)
    NONNULL(3);
/* Puts "prefix: " before the message already in *error; keeps and returns its code. */
enum status error_prefix(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) NONNULL(2);
/* A lower-case word for a code: "io", "format", … (JSON error records use it). */
const char *status_name(enum status code);

/* ---- memory ---------------------------------------------------------------------------------- */

/* Like malloc and friends. NULL when there is none, or when a size computation would overflow. In a
 * build with -DLACUNA_FAULTS, mem_fail_after(n) makes the (n+1)-th allocation from now fail, once. */
void *mem_alloc(size_t size) MUST_USE;
void *mem_zalloc(size_t size) MUST_USE;
void *mem_alloc_array(size_t count, size_t size) MUST_USE;  /* uninitialised */
void *mem_zalloc_array(size_t count, size_t size) MUST_USE; /* zeroed */
void *mem_realloc_array(void *old, size_t count, size_t size) MUST_USE;
char *mem_strdup(const char *string) MUST_USE NONNULL(1);
char *mem_strndup(const char *string, size_t size) MUST_USE;
void mem_free(void *pointer);
void mem_fail_after(long allocations); /* does nothing without -DLACUNA_FAULTS; negative: never fail */

/* Large scratch memory for kernels: 64-byte aligned, zeroed, on huge pages where the system has them.
 * Free with mem_big_free and the same size. */
void *mem_big_alloc(size_t size) MUST_USE;
void mem_big_free(void *pointer, size_t size);

/* Makes room for `need` elements of `size` bytes in *array, whose capacity is *capacity, by doubling.
 * On failure everything is as it was and false comes back. */
bool mem_grow(void *array /* T ** */, size_t *capacity, size_t need, size_t size) MUST_USE NONNULL(1, 2);

/* A growing byte string. Zero-initialise; `data` is NUL-terminated whenever it is not NULL. */
struct buffer {
    char *data;
    size_t size;     /* bytes in use, without the terminating NUL */
    size_t capacity; /* bytes allocated */
};
bool buffer_append(struct buffer *buffer, const void *bytes, size_t size) MUST_USE NONNULL(1);
bool buffer_append_string(struct buffer *buffer, const char *string) MUST_USE NONNULL(1, 2);
bool buffer_append_char(struct buffer *buffer, char c) MUST_USE NONNULL(1);
bool buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE NONNULL(1, 2);
void buffer_free(struct buffer *buffer); /* back to zero */

/* A borrowed run of bytes: not terminated, not owned. */
struct slice {
    const char *data;
    size_t size;
};

/* ---- random numbers --------------------------------------------------------------------------- */

/* Philox 4x64 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
 * a pure function of key and counter, so a draw never depends on what was drawn before it. */
void rng_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);

/* A sequential stream on top of it, for shuffling and initialisation. (seed, stream) names the
 * stream; `position` is all of its state and may be saved and restored. */
struct rng {
    uint64_t seed, stream;
    uint64_t position; /* numbers drawn so far */
};
uint64_t rng_next(struct rng *rng) NONNULL(1);                  /* uniform on all 64-bit values */
uint64_t rng_below(struct rng *rng, uint64_t bound) NONNULL(1); /* uniform on [0, bound), exact; bound > 0 */
double rng_uniform(struct rng *rng) NONNULL(1);                 /* uniform on (0, 1): 53 bits, never 0 or 1 */
double rng_normal(struct rng *rng) NONNULL(1);                  /* standard normal */
double rng_to_unit(uint64_t bits);                              /* the map behind rng_uniform */
uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed); /* FNV-1a with a final mix; stable */

/* ---- threads ---------------------------------------------------------------------------------- */

/* A fixed set of threads that run the parts of one job and sleep in between (no spinning beyond a few
 * microseconds). The calling thread does part of the work, so a pool of 1 has no extra threads. New
 * threads inherit the niceness of the creator. One job at a time; not reentrant. */
struct pool;
struct pool *pool_new(int threads, struct error *error); /* 1 ≤ threads ≤ 256 */
void pool_free(struct pool *pool);
int pool_threads(const struct pool *pool);
/* Calls task(context, part, worker) once for every part in [0, parts), worker in [0, threads); parts
 * are handed out in order. Returns when all are done. */
typedef void pool_task(void *context, int part, int worker);
void pool_run(struct pool *pool, int parts, pool_task *task, void *context);
int cpu_count(void); /* CPUs this process may use, ≥ 1 */
/* Asks the kernel to run the calling thread, and threads it makes later, in slices of so many microseconds
 * (100 to 100,000). One with short slices is let in at once when it wakes, even while others with longer ones
 * compute. Linux 6.12 and later; elsewhere, or when refused, nothing changes. */
void thread_slice(unsigned microseconds);

/* ---- files ------------------------------------------------------------------------------------ */

/* Inputs. "-" is standard input; that, and whatever leads to an open descriptor (/dev/stdin, /dev/fd/3), is
 * read on from where it is. Pipes and devices are read to their end; they can be read only once. */

/* Reads all of it. On success the caller owns out->data (buffer_free). */
enum status file_read(const char *path, struct buffer *out, struct error *error) MUST_USE NONNULL(1, 2);
/* To be read piece by piece; fclose. */
FILE *file_open_input(const char *path, struct error *error) MUST_USE NONNULL(1);

/* All of it, mapped read-only when it is a file, else in memory. Empty ones have data == NULL. */
struct file_map {
    const uint8_t *data;
    size_t size;
    bool in_memory;
};
enum status file_map_open(const char *path, struct file_map *map, struct error *error) MUST_USE NONNULL(1, 2);
void file_map_close(struct file_map *map);
/* For whoever must go back and forth in a file: what can be read only once is copied into a temporary file,
 * whose name the caller unlinks and frees; *temporary is NULL for a file that is one already. */
enum status file_spool(const char *path, char **temporary, struct error *error) MUST_USE NONNULL(1, 2);

/* Outputs that a user names. "-" (standard output), what leads to an open descriptor (/dev/stdout) and
 * whatever is there and no regular file (a terminal, /dev/null, a named pipe) are streams: written to as they
 * are, nothing is replaced. */
bool file_is_stream(const char *path) NONNULL(1);
/* A stream as it is, or a file: emptied, or (append) behind what it holds. fclose leaves standard output
 * open. */
FILE *file_open_output(const char *path, bool append, struct error *error) MUST_USE NONNULL(1);
/* A stream gets the bytes; a file is replaced as by file_write_atomic. */
enum status file_write(const char *path, const void *bytes, size_t size, struct error *error) MUST_USE
    NONNULL(1);

/* Replaces `path` by the given bytes so that a reader, or the next boot, sees the old file or the new
 * one and nothing else: temporary beside it, write, fsync, rename, fsync of the folder. Mode, owner, group
 * and (where permitted) access control list and extended attributes are kept and symbolic links are followed;
 * a new file gets 0666 & ~umask. A file with several hard links, with an owner or a group that this user
 * cannot give to a new one, in a folder where no file may be made, or where the rename is refused (a sticky
 * folder, a mount point), is written in place after a durable copy of its old content (beside it, else in
 * $TMPDIR); a failure puts the old content back, or names the copy. */
enum status file_write_atomic(const char *path, const void *bytes, size_t size, struct error *error) MUST_USE
    NONNULL(1);
/* The same for content produced piecewise: `produce` calls `put` as often as it likes. */
typedef enum status file_put(void *sink, const void *bytes, size_t size, struct error *error);
typedef enum status file_produce(void *context, file_put *put, void *sink, struct error *error);
enum status file_write_atomic_from(const char *path, file_produce *produce, void *context,
                                   struct error *error) MUST_USE NONNULL(1);
enum status file_write_from(const char *path, file_produce *produce, void *context,
                            struct error *error) MUST_USE NONNULL(1); /* as file_write */
/* The same as file_write_atomic_from; *kept receives whether all extended attributes of the old file, lists
 * of access among them, could be. */
struct file_replacement {
    file_produce *produce;
    /* Called when the new content is whole and on the disk, right before the old one goes, by being written over
     * (in_place) or by its name; a failure leaves the file as it is. NULL: there is nothing to do. */
    enum status (*before)(void *context, bool in_place, struct error *error);
    void *context;
};
enum status file_replace(const char *path, const struct file_replacement *how, bool *kept,
                         struct error *error) MUST_USE NONNULL(1, 3);
/* A new file without a name, for reading and writing, on the disk of `path` where that may be, else in the
 * folder for temporary files. -1: it cannot be made; the message does not name the path. */
int file_open_nameless(const char *path, struct error *error);
enum status file_sync_folder_of(const char *path, struct error *error) MUST_USE
    NONNULL(1); /* so that its name lasts */
enum status file_make_folders(const char *path, struct error *error) MUST_USE NONNULL(1); /* like mkdir -p */
bool file_exists(const char *path) NONNULL(1);

/* Joins with one '/'; the caller frees. */
char *path_join(const char *folder, const char *name) MUST_USE NONNULL(1, 2);
/* Where a path leads, also when it is a link to a file that is not there yet. `out` has room for PATH_MAX
 * bytes; what comes back is `out`, or `path` itself when that is longer. */
const char *path_resolve(const char *path, char *out) NONNULL(1, 2);
/* Finds installed data ("keymaps/default.keys", "models/starter"): in $LACUNA_DATA, beside the source
 * tree the program was built in, in PREFIX/share/lacuna. NULL when nowhere; the caller frees. */
char *path_find_data(const char *name) MUST_USE NONNULL(1);
/* Finds a loadable back end ("matmul_openblas.so") the same way. */
char *path_find_plugin(const char *name) MUST_USE NONNULL(1);
/* $XDG_{CONFIG,DATA,STATE}_HOME/lacuna/name with the standard defaults; the caller frees. */
char *path_xdg(const char *kind /* "CONFIG", "DATA" or "STATE" */, const char *name) MUST_USE NONNULL(1, 2);
/* The same for what is written there: root with the HOME of another user (sudo -E) leaves nothing in it,
 * which that user could not write to any more, but in its own. */
char *path_own(const char *kind, const char *name) MUST_USE NONNULL(1, 2);
/* The folder of that kind which root has for itself when the environment names another user's; NULL when it
 * names one's own. The caller frees. */
char *path_root_folder(const char *kind) MUST_USE NONNULL(1);

/* ---- time ------------------------------------------------------------------------------------- */
double clock_seconds(void); /* monotonic */

/* ---- UTF-8 ------------------------------------------------------------------------------------ */

/* Decodes the code point at bytes[0, size). Returns its length 1..4 and stores it, or returns 0 for an
 * invalid or incomplete sequence (overlong forms, surrogates and > U+10FFFF are invalid) or size 0. */
int utf8_decode(const char *bytes, size_t size, uint32_t *code_point);
int utf8_put(uint32_t code_point, char out[4]); /* length; 0 if not a scalar value */
bool utf8_valid(const char *bytes, size_t size);
size_t utf8_count(const char *bytes, size_t size); /* code points; each invalid byte counts one */

/* ---- text that leaves for a terminal (visible.c) ----------------------------------------------- */

/* Everything that a terminal is shown and the program did not write itself (names and bytes of files, of
 * models, of traces) goes through here. What a terminal would obey is written out: U+0000–001F, 007F     as
 * ^X            ^[ is ESC, ^J a line feed, ^? DEL U+0080–009F           as \u0080 …      the controls of ISO
 * 6429 in eight bits U+202A–202E, 2066–2069 as \u202A …     marks that embed, override and isolate directions
 *   bytes that are not UTF-8 as \xFF
 * All else is as it was. Results on standard output that programs read are not for terminals: they stay
 * exact. */
bool visible_is_obeyed(uint32_t code_point);
enum { VISIBLE_SIZE = 8 }; /* of the longest form, with its NUL */
/* The form of the character at bytes[0, size), size > 0; how many bytes it has, and in *length how many were
 * taken. */
int visible_form(const char *bytes, size_t size, char out[VISIBLE_SIZE], int *length);
bool visible_append(struct buffer *out, const char *bytes, size_t size) MUST_USE NONNULL(1);

/* ---- JSON ------------------------------------------------------------------------------------- */

/* jansson does the work; these give its errors our shape and fetch fields with checks. */
struct json_t;
struct json_t *json_parse(const char *bytes, size_t size, struct error *error) MUST_USE;
struct json_t *json_parse_file(const char *path, struct error *error) MUST_USE NONNULL(1);
/* Fetches object[key]; the object may be NULL, which has no keys. A missing key leaves *out alone (so it
 * holds the default) and succeeds; a value of another type, or out of [low, high], fails and names the key.
 */
enum status json_get_int(const struct json_t *object, const char *key, int64_t low, int64_t high,
                         int64_t *out, struct error *error) MUST_USE NONNULL(2, 5);
enum status json_get_double(const struct json_t *object, const char *key, double *out,
                            struct error *error) MUST_USE NONNULL(2, 3);
enum status json_get_bool(const struct json_t *object, const char *key, bool *out,
                          struct error *error) MUST_USE NONNULL(2, 3);
/* *out borrows from the object. */
enum status json_get_string(const struct json_t *object, const char *key, const char **out,
                            struct error *error) MUST_USE NONNULL(2, 3);

#endif
