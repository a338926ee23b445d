/* Conditions on one line: what a writer asks of the words of a blank, in words.
 *
 *   must WORD, "SEVERAL WORDS"@2     they appear, anywhere or as the second word of the fill and on
 *   not WORD, WORD                   they do not
 *   begins LETTERS    ends LETTERS   the first and last letters
 *   at most N words
 *   ends sentence     goes on        it ends its sentence, or it does not
 *   no repeat N                      none of the N words before the blank stands in it again
 *   tie NAME                         blanks of one name get the same words
 *
 * Semicolons stand between them. Quotation marks may stand around anything that is a word or letters, and must around what
 * has a comma, a semicolon or an @ in it. */
#ifndef LACUNA_UI_CONDITION_LINE_H
#define LACUNA_UI_CONDITION_LINE_H

#include "lacuna/base.h"
#include "lacuna/conditions.h"

enum { CONDITION_LINE = 400, CONDITION_WORDS = 16 };
struct condition_line {
    struct fill_conditions conditions; /* points into the rest of this: it may not be copied */
    struct fill_must must[FILL_MUST_WORDS];
    const char *without[CONDITION_WORDS];
    char strings[CONDITION_LINE + 2 * CONDITION_WORDS];
    size_t used;
};
/* STATUS_ARGUMENT: what is wrong with the line, or what contradicts itself in it. */
enum status condition_line_parse(const char *line, struct condition_line *out, struct error *error) MUST_USE;

#endif
