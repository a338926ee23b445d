/* The words of a candidate, and the moments that it came from: what stood in the blank after each step. */
#ifndef LACUNA_UI_MOMENTS_H
#define LACUNA_UI_MOMENTS_H

#include "lacuna/base.h"

struct buffer;
struct fill_token;

/* What stands in a blank. */
struct words {
    struct buffer text; /* in the draft's dialect; masked tokens have no bytes */
    struct fill_token *tokens;
    uint32_t count;
};
/* Makes *out a copy. False: no memory, it is as it was. */
bool words_copy(struct words *out, const struct buffer *text, const struct fill_token *tokens,
                uint32_t count) MUST_USE;
void words_free(struct words *words);
bool words_whole(const struct words *words); /* no token is masked */

struct moment {
    struct words words;
    uint32_t step, steps; /* step 0: lengths are known, nothing is drawn */
    double sigma_bar;
};

/* The lines of a whole job, lacuna-trace(5), shared by all that it filled. */
struct trace {
    size_t users;
    struct buffer lines;
    uint64_t model_hash; /* of the model that drew it; 0: not asked for */
};

struct candidate {
    struct words words;
    struct moment *moments; /* what it came from, the first with nothing drawn; the last is what it is */
    size_t moment_count, moment_capacity;
    uint64_t seed;
    uint32_t place;            /* of its blank in the job */
    double score, seconds;     /* seconds of its whole job */
    double temperature, top_p; /* that it was drawn with; 0 while it is drawn */
    struct trace *trace;       /* NULL: not kept */
};
/* Adds what a candidate has come to as a moment; without memory it is left out. */
void moments_add(struct candidate *candidate, uint32_t step, uint32_t steps, double sigma_bar);
void moments_free(struct candidate *candidate);

#endif
