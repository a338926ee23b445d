/* measure: how well a model fits a text. `lacuna eval` prints this, and the model cards quote it. Depends on
 * fill/, sedd/ and bpe/. */
#ifndef LACUNA_MEASURE_H
#define LACUNA_MEASURE_H

#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"

/* A text for the measurements: the tokens of its documents, with a separator after each. */
struct measure_text {
    struct bpe_ids tokens;
    size_t bytes; /* of the documents, without separators and their line breaks */
    size_t words; /* runs of bytes that are not white space */
    size_t
        /* the index of each document's first token, ascending; documents are what separators and files
         * delimit */
        *documents;
    size_t document_count, document_capacity;
};
/* Appends a file's bytes. For a model without a separator each file is one document. */
enum status measure_text_add(struct measure_text *text, const struct bpe *bpe,
                             const struct sedd_config *config, const char *bytes, size_t size,
                             struct error *error) MUST_USE NONNULL(1, 3);
void measure_text_free(struct measure_text *text);

struct measure_options {
    uint64_t seed;
    uint64_t windows; /* bound: the number of windows, picked by seed; 0: all */
    uint32_t draws;   /* stratified mask counts (or times) for each window or blank; ≥ 1 */
    uint64_t count;   /* blanks */
    uint32_t min_words, max_words;
    uint32_t window; /* tokens visible around hidden words, including the words; 0: the model's length */
    enum sedd_method method; /* samples: how they are drawn */
    int steps;
    double temperature, top_p;
    uint32_t candidates;       /* samples: so many are drawn at once for each blank, and one is taken */
    enum fill_ranking ranking; /* which */
    bool after;                /* a trial: half of ln q of the twelve tokens after the blank counts too */
    /* samples: also rates the fills; it has the same ids for the same bytes; may be NULL */
    struct sedd_net *judge;
    bool search_lengths;  /* lengths: by search, even if the model was trained to say them */
    bool uniform_lengths; /* lengths: true lengths are uniform in [1, 48] instead of log-uniform */
    const atomic_bool *cancel;
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    void *context;
};

/* Every function here fails with STATUS_FORMAT if a bound is not finite. Standard errors (…stderr) are
 * between documents if several were measured (`documents`), else between windows or blanks; NAN for a single
 * one. A blank or window of at most `draws` tokens takes each mask count once. */

/* The variational bound. Absorbing graphs: the k-form of arXiv:2406.03736, E_k (L/k) Σ −ln q over k masked of
 * L, without time discretisation and gaps at the ends (docs/SEDD.md, section 5); networks that take time as
 * an input get the level of the masked share. Uniform graph: (1 − t0)·E_t[dwdse] + reconstruction at t0 + KL
 * at t = 1, t0 = 1e-5. Windows are cut at separators; attention never crosses one. */
struct measure_bound {
    uint64_t windows, documents, tokens, bytes, evaluations; /* bytes without separators */
    uint64_t words; /* those that begin in the windows; with all windows, all of the text's */
    uint32_t draws;
    double nats_per_token, bits_per_byte, word_perplexity, stderr_bits_per_byte;
};
enum status measure_bound(struct sedd_net *net, const struct bpe *bpe, const struct measure_text *text,
                          const struct measure_options *options, struct measure_bound *out,
                          struct error *error) MUST_USE NONNULL(1, 4, 5);

/* Hidden whole words, picked uniformly among the words of the text, with everything else in the window
 * visible. nats and bits bound the hidden words given the rest (absorbing graphs; the uniform graph has only
 * the greedy figures, and NAN here). */
struct measure_blanks {
    uint64_t blanks, documents, tokens, words, bytes, evaluations;
    uint32_t draws;
    double nats_per_token, bits_per_byte, stderr_bits_per_byte;
    double word_accuracy, word_accuracy_stderr, exact, exact_stderr;
    double unigram_nats_per_token, evaluations_per_blank, ms_per_blank;
};
enum status measure_blanks(struct sedd_net *net, const struct bpe *bpe, const struct measure_text *text,
                           const struct measure_options *options, struct measure_blanks *out,
                           struct error *error) MUST_USE NONNULL(1, 4, 5);

/* The fills that a sampler draws for hidden words, beside the original words. Measured: the nats of the
 * model's own bound (a sampler that commits to too many tokens at once draws words that do not fit together,
 * and the bound shows it), and variety: the entropy of the tokens' frequencies in nats, different n-grams
 * over n-grams, the share of tokens that are among the eight before them. Absorbing graph only. */
