/* text: the document. A balanced tree of pieces over the original file and a buffer of added text, an undo
 * tree, marks and spans that move with edits, steps by grapheme and word, soft wrap, search, loading and
 * saving. Knows nothing of models or screens.
 *
 * Offsets are bytes from the start, [0, text_size]. A position may be anywhere, but steps and rows put it
 * between grapheme clusters. One thread at a time. Bytes that are not UTF-8 are kept. */
#ifndef LACUNA_TEXT_H
#define LACUNA_TEXT_H

#include "lacuna/base.h"

struct text;

/* ---- life, loading, saving (text_life.c, text_file.c, text_save.c) -------------------------------- */

struct text *text_new(struct error *error) MUST_USE; /* empty, without a path */
struct text *text_from_bytes(const char *bytes, size_t size, struct error *error) MUST_USE; /* copies */
/* Opens a file; files below 64 MB are read, larger ones stay on disk. Nothing is indexed before it is needed.
 * A path that does not exist gives an empty document with that path (text_is_new). */
struct text *text_open(const char *path, struct error *error) MUST_USE NONNULL(1);
/* The same from the bytes of a file, whose encoding is detected; without a path. */
struct text *text_from_file_bytes(const char *bytes, size_t size, struct error *error) MUST_USE;
void text_free(struct text *text);
const char *text_path(const struct text *text) NONNULL(1); /* NULL when it has none */
/* its path did not exist when opened, and it has not been saved since */
bool text_is_new(const struct text *text);
/* Saves atomically (file_write_atomic_from) to `path`, which becomes the text's own path, or to its own path
 * if NULL. On success the document is clean. Refuses if the opened file stays on disk and another program
 * wrote to it (text_save_rest), and if a character does not fit the encoding (text_unfit). */
enum status text_save(struct text *text, const char *path, struct error *error) MUST_USE NONNULL(1);
/* Tells whether a file is still the one that was seen before. */
struct file_identity {
    bool exists;
    uint64_t device, inode;
    int64_t size, seconds;
    long nanoseconds;
    int64_t status_seconds; /* the last change of any kind: of its bytes, mode, names … */
    long status_nanoseconds;
};
struct file_identity text_file_seen(const char *path); /* as it is now */
/* Saves as text_save, over the file that was seen at the path, or where there was none. STATUS_IO: another
 * program has changed, replaced, removed or created it. This is checked once the new file is on the disk
 * beside it, and the file stays as the other program left it. */
enum status text_save_over(struct text *text, const char *path, const struct file_identity *seen,
                           struct error *error) MUST_USE NONNULL(1, 3);
/* Saves to its own path when the file is still what was opened or saved last (text_changed_on_disk), which is
 * looked at once the new one lies beside it on the disk; else STATUS_IO, and the file is as the other program
 * left it. */
enum status text_save_unchanged(struct text *text, struct error *error) MUST_USE NONNULL(1);
/* Gives `put` the bytes that saving would write. STATUS_ARGUMENT: a character does not fit the encoding
 * (text_unfit); nothing was put. */
enum status text_produce(struct text *text, file_put *put, void *sink, struct error *error) MUST_USE
    NONNULL(1);
/* False: on the last save, the file system did not keep all extended attributes (such as an access control
 * list) of the old file. */
bool text_attributes_kept(const struct text *text);
/* differs from what was last loaded or saved; undo can make it clean again */
bool text_dirty(const struct text *text);
/* From now on the text counts as unsaved, whatever it contains (it came through a pipe). */
void text_mark_dirty(struct text *text);
/* The state of the file that a large text is read from. */
enum text_backing { TEXT_BACKING_WHOLE, TEXT_BACKING_CHANGED, TEXT_BACKING_CUT };
enum text_backing text_backing(const struct text *text) NONNULL(1);
/* For a file that another program wrote to: saves what can still be read to another path, and tells how many
 * bytes are lost. The text, its path and its unsaved state do not change. */
enum status text_save_rest(const struct text *text, const char *path, size_t *lost,
                           struct error *error) MUST_USE NONNULL(1, 2);
/* Whether the file on disk differs from what was loaded or saved. If size, times and inode are unchanged this
 * costs one stat; otherwise the bytes are compared, once per change (only below 64 MB: a larger file counts
 * as changed). */
