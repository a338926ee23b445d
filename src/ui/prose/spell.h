/* Spelling. A dictionary takes longer to load than all the rest of the start, so a thread does
 * it when the first page stands. What it says about a word is kept; the words of a page are looked up between
 * keys. */
#ifndef LACUNA_UI_SPELL_H
#define LACUNA_UI_SPELL_H

#include "lacuna/base.h"
#include "lacuna/dictionary.h"

#include <pthread.h>

struct settings;
struct ui;

enum { SPELL_SUGGESTIONS = 9, SPELL_TABLE = 1 << 14, SPELL_BESIDE = 8 };

struct spelling {
    /* The dictionary, and the thread that loads it. */
    _Atomic int state;
    pthread_t thread;
    bool has_thread, seen;
    char language[DICTIONARY_TAG];
    const char *script; /* that it is written in */
    struct dictionary *dictionary;
    /* What is known about words. */
    struct known_word {
        uint64_t hash; /* 64 bits of it stand for the word: one pair in 10^11 of a novel's words collides */
        uint8_t verdict;
    } table[SPELL_TABLE + SPELL_BESIDE];
    unsigned turn;       /* which of a word's places is given away next */
    unsigned generation; /* another number when words look otherwise than before */
    bool page_unknown;   /* words of the page were painted that nobody has looked up */
    /* The word that corrections are offered for. */
    struct {
        size_t start, end;
        char *words[SPELL_SUGGESTIONS];
        int count;
    } suggested;
    char letters[SPELL_SUGGESTIONS + 3]; /* that answer */
    /* From where one goes around the text, word by word. */
    struct {
        size_t origin;
        bool wrapped;
        size_t act; /* the command that offered a word last */
    } around;
};

/* ms until spell_tick has something to do; -1: it has not */
int spell_timeout(const struct spelling *spelling, const struct settings *settings);
/* looks words of what is shown up; true: there is something new to paint */
bool spell_tick(struct ui *ui, size_t start, size_t end);
void spell_setting_changed(struct ui *ui);
/* Misspelt words of [start, end), while it is painted: each as [*from, *to), the next after *to; false: no
 * more.
 */
bool spell_next(struct ui *ui, size_t start, size_t end, size_t *from, size_t *to);
/* The tag of the language that words are looked up in: the setting, else the locale, else en_US. */
void spell_language(const struct settings *settings, char out[DICTIONARY_TAG]);
/* whether there is such a dictionary */
enum status spell_try(struct spelling *spelling, const char *language, struct error *error);
void spell_close(struct spelling *spelling);

/* Commands; session/commands.h says what they do. */
void do_spell(struct ui *ui);
void do_spell_add(struct ui *ui);
void do_spell_ignore(struct ui *ui);

#endif
