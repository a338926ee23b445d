/* dictionary: which words a language has, by the dictionaries of hunspell and aspell that the machine has,
 * found by enchant. That library is loaded with the first dictionary. Depends on base/. */
#ifndef LACUNA_DICTIONARY_H
#define LACUNA_DICTIONARY_H

#include "lacuna/base.h"

/* A dictionary is immutable but for words that are added. Any thread. */
struct dictionary;
enum { DICTIONARY_TAG = 32 }; /* bytes of the longest language tag, with its NUL */
/* For a tag (en, de_AT, sr_RS@latin, en_US.UTF-8); without one for the region the language's. Takes tens of
 * milliseconds the first time and is kept until dictionary_close_all. STATUS_IO: no enchant;
 * STATUS_ARGUMENT: no such dictionary. */
struct dictionary *dictionary_open(const char *language, struct error *error) NONNULL(1);
/* Whether it, or what was added to it, has the word; curly apostrophes count as plain ones. */
bool dictionary_knows(struct dictionary *dictionary, const char *word, size_t size) MUST_USE;
/* The tags of dictionaries that there are, one a language and in the order of their codes; at most `most`.
 * Returns how many. */
int dictionary_list(char (*tags)[DICTIONARY_TAG], int most);
/* The user's language by the environment; en_US where it says none. */
void dictionary_language(char out[DICTIONARY_TAG]);
/* At most `most` words like this one; returns how many. The caller frees each. */
int dictionary_suggest(struct dictionary *dictionary, const char *word, size_t size, char **out, int most);
/* To the user's own list, or until the program ends. The word is valid UTF-8. */
void dictionary_add(struct dictionary *dictionary, const char *word, size_t size, bool for_good);
void dictionary_close_all(void); /* no dictionary may be in use */

/* Has enchant keep out of other users' homes, as path_own does: root with the HOME of another user (sudo -E)
 * leaves nothing in it. Before there are threads, since it changes the environment. */
void dictionary_keep_out_of_other_homes(void);

#endif