bool text_changed_on_disk(struct text *text);
/* Declares that the text now equals `fresh`, which was just opened from its path: it counts as loaded from
 * that. */
void text_take_file(struct text *text, const struct text *fresh);

/* The encoding of the file's bytes (text_encoding.c). Opening detects it: a byte order mark; UTF-16 without
 * one, ISO-8859-1 and Windows-1252 if the bytes leave no doubt. In memory the text is UTF-8, and saving
 * converts it back, so that an unchanged text gives the same bytes. TEXT_UTF8 keeps bytes that are not UTF-8.
 * Files that stay on disk are taken as UTF-8, whatever they contain, except for UTF-16, which is read into
 * memory. */
enum text_encoding {
    TEXT_UTF8,
    TEXT_UTF8_BOM,
    TEXT_LATIN1,
    TEXT_WINDOWS_1252,
    TEXT_UTF16_LE,
    TEXT_UTF16_BE,
    TEXT_UTF16_LE_BARE, /* without a mark */
    TEXT_UTF16_BE_BARE,
    /* the first of the encodings that the C library converts (text_charset.c): koi8-r, shift_jis … */
    TEXT_OTHER_ENCODINGS
};
enum text_encoding text_encoding(const struct text *text) NONNULL(1);
void text_set_encoding(struct text *text, enum text_encoding encoding); /* for saving from now on */
/* Whether the text is UTF-8 and invalid bytes were found when it was opened: in the 256 KiB from the first
 * byte that is not ASCII; in a file that stays on disk, in the first 256 KiB. They are kept; typed text is
 * UTF-8. */
bool text_has_strays(const struct text *text);
/* Whether the encoding is a guess: there was no byte order mark, nobody named an encoding, and the bytes make
 * sense as language only in this one. Nearly certain, except for ISO-8859-1 and Windows-1252. */
bool text_encoding_guessed(const struct text *text);
const char *text_encoding_name(enum text_encoding encoding);
const char *text_encoding_word(enum text_encoding encoding); /* as it is typed; NULL after the last */
/* Finds an encoding by that word or another name for it; case and hyphens do not matter. */
bool text_encoding_find(const char *word, enum text_encoding *out);
/* Whether this machine can convert it. */
enum status text_encoding_check(enum text_encoding encoding, struct error *error) MUST_USE;
/* Opens a file with a given encoding. STATUS_FORMAT: the file is not valid in it, or saving would change its
 * bytes. */
struct text *text_open_as(const char *path, enum text_encoding encoding, struct error *error) MUST_USE;
/* Finds the first character that the encoding cannot represent, in *at. False: there is none. text_save
 * refuses such a text. */
bool text_unfit(const struct text *text, enum text_encoding encoding, size_t *at);

enum text_line_ending { TEXT_LF, TEXT_CRLF };
enum text_line_ending text_line_ending(const struct text *text)
    NONNULL(1); /* of the first line; LF if there is none */

/* ---- reading (text_tree.c) -------------------------------------------------------------------------- */

size_t text_size(const struct text *text);
int text_byte(const struct text *text, size_t at); /* 0..255; -1 at or after the end */
uint64_t text_version(const struct text *text);    /* another number after each change of the bytes */
/* Copies bytes [start, end) to out, which has room for them. */
void text_copy(const struct text *text, size_t start, size_t end, char *out);
/* Bytes beyond the end of the text are none. */
bool text_append_to(const struct text *text, size_t start, size_t end, struct buffer *out) MUST_USE;
/* The longest contiguous run of bytes that contains offset `at` (empty at the end of the text); *start
 * receives the offset of its first byte. Borrowed until the next edit; in a file that stays on disk a run
 * lies inside 64 KiB and stays valid only until 31 further runs were requested. O(log pieces). */
struct slice text_run(const struct text *text, size_t at, size_t *start) NONNULL(1);

/* A '\n' ends a line; a text without one has one line. Lines count from 0. O(log pieces) after the pieces on
 * the way have been counted. */
size_t text_line_of(const struct text *text, size_t at);
size_t text_line_start(const struct text *text, size_t line); /* text_size when beyond the last */
/* Nearest line start ≤ at, and end (offset of its '\n' or text_size) without counting lines. */
size_t text_this_line_start(const struct text *text, size_t at);
size_t text_this_line_end(const struct text *text, size_t at);

