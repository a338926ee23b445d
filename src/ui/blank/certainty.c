#include "certainty.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/document/moments.h"

#include <math.h>

enum look certainty_look(double probability)
{
    if (!isfinite(probability)) return LOOK_SETTLED;
    return probability >= 0.5 ? LOOK_SURE : probability >= 0.05 ? LOOK_LIKELY : LOOK_UNSURE;
}

static bool goes_on(const struct words *words, uint32_t token)
{
    return words->tokens[token - 1].state != FILL_MASKED && token_goes_on(words, &words->tokens[token]);
}

enum look certainty_of(const struct words *words, uint32_t token)
{
    uint32_t first = token, end = token + 1;
    double least = NAN;
    while (first > 0 && goes_on(words, first)) first--;
    while (end < words->count && goes_on(words, end)) end++;
    for (uint32_t i = first; i < end; i++) {
        double q = (double)words->tokens[i].probability;
        if (isfinite(q)) least = isfinite(least) ? fmin(least, q) : q;
    }
    return certainty_look(least);
}
