/* sedd: score entropy discrete diffusion (Lou, Meng & Ermon, "Discrete Diffusion Modeling by Estimating the
 * Ratios of the Data Distribution", ICML 2024, arXiv:2310.16834). Tokens in, tokens out: nothing here knows
 * about texts, screens or tokenizers.
 *
 * Notation: V tokens; S states (absorbing graph: V + 1, the mask is id V; uniform graph: V); L positions; D
 * width; sigma_bar the total noise, sigma its rate; s the concrete score p_t(y)/p_t(x); f the raw output of
 * the network's head, H = S columns (score form) or V (time-free form).
 *
 * Threads: a `struct sedd_model` never changes after loading and may be shared; everything else belongs to
 * one thread at a time. */
#ifndef LACUNA_SEDD_H
#define LACUNA_SEDD_H

#include "lacuna/base.h"

#include <stdatomic.h>

/* ---- configuration ------------------------------------------------------------------------------ */

enum sedd_graph { SEDD_ABSORB, SEDD_UNIFORM };
enum sedd_noise { SEDD_LOGLINEAR, SEDD_GEOMETRIC };
enum sedd_parametrisation {
    SEDD_SCORE,    /* the published form: the network takes sigma_bar as an input and outputs log scores */
    SEDD_TIME_FREE /* RADD, arXiv:2406.03736: softmax head, no noise level as input */
};

/* The contents of config.json. Fields that the published files lack have defaults that mean the published
 * behaviour. */
struct sedd_config {
    char name[64];
    uint32_t tokens; /* V */
    enum sedd_graph graph;
    enum sedd_noise noise;
    double sigma_min, sigma_max; /* geometric noise only */
    uint32_t hidden_size;        /* D, a multiple of n_heads */
    uint32_t cond_dim;           /* width of the noise embedding; unused when time-free */
    uint32_t length;             /* the L that the network was trained for */
    uint32_t n_blocks, n_heads;  /* D / n_heads must be even (rotary embedding turns pairs) */
    bool scale_by_sigma;
    enum sedd_parametrisation parametrisation;
    bool tie_embeddings;                     /* the head is the first V rows of the embedding */
    int64_t endoftext, delete_id, expand_id; /* special ids inside [0, V), or -1 */
    bool calibrated; /* "length_calibration": [a, b, c, d, e], for the search of a blank's length */
    double length_calibration[5];
    /* "temperature", "top_p": the values that read best, by measurement; 0: no suggestion. top_p was measured
     * at that temperature, at 1 if there is none. */
    double temperature, top_p;
    /* "causal": an autoregressive network in the time-free layout, used as a baseline. A position attends to
     * positions up to its own, and row i of the head predicts token i + 1. It cannot fill blanks */
    bool causal;
    /* "qk_norm": every head's query and key have a root mean square of 1 (arXiv:2010.04245), so that scores stay
     * between ±√(D / n_heads). Not in the published layouts */
    bool qk_norm;
    /* trained on blanks padded with delete_id: q(delete) at position j of a wide blank is the probability
     * that at most j tokens belong there ("blank_length": "delete") */
    bool sizes_blanks;
    char dialect[32]; /* how the training text writes quotes, dashes and lines; "" if not given */
};

enum status sedd_config_parse(const char *json, size_t size, struct sedd_config *config,
                              struct error *error) MUST_USE NONNULL(3);
enum status sedd_config_load(const char *model_folder, struct sedd_config *config,
                             struct error *error) MUST_USE NONNULL(1, 2);
/* Writes the file in the published shape plus our fields. */
enum status sedd_config_save(const char *model_folder, const struct sedd_config *config,
                             struct error *error) MUST_USE NONNULL(1, 2);
uint32_t sedd_states(const struct sedd_config *config);       /* S */
uint32_t sedd_head_columns(const struct sedd_config *config); /* H */

/* ---- noise -------------------------------------------------------------------------------------- */

