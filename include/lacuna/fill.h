/* fill: blanks in a draft and the tokens that fill them. Markup, windows, boundary constraints, the map
 * between a draft's typography and the model's, length search, candidates, the worker thread, traces.
 * Depends on base/, bpe/ and sedd/. Works on byte slices: knows nothing of documents, files or screens.
 *
 * Words used here
 *   draft    the writer's bytes. Nothing here ever changes a byte of it outside a blank.
 *   blank    a range [start, end) of the draft that is to be replaced, and how many tokens the writer
 *            wishes there. What stands in the range is hidden from the model; an empty range is an insertion.
 *   window   the tokens that the network sees at once: one blank, or several near each other, and as much
 *            of the draft around them as the model's length allows.
 *   slot     one token of a blank: (blank, index).
 *   fill     the bytes that replace a blank, in the draft's own typography. A space that stands before the
 *            blank is the draft's and never part of the fill, although it travels in the fill's first token.
 *
 * Two ways in: `struct fill_run` does a job step by step on the caller's thread (lacuna fill, measure);
 * `struct fill_worker` does jobs on a thread of its own and reports them as events (the editor).
 * Both report the same `struct fill_event`, and a trace is those events written down as lines of JSON. */
#ifndef LACUNA_FILL_H
#define LACUNA_FILL_H

#include "lacuna/alternatives.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/conditions.h"
#include "lacuna/dictionary.h"
#include "lacuna/fit.h"
#include "lacuna/sedd.h"

#define FILL_ANY_TOKENS     64 /* what `[[]]` may grow to */
#define FILL_MAX_CANDIDATES 256
#define FILL_SEED_LIMIT     (UINT64_C(1) << 53) /* seeds are below this, so that they survive JSON numbers */

/* ---- blanks and markup --------------------------------------------------------------------------- */

struct fill_blank {
    size_t start, end;   /* bytes of the draft; start ≤ end */
    uint32_t min, max;   /* tokens, 1 ≤ min ≤ max; equal: exactly that many */
    size_t line, column; /* of its markup, from 1, column in code points; 0 when it was not markup */
};

/* A draft with its markup taken out. Zero-initialise or let fill_parse fill it. */
struct fill_markup {
    struct buffer text;        /* `data` may be NULL when empty */
    struct fill_blank *blanks; /* ascending, empty ranges; several may share an offset */
    size_t count, capacity;
    size_t *escapes; /* where in the text a literal [[ begins whose backslash was taken out; ascending */
    size_t escape_count, escape_capacity;
    size_t too_long;                       /* blanks above the limit, which stayed text */
    size_t too_long_line, too_long_column; /* of the first of them */
};
void fill_markup_free(struct fill_markup *markup);

/* Takes the markup out of bytes[0, size):
 *     [[12]] exactly 12 tokens   [[4-20]] 4 to 20   [[-20]] 1 to 20   [[]] 1 to 64   \[[ a literal [[
 * `[[` and a digit without ]] on the same line and before the next `[[`, a count of 0 and a range that runs
 * backwards are errors: STATUS_FORMAT with the message "LINE:COLUMN: why". Every other `[[` is plain text
 * ([[Smith]], [[1984 (novel)]]). Bytes that are not UTF-8 are kept. On failure *out is empty. */
enum status fill_parse(const char *bytes, size_t size, struct fill_markup *out, struct error *error) MUST_USE
    NONNULL(3);
/* The same, but a blank of more than `most` tokens at least ([[1984]]: a year between wiki brackets) stays in
 * the text as it stands. */
enum status fill_parse_within(const char *bytes, size_t size, uint32_t most, struct fill_markup *out,
                              struct error *error) MUST_USE NONNULL(4);
/* Appends the source again with texts[i] in place of its i-th blank: what was escaped stays so, and a [[ that
 * a text holds becomes so. False: no memory. */
bool fill_markup_splice(const struct fill_markup *markup, const struct slice *texts,
                        struct buffer *out) MUST_USE;

/* Shrinks a range to leave out white space at its ends, as a writer means a selection; a range of nothing
 * but white space becomes empty at its start. */
void fill_trim(struct slice draft, size_t *start, size_t *end);

