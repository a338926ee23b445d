/* What outlives a session: words that were not saved (the journals of texts that are open, and those that an
 * earlier end left behind), and undo. */
#ifndef LACUNA_UI_RECOVERY_H
#define LACUNA_UI_RECOVERY_H

#include "lacuna/text.h"
#include "ui/document/documents.h"

struct settings;
struct doc;
struct ui;

struct recovery { /* what is being asked about */
    struct text_journal *list;
    size_t count, index;
    struct text_recovered found;
    bool blanks_alone; /* the words are what is there */
};

void journal_open(struct ui *ui, struct doc *doc);
extern const struct doc_watcher journal_watcher;
void journal_setting_changed(struct ui *ui);
void journal_watch(struct ui *ui); /* says when changes cannot be written, and when they can again */
void recovery_look(struct ui *ui); /* offers what an earlier end left of this document */
void recovery_free(struct recovery *recovery);
bool history_open(const struct settings *settings, struct doc *doc); /* true: it goes on where it was */
void history_keep(const struct settings *settings, struct doc *doc); /* the text was just saved */
/* It is closed: what was done since to its blanks alone is kept, too. */
void history_leave(const struct settings *settings, struct doc *doc);

#endif
