/* What lies over blanks (proposal.c), and the jobs that make it (filling.c). */
#ifndef LACUNA_UI_PROPOSAL_H
#define LACUNA_UI_PROPOSAL_H

#include "lacuna/fill.h"
#include "lacuna/text.h"

struct doc;
struct ui;

/* What stands in a blank. */
struct words {
    struct buffer text; /* in the draft's dialect; masked tokens have no bytes */
    struct fill_token *tokens;
    uint32_t count;
};
/* Makes *out a copy. False: no memory, it is as it was. */
bool words_copy(struct words *out, const struct buffer *text, const struct fill_token *tokens,
                uint32_t count) MUST_USE;
void words_free(struct words *words);
bool words_whole(const struct words *words); /* no token is masked */

struct moment {
    struct words words;
    uint32_t step, steps; /* step 0: lengths are known, nothing is drawn */
    double sigma_bar;
};

/* The lines of a whole job, lacuna-trace(5), shared by all that it filled. */
struct trace {
    size_t users;
    struct buffer lines;
};

struct candidate {
    struct words words;
    struct moment *moments; /* what it came from, the first with nothing drawn; the last is what it is */
    size_t moment_count, moment_capacity;
    uint64_t seed;
    double score, seconds;     /* seconds of its whole job */
    double temperature, top_p; /* that it was drawn with; 0 while it is drawn */
    struct trace *trace;       /* NULL: not kept */
};
/* Adds what a candidate has come to as a moment; without memory it is left out. */
void moments_add(struct candidate *candidate, uint32_t step, uint32_t steps, double sigma_bar);
void moments_free(struct candidate *candidate);
void trace_release(struct trace *trace); /* by one of its users */
/* What is laid over a blank. The newest candidate is the one that a job works on. */
struct proposal {
    uint32_t blank;
    uint64_t job; /* 0: finished */
    struct candidate *candidates;
    size_t count, capacity, chosen;
};

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

/* ---- blank_commands.c */

/* The blank that a command means: the one that the cursor was moved to, else the one that it is in, or
 * behind.
 */
bool blank_meant(const struct ui *ui, struct text_blank *out);
void blank_needed(struct ui *ui); /* says that there is none */
void blank_go_to(struct ui *ui, const struct text_blank *blank);
/* Draws one proposal (more) for it. The cursor goes there; from behind an empty one only when that is done.
 */
void blank_fill(struct ui *ui, const struct text_blank *blank);

struct proposal *proposal_find(const struct doc *doc, uint32_t blank);
/* The one that is laid over the view there: its blank is alive. */
struct proposal *proposal_at(const struct doc *doc, size_t at, struct text_blank *blank);
struct proposal *proposal_make(struct doc *doc, uint32_t blank); /* finds or adds; NULL: no memory */
struct candidate *proposal_add(struct proposal *proposal, uint64_t seed);
void proposal_drop_last(struct doc *doc,
                        struct proposal *proposal); /* the candidate; the proposal when it was the only one */
void proposal_remove(struct doc *doc, uint32_t blank);
/* Discarding; undo of that: brings back what was discarded last; and redo: discards it again. They return the
 * blank, or 0: there is nothing that undo should bring back, or redo discard. */
void proposal_set_aside(struct doc *doc, uint32_t blank);
uint32_t proposal_bring_back(struct doc *doc);
uint32_t proposal_set_aside_again(struct doc *doc);
size_t proposals_waiting(const struct doc *doc); /* finished, and neither accepted nor discarded */
void proposals_free(struct doc *doc);

/* Submits one job for these blanks (ids, ascending). False: nothing was; the message says why. */
bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count);
/* The same for one blank of exactly so many tokens, of which some are given (their blank is 0). */
bool filling_branch(struct ui *ui, struct doc *doc, uint32_t blank, uint32_t length,
                    const struct fill_pin *pins, size_t pin_count);
struct job *filling_find(struct ui *ui, uint64_t job); /* NULL: it is over */
void filling_events(struct ui *ui); /* takes what the worker posted, at a pace that the eye can follow */
void filling_hurry(struct ui *ui);  /* takes all of it now */
void filling_say(struct ui *ui);    /* that it still goes on, and which key stops it; until it is over */
/* A key that was to stop what had just come to its end does nothing more: true, and that was said. */
bool filling_too_late(struct ui *ui);
int filling_timeout(const struct ui *ui); /* ms until filling_events has something to do; -1: nothing waits */
void filling_cancel(struct ui *ui, uint64_t job);
bool filling_cancel_all(struct ui *ui, const struct doc *doc); /* true: something ran. doc NULL: everywhere */
const struct job *filling_current(const struct ui *ui);        /* the one that is being worked on, or NULL */
void filling_touch(struct ui *ui, struct doc *doc, size_t start,
                   size_t end); /* that text is about to change */
void filling_close(struct ui *ui);

#endif
