/* The piece tree: a treap whose in-order walk is the document. Priorities come from a fixed generator, so the
 * same edits build the same tree everywhere. A node knows the number of bytes and (once counted) of newlines
 * below it. Reading functions take a const text but still cache newline counts in its nodes. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

#include <string.h>

/* ---- nodes ------------------------------------------------------------------------------------- */

enum { SLAB_NODES = 64 };
struct slab { /* nodes are freed all at once: the document, the history and the spare nodes share them */
    struct slab *next;
    struct node nodes[SLAB_NODES];
};

bool tree_reserve(struct text *text, size_t count)
{
    while (text->spare_count < count) {
        struct slab *slab = mem_alloc(sizeof *slab);
        if (!slab) return false;
        slab->next = text->slabs;
        text->slabs = slab;
        for (size_t i = 0; i < SLAB_NODES; i++) {
            slab->nodes[i].left = text->spare;
            text->spare = &slab->nodes[i];
        }
        text->spare_count += SLAB_NODES;
    }
    return true;
}

void tree_free_all(struct text *text)
{
    while (text->slabs) {
        struct slab *slab = text->slabs;
        text->slabs = slab->next;
        mem_free(slab);
    }
}

static size_t bytes_of(const struct node *node)
{
    return node ? node->bytes : 0;
}

static size_t newlines_of(const struct node *node)
{
    return node ? node->newlines : 0;
}

void tree_update(struct node *node)
{
    size_t left = newlines_of(node->left), right = newlines_of(node->right);
    node->bytes = bytes_of(node->left) + node->piece.size + bytes_of(node->right);
    bool known = left != TEXT_UNKNOWN && right != TEXT_UNKNOWN && node->piece_newlines != TEXT_UNKNOWN;
    node->newlines = known ? left + node->piece_newlines + right : TEXT_UNKNOWN;
}

struct node *tree_node(struct text *text, struct piece piece, size_t newlines)
{
    struct node *node = text->spare;
    text->spare = node->left;
    text->spare_count--;
    /* xorshift32 (Marsaglia 2003): never 0 from a seed that is not 0 */
    text->random ^= text->random << 13;
    text->random ^= text->random >> 17;
    text->random ^= text->random << 5;
    *node = (struct node){.piece = piece, .piece_newlines = newlines, .priority = text->random};
    tree_update(node);
    return node;
}

void tree_give_back(struct text *text, struct node *root)
{
    if (!root) return;
    tree_give_back(text, root->left);
    tree_give_back(text, root->right);
    root->left = text->spare;
    text->spare = root;
    text->spare_count++;
}

size_t tree_nodes_for(size_t size)
{
    return size / TEXT_PIECE_MAX + 1;
}

struct node *tree_from_added(struct text *text, const char *data, size_t size)
{
    struct node *root = NULL;
    while (size > 0) {
        size_t part = size < TEXT_PIECE_MAX ? size : TEXT_PIECE_MAX;
        struct piece piece = {.data = data, .size = part};
        root = tree_merge(root, tree_node(text, piece, newlines_in(data, part)));
        data += part;
        size -= part;
    }
    return root;
}

struct node *tree_from_original(struct text *text, size_t size)
{
    return size ? tree_node(text, (struct piece){.size = size}, TEXT_UNKNOWN) : NULL;
}

/* ---- merge and split --------------------------------------------------------------------------- */

struct node *tree_merge(struct node *a, struct node *b)
{
    if (!a) return b;
    if (!b) return a;
    if (a->priority > b->priority) {
        a->right = tree_merge(a->right, b);
        tree_update(a);
        return a;
    }
    b->left = tree_merge(a, b->left);
    tree_update(b);
    return b;
}

/* `at` is between two pieces. */
static void split_between(struct node *root, size_t at, struct node **left, struct node **right)
{
    if (!root) {
        *left = *right = NULL;
    } else if (at <= bytes_of(root->left)) {
        *right = root;
        split_between(root->left, at, left, &root->left);
        tree_update(root);
    } else {
        *left = root;
        split_between(root->right, at - bytes_of(root->left) - root->piece.size, &root->right, right);
        tree_update(root);
    }
}

