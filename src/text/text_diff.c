/* Compares two texts line by line (Myers, "An O(ND) difference algorithm and its variations", 1986). Their
 * common beginning and end are skipped first; texts that differ in very many lines give one difference. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_pack.h"

#include <string.h>

enum {
    MOST_EDITS = 1500,    /* lines; the search keeps a table whose size is the square of this */
    MOST_BYTES = 64 << 20 /* between the common beginning and end */
};

struct line {
    size_t start; /* the next line's start is its end */
    uint64_t hash;
};

struct side {
    const struct text *text;
    size_t start, end;  /* the part to compare: whole lines */
    struct line *lines; /* one more than `count`: its start is `end` */
    size_t count;
};

struct diff {
    struct side a, b;
    struct text_difference *list;
    size_t count, capacity;
};

/* ---- common beginning and end -------------------------------------------------------------------- */

static size_t same_start(const struct text *a, const struct text *b)
{
    size_t size_a = text_size(a), size_b = text_size(b), at = 0, start_a, start_b;
    while (at < size_a && at < size_b) {
        struct slice x = text_run(a, at, &start_a), y = text_run(b, at, &start_b);
        const char *p = x.data + (at - start_a), *q = y.data + (at - start_b);
        size_t n = x.size - (at - start_a), m = y.size - (at - start_b);
        if (m < n) n = m;
        if (p != q && memcmp(p, q, n) != 0) {
            while (*p == *q) p++, q++, at++;
            return at;
        }
        at += n;
    }
    return at;
}

static size_t same_end(const struct text *a, const struct text *b, size_t most)
{
    size_t size_a = text_size(a), size_b = text_size(b), same = 0, start_a, start_b;
    while (same < most) {
        struct slice x = text_run(a, size_a - same - 1, &start_a),
                     y = text_run(b, size_b - same - 1, &start_b);
        /* bytes of the runs before this point */
        size_t n = size_a - same - start_a, m = size_b - same - start_b;
        if (m < n) n = m;
        if (n > most - same) n = most - same;
        const char *p = x.data + (size_a - same - start_a), *q = y.data + (size_b - same - start_b);
        for (size_t i = 1; i <= n; i++)
            if (p[-(ptrdiff_t)i] != q[-(ptrdiff_t)i]) return same + i - 1;
        same += n;
    }
    return same;
}

