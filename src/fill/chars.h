/* Internal to fill/: characters at boundaries. */
#ifndef LACUNA_FILL_CHARS_H
#define LACUNA_FILL_CHARS_H

#include "lacuna/base.h"

/* White space as in the tokenizer's pattern. */
bool fill_is_space(uint32_t code_point);
bool fill_is_control(uint32_t code_point); /* C0, DEL, C1 */
/* The code point before / at an offset; an invalid byte counts as U+FFFD, an end as 0. *size (may be NULL)
 * receives its bytes. */
uint32_t fill_char_before(struct slice text, size_t offset, size_t *size);
uint32_t fill_char_at(struct slice text, size_t offset, size_t *size);
/* Letters and digits of any script, as precisely as boundaries need: everything that is not ASCII
 * punctuation, general punctuation, white space or a control character. */
bool fill_is_word(uint32_t code_point);

#endif
