/* The open documents, and the watchers of their changes. */
#ifndef LACUNA_UI_DOCUMENTS_H
#define LACUNA_UI_DOCUMENTS_H

#include "document.h"
#include "lacuna/base.h"

struct ui;

struct doc;

/* Adds it to the list. False: out of memory; it stays the caller's. */
bool ui_add_doc(struct ui *ui, struct doc *doc);
void ui_show_doc(struct ui *ui, size_t index);

/* An edit of a document. */
struct doc_edit {
    uint64_t version;  /* of the text before it */
    size_t start, end; /* the bytes replaced */
    size_t size;       /* by this many bytes; SIZE_MAX: there were many changes in [start, end) */
};
struct doc_watcher {
    /* [start, end) is about to change. May be NULL. */
    void (*before)(struct ui *ui, struct doc *doc, size_t start, size_t end);
    /* it has changed. May be NULL. */
    void (*after)(struct ui *ui, struct doc *doc, const struct doc_edit *edit);
    void (*added)(struct ui *ui, struct doc *doc); /* added to the list. May be NULL. */
};
enum { DOC_WATCHERS = 8 };
struct doc_watchers {
    const struct doc_watcher *list[DOC_WATCHERS];
    size_t count;
};

struct documents {
    struct doc **list;
    size_t count, capacity;
    size_t current;         /* the current one: ui->doc */
    const struct doc *last; /* the one before it; it may no longer exist */
    size_t shown;           /* changes whenever another document is shown */
    size_t locks;           /* lock files made so far */
    struct doc_watchers watchers;
    struct token_limit limit;
};

/* The document was not closed: only its address is looked at. */
bool doc_is_open(const struct documents *documents, const struct doc *doc);
/* called in the order of registration */
void doc_watch(struct documents *documents, const struct doc_watcher *watcher);
void doc_tell_before(struct ui *ui, struct doc *doc, size_t start, size_t end);
void doc_tell_after(struct ui *ui, struct doc *doc, const struct doc_edit *edit);

#endif
