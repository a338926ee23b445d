/* A line of a record: what a trace's header says of the job, and what the writer accepted of it. */
#define _GNU_SOURCE /* scandir, alphasort */
#include "lacuna/base.h"
#include "lacuna/fill.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the model ------------------------------------------------------------------------------------------ */

static int is_part_of_model(const struct dirent *entry)
{
    static const char *const ends[] = {".safetensors", "config.json", "vocab.json", "merges.txt",
                                       ".index.json"};
    size_t size = strlen(entry->d_name);
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        size_t end = strlen(ends[i]);
        if (size >= end && strcmp(entry->d_name + size - end, ends[i]) == 0) return 1;
    }
    return 0;
}

enum status fill_model_hash(const char *folder, uint64_t *hash, struct error *error)
{
    struct dirent **list;
    enum status status = STATUS_OK;
    int count = scandir(folder, &list, is_part_of_model, alphasort);
    *hash = 0;
    if (count < 0) return error_set(error, STATUS_IO, "%s: cannot be read", folder);
    for (int i = 0; i < count; i++) {
        struct file_map map;
        char *path = path_join(folder, list[i]->d_name);
        if (!status && !path) status = error_set(error, STATUS_NO_MEMORY, "out of memory");
        if (!status && !(status = file_map_open(path, &map, error))) {
            *hash = hash_bytes(map.data, map.size, *hash);
            file_map_close(&map);
        }
        mem_free(path);
        free(list[i]);
    }
    free(list);
    return status;
}

/* ---- the line ------------------------------------------------------------------------------------------- */

/* The nth line (from 0; -1: the last) as an object, or NULL. */
static json_t *line_of(struct slice lines, bool last)
{
    const char *from = lines.data, *end = lines.data + lines.size;
    if (end > from && end[-1] == '\n') end--;
    const char *feed = memchr(from, '\n', (size_t)(end - from));
    if (!last && feed) end = feed;
    for (const char *p = from; last && p < end; p++)
        if (*p == '\n') from = p + 1;
    return json_loadb(from, (size_t)(end - from), 0, NULL);
}

/* What the job drew in each of its blanks, as strings. */
static json_t *filled_of(const json_t *done)
{
    json_t *best = json_array_get(json_object_get(done, "candidates"), 0), *blank, *list = json_array();
    size_t i;
    json_array_foreach(json_object_get(best, "blanks"), i,
                       blank) if (json_array_append(list, json_object_get(blank, "text")))
    {
        json_decref(list);
        return NULL;
    }
    return list;
}

static bool put_value(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static json_t *time_of(int64_t seconds)
{
    char text[32] = "";
    time_t when = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&when, &parts)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(text);
}

static bool put_accepted(json_t *object, const struct fill_accepted *a)
{
    char hash[20];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)a->model_hash);
    bool ok = put_value(object, "time", time_of(a->seconds)) &&
              put_value(object, "blank", json_integer(a->blank)) &&
              put_value(object, "words", json_text(a->words.data, a->words.size)) &&
              put_value(object, "model_hash", json_string(hash)) &&
              put_value(object, "temperature", json_real(a->temperature)) &&
              put_value(object, "top_p", json_real(a->top_p));
    if (ok && a->file) ok = put_value(object, "file", json_text(a->file, strlen(a->file)));
    return ok;
}

bool fill_record_line(struct slice trace, const struct fill_accepted *accepted, struct buffer *out)
{
    json_t *header = trace.size ? line_of(trace, false) : NULL,
           *done = trace.size ? line_of(trace, true) : NULL;
    json_t *object = json_pack("{s:i}", "record", FILL_RECORD_VERSION);
    bool ok = json_is_object(header) && json_is_object(done) && object;
    /* Everything that the header says about the job belongs here, including fields of later versions. */
    if (ok) {
        json_object_del(header, "type");
        json_object_del(header, "trace");
        ok = json_object_update(object, header) == 0;
    }
    bool steered = ok && json_is_true(json_object_get(done, "steered"));
    ok = ok && put_value(object, "filled", filled_of(done)) && put_accepted(object, accepted) &&
         (!steered || put_value(object, "steered", json_true()));
    char *line = ok ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    ok = line && buffer_append_string(out, line) && buffer_append_char(out, '\n');
    free(line);
    json_decref(header);
    json_decref(done);
    json_decref(object);
    return ok;
}
