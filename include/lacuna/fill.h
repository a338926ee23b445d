/* fill: blanks in a draft and the tokens that fill them. Markup, windows, boundary constraints, the map
 * between a draft's typography and the model's, length search, candidates, the worker thread, traces. Depends
 * on base/, bpe/ and sedd/. Works on byte slices; knows nothing of documents, files or screens.
 *
 * Terms
 *   draft    the writer's bytes. Nothing here ever changes a byte of it outside a blank.
 *   blank    a range [start, end) of the draft to be replaced, and how many tokens the writer
 *            wants there. The text in the range is hidden from the model; an empty range is an insertion.
 *   window   the tokens that the network sees at once: one blank, or several near each other, and as much
 *            of the draft around them as the model's length allows.
 *   slot     one token of a blank: (blank, index).
 *   fill     the bytes that replace a blank, in the draft's own typography. A space before the
 *            blank belongs to the draft, not to the fill, although the fill's first token contains it.
 *
 * Two ways in: `struct fill_run` runs a job step by step on the caller's thread (lacuna fill, measure);
 * `struct fill_worker` runs jobs on its own thread and reports them as events (the editor). Both report the
 * same `struct fill_event`, and a trace is those events as lines of JSON. */
#ifndef LACUNA_FILL_H
#define LACUNA_FILL_H

#include "lacuna/alternatives.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/conditions.h"
#include "lacuna/dictionary.h"
#include "lacuna/fit.h"
#include "lacuna/rescore.h"
#include "lacuna/sedd.h"

#define FILL_ANY_TOKENS     64 /* the largest length that `[[]]` can get */
#define FILL_MAX_CANDIDATES 256
/* seeds are below this, so that JSON numbers hold them exactly */
#define FILL_SEED_LIMIT (UINT64_C(1) << 53)

/* ---- blanks and markup --------------------------------------------------------------------------- */

struct fill_blank {
    size_t start, end;   /* bytes of the draft; start ≤ end */
    uint32_t min, max;   /* tokens, 1 ≤ min ≤ max; equal: exactly that many */
    size_t line, column; /* where its markup begins, from 1, column in code points; 0 if it was not markup */
};

/* A draft with its markup removed. Zero-initialise it or let fill_parse fill it. */
struct fill_markup {
    struct buffer text;        /* `data` may be NULL if empty */
    struct fill_blank *blanks; /* ascending, empty ranges; several may share an offset */
    size_t count, capacity;
    size_t *escapes; /* where in the text a literal [[ begins whose backslash was removed; ascending */
    size_t escape_count, escape_capacity;
    size_t too_long;                       /* blanks above the limit, which stayed text */
    size_t too_long_line, too_long_column; /* of the first of them */
};
void fill_markup_free(struct fill_markup *markup);

/* Removes the markup from bytes[0, size):
 *   [[12]]    exactly 12 tokens
 *   [[4-20]]  4 to 20
 *   [[-20]]   1 to 20
 *   [[]]      1 to 64
 *   \[[       a literal [[
 * Errors are `[[` and a digit without ]] on the same line and before the next `[[`, a count of 0, and a range
 * whose first number is the larger one: STATUS_FORMAT with the message "LINE:COLUMN: why". Every other `[[`
 * is plain text ([[Smith]], [[1984 (novel)]]). Bytes that are not UTF-8 are kept. On failure *out is
 * empty. */
enum status fill_parse(const char *bytes, size_t size, struct fill_markup *out, struct error *error) MUST_USE
    NONNULL(3);
/* The same, but a blank whose minimum is above `most` ([[1984]]: a year between wiki brackets) stays in the
 * text. */
enum status fill_parse_within(const char *bytes, size_t size, uint32_t most, struct fill_markup *out,
                              struct error *error) MUST_USE NONNULL(4);
/* Appends the source again with texts[i] in place of its i-th blank. A [[ that was escaped is escaped again,
 * and so is a [[ in texts[i]. False: out of memory. */
bool fill_markup_splice(const struct fill_markup *markup, const struct slice *texts,
                        struct buffer *out) MUST_USE;

/* Shrinks a range to leave out white space at its ends, since a writer selects words; a range of white space
 * only becomes empty at its start. */
void fill_trim(struct slice draft, size_t *start, size_t *end);

