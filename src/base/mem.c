/* Checked allocation, huge-page scratch memory and growing buffers. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, madvise */
#include "lacuna/base.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef LACUNA_FAULTS
#include <stdatomic.h>
static atomic_long countdown = -1;

void mem_fail_after(long allocations)
{
    atomic_store(&countdown, allocations);
}

static bool injected_failure(void)
{
    long left = atomic_load(&countdown);
    if (left < 0) return false;
    return atomic_fetch_sub(&countdown, 1) == 0;
}
#else
void mem_fail_after(long allocations)
{
    (void)allocations;
}

static bool injected_failure(void)
{
    return false;
}
#endif

void *mem_alloc(size_t size)
{
    return injected_failure() ? NULL : malloc(size ? size : 1);
}

void *mem_zalloc(size_t size)
{
    return injected_failure() ? NULL : calloc(1, size ? size : 1);
}

void *mem_alloc_array(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    return mem_alloc(bytes);
}

void *mem_zalloc_array(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    return mem_zalloc(bytes);
}

void *mem_realloc_array(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || injected_failure()) return NULL;
    return realloc(old, bytes ? bytes : 1);
}

char *mem_strndup(const char *string, size_t size)
{
    char *copy = size < SIZE_MAX ? mem_alloc(size + 1) : NULL;
    if (!copy) return NULL;
    if (size) memcpy(copy, string, size);
    copy[size] = '\0';
    return copy;
}

char *mem_strdup(const char *string)
{
    return mem_strndup(string, strlen(string));
}

void mem_free(void *pointer)
{
    free(pointer);
}

void *mem_big_alloc(size_t size)
{
    if (injected_failure() || size > SIZE_MAX - 4096) return NULL;
    void *p = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    if (size >= (size_t)4 << 20) (void)madvise(p, size, MADV_HUGEPAGE); /* a hint; failure does not matter */
#endif
    return p;
}

void mem_big_free(void *pointer, size_t size)
{
    if (pointer) munmap(pointer, size ? size : 1);
}

bool mem_grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity) return true;
    size_t grown = *capacity < 8 ? 8 : *capacity;
    while (grown < need) {
        if (grown > SIZE_MAX / 2) return false;
        grown *= 2;
    }
    void *old, *new;
    memcpy(&old, array, sizeof old); /* `array` is a T ** for some T */
    new = mem_realloc_array(old, grown, size);
    if (!new) return false;
    memcpy(array, &new, sizeof new);
    *capacity = grown;
    return true;
}

static bool reserve(struct buffer *buffer, size_t more)
{
    if (more > SIZE_MAX - 1 - buffer->size) return false;
    return mem_grow(&buffer->data, &buffer->capacity, buffer->size + more + 1, 1);
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    if (!reserve(buffer, size)) return false;
    if (size) memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
    return true;
}

bool buffer_append_string(struct buffer *buffer, const char *string)
{
    return buffer_append(buffer, string, strlen(string));
}

bool buffer_append_char(struct buffer *buffer, char c)
{
    return buffer_append(buffer, &c, 1);
}

bool buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    bool ok = n >= 0 && reserve(buffer, (size_t)n);
    if (ok) {
        vsnprintf(buffer->data + buffer->size, (size_t)n + 1, format, again);
        buffer->size += (size_t)n;
    }
    va_end(again);
    return ok;
}

void buffer_free(struct buffer *buffer)
{
    if (!buffer) return;
    free(buffer->data);
    *buffer = (struct buffer){0};
}
