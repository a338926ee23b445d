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

enum look certainty_of(const struct words *words, uint32_t token)
{
    uint32_t first, end;
    double least = NAN;
    words_word(words, token, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        double q = (double)words->tokens[i].probability;
        if (isfinite(q)) least = isfinite(least) ? fmin(least, q) : q;
    }
    return certainty_look(least);
}
