/* train: makes models. A recipe (data, models/recipes/NAME.json) says what network to train and how; text
 * files become token files; the loop runs on all threads, writes checkpoints and goes on from them. */
#ifndef LACUNA_TRAIN_H
#define LACUNA_TRAIN_H

#include "lacuna/bpe.h"
#include "lacuna/sedd.h"

/* ---- recipes ------------------------------------------------------------------------------------ */

enum train_objective {
    TRAIN_K_FORM, /* mean cross-entropy over the k masked, k uniform and stratified over the batch (time-free)
                   */
    TRAIN_DWDSE,  /* diffusion-weighted denoising score entropy, t ~ U[1e-3, 1] (score form) */
    TRAIN_AR      /* next-token cross-entropy, causal attention: the autoregressive yardstick */
};

enum train_optimiser {
    TRAIN_ADAMW,
    TRAIN_MUON /* Muon for the hidden matrices of the blocks, AdamW for all else */
};

/* From `share` of the steps on a batch has `rows` rows. */
struct train_ramp {
    double share;
    uint32_t rows;
};
enum { TRAIN_RAMP_MAX = 8 };

struct train_recipe {
    struct sedd_config config;
    uint32_t vocabulary; /* ids, specials included */
    enum train_objective objective;
    enum train_optimiser optimiser;
    uint32_t rows;                          /* rows of a batch at first; a row has config.length tokens */
    struct train_ramp ramp[TRAIN_RAMP_MAX]; /* rows of later batches, shares ascending: small batches learn
                                               most from a token while the gradient is large, large ones
                                               while the rate goes to 0 */
    uint32_t ramp_count;
    uint32_t micro_rows; /* rows that one thread takes at a time */
    uint64_t steps;      /* optimiser steps in all */
    uint64_t warmup;     /* linear from 0 */
    uint64_t ar_steps;   /* of the k-form: so many of the steps, the first, are autoregressive. Every token
                            teaches then, and the weights are a far better beginning for the diffusion model
                            than   random ones (as in arXiv:2410.17891); the rate warms up again after them */
    double decay; /* share of the steps, at the end, that go linearly to 0 (warm-up–stable–decay) */
    double learning_rate, beta1, beta2, epsilon, weight_decay, clip, ema;
    double muon_rate;     /* Muon's learning rate; both rates warm up and decay together */
    double momentum;      /* of Muon */
    double init_std;      /* of matrices; residual outputs get init_std / √(2·blocks) */
    double embedding_std; /* of the embedding */
    double gate;        /* first value of the residual gates (time-free form): small ones keep what a token is
                           from drowning in what untrained branches add */
    double short_rows;  /* share of rows packed from short segments of 8 to 256 tokens */
    double span_rows;   /* share of segments whose masks are one to three spans */
    double delete_rows; /* share of rows with one blank that is padded with <|delete|> and wholly hidden */
    double
        mask_power; /* a segment of n tokens with k hidden weighs n·(k/n)^power: 0 is the exact k-form, which
                       gives one token alone the weight of a whole row; 0.5 halves the noise's exponent */
    uint64_t seed;
};
/* Unknown fields are errors: a misspelt one would silently train something else. */
enum status train_recipe_load(const char *path, struct train_recipe *recipe, struct error *error) MUST_USE
    NONNULL(1, 2);
/* Makes the recipe one for `objective`; only to and from TRAIN_AR. */
enum status train_recipe_set_objective(struct train_recipe *recipe, const char *objective,
                                       struct error *error) MUST_USE NONNULL(1);
/* The first `ar_steps` are those of the recipe for TRAIN_AR, the others those of the one without. */
struct train_recipe train_recipe_at(const struct train_recipe *recipe, uint64_t step) NONNULL(1);
/* AdamW's and Muon's learning rates at a step in [0, steps). */
double train_learning_rate(const struct train_recipe *recipe, uint64_t step);
double train_muon_rate(const struct train_recipe *recipe, uint64_t step);
/* Rows of the batch of a step in [0, steps), and of the largest batch of the run. */
uint32_t train_batch_rows(const struct train_recipe *recipe, uint64_t step);
uint32_t train_most_rows(const struct train_recipe *recipe);

/* Arithmetic of one training token, FLOP: products and attention, forward and backward (3 × 2 each), the head
 * at half of the positions, as many as a uniform mask count hides; Muon's products, shared among the tokens
 * of a batch of recipe->rows, when the recipe has it. */
double train_flop_per_token(const struct train_recipe *recipe);
/* The same of a run's first `steps` steps, of both stages when it begins autoregressively. */
double train_flop(const struct train_recipe *recipe, uint64_t steps);