/* Rounds to whole lines on both sides. */
static void set_ends_aside(struct diff *d)
{
    size_t size_a = text_size(d->a.text), size_b = text_size(d->b.text);
    size_t smaller = size_a < size_b ? size_a : size_b, start = same_start(d->a.text, d->b.text);
    start = text_this_line_start(d->a.text, start);
    size_t end = same_end(d->a.text, d->b.text, smaller - start);
    /* The common end starts at a line start in both: after a newline that both have. */
    if (end < size_a - start || end < size_b - start) {
        size_t line = size_a - end;
        if (end > 0 && (line == 0 || text_byte(d->a.text, line - 1) != '\n' ||
                        text_byte(d->b.text, size_b - end - 1) != '\n')) {
            size_t next = text_this_line_end(d->a.text, line);
            end = next < size_a ? size_a - next - 1 : 0;
        }
    }
    d->a.start = d->b.start = start;
    d->a.end = size_a - end;
    d->b.end = size_b - end;
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static bool list_lines(struct side *side)
{
    size_t capacity = 0;
    for (size_t at = side->start;; side->count++) {
        if (!mem_grow(&side->lines, &capacity, side->count + 1, sizeof *side->lines)) return false;
        struct line *line = &side->lines[side->count];
        line->start = at;
        if (at >= side->end) return true;
        size_t next = text_this_line_end(side->text, at);
        next = next < side->end ? next + 1 : side->end;
        line->hash = pack_hash_text(side->text, at, next, 0);
        at = next;
    }
}

static bool add_difference(struct diff *d, size_t a0, size_t a1, size_t b0, size_t b1)
{
    struct text_difference new = {d->a.lines[a0].start, d->a.lines[a1].start, d->b.lines[b0].start,
                                  d->b.lines[b1].start};
    struct text_difference *last = d->count ? &d->list[d->count - 1] : NULL;
    if (last && last->a_end == new.a_start && last->b_end == new.b_start) {
        last->a_end = new.a_end;
        last->b_end = new.b_end;
        return true;
    }
    if (!mem_grow(&d->list, &d->capacity, d->count + 1, sizeof *d->list)) return false;
    d->list[d->count++] = new;
    return true;
}

/* ---- the shortest edit path ---------------------------------------------------------------------- */

/* How far each diagonal was reached after each number of edits: row e has diagonals -e … e. */
static int *row(int *table, int edits)
{
    return table + (size_t)edits * (size_t)edits; /* 1 + 3 + 5 … */
}

static bool same_line(const struct diff *d, int x, int y)
{
    return d->a.lines[x].hash == d->b.lines[y].hash;
}

static int reach(const struct diff *d, int *table, int edits, int k)
{
    int n = (int)d->a.count, m = (int)d->b.count, x = 0;
    if (edits > 0) {
        const int *before = row(table, edits - 1) + (edits - 1);
        int down = k < edits && k + 1 <= edits - 1 ? before[k + 1] : -1;          /* one more line of b */
        int right = k > -edits && k - 1 >= -(edits - 1) ? before[k - 1] + 1 : -1; /* one less line of a */
        x = down >= right ? down : right;
    }
    if (x < 0) return -1;
    int y = x - k;
    while (x < n && y >= 0 && y < m && same_line(d, x, y)) x++, y++;
    return x;
}

static bool walk_back(struct diff *d, int *table, int edits)
{
    int x = (int)d->a.count, y = (int)d->b.count;
    /* Walks back from the end, so the list is reversed afterwards. */
    struct {
        int x, y, to_x, to_y;
    } *moves = mem_alloc_array((size_t)edits + 1, sizeof *moves);
    if (!moves) return false;
    int count = 0;
    for (int e = edits; e > 0; e--) {
        int k = x - y;
        const int *before = row(table, e - 1) + (e - 1);
        int down = k + 1 <= e - 1 ? before[k + 1] : -1, right = k - 1 >= -(e - 1) ? before[k - 1] + 1 : -1;
        bool is_down = down >= right;
        int to_x = is_down ? down : right, from_x = is_down ? down : right - 1;
        moves[count].x = from_x;
        moves[count].y = is_down ? to_x - k - 1 : to_x - k;
        moves[count].to_x = to_x;
        moves[count++].to_y = to_x - k;
        x = from_x;
        y = moves[count - 1].y;
    }
    bool good = true;
    while (good && count-- > 0)
        good = add_difference(d, (size_t)moves[count].x, (size_t)moves[count].to_x, (size_t)moves[count].y,
                              (size_t)moves[count].to_y);
    mem_free(moves);
    return good;
}

static bool find_way(struct diff *d, bool *found)
{
    int n = (int)d->a.count, m = (int)d->b.count, most = MOST_EDITS;
    *found = false;
    if (n + m < most) most = n + m;
    int *table = NULL;
    size_t capacity = 0;
    for (int e = 0; e <= most; e++) {
        size_t need = ((size_t)e + 1) * ((size_t)e + 1);
        if (!mem_grow(&table, &capacity, need, sizeof *table)) {
            mem_free(table);
            return false;
        }
        int *now = row(table, e) + e;
        for (int k = -e; k <= e; k++) {
            now[k] = -1;
            if ((k + e) % 2) continue; /* not reached with this number of edits */
            now[k] = reach(d, table, e, k);
            if (now[k] > n || now[k] - k > m) now[k] = -1;
            if (now[k] == n && n - k == m) {
                bool good = walk_back(d, table, e);
                mem_free(table);
                *found = good;
                return good;
            }
        }
    }
    mem_free(table);
    return true;
}

enum status text_diff(const struct text *a, const struct text *b, struct text_difference **list,
                      size_t *count, struct error *error)
{
    struct diff d = {.a.text = a, .b.text = b};
    *list = NULL;
    *count = 0;
    bool good = true, found = false;
    set_ends_aside(&d);
    if (d.a.start == d.a.end && d.b.start == d.b.end) return STATUS_OK;
    bool large = d.a.end - d.a.start > MOST_BYTES || d.b.end - d.b.start > MOST_BYTES;
    if (!large) good = list_lines(&d.a) && list_lines(&d.b) && find_way(&d, &found);
    if (good && !found) {
        d.count = 0;
        good = mem_grow(&d.list, &d.capacity, 1, sizeof *d.list);
        if (good) d.list[d.count++] = (struct text_difference){d.a.start, d.a.end, d.b.start, d.b.end};
    }
    mem_free(d.a.lines);
    mem_free(d.b.lines);
    if (!good) {
        mem_free(d.list);
        return error_set(error, STATUS_NO_MEMORY, "not enough memory to compare");
    }
    *list = d.list;
    *count = d.count;
    return STATUS_OK;
}

void text_diff_trim(const struct text *a, const struct text *b, struct text_difference *d)
{
    struct text_reader x = text_reader_new(a), y = text_reader_new(b);
    size_t from_a = d->a_start, from_b = d->b_start;
    while (d->a_start < d->a_end && d->b_start < d->b_end &&
           reader_byte(&x, d->a_start) == reader_byte(&y, d->b_start))
        d->a_start++, d->b_start++;
    while (d->a_end > d->a_start && d->b_end > d->b_start &&
           reader_byte(&x, d->a_end - 1) == reader_byte(&y, d->b_end - 1))
        d->a_end--, d->b_end--;
    /* Only whole characters are trimmed. */
    while (d->a_start > from_a && d->b_start > from_b &&
           ((reader_byte(&x, d->a_start) & 0xc0) == 0x80 || (reader_byte(&y, d->b_start) & 0xc0) == 0x80))
        d->a_start--, d->b_start--;
    while ((reader_byte(&x, d->a_end) & 0xc0) == 0x80 && reader_byte(&x, d->a_end) >= 0 &&
           (reader_byte(&y, d->b_end) & 0xc0) == 0x80 && reader_byte(&y, d->b_end) >= 0)
        d->a_end++, d->b_end++;
}
