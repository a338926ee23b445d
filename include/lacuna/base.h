/* base: what every room needs and C lacks. Errors as values, checked allocation, growing buffers, a
 * counter-based random number generator, a small thread pool, whole-file reading, atomic file writing, UTF-8
 * steps, and a thin layer over jansson. Depends on libc, pthreads and jansson only; every other room may use
 * it.
 *
 * Conventions of the whole project
 *   - A function that can fail returns `enum status` (STATUS_OK is 0) or a pointer that is NULL on
 *     failure, and fills a `struct error` when the caller passed one (NULL is allowed everywhere).
 *   - Nothing below cli/ and ui/ prints or exits.
 *   - Ranges are half open: [start, end). Sizes and offsets into text are bytes unless a name says else.
 *   - A pointer must not be NULL unless a comment allows it; NONNULL marks those where NULL is a likely
 *     mistake.
 *   - The caller of X_new() or X_open() calls X_free(); freeing NULL is allowed. */
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
/* The pointer arguments that must not be NULL, counted from 1. Sanitizer builds stop at a NULL. */
#define NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))

/* A condition that always holds here. If it does not, the program has a bug: sanitizer builds and builds with
 * LACUNA_FAULTS stop; other builds do not check. Conditions known at compile time are static_asserts. */
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
    STATUS_ARGUMENT,    /* the caller asked for something meaningless */
    STATUS_LIMIT,       /* valid, but too large for this build or this model */
    STATUS_UNSUPPORTED, /* valid, but not available here (no such back end, sampler, CPU feature) */
    STATUS_CANCELLED    /* the caller asked to stop, and it stopped */
};

/* What went wrong, in words for the user; names the file, line, tensor or option at fault. */
struct error {
    enum status code;
    char message[512]; /* always terminated; cut at a code point boundary if too long */
};

/* Fills *error (when not NULL) and returns `code`, so that `return error_set(…)` reads well. */
enum status error_set(struct error *error, enum status code, const char *format, ...) PRINTF_LIKE(3, 4)
    NONNULL(3);
/* Puts "prefix: " before the message already in *error; keeps and returns its code. */
enum status error_prefix(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) NONNULL(2);
/* A lower-case word for a code: "io", "format", … (JSON error records use it). */
const char *status_name(enum status code);

/* ---- memory ---------------------------------------------------------------------------------- */

/* Like malloc and friends. NULL if memory runs out or a size computation would overflow. In a build with
 * -DLACUNA_FAULTS, mem_fail_after(n) makes the (n+1)-th allocation from now fail, once. */
void *mem_alloc(size_t size) MUST_USE;
void *mem_zalloc(size_t size) MUST_USE;
void *mem_alloc_array(size_t count, size_t size) MUST_USE;  /* uninitialised */
void *mem_zalloc_array(size_t count, size_t size) MUST_USE; /* zeroed */
void *mem_realloc_array(void *old, size_t count, size_t size) MUST_USE;
char *mem_strdup(const char *string) MUST_USE NONNULL(1);
char *mem_strndup(const char *string, size_t size) MUST_USE;
void mem_free(void *pointer);
void mem_fail_after(long allocations); /* does nothing without -DLACUNA_FAULTS; negative: never fail */

/* Large scratch memory for kernels: 64-byte aligned, zeroed, on huge pages if the system has them. Free with
 * mem_big_free and the same size. */
void *mem_big_alloc(size_t size) MUST_USE;
void mem_big_free(void *pointer, size_t size);

/* Makes room for `need` elements of `size` bytes in *array, whose capacity is *capacity, by doubling. On
 * failure nothing changes and it returns false. */
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

/* A borrowed range of bytes: not terminated, not owned. */
struct slice {
    const char *data;
    size_t size;
};

/* ---- random numbers --------------------------------------------------------------------------- */

/* Philox 4x64 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
 * a pure function of key and counter, so a draw never depends on what was drawn before it. */
void rng_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);

/* A sequential stream based on it, for shuffling and initialisation. (seed, stream) names the stream;
 * `position` is its whole state and can be saved and restored. */
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
void hash_sha256(const void *bytes, size_t size, char out[65]);     /* in hexadecimal digits */

/* ---- threads ---------------------------------------------------------------------------------- */

/* A fixed set of threads that run the parts of one job and sleep in between (they spin for at most a few
 * microseconds). The calling thread does part of the work, so a pool of 1 has no extra threads. New threads
 * inherit the niceness of the creator. One job at a time; not reentrant. */
struct pool;
struct pool *pool_new(int threads, struct error *error); /* 1 ≤ threads ≤ 256 */
void pool_free(struct pool *pool);
int pool_threads(const struct pool *pool);
/* Calls task(context, part, worker) once for every part in [0, parts), worker in [0, threads); parts
 * are handed out in order. Returns when all are done. */
