/* Internal to train/: the state of both instances of the template, and the float32 parts. */
#ifndef LACUNA_TRAIN_PASS_INTERNAL_H
#define LACUNA_TRAIN_PASS_INTERNAL_H

#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"
#include "pass.h"

enum { HEAD_CHUNK = 512 }; /* rows of logits at a time: (512, V) float32 */

/* Kept activations of one block; `act` arrays are float or bf16. M = R·L. */
struct kept_block {
    void *normed1, *normed2; /* (M, D) x̂ of the two norms */
    float *rstd1, *rstd2;    /* (M) */
    void *qkv;               /* (M, 3D), q and k rotated */
    void *attention;         /* (R, heads, L, L) softmax */
    void *mixed;             /* (M, D) attention output before its projection */
    void *projected;         /* (M, D) after it */
    void *up;                /* (M, 4D) before GELU */
    float *head_factors;     /* (M, 2 heads) of q, then of k; only with qk_norm */
    void *down;              /* (M, D) output of the MLP */
};

/* One prepared product per shape that a pass needs. */
struct pass_plans {
    void *qkv, *attn_out, *up, *down;                  /* y = x Wᵀ */
    void *d_qkv, *d_attn_out, *d_up, *d_down;          /* dx = dy W */
    void *w_qkv, *w_attn_out, *w_up, *w_down;          /* dW += dyᵀ x */
    void *scores, *values;                             /* q kᵀ, p v */
    void *d_attention, *d_values, *d_queries, *d_keys; /* do vᵀ, pᵀ do, ds k, dsᵀ q */
    void *head, *d_head, *w_head;
};

struct train_pass {
    struct sedd_config config;
    const struct sedd_layout *layout;
    const struct matmul_backend *backend;
    bool bf16, causal;
    enum train_loss loss;
    uint32_t rows, length, tokens /* M */, width /* D */, heads, head_width;
    size_t act_size;
    struct pass_plans plans;
    struct kept_block *kept;
    float *cosine, *sine;           /* (L, head_width / 2) */
    float *stream;                  /* (M, D) residual stream, then its gradient */
    float *d_stream;                /* (M, D) */
    void *final_normed;             /* (M, D) x̂ of the last norm, all positions */
    float *final_rstd;              /* (M) */
    void *hidden;                   /* (M, 4D) scratch */
    void *d_hidden;                 /* (M, 4D) scratch */
    void *narrow, *d_narrow;        /* (M, D) scratch */
    void *d_qkv;                    /* (M, 3D) scratch */
    float *scores;                  /* (L, L) scratch */
    void *d_scores;                 /* (L, L) scratch */
    uint32_t *wanted;               /* (M) positions with loss */
    void *head_in, *d_head_in;      /* (HEAD_CHUNK, D) */
    float *logits;                  /* (HEAD_CHUNK, H) */
    void *d_logits;                 /* (HEAD_CHUNK, H) */
    float *log_score, *d_log_score; /* (S) */
    /* Conditioning: float32 and small. `modulation` is (R, sedd_modulation_size); time-free rows share row 0.
     */
    size_t modulation_row;
    float *features, *hidden0, *silu0, *hidden2, *condition; /* (R, 256), then (R, cond) each */
    float *modulation, *d_modulation, *d_condition;
    float *gain;                  /* (D) norm weight · (1 + scale) */
    float *columns_a, *columns_b; /* (D) sums over positions of one row */
    void *arena;
    size_t arena_size, arena_used;
};

/* conditioning.c */
void pass_condition_forward(struct train_pass *pass, const float *weights, const float *sigma_bar);
void pass_condition_backward(struct train_pass *pass, const float *weights, float *gradients);
/* A modulation vector of row r, block i, and its gradient: D numbers, followed by the other vectors; block
 * n_blocks is the final layer. */
float *pass_modulation(const struct train_pass *pass, uint32_t row, uint32_t block,
                       enum sedd_modulation which);
float *pass_d_modulation(const struct train_pass *pass, uint32_t row, uint32_t block,
                         enum sedd_modulation which);

/* The two instances of the template. */
void pass_run_f32(struct train_pass *pass, const float *weights, const struct train_batch *batch,
                  float *gradients, double *loss, float *token_loss);
void pass_run_bf16(struct train_pass *pass, const float *weights, const uint16_t *weights_bf16,
                   const struct train_batch *batch, float *gradients, double *loss, float *token_loss);

#endif
