/* Other words for commands and settings, as people look for them (synonyms.c). */
#ifndef LACUNA_UI_SYNONYMS_H
#define LACUNA_UI_SYNONYMS_H

/* Another word for that command or setting begins with what is typed, at least three letters: how near it is,
 * 1 being nearest; else 0. */
int synonym_rank(const char *typed, const char *name);
/* The names that the nth (from 0) line of synonyms is for, one space between; NULL: there are not so many. */
const char *synonym_names(int n);

#endif