#define SEDD_LOGLINEAR_EPS 1e-3 /* the share that loglinear noise leaves unmasked at t = 1 */
#define SEDD_SAMPLING_EPS  1e-5 /* the t at which the reverse process ends and the denoising step follows */

double sedd_sigma_bar(const struct sedd_config *config, double t); /* total noise at t in [0, 1] */
double sedd_sigma(const struct sedd_config *config, double t);     /* its rate d sigma_bar / dt */
/* The t in [0, 1] whose total noise is sigma_bar ≥ 0; the nearest one for levels outside the process. */
double sedd_time(const struct sedd_config *config, double sigma_bar);
/* The noise level of a state with `masked` of `length` positions masked: clamp(−ln(1 − n/L)), kept within the
 * levels of training. A network that takes time as an input gets it: docs/SEDD.md (3.9). */
double sedd_sigma_bar_of_state(const struct sedd_config *config, uint32_t masked, uint32_t length);

/* ---- model files -------------------------------------------------------------------------------- */

/* OTHER: a tensor of an unsupported dtype (BOOL, F8_E4M3, …): it exists but cannot be read. */
enum sedd_dtype {
    SEDD_F32,
    SEDD_F16,
    SEDD_BF16,
    SEDD_I64,
    SEDD_I32,
    SEDD_I8,
    SEDD_U8,
    SEDD_F64,
    SEDD_OTHER,
    SEDD_DTYPES
};

/* A tensor of a safetensors file. */
struct sedd_tensor {
    const char *name;
    enum sedd_dtype dtype;
    uint32_t dims;
    uint64_t shape[4];   /* the first four of `dims`; unused ones are 1 */
    const uint8_t *data; /* for writing; NULL in an open file */
    uint64_t at;         /* in an open file: where its bytes begin */
    size_t bytes, elements;
};

struct sedd_tensors; /* an open file, read on demand; every offset and shape is checked against its size */
struct sedd_tensors *sedd_tensors_open(const char *path, struct error *error) MUST_USE NONNULL(1);
/* The weights of a model folder: model.safetensors or, if it is missing, the files that
 * model.safetensors.index.json lists, as if they were one file. */
struct sedd_tensors *sedd_tensors_open_model(const char *folder, struct error *error) MUST_USE NONNULL(1);
void sedd_tensors_close(struct sedd_tensors *file);
const char *sedd_tensors_path(const struct sedd_tensors *file) NONNULL(1); /* the file's, or the index's */
uint64_t sedd_tensors_file_bytes(const struct sedd_tensors *file);         /* of all files on the disk */
const struct sedd_tensor *sedd_tensors_find(const struct sedd_tensors *file, const char *name)
    NONNULL(1); /* or NULL */
/* Reads `count` values starting at `first`, as they are in the file (little endian). STATUS_IO if the file
 * was truncated. Several threads may call it at once. */
enum status sedd_tensors_read(const struct sedd_tensors *file, const struct sedd_tensor *tensor, size_t first,
                              size_t count, void *out, struct error *error) MUST_USE NONNULL(1, 5);
/* The same, as floats. Only F32, F16, BF16 and F64, which is rounded. */
enum status sedd_tensors_read_f32(const struct sedd_tensors *file, const struct sedd_tensor *tensor,
                                  size_t first, size_t count, float *out, struct error *error) MUST_USE
    NONNULL(1, 5);
/* STATUS_IO if the size or modification time differs from that at opening: the data read may be from two
 * versions. */
enum status sedd_tensors_unchanged(const struct sedd_tensors *file, struct error *error) MUST_USE NONNULL(1);
/* Writes a safetensors file, as file_write does. The caller gives name, dtype, shape and data of each tensor;
 * bytes and elements are computed. */
enum status sedd_tensors_write(const char *path, const struct sedd_tensor *tensors, size_t count,
                               struct error *error) MUST_USE NONNULL(1);

float sedd_bf16_to_f32(uint16_t bits);
uint16_t sedd_f32_to_bf16(float value); /* round to nearest, ties to even; NaN stays NaN */

