/* The tray: the candidates of the proposal at the cursor, listed below the page, the best first.
 *
 * The first candidate of a blank is drawn alone, so that it is ready as fast as if it were the only one. The
 * others follow in one job whose steps are not shown. A better one goes to the top of the list, but only the
 * writer changes which one is shown in the text. If the setting `candidates` is 1, there is no list. */
#ifndef LACUNA_UI_TRAY_H
#define LACUNA_UI_TRAY_H

#include "lacuna/base.h"
#include "order.h"
#include "ui/blank/filling.h"
#include "ui/keymap/keymap.h"

struct candidate;
struct doc;
struct proposal;
struct ui;

enum { TRAY_TIED = 64 }; /* at most so many tied blanks are drawn together */

struct tray {
    uint64_t job; /* the job that draws more; 0: none */
    struct doc *doc;
    uint32_t blank;           /* the blank that it is for */
    uint32_t tied[TRAY_TIED]; /* that blank and those that are tied to it, in the order of the text */
    size_t tied_count, place; /* of that blank among them */
    struct filling_how how;
    uint64_t version;         /* of the text that the job was given */
    struct candidate *coming; /* how.candidates candidates, with their steps so far */
    struct order order;
    uint64_t met; /* of what it was found out last which candidates meet their conditions (meets.h) */
};

/* The proposal that the cursor was moved to; NULL: there is none. */
struct proposal *tray_proposal(const struct doc *doc);
/* The same if it is finished. NULL: it is not, or there is none, and a message said so. */
struct proposal *tray_needed(struct ui *ui);
/* UI_TRAY while candidates are listed, else 0. */
enum ui_context tray_context(const struct ui *ui);
/* Called after every event: submits the job for wanted candidates, cancels a job that is no longer wanted,
 * and ranks the candidates. */
void tray_update(struct ui *ui);
void tray_more(struct ui *ui, uint32_t count); /* wants this many more for the proposal at the cursor */
bool tray_busy(const struct tray *tray);
filling_taker tray_take;
void tray_close(struct ui *ui); /* cancels the job */

#endif
