/* The format of a journal file.
 *
 * It begins with JOURNAL_MAGIC and eight bytes that are unique to this journal. Records follow; a record is
 * one or more parts, and a part is
 *
 *     size (4 bytes), kind (1), more (1: the record goes on in the next part), two zeros, hash (8), bytes
 *
 * where the hash covers the bytes, their size and kind, the part's position in the file and the journal's
 * eight bytes, so that only the next part of this very journal is accepted. Numbers are little-endian.
 *
 * The first record is a JOURNAL_BASE: which text the changes start from. A JOURNAL_SNAPSHOT may follow, which
 * is that text itself; then come the changes in order. JOURNAL_SAVING says that the present text is about to
 * be saved: if the file turns out to be that text, recovery starts there.
 *
 * Blanks move with changes of the bytes as they do in the document; changes of blanks alone are a
 * JOURNAL_BLANKS. One with all blanks follows the base (or its snapshot) and each JOURNAL_SAVING. Journals of
 * earlier versions have none; readers skip unknown kinds. */
#ifndef LACUNA_TEXT_JOURNAL_H
#define LACUNA_TEXT_JOURNAL_H

#include "lacuna/base.h"
#include "text_internal.h"

#define JOURNAL_MAGIC "lacunaJ1"
enum {
    JOURNAL_HEAD = 16,
    JOURNAL_PART = 16,             /* bytes before a part's own */
    JOURNAL_PART_MAX = 1 << 20,    /* of its own */
    JOURNAL_SNAPSHOT_MAX = 8 << 20 /* larger texts are not copied into their journals */
};
static_assert(JOURNAL_HEAD == sizeof JOURNAL_MAGIC - 1 + sizeof(uint64_t),
              "the magic and the journal's own number are its head");
enum journal_kind {
    JOURNAL_BASE =
        1, /* numbers: pid, seconds since 1970, size, sampled, hash (8 bytes), snapshot follows; path */
    JOURNAL_SNAPSHOT, /* the bytes */
    JOURNAL_CHANGE,   /* numbers: at, removed; the bytes inserted */
    /* at; then for each: gap, removed, 2·inserted + same; the bytes, unless they are the same as before */
    JOURNAL_MANY,
    /* numbers: at, known; the bytes typed from there on, of which `known` were in earlier records */
    JOURNAL_TYPED,
    JOURNAL_SAVING, /* numbers: size, sampled, hash (8 bytes) */
    /* all (no other blanks exist); then for each: id, has, and if it has: start, end, min, max */
    JOURNAL_BLANKS,
    JOURNAL_COMPANION /* the bytes of text_companion_set */
};

/* Which text this is: a hash of all of it or, for a large text (sampled), of both its ends and its size. */
struct journal_content {
    size_t size;
    bool sampled;
    uint64_t hash;
};
struct journal_content journal_content_of(const struct text *text);
bool journal_same_content(const struct journal_content *a, const struct journal_content *b);
uint64_t journal_part_hash(const char *bytes, size_t size, int kind, bool more, uint64_t number, uint64_t id);
/* The prefix of the names of all journals of this file (NULL: of texts without a path). */
bool journal_prefix(const char *path, char out[32]);

/* ---- called by text_edit.c and others ----------------------------------------------------------------- */

void journal_before(struct text *text); /* the bytes are about to change */
/* [at, at + removed) was replaced by [at, at + inserted), which is in the document now. */
void journal_changed(struct text *text, size_t at, size_t removed, size_t inserted);
void journal_changed_spans(struct text *text, size_t at, const struct spans *spans, bool undoing);
/* How a change altered these blanks, beyond what follows from the change of the bytes. */
void journal_changed_blanks(struct text *text, const struct blank_delta *deltas, size_t count, bool undoing);
void journal_changed_companion(struct text *text);
void journal_saving(struct text *text); /* waits until it is on the disk, if that is possible */
void journal_saved(struct text *text);  /* nothing is left to recover */

/* ---- text_journal_thread.c: the thread that writes ----------------------------------------------------- */

struct journal_part { /* bytes of an entry that stay where they are */
    const char *data; /* NULL: in fd */
    size_t offset, size;
    int fd;
};

struct journal_writer;
struct journal_writer *journal_writer_new(void);    /* starts the thread; NULL: it could not start */
void journal_writer_free(struct journal_writer *w); /* writes what is left, once; keeps the file */
/* Adds a record: `bytes`, which are copied, then `parts`, which must stay valid until the writer is freed or
 * emptied. JOURNAL_BASE starts the file `path`. False: out of memory. */
bool journal_writer_add(struct journal_writer *w, enum journal_kind kind, const char *path, const char *bytes,
                        size_t size, const struct journal_part *parts, size_t count) MUST_USE;
/* Removes the record that was added last, unless writing it has started. */
bool journal_writer_retract(struct journal_writer *w);
/* Waits until everything is on the disk, or could not be written (false). */
bool journal_writer_flush(struct journal_writer *w);
/* Whether something is not on the disk yet. */
bool journal_writer_behind(struct journal_writer *w);
/* Discards the queue and removes the file. */
void journal_writer_empty(struct journal_writer *w);
/* Why the file cannot be written at the moment; false: it can. */
bool journal_writer_trouble(struct journal_writer *w, char *out, size_t size);

#endif
