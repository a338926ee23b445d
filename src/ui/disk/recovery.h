/* Unsaved words outlive a session: the journals of open texts, and those left by an earlier end. */
#ifndef LACUNA_UI_RECOVERY_H
#define LACUNA_UI_RECOVERY_H

#include "lacuna/text.h"
#include "ui/document/documents.h"

struct settings;
struct doc;
struct ui;

struct recovery { /* the one in question */
    struct text_journal *list;
    size_t count, index;
    struct text_recovered found;
    bool blanks_alone; /* only the typed words are available */
};

void journal_open(struct ui *ui, struct doc *doc);
extern const struct doc_watcher journal_watcher;
void journal_setting_changed(struct ui *ui);
void journal_watch(struct ui *ui); /* reports when changes cannot be written, and when they can again */
void recovery_look(struct ui *ui); /* offers the unsaved changes of this document from an earlier session */
void recovery_free(struct recovery *recovery);

#endif
