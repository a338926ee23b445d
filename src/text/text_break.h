/* Line breaks and word ends in a short stretch of UTF-8 (UAX 14 and 29). Inside text/ only. */
#ifndef LACUNA_TEXT_BREAK_H
#define LACUNA_TEXT_BREAK_H

#include "text_internal.h"

/* Puts `instead` in place of bytes that are not UTF-8 and of control characters, and a space in place of a
 * tab: what the rules of Unicode say about those is not meant for a screen. */
void break_clean(char *bytes, size_t size, char instead);

/* out[i]: whether a line may be broken before byte i, by UAX 14 alone. Valid UTF-8. */
void break_lines(const char *bytes, size_t size, char *out);
/* Whether prose should be broken there, which UAX 14 allows: an em dash hangs on the word before it, a dash
 * that begins a word stays with it, and « so » holds together. */
bool break_suits_prose(const char *bytes, size_t size, size_t at);

/* out[i]: whether a word or what stands between words begins at byte i, by UAX 29; a run of Thai, Lao, Khmer
 * or Burmese is one word. Valid UTF-8. */
void break_words(const char *bytes, size_t size, char *out);
/* The next word, with a letter or a number in it, that begins at or after *end, which begins with 0. breaks:
 * as break_words gave it; NULL: the bytes are ASCII. */
bool break_next_word(const char *bytes, size_t size, const char *breaks, size_t *start, size_t *end);

#endif