/* ---- editing and undo (text_edit.c, text_history.c, text_undo.c) -------------------------------------- */

/* Each is one change inside the current undo group; a failed one changes nothing. O(log pieces). */
enum status text_insert(struct text *text, size_t at, const char *bytes, size_t size, struct error *error)
    NONNULL(1);
enum status text_delete(struct text *text, size_t start, size_t end, struct error *error) NONNULL(1);
enum status text_replace(struct text *text, size_t start, size_t end, const char *bytes, size_t size,
                         struct error *error) NONNULL(1);

/* Many replacements as one change: O(pieces + replacements). `next` gives them from left to right, without
 * overlaps; for marks and blanks, adjacent ones count as one. The document does not change before the last
 * one is known. *count receives their number. On failure, also of `next`, nothing changes. */
struct text_edit {
    size_t start, end;
    const char *bytes; /* needed until the next call */
    size_t size;
};
typedef enum status text_next_edit(void *context, struct text_edit *edit, bool *more, struct error *error);
enum status text_replace_many(struct text *text, text_next_edit *next, void *context, size_t *count,
                              struct error *error) MUST_USE NONNULL(1);

/* Changes between begin and end are one undo step (groups nest). Outside a group each change is its own step,
 * except that typing coalesces: insertions that continue each other, up to the end of a word or a line break,
 * and deletions that continue each other. text_break_group ends a coalescing run (the cursor moved, the text
 * was saved …). */
void text_group_begin(struct text *text);
void text_group_end(struct text *text);
void text_break_group(struct text *text);
/* Marks the current (or last) group with an opaque tag: (trace, step) of an accepted fill. */
void text_tag_group(struct text *text, uint64_t trace, uint32_t step);

/* Records the cursor, before and after any operation that may change the text. Undo returns the position
 * before the step, redo the position after it. */
void text_cursor(struct text *text, size_t at);
/* Undo and redo set *at to the offset for the cursor; if none was recorded, to the end of the change. False:
 * nothing to undo (redo), a group is open, or out of memory; then nothing changed. Redo follows the newest
 * branch; text_history_go reaches every node of the tree. */
bool text_undo(struct text *text, size_t *at);
bool text_redo(struct text *text, size_t *at);
size_t text_history_count(const struct text *text); /* nodes; node 0 is the opened state */
size_t text_history_at(const struct text *text);    /* the current node */
bool text_history_contains(const struct text *text,
                           size_t node); /* the present text came about by its change */
bool text_history_go(struct text *text, size_t node, size_t *at);
/* Forgets a node, and undoes it if it is the current one: redo does what it would have done had it never been made. Its
 * number goes to the next node. False: it is not the last node that was made, or a group is open; then nothing changed. */
bool text_history_forget(struct text *text, size_t node);
bool text_history_tag(const struct text *text, size_t node, uint64_t *trace, uint32_t *step);

/* Saves the history of a text that was just saved to a file in `folder`, which is found again by the text's
 * path. At most `limit` bytes, nearest changes first. `floor` is a node that the caller wants to find
 * again. */
enum status text_history_save(const struct text *text, const char *folder, size_t limit, size_t floor,
                              struct error *error) MUST_USE NONNULL(1, 2);
/* Loads such a history, with its blanks, into a text that was just opened and has no history yet. False:
 * there is none for exactly these bytes. *floor receives that node, or 0 if it was not kept. */
bool text_history_load(struct text *text, const char *folder, size_t *floor);

/* ---- the journal (text_journal.c, text_recover.c) ------------------------------------------------------ */

/* From now on a thread writes every change of the bytes and of blanks to a file in `folder`; a change is on
 * the disk within half a second. Saving (text_save) removes the file, and the next change starts another. No
 * file is made before the first change. False: out of memory. */
bool text_journal_begin(struct text *text, const char *folder) MUST_USE;
/* Stops the journal. `keep`: unsaved changes stay on the disk for recovery (as after text_free); otherwise
 * they are deleted. */
