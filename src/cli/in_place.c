/* Replaces a file that was read earlier. */
#include "in_place.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct replacement {
    const char *path;
    struct slice old, bytes;
};

static bool same_bytes(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Compares contents: a file may have been touched, or changed within a tick of the clock. */
static enum status check_unchanged(const char *path, struct slice old, struct error *error)
{
    struct buffer now = {0};
    if (access(path, F_OK) && errno == ENOENT) return file_was_changed(path, error);
    enum status status = file_read(path, &now, error);
    if (!status && !same_bytes((struct slice){now.data, now.size}, old))
        status = file_was_changed(path, error);
    buffer_free(&now);
    return status;
}

static enum status produce_replacement(void *context, file_put *put, void *sink, struct error *error)
{
    const struct replacement *r = context;
    return r->bytes.size ? put(sink, r->bytes.data, r->bytes.size, error) : STATUS_OK;
}

/* The file is checked when the new one is on the disk, so only a rename is left. */
static enum status check_before(void *context, bool in_place, struct error *error)
{
    const struct replacement *r = context;
    (void)in_place;
    return check_unchanged(r->path, r->old, error);
}

enum status in_place_write(const char *path, struct slice old, struct slice bytes, struct error *error)
{
    struct replacement replacement = {path, old, bytes};
    if (same_bytes(old, bytes)) return STATUS_OK;
    bool kept;
    return file_replace(path, &(struct file_replacement){produce_replacement, check_before, &replacement},
                        &kept, error);
}
