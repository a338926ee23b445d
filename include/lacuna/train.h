/* train: makes models. A recipe (data, models/recipes/NAME.json) says what network to train and how. Text
 * files become token files; the loop runs on all threads, writes checkpoints and resumes from them. */
#ifndef LACUNA_TRAIN_H
#define LACUNA_TRAIN_H

#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/sedd.h"

/* ---- recipes ------------------------------------------------------------------------------------ */

enum train_objective {
    TRAIN_K_FORM, /* mean cross-entropy over the k masked, k uniform and stratified over the batch (time-free)
                   */
    TRAIN_DWDSE,  /* diffusion-weighted denoising score entropy, t ~ U[1e-3, 1] (score form) */
    TRAIN_AR      /* next-token cross-entropy, causal attention: the autoregressive baseline */
};

enum train_optimiser {
    TRAIN_ADAMW,
    TRAIN_MUON /* Muon for the hidden matrices of the blocks, AdamW for everything else */
};

/* From this share of the steps on, a batch has `rows` rows. */
struct train_ramp {
    double share;
    uint32_t rows;
};
enum { TRAIN_RAMP_MAX = 8 };

struct train_recipe {
    struct sedd_config config;
    uint32_t vocabulary; /* ids, special tokens included */
    enum train_objective objective;
    enum train_optimiser optimiser;
    uint32_t rows; /* rows of the first batches; a row has config.length tokens */
    /* rows of later batches, shares ascending. Small batches learn most per token while the gradient is
     * large, large ones while the rate decays to 0 */
    struct train_ramp ramp[TRAIN_RAMP_MAX];
    uint32_t ramp_count;
    uint32_t micro_rows; /* rows that one thread processes at a time */
    uint64_t steps;      /* total optimiser steps */
    uint64_t warmup;     /* linear from 0 */
    /* of the k-form: the number of autoregressive steps at the start. Every token contributes to their loss,
     * and the weights are a far better start for the diffusion model than random ones (as in
     * arXiv:2410.17891); the rate warms up again after them */
    uint64_t ar_steps;
    /* of the k-form: after the steps above, one step in so many is autoregressive too; 0: none. It has the same
     * text as a step of the k-form would have, without padded blanks (mixed objectives: arXiv:2410.24159) */
    uint32_t ar_every;
    /* the final share of the steps, in which the rate decays linearly to 0 (warm-up–stable–decay) */
    double decay;
    double learning_rate, beta1, beta2, epsilon, weight_decay, clip, ema;
    double muon_rate;     /* Muon's learning rate; both rates warm up and decay together */
    double momentum;      /* of Muon */
    double init_std;      /* standard deviation of the matrices' first values */
    double output_std;    /* the same of the two matrices of a block that write into the stream */
    double embedding_std; /* of the embedding */
    /* first value of the residual gates (time-free form): with small gates, the output of untrained branches
     * does not drown the token's own embedding */
    double gate;
    double short_rows;  /* share of rows packed from short segments of 8 to 256 tokens */
    double span_rows;   /* share of segments whose masks are one to three spans */
    double delete_rows; /* share of rows with one blank that is padded with <|delete|> and fully hidden */
    double
        /* a segment of n tokens with k hidden has weight n·(k/n)^power. 0 is the exact k-form, which gives a
         * single hidden token the weight of a whole row; 0.5 halves the exponent of the noise */
        mask_power;
    uint64_t seed;
};
/* What the fields are that a recipe does not give. 0: it must be given, or nothing of it is wanted; `muon_rate` NAN: like
 * `learning_rate`; `output_std` NAN: train_usual_output_std. */
struct train_recipe train_recipe_default(void);
/* Unknown fields are errors: a misspelt one would silently train something else. */
enum status train_recipe_load(const char *path, struct train_recipe *recipe, struct error *error) MUST_USE
    NONNULL(1, 2);
/* A recipe for fine-tuning a model of this configuration on one author, gently enough to keep what it has learnt.
 * STATUS_UNSUPPORTED: a model that cannot be trained here. */
enum status train_recipe_gentle(const struct sedd_config *config, struct train_recipe *recipe,
                                struct error *error) MUST_USE NONNULL(1, 2);
/* Converts the recipe to `objective`; only to and from TRAIN_AR. */
enum status train_recipe_set_objective(struct train_recipe *recipe, const char *objective,
                                       struct error *error) MUST_USE NONNULL(1);
/* The recipe of the stage that a step is in: for TRAIN_AR in the first `ar_steps` steps, then the recipe without them.
 * `ar_every` stays. */
struct train_recipe train_recipe_at(const struct train_recipe *recipe, uint64_t step) NONNULL(1);
/* The recipe of one step: train_recipe_at, or TRAIN_AR for the steps that `ar_every` chooses. */
struct train_recipe train_recipe_of_step(const struct train_recipe *recipe, uint64_t step) NONNULL(1);
/* `output_std` of a recipe that does not give it: init_std / √(2·blocks), so that the variance of the stream does not
 * grow with depth. 0 lets every block begin as the identity. */
