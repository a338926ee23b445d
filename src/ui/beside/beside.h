/* Side by side: the same blank drawn two to four times, with other seeds, samplers or models, or with one
 * draw swapped for another; all are shown at the same step. Every run keeps all of its moments, as a candidate
 * does, and one of them can be taken as a proposal. */
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

enum { BESIDE_MOST = 4, BESIDE_SWAPPED = 8 }; /* runs; tokens that a swap gives */

/* After this step these tokens stand there, and the run goes on. */
struct swap {
    uint32_t step; /* 0: nothing is swapped */
    uint32_t index, count, ids[BESIDE_SWAPPED];
    bool done;
};

struct beside_run {
    struct fill_worker *worker; /* the editor's, or `own` */
    struct fill_worker *own;
    uint64_t job; /* 0: it is over */
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
    size_t at;      /* the moment that is shown of each, or its last */
    double play_at; /* when the next is shown; 0: it stands still */
    bool plays;     /* as far as there are moments */
    bool at_end;    /* it shows the last moment once everything is drawn, and none before */
};

/* A run to come. */
struct beside_plan {
    char label[80];
    const char *model; /* NULL: the one that fills */
    struct filling_how how;
    struct swap swap;
};
/* Begins them for a blank and shows them. False: that was not possible, and was said. */
bool beside_open(struct ui *ui, uint32_t blank, const struct beside_plan *plans, size_t count);
void beside_close(struct beside *b, struct picture *picture);
filling_taker beside_take;                                         /* events of its jobs */
void beside_events(struct beside *beside);                         /* of models of its own */
int beside_fds(const struct beside *beside, int fds[BESIDE_MOST]); /* of their workers; returns how many */
bool beside_runs(const struct beside *beside);                     /* something is being drawn, or played */
/* ms until beside_tick has something to do; -1: it has not */
int beside_timeout(const struct beside *beside);
void beside_tick(struct beside *b, struct settings *settings);
void beside_go(struct beside *beside, size_t moment); /* stops playing */
size_t beside_last(const struct beside *beside);      /* the last moment that there is of any */
/* What a run shows now; NULL: nothing yet. */
const struct moment *beside_moment(const struct beside *beside, size_t run);
/* The first moment at which a run differs from the first one, apart from what was swapped. SIZE_MAX: at none
 * so far, or they cannot be compared. */
size_t beside_parts(const struct beside *beside, size_t run);

#endif
