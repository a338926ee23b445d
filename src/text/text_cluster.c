/* Steps by grapheme cluster, and how the screen shows a cluster. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

#include <utf8proc.h>
#include <wchar.h>

enum {
    CLUSTER_MAX = 256,   /* bytes; promised in the header */
    SYNC_MAX = 64 << 10, /* how far back a certain boundary is looked for */
    ZERO_WIDTH_JOINER = 0x200d
};

/* ---- reading ----------------------------------------------------------------------------------- */

struct text_reader text_reader_new(const struct text *text)
{
    return (struct text_reader){.text = text};
}

int reader_load(struct text_reader *reader, size_t at)
{
    size_t start;
    struct slice run = text_run(reader->text, at, &start);
    if (run.size == 0) return -1;
    reader->data = run.data;
    reader->start = start;
    reader->end = start + run.size;
    return (unsigned char)run.data[at - start];
}

size_t reader_next(struct text_reader *reader, size_t at, uint32_t *code_point, bool *valid)
{
    int first = reader_byte(reader, at);
    if (first < 0) return 0;
    *code_point = (uint32_t)first;
    *valid = true;
    if (first < 0x80) return 1;
    char bytes[4] = {(char)first};
    size_t have = 1, want = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    for (; have < want; have++) {
        int next = reader_byte(reader, at + have);
        if (next < 0) break;
        bytes[have] = (char)next;
    }
    int length = utf8_decode(bytes, have, code_point);
    if (length > 0) return (size_t)length;
    *code_point = (uint32_t)first;
    *valid = false;
    return 1;
}

static size_t reader_previous(struct text_reader *reader, size_t at, uint32_t *code_point, bool *valid)
{
    if (at == 0) return 0;
    int last = reader_byte(reader, at - 1);
    if (last < 0) return 0;
    for (size_t back = 1; back <= 4 && back <= at && last >= 0x80; back++) {
        int byte = reader_byte(reader, at - back);
        if ((byte & 0xc0) == 0x80) continue;
        if (reader_next(reader, at - back, code_point, valid) == back && *valid) return back;
        break;
    }
    *code_point = (uint32_t)last;
    *valid = last < 0x80;
    return 1;
}

/* ---- clusters ---------------------------------------------------------------------------------- */

static bool regional_indicator(uint32_t code_point)
{
    return code_point >= 0x1f1e6 && code_point <= 0x1f1ff;
}

static int width_of(uint32_t code_point)
{
    int width = wcwidth((wchar_t)code_point);
    /* In the C locale the C library knows only ASCII, and never the newest characters. */
    return width >= 0 ? width : utf8proc_charwidth((utf8proc_int32_t)code_point);
}

/* The cells that a code point inside a cluster adds: vowel signs of Indic scripts, SARA AM, letters of a
 * conjunct. The parts of an emoji (symbols) are drawn over the first and add none. */
static int cells_inside(uint32_t code_point)
{
    switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_LM:
        return width_of(code_point);
    default:
        return 0;
    }
}

/* Pure formatting characters. Characters that turn the direction of the text after them are not among them
 * (visible_is_obeyed): they may hide what a text says. */
static bool is_unseen(uint32_t code_point)
{
    return code_point < 0xe0000 && code_point != 0xad &&
           utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_CF &&
           width_of(code_point) == 0;
}

/* How the screen shows a cluster of `count` code points; `inside`: cells of those after the first. */
static void describe(struct text_cluster *out, uint32_t code_point, bool valid, size_t count, int inside)
{
    out->code_point = code_point;
    out->kind = TEXT_CLUSTER_NORMAL;
    if (!valid) {
        out->kind = TEXT_CLUSTER_INVALID;
        out->cells = 4;
    } else if (code_point == '\t') {
        out->kind = TEXT_CLUSTER_TAB;
        out->cells = 1; /* at least; its column decides */
    } else if (visible_is_obeyed(code_point)) {
        out->kind = TEXT_CLUSTER_CONTROL;
        out->cells = code_point < 0x80 ? 2 : 6; /* ^X, \u202E */
    } else if (code_point < 0x7f) {
        out->cells = 1 + inside;
    } else if (regional_indicator(code_point)) {
        out->cells = count > 1 ? 2 : 1; /* as a flag and as two letters */
    } else {
        int width = width_of(code_point);
        if (count == 1 && is_unseen(code_point)) out->kind = TEXT_CLUSTER_UNSEEN;
        out->cells = inside && !width ? 1 + inside : width + inside; /* a lone mark is drawn on U+25CC */
    }
}

static bool newline_cluster(struct text_reader *reader, size_t at, int first, struct text_cluster *out)
{
    size_t size = first == '\n' ? 1 : first == '\r' && reader_byte(reader, at + 1) == '\n' ? 2 : 0;
    if (!size) return false;
    *out = (struct text_cluster){at, at + size, (uint32_t)first, TEXT_CLUSTER_NEWLINE, 1};
    return true;
}