double train_usual_output_std(const struct train_recipe *recipe) NONNULL(1);
/* AdamW's and Muon's learning rates at a step in [0, steps). */
double train_learning_rate(const struct train_recipe *recipe, uint64_t step);
double train_muon_rate(const struct train_recipe *recipe, uint64_t step);
/* Rows of the batch of a step in [0, steps), and of the largest batch of the run. */
uint32_t train_batch_rows(const struct train_recipe *recipe, uint64_t step);
uint32_t train_most_rows(const struct train_recipe *recipe);

/* Arithmetic per training token, in FLOP: products and attention, forward and backward (3 × 2 each), with the
 * head at half of the positions, the mean that a uniform mask count hides. With Muon, also its products,
 * shared among the tokens of a batch of recipe->rows. */
double train_flop_per_token(const struct train_recipe *recipe);
/* The same for the first `steps` steps of a run, including its autoregressive stage. */
double train_flop(const struct train_recipe *recipe, uint64_t steps);

/* ---- data ----------------------------------------------------------------------------------------- */

/* All training text as one sequence of tokens; documents end with the endoftext id. */
struct train_data {
    uint16_t *ids; /* vocabularies are below 65,536 */
    size_t count;
    uint64_t hash;  /* of the tokens: names the token file */
    uint8_t *flags; /* per id, TRAIN_STARTS_WORD | TRAIN_ENDS_PARAGRAPH */
};
enum { TRAIN_STARTS_WORD = 1, TRAIN_ENDS_PARAGRAPH = 2 };
/* Encodes texts on `pool`, in order. Reads their tokens from the cache folder if they were encoded with this
 * vocabulary before (cache may be NULL). */
enum status train_data_load(struct train_data *data, const struct bpe *bpe, uint32_t endoftext,
                            const struct slice *texts, size_t count, const char *cache, struct pool *pool,
                            struct error *error) MUST_USE NONNULL(1);
void train_data_free(struct train_data *data);

/* The position in the stream of training rows: its whole state, so that a resumed run draws the same rows. */
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
/* Fills *rows and advances *position, which samplers of the same data, length and seed can take in turn. With the k-form, the weights of a batch sum to 1. */
void train_sampler_draw(struct train_sampler *sampler, struct train_position *position,
                        struct train_rows *rows);

/* ---- the loop -------------------------------------------------------------------------------------- */

struct train_progress {
    uint64_t step, steps, tokens; /* done; in all; tokens seen since the run started */
    double flop;                  /* train_flop of the steps done */
    double loss;                  /* of this step */
    double smoothed;              /* moving average of the loss */
    double gradient_norm, learning_rate, tokens_per_second, seconds_left;
    double validation; /* nats per token of the last validation, NAN before the first */
};
struct train_options {
    const char *out;           /* folder: model files, checkpoint, train.jsonl */
    const char *initial;       /* model folder to start from, or NULL */
    bool resume;               /* continue from the checkpoint in `out` */
    bool f32;                  /* float32 products even if bf16 is native */
    double checkpoint_seconds; /* a kill loses at most this much work */
    double validation_seconds; /* time between validations, each of which comes with a checkpoint */
    /* above 0: the run takes this many seconds. Its speed then decides the number of steps, not the recipe, and the
     * rate decays over the remaining steps */
    double seconds;
    uint64_t stop_after; /* stop (with a checkpoint) after this many steps of this run; 0: at the end */
    void (*report)(void *context, const struct train_progress *progress); /* every step */
    void (*note)(void *context, const char *message); /* messages for the user; may be NULL */
    void *context;
    const atomic_bool *stop; /* if set: write a checkpoint and return STATUS_CANCELLED */
};
/* Trains. `validation` may be NULL. A resumed run must have the data and the recipe of its start, except for
 * the number of steps: STATUS_ARGUMENT names what differs. STATUS_FORMAT: the checkpoint is damaged. Without
 * `resume` a checkpoint in `out` is overwritten. Every checkpoint also writes the model folder (config.json,
 * model.safetensors as bf16 from the moving average; the tokenizer files are the caller's). */
enum status train_run(const struct train_recipe *recipe, const struct train_data *data,
                      const struct train_data *validation, struct pool *pool,
                      const struct train_options *options, struct error *error) MUST_USE NONNULL(1, 5);

/* Loss and its gradient at given inputs, for `lacuna score --grad`: mean over sequences of the
 * diffusion-weighted loss (float32). ids, targets (rows, length); sigma_bar, sigma (rows); gradients has the
 * layout's size and is added to. */
enum status train_gradient(const struct sedd_config *config, const struct sedd_layout *layout,
                           const float *weights, uint32_t rows, uint32_t length, const uint32_t *ids,
                           const uint32_t *targets, const float *sigma_bar, const float *sigma,
                           float *gradients, struct error *error) MUST_USE NONNULL(1, 2);

#endif
