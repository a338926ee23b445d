/* Side by side: the same blank drawn two to four times with different seeds, samplers or models, or twice with one
 * draw swapped. All runs are shown at the same step. Every run keeps all its moments, as a candidate does, and one
 * run can be taken as a proposal. */
#ifndef LACUNA_UI_BESIDE_H
#define LACUNA_UI_BESIDE_H

#include "lacuna/base.h"
#include "ui/blank/filling.h"
#include "ui/document/moments.h"

struct settings;
struct picture;
struct moment;
struct doc;
struct fill_event;
struct ui;

enum { BESIDE_MOST = 4, BESIDE_SWAPPED = 8 }; /* runs; tokens of a swap */

/* After a step, these tokens are pinned from `index` on, and the run continues. */
struct swap {
    uint32_t step;  /* that drew the tokens; 0: no swap */
    uint32_t after; /* the same step, or the one before it if it ends the run */
    uint32_t index, count, ids[BESIDE_SWAPPED];
    bool done;
};

struct beside_run {
    struct fill_worker *worker; /* the editor's worker, or `own` */
    struct fill_worker *own;
    uint64_t job; /* 0: it has ended */
    char label[80], trouble[160];
    struct candidate candidate;
    struct swap swap;
    uint32_t step, steps;
};

struct beside {
    bool active;
    struct doc *doc;
    uint32_t blank;
    struct beside_run runs[BESIDE_MOST];
    size_t count, chosen;
    size_t at;      /* index of the moment that is shown; a run with fewer shows its last */
    double play_at; /* when the next moment is due, by clock_seconds() */
    bool plays;     /* it plays as far as all runs have moments */
    bool at_end;    /* it goes to the last moment once all runs have ended */
};

/* How to start one run. */
struct beside_plan {
    char label[80];
    const char *model; /* NULL: the editor's model */
    struct filling_how how;
    struct swap swap;
};
/* Starts the runs for a blank and shows them. False: that failed, and the user has a message. */
bool beside_open(struct ui *ui, uint32_t blank, const struct beside_plan *plans, size_t count);
void beside_close(struct beside *b, struct picture *picture);
filling_taker beside_take;                 /* events of the editor's worker */
void beside_events(struct beside *beside); /* events of the other workers */
/* Puts the descriptors of the other workers into fds and returns their number. */
int beside_fds(const struct beside *beside, int fds[BESIDE_MOST]);
bool beside_runs(const struct beside *beside); /* a run is being drawn or played */
/* ms until beside_tick has something to do; -1: never */
int beside_timeout(const struct beside *beside);
void beside_tick(struct beside *b, struct settings *settings);
void beside_go(struct beside *beside, size_t moment); /* stops playing */
size_t beside_last(const struct beside *beside);      /* the last moment of the longest run */
/* The moment that a run shows now; NULL: none yet. */
const struct moment *beside_moment(const struct beside *beside, size_t run);
/* The first moment at which a run differs from the first run, apart from the swapped tokens. SIZE_MAX: none so far, or
 * their lengths differ. */
size_t beside_parts(const struct beside *beside, size_t run);

#endif
