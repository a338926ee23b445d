/* text: the document. A balanced tree of pieces over the file as it was opened and a buffer of what was
 * added, an undo tree, marks and blanks that move with edits, steps by grapheme, word and sentence, soft
 * wrap, search, loading and saving. Knows nothing of models or screens. Depends on base/, libutf8proc, PCRE2.
 *
 *   position   bytes from the start, [0, text_size]. Any position may be edited at; steps and rows put it
 *              between grapheme clusters. Positions beyond the end are taken for the end.
 *   line       what '\n' ends, numbered from 0; a text without one has one line.
 *   row        what soft wrap makes of a line: one row of the screen.
 *   cell       one column of the terminal.
 *
 * One thread at a time: reading fills caches. Bytes that are not UTF-8 are kept as they are, and each is a
 * cluster of its own. A call that fails leaves the document as it was. */
#ifndef LACUNA_TEXT_H
#define LACUNA_TEXT_H

#include "lacuna/base.h"

struct text;

/* ---- life, loading, saving (text_file.c) ---------------------------------------------------------- */

#define TEXT_MAP_SIZE ((size_t)64 << 20) /* files of this size and more are mapped, smaller ones read */

struct text *text_new(struct error *error) MUST_USE; /* empty, without a path */
struct text *text_from_bytes(const char *bytes, size_t size, struct error *error) MUST_USE; /* copies */
/* Opens a regular file; nothing is indexed before it is needed, so opening costs the same for any mapped
 * size. A path that does not exist gives an empty document with that path (text_is_new). Mapping installs a
 * SIGBUS handler, which only acts on faults inside mapped documents (somebody truncated the file): the lost
 * page reads as zeros and text_original says so. Other faults go to the handler that was there before:
 * install a handler of your own before opening documents. */
struct text *text_open(const char *path, struct error *error) MUST_USE;
void text_free(struct text *text);
const char *text_path(const struct text *text); /* NULL when it has none; borrowed until the next save */
bool text_is_new(const struct text *text); /* its path did not exist when opened, and was not saved yet */
/* Saves atomically (file_write_atomic_from) to `path`, or to its own path when NULL; the path becomes its
 * own. On success the document is clean. STATUS_ARGUMENT without a path. Does not look whether somebody else
 * wrote the file meanwhile: ask text_changed_on_disk first. */
enum status text_save(struct text *text, const char *path, struct error *error) MUST_USE;
/* The bytes differ from what was loaded or saved last. Undo back to there is clean; blanks do not count. */
bool text_dirty(const struct text *text);
/* True when the file at its path is no longer the one that was loaded or saved (size, time, inode,
 * existence). */
bool text_changed_on_disk(const struct text *text);

/* Documents that were read into memory are always INTACT. A mapped one depends on its file: */
enum text_original {
    TEXT_ORIGINAL_INTACT,
    TEXT_ORIGINAL_CHANGED, /* somebody wrote into the file: unedited parts may show the new bytes */
    TEXT_ORIGINAL_LOST     /* somebody truncated it: parts that were read since are zeros */
};
/* While this is not INTACT, text_save fails with STATUS_IO, until text_accept_original says that the document
 * as it reads now is what the writer wants. */
enum text_original text_original(const struct text *text);
void text_accept_original(struct text *text);

enum text_line_ending { TEXT_LF, TEXT_CRLF };
/* What the first 64 KiB use most; LF when they use neither. */
enum text_line_ending text_line_ending(const struct text *text);

/* ---- reading (text_read.c) -------------------------------------------------------------------------- */

size_t text_size(const struct text *text);
int text_byte(const struct text *text, size_t at); /* 0..255; -1 at or after the end */
/* Copies bytes [start, end) to out, which has room for them. */
void text_copy(const struct text *text, size_t start, size_t end, char *out);
bool text_append_to(const struct text *text, size_t start, size_t end, struct buffer *out) MUST_USE;
/* The longest contiguous run that holds offset `at` (empty at the end of the text); *start receives the
 * offset of its first byte. Borrowed until the next edit. O(log pieces). */
struct slice text_run(const struct text *text, size_t at, size_t *start);
/* Grows with every change of the bytes, also by undo; a reader's cache compares it. */
uint64_t text_version(const struct text *text);