/* ---- weights ------------------------------------------------------------------------------------ */

/* All weights of a network are in one flat float32 array; a layout gives their offsets. The same layout
 * serves weights, gradients, the optimiser's moments and the moving average. Matrices are (out, in), row
 * major: y = W x. */
struct sedd_layout_block {
    size_t norm1, qkv /* (3D, D) */, attn_out /* (D, D) */, norm2;
    size_t mlp_up /* (4D, D) */, mlp_up_bias, mlp_down /* (D, 4D) */, mlp_down_bias;
    size_t modulation /* (6D, cond), SIZE_MAX when time-free */, modulation_bias /* (6D) */;
};
struct sedd_layout {
    size_t embedding;                                /* (S, D) absorbing: the mask has a row too */
    size_t sigma0, sigma0_bias, sigma2, sigma2_bias; /* (cond, 256), (cond), (cond, cond), (cond) */
    struct sedd_layout_block *blocks;                /* n_blocks of them */
    size_t norm_final, final_modulation /* (2D, cond) */, final_modulation_bias /* (2D) */;
    size_t head /* (H, D); equals `embedding` when tied */, head_bias /* (H) */;
    size_t size; /* total number of floats */
    struct sedd_layout_entry {
        char name[64];
        size_t offset, rows, columns; /* columns 0: a vector of `rows` */
    } * entries;
    size_t count;
};
enum status sedd_layout_init(struct sedd_layout *layout, const struct sedd_config *config,
                             struct error *error) MUST_USE NONNULL(1, 2);
void sedd_layout_free(struct sedd_layout *layout);
/* Fills a flat array of layout->size floats from a file; every tensor must be present with its shape, and
 * every weight finite. */
enum status sedd_weights_read(const struct sedd_layout *layout, const struct sedd_tensors *file,
                              float *weights, struct error *error) MUST_USE NONNULL(1);
/* Writes a flat array under the published names, as F32 or BF16. */
enum status sedd_weights_write(const struct sedd_layout *layout, const float *weights, enum sedd_dtype dtype,
                               const char *path, struct error *error) MUST_USE NONNULL(1, 4);

/* ---- the network -------------------------------------------------------------------------------- */

/* The type of the operands of matrix products; everything else is float32. AUTO: chosen for the CPU. */
enum sedd_precision {
    SEDD_PRECISION_AUTO,
    SEDD_PRECISION_F32,
    SEDD_PRECISION_BF16,
    SEDD_PRECISION_INT8,
    SEDD_PRECISION_INT16,
    SEDD_PRECISIONS
};
const char *sedd_precision_name(enum sedd_precision precision);                 /* "f32", "bf16", … */
bool sedd_precision_parse(const char *name, enum sedd_precision *out) MUST_USE; /* false: unknown name */

struct sedd_model;
/* Loads config.json and the weights from a folder. All threads of the pool (NULL: the calling thread) read
 * matrices piece by piece into the back end's own layout, so the peak is the packed model and a few
 * megabytes. A file that is changed or truncated meanwhile is an error, and so is a weight that is not
 * finite. `cancel` (may be NULL) is checked between pieces of at most a few megabytes: STATUS_CANCELLED. */
struct sedd_model *sedd_model_load(const char *folder, enum sedd_precision precision, struct pool *pool,
                                   const atomic_bool *cancel, struct error *error) MUST_USE NONNULL(1);
/* Random weights of a shape, for benchmarks and tests. */
struct sedd_model *sedd_model_random(const struct sedd_config *config, enum sedd_precision precision,
                                     uint64_t seed, struct error *error) MUST_USE NONNULL(1);
void sedd_model_free(struct sedd_model *model);
const struct sedd_config *sedd_model_config(const struct sedd_model *model) NONNULL(1);
const char *sedd_model_backend(const struct sedd_model *model) NONNULL(1); /* "openblas", "plain", "onednn" */
enum sedd_precision sedd_model_precision(const struct sedd_model *model) NONNULL(1); /* not AUTO */

