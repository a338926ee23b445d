#include "settings_keep.h"
#include "lacuna/base.h"
#include "settings.h"
#include "settings_file.h"

#include <string.h>

enum { VALUE_SIZE = 1024 };

static size_t index_of(const struct setting *setting)
{
    return (size_t)(setting - ui_settings);
}

static bool note(struct noted_settings *noted, const struct settings *settings, const struct setting *setting)
{
    char value[VALUE_SIZE];
    size_t index = index_of(setting);
    if (index >= MOST_SETTINGS) return false;
    setting_value(settings, setting, value, sizeof value);
    char *copy = mem_strdup(value);
    if (!copy) return false;
    mem_free(noted->values[index]);
    noted->values[index] = copy;
    return true;
}

bool settings_note(struct noted_settings *noted, const struct settings *settings)
{
    for (const struct setting *s = ui_settings; s->name; s++)
        if (!note(noted, settings, s)) return false;
    return true;
}

void settings_notes_free(struct noted_settings *noted)
{
    for (size_t i = 0; i < MOST_SETTINGS; i++) mem_free(noted->values[i]);
    *noted = (struct noted_settings){0};
}

bool setting_changed(const struct noted_settings *noted, const struct settings *settings,
                     const struct setting *setting)
{
    char value[VALUE_SIZE];
    const char *before = noted->values[index_of(setting)];
    setting_value(settings, setting, value, sizeof value);
    return !before || strcmp(before, value) != 0;
}

/* ---- one line of a file ------------------------------------------------------------------------------ */

static bool is_gap(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether the line [from, end) sets `name`. */
static bool sets(const char *from, const char *end, const char *name)
{
    size_t size = strlen(name);
    while (from < end && is_gap(*from)) from++;
    if ((size_t)(end - from) < size || memcmp(from, name, size) != 0) return false;
    for (from += size; from < end && is_gap(*from);) from++;
    return from < end && (*from == '=' || *from == ':');
}

/* The last line that sets `name`, without its line end. False: there is none. */
static bool find_line(const struct buffer *bytes, const char *name, size_t *start, size_t *end)
{
    bool found = false;
    for (size_t at = 0, stop; at < bytes->size; at = stop + 1) {
        const char *line = bytes->data + at, *feed = memchr(line, '\n', bytes->size - at);
        stop = feed ? (size_t)(feed - bytes->data) : bytes->size;
        if (!sets(line, bytes->data + stop, name)) continue;
        found = true;
        *start = at;
        *end = stop > at && bytes->data[stop - 1] == '\r' ? stop - 1 : stop;
    }
    return found;
}

/* Where the comment after a value begins, including the white space before it; `end` if there is none. */
static size_t comment_of(const struct buffer *bytes, size_t start, size_t end)
{
    for (size_t at = start + 1; at < end; at++) {
        if (bytes->data[at] != ';' || !is_gap(bytes->data[at - 1])) continue;
        while (at > start && is_gap(bytes->data[at - 1])) at--;
        return at;
    }
    return end;
}

static bool put_line(struct buffer *bytes, const char *name, const char *value)
{
    struct buffer out = {0};
    size_t start = bytes->size, end = start, size = strlen(value);
    bool there = find_line(bytes, name, &start, &end);
    bool quoted = size && (is_gap(value[0]) || is_gap(value[size - 1]) || value[0] == '"');
    bool joins = !there && bytes->size && bytes->data[bytes->size - 1] != '\n';
    size_t rest = there ? comment_of(bytes, start, end) : end;
    bool ok = buffer_append(&out, bytes->data ? bytes->data : "", start) &&
              buffer_printf(&out, "%s%s = %s%s%s%s", joins ? "\n" : "", name, quoted ? "\"" : "", value,
                            quoted ? "\"" : "", there ? "" : "\n") &&
              buffer_append(&out, bytes->data ? bytes->data + rest : "", bytes->size - rest);
    if (ok) {
        buffer_free(bytes);
        *bytes = out;
    } else {
        buffer_free(&out);
    }
    return ok;
}

/* Whether reading these bytes gives this value. */
static bool reads_back(const struct buffer *bytes, const struct setting *setting, const char *value)
{
    struct settings settings = {0};
    struct buffer warnings = {0};
    char found[VALUE_SIZE] = "";
    bool ok = settings_init(&settings);
    if (ok) {
        config_read_bytes("", (struct slice){bytes->data, bytes->size}, &settings, &warnings);
        setting_value(&settings, setting, found, sizeof found);
        settings_free(&settings);
    }
    buffer_free(&warnings);
    return ok && strcmp(found, value) == 0;
}

enum status settings_put(struct buffer *bytes, const struct setting *setting, const char *value,
                         struct error *error)
{
    if (!put_line(bytes, setting->name, value)) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (reads_back(bytes, setting, value)) return STATUS_OK;
    return error_set(error, STATUS_ARGUMENT, "%s: the configuration file cannot hold \"%.80s\"",
                     setting->name, value);
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static enum status write_file(const char *path, const struct buffer *bytes, struct error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = mem_strndup(path, slash ? (size_t)(slash - path) : 0);
    if (!folder) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    enum status status = *folder ? file_make_folders(folder, error) : STATUS_OK;
    if (!status) status = file_write_atomic(path, bytes->data, bytes->size, error);
    mem_free(folder);
    return status;
}

static enum status read_file(const char *path, struct buffer *out, struct error *error)
{
    enum status status = file_exists(path) ? file_read(path, out, error) : STATUS_OK;
    if (!status && out->size && (!utf8_valid(out->data, out->size) || memchr(out->data, '\0', out->size)))
        status = error_set(error, STATUS_FORMAT, "%s: not UTF-8", path);
    return status;
}

enum status settings_keep(const char *path, struct noted_settings *noted, const struct settings *settings,
                          const struct setting *only, struct buffer *kept, struct error *error)
{
    struct buffer bytes = {0};
    char value[VALUE_SIZE];
    bool wanted[MOST_SETTINGS] = {false}, any = false;
    enum status status = read_file(path, &bytes, error);
    for (const struct setting *s = ui_settings; s->name && !status; s++) {
        bool *this = &wanted[index_of(s)];
        any |= *this = only ? s == only : setting_changed(noted, settings, s);
        if (!*this) continue;
        setting_value(settings, s, value, sizeof value);
        status = settings_put(&bytes, s, value, error);
        if (!status &&
            !buffer_printf(kept, "%s%s = %s", kept->size ? ", " : "", s->name, *value ? value : "(empty)"))
            status = error_set(error, STATUS_NO_MEMORY, "out of memory");
    }
    if (!status && any) status = write_file(path, &bytes, error);
    for (const struct setting *s = ui_settings; s->name && !status; s++)
        if (wanted[index_of(s)] && !note(noted, settings, s))
            status = error_set(error, STATUS_NO_MEMORY, "out of memory");
    buffer_free(&bytes);
    return status;
}