/* Appends the draft with every blank replaced to `out`. texts[i] belongs to blanks[i]; the blanks are
 * ascending and do not overlap. False: out of memory. */
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
    FILL_LINES_BLANK,  /* a blank line between paragraphs; single line breaks are kept */
    FILL_LINES_SINGLE, /* every line is a paragraph, with no blank line between them */
    FILL_LINES_WRAPPED /* paragraphs are broken into short lines: a single line break is a space */
};
struct fill_dialect {
    bool map; /* false: the model names no dialect; only CRLF is mapped */
    bool curly_double, curly_single, ellipsis, crlf;
    enum fill_dash dash;
    enum fill_lines lines;
};
/* Finds the draft's most frequent habits. O(size). `name` is config->dialect. */
struct fill_dialect fill_dialect_detect(struct slice draft, const char *name);

/* A piece of text in another dialect, with the map back. */
struct fill_mapped {
    struct buffer text;
    /* origin[i]: where in the piece the source of text.data[i] begins; one more entry for the end; never
     * descending. text.size + 1 entries */
    uint32_t *origin;
    size_t capacity;
};
void fill_mapped_free(struct fill_mapped *mapped);
/* Draft to model. A piece is mapped on its own; white space and dashes at its ends are significant. */
enum status fill_dialect_to_model(const struct fill_dialect *dialect, struct slice piece,
                                  struct fill_mapped *out, struct error *error) MUST_USE NONNULL(1, 3);
/* Model to draft, for a fill. `before` and `after` are the draft's bytes around it (a few are enough); they
 * decide between opening and closing quotes. */
enum status fill_dialect_to_draft(const struct fill_dialect *dialect, struct slice fill, struct slice before,
                                  struct slice after, struct fill_mapped *out, struct error *error) MUST_USE
    NONNULL(1, 5);

/* ---- engine: a model, its vocabulary and what is derived from them -------------------------------- */

/* Classes of slots. Each class has a set of allowed ids. No set has special tokens, tokens that are not whole
 * UTF-8 characters, control characters, line breaks (except FILL_ALLOW_PARAGRAPHS) or tokens that end in
 * white space. */
enum fill_allowed {
    /* first slot, after a space: begins with that space, followed by something else than a space */
    FILL_ALLOW_SPACED,
    FILL_ALLOW_JOINED,     /* any other first slot: does not begin with white space */
    FILL_ALLOW_INNER,      /* all other slots */
    FILL_ALLOW_PARAGRAPHS, /* with `paragraphs`, all other slots but the last: line breaks are allowed too */
    FILL_ALLOW_APART,      /* after a pinned whole word: does not begin with a letter, digit or mark */
    FILL_ALLOWED
};

struct fill_engine; /* belongs to one thread at a time */
/* Loads config.json, model.safetensors, vocab.json and merges.txt. threads 0: one per CPU. Slow (reads and
 * packs all weights). STATUS_FORMAT if vocabulary and model do not fit; STATUS_CANCELLED soon after `cancel`
 * (may be NULL) is set. */
struct fill_engine *fill_engine_open(const char *model_folder, enum sedd_precision precision, int threads,
                                     const atomic_bool *cancel, struct error *error) MUST_USE NONNULL(1);
/* The same, also for an autoregressive model, which can be measured but cannot fill. */
struct fill_engine *fill_engine_open_to_measure(const char *model_folder, enum sedd_precision precision,
                                                int threads, const atomic_bool *cancel,
                                                struct error *error) MUST_USE NONNULL(1);
/* Adds a voice: a model of the same vocabulary and process, fine-tuned on one author. From now on everything is drawn
 * from q_voice^weight · q_house^(1 − weight), normalised; 0 is the engine's own model alone. STATUS_ARGUMENT: the two
 * do not fit. */
enum status fill_engine_add_voice(struct fill_engine *engine, const char *model_folder, double weight,
                                  const atomic_bool *cancel, struct error *error) MUST_USE NONNULL(1, 2);