/* Walks [start, end) in contiguous slices, each borrowed until the next edit:
 *     struct text_iterator i = text_iterate(text, 0, text_size(text));
 *     while (text_iterator_next(&i)) use(i.slice, i.at);
 * text_iterator_previous walks from the end towards the start. One walk goes one way. */
struct text_iterator {
    const struct text *text;
    size_t start, end;  /* what is still to come */
    struct slice slice; /* the current slice */
    size_t at;          /* its offset */
};
struct text_iterator text_iterate(const struct text *text, size_t start, size_t end);
bool text_iterator_next(struct text_iterator *iterator);
bool text_iterator_previous(struct text_iterator *iterator);

/* O(log pieces) once the bytes before the answer were counted (about 10 GB/s, remembered). */
size_t text_line_count(const struct text *text);
size_t text_line_of(const struct text *text, size_t at);
size_t text_line_start(const struct text *text, size_t line); /* text_size when beyond the last */
/* Nearest line start ≤ at, and end (offset of its '\n' or text_size), without counting lines. */
size_t text_this_line_start(const struct text *text, size_t at);
size_t text_this_line_end(const struct text *text, size_t at);

/* ---- editing and undo (text_edit.c, text_undo.c) ------------------------------------------------------ */

/* Each is one change inside the current undo group. O(log pieces + marks + blanks). STATUS_ARGUMENT for a
 * range that runs backwards or out of the text. Bytes may come from the document itself. */
enum status text_insert(struct text *text, size_t at, const char *bytes, size_t size, struct error *error);
enum status text_delete(struct text *text, size_t start, size_t end, struct error *error);
enum status text_replace(struct text *text, size_t start, size_t end, const char *bytes, size_t size,
                         struct error *error);

/* Changes between begin and end are one undo step (nests). Outside a group each change is a step of its own,
 * except that typing coalesces:
 *   - an insertion of at most 64 bytes continues the one before it when it begins where that one ended,
 * neither holds a '\n', and it does not begin a new word (so a step is a word with the spaces after it);
 *   - a deletion of at most 64 bytes continues a deletion that ends where it begins, or begins where it ends.
 * text_break_group ends such a run; so do undo, redo, groups, blanks and saving. Call it when the cursor
 * moves. */
void text_group_begin(struct text *text);
void text_group_end(struct text *text);
void text_break_group(struct text *text);
/* Marks the group being made (or, outside a group, the step the document stands at) with an opaque tag:
 * (trace, step) of an accepted fill. In a group that stays without changes it has no effect. */
void text_tag_group(struct text *text, uint64_t trace, uint32_t step);

/* Undo and redo give the offset for the cursor in *at: where the first undone or the last redone change ends.
 * False: nothing to undo (redo), an open group, or no memory; then nothing happened and *at is unchanged. */
bool text_undo(struct text *text, size_t *at);
bool text_redo(struct text *text, size_t *at); /* follows the branch last made or visited */
/* The undo tree: node 0 is the opened state; nodes are numbered as they were made and never go away. */
size_t text_history_count(const struct text *text);
size_t text_history_at(const struct text *text);                  /* where the document stands */
size_t text_history_parent(const struct text *text, size_t node); /* 0 for node 0 */
size_t text_history_saved(const struct text *text);               /* SIZE_MAX: never loaded nor saved */
/* Undoes and redoes until the document stands at `node`. False: no such node, an open group, or no memory:
 * then it stands at a node on the way (text_history_at). *at as above, unchanged when it already stood there.
 */
bool text_history_go(struct text *text, size_t node, size_t *at);
bool text_history_tag(const struct text *text, size_t node, uint64_t *trace,
                      uint32_t *step); /* false: none */

/* ---- marks and spans (text_mark.c) -----------------------------------------------------------------------
 */

/* Marks move with edits; O(marks) per edit, meant for hundreds. Inside deleted text they go to where it was.
 * They are not part of the history: undo moves them as any edit does. */
enum text_gravity { TEXT_BEFORE, TEXT_AFTER }; /* where a mark goes when text is inserted exactly there */
typedef uint32_t text_mark;                    /* 0: none */
text_mark text_mark_add(struct text *text, size_t at, enum text_gravity gravity); /* 0: no memory */
void text_mark_remove(struct text *text, text_mark mark); /* its number may be given out again */
size_t text_mark_get(const struct text *text, text_mark mark);
void text_mark_set(struct text *text, text_mark mark, size_t at);

