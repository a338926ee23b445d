/* Private to fill/: finds words while ignoring case, and counts them. */
#ifndef LACUNA_FILL_FOLD_H
#define LACUNA_FILL_FOLD_H

#include "lacuna/base.h"

/* Appends the text in lower case, with ' for ’. Bytes that are not UTF-8 stay. False: no memory. */
bool fill_fold(struct slice text, struct buffer *out) MUST_USE;
/* Appends the text with straight quotation marks, and three dots for an ellipsis. False: no memory. */
bool fill_straighten(struct slice text, struct buffer *out) MUST_USE;
/* The first place at or after `from` where a folded text has a folded word as a whole; SIZE_MAX if there is none. */
size_t fill_find_word(struct slice text, struct slice word, size_t from);
/* The number of words: runs with at least one letter or digit, between the separators of fill_parts_words. */
uint32_t fill_count_words(struct slice text);
bool fill_parts_words(uint32_t code_point); /* white space, – — ― and . , ; : ! ? … */
/* Whether the text ends a sentence: . ? ! or …, then any closing quotes and brackets. */
bool fill_ends_sentence(struct slice text);
/* Where the last `count` words (letters, digits and apostrophes) of the text begin. */
size_t fill_last_words(struct slice text, uint32_t count);

#endif
