/* Conditions on the words of a blank, as one line of text:
 *
 *   must WORD, "SEVERAL WORDS"@2     they must appear, anywhere or from the second word of the fill on
 *   not WORD, WORD                   they must not appear
 *   begins LETTERS    ends LETTERS   the first and the last letters of the fill
 *   at most N words
 *   ends sentence     goes on        the fill must end its sentence, or must not
 *   no repeat N                      the fill has none of the N words before the blank
 *   tie NAME                         blanks with the same name get the same words
 *
 * Semicolons separate the parts. Quotation marks may be put around words and letters, and must be put around
 * anything with a comma, a semicolon or an @ in it. */
#ifndef LACUNA_UI_CONDITION_LINE_H
#define LACUNA_UI_CONDITION_LINE_H

#include "lacuna/base.h"
#include "lacuna/conditions.h"

enum { CONDITION_LINE = 400, CONDITION_WORDS = 16 };
struct condition_line {
    struct fill_conditions conditions; /* points into the other members, so the struct must not be copied */
    struct fill_must must[FILL_MUST_WORDS];
    const char *without[CONDITION_WORDS];
    char strings[CONDITION_LINE + 2 * CONDITION_WORDS];
    size_t used;
};
/* STATUS_ARGUMENT: the line is invalid or contradicts itself; the message says how. */
enum status condition_line_parse(const char *line, struct condition_line *out, struct error *error) MUST_USE;

#endif
