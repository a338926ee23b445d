/* The words of a candidate, and its moments: the state of the blank after each step. */
#ifndef LACUNA_UI_MOMENTS_H
#define LACUNA_UI_MOMENTS_H

#include "lacuna/base.h"

struct buffer;
struct fill_token;

/* The state of a blank. */
struct words {
    struct buffer text; /* in the draft's dialect; masked tokens have no bytes */
    struct fill_token *tokens;
    uint32_t count;
};
/* Makes *out a copy. False: out of memory, *out is unchanged. */
bool words_copy(struct words *out, const struct buffer *text, const struct fill_token *tokens,
                uint32_t count) MUST_USE;
void words_free(struct words *words);
bool words_whole(const struct words *words); /* no token is masked */
/* Whether a token, whose bytes are in `words`, continues the word of the token before it. */
bool token_goes_on(const struct words *words, const struct fill_token *token);

struct moment {
    struct words words;
    uint32_t step, steps; /* step 0: lengths are known, nothing is drawn */
    double sigma_bar;
};

/* The lines of a whole job, lacuna-trace(5), shared by everything that it filled. */
struct trace {
    size_t users;
    struct buffer lines;
    uint64_t model_hash; /* of the model that drew it; 0: not asked for */
};

struct candidate {
    struct words words;
    struct words coming;    /* the newest known state, perhaps not shown yet: how wide its words will be */
    struct moment *moments; /* its history, the first with nothing drawn; the last is its present state */
    size_t moment_count, moment_capacity;
    uint64_t seed;
    uint32_t place;            /* of its blank in the job */
    double score, seconds;     /* seconds of its whole job */
    double temperature, top_p; /* it was drawn with this; 0 while it is drawn */
    struct trace *trace;       /* NULL: not kept */
    int method, steps;         /* it was drawn with this: enum sedd_method */
    bool alone;                /* no other blank was drawn with it, and no word was given */
};
/* Adds the present state of a candidate as a moment; if memory runs out it is left out. */
void moments_add(struct candidate *candidate, uint32_t step, uint32_t steps, double sigma_bar);
void moments_free(struct candidate *candidate);

#endif
