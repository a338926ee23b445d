/* Which candidate is best. The mean ln q of few tokens varies more than that of many, so the largest of
 * several means nearly always belongs to the shortest fill. So each mean is weighted by its number of
 * tokens. */
#include "lacuna/fill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* κ: each mean is mixed with the candidates' common mean as if that had κ tokens. With 10, the best of 16
 * candidates of 2 to 24 tokens has a mean rank in length (0 the shortest, 1 the longest) of .51 and .53 at
 * top-p 1, and of .46 and .45 at 0.7, ± .03, on two sets of 100 blanks; with the plain score it is .18
 * (models/tools/rank.py). */
enum { PRIOR_TOKENS = 10 };

/* What a candidate is judged by: the mean s̄ over n tokens. */
struct judged {
    double mean, tokens;
};

/* What all candidates have in common: each is judged by the same. */
enum measure { BY_SCORE, BY_BOUND, BY_BOTH };

/* The score is one estimate of the bound, along the order of drawing; with the other it makes a better one. But it leaves
 * out tokens that were not drawn: words that the writer pinned or demanded, however unlikely they are. The others were
 * drawn knowing them. So if any candidate has such tokens, the bound alone is fair. */
static enum measure measure_of(const struct fill_candidate *candidates, size_t count)
{
    enum measure measure = BY_BOTH;
    for (size_t k = 0; k < count; k++) {
        const struct fill_candidate *c = &candidates[k];
        if (!c->bounded) return BY_SCORE;
        if (!isfinite(c->score) || c->drawn < c->bounded) measure = BY_BOUND;
    }
    return measure;
}

static struct judged judge(const struct fill_candidate *c, enum measure measure)
{
    if (measure == BY_SCORE) return (struct judged){c->score, c->drawn};
    return (struct judged){measure == BY_BOTH ? (c->score + c->bound) / 2 : c->bound, c->bounded};
}

/* Σ ln q over Σ tokens: long candidates, whose means vary least, weigh most. NAN: unknown. */
static double common_mean(const struct fill_candidate *candidates, size_t count, enum measure measure)
{
    double sum = 0, tokens = 0;
    for (size_t k = 0; k < count; k++) {
        struct judged j = judge(&candidates[k], measure);
        if (!isfinite(j.mean)) continue;
        sum += j.mean * j.tokens;
        tokens += j.tokens;
    }
    return sum / tokens;
}

static int better_first(const void *a, const void *b)
{
    const struct fill_candidate *x = a, *y = b;
    double p = isfinite(x->rank_score) ? x->rank_score : -INFINITY,
           q = isfinite(y->rank_score) ? y->rank_score : -INFINITY;
    if (p != q) return p > q ? -1 : 1;
    return x->candidate < y->candidate ? -1 : x->candidate > y->candidate;
}

void fill_rank(struct fill_candidate *candidates, size_t count)
{
    enum measure measure = measure_of(candidates, count);
    double mean = common_mean(candidates, count, measure);
    for (size_t k = 0; k < count; k++) {
        struct judged j = judge(&candidates[k], measure);
        candidates[k].rank_score = isfinite(j.mean)
                                       ? (j.tokens * j.mean + PRIOR_TOKENS * mean) / (j.tokens + PRIOR_TOKENS)
                                       : (double)NAN;
    }
    if (count > 1) qsort(candidates, count, sizeof *candidates, better_first);
}

static const char *const ranking_names[] = {"first", "score", "bound"};
static_assert(ARRAY_SIZE(ranking_names) == FILL_RANKINGS, "every ranking has a name");

const char *fill_ranking_name(enum fill_ranking ranking)
{
    return ranking_names[ranking];
}

bool fill_ranking_parse(const char *name, enum fill_ranking *out)
{
    for (int i = 0; i < FILL_RANKINGS; i++)
        if (strcmp(name, ranking_names[i]) == 0) return *out = (enum fill_ranking)i, true;
    return false;
}