void text_journal_end(struct text *text, bool keep);
bool text_journal_flush(struct text *text); /* waits until everything is on the disk; false: it is not */
/* Whether some changes are not on the disk yet; never waits for the disk. */
bool text_journal_behind(const struct text *text);
/* The reason why changes cannot be written at the moment (a full disk); false: they can. Writing is
 * retried. */
bool text_journal_trouble(struct text *text, char *out, size_t size);

/* Journals in `folder` for the file `path` (NULL: for texts without a path) that no living process writes,
 * newest first. False: out of memory. */
struct text_journal {
    char *file;
    char *path;       /* of its text, from text_journals_find_named; else NULL */
    int64_t seconds;  /* time of the last write, since 1970, */
    long nanoseconds; /* and its fraction of a second */
};
bool text_journals_find(const char *folder, const char *path, struct text_journal **list,
                        size_t *count) MUST_USE;
/* The journals of all files; `gone`: only of files that are no longer where they were. */
bool text_journals_find_named(const char *folder, bool gone, struct text_journal **list,
                              size_t *count) MUST_USE;
/* Whether the journal's changes start from exactly this text, whatever its name. */
bool text_journal_fits(const char *file, const struct text *text);
void text_journals_free(struct text_journal *list, size_t count);

/* The text with all changes up to the last complete record, as one undo step. STATUS_FORMAT: nothing can be
 * recovered from this file. Texts of up to 8 MB are recovered even if their file has changed or is gone. A
 * larger one needs the unchanged file; otherwise `text` holds only the inserted text, and `fragments` is
 * true. */
struct text_recovered {
    struct text *text; /* without a path, unless it was opened from the file */
    char *path;        /* where it was to be saved; NULL: nowhere */
    int64_t seconds;   /* of the first change, since 1970 */
    size_t changes;
    bool fragments;
    bool blanks;             /* the text has the blanks of that time; false: the journal has none recorded */
    struct buffer companion; /* as last set; it names blanks by their ids of that time: */
    struct text_blank_ids {
        uint32_t then, now; /* `now` in `text` */
    } * ids;
    size_t id_count;
};
/* `path`: the current place of the text's file; NULL: as in the journal. */
enum status text_recover(const char *file, const char *path, struct text_recovered *out,
                         struct error *error) MUST_USE NONNULL(3);
void text_recovered_free(struct text_recovered *recovered);

/* Bytes of the caller that belong to the text (text_companion.c). Its history file and its journal store the bytes that
 * were last set, and opening or recovering the text restores them. The slice is valid until the next call of
 * text_companion_set. False: no memory, and the old bytes stay. */
bool text_companion_set(struct text *text, struct slice bytes) MUST_USE;
struct slice text_companion(const struct text *text);

/* ---- words that a model drew (text_drawn.c) ------------------------------------------------------------ */

/* Marks the bytes [start, end) as drawn by a model. The mark survives moving, undo and redo, and ends when the bytes are
 * edited. False: no memory for all of it. */
bool text_drawn_mark(struct text *text, size_t start, size_t end);
/* Whether the byte at `at` belongs to a word that was drawn and not edited since. *start and *end then get the range of
 * the word, or of the single byte between words. */
bool text_drawn_at(const struct text *text, size_t at, size_t *start, size_t *end);
/* The next range of such words at or after `from`. False: there is none. */
bool text_drawn_next(const struct text *text, size_t from, size_t *start, size_t *end);

/* ---- differences (text_diff.c) ------------------------------------------------------------------------- */

/* The lines [a_start, a_end) of one text correspond to [b_start, b_end) of the other. */
struct text_difference {
    size_t a_start, a_end, b_start, b_end;
};
/* In order, with equal lines between them; the caller frees. Texts that differ in more than about 1500 lines
 * give a single difference. */
enum status text_diff(const struct text *a, const struct text *b, struct text_difference **list,
                      size_t *count, struct error *error) MUST_USE NONNULL(1);
/* Removes the common beginning and end of both sides of a difference, by whole characters. */
void text_diff_trim(const struct text *a, const struct text *b, struct text_difference *difference);

/* ---- marks and blanks (text_mark.c, text_edit.c) ------------------------------------------------------- */