/* One sequence of a batch. Sequences never see each other; they may differ in length. */
struct sedd_sequence {
    const uint32_t *ids;  /* states in [0, S) */
    uint32_t length;      /* 1 ≤ length; more than config->length is allowed, with worse results */
    float sigma_bar;      /* ignored when time-free */
    const uint32_t *rows; /* the positions whose output is wanted, ascending; NULL: all */
    uint32_t row_count;   /* of `rows`; `length` when rows is NULL */
};

struct sedd_net; /* a model plus scratch memory: what one thread needs to evaluate */
/* The pool is borrowed and runs the parts of every product. */
struct sedd_net *sedd_net_new(const struct sedd_model *model, struct pool *pool, struct error *error) MUST_USE
    NONNULL(1);
void sedd_net_free(struct sedd_net *net);
const struct sedd_model *sedd_net_model(const struct sedd_net *net) NONNULL(1);
/* From now on `net` gives q^(1 − weight) · p^weight, normalised, where q is its own distribution and p that of `other`.
 * As f is a logarithm, this is a weighted mean of both f. `other` is borrowed and must have the same states; NULL ends
 * the mixing. STATUS_ARGUMENT: the networks do not match. */
enum status sedd_net_mix(struct sedd_net *net, struct sedd_net *other, float weight,
                         struct error *error) MUST_USE NONNULL(1);
/* Evaluates a batch. f receives the wanted rows of all sequences one after another, H floats each. A row
 * depends only on its own sequence, bit for bit (fixed tiles, fixed order of summation). `cancel` (may be
 * NULL) is checked between the parts of every product; if set, the call returns STATUS_CANCELLED within a few
 * milliseconds, and f is undefined. STATUS_FORMAT if a number in f is not finite. */
enum status sedd_net_evaluate(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count,
                              float *f, const atomic_bool *cancel, struct error *error) NONNULL(1);
/* The same for callers that store f unchecked: it may contain infinities and NaN. */
enum status sedd_net_evaluate_raw(struct sedd_net *net, const struct sedd_sequence *sequences, uint32_t count,
                                  float *f, const atomic_bool *cancel, struct error *error) NONNULL(1);

/* For benchmarks: does only the matrix products of one evaluation of `tokens` positions with `masked` wanted
 * rows, in their order. */
enum status sedd_net_products_alone(struct sedd_net *net, uint32_t tokens, uint32_t masked,
                                    struct error *error) MUST_USE NONNULL(1);

/* ---- from the head's output to the process -------------------------------------------------------- */

/* log s from one row f at a position with state x (docs/SEDD.md (3.6), (3.8)): S floats. The position's own
 * entry is 0; the time-free form also sets the mask column to 0. out may be f if H == S. */
void sedd_log_score(const struct sedd_config *config, const float *f, uint32_t x, double sigma_bar,
                    float *out);

/* Denoising score entropy at one position (not yet times sigma): docs/SEDD.md, section 4. x is the noised, x0
 * the clean token. If grad is not NULL, also d(loss)/d(log_score), S floats. */
double sedd_score_entropy(const struct sedd_config *config, const float *log_score, uint32_t x, uint32_t x0,
                          double sigma_bar, float *grad);
/* Chain rule of sedd_log_score: turns d/d(log_score) (S floats) into d/d(f) (H floats); may not overlap. */
void sedd_log_score_backward(const struct sedd_config *config, const float *log_score, uint32_t x,
                             double sigma_bar, const float *grad_log_score, float *grad_f);

/* Transition weights out of state x, S doubles, raw (a score that is not normalised makes some negative).
 * Tweedie τ-leaping from sigma_bar(t) to sigma_bar(t − dt), with d_sigma their difference; Euler with
 * step·sigma(t); the last, denoising step, which for the absorbing graph leaves the mask column 0. */
void sedd_analytic_weights(const struct sedd_config *config, const float *log_score, uint32_t x,
                           double d_sigma, double *out);
