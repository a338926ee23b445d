/* text: what its own files share. Layers, lowest first: text_original (bytes of the opened file), text_tree
 * (pieces), text_shift and text_spans (where a change leaves a place), text_mark (marks, blanks), text_history
 * (steps), text_journal, text_edit (changes), text_undo; all other files only read. */
#ifndef LACUNA_TEXT_INTERNAL_H
#define LACUNA_TEXT_INTERNAL_H

#include "lacuna/base.h"
#include "lacuna/text.h"

/* Files of at least this size stay on disk. */
#define TEXT_BIG ((size_t)64 << 20)
/* Added text is divided into pieces of at most this size, so that looking inside one piece has a bounded
 * cost. */
#define TEXT_PIECE_MAX ((size_t)64 << 10)
#define TEXT_UNKNOWN   SIZE_MAX

struct spans;
struct drawn_source;

/* ---- text_original.c: the bytes the document was opened with ---------------------------------------- */

struct original;
struct original *original_from_buffer(char *data, size_t size); /* takes data over on success */
struct original *original_from_file(int fd, size_t size);       /* takes fd over on success */
void original_free(struct original *original);
size_t original_size(const struct original *original);
int original_fd(const struct original *original); /* -1: in memory */
/* Reads from another file with the same bytes from now on; closes the old one. */
void original_set_fd(struct original *original, int fd);
/* The contiguous bytes from `offset` to the end of a page (file) or of everything (memory). A page stays
 * valid until 31 others were read. */
struct slice original_run(struct original *original, size_t offset);
/* Copies without using the pages. False: the file no longer has these bytes (they read as 0). */
bool original_read(const struct original *original, size_t offset, size_t size, char *out);
uint64_t original_reads(const struct original *original); /* how often original_run was called */
size_t original_newlines(struct original *original, size_t start, size_t end);
/* Finds the nth (from 1) newline in [start, end): its offset in *at. If there are fewer, returns false, with
 * their number in *at. Counts no further than needed. */
bool original_find_newline(struct original *original, size_t start, size_t end, size_t nth, size_t *at);
size_t newlines_in(const char *data, size_t size);

/* ---- text_tree.c: pieces ----------------------------------------------------------------------- */

struct piece {
    const char *data; /* added text; NULL: bytes of the original */
    size_t offset;    /* in the original */
    size_t size;      /* > 0 */
};

struct node {
    struct node *left, *right;
    struct piece piece;
    size_t piece_newlines; /* TEXT_UNKNOWN until needed */
    size_t bytes;          /* of the subtree */
    size_t newlines;       /* of the subtree; TEXT_UNKNOWN if any of its pieces is uncounted */
    uint32_t priority;     /* ≥ those of both children */
};

/* Makes sure that `count` nodes can be made without failing. */
bool tree_reserve(struct text *text, size_t count) MUST_USE;
struct node *tree_from_added(struct text *text, const char *data, size_t size); /* from reserved nodes */
struct node *tree_from_original(struct text *text, size_t size);                /* one reserved node */
struct node *tree_node(struct text *text, struct piece piece, size_t newlines); /* takes a reserved one */
void tree_update(struct node *node);                       /* recomputes its sums from its children's */
void tree_give_back(struct text *text, struct node *root); /* returns all its nodes to the spare ones */
/* The piece that contains `at` < text_size, and the offset of its first byte. */
const struct node *tree_node_at(const struct text *text, size_t at, size_t *start);
size_t tree_nodes_for(size_t size); /* the number of nodes that tree_from_added takes */
struct node *tree_merge(struct node *a, struct node *b);
/* Splits off [at, …); takes at most one reserved node. */
void tree_split(struct text *text, struct node *root, size_t at, struct node **left, struct node **right);
bool tree_is_cut(const struct node *root, size_t at); /* two pieces meet at `at`, or the text ends there */
/* Extends the piece that ends at `at` by `size` bytes if they follow it in the added text. */
bool tree_extend(struct node *root, size_t at, const char *data, size_t size);
void tree_free_all(struct text *text);

/* Copies bytes without using the page cache; false: the file no longer has them. */
bool text_read(const struct text *text, size_t start, size_t end, char *out);

/* ---- text_shift.c ------------------------------------------------------------------------------ */

/* What one change does to one blank; false: it destroys the blank. */
bool blank_after(struct text_blank *blank, size_t at, size_t removed, size_t inserted);
size_t position_after_removal(size_t position, size_t at, size_t removed);

