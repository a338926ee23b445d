/* Classifies lines of Markdown one by one, and finds blocks of several lines: fences and front matter. */
#include "markdown.h"
#include "lacuna/base.h"
#include "lacuna/text.h"

#include <string.h>

enum { LOOKED_AT = 1024 };

/* The beginning of a line: its bytes, ended by a NUL. */
struct glance {
    char bytes[LOOKED_AT + 1];
    size_t size;
    bool whole; /* it is the whole line, without its line break */
};

static void look(const struct text *text, size_t start, size_t end, struct glance *out)
{
    out->whole = end - start <= LOOKED_AT;
    out->size = out->whole ? end - start : LOOKED_AT;
    text_copy(text, start, start + out->size, out->bytes);
    if (out->whole && out->size && out->bytes[out->size - 1] == '\r') out->size--;
    out->bytes[out->size] = '\0';
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- one line ------------------------------------------------------------------------------------------ */

/* The place after at least `least` of a character; the same place if there are fewer. */
static const char *past(const char *p, char c, size_t least)
{
    size_t n = 0;
    while (p[n] == c) n++;
    return n >= least ? p + n : p;
}

/* Whether the whole line consists of at least this many of one of these characters, with white space
 * between. */
static bool is_all(const char *p, char c, size_t least)
{
    size_t n = 0;
    for (; *p; p++) {
        if (*p == c)
            n++;
        else if (!is_white(*p))
            return false;
    }
    return n >= least;
}

static bool is_rule(const char *p)
{
    return is_all(p, '-', 2) || is_all(p, '=', 2) || is_all(p, '*', 3) || is_all(p, '_', 3);
}

static bool is_heading(const char *p)
{
    const char *behind = past(p, '#', 1);
    return behind > p && behind - p <= 6 && (!*behind || is_white(*behind));
}

static bool is_fence(const char *p)
{
    return past(p, '`', 3) > p || past(p, '~', 3) > p;
}

static bool is_row(const char *p)
{
    return *p == '|' || (*p == '+' && (p[1] == '-' || p[1] == '='));
}

/* The place after "[name]:"; NULL: not there. A blank is not one. */
static const char *past_label(const char *p)
{
    if (*p != '[' || p[1] == '[' || p[1] == ']') return NULL;
    p += strcspn(p, "]\n");
    return *p == ']' && p[1] == ':' && is_white(p[2]) ? p + 2 : NULL;
}

static const char *past_number(const char *p, struct markdown_line *line)
{
    size_t digits = strspn(p, "0123456789");
    if (!digits || digits > 9 || (p[digits] != '.' && p[digits] != ')')) return p;
    line->numbered = true;
    line->first = digits == 1 && *p == '1';
    return p + digits + 1;
}

static const char *past_bullet(const char *p)
{
    static const char *const bullets[] = {"-", "*", "+", ":", "\u2022", "\u2023", "\u25e6", "\u25aa"};
    for (size_t i = 0; i < ARRAY_SIZE(bullets); i++)
        if (strncmp(p, bullets[i], strlen(bullets[i])) == 0) return p + strlen(bullets[i]);
    return p;
}

/* Where the words of an item begin, if it is one. */
static const char *past_marker(const char *p, struct markdown_line *line)
{
    const char *label = *p == '[' && p[1] == '^' ? past_label(p) : NULL;
    const char *behind = label ? label : past_bullet(p);
    if (behind == p) behind = past_number(p, line);
    if (behind == p || (*behind && !is_white(*behind))) {
        line->numbered = line->first = false;
        return NULL;
    }
    size_t gap = strspn(behind, " \t");
    return behind + (gap > 4 ? 1 : gap);
}

static enum markdown_kind kind_of(const char *p, struct markdown_line *line, const char **words)
{
    *words = p;
    if (!*p) return MARKDOWN_EMPTY;
    if (is_rule(p)) return MARKDOWN_RULE;
    if (is_heading(p)) return MARKDOWN_HEADING;
    if (is_fence(p)) return MARKDOWN_FENCE;
    if (is_row(p)) return MARKDOWN_ROW;
    const char *behind = past_marker(p, line);
    if (behind) *words = behind;
    if (behind) return MARKDOWN_ITEM;
    return past_label(p) ? MARKDOWN_LINK : MARKDOWN_TEXT;
}

/* The place after quotation markers and indentation. */
static const char *past_indentation(const char *p, struct markdown_line *line)
{
    for (; is_white(*p) || *p == '>'; p++) {
        line->indent += *p == '\t' ? 4 : 1;
        if (*p != '>') continue;
        line->quotes++;
        line->indent = 0;
        if (p[1] == ' ') p++; /* belongs to it */
    }
    return p;
}

struct markdown_line markdown_line_at(const struct text *text, size_t start)
{
    size_t end = text_this_line_end(text, start);
    struct markdown_line line = {.start = start, .next = end < text_size(text) ? end + 1 : end};
    struct glance glance;
    look(text, start, end, &glance);
    if (end > start && end < text_size(text) && text_byte(text, end - 1) == '\r') end--;
    const char *words, *indented = past_indentation(glance.bytes, &line);
    line.kind = kind_of(indented, &line, &words);
    line.indented = start + (size_t)(indented - glance.bytes);
    line.words = start + (size_t)(words - glance.bytes);
    line.bars = strchr(glance.bytes, '|') != NULL;
    line.end = end;
    while (line.end > line.words && is_white((char)text_byte(text, line.end - 1))) line.end--;
    line.breaks = line.end > line.words && (end - line.end >= 2 || text_byte(text, line.end - 1) == '\\');
    return line;
}

bool markdown_parts_table(const struct text *text, const struct markdown_line *line)
{
    struct glance glance;
    if (!line->bars) return false;
    look(text, line->indented, line->end, &glance);
    return glance.whole && strchr(glance.bytes, '-') && strspn(glance.bytes, "-:| \t") == glance.size;
}

bool markdown_begins(const struct text *text, size_t at)
{
    struct glance glance;
    struct markdown_line line = {0};
    const char *words;
    size_t left = text_size(text) - at;
    look(text, at, left < 64 ? at + left : at + 64, &glance);
    size_t token = strcspn(glance.bytes, " \t");
    if (*glance.bytes == '>' || strspn(glance.bytes, "-=*_:|") >= token) return true;
    return kind_of(glance.bytes, &line, &words) != MARKDOWN_TEXT;
}

/* ---- several lines ------------------------------------------------------------------------------------- */

static size_t skip_line(struct slice run, size_t at)
{
    const char *found = memchr(run.data + at, '\n', run.size - at);
    return found ? (size_t)(found - run.data) + 1 : run.size;
}

/* An open fence: its character, and how many there are. */
struct fence {
    char mark;
    size_t count;
};

/* Whether the line that begins there opens a fence, or ends the open one. */
static void pass_line(const struct text *text, size_t start, struct fence *fence)
{
    struct markdown_line line = markdown_line_at(text, start);
    if (line.kind != MARKDOWN_FENCE) return;
    char mark = (char)text_byte(text, line.indented);
    size_t count = 0;
    while (line.indented + count < line.end && text_byte(text, line.indented + count) == mark) count++;
    if (!fence->count)
        *fence = (struct fence){mark, count};
    else if (mark == fence->mark && count >= fence->count && line.indented + count == line.end)
        *fence = (struct fence){0};
}

/* Only lines that begin with a fence marker are examined. */
static bool may_be_fence(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && (is_white(bytes[at]) || bytes[at] == '>')) at++;
    return at == size || bytes[at] == '`' || bytes[at] == '~';
}

