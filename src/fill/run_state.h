/* Internal to fill/: the state of a running job, for the files that read it (blank_view.c, event.c, trace.c),
 * steer it (here) and advance it (run.c, redraw.c, respell.c). */
#ifndef LACUNA_FILL_RUN_STATE_H
#define LACUNA_FILL_RUN_STATE_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lexicon.h"

enum { SLOT_FRESH = 1, SLOT_PINNED = 2 };

struct held_slot {
    uint32_t slot, id;
};

/* One candidate: its text around the current window and everything it has filled. */
struct run_candidate {
    struct buffer local;       /* the draft around the window, with earlier fills in place */
    struct fill_blank *blanks; /* of the window, offsets into `local` */
    size_t limit;              /* where in `local` the next unfilled blank begins */
    struct fill_window window;
    uint32_t *lengths;  /* per blank of the window */
    float *probability; /* per slot */
    uint8_t *flags;     /* per slot: SLOT_… */
    uint64_t **own;  /* per slot: a set of its own, which `window` and sampler point to; NULL: the engine's */
    uint64_t **base; /* per slot, where its blank has conditions: what `own` is made of after every draw */
    struct held_slot *held; /* slots that hold a token from the start */
    size_t held_count, held_capacity;
    uint32_t hold_rounds;    /* times that blanks of this window were drawn again to meet their conditions */
    uint32_t blank_count;    /* of the window */
    struct buffer *unwanted; /* per blank of the window: folded words, each with its NUL */
    struct fill_change *changes;
    size_t change_count, change_capacity;
    uint32_t rounds; /* how often words of this window were drawn again */
    bool stepped;    /* `changes` are those of a step, not of steering since then */
    struct fill_token_alternatives *alternatives; /* per blank of the job; NULL: none yet, or not asked for */
    struct fill_view *done;                       /* per blank of the job; count 0 until its window is done */
    double score_sum;                             /* Σ ln q over earlier windows */
    double score_tokens;
    double bound_sum; /* of rescore_texts over the windows so far, with so many tokens */
    uint32_t bound_tokens;
};

struct fill_run {
    struct fill_engine *engine;
    struct fill_options options;
    struct fill_dialect dialect;
    struct buffer text;
    struct fill_blank *blanks;
    size_t count;
    struct fill_pin *pins;
    size_t pin_count;
    uint32_t
        *window_first; /* windows + 1 entries: window w has blanks [window_first[w], window_first[w+1]) */
    uint32_t windows, window; /* `window` is the current one once `begun` */
    bool begun, done, failed;
    bool steered;   /* by the caller, or by pins of the job */
    bool over;      /* every slot of the current window is drawn; its state stays for the last events */
    bool at_window; /* the last step started a window */
    struct run_candidate *candidates;
    struct sedd_sampler *sampler; /* of the current window */
    uint32_t steps_expected;
    struct fill_lexicon lexicon; /* empty: words are not checked */
    /* Called after a pin or a mask between two steps; NULL: nothing is held. */
    void (*changed)(struct fill_run *run, uint32_t candidate);
    struct fill_conditions *conditions; /* `count` of them; NULL: no conditions */
    struct token_words *words;          /* of the vocabulary; NULL: without conditions */
    struct bpe_ids *varied;             /* for each blank: the tokens of its present words */
    bool *varied_spaced;                /* whether the first of them includes the space before the blank */
    uint32_t *spellings[2]; /* (V) for tied first tokens: ids without and with a space; NULL: not needed */
    bool reopens;           /* the next step masks words that failed a check */
    bool compares;          /* the next step computes the candidates' bounds in this window */
    bool compared;          /* the last step did */
    uint64_t evaluations;   /* of earlier windows and length searches */
    double seconds, step_ms;
};

uint32_t fill_run_first(const struct fill_run *run); /* first blank of the current window */
uint32_t fill_run_last(const struct fill_run *run);  /* one past its last */
/* The drawn tokens of the current window: its score is the mean over them. */
double fill_run_drawn(const struct fill_run *run, uint32_t candidate);
double fill_run_score(const struct fill_run *run, uint32_t candidate); /* so far, NAN if unknown */

/* Records what the sampler's last step did to a candidate. */
enum status fill_run_note_step(struct fill_run *run, uint32_t candidate, struct error *error) MUST_USE;
/* As fill_run_pin and fill_run_remask, but for what the run does by itself, which every run of the job does. */
enum status fill_run_pin_slot(struct fill_run *run, uint32_t candidate, uint32_t blank, uint32_t index,
                              uint32_t id, struct error *error) MUST_USE;
enum status fill_run_mask_slot(struct fill_run *run, uint32_t candidate, uint32_t blank, uint32_t index,
                               struct error *error) MUST_USE;
/* Gives a slot a copy of its set, to be changed. */
enum status fill_run_own(struct fill_run *run, uint32_t candidate, uint32_t slot,
                         struct error *error) MUST_USE;
/* Bans one id from a slot for good, if that leaves others. */
enum status fill_run_ban(struct fill_run *run, uint32_t candidate, uint32_t slot, uint32_t id,
                         struct error *error) MUST_USE;

enum status no_memory_for_fill(struct error *error); /* sets it and returns STATUS_NO_MEMORY */

#endif
