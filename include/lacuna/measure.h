/* measure: how good is a model on a text. What `lacuna eval` prints, and what the model cards quote.
 * Depends on fill/, sedd/ and bpe/. */
#ifndef LACUNA_MEASURE_H
#define LACUNA_MEASURE_H

#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"

/* A text as the measurements see it: documents' tokens with a separator after each. */
struct measure_text {
    struct bpe_ids tokens;
    size_t bytes; /* of the documents, separators and their line breaks left out */
    size_t words; /* runs of bytes that are not white space */
    size_t
        *documents; /* the token that each begins with, ascending: between separators, and a file at least */
    size_t document_count, document_capacity;
};
/* Appends a file's bytes. A model without a separator takes each file as one document. */
enum status measure_text_add(struct measure_text *text, const struct bpe *bpe,
                             const struct sedd_config *config, const char *bytes, size_t size,
                             struct error *error) MUST_USE NONNULL(1, 3);
void measure_text_free(struct measure_text *text);

struct measure_options {
    uint64_t seed;
    uint64_t windows; /* of the bound: how many, picked by seed; 0: all */
    uint32_t draws;   /* stratified mask counts (or times) for each window or blank; ≥ 1 */
    uint64_t count;   /* blanks */
    uint32_t min_words, max_words;
    uint32_t window; /* tokens that are seen at hidden words, their own included; 0: the model's length */
    enum sedd_method method; /* samples: how they are drawn */
    int steps;
    double temperature, top_p;
    struct sedd_net *judge; /* samples: rates the fills too; the same ids for the same bytes; may be NULL */
    bool uniform_lengths;   /* lengths: true lengths are uniform in [1, 48] instead of log-uniform */
    const atomic_bool *cancel;
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    void *context;
};

/* Every function here fails with STATUS_FORMAT when a bound is not finite. Standard errors (…stderr) are
 * those between documents where the measured ones are several (`documents`), else between windows or blanks;
 * NAN for one alone. Of `draws` stratified mask counts a blank or window of no more tokens than that takes
 * each once. */

/* The variational bound. Absorbing graphs: the k-form of arXiv:2406.03736, E_k (L/k) Σ −ln q over k masked
 * of L, no time discretisation and no gaps at the ends (docs/SEDD.md, section 5); networks that are fed time
 * are driven with the level of the masked share. Uniform graph: (1 − t0)·E_t[dwdse] + reconstruction at t0 +
 * KL at t = 1, t0 = 1e-5. Windows are cut at separators, attention never crosses one. */
struct measure_bound {
    uint64_t windows, documents, tokens, bytes, evaluations; /* bytes without separators */
    uint64_t words; /* that begin in the windows: of all windows as many as the text has */
    uint32_t draws;
    double nats_per_token, bits_per_byte, word_perplexity, stderr_bits_per_byte;
};
enum status measure_bound(struct sedd_net *net, const struct bpe *bpe, const struct measure_text *text,
                          const struct measure_options *options, struct measure_bound *out,
                          struct error *error) MUST_USE NONNULL(1, 4, 5);

/* Hidden whole words, picked uniformly among the words of the text, everything else in the window visible.
 * nats and bits bound the hidden words given the rest (absorbing graphs; the uniform graph has only the
 * greedy figures and NAN here). */
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

/* What a sampler draws for hidden words, beside the words that stood there: how many nats the model's own
 * bound gives it (a sampler that commits too much at once draws words that do not go together, and the bound
 * shows it), and how varied it is: entropy of the tokens' frequencies in nats, different n-grams over
 * n-grams, the share of tokens that stood among the eight before them. Absorbing graph only. */
struct measure_variety {
    double entropy, distinct_1, distinct_2, repetition;
};
/* What another network makes of the same fills, and of the words that stood there. Autoregressive: exact, the
 * blank given what stands before it (exp of it is the generative perplexity of the literature), and how many
 * nats a blank the tokens behind it cost more after the fill than after the own words: do the words lead to
 * what follows? Diffusion: its bound given both sides, and NAN. */
struct measure_judgement {
    double nats_per_token, nats_per_token_stderr, own_nats_per_token, own_nats_per_token_stderr;
    double after, after_stderr;
};
struct measure_samples {
    uint64_t blanks, documents, tokens, evaluations; /* evaluations of the bounds */
    double nats_per_token, nats_per_token_stderr, own_nats_per_token, own_nats_per_token_stderr;
    double word_accuracy, word_accuracy_stderr; /* words drawn that are those that stood there */
    struct measure_variety variety, own_variety;
    struct measure_judgement judged;            /* NAN without a judge */
    double evaluations_per_blank, ms_per_blank; /* of the drawing */
};
/* `before` (may be NULL): an earlier measurement of the same blanks, whose figures of the text's own words
 * are taken over. */
enum status measure_samples(struct fill_engine *engine, const struct measure_text *text,
                            const struct measure_options *options, const struct measure_samples *before,
                            struct measure_samples *out, struct error *error) MUST_USE NONNULL(1, 3, 5);

/* How many tokens belong into a hole? Spans of 1 to 48 tokens (log-uniform or uniform, whole words inside a
 * paragraph) are cut out and the engine chooses a length between 1 and 64, the median where it knows a
 * distribution. */
struct measure_lengths {
    uint64_t blanks, documents, evaluations;
    double mean_absolute_error, mean_absolute_error_stderr; /* tokens */
    double bias;                                            /* mean of guess − truth */
    double within_a_quarter;                                /* share with |guess − truth| ≤ truth / 4 */
    double constant_mean_absolute_error; /* of the best single guess, the median of the truths */
};
enum status measure_lengths(struct fill_engine *engine, const struct measure_text *text,
                            const struct measure_options *options, struct measure_lengths *out,
                            struct error *error) MUST_USE NONNULL(1, 3, 4);
/* The curve that a model without trained lengths is searched with: mean confidence of wholly masked spans by
 * length, over `count` spans, as a·e^(−bL) + c·e^(−dL) + e (least squares). */
enum status measure_calibration(struct fill_engine *engine, const struct measure_text *text,
                                const struct measure_options *options, struct fill_calibration *out,
                                struct error *error) MUST_USE NONNULL(1, 3, 4);

/* ---- speed ----------------------------------------------------------------------------------------- */

/* One evaluation of a network: `tokens` positions of which `masked` are wanted. Medians over `repeats` runs
 * after one that is not counted. */
struct measure_speed {
    double ms; /* of one evaluation */
    double
        products_ms; /* of its matrix products alone: the same shapes, tiles and threads, nothing between */
    double gflop;    /* arithmetic that must be done: products and attention, wanted rows only at the end */
    double gflops;   /* gflop / seconds */
    double matmul_peak_gflops; /* the same back end and precision on the network's largest product alone */
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