/* where a mark goes when text is inserted exactly at its position */
enum text_gravity { TEXT_BEFORE, TEXT_AFTER };
typedef uint32_t text_mark;                                                       /* 0: none */
text_mark text_mark_add(struct text *text, size_t at, enum text_gravity gravity); /* 0: out of memory */
void text_mark_remove(struct text *text, text_mark mark);
size_t text_mark_get(const struct text *text, text_mark mark);
void text_mark_set(struct text *text, text_mark mark, size_t at);

/* A blank: a span that moves with edits, and a wanted length. Insertions at its edges stay outside,
 * unless it is empty; text that replaces the text beside an empty blank stays beside it. An edit that removes
 * the whole span of a non-empty blank destroys the blank, and undo restores it with its id; a deletion that
 * covers both sides of an empty blank destroys it. Adding and removing a blank and changing its wanted length are
 * undone and redone like edits. */
struct text_blank {
    uint32_t id; /* > 0, never reused in this document */
    size_t start, end;
    uint32_t min, max; /* tokens wanted; 1 ≤ min ≤ max */
};
uint32_t text_blank_add(struct text *text, size_t start, size_t end, uint32_t min,
                        uint32_t max); /* 0: failed */
bool text_blank_remove(struct text *text, uint32_t id);
bool text_blank_set_length(struct text *text, uint32_t id, uint32_t min, uint32_t max);
bool text_blank_get(const struct text *text, uint32_t id, struct text_blank *out);
size_t text_blank_count(const struct text *text);
void text_blank_at(const struct text *text, size_t index, struct text_blank *out); /* in order of offset */
/* The first blank with start ≤ at ≤ end; false: there is none. */
bool text_blank_around(const struct text *text, size_t at, struct text_blank *out);
uint32_t text_blank_find(const struct text *text, size_t at); /* its id; 0: none */

/* ---- clusters, words, sentences (text_cluster.c) ------------------------------------------------------- */

enum text_cluster_kind {
    TEXT_CLUSTER_NORMAL,
    TEXT_CLUSTER_TAB,
    TEXT_CLUSTER_NEWLINE, /* "\n" or "\r\n" */
    /* a terminal would obey it: shown as ^X, two cells, or \u202E, six (visible_form) */
    TEXT_CLUSTER_CONTROL,
    TEXT_CLUSTER_INVALID, /* one byte that is not UTF-8, shown as \xHH, four cells */
    TEXT_CLUSTER_UNSEEN   /* not drawn: U+200B, a direction mark, a joiner; no cells */
};
struct text_cluster {
    size_t start, end;
    uint32_t code_point; /* the first one; the byte when invalid */
    enum text_cluster_kind kind;
    /* wcwidth of what is drawn. 0 only for characters that are not drawn and for a lone combining mark, which
     * is drawn on U+25CC and counts as 1 in rows and columns. A flag has 2. A tab has 1 here; its width
     * depends on its column. */
    int cells;
};
/* The extended grapheme cluster (UAX 29, libutf8proc) that begins at `at`; false at the end. A cluster longer
 * than 256 bytes is cut there. */
bool text_cluster_at(const struct text *text, size_t at, struct text_cluster *out);
/* The same for walks: remembers where it last read. Make a new one with text_reader_new after an edit, and
 * after other reads of a file that stays on disk. */
struct text_reader {
    const struct text *text;
    const char *data; /* bytes [start, end) */
    size_t start, end;
};
struct text_reader text_reader_new(const struct text *text) NONNULL(1);
bool text_reader_cluster(struct text_reader *reader, size_t at, struct text_cluster *out);
size_t text_next_cluster(const struct text *text, size_t at);
size_t text_previous_cluster(const struct text *text, size_t at);
/* Where Backspace starts deleting the text before `at`: the last mark of a letter (an accent, a vowel sign)
 * is deleted alone, an emoji and everything else as a cluster. */
size_t text_backspace(const struct text *text, size_t at);
/* Next: the start of the next word; previous: the start of this word or of the one before. Words are those of
 * UAX 29 that contain a letter or a number; a run of Thai, Lao, Khmer or Burmese is one word. */
size_t text_next_word(const struct text *text, size_t at);
size_t text_previous_word(const struct text *text, size_t at);
void text_word_around(const struct text *text, size_t at, size_t *start, size_t *end);
/* A sentence ends at . ! ? … followed by a space, unless a lower-case letter follows or it is a title (Mr.),
 * an initial or another common English abbreviation; an empty line always ends a sentence
 * (text_sentence.c). */