/* ---- text_mark.c ------------------------------------------------------------------------------- */

/* One blank before and after a change; `had`/`has` say whether it existed then. */
struct blank_delta {
    struct text_blank before, after;
    bool had, has;
};

struct mark {
    size_t at;
    enum text_gravity gravity;
    bool used;
};

/* The blanks that are touched by replacing `removed` bytes at `at` by `inserted` ones. False: out of
 * memory. */
bool blanks_touched(const struct text *text, size_t at, size_t removed, size_t inserted,
                    struct blank_delta **deltas, size_t *count) MUST_USE;
bool blanks_reserve(struct text *text, size_t more) MUST_USE;
/* Moves marks and blanks after such a change; touched blanks become `after` (`before` when undoing). */
void marks_move(struct text *text, size_t at, size_t removed, size_t inserted);
void marks_move_spans(struct text *text, const struct spans *spans, bool undoing);
void blanks_move(struct text *text, size_t at, size_t removed, size_t inserted, struct blank_delta *deltas,
                 size_t count, bool undoing);

/* ---- text_history.c ---------------------------------------------------------------------------- */

/* `removed` bytes at `at` were replaced by `inserted` ones. The side that is not in the document at present
 * is in `out`, as a tree: undoing swaps the two and copies no text. */
struct change {
    struct change *previous, *next; /* in the step */
    size_t at, removed, inserted;
    struct spans *spans; /* many replacements inside [at, at + removed); NULL: the range is a single one */
    struct node *out;
    struct blank_delta *deltas;
    size_t delta_count;
};

struct step {
    struct change *first, *last;
    size_t parent, newest_child; /* newest_child 0: none (0 is the opened state) */
    size_t depth;
    uint64_t content;                   /* equal numbers mean equal bytes */
    size_t cursor_before, cursor_after; /* TEXT_UNKNOWN: not recorded */
    uint64_t trace;
    uint32_t trace_step;
    bool tagged;
};

struct history {
    struct step *steps;
    size_t count, capacity;
    size_t at;
    uint64_t contents; /* the last number used */
    uint64_t saved;    /* the content that is on disk */
    size_t group_depth;
    bool open;     /* the step at `at` can take further changes: a group, or a run of typing */
    size_t cursor; /* as last recorded; TEXT_UNKNOWN: never, */
    bool recorded; /* or a change was recorded since */
    bool tag_pending;
    uint64_t trace;
    uint32_t trace_step;
};

bool change_moves_bytes(const struct change *change);
void change_free(struct change *change);                    /* NULL allowed */
void changes_free(struct step *step);                       /* of the step, which then has none */
void step_append(struct step *step, struct change *change); /* as its last; owns it */
bool history_init(struct text *text) MUST_USE;
void history_free(struct text *text);
bool history_reserve(struct text *text) MUST_USE;              /* room for one more step */
void history_record(struct text *text, struct change *change); /* owns it; cannot fail */

/* ---- text_history_file.c ---------------------------------------------------------------------------- */

bool history_pack(const struct text *text, size_t limit, size_t floor, struct buffer *out) MUST_USE;
/* For a text without history. Whatever the bytes are, the text is valid afterwards. */
bool history_unpack(struct text *text, struct slice bytes, size_t *floor) MUST_USE;

/* ---- text_spans.c: many replacements, from left to right --------------------------------------------- */

/* Offsets on the two sides of the replacements: `old` before, `new` after. */
struct span {
    size_t old, removed, new, inserted;
};
struct spans *spans_new(size_t at); /* both sides are equal before `at`; NULL: out of memory */
void spans_free(struct spans *spans);
/* Adds a replacement that begins `gap` bytes after the end of the previous one; without a gap the two become
 * one. Call spans_end after the last. */
bool spans_add(struct spans *spans, size_t gap, size_t removed, size_t inserted) MUST_USE;
bool spans_end(struct spans *spans) MUST_USE;
/* Iterates: zero-initialise *at. False at the end. */
struct span_cursor {
    size_t byte, index, old, new;
};
bool spans_next(const struct spans *spans, struct span_cursor *at, struct span *out);
/* Where a position goes, as if the replacements had been made one by one from the last to the first. */
size_t spans_map(const struct spans *spans, size_t position, enum text_gravity gravity, bool undoing);
/* The same for a blank. *alive false: it is destroyed. False: out of memory. */
bool spans_map_blank(const struct spans *spans, struct text_blank *blank, bool *alive) MUST_USE;

