/* Turns trace lines into pictures. */
#define _XOPEN_SOURCE_EXTENDED 1
#include "playback.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char *const usual_escapes[PLAYBACK_LOOKS] = {"\033[0m", "\033[0;2m", "\033[0;1;7m", "\033[0;4m",
                                                          "\033[0;1m"};

enum { MOST_CANDIDATES = 1 << 16 };

struct blank {
    json_int_t start, end; /* code points of the text */
    struct playback_text shown;
    uint32_t *drawn_from; /* for each token: the note with its latest odds */
    size_t drawn_capacity;
};

struct playback {
    int columns, rows, candidate;
    json_int_t candidates; /* how many the trace has had so far */
    json_int_t windows;    /* of the job */
    char *text;
    struct blank *blanks;
    size_t count;
    json_int_t from, to; /* the range of code points that is shown: the window */
    size_t first;        /* the window's first blank */
    char status[200];
    char **odds;
    size_t odds_count, odds_capacity;
    const char *const *escapes;
};

static void shown_free(struct playback_text *shown)
{
    buffer_free(&shown->text);
    buffer_free(&shown->looks);
    buffer_free(&shown->notes);
}

struct playback *playback_new(int columns, int rows, int candidate, struct error *error)
{
    struct playback *p = mem_zalloc(sizeof *p);
    if (!p) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a replay");
        return NULL;
    }
    *p = (struct playback){.columns = columns > 1 ? columns : 2,
                           .rows = rows > 1 ? rows : 2,
                           .candidate = candidate,
                           .escapes = usual_escapes};
    return p;
}

