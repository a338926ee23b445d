#define _XOPEN_SOURCE 700 /* realpath */
#include "place.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_PLACES = 500 };

static char *real_path(const struct text *text)
{
    const char *path = text_path(text);
    char *real = path ? realpath(path, NULL) : NULL;
    if (!real || !strchr(real, '\n')) return real;
    free(real);
    return NULL;
}

/* Where the path of a line begins, or NULL. *encoding: the word, up to a space; NULL: none. */
static const char *read_place(const char *line, size_t *cursor, size_t *top, const char **encoding)
{
    char *end;
    *cursor = (size_t)strtoull(line, &end, 10);
    if (end == line || *end != ' ') return NULL;
    const char *second = end + 1;
    *top = (size_t)strtoull(second, &end, 10);
    if (end == second || *end != ' ') return NULL;
    const char *path = end + 1;
    *encoding = *path == '@' ? path + 1 : NULL;
    if (*encoding) path += strcspn(path, " \n");
    return *encoding && *path == ' ' ? path + 1 : path;
}

static bool is_path(const char *found, const char *path)
{
    size_t size = strlen(path);
    return found && strncmp(found, path, size) == 0 && found[size] == '\n';
}

static bool read_places(struct buffer *out)
{
    char *path = path_own("STATE", "places");
    bool ok = path && file_exists(path) && !file_read(path, out, NULL) && buffer_append_char(out, '\0');
    mem_free(path);
    return ok;
}

/* The bytes may have changed: a cursor must be between clusters. */
static size_t settle(const struct text *text, size_t at)
{
    if (at >= text_size(text)) return text_size(text);
    return at ? text_previous_cluster(text, text_next_cluster(text, at)) : 0;
}

void place_find(struct doc *doc)
{
    struct buffer places = {0};
    size_t cursor, top;
    const char *ignored;
    char *path = real_path(doc->text);
    if (path && read_places(&places))
        for (const char *p = places.data; *p; p += strcspn(p, "\n") + 1) {
            if (!strchr(p, '\n')) break;
            if (!is_path(read_place(p, &cursor, &top, &ignored), path)) continue;
            doc->cursor = settle(doc->text, cursor);
            text_mark_set(doc->text, doc->top, settle(doc->text, top));
        }
    free(path);
    buffer_free(&places);
}

char *place_encoding(const struct text *text)
{
    struct buffer places = {0};
    size_t cursor, top;
    const char *word, *found = NULL;
    char *path = real_path(text), *copy = NULL;
    if (path && read_places(&places))
        for (const char *p = places.data; strchr(p, '\n'); p += strcspn(p, "\n") + 1)
            if (is_path(read_place(p, &cursor, &top, &word), path)) found = word;
    if (found) copy = mem_strndup(found, strcspn(found, " \n"));
    free(path);
    buffer_free(&places);
    return copy;
}

static bool keep_others(const struct buffer *places, const char *path, struct buffer *out)
{
    size_t cursor, top, count = 0, skip;
    const char *ignored;
    if (!places->size) return true;
    for (const char *p = places->data; *p; p++) count += *p == '\n';
    skip = count >= MOST_PLACES ? count - MOST_PLACES + 1 : 0;
    bool ok = true;
    for (const char *p = places->data, *next; ok && *p && strchr(p, '\n'); p = next) {
        next = p + strcspn(p, "\n") + 1;
        if (skip) {
            skip--;
            continue;
        }
        const char *found = read_place(p, &cursor, &top, &ignored);
        if (found && !is_path(found, path)) ok = buffer_append(out, p, (size_t)(next - p));
    }
    return ok;
}

static void make_folder(const char *file)
{
    char *folder = mem_strdup(file);
    for (char *slash = folder ? folder + 1 : NULL; slash && (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        if (mkdir(folder, 0700) && errno != EEXIST) break;
        *slash = '/';
    }
    mem_free(folder);
}

void place_keep(const struct doc *doc)
{
    struct buffer places = {0}, out = {0};
    char *path = real_path(doc->text), *file = path_own("STATE", "places");
    enum text_encoding encoding = text_encoding(doc->text);
    bool said = encoding >= TEXT_OTHER_ENCODINGS && !text_encoding_guessed(doc->text);
    bool untouched = doc->cursor == 0 && text_mark_get(doc->text, doc->top) == 0 && !said;
    bool known = read_places(&places);
    if (path && file && (known || !untouched) && keep_others(&places, path, &out) &&
        (untouched ||
         buffer_printf(&out, "%zu %zu %s%s%s%s\n", doc->cursor, text_mark_get(doc->text, doc->top),
                       said ? "@" : "", said ? text_encoding_word(encoding) : "", said ? " " : "", path))) {
        make_folder(file);
        mode_t mask = umask(077); /* readable only by the user */
        if (!file_write_atomic(file, out.data ? out.data : "", out.size, NULL)) (void)chmod(file, 0600);
        umask(mask);
    }
    free(path);
    mem_free(file);
    buffer_free(&places);
    buffer_free(&out);
}