/* ---- text_edit.c ------------------------------------------------------------------------------- */

struct chunk { /* of added text; never moves */
    struct chunk *next;
    size_t size, capacity;
    char data[];
};

/* Removes, inserts (NULL, 0 for nothing) and records. Besides undo, this is the only way in which the
 * document changes. */
enum status edit(struct text *text, size_t at, size_t removed, const char *bytes, size_t size,
                 struct error *error);
/* Puts `in` in place of `length` bytes at `at`; returns the replaced tree. Takes two reserved nodes. */
struct node *edit_swap(struct text *text, size_t at, size_t length, struct node *in);
/* Swaps a recorded change with the bytes in the document. False: out of memory, nothing changed. */
bool change_swap(struct text *text, struct change *change, bool undoing);

/* ---- text_life.c, text_search.c ---------------------------------------------------------------- */

/* A document over `original`, which it owns, also on failure. */
struct text *text_over(struct original *original, struct error *error);
/* Owns `data`, also on failure. */
struct text *text_from_owned(char *data, size_t size, struct error *error);

struct search_cache;
/* All matches inside [at, high), from left to right, without empty ones directly after another match. */
struct search_walk {
    const struct text *text;
    size_t at, high;
    size_t start, end; /* the match */
    struct slice window;
    size_t window_start, room;
    bool to_end, open, any;
};
enum status search_walk_begin(struct search_walk *walk, const struct text *text, const char *pattern,
                              size_t size, int flags, size_t start, size_t end, struct error *error) MUST_USE;
enum status search_walk_next(struct search_walk *walk, bool *found, struct error *error) MUST_USE;
/* Expands a replacement with $1, ${name}, 
 *  … for the match. */
enum status search_walk_expand(const struct search_walk *walk, const char *replacement, size_t size,
                               struct buffer *out, struct error *error) MUST_USE;
struct search_cache *search_cache_new(void);
void search_cache_free(struct search_cache *cache);

/* text_wrap.c */
struct wrap_cache;
struct wrap_cache *wrap_cache_new(void);
void wrap_cache_free(struct wrap_cache *cache);

struct text {
    struct node *root;
    struct original *original;
    struct node *spare; /* free nodes, linked by `left` */
    size_t spare_count;
    struct slab *slabs;
    uint32_t random;
    uint64_t version; /* counts changes of the bytes */
    struct chunk *chunks;
    struct history history;
    struct mark *marks;
    size_t mark_count, mark_capacity;
    struct text_blank *blanks; /* in order of start, end, id */
    size_t blank_count, blank_capacity;
    size_t blank_longest; /* no blank is longer; never less than it was */
    uint32_t blank_last_id;
    char *path;
    bool is_new, attributes_kept;
    bool strays;  /* see text_has_strays */
    bool guessed; /* see text_encoding_guessed */
    enum text_encoding encoding, saved_encoding;
    struct file_identity on_disk; /* of path when loaded or saved */
    enum {
        KNOWN_NOT,
        KNOWN_AS_OPENED,
        KNOWN_BY_HASH
    } known; /* how the bytes that it had then are known: `original` … */
    uint64_t known_hash;
    struct file_identity differs; /* an identity that was found to have other bytes */
    struct file_identity backing; /* of the original's descriptor */
    struct search_cache *search;
    struct wrap_cache *wrap;
    struct journal *journal;    /* NULL: there is no journal */
    struct buffer companion;    /* text_companion.c */
    struct drawn_source *drawn; /* text_drawn.c */
    size_t drawn_count, drawn_capacity;
};

/* ---- text_companion.c ---------------------------------------------------------------------------- */

bool companion_put(struct text *text, struct slice bytes); /* without a word to the journal */

/* ---- reading step by step (text_cluster.c) ----------------------------------------------------- */

int reader_load(struct text_reader *reader, size_t at);              /* reads the run that contains `at` */
static inline int reader_byte(struct text_reader *reader, size_t at) /* -1 at the end */
{
    if (at >= reader->start && at < reader->end) return (unsigned char)reader->data[at - reader->start];
    return reader_load(reader, at);
}
/* Length of the code point at `at` (before `at`); an invalid byte has length 1 and *valid false; 0 at the
 * end. */
size_t reader_next(struct text_reader *reader, size_t at, uint32_t *code_point, bool *valid);
/* The first cluster boundary at or after `at`. */
size_t cluster_boundary_from(const struct text *text, size_t at);
bool empty_line(const struct text *text, size_t start); /* text_sentence.c */

#endif