static void forget_job(struct playback *p)
{
    for (size_t i = 0; i < p->count; i++) {
        shown_free(&p->blanks[i].shown);
        mem_free(p->blanks[i].drawn_from);
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
    for (size_t i = 0; i < p->odds_count; i++) mem_free(p->odds[i]);
    mem_free(p->odds);
    mem_free(p);
}

void playback_use_escapes(struct playback *p, const char *const escapes[PLAYBACK_LOOKS])
{
    p->escapes = escapes;
}

uint32_t playback_note(const struct playback_text *shown, size_t at)
{
    uint32_t note;
    memcpy(&note, shown->notes.data + at * sizeof note, sizeof note);
    return note;
}

size_t playback_odds_count(const struct playback *p)
{
    return p->odds_count;
}

const char *playback_odds(const struct playback *p, size_t number)
{
    return p->odds[number];
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
    p->windows = int_of(line, "windows", 1);
    p->from = 0;
    p->to = (json_int_t)utf8_count(p->text, strlen(p->text));
    p->status[0] = '\0';
    return STATUS_OK;
}

static enum playback_look look_of(const json_t *token)
{
    const char *state = json_string_value(json_object_get(token, "state"));
    return !state                         ? PLAYBACK_SETTLED
           : strcmp(state, "masked") == 0 ? PLAYBACK_MASKED
           : strcmp(state, "fresh") == 0  ? PLAYBACK_FRESH
           : strcmp(state, "pinned") == 0 ? PLAYBACK_PINNED
                                          : PLAYBACK_SETTLED;
}

/* Appends text of a trace for drawing: line breaks break lines; all other characters that a terminal would
 * obey are made visible. */
static bool add_shown(struct playback_text *out, const char *bytes, size_t size, enum playback_look look,
                      uint32_t note)
{
    char form[VISIBLE_SIZE];
    for (size_t at = 0; at < size;) {
        int length, shown = visible_form(bytes + at, size - at, form, &length);
        char c = bytes[at];
        if (c == '\n' || c == '\t') form[0] = c == '\t' ? ' ' : c, shown = 1;
        if (!buffer_append(&out->text, form, (size_t)shown)) return false;
        for (int i = 0; i < shown; i++)
            if (!buffer_append_char(&out->looks, (char)look) ||
                !buffer_append(&out->notes, &note, sizeof note))
                return false;
        at += (size_t)length;
    }
    return true;
}

/* ---- odds ---------------------------------------------------------------------------------------------- */

static bool put_odds(const json_t *token, struct buffer *out)
{
    const json_t *item;
    size_t i;
    const json_t *entropy = json_object_get(token, "entropy");
    if (json_is_number(entropy) && !buffer_printf(out, "entropy %.2f nats", json_number_value(entropy)))
        return false;
    json_array_foreach((json_t *)(uintptr_t)json_object_get(token, "odds"), i, item)
    {
        const char *text = json_string_value(json_object_get(item, "text"));
        const json_t *p = json_object_get(item, "p");
        if (!text || !json_is_number(p)) continue;
        while (*text == ' ') text++;
        if (!buffer_append_string(out, out->size ? " \u00b7 " : "") ||
            !visible_append(out, text, strlen(text)) ||
            !buffer_printf(out, " %.*f %%", json_number_value(p) < 0.1 ? 1 : 0, 100 * json_number_value(p)))
            return false;
    }
    return true;
}

/* The note of a token: its odds in this line of the trace, else the odds from which it was drawn. */
static bool find_note(struct playback *p, struct blank *b, size_t index, const json_t *token, uint32_t *note)
{
    size_t known = b->drawn_capacity;
    *note = 0;
    if (!mem_grow(&b->drawn_from, &b->drawn_capacity, index + 1, sizeof *b->drawn_from)) return false;
    for (size_t i = known; i < b->drawn_capacity; i++) b->drawn_from[i] = 0;
    if (json_object_get(token, "odds")) {
        struct buffer odds = {0};
        if (!mem_grow(&p->odds, &p->odds_capacity, p->odds_count + 1, sizeof *p->odds) ||
            !buffer_append_string(&odds, "") || !put_odds(token, &odds)) {
            buffer_free(&odds);
            return false;
        }
        p->odds[p->odds_count++] = odds.data;
        b->drawn_from[index] = (uint32_t)p->odds_count;
    }
    *note = b->drawn_from[index];
    return true;
}

/* ---- blanks -------------------------------------------------------------------------------------------- */

/* The last line of a job gives each blank as a whole. If its words are shown already, their odds stay. */
static bool read_whole(struct blank *b, const char *whole)
{
    struct playback_text now = {0};
    bool ok = add_shown(&now, whole, strlen(whole), PLAYBACK_SETTLED, 0);
    bool same = ok && now.text.size == b->shown.text.size &&
                (!now.text.size || memcmp(now.text.data, b->shown.text.data, now.text.size) == 0);
    if (same && now.text.size) memcpy(b->shown.looks.data, now.looks.data, now.looks.size);
    if (ok && !same) {
        shown_free(&b->shown);
        b->shown = now;
        return true;
    }
    shown_free(&now);
    return ok;
}

static bool read_tokens(struct playback *p, struct blank *b, const json_t *tokens)
{
    const json_t *token;
    size_t i;
    b->shown.text.size = b->shown.looks.size = b->shown.notes.size = 0;
    json_array_foreach((json_t *)(uintptr_t)tokens, i, token)
    {
        const char *text = json_string_value(json_object_get(token, "text"));
        enum playback_look look = look_of(token);
        uint32_t note;
        if (!find_note(p, b, i, token, &note)) return false;
        if (look == PLAYBACK_MASKED) text = i ? " ░░░" : "░░░";
        if (text && !add_shown(&b->shown, text, strlen(text), look, note)) return false;
    }
    return true;
}

static bool read_blanks(struct playback *p, const json_t *line)
{
    const json_t *blank;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)json_object_get(line, "blanks"), i, blank)
    {
        json_int_t number = int_of(blank, "blank", -1);
        if (number < 0 || (size_t)number >= p->count) continue;
        const json_t *tokens = json_object_get(blank, "tokens");
        const char *whole = json_string_value(json_object_get(blank, "text"));
        if (whole ? !read_whole(&p->blanks[number], whole) : !read_tokens(p, &p->blanks[number], tokens))
            return false;
    }
    return true;
}

