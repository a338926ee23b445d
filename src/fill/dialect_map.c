/* Maps a draft's typography to the model's and back, with the origin of every byte. */
#include "dialect_map.h"
#include "chars.h"
#include "lacuna/base.h"

#include <string.h>

void fill_mapped_free(struct fill_mapped *mapped)
{
    buffer_free(&mapped->text);
    mem_free(mapped->origin);
    *mapped = (struct fill_mapped){0};
}

/* Appends bytes that come from `origin`. */
static bool put_mapped(struct fill_mapped *out, const char *bytes, size_t size, size_t origin)
{
    size_t at = out->text.size;
    if (origin > UINT32_MAX || !mem_grow(&out->origin, &out->capacity, at + size + 1, sizeof *out->origin))
        return false;
    if (!buffer_append(&out->text, bytes, size)) return false;
    for (size_t i = 0; i < size; i++) out->origin[at + i] = (uint32_t)origin;
    return true;
}

static bool put_string(struct fill_mapped *out, const char *string, size_t origin)
{
    return put_mapped(out, string, strlen(string), origin);
}

static enum status end_mapped(struct fill_mapped *out, bool ok, size_t end, struct error *error)
{
    if (ok && put_mapped(out, "", 0, end)) {
        out->origin[out->text.size] = (uint32_t)end;
        return STATUS_OK;
    }
    fill_mapped_free(out);
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu bytes of text", end);
}

static bool starts_with(struct slice text, size_t at, const char *what)
{
    size_t n = strlen(what);
    return at + n <= text.size && memcmp(text.data + at, what, n) == 0;
}

static const char *const dash_of[FILL_DASHES] = {"—", " — ", " – ", "--", " -- "};

/* ---- draft to model ----------------------------------------------------------------------------------- */

/* A run of spaces and line breaks that begins at `at`: its end, and the number of line breaks in it. A run
 * without a line break is left alone. */
static size_t line_ends(struct slice text, size_t at, size_t *count)
{
    *count = 0;
    for (; at < text.size; at++) {
        char c = text.data[at];
        if (c == '\n')
            ++*count;
        else if (c != ' ' && c != '\t' && !(c == '\r' && at + 1 < text.size && text.data[at + 1] == '\n'))
            break;
    }
    return at;
}

static const char *paragraph_break(const struct fill_dialect *dialect, size_t lines)
{
    if (lines > 1 || dialect->lines == FILL_LINES_SINGLE) return "\n\n";
    return dialect->lines == FILL_LINES_WRAPPED ? " " : "\n";
}

/* Marks that the plain dialect writes differently. NULL: leave it. */
static const char *plain_mark(struct slice text, size_t at, size_t *size)
{
    static const struct {
        const char *from, *to;
    } marks[] = {{"‘", "'"},  {"’", "'"},  {"‚", "'"},   {"‛", "'"},      {"“", "\""},     {"”", "\""},
                 {"„", "\""}, {"‟", "\""}, {"…", "..."}, {"\u00A0", " "}, {"\u202F", " "}, {"\uFEFF", ""}};
    if (!(text.data[at] & 0x80)) return NULL;
    for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
        if (starts_with(text, at, marks[i].from)) return *size = strlen(marks[i].from), marks[i].to;
    return NULL;
}

static bool is_dash(const struct fill_dialect *dialect, struct slice text, size_t at)
{
    const char *dash = dash_of[dialect->dash];
    if (!starts_with(text, at, dash)) return false;
    if (dialect->dash != FILL_DASH_HYPHENS) return true;
    return (at == 0 || text.data[at - 1] != '-') && !starts_with(text, at, "---");
}

/* One step: maps what begins at `at` and returns the number of bytes read; 0: out of memory. */
static size_t map_one(const struct fill_dialect *dialect, struct slice text, size_t at,
                      struct fill_mapped *out)
{
    char c = text.data[at];
    size_t size = 0, lines = 0;
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') {
        size_t end = line_ends(text, at, &lines);
        if (lines) return put_string(out, paragraph_break(dialect, lines), at) ? end - at : 0;
    }
    if (is_dash(dialect, text, at)) return put_string(out, "—", at) ? strlen(dash_of[dialect->dash]) : 0;
    const char *mark = plain_mark(text, at, &size);
    if (mark) return put_string(out, mark, at) ? size : 0;
    fill_char_at(text, at, &size);
    return put_mapped(out, text.data + at, size, at) ? size : 0;
}

enum status fill_dialect_to_model(const struct fill_dialect *dialect, struct slice piece,
                                  struct fill_mapped *out, struct error *error)
{
    *out = (struct fill_mapped){0};
    bool ok = true;
    for (size_t at = 0; ok && at < piece.size;) {
        size_t used;
        if (dialect->map) {
            used = map_one(dialect, piece, at, out);
        } else if (starts_with(piece, at, "\r\n")) {
            used = put_mapped(out, "\n", 1, at) ? 2 : 0;
        } else {
            fill_char_at(piece, at, &used);
            if (!put_mapped(out, piece.data + at, used, at)) used = 0;
        }
        ok = used > 0;
        at += used;
    }
    return end_mapped(out, ok, piece.size, error);
}

