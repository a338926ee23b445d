/* Inside fill/: words without regard to case, and how many there are. */
#ifndef LACUNA_FILL_FOLD_H
#define LACUNA_FILL_FOLD_H

#include "lacuna/base.h"

/* Appends the text in small letters, ’ as '. Bytes that are not UTF-8 stay. False: no memory. */
bool fill_fold(struct slice text, struct buffer *out) MUST_USE;
/* Where a folded word stands in a folded text as a whole, from `from` on; SIZE_MAX: nowhere. */
size_t fill_find_word(struct slice text, struct slice word, size_t from);
/* Runs of characters that hold a letter or a digit, between characters that part words. */
uint32_t fill_count_words(struct slice text);
bool fill_parts_words(uint32_t code_point); /* white space, – — ― and . , ; : ! ? … */
/* Whether the text ends a sentence: . ? ! or …, then quotes and brackets that close. */
bool fill_ends_sentence(struct slice text);
/* Where the last `count` words (letters, digits and apostrophes) of the text begin. */
size_t fill_last_words(struct slice text, uint32_t count);

#endif