void fill_engine_free(struct fill_engine *engine);
const struct sedd_config *fill_engine_config(const struct fill_engine *engine) NONNULL(1);
const struct sedd_model *fill_engine_model(const struct fill_engine *engine) NONNULL(1);
const struct bpe *fill_engine_bpe(const struct fill_engine *engine) NONNULL(1);
struct sedd_net *fill_engine_net(struct fill_engine *engine) NONNULL(1);
const char *fill_engine_name(const struct fill_engine *engine)
    NONNULL(1); /* the name in config.json, else the folder's */
/* Bit set over [0, V), for sedd_slot. Owned by the engine. */
const uint64_t *fill_engine_allowed(const struct fill_engine *engine, enum fill_allowed kind) NONNULL(1);
/* The same for any vocabulary: the caller frees with mem_free. `tokens` is V, at least bpe_size. */
uint64_t *fill_allowed_new(const struct bpe *bpe, uint32_t tokens, enum fill_allowed kind,
                           struct error *error) MUST_USE NONNULL(1);

/* ---- windows ------------------------------------------------------------------------------------- */

/* Marks that a fill could leave unbalanced or duplicate. Bits, for the bytes of a token and for what a blank may
 * contain. */
enum fill_mark {
    FILL_MARK_DOUBLE = 1,    /* " “ ” „ ‟ */
    FILL_MARK_SINGLE = 2,    /* an opening one: ‘ ‚, or ' after a space; ’ may be an apostrophe */
    FILL_MARK_GUILLEMET = 4, /* « » */
    FILL_MARK_ANGLE = 8,     /* ‹ › */
    FILL_MARK_ROUND = 16,
    FILL_MARK_SQUARE = 32,
    FILL_MARK_CURLY = 64,
    FILL_MARK_FIRST = 128,     /* begins with . , ; : ! or ? */
    FILL_MARK_LAST = 256,      /* ends with one of these, … or a dash */
    FILL_MARK_APOSTROPHE = 512 /* begins with ', which is an opening quote if no letter precedes it */
};
/* The quotation marks and brackets of a blank's paragraph, without its fill. */
struct fill_frame {
    unsigned inside; /* open on the left and closed on the right: the fill must not contain these marks */
    unsigned level;  /* open on neither side: it may contain them in pairs */
    unsigned first,
        last; /* what its first and last tokens must also not have, because of the text beside them */
};

/* The model's input: ids with holes. Free with fill_window_free. */
struct fill_window {
    uint32_t *ids; /* `length`; slots hold 0 */
    uint32_t length;
    struct sedd_slot *slots; /* ascending positions; blank and index as in the job */
    uint32_t slot_count;
    size_t start, end;         /* bytes of the text inside the window */
    bool *spaced;              /* per blank of the window: its first token contains a space */
    struct fill_frame *frames; /* per blank of the window */
};
/* Everything that a window is built from, except the lengths. All borrowed. */
struct fill_site {
    struct fill_engine *engine;
    const struct fill_dialect *dialect;
    struct slice text;               /* the draft, with earlier fills in place */
    const struct fill_blank *blanks; /* of this window, offsets into `text` */
    uint32_t count;                  /* ≥ 1 */
    uint32_t first;                  /* the number of blanks[0] in the job, which names its random draws */
    /* nothing at or after this offset is read: the start of the next unfilled blank, or the end of the
     * text */
    size_t limit;
    bool paragraphs;
};
/* Builds the window with lengths[i] tokens for blanks[i]. Encodes at most a few times config->length tokens,
 * however long the text is. STATUS_LIMIT if the blanks and the words between them are longer than the model's
 * length. */
enum status fill_window_build(const struct fill_site *site, const uint32_t *lengths, struct fill_window *out,
                              struct error *error) MUST_USE NONNULL(1, 3);
void fill_window_free(struct fill_window *window);

/* ---- jobs ---------------------------------------------------------------------------------------- */

#define FILL_SUGGESTED (-1.0)
/* How the length of a blank is chosen that may have several. */
enum fill_lengths {
    FILL_LENGTHS_PRIOR, /* drawn from a prior, log-uniform in the range; the text is not looked at */
    FILL_LENGTHS_MODEL, /* from the model if it was trained for that (config->sizes_blanks), else by search */
    FILL_LENGTHS_SEARCH /* the length with the highest confidence, even if the model was trained */
};

