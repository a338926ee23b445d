/* Filling: the worker, and the jobs that it is given. filling_text.h makes a job's text, filling_events.h takes its words,
 * filling_pace.h shows them in time. */
#ifndef LACUNA_UI_FILLING_H
#define LACUNA_UI_FILLING_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/document/documents.h"

struct fill_conditions;
struct fill_pin;
struct picture;
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
    uint64_t version;      /* of the text that the job was given */
    uint32_t steps_before; /* steps taken under earlier numbers of the job (living.h) */
    bool fixed;            /* it does not continue with a changed text */
};

/* Takes an event of a job that another room gave to the worker; false: it is not one of its jobs. */
typedef bool filling_taker(struct ui *ui, struct fill_event *event);

/* The CPU that the worker leaves to the editor (spare.h). */
struct spare {
    const struct doc *doc; /* only compared */
    uint64_t version;      /* of its text */
    double until;
    bool on; /* the worker knows */
};

struct filling {
    struct fill_worker *worker; /* NULL: nothing was filled yet */
    char *folder;               /* the folder of its model */
    uint64_t model_hash;        /* 0: not computed yet */
    uint32_t most_tokens;       /* filling_most_tokens; 0: not read yet */
    uint64_t next_seed;
    struct job jobs[FILL_QUEUE];
    struct waiting *waiting, *last_waiting; /* events that were taken from the worker and not shown yet */
    double next_step;                       /* when the next of them may be shown */
    bool held;                              /* all fills are held, */
    size_t due;                             /* except for this many requested steps */
    size_t told;                            /* the last command that got the message `still filling`, */
    double told_over_at;                    /* and when that message became untrue */
    struct spare spare;
    uint32_t typed_into; /* the blank that the question of `type-into` is about */
    filling_taker *takers[8];
    size_t taker_count;
};

/* How to draw a job; the rest comes from the settings. */
struct filling_how {
    uint64_t seed;
    enum sedd_method method;
    int steps;
    uint32_t length;             /* exact length of its only blank; 0: the blank's own */
    const uint32_t *lengths;     /* the same for several blanks (0: the blank's own); may be NULL */
    const struct fill_pin *pins; /* given tokens of that blank */
    size_t pin_count;
    const struct fill_pin *state; /* a uniform process that continues, and the steps it has done: fill_job */
    size_t state_count;
    uint32_t steps_done;
    bool held;                                /* begin paused */
    uint32_t candidates;                      /* drawn in one batch */
    const struct fill_conditions *conditions; /* of each blank; NULL: the writer's own */
};
/* Moves next_seed past the seeds of these blanks' candidates: one of an earlier session would draw the same words again. */
void filling_skip_seeds(struct filling *filling, const struct doc *doc, const uint32_t *blanks, size_t count);
struct filling_how filling_how(const struct settings *settings, uint64_t seed);
/* A worker with a model of that name. NULL: *error says why. */
struct fill_worker *filling_open(const struct ui *ui, const char *model, struct error *error);
struct fill_worker *filling_worker(struct ui *ui); /* the filling worker; NULL: none, after a message */
/* Whether the model is loaded: typed words can be made tokens. If not, it is loaded from now on, and a message says so. */
bool filling_model_ready(struct ui *ui);
/* Gives a worker a job for these blanks and returns its number; the caller handles its events. 0: *error says
 * why. */
uint64_t filling_ask(const struct settings *settings, struct fill_worker *worker, const struct doc *doc,
                     const uint32_t *blanks, size_t count, const struct filling_how *how,
                     struct error *error);

/* Submits one job for these blanks (ids, ascending). False: failed, and the message says why. */
bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count);
bool filling_submit_so(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count,
                       const struct filling_how *how);
/* The same for one blank of exactly this many tokens, some of which are given (their blank is 0). */
bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count);
struct job *filling_find(struct filling *filling, uint64_t job); /* NULL: it is over */
void filling_cancel(struct filling *filling, struct picture *picture, uint64_t job);
/* Ends a job and removes its unfinished candidates. The worker is not told. */
void filling_end(struct filling *filling, struct picture *picture, struct job *job);
/* Cancels jobs that no proposal waits for any more: undo has put others in their places. */
void filling_cancel_lost(struct filling *filling, struct picture *picture);
/* true: something was running. doc NULL: all documents */
bool filling_cancel_all(struct filling *filling, struct picture *picture, const struct doc *doc);
/* the job in progress, or NULL */
const struct job *filling_current(const struct filling *filling);
void filling_hold(struct filling *filling, bool held); /* pauses or resumes every job and its display */
/* the text in [start, end) is about to change */
void filling_touch(struct ui *ui, struct doc *doc, size_t start, size_t end);
extern const struct doc_watcher filling_watcher;
/* the longest blank that the model accepts, in tokens; UINT32_MAX: no limit */
uint32_t filling_most_tokens(struct ui *ui);

#endif