void sedd_euler_weights(const struct sedd_config *config, const float *log_score, uint32_t x,
                        double step_sigma, double *out);
void sedd_denoise_weights(const struct sedd_config *config, const float *log_score, uint32_t x,
                          double sigma_bar, double *out);

/* Draws index i with probability weights[i] / Σ weights by inverse CDF in double precision; negative weights
 * count as 0. u in (0, 1). Returns count if every weight is 0 or not finite. */
uint32_t sedd_categorical(const double *weights, uint32_t count, double u);

/* ---- sampling: the reverse process with clamped positions ----------------------------------------- */

enum sedd_method {
    SEDD_ANALYTIC, /* Tweedie τ-leaping over `steps` equal times, then the denoising step */
    SEDD_EULER,
    SEDD_FIRST_HITTING, /* arXiv:2409.02908: one token per evaluation, exact; absorbing only */
    SEDD_CONFIDENCE,    /* most confident positions first, their number spread over `steps`; absorbing only */
    /* arXiv:2505.24857: as many of the most confident as depend little on each other; at most `steps`
     * evaluations; absorbing only */
    SEDD_ENTROPY,
    SEDD_REMASKING, /* arXiv:2503.00307: drawn tokens of the blank may be masked and drawn again; absorbing
                       only */
    SEDD_METHODS
};
#define SEDD_ENTROPY_BOUND 0.5 /* γ, nats */
/* η, as a share of the largest remasking probability that keeps the schedule */
#define SEDD_REMASK_SHARE 0.1
const char *sedd_method_name(enum sedd_method method);
bool sedd_method_parse(const char *name, enum sedd_method *method);

struct sedd_sampler_options {
    enum sedd_method method;
    int steps; /* ≥ 1; first-hitting takes as many as there are tokens */
    /* 1: the model's own distribution; 0: greedy, the most confident position first, for every method and
     * seed: analytic, Euler and remasking then do what confidence does */
    double temperature;
    double top_p; /* 1: off */
    uint64_t seed;
};

/* One position to be filled. */
struct sedd_slot {
    uint32_t position;       /* in the sequence */
    uint32_t blank, index;   /* these name the position's random draws: which blank, which token in it */
    const uint64_t *allowed; /* bit set over [0, V): the allowed ids; NULL: all. Borrowed */
    /* 0: not tied. Otherwise 1 + the number of an earlier slot that is not tied itself. Both share one draw from the
     * mean of their rows of the head, ∝ exp(½ Σ ln q), with the random numbers and the allowed set of the earlier
     * slot (docs/SEDD.md (14.2)). */
    uint32_t tied;
    /* For a tied slot, (V): its id if the earlier slot has the id y; SEDD_NO_SPELLING if there is none. NULL: y
     * itself. Borrowed */
    const uint32_t *spelling;
};
#define SEDD_NO_SPELLING UINT32_MAX

/* The start of one candidate. */
struct sedd_problem {
    const uint32_t *ids; /* `length` tokens; slots' entries are ignored. Copied */
    uint32_t length;
    const struct sedd_slot *slots; /* ascending positions. Copied */
    uint32_t count;
    uint32_t candidate; /* names its random draws */
};

/* One step of a candidate. The arrays belong to the sampler and are valid until the next call on it. */
struct sedd_change {
    uint32_t slot;
    uint32_t id;       /* new state; the mask (V) if it was masked again */
    float probability; /* q(id) when it was drawn: at temperature 1, after bans, before top-p */
};

struct sedd_sampler;
struct sedd_sampler *sedd_sampler_new(struct sedd_net *net, const struct sedd_sampler_options *options,
                                      const struct sedd_problem *problems, uint32_t candidates,
                                      struct error *error) MUST_USE NONNULL(1, 2);
void sedd_sampler_free(struct sedd_sampler *sampler);
/* Does one step for every candidate that is not finished. STATUS_CANCELLED leaves the state as it was. */
enum status sedd_sampler_step(struct sedd_sampler *sampler, const atomic_bool *cancel, struct error *error)
    NONNULL(1);