typedef void pool_task(void *context, int part, int worker);
void pool_run(struct pool *pool, int parts, pool_task *task, void *context);
/* From the next job on, at most this many of its threads work (at least 1; at most pool_threads). The parts and their
 * results are the same. With fewer than pool_threads, threads also yield their CPU after each part: the limit is set while
 * somebody types. Any thread may call it, also during a job. */
void pool_limit(struct pool *pool, int threads);
int cpu_count(void); /* CPUs this process may use, ≥ 1 */
/* Asks the kernel to run the calling thread, and threads that it creates later, in time slices of this many
 * microseconds (100 to 100,000). A thread with short slices runs as soon as it wakes, even while threads with
 * longer slices compute. Needs Linux 6.12; on older kernels, or if refused, nothing changes. */
void thread_slice(unsigned microseconds);

/* ---- files ------------------------------------------------------------------------------------ */

/* Inputs. "-" is standard input. Standard input and any path to an open descriptor (/dev/stdin, /dev/fd/3)
 * are read from their current position. Pipes and devices are read to their end; they can be read only
 * once. */

/* Reads the whole input. On success the caller owns out->data (buffer_free). */
enum status file_read(const char *path, struct buffer *out, struct error *error) MUST_USE NONNULL(1, 2);
/* For reading piece by piece. The caller calls fclose. */
FILE *file_open_input(const char *path, struct error *error) MUST_USE NONNULL(1);

/* The whole input: mapped read-only if it is a file, else in memory. An empty input has data == NULL. */
struct file_map {
    const uint8_t *data;
    size_t size;
    bool in_memory;
};
enum status file_map_open(const char *path, struct file_map *map, struct error *error) MUST_USE NONNULL(1, 2);
void file_map_close(struct file_map *map);
/* For callers that seek in a file. An input that can be read only once is copied into a temporary file, which
 * the caller unlinks and whose name the caller frees; *temporary is NULL for a regular file. */
enum status file_spool(const char *path, char **temporary, struct error *error) MUST_USE NONNULL(1, 2);

/* Outputs that a user names. Streams are "-" (standard output), any path to an open descriptor (/dev/stdout),
 * and anything that exists and is not a regular file (a terminal, /dev/null, a named pipe). A stream is
 * written to directly; nothing is replaced. */
bool file_is_stream(const char *path) NONNULL(1);
/* Opens a stream, or a file, which is truncated or (append) written to at its end. fclose does not close
 * standard output. */
FILE *file_open_output(const char *path, bool append, struct error *error) MUST_USE NONNULL(1);
/* Writes the bytes to a stream, or replaces a file as file_write_atomic does. */
enum status file_write(const char *path, const void *bytes, size_t size, struct error *error) MUST_USE
    NONNULL(1);

/* Replaces TO_FOLDER/TO_NAME by FROM_FOLDER/FROM_NAME, as file_write_atomic does. */
enum status file_copy(const char *from_folder, const char *from_name, const char *to_folder,
                      const char *to_name, struct error *error) MUST_USE NONNULL(1, 2, 3, 4);
/* Replaces `path` by the given bytes. A reader, or the next boot, sees either the old file or the new one: a
 * temporary file beside it is written, synced and renamed, and the folder is synced. Mode, owner, group and
 * (if permitted) access control list and extended attributes are kept, and symbolic links are followed; a new
 * file gets 0666 & ~umask. A file is written in place instead if it has several hard links, if it has an
 * owner or group that this user cannot set, if its folder allows no new file, or if the rename is refused (a
 * sticky folder, a mount point). A durable copy of its old content is made first (beside it, else in
 * $TMPDIR); after a failure the old content is restored, or the error names the copy. */
enum status file_write_atomic(const char *path, const void *bytes, size_t size, struct error *error) MUST_USE
    NONNULL(1);
/* The same for content produced in pieces: `produce` calls `put` any number of times. */
typedef enum status file_put(void *sink, const void *bytes, size_t size, struct error *error);
typedef enum status file_produce(void *context, file_put *put, void *sink, struct error *error);
enum status file_write_atomic_from(const char *path, file_produce *produce, void *context,
                                   struct error *error) MUST_USE NONNULL(1);
enum status file_write_from(const char *path, file_produce *produce, void *context,
                            struct error *error) MUST_USE NONNULL(1); /* as file_write */
/* The same as file_write_atomic_from; *kept tells whether all extended attributes of the old file, access
 * control lists included, were kept. */
struct file_replacement {
    file_produce *produce;
    /* Called when the new content is whole and on the disk, right before the old one goes, by being written over
     * (in_place) or by its name; a failure leaves the file as it is. NULL: there is nothing to do. */
    enum status (*before)(void *context, bool in_place, struct error *error);
    void *context;
};
enum status file_replace(const char *path, const struct file_replacement *how, bool *kept,
                         struct error *error) MUST_USE NONNULL(1, 3);
/* The STATUS_IO of a file that another program has changed or removed since it was looked at, so that it is not
 * written. */