/* The draft with every blank replaced: appends to `out`. texts[i] belongs to blanks[i]; blanks ascending and
 * not overlapping. False: no memory. */
bool fill_splice(struct slice draft, const struct fill_blank *blanks, const struct slice *texts, size_t count,
                 struct buffer *out) MUST_USE;

/* ---- dialect: how a draft writes quotes, dashes and lines ------------------------------------------ */

/* The dialect "plain" of config.json: straight quotes, three dots, an em dash without spaces, a paragraph on
 * one line, one blank line between paragraphs, LF. */
enum fill_dash {
    FILL_DASH_EM,
    FILL_DASH_SPACED_EM,
    FILL_DASH_SPACED_EN,
    FILL_DASH_HYPHENS,
    FILL_DASH_SPACED_HYPHENS,
    FILL_DASHES
};
enum fill_lines {
    FILL_LINES_BLANK,  /* a blank line between paragraphs; single line ends stay what they are */
    FILL_LINES_SINGLE, /* every line is a paragraph, with no blank line between them */
    FILL_LINES_WRAPPED /* paragraphs are broken into short lines: a single line end is a space */
};
struct fill_dialect {
    bool map; /* false: the model names no dialect; only CRLF is mapped */
    bool curly_double, curly_single, ellipsis, crlf;
    enum fill_dash dash;
    enum fill_lines lines;
};
/* Counts what the draft does most often. O(size). `name` is config->dialect. */
struct fill_dialect fill_dialect_detect(struct slice draft, const char *name);

/* A piece of text in another dialect, with the way back. */
struct fill_mapped {
    struct buffer text;
    uint32_t *origin; /* origin[i]: where in the piece the thing began that text.data[i] comes from; one more
                         entry for the end; never descending. text.size + 1 entries */
    size_t capacity;
};
void fill_mapped_free(struct fill_mapped *mapped);
/* Draft to model. A piece is mapped on its own; white space and dashes at its ends count. */
enum status fill_dialect_to_model(const struct fill_dialect *dialect, struct slice piece,
                                  struct fill_mapped *out, struct error *error) MUST_USE NONNULL(1, 3);
/* Model to draft, for a fill: `before` and `after` are the draft's bytes around it (a few suffice); they
 * decide between opening and closing quotes. */
enum status fill_dialect_to_draft(const struct fill_dialect *dialect, struct slice fill, struct slice before,
                                  struct slice after, struct fill_mapped *out, struct error *error) MUST_USE
    NONNULL(1, 5);

/* ---- engine: a model, its vocabulary and what follows from them ------------------------------------- */

/* What a slot may become; every set leaves out specials, tokens that are not whole UTF-8 characters, control
 * characters, line ends and tokens that end in white space. */
enum fill_allowed {
    FILL_ALLOW_SPACED, /* first slot after a space: begins with that space, then something else than space */
    FILL_ALLOW_JOINED, /* any other first slot: does not begin with white space */
    FILL_ALLOW_INNER,  /* the rest */
    FILL_ALLOW_PARAGRAPHS, /* the rest but the last, with `paragraphs`: also line feeds */
    FILL_ALLOW_APART,      /* after a pinned whole word: does not begin with a letter, digit or mark */
    FILL_ALLOWED
};

struct fill_engine; /* belongs to one thread at a time */
/* Loads config.json, model.safetensors, vocab.json and merges.txt. threads 0: one per CPU. Slow (reads and
 * packs all weights). STATUS_FORMAT when vocabulary and model do not fit each other; STATUS_CANCELLED soon
 * after `cancel` (may be NULL) is set. */
struct fill_engine *fill_engine_open(const char *model_folder, enum sedd_precision precision, int threads,
                                     const atomic_bool *cancel, struct error *error) MUST_USE NONNULL(1);
/* The same, also for an autoregressive model, which can be measured but fills nothing. */
struct fill_engine *fill_engine_open_to_measure(const char *model_folder, enum sedd_precision precision,
                                                int threads, const atomic_bool *cancel,
                                                struct error *error) MUST_USE NONNULL(1);
