/* Patterns as a writer means them, made into patterns as PCRE2 reads them. Inside text/ only. */
#ifndef LACUNA_TEXT_PATTERN_H
#define LACUNA_TEXT_PATTERN_H

#include "lacuna/text.h"

/* What is compiled in place of a pattern. */
struct pattern {
    struct buffer source;
    bool as_it_is; /* it is the pattern itself, also where whole words are wanted */
    bool literal;  /* PCRE2_LITERAL: there is nothing in it that means more than itself */
    /* It speaks of code points or of carriage returns: what it finds may begin and end inside of a cluster.
     */
    bool explicit;
};
/* `flags` as for text_search. A line feed, \n and \s mean CRLF, too; composed characters decomposed ones;
 * with TEXT_SEARCH_WORDS nothing of a word stands beside it. A regular expression must be known to compile.
 * False: no memory. */
bool pattern_make(const char *pattern, size_t size, int flags, struct pattern *out) MUST_USE;

#endif
