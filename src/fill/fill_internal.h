/* Inside fill/ only. */
#ifndef LACUNA_FILL_INTERNAL_H
#define LACUNA_FILL_INTERNAL_H

#include "lacuna/fill.h"

/* ---- characters ----------------------------------------------------------------------------------- */

/* White space as the tokenizer's pattern understands it. */
bool fill_is_space(uint32_t code_point);
bool fill_is_control(uint32_t code_point); /* C0, DEL, C1 */
/* The code point before / at an offset; an invalid byte counts as U+FFFD, an end as 0. *size (may be NULL)
 * receives its bytes. */
uint32_t fill_char_before(struct slice text, size_t offset, size_t *size);
uint32_t fill_char_at(struct slice text, size_t offset, size_t *size);
/* Letters and digits of any script as far as boundaries need to know: everything that is neither ASCII
 * punctuation, general punctuation, white space nor control. */
bool fill_is_word(uint32_t code_point);

/* ---- engine --------------------------------------------------------------------------------------- */

struct bpe_cache *fill_engine_cache(struct fill_engine *engine);
const struct fill_calibration *fill_engine_calibration(const struct fill_engine *engine);

/* ---- the worker, as its tests see it --------------------------------------------------------------- */

uint64_t fill_worker_layers(const struct fill_worker *worker); /* sedd_net_layers; 0 before READY */

/* ---- windows -------------------------------------------------------------------------------------- */

/* Tokens of a piece between two blanks; UINT32_MAX when it is plainly longer than a window. */
enum status fill_gap_tokens(struct fill_engine *engine, const struct fill_dialect *dialect,
                            struct slice piece, uint32_t *tokens, struct error *error) MUST_USE;

/* ---- lengths, length_delete.c ------------------------------------------------------------------------ */

/* lengths[blank] in [min, max] becomes the `quantile` of the length's distribution, read off in one
 * evaluation of the blank at `max`, all masked. For models that were trained for it (config->sizes_blanks).
 */
enum status fill_length_by_delete(const struct fill_site *site, uint32_t *lengths, uint32_t blank,
                                  uint32_t min, uint32_t max, double quantile, uint64_t *evaluations,
                                  const atomic_bool *cancel, struct error *error) MUST_USE;

/* ---- the run, as events and traces see it ----------------------------------------------------------- */

enum { SLOT_FRESH = 1, SLOT_PINNED = 2 };

/* One candidate: its text around the current window and everything it has filled. */
struct run_candidate {
    struct buffer local;       /* the draft around the window with earlier fills in place */
    struct fill_blank *blanks; /* of the window, offsets into `local` */
    size_t limit;              /* where in `local` the next unfilled blank begins */
    struct fill_window window;
    uint32_t *lengths;  /* per blank of the window */
    float *probability; /* per slot */
    uint8_t *flags;     /* per slot: SLOT_… */
    struct fill_change *changes;
    size_t change_count, change_capacity;
    bool stepped;           /* `changes` are those of a step, not of steering since */
    struct fill_view *done; /* per blank of the job; count 0 until its window is done */
    double score_sum;       /* Σ ln q over earlier windows */
    double score_tokens;
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
    bool over;      /* every slot of the current window is drawn; its state stays for the last events */
    bool at_window; /* the last step began a window */
    struct run_candidate *candidates;
    struct sedd_sampler *sampler; /* of the current window */
    uint32_t steps_expected;
    struct dictionary *dictionary; /* NULL: words are not looked at; see words_asked */
    bool words_asked, reopens;     /* dictionary_of was asked; the next step masks words again */
    uint32_t rounds;               /* of that, in this window */
    uint64_t evaluations;          /* of earlier windows and length searches */
    double seconds, step_ms;
};

/* words.c. When a window is drawn: whether its words are words; `reopens` says so. Then the next step masks
 * those that are not, of all candidates. */
enum status fill_words_look(struct fill_run *run, struct error *error) MUST_USE;
enum status fill_words_reopen(struct fill_run *run, struct error *error) MUST_USE;

uint32_t fill_run_first(const struct fill_run *run); /* first blank of the current window */
uint32_t fill_run_last(const struct fill_run *run);  /* one past its last */
/* One blank of the current window as it stands; `blank` is the job's number. Zeroes *view on failure. */
bool fill_view_make(const struct fill_run *run, uint32_t candidate, uint32_t blank,
                    struct fill_view *view) MUST_USE;
bool fill_view_copy(const struct fill_view *from, struct fill_view *to) MUST_USE;
void fill_view_free(struct fill_view *view);
double fill_run_score(const struct fill_run *run, uint32_t candidate); /* so far, NAN when unknown */

#endif
