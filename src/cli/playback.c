/* Turns trace lines into pictures. */
#define _XOPEN_SOURCE_EXTENDED 1
#include "playback.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum look { PLAIN, MASKED, FRESH, SETTLED, PINNED, LOOKS };
static const char *const escapes[LOOKS] = {"\033[0m", "\033[0;2m", "\033[0;1;7m", "\033[0;4m", "\033[0;1m"};

struct blank {
    json_int_t start, end; /* code points of the text */
    struct buffer text;
    struct buffer looks; /* one byte per byte of text */
};

struct playback {
    int columns, rows, candidate;
    char *text;
    struct blank *blanks;
    size_t count;
    json_int_t from, to; /* code points that are shown: the window's */
    size_t first;        /* the window's first blank */
    char status[200];
};

struct playback *playback_new(int columns, int rows, int candidate, struct error *error)
{
    struct playback *p = mem_zalloc(sizeof *p);
    if (!p) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a replay");
        return NULL;
    }
    *p = (struct playback){
        .columns = columns > 1 ? columns : 2, .rows = rows > 1 ? rows : 2, .candidate = candidate};
    return p;
}

static void forget_job(struct playback *p)
{
    for (size_t i = 0; i < p->count; i++) {
        buffer_free(&p->blanks[i].text);
        buffer_free(&p->blanks[i].looks);
    }
    mem_free(p->blanks);
    mem_free(p->text);
    p->blanks = NULL;
    p->text = NULL;
    p->count = p->first = 0;
}

void playback_free(struct playback *p)
{
    if (!p) return;
    forget_job(p);
    mem_free(p);
}

/* ---- reading lines ------------------------------------------------------------------------------------- */

static json_int_t int_of(const json_t *object, const char *key, json_int_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static enum status read_header(struct playback *p, const json_t *line, struct error *error)
{
    const json_t *text = json_object_get(line, "text"), *blanks = json_object_get(line, "blanks"), *blank;
    size_t i;
    forget_job(p);
    if (int_of(line, "trace", 0) != 1)
        return error_set(error, STATUS_UNSUPPORTED, "this version of traces is not supported");
    if (!json_is_string(text) || !json_is_array(blanks))
        return error_set(error, STATUS_FORMAT, "the header lacks the text or the blanks");
    p->text = mem_strdup(json_string_value(text));
    p->blanks = mem_zalloc_array(json_array_size(blanks) + 1, sizeof *p->blanks);
    if (!p->text || !p->blanks) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a replay");
    p->count = json_array_size(blanks);
    json_int_t before = 0;
    json_array_foreach((json_t *)(uintptr_t)blanks, i, blank)
    {
        json_int_t start = int_of(blank, "start", -1), end = int_of(blank, "end", -1);
        if (start < before || end < start)
            return error_set(error, STATUS_FORMAT, "the blanks are not in ascending order");
        p->blanks[i].start = start;
        p->blanks[i].end = before = end;
    }
    p->from = 0;
    p->to = (json_int_t)utf8_count(p->text, strlen(p->text));
    p->status[0] = '\0';
    return STATUS_OK;
}

static enum look look_of(const json_t *token)
{
    const char *state = json_string_value(json_object_get(token, "state"));
    return !state                         ? SETTLED
           : strcmp(state, "masked") == 0 ? MASKED
           : strcmp(state, "fresh") == 0  ? FRESH
           : strcmp(state, "pinned") == 0 ? PINNED
                                          : SETTLED;
}

/* Appends text of a trace for drawing: line breaks break lines; all other characters that a terminal would
 * obey are made visible. */
static bool add_shown(struct buffer *text, struct buffer *looks, const char *bytes, size_t size,
                      enum look look)
{
    char form[VISIBLE_SIZE];
    for (size_t at = 0; at < size;) {
        int length, shown = visible_form(bytes + at, size - at, form, &length);
        char c = bytes[at];
        if (c == '\n' || c == '\t') form[0] = c == '\t' ? ' ' : c, shown = 1;
        if (!buffer_append(text, form, (size_t)shown)) return false;
        for (int i = 0; i < shown; i++)
            if (!buffer_append_char(looks, (char)look)) return false;
        at += (size_t)length;
    }
    return true;
}

static bool add_text(struct blank *b, const char *text, enum look look)
{
    return add_shown(&b->text, &b->looks, text, strlen(text), look);
}

static bool read_blanks(struct playback *p, const json_t *line)
{
    const json_t *blank, *token;
    size_t i, j;
    json_array_foreach((json_t *)(uintptr_t)json_object_get(line, "blanks"), i, blank)
    {
        json_int_t number = int_of(blank, "blank", -1);
        if (number < 0 || (size_t)number >= p->count) continue;
        struct blank *b = &p->blanks[number];
        const json_t *tokens = json_object_get(blank, "tokens");
        const char *whole = json_string_value(json_object_get(blank, "text"));
        b->text.size = b->looks.size = 0;
        if (whole && !add_text(b, whole, SETTLED)) return false;
        json_array_foreach((json_t *)(uintptr_t)tokens, j, token)
        {
            const char *text = json_string_value(json_object_get(token, "text"));
            enum look look = look_of(token);
            if (look == MASKED) text = j ? " ░░░" : "░░░";
            if (text && !add_text(b, text, look)) return false;
        }
    }
    return true;
}

static bool is_shown(const struct playback *p, const json_t *line)
{
    return int_of(line, "candidate", 0) == (p->candidate < 0 ? 0 : p->candidate);
}

static bool read_step(struct playback *p, const json_t *line, bool window)
{
    const json_t *sigma = json_object_get(line, "sigma_bar"), *score = json_object_get(line, "score");
    if (window) {
        p->from = int_of(line, "start", p->from);
        p->to = int_of(line, "end", p->to);
    }
    int n = snprintf(p->status, sizeof p->status, "step %lld of %lld", (long long)int_of(line, "step", 0),
                     (long long)int_of(line, "steps", 0));
    if (window) n = snprintf(p->status, sizeof p->status, "nothing drawn yet");
    if (json_is_number(sigma) && n > 0 && (size_t)n < sizeof p->status)
        n += snprintf(p->status + n, sizeof p->status - (size_t)n, "   \u03c3\u0304 %.2f",
                      json_number_value(sigma));
    if (json_is_number(score) && n > 0 && (size_t)n < sizeof p->status)
        snprintf(p->status + n, sizeof p->status - (size_t)n, "   %.2f nats a token",
                 json_number_value(score));
    return read_blanks(p, line);
}

static bool read_done(struct playback *p, const json_t *line)
{
    const json_t *candidates = json_object_get(line, "candidates"), *candidate, *shown = NULL;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)candidates, i,
                       candidate) if (p->candidate < 0 ? i == 0
                                                       : int_of(candidate, "candidate", -1) == p->candidate)
        shown = candidate;
    if (!shown) return true;
    const json_t *seconds = json_object_get(line, "seconds");
    snprintf(p->status, sizeof p->status, "done: %lld evaluations, %.2f s",
             (long long)int_of(line, "evaluations", 0),
             json_is_number(seconds) ? json_number_value(seconds) : 0);
    return read_blanks(p, shown);
}

