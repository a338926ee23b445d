/* Blanks in a text: [[12]], [[4-20]], [[]], \[[. */
#include "chars.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"

#include <string.h>

void fill_markup_free(struct fill_markup *markup)
{
    buffer_free(&markup->text);
    mem_free(markup->blanks);
    mem_free(markup->escapes);
    *markup = (struct fill_markup){0};
}

/* The scanner's position. Lines and columns are counted only up to the places that need them, each byte once,
 * so that a line of a million blanks costs no more than a line of prose. */
struct scan {
    const char *bytes;
    size_t size;
    size_t counted; /* bytes that line and column below account for */
    size_t line, column;
    uint32_t most; /* the largest blank, in tokens; a larger one is text */
};

static void count_to(struct scan *scan, size_t offset)
{
    while (scan->counted < offset) {
        if (scan->bytes[scan->counted] == '\n') {
            scan->line++;
            scan->column = 1;
            scan->counted++;
            continue;
        }
        uint32_t ignored;
        int n = utf8_decode(scan->bytes + scan->counted, scan->size - scan->counted, &ignored);
        scan->counted += n ? (size_t)n : 1;
        scan->column++;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits at *at; a number too large for any model stays too large and does not wrap round. */
static bool read_number(const struct scan *scan, size_t *at, uint32_t *out)
{
    uint64_t value = 0;
    size_t begin = *at;
    for (; *at < scan->size && is_digit(scan->bytes[*at]); ++*at)
        if (value < UINT32_MAX) value = 10 * value + (uint64_t)(scan->bytes[*at] - '0');
    *out = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
    return *at > begin;
}

/* Matches [[ digits? (- digits)? ]] at `at`. Returns its end, or 0 if this is not a blank. */
static size_t match_blank(const struct scan *scan, size_t at, struct fill_blank *blank)
{
    size_t p = at + 2;
    uint32_t low = 1, high = FILL_ANY_TOKENS;
    bool has_low = read_number(scan, &p, &low), has_high = false;
    if (p < scan->size && scan->bytes[p] == '-') {
        p++;
        has_high = read_number(scan, &p, &high);
        if (!has_high) return 0;
    }
    if (p + 2 > scan->size || scan->bytes[p] != ']' || scan->bytes[p + 1] != ']') return 0;
    blank->min = has_low ? low : 1;
    blank->max = has_high ? high : has_low ? low : FILL_ANY_TOKENS;
    return p + 2;
}

/* Whether ]] follows on the same line, before another [[ begins. */
static bool closes_on_line(const struct scan *scan, size_t at)
{
    for (size_t p = at + 2; p + 1 < scan->size && scan->bytes[p] != '\n'; p++) {
        if (scan->bytes[p] == ']' && scan->bytes[p + 1] == ']') return true;
        if (scan->bytes[p] == '[' && scan->bytes[p + 1] == '[') return false;
    }
    return false;
}

static enum status markup_error(struct scan *scan, size_t at, struct error *error, const char *why)
{
    count_to(scan, at);
    return error_set(error, STATUS_FORMAT, "%zu:%zu: %s", scan->line, scan->column, why);
}

static enum status no_memory_to_parse(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "out of memory");
}

/* Keeps the markup from `at` to `end` in the text. */
static enum status keep_too_long(struct scan *scan, size_t at, size_t end, struct fill_markup *out,
                                 struct error *error)
{
    if (!out->too_long++) {
        count_to(scan, at);
        out->too_long_line = scan->line;
        out->too_long_column = scan->column;
    }
    return buffer_append(&out->text, scan->bytes + at, end - at) ? STATUS_OK : no_memory_to_parse(error);
}

static enum status add_blank(struct scan *scan, size_t at, struct fill_blank blank, struct fill_markup *out,
                             struct error *error)
{
    count_to(scan, at);
    blank.line = scan->line;
    blank.column = scan->column;
    if (!mem_grow(&out->blanks, &out->capacity, out->count + 1, sizeof *out->blanks))
        return no_memory_to_parse(error);
    out->blanks[out->count++] = blank;
    return STATUS_OK;
}

/* A [[ at `at`: appends a blank and moves *at past it, or moves past one plain byte. */
static enum status take_brackets(struct scan *scan, size_t *at, struct fill_markup *out, struct error *error)
{
    struct fill_blank blank = {.start = out->text.size, .end = out->text.size};
    size_t begin = *at, end = match_blank(scan, begin, &blank);
    if (!end) {
        if (begin + 2 < scan->size && is_digit(scan->bytes[begin + 2]) && !closes_on_line(scan, begin))
            return markup_error(scan, begin, error,
                                "a blank starts here, but ]] is missing (\\[[ stands for a literal [[)");
        ++*at;
        return buffer_append_char(&out->text, '[') ? STATUS_OK : no_memory_to_parse(error);
    }
    if (blank.min == 0) return markup_error(scan, begin, error, "a blank must have at least one token");
    if (blank.min > blank.max) return markup_error(scan, begin, error, "the range of this blank is reversed");
    *at = end;
    return blank.min > scan->most ? keep_too_long(scan, begin, end, out, error)
                                  : add_blank(scan, begin, blank, out, error);
}

/* A \[[ whose backslash was left out. */
static bool take_escape(struct fill_markup *out)
{
    if (!mem_grow(&out->escapes, &out->escape_capacity, out->escape_count + 1, sizeof *out->escapes))
        return false;
    out->escapes[out->escape_count++] = out->text.size;
    return buffer_append(&out->text, "[[", 2);
}

enum status fill_parse_within(const char *bytes, size_t size, uint32_t most, struct fill_markup *out,
                              struct error *error)
{
    *out = (struct fill_markup){0};
    struct scan scan = {.bytes = bytes, .size = size, .line = 1, .column = 1, .most = most};
    enum status status = STATUS_OK;
    for (size_t at = 0; !status && at < size;) {
        const char *next = memchr(bytes + at, '[', size - at);
        size_t plain = next ? (size_t)(next - bytes) : size;
        bool pair = next && plain + 1 < size && bytes[plain + 1] == '[';
        bool literal = pair && plain > at && bytes[plain - 1] == '\\';
        if (next && !pair) plain++;
        size_t keep = plain - at - (literal ? 1 : 0);
        bool ok = buffer_append(&out->text, bytes + at, keep);
        at = plain;
        if (ok && literal) {
            ok = take_escape(out);
            at += 2;
        } else if (ok && pair) {
            status = take_brackets(&scan, &at, out, error);
        }
        if (!ok) status = no_memory_to_parse(error);
    }
    if (status) fill_markup_free(out);
    return status;
}

enum status fill_parse(const char *bytes, size_t size, struct fill_markup *out, struct error *error)
{
    return fill_parse_within(bytes, size, UINT32_MAX, out, error);
}

/* Text of the source from `from` to `to`, including its escapes. */
static bool put_source(const struct fill_markup *markup, size_t from, size_t to, size_t *escape,
                       struct buffer *out)
{
    for (; *escape < markup->escape_count && markup->escapes[*escape] < to; ++*escape) {
        size_t at = markup->escapes[*escape];
        if (!buffer_append(out, markup->text.data + from, at - from) || !buffer_append_char(out, '\\'))
            return false;
        from = at;
    }
    return from == to || buffer_append(out, markup->text.data + from, to - from);
}

/* A fill that contains [[ would become a blank the next time. */
static bool put_escaped(struct slice text, struct buffer *out)
{
    bool ok = true;
    for (size_t i = 0; i < text.size && ok; i++) {
        bool pair = text.data[i] == '[' && i + 1 < text.size && text.data[i + 1] == '[';
        ok = pair ? buffer_append_string(out, "\\[[") : buffer_append_char(out, text.data[i]);
        i += pair;
    }
    return ok;
}

bool fill_markup_splice(const struct fill_markup *markup, const struct slice *texts, struct buffer *out)
{
    size_t at = 0, escape = 0;
    for (size_t i = 0; i < markup->count; i++) {
        if (!put_source(markup, at, markup->blanks[i].start, &escape, out) || !put_escaped(texts[i], out))
            return false;
        at = markup->blanks[i].end;
    }
    return put_source(markup, at, markup->text.size, &escape, out);
}

void fill_trim(struct slice draft, size_t *start, size_t *end)
{
    size_t size;
    while (*end > *start && fill_is_space(fill_char_before(draft, *end, &size)) && *end - *start >= size)
        *end -= size;
    while (*start < *end && fill_is_space(fill_char_at(draft, *start, &size)) && *end - *start >= size)
        *start += size;
}

bool fill_splice(struct slice draft, const struct fill_blank *blanks, const struct slice *texts, size_t count,
                 struct buffer *out)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        INVARIANT(blanks[i].start >= at && blanks[i].start <= blanks[i].end && blanks[i].end <= draft.size);
        if (blanks[i].start > at && !buffer_append(out, draft.data + at, blanks[i].start - at)) return false;
        if (texts[i].size && !buffer_append(out, texts[i].data, texts[i].size)) return false;
        at = blanks[i].end;
    }
    return at >= draft.size || buffer_append(out, draft.data + at, draft.size - at);
}
