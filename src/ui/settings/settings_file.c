#include "settings_file.h"
#include "lacuna/base.h"
#include "settings.h"

#include <ini.h>
#include <string.h>

struct settings_reader {
    const char *path;
    struct settings *settings;
    struct buffer *warnings;
    const char *bytes, *end; /* the rest of the file */
    int line, warned;        /* the number of the last line handed out; of the last one with a warning */
};

static void warn(struct settings_reader *r, const char *why)
{
    r->warned = r->line;
    if (!buffer_printf(r->warnings, "%s:%d: %s\n", r->path, r->line, why)) return;
}

/* The library's fgets. The library gives its handler no line numbers, so lines are counted here. White space
 * at the start is removed: the library would take such a line for a continuation of the value before. */
static char *next_line(char *out, int room, void *opaque)
{
    struct settings_reader *r = opaque;
    if (r->bytes == r->end) return NULL;
    const char *stop = memchr(r->bytes, '\n', (size_t)(r->end - r->bytes));
    const char *next = stop ? stop + 1 : r->end, *from = r->bytes;
    if (!stop) stop = r->end;
    while (from < stop && (*from == ' ' || *from == '\t')) from++;
    size_t size = (size_t)(stop - from);
    r->bytes = next;
    r->line++;
    if (*from == '[') {
        warn(r, "sections are not supported");
        size = 0;
    } else if (size >= (size_t)room) {
        warn(r, "this line is too long");
        size = 0;
    }
    memcpy(out, from, size);
    out[size] = '\0';
    return out;
}

/* Quotes keep white space at the ends. */
static const char *unquote(char *value)
{
    size_t size = strlen(value);
    if (size < 2 || value[0] != '"' || value[size - 1] != '"') return value;
    value[size - 1] = '\0';
    return value + 1;
}

static int take_setting(void *opaque, const char *section, const char *name, const char *written)
{
    struct settings_reader *r = opaque;
    struct error error = {0};
    char value[1024], why[256];
    (void)section;
    const struct setting *setting = setting_find(name, strlen(name));
    snprintf(value, sizeof value, "%s", written);
    if (!setting) {
        snprintf(why, sizeof why, "unknown setting \"%.80s\"", name);
        warn(r, why);
    } else if (setting_set(r->settings, setting, unquote(value), &error)) {
        warn(r, error.message);
    }
    return 1;
}

static void read_bytes(struct settings_reader *r)
{
    /* After an error the library goes on but reports only the first, so it gets one line at a time. */
    const char *end = r->end;
    while (r->bytes < end) {
        const char *stop = memchr(r->bytes, '\n', (size_t)(end - r->bytes));
        r->end = stop ? stop + 1 : end;
        if (ini_parse_stream(next_line, r, take_setting, r) && r->warned != r->line)
            warn(r, "expected \"name = value\"");
    }
}

void config_read_bytes(const char *name, struct slice bytes, struct settings *settings,
                       struct buffer *warnings)
{
    struct settings_reader r = {.path = name, .settings = settings, .warnings = warnings};
    if (!bytes.size) return;
    r.bytes = bytes.data;
    r.end = bytes.data + bytes.size;
    /* What cannot be text would be shown on the terminal. */
    if (!utf8_valid(bytes.data, bytes.size) || memchr(bytes.data, '\0', bytes.size))
        r.line = 1, warn(&r, "not UTF-8");
    else
        read_bytes(&r);
}

void config_read(const char *path, struct settings *settings, struct buffer *warnings)
{
    struct buffer bytes = {0};
    struct error error = {0};
    char *own = path ? mem_strdup(path) : path_xdg("CONFIG", "config");
    if (!own || (!path && !file_exists(own))) {
        mem_free(own);
        return;
    }
    if (file_read(own, &bytes, &error)) {
        if (!buffer_printf(warnings, "%s\n", error.message)) warnings->size = 0;
    } else {
        config_read_bytes(own, (struct slice){bytes.data, bytes.size}, settings, warnings);
    }
    buffer_free(&bytes);
    mem_free(own);
}