bool text_reader_cluster(struct text_reader *reader, size_t at, struct text_cluster *out)
{
    uint32_t first, before, next;
    bool valid, next_valid;
    int byte = reader_byte(reader, at);
    /* this covers most of most texts */
    if (byte >= ' ' && byte < 0x7f && reader_byte(reader, at + 1) < 0x80) {
        *out = (struct text_cluster){at, at + 1, (uint32_t)byte, TEXT_CLUSTER_NORMAL, 1};
        return true;
    }
    size_t length = reader_next(reader, at, &first, &valid);
    if (length == 0) return false;
    if (valid && first < 0x20 && newline_cluster(reader, at, (int)first, out)) return true;
    size_t end = at + length, count = 1;
    int inside = 0;
    int follows = valid ? reader_byte(reader, end) : -1;
    /* Nothing joins two ASCII characters; the table is for the rest. */
    if (follows >= 0x80 || (follows >= 0 && first >= 0x80)) {
        utf8proc_int32_t state = 0;
        for (before = first; (length = reader_next(reader, end, &next, &next_valid)) > 0 && next_valid;
             count++) {
            if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)next, &state))
                break;
            if (end + length - at > CLUSTER_MAX) break;
            end += length;
            inside += cells_inside(next);
            before = next;
        }
    }
    out->start = at;
    out->end = end;
    describe(out, first, valid, count, inside);
    return true;
}

bool text_cluster_at(const struct text *text, size_t at, struct text_cluster *out)
{
    struct text_reader reader = text_reader_new(text);
    return text_reader_cluster(&reader, at, out);
}

size_t text_next_cluster(const struct text *text, size_t at)
{
    struct text_cluster cluster;
    return text_cluster_at(text, at, &cluster) ? cluster.end : text_size(text);
}

/* Whether there is a boundary between two code points in every context. The rules that look further back
 * apply after a regional indicator, a joiner or (Indic conjuncts) an extending mark. */
static bool sure_boundary(uint32_t before, uint32_t after)
{
    if (before < 0x80 && after < 0x80) return !(before == '\r' && after == '\n');
    int break_class = utf8proc_get_property((utf8proc_int32_t)before)->boundclass;
    bool indic =
        (after >= 0x900 && after < 0x1d00) || (after >= 0xa800 && after < 0xac00) || after >= 0x10000;
    if (break_class == UTF8PROC_BOUNDCLASS_EXTEND && indic) return false;
    if (break_class == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR || break_class == UTF8PROC_BOUNDCLASS_ZWJ ||
        break_class == UTF8PROC_BOUNDCLASS_E_ZWG)
        return false;
    return utf8proc_grapheme_break((utf8proc_int32_t)before, (utf8proc_int32_t)after);
}

/* A certain boundary at or before `at`, which is between code points. */
static size_t synchronise(struct text_reader *reader, size_t at)
{
    size_t limit = at > SYNC_MAX ? at - SYNC_MAX : 0;
    uint32_t before, after;
    bool before_valid, after_valid;
    if (at == 0 || reader_next(reader, at, &after, &after_valid) == 0) {
        size_t length = reader_previous(reader, at, &after, &after_valid);
        if (length == 0) return 0;
        at -= length;
    }
    while (at > limit) {
        size_t length = reader_previous(reader, at, &before, &before_valid);
        if (!before_valid || !after_valid || sure_boundary(before, after)) return at;
        at -= length;
        after = before;
        after_valid = before_valid;
    }
    return at;
}

/* The start of the code point that contains byte `at`. */
static size_t code_point_start(struct text_reader *reader, size_t at)
{
    for (size_t back = 1; back < 4 && back <= at; back++) {
        uint32_t code_point;
        bool valid;
        size_t length = reader_next(reader, at - back, &code_point, &valid);
        if (valid && length > back) return at - back;
    }
    return at;
}

size_t text_previous_cluster(const struct text *text, size_t at)
{
    if (at == 0) return 0;
    struct text_reader reader = text_reader_new(text);
    size_t size = text_size(text);
    if (at > size) at = size;
    struct text_cluster cluster;
    size_t here = synchronise(&reader, code_point_start(&reader, at - 1));
    while (text_reader_cluster(&reader, here, &cluster) && cluster.end < at) here = cluster.end;
    return here;
}

/* A mark that is typed after its letter, and deleted alone. */
static bool is_typed_mark(uint32_t code_point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    bool selector = (code_point >= 0xfe00 && code_point <= 0xfe0f) || code_point == 0x20e3;
    bool joiner = code_point == 0x200c || code_point == ZERO_WIDTH_JOINER;
    return joiner || (!selector && category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME);
}

size_t text_backspace(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    uint32_t first = 0, last = 0;
    bool valid = false; /* stays so if nothing precedes it */
    size_t start = text_previous_cluster(text, at), size = text_size(text), end = at < size ? at : size;
    size_t length = reader_previous(&reader, end, &last, &valid);
    if (!valid || length >= end - start || !is_typed_mark(last)) return start;
    reader_next(&reader, start, &first, &valid);
    int class = utf8proc_get_property((utf8proc_int32_t)first)->boundclass;
    bool picture = class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || regional_indicator(first);
    return valid && !picture ? end - length : start;
}

size_t cluster_boundary_from(const struct text *text, size_t at)
{
    struct text_reader reader = text_reader_new(text);
    size_t here = synchronise(&reader, code_point_start(&reader, at));
    struct text_cluster cluster;
    while (here < at && text_reader_cluster(&reader, here, &cluster)) here = cluster.end;
    return here;
}
