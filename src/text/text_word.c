/* Words and paragraphs. */
#include "lacuna/text.h"
#include "text_break.h"
#include "text_internal.h"

/* ---- words --------------------------------------------------------------------------------------------- */

/* Words are looked for in tokens, which are the runs between white space. In scripts without spaces (Chinese)
 * a token also ends between two ideographs; a run longer than TOKEN is cut at multiples of it. */

enum { TOKEN = 4096 }; /* bytes */

struct token {
    size_t start, end;
    bool ascii;
    char bytes[2 * TOKEN + 4], breaks[2 * TOKEN + 4];
};

static bool white(int byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* U+4000 to U+9FFF: ideographs and a few signs, each a word by itself. */
static bool ideograph_at(struct text_reader *reader, size_t at)
{
    int first = reader_byte(reader, at);
    return first >= 0xe4 && first <= 0xe9 && (reader_byte(reader, at + 1) & 0xc0) == 0x80 &&
           (reader_byte(reader, at + 2) & 0xc0) == 0x80;
}

/* Whether a token begins or ends there. */
static bool token_edge(struct text_reader *reader, size_t at)
{
    int byte = reader_byte(reader, at);
    if (at == 0 || byte < 0 || white(byte) || white(reader_byte(reader, at - 1))) return true;
    return byte >= 0xe4 && at >= 3 && ideograph_at(reader, at) && ideograph_at(reader, at - 3);
}

static size_t next_cut(const struct text *text, size_t at)
{
    size_t cut = (at / TOKEN + 1) * TOKEN;
    return cut < text_size(text) ? cluster_boundary_from(text, cut) : text_size(text);
}

static size_t token_end(struct text_reader *reader, size_t start)
{
    for (size_t end = start + 1; end - start <= TOKEN; end++)
        if (token_edge(reader, end)) return end;
    return next_cut(reader->text, start);
}

static void load_token(struct text_reader *reader, struct token *token)
{
    size_t size = 0;
    unsigned char all = 0;
    for (size_t at = token->start; at < token->end && size < sizeof token->bytes; at++) {
        token->bytes[size] = (char)reader_byte(reader, at);
        all |= (unsigned char)token->bytes[size++];
    }
    token->end = token->start + size;
    token->ascii = all < 0x80;
    if (token->ascii) return;
    break_clean(token->bytes, size, '\1');
    break_words(token->bytes, size, token->breaks);
}

/* The token that contains the byte at `at`, which is not white space. */
static void find_token(struct text_reader *reader, size_t at, struct token *out)
{
    size_t start = at;
    while (!token_edge(reader, start) && at - start < TOKEN) start--;
    if (!token_edge(reader, start)) start = cluster_boundary_from(reader->text, at / TOKEN * TOKEN);
    if (start > at) start = cluster_boundary_from(reader->text, (at / TOKEN - 1) * TOKEN);
    size_t end = token_end(reader, start);
    while (end <= at) end = token_end(reader, start = end);
    out->start = start;
    out->end = end;
    load_token(reader, out);
}

/* The next word of a token, as offsets of the text; start with *end at the token's start. */
static bool next_in(const struct token *token, size_t *start, size_t *end)
{
    size_t first = 0, last = *end - token->start;
    if (!break_next_word(token->bytes, token->end - token->start, token->ascii ? NULL : token->breaks, &first,
                         &last))
        return false;
    *start = token->start + first;
    *end = token->start + last;
    return true;
}

size_t text_next_word(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    struct token token;
    size_t size = text_size(text);
    for (size_t here = at; here < size; here = token.end) {
        while (here < size && white(reader_byte(&reader, here))) here++;
        if (here >= size) break;
        find_token(&reader, here, &token);
        for (size_t start, end = token.start; next_in(&token, &start, &end);)
            if (start > at) return start;
    }
    return size;
}

size_t text_previous_word(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    struct token token;
    if (at > text_size(text)) at = text_size(text);
    for (size_t here = at; here > 0; here = token.start) {
        while (here > 0 && white(reader_byte(&reader, here - 1))) here--;
        if (here == 0) break;
        find_token(&reader, here - 1, &token);
        size_t found = at;
        for (size_t start, end = token.start; next_in(&token, &start, &end) && start < at;) found = start;
        if (found < at) return found;
    }
    return 0;
}

void text_word_around(const struct text *text, size_t at, size_t *start, size_t *end)
{
    struct text_reader reader = text_reader_new(text);
    struct token token;
    if (at > text_size(text)) at = text_size(text);
    *start = *end = at;
    int byte = reader_byte(&reader, at);
    size_t first, last;
    if (byte >= 0 && !white(byte)) {
        find_token(&reader, at, &token);
        for (last = token.start; next_in(&token, &first, &last) && first <= at;)
            if (at <= last) *start = first, *end = last;
        if (*end > at) return;
    }
    if (*start < at || at == 0 || white(reader_byte(&reader, at - 1))) return;
    find_token(&reader, at - 1, &token);
    for (last = token.start; next_in(&token, &first, &last) && first < at;)
        if (at <= last) *start = first, *end = last;
}

/* Most tokens are letters followed by a full stop or a comma. The end of such a word in [at, end) of a run,
 * or NULL if the full rules are needed. */
static const char *plain_word(const char *at, const char *end)
{
    const char *p = at;
    while (p < end && (*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') p++;
    if (p == at || p == end) return NULL;
    if (white((unsigned char)*p)) return p;
    bool stop = *p == ',' || *p == '.' || *p == '!' || *p == '?' || *p == ';' || *p == '"';
    return stop && p + 1 < end && white((unsigned char)p[1]) ? p + 1 : NULL;
}

/* The end of the plain word that begins at `at`, where a token begins; 0: the full rules are needed. */
static size_t plain_end(struct text_reader *reader, size_t at)
{
    if (at > 0 && !white(reader_byte(reader, at - 1))) return 0;
    if (reader_byte(reader, at) < 0) return 0;
    const char *p = reader->data + (at - reader->start),
               *end = plain_word(p, reader->data + (reader->end - reader->start));
    if (!end) return 0;
    return at + (size_t)(end - p) - ((end[-1] | 0x20) < 'a' || (end[-1] | 0x20) > 'z');
}

bool text_reader_word(struct text_reader *reader, size_t at, size_t *start, size_t *end)
{
    struct token token;
    size_t size = text_size(reader->text);
    for (;;) {
        int byte = reader_byte(reader, at);
        bool stop = byte == ',' || byte == '.' || byte == '"' || byte == '?' || byte == '!';
        if (white(byte) || (stop && white(reader_byte(reader, at + 1)))) {
            at++;
            continue;
        }
        if (at >= size) return false;
        *start = at;
        *end = plain_end(reader, at);
        if (*end) return true;
        find_token(reader, at, &token);
        for (size_t first, last = token.start; next_in(&token, &first, &last);)
            if (first >= at) return *start = first, *end = last, true;
        at = token.end;
    }
}

/* Counts plain words from `at` on, as long as there are any; returns where they end. */
static size_t count_plain(struct text_reader *reader, size_t at, size_t end, size_t *count)
{
    if (at >= end || reader_byte(reader, at) < 0) return at;
    const char *p = reader->data + (at - reader->start);
    const char *limit = reader->data + ((end < reader->end ? end : reader->end) - reader->start), *next;
    for (; p < limit; p = next) {
        while (p < limit && white((unsigned char)*p)) p++;
        next = plain_word(p, limit);
        if (!next) break;
        ++*count;
    }
    return reader->start + (size_t)(p - reader->data);
}

/* Whether [at, end) is just a hyphen: rock-n-roll counts as one word. */
static bool is_hyphen(struct text_reader *reader, size_t at, size_t end)
{
    uint32_t c;
    bool valid;
    return end > at && reader_next(reader, at, &c, &valid) == end - at &&
           (c == '-' || c == 0x2010 || c == 0x2011);
}

size_t text_count_words(const struct text *text, size_t start, size_t end)
{
    struct text_reader reader = text_reader_new(text);
    struct token token;
    size_t count = 0;
    if (end > text_size(text)) end = text_size(text);
    for (size_t at = start; at < end; at = token.end) {
        at = count_plain(&reader, at, end, &count);
        while (at < end && white(reader_byte(&reader, at))) at++;
        if (at >= end) break;
        token.start = at;
        token.end = token_end(&reader, at);
        if (token.end > end) token.end = end;
        load_token(&reader, &token);
        size_t before = 0, first, last = token.start; /* before: the end of the last word */
        for (; next_in(&token, &first, &last); before = last)
            count += !before || !is_hyphen(&reader, before, first);
    }
    return count;
}

/* ---- paragraphs ---------------------------------------------------------------------------------------- */

/* Some writers put a paragraph on one line and let the screen wrap it; others break its lines themselves and
 * leave an empty line between paragraphs. So a line that is too long to be one of several broken lines is a
 * paragraph of its own. */

enum { LONG_LINE = 160, AROUND_MAX = 256 << 10 }; /* bytes */

static bool long_line(const struct text *text, size_t start)
{
    struct text_reader reader = text_reader_new(text);
    for (size_t at = start; at < start + LONG_LINE; at++) {
        int byte = reader_byte(&reader, at);
        if (byte < 0 || byte == '\n') return false;
    }
    return true;
}

/* Whether a paragraph begins with the line that starts there. */
static bool begins_paragraph(const struct text *text, size_t line)
{
    if (empty_line(text, line)) return false;
    if (line == 0 || long_line(text, line)) return true;
    size_t above = text_this_line_start(text, line - 1);
    return empty_line(text, above) || long_line(text, above);
}

size_t text_next_paragraph(const struct text *text, size_t at)
{
    size_t size = text_size(text);
    for (size_t line = text_this_line_start(text, at);;) {
        if (line > at && begins_paragraph(text, line)) return line;
        size_t end = text_this_line_end(text, line);
        if (end >= size) return size;
        line = end + 1;
    }
}

size_t text_previous_paragraph(const struct text *text, size_t at)
{
    if (at > text_size(text)) at = text_size(text);
    if (at == 0) return 0;
    size_t line = text_this_line_start(text, at - 1);
    while (line > 0 && !begins_paragraph(text, line)) line = text_this_line_start(text, line - 1);
    return line;
}

void text_paragraph_around(const struct text *text, size_t at, size_t *start, size_t *end)
{
    size_t size = text_size(text), line = text_this_line_start(text, at);
    *start = line;
    *end = text_this_line_end(text, line);
    if (empty_line(text, line)) return;
    while (*start > 0 && line - *start < AROUND_MAX && !begins_paragraph(text, *start))
        *start = text_this_line_start(text, *start - 1);
    while (*end < size && *end - line < AROUND_MAX) {
        size_t next = *end + 1;
        if (empty_line(text, next) || begins_paragraph(text, next)) return;
        *end = text_this_line_end(text, next);
    }
}
