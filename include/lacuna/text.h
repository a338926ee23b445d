/* text: the document. A balanced tree of pieces over the file as it was opened and a buffer of what was
 * added, an undo tree, marks and spans that move with edits, steps by grapheme and word, soft wrap, search,
 * loading and saving. Knows nothing of models or screens.
 *
 * Offsets are bytes from the start, [0, text_size]. A position is valid anywhere, but steps and rows put it
 * between grapheme clusters. One thread at a time. Bytes that are not UTF-8 are kept as they are. */
#ifndef LACUNA_TEXT_H
#define LACUNA_TEXT_H

#include "lacuna/base.h"

struct text;

/* ---- life, loading, saving (text_file.c) ---------------------------------------------------------- */

struct text *text_new(struct error *error) MUST_USE; /* empty, without a path */
struct text *text_from_bytes(const char *bytes, size_t size, struct error *error) MUST_USE; /* copies */
/* Opens a file; files below 64 MB are read, larger ones stay on disk; nothing is indexed before it is needed.
 * A path that does not exist gives an empty document with that path (text_is_new). */
struct text *text_open(const char *path, struct error *error) MUST_USE NONNULL(1);
/* The same from the bytes of a file, its encoding recognised; without a path. */
struct text *text_from_file_bytes(const char *bytes, size_t size, struct error *error) MUST_USE;
void text_free(struct text *text);
const char *text_path(const struct text *text) NONNULL(1); /* NULL when it has none */
bool text_is_new(const struct text *text); /* its path did not exist when opened, and was not saved yet */
/* Saves atomically (file_write_atomic_from) to `path`, or to its own path when NULL; the path becomes its
 * own. On success the document is clean. Refuses when the opened file stays on disk and was written to in
 * place (text_save_rest), and when a character does not fit the encoding (text_unfit). */
enum status text_save(struct text *text, const char *path, struct error *error) MUST_USE NONNULL(1);
/* Saves to its own path when the file is still what was opened or saved last (text_changed_on_disk), which is
 * looked at once the new one lies beside it on the disk; else STATUS_IO, and the file is as the other program
 * left it. */
enum status text_save_unchanged(struct text *text, struct error *error) MUST_USE NONNULL(1);
/* Gives `put` the bytes that saving would write. STATUS_ARGUMENT: a character does not fit the encoding
 * (text_unfit); nothing was put. */
enum status text_produce(struct text *text, file_put *put, void *sink, struct error *error) MUST_USE
    NONNULL(1);
/* False: the file system took not all extended attributes (an access control list, say) of the file that was
 * there before the text was saved last. */
bool text_attributes_kept(const struct text *text);
bool text_dirty(const struct text *text); /* differs from what was loaded or saved last, also by undo */
/* Counts as not saved from now on, whatever it is (it came through a pipe). */
void text_mark_dirty(struct text *text);
/* What became of the file that a big text is read from. */
enum text_backing { TEXT_BACKING_WHOLE, TEXT_BACKING_CHANGED, TEXT_BACKING_CUT };
enum text_backing text_backing(const struct text *text) NONNULL(1);
/* When it was written to in place: saves what can still be read to another path, without the bytes that are
 * gone, and tells how many those are. The text stays as it is, with its own path, and not saved. */
enum status text_save_rest(const struct text *text, const char *path, size_t *lost,
                           struct error *error) MUST_USE NONNULL(1, 2);
/* True when the file on disk is no longer what was loaded or saved. When its size, times and inode are as
 * they were that costs a stat; otherwise its bytes are compared, once for each change (below 64 MB: a larger
 * one counts as changed). */
bool text_changed_on_disk(struct text *text);
/* The text has become what `fresh`, just opened from its path, holds: it counts as loaded from that. */
void text_take_file(struct text *text, const struct text *fresh);

/* How the file's bytes stand for characters (text_encoding.c). Recognised on opening: a byte order mark;
 * UTF-16 without one, ISO-8859-1 and Windows-1252 where the bytes are sure to be that. Inside the text is
 * UTF-8 all the same, and saving converts it back, so that an unchanged text becomes the same bytes.
 * TEXT_UTF8 keeps bytes that are not UTF-8. Files that stay on disk are UTF-8, whatever they hold, but for
 * UTF-16, which is read. */