void fill_engine_free(struct fill_engine *engine);
const struct sedd_config *fill_engine_config(const struct fill_engine *engine) NONNULL(1);
const struct sedd_model *fill_engine_model(const struct fill_engine *engine) NONNULL(1);
const struct bpe *fill_engine_bpe(const struct fill_engine *engine) NONNULL(1);
struct sedd_net *fill_engine_net(struct fill_engine *engine) NONNULL(1);
const char *fill_engine_name(const struct fill_engine *engine)
    NONNULL(1); /* config name, else the folder's */
/* Bit set over [0, V), as sedd_slot wants it. Owned by the engine. */
const uint64_t *fill_engine_allowed(const struct fill_engine *engine, enum fill_allowed kind) NONNULL(1);
/* The same for any vocabulary: the caller frees with mem_free. `tokens` is V, at least bpe_size. */
uint64_t *fill_allowed_new(const struct bpe *bpe, uint32_t tokens, enum fill_allowed kind,
                           struct error *error) MUST_USE NONNULL(1);

/* ---- windows ------------------------------------------------------------------------------------- */

/* Marks that a fill could unbalance or double. Bits, of token's bytes and of what a blank may hold. */
enum fill_mark {
    FILL_MARK_DOUBLE = 1,    /* " “ ” „ ‟ */
    FILL_MARK_SINGLE = 2,    /* one that opens: ‘ ‚, or ' after a space; ’ may be an apostrophe */
    FILL_MARK_GUILLEMET = 4, /* « » */
    FILL_MARK_ANGLE = 8,     /* ‹ › */
    FILL_MARK_ROUND = 16,
    FILL_MARK_SQUARE = 32,
    FILL_MARK_CURLY = 64,
    FILL_MARK_FIRST = 128,     /* begins with . , ; : ! or ? */
    FILL_MARK_LAST = 256,      /* ends with one of them, … or a dash */
    FILL_MARK_APOSTROPHE = 512 /* begins with ', which opens where no letter is before it */
};
/* The quotations and brackets of a blank's paragraph, as they stand without its fill. */
struct fill_frame {
    unsigned inside; /* open on the left and closed on the right: the fill may not hold these marks */
    unsigned level;  /* open on neither side: it may hold them in pairs */
    unsigned first,
        last; /* what its first and its last token may not have besides, for what they stand beside */
};

/* What the network sees: ids with holes. Freed by fill_window_free. */
struct fill_window {
    uint32_t *ids; /* `length`; slots hold 0 */
    uint32_t length;
    struct sedd_slot *slots; /* ascending positions; blank and index as in the job */
    uint32_t slot_count;
    size_t start, end;         /* bytes of the text that are in the window */
    bool *spaced;              /* per blank of the window: a space travels in its first token */
    struct fill_frame *frames; /* per blank of the window */
};
/* Where a window is wanted: everything it is built from but the lengths. All borrowed. */
struct fill_site {
    struct fill_engine *engine;
    const struct fill_dialect *dialect;
    struct slice text;               /* the draft, earlier fills in place */
    const struct fill_blank *blanks; /* of this window, offsets into `text` */
    uint32_t count;                  /* ≥ 1 */
    uint32_t first;                  /* what the job calls blanks[0]: names its random draws */
    size_t limit; /* no byte at or after this is looked at: where the next unfilled blank begins, or the
                     end of the text */
    bool paragraphs;
};
/* Builds the window with lengths[i] tokens for blanks[i]. Encodes no more than a few times config->length
 * tokens however long the text is. STATUS_LIMIT when the blanks and the words between them are longer than
 * the model's length. */
enum status fill_window_build(const struct fill_site *site, const uint32_t *lengths, struct fill_window *out,
                              struct error *error) MUST_USE NONNULL(1, 3);
void fill_window_free(struct fill_window *window);

/* ---- jobs ---------------------------------------------------------------------------------------- */

