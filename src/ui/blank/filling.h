/* Filling: what the worker is asked, and what becomes of its answers. A job's text is the draft as the model
 * should see it: markup cut out, proposals of other blanks in their places. */
#ifndef LACUNA_UI_FILLING_H
#define LACUNA_UI_FILLING_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/document/documents.h"

struct fill_pin;
struct doc;
struct ui;
struct waiting;

struct job {
    uint64_t id; /* 0: free */
    struct doc *doc;
    uint32_t *blanks; /* ids, by index in the job */
    size_t count;
    uint64_t seed;
    uint32_t step, steps, window, windows;
    uint32_t planned; /* steps; those beyond them draw words again */
    double sigma_bar, ms;
    bool loading;
};

struct filling {
    struct fill_worker *worker; /* NULL: nothing was filled yet */
    char *folder;               /* of its model */
    uint64_t model_hash;        /* of that; 0: not asked yet */
    uint32_t most_tokens;       /* filling_most_tokens; 0: not asked yet */
    uint64_t next_seed;
    struct job jobs[FILL_QUEUE];
    struct waiting *waiting, *last_waiting; /* events that were taken from the worker and not shown yet */
    double next_step;                       /* when the next of them is due */
    size_t told;                            /* the command that was told last that it goes on, */
    double told_over_at;                    /* and when that came to be wrong */
};

/* Submits one job for these blanks (ids, ascending). False: nothing was; the message says why. */
bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count);
/* The same for one blank of exactly so many tokens, of which some are given (their blank is 0). */
bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count);
struct job *filling_find(struct filling *filling, uint64_t job); /* NULL: it is over */
void filling_events(struct ui *ui); /* takes what the worker posted, at a pace that the eye can follow */
void filling_hurry(struct ui *ui);  /* takes all of it now */
void filling_say(struct ui *ui);    /* that it still goes on, and which key stops it; until it is over */
/* A key that was to stop what had just come to its end does nothing more: true, and that was said. */
bool filling_too_late(struct ui *ui);
int filling_timeout(
    const struct filling *filling); /* ms until filling_events has something to do; -1: nothing waits */
void filling_cancel(struct ui *ui, uint64_t job);
bool filling_cancel_all(struct ui *ui, const struct doc *doc); /* true: something ran. doc NULL: everywhere */
const struct job *
filling_current(const struct filling *filling); /* the one that is being worked on, or NULL */
void filling_touch(struct ui *ui, struct doc *doc, size_t start,
                   size_t end); /* that text is about to change */
extern const struct doc_watcher filling_watcher;
void filling_close(struct ui *ui);
uint32_t
filling_most_tokens(struct ui *ui); /* that the model takes in one blank; UINT32_MAX: there is none */

#endif