static bool is_shown(struct playback *p, const json_t *line)
{
    json_int_t candidate = int_of(line, "candidate", 0);
    if (candidate >= p->candidates && candidate < MOST_CANDIDATES) p->candidates = candidate + 1;
    return candidate == (p->candidate < 0 ? 0 : p->candidate);
}

long playback_candidates(const struct playback *p)
{
    return (long)p->candidates;
}

/* "window 2 of 3, " if there are several. Returns its size. */
static int put_window(const struct playback *p, const json_t *line, char *out, size_t size)
{
    return p->windows < 2
               ? 0
               : snprintf(out, size, "window %lld of %lld, ",
                          (long long)int_of(line, "window", 0) % MOST_CANDIDATES + 1, (long long)p->windows);
}

static bool read_step(struct playback *p, const json_t *line, bool window)
{
    const json_t *sigma = json_object_get(line, "sigma_bar"), *score = json_object_get(line, "score");
    if (window) {
        p->from = int_of(line, "start", p->from);
        p->to = int_of(line, "end", p->to);
    }
    int n = put_window(p, line, p->status, sizeof p->status);
    if (window)
        n += snprintf(p->status + n, sizeof p->status - (size_t)n, "nothing drawn yet");
    else
        n += snprintf(p->status + n, sizeof p->status - (size_t)n, "step %lld of %lld",
                      (long long)int_of(line, "step", 0), (long long)int_of(line, "steps", 0));
    if (json_is_number(sigma) && n > 0 && (size_t)n < sizeof p->status)
        n += snprintf(p->status + n, sizeof p->status - (size_t)n, "   \u03c3\u0304 %.2f",
                      json_number_value(sigma));
    if (json_is_number(score) && n > 0 && (size_t)n < sizeof p->status)
        snprintf(p->status + n, sizeof p->status - (size_t)n, "   %.2f nats per token",
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
        return error_set(error, STATUS_FORMAT, "this line does not belong to a trace");
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

/* The shown text of the window. */
struct page {
    struct playback_text shown;
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
    return add_shown(&page->shown, bytes, size, PLAYBACK_PLAIN, 0);
}

static bool append_shown(struct playback_text *out, const struct playback_text *from, size_t start,
                         size_t end)
{
    const size_t note = sizeof(uint32_t);
    return start >= end ||
           (buffer_append(&out->text, from->text.data + start, end - start) &&
            buffer_append(&out->looks, from->looks.data + start, end - start) &&
            buffer_append(&out->notes, from->notes.data + start * note, (end - start) * note));
}

static const char cut[] = "\u2026"; /* where the window ends, and the text goes on */

static bool compose_page(const struct playback *p, struct page *page)
{
    json_int_t at = p->from;
    page->focus = SIZE_MAX;
    if (byte_of(p->text, p->from) && !add_plain(page, cut, strlen(cut))) return false;
    for (size_t i = 0; i < p->count; i++) {
        const struct blank *b = &p->blanks[i];
        if (b->end < p->from || b->start > p->to) continue;
        size_t start = byte_of(p->text, at), end = byte_of(p->text, b->start);
        if (end > start && !add_plain(page, p->text + start, end - start)) return false;
        if (page->focus == SIZE_MAX) page->focus = page->shown.text.size;
        if (!append_shown(&page->shown, &b->shown, 0, b->shown.text.size)) return false;
        if (!b->shown.text.size && b->end > b->start) { /* not started: the present text */
            size_t first = byte_of(p->text, b->start), last = byte_of(p->text, b->end);
            if (!add_plain(page, p->text + first, last - first)) return false;
        }
        at = b->end;
    }
    size_t start = byte_of(p->text, at), end = byte_of(p->text, p->to);
    return (end <= start || add_plain(page, p->text + start, end - start)) &&
           (!p->text[end] || end < start || add_plain(page, cut, strlen(cut)));
}

static int width_at(const char *text, size_t size, size_t *length)
{
    uint32_t code = 0;
    int n = utf8_decode(text, size, &code), width = n ? wcwidth((wchar_t)code) : 1;
    *length = n ? (size_t)n : 1;
    return width < 0 ? 1 : width;
}

void playback_fit(char *status, int columns)
{
    static const char gap[] = "   ";
    for (;;) {
        size_t at = 0, all = strlen(status), length;
        int cells = 0;
        for (int width; at < all; at += length, cells += width) {
            width = width_at(status + at, all - at, &length);
            if (cells + width > columns) break;
        }
        if (at == all) return;
        char *second = strstr(status, gap), *third = second ? strstr(second + strlen(gap), gap) : NULL;
        if (!third) {
            status[at] = '\0';
            return;
        }
        memmove(second, third, strlen(third) + 1);
    }
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

bool playback_picture(const struct playback *p, bool all, struct playback_picture *out)
{
    struct page page = {0};
    size_t room = p->rows > 2 ? (size_t)p->rows - 2 : 1, skip = 0, row = 0;
    *out = (struct playback_picture){0};
    bool ok = !p->text || compose_page(p, &page);
    const struct buffer *text = &page.shown.text;
    if (ok && p->text && page.focus != SIZE_MAX &&
        !all) { /* if not all fits, the blank a third from the top */
        size_t focus = row_of(text, page.focus, p->columns);
        skip = focus > room / 3 ? focus - room / 3 : 0;
    }
    for (size_t at = 0, next; ok && at < text->size && (all || row < skip + room); at = next, row++) {
        size_t end = row_end(text, at, p->columns, &next);
        if (row >= skip)
            ok = append_shown(&out->shown, &page.shown, at, end) &&
                 add_shown(&out->shown, "\n", 1, PLAYBACK_PLAIN, 0);
    }
    memcpy(out->status, p->status, sizeof out->status);
    playback_fit(out->status, p->columns);
    shown_free(&page.shown);
    return ok;
}

void playback_picture_free(struct playback_picture *picture)
{
    shown_free(&picture->shown);
}

bool playback_paint(const struct playback *p, const struct playback_picture *picture, bool plain,
                    struct buffer *out)
{
    const struct playback_text *shown = &picture->shown;
    enum playback_look look = PLAYBACK_PLAIN;
    for (size_t i = 0; i < shown->text.size; i++) {
        enum playback_look here = (enum playback_look)shown->looks.data[i];
        if (here != look && !plain && !buffer_append_string(out, p->escapes[here])) return false;
        look = here;
        if (!buffer_append_char(out, shown->text.data[i])) return false;
    }
    return buffer_printf(out, "\n%s\n", picture->status);
}

bool playback_draw(const struct playback *p, bool plain, struct buffer *out)
{
    struct playback_picture picture;
    bool ok = playback_picture(p, plain, &picture) && playback_paint(p, &picture, plain, out);
    playback_picture_free(&picture);
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

bool cast_picture(const struct playback *p, const struct playback_picture *picture, double *clock_ms,
                  double ms, struct buffer *out)
{
    struct buffer painted = {0}, bytes = {0};
    *clock_ms += ms;
    bool ok = playback_paint(p, picture, false, &painted) && buffer_append_string(&bytes, "\033[H\033[2J");
    for (size_t i = 0; ok && i < painted.size; i++)
        ok = painted.data[i] == '\n' ? buffer_append_string(&bytes, "\r\n")
                                     : buffer_append_char(&bytes, painted.data[i]);
    ok = ok && put_json(json_pack("[f, s, s%]", *clock_ms / 1e3, "o", bytes.data, bytes.size), out);
    buffer_free(&painted);
    buffer_free(&bytes);
    return ok;
}

bool cast_frame(const struct playback *p, double *clock_ms, double ms, struct buffer *out)
{
    struct playback_picture picture;
    bool ok = playback_picture(p, false, &picture) && cast_picture(p, &picture, clock_ms, ms, out);
    playback_picture_free(&picture);
    return ok;
}
