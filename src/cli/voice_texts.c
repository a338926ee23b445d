#define _GNU_SOURCE /* scandir, alphasort */
#include "voice_texts.h"
#include "lacuna/bpe.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PAGE = 2000,      /* bytes, the least of a page */
    EVERY = 10,       /* one page of this many is for test, one of twice as many for watch, */
    MOST_TESTED = 60, /* up to this many in all */
    LEAST_PAGES = 20, /* fewer pages measure nothing */
    MOST_DEPTH = 16   /* of nested folders */
};

/* ---- files ---------------------------------------------------------------------------------------------- */

static bool has_ending(const char *name, const char *end)
{
    size_t size = strlen(name), tail = strlen(end);
    return size > tail && strcmp(name + size - tail, end) == 0;
}

static bool is_text(const char *name)
{
    return has_ending(name, ".txt") || has_ending(name, ".md") || has_ending(name, ".markdown") ||
           has_ending(name, ".text");
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Appends a text and a separator. Texts that are not UTF-8 are left out, and counted. */
static enum status add_file(const char *path, struct buffer *all, struct voice_texts *out,
                            struct error *error)
{
    struct buffer bytes = {0};
    enum status status = file_read(path, &bytes, error);
    if (!status && !utf8_valid(bytes.data ? bytes.data : "", bytes.size)) {
        if (!out->left_out++) out->first_left_out = mem_strdup(path);
    } else if (!status && bytes.size) {
        out->files++;
        if (!buffer_append(all, bytes.data, bytes.size) || !buffer_append_char(all, '\0'))
            status = error_set(error, STATUS_NO_MEMORY, "out of memory");
    }
    buffer_free(&bytes);
    return status;
}

static enum status add_path(const char *path, int depth, struct buffer *all, struct voice_texts *out,
                            struct error *error);

static enum status add_folder(const char *folder, int depth, struct buffer *all, struct voice_texts *out,
                              struct error *error)
{
    struct dirent **list;
    enum status status = STATUS_OK;
    int count = depth < MOST_DEPTH ? scandir(folder, &list, is_shown, alphasort) : 0;
    if (count < 0) return error_set(error, STATUS_IO, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        struct stat info;
        char *path = path_join(folder, list[i]->d_name);
        if (!path && !status) status = error_set(error, STATUS_NO_MEMORY, "out of memory");
        bool wanted = !status && lstat(path, &info) == 0 &&
                      (S_ISDIR(info.st_mode) || (S_ISREG(info.st_mode) && is_text(list[i]->d_name)));
        if (wanted) status = add_path(path, depth + 1, all, out, error);
        mem_free(path);
        free(list[i]);
    }
    if (depth < MOST_DEPTH) free(list);
    return status;
}

static enum status add_path(const char *path, int depth, struct buffer *all, struct voice_texts *out,
                            struct error *error)
{
    struct stat info;
    if (stat(path, &info)) return error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
    return S_ISDIR(info.st_mode) ? add_folder(path, depth, all, out, error) : add_file(path, all, out, error);
}

/* ---- pages ---------------------------------------------------------------------------------------------- */

/* The end of the page that begins at `from`: after a paragraph, else after a line, else at the end of its text. */
static const char *page_end(const char *from, const char *end)
{
    if (end - from <= PAGE + PAGE / 2) return end;
    const char *gap = memmem(from + PAGE, (size_t)(end - from - PAGE), "\n\n", 2);
    const char *feed = memchr(from + PAGE, '\n', (size_t)(end - from - PAGE));
    if (gap && gap - from < 3 * PAGE) return gap + 2;
    return feed ? feed + 1 : end;
}

static bool add_page(struct buffer *out, const char *from, const char *end, bool goes_on)
{
    if (out->size && !goes_on && !buffer_append_string(out, BPE_SEPARATOR "\n")) return false;
    return buffer_append(out, from, (size_t)(end - from));
}

/* Distributes the pages; with `out` NULL it only counts them. */
static bool deal_pages(const struct buffer *all, size_t every, struct voice_texts *out, size_t *count)
{
    bool ok = true;
    size_t number = 0;
    struct buffer *last = NULL;
    for (const char *text = all->data, *stop = all->data + all->size; ok && text < stop;) {
        const char *end = text + strlen(text);
        for (const char *page = text, *next; ok && page < end; page = next, number++) {
            next = page_end(page, end);
            if (!out) continue;
            bool tested = number % every == every / 2, watched = number % (2 * every) == every - 1;
            struct buffer *to = tested ? &out->test : watched ? &out->watch : &out->train;
            out->tested += tested;
            ok = add_page(to, page, next, to == last && to == &out->train && page > text);
            last = to;
        }
        text = end + 1;
    }
    *count = number;
    return ok;
}

static enum status too_little(const char *folder, const struct voice_texts *texts, struct error *error)
{
    char left_out[400] = "";
    if (texts->left_out)
        snprintf(left_out, sizeof left_out, "; %zu %s not UTF-8: %.200s", texts->left_out,
                 texts->left_out == 1 ? "is" : "are", texts->first_left_out ? texts->first_left_out : "");
    /* What matters is first: the editor may have room for no more. */
    return error_set(error, STATUS_ARGUMENT,
                     "%s: %zu %s of text; at least %d pages of %d bytes are needed (%zu %s, .txt or .md%s)",
                     folder, texts->pages, texts->pages == 1 ? "page" : "pages", LEAST_PAGES, PAGE,
                     texts->files, texts->files == 1 ? "file" : "files", left_out);
}

enum status voice_texts_read(const char *folder, struct voice_texts *out, struct error *error)
{
    struct buffer all = {0};
    *out = (struct voice_texts){0};
    enum status status = add_path(folder, 0, &all, out, error);
    if (!status && all.size) (void)deal_pages(&all, EVERY, NULL, &out->pages);
    if (!status && out->pages < LEAST_PAGES) status = too_little(folder, out, error);
    size_t every = out->pages / MOST_TESTED > EVERY ? out->pages / MOST_TESTED : EVERY;
    if (!status && !deal_pages(&all, every, out, &out->pages))
        status = error_set(error, STATUS_NO_MEMORY, "out of memory");
    buffer_free(&all);
    if (status) voice_texts_free(out);
    return status;
}

void voice_texts_free(struct voice_texts *texts)
{
    buffer_free(&texts->train);
    buffer_free(&texts->watch);
    buffer_free(&texts->test);
    mem_free(texts->first_left_out);
    texts->first_left_out = NULL;
}