static bool is_fence_of_three(const struct text *text, const struct markdown_line *line, char mark)
{
    if (line->end - line->start != 3) return false;
    for (size_t i = 0; i < 3; i++)
        if (text_byte(text, line->start + i) != mark) return false;
    return true;
}

/* "title: One" */
static bool is_field(const struct text *text, const struct markdown_line *line)
{
    struct glance glance;
    look(text, line->start, line->end, &glance);
    size_t name = 0;
    for (char c; (c = glance.bytes[name]) == '-' || c == '_' || (c >= '0' && c <= '9') ||
                 ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');)
        name++;
    return name && glance.bytes[name] == ':';
}

/* The line after the front matter; 0: none. If it has no end yet it is being written: it extends to the first
 * empty line. */
static size_t front_end(const struct text *text)
{
    enum { MOST_LINES = 200 }; /* lines */
    struct markdown_line line = markdown_line_at(text, 0);
    int mark = text_byte(text, 0);
    size_t empty = 0;
    if ((mark != '-' && mark != '+') || !is_fence_of_three(text, &line, (char)mark)) return 0;
    for (int i = 0; i < MOST_LINES && line.next < text_size(text); i++) {
        line = markdown_line_at(text, line.next);
        if (is_fence_of_three(text, &line, (char)mark) ||
            (mark == '-' && is_fence_of_three(text, &line, '.')))
            return line.next;
        if (i == 0 && !is_field(text, &line)) return 0; /* a rule, and a paragraph */
        if (!empty && line.kind == MARKDOWN_EMPTY) empty = line.start;
        if (line.next <= line.end) break;
    }
    return line.start == 0 ? 0 : empty ? empty : line.next + 1;
}

enum markdown_block markdown_block_at(const struct text *text, size_t line)
{
    enum { FAR = 1 << 20 };
    size_t at = line > FAR ? text_this_line_start(text, line - FAR) : 0, front = at ? 0 : front_end(text);
    struct fence fence = {0};
    if (line < front) return MARKDOWN_FRONT;
    bool begins = true;
    for (at = front > at ? front : at; at < line;) {
        size_t first;
        struct slice run = text_run(text, at, &first);
        size_t skip = at - first, size = line - first < run.size ? line - first : run.size;
        if (skip >= size) break;
        if (begins && may_be_fence(run.data + skip, size - skip)) pass_line(text, at, &fence);
        run = text_run(text, at, &first); /* in a file that stays on disk, other pages may have been read */
        size_t next = skip_line((struct slice){run.data, size}, skip);
        begins = next > skip && run.data[next - 1] == '\n';
        at = first + next;
    }
    return fence.count ? MARKDOWN_CODE : MARKDOWN_PROSE;
}

/* ---- inside a line ------------------------------------------------------------------------------------- */

enum { NEAR = 4096 }; /* bytes of a line that are examined */

/* The line up to `at`, or the end of that. */
static size_t line_before(const struct text *text, size_t at, char bytes[NEAR + 1])
{
    size_t start = text_this_line_start(text, at);
    if (at - start > NEAR) start = at - NEAR;
    text_copy(text, start, at, bytes);
    bytes[at - start] = '\0';
    return at - start;
}

/* Whether a run of backticks is open that no run of the same length has closed. */
static bool in_code(const char *line, size_t size)
{
    size_t open = 0;
    for (size_t at = 0; at < size;) {
        size_t run = strspn(line + at, "`");
        bool escaped = !open && at && line[at - 1] == '\\';
        if (run && !escaped) open = !open ? run : run == open ? 0 : open;
        at += run ? run : 1;
    }
    return open;
}

/* "<a href=", and no > since. */
static bool in_tag(const char *line, size_t size)
{
    for (size_t at = size; at-- > 0 && line[at] != '>';)
        if (line[at] == '<')
            return line[at + 1] == '/' || ((line[at + 1] | 0x20) >= 'a' && (line[at + 1] | 0x20) <= 'z');
    return false;
}

static bool in_address(const char *line, size_t size)
{
    size_t at = size;
    while (at > 0 && !is_white(line[at - 1])) at--;
    return strstr(line + at, "://") != NULL;
}

/* <!-- and no --> since. */
static bool in_comment(const struct text *text, size_t at)
{
    enum { FAR = 64 << 10 };
    size_t low = at > FAR ? at - FAR : 0, start, end;
    bool found = false;
    if (text_search_in(text, "<!--", 4, TEXT_SEARCH_BACKWARDS, low, at, &start, &end, &found, NULL) || !found)
        return false;
    size_t opened = end;
    if (opened > at || text_search_in(text, "-->", 3, 0, opened, at, &start, &end, &found, NULL))
        return false;
    return !found || end > at;
}

bool markdown_is_prose(const struct text *text, size_t at)
{
    char line[NEAR + 1];
    size_t size = line_before(text, at, line);
    if (in_code(line, size) || in_tag(line, size) || in_address(line, size) || in_comment(text, at))
        return false;
    return markdown_block_at(text, text_this_line_start(text, at)) == MARKDOWN_PROSE;
}