struct measure_variety {
    double entropy, distinct_1, distinct_2, repetition;
};
/* Another network's rating of the same fills and of the original words. An autoregressive judge is exact: the
 * blank given the text before it (its exp is the generative perplexity of the literature), and how many more
 * nats per blank the tokens after it cost after the fill than after the original words, that is, whether the
 * fill leads to the text that follows. A diffusion judge gives its bound given both sides, and NAN. */
struct measure_judgement {
    double nats_per_token, nats_per_token_stderr, own_nats_per_token, own_nats_per_token_stderr;
    double after, after_stderr;
    /* The same with the words after the blank, less that of `before`: differences of the same blanks, whose standard
     * error is smaller than that of either. NAN: there is no `before` */
    double difference, difference_stderr;
};
struct measure_samples {
    uint64_t blanks, documents, tokens, evaluations; /* evaluations of the bounds */
    double nats_per_token, nats_per_token_stderr, own_nats_per_token, own_nats_per_token_stderr;
    double word_accuracy, word_accuracy_stderr; /* drawn words that equal the original ones */
    struct measure_variety variety, own_variety;
    struct measure_judgement judged;            /* NAN without a judge */
    double evaluations_per_blank, ms_per_blank; /* of drawing and choosing */
    double *cost; /* (blanks) the judge's nats for the fill and the words after it; NULL: no judge */
};
void measure_samples_free(struct measure_samples *samples); /* frees `cost` */
/* `before` (may be NULL): an earlier measurement of the same blanks, whose figures of the original words are
 * reused, and whose fills' cost is compared. */
enum status measure_samples(struct fill_engine *engine, const struct measure_text *text,
                            const struct measure_options *options, const struct measure_samples *before,
                            struct measure_samples *out, struct error *error) MUST_USE NONNULL(1, 3, 5);

/* How well the length of a gap is chosen. Spans of 1 to 48 tokens (log-uniform or uniform, whole words inside
 * a paragraph) are removed, and the engine chooses a length from 1 to 64; the median if it knows a
 * distribution. */
struct measure_lengths {
    uint64_t blanks, documents, evaluations;
    double mean_absolute_error, mean_absolute_error_stderr; /* tokens */
    double bias;                                            /* mean of guess − truth */
    double within_a_quarter;                                /* share with |guess − truth| ≤ truth / 4 */
    double constant_mean_absolute_error; /* of the best constant guess, the median of the true lengths */
    /* mean of ln P(truth | text) − ln P(truth), the prior log-uniform on 1 … 64: above 0 the model knows something about
     * lengths. NAN: it gives no distribution */
    double nats, nats_stderr;
};
enum status measure_lengths(struct fill_engine *engine, const struct measure_text *text,
                            const struct measure_options *options, struct measure_lengths *out,
                            struct error *error) MUST_USE NONNULL(1, 3, 4);
/* Fits the curve for the length search of a model that was not trained to predict lengths: the mean
 * confidence of fully masked spans by length, over `count` spans, as a·e^(−bL) + c·e^(−dL) + e (least
 * squares). */
enum status measure_calibration(struct fill_engine *engine, const struct measure_text *text,
                                const struct measure_options *options, struct fill_calibration *out,
                                struct error *error) MUST_USE NONNULL(1, 3, 4);

/* ---- speed ----------------------------------------------------------------------------------------- */

/* One evaluation of a network: `tokens` positions, `masked` of them wanted. Medians over `repeats` runs,
 * after one run that is not counted. */
struct measure_speed {
    double ms; /* of one evaluation */
    double
        /* of its matrix products alone: the same shapes, tiles and threads, with nothing in between */
        products_ms;
    double gflop; /* the necessary arithmetic: products and attention, with only the wanted rows at the end */
    double gflops;             /* gflop / seconds */
    double matmul_peak_gflops; /* of the same back end and precision on the network's largest product alone */
    double share_of_peak;
    int repeats;
};
enum status measure_net_speed(struct sedd_net *net, struct pool *pool, uint32_t tokens, uint32_t masked,
                              int repeats, struct measure_speed *out, struct error *error) MUST_USE
    NONNULL(1, 6);
/* `ms` of the above alone. */
enum status measure_net_step(struct sedd_net *net, uint32_t tokens, uint32_t masked, int repeats, double *ms,
                             struct error *error) MUST_USE NONNULL(1, 5);
/* `gflop` of the above. */
double measure_net_gflop(const struct sedd_config *config, uint32_t tokens, uint32_t masked) NONNULL(1);
/* Peak resident memory of this process so far, bytes. */
size_t measure_peak_memory(void);

#endif