const char *fill_lengths_name(enum fill_lengths lengths); /* "prior", "model", "search" */
bool fill_lengths_parse(const char *name, enum fill_lengths *lengths);
/* What puts several candidates in order. The order never changes what is drawn. */
enum fill_ranking {
    FILL_RANK_FIRST, /* as they are numbered */
    FILL_RANK_SCORE, /* the score: ln q of each token when it was drawn */
    /* the mean of that and of rescore_texts, which masks the same places of every candidate: half as many evaluations
     * more as drawing takes. For the uniform graph, the same as FIRST */
    FILL_RANK_BOUND,
    FILL_RANKINGS
};
const char *fill_ranking_name(enum fill_ranking ranking);                   /* "first", "score", "bound" */
bool fill_ranking_parse(const char *name, enum fill_ranking *out) MUST_USE; /* false: unknown name */

struct fill_options {
    enum sedd_method method;
    int steps;           /* ≥ 1 */
    uint32_t candidates; /* 1 … FILL_MAX_CANDIDATES, drawn in one batch */
    enum fill_ranking ranking;
    /* 1, 1: the model's own distribution. FILL_SUGGESTED: what its config.json suggests, else 1. The
     * suggestion for top_p holds only at the suggested temperature, and both hold only for the absorbing
     * graph. */
    double temperature, top_p;
    uint64_t seed;   /* < FILL_SEED_LIMIT */
    bool paragraphs; /* fills may contain paragraph breaks */
    enum fill_lengths lengths;
    /* A language tag as for dictionary_open, "auto" or "" (none). When a whole window is drawn, words that
     * are neither in that dictionary nor in the draft are masked and drawn again given all others, at most a
     * few times. This is rejection word by word; the remasking sampler may change other tokens meanwhile; at
     * temperature 0 the rejected tokens are banned at their positions. English has the words of en_US and
     * en_GB, whichever is named. An error: a named dictionary that is not installed, or one for the uniform
     * graph. "auto": the dictionary of the draft's language, which the words of the job's whole text decide;
     * none if no dictionary fits, and none for the uniform graph. */
    char dictionary[DICTIONARY_TAG];
    char language[DICTIONARY_TAG]; /* the language that "auto" tries first; "": from the environment */
    /* When a window is drawn: for every token, this many of the likeliest tokens for its place, given all
     * others. It costs one more evaluation for each token and candidate. ≤ FILL_MAX_ALTERNATIVES; 0: none */
    uint32_t alternatives;
    /* Every step event has, for each token that was evaluated, the entropy of its distribution and this many
     * of the likeliest tokens. ≤ FILL_MAX_ALTERNATIVES; 0: none. Not for the uniform graph, whose rows are
     * not distributions. */
    uint32_t odds;
};
struct fill_options
fill_options_default(void); /* analytic, 32 steps, 1 candidate, BOUND, 1, 1, seed 0, false, PRIOR, "", "" */
/* The seed of a record that has none: a hash of --seed and the record's id or index, < FILL_SEED_LIMIT. */
uint64_t fill_seed(uint64_t seed, const void *id, size_t size);

/* A slot whose token is given from the start: this is how "again, but keep these words" works after a job is
 * done. The blank's length must be exact. */
struct fill_pin {
    uint32_t blank, index, id;
    bool whole; /* a word ends here: the next slot does not continue one */
};

