/* The bytes a document was opened with: in memory or, for a large file, on disk. A large file is read with
 * pread into a few pages and not mapped: if another program truncates it, touching a mapping would raise
 * SIGBUS; and touched pages of a mapping count as our memory.
 *
 * Newlines are indexed by block, from the start, and only as far as needed. */
#include "lacuna/base.h"
#include "text_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)16 << 10)
#define PAGE  ((size_t)64 << 10)
enum { PAGES = 32 };
static_assert(PAGE % BLOCK == 0, "a block lies in one page");

struct page {
    char *data; /* NULL: never used */
    size_t number;
    uint64_t used; /* clock of the last use, for eviction */
};

struct original {
    char *data; /* in memory; NULL: in fd */
    int fd;
    size_t size;
    size_t *before; /* before[i]: newlines in [0, i·BLOCK), for i ≤ counted */
    size_t counted; /* blocks */
    struct page pages[PAGES];
    uint64_t clock;
    char *scratch; /* PAGE bytes for counting, so that counting evicts no page; NULL in memory */
};

static struct original *original_new(size_t size)
{
    struct original *original = mem_zalloc(sizeof *original);
    if (!original) return NULL;
    original->fd = -1;
    original->size = size;
    original->before = mem_zalloc_array(size / BLOCK + 2, sizeof *original->before);
    if (!original->before) {
        mem_free(original);
        return NULL;
    }
    return original;
}

struct original *original_from_buffer(char *data, size_t size)
{
    struct original *original = original_new(size);
    if (original) original->data = data;
    return original;
}

struct original *original_from_file(int fd, size_t size)
{
    struct original *original = original_new(size);
    if (!original) return NULL;
    original->scratch = mem_alloc(PAGE);
    /* One page is allocated now: later reads must not fail for lack of memory, however slow a single page
     * makes them. */
    original->pages[0].data = mem_alloc(PAGE);
    original->pages[0].number = SIZE_MAX;
    if (!original->scratch || !original->pages[0].data) {
        original_free(original);
        return NULL;
    }
    original->fd = fd;
    return original;
}

void original_free(struct original *original)
{
    if (!original) return;
    if (original->fd >= 0) close(original->fd);
    for (int i = 0; i < PAGES; i++) mem_free(original->pages[i].data);
    mem_free(original->scratch);
    mem_free(original->before);
    mem_free(original->data);
    mem_free(original);
}

size_t original_size(const struct original *original)
{
    return original->size;
}

int original_fd(const struct original *original)
{
    return original->fd;
}

void original_set_fd(struct original *original, int fd)
{
    close(original->fd);
    original->fd = fd;
}

/* ---- bytes ------------------------------------------------------------------------------------- */

bool original_read(const struct original *original, size_t offset, size_t size, char *out)
{
    if (original->data) {
        memcpy(out, original->data + offset, size);
        return true;
    }
    while (size > 0) {
        ssize_t got = pread(original->fd, out, size, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            memset(out, 0, size);
            return false;
        }
        out += got;
        offset += (size_t)got;
        size -= (size_t)got;
    }
    return true;
}

static size_t page_size(const struct original *original, size_t number)
{
    size_t start = number * PAGE;
    return original->size - start < PAGE ? original->size - start : PAGE;
}

/* The page to read into: an unused one if there is memory for it, else the least recently used. */
static struct page *page_to_fill(struct original *original)
{
    struct page *oldest = &original->pages[0];
    for (int i = 0; i < PAGES; i++) {
        struct page *page = &original->pages[i];
        if (!page->data) {
            page->data = mem_alloc(PAGE);
            if (page->data) return page;
            break;
        }
        if (page->used < oldest->used) oldest = page;
    }
    return oldest;
}

struct slice original_run(struct original *original, size_t offset)
{
    if (original->data) return (struct slice){original->data + offset, original->size - offset};
    size_t number = offset / PAGE, within = offset % PAGE;
    struct page *page = NULL;
    for (int i = 0; i < PAGES && !page; i++)
        if (original->pages[i].data && original->pages[i].number == number) page = &original->pages[i];
    if (!page) {
        page = page_to_fill(original);
        page->number = number;
        /* Bytes that the file lost read as NUL; saving notices this and refuses. */
        (void)original_read(original, number * PAGE, page_size(original, number), page->data);
    }
    page->used = ++original->clock;
    return (struct slice){page->data + within, page_size(original, number) - within};
}