#define FILL_SUGGESTED (-1.0)
struct fill_options {
    enum sedd_method method;
    int steps;           /* ≥ 1 */
    uint32_t candidates; /* 1 … FILL_MAX_CANDIDATES, drawn in one batch */
    /* 1, 1: the model's own distribution. FILL_SUGGESTED: what its config.json suggests, else 1; the
     * suggestion for top_p holds at the suggested temperature only, and both for the absorbing graph only. */
    double temperature, top_p;
    uint64_t seed;   /* < FILL_SEED_LIMIT */
    bool paragraphs; /* fills may hold paragraph breaks */
    /* A language tag as for dictionary_open, "auto" or "": when all of a window is drawn, words that neither
     * that dictionary nor the draft has are masked and drawn again given all others, a few times at most
     * (rejection word by word; the remasking sampler may change others meanwhile; greedily the tokens of what
     * was none are banned there). English has the words of en_US and en_GB, whichever is named. A named
     * dictionary that is not there is an error, and so is one for the uniform graph. "auto": that of the
     * draft's language, by the words of all of the job's text; none where no dictionary fits, and for the
     * uniform graph. */
    char dictionary[DICTIONARY_TAG];
    char language[DICTIONARY_TAG]; /* what "auto" asks first; "": the environment's */
    /* When a window is drawn: for every token this many of the likeliest in its place, given all others. One
     * evaluation more for each token and candidate. ≤ FILL_MAX_ALTERNATIVES; 0: none */
    uint32_t alternatives;
};
struct fill_options
fill_options_default(void); /* analytic, 32 steps, 1 candidate, 1, 1, seed 0, false, "", "" */
/* The seed in force for a record without one: a hash of the --seed and its id or place, < FILL_SEED_LIMIT. */
uint64_t fill_seed(uint64_t seed, const void *id, size_t size);

/* A slot whose token is known from the start: how "again, but keep these words" is asked for after a job is
 * done. The blank's length must be exact. */
struct fill_pin {
    uint32_t blank, index, id;
    bool whole; /* a word ends with it: the next slot does not go on with one */
};

struct fill_job {
    struct slice text; /* the draft, or an excerpt: FILL_EXCERPT bytes around the blanks suffice */
    const struct fill_blank *blanks; /* ascending, not overlapping, offsets into `text` */
    size_t count;
    const struct fill_pin *pins; /* may be NULL */
    size_t pin_count;
    /* What is asked of each blank's words, `count` of them; NULL: nothing. What cannot be met (a contradiction,
     * words that are too long for the blank, a word that a uniform model cannot place) fails before anything is
     * evaluated. */
    const struct fill_conditions *conditions;
    const struct fill_dialect *dialect; /* NULL: detected in `text`. Who passes excerpts of one document
                                           passes the document's dialect */
    struct fill_options options;
};
#define FILL_EXCERPT (32 * 1024)

/* ---- results and events -------------------------------------------------------------------------- */

enum fill_token_state {
    FILL_MASKED,  /* not drawn yet: no text */
    FILL_FRESH,   /* drawn in this step */
    FILL_SETTLED, /* drawn before; the uniform graph may still change it */
    FILL_PINNED   /* fixed by the writer */
};
struct fill_token {
    uint32_t id;       /* the mask (V) when masked */
    float probability; /* q when it was drawn; NAN when masked or pinned */
    enum fill_token_state state;
    uint32_t start, end; /* bytes of the fill's text below that are this token's; a character that the dialect
                            makes of two tokens belongs to the first */
};
/* One blank as it stands. */
struct fill_view {
    uint32_t blank;     /* index in the job */
    size_t start, end;  /* its range in the job's text */
    struct buffer text; /* in the draft's dialect; masked tokens have no bytes. NUL-terminated */
    struct fill_token *tokens;
    uint32_t count;
};
/* What else could stand in place of each token of a blank, given all others; offsets into the view's text. */
struct fill_token_alternatives {
    struct fill_alternatives *tokens;
    uint32_t count;
};
struct fill_candidate {
    uint32_t candidate;       /* its number, which names its random draws */
    double score;             /* mean ln q, nats; NAN for the uniform graph */
    uint32_t drawn;           /* tokens that it is the mean of */
    double rank_score;        /* fill_rank; NAN as the score */
    struct fill_view *blanks; /* all blanks of the job */
    size_t count;
    struct fill_token_alternatives *alternatives; /* of all blanks; NULL: not asked for */
};
struct fill_result {
    struct fill_candidate *candidates; /* as fill_rank leaves them, the best first */
    size_t count;
    uint64_t evaluations; /* sequences evaluated, length search included */
    double seconds;
    double temperature, top_p;       /* in force */
    char dictionary[DICTIONARY_TAG]; /* in force: what "auto" chose; "": none */
};

