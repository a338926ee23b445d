#include "word_difference.h"
#include "lacuna/base.h"

#include <string.h>

static bool parts_words(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static size_t split(struct slice text, struct difference_word out[DIFFERENCE_WORDS])
{
    size_t count = 0, at = 0;
    while (count < DIFFERENCE_WORDS) {
        while (at < text.size && parts_words(text.data[at])) at++;
        size_t start = at;
        while (at < text.size && !parts_words(text.data[at])) at++;
        if (at == start) break;
        out[count++] = (struct difference_word){{text.data + start, at - start}, true};
    }
    return count;
}

static bool same(struct slice a, struct slice b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

size_t word_difference(struct slice text, struct slice with, struct difference_word out[DIFFERENCE_WORDS])
{
    struct difference_word other[DIFFERENCE_WORDS];
    unsigned char length[DIFFERENCE_WORDS + 1][DIFFERENCE_WORDS + 1] = {
        0}; /* lengths of the common subsequences from there on */
    size_t n = split(text, out), m = split(with, other);
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            unsigned char down = length[i + 1][j], right = length[i][j + 1];
            length[i][j] = same(out[i].word, other[j].word) ? (unsigned char)(length[i + 1][j + 1] + 1)
                           : down > right                   ? down
                                                            : right;
        }
    for (size_t i = 0, j = 0; i < n && j < m;) {
        if (same(out[i].word, other[j].word))
            out[i++].other = false, j++;
        else if (length[i + 1][j] >= length[i][j + 1])
            i++;
        else
            j++;
    }
    return n;
}