enum status playback_line(struct playback *p, const char *line, size_t size, bool *frame, double *ms,
                          struct error *error)
{
    json_t *root = json_loadb(line, size, 0, NULL);
    const char *type = json_string_value(json_object_get(root, "type"));
    const json_t *took = json_object_get(root, "ms");
    enum status status = STATUS_OK;
    bool ok = true;
    *frame = false;
    *ms = json_is_number(took) ? json_number_value(took) : 0;
    if (!root || !type) {
        json_decref(root);
        return error_set(error, STATUS_FORMAT, "not a line of a trace");
    }
    bool window = strcmp(type, "window") == 0, step = strcmp(type, "step") == 0;
    if (strcmp(type, "header") == 0)
        status = read_header(p, root, error);
    else if (!p->text)
        status = error_set(error, STATUS_FORMAT, "the first line is not the header of a trace");
    else if ((window || step) && is_shown(p, root))
        ok = read_step(p, root, window), *frame = true;
    else if (strcmp(type, "done") == 0)
        ok = read_done(p, root), *frame = true;
    json_decref(root);
    return !status && !ok ? error_set(error, STATUS_NO_MEMORY, "not enough memory for a replay") : status;
}

/* ---- drawing ------------------------------------------------------------------------------------------- */

/* The shown text and the style of each byte. */
struct page {
    struct buffer text, looks;
    size_t focus; /* byte where the first blank of the window begins */
};

static size_t byte_of(const char *text, json_int_t code_point)
{
    size_t at = 0, size = strlen(text);
    uint32_t code;
    for (json_int_t i = 0; i < code_point && at < size; i++) {
        int n = utf8_decode(text + at, size - at, &code);
        at += n ? (size_t)n : 1;
    }
    return at;
}

static bool add_plain(struct page *page, const char *bytes, size_t size)
{
    return add_shown(&page->text, &page->looks, bytes, size, PLAIN);
}

