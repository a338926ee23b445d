/* Filling: what the worker is asked, and what becomes of its answers. A job's text is the draft as the model
 * should see it: markup cut out, proposals of other blanks in their places. */
#ifndef LACUNA_UI_FILLING_H
#define LACUNA_UI_FILLING_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/document/documents.h"

struct candidate;
struct fill_conditions;
struct fill_pin;
struct doc;
struct settings;
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

/* Takes an event of a job that another room gave to the worker; false: it is none of its own. */
typedef bool filling_taker(struct ui *ui, struct fill_event *event);

struct filling {
    struct fill_worker *worker; /* NULL: nothing was filled yet */
    uint32_t most_tokens;       /* filling_most_tokens; 0: not asked yet */
    uint64_t next_seed;
    struct job jobs[FILL_QUEUE];
    struct waiting *waiting, *last_waiting; /* events that were taken from the worker and not shown yet */
    double next_step;                       /* when the next of them is due */
    bool held;                              /* nothing goes on by itself, */
    size_t due;                             /* but so many steps were asked for */
    size_t told;                            /* the command that was told last that it goes on, */
    double told_over_at;                    /* and when that came to be wrong */
    filling_taker *takers[8];
    size_t taker_count;
};

/* How a job is to be drawn; the rest is as the settings say. */
struct filling_how {
    uint64_t seed;
    enum sedd_method method;
    int steps;
    uint32_t length;             /* of its one blank, exactly; 0: as the blank says */
    const struct fill_pin *pins; /* some of that one's tokens */
    size_t pin_count;
    bool held;           /* it begins paused */
    uint32_t candidates; /* drawn at once */
    const struct fill_conditions
        *conditions; /* of each of its blanks; NULL: those that the writer gave them */
};
struct filling_how filling_how(const struct settings *settings, uint64_t seed);
/* A worker with a model of that name. NULL: *error says why. */
struct fill_worker *filling_open(const struct ui *ui, const char *model, struct error *error);
struct fill_worker *filling_worker(struct ui *ui); /* the one that fills; NULL: none, which was said */
/* Gives a worker a job for these blanks and returns its number; what comes of it is the caller's. 0: *error
 * says why. */
uint64_t filling_ask(const struct settings *settings, struct fill_worker *worker, const struct doc *doc,
                     const uint32_t *blanks, size_t count, const struct filling_how *how,
                     struct error *error);
/* Makes a candidate of what a job has drawn for one of its blanks; the caller owns what it holds. False: no memory. */
bool filling_candidate(const struct fill_result *result, const struct fill_candidate *from, size_t blank,
                       const struct filling_how *how, struct candidate *out) MUST_USE;
/* Appends the draft as the model should see it, with every proposal in place, or an excerpt around a blank. *at: where
 * that blank's words begin in it. False: no memory, or there is no such blank. */
bool filling_text(const struct doc *doc, uint32_t blank, size_t *at, struct buffer *out) MUST_USE;
void filling_tell(struct filling *filling, filling_taker *taker); /* of events that are none of its jobs' */

/* Submits one job for these blanks (ids, ascending). False: nothing was; the message says why. */
bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count);
/* The same for one blank of exactly so many tokens, of which some are given (their blank is 0). */
bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count);
struct job *filling_find(struct filling *filling, uint64_t job); /* NULL: it is over */
void filling_events(struct ui *ui); /* takes what the worker posted, at a pace that the eye can follow */
void filling_hurry(struct ui *ui);  /* takes all of it now */
void filling_hold(struct filling *filling, bool held); /* every job, and what is shown of it */
/* All but one of them go on; that one is another's to let go. */
void filling_hand_over(struct filling *filling, uint64_t job);
void filling_single(struct filling *filling);                 /* one step of what is held */
void filling_changed_pace(struct filling *filling, int pace); /* ms a step: from now on */
void filling_say(struct ui *ui); /* that it still goes on, and which key stops it; until it is over */
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
