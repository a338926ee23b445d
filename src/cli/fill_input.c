/* The input of `lacuna fill`. */
#define _GNU_SOURCE
#include "fill_input.h"
#include "fill_context.h"
#include "interrupt.h"
#include "json_line.h"
#include "lacuna/base.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static enum status open_file(struct fill_input *in, struct error *error)
{
    if (!in->file) in->file = file_open_input(in->path, error);
    return in->file ? STATUS_OK : STATUS_IO;
}

/* Waits for input or for an interrupt. */
static void wait_for_bytes(const struct fill_input *in)
{
    struct pollfd both[] = {{.fd = fileno(in->file), .events = POLLIN},
                            {.fd = in->interrupt->wake, .events = POLLIN}};
    while (poll(both, 2, -1) < 0 && errno == EINTR) continue;
}

/* Reads the available input into the head. False: the end (*status is STATUS_OK), or a failure. */
static bool read_more(struct fill_input *in, enum status *status, struct error *error)
{
    enum { PART = 1 << 16 };
    ssize_t size;
    if (!mem_grow(&in->head.data, &in->head.capacity, in->head.size + PART + 1, 1)) {
        *status = error_set(error, STATUS_NO_MEMORY, "%s: too large to read into memory", in->name);
        return false;
    }
    do {
        wait_for_bytes(in);
        if (atomic_load(&in->interrupt->requested)) {
            *status = error_set(error, STATUS_CANCELLED, "interrupted");
            return false;
        }
        size = read(fileno(in->file), in->head.data + in->head.size, PART);
    } while (size < 0 && errno == EINTR);
    if (size < 0) *status = error_set(error, STATUS_IO, "%s: cannot read: %s", in->name, strerror(errno));
    if (size > 0) in->head.size += (size_t)size;
    in->head.data[in->head.size] = '\0';
    return size > 0;
}

/* The line that begins at byte `begin` of the head, with its end; size 0: none. */
static struct slice line_at(struct fill_input *in, size_t begin, enum status *status, struct error *error)
{
    const char *end = NULL;
    size_t looked = begin; /* no line ends before this offset */
    while (!end) {
        size_t left = in->head.size - looked;
        end = left ? memchr(in->head.data + looked, '\n', left) : NULL;
        looked = in->head.size;
        if (!end && !read_more(in, status, error)) break;
    }
    const char *first = in->head.data ? in->head.data + begin : "";
    if (*status) return (struct slice){first, 0};
    return (struct slice){first, end ? (size_t)(end + 1 - first) : in->head.size - begin};
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.size; i++)
        if (!line.data[i] || !strchr(" \t\r\n", line.data[i])) return false;
    return true;
}

static bool begins_with_a_record(struct fill_input *in)
{
    enum status status = STATUS_OK;
    struct slice line = line_at(in, 0, &status, NULL);
    size_t next = line.size;
    if (line.size >= 3 && memcmp(line.data, "\xef\xbb\xbf", 3) == 0) line.data += 3, line.size -= 3;
    while (next && is_blank(line)) {
        line = line_at(in, next, &status, NULL);
        next = line.size ? next + line.size : 0; /* the end */
    }
    struct json_line record = json_line_read(line.data, line.size);
    return record.valid && record.has_text;
}

void fill_input_look(struct fill_input *in, const char *path, int format, const struct interrupt *interrupt)
{
    static const char suffix[] = ".jsonl";
    size_t size = strlen(path), end = sizeof suffix - 1;
    *in = (struct fill_input){
        .path = path, .name = strcmp(path, "-") == 0 ? "standard input" : path, .interrupt = interrupt};
    in->lines = format == FORMAT_JSONL ||
                (format == FORMAT_BY_CONTENT && size > end && strcmp(path + size - end, suffix) == 0);
    if (in->lines || format != FORMAT_BY_CONTENT || open_file(in, NULL)) return;
    in->once = file_is_stream(path);
    in->lines = begins_with_a_record(in);
    if (!in->once) fill_input_close(in); /* with many files, only a few are open at a time */
}

enum status fill_input_read(struct fill_input *in, struct buffer *out, struct error *error)
{
    enum status status = open_file(in, error);
    while (!status && read_more(in, &status, error)) continue;
    *out = in->head;
    in->head = (struct buffer){0};
    return status;
}

bool fill_input_line(struct fill_input *in, struct slice *line, struct error *error)
{
    enum status status = STATUS_OK;
    if (open_file(in, error)) return false;
    if (in->at && !memchr(in->head.data + in->at, '\n', in->head.size - in->at)) { /* more will be read */
        in->head.size -= in->at;
        memmove(in->head.data, in->head.data + in->at, in->head.size);
        in->at = 0;
    }
    *line = line_at(in, in->at, &status, error);
    in->at += line->size;
    return line->size > 0;
}

void fill_input_close(struct fill_input *in)
{
    if (in->file) fclose(in->file);
    buffer_free(&in->head);
    in->file = NULL;
    in->at = 0;
}