struct fill_job {
    struct slice text; /* the draft, or an excerpt: FILL_EXCERPT bytes around the blanks are enough */
    const struct fill_blank *blanks; /* ascending, not overlapping, offsets into `text` */
    size_t count;
    const struct fill_pin *pins; /* may be NULL */
    size_t pin_count;
    /* The conditions of each blank, `count` of them; NULL: none. If they cannot be met (a contradiction,
     * words that are too long for the blank, a word that a uniform model cannot place), the job fails before
     * anything is evaluated. */
    const struct fill_conditions *conditions;
    /* NULL: detected in `text`. A caller that passes excerpts of one document passes the document's
     * dialect */
    const struct fill_dialect *dialect;
    struct fill_options options;
    bool held; /* a worker begins it paused: it stops when its first window is there */
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
    float probability; /* q when it was drawn; NAN if masked or pinned */
    enum fill_token_state state;
    /* this token's bytes in the fill's text below; a character that the dialect makes of two tokens belongs
     * to the first */
    uint32_t start, end;
};
/* The state of one blank. */
struct fill_view {
    uint32_t blank;     /* index in the job */
    size_t start, end;  /* its range in the job's text */
    struct buffer text; /* in the draft's dialect; masked tokens have no bytes. NUL-terminated */
    struct fill_token *tokens;
    uint32_t count;
};
/* The alternatives of each token of a blank, given all others; offsets into the view's text. */
struct fill_token_alternatives {
    struct fill_alternatives *tokens;
    uint32_t count;
};
struct fill_candidate {
    uint32_t candidate; /* its number, which names its random draws */
    double score;       /* mean ln q, nats; NAN for the uniform graph */
    uint32_t drawn;     /* the number of tokens in that mean */
    /* rescore_texts over all windows, nats for each of its `bounded` tokens, which are those of all blanks; 0 tokens: not
     * computed. Computed for every candidate of a job or for none */
    double bound;
    uint32_t bounded;
    double rank_score;        /* fill_rank; NAN if the score is NAN */
    struct fill_view *blanks; /* all blanks of the job */
    size_t count;
    struct fill_token_alternatives *alternatives; /* of all blanks; NULL: not asked for */
    uint32_t same; /* the number of candidates with this text, itself included; only the best is listed */
};
struct fill_result {
    struct fill_candidate *candidates; /* the best first, as options.ranking says; all texts differ */
    size_t count;                      /* so there may be fewer than were drawn */
    uint64_t evaluations;              /* sequences evaluated, length search included */
    bool steered; /* tokens were given in the job, or pinned or masked again by the caller: another run of the
                   * job alone draws other words */
    double seconds;
    double temperature, top_p;       /* the ones used */
    char dictionary[DICTIONARY_TAG]; /* the one used: what "auto" chose; "": none */
};

/* Gives every candidate of a blank its rank_score and sorts them, the best first; ties, and those without a
 * score, by number. Unlike the score, the rank score is fair to all lengths: (n·s̄ + κ·m)/(n + κ) for a mean
 * s̄ over n tokens, with m the mean over all candidates' tokens (docs/SEDD.md (9.1)). If all of them have a bound, s̄ is
 * the mean of score and bound; but the bound alone if any has tokens that were not drawn (pinned ones, for example), which
 * the score leaves out. */
void fill_rank(struct fill_candidate *candidates, size_t count);

struct fill_change {
    uint32_t blank, index;
    uint32_t id;       /* new state; the mask (V) if it was masked again */
    float probability; /* NAN if masked again or pinned */
};

enum fill_event_kind {
    FILL_EVENT_LOADING, /* worker only: the model is being loaded (job: the one that needs it) */
    FILL_EVENT_READY,   /* worker only: the model is loaded */
    /* the next window begins, one event per candidate: the lengths are known, nothing is drawn */
    FILL_EVENT_WINDOW,
    FILL_EVENT_STEP,      /* one step of one candidate */
    FILL_EVENT_DONE,      /* the last event of a job: `result` */
    FILL_EVENT_FAILED,    /* the last event of a job, or of loading (then `job` is the one that needed it) */
    FILL_EVENT_CANCELLED, /* the last event of a job or of a question */
    FILL_EVENT_ANSWER     /* worker only: the only event of a question: `alternatives`, `fit` or `rescored` */
};

/* Immutable; the receiver owns it and calls fill_event_free. */
struct fill_event {
    enum fill_event_kind kind;
    uint64_t job; /* 0 outside a worker */
    uint32_t candidate;
    uint32_t window, windows; /* the index of this window; the number of windows */
    /* within the window, from 1; the expected number (a guess once the run is steered) */
    uint32_t step, steps;
    double sigma_bar;            /* noise level after the step */
    double ms;                   /* of the step, all candidates together */
    double score;                /* so far; NAN if not known */
    struct fill_change *changes; /* STEP */
    size_t change_count;
    struct fill_view *blanks; /* WINDOW, STEP: the blanks of this window */
    size_t blank_count;
    /* STEP, if the options ask for odds: for the blanks above, each token that was evaluated for this step,
     * as it was before the draw; `list` is NULL for the others. NULL: not asked for */
    struct fill_token_alternatives *odds;
    size_t window_start, window_end; /* WINDOW: the bytes of the job's text that the model sees */
    struct fill_result *result;      /* DONE */
    struct buffer trace; /* DONE, from a worker that records: the whole job as lines of fill_trace */
    struct fill_alternatives alternatives; /* ANSWER to fill_worker_ask_alternatives */
    struct fit fit;                        /* ANSWER to fill_worker_ask_fit */
    struct rescored rescored;              /* ANSWER to fill_worker_ask_rescore */
    struct error error;                    /* FAILED */
};
void fill_event_free(struct fill_event *event);
void fill_result_free(struct fill_result *result);

