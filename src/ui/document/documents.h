/* The documents that are open, and who wants to know when one of them changes. */
#ifndef LACUNA_UI_DOCUMENTS_H
#define LACUNA_UI_DOCUMENTS_H

#include "document.h"
#include "lacuna/base.h"

struct ui;

struct doc;

/* Takes it into the list. False: no memory; it stays the caller's. */
bool ui_add_doc(struct ui *ui, struct doc *doc);
void ui_show_doc(struct ui *ui, size_t index);

/* What was put into a document. */
struct doc_edit {
    uint64_t version;  /* of the text before it */
    size_t start, end; /* what stood there was replaced */
    size_t size;       /* by so many bytes; SIZE_MAX: there were many changes in [start, end) */
};
struct doc_watcher {
    /* [start, end) is about to change. May be NULL. */
    void (*before)(struct ui *ui, struct doc *doc, size_t start, size_t end);
    void (*after)(struct ui *ui, struct doc *doc, const struct doc_edit *edit); /* it did. May be NULL. */
    void (*added)(struct ui *ui, struct doc *doc); /* to the list. May be NULL. */
};
enum { DOC_WATCHERS = 8 };
struct doc_watchers {
    const struct doc_watcher *list[DOC_WATCHERS];
    size_t count;
};

struct documents {
    struct doc **list;
    size_t count, capacity;
    size_t current;         /* the one that is shown: ui->doc */
    const struct doc *last; /* that was shown before it; perhaps it is gone */
    size_t shown;           /* changes whenever another document is shown */
    size_t locks;           /* lock files made so far */
    struct doc_watchers watchers;
    struct token_limit limit;
};

/* told in the order in which they came */
void doc_watch(struct documents *documents, const struct doc_watcher *watcher);
void doc_tell_before(struct ui *ui, struct doc *doc, size_t start, size_t end);
void doc_tell_after(struct ui *ui, struct doc *doc, const struct doc_edit *edit);

#endif