bool sedd_sampler_done(const struct sedd_sampler *sampler);
uint32_t sedd_sampler_step_index(const struct sedd_sampler *sampler); /* steps done */
double sedd_sampler_sigma_bar(const struct sedd_sampler *sampler,
                              uint32_t candidate);                     /* noise level of the state */
uint64_t sedd_sampler_evaluations(const struct sedd_sampler *sampler); /* sequences evaluated so far */
const struct sedd_change *sedd_sampler_changes(const struct sedd_sampler *sampler, uint32_t candidate,
                                               uint32_t *count) NONNULL(1);
const uint32_t *sedd_sampler_ids(const struct sedd_sampler *sampler, uint32_t candidate)
    NONNULL(1); /* `length` states */
/* The row of the head from a slot's last evaluation (H floats; tied slots share one row). For a slot that the last step
 * drew, it is the row that it was drawn from. NULL: not evaluated since it was drawn. Valid until the next step. */
const float *sedd_sampler_row(const struct sedd_sampler *sampler, uint32_t candidate, uint32_t slot)
    NONNULL(1);
uint32_t sedd_sampler_masked(const struct sedd_sampler *sampler, uint32_t candidate);
/* Mean ln q of the tokens when they were drawn, in nats; NAN for the uniform graph or nothing drawn. */
double sedd_sampler_score(const struct sedd_sampler *sampler, uint32_t candidate);
/* Called within a step whenever a slot has changed, before the next one is drawn. It may change bits of the slots'
 * allowed sets, so that tokens of the same step fit together; no set may become empty. Not called for slots that are
 * pinned or masked between two steps. */
typedef void sedd_watch(void *context, uint32_t candidate, uint32_t slot, uint32_t id);
void sedd_sampler_watch(struct sedd_sampler *sampler, sedd_watch *watch, void *context) NONNULL(1);
/* Between two steps: fixes a slot and those tied to it to an id for good, or masks them again. If this changes the
 * masked count of an absorbing process, the time becomes the one at which that share is masked. In the uniform graph,
 * remasking gives a slot a fresh uniform token. The time then becomes the t′ ≥ t whose noise matches: of n slots, k
 * were re-noised, and u others are unpinned and have the noise of the time t of the last step, so
 * 1 − e^(−σ̄(t′)) = (k + u (1 − e^(−σ̄(t)))) / n (docs/SEDD.md (7.3)). A pin alone does not change the time. */
enum status sedd_sampler_pin(struct sedd_sampler *sampler, uint32_t candidate, uint32_t slot, uint32_t id,
                             struct error *error) NONNULL(1);
enum status sedd_sampler_remask(struct sedd_sampler *sampler, uint32_t candidate, uint32_t slot,
                                struct error *error) NONNULL(1);
/* Before the first step, in the uniform graph: continues a process from its state after so many steps. The slot, and
 * those tied to it, get an id that may still change; sedd_sampler_skip sets the candidate's clock. In an absorbing process
 * a state is continued by pins. */
enum status sedd_sampler_place(struct sedd_sampler *sampler, uint32_t candidate, uint32_t slot, uint32_t id,
                               struct error *error) NONNULL(1);
void sedd_sampler_skip(struct sedd_sampler *sampler, uint32_t candidate, uint32_t steps);
/* Changes the allowed ids of a slot from the next draw on (as in sedd_slot, borrowed); its current id stays.
 * STATUS_ARGUMENT if the set is empty. */
enum status sedd_sampler_allow(struct sedd_sampler *sampler, uint32_t candidate, uint32_t slot,
                               const uint64_t *allowed, struct error *error) NONNULL(1);
/* After remasks in an absorbing process: sets the candidate's clock to the time of its masked count, even if that is
 * ahead of the current step. So the result does not depend on other candidates. Does nothing in the uniform graph. */
void sedd_sampler_rewind(struct sedd_sampler *sampler, uint32_t candidate);

#endif