enum text_encoding {
    TEXT_UTF8,
    TEXT_UTF8_BOM,
    TEXT_LATIN1,
    TEXT_WINDOWS_1252,
    TEXT_UTF16_LE,
    TEXT_UTF16_BE,
    TEXT_UTF16_LE_BARE, /* without a mark */
    TEXT_UTF16_BE_BARE,
    TEXT_OTHER_ENCODINGS /* the first of those that are known by name alone (text_charset.c): koi8-r,
                            shift_jis … */
};
enum text_encoding text_encoding(const struct text *text) NONNULL(1);
void text_set_encoding(struct text *text, enum text_encoding encoding); /* for saving from now on */
/* It is UTF-8, and bytes that are none were seen when it was opened: in the 256 KiB from the first byte on
 * that is no ASCII; in a file that stays on disk in the first 256 KiB. They are kept; what is typed is UTF-8.
 */
bool text_has_strays(const struct text *text);
const char *text_encoding_name(enum text_encoding encoding);
const char *text_encoding_word(enum text_encoding encoding); /* as it is typed; NULL behind the last */
/* By such a word or another name for it, whatever its capitals and hyphens. */
bool text_encoding_find(const char *word, enum text_encoding *out);
/* Whether this machine can convert it. */
enum status text_encoding_check(enum text_encoding encoding, struct error *error) MUST_USE;
/* Opens a file whose encoding is known. STATUS_FORMAT: it is not in that, or saving would change its bytes.
 */
struct text *text_open_as(const char *path, enum text_encoding encoding, struct error *error) MUST_USE;
/* The first character that cannot be written like that, in *at; false: all can. text_save refuses then. */
bool text_unfit(const struct text *text, enum text_encoding encoding, size_t *at);

enum text_line_ending { TEXT_LF, TEXT_CRLF };
enum text_line_ending text_line_ending(const struct text *text)
    NONNULL(1); /* of the first line; LF when there is none */

/* ---- reading (text_tree.c) -------------------------------------------------------------------------- */

size_t text_size(const struct text *text);
int text_byte(const struct text *text, size_t at); /* 0..255; -1 at or after the end */
uint64_t text_version(const struct text *text);    /* another number after each change of the bytes */
/* Copies bytes [start, end) to out, which has room for them. */
void text_copy(const struct text *text, size_t start, size_t end, char *out);
bool text_append_to(const struct text *text, size_t start, size_t end, struct buffer *out) MUST_USE;
/* The longest contiguous run that holds offset `at` (empty at the end of the text); *start receives the
 * offset of its first byte. Borrowed until the next edit; in a file that stays on disk a run lies inside 64
 * KiB, and only until 31 further runs were asked for. O(log pieces). */
struct slice text_run(const struct text *text, size_t at, size_t *start) NONNULL(1);

/* Lines are what '\n' ends; a text without one has one line. line numbers from 0. O(log pieces) once the
 * pieces on the way were counted. */
size_t text_line_of(const struct text *text, size_t at);
size_t text_line_start(const struct text *text, size_t line); /* text_size when beyond the last */
/* Nearest line start ≤ at, and end (offset of its '\n' or text_size) without counting lines. */
size_t text_this_line_start(const struct text *text, size_t at);
size_t text_this_line_end(const struct text *text, size_t at);

/* ---- editing and undo (text_edit.c, text_undo.c) ------------------------------------------------------ */

/* Each is one change inside the current undo group; a failed one leaves everything as it was. O(log pieces).
 */
enum status text_insert(struct text *text, size_t at, const char *bytes, size_t size, struct error *error)
    NONNULL(1);
enum status text_delete(struct text *text, size_t start, size_t end, struct error *error) NONNULL(1);
enum status text_replace(struct text *text, size_t start, size_t end, const char *bytes, size_t size,
                         struct error *error) NONNULL(1);

/* Many replacements as one change: O(pieces + replacements). `next` gives them from left to right, none
 * overlapping the one before; for marks and blanks, those that touch are one. The document stays as it is
 * until the last is known. *count receives how many there were. A failure, also of `next`, leaves everything
 * as it was. */
struct text_edit {
    size_t start, end;
    const char *bytes; /* needed until the next call */
    size_t size;
};
typedef enum status text_next_edit(void *context, struct text_edit *edit, bool *more, struct error *error);
enum status text_replace_many(struct text *text, text_next_edit *next, void *context, size_t *count,
                              struct error *error) MUST_USE NONNULL(1);

/* Changes between begin and end are one undo step (nests). Outside a group each change is a step of its own,
 * except that typing coalesces: insertions that continue each other, up to a word's end or a line break, and
 * deletions that continue each other. text_break_group ends a coalescing run (cursor moved, saved …). */
void text_group_begin(struct text *text);
void text_group_end(struct text *text);
void text_break_group(struct text *text);
/* Marks the current (or last) group with an opaque tag: (trace, step) of an accepted fill. */
void text_tag_group(struct text *text, uint64_t trace, uint32_t step);

