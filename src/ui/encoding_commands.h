/* Encodings of files that are open (encoding_commands.c). */
#ifndef LACUNA_UI_ENCODING_COMMANDS_H
#define LACUNA_UI_ENCODING_COMMANDS_H

#include "lacuna/text.h"

/* What the encoding was taken for is a guess, and somebody said another (`word`, NULL or empty: nobody did).
 */
bool encoding_said(const struct text *text, const char *word, enum text_encoding *out);

#endif