/* Shortens the piece that has `at` inside it, and returns its tail as a new node; NULL if `at` is already
 * between pieces. */
static struct node *cut_piece(struct text *text, struct node *node, size_t at)
{
    if (!node) return NULL;
    size_t left = bytes_of(node->left);
    struct node *tail;
    if (at <= left) {
        tail = at < left ? cut_piece(text, node->left, at) : NULL;
    } else if (at >= left + node->piece.size) {
        tail = cut_piece(text, node->right, at - left - node->piece.size);
    } else {
        size_t head = at - left;
        struct piece rest = node->piece;
        rest.size -= head;
        size_t head_newlines = TEXT_UNKNOWN, rest_newlines = TEXT_UNKNOWN;
        if (rest.data) { /* the shorter part is counted; halves of the original wait until needed */
            const char *data = rest.data;
            rest.data += head;
            if (head < rest.size) {
                head_newlines = newlines_in(data, head);
                rest_newlines = node->piece_newlines - head_newlines;
            } else {
                rest_newlines = newlines_in(rest.data, rest.size);
                head_newlines = node->piece_newlines - rest_newlines;
            }
        } else {
            rest.offset += head;
        }
        node->piece.size = head;
        node->piece_newlines = head_newlines;
        tail = tree_node(text, rest, rest_newlines);
    }
    if (tail) tree_update(node);
    return tail;
}

void tree_split(struct text *text, struct node *root, size_t at, struct node **left, struct node **right)
{
    struct node *tail = cut_piece(text, root, at);
    split_between(root, at, left, right);
    *right = tree_merge(tail, *right);
}

bool tree_is_cut(const struct node *root, size_t at)
{
    const struct node *node = root;
    while (node) {
        size_t left = bytes_of(node->left);
        if (at == left || at == left + node->piece.size) return true;
        if (at < left) {
            node = node->left;
        } else if (at < left + node->piece.size) {
            return false;
        } else {
            at -= left + node->piece.size;
            node = node->right;
        }
    }
    return true;
}

bool tree_extend(struct node *root, size_t at, const char *data, size_t size)
{
    struct node *node = root;
    size_t here = at;
    while (node) { /* find the piece that ends at `at` */
        size_t left = bytes_of(node->left);
        if (here <= left) {
            node = node->left;
        } else if (here > left + node->piece.size) {
            here -= left + node->piece.size;
            node = node->right;
        } else {
            if (here != left + node->piece.size) return false;
            break;
        }
    }
    if (!node || !node->piece.data || node->piece.data + node->piece.size != data) return false;
    if (node->piece.size + size > TEXT_PIECE_MAX) return false;
    struct node *grown = node;
    size_t newlines = newlines_in(data, size);
    for (node = root, here = at;;) { /* the same path again, adding to the sums */
        node->bytes += size;
        if (node->newlines != TEXT_UNKNOWN) node->newlines += newlines;
        if (node == grown) break;
        size_t left = bytes_of(node->left);
        if (here <= left) {
            node = node->left;
        } else {
            here -= left + node->piece.size;
            node = node->right;
        }
    }
    grown->piece.size += size;
    grown->piece_newlines += newlines;
    return true;
}

/* ---- reading bytes ----------------------------------------------------------------------------- */

size_t text_size(const struct text *text)
{
    return bytes_of(text->root);
}

