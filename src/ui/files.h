/* Files on the disk: opened, watched, locked, left and found again, and what is kept of texts not saved. */
#ifndef LACUNA_UI_FILES_H
#define LACUNA_UI_FILES_H

#include "document.h"

struct ui;

void file_open(struct ui *ui, const char *typed); /* or goes to it, when it is open */
void file_save_as(struct ui *ui, const char *typed);
void disk_watch(struct ui *ui); /* whether it did, without a question */
void disk_check(struct ui *ui); /* whether another program changed the file; asks once */
bool disk_changed(const struct doc *doc);
void disk_reload(struct ui *ui);
void disk_compare(struct ui *ui);
void lock_look(struct ui *ui); /* says who else has the file, and that it is open here; once for each path */
void lock_release(struct doc *doc);

/* ---- place.c */
void place_find(struct doc *doc); /* the cursor and the top of the page to where they were left */
void place_keep(const struct doc *doc);

/* ---- recovery.c: journals, and undo from one session to the next */
struct recovery { /* what is being asked about */
    struct text_journal *list;
    size_t count, index;
    struct text_recovered found;
};
void journal_open(struct ui *ui, struct doc *doc);
void journal_watch(struct ui *ui); /* says when changes cannot be written, and when they can again */
void recovery_look(struct ui *ui); /* offers what an earlier end left of this document */
void recovery_free(struct ui *ui);
bool history_open(struct ui *ui, struct doc *doc); /* true: it goes on where it was */
void history_keep(struct ui *ui, struct doc *doc); /* the text was just saved */

/* ---- rescue.c */
void ui_rescue(struct ui *ui, int signal); /* keeps copies of what is not saved */
void rescue_look(struct ui *ui);           /* says where such a copy of this document is */

#endif