uint64_t original_reads(const struct original *original)
{
    return original->clock;
}

/* ---- newlines ---------------------------------------------------------------------------------- */

SIMD_CLONES
size_t newlines_in(const char *data, size_t size)
{
    size_t count = 0;
    while (size > 0) {
        size_t part = size < 248 ? size : 248; /* a byte counts up to 255: vectors of bytes, summed rarely */
        uint8_t few = 0;
        for (size_t i = 0; i < part; i++) few = (uint8_t)(few + (data[i] == '\n'));
        count += few;
        data += part;
        size -= part;
    }
    return count;
}

static size_t count_directly(const struct original *original, size_t start, size_t end)
{
    if (original->data) return newlines_in(original->data + start, end - start);
    size_t count = 0;
    while (start < end) {
        size_t part = end - start < PAGE ? end - start : PAGE;
        (void)original_read(original, start, part, original->scratch);
        count += newlines_in(original->scratch, part);
        start += part;
    }
    return count;
}

/* Extends the index by at most PAGE / BLOCK blocks. */
static void count_more(struct original *original)
{
    size_t start = original->counted * BLOCK;
    size_t end = original->size - start < PAGE ? original->size : start + PAGE;
    const char *data = original->data ? original->data + start : original->scratch;
    if (!original->data) (void)original_read(original, start, end - start, original->scratch);
    for (; start + BLOCK <= end; start += BLOCK, data += BLOCK) {
        original->before[original->counted + 1] =
            original->before[original->counted] + newlines_in(data, BLOCK);
        original->counted++;
    }
}

/* Newlines in [0, at). */
static size_t prefix(struct original *original, size_t at)
{
    size_t block = at / BLOCK;
    while (original->counted < block) count_more(original);
    return original->before[block] + count_directly(original, block * BLOCK, at);
}

size_t original_newlines(struct original *original, size_t start, size_t end)
{
    /* A short stretch is counted directly: it may be far beyond the indexed part. */
    if (end - start <= 2 * BLOCK) return count_directly(original, start, end);
    return prefix(original, end) - prefix(original, start);
}

/* The nth newline (from 1) of [start, end), which is at most a page and has at least n of them. */
static size_t find_directly(const struct original *original, size_t start, size_t end, size_t nth)
{
    const char *data = original->data ? original->data + start : original->scratch;
    if (!original->data) (void)original_read(original, start, end - start, original->scratch);
    const char *p = data;
    while (p < data + (end - start)) {
        p = memchr(p, '\n', (size_t)(data + (end - start) - p));
        if (!p) break;
        if (--nth == 0) return start + (size_t)(p - data);
        p++;
    }
    return end; /* the file changed between counting and reading */
}

bool original_find_newline(struct original *original, size_t start, size_t end, size_t nth, size_t *at)
{
    if (end - start <= 2 * BLOCK) {
        size_t have = count_directly(original, start, end);
        *at = have < nth ? have : find_directly(original, start, end, nth);
        return have >= nth;
    }
    size_t first = prefix(original, start), goal = first + nth, last_block = end / BLOCK;
    while (original->counted < last_block && original->before[original->counted] < goal) count_more(original);
    size_t low = start / BLOCK, high = original->counted < last_block ? original->counted : last_block;
    if (original->before[high] < goal) { /* then high is last_block */
        size_t have = original->before[high] + count_directly(original, high * BLOCK, end);
        if (have < goal) {
            *at = have - first;
            return false;
        }
        *at = find_directly(original, high * BLOCK, end, goal - original->before[high]);
        return true;
    }
    while (high - low > 1) { /* before[low] < goal ≤ before[high] */
        size_t middle = low + (high - low) / 2;
        if (original->before[middle] < goal)
            low = middle;
        else
            high = middle;
    }
    size_t stop = (low + 1) * BLOCK < end ? (low + 1) * BLOCK : end;
    *at = find_directly(original, low * BLOCK, stop, goal - original->before[low]);
    return true;
}