/* ---- data ----------------------------------------------------------------------------------------- */

/* All training text as one run of tokens; documents end with the endoftext id. */
struct train_data {
    uint16_t *ids; /* vocabularies are below 65,536 */
    size_t count;
    uint64_t hash;  /* of the tokens: names the token file */
    uint8_t *flags; /* per id, TRAIN_STARTS_WORD | TRAIN_ENDS_PARAGRAPH */
};
enum { TRAIN_STARTS_WORD = 1, TRAIN_ENDS_PARAGRAPH = 2 };
/* Encodes texts on `pool`, in order, or reads their tokens from the cache folder when they were encoded with
 * this vocabulary before (cache may be NULL). */
enum status train_data_load(struct train_data *data, const struct bpe *bpe, uint32_t endoftext,
                            const struct slice *texts, size_t count, const char *cache, struct pool *pool,
                            struct error *error) MUST_USE NONNULL(1);
void train_data_free(struct train_data *data);

/* Where the stream of training rows stands: all of its state, so that a resumed run draws the same rows. */
struct train_position {
    uint64_t epoch, window, row;
};

/* One batch of rows, drawn from the data. Arrays of rows·length; see train_batch in src/train/pass.h. */
struct train_rows {
    uint32_t rows, length;
    uint32_t *ids, *targets, *segment_start, *segment_end;
    float *weights;
    float *sigma_bar; /* (rows) */
    uint64_t masked;  /* positions with loss */
};
struct train_sampler; /* the shuffled windows of one epoch */
struct train_sampler *train_sampler_new(const struct train_data *data, const struct train_recipe *recipe,
                                        struct error *error) MUST_USE NONNULL(1, 2);
void train_sampler_free(struct train_sampler *sampler);
enum status train_rows_init(struct train_rows *rows, uint32_t count, uint32_t length,
                            struct error *error) MUST_USE NONNULL(1);
void train_rows_free(struct train_rows *rows);
/* Fills *rows and moves *position on. The weights of a batch sum to 1 when the objective is
 * the k-form. */
void train_sampler_draw(struct train_sampler *sampler, struct train_position *position,
                        struct train_rows *rows);

/* ---- the loop -------------------------------------------------------------------------------------- */

struct train_progress {
    uint64_t step, steps, tokens; /* done; in all; tokens seen since the run began */
    double flop;                  /* train_flop of the steps done */
    double loss;                  /* of this step */
    double smoothed;              /* moving average of the loss */
    double gradient_norm, learning_rate, tokens_per_second, seconds_left;
    double validation; /* nats per token of the last validation, NAN before the first */
};
struct train_options {
    const char *out;           /* folder: model files, checkpoint, train.jsonl */
    const char *initial;       /* model folder to start from, or NULL */
    bool resume;               /* go on from the checkpoint in `out` */
    bool f32;                  /* float32 products even where bf16 is native */
    double checkpoint_seconds; /* ≤ this much work is lost by a kill */
    double validation_seconds; /* time between validations, which come with a checkpoint */
    uint64_t stop_after;       /* stop (with a checkpoint) after this many steps of this run; 0: at the end */
    void (*report)(void *context, const struct train_progress *progress); /* every step */
    void (*note)(void *context, const char *message); /* what a user should know; may be NULL */
    void *context;
    const atomic_bool *stop; /* set: write a checkpoint and return STATUS_CANCELLED */
};
/* Trains. `validation` may be NULL. A run goes on with the data and the recipe that it was begun with, but
 * for its steps: STATUS_ARGUMENT names what is other. STATUS_FORMAT: the checkpoint is damaged. Without
 * `resume` a checkpoint in `out` is written over. The model folder that it leaves (config.json,
 * model.safetensors as bf16 from the moving average; tokenizer files are the caller's) is written with every
 * checkpoint. */
enum status train_run(const struct train_recipe *recipe, const struct train_data *data,
                      const struct train_data *validation, struct pool *pool,
                      const struct train_options *options, struct error *error) MUST_USE NONNULL(1, 5);

/* Loss and its gradient at given inputs, for `lacuna score --grad`: mean over sequences of the
 * diffusion-weighted loss (float32). ids, targets (rows, length); sigma_bar, sigma (rows); gradients has
 * the layout's size and is added to. */
enum status train_gradient(const struct sedd_config *config, const struct sedd_layout *layout,
                           const float *weights, uint32_t rows, uint32_t length, const uint32_t *ids,
                           const uint32_t *targets, const float *sigma_bar, const float *sigma,
                           float *gradients, struct error *error) MUST_USE NONNULL(1, 2);

#endif