/* The first word that starts at or after `at`; false: there is none. */
bool text_reader_word(struct text_reader *reader, size_t at, size_t *start, size_t *end);
size_t text_next_sentence(const struct text *text, size_t at);
size_t text_previous_sentence(const struct text *text, size_t at);
/* A paragraph is a run of non-empty lines; a line of 160 bytes or more is a paragraph of its own. */
size_t text_next_paragraph(const struct text *text, size_t at);
size_t text_previous_paragraph(const struct text *text, size_t at);
/* The paragraph that contains `at`, without its last line break; for an empty line, that line. Looks at most
 * 256 KiB far. */
void text_paragraph_around(const struct text *text, size_t at, size_t *start, size_t *end);
/* As people count them: words joined by a hyphen are one. */
size_t text_count_words(const struct text *text, size_t start, size_t end);

/* ---- soft wrap (text_wrap.c) --------------------------------------------------------------------------- */

/* Lines are wrapped into rows of at most `width` cells where UAX 14 allows a break, with the preferences of
 * prose: spaces hang at the end of their row, an em dash stays with the word before it, a dash at the start
 * of a word stays with that word. Text without a break breaks between clusters. Rows are computed from the
 * start of their line; in a line longer than 64 KiB from the last multiple of 64 KiB, moved to the next
 * space, which bounds the cost of one row. */
struct text_wrap {
    int width; /* cells, ≥ 1 */
    int tab;   /* cells between tab stops, ≥ 1 */
    /* text_next_row only: a long line is not divided at multiples of 64 KiB, so no row ends early there */
    bool whole;
    bool unseen; /* characters that are not drawn (TEXT_CLUSTER_UNSEEN) take one cell */
};
struct text_row {
    size_t start, end; /* [start, end), without the line break */
    bool last;         /* of its line */
};
/* The row that contains `at` (an offset at a soft break belongs to the row that starts there). */
void text_row_of(const struct text *text, const struct text_wrap *wrap, size_t at, struct text_row *out);
bool text_next_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                   struct text_row *out); /* false: it was the last of the text */
bool text_previous_row(const struct text *text, const struct text_wrap *wrap, const struct text_row *row,
                       struct text_row *out);
/* The cells that a cluster takes when it starts at this column of its row. */
int text_cells_at(const struct text_cluster *cluster, const struct text_wrap *wrap, int column);
/* Column of an offset in its row, and the offset nearest to a column (before the end of a row that is not the
 * last of its line). In cells. */
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
    /* ' " - and a space also match their typographic forms: curly quotes, hyphens and no-break spaces. */
    TEXT_SEARCH_TYPED = 16
};
/* A match starts and ends between clusters, unless the pattern names code points (\p, \x) or \r. In every
 * pattern a line feed also matches CRLF, and a composed character its decomposed form. */
/* The first match (backwards: the last) that starts in [low, high); high may be size + 1, for an empty match
 * at the end. It reads no more than needed, so the range bounds the cost. The syntax is PCRE2's in UTF mode;
 * invalid bytes match nothing. *found says whether there was one; a bad pattern is STATUS_ARGUMENT with
 * PCRE2's words. */
enum status text_search_in(const struct text *text, const char *pattern, size_t size, int flags, size_t low,
                           size_t high, size_t *start, size_t *end, bool *found, struct error *error) MUST_USE
    NONNULL(1, 9);
/* A group of the match that the last forward search found; group 0 is the whole match. False if the group
 * took no part. Valid until the next search. */
bool text_search_group(const struct text *text, int group, size_t *start, size_t *end);
/* Replaces every match inside [start, end) as one change; *count is their number. An empty match directly
 * after another match is skipped. With TEXT_SEARCH_REGEX a replacement may hold $1, ${name}, $0, $$, \n, \t,
 * \U \L \E (PCRE2's extended substitution); an invalid one is STATUS_ARGUMENT. A line feed in a replacement
 * becomes the text's own line ending. */
enum status text_replace_all(struct text *text, const char *pattern, size_t size, int flags, size_t start,
                             size_t end, const char *replacement, size_t replacement_size, size_t *count,
                             struct error *error) MUST_USE NONNULL(1);

#endif