/* Gives every candidate of a blank its rank_score and sorts them, the best first; equal ones, and those
 * without a score, by number. Fair among lengths, which the score is not: (n·s̄ + κ·m)/(n + κ) for a mean s̄
 * over n tokens, m the mean over all candidates' tokens (docs/SEDD.md (9.1)). */
void fill_rank(struct fill_candidate *candidates, size_t count);

struct fill_change {
    uint32_t blank, index;
    uint32_t id;       /* new state; the mask (V) when it was masked again */
    float probability; /* NAN when masked again or pinned */
};

enum fill_event_kind {
    FILL_EVENT_LOADING, /* worker only: the model is being read (job: the one that wants it) */
    FILL_EVENT_READY,   /* worker only: the model is loaded */
    FILL_EVENT_WINDOW, /* the next window begins, one event per candidate: lengths are known, nothing drawn */
    FILL_EVENT_STEP,   /* one step of one candidate */
    FILL_EVENT_DONE,   /* the last event of a job: `result` */
    FILL_EVENT_FAILED, /* the last event of a job, or of loading (then `job` is the one that wanted it) */
    FILL_EVENT_CANCELLED, /* the last event of a job or of a question */
    FILL_EVENT_ANSWER     /* worker only: the only event of a question: `alternatives` or `fit` */
};

/* Immutable; whoever gets it owns it and calls fill_event_free. */
struct fill_event {
    enum fill_event_kind kind;
    uint64_t job; /* 0 outside a worker */
    uint32_t candidate;
    uint32_t window, windows;    /* this one from 0; how many the job has */
    uint32_t step, steps;        /* within the window, from 1; how many are expected (a guess once steered) */
    double sigma_bar;            /* noise level after the step */
    double ms;                   /* of the step, all candidates together */
    double score;                /* so far; NAN when not known */
    struct fill_change *changes; /* STEP */
    size_t change_count;
    struct fill_view *blanks; /* WINDOW, STEP: the blanks of this window */
    size_t blank_count;
    size_t window_start, window_end; /* WINDOW: bytes of the job's text that the model sees, counted in the
                                        job's text */
    struct fill_result *result;      /* DONE */
    struct buffer trace;             /* DONE, from a worker that records: the whole job as fill_trace lines */
    struct fill_alternatives alternatives; /* ANSWER to fill_worker_ask_alternatives */
    struct fit fit;                        /* ANSWER to fill_worker_ask_fit */
    struct error error;                    /* FAILED */
};
void fill_event_free(struct fill_event *event);
void fill_result_free(struct fill_result *result);

/* ---- a job, step by step ------------------------------------------------------------------------- */

struct fill_run;
/* Checks the job and copies what it needs. STATUS_ARGUMENT: ranges that overlap or lie outside; STATUS_LIMIT:
 * a blank larger than the window. Blanks that are too far apart for one window are done in several, from
 * first to last; each candidate sees its own earlier fills. */
struct fill_run *fill_run_new(struct fill_engine *engine, const struct fill_job *job,
                              struct error *error) MUST_USE NONNULL(1, 2);
void fill_run_free(struct fill_run *run);
bool fill_run_done(const struct fill_run *run);
double fill_run_share(const struct fill_run *run); /* of the work that is done, 0 … 1, for a progress bar */
/* Does the next thing: begins a window (length search included) or does one reverse step of all candidates.
 * `cancel` may be NULL. Any failure ends the run. */
enum status fill_run_step(struct fill_run *run, const atomic_bool *cancel, struct error *error) MUST_USE
    NONNULL(1);
/* Events of the last fill_run_step: one per candidate.
 * The caller frees. NULL: no memory. */
uint32_t fill_run_events(const struct fill_run *run);
struct fill_event *fill_run_event(const struct fill_run *run, uint32_t index) MUST_USE NONNULL(1);
/* Once done. The caller frees; NULL: no memory. */
struct fill_result *fill_run_result(const struct fill_run *run) MUST_USE NONNULL(1);
/* Between two steps. FILL_KEEP pins what the slot holds. STATUS_ARGUMENT when the slot is not in the current
 * window, or is masked and to be kept. */
