/* Internal to fill/: which words exist, by a language's dictionaries and by the draft. */
#ifndef LACUNA_FILL_LEXICON_H
#define LACUNA_FILL_LEXICON_H

#include "lacuna/base.h"
#include "lacuna/dictionary.h"

/* A word of letters, with apostrophes inside. The search starts at `from`; false: there is none before the
 * end. */
bool fill_next_word(struct slice text, size_t from, size_t *start, size_t *end, bool *digits);

/* Whether a word continues beyond the offset, with a letter or with an apostrophe and a letter, so that
 * "don't" contains neither "don" nor "t". */
bool fill_word_goes_on(struct slice draft, size_t at, bool forward);
/* Whether the draft contains the word as a whole word; either may be capitalised at the start of a sentence.
 * The word is not empty. */
bool fill_draft_has(struct slice draft, struct slice word);

struct fill_lexicon {
    char tags[3][DICTIONARY_TAG]; /* the tag of the first names the language */
    struct dictionary *dictionaries[3];
    bool asked[3];
    uint32_t count; /* 0: no dictionary, so no words are known */
};
/* Opens the dictionaries of a language: STATUS_ARGUMENT, STATUS_IO as dictionary_open. */
enum status fill_lexicon_open(struct fill_lexicon *lexicon, const char *tag, struct error *error) MUST_USE;
bool fill_lexicon_knows(struct fill_lexicon *lexicon, struct slice word);
/* Opens those of the draft's language; `first` ("": the environment's) is tried first. False: none fits. */
bool fill_lexicon_choose(struct fill_lexicon *lexicon, struct slice draft, const char *first);

#endif