/* A span is two marks that leave out what is inserted at their edges, with a kind and a number of the
 * caller's. It becomes empty when its text goes, and stays until it is removed. */
struct text_span {
    uint32_t id; /* > 0, never reused in this document */
    uint32_t kind;
    uint64_t data;
    size_t start, end;
};
uint32_t text_span_add(struct text *text, size_t start, size_t end, uint32_t kind,
                       uint64_t data); /* 0: no memory */
bool text_span_remove(struct text *text, uint32_t id);
bool text_span_get(const struct text *text, uint32_t id, struct text_span *out);
size_t text_span_count(const struct text *text);
void text_span_at(const struct text *text, size_t index,
                  struct text_span *out); /* in the order they were added */

/* ---- blanks (text_blank.c)
 * ---------------------------------------------------------------------------------- */

/* A blank: a span that moves with edits, and a wish. Insertions at its edges stay outside; what is inserted
 * at an empty blank stands before it (text_blank_set_range moves it to the other side). A deletion or
 * replacement of a non-empty blank's whole text destroys the blank; an empty one is destroyed when a deletion
 * takes the bytes on both its sides. Undo brings it back with its id, its wish and its range. Adding,
 * removing and changing a blank are undone and redone like edits; each is a step of its own outside a group.
 */
struct text_blank {
    uint32_t id; /* > 0, never reused in this document */
    size_t start, end;
    uint32_t min, max; /* tokens wished; 1 ≤ min ≤ max, equal: exactly that many; both 0: whatever fits */
};
#define TEXT_WISH_ANY 0u /* for both min and max */
/* 0: no memory, a range that is none, or a wish that is none. Blanks may touch and overlap. */
uint32_t text_blank_add(struct text *text, size_t start, size_t end, uint32_t min, uint32_t max);
bool text_blank_remove(struct text *text, uint32_t id);
bool text_blank_set_wish(struct text *text, uint32_t id, uint32_t min, uint32_t max);
bool text_blank_set_range(struct text *text, uint32_t id, size_t start, size_t end);
bool text_blank_get(const struct text *text, uint32_t id, struct text_blank *out);
size_t text_blank_count(const struct text *text);
void text_blank_at(const struct text *text, size_t index,
                   struct text_blank *out); /* by start, then end, then id */
/* The blank with start ≤ at ≤ end, the shortest when there are several; 0: none. */
uint32_t text_blank_find(const struct text *text, size_t at);

/* ---- clusters (text_cluster.c)
 * --------------------------------------------------------------------------------- */

enum text_cluster_kind {
    TEXT_CLUSTER_NORMAL,
    TEXT_CLUSTER_TAB,     /* cells: 1; how many it takes depends on its column (struct text_wrap) */
    TEXT_CLUSTER_NEWLINE, /* "\n" or "\r\n"; cells: 0 */
    TEXT_CLUSTER_CONTROL, /* two cells: C0 and DEL as ^ and code_point ^ 0x40, C1 as ^ and code_point ^ 0xC0
                           */
    TEXT_CLUSTER_INVALID  /* one byte that is not UTF-8, shown as \xHH, four cells */
};
struct text_cluster {
    size_t start, end;
    uint32_t code_point; /* the first one; the byte when invalid */
    enum text_cluster_kind kind;
    int cells; /* text_width of the first code point, which is what a cell can hold; 1 when that is 0 (a lone
                  combining mark, a zero width space), to be drawn on U+25CC */
};
/* The extended grapheme cluster (UAX 29, libutf8proc) that begins at `at`; false at the end. A cluster longer
 * than 256 bytes is cut there. An emoji joined by ZWJ, a flag, a syllable of jamo is one. */
bool text_cluster_at(const struct text *text, size_t at, struct text_cluster *out);
bool text_cluster_next(const struct text *text, size_t *at,
                       struct text_cluster *out); /* and moves *at to its end */
size_t text_next_cluster(const struct text *text, size_t at);
size_t text_previous_cluster(const struct text *text, size_t at);
/* Cells of a code point: the C library's wcwidth, as the terminal's curses has it, and utf8proc's where that
 * says nothing (C locale, newer characters); 0, 1 or 2. */
