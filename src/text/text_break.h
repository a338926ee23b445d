/* Line breaks and word ends in a short stretch of UTF-8 (UAX 14 and 29). Internal to text/. */
#ifndef LACUNA_TEXT_BREAK_H
#define LACUNA_TEXT_BREAK_H

#include "text_internal.h"

/* Replaces bytes that are not UTF-8 and control characters by `instead`, and a tab by a space: Unicode's
 * rules for them are not meant for a screen. */
void break_clean(char *bytes, size_t size, char instead);

/* out[i]: whether a line may be broken before byte i, by UAX 14 alone. Valid UTF-8. */
void break_lines(const char *bytes, size_t size, char *out);
/* Whether prose may break there, if UAX 14 allows it: an em dash stays with the word before it, a dash at the
 * start of a word stays with that word, and « so » stays together. */
bool break_suits_prose(const char *bytes, size_t size, size_t at);

/* out[i]: whether a word, or the text between words, begins at byte i, by UAX 29; a run of Thai, Lao, Khmer
 * or Burmese is one word. Valid UTF-8. */
void break_words(const char *bytes, size_t size, char *out);
/* The next word that contains a letter or a number and begins at or after *end, which starts at 0. breaks:
 * from break_words; NULL: the bytes are ASCII. */
bool break_next_word(const char *bytes, size_t size, const char *breaks, size_t *start, size_t *end);

#endif