/* ---- a job, step by step ------------------------------------------------------------------------- */

struct fill_run;
/* Checks the job and copies what it needs. STATUS_ARGUMENT: ranges that overlap or lie outside; STATUS_LIMIT:
 * a blank larger than the window. Blanks that are too far apart for one window are filled in several, from
 * first to last; each candidate sees its own earlier fills. */
struct fill_run *fill_run_new(struct fill_engine *engine, const struct fill_job *job,
                              struct error *error) MUST_USE NONNULL(1, 2);
void fill_run_free(struct fill_run *run);
bool fill_run_done(const struct fill_run *run);
/* the share of the work that is done, 0 … 1, for a progress bar */
double fill_run_share(const struct fill_run *run);
/* Does the next thing: starts a window (length search included), does one reverse step of all candidates or, when a
 * window is drawn, computes their bounds; that step has no events, so what was drawn can be shown before it.
 * `cancel` may be NULL. Any failure ends the run. */
enum status fill_run_step(struct fill_run *run, const atomic_bool *cancel, struct error *error) MUST_USE
    NONNULL(1);
/* Events of the last fill_run_step: one per candidate, or none. The caller frees. NULL: out of memory. */
uint32_t fill_run_events(const struct fill_run *run);
struct fill_event *fill_run_event(const struct fill_run *run, uint32_t index) MUST_USE NONNULL(1);
/* Valid once done. The caller frees; NULL: out of memory. */
struct fill_result *fill_run_result(const struct fill_run *run) MUST_USE NONNULL(1);
/* Between two steps. FILL_KEEP pins the slot's present token. STATUS_ARGUMENT if the slot is not in the
 * current window, or is masked and FILL_KEEP is asked for. */
#define FILL_KEEP UINT32_MAX
enum status fill_run_pin(struct fill_run *run, uint32_t candidate, uint32_t blank, uint32_t index,
                         uint32_t id, struct error *error) MUST_USE NONNULL(1);
enum status fill_run_remask(struct fill_run *run, uint32_t candidate, uint32_t blank, uint32_t index,
                            struct error *error) MUST_USE NONNULL(1);

/* ---- records: what was filled, and how (record_line.c) --------------------------------------------------- */

#define FILL_RECORD_VERSION 1
/* What a writer accepted of a job. */
struct fill_accepted {
    int64_t seconds;    /* since 1970 */
    const char *file;   /* the document; NULL: it has no name */
    uint32_t blank;     /* in the job */
    struct slice words; /* in its place now */
    uint64_t model_hash;
    double temperature, top_p; /* that were used */
};
/* Appends a line of JSON, made from a finished job's trace: a record that `lacuna fill` can read, with what was
 * drawn then. False: out of memory, or no trace of a finished job. */
bool fill_record_line(struct slice trace, const struct fill_accepted *accepted, struct buffer *out) MUST_USE
    NONNULL(2, 3);
/* A hash of the files that a model's folder consists of: configuration, vocabulary, weights. */
enum status fill_model_hash(const char *folder, uint64_t *hash, struct error *error) MUST_USE NONNULL(1, 2);

/* ---- length search ------------------------------------------------------------------------------- */

/* B(L) = a·e^(−bL) + c·e^(−dL) + e. Φ(L) is divided by it before lengths are compared (arXiv:2602.00476). An
 * engine starts with its config's "length_calibration", else uncalibrated, B = 1. */
struct fill_calibration {
    double a, b, c, d, e;
};
struct fill_calibration fill_calibration_default(void);
/* The lengths tried first, ascending, between min and max inclusive; returns their number (≤ 16). */
#define FILL_MAX_TRIALS 16
uint32_t fill_trial_lengths(uint32_t min, uint32_t max, uint32_t out[FILL_MAX_TRIALS]);
/* Φ(length) of one blank, with the others at their minimum: the mean over its slots of the likeliest allowed
 * token's probability when everything is masked, not divided by B. −1: this length does not fit. */