int text_width(uint32_t code_point);

/* ---- words, sentences, paragraphs (text_word.c)
 * ------------------------------------------------------------------ */

/* A word is a run of letters, digits, marks and connectors (_), and apostrophes between letters. Next: the
 * start of the next word, or the end; previous: the start of this word, or of the one before. */
size_t text_next_word(const struct text *text, size_t at);
size_t text_previous_word(const struct text *text, size_t at);
void text_word_around(const struct text *text, size_t at, size_t *start,
                      size_t *end); /* empty when at none */
/* A sentence ends after . ! ? … or their full-width forms, with the quotes and brackets that close there,
 * before white space; not before a small letter, nor after an initial (J.) or a title (Mr.). A paragraph's
 * end ends it. */
size_t text_next_sentence(const struct text *text, size_t at); /* start of the next one, or the end */
size_t text_previous_sentence(const struct text *text,
                              size_t at); /* start of this one, or of the one before */
/* A paragraph is a run of lines that hold more than white space. */
size_t text_next_paragraph(const struct text *text, size_t at); /* start of the next one, or the end */
size_t text_previous_paragraph(const struct text *text,
                               size_t at); /* start of this one, or of the one before */
size_t text_count_words(const struct text *text, size_t start, size_t end); /* that begin in [start, end) */

/* ---- soft wrap (text_wrap.c)
 * --------------------------------------------------------------------------------------- */

/* Lines are wrapped into rows of at most `width` cells: after spaces and tabs (which hang at the end of their
 * row, beyond the width if need be), after hyphens and dashes inside words, between wide characters; a word
 * longer than a row breaks between clusters. A cluster wider than a row stands alone in one. Rows of a line
 * are computed from its start. In a line longer than 64 KiB a row also begins at every checkpoint: after the
 * first space at or after each multiple of 64 KiB from the line's start (within 1 KiB; else at the first
 * cluster there). So a row costs at most some 128 KiB of reading, whatever the line's length. */
struct text_wrap {
    int width; /* cells, ≥ 1 */
    int tab;   /* cells between tab stops, ≥ 1 */
};
struct text_row {
    size_t start, end; /* [start, end) with the line break left out */
    bool last;         /* of its line */
    size_t line;       /* where its line starts */
};
/* The row that holds `at` (an offset at a soft break belongs to the row that begins there). */
void text_row_of(const struct text *text, const struct text_wrap *wrap, size_t at, struct text_row *out);
bool text_next_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   struct text_row *out); /* false: it was the last of the text */
bool text_previous_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                       struct text_row *out); /* false: it was the first of the text */
/* Column of an offset in its row, in cells; beyond the width inside hanging spaces. */
int text_column_of(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   size_t at);
/* Start of the cluster that covers a column; beyond the row's text its end, or, when the line goes on in the
 * next row, the start of its last cluster. */
size_t text_at_column(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                      int column);
/* Moves by rows (negative: up) and puts the result as near to `column` as it gets: the caller keeps that
 * goal. Stops at the first and the last row. */
size_t text_move_rows(const struct text *text, const struct text_wrap *wrap, size_t at, long rows,
                      int column);

/* ---- search (text_search.c)
 * ------------------------------------------------------------------------------------------ */

enum {
    TEXT_SEARCH_IGNORE_CASE = 1,
    TEXT_SEARCH_REGEX = 2, /* PCRE2: ^ and $ at every line, UCP; else the pattern is literal */
    TEXT_SEARCH_BACKWARDS = 4,
    TEXT_SEARCH_WORDS = 8, /* whole words only */
    TEXT_SEARCH_WRAP = 16  /* goes on from the other end, up to where it began */
};
/* The match that begins first at or after `from` (backwards: last before it). *found says whether there was
 * one; a regex may match nothing at all (start == end): step on by a cluster. Invalid bytes match nothing.
 * Copies no more than windows around the places it looks at, so searching and replacing in turn costs no more
 * than the distance walked; the last pattern stays compiled. STATUS_ARGUMENT: a bad pattern, with PCRE2's
 * words; STATUS_LIMIT: it backtracks too much. */
enum status text_search(const struct text *text, const char *pattern, size_t size, int flags, size_t from,
                        size_t *start, size_t *end, bool *found, struct error *error) MUST_USE;

#endif
