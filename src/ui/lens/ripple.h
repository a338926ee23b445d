/* Ripple: what a change makes of the words around it. When it is asked for, and never else, the words near the
 * last change are looked at as the text was before it and as it is now; those whose odds have fallen glow, and
 * another command draws them again with everything else held.
 *
 * A change is a row of edits near each other. What the text around it was before the first of them is kept. */
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
    double fallen; /* by so many nats */
};

enum { RIPPLE_MOST = 24 };
struct ripple {
    const struct doc *doc;
    struct buffer before; /* the text around the change as it was; empty: nothing has changed */
    size_t from, tail;    /* where that began, and how many bytes of the text came behind it */
    size_t start, end;    /* of what has changed, as the text is now */
    uint64_t asked[2];    /* before, now; 0: nothing, or answered */
    struct fit fits[2];
    size_t asked_from;                     /* the excerpt that was asked about */
    uint64_t version;                      /* of the text then */
    struct ripple_word words[RIPPLE_MOST]; /* ascending */
    size_t count;
};

extern const struct doc_watcher ripple_watcher;
filling_taker ripple_take;
enum look ripple_look(const struct ripple *ripple, const struct doc *doc, size_t at);
bool ripple_busy(const struct ripple *ripple);
void ripple_close(struct ui *ui); /* forgets everything, and takes its questions back */

void ripple_forget(struct ui *ui, const struct doc *doc); /* a document that is about to be closed */

/* Commands; session/commands.h says what they do. */
void do_ripple(struct ui *ui);
void do_ripple_draw(struct ui *ui);

#endif
