/* Copies extended attributes, including access control lists, from a file to its replacement. */
#define _DEFAULT_SOURCE
#include "attributes.h"

#include <errno.h>
#include <string.h>

#ifdef __linux__
#include <sys/xattr.h>

#define ACL "system.posix_acl_access"

/* Attributes that describe the old content: they would be wrong for new content. The kernel drops the first
 * by itself when a file is written to. */
static bool belongs_to_content(const char *name)
{
    return strcmp(name, "security.capability") == 0 || strcmp(name, "security.ima") == 0 ||
           strcmp(name, "security.evm") == 0;
}

static bool has_value(int fd, const char *name, const struct buffer *value)
{
    char *there = mem_alloc(value->size + 1);
    ssize_t size = there ? fgetxattr(fd, name, there, value->size + 1) : -1;
    bool same = size >= 0 && (size_t)size == value->size && memcmp(there, value->data, value->size) == 0;
    mem_free(there);
    return same;
}

/* False: the value could not be read. An attribute that was removed in the meantime has nothing to copy. */
static bool copy_one(const char *from, int to, const char *name, struct buffer *value)
{
    ssize_t size = getxattr(from, name, NULL, 0);
    if (size < 0) return errno == ENODATA;
    if (!mem_grow(&value->data, &value->capacity, (size_t)size + 1, 1)) return false;
    size = getxattr(from, name, value->data, value->capacity);
    if (size < 0) return false;
    value->size = (size_t)size;
    return fsetxattr(to, name, value->data, value->size, 0) == 0 || has_value(to, name, value);
}

/* The names, each with its NUL. False: they cannot be listed. */
static bool list_names(const char *path, struct buffer *names)
{
    for (;;) {
        ssize_t size = listxattr(path, NULL, 0);
        if (size < 0) return errno == ENOTSUP || errno == ENOSYS; /* then there are none */
        if (size == 0) return true;
        if (!mem_grow(&names->data, &names->capacity, (size_t)size, 1)) return false;
        size = listxattr(path, names->data, names->capacity);
        if (size < 0 && errno == ERANGE) continue;
        names->size = size > 0 ? (size_t)size : 0;
        return size >= 0;
    }
}

bool attributes_copy(const char *from, int to)
{
    struct buffer names = {0}, value = {0};
    bool good = list_names(from, &names), listed = false;
    for (size_t at = 0; at < names.size; at += strlen(names.data + at) + 1) {
        const char *name = names.data + at;
        listed = listed || strcmp(name, ACL) == 0;
        if (!belongs_to_content(name) && !copy_one(from, to, name, &value)) good = false;
    }
    /* A folder may give new files an access control list. If the old file had none, its mode was its only
     * access rule. */
    if (good && !listed) (void)fremovexattr(to, ACL);
    buffer_free(&names);
    buffer_free(&value);
    return good;
}

#else

bool attributes_copy(const char *from, int to)
{
    (void)from;
    (void)to;
    return true;
}

#endif