/* Tells where the cursor is, before and after whatever may change the text: undo gives back where it was
 * before the step, and redo where it was behind it. */
void text_cursor(struct text *text, size_t at);
/* Undo and redo give the offset for the cursor in *at; where none was told, the end of what changed. False:
 * nothing to undo (redo), a group is open, or no memory; then nothing happened. Redo follows the newest
 * branch; text_history_go reaches every node of the tree. */
bool text_undo(struct text *text, size_t *at);
bool text_redo(struct text *text, size_t *at);
size_t text_history_count(const struct text *text); /* nodes, the opened state is 0 */
size_t text_history_at(const struct text *text);    /* node that the document stands at */
bool text_history_go(struct text *text, size_t node, size_t *at);
bool text_history_tag(const struct text *text, size_t node, uint64_t *trace, uint32_t *step);

/* Keeps the history of a text that was just saved in a file of `folder` that is found again by its path, at
 * most `limit` bytes of it: what is nearest. `floor` is a node that means something
 * to the caller. */
enum status text_history_save(const struct text *text, const char *folder, size_t limit, size_t floor,
                              struct error *error) MUST_USE NONNULL(1, 2);
/* Takes such a history, with its blanks, into a text that was just opened and has none yet. False: there is
 * none for exactly these bytes. *floor receives the node, 0 when it is not kept any more. */
bool text_history_load(struct text *text, const char *folder, size_t *floor);

/* ---- the journal (text_journal.c, text_recover.c) ------------------------------------------------------ */

/* From now on every change of the bytes and of blanks is written to a file of its own in `folder`, by a
 * thread of its own, and is on the disk within half a second; until the text is saved (text_save), whereupon
 * the file goes away and the next change begins another. Nothing is made before the first change. False: no
 * memory. */
bool text_journal_begin(struct text *text, const char *folder) MUST_USE;
/* Stops it. `keep`: what is not saved stays on the disk to be recovered (as by text_free); otherwise it is
 * given up. */
void text_journal_end(struct text *text, bool keep);
bool text_journal_flush(struct text *text); /* waits until all is on the disk; false: it is not */
/* Whether changes are not on the disk yet; never waits for the disk. */
bool text_journal_behind(const struct text *text);
/* Why changes cannot be written at the moment (a full disk); false: they can. It is tried again and again. */
bool text_journal_trouble(struct text *text, char *out, size_t size);

/* Journals in `folder` of the file `path` (NULL: of texts without one) that no living process writes, newest
 * first. False: no memory. */
struct text_journal {
    char *file;
    char *path;       /* of its text, from text_journals_find_named; else NULL */
    int64_t seconds;  /* written last, since 1970, */
    long nanoseconds; /* and so much more */
};
bool text_journals_find(const char *folder, const char *path, struct text_journal **list,
                        size_t *count) MUST_USE;
/* Those of all files; `gone`: of files that are where they were no more. */
bool text_journals_find_named(const char *folder, bool gone, struct text_journal **list,
                              size_t *count) MUST_USE;
/* The changes of that journal begin with exactly this text, whatever it is called. */
bool text_journal_fits(const char *file, const struct text *text);
void text_journals_free(struct text_journal *list, size_t count);

/* The text with all changes up to the last whole record, in one step of undo. STATUS_FORMAT: there is nothing
 * to be had from this file. Texts of up to 8 MB are recovered whatever became of their file. A larger one
 * needs it as it was; otherwise `text` holds only what was put in, and `fragments` is true. */
struct text_recovered {
    struct text *text; /* without a path, but when it was opened from the file */
    char *path;        /* that it was to be saved to; NULL: none */
    int64_t seconds;   /* of the first change, since 1970 */
    size_t changes;
    bool fragments;
    bool blanks; /* the text has the blanks of then; false: the journal says nothing of them */
};
/* `path`: where the text's file is now; NULL: where the journal says. */
enum status text_recover(const char *file, const char *path, struct text_recovered *out,
                         struct error *error) MUST_USE NONNULL(3);
void text_recovered_free(struct text_recovered *recovered);

/* ---- differences (text_diff.c) ------------------------------------------------------------------------- */

/* Whole lines [a_start, a_end) of the one stand where the other has [b_start, b_end). */
struct text_difference {
    size_t a_start, a_end, b_start, b_end;
};
/* In order, with equal lines between; the caller frees. Texts that differ in more than some 1500 lines are
 * one difference. */