#define FILL_KEEP UINT32_MAX
enum status fill_run_pin(struct fill_run *run, uint32_t candidate, uint32_t blank, uint32_t index,
                         uint32_t id, struct error *error) MUST_USE NONNULL(1);
enum status fill_run_remask(struct fill_run *run, uint32_t candidate, uint32_t blank, uint32_t index,
                            struct error *error) MUST_USE NONNULL(1);

/* ---- length search ------------------------------------------------------------------------------- */

/* B(L) = a·e^(−bL) + c·e^(−dL) + e: what Φ(L) is divided by before lengths are compared (arXiv:2602.00476).
 * An engine begins with its config's "length_calibration", else uncalibrated, B = 1. */
struct fill_calibration {
    double a, b, c, d, e;
};
struct fill_calibration fill_calibration_default(void);
/* The lengths tried first, ascending, between min and max with both ends; returns how many (≤ 16). */
#define FILL_MAX_TRIALS 16
uint32_t fill_trial_lengths(uint32_t min, uint32_t max, uint32_t out[FILL_MAX_TRIALS]);
/* Φ(length) of one blank, the others at their least: the mean over its slots of the likeliest allowed token's
 * probability when all is masked, not divided by B. −1: so many do not fit. */
enum status fill_length_confidence(const struct fill_site *site, uint32_t blank, uint32_t length,
                                   double *confidence, const atomic_bool *cancel,
                                   struct error *error) MUST_USE NONNULL(1);
/* How lengths are chosen from now on: `search` even where the model was trained to say them. */
void fill_engine_search_lengths(struct fill_engine *engine, bool search);
bool fill_engine_says_lengths(const struct fill_engine *engine);
/* Chooses lengths[i] in [blanks[i].min, blanks[i].max] so that a window holds them. One after another from
 * the left, the others at a middle length meanwhile. A model that was trained on padded blanks
 * (config->sizes_blanks) says the distribution of the length in one evaluation, and its `quantile` in (0, 1)
 * is taken: 0.5 is the median. Other models are searched: Φ(L) is the mean over the blank's slots of the
 * likeliest allowed token's probability when all is masked, divided by B(L); then ±1 for as long as that is
 * better. Of equal lengths the shorter wins. No randomness. Adds the sequences it evaluated to *evaluations
 * (may be NULL). The uniform graph has no all-masked state: there the middle length is taken. */
enum status fill_choose_lengths(const struct fill_site *site, double quantile, uint32_t *lengths,
                                uint64_t *evaluations, const atomic_bool *cancel,
                                struct error *error) MUST_USE NONNULL(1);
/* The quantile that candidate k asks for: 1/2, 1/4, 3/4, 1/8 … (van der Corput): the first the median, more
 * of them spread evenly. */
double fill_length_quantile(uint32_t candidate);

/* ---- traces: lacuna-trace(5) --------------------------------------------------------------------- */

#define FILL_TRACE_VERSION 1
/* Each appends one line of JSON with its line feed. False: no memory. `id` is JSON and stands in the
 * header to the letter; empty: there is none. */
bool fill_trace_header(const struct fill_run *run, struct slice id, struct buffer *out) MUST_USE;
bool fill_trace_event(const struct fill_run *run, const struct fill_event *event,
                      struct buffer *out) MUST_USE;
bool fill_trace_done(const struct fill_result *result, struct buffer *out) MUST_USE;
bool fill_trace_failed(const struct error *error, struct buffer *out) MUST_USE;

/* ---- the worker ---------------------------------------------------------------------------------- */

/* One thread that owns a model. All functions below return at once and are called from one thread (the
 * user interface's), which alone takes the events. The model is loaded when the first job asks for it; a
 * model that could not be loaded is tried again by the next job. The thread lowers its priority first, so
 * that the threads of the matrix products, which it creates, have the low priority too. */
struct fill_worker;

struct fill_worker_options {
    const char *model_folder; /* copied */
    enum sedd_precision precision;
    int threads;   /* 0: one per CPU */
    int niceness;  /* added to the thread's own; 0 … 19; 10 is usual */
    size_t record; /* bytes of trace that a final event carries at most; a longer one is left out. 0: none */
};
struct fill_worker *fill_worker_new(const struct fill_worker_options *options, struct error *error) MUST_USE
    NONNULL(1);