enum status fill_length_confidence(const struct fill_site *site, uint32_t blank, uint32_t length,
                                   double *confidence, const atomic_bool *cancel,
                                   struct error *error) MUST_USE NONNULL(1);
/* Whether the model was trained to say lengths. */
bool fill_engine_says_lengths(const struct fill_engine *engine);
struct fill_length_choice {
    enum fill_lengths by;
    double quantile; /* in (0, 1): of a distribution of lengths; 0.5 is its median. Of no use to a search */
    uint64_t seed;   /* of the prior's draws; each blank has one of its own */
};
/* Chooses lengths[i] in [blanks[i].min, blanks[i].max] so that they fit one window. Blanks are done one after another
 * from the left, with the later ones at a middle length. The prior takes the quantile u + q mod 1, with u drawn from the
 * seed, so that candidates of one seed spread evenly. A model that was trained on padded blanks gives the distribution
 * of the length in one evaluation, and its quantile is taken. For other models there is a search: Φ(L) is the mean over
 * the blank's slots of the likeliest allowed token's probability when everything is masked, divided by B(L); then ±1
 * while that is better. Of equal lengths the shorter wins. Adds the number of evaluated sequences to *evaluations (may
 * be NULL). The uniform graph has no all-masked state: without the prior the middle length is taken. */
enum status fill_choose_lengths(const struct fill_site *site, const struct fill_length_choice *choice,
                                uint32_t *lengths, uint64_t *evaluations, const atomic_bool *cancel,
                                struct error *error) MUST_USE NONNULL(1, 2);
/* The prior of a length in [min, max]: log-uniform, P(n) ∝ ln((n + 1)/n). ln P(length), and its quantile. */
double fill_length_log_prior(uint32_t min, uint32_t max, uint32_t length);
uint32_t fill_length_of_prior(uint32_t min, uint32_t max, double quantile);
/* ln P(length | text) − ln P(length) of one blank, in nats: what the model knows about its length. NAN: the model was not
 * trained for it, or the length is not among the possible ones. The model's distribution has 1 % of the prior mixed in. */
enum status fill_length_log_odds(const struct fill_site *site, uint32_t blank, uint32_t length, double *nats,
                                 uint64_t *evaluations, const atomic_bool *cancel,
                                 struct error *error) MUST_USE NONNULL(1, 4);
/* The quantile for candidate k: 1/2, 1/4, 3/4, 1/8 … (van der Corput). The first is the median; more of them
 * spread evenly. */
double fill_length_quantile(uint32_t candidate);

/* ---- traces: lacuna-trace(5) --------------------------------------------------------------------- */

#define FILL_TRACE_VERSION 1
/* Each appends one line of JSON with its line feed. False: out of memory. `id` is JSON and appears in the
 * header unchanged; empty: none. */
bool fill_trace_header(const struct fill_run *run, struct slice id, struct buffer *out) MUST_USE;
bool fill_trace_event(const struct fill_run *run, const struct fill_event *event,
                      struct buffer *out) MUST_USE;
bool fill_trace_done(const struct fill_result *result, struct buffer *out) MUST_USE;
bool fill_trace_failed(const struct error *error, struct buffer *out) MUST_USE;

/* ---- the worker ---------------------------------------------------------------------------------- */

/* One thread that owns a model. All functions below return at once. One thread calls them (the user
 * interface's), and it alone takes the events. The first job loads the model; if that fails, the next job
 * tries again. The thread lowers its priority before it starts the threads of the matrix products, which
 * inherit the low priority. */
struct fill_worker;

struct fill_worker_options {
    const char *model_folder; /* copied */
    const char *voice_folder; /* copied; NULL: no voice */
    double voice_weight;
    enum sedd_precision precision;
    int threads;  /* 0: one per CPU */
    int niceness; /* added to the thread's own; 0 … 19; usually 10 */
    /* the largest trace, in bytes, that a final event carries; a longer one is left out. 0: none */
    size_t record;
};
struct fill_worker *fill_worker_new(const struct fill_worker_options *options, struct error *error) MUST_USE
    NONNULL(1);