enum status text_diff(const struct text *a, const struct text *b, struct text_difference **list,
                      size_t *count, struct error *error) MUST_USE NONNULL(1);
/* Leaves out what both sides of a difference begin and end with, by whole characters. */
void text_diff_trim(const struct text *a, const struct text *b, struct text_difference *difference);

/* ---- marks and blanks (text_mark.c) -------------------------------------------------------------------- */

enum text_gravity { TEXT_BEFORE, TEXT_AFTER }; /* where a mark goes when text is inserted exactly there */
typedef uint32_t text_mark;                    /* 0: none */
text_mark text_mark_add(struct text *text, size_t at, enum text_gravity gravity); /* 0: no memory */
void text_mark_remove(struct text *text, text_mark mark);
size_t text_mark_get(const struct text *text, text_mark mark);
void text_mark_set(struct text *text, text_mark mark, size_t at);

/* A blank: a span that moves with edits (insertions at its edges stay outside, unless it is empty; what
 * replaces the text beside an empty one stays beside it) and a wish. An edit that removes a non-empty blank's
 * whole span destroys the blank, and undo brings it back with its id; an empty one is destroyed when a
 * deletion covers both its sides. Adding and removing a blank and changing its wish are undone and redone
 * like edits. */
struct text_blank {
    uint32_t id; /* > 0, never reused in this document */
    size_t start, end;
    uint32_t min, max; /* tokens wished; 1 ≤ min ≤ max */
};
uint32_t text_blank_add(struct text *text, size_t start, size_t end, uint32_t min,
                        uint32_t max); /* 0: failed */
bool text_blank_remove(struct text *text, uint32_t id);
bool text_blank_set_wish(struct text *text, uint32_t id, uint32_t min, uint32_t max);
bool text_blank_get(const struct text *text, uint32_t id, struct text_blank *out);
size_t text_blank_count(const struct text *text);
void text_blank_at(const struct text *text, size_t index, struct text_blank *out); /* in order of offset */
uint32_t text_blank_find(const struct text *text, size_t at); /* the blank with start ≤ at ≤ end; 0: none */

/* ---- clusters, words, sentences (text_cluster.c) ------------------------------------------------------- */

enum text_cluster_kind {
    TEXT_CLUSTER_NORMAL,
    TEXT_CLUSTER_TAB,
    TEXT_CLUSTER_NEWLINE, /* "\n" or "\r\n" */
    TEXT_CLUSTER_CONTROL, /* a terminal would obey it: shown as ^X, two cells, or \u202E, six (visible_form)
                           */
    TEXT_CLUSTER_INVALID, /* one byte that is not UTF-8, shown as \xHH, four cells */
    TEXT_CLUSTER_UNSEEN   /* nothing is drawn for it: U+200B, a mark of direction, a joiner; no cells */
};
struct text_cluster {
    size_t start, end;
    uint32_t code_point; /* the first one; the byte when invalid */
    enum text_cluster_kind kind;
    /* wcwidth of what is drawn: 0 only for what is not seen, and for a lone combining mark, which is drawn on
     * U+25CC and counts 1 in rows and columns. A flag has 2, a tab 1 here: its column decides. */
    int cells;
};
/* The extended grapheme cluster (UAX 29, libutf8proc) that begins at `at`; false at the end. A cluster longer
 * than 256 bytes is cut there. */
bool text_cluster_at(const struct text *text, size_t at, struct text_cluster *out);
/* The same for walks: remembers where it read last. Begin with text_reader_new, and anew after an edit and
 * after other reading in a file that stays on disk. */
struct text_reader {
    const struct text *text;
    const char *data; /* bytes [start, end) */
    size_t start, end;
};
struct text_reader text_reader_new(const struct text *text) NONNULL(1);
bool text_reader_cluster(struct text_reader *reader, size_t at, struct text_cluster *out);
size_t text_next_cluster(const struct text *text, size_t at);
size_t text_previous_cluster(const struct text *text, size_t at);
/* Where Backspace begins to delete what stands before `at`: the last mark of a letter (an accent, a vowel
 * sign) goes alone, an emoji and everything else as a cluster. */
size_t text_backspace(const struct text *text, size_t at);
/* Next: the start of the next word; previous: the start of this word or the one before. Words are those of
 * UAX 29 that have a letter or a number in them; a run of Thai, Lao, Khmer or Burmese is one. */
size_t text_next_word(const struct text *text, size_t at);
size_t text_previous_word(const struct text *text, size_t at);
void text_word_around(const struct text *text, size_t at, size_t *start, size_t *end);
/* A sentence ends at . ! ? … and a space that no small letter follows, but not after titles (Mr.), initials
 * and other common abbreviations of English; an empty line always ends one (text_sentence.c). */
