/* Internal to measure/. */
#ifndef LACUNA_MEASURE_INTERNAL_H
#define LACUNA_MEASURE_INTERNAL_H

#include "lacuna/base.h"
#include "lacuna/measure.h"

struct sedd_sampler;

/* Words that begin in the tokens [from, to) of a text, so that each word counts in one window only. separator
 * −1: none. */
size_t measure_words(const struct measure_text *text, const struct bpe *bpe, int64_t separator, size_t from,
                     size_t to);
uint32_t measure_document_of(const struct measure_text *text, size_t token); /* its index */

/* Σa/Σb over n blanks or windows; document[i] is the document of the i-th. */
struct ratio {
    double value, error; /* NAN: for a single unit */
    uint64_t documents;  /* the number of documents among the n; 1: the error is between blanks or windows */
};
enum status measure_ratio(const double *a, const double *b, const uint32_t *document, uint64_t n,
                          struct ratio *out, struct error *error) MUST_USE;
/* −ln q(target) of one row of the head, with special tokens banned and q renormalised. */
double row_nats(const struct sedd_config *config, const float *f, uint32_t target, bool ban_separator);
/* Moves k of `count` positions, chosen uniformly, to the front, ascending. */
void hide_positions(struct rng *rng, uint32_t *positions, uint32_t count, uint32_t k);
/* How many mask counts to draw for a blank or window of n tokens: `draws`, but none twice. */
uint32_t count_draws(uint32_t draws, uint32_t n);
/* A mask count in [1, n] from the draw-th of `draws` ≤ n equal parts. */
uint32_t stratified_count(struct rng *rng, uint32_t draw, uint32_t draws, uint32_t n);

/* A token of one row among the allowed ids: the likeliest if top_p is 1, else drawn from the smallest set of
 * the likeliest with probability top_p. */
uint32_t measure_draw(const float *f, const uint64_t *allowed, uint32_t tokens, double top_p,
                      struct rng *rng);

/* ---- hidden words: hidden.c --------------------------------------------------------------------------- */

enum { MAX_BLANK_TOKENS = 160 };

/* Whole words of a text that are hidden, and the window around them. */
struct hidden_words {
    size_t first, last; /* tokens [first, last) of the text */
    size_t left, right; /* the window: tokens [left, right), at most the model's length */
    bool spaced;        /* the first token contains a space */
};
struct hidden_in {
    const struct bpe *bpe;
    const struct sedd_config *config;
    const struct measure_text *text;
    const struct measure_options *options;
};
/* The index-th blank of this seed: options->min_words to max_words words. *rng continues after the choice.
 * False: the text has none. */
bool hidden_pick(const struct hidden_in *in, uint64_t index, struct rng *rng, struct hidden_words *out);
/* The number of words of the guess that are right, compared in order; *words is the number of true words. */
uint32_t hidden_right_words(const struct buffer *truth, const struct buffer *guess, uint32_t *words);

/* Bound on −ln p(tokens of the blank | everything else of the window), nats: the k-form over the blank's
 * positions. `ids`: the window, (right − left) clean tokens. */
struct hidden_bound {
    struct sedd_net *net;
    const struct sedd_config *config;
    const struct measure_options *options;
    uint32_t *work, *rows; /* (length), (MAX_BLANK_TOKENS) */
    float *f;              /* (MAX_BLANK_TOKENS, H) */
};
enum status hidden_nats(struct hidden_bound *bound, const struct hidden_words *words, const uint32_t *ids,
                        struct rng *rng, double *nats, uint64_t *evaluations, struct error *error) MUST_USE;

/* ---- choosing among fills: best_fill.c ------------------------------------------------------------------ */

/* Which of the sampler's options->candidates finished fills is taken. Adds the sequences that were evaluated for that
 * to *evaluations. */
enum status best_fill(struct fill_engine *engine, const struct hidden_words *words,
                      const struct sedd_sampler *sampler, const struct measure_options *options,
                      uint32_t *best, uint64_t *evaluations, struct error *error) MUST_USE;

/* ---- rating by another network: judge.c ---------------------------------------------------------------- */

/* Prepares options->judge to rate fills of a network with the `judged` configuration. Must be closed, also
 * after a failure. */
enum status judge_open(struct hidden_bound *judge, const struct sedd_config *judged,
                       const struct measure_options *options, struct error *error) MUST_USE;
/* Adds to *nats the cost of the window's blank under the judge. Autoregressive: exact, given only the tokens
 * before it, and *after receives the cost of the tokens after the blank. Otherwise: the bound given both
 * sides, with masks from `rng`, and *after is unchanged. */
enum status judge_fill(struct hidden_bound *judge, const struct hidden_words *words, const uint32_t *ids,
                       struct rng rng, double *nats, double *after, uint64_t *evaluations,
                       struct error *error) MUST_USE;
void judge_close(struct hidden_bound *judge);

#endif