/* Cancels everything, waits for the thread (it stops within one layer of the network, or within a few
 * megabytes of a model that is being loaded) and frees the events that were not taken. */
void fill_worker_free(struct fill_worker *worker);

/* Readable (poll's POLLIN) while there may be events. */
int fill_worker_fd(const struct fill_worker *worker);
/* Takes the next event; false if there is none. Clears the descriptor when it takes the last one. If the
 * caller is slow, older step events of a candidate are dropped in favour of newer ones (each has the whole
 * state); every job's last event arrives. */
bool fill_worker_poll(struct fill_worker *worker, struct fill_event **event);

#define FILL_QUEUE 16 /* jobs whose last event has not been taken yet */
/* Copies the job and queues it. Returns its number (≥ 1, ascending), or 0: queue full (STATUS_LIMIT) or out
 * of memory. Errors in the job itself arrive as a FILL_EVENT_FAILED. */
uint64_t fill_worker_submit(struct fill_worker *worker, const struct fill_job *job,
                            struct error *error) MUST_USE;
/* Asks the worker to load the model now, without a job; READY or FAILED with job 0 answers. */
void fill_worker_warm(struct fill_worker *worker);
/* Ends a queued or running job with FILL_EVENT_CANCELLED: at once while it is queued or waits for the model
 * (loading goes on for the next job), else within one layer of the network. A job that is done or unknown is
 * left alone; DONE was its last event. */
void fill_worker_cancel(struct fill_worker *worker, uint64_t job);
/* Pauses a queued or running job between two steps, or resumes it. A job that is paused before it starts
 * stops when its first window is there. A paused job still accepts pins and remasks, and shows them in a step
 * event with an unchanged step. fill_worker_single makes a paused job do one step. */
void fill_worker_pause(struct fill_worker *worker, uint64_t job, bool paused);
void fill_worker_single(struct fill_worker *worker, uint64_t job);
/* Steering, applied between two steps; ids as in fill_run_pin. A command that comes too late, or names a slot
 * that is not in the current window, does nothing. False: too many commands are waiting. */
bool fill_worker_pin(struct fill_worker *worker, uint64_t job, uint32_t candidate, uint32_t blank,
                     uint32_t index, uint32_t id);
bool fill_worker_remask(struct fill_worker *worker, uint64_t job, uint32_t candidate, uint32_t blank,
                        uint32_t index);
/* Questions: the alternatives of a word, how words fit, and how fills of a blank compare. They are copied and queued like jobs, and share their
 * numbers. The answer is one event (ANSWER, FAILED or CANCELLED) with the question's number. Questions do not wait for
 * jobs: they are answered in order between two steps of the running job, even while it is paused, and before the next
 * job. fill_worker_cancel removes a question, or stops it within one layer of the network. 0: the queue is full
 * (STATUS_LIMIT), or no memory. */
uint64_t fill_worker_ask_alternatives(struct fill_worker *worker, const struct fill_place *place,
                                      struct error *error) MUST_USE;
uint64_t fill_worker_ask_fit(struct fill_worker *worker, const struct fit_question *question,
                             struct error *error) MUST_USE;
uint64_t fill_worker_ask_rescore(struct fill_worker *worker, const struct rescore_question *question,
                                 struct error *error) MUST_USE;
/* Whether READY has come: the model is loaded. The functions below need it; without a worker (NULL) they answer as before
 * READY. */
bool fill_worker_ready(const struct fill_worker *worker);
/* Appends the tokens of words that a writer typed into a blank, in the model's dialect; the draft's dialect
 * is detected in `around`, the draft around the blank. `spaced`: with a space in front, for words that
 * replace a word with one. STATUS_UNSUPPORTED before READY. */
enum status fill_worker_encode(const struct fill_worker *worker, struct slice around, const char *words,
                               bool spaced, struct bpe_ids *ids, struct error *error) MUST_USE NONNULL(1);
bool fill_worker_begins_with_space(const struct fill_worker *worker, uint32_t id); /* false before READY */
/* Whether tokens shown before a job's last step are noise, which is kept only if pinned: true for the uniform
 * graph. */
bool fill_worker_shows_noise(const struct fill_worker *worker);

#endif