/* The node that contains `at` < text_size, and the offset of its piece. */
const struct node *tree_node_at(const struct text *text, size_t at, size_t *start)
{
    const struct node *node = text->root;
    size_t base = 0;
    for (;;) {
        size_t left = bytes_of(node->left);
        if (at - base < left) {
            node = node->left;
        } else if (at - base < left + node->piece.size) {
            *start = base + left;
            return node;
        } else {
            base += left + node->piece.size;
            node = node->right;
        }
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How far a page of the original extends back from `offset`: pages are aligned to this. */
enum { PAGE_ALIGN = 64 << 10 };

struct slice text_run(const struct text *text, size_t at, size_t *start)
{
    size_t size = text_size(text);
    if (at >= size) {
        *start = size;
        return (struct slice){"", 0};
    }
    size_t base;
    const struct node *node = tree_node_at(text, at, &base);
    *start = base;
    if (node->piece.data) return (struct slice){node->piece.data, node->piece.size};
    size_t begin = 0; /* in the piece */
    if (original_fd(text->original) >= 0) {
        size_t offset = node->piece.offset + (at - base);
        size_t page = offset - offset % PAGE_ALIGN;
        if (page > node->piece.offset) begin = page - node->piece.offset;
    }
    *start = base + begin;
    struct slice run = original_run(text->original, node->piece.offset + begin);
    run.size = smaller(run.size, node->piece.size - begin);
    return run;
}

uint64_t text_version(const struct text *text)
{
    return text->version;
}

int text_byte(const struct text *text, size_t at)
{
    if (at >= text_size(text)) return -1;
    size_t start;
    struct slice run = text_run(text, at, &start);
    return (unsigned char)run.data[at - start];
}

void text_copy(const struct text *text, size_t start, size_t end, char *out)
{
    (void)text_read(text, start, end, out);
}

/* Pieces are copied in order without climbing: descending for each costs O(log pieces), which is negligible
 * beside the copy. */
bool text_read(const struct text *text, size_t start, size_t end, char *out)
{
    bool whole = true;
    while (start < end) {
        size_t base;
        const struct node *node = tree_node_at(text, start, &base);
        size_t from = start - base, size = smaller(node->piece.size - from, end - start);
        if (node->piece.data)
            memcpy(out, node->piece.data + from, size);
        else
            whole &= original_read(text->original, node->piece.offset + from, size, out);
        out += size;
        start += size;
    }
    return whole;
}

bool text_append_to(const struct text *text, size_t start, size_t end, struct buffer *out)
{
    size_t had = out->size;
    end = smaller(end, text_size(text)); /* beyond it, no run would ever come */
    while (start < end) {
        size_t base;
        struct slice run = text_run(text, start, &base);
        size_t from = start - base, size = smaller(run.size - from, end - start);
        if (!buffer_append(out, run.data + from, size)) {
            out->size = had;
            if (out->data) out->data[had] = '\0';
            return false;
        }
        start += size;
    }
    return true;
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static size_t piece_newlines(const struct text *text, const struct piece *piece, size_t size)
{
    if (piece->data) return newlines_in(piece->data, size);
    return original_newlines(text->original, piece->offset, piece->offset + size);
}

/* Newlines of a subtree; counts those not yet counted. */
static size_t count(const struct text *text, struct node *node)
{
    if (!node) return 0;
    if (node->newlines != TEXT_UNKNOWN) return node->newlines;
    (void)count(text, node->left);
    (void)count(text, node->right);
    if (node->piece_newlines == TEXT_UNKNOWN)
        node->piece_newlines = piece_newlines(text, &node->piece, node->piece.size);
    tree_update(node);
    return node->newlines;
}

/* Newlines before `at`. Sums above a newly counted node are updated on the way back. */
static size_t newlines_before(const struct text *text, struct node *node, size_t at)
{
    if (!node || at == 0) return 0;
    if (at >= node->bytes) return count(text, node);
    size_t left = bytes_of(node->left), sum;
    if (at <= left) {
        sum = newlines_before(text, node->left, at);
    } else {
        sum = count(text, node->left);
        size_t within = smaller(at - left, node->piece.size);
        if (within == node->piece.size) {
            if (node->piece_newlines == TEXT_UNKNOWN)
                node->piece_newlines = piece_newlines(text, &node->piece, within);
            sum += node->piece_newlines;
        } else {
            sum += piece_newlines(text, &node->piece, within);
        }
        sum += newlines_before(text, node->right, at - left - within);
    }
    if (node->newlines == TEXT_UNKNOWN) tree_update(node);
    return sum;
}

size_t text_line_of(const struct text *text, size_t at)
{
    return newlines_before(text, text->root, smaller(at, text_size(text)));
}

/* The nth newline (from 1) in a piece: its place in *at; otherwise false, and their number in *at. */
static bool find_in_piece(const struct text *text, const struct piece *piece, size_t nth, size_t *at)
{
    if (!piece->data) {
        bool found =
            original_find_newline(text->original, piece->offset, piece->offset + piece->size, nth, at);
        if (found) *at -= piece->offset;
        return found;
    }
    size_t seen = 0;
    for (const char *p = piece->data, *end = p + piece->size; p < end; p++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p) break;
        if (++seen == nth) {
            *at = (size_t)(p - piece->data);
            return true;
        }
    }
    *at = seen;
    return false;
}

/* Finds the *nth newline below `node`, whose first byte is `base`; if there are fewer, subtracts their number
 * from *nth. Goes from left to right and counts nothing after the one it finds. */
static bool find_newline(const struct text *text, struct node *node, size_t base, size_t *nth, size_t *at)
{
    if (!node) return false;
    if (node->newlines != TEXT_UNKNOWN && node->newlines < *nth) {
        *nth -= node->newlines;
        return false;
    }
    bool found = find_newline(text, node->left, base, nth, at);
    if (!found) {
        size_t left = base + bytes_of(node->left), place;
        if (node->piece_newlines != TEXT_UNKNOWN && node->piece_newlines < *nth) {
            *nth -= node->piece_newlines;
        } else if (find_in_piece(text, &node->piece, *nth, &place)) {
            *at = left + place;
            found = true;
        } else {
            node->piece_newlines = place;
            *nth -= place;
        }
        if (!found) found = find_newline(text, node->right, left + node->piece.size, nth, at);
    }
    if (node->newlines == TEXT_UNKNOWN) tree_update(node);
    return found;
}

size_t text_line_start(const struct text *text, size_t line)
{
    size_t nth = line, at;
    if (line == 0) return 0;
    return find_newline(text, text->root, 0, &nth, &at) ? at + 1 : text_size(text);
}

/* Beyond this distance a line's ends are found by counting, which costs much once and little afterwards. */
enum { SCAN_MAX = 256 << 10 };

/* The place after the last newline of [data, data + size); 0: there is none. */
static size_t behind_last_newline(const char *data, size_t size)
{
    enum { BLOCK = 1024 }; /* memchr skips blocks without one; most lines are shorter */
    while (size > 0) {
        size_t start = size > BLOCK ? size - BLOCK : 0;
        size_t near = size > 128 ? size - 128 : 0;
        for (size_t i = size; i > near; i--)
            if (data[i - 1] == '\n') return i;
        if (near > start && memchr(data + start, '\n', near - start))
            for (size_t i = near; i > start; i--)
                if (data[i - 1] == '\n') return i;
        size = start;
    }
    return 0;
}

size_t text_this_line_start(const struct text *text, size_t at)
{
    at = smaller(at, text_size(text));
    size_t limit = at > SCAN_MAX ? at - SCAN_MAX : 0;
    for (size_t end = at; end > limit;) {
        size_t start;
        struct slice run = text_run(text, end - 1, &start);
        size_t skip = start < limit ? limit - start : 0;
        size_t place = behind_last_newline(run.data + skip, end - start - skip);
        if (place) return start + skip + place;
        end = start;
    }
    return limit == 0 ? 0 : text_line_start(text, text_line_of(text, at));
}

size_t text_this_line_end(const struct text *text, size_t at)
{
    size_t size = text_size(text), begin = smaller(at, size);
    while (begin < size && begin - at <= SCAN_MAX) {
        size_t start;
        struct slice run = text_run(text, begin, &start);
        size_t look = smaller(run.size - (begin - start), SCAN_MAX);
        const char *newline = memchr(run.data + (begin - start), '\n', look);
        if (newline) return start + (size_t)(newline - run.data);
        begin += look;
    }
    if (begin >= size) return size;
    size_t nth = text_line_of(text, at) + 1, found;
    return find_newline(text, text->root, 0, &nth, &found) ? found : size;
}