static bool compose_page(const struct playback *p, struct page *page)
{
    json_int_t at = p->from;
    page->focus = SIZE_MAX;
    for (size_t i = 0; i < p->count; i++) {
        const struct blank *b = &p->blanks[i];
        if (b->end < p->from || b->start > p->to) continue;
        size_t start = byte_of(p->text, at), end = byte_of(p->text, b->start);
        if (end > start && !add_plain(page, p->text + start, end - start)) return false;
        if (page->focus == SIZE_MAX) page->focus = page->text.size;
        if (b->text.size && (!buffer_append(&page->text, b->text.data, b->text.size) ||
                             !buffer_append(&page->looks, b->looks.data, b->looks.size)))
            return false;
        if (!b->text.size && b->end > b->start) { /* not started: the present text */
            size_t first = byte_of(p->text, b->start), last = byte_of(p->text, b->end);
            if (!add_plain(page, p->text + first, last - first)) return false;
        }
        at = b->end;
    }
    size_t start = byte_of(p->text, at), end = byte_of(p->text, p->to);
    return end <= start || add_plain(page, p->text + start, end - start);
}

/* The end of the row that begins at `at`: after the last space that fits, or where the cells end. *next is
 * the start of the next row. */
static size_t row_end(const struct buffer *text, size_t at, int columns, size_t *next)
{
    size_t space = SIZE_MAX, i = at;
    int cells = 0;
    while (i < text->size && text->data[i] != '\n') {
        uint32_t code = 0;
        int n = utf8_decode(text->data + i, text->size - i, &code), width = n ? wcwidth((wchar_t)code) : 1;
        if (width < 0) width = 1;
        if (code == ' ') space = i;
        if (cells + width > columns) {
            if (space != SIZE_MAX && space > at) return *next = space + 1, space;
            return *next = i > at ? i : i + (size_t)(n ? n : 1), *next;
        }
        cells += width;
        i += n ? (size_t)n : 1;
    }
    *next = i < text->size ? i + 1 : i;
    return i;
}

static size_t row_of(const struct buffer *text, size_t focus, int columns)
{
    size_t row = 0;
    for (size_t at = 0, next; at < text->size; at = next, row++) {
        row_end(text, at, columns, &next);
        if (focus < next) return row;
    }
    return row;
}

static bool draw_row(const struct page *page, size_t start, size_t end, bool plain, struct buffer *out)
{
    enum look look = PLAIN;
    for (size_t i = start; i < end; i++) {
        enum look here = (enum look)page->looks.data[i];
        if (here != look && !plain && !buffer_append_string(out, escapes[here])) return false;
        look = here;
        if (!buffer_append_char(out, page->text.data[i])) return false;
    }
    return (look == PLAIN || plain || buffer_append_string(out, escapes[PLAIN])) &&
           buffer_append_char(out, '\n');
}

bool playback_draw(const struct playback *p, bool plain, struct buffer *out)
{
    struct page page = {0};
    size_t room = p->rows > 2 ? (size_t)p->rows - 2 : 1, skip = 0, row = 0;
    bool ok = !p->text || compose_page(p, &page);
    if (ok && page.focus != SIZE_MAX && !plain) { /* if not everything fits, the blank is a third down */
        size_t focus = row_of(&page.text, page.focus, p->columns);
        skip = focus > room / 3 ? focus - room / 3 : 0;
    }
    for (size_t at = 0, next; ok && at < page.text.size && (plain || row < skip + room); at = next, row++) {
        size_t end = row_end(&page.text, at, p->columns, &next);
        if (row >= skip) ok = draw_row(&page, at, end, plain, out);
    }
    ok = ok && buffer_printf(out, "\n%.*s\n", 3 * p->columns, p->status);
    buffer_free(&page.text);
    buffer_free(&page.looks);
    return ok;
}

/* ---- asciicast ----------------------------------------------------------------------------------------- */

static bool put_json(json_t *json, struct buffer *out)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    bool ok = text && buffer_append_string(out, text) && buffer_append_char(out, '\n');
    free(text);
    json_decref(json);
    return ok;
}

bool cast_header(int columns, int rows, struct buffer *out)
{
    return put_json(json_pack("{s:i, s:i, s:i, s:s}", "version", 2, "width", columns, "height", rows, "title",
                              "lacuna fill"),
                    out);
}

bool cast_frame(const struct playback *p, double *clock_ms, double ms, struct buffer *out)
{
    struct buffer picture = {0}, bytes = {0};
    *clock_ms += ms;
    bool ok = playback_draw(p, false, &picture) && buffer_append_string(&bytes, "\033[H\033[2J");
    for (size_t i = 0; ok && i < picture.size; i++)
        ok = picture.data[i] == '\n' ? buffer_append_string(&bytes, "\r\n")
                                     : buffer_append_char(&bytes, picture.data[i]);
    ok = ok && put_json(json_pack("[f, s, s%]", *clock_ms / 1e3, "o", bytes.data, bytes.size), out);
    buffer_free(&picture);
    buffer_free(&bytes);
    return ok;
}
