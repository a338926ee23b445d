/* Files on the disk: opened, watched, locked, left and found again, and what is kept of texts not saved. */
#ifndef LACUNA_UI_FILES_H
#define LACUNA_UI_FILES_H

#include "document.h"

struct ui;

void file_open(struct ui *ui, const char *typed); /* or goes to it, when it is open */
void file_save(struct ui *ui);                    /* asks what has to be asked; leave_go_on follows */
void file_save_as(struct ui *ui, const char *typed);
void disk_watch(struct ui *ui); /* whether it did, without a question */
void disk_check(struct ui *ui); /* whether another program changed the file; asks once */
bool disk_changed(const struct doc *doc);
void disk_reload(struct ui *ui);
void disk_read_as(struct ui *ui, enum text_encoding encoding);
void disk_compare(struct ui *ui);
void lock_look(struct ui *ui); /* says who else has the file, and that it is open here; once for each path */
void lock_release(struct doc *doc);

/* ---- leave.c, open_files.c: leaving the editor, or one file. Both ask about what would be lost: changes
 * that are not saved, and proposals that nobody has accepted. */
struct leaving {
    enum { LEAVE_NOT, LEAVE_ALL, LEAVE_FILE, LEAVE_SAVES } what;
    size_t index;           /* the document that is being asked about */
    bool proposals_go;      /* that was answered */
    bool quits;             /* LEAVE_FILE: with the last file the editor ends; LEAVE_SAVES: then it does */
    size_t saved, back;     /* LEAVE_SAVES: how many were, and the file that was shown */
    const struct doc *lost; /* what it holds may go without a question; NULL: nothing may */
};
void leave_go_on(struct ui *ui, bool saved); /* a question was answered; not saved: one stays */
void leave_stay(struct ui *ui);
void leave_saving(struct ui *ui); /* saves, then leaves */
void leave_losing(struct ui *ui); /* leaves; what is not saved of this file is lost */
bool leave_asks_proposals(struct ui *ui, size_t count, void (*answered)(struct ui *, const char *));
void file_close_now(struct ui *ui);
void file_close_on(struct ui *ui); /* goes on closing */
void file_go(struct ui *ui, size_t index);
/* ---- pipe.c: standard input ("-"), and pipes by their path */
bool pipe_is(const char *path);
bool pipe_is_input(const char *path); /* it is standard input */
struct text *pipe_read(const struct ui *ui, const char *path, struct error *error);

/* ---- place.c */
void place_find(struct doc *doc); /* the cursor and the top of the page to where they were left */
void place_keep(const struct doc *doc);
char *place_encoding(
    const struct doc *doc) MUST_USE; /* that it was read in, as a word; the caller frees; NULL: none */

/* ---- recovery.c: journals, and undo from one session to the next */
struct recovery { /* what is being asked about */
    struct text_journal *list;
    size_t count, index;
    struct text_recovered found;
    bool blanks_alone; /* the words are what is there */
};
void journal_open(struct ui *ui, struct doc *doc);
void journal_watch(struct ui *ui); /* says when changes cannot be written, and when they can again */
void recovery_look(struct ui *ui); /* offers what an earlier end left of this document */
void recovery_free(struct ui *ui);
bool history_open(struct ui *ui, struct doc *doc); /* true: it goes on where it was */
void history_keep(struct ui *ui, struct doc *doc); /* the text was just saved */
/* It is closed: what was done since to its blanks alone is kept, too. */
void history_leave(struct ui *ui, struct doc *doc);

/* ---- rescue.c */
void ui_rescue(struct ui *ui, int signal); /* keeps copies of what is not saved */
void rescue_look(struct ui *ui);           /* says where such a copy of this document is */

#endif