/* Cancels everything, waits for the thread (it stops within one layer of the network, or a few megabytes of a
 * model that is being loaded) and frees the events that were not taken. */
void fill_worker_free(struct fill_worker *worker);

/* Readable (poll's POLLIN) while there may be events. */
int fill_worker_fd(const struct fill_worker *worker);
/* Takes the next event; false when there is none. Clears the descriptor when it takes the last one. When the
 * caller is slow, older step events of a candidate are dropped in favour of newer ones (each shows the whole
 * state); every job's last event arrives. */
bool fill_worker_poll(struct fill_worker *worker, struct fill_event **event);

#define FILL_QUEUE 16 /* jobs submitted whose last event has not been taken yet */
/* Copies the job and queues it. Its number (≥ 1, rising), or 0: queue full (STATUS_LIMIT) or no memory.
 * Whatever is wrong with the job itself arrives as a FILL_EVENT_FAILED. */
uint64_t fill_worker_submit(struct fill_worker *worker, const struct fill_job *job,
                            struct error *error) MUST_USE;
/* Asks the worker to load the model now, without a job; answered by READY or FAILED with job 0. */
void fill_worker_warm(struct fill_worker *worker);
/* A queued or running job ends with FILL_EVENT_CANCELLED: at once while it is queued or waits for the model,
 * which goes on being loaded for the next one, else within one layer of the network. A job that is done, or
 * unknown, is left alone: then DONE was its last event. */
void fill_worker_cancel(struct fill_worker *worker, uint64_t job);
/* Stops a queued or running job between two steps, and lets it go on; one that was paused before it began
 * stops when its first window is there. A paused job still takes pins and remasks, and shows them as a step
 * event with its step unchanged. fill_worker_single lets a paused job do one step. */
void fill_worker_pause(struct fill_worker *worker, uint64_t job, bool paused);
void fill_worker_single(struct fill_worker *worker, uint64_t job);
/* Steering, done between two steps; ids as in fill_run_pin. A command that comes too late, or names a slot
 * that is not in the current window, does nothing. False: too many are waiting. */
bool fill_worker_pin(struct fill_worker *worker, uint64_t job, uint32_t candidate, uint32_t blank,
                     uint32_t index, uint32_t id);
bool fill_worker_remask(struct fill_worker *worker, uint64_t job, uint32_t candidate, uint32_t blank,
                        uint32_t index);
/* Questions: what else could stand there, how words fit. Copied and queued as a job is, with a number of the same
 * row; the answer is one event (ANSWER, FAILED or CANCELLED) of that number. A question does not wait for jobs: it is
 * answered between two steps of the running one, also while that is paused, before the next one, in the order of
 * asking. fill_worker_cancel takes it back, or stops it within one layer of the network. 0: queue full
 * (STATUS_LIMIT) or no memory. */
uint64_t fill_worker_ask_alternatives(struct fill_worker *worker, const struct fill_place *place,
                                      struct error *error) MUST_USE;
uint64_t fill_worker_ask_fit(struct fill_worker *worker, const struct fit_question *question,
                             struct error *error) MUST_USE;
/* Whether READY came: the model is loaded. What follows needs it. */
bool fill_worker_ready(const struct fill_worker *worker);
/* Appends the tokens of words that a writer typed into a blank, in the model's dialect; the draft's is looked
 * for in `around`, the draft around the blank. `spaced`: with a space in front, as where they replace a word
 * that has one. STATUS_UNSUPPORTED before READY. */
enum status fill_worker_encode(const struct fill_worker *worker, struct slice around, const char *words,
                               bool spaced, struct bpe_ids *ids, struct error *error) MUST_USE NONNULL(1);
bool fill_worker_begins_with_space(const struct fill_worker *worker, uint32_t id); /* false before READY */
/* Whether tokens that are shown before a job's last step are noise, which nobody keeps but by a pin: those of
 * the uniform graph. */
bool fill_worker_shows_noise(const struct fill_worker *worker);

#endif
