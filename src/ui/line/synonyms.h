/* Synonyms for commands and settings (synonyms.c). */
#ifndef LACUNA_UI_SYNONYMS_H
#define LACUNA_UI_SYNONYMS_H

/* How well a synonym for that command or setting begins with the typed text, at least three letters: 1 is
 * best; 0: none does. */
int synonym_rank(const char *typed, const char *name);
/* The names for the nth (from 0) line of synonyms, separated by single spaces; NULL: there are fewer
 * lines. */
const char *synonym_names(int n);

#endif