/* The first word that begins at or after `at`; false: none does. */
bool text_reader_word(struct text_reader *reader, size_t at, size_t *start, size_t *end);
size_t text_next_sentence(const struct text *text, size_t at);
size_t text_previous_sentence(const struct text *text, size_t at);
/* A paragraph is a run of lines that are not empty; a line of 160 bytes or more is one of its own. */
size_t text_next_paragraph(const struct text *text, size_t at);
size_t text_previous_paragraph(const struct text *text, size_t at);
/* The one that holds `at`, without its last line break; an empty line is returned as it is. Looks
 * 256 KiB far. */
void text_paragraph_around(const struct text *text, size_t at, size_t *start, size_t *end);
/* As people count them: words that a hyphen joins are one. */
size_t text_count_words(const struct text *text, size_t start, size_t end);

/* ---- soft wrap (text_wrap.c) --------------------------------------------------------------------------- */

/* Lines are wrapped into rows of at most `width` cells where UAX 14 allows a break and prose wants one:
 * spaces hang at the end of their row, an em dash stays with the word before it, a dash that begins a word
 * with that; what no break fits into breaks between clusters. Rows of a line are computed from its start; in
 * a line longer than 64 KiB from the last multiple of 64 KiB, moved to the next space, so that the cost of
 * one row is bounded. */
struct text_wrap {
    int width; /* cells, ≥ 1 */
    int tab;   /* cells between tab stops, ≥ 1 */
    /* text_next_row alone: a long line is not divided into such parts, so that no row ends early for it. */
    bool whole;
    bool unseen; /* characters that nothing is drawn for (TEXT_CLUSTER_UNSEEN) have a cell */
};
struct text_row {
    size_t start, end; /* [start, end) with the line break left out */
    bool last;         /* of its line */
};
/* The row that holds `at` (an offset at a soft break belongs to the row that begins there). */
void text_row_of(const struct text *text, const struct text_wrap *wrap, size_t at, struct text_row *out);
bool text_next_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   struct text_row *out); /* false: it was the last of the text */
bool text_previous_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                       struct text_row *out);
/* The cells that a cluster takes when it begins at a column of its row. */
int text_cells_at(const struct text_cluster *cluster, const struct text_wrap *wrap, int column);
/* Column of an offset in its row, and the offset nearest to a column (before the end of a row that is not its
 * line's last one). Cells. */
int text_column_of(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   size_t at);
size_t text_at_column(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                      int column);

/* ---- search (text_search.c) ---------------------------------------------------------------------------- */

enum {
    TEXT_SEARCH_IGNORE_CASE = 1,
    TEXT_SEARCH_REGEX = 2,
    TEXT_SEARCH_BACKWARDS = 4,
    TEXT_SEARCH_WORDS = 8,
    /* ' " - and a space also find what is printed for them: curly marks, hyphens and spaces that do not
       break. */
    TEXT_SEARCH_TYPED = 16
};
/* A match begins and ends between clusters, unless the pattern speaks of code points (\p, \x) or of \r. In
 * all of them a line feed means CRLF, too, and a composed character a decomposed one. */
/* The first match (backwards: the last) that begins in [low, high); high may be one beyond the size, for a
 * match of nothing at the end. Looks no further than it has to, so the range bounds what a search costs.
 * PCRE2, UTF, invalid bytes match nothing. *found says whether there was one; a bad pattern is
 * STATUS_ARGUMENT with PCRE2's words. */
enum status text_search_in(const struct text *text, const char *pattern, size_t size, int flags, size_t low,
                           size_t high, size_t *start, size_t *end, bool *found, struct error *error) MUST_USE
    NONNULL(1, 9);
/* A group of the match that the last forward search found, 0 being the whole; false when it took no part.
 * Until the next search. */
bool text_search_group(const struct text *text, int group, size_t *start, size_t *end);
/* Replaces every match that lies in [start, end) as one change; *count says how many. A match of nothing
 * right behind another match is passed over. With TEXT_SEARCH_REGEX a replacement may hold $1, ${name}, $0,
 * $$, \n, \t, \U \L \E (PCRE2's extended substitution); a wrong one is STATUS_ARGUMENT. A line feed in a
 * replacement becomes the text's own line end. */
enum status text_replace_all(struct text *text, const char *pattern, size_t size, int flags, size_t start,
                             size_t end, const char *replacement, size_t replacement_size, size_t *count,
                             struct error *error) MUST_USE NONNULL(1);

#endif
