/* Ripple: the effect of a change on the words near it. Only on command, the words near the last change are scored in
 * the text before it and in the text now. Words that have become less likely are highlighted, and another command
 * draws them again while all other words stay.
 *
 * A change is a series of edits near each other. A copy of the text around it is made before the first of them. */
#ifndef LACUNA_UI_RIPPLE_H
#define LACUNA_UI_RIPPLE_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/blank/filling.h"
#include "ui/document/documents.h"
#include "ui/terminal/looks.h"

struct doc;
struct ui;

struct ripple_word {
    size_t start, end; /* bytes of the text now */
    uint32_t tokens;
    double fallen;   /* fall of its ln q, nats */
    double strength; /* how much worse it fits (ripple.c) */
};

enum { RIPPLE_MOST = 24 };
struct ripple {
    const struct doc *doc;
    struct buffer before; /* the text around the change before it; empty: no change */
    size_t from, tail;    /* where `before` began, and how many bytes of the text came after it */
    size_t start, end;    /* of the change, in the text now */
    uint64_t asked[2];    /* questions about the texts before and now; 0: none, or answered */
    struct fit fits[2];
    size_t asked_from;                     /* where the excerpt of the questions begins */
    uint64_t version;                      /* of the text when asked */
    struct ripple_word words[RIPPLE_MOST]; /* in the order of the text */
    size_t count;
};

extern const struct doc_watcher ripple_watcher;
filling_taker ripple_take;
enum look ripple_look(const struct ripple *ripple, const struct doc *doc, size_t at);
bool ripple_busy(const struct ripple *ripple);
void ripple_close(struct ui *ui); /* frees everything and cancels the open questions */

void ripple_forget(struct ui *ui, const struct doc *doc); /* before a document is closed */

/* Commands; session/commands.h says what they do. */
void do_ripple(struct ui *ui);
void do_ripple_draw(struct ui *ui);

#endif
