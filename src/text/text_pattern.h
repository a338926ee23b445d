/* Translates patterns as a writer means them into patterns for PCRE2. Internal to text/. */
#ifndef LACUNA_TEXT_PATTERN_H
#define LACUNA_TEXT_PATTERN_H

#include "lacuna/base.h"

/* What is compiled in place of a pattern. */
struct pattern {
    struct buffer source;
    bool as_it_is; /* it is the unchanged pattern, even with TEXT_SEARCH_WORDS */
    bool literal;  /* PCRE2_LITERAL: all of its characters stand for themselves */
    /* It names code points or carriage returns: its matches may start and end inside a cluster. */
    bool explicit;
};
/* `flags` as for text_search. A line feed, \n and \s also match CRLF; composed characters also match
 * decomposed ones; with TEXT_SEARCH_WORDS no word character may be beside the match. A regular expression
 * must be known to compile. False: no memory. */
bool pattern_make(const char *pattern, size_t size, int flags, struct pattern *out) MUST_USE;

#endif