/* ---- model to draft ----------------------------------------------------------------------------------- */

static bool is_dash_char(uint32_t c)
{
    return c == '-' || c == 0x2013 || c == 0x2014;
}

bool fill_quote_opens(uint32_t before, uint32_t after)
{
    if (after == 0 || fill_is_space(after)) return false;
    if (before == 0 || fill_is_space(before)) return true;
    if (before == '(' || before == '[' || before == '{' || before == 0x2018 || before == 0x201C) return true;
    /* a colon directly before a word: the model left out the space, as in shouted:"You */
    return (is_dash_char(before) || before == ':') && fill_is_word(after);
}

/* 'tis, 'em, '90s: an apostrophe in the place of an opening quote. */
static bool is_elision(struct slice text, size_t after)
{
    static const char *const words[] = {"tis", "twas", "twere", "twill", "em", "cause",
                                        "til", "till", "round", "bout",  "n"};
    if (after < text.size && text.data[after] >= '0' && text.data[after] <= '9') return true;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        size_t n = strlen(words[i]);
        if (starts_with(text, after, words[i]) && !fill_is_word(fill_char_at(text, after + n, NULL)))
            return true;
    }
    return false;
}

/* A fill between its neighbours. */
struct back {
    const struct fill_dialect *dialect;
    struct slice fill, before, after;
};

/* The neighbours of [at, at + size): on the left the text that is already converted, since a quote that was
 * just made curly decides about the next one. */
static uint32_t left_of(const struct back *b, const struct fill_mapped *out)
{
    struct slice written = {out->text.data, out->text.size};
    return written.size ? fill_char_before(written, written.size, NULL)
                        : fill_char_before(b->before, b->before.size, NULL);
}

static uint32_t right_of(const struct back *b, size_t at)
{
    return at < b->fill.size ? fill_char_at(b->fill, at, NULL) : fill_char_at(b->after, 0, NULL);
}

static bool put_quote(const struct back *b, size_t at, struct fill_mapped *out)
{
    bool open = fill_quote_opens(left_of(b, out), right_of(b, at + 1));
    if (b->fill.data[at] == '"') return put_string(out, open ? "“" : "”", at);
    return put_string(out, open && !is_elision(b->fill, at + 1) ? "‘" : "’", at);
}

/* An em dash in the draft's style; no space is added at the fill's ends, where the draft has its own, nor
 * beside another space. */
static bool put_dash(const struct back *b, size_t at, size_t size, struct fill_mapped *out)
{
    const char *dash = dash_of[b->dialect->dash];
    size_t n = strlen(dash);
    if (*dash == ' ') {
        uint32_t left = out->text.size ? left_of(b, out) : ' ';
        uint32_t right = at + size < b->fill.size ? right_of(b, at + size) : ' ';
        if (fill_is_space(left)) dash++, n--;
        if (fill_is_space(right)) n--;
    }
    return put_mapped(out, dash, n, at);
}

static const char *draft_break(const struct fill_dialect *dialect)
{
    if (!dialect->map) return dialect->crlf ? "\r\n" : "\n";
    if (dialect->lines == FILL_LINES_SINGLE) return dialect->crlf ? "\r\n" : "\n";
    return dialect->crlf ? "\r\n\r\n" : "\n\n";
}

static size_t unmap_one(const struct back *b, size_t at, struct fill_mapped *out)
{
    const struct fill_dialect *d = b->dialect;
    char c = b->fill.data[at];
    size_t size = 1;
    if (c == '\n') {
        /* Any number of line feeds from the model means the end of a paragraph. */
        while (d->map && starts_with(b->fill, at + size, "\n")) size++;
        return put_string(out, draft_break(d), at) ? size : 0;
    }
    if (d->map) {
        if ((c == '"' && d->curly_double) || (c == '\'' && d->curly_single))
            return put_quote(b, at, out) ? 1 : 0;
        if (d->ellipsis && starts_with(b->fill, at, "...")) return put_string(out, "…", at) ? 3 : 0;
        if (starts_with(b->fill, at, "—")) return put_dash(b, at, 3, out) ? 3 : 0;
    }
    fill_char_at(b->fill, at, &size);
    return put_mapped(out, b->fill.data + at, size, at) ? size : 0;
}

enum status fill_dialect_to_draft(const struct fill_dialect *dialect, struct slice fill, struct slice before,
                                  struct slice after, struct fill_mapped *out, struct error *error)
{
    *out = (struct fill_mapped){0};
    struct back back = {dialect, fill, before, after};
    bool ok = true;
    for (size_t at = 0; ok && at < fill.size;) {
        size_t used = unmap_one(&back, at, out);
        ok = used > 0;
        at += used;
    }
    return end_mapped(out, ok, fill.size, error);
}
