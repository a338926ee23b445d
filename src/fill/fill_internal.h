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

/* Whether a quotation mark between the two opens: dialect_map.c. 0: an end of the text. */
bool fill_quote_opens(uint32_t before, uint32_t after);

/* ---- frames: frame.c -------------------------------------------------------------------------------- */

struct fill_frame fill_frame_at(const struct fill_site *site, uint32_t blank);
/* The kinds among frame->level that a fill between the two characters leaves open, or closes unopened. */
unsigned fill_frame_broken(const struct fill_frame *frame, struct slice fill, uint32_t before,
                           uint32_t after);
unsigned fill_marks_of(struct slice token); /* bits of enum fill_mark */

/* ---- words: respell.c and lexicon.c -------------------------------------------------------------------- */

/* A word of letters, with apostrophes inside. Begins to look at `from`; false: there is none before the end.
 */
bool fill_next_word(struct slice text, size_t from, size_t *start, size_t *end, bool *digits);

/* Whether the draft has the word somewhere, as a word of its own; it may begin a sentence here or there. The
 * word is not empty. */
bool fill_draft_has(struct slice draft, struct slice word);

struct fill_lexicon {
    char tags[3][DICTIONARY_TAG]; /* the first is what the language is called */
    struct dictionary *dictionaries[3];
    bool asked[3];
    uint32_t count; /* 0: no words are known */
};
/* The dictionaries of a language: STATUS_ARGUMENT, STATUS_IO as dictionary_open. */
enum status fill_lexicon_open(struct fill_lexicon *lexicon, const char *tag, struct error *error) MUST_USE;
bool fill_lexicon_knows(struct fill_lexicon *lexicon, struct slice word);
/* Those of the draft's language, `first` ("": the environment's) being asked first. False: none fits. */
bool fill_lexicon_choose(struct fill_lexicon *lexicon, struct slice draft, const char *first);

/* ---- engine --------------------------------------------------------------------------------------- */

struct bpe_cache *fill_engine_cache(struct fill_engine *engine);
unsigned fill_engine_marks(const struct fill_engine *engine, uint32_t id); /* fill_marks_of its bytes */
/* One of the engine's sets without the ids that have any of these marks; the set itself where nothing else
 * would be left. Made once, owned by the engine. NULL: no memory. */
const uint64_t *fill_engine_without(struct fill_engine *engine, const uint64_t *set, unsigned marks,
                                    struct error *error) MUST_USE;
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
    uint64_t **own; /* per slot: a set of its own, which `window` and sampler point to; NULL: the engine's */
    struct fill_change *changes;
    size_t change_count, change_capacity;
    uint32_t rounds;        /* times that words of this window were drawn again */
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
    struct fill_lexicon lexicon; /* empty: words are not looked at */
    bool reopens;                /* the next step masks what cannot stay */
    uint64_t evaluations;        /* of earlier windows and length searches */
    double seconds, step_ms;
};

/* redraw.c. When a window is drawn: whether all of it can stay; `reopens` says that it cannot. Then the next
 * step masks what cannot, of all candidates. */
enum status fill_redraw_look(struct fill_run *run, struct error *error) MUST_USE;
enum status fill_redraw(struct fill_run *run, struct error *error) MUST_USE;
/* Bans one id from a slot for good, where that leaves others. */
enum status fill_redraw_ban(struct fill_run *run, uint32_t candidate, uint32_t slot, uint32_t id,
                            struct error *error) MUST_USE;
/* respell.c. Looks at the words of one candidate that lie in blanks, at least in part: adds to *tokens those
 * that were drawn of words that are none, and masks them if asked to. A word that is none for what the writer
 * pinned has no such tokens. */
enum status fill_words_look(struct fill_run *run, uint32_t candidate, bool mask, size_t *tokens,
                            struct error *error) MUST_USE;

uint32_t fill_run_first(const struct fill_run *run); /* first blank of the current window */
uint32_t fill_run_last(const struct fill_run *run);  /* one past its last */
/* One blank of the current window as it stands; `blank` is the job's number. Zeroes *view on failure. */
bool fill_view_make(const struct fill_run *run, uint32_t candidate, uint32_t blank,
                    struct fill_view *view) MUST_USE;
bool fill_view_copy(const struct fill_view *from, struct fill_view *to) MUST_USE;
void fill_view_free(struct fill_view *view);
double fill_run_score(const struct fill_run *run, uint32_t candidate); /* so far, NAN when unknown */

#endif