enum status file_was_changed(const char *path, struct error *error) NONNULL(1);
/* A new file without a name, for reading and writing, on the file system of `path` if possible, else in the
 * folder for temporary files. -1: it cannot be made; the message does not name the path. */
int file_open_nameless(const char *path, struct error *error);
enum status file_sync_folder_of(const char *path, struct error *error) MUST_USE
    NONNULL(1); /* makes a new name durable */
enum status file_make_folders(const char *path, struct error *error) MUST_USE NONNULL(1); /* like mkdir -p */
bool file_exists(const char *path) NONNULL(1);

/* Joins with one '/'; the caller frees. */
char *path_join(const char *folder, const char *name) MUST_USE NONNULL(1, 2);
/* The target of a path, even of a link to a file that does not exist yet. `out` has room for PATH_MAX bytes;
 * returns `out`, or `path` itself if the target is longer. */
const char *path_resolve(const char *path, char *out) NONNULL(1, 2);
/* Finds installed data ("keymaps/default.keys", "models/starter"): in $LACUNA_DATA, beside the source tree
 * that the program was built in, in PREFIX/share/lacuna. NULL if not found; the caller frees. */
char *path_find_data(const char *name) MUST_USE NONNULL(1);
/* Finds a loadable back end ("matmul_openblas.so") the same way. */
char *path_find_plugin(const char *name) MUST_USE NONNULL(1);
/* $XDG_{CONFIG,DATA,STATE}_HOME/lacuna/name with the standard defaults; the caller frees. */
char *path_xdg(const char *kind /* "CONFIG", "DATA" or "STATE" */, const char *name) MUST_USE NONNULL(1, 2);
/* The same, for files that are written. When root runs with another user's HOME (sudo -E), this is in root's
 * own home, so that the other user's home gets no files which that user cannot change. */
char *path_own(const char *kind, const char *name) MUST_USE NONNULL(1, 2);
/* Root's own folder of that kind when the environment names another user's home, else NULL. The caller
 * frees. */
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
/* Copies text, with a NUL behind it, into out[0, room), room > 0: as many whole code points as fit. Invalid bytes become
 * question marks, so the copy is valid. */
void utf8_copy(char *out, size_t room, const char *bytes, size_t size) NONNULL(1);

/* ---- text shown on a terminal (visible.c) ----------------------------------------------- */

/* Text that is shown on a terminal and that the program did not write itself (file names and contents,
 * models, traces) goes through here. Characters that a terminal would obey are spelled out:
 *   U+0000–001F, 007F        as ^X (^[ is ESC, ^J a line feed, ^? DEL)
 *   U+0080–009F              as \u0080 … (the 8-bit controls of ISO 6429)
 *   U+202A–202E, 2066–2069   as \u202A … (embedding, override and isolate marks)
 *   bytes that are not UTF-8 as \xFF
 * Everything else stays as it is. Results on standard output that programs read stay exact: they do not go
 * through here. */
bool visible_is_obeyed(uint32_t code_point);
enum { VISIBLE_SIZE = 8 }; /* of the longest form, with its NUL */
/* The form of the character at bytes[0, size), size > 0. Returns the size of the form; *length is the number
 * of bytes read. */
int visible_form(const char *bytes, size_t size, char out[VISIBLE_SIZE], int *length);
bool visible_append(struct buffer *out, const char *bytes, size_t size) MUST_USE NONNULL(1);

/* ---- JSON ------------------------------------------------------------------------------------- */

/* jansson parses; these functions convert its errors and fetch fields with checks. */
struct json_t;
struct json_t *json_parse(const char *bytes, size_t size, struct error *error) MUST_USE;
struct json_t *json_parse_file(const char *path, struct error *error) MUST_USE NONNULL(1);
/* A string of JSON; bytes that are not UTF-8 become U+FFFD each, so that counts of code points agree with utf8_count.
 * NULL: out of memory. `bytes` may be NULL if size is 0. */
struct json_t *json_text(const char *bytes, size_t size) MUST_USE;
/* Fetches object[key]; the object may be NULL, which has no keys. A missing key leaves *out unchanged (so it
 * keeps the default) and succeeds; a value of another type, or outside [low, high], fails and names the
 * key. */
enum status json_get_int(const struct json_t *object, const char *key, int64_t low, int64_t high,
                         int64_t *out, struct error *error) MUST_USE NONNULL(2, 5);
enum status json_get_double(const struct json_t *object, const char *key, double *out,
                            struct error *error) MUST_USE NONNULL(2, 3);
enum status json_get_bool(const struct json_t *object, const char *key, bool *out,
                          struct error *error) MUST_USE NONNULL(2, 3);
/* *out borrows from the object. A string with a NUL inside is an error. */
enum status json_get_string(const struct json_t *object, const char *key, const char **out,
                            struct error *error) MUST_USE NONNULL(2, 3);

#endif
