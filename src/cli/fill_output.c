/* The output of `lacuna fill`. */
#define _GNU_SOURCE
#include "fill_output.h"
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *fill_output_part(const char *path)
{
    char resolved[PATH_MAX];
    struct buffer name = {0};
    if (buffer_printf(&name, "%s.part", path_resolve(path, resolved))) return name.data;
    buffer_free(&name);
    return NULL;
}

char *fill_output_resumed(const char *path)
{
    char *part = fill_output_part(path);
    if (!part || file_exists(part)) return part;
    mem_free(part);
    return mem_strdup(path);
}

/* Whether there is content that could be lost. */
static bool holds_something(const char *path)
{
    struct stat info;
    return !file_is_stream(path) && stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
}

/* Lines are written directly to FILE if nothing can be lost, so that other programs can read them as they
 * come. */
static bool open_lines(struct fill_output *o, bool resume)
{
    char *part = fill_output_part(o->path);
    if (!part) return cli_fail("out of memory");
    if (resume ? file_exists(part) : holds_something(o->path))
        o->part = part;
    else
        mem_free(part);
    struct error error;
    o->file = file_open_output(o->part ? o->part : o->path, resume, &error);
    return o->file || cli_fail("%s", error.message);
}

bool fill_output_open(struct fill_output *o, const char *path, bool lines, bool resume)
{
    *o = (struct fill_output){.path = path ? path : "-"};
    return (!lines && !file_is_stream(o->path)) || open_lines(o, resume);
}

static const char *output_name(const struct fill_output *o)
{
    return o->part ? o->part : strcmp(o->path, "-") == 0 ? "standard output" : o->path;
}

bool fill_output_put(struct fill_output *o, const char *bytes, size_t size)
{
    bool good = o->file ? fwrite(bytes, 1, size, o->file) == size && fflush(o->file) == 0
                        : buffer_append(&o->held, bytes, size);
    o->size += size;
    if (good) return true;
    o->broken = true;
    if (!o->file) return cli_fail("not enough memory for the output");
    return cli_fail("%s: %s", output_name(o), strerror(errno));
}

/* ---- the end ------------------------------------------------------------------------------------- */

static enum status copy_part(void *context, file_put *put, void *sink, struct error *error)
{
    const struct fill_output *o = context;
    struct file_map map;
    enum status status = file_map_open(o->part, &map, error);
    if (!status && map.size) status = put(sink, map.data, map.size, error);
    file_map_close(&map);
    return status;
}

/* Like every replaced file, it keeps mode, owner and links. */
static bool replace_by_part(struct fill_output *o)
{
    struct error error;
    if (file_write_atomic_from(o->path, copy_part, o, &error))
        return cli_fail("%s; the new output is in %s", error.message, o->part);
    unlink(o->part);
    return true;
}

static bool keep_part(struct fill_output *o)
{
    if (!holds_something(o->part)) return unlink(o->part), true;
    return cli_fail("%s: unchanged; the unfinished output is in %s, and --resume continues it", o->path,
                    o->part);
}

static bool replace_by_held(const struct fill_output *o)
{
    struct error error;
    if (!file_write_atomic(o->path, o->held.data ? o->held.data : "", o->held.size, &error)) return true;
    return cli_fail("%s", error.message);
}

bool fill_output_close(struct fill_output *o, bool whole)
{
    bool good = true;
    if (o->file && fclose(o->file) && !o->broken) good = cli_fail("%s: %s", output_name(o), strerror(errno));
    whole = whole && good && !o->broken;
    if (o->part)
        good = (whole ? replace_by_part(o) : keep_part(o)) && good;
    else if (!o->file && whole)
        good = replace_by_held(o) && good;
    buffer_free(&o->held);
    mem_free(o->part);
    return good;
}
