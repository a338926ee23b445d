/* The output that --resume continues. */
#define _GNU_SOURCE
#include "fill_resume.h"
#include "json_line.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

struct line {
    size_t start, end; /* bytes of the text, the line feed included */
    bool failed;
    struct buffer instead; /* its replacement; without data: none */
};

struct fill_resume {
    char *path;
    struct buffer text; /* whole lines */
    struct line *lines;
    size_t count, capacity;
    json_t *by_id; /* key → [how many are used up, line, line …] */
    size_t failed;
    bool changed;
};

void fill_resume_free(struct fill_resume *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->count; i++) buffer_free(&r->lines[i].instead);
    mem_free(r->lines);
    mem_free(r->path);
    buffer_free(&r->text);
    json_decref(r->by_id);
    mem_free(r);
}

/* ---- reading ------------------------------------------------------------------------------------- */

static bool is_error(const struct json_line *read, const char *bytes, size_t size)
{
    char *copy = json_line_without_id(read, bytes, size);
    json_t *root = copy ? json_parse(copy, size, NULL) : NULL;
    bool error = json_is_object(json_object_get(root, "error")) && !read->has_text;
    json_decref(root);
    mem_free(copy);
    return error;
}

static bool add_line(struct fill_resume *r, size_t start, size_t end)
{
    const char *bytes = r->text.data + start;
    struct json_line read = json_line_read(bytes, end - 1 - start);
    if (!mem_grow(&r->lines, &r->capacity, r->count + 1, sizeof *r->lines)) return false;
    r->lines[r->count] =
        (struct line){.start = start, .end = end, .failed = is_error(&read, bytes, end - 1 - start)};
    r->failed += r->lines[r->count].failed;
    char *key = json_line_id_key(&read);
    json_t *list = key ? json_object_get(r->by_id, key) : NULL;
    bool ok = key != NULL;
    if (ok && !list) {
        list = json_pack("[i]", 1);
        ok = json_object_set_new_nocheck(r->by_id, key, list) == 0;
    }
    ok = ok && json_array_append_new(list, json_integer((json_int_t)r->count++)) == 0;
    mem_free(key);
    return ok;
}

static enum status read_lines(struct fill_resume *r, struct error *error)
{
    enum status status = file_exists(r->path) ? file_read(r->path, &r->text, error) : STATUS_OK;
    size_t at = 0, whole = r->text.size;
    const char *end;
    while (!status && at < whole && (end = memchr(r->text.data + at, '\n', whole - at))) {
        size_t next = (size_t)(end - r->text.data) + 1;
        if (!add_line(r, at, next))
            status = error_set(error, STATUS_NO_MEMORY, "%s: not enough memory to resume", r->path);
        at = next;
    }
    if (!status && at < whole && truncate(r->path, (off_t)at))
        status = error_set(error, STATUS_IO, "%s: %s", r->path, strerror(errno));
    r->text.size = at;
    return status;
}

struct fill_resume *fill_resume_open(const char *path, bool replacing, struct error *error)
{
    struct fill_resume *r = mem_zalloc(sizeof *r);
    if (r) r->path = mem_strdup(path), r->by_id = json_object();
    if (r && r->path && r->by_id) {
        enum status status = read_lines(r, error);
        if (!replacing) buffer_free(&r->text);
        if (!status) return r;
    } else {
        error_set(error, STATUS_NO_MEMORY, "%s: not enough memory to resume", path);
    }
    fill_resume_free(r);
    return NULL;
}

/* ---- looking up -------------------------------------------------------------------------------------- */

enum fill_resumed fill_resume_find(struct fill_resume *r, const char *id_key, size_t *line)
{
    json_t *list = json_object_get(r->by_id, id_key);
    size_t used = (size_t)json_integer_value(json_array_get(list, 0));
    if (!list || used >= json_array_size(list)) return FILL_NOT_THERE;
    *line = (size_t)json_integer_value(json_array_get(list, used));
    json_array_set_new(list, 0, json_integer((json_int_t)used + 1));
    return r->lines[*line].failed ? FILL_FAILED : FILL_DONE;
}

size_t fill_resume_failed(const struct fill_resume *r)
{
    return r->failed;
}

enum status fill_resume_replace(struct fill_resume *r, size_t line, const char *bytes, size_t size,
                                bool failed, struct error *error)
{
    struct line *old = &r->lines[line];
    old->instead.size = 0;
    if (!buffer_append(&old->instead, bytes, size))
        return error_set(error, STATUS_NO_MEMORY, "%s: not enough memory for the new line %zu", r->path,
                         line + 1);
    if (old->failed && !failed) r->failed--;
    old->failed = failed;
    r->changed = true;
    return STATUS_OK;
}

/* ---- writing ------------------------------------------------------------------------------------- */

struct resumed_output {
    const struct fill_resume *resume;
    struct file_map now;
};

static enum status produce_resumed(void *context, file_put *put, void *sink, struct error *error)
{
    const struct resumed_output *from = context;
    const struct fill_resume *r = from->resume;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < r->count && !status; i++) {
        const struct line *line = &r->lines[i];
        status = line->instead.data ? put(sink, line->instead.data, line->instead.size, error)
                                    : put(sink, r->text.data + line->start, line->end - line->start, error);
    }
    if (!status && from->now.size > r->text.size)
        status = put(sink, from->now.data + r->text.size, from->now.size - r->text.size, error);
    return status;
}

enum status fill_resume_write(const struct fill_resume *r, struct error *error)
{
    struct resumed_output from = {.resume = r};
    if (!r->changed) return STATUS_OK;
    enum status status = file_map_open(r->path, &from.now, error);
    if (!status) status = file_write_atomic_from(r->path, produce_resumed, &from, error);
    file_map_close(&from.now);
    return status;
}
