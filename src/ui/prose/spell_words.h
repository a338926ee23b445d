/* Which words a dictionary can know. */
#ifndef LACUNA_UI_SPELL_WORDS_H
#define LACUNA_UI_SPELL_WORDS_H

#include "lacuna/base.h"

struct text;

enum { SPELL_WORD_MAX = 80 }; /* bytes of the longest word that is looked up */

/* The script of a language, by its tag (en, de_AT, sr_RS@latin, uz_Cyrl): Unicode's name of it. */
const char *spell_script(const char *language);
/* Whether the word [start, end) should be looked up in a dictionary of that script. `word`: its bytes. */
bool spell_is_checked(const struct text *text, size_t start, size_t end, const char *word,
                      const char *script);

#endif
