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

/* The tokens [*first, *end) of the word that a token belongs to. */
void words_word(const struct words *words, uint32_t token, uint32_t *first, uint32_t *end);
/* The next token after `token` that has white space before it; the number of tokens if there is none. */
uint32_t words_next_spaced(const struct words *words, uint32_t token);
/* Removes the first tokens and the space after them. */
void words_behead(struct words *words, uint32_t tokens);

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
    double temperature, top_p; /* the value that it was drawn with; 0 while it is being drawn */
    struct trace *trace;       /* NULL: not kept */
    int method, steps;         /* that it was drawn with: enum sedd_method */
    bool alone;                /* no other blank was drawn with it, and no word given */
    uint32_t number, drawn;    /* in its job, which names its random draws; tokens in the mean of its score */
    double bound;              /* mean ln q by masks that it shares with the others, */
    uint32_t bounded;          /* over so many tokens; 0: not compared with them */
    double rank_score;         /* by which it was put in its place (fill_rank); 0: it was not */
    bool unmet;                /* it does not meet the conditions of its blank */
    uint64_t written;          /* its first 64 tokens, a bit each: the writer put it there */
};
/* Adds the present state of a candidate as a moment; if memory runs out it is left out. */
void moments_add(struct candidate *candidate, uint32_t step, uint32_t steps, double sigma_bar);
void moments_free(struct candidate *candidate);

#endif
