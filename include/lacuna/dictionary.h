/* dictionary: which words a language has, according to the installed hunspell and aspell dictionaries, which
 * enchant finds. The first dictionary loads that library. Depends on base/. */
#ifndef LACUNA_DICTIONARY_H
#define LACUNA_DICTIONARY_H

#include "lacuna/base.h"

/* A dictionary is immutable, except for words that are added. Any thread may use it. */
struct dictionary;
enum { DICTIONARY_TAG = 32 }; /* bytes of the longest language tag, with its NUL */
/* The dictionary for a tag (en, de_AT, sr_RS@latin, en_US.UTF-8); if the region has none, the language's. The
 * first call takes tens of milliseconds; the dictionary stays loaded until dictionary_close_all. STATUS_IO:
 * no enchant; STATUS_ARGUMENT: no such dictionary. */
struct dictionary *dictionary_open(const char *language, struct error *error) NONNULL(1);
/* Whether the dictionary or the words added to it contain the word; curly apostrophes count as plain ones. */
bool dictionary_knows(struct dictionary *dictionary, const char *word, size_t size) MUST_USE;
/* The tags of the installed dictionaries, one per language, in the order of their codes; at most `most`.
 * Returns their number. */
int dictionary_list(char (*tags)[DICTIONARY_TAG], int most);
/* The user's language from the environment; en_US if it names none. */
void dictionary_language(char out[DICTIONARY_TAG]);
/* At most `most` words similar to this one; returns their number. The caller frees each. */
int dictionary_suggest(struct dictionary *dictionary, const char *word, size_t size, char **out, int most);
/* Adds a word: to the user's own list, or, without `for_good`, until the program ends. The word is valid
 * UTF-8. */
void dictionary_add(struct dictionary *dictionary, const char *word, size_t size, bool for_good);
void dictionary_close_all(void); /* no dictionary may be in use */

/* Keeps enchant out of other users' homes, as path_own does: root with another user's HOME (sudo -E) writes
 * nothing there. Call it before any thread is created, since it changes the environment. */
void dictionary_keep_out_of_other_homes(void);

#endif
